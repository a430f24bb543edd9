// Pairs to be worked on, with both items: what was not read is fetched, what cannot be read is set aside.

import type { PairInput } from "../../../core/sync/pairInput.ts";
import type { Item, Side } from "../../../core/types.ts";
import type { Intent } from "../../../store/store.ts";
import { onBothSides } from "../bothSides.ts";
import { reusedId } from "../guards/reused.ts";
import type { PairWork } from "../reading/gather.ts";
import { readNamed } from "../reading/readSide.ts";
import type { SetRun } from "../setRun.ts";

export interface PairTask extends PairWork {
  /** Set when an intent's item was found: the side the pair was created from. */
  readonly completing?: Side;
  /** The create intent whose item was found: closed when the pair is recorded, so that a crash in between finds it again. */
  readonly adopting?: Intent;
  /** A write of ours, or of somebody else, has just been met: read as it is now, however far an index is behind. */
  readonly fresh?: boolean;
  readonly resolve?: Readonly<Record<string, Side>>;
  /** Files that stand on a side by now: texts that show them are written once more. */
  readonly shown?: NonNullable<PairInput["shown"]>;
  readonly byAddress?: NonNullable<PairInput["byAddress"]>;
}

export interface Ready extends PairTask {
  readonly master: Item;
  readonly target: Item;
  /** It is here because one of its items was read, not because something of it waited. */
  readonly isRead: boolean;
  readonly texts?: PairInput["texts"];
}

/** A pair that cannot be worked on: the item of `side` cannot be read, or is another one under its id (then `reason` says so). */
export interface Missing {
  readonly task: PairTask;
  readonly side: Side;
  /** The item of the other side, where that can be read. */
  readonly there?: Item;
  readonly reason?: string;
}

const fetchMissing = async (run: SetRun, tasks: readonly PairTask[], side: Side): Promise<ReadonlyMap<string, Item>> => {
  const missing = tasks.filter((task) => task[side] === undefined);
  const read = (some: readonly PairTask[], fresh: boolean): Promise<readonly Item[]> | readonly Item[] => (some.length === 0 ? [] : readNamed(run, side, some.map((task) => task.link[side].id), fresh));
  const items = await Promise.all([read(missing.filter((task) => task.fresh !== true), false), read(missing.filter((task) => task.fresh === true), true)]);
  return new Map(items.flat().map((item) => [item.id, item]));
};

/** Each task stands in one of the two lists, in the order given. Reads both sides at the same time, and only what was not read. */
export const makeReady = async (run: SetRun, tasks: readonly PairTask[]): Promise<{ readonly ready: readonly Ready[]; readonly missing: readonly Missing[] }> => {
  const fetched = await onBothSides((side) => fetchMissing(run, tasks, side));
  const ready: Ready[] = [];
  const missing: Missing[] = [];
  for (const task of tasks) {
    const master = task.master ?? fetched.master.get(task.link.master.id);
    const target = task.target ?? fetched.target.get(task.link.target.id);
    if (master === undefined || target === undefined) {
      const there = master ?? target;
      missing.push({ task, side: master === undefined ? "master" : "target", ...(there === undefined ? {} : { there }) });
      continue;
    }
    const reused = task.completing === undefined ? reusedId(run, task.link, { master, target }) : undefined;
    if (reused === undefined) ready.push({ ...task, master, target, isRead: task.master !== undefined || task.target !== undefined });
    else missing.push({ task, ...reused });
  }
  return { ready, missing };
};

/** To be planned again both items are read afresh. */
export const withoutItems = ({ master: _master, target: _target, texts: _texts, ...task }: Ready): PairTask => ({ ...task, fresh: true });
