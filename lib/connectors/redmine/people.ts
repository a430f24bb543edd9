// Who is known. Administrators read the list of users with login and e-mail; others see the members of their projects.

import type { PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import { allOf, type Site } from "./session.ts";
import { idOf, type Json, objectsAt, own, sameWord, textAt } from "./wire.ts";

/** Redmine's numbers for the states of a user; locked people are still named in old items. */
const STATES: readonly (readonly [status: string, word: string])[] = [["1", "active"], ["2", "registered"], ["3", "locked"]];

/** What stands in columns of its own, or under another name. */
const KNOWN = ["id", "login", "mail", "firstname", "lastname", "admin", "status", "last_login_on", "custom_fields"];

/** The site's own fields of users, by the names people see. */
const ownFields = (user: Json): Readonly<Record<string, string>> => Object.assign({}, ...objectsAt(user, "custom_fields").map((field) => attributesOf({ [textAt(field, "name")]: own(field, "value") }, [""])));

const recordOf = (user: Json, word: string): PersonRecord => {
  const login = textAt(user, "login");
  const email = textAt(user, "mail");
  return {
    id: idOf(user),
    name: `${textAt(user, "firstname")} ${textAt(user, "lastname")}`.trim() || login || idOf(user),
    ...(login === "" ? {} : { login }),
    ...(email === "" ? {} : { email }),
    active: word === "active",
    attributes: { ...attributesOf(user, KNOWN), ...ownFields(user), kind: "user", status: word, ...(textAt(user, "last_login_on") === "" ? {} : { lastLogin: textAt(user, "last_login_on") }), ...(own(user, "admin") === true ? { admin: "true" } : {}) },
  };
};

const groupOf = (group: Json): PersonRecord => ({ id: idOf(group), name: textAt(group, "name"), active: true, attributes: { kind: "group" } });

async function* usersBy(site: Site, query: Record<string, string>): AsyncGenerator<readonly PersonRecord[]> {
  for (const [status, word] of STATES) {
    const users = await allOf(site.client, "/users.json", "users", { ...query, status });
    if (users.length > 0) yield users.map((user) => recordOf(user, word));
  }
}

/** Login and e-mail stand on each member's own page only, as far as the member shows them. */
const memberRecord = async (site: Site, user: Json): Promise<PersonRecord> => {
  const reply = await site.client.ask({ method: "GET", path: `/users/${idOf(user)}.json` });
  const whole = own(reply.body, "user");
  const known: PersonRecord = { id: idOf(user), name: textAt(user, "name"), active: true, attributes: { kind: "user" } };
  return reply.status >= 300 || idOf(whole) === "" ? known : { ...recordOf(whole as Json, "active"), name: known.name };
};

async function* members(site: Site): AsyncGenerator<readonly PersonRecord[]> {
  const seen = new Set<string>();
  for (const project of await site.projects()) {
    const path = `/projects/${project.number}/memberships.json`;
    const first = await site.client.ask({ method: "GET", path, query: { limit: 1 } });
    // Some projects show their members to members only.
    if (first.status === 403 || first.status === 404) continue;
    const found: PersonRecord[] = [];
    for (const membership of await allOf(site.client, path, "memberships")) {
      const [user, group] = [own(membership, "user"), own(membership, "group")];
      const id = idOf(user) || idOf(group);
      if (id === "" || seen.has(id)) continue;
      seen.add(id);
      found.push(idOf(user) === "" ? groupOf(group as Json) : await memberRecord(site, user as Json));
    }
    if (found.length > 0) yield found;
  }
}

async function* everybody(site: Site): AsyncGenerator<readonly PersonRecord[]> {
  if (!site.me.admin) return yield* members(site);
  yield* usersBy(site, {});
  // Groups can be assignees as well.
  const groups = objectsAt(await site.client.must({ method: "GET", path: "/groups.json" }), "groups");
  if (groups.length > 0) yield groups.map(groupOf);
}

export interface PeopleDoor {
  all(): AsyncIterable<readonly PersonRecord[]>;
  find(text: string): Promise<readonly PersonRecord[]>;
}

const isCalled = (text: string) => (person: PersonRecord): boolean => [person.id, person.login, person.email, person.name].some((word) => word !== undefined && sameWord(word, text));

export const peopleDoor = (site: () => Promise<Site>): PeopleDoor => {
  let known: readonly PersonRecord[] | undefined;
  const load = async (): Promise<readonly PersonRecord[]> => {
    const people: PersonRecord[] = [];
    for await (const page of everybody(await site())) people.push(...page);
    known = people;
    return people;
  };
  return {
    all: async function* () {
      const people: PersonRecord[] = [];
      for await (const page of everybody(await site())) {
        people.push(...page);
        yield page;
      }
      known = people;
    },
    find: async (text) => {
      const wanted = text.trim();
      if (wanted === "") return [];
      return (known ?? (await load())).filter(isCalled(wanted));
    },
  };
};
