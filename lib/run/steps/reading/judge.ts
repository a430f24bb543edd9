// Judges items by the criteria of their side, and looks up what these ask for and items do not tell: what they lie below, level by
// level and in bulk, and the names of what they refer to. The criteria themselves are decided in core/mapping/criteria.ts.

import { type Ancestors, matches, unmetTerms } from "../../../core/mapping/criteria.ts";
import { fieldsOf, hierarchiesOf } from "../../../core/mapping/criterion.ts";
import type { FieldSchema, Item, ItemRef, Side, Single, Value } from "../../../core/types.ts";
import { asList, isItemRef } from "../../../core/types.ts";
import type { SetRun } from "../setRun.ts";

/** Deeper lines are cut: nobody has them, a ring of parents has no end. */
const MOST_LEVELS = 20;

export interface Judge {
  /** Does an item meet the criteria of its side? With `doubt`, what may not be seen counts for it. */
  meets(item: Item, doubt?: boolean): boolean;
  /** The terms for which it does not, in words. */
  unmet(item: Item): readonly string[];
}

interface Known {
  /** field + item → the items right above. */
  readonly parents: Map<string, readonly ItemRef[]>;
  /** Names of items that were referred to without one; "" of one that cannot be read. */
  readonly names: Map<string, string>;
}

const known = new WeakMap<SetRun, Known>();

const knownOf = (run: SetRun): Known => {
  const found = known.get(run) ?? { parents: new Map(), names: new Map() };
  known.set(run, found);
  return found;
};

const nameKey = (side: Side, id: string): string => `${side}\0${id}`;

const keyOf = (side: Side, field: string, id: string): string => `${side}\0${field}\0${id}`;

const refsOf = (item: Item, field: string): readonly ItemRef[] => asList(item.fields[field]).filter(isItemRef);

const readLevel = async (run: SetRun, side: Side, field: string, refs: readonly ItemRef[], types: readonly string[]): Promise<void> => {
  const { parents, names } = knownOf(run);
  const wanted = refs.filter((ref) => !parents.has(keyOf(side, field, ref.ref)));
  // Where the endpoint does not say of what type an item is, each type is asked until it turns up.
  for (const type of new Set([...wanted.flatMap((ref) => ref.type ?? []), ...types])) {
    const ids = new Set(wanted.filter((ref) => (ref.type ?? type) === type && !parents.has(keyOf(side, field, ref.ref))).map((ref) => ref.ref));
    if (ids.size === 0) continue;
    run.tally.need(side, "get", ids.size);
    const items = await run.context.connectors[side].get({ type, project: run.set[side].project, ids: [...ids], fields: [field] });
    for (const item of items) {
      parents.set(keyOf(side, field, item.id), refsOf(item, field));
      names.set(nameKey(side, item.id), item.name);
    }
  }
  for (const ref of wanted) if (!parents.has(keyOf(side, field, ref.ref))) parents.set(keyOf(side, field, ref.ref), []);
};

/** Which types have the field at all: a line ends where it does not go on. */
const typesWith = async (run: SetRun, side: Side, field: string): Promise<ReadonlyMap<string, FieldSchema>> => {
  const types = await run.context.connectors[side].types(run.set[side].project);
  return new Map(types.flatMap((type) => type.fields.filter((candidate) => candidate.name === field).map((candidate) => [type.name, candidate] as const)));
};

const withName = (run: SetRun, side: Side, ref: ItemRef): ItemRef => {
  const name = ref.name ?? knownOf(run).names.get(nameKey(side, ref.ref)) ?? "";
  return name === "" ? ref : { ...ref, name };
};

const ancestorsOf = async (run: SetRun, side: Side, items: readonly Item[]): Promise<Ancestors> => {
  const criteria = run.set[side].criteria;
  const fields = criteria === undefined ? [] : [...new Set(hierarchiesOf(criteria))];
  const { parents } = knownOf(run);
  for (const field of fields) {
    const types = await typesWith(run, side, field);
    let level: readonly ItemRef[] = items.flatMap((item) => refsOf(item, field));
    for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
      const goesOn = [...new Map(level.map((ref) => [ref.ref, ref])).values()].filter((ref) => ref.type === undefined || types.has(ref.type));
      await readLevel(run, side, field, goesOn, [...new Set([...types.values()].flatMap((schema) => schema.refersTo ?? []))].filter((name) => types.has(name)));
      level = goesOn.flatMap((ref) => parents.get(keyOf(side, field, ref.ref)) ?? []);
    }
  }
  return (item, field) => {
    const line: ItemRef[] = [];
    let level = refsOf(item, field);
    for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
      level = level.flatMap((ref) => parents.get(keyOf(side, field, ref.ref)) ?? []);
      line.push(...level.map((ref) => withName(run, side, ref)));
    }
    return line;
  };
};

/** Not every endpoint says the names of what an item refers to, and criteria may speak of them. */
const readNames = async (run: SetRun, side: Side, fields: readonly string[], items: readonly Item[]): Promise<void> => {
  const { names } = knownOf(run);
  const { type: ownType, project } = run.set[side];
  for (const field of fields) {
    const wanted = items.flatMap((item) => refsOf(item, field)).filter((ref) => ref.name === undefined && !names.has(nameKey(side, ref.ref)));
    if (wanted.length === 0) continue;
    const types = (await typesWith(run, side, field)).get(ownType)?.refersTo ?? [];
    for (const type of new Set([...wanted.flatMap((ref) => ref.type ?? []), ...types])) {
      const ids = new Set(wanted.filter((ref) => (ref.type ?? type) === type && !names.has(nameKey(side, ref.ref))).map((ref) => ref.ref));
      if (ids.size === 0) continue;
      run.tally.need(side, "get", ids.size);
      for (const item of await run.context.connectors[side].get({ type, project, ids: [...ids], fields: [] })) names.set(nameKey(side, item.id), item.name);
    }
    for (const ref of wanted) if (!names.has(nameKey(side, ref.ref))) names.set(nameKey(side, ref.ref), "");
  }
};

/** What the criteria of one side say of these items. */
export const judgeOf = async (run: SetRun, side: Side, items: readonly Item[]): Promise<Judge> => {
  const { criteria } = run.set[side];
  if (criteria === undefined) return { meets: () => true, unmet: () => [] };
  const ancestors = await ancestorsOf(run, side, items);
  const fields = fieldsOf(criteria);
  await readNames(run, side, fields, items);
  const named = (value: Value): Value => (Array.isArray(value) ? (value as readonly Single[]).map((one) => (isItemRef(one) ? withName(run, side, one) : one)) as Value : isItemRef(value) ? withName(run, side, value) : value);
  const shown = (item: Item): Item => (fields.some((field) => refsOf(item, field).some((ref) => ref.name === undefined)) ? { ...item, fields: { ...item.fields, ...Object.fromEntries(fields.flatMap((field) => (item.fields[field] === undefined ? [] : [[field, named(item.fields[field])]]))) } } : item);
  return { meets: (item, doubt = false) => matches(criteria, shown(item), ancestors, doubt), unmet: (item) => unmetTerms(criteria, shown(item), ancestors) };
};
