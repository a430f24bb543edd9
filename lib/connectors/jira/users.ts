// People of one Jira: by which id they are known (Cloud: account id; Data Center: key, which survives a renaming) and by
// which name they are written (jira.md §16). What any answer shows of them is remembered for the life of the connector.

import type { Person, PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import type { Site } from "./session.ts";
import { isObject, type Json, mapLimit, own, sameWord, textOf } from "./wire.ts";

const idOf = (user: unknown): string | undefined => textOf(own(user, "accountId")) ?? textOf(own(user, "key")) ?? textOf(own(user, "name"));

/** A user object of any answer; undefined for a missing or hidden one. */
const personOf = (user: unknown): Person | undefined => {
  const id = idOf(user);
  if (id === undefined) return undefined;
  const login = textOf(own(user, "accountId")) === undefined ? textOf(own(user, "name")) : undefined;
  const name = textOf(own(user, "displayName"));
  const email = textOf(own(user, "emailAddress"));
  return { person: id, ...(name === undefined ? {} : { name }), ...(login === undefined ? {} : { login }), ...(email === undefined ? {} : { email }) };
};

/** What stands in columns of its own, and what is a page of other things. */
const KNOWN = ["accountId", "name", "displayName", "emailAddress", "active", "deleted", "groups", "applicationRoles"];

const recordOf = (user: Json): PersonRecord | undefined => {
  const person = personOf(user);
  if (person === undefined) return undefined;
  return {
    id: person.person,
    name: person.name ?? person.login ?? person.person,
    ...(person.login === undefined ? {} : { login: person.login }),
    ...(person.email === undefined ? {} : { email: person.email }),
    active: own(user, "active") !== false && own(user, "deleted") !== true,
    attributes: attributesOf(user, KNOWN),
  };
};

/** Everybody seen so far. */
export class Users {
  readonly #byId = new Map<string, Person>();
  readonly #byLogin = new Map<string, Person>();
  readonly #missing = new Set<string>();

  learn(user: unknown): Person | undefined {
    const person = personOf(user);
    if (person === undefined) return undefined;
    this.#byId.set(person.person, person);
    if (person.login !== undefined) this.#byLogin.set(person.login.toLowerCase(), person);
    return person;
  }

  byId(id: string): Person | undefined {
    return this.#byId.get(id);
  }

  byLogin(login: string): Person | undefined {
    return this.#byLogin.get(login.toLowerCase());
  }

  /** Makes people known by their ids; those who do not exist stay unknown. One call for each one never seen before. */
  async know(site: Site, ids: Iterable<string>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => id !== "" && !this.#byId.has(id) && !this.#missing.has(id));
    await mapLimit(unknown, site.width, async (id) => {
      const found = await this.#ask(site, site.cloud ? { accountId: id } : { key: id });
      // A login in the place of the key: older definitions, and servers where both are the same.
      const person = found ?? (site.cloud ? undefined : await this.#ask(site, { username: id }));
      if (person === undefined) this.#missing.add(id);
      else this.#byId.set(id, person);
    });
  }

  /** Data Center: makes people known by their logins. Renamed, somebody keeps the first login as the key, on accounts of before release 8.4, and texts keep it as it was written. */
  async knowLogins(site: Site, logins: Iterable<string>): Promise<void> {
    const unknown = [...new Set(logins)].filter((login) => login !== "" && this.byLogin(login) === undefined && !this.#missing.has(`@${login}`));
    await mapLimit(unknown, site.width, async (login) => {
      const person = (await this.#ask(site, { username: login })) ?? (await this.#ask(site, { key: login.toLowerCase() }));
      if (person === undefined) this.#missing.add(`@${login}`);
      else this.#byLogin.set(login.toLowerCase(), person);
    });
  }

  async #ask(site: Site, query: Readonly<Record<string, string>>): Promise<Person | undefined> {
    const reply = await site.client.ask({ method: "GET", path: `${site.api}/user`, query });
    return reply.status < 300 && isObject(reply.body) ? this.learn(reply.body) : undefined;
  }
}

const PAGE = 1000;

/** Everybody, inactive people too. Cloud knows an everyone-list, Data Center a search where "." matches all mail addresses. */
export async function* readPeople(site: Site): AsyncIterable<readonly PersonRecord[]> {
  const seen = new Set<string>();
  for (let startAt = 0; ; ) {
    const path = site.cloud ? `${site.api}/users/search` : `${site.api}/user/search`;
    const query = site.cloud ? {} : { username: ".", includeActive: "true", includeInactive: "true" };
    const body = await site.client.must({ method: "GET", path, query: { ...query, startAt, maxResults: PAGE } });
    site.client.demandList({ method: "GET", path }, body);
    const users = Array.isArray(body) ? body.filter(isObject) : [];
    const fresh = users.flatMap((user) => recordOf(user) ?? []).filter((person) => !seen.has(person.id));
    for (const person of fresh) seen.add(person.id);
    if (fresh.length > 0) yield fresh;
    // Nothing new ends it as well: a server that ignores startAt would go on for ever.
    if (users.length === 0 || fresh.length === 0) return;
    startAt += users.length;
  }
}

const isSaid = (person: PersonRecord, text: string): boolean => [person.id, person.login, person.email, person.name].some((word) => word !== undefined && sameWord(word, text));

const search = async (site: Site, users: Users, text: string): Promise<readonly PersonRecord[]> => {
  const query = site.cloud ? { query: text } : { username: text, includeActive: "true", includeInactive: "true" };
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/user/search`, query: { ...query, startAt: 0, maxResults: PAGE } });
  return reply.status < 300 && Array.isArray(reply.body) ? reply.body.filter(isObject).flatMap((user) => (users.learn(user), recordOf(user) ?? [])) : [];
};

/** One person asked for by an id (or login). */
const byName = async (site: Site, text: string): Promise<readonly PersonRecord[]> => {
  const queries = site.cloud ? [{ accountId: text }] : [{ key: text }, { username: text }];
  for (const query of queries) {
    const reply = await site.client.ask({ method: "GET", path: `${site.api}/user`, query });
    const found = reply.status < 300 && isObject(reply.body) ? recordOf(reply.body) : undefined;
    if (found !== undefined) return [found];
  }
  return [];
};

/** How a top level domain may go on and still be one that many have: an address in .co is no address in .com. */
const GOES_ON: Readonly<Record<string, string>> = { co: "m", de: "v", in: "fo", ne: "t", or: "g" };

/** Cloud looks for the beginnings of addresses: does what it found begin with more than this one? */
const isLonger = async (site: Site, users: Users, address: string, found: PersonRecord): Promise<boolean> => {
  const more = GOES_ON[address.toLowerCase().split(".").at(-1) ?? ""];
  for (const longer of [`${address}.`, ...(more === undefined ? [] : [`${address}${more}`])]) if ((await search(site, users, longer)).some((person) => person.id === found.id)) return true;
  return false;
};

/** Was it found by its name, which begins like the address? */
const isNamedSo = (person: PersonRecord, text: string): boolean => [person.name, ...person.name.split(/\s+/)].some((word) => word.toLowerCase().startsWith(text.toLowerCase()));

/**
 * People whose id, login, e-mail or shown name is the text. Cloud finds people by the beginning of a hidden e-mail without showing
 * it: then the only one found for a whole address is taken, unless its address goes on behind that (jira.md §16).
 */
export const findPeople = async (site: Site, users: Users, text: string): Promise<readonly PersonRecord[]> => {
  const wanted = text.trim();
  if (wanted === "") return [];
  const found = await search(site, users, wanted);
  const exact = found.filter((person) => isSaid(person, wanted));
  if (exact.length > 0) return exact;
  const [only] = found;
  if (site.cloud && wanted.includes("@") && found.length === 1 && only !== undefined && only.email === undefined) return isNamedSo(only, wanted) || (await isLonger(site, users, wanted, only)) ? [] : [only];
  return /\s|@/.test(wanted) ? [] : (await byName(site, wanted)).filter((person) => isSaid(person, wanted));
};
