// What of a side's items could not be carried over: read as far as they tell what is in use, and held against the mapping. Reads only.

import type { Finding, FindingCategory } from "../../core/check/finding.ts";
import { flows, givenByPeriod, type SyncSet } from "../../core/mapping/model.ts";
import { convert } from "../../core/sync/convert.ts";
import { fieldsToRead } from "../../core/sync/pair.ts";
import { type Instant, isUnseen, type Item, otherSide, type Side } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";
import type { Resolver } from "../steps/lookUp/resolve.ts";
import { REPAIRS } from "./repairs.ts";

/** Enough to meet the usual values and people; --live reads everything. */
const SAMPLE = 500;
const LOOK_BACK_DAYS: readonly number[] = [7, 90];

const readSome = async (context: ConnectionContext, set: SyncSet, side: Side, since: Instant | undefined, most: number): Promise<readonly Item[]> => {
  const items = new Map<string, Item>();
  const own = set[side];
  for await (const page of context.connectors[side].changes({ type: own.type, project: own.project, fields: fieldsToRead(set, side), ...(since === undefined ? {} : { since }), ...(own.filter === undefined ? {} : { filter: own.filter }) })) {
    for (const item of page.items) items.set(item.id, item);
    context.progress.update(`reading ${own.type} of ${own.dataSource}`, items.size);
    if (items.size >= most) break;
  }
  return [...items.values()];
};

/** Readings begin with what rested longest, and that tells little of what is in use: so ever longer times are looked back. */
const sample = async (context: ConnectionContext, set: SyncSet, side: Side, everything: boolean): Promise<readonly Item[]> => {
  if (everything) return readSome(context, set, side, undefined, Number.POSITIVE_INFINITY);
  const now = Date.parse(await context.connectors[side].now());
  for (const days of LOOK_BACK_DAYS) {
    const items = await readSome(context, set, side, new Date(now - days * 86_400_000).toISOString(), SAMPLE);
    if (items.length >= SAMPLE) return items;
  }
  return readSome(context, set, side, undefined, SAMPLE);
};

const categoryOf = (kind: string, reason: string): FindingCategory => (kind === "person" ? "people" : kind === "reference" ? "references" : reason.includes("value") ? "values" : "mapping");

/** What of these items could not be carried over, one finding per field and reason. */
const checkValues = async (set: SyncSet, side: Side, items: readonly Item[], resolver: Resolver): Promise<readonly Finding[]> => {
  const mappings = set.fields.filter((mapping) => flows(mapping.direction, side) || flows(set.direction, side));
  await resolver.prepare(items.map((item) => ({ side, item, mappings })));
  const found = new Map<string, Finding & { items: number }>();
  for (const item of items) {
    for (const mapping of mappings) {
      const converted = convert(item.fields[mapping[side].name], mapping, side, resolver.lookups);
      if (converted.ok || converted.awaits !== undefined) continue;
      const key = `${mapping.key} ${converted.reason}`;
      const known = found.get(key);
      const category = categoryOf(mapping[side].kind, converted.reason);
      found.set(key, { severity: "warning", category, syncSet: set.key, side, field: mapping[side].label, mapping: mapping.key, ...(category === "values" ? { value: /"([^"]*)"/.exec(converted.reason)?.[1] ?? "" } : {}), message: converted.reason, repair: REPAIRS[category], items: (known?.items ?? 0) + 1, example: known?.example ?? item.key ?? item.id });
    }
  }
  return [...found.values()];
};

/** What the account may not see in some items stays as it is there. */
const checkUnseen = (set: SyncSet, side: Side, items: readonly Item[]): readonly Finding[] =>
  set.fields.flatMap((mapping): readonly Finding[] => {
    const hidden = items.filter((item) => isUnseen(item, mapping[side].name));
    const [first] = hidden;
    if (first === undefined) return [];
    return [{ severity: "warning", category: "rights", syncSet: set.key, side, field: mapping[side].label, message: `${mapping[side].label} may not be read in some items: it is carried neither way there`, repair: REPAIRS.rights, items: hidden.length, example: first.key ?? first.id }];
  });

const requiredEmpty = (set: SyncSet, side: Side, items: readonly Item[]): readonly Finding[] => {
  const to = otherSide(side);
  if (!flows(set.direction, side) || !set[to].allowCreate) return [];
  return set.fields.flatMap((mapping): readonly Finding[] => {
    if (!mapping[to].required || givenByPeriod(set[to].period, mapping[to].name)) return [];
    const empty = items.filter((item) => {
      if (isUnseen(item, mapping[side].name)) return false;
      const value = item.fields[mapping[side].name] ?? null;
      return value === null || value === "" || (Array.isArray(value) && value.length === 0);
    });
    const [first] = empty;
    if (first === undefined) return [];
    return [{ severity: "warning", category: "required", syncSet: set.key, side, field: mapping[side].label, message: `${mapping[to].label} is required to create ${set[to].type} in ${set[to].dataSource}, but empty here`, repair: REPAIRS.required, items: empty.length, example: first.key ?? first.id }];
  });
};

/** Findings of the items of one side, and how many were read: of a sample, or of `everything`. */
export const checkItems = async (context: ConnectionContext, set: SyncSet, side: Side, resolver: Resolver, everything: boolean): Promise<{ readonly findings: readonly Finding[]; readonly itemsRead: number }> => {
  const items = await sample(context, set, side, everything);
  return { findings: [...(await checkValues(set, side, items, resolver)), ...requiredEmpty(set, side, items), ...checkUnseen(set, side, items)], itemsRead: items.length };
};
