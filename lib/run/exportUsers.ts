// Everybody a data source knows, with every attribute, as rows for a spreadsheet or for buildUserMaps. Changes nothing.

import type { Connector } from "../connectors/connector.ts";
import { csvLine } from "../core/users/csvRows.ts";
import { compareText } from "../core/users/userMap.ts";
import type { Progress } from "./context.ts";

/** One person: column → text. */
export type UserRow = Readonly<Record<string, string>>;

const COLUMNS = ["dataSource", "id", "name", "login", "email", "active"] as const;

export interface ExportedUsers {
  readonly dataSource: string;
  readonly users: readonly UserRow[];
}

/** By id, in order of code points. Attributes of the endpoint are columns beside ours. Throws what the connector throws. */
export const exportUsers = async (connector: Connector, progress: Progress): Promise<ExportedUsers> => {
  await connector.account();
  const users: UserRow[] = [];
  for await (const page of connector.people({ everything: true })) {
    // An attribute never hides a column of ours.
    for (const person of page) users.push({ ...person.attributes, dataSource: connector.dataSource, id: person.id, name: person.name, login: person.login ?? "", email: person.email ?? "", active: String(person.active) });
    progress.update(`people of ${connector.dataSource}`, users.length);
  }
  return { dataSource: connector.dataSource, users: users.toSorted((one, other) => compareText(one.id ?? "", other.id ?? "")) };
};

/** One table: our columns first, then every attribute anybody has, in order of its name. Cells a spreadsheet would run are defused. */
export const usersCsv = (users: readonly UserRow[]): string => {
  const further = new Set(users.flatMap((user) => Object.keys(user)));
  for (const column of COLUMNS) further.delete(column);
  const columns = [...COLUMNS, ...[...further].toSorted(compareText)];
  return csvLine(columns) + users.map((user) => csvLine(columns.map((column) => user[column] ?? ""))).join("");
};
