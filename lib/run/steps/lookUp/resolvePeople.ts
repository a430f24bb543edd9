// Who in the other system somebody is: by the user map, else by what names them there, else a fallback user, else a reason. Asked for
// in bulk and once per run; two who may be meant are a result, not a choice.

import type { Connector } from "../../../connectors/connector.ts";
import { isForbidden, RemoteError } from "../../../core/errors.ts";
import type { FieldMapping } from "../../../core/mapping/model.ts";
import { mentionsIn } from "../../../core/sync/carryInlines.ts";
import { isGroup, type Person, type PersonRecord, type Side, otherSide } from "../../../core/types.ts";
import { foldedName, spellings } from "../../../core/users/spellings.ts";
import type { Store } from "../../../store/store.ts";

export interface PeopleDoors {
  readonly store: Pick<Store, "userMaps">;
  readonly connectors: Readonly<Record<Side, Pick<Connector, "dataSource" | "findPeople" | "account">>>;
  /** Told once for every person who had to be asked for. */
  readonly onAsked?: (side: Side) => void;
}

/** standsIn: the fallback user, and why: somebody is unknown over there, or was refused. */
export type FoundPerson = { readonly person: Person; readonly standsIn?: string } | { readonly reason: string };

const asPerson = (record: PersonRecord): Person => ({
  person: record.id,
  name: record.name,
  ...(record.login === undefined ? {} : { login: record.login }),
  ...(record.email === undefined ? {} : { email: record.email }),
});

/** How one person may be named, most telling first. */
const representations = (person: Person): readonly string[] => [...new Set([person.email, person.login, person.name, person.person].filter((text): text is string => text !== undefined && text !== ""))];

/** What another system may know the person by too. An id of one system says nothing in another, and may be somebody else's there. */
const askedFor = (person: Person): readonly string[] => {
  const words = representations(person).filter((text) => text !== person.person || text === person.login || text === person.email);
  return words.length === 0 ? representations(person) : words;
};

/** A login that is a number (of staff) may be the id of somebody else in a system that numbers its people. */
const isMerelyId = (record: PersonRecord, text: string): boolean => {
  const same = (word: string | undefined): boolean => word?.trim().toLowerCase() === text.trim().toLowerCase();
  return same(record.id) && ![record.login, record.email, record.name].some(same);
};

const sameText = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && foldedName(a) === foldedName(b);

/** Whether it is what the account has alone. What it is shown as is no such name: others may be shown so, and its account is then told by another. */
const isAccountOf = (record: PersonRecord, name: string): boolean => [record.id, record.login, record.email].some((word) => sameText(word, name));

/** A person's own side did not answer: their field waits, the others do not. */
class SilentSide extends Error {}

/** Asks each system once about each text. */
const createSearch = (connectors: PeopleDoors["connectors"]) => {
  const searched = new Map<string, readonly PersonRecord[]>();
  const asked = { master: 0, target: 0 };

  const search = async (side: Side, text: string): Promise<readonly PersonRecord[]> => {
    const key = `${side}\0${text}`;
    const known = searched.get(key);
    if (known !== undefined) return known;
    asked[side]++;
    const composed = text.normalize("NFC");
    const found = await connectors[side].findPeople(composed);
    // An accent may be one letter or two: what one system keeps so, another keeps otherwise.
    const records = found.length > 0 || composed === text ? found : await connectors[side].findPeople(text);
    searched.set(key, records);
    return records;
  };

  const uniqueRecord = async (side: Side, text: string, may: (record: PersonRecord) => boolean = () => true): Promise<PersonRecord | "ambiguous" | undefined> => {
    const records = (await search(side, text)).filter(may);
    const active = records.filter((record) => record.active);
    if (active.length > 1) return "ambiguous";
    return active[0] ?? (records.length === 1 ? records[0] : undefined);
  };

  const unique = async (side: Side, text: string, may?: (record: PersonRecord) => boolean): Promise<Person | "ambiguous" | undefined> => {
    const record = await uniqueRecord(side, text, may);
    return typeof record === "object" ? asPerson(record) : record;
  };

  /** Nobody, where this account may not look. A side that does not answer is another matter: what it would have said may decide. */
  const searchOwn = async (side: Side, text: string): Promise<readonly PersonRecord[]> => {
    try {
      return await search(side, text);
    } catch (error) {
      if (isForbidden(error)) return [];
      if (error instanceof RemoteError) throw new SilentSide(`${connectors[side].dataSource} does not say who ${text} is: ${error.message}`);
      throw error;
    }
  };

  return { asked, search, uniqueRecord, unique, searchOwn };
};

/** Whom the user map has written, or why nobody is; `never`: ids of whom it has read only there. Undefined: it says nothing. */
type ByMap = Person | { readonly doubt: string; readonly never: ReadonlySet<string> } | undefined;

/** Who a value means, as far as their own side tells; `group`: it is no person. */
interface Told {
  readonly person: Person;
  readonly group: boolean;
}

/** Remembers every answer, also that nobody was found. `prepare` asks, `lookup` only remembers: planning is pure. */
export const createPeople = (doors: PeopleDoors) => {
  const found = new Map<string, FoundPerson>();
  const { asked, search, uniqueRecord, unique, searchOwn } = createSearch(doors.connectors);

  /** Is somebody else of their own system shown under the same name? Then the name alone says nothing about whom it means. */
  const isNamesake = async (from: Side, person: Person, text: string, may: (record: PersonRecord) => boolean = () => true): Promise<boolean> => {
    if (text !== person.name || text === person.login || text === person.email) return false;
    const called = (await searchOwn(from, text)).filter((record) => record.active && may(record) && sameText(record.name, text));
    const isThey = (record: PersonRecord): boolean => record.id === person.person || sameText(record.login, person.login) || sameText(record.email, person.email);
    // Whom only a name tells is one of those who are called so.
    return called.filter((record) => !isThey(record)).length > (text === person.person ? 1 : 0);
  };

  /**
   * All names that may be written there must mean one account: two are a result, not a choice, unless all but one were left behind.
   * An account that the map has read only by its id, login or address is not written by another name of it: files that know nothing of
   * marks bring such names.
   * Whoever has a name that is read only there is not meant by anything else that names the person either.
   */
  const byUserMap = async (to: Side, person: Person): Promise<ByMap> => {
    const from = doors.connectors[otherSide(to)].dataSource;
    const there = doors.connectors[to].dataSource;
    const exact = await doors.store.userMaps.lookup(from, there, representations(person));
    // In other letters' cases an address or a login is the same person's, and a name may be.
    const names = exact.size > 0 ? exact : await doors.store.userMaps.lookup(from, there, representations(person).flatMap(spellings));
    const sure = [...names].filter(([said]) => !sameText(said, person.name) || sameText(said, person.login) || sameText(said, person.email));
    const shared = sure.length === 0 && names.size > 0 && (await isNamesake(otherSide(to), person, person.name ?? ""));
    const partners = (sure.length > 0 ? sure : [...names]).flatMap(([, said]) => said);
    const namesOf = (isReadOnly: boolean): readonly string[] => [...new Set(partners.filter(({ readOnly }) => (readOnly === true) === isReadOnly).map(({ name }) => name))];
    const [mapped, never] = [namesOf(false), namesOf(true)];
    const nobody = async (doubt: string): Promise<ByMap> => ({ doubt, never: await accountsOf(to, never) });
    if (shared) return nobody(`several people of ${from} are called ${person.name}, and the user map tells them apart by nothing else`);
    if (mapped.length === 0) return never.length === 0 ? undefined : nobody(`the user map has ${never.join(", ")} read only in ${there}`);
    const found = new Map<string, PersonRecord>();
    let vague: string | undefined;
    let closed: string | undefined;
    for (const name of mapped) {
      const match = await uniqueRecord(to, name);
      const mark = typeof match === "object" ? never.find((said) => isAccountOf(match, said)) : undefined;
      if (match === "ambiguous") vague ??= name;
      else if (mark !== undefined) closed ??= `the user map has ${mark} read only in ${there}, which is the same account as ${name}`;
      else if (match !== undefined) found.set(match.id, match);
    }
    const active = [...found.values()].filter((record) => record.active);
    const [only, ...more] = active.length === 1 ? active : found.values();
    if (only === undefined && closed !== undefined) return nobody(closed);
    if (only === undefined && vague !== undefined) return nobody(`the user map names ${vague}, which several people of ${there} are called`);
    if (more.length > 0) return nobody(`the user map names ${mapped.join(", ")}, who are ${found.size} people of ${there}`);
    return only === undefined ? nobody(`the user map names ${mapped.join(", ")}, whom ${there} does not know`) : asPerson(only);
  };

  /** Whoever may be meant by these names. */
  const accountsOf = async (side: Side, names: readonly string[]): Promise<ReadonlySet<string>> => new Set((await Promise.all(names.map((name) => search(side, name)))).flat().map(({ id }) => id));

  /** What their own side knows of somebody whom a value shows by less: a list often holds bare ids. Without an address a name would decide, and may be somebody else's over there. */
  const told = async (side: Side, person: Person): Promise<Told> => {
    if (person.email !== undefined) return { person, group: false };
    const record = (await searchOwn(side, person.person)).find((candidate) => candidate.id === person.person);
    return record === undefined ? { person, group: false } : { person: { ...person, ...asPerson(record) }, group: isGroup(record) };
  };

  /** User map → same representation, then e-mail first → fallback user → a reason (design.md §6, connect-product §1.12). */
  const resolve = async (from: Side, shown: Person, mapping: Pick<FieldMapping, "userMap" | "fallback">): Promise<FoundPerson> => {
    const to = otherSide(from);
    const { person, group } = await told(from, shown);
    // A group is nobody who is called like it, and nobody is a group: only a user map may say so.
    const isSuch = (record: PersonRecord): boolean => isGroup(record) === group;
    const label = `${group ? "the group " : ""}${person.name ?? person.login ?? person.person}`;
    const unknown = `${label} is unknown in ${doors.connectors[to].dataSource}`;
    const mapped = mapping.userMap ? await byUserMap(to, person) : undefined;
    if (mapped !== undefined && "person" in mapped) return { person: mapped };
    let doubt = mapped?.doubt ?? unknown;
    // Whom the map names is somebody else than whoever has the same name there. The same address is nobody else's.
    const isMapped = mapped !== undefined;
    for (const text of askedFor(person).filter((word) => !isMapped || word === person.email)) {
      const match = await unique(to, text, (record) => isSuch(record) && (text === person.person || !isMerelyId(record, text)));
      if (match === "ambiguous") doubt = isMapped ? doubt : `several people of ${doors.connectors[to].dataSource} are called ${text}`;
      else if (match !== undefined && (await isNamesake(from, person, text, isSuch))) doubt = `several people of ${doors.connectors[from].dataSource} are called ${text}`;
      else if (match !== undefined && mapped?.never.has(match.person) !== true) return { person: match };
    }
    const fallback = mapping.fallback?.[to];
    if (fallback === undefined) return { reason: `${doubt}; add them to the user map or name a fallback user` };
    const match = await unique(to, fallback);
    return typeof match === "object" ? { person: match, standsIn: doubt } : { reason: `${doubt}, and the fallback user ${fallback} is ${match === "ambiguous" ? "ambiguous" : "unknown"} too` };
  };

  /** Shown by more in one value than in another, somebody is asked for once each: what is known of less is no answer for more. */
  const keyOf = (from: Side, person: Person, mapping: Pick<FieldMapping, "userMap" | "fallback">): string => JSON.stringify([from, person.person, person.email ?? null, person.login ?? null, mapping.userMap, mapping.fallback?.[otherSide(from)] ?? null]);

  /** Whom the endpoint refused in the field of a mapping: of this project, and for this run. Elsewhere they may be taken. */
  const standIns = new WeakMap<object, Map<string, FoundPerson>>();

  /** By what values name our own account: often its id, or that of the person who bears its login. */
  const askOurs = async (side: Side): Promise<readonly string[]> => {
    const { id } = await doors.connectors[side].account();
    const known = (await searchOwn(side, id)).filter((record) => record.id === id || sameText(record.login, id));
    doors.onAsked?.(side);
    return [...new Set([id, ...known.map((record) => record.id)])];
  };
  const ours: Partial<Record<Side, Promise<readonly string[]>>> = {};

  return {
    ours: (side: Side): Promise<readonly string[]> => (ours[side] ??= askOurs(side)),
    prepare: async (from: Side, person: Person, mapping: Pick<FieldMapping, "userMap" | "fallback">): Promise<void> => {
      const key = keyOf(from, person, mapping);
      if (found.has(key)) return;
      const before = { ...asked };
      found.set(
        key,
        await resolve(from, person, mapping).catch((error: unknown) => {
          if (error instanceof SilentSide) return { reason: error.message };
          throw error;
        }),
      );
      for (const side of ["master", "target"] as const) if (asked[side] > before[side]) doors.onAsked?.(side);
    },
    /**
     * `written` was refused, who is `person` over there: from now on the fallback user is looked up for this mapping, if there is one
     * and it is somebody else. Answers whether there is.
     */
    refused: async (from: Side, person: Person, mapping: Pick<FieldMapping, "userMap" | "fallback">, { written, reason }: { readonly written: Person; readonly reason: string }): Promise<boolean> => {
      const fallback = mapping.fallback?.[otherSide(from)];
      const match = fallback === undefined ? undefined : await unique(otherSide(from), fallback);
      if (typeof match !== "object" || match.person === written.person) return false;
      const known = standIns.get(mapping) ?? new Map<string, FoundPerson>();
      standIns.set(mapping, known.set(keyOf(from, person, mapping), { person: match, standsIn: `${person.name ?? person.login ?? person.person} was refused (${reason})` }));
      return true;
    },
    lookup: (from: Side, person: Person, mapping: Pick<FieldMapping, "userMap" | "fallback">): FoundPerson => standIns.get(mapping)?.get(keyOf(from, person, mapping)) ?? found.get(keyOf(from, person, mapping)) ?? { reason: `${person.name ?? person.person} was not looked up` },
  };
};

/** A mention reaches a person: nobody is addressed in the place of somebody unknown. */
const MENTIONING: Pick<FieldMapping, "userMap" | "fallback"> = { userMap: true };

/** By the user map and without a fallback: a mention of somebody else would call the wrong person. */
export const createMentions = (people: ReturnType<typeof createPeople>) => ({
  prepare: async (from: Side, texts: readonly string[]): Promise<void> => {
    for (const { id, name } of texts.flatMap(mentionsIn)) await people.prepare(from, { person: id, name }, MENTIONING);
  },
  lookup: (from: Side, id: string, name: string): Person | undefined => {
    const found = people.lookup(from, { person: id, name }, MENTIONING);
    return "person" in found ? found.person : undefined;
  },
});
