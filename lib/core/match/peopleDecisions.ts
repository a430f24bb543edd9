// The rows of people to which a person said "yes", as user maps. One person may stand in several rows: with two accounts in
// one system, or in several connections.

import type { Chunks } from "../users/decode.ts";
import { roundedNumber, sortMaps, type UserMap, type UserName } from "../users/userMap.ts";
import { cellOf, type Decided, decisionOf, readDecisionRows } from "./decisions.ts";

/** The data sources of a connection; undefined where nobody knows it. */
export type SourcesOf = (connection: string) => { readonly master: string; readonly target: string } | undefined;

export interface DecidedPeople {
  readonly maps: readonly UserMap[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

interface Person {
  readonly label: string;
  readonly login: string;
  readonly users: UserName[];
}

/** What scripts print in the place of a secret. */
const HIDDEN = "•••";

const keyOf = ({ dataSource, name }: UserName): string => `${dataSource}\u0000${name}`;

const readRow = (decided: Decided, sourcesOf: SourcesOf): Person | string | undefined => {
  const said = decisionOf(decided);
  if (said === undefined) return undefined;
  if ("reason" in said) return said.reason;
  const text = (name: Parameters<typeof cellOf>[1]): string => cellOf(decided.row, name);
  if (text("syncSet") !== "user") return `is a pair of items (${text("syncSet")}): give it to seedCrossReferences`;
  const sources = sourcesOf(text("connection"));
  if (sources === undefined) return `no connection is called "${text("connection")}"`;
  // The id is what every reading carries, the login what people know. What is printed hides the login of our own account.
  const namesOf = (dataSource: string, names: readonly string[]): UserName[] => [...new Set(names)].filter((name) => name !== "" && !name.includes(HIDDEN)).map((name) => ({ dataSource, name }));
  const users = [...namesOf(sources.master, [text("masterLogin"), text("masterId")]), ...namesOf(sources.target, [text("targetLogin"), text("targetId")])];
  const rounded = users.map(({ name }) => roundedNumber(name)).find((reason) => reason !== undefined);
  if (rounded !== undefined) return rounded;
  return { label: text("masterName") || text("targetName") || text("masterId"), login: text("masterLogin").replace(HIDDEN, "") || text("masterId"), users };
};

/** Rows that share a name are one person. */
const joined = (rows: readonly Person[]): readonly Person[] => {
  const holders = new Map<string, Person>();
  const people = new Set<Person>();
  for (const row of rows) {
    const same = [...new Set(row.users.flatMap((user) => holders.get(keyOf(user)) ?? []))];
    const [first = { ...row, users: [] }] = same;
    for (const other of same.slice(1)) people.delete(other);
    first.users.push(...same.slice(1).flatMap((other) => other.users), ...row.users);
    for (const user of first.users) holders.set(keyOf(user), first);
    people.add(first);
  }
  return [...people];
};

/** In order of the label. Throws DataError where the file is damaged. */
export const readPeopleDecisions = async (chunks: Chunks, format: "csv" | "json", sourcesOf: SourcesOf): Promise<DecidedPeople> => {
  const rows: Person[] = [];
  const rejected: { line: number; reason: string }[] = [];
  for await (const batch of readDecisionRows(chunks, format)) {
    for (const decided of batch) {
      const read = readRow(decided, sourcesOf);
      if (typeof read === "string") rejected.push({ line: decided.line, reason: read });
      else if (read !== undefined) rows.push(read);
    }
  }
  const people = joined(rows);
  const count = new Map<string, number>();
  for (const { label } of people) count.set(label, (count.get(label) ?? 0) + 1);
  const maps = people.map(({ label, login, users }) => ({ name: (count.get(label) ?? 0) > 1 ? `${label} (${login})` : label, users }));
  return { maps: sortMaps(maps), rejected };
};
