// Joins tables of people, one per data source, by a key that is the same everywhere (an e-mail address, a login), and makes
// a user map of each person that stands in two tables or more. Doubts are reported, never resolved.

import { badMap, canonical, compareText, roundedNumber, type UserMap } from "./userMap.ts";

export interface PeopleTable {
  readonly dataSource: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Column whose value is the same for the same person in every table. */
  readonly key: string;
  /** Column with what the data source calls the person. */
  readonly identifier: string;
  /** Column for the label of the map; else the key is the label. */
  readonly label?: string;
}

export interface AlonePerson {
  readonly dataSource: string;
  readonly key: string;
  readonly name: string;
}

export interface DoubleKey {
  readonly dataSource: string;
  readonly key: string;
  readonly names: readonly string[];
}

export interface BuiltUserMaps {
  /** In order of their label. */
  readonly maps: readonly UserMap[];
  /** Found in one table only. */
  readonly alone: readonly AlonePerson[];
  /** A key that stands for several users of one data source: none of them is mapped there. */
  readonly doubles: readonly DoubleKey[];
  /** Rows without a key or an identifier, or with one that says nothing, by their number from 1 among those of the data source. */
  readonly incomplete: readonly { readonly dataSource: string; readonly row: number; readonly who: string; readonly reason: string }[];
}

/** How keys are compared: letter case never tells two mailboxes apart. */
const foldKey = (key: string): string => key.normalize("NFKC").trim().toLowerCase();

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly label: string;
}

interface Indexed {
  readonly table: PeopleTable;
  readonly byKey: ReadonlyMap<string, readonly Entry[]>;
}

/** By what a reader finds the row again. */
const whoIs = (row: Readonly<Record<string, string>>): string => ["name", "login", "email", "id"].map((column) => row[column] ?? "").find((text) => text.trim() !== "") ?? "";

const index = (table: PeopleTable, incomplete: BuiltUserMaps["incomplete"][number][]): Indexed => {
  const byKey = new Map<string, Entry[]>();
  table.rows.forEach((row, at) => {
    const [key, name] = [(row[table.key] ?? "").trim(), row[table.identifier] ?? ""];
    const leave = (reason: string): void => void incomplete.push({ dataSource: table.dataSource, row: at + 1, who: whoIs(row), reason });
    if (key === "" || name === "") return leave(key === "" ? `no ${table.key}` : `no ${table.identifier}`);
    // Two people's numbers may have been rounded to the same one.
    const bad = roundedNumber(key) ?? roundedNumber(name) ?? badMap({ name: key, users: [{ dataSource: table.dataSource, name }] });
    if (bad !== undefined) return leave(bad);
    const entry: Entry = { key, name, label: (table.label === undefined ? "" : (row[table.label] ?? "")).trim() };
    const same = byKey.get(foldKey(key));
    if (same === undefined) byKey.set(foldKey(key), [entry]);
    else if (!same.some((other) => other.name === name)) same.push(entry);
  });
  return { table, byKey };
};

/** Labels are unique: two people of one name carry their key with it. */
const labelled = (people: readonly { readonly key: string; readonly label: string; readonly users: UserMap["users"] }[]): readonly UserMap[] => {
  const count = new Map<string, number>();
  for (const { label } of people) count.set(label, (count.get(label) ?? 0) + 1);
  const taken = new Set<string>();
  return people.map(({ key, label, users }) => {
    let name = label === "" ? key : (count.get(label) ?? 0) > 1 ? `${label} (${key})` : label;
    while (taken.has(name)) name = `${name}*`;
    taken.add(name);
    return canonical({ name, users });
  });
};

/** Joined by key, without case. Nobody is guessed: a key that is twice in one table, or in one table only, makes no map and is told. */
export const buildUserMaps = (tables: readonly PeopleTable[]): BuiltUserMaps => {
  const incomplete: BuiltUserMaps["incomplete"][number][] = [];
  const indexed = tables.map((table) => index(table, incomplete));
  const doubles: DoubleKey[] = [];
  const alone: AlonePerson[] = [];
  const people: { key: string; label: string; users: UserMap["users"] }[] = [];
  for (const key of [...new Set(indexed.flatMap(({ byKey }) => [...byKey.keys()]))].sort(compareText)) {
    const held = indexed.flatMap(({ table, byKey }) => ({ table, entries: byKey.get(key) ?? [] })).filter(({ entries }) => entries.length > 0);
    for (const { table, entries } of held) if (entries.length > 1) doubles.push({ dataSource: table.dataSource, key, names: entries.map((entry) => entry.name) });
    const single = held.filter(({ entries }) => entries.length === 1).map(({ table, entries }) => ({ dataSource: table.dataSource, entry: entries[0] as Entry }));
    const [first, second] = single;
    if (first !== undefined && second !== undefined) people.push({ key: first.entry.key, label: single.find(({ entry }) => entry.label !== "")?.entry.label ?? "", users: single.map(({ dataSource, entry }) => ({ dataSource, name: entry.name })) });
    else if (first !== undefined && held.length === 1) alone.push({ dataSource: first.dataSource, key: first.entry.key, name: first.entry.name });
  }
  return { maps: labelled(people).toSorted((one, other) => compareText(one.name, other.name)), alone, doubles, incomplete };
};
