// What is remembered of pairs to which a person said "no" in a table of decisions: a nightly match --apply would write them else.

import { pairKey } from "../../core/match/declined.ts";
import { cellOf, decisionOf, readDecisionRows } from "../../core/match/decisions.ts";
import type { Chunks } from "../../core/users/decode.ts";
import type { Store } from "../../store/store.ts";

type Facts = { readonly store: Pick<Store, "facts"> };

/** Where a pair stands: in a sync set by its key, which begins with its connection, or between the people of two data sources. */
export const itemsScope = (syncSet: string): string => `declined:${syncSet}/`;
export const peopleScope = ({ master, target }: { readonly master: string; readonly target: string }): string => `declinedPeople:${JSON.stringify([master, target])}/`;

/** Keys (`pairKey`) of the pairs of a scope. */
export const declinedIn = async ({ store }: Facts, scope: string): Promise<ReadonlySet<string>> => new Set((await store.facts.list(scope)).map(({ name }) => name.slice(scope.length)));

/** Names of the facts, for who forgets a connection. People are those of data sources, which stay. */
export const declinedFactsOf = async ({ store }: Facts, connection: string): Promise<readonly string[]> => (await store.facts.list(`declined:${connection}/`)).map(({ name }) => name);

/** The pairs of a sync set that is called otherwise now. */
export const handOverDeclined = async ({ store }: Facts, from: string, to: string): Promise<void> => {
  const facts = await store.facts.list(itemsScope(from));
  await store.facts.set(facts.map(({ name, ...fact }) => ({ ...fact, name: `${itemsScope(to)}${name.slice(itemsScope(from).length)}` })));
};

/**
 * Remembers each "no" of a table, and forgets it where there is a "yes" now. `scopeOf`: of the row's connection and sync set; undefined
 * where the pair is none of ours. Answers how many there are.
 */
export const rememberDecisions = async ({ store }: Facts, chunks: Chunks, format: "csv" | "json", scopeOf: (connection: string, syncSet: string) => string | undefined, at: string): Promise<number> => {
  const [declined, agreed] = [new Set<string>(), new Set<string>()];
  for await (const rows of readDecisionRows(chunks, format)) {
    for (const decided of rows) {
      const [masterId, targetId] = [cellOf(decided.row, "masterId"), cellOf(decided.row, "targetId")];
      const scope = scopeOf(cellOf(decided.row, "connection"), cellOf(decided.row, "syncSet"));
      if (scope === undefined || masterId === "" || targetId === "") continue;
      const said = decisionOf(decided);
      if (cellOf(decided.row, "decision").toLowerCase() === "no") declined.add(`${scope}${pairKey(masterId, targetId)}`);
      else if (said !== undefined && "yes" in said) agreed.add(`${scope}${pairKey(masterId, targetId)}`);
    }
  }
  await store.facts.remove([...agreed]);
  await store.facts.set([...declined].map((name) => ({ name, value: {}, at })));
  return declined.size;
};
