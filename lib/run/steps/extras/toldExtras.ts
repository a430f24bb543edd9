// What items tell of their comments and files with themselves: it need not be asked for again. Believed of an item in the state it was
// read in, and never where something seems gone: what an index leaves out is not deleted.

import { type Attachment, type Comment, type Item, type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { onBothSides } from "../bothSides.ts";
import { unreadable } from "./failPair.ts";
import { restsOnAbsence } from "./hiddenItems.ts";
import { itemKey, type Looked, type SetRun } from "../setRun.ts";

type TellsOf<T> = (item: Item) => readonly T[] | undefined;

export const commentsOf: TellsOf<Comment> = (item) => item.told?.comments;
export const attachmentsOf: TellsOf<Attachment> = (item) => item.told?.attachments;

/** The list that the item itself told, if that is still what is known of it. */
const listOf = <T>(run: SetRun, looked: Looked, link: Link, side: Side, pick: TellsOf<T>): readonly T[] | undefined => {
  const item = looked.items[side].get(link[side].id);
  if (item === undefined || run.openCopies.size > 0 || item.changedAt < (link[side].changedAt ?? "")) return undefined;
  // Written since by ourselves: somebody may have come in between.
  return (run.latest.get(itemKey(side, item.id))?.version ?? item.version) === item.version ? pick(item) : undefined;
};

/** Lists by the id of the item. */
export type Told<T> = Readonly<Record<Side, ReadonlyMap<string, readonly T[]>>>;

export const toldLists = <T>(run: SetRun, looked: Looked, links: readonly Link[], pick: TellsOf<T>): Told<T> => {
  const of = (side: Side): ReadonlyMap<string, readonly T[]> =>
    new Map(links.flatMap((link) => {
      const list = looked.forced.has(itemKey(side, link[side].id)) ? undefined : listOf(run, looked, link, side, pick);
      return list === undefined ? [] : [[link[side].id, list] as const];
    }));
  return { master: of("master"), target: of("target") };
};

type Read<T> = (side: Side, ids: readonly string[]) => Promise<ReadonlyMap<string, readonly T[]>>;

/** Reads what was not told, save of what was made just now. */
const readRest = <T>(run: SetRun, links: readonly Link[], told: Told<T>, read: Read<T>): Promise<Told<T>> =>
  onBothSides(async (side) => {
    const ids = links.map((link) => link[side].id).filter((id) => !run.made.has(itemKey(side, id)) && !told[side].has(id));
    run.tally.need(side, "extras", ids.length);
    return ids.length === 0 ? told[side] : new Map([...told[side], ...(await read(side, ids))]);
  });

interface Decided {
  readonly link: Link;
  readonly actions: readonly { readonly do: string }[];
}

/** Decides on what was told and, for the rest, on what is read now; what would be taken for gone is read in any case. Pairs that cannot be read are `failed`. */
export const decideOn = async <T, D extends Decided>(
  run: SetRun,
  links: readonly Link[],
  told: Told<T>,
  read: Read<T>,
  decide: (links: readonly Link[], lists: Told<T>) => Promise<readonly D[]>,
): Promise<{ readonly lists: Told<T>; readonly decided: readonly D[]; readonly failed: readonly Link[] }> => {
  const lists = await readRest(run, links, told, read);
  const failed = links.filter((link) => unreadable(run, link, lists));
  const decided = await decide(links.filter((link) => !failed.includes(link)), lists);
  const seemGone = decided.filter(({ link, actions }) => restsOnAbsence(actions) && SIDES.some((side) => told[side].has(link[side].id))).map(({ link }) => link);
  if (seemGone.length === 0) return { lists, decided, failed };
  const again = await decideOn(run, seemGone, { master: new Map(), target: new Map() }, read, decide);
  return {
    lists: { master: new Map([...lists.master, ...again.lists.master]), target: new Map([...lists.target, ...again.lists.target]) },
    decided: [...decided.filter(({ link }) => !seemGone.includes(link)), ...again.decided],
    failed: [...failed, ...again.failed],
  };
};
