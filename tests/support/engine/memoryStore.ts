// The store in memory: as quick as the proof needs it, held to the same contract as the real ones. It outlives the runs
// that are killed on it, as a database does. Only what the engine uses; purging and importing are left to the real stores.

import type { Side } from "../../../lib/core/types.ts";
import type { BaseText, ClaimedElsewhere, Claims, Conflict, Fact, Holdings, Intent, Link, Outcome, PendingLink, Quarantined, RecordBatch, RunRow, Store, SubLink, SyncSetRow, Watermark } from "../../../lib/store/store.ts";
import { BusyError } from "../../../lib/core/errors.ts";

export interface MemoryStore extends Store {
  /** Everything in it but runs and outcomes, in canonical order. */
  content(): unknown;
  /** Keeps all there is now; answers how to have it again: with `from` as restoreDatabase does with a backup of that time. */
  save(): (from?: string) => void;
  readonly outcomeRows: readonly Outcome[];
}

export interface StoreHooks {
  readonly before?: (step: string) => void;
  readonly after?: (step: string) => void;
}

const copy = <T>(value: T): T => structuredClone(value);

const not = (what: string): never => {
  throw new Error(`${what} is not part of the memory store`);
};

interface Tables {
  readonly sets: SyncSetRow[];
  readonly links: Map<string, Link>;
  readonly byTarget: Map<string, Link>;
  readonly subLinks: Map<string, SubLink>;
  readonly baseTexts: Map<string, BaseText>;
  readonly intents: Map<string, Intent>;
  readonly watermarks: Map<string, Watermark>;
  readonly pending: Map<string, PendingLink>;
  readonly quarantine: Map<string, Quarantined>;
  readonly conflicts: Map<string, Conflict>;
  readonly outcomes: Outcome[];
  readonly runs: Map<string, RunRow>;
  readonly facts: Map<string, Fact>;
  readonly states: Map<string, { name: string; started: boolean; changedAt: string; changedBy: string }>;
}

const key = (...parts: readonly unknown[]): string => JSON.stringify(parts);

const putLink = (tables: Tables, link: Link): void => {
  const masterKey = key(link.syncSet, link.master.id);
  const targetKey = key(link.syncSet, link.target.id);
  const other = tables.byTarget.get(targetKey);
  if (other !== undefined && other.master.id !== link.master.id) throw new Error(`second partner for target ${link.target.id}`);
  const known = tables.links.get(masterKey);
  if (known !== undefined && known.target.id !== link.target.id) throw new Error(`second partner for master ${link.master.id}`);
  tables.links.set(masterKey, copy(link));
  tables.byTarget.set(targetKey, copy(link));
};

const removeWaiting = (tables: Tables, link: Link): void => {
  const isEnd = (row: { readonly syncSet: number; readonly side: Side; readonly id: string }): boolean => row.syncSet === link.syncSet && link[row.side].id === row.id;
  for (const [name, row] of tables.pending) if (isEnd(row)) tables.pending.delete(name);
  for (const [name, row] of tables.quarantine) if (isEnd(row)) tables.quarantine.delete(name);
  for (const [name, row] of tables.conflicts) if (row.syncSet === link.syncSet && row.masterId === link.master.id) tables.conflicts.delete(name);
  for (const [name, row] of tables.subLinks) if (row.syncSet === link.syncSet && row.masterItem === link.master.id) tables.subLinks.delete(name);
};

const removals = (tables: Tables, batch: RecordBatch): void => {
  for (const row of batch.removeLinks ?? []) {
    const link = tables.links.get(key(row.syncSet, row.masterId));
    if (link !== undefined) {
      tables.byTarget.delete(key(link.syncSet, link.target.id));
      removeWaiting(tables, link);
    }
    tables.links.delete(key(row.syncSet, row.masterId));
    for (const [name, base] of tables.baseTexts) if (base.syncSet === row.syncSet && base.masterId === row.masterId) tables.baseTexts.delete(name);
  }
  for (const row of batch.removeBaseTexts ?? []) tables.baseTexts.delete(key(row.syncSet, row.masterId, row.field));
  for (const row of batch.removeSubLinks ?? []) tables.subLinks.delete(key(row.syncSet, row.kind, row.masterItem, row.masterId));
  for (const intent of batch.closeIntents ?? []) tables.intents.delete(intent);
  for (const row of batch.removePendingLinks ?? []) tables.pending.delete(key(row.syncSet, row.side, row.id, row.field));
  for (const row of batch.removeQuarantine ?? []) tables.quarantine.delete(key(row.syncSet, row.side, row.id));
  for (const row of batch.removeConflicts ?? []) tables.conflicts.delete(key(row.syncSet, row.masterId, row.field));
};

const additions = (tables: Tables, batch: RecordBatch): void => {
  for (const row of batch.syncSets ?? []) {
    const at = tables.sets.findIndex((set) => set.id === row.id);
    const known = tables.sets[at];
    if (known === undefined) continue;
    const { restoredFrom, ...rest } = known;
    const { isSettled, ...recorded } = copy(row);
    tables.sets[at] = { ...rest, ...recorded, ...(restoredFrom === undefined || isSettled === true ? {} : { restoredFrom }) };
  }
  for (const link of batch.links ?? []) putLink(tables, link);
  for (const row of batch.subLinks ?? []) tables.subLinks.set(key(row.syncSet, row.kind, row.masterItem, row.masterId), copy(row));
  for (const row of batch.baseTexts ?? []) {
    if (!tables.links.has(key(row.syncSet, row.masterId))) throw new Error(`a base text without its link: ${row.masterId}`);
    tables.baseTexts.set(key(row.syncSet, row.masterId, row.field), copy(row));
  }
  for (const row of batch.openIntents ?? []) {
    if (tables.intents.has(row.intent)) throw new Error(`intent ${row.intent} twice`);
    tables.intents.set(row.intent, copy(row));
  }
  for (const row of batch.watermarks ?? []) tables.watermarks.set(key(row.syncSet, row.side), { ...tables.watermarks.get(key(row.syncSet, row.side)), ...copy(row) });
  for (const row of batch.pendingLinks ?? []) tables.pending.set(key(row.syncSet, row.side, row.id, row.field), copy(row));
  for (const row of batch.quarantine ?? []) tables.quarantine.set(key(row.syncSet, row.side, row.id), copy(row));
  for (const row of batch.conflicts ?? []) tables.conflicts.set(key(row.syncSet, row.masterId, row.field), copy(row));
  tables.outcomes.push(...copy([...(batch.outcomes ?? [])]));
};

const linkTable = (tables: Tables): Store["links"] => ({
  byIds: async (syncSet, side, ids) => ids.flatMap((id) => (side === "master" ? tables.links : tables.byTarget).get(key(syncSet, id)) ?? []).map(copy),
  partners: async (syncSets, side, ids) => {
    const other: Side = side === "master" ? "target" : "master";
    const found = new Map<string, { id: string; syncSet: number; key?: string }>();
    for (const id of ids)
      for (const syncSet of syncSets) {
        const link = (side === "master" ? tables.links : tables.byTarget).get(key(syncSet, id));
        if (link !== undefined && link.state !== "unlinked" && !found.has(id)) found.set(id, { id: link[other].id, syncSet, ...(link[other].key === undefined ? {} : { key: link[other].key }) });
      }
    return found;
  },
  count: async (syncSet) => [...tables.links.values()].filter((link) => link.syncSet === syncSet && link.state !== "unlinked").length,
  scan: async function* (syncSet, side) {
    const rows = [...tables.links.values()].filter((link) => link.syncSet === syncSet).toSorted((a, b) => (a[side].id < b[side].id ? -1 : 1));
    if (rows.length > 0) yield copy(rows);
  },
  search: async (idOrKey) =>
    [...tables.links.values()]
      .filter((link) => [link.master.id, link.target.id, link.master.key, link.target.key].includes(idOrKey))
      .map((link) => {
        const set = tables.sets.find((candidate) => candidate.id === link.syncSet);
        return { ...copy(link), connection: set?.connection ?? "", syncSetKey: set?.key ?? "" };
      }),
});

const ofSet = <T extends { readonly syncSet: number }>(rows: Iterable<T>, syncSet: number): T[] => [...rows].filter((row) => row.syncSet === syncSet).map(copy);

const connectionOf = (tables: Tables, syncSet: number): string | undefined => tables.sets.find((set) => set.id === syncSet)?.connection;

/** Rows of these sync sets, by kind; with `remove` they go. */
const holdingsOf = (tables: Tables, connection: string, remove: boolean): Holdings => {
  const mine = (row: { readonly syncSet: number }): boolean => connectionOf(tables, row.syncSet) === connection;
  const take = <T extends { readonly syncSet: number }>(rows: Map<string, T>): number => {
    const keys = [...rows].filter(([, row]) => mine(row)).map(([name]) => name);
    if (remove) for (const name of keys) rows.delete(name);
    return keys.length;
  };
  if (remove) take(tables.byTarget);
  return { baseTexts: take(tables.baseTexts), subLinks: take(tables.subLinks), links: take(tables.links), intents: take(tables.intents), watermarks: take(tables.watermarks), pendingLinks: take(tables.pending), quarantine: take(tables.quarantine), conflicts: take(tables.conflicts) };
};

/** As the real one, which looks and writes in one step too. */
const claim = (tables: Tables, commit: (step: string, work: () => void) => void, { side, intents, others, turned = [] }: Claims): ReadonlyMap<string, ClaimedElsewhere> => {
  const found = new Map<string, ClaimedElsewhere>();
  const opposite: Side = side === "master" ? "target" : "master";
  for (const { intent, madeBy } of intents)
    for (const [sets, to, from] of [[others, side, opposite], [turned, opposite, side]] as const) {
      const open = [...tables.intents.values()].find((row) => sets.includes(row.syncSet) && (row.intent === madeBy || (row.kind === "create" && row.side === to && row.fromId === intent.fromId)));
      const link = [...tables.links.values()].find((row) => sets.includes(row.syncSet) && row[from].id === intent.fromId && row.state !== "unlinked");
      if (link !== undefined) found.set(intent.fromId, { syncSet: link.syncSet, partner: link[to].id });
      else if (open !== undefined) found.set(intent.fromId, { syncSet: open.syncSet });
    }
  commit("journal.claim", () => additions(tables, { openIntents: intents.flatMap(({ intent }) => (found.has(intent.fromId) ? [] : [intent])) }));
  return found;
};

export const createMemoryStore = (hooks: { current: StoreHooks } = { current: {} }): MemoryStore => {
  const tables: Tables = { sets: [], links: new Map(), byTarget: new Map(), subLinks: new Map(), baseTexts: new Map(), intents: new Map(), watermarks: new Map(), pending: new Map(), quarantine: new Map(), conflicts: new Map(), outcomes: [], runs: new Map(), states: new Map(), facts: new Map() };
  const commit = (step: string, work: () => void): void => {
    hooks.current.before?.(step);
    work();
    hooks.current.after?.(step);
  };
  let fence = 0;
  let restored: string | undefined;
  /** What a backup knows of an earlier one goes on, as noteRestored has it. */
  const putBack = (kept: Tables, before: string | undefined, at?: string): void => {
    const unsettled = kept.sets.length === 0 ? [before] : kept.sets.map(({ restoredFrom }) => restoredFrom);
    const from = at === undefined ? undefined : [at, ...unsettled].filter((one) => one !== undefined).toSorted()[0];
    restored = from ?? before;
    for (const [name, rows] of Object.entries(tables) as [keyof Tables, unknown][])
      if (Array.isArray(rows)) rows.splice(0, Infinity, ...(copy(kept[name]) as unknown[]));
      else if (rows instanceof Map) {
        rows.clear();
        for (const [key, row] of copy(kept[name]) as Map<unknown, unknown>) rows.set(key, row);
      }
    if (from !== undefined) tables.sets.forEach((set, at) => (tables.sets[at] = { ...set, restoredFrom: from }));
  };
  return {
    kind: "embedded",
    location: "memory",
    outcomeRows: tables.outcomes,
    syncSets: {
      all: async () => copy(tables.sets),
      list: async (connection) => copy(tables.sets.filter((set) => set.connection === connection)),
      ensure: async (connection, sets) => {
        if (sets.some((set) => !tables.sets.some((known) => known.key === set.key))) commit("syncSets.ensure", () => {
          for (const set of sets) if (!tables.sets.some((known) => known.key === set.key)) tables.sets.push({ id: tables.sets.length + 1, connection, generation: 0, ...(restored === undefined ? {} : { restoredFrom: restored }), ...copy(set) });
        });
        return sets.map((set) => copy(tables.sets.find((known) => known.key === set.key) as SyncSetRow));
      },
      look: async (connection, sets) => copy(sets.map((set, at) => tables.sets.find((known) => known.key === set.key) ?? { ...set, id: -1 - at, connection, generation: 0, ...(restored === undefined ? {} : { restoredFrom: restored }) })),
      busy: async (ids) => new Set([...tables.intents.values(), ...tables.pending.values(), ...tables.quarantine.values(), ...tables.conflicts.values()].map((row) => row.syncSet).filter((id) => ids.includes(id))),
      noteRestored: async () => not("syncSets.noteRestored"),
      holdings: async (connection) => holdingsOf(tables, connection, false),
      forget: async (connection) => {
        const found = holdingsOf(tables, connection, false);
        commit("syncSets.forget", () => holdingsOf(tables, connection, true));
        return found;
      },
    },
    links: linkTable(tables),
    subLinks: { ofItems: async (syncSet, kind, items) => ofSet(tables.subLinks.values(), syncSet).filter((row) => row.kind === kind && items.includes(row.masterItem)) },
    baseTexts: { ofItems: async (syncSet, masterIds) => ofSet(tables.baseTexts.values(), syncSet).filter((row) => masterIds.includes(row.masterId)) },
    journal: { open: async (syncSet) => ofSet(tables.intents.values(), syncSet).toSorted((a, b) => (a.at + a.intent < b.at + b.intent ? -1 : 1)), claim: async (claims) => claim(tables, commit, claims) },
    watermarks: {
      get: async (syncSet, side) => copy(tables.watermarks.get(key(syncSet, side))),
      both: async (syncSet) => Object.fromEntries(ofSet(tables.watermarks.values(), syncSet).map((mark) => [mark.side, mark])),
      clear: async (connection, only = {}) => {
        let cleared = 0;
        for (const [name, row] of tables.watermarks) if (connectionOf(tables, row.syncSet) === connection && (only.side === undefined || only.side === row.side)) cleared += tables.watermarks.delete(name) ? 1 : 0;
        return cleared;
      },
    },
    pendingLinks: { list: async (syncSet) => ofSet(tables.pending.values(), syncSet) },
    quarantine: { list: async (syncSet) => ofSet(tables.quarantine.values(), syncSet), count: async (connection) => [...tables.quarantine.values()].filter((row) => connectionOf(tables, row.syncSet) === connection).length },
    conflicts: { list: async (connection) => [...tables.conflicts.values()].filter((row) => connectionOf(tables, row.syncSet) === connection).map((row) => ({ ...copy(row), syncSetKey: tables.sets.find((set) => set.id === row.syncSet)?.key ?? "" })) },
    runs: {
      start: async (run) => commit("runs.start", () => tables.runs.set(run.id, { id: run.id, connection: run.connection, script: run.script, host: run.host, pid: run.pid, startedAt: run.at, status: "running", counts: {} })),
      end: async (id, end) =>
        commit("runs.end", () => {
          const run = tables.runs.get(id);
          if (run !== undefined) tables.runs.set(id, { ...run, endedAt: end.at, status: end.status, counts: end.counts, ...(end.message === undefined ? {} : { message: end.message }) });
        }),
      list: async (connection, most = 100) => [...tables.runs.values()].filter((run) => connection === undefined || run.connection === connection).toReversed().slice(0, most),
      get: async (id) => tables.runs.get(id),
      beginning: async (words) => [...tables.runs.keys()].filter((id) => id.startsWith(words)).slice(0, 2),
    },
    outcomes: {
      ofRun: async function* (run) {
        yield copy(tables.outcomes.filter((row) => row.run === run));
      },
      ofItem: async (syncSet, side, id, most = 100) => copy(tables.outcomes.filter((row) => row.syncSet === syncSet && (side === "master" ? row.masterId : row.targetId) === id).toReversed().slice(0, most)),
      latest: async function* () {
        yield [];
      },
    },
    locks: {
      acquire: async (name) => ({ name, fence: ++fence, lost: new AbortController().signal, release: async () => undefined }),
      acquireSlice: async () => not("locks.acquireSlice"),
      holders: async () => [],
    },
    connections: {
      get: async (name) => tables.states.get(name),
      standing: async () => {
        throw new Error("whose turn it is, is asked of a real store");
      },
      set: async (state) => {
        tables.states.set(state.name, { ...state });
      },
      remove: async (name) => {
        tables.states.delete(name);
      },
    },
    userMaps: { scan: async function* () { yield []; }, lookup: async () => new Map(), count: async () => 0, countNames: async () => 0, files: async () => [], write: async () => not("userMaps.write"), diff: async () => not("userMaps.diff"), bring: async () => not("userMaps.bring"), holders: async () => not("userMaps.holders") },
    facts: {
      get: async (name) => tables.facts.get(name),
      list: async (prefix) => [...tables.facts.values()].filter(({ name }) => name.startsWith(prefix)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      set: async (facts) => {
        for (const fact of facts) tables.facts.set(fact.name, copy(fact));
      },
      remove: async (names) => {
        for (const name of names) tables.facts.delete(name);
      },
    },
    tokens: { take: async () => not("tokens.take"), hold: async () => not("tokens.hold") },
    purge: { plan: async () => not("purge"), apply: async () => not("purge") },
    health: { read: async () => not("health") },
    openQueue: async () => not("openQueue"),
    record: async (batch, lease) => {
      if (Object.values(batch).every((rows) => (rows as readonly unknown[] | undefined)?.length === 0 || rows === undefined)) return;
      if (lease !== undefined && lease.fence !== fence) throw new BusyError(`the lock ${lease.name} now belongs to another run`);
      commit("record", () => {
        removals(tables, batch);
        additions(tables, batch);
      });
    },
    close: async () => undefined,
    save: () => {
      const [kept, before] = [copy(tables), restored];
      return (from) => putBack(kept, before, from);
    },
    content: () => ({
      links: [...tables.links.values()].map((link) => ({ set: link.syncSet, master: link.master.id, target: link.target.id, state: link.state, prints: [link.master.prints, link.target.prints] })).toSorted((a, b) => (JSON.stringify([a.set, a.master]) < JSON.stringify([b.set, b.master]) ? -1 : 1)),
      subLinks: [...tables.subLinks.values()].map(({ masterId, targetId, kind }) => [kind, masterId, targetId]).toSorted(),
      baseTexts: [...tables.baseTexts.values()].map(({ syncSet, ...row }) => [syncSet, ...Object.values(row)]).toSorted(),
      intents: [...tables.intents.values()],
      pending: [...tables.pending.keys()].toSorted(),
      quarantine: [...tables.quarantine.keys()].toSorted(),
      conflicts: [...tables.conflicts.keys()].toSorted(),
    }),
  };
};
