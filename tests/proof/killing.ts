// Kills a deed before and after each of its external steps: calls to either system and commits to the store. A killed
// process does nothing more: from that moment every further step throws before it takes effect.

import type { MemoryHooks, Talk } from "../../lib/connectors/memory.ts";
import type { Side, Value } from "../../lib/core/types.ts";
import { createMemoryStore, type MemoryStore, type StoreHooks } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, type IterateHow, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

export class Killed extends Error {}

export interface Stage {
  readonly w: Worlds;
  readonly store: MemoryStore;
  /** Nothing there tells of an edit in the instant before our write. */
  readonly blind: Readonly<Record<Side, boolean>>;
  readonly talk: Readonly<Record<Side, Talk>>;
  /** Ways to open connectors that count steps and may kill. */
  readonly how: IterateHow;
  /** Steps taken so far while armed. */
  steps(): number;
  /** Kill at this step, before or after it; undefined: only count. */
  arm(at: number | undefined, when: "before" | "after"): void;
  revive(): void;
}

export interface Kind {
  readonly title: string;
  readonly setup: WorldsSetup;
}

/** Endpoints differ in what they can do: every scenario is run on each of these. */
export const KINDS: readonly Kind[] = [
  { title: "markers, bulk, evidence", setup: { how: { talk: { master: "told", target: "told" } } } },
  { title: "one call an item, no evidence", setup: { how: { capabilities: { master: { bulkCreate: 1, bulkUpdate: 1, pageSize: 2, bulkGet: 2 }, target: { bulkCreate: 1, bulkUpdate: 1, pageSize: 2, bulkGet: 2 } }, evidence: { master: false, target: false } } } },
  { title: "marker by search, conditional updates", setup: { how: { talk: { master: "apart", target: "apart" }, capabilities: { master: { marker: "search", conditionalUpdate: true }, target: { marker: "search", conditionalUpdate: true } } } } },
];

const mixed = (master: Kind, target: Kind): Kind => ({
  title: master === target ? `${master.title} on both sides` : `${master.title} | ${target.title}`,
  setup: { how: { capabilities: { master: master.setup.how?.capabilities?.master ?? {}, target: target.setup.how?.capabilities?.target ?? {} }, talk: { master: master.setup.how?.talk?.master ?? "read", target: target.setup.how?.talk?.target ?? "read" }, evidence: { master: master.setup.how?.evidence?.master ?? true, target: target.setup.how?.evidence?.target ?? true } } },
});

/** Every kind as master with every kind as target. */
export const PAIRS: readonly Kind[] = KINDS.flatMap((master) => KINDS.map((target) => mixed(master, target)));

export const openStage = (kind: Kind, setup: WorldsSetup = {}): Stage => {
  const storeHooks: { current: StoreHooks } = { current: {} };
  const store = createMemoryStore(storeHooks);
  const state = { steps: 0, at: undefined as number | undefined, when: "before" as "before" | "after", dead: false, armed: false };
  const before = (): void => {
    if (state.dead) throw new Killed();
    if (!state.armed) return;
    state.steps++;
    if (state.at === state.steps && state.when === "before") {
      state.dead = true;
      throw new Killed();
    }
  };
  const after = (): void => {
    if (!state.armed || state.at !== state.steps || state.when !== "after") return;
    state.dead = true;
    throw new Killed();
  };
  storeHooks.current = { before, after };
  const hooks: MemoryHooks = { before, after };
  const isBlind = (side: Side): boolean => kind.setup.how?.evidence?.[side] === false && kind.setup.how.capabilities?.[side]?.conditionalUpdate !== true;
  const w = createWorlds(store, { connection: CONNECTION, ...setup, how: { ...kind.setup.how, ...setup.how } });
  const how: IterateHow = { hooks: { master: hooks, target: hooks } };
  return {
    w,
    store,
    blind: { master: isBlind("master"), target: isBlind("target") },
    talk: { master: kind.setup.how?.talk?.master ?? "read", target: kind.setup.how?.talk?.target ?? "read" },
    how,
    steps: () => state.steps,
    arm: (at, when) => Object.assign(state, { steps: 0, at, when, dead: false, armed: true }),
    revive: () => Object.assign(state, { dead: false, armed: false }),
  };
};

const shown = (w: Worlds, side: Side, value: Value | undefined): unknown => {
  if (Array.isArray(value)) return value.map((member) => shown(w, side, member as Value));
  if (typeof value === "object" && value !== null && "ref" in value) return `→ ${String([...w[side].items.values()].find((item) => item.id === value.ref)?.fields.name)}`;
  // A partner's key holds an id that depends on the order of creation: what counts is whose it is.
  if (typeof value === "string" && /^[PQ]-[mt]\d+$/.test(value)) return `key of ${String([...w[side === "master" ? "target" : "master"].items.values()].find((item) => `${item.project}-${item.id}` === value)?.fields.name)}`;
  return value ?? null;
};

/** Both systems as people see them, whatever the order in which things were made. */
export const contents = (w: Worlds): unknown =>
  Object.fromEntries(
    (["master", "target"] as const).map((side) => [
      side,
      [...w[side].items.values()]
        .filter((item) => !item.deleted)
        .map((item) => ({
          type: item.type,
          fields: Object.fromEntries(Object.entries(item.fields).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, shown(w, side, value)])),
          comments: item.comments.map((comment) => comment.text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "then")).toSorted(),
          attachments: item.attachments.map((file) => file.name).toSorted(),
        }))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
