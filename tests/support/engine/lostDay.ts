// A backup that was put back: two systems in step, a backup, and a day of life of which the store knows nothing afterwards.

import type { Side } from "../../../lib/core/types.ts";
import { createMemoryStore, type MemoryStore } from "./memoryStore.ts";
import { createWorlds, itemsOf, make, type Worlds, type WorldsSetup } from "./worlds.ts";

const TYPE = { master: "story", target: "Story" } as const;
export const DAY = 86_400_000;

export const stories = (w: Worlds, side: Side) => itemsOf(w[side], TYPE[side]);
/** Of the stories of both sides. */
export const names = (w: Worlds): readonly (readonly string[])[] => (["master", "target"] as const).map((side) => stories(w, side).map((item) => String(item.fields.name)).toSorted());
export const now = (w: Worlds): string => new Date(w.time.ms).toISOString();

export interface LostDay {
  readonly store: MemoryStore;
  readonly w: Worlds;
}

export interface LostDayHow {
  readonly marker?: "create" | "search";
  /** Nothing at all is put back. */
  readonly empty?: boolean;
  readonly setup?: WorldsSetup;
  /** Before the backup, after the first iteration. */
  readonly before?: (w: Worlds, store: MemoryStore) => Promise<void> | void;
}

export const lostDay = async (live: (w: Worlds) => Promise<void> | void, { marker = "create", empty = false, setup = {}, before }: LostDayHow = {}): Promise<LostDay> => {
  const store = createMemoryStore();
  const w = createWorlds(store, { ...setup, how: { capabilities: { master: { marker }, target: { marker } } } });
  const nothing = store.save();
  make(w, "master", "release", { name: "R1" });
  for (let n = 0; n < 3; n++) make(w, "master", "story", { name: `old ${n}`, points: 1 });
  await w.iterate();
  await before?.(w, store);
  w.time.ms += 60_000;
  const [kept, from] = [empty ? nothing : store.save(), now(w)];
  w.time.ms += DAY;
  await live(w);
  w.time.ms += DAY;
  kept(from);
  return { store, w };
};
