// A connection between two systems behind real connectors, with a person's hands on each side: for tests that walk a pair
// of systems from nothing to in step.

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { openConnector } from "../../../lib/connectors/registry.ts";
import type { Connector, DataSourceSettings, WriteResult } from "../../../lib/connectors/connector.ts";
import type { HttpMore } from "../../../lib/connectors/http.ts";
import { parseFile } from "../../../lib/core/config/parse.ts";
import { connectionSchema, type DataSourceFile } from "../../../lib/core/config/schema.ts";
import { compileConnection } from "../../../lib/core/mapping/compile.ts";
import type { Connection } from "../../../lib/core/mapping/model.ts";
import { type Fields, type Item, type Side, SIDES, type TypeSchema } from "../../../lib/core/types.ts";
import { auditReport } from "../../../lib/run/auditReport.ts";
import type { ConnectionContext } from "../../../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../../../lib/run/syncIteration.ts";
import type { Store } from "../../../lib/store/store.ts";
import { contextOf } from "../engine/context.ts";

export interface PairSetup {
  readonly store: Store;
  readonly yaml: string;
  readonly settings: Readonly<Record<Side, DataSourceSettings>>;
  /** Another account of each system: what it does is done by a person. */
  readonly hands: Readonly<Record<Side, DataSourceSettings>>;
  readonly now?: () => string;
  /** How the connection's own connectors call: their waiting, for instance. */
  readonly http?: HttpMore;
}

export interface Pair {
  readonly connection: Connection;
  readonly hands: Readonly<Record<Side, Connector>>;
  context(): Promise<ConnectionContext>;
  iterate(options?: IterationOptions): Promise<IterationResult>;
  /** Everything is in step but items of these names, which the definition leaves alone on their side; answers how many are. */
  expectInStep(alone?: readonly string[]): Promise<number>;
  make(side: Side, type: string, drafts: readonly Fields[]): Promise<readonly string[]>;
  change(side: Side, type: string, ids: readonly string[], fields: (item: Item, index: number) => Fields): Promise<void>;
  close(): Promise<void>;
}

/** The definition against the schemas that these connectors read. */
export const compilePair = async (setup: Pick<PairSetup, "yaml" | "settings">, connectors: Readonly<Record<Side, Connector>>): Promise<Connection> => {
  const parsed = parseFile("connection.yaml", setup.yaml, connectionSchema);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 1));
  const schemas = new Map<string, readonly TypeSchema[]>();
  for (const side of SIDES) for (const pair of [...(parsed.value.projects ?? []), ...parsed.value.types.flatMap((type) => type.projects ?? [])]) schemas.set(`${side} ${pair[side]}`, await connectors[side].types(pair[side]));
  const source = (side: Side): DataSourceFile => ({ system: setup.settings[side].system as DataSourceFile["system"], url: setup.settings[side].url, credentials: {} });
  const { connection, problems } = compileConnection({ file: parsed.value, place: parsed.place, sources: { master: source("master"), target: source("target") }, schemas: (side, project) => schemas.get(`${side} ${project}`) });
  if (problems.length > 0) throw new Error(problems.map((problem) => `${problem.path ?? ""}: ${problem.message}`).join("\n"));
  return connection;
};

/** Ids of what a person wrote, all of it. */
export const written = (results: readonly WriteResult[]): readonly string[] =>
  results.map((result) => {
    if (!result.ok) throw new Error(`a person's write failed: ${result.reason}`);
    if (result.problems.length > 0) throw new Error(`a person's write failed: ${result.problems.map((problem) => `${problem.field}: ${problem.reason}`).join("; ")}`);
    return result.id;
  });

export const openPair = async (setup: PairSetup): Promise<Pair> => {
  const open = async (): Promise<Readonly<Record<Side, Connector>>> => ({ master: await openConnector(setup.settings.master, setup.http), target: await openConnector(setup.settings.target, setup.http) });
  const hands = { master: await openConnector(setup.hands.master), target: await openConnector(setup.hands.target) };
  const first = await open();
  const connection = await compilePair(setup, first);
  for (const side of SIDES) await first[side].close();
  const projectOf = (side: Side, type: string): string => connection.syncSets.find((set) => set[side].type === type)?.[side].project ?? "";
  const contextOn = (connectors: Readonly<Record<Side, Connector>>): ConnectionContext => contextOf({ store: setup.store, connection, connectors, ...(setup.now === undefined ? {} : { now: setup.now }) });
  const within = async <T>(work: (context: ConnectionContext) => Promise<T>): Promise<T> => {
    const connectors = await open();
    try {
      // Signing in and reading schemas is paid once per process, not per iteration.
      for (const side of SIDES) {
        await connectors[side].account();
        for (const project of new Set(connection.syncSets.map((set) => set[side].project))) await connectors[side].types(project);
      }
      return await work(contextOn(connectors));
    } finally {
      for (const side of SIDES) await connectors[side].close();
    }
  };
  return {
    connection,
    hands,
    context: async () => contextOn(await open()),
    iterate: (options = {}) => within((context) => syncIteration(context, options)),
    expectInStep: async (alone = []) => {
      const facts = await within(auditReport);
      const rows = facts.sets.flatMap((set) => set.rows.map((row) => ({ set: set.key, ...row })));
      expect(rows.filter((row) => row.state !== "in step" && !(row.state === "unpaired" && alone.includes(row.name))).map((row) => ({ set: row.set, state: row.state, name: row.name, reason: row.reason, drift: row.drift }))).toEqual([]);
      return rows.filter((row) => row.state === "in step").length;
    },
    make: async (side, type, drafts) => written(await hands[side].create(type, projectOf(side, type), drafts.map((fields) => ({ intent: randomUUID(), fields })))),
    change: async (side, type, ids, fields) => {
      const schema = (await hands[side].types(projectOf(side, type))).find((candidate) => candidate.name === type);
      const found = new Map((await hands[side].get({ type, project: projectOf(side, type), ids, fields: schema?.fields.map((field) => field.name) ?? [] })).map((item) => [item.id, item]));
      const items = ids.flatMap((id) => found.get(id) ?? []);
      written(await hands[side].update(type, projectOf(side, type), items.map((item, index) => ({ id: item.id, fields: fields(item, index), before: item }))));
    },
    close: async () => {
      for (const side of SIDES) await hands[side].close();
    },
  };
};

/** Outcomes of a run that a person would look at, for messages of failing tests. */
export const trouble = async (store: Store, run: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const page of store.outcomes.ofRun(run)) for (const row of page) if (["hold", "fail", "conflict"].includes(row.action)) lines.push(`${row.action} ${row.side} ${row.name ?? ""}: ${row.reason}`);
  return [...new Set(lines)];
};

export const writesOf = (result: IterationResult): number => SIDES.reduce((sum, side) => sum + result.counts[side].created + result.counts[side].updated + result.counts[side].deleted + result.counts[side].comments + result.counts[side].attachments, 0);

export const callRatio = (result: IterationResult): number => (result.calls.master + result.calls.target) / (result.leastCalls.master + result.leastCalls.target);
