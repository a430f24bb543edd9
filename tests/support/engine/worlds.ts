// Two imagined systems and a connection between them, for tests of the engine: everything real but the endpoints.

import { parseFile } from "../../../lib/core/config/parse.ts";
import { connectionSchema, type DataSourceFile } from "../../../lib/core/config/schema.ts";
import { compileConnection } from "../../../lib/core/mapping/compile.ts";
import type { Connection } from "../../../lib/core/mapping/model.ts";
import type { Transforms } from "../../../lib/core/mapping/transform.ts";
import type { FieldKind, FieldSchema, Fields, PersonRecord, Side, TypeSchema } from "../../../lib/core/types.ts";
import type { Capabilities } from "../../../lib/connectors/connector.ts";
import { createMemory, type MemoryHooks, type Talk } from "../../../lib/connectors/memory.ts";
import { createWorld, type MemoryItem, type MemoryWorld, type WorldSettings } from "../../../lib/connectors/memoryWorld.ts";
import type { ConnectionContext } from "../../../lib/run/context.ts";
import { type IterationOptions, type IterationResult, syncIteration } from "../../../lib/run/syncIteration.ts";
import type { Store } from "../../../lib/store/store.ts";
import { contextOf } from "./context.ts";

export const field = (name: string, kind: FieldKind, more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label: name, kind, multiple: false, onCreate: true, onUpdate: true, required: false, ...more });

const type = (name: string, fields: readonly FieldSchema[], more: Partial<TypeSchema> = {}): TypeSchema => ({ name, label: name, fields: [field("name", "string", { required: true, maxLength: 255 }), ...fields], nameField: "name", canCreate: true, canDelete: true, ...more });

const choices = (...names: readonly string[]) => ({ choices: names.map((name) => ({ id: name, name })) });

const person = (id: string, name: string, email: string): PersonRecord => ({ id, name, email, active: true, attributes: {} });

export const MASTER_TYPES: readonly TypeSchema[] = [
  type("release", [field("start", "date"), field("end", "date")]),
  type("sprint", [field("start", "date"), field("end", "date"), field("release", "reference", { refersTo: ["release"] })]),
  type(
    "story",
    [
      field("description", "text"),
      field("phase", "choice", choices("New", "In Progress", "Done")),
      field("points", "number"),
      field("owner", "person"),
      field("due", "date"),
      field("tags", "string", { multiple: true }),
      field("release", "reference", { refersTo: ["release"] }),
      field("sprint", "reference", { refersTo: ["sprint"] }),
      field("partner_key", "string"),
      field("id", "string", { onCreate: false, onUpdate: false }),
    ],
    { statusField: "phase" },
  ),
];

export const TARGET_TYPES: readonly TypeSchema[] = [
  type("version", [field("startDate", "date"), field("releaseDate", "date")]),
  type("sprint", [field("startDate", "date"), field("endDate", "date"), field("version", "reference", { refersTo: ["version"] })]),
  type(
    "Story",
    [
      field("body", "text"),
      field("status", "choice", choices("To Do", "Doing", "Done")),
      field("estimate", "number"),
      field("assignee", "person"),
      field("dueDate", "date"),
      field("labels", "string", { multiple: true }),
      field("fixVersion", "reference", { refersTo: ["version"] }),
      field("sprint", "reference", { refersTo: ["sprint"] }),
    ],
    { statusField: "status" },
  ),
];

export const CONNECTION = `
name: demo
master: alpha
target: beta
projects:
  - { master: "P", target: "Q" }
types:
  - master: release
    target: version
    fields:
      - { master: name, target: name }
      - { master: start, target: startDate }
      - { master: end, target: releaseDate }
  - master: sprint
    target: sprint
    fields:
      - { master: name, target: name }
      - { master: start, target: startDate }
      - { master: end, target: endDate }
      - { master: release, target: version }
  - master: story
    target: Story
    fields:
      - { master: name, target: name }
      - { master: description, target: body }
      - master: phase
        target: status
        values:
          - { master: New, target: To Do }
          - { master: In Progress, target: Doing }
          - { master: Done, target: Done }
      - { master: points, target: estimate }
      - { master: owner, target: assignee }
      - { master: due, target: dueDate }
      - { master: tags, target: labels }
      - { master: release, target: fixVersion }
      - { master: sprint, target: sprint }
    set:
      - { side: master, field: partner_key, partner: key }
`;

const PEOPLE = { master: [person("sync", "Sync", "sync@a"), person("anna", "Anna Berg", "anna@x.com"), person("bo", "Bo Chen", "bo@x.com"), person("ida", "Ida Only", "ida@a")], target: [person("sync", "Sync", "sync@b"), person("u1", "Berg, Anna", "anna@x.com"), person("u2", "Bo C", "bo@x.com")] };

export interface Worlds {
  readonly master: MemoryWorld;
  readonly target: MemoryWorld;
  /** The one true time, in milliseconds; move it by hand. */
  readonly time: { ms: number };
  /** Runs one iteration with fresh connectors. */
  iterate(options?: IterationOptions, how?: IterateHow): Promise<IterationResult>;
  connection(): Connection;
  /** Another text for the connection from now on; nothing: the first one again. */
  define(text?: string): void;
  context(store: Store, how?: IterateHow): ConnectionContext;
}

export interface IterateHow {
  readonly hooks?: Partial<Record<Side, MemoryHooks>>;
  readonly capabilities?: Partial<Record<Side, Partial<Capabilities>>>;
  readonly evidence?: Partial<Record<Side, boolean>>;
  readonly talk?: Partial<Record<Side, Talk>>;
  readonly stop?: AbortSignal;
  readonly store?: Store;
}

export interface WorldsSetup {
  readonly connection?: string;
  readonly master?: Partial<WorldSettings>;
  readonly target?: Partial<WorldSettings>;
  readonly sources?: Partial<Record<Side, Partial<DataSourceFile>>>;
  readonly how?: IterateHow;
  /** The site's own functions. */
  readonly transforms?: Transforms["functions"];
  /** The same two systems and clock under another connection. */
  readonly over?: Worlds;
}

const SOURCE = { system: "octane", url: "http://localhost", credentials: {} } as const;

/** Texts that were read before: thousands of lives begin with the same one. */
const readBefore = new Map<string, ReturnType<typeof read>>();

const read = (text: string) => parseFile("connection.yaml", text, connectionSchema);

const parsedOnce = (text: string): ReturnType<typeof read> => {
  const parsed = readBefore.get(text) ?? read(text);
  readBefore.set(text, parsed);
  return parsed;
};

/** Compiles a connection's text against the two systems. Throws with all problems. */
export const compileText = (text: string, worlds: { readonly master: WorldSettings; readonly target: WorldSettings }, sources: WorldsSetup["sources"] = {}, functions?: Transforms["functions"]): Connection => {
  const parsed = parsedOnce(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const schemas = (side: Side, project: string) => (worlds[side].projects.some((candidate) => candidate.id === project) ? worlds[side].types : undefined);
  const { connection, problems } = compileConnection({ file: parsed.value, place: parsed.place, sources: { master: { ...SOURCE, ...sources.master }, target: { ...SOURCE, ...sources.target } }, schemas, ...(functions === undefined ? {} : { transforms: { functions, digest: Object.values(functions).join(), file: "transforms.mjs" } }) });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return connection;
};

let ids = 0;
/** Tests share a store: the items of one are no others' because their ids are the same. */
let sites = 0;

export const createWorlds = (store: Store, setup: WorldsSetup = {}): Worlds => {
  const time = setup.over?.time ?? { ms: Date.parse("2026-03-02T08:00:00.000Z") };
  const clock = () => time.ms;
  const site = ++sites;
  const master = setup.over?.master ?? createWorld({ prefix: "m", site: `m${site}`, projects: [{ id: "P", name: "P" }], types: MASTER_TYPES, people: PEOPLE.master, clock, ...setup.master });
  const target = setup.over?.target ?? createWorld({ prefix: "t", site: `t${site}`, projects: [{ id: "Q", name: "Q" }], types: TARGET_TYPES, people: PEOPLE.target, clock, ...setup.target });
  let text = setup.connection ?? CONNECTION;
  const compiled = new Map<string, Connection>();
  const connection = (): Connection => {
    const known = compiled.get(text) ?? compileText(text, { master, target }, setup.sources, setup.transforms);
    compiled.set(text, known);
    return known;
  };
  const context = (at: Store, how: IterateHow = {}): ConnectionContext => {
    const open = (side: Side) =>
      createMemory(side === "master" ? master : target, {
        name: side === "master" ? "alpha" : "beta",
        account: "sync",
        capabilities: { ...setup.how?.capabilities?.[side], ...how.capabilities?.[side] },
        evidence: how.evidence?.[side] ?? setup.how?.evidence?.[side] ?? true,
        talk: how.talk?.[side] ?? setup.how?.talk?.[side] ?? "read",
        ...(how.hooks?.[side] === undefined ? {} : { hooks: how.hooks[side] }),
      });
    return contextOf({
      store: at,
      connection: connection(),
      connectors: { master: open("master"), target: open("target") },
      now: () => new Date(time.ms).toISOString(),
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
      ...(how.stop === undefined ? {} : { stop: how.stop }),
    });
  };
  return { master, target, time, connection, define: (next = setup.connection ?? CONNECTION) => void (text = next), context, iterate: (options = {}, how = {}) => syncIteration(context(how.store ?? store, how), options) };
};

/** A person's edit, a second later. */
export const edit = (worlds: Worlds, side: Side, item: MemoryItem, fields: Fields, by = side === "master" ? "anna" : "u1"): void => {
  worlds.time.ms += 1000;
  worlds[side].update(by, item, fields);
};

export const make = (worlds: Worlds, side: Side, typeName: string, fields: Fields, by = side === "master" ? "anna" : "u1"): MemoryItem => {
  worlds.time.ms += 1000;
  return worlds[side].create(by, typeName, side === "master" ? "P" : "Q", fields);
};

export const itemsOf = (world: MemoryWorld, typeName: string): readonly MemoryItem[] => [...world.items.values()].filter((item) => item.type === typeName && !item.deleted);

/** Writes (creates, updates) that both systems have seen, as numbers of revisions. */
export const revisions = (worlds: Worlds): number => [...worlds.master.items.values(), ...worlds.target.items.values()].reduce((sum, item) => sum + item.revision, 0);

export const total = (result: IterationResult, what: keyof IterationResult["counts"]["master"]): number => result.counts.master[what] + result.counts.target[what];
