// Looks up what calculated values need from the endpoints (findFirst, follow a reference), so that planning stays pure.

import { matches } from "../../../core/mapping/criteria.ts";
import { fieldsOf } from "../../../core/mapping/criterion.ts";
import type { SetField } from "../../../core/mapping/model.ts";
import { calculatedField } from "../../../core/sync/pair.ts";
import type { PairInput } from "../../../core/sync/pairInput.ts";
import { type Item, type Side, type Value, asList, isItemRef, isUnseen, otherSide } from "../../../core/types.ts";
import type { SetRun } from "../setRun.ts";

const found = new WeakMap<SetRun, Map<string, Promise<Value | undefined>>>();

/** undefined: it hangs on a field that may not be seen, and says nothing. */
const once = (run: SetRun, key: string, look: () => Promise<Value | undefined>): Promise<Value | undefined> => {
  const known = found.get(run) ?? new Map<string, Promise<Value | undefined>>();
  found.set(run, known);
  const answer = known.get(key) ?? look();
  known.set(key, answer);
  return answer;
};

/** The lowest id among those that fit: the same one at every run, whatever was changed last. */
const lower = (a: Item, b: Item): boolean => a.id.length < b.id.length || (a.id.length === b.id.length && a.id < b.id);

const findFirst = async (run: SetRun, rule: SetField, value: Extract<SetField["value"], { kind: "findFirst" }>): Promise<Value | undefined> => {
  const { project } = run.set[rule.side];
  let first: Item | undefined;
  let read = 0;
  let doubt = false;
  for await (const page of run.context.connectors[rule.side].changes({ type: value.type, project, fields: [...new Set(fieldsOf(value.from))] })) {
    read += page.items.length;
    doubt ||= page.items.some((item) => !matches(value.from, item) && matches(value.from, item, undefined, true));
    for (const item of page.items) if (matches(value.from, item) && (first === undefined || lower(item, first))) first = item;
  }
  run.tally.need(rule.side, "calls", Math.max(1, Math.ceil(read / run.context.connectors[rule.side].capabilities.pageSize)));
  if (doubt) return undefined;
  return first === undefined ? null : { ref: first.id, type: value.type, name: first.name };
};

const follow = async (run: SetRun, side: Side, item: Item, value: Extract<SetField["value"], { kind: "follow" }>): Promise<Value | undefined> => {
  if (isUnseen(item, value.reference)) return undefined;
  const reference = asList(item.fields[value.reference])[0];
  if (!isItemRef(reference)) return null;
  if (value.field === "name" && reference.name !== undefined) return reference.name;
  // Not every endpoint says of what type it is that an item refers to.
  for (const type of reference.type === undefined ? value.types : [reference.type]) {
    run.tally.need(side, "get", 1);
    const [target] = await run.context.connectors[side].get({ type, project: run.set[side].project, ids: [reference.ref], fields: value.field === "name" ? [] : [value.field] });
    if (isUnseen(target, value.field)) return undefined;
    if (target !== undefined) return value.field === "name" ? target.name : (target.fields[value.field] ?? null);
  }
  return null;
};

const valueFor = (run: SetRun, rule: SetField, partner: Item): Promise<Value | undefined> | undefined => {
  const value = rule.value;
  if (value.kind === "findFirst") return once(run, `find ${calculatedField(rule)} ${rule.side}`, () => findFirst(run, rule, value));
  if (value.kind === "follow") return once(run, `follow ${calculatedField(rule)} ${partner.type} ${partner.id} ${partner.version}`, () => follow(run, otherSide(rule.side), partner, value));
  return undefined;
};

/** The item with the looked-up values of the other side's calculated fields added. */
export const withCalculatedItem = async (run: SetRun, side: Side, item: Item): Promise<Item> => {
  const extra: Record<string, Value> = {};
  for (const rule of run.set.sets) {
    if (rule.side === side) continue;
    const value = await valueFor(run, rule, item);
    if (value !== undefined) extra[calculatedField(rule)] = value;
  }
  return Object.keys(extra).length === 0 ? item : { ...item, fields: { ...item.fields, ...extra } };
};

/** The same inputs where the sync set calculates nothing; then it costs no call. */
export const withCalculated = async <T extends Pick<PairInput, "master" | "target">>(run: SetRun, inputs: readonly T[]): Promise<readonly T[]> => {
  if (run.set.sets.every((rule) => rule.value.kind === "constant" || rule.value.kind === "partner")) return inputs;
  const results: T[] = [];
  for (const input of inputs) results.push({ ...input, master: await withCalculatedItem(run, "master", input.master), target: await withCalculatedItem(run, "target", input.target) });
  return results;
};
