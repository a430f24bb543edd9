// Looks for what would go wrong before it does: clocks, rights, list values and people in actual use, references to types
// that are not mapped. The definition itself was compiled before this runs. Reads only.

import { convert } from "../core/sync/convert.ts";
import { fieldsToRead } from "../core/sync/pair.ts";
import { inOrder } from "../core/sync/order.ts";
import { clockObjection } from "../core/sync/watermark.ts";
import { flows, givenByPeriod, type SyncSet } from "../core/mapping/model.ts";
import { type Instant, type Item, type Side, otherSide } from "../core/types.ts";
import type { ConnectionContext } from "./context.ts";
import { createResolver, type Resolver } from "./steps/resolve.ts";

export type FindingCategory = "clock" | "rights" | "values" | "people" | "references" | "required" | "workflow" | "mapping";

export interface Finding {
  readonly severity: "error" | "warning";
  readonly category: FindingCategory;
  readonly syncSet?: string;
  readonly side?: Side;
  readonly field?: string;
  readonly message: string;
  readonly repair: string;
  /** How many items of those looked at show it, and one of them. */
  readonly items?: number;
  readonly example?: string;
}

export interface CheckResult {
  readonly connection: string;
  readonly findings: readonly Finding[];
  readonly itemsRead: number;
}

const SIDES = ["master", "target"] as const;
/** Enough to meet the usual values and people; --live reads everything. */
const SAMPLE = 500;
const LOOK_BACK_DAYS: readonly number[] = [7, 90];

const checkClocks = async (context: ConnectionContext): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const objection = clockObjection(await context.connectors[side].now(), context.now(), undefined);
    if (objection !== undefined) findings.push({ severity: "error", category: "clock", side, message: `${context.connectors[side].dataSource}: ${objection.message}`, repair: objection.advice });
  }
  return findings;
};

const checkRights = (set: SyncSet): readonly Finding[] =>
  SIDES.flatMap((side): readonly Finding[] => {
    if (!flows(set.direction, otherSide(side)) || set[side].allowCreate) return [];
    return [{ severity: "warning", category: "rights", syncSet: set.key, side, message: `${set[side].type} items are never created in ${set[side].dataSource}: Allow Create is off or the account has no right to`, repair: "give the account the right, or turn the type's direction" }];
  });

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

const REPAIRS: Readonly<Record<FindingCategory, string>> = {
  clock: "set the clocks",
  rights: "give the account the right",
  values: "add the value to the field's value map",
  people: "add the person to the user map (matchByName --type user proposes), or name a fallback user",
  references: "map the referred type, or leave the field out",
  required: "map a field to it or set a value",
  workflow: "extend the workflow, or map to another status",
  mapping: "change the mapping of the field",
};

/** What of these items could not be carried over, one finding per field and reason. */
const checkItems = async (set: SyncSet, side: Side, items: readonly Item[], resolver: Resolver): Promise<readonly Finding[]> => {
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
      found.set(key, { severity: "warning", category, syncSet: set.key, side, field: mapping[side].label, message: converted.reason, repair: REPAIRS[category], items: (known?.items ?? 0) + 1, example: known?.example ?? item.key ?? item.id });
    }
  }
  return [...found.values()];
};

const requiredEmpty = (set: SyncSet, side: Side, items: readonly Item[]): readonly Finding[] => {
  const to = otherSide(side);
  if (!flows(set.direction, side) || !set[to].allowCreate) return [];
  return set.fields.flatMap((mapping): readonly Finding[] => {
    if (!mapping[to].required || givenByPeriod(set[to].period, mapping[to].name)) return [];
    const empty = items.filter((item) => {
      const value = item.fields[mapping[side].name] ?? null;
      return value === null || value === "" || (Array.isArray(value) && value.length === 0);
    });
    const [first] = empty;
    if (first === undefined) return [];
    return [{ severity: "warning", category: "required", syncSet: set.key, side, field: mapping[side].label, message: `${mapping[to].label} is required to create ${set[to].type} in ${set[to].dataSource}, but empty here`, repair: REPAIRS.required, items: empty.length, example: first.key ?? first.id }];
  });
};

/** A default release that is not there would keep every new sprint out. */
const checkReleases = async (context: ConnectionContext, set: SyncSet): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const { period, project, dataSource } = set[side];
    const wanted = period?.defaultRelease;
    if (period?.release === undefined || wanted === undefined) continue;
    let there = false;
    for await (const page of context.connectors[side].changes({ type: period.release.type, project, fields: [] })) if (page.items.some((item) => item.id === wanted || item.name === wanted)) there = true;
    if (!there) findings.push({ severity: "error", category: "references", syncSet: set.key, side, ...(period.within === undefined ? {} : { field: period.within.label }), message: `${dataSource} has no ${period.release.type} "${wanted}", which is the default release`, repair: `make it, or name another one at period.${side}.defaultRelease` });
  }
  return findings;
};

/** Throws what the connectors throw. */
export const checkConnection = async (context: ConnectionContext, options: { readonly everything?: boolean } = {}): Promise<CheckResult> => {
  const sets = inOrder(context.connection.syncSets);
  const rows = await context.store.syncSets.ensure(context.connection.name, sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: sets.map((set, index) => ({ set, id: rows[index]?.id ?? 0 })) });
  const findings: Finding[] = [...(await checkClocks(context))];
  for (const notice of context.connection.notices) findings.push({ severity: "warning", category: "mapping", message: notice.message, repair: "say so in the file, or map another field" });
  let itemsRead = 0;
  for (const set of sets) {
    findings.push(...checkRights(set), ...(await checkReleases(context, set)));
    for (const side of SIDES) {
      const items = await sample(context, set, side, options.everything === true);
      itemsRead += items.length;
      findings.push(...(await checkItems(set, side, items, resolver)), ...requiredEmpty(set, side, items));
    }
  }
  context.progress.done();
  return { connection: context.connection.name, findings, itemsRead };
};
