// Pairs by name what stands on both sides already: people, releases, sprints, items of any mapped type. Tells the situation
// of every name; writes pairs only from `found`, only where told to, and touches nothing that exists.

import { UsageError } from "../core/errors.ts";
import { closest } from "../core/mapping/closest.ts";
import { SIDES } from "../core/types.ts";
import type { Lease } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { matchItems } from "./match/items.ts";
import type { Match, MatchOptions } from "./match/match.ts";
import { matchPeople } from "./match/people.ts";

/** With `apply` under the connection's lock: an iteration at the same time could create what is about to be paired. */
export const matchByName = async (context: ConnectionContext, options: MatchOptions, lease?: Lease): Promise<readonly Match[]> => {
  if (options.type === "user") return [await matchPeople(context, options)];
  const { syncSets } = context.connection;
  const chosen = syncSets.filter((set) => SIDES.some((side) => set[side].type === options.type) && (options.project === undefined || SIDES.some((side) => set[side].project === options.project)));
  const projects = [...new Set(syncSets.flatMap((set) => SIDES.map((side) => set[side].project)))];
  if (options.project !== undefined && !projects.includes(options.project)) throw new UsageError(`--project ${options.project}: ${context.connection.name} maps no such project`, `it maps ${closest(options.project, projects)}`);
  if (chosen.length === 0) throw new UsageError(`${context.connection.name} maps no type "${options.type}"${options.project === undefined ? "" : ` in project ${options.project}`}`, `it maps ${closest(options.type, [...new Set(syncSets.flatMap((set) => SIDES.map((side) => set[side].type)))])}, and there is user`);
  const rows = await context.store.syncSets[options.apply ? "ensure" : "look"](context.connection.name, chosen.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const matches: Match[] = [];
  for (const [at, set] of chosen.entries()) {
    const row = rows[at];
    if (row !== undefined) matches.push(await matchItems(context, set, row.id, options, lease));
  }
  context.progress.done();
  return matches;
};
