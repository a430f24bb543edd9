// People of a project. User fields hold login names (alm-qc.md §18). Read once, searched here: names are free text and never
// get into a query.

import type { Person, PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import { folded } from "../json.ts";
import { NOT_THERE, type Session } from "./session.ts";
import { userDetails, userIsActive } from "./unconfirmed.ts";
import { childrenNamed, type Tag } from "./xml.ts";

/** What stands in columns of its own, or under another name. */
const KNOWN = ["Name", "FullName", "UserActive", "email", "Email", "EMail", "mail", "phone", "Phone", "PhoneNumber"];

const recordOf = (user: Tag): PersonRecord => {
  const login = user.attributes["Name"] ?? "";
  const { email, phone } = userDetails(user);
  return { id: login, login, name: user.attributes["FullName"]?.trim() || login, active: userIsActive(user), ...(email === "" ? {} : { email }), attributes: { ...attributesOf({ ...user.attributes, ...Object.fromEntries(user.children.map((child) => [child.name, child.text])) }, KNOWN), ...(phone === "" ? {} : { phone }) } };
};

/** Empty where the account may not read them. */
export const readEveryone = async (session: Session, project: string): Promise<readonly PersonRecord[]> => {
  const ask = { method: "GET", path: `${session.projectPath(project)}/customization/users` } as const;
  const reply = await session.ask(ask);
  // Nobody is known by name then; logins stay logins.
  if (NOT_THERE.includes(reply.status)) return [];
  if (reply.status >= 300) throw session.failure(ask, reply);
  const { body } = reply;
  return childrenNamed(body.kind === "xml" ? body.root : undefined, "User").map(recordOf).filter((person) => person.id !== "");
};

/** By login, mail or full name, without case. */
export const peopleNamed = (people: readonly PersonRecord[], text: string): readonly PersonRecord[] => {
  const wanted = folded(text);
  return people.filter((person) => [person.id, person.email, person.name].some((name) => name !== undefined && folded(name) === wanted));
};

/** Somebody who left the project is still known by login. */
export const personOf = (byLogin: ReadonlyMap<string, PersonRecord>, login: string): Person => {
  const record = byLogin.get(login.toLowerCase());
  return record === undefined ? { person: login, login } : { person: record.id, login: record.id, name: record.name, ...(record.email === undefined ? {} : { email: record.email }) };
};
