// Who is known: the members of the teams of the projects in use, and whoever an item named. The directory of Services
// lives on another host than the organisation, where our credentials are never sent (azure-devops.md §1, §13).

import { isForbidden } from "../../core/errors.ts";
import type { Person, PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import { chunks } from "../paging.ts";
import type { Site } from "./session.ts";
import { isGuid, isObject, objectsAt, own, sameWord, segment, textAt, textOf } from "./wire.ts";

/** An identity as an object, or as `Name <unique>` in older versions and the reporting interface (§6). */
const personOf = (raw: unknown): Person | undefined => {
  if (isObject(raw)) {
    const [id, login, name] = [textAt(raw, "id").toLowerCase(), textAt(raw, "uniqueName"), textAt(raw, "displayName")];
    const person = id || login || name;
    return person === "" ? undefined : { person, ...(name === "" ? {} : { name }), ...(login === "" ? {} : { login }), ...(login.includes("@") ? { email: login } : {}) };
  }
  const text = textOf(raw);
  if (typeof raw !== "string" || text === undefined) return undefined;
  const found = /^(.*?)\s*<([^<>]+)>\s*$/.exec(text);
  const [name, login] = found === null ? [text, ""] : [found[1] ?? "", found[2] ?? ""];
  return { person: login || name, ...(name === "" ? {} : { name }), ...(login === "" ? {} : { login }), ...(login.includes("@") ? { email: login } : {}) };
};

/** What stands in columns of its own, or under another name. */
const KNOWN = ["id", "displayName", "uniqueName", "descriptor", "inactive", "isContainer"];

const recordOf = (raw: unknown): PersonRecord | undefined => {
  const person = personOf(raw);
  if (person === undefined) return undefined;
  const { login, email } = person;
  const descriptor = textAt(raw, "descriptor");
  return {
    id: person.person,
    name: person.name ?? login ?? person.person,
    ...(login === undefined ? {} : { login }),
    ...(email === undefined ? {} : { email }),
    active: own(raw, "inactive") !== true,
    attributes: { ...attributesOf(raw, KNOWN), kind: own(raw, "isContainer") === true ? "group" : "user", ...(descriptor === "" ? {} : { descriptor }) },
  };
};

const PAGE = 100;

/** §5 names no size of a page: one that is shorter than asked for is not the last, one that brings nothing new is. */
async function* paged(site: Site, path: string): AsyncGenerator<readonly unknown[]> {
  const told = new Set<string>();
  for (let skip = 0; ; ) {
    const page = await site.client.list({ method: "GET", path, query: { $top: PAGE, $skip: skip }, version: site.api });
    const fresh = page.filter((entry) => !told.has(JSON.stringify(entry)));
    if (fresh.length === 0) return;
    for (const entry of fresh) told.add(JSON.stringify(entry));
    yield fresh;
    skip += page.length;
  }
}

async function* membersOf(site: Site, project: string): AsyncGenerator<readonly PersonRecord[]> {
  for await (const teams of paged(site, `/_apis/projects/${segment(project)}/teams`))
    for (const team of teams)
      for await (const members of paged(site, `/_apis/projects/${segment(project)}/teams/${segment(textAt(team, "id"))}/members`)) yield members.flatMap((member) => recordOf(own(member, "identity") ?? member) ?? []);
}

/** A directory entry of a Server (§13); on Services this address is another host's. */
const fromDirectory = (raw: unknown): PersonRecord | undefined => {
  const property = (name: string): string => textAt(own(own(raw, "properties"), name), "$value");
  const id = textAt(raw, "id").toLowerCase();
  const [login, email] = [property("Account"), property("Mail")];
  const domain = property("Domain");
  const full = login !== "" && domain !== "" && !login.includes("@") ? `${domain}\\${login}` : login;
  if (id === "") return undefined;
  return { id, name: textAt(raw, "customDisplayName") || textAt(raw, "providerDisplayName") || login || id, ...(full === "" ? {} : { login: full }), ...(email === "" ? {} : { email }), active: own(raw, "isActive") !== false, attributes: { kind: own(raw, "isContainer") === true ? "group" : "user" } };
};

const PER_QUESTION = 50;

/** On a Server people are named DOMAIN\user; their mail, by which they are known elsewhere, stands in the directory alone. */
const withMail = async (site: Site, people: readonly PersonRecord[]): Promise<readonly PersonRecord[]> => {
  const wanted = site.hosted ? [] : people.filter(({ id, email }) => email === undefined && isGuid(id)).map(({ id }) => id);
  const mails = new Map<string, string>();
  for (const part of chunks(wanted, PER_QUESTION)) {
    const reply = await site.client.ask({ method: "GET", path: "/_apis/identities", query: { identityIds: part.join(","), queryMembership: "None" }, version: site.api });
    // A directory that is closed to us takes nobody's name away.
    if (reply.status >= 300) return people;
    // Who is not found has an empty place.
    for (const found of objectsAt(reply.body, "value").flatMap((raw) => fromDirectory(raw) ?? [])) if (found.email !== undefined) mails.set(found.id, found.email);
  }
  return people.map((person) => (mails.has(person.id) ? { ...person, email: mails.get(person.id) ?? "" } : person));
};

const isCalled = (text: string) => (person: PersonRecord): boolean => [person.id, person.login, person.email, person.name].some((word) => word !== undefined && sameWord(word.normalize("NFC"), text.normalize("NFC")));

export class People {
  readonly #site: () => Promise<Site>;
  /** Projects in use, by name. */
  readonly #home: () => Promise<readonly string[]>;
  readonly #seen = new Map<string, PersonRecord>();
  #known: Promise<ReadonlyMap<string, PersonRecord>> | undefined;
  /** Unique names that were looked for. */
  readonly #met = new Set<string>();

  constructor(site: () => Promise<Site>, home: () => Promise<readonly string[]>) {
    this.#site = site;
    this.#home = home;
  }

  forget(): void {
    this.#seen.clear();
    this.#met.clear();
    this.#known = undefined;
  }

  /** Remembers somebody an item names: people who left stay in old items. */
  learn(raw: unknown): Person | undefined {
    const person = personOf(raw);
    if (person === undefined) return undefined;
    if (isGuid(person.person)) {
      if (!this.#seen.has(person.person)) {
        const record = recordOf(raw);
        if (record !== undefined) this.#seen.set(record.id, record);
      }
      return person;
    }
    const known = [...this.#seen.values()].find((one) => one.login !== undefined && person.login !== undefined && sameWord(one.login, person.login));
    return known === undefined ? person : { ...person, person: known.id };
  }

  /** Whom values name by the unique name alone (§6) has the id here that they have everywhere: or a value would change by itself as soon as they are known. */
  async meet(raws: readonly unknown[]): Promise<void> {
    for (const raw of raws) {
      const person = personOf(raw);
      const login = person === undefined || isGuid(person.person) ? undefined : person.login;
      if (login === undefined || this.#met.has(login.toLowerCase())) continue;
      try {
        await this.find(login);
      } catch (error) {
        // Where nobody may be looked up, everybody keeps the unique name.
        if (!isForbidden(error)) throw error;
      }
      this.#met.add(login.toLowerCase());
    }
  }

  byId(id: string): PersonRecord | undefined {
    return this.#seen.get(id.toLowerCase());
  }

  async *all(): AsyncGenerator<readonly PersonRecord[]> {
    const site = await this.#site();
    const told = new Set<string>();
    for (const project of await this.#home())
      for await (const page of membersOf(site, project)) {
        const fresh = await withMail(site, page.filter((person) => !told.has(person.id)));
        for (const person of fresh) {
          told.add(person.id);
          this.#seen.set(person.id, person);
        }
        if (fresh.length > 0) yield fresh;
      }
    const others = await withMail(site, [...this.#seen.values()].filter((person) => !told.has(person.id)));
    for (const person of others) this.#seen.set(person.id, person);
    if (others.length > 0) yield others;
    this.#known = Promise.resolve(new Map(this.#seen));
  }

  async #load(): Promise<ReadonlyMap<string, PersonRecord>> {
    const all = new Map<string, PersonRecord>();
    for await (const page of this.all()) for (const person of page) all.set(person.id, person);
    return all;
  }

  async find(text: string): Promise<readonly PersonRecord[]> {
    const wanted = text.trim();
    if (wanted === "") return [];
    this.#known ??= this.#load().catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    const everybody = new Map([...(await this.#known), ...this.#seen]);
    const found = [...everybody.values()].filter(isCalled(wanted));
    return found.length > 0 ? found : this.#directory(wanted);
  }

  async #directory(text: string): Promise<readonly PersonRecord[]> {
    const site = await this.#site();
    if (site.hosted) return [];
    const reply = await site.client.ask({ method: "GET", path: "/_apis/identities", query: { searchFilter: "General", filterValue: text, queryMembership: "None" }, version: site.api });
    if (reply.status >= 300) return [];
    const found = objectsAt(reply.body, "value").flatMap((raw) => fromDirectory(raw) ?? []).filter(isCalled(text));
    for (const person of found) this.#seen.set(person.id, person);
    return found;
  }
}
