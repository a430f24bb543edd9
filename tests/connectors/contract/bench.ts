// An imagined master beside the system of a subject, and iterations between the two: for the third part of the suite, in
// which the engine works on each real connector. The store is in memory, the calls are real.

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { createMemory } from "../../../lib/connectors/memory.ts";
import { createWorld, type MemoryItem } from "../../../lib/connectors/memoryWorld.ts";
import { parseFile } from "../../../lib/core/config/parse.ts";
import { connectionSchema, type DataSourceFile, type TypeMappingFile } from "../../../lib/core/config/schema.ts";
import { compileConnection } from "../../../lib/core/mapping/compile.ts";
import type { Connection } from "../../../lib/core/mapping/model.ts";
import { type Fields, isChoice, type Item, type Side, type TypeSchema } from "../../../lib/core/types.ts";
import type { ConnectionContext } from "../../../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../../../lib/run/syncIteration.ts";
import type { Outcome } from "../../../lib/store/store.ts";
import { createMemoryStore, type MemoryStore } from "../../support/engine/memoryStore.ts";
import { writesOf } from "../../support/systems/pair.ts";
import { field } from "../../support/engine/worlds.ts";
import type { Tools } from "./mapping.ts";
import { contextOf } from "../../support/engine/context.ts";

export interface Ran {
  readonly result: IterationResult;
  readonly rows: readonly Outcome[];
}

export type AllowCreate = Readonly<Partial<Record<Side, Readonly<Record<string, boolean>>>>>;

export interface Bench {
  readonly store: MemoryStore;
  /** In every name of the case, so that nothing else of the subject's project is meant. */
  readonly tag: string;
  /** A person makes an item in the master. */
  make(type: string, fields: Fields): Promise<MemoryItem>;
  /** A person edits one, `later` milliseconds after what is now. */
  edit(item: MemoryItem, fields: Fields, later?: number): Promise<void>;
  /** A person deletes one. */
  remove(item: MemoryItem): void;
  /** The master's items of a type, by name. */
  named(type: string, name: string): MemoryItem | undefined;
  /** What these mappings say from now on, and data sources of types that they create. */
  define(types: readonly TypeMappingFile[], allowCreate?: AllowCreate): void;
  context(): Promise<ConnectionContext>;
  run(options?: IterationOptions): Promise<Ran>;
  /** An iteration of which a sync set may be refused; by way of a target that answers otherwise. */
  attempt(options?: IterationOptions, target?: Connector): Promise<Ran>;
  /** A further iteration writes nothing. */
  quiet(): Promise<void>;
  /** The partner of an item of the master. */
  partner(item: MemoryItem): Promise<string>;
  /** An item of the subject's system. */
  read(id: string, fields: readonly string[], type?: string): Promise<Item>;
  /** An item made there by the connector itself. */
  create(type: string, fields: Fields): Promise<string>;
}

const choices = (...names: readonly string[]) => ({ choices: names.map((name) => ({ id: name, name })) });
const type = (name: string, fields: TypeSchema["fields"]): TypeSchema => ({ name, label: name, nameField: "name", fields: [field("name", "string", { required: true }), ...fields], canCreate: true, canDelete: true });

/** Types of the imagined master; `extra` is of the kind that the subject has for it. */
const masterTypes = (extra: TypeSchema["fields"][number] | undefined): readonly TypeSchema[] => [
  type("team", [field("area", "string")]),
  type("release", [field("start", "date"), field("end", "date")]),
  type("sprint", [field("start", "date"), field("end", "date"), field("release", "reference", { refersTo: ["release"] })]),
  type("story", [
    field("text", "text"),
    field("number", "number"),
    field("choice", "choice", choices("One", "Uno", "Two", "Nowhere")),
    field("team", "reference", { refersTo: ["team"] }),
    field("several", "choice", { multiple: true, ...choices("One", "Uno", "Two") }),
    field("labels", "string", { multiple: true }),
    field("note", "string"),
    field("partner", "string"),
    field("owner", "person"),
    field("day", "date"),
    field("at", "dateTime"),
    ...(extra === undefined ? [] : [field("extra", extra.kind, { multiple: extra.multiple })]),
  ]),
];

const compile = (types: readonly TypeMappingFile[], project: string, system: string, schemas: Readonly<Record<Side, readonly TypeSchema[]>>, allowCreate: AllowCreate, tag: string): Connection => {
  const text = JSON.stringify({ name: "contract", master: "alpha", target: "beta", projects: [{ master: "P", target: project }], types });
  const parsed = parseFile("contract.yaml", text, connectionSchema);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const source: DataSourceFile = { system: "octane", url: `http://${tag}.example.com`, credentials: {} };
  const may = (side: Side): Pick<DataSourceFile, "allowCreate"> => (allowCreate[side] === undefined ? {} : { allowCreate: allowCreate[side] });
  const sources = { master: { ...source, ...may("master") }, target: { ...source, system: system as DataSourceFile["system"], ...may("target") } };
  const { connection, problems } = compileConnection({ file: parsed.value, place: parsed.place, sources, schemas: (side) => schemas[side] });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return connection;
};

/** `email`: of Anna, who makes everything in the master. */
export const openBench = async (tools: Tools, email?: string): Promise<Bench> => {
  const subject = tools.subject();
  const connector = tools.connector();
  const schemas = { master: masterTypes(tools.schema().fields.find(({ name }) => name === extraField(tools))), target: await connector.types(subject.project) };
  const time = { ms: Date.parse(await connector.now()) };
  const world = createWorld({ prefix: "m", projects: [{ id: "P", name: "P" }], types: schemas.master, people: [{ id: "anna", name: "Anna", ...(email === undefined ? {} : { email }), active: true, attributes: {} }], clock: () => time.ms });
  const store = createMemoryStore();
  // Each bench has a master of its own, whose ids are those of the others.
  const tag = randomUUID().slice(0, 8);
  let connection: Connection | undefined;
  const follow = async (later = 0): Promise<void> => {
    time.ms = Math.max(time.ms + 1, Date.parse(await connector.now()) + later);
  };
  const context = async (): Promise<ConnectionContext> => {
    if (connection === undefined) throw new Error("nothing is mapped yet");
    await follow();
    return contextOf({ store, connection, connectors: { master: createMemory(world, { name: "alpha", account: "sync", evidence: true }), target: connector }, now: () => new Date(time.ms).toISOString() });
  };
  const attempt = async (options: IterationOptions = {}, target: Connector = connector): Promise<Ran> => {
    if (subject.passing !== true) await subject.tick();
    const given = await context();
    const result = await syncIteration({ ...given, connectors: { ...given.connectors, target } }, options);
    return { result, rows: store.outcomeRows.filter((row) => row.run === result.run) };
  };
  const run = async (options: IterationOptions = {}): Promise<Ran> => {
    const ran = await attempt(options);
    expect(ran.result.failedSets.map(({ message }) => message)).toEqual([]);
    return ran;
  };
  return {
    store,
    tag,
    make: async (typeName, fields) => {
      await follow();
      return world.create("anna", typeName, "P", fields);
    },
    edit: async (item, fields, later) => {
      await follow(later);
      world.update("anna", item, fields);
    },
    remove: (item) => world.remove(item),
    named: (typeName, name) => [...world.items.values()].find((item) => item.type === typeName && !item.deleted && item.fields.name === name),
    define: (types, allowCreate = {}) => {
      connection = compile(types, subject.project, connector.system, schemas, allowCreate, tag);
    },
    context,
    run,
    attempt,
    quiet: async () => {
      const { result, rows } = await run();
      expect([writesOf(result), rows.filter((row) => ["create", "update", "fail"].includes(row.action))]).toEqual([0, []]);
    },
    partner: async (item) => {
      for (const set of await store.syncSets.list("contract")) for (const link of await store.links.byIds(set.id, "master", [item.id])) return link.target.id;
      throw new Error(`${String(item.fields.name)} has no partner: ${JSON.stringify(store.outcomeRows.filter((row) => row.masterId === item.id).map((row) => row.reason))}`);
    },
    read: async (id, fields, typeName = subject.type) => {
      const [item] = await connector.get({ type: typeName, project: subject.project, ids: [id], fields });
      if (item === undefined) throw new Error(`${typeName} ${id} cannot be read`);
      return item;
    },
    create: async (typeName, fields) => {
      const [made] = await connector.create(typeName, subject.project, [{ intent: randomUUID(), fields }]);
      if (made?.ok !== true || made.problems.length > 0) throw new Error(`no ${typeName}: ${JSON.stringify(made)}`);
      return made.id;
    },
  };
};

/** A field beside name, text, number and choice. */
export const extraField = (tools: Tools): string | undefined => {
  const { fields, more } = tools.subject();
  return more?.line ?? fields.many?.field;
};

/** What every new item of the subject's type needs, as constants of a mapping. */
const neededSets = (tools: Tools): NonNullable<TypeMappingFile["set"]> =>
  Object.entries(tools.subject().needed ?? {}).map(([name, value]) => ({ side: "target", field: name, value: isChoice(value) ? value.choice : String(value), onCreate: true }));

/** What each part of the contract says of its subject: where it stands, a mapping of its type from the master, an edit of one of its items by hand. */
export const subjectOf = (tools: Tools) => {
  const place = () => ({ type: tools.subject().type, project: tools.subject().project });
  const named = () => tools.subject().fields.name;
  return {
    place,
    named,
    typeOf: (more: Partial<TypeMappingFile>): TypeMappingFile => ({ master: "story", target: place().type, direction: "fromMaster", fieldDirection: "biDirectional", fields: [{ master: "name", target: named() }], ...more, set: [...neededSets(tools), ...(more.set ?? [])] }),
    /** By the hand of the connector where a person's own words differ from system to system. */
    hand: async (bench: Bench, id: string, fields: Fields): Promise<void> => {
      const [result] = await tools.connector().update(place().type, place().project, [{ id, fields, before: await bench.read(id, Object.keys(fields)) }]);
      expect(result).toMatchObject({ ok: true, problems: [] });
    },
  };
};
