// An issue made by somebody else: Redmine lets an administrator act as another person, with that person's rights alone. What these do
// not allow is left out without a word, the tracker and our marker among it, so the issue is looked at by us afterwards and put
// right. What the person may not do at all is done in our own name. Changes and notes never come here.

import { type Fields, isPerson } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import { encoded } from "../json.ts";
import { complaint, type Reply } from "./client.ts";
import { AUTHOR } from "./fields.ts";
import { putIssue, readIssue } from "./issue.ts";
import type { Site } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { idOf, type Json, objectsAt, own, textAt } from "./wire.ts";

const problem = (reason: string): FieldProblem => ({ field: AUTHOR, reason });

const OURS = "made in our own name";

/** Person → login, or why there is none, as long as the connector stays. */
const logins = new WeakMap<Site, Map<string, { readonly login: string } | { readonly reason: string }>>();

const loginOf = async (site: Site, person: string): Promise<{ readonly login: string } | { readonly reason: string }> => {
  const known = logins.get(site)?.get(person);
  if (known !== undefined) return known;
  const ask = { method: "GET", path: `/users/${encoded(person)}.json` } as const;
  const reply = await site.client.ask(ask);
  if (reply.status >= 400 && reply.status !== 404) throw site.client.failure(ask, reply);
  const user = own(reply.body, "user");
  const [login, status] = [textAt(user, "login"), textAt(user, "status")];
  // Redmine's numbers: 1 is active, 2 registered only, 3 locked.
  const found = idOf(user) !== person || login === "" ? { reason: "a group or nobody here" } : status !== "" && status !== "1" ? { reason: `not active in Redmine` } : { login };
  const all = logins.get(site) ?? new Map<string, typeof found>();
  logins.set(site, all.set(person, found));
  return found;
};

/** Forgets who may act: somebody may have been locked, or have another login by now. */
export const forgetLogins = (site: Site): void => void logins.delete(site);

export interface Name {
  readonly person: string;
  /** undefined: it is made in our own name. */
  readonly login?: string;
  /** Why nobody else makes it. */
  readonly problems: readonly FieldProblem[];
}

/** Who is to make a new issue of these fields. Throws what the call throws. */
export const nameOf = async (site: Site, fields: Fields): Promise<Name> => {
  const wanted = fields[AUTHOR];
  if (!isPerson(wanted) || wanted.person === site.me.id || !/^\d+$/.test(wanted.person)) return { person: site.me.id, problems: [] };
  const { person, name = person } = wanted;
  // Whoever may not make it private would make it public, and mails would tell of it before we could hide it.
  if (fields["is_private"] === true) return { person, problems: [problem(`${OURS}: a private issue may be public for a moment if ${name} makes it`)] };
  const found = await loginOf(site, person);
  return "login" in found ? { person, login: found.login, problems: [] } : { person, problems: [problem(`${OURS}: ${name} is ${found.reason}`)] };
};

/** A definite no to the person. 412: not to be acted as. */
export const notTheirs = (reply: Reply): FieldProblem => problem(`${OURS}: ${reply.status === 412 ? "Redmine does not let us act as this person" : reply.status === 403 || reply.status === 404 ? "this person may not make issues of this tracker in this project" : complaint(reply)}`);

/** Who was to make an issue, and its marker. */
export interface Named {
  readonly person: string;
  readonly marker: string;
}

export interface Settled {
  /** As we see it; undefined: it cannot be seen any more. */
  readonly issue: Json | undefined;
  readonly problems: readonly FieldProblem[];
  /** Calls beyond the look at it, which any write may take. */
  readonly demanded: number;
}

const wrongIn = (type: TypeDef, issue: Json, { marker }: Named): Json => {
  const field = type.intentField?.id;
  const held = textAt(objectsAt(issue, "custom_fields").find((one) => idOf(one) === field), "value");
  return {
    // Who may not make issues of this tracker makes one of another.
    ...(idOf(own(issue, "tracker")) === type.tracker ? {} : { tracker_id: Number(type.tracker) }),
    ...(field === undefined || held === marker ? {} : { custom_fields: [{ id: Number(field), value: marker }] }),
  };
};

/** Looks at the issue with our own eyes, and puts right what the person could not do: its tracker, its marker. */
export const settle = async (site: Site, type: TypeDef, id: string, named: Named): Promise<Settled> => {
  const issue = await readIssue(site, id);
  if (issue === undefined) return { issue, problems: [], demanded: 0 };
  const author = own(issue, "author");
  const problems = idOf(author) === named.person ? [] : [problem(`left out without a word: the issue was made in the name of ${textAt(author, "name") || "somebody else"}`)];
  const wrong = wrongIn(type, issue, named);
  if (Object.keys(wrong).length === 0) return { issue, problems, demanded: 0 };
  const reply = await putIssue(site, id, wrong);
  const now = await readIssue(site, id);
  const isOther = now !== undefined && idOf(own(now, "tracker")) !== type.tracker;
  return { issue: now, problems: [...problems, ...(isOther ? [{ field: "tracker", reason: `the issue became a ${textAt(own(now, "tracker"), "name")}, for the account may not make a ${type.schema.name} here${reply.status < 300 ? "" : `: ${complaint(reply)}`}` }] : [])], demanded: 2 };
};
