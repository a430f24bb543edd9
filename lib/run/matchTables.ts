// Two tables of people instead of two systems: nothing is asked and nothing written. Apart from matchByName.ts, so that neither
// a connector nor the store is loaded for it.

import { pairNames } from "../core/match/pairByName.ts";
import type { PeopleTable } from "../core/match/reading/peopleTable.ts";
import type { Match } from "./match/match.ts";

/** "octane~jira" stands for the connection. */
export const matchTables = (master: PeopleTable, target: PeopleTable): Match => {
  const result = pairNames(master.people, target.people, { kind: "person" });
  return { connection: `${master.dataSource || "master"}~${target.dataSource || "target"}`, syncSet: "user", result, written: 0, maps: [], refused: [] };
};
