// What the lines of a list of pairs name: the sync set each of them means, its items as the endpoints show them, and the pairs
// that are there already. Writes nothing.

import { BusyError } from "../../core/errors.ts";
import type { ExistingLink, PlaceOf } from "../../core/links/checkLinks.ts";
import { canMean } from "../../core/links/chooseSets.ts";
import type { Instruction } from "../../core/links/model.ts";
import type { SyncSet } from "../../core/mapping/model.ts";
import { type Item, type Side, SIDES } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";

const BATCH = 500;

/** Key of the sync set that a line means; undefined: none, or more than one. */
export type Resolve = (instruction: Instruction) => string | undefined;

/** The one sync set a file means: by our key, else by whatever types and projects it names. */
export const resolver = (sets: readonly SyncSet[]): Resolve => (instruction: Instruction): string | undefined => {
  const { key, guid, masterType, targetType, masterProject, targetProject } = instruction.set;
  if (key !== undefined) return sets.find((set) => set.key === key && canMean(instruction.set, set))?.key;
  const fits = sets.filter((set) => [[masterType, set.master.type], [targetType, set.target.type], [masterProject, set.master.project], [targetProject, set.target.project]].every(([wanted, is]) => wanted === undefined || wanted.toLowerCase() === is?.toLowerCase()));
  // A GUID of another tool says nothing here: the types and projects beside it must suffice.
  return fits.length === 1 && (guid === undefined || (masterType ?? targetType) !== undefined || sets.length === 1) ? fits[0]?.key : undefined;
};

/** Keys and ids that are words are the same however they are written. */
export const caseless = (text: string): string => text.toUpperCase();

export interface Work {
  readonly context: ConnectionContext;
  readonly sets: ReadonlyMap<string, { readonly set: SyncSet; readonly id: number }>;
}

export const placeOf = ({ sets }: Work): PlaceOf => (set, side) => {
  const own = sets.get(set)?.set[side];
  return own === undefined ? set : `${own.type}\u0001${own.project}`;
};

/** The pairs of all that is named, in whichever sync set they stand. */
export const existingLinks = async (work: Work, instructions: readonly Instruction[], resolve: Resolve): Promise<readonly ExistingLink[]> => {
  const { context, sets } = work;
  const place = placeOf(work);
  const named = { master: new Map<string, Set<string>>(), target: new Map<string, Set<string>>() };
  const added = new Set<string>();
  for (const instruction of instructions) {
    const set = resolve(instruction);
    if (set === undefined) continue;
    for (const side of SIDES) {
      const ids = named[side].get(place(set, side)) ?? new Set<string>();
      named[side].set(place(set, side), ids.add(instruction[`${side}Id`]));
    }
    if (instruction.action === "add") added.add([set, instruction.masterId, instruction.targetId].join("\u0001"));
  }
  const found: ExistingLink[] = [];
  for (const [key, { id }] of sets)
    for (const side of SIDES) {
      const ids = named[side].get(place(key, side));
      for (const link of ids === undefined ? [] : await context.store.links.byIds(id, side, [...ids])) {
        const ended = link.state === "unlinked";
        // A pair that has ended is none to whoever names it anew.
        if (ended && added.has([key, link.master.id, link.target.id].join("\u0001"))) continue;
        found.push({ set: key, masterId: link.master.id, targetId: link.target.id, ended });
      }
    }
  // What has ended blocks only where nothing stands.
  return found.toSorted((one, other) => Number(other.ended) - Number(one.ended));
};

/** Removes say keys too, also of items that are gone: the pairs themselves know theirs. */
export const withKeysOfPairs = async ({ context, sets }: Work, instructions: readonly Instruction[], resolve: Resolve): Promise<readonly Instruction[]> => {
  const ids = new Map<string, Readonly<Record<Side, Map<string, string>>>>();
  for (const [key, { id }] of sets) {
    if (!instructions.some((each) => each.action === "remove" && resolve(each) === key && SIDES.some((side) => /\D/.test(each[`${side}Id`])))) continue;
    const known = { master: new Map<string, string>(), target: new Map<string, string>() };
    for await (const page of context.store.links.scan(id, "master")) for (const link of page) for (const side of SIDES) known[side].set(caseless(link[side].key ?? link[side].id), link[side].id);
    ids.set(key, known);
  }
  return instructions.map((each) => {
    const known = each.action === "remove" ? ids.get(resolve(each) ?? "") : undefined;
    return known === undefined ? each : { ...each, masterId: known.master.get(caseless(each.masterId)) ?? each.masterId, targetId: known.target.get(caseless(each.targetId)) ?? each.targetId };
  });
};

const read = async ({ context }: Work, set: SyncSet, side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const size = Math.max(context.connectors[side].capabilities.bulkGet, BATCH);
  for (let at = 0; at < ids.length; at += size) {
    // What was not looked for is not missing.
    if (context.stop.aborted) throw new BusyError("stopped before all items were looked up; nothing was recorded", "the same again does it");
    const part = ids.slice(at, at + size);
    const ask = (asked: readonly string[]): Promise<readonly Item[]> => context.connectors[side].get({ type: set[side].type, project: set[side].project, ids: asked, fields: [] });
    const found = await ask(part);
    for (const item of found) for (const name of [item.id, ...(item.key === undefined ? [] : [item.key])]) items.set(caseless(name), item);
    // Under a key of former times an item comes with its present one: which it is shows when it is asked for alone.
    const asked = new Set(part.map(caseless));
    if (found.every((item) => asked.has(caseless(item.id)) || asked.has(caseless(item.key ?? "")))) continue;
    for (const former of asked) {
      const [item] = items.has(former) ? [] : await ask([former]);
      if (item !== undefined) items.set(former, item);
    }
    context.progress.update(`looking up ${set[side].type} of ${set[side].dataSource}`, Math.min(at + size, ids.length), ids.length);
  }
  return items;
};

export type Found = ReadonlyMap<string, Readonly<Record<Side, ReadonlyMap<string, Item>>>>;

/** The items of all adds, by sync set; by their key too, where they have one. */
export const readItems = async (work: Work, instructions: readonly Instruction[], resolve: Resolve): Promise<Found> => {
  const found = new Map<string, Readonly<Record<Side, ReadonlyMap<string, Item>>>>();
  for (const [key, { set }] of work.sets) {
    const adds = instructions.filter((instruction) => instruction.action === "add" && resolve(instruction) === key);
    if (adds.length > 0) found.set(key, { master: await read(work, set, "master", adds.map((add) => add.masterId)), target: await read(work, set, "target", adds.map((add) => add.targetId)) });
  }
  return found;
};

/** Ids instead of keys. */
export const byIds = (instructions: readonly Instruction[], found: Found, resolve: Resolve): readonly Instruction[] =>
  instructions.map((instruction) => {
    const items = found.get(resolve(instruction) ?? "");
    const [master, target] = [items?.master.get(caseless(instruction.masterId)), items?.target.get(caseless(instruction.targetId))];
    return { ...instruction, masterId: master?.id ?? instruction.masterId, targetId: target?.id ?? instruction.targetId };
  });

/** Why a pair cannot be: an item that its endpoint does not show, or shows as something else or elsewhere. */
export const missingReason =
  ({ context, sets }: Work, found: Found) =>
  (key: string, instruction: Instruction): string | undefined => {
    const set = sets.get(key)?.set;
    if (set === undefined) return undefined;
    const reasons = SIDES.flatMap((side) => {
      const { dataSource, type, project } = set[side];
      const id = instruction[`${side}Id`];
      const item = found.get(key)?.[side].get(caseless(id));
      if (item === undefined) return [`${dataSource} shows no ${type} ${id} in ${project}`];
      const isElsewhere = context.connectors[side].capabilities.movable?.(type) === true && item.project !== project;
      return item.type !== type || isElsewhere ? [`${item.key ?? id} is a ${item.type} in ${item.project} of ${dataSource}, not a ${type} in ${project}`] : [];
    });
    return reasons.length === 0 ? undefined : reasons.join(" and ");
  };
