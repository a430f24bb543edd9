// Looks up what items lie below, level by level and in bulk, for criteria that ask for a whole line of ancestors. The
// criteria themselves are decided in core/mapping/criteria.ts.

import { type Ancestors, hierarchiesOf } from "../../core/mapping/criteria.ts";
import type { FieldSchema, Item, ItemRef, Side } from "../../core/types.ts";
import { asList, isItemRef } from "../../core/types.ts";
import type { SetRun } from "./setRun.ts";

/** Deeper lines are cut: nobody has them, a ring of parents has no end. */
const MOST_LEVELS = 20;

/** field + item → the items right above. */
const known = new WeakMap<SetRun, Map<string, readonly ItemRef[]>>();

const keyOf = (side: Side, field: string, id: string): string => `${side}\0${field}\0${id}`;

const refsOf = (item: Item, field: string): readonly ItemRef[] => asList(item.fields[field]).filter(isItemRef);

const readLevel = async (run: SetRun, side: Side, field: string, refs: readonly ItemRef[], types: readonly string[], parents: Map<string, readonly ItemRef[]>): Promise<void> => {
  const wanted = refs.filter((ref) => !parents.has(keyOf(side, field, ref.ref)));
  // Where the endpoint does not say of what type an item is, each type is asked until it turns up.
  for (const type of new Set([...wanted.flatMap((ref) => ref.type ?? []), ...types])) {
    const ids = new Set(wanted.filter((ref) => (ref.type ?? type) === type && !parents.has(keyOf(side, field, ref.ref))).map((ref) => ref.ref));
    if (ids.size === 0) continue;
    run.tally.need(side, "get", ids.size);
    const items = await run.context.connectors[side].get({ type, project: run.set[side].project, ids: [...ids], fields: [field] });
    for (const item of items) parents.set(keyOf(side, field, item.id), refsOf(item, field));
  }
  for (const ref of wanted) if (!parents.has(keyOf(side, field, ref.ref))) parents.set(keyOf(side, field, ref.ref), []);
};

/** Which types have the field at all: a line ends where it does not go on. */
const typesWith = async (run: SetRun, side: Side, field: string): Promise<ReadonlyMap<string, FieldSchema>> => {
  const types = await run.context.connectors[side].types(run.set[side].project);
  return new Map(types.flatMap((type) => type.fields.filter((candidate) => candidate.name === field).map((candidate) => [type.name, candidate] as const)));
};

/** What the criteria of one side need to know of these items. */
export const ancestorsOf = async (run: SetRun, side: Side, items: readonly Item[]): Promise<Ancestors> => {
  const criteria = run.set[side].criteria;
  const fields = criteria === undefined ? [] : [...new Set(hierarchiesOf(criteria))];
  const parents = known.get(run) ?? new Map<string, readonly ItemRef[]>();
  known.set(run, parents);
  for (const field of fields) {
    const types = await typesWith(run, side, field);
    let level: readonly ItemRef[] = items.flatMap((item) => refsOf(item, field));
    for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
      const goesOn = [...new Map(level.map((ref) => [ref.ref, ref])).values()].filter((ref) => ref.type === undefined || types.has(ref.type));
      await readLevel(run, side, field, goesOn, [...new Set([...types.values()].flatMap((schema) => schema.refersTo ?? []))].filter((name) => types.has(name)), parents);
      level = goesOn.flatMap((ref) => parents.get(keyOf(side, field, ref.ref)) ?? []);
    }
  }
  return (item, field) => {
    const line: ItemRef[] = [];
    let level = refsOf(item, field);
    for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
      level = level.flatMap((ref) => parents.get(keyOf(side, field, ref.ref)) ?? []);
      line.push(...level);
    }
    return line;
  };
};
