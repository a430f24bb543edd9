// Compares both sides of a connection as they are now, together with what the store knows of them, and answers the facts
// of the audit report. Reads only.

import { isUnseen, type Item, otherSide, type Side, SIDES, type Value } from "../core/types.ts";
import type { SyncSet } from "../core/mapping/model.ts";
import { convert } from "../core/sync/convert.ts";
import { fingerprint, sameValue } from "../core/sync/fingerprint.ts";
import { inOrder } from "../core/sync/order.ts";
import { fieldsToRead } from "../core/sync/pair.ts";
import type { AuditFacts, AuditRow, Drift, SetFacts } from "../core/report/auditFacts.ts";
import { valueText } from "../core/report/planText.ts";
import { fieldNames } from "../core/report/recorded.ts";
import type { Link, Quarantined, SyncSetId } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { createResolver, type Resolver } from "./steps/lookUp/resolve.ts";

interface Audit {
  readonly context: ConnectionContext;
  readonly resolver: Resolver;
  readonly set: SyncSet;
  readonly id: SyncSetId;
}

const readAll = async (audit: Audit, side: Side): Promise<ReadonlyMap<string, Item>> => {
  const own = audit.set[side];
  const items = new Map<string, Item>();
  const query = { type: own.type, project: own.project, fields: fieldsToRead(audit.set, side), ...(own.filter === undefined ? {} : { filter: own.filter }) };
  for await (const page of audit.context.connectors[side].changes(query)) {
    for (const item of page.items) items.set(item.id, item);
    audit.context.progress.update(`reading ${own.type} of ${own.dataSource}`, items.size);
  }
  return items;
};

/** Both sides still hold what they gave back when they were last carried over: a conversion may lose something, that is no drift. */
const asRecorded = (link: Link, mapping: SyncSet["fields"][number], values: Readonly<Record<Side, Value>>): boolean => SIDES.every((side) => link[side].prints[mapping.key] === fingerprint(values[side], mapping[side]));

/** What cannot be compared, as the account may not read it on a side. */
const unseenIn = (audit: Audit, items: Readonly<Record<Side, Item>>): readonly string[] =>
  SIDES.flatMap((side) => audit.set.fields.filter((mapping) => isUnseen(items[side], mapping[side].name)).map((mapping) => `${mapping[side].label} may not be read in this item on the ${side}`));

const driftOf = async (audit: Audit, link: Link, master: Item, target: Item): Promise<readonly Drift[]> => {
  await audit.resolver.prepare([
    { side: "master", item: master, mappings: audit.set.fields },
    { side: "target", item: target, mappings: audit.set.fields },
  ]);
  const drift: Drift[] = [];
  for (const mapping of audit.set.fields) {
    if (isUnseen(master, mapping.master.name) || isUnseen(target, mapping.target.name)) continue;
    const values = { master: master.fields[mapping.master.name] ?? null, target: target.fields[mapping.target.name] ?? null };
    const same = SIDES.some((from) => {
      const carried = convert(values[from], mapping, from, audit.resolver.lookups);
      return carried.ok && sameValue(values[otherSide(from)], carried.value, mapping[otherSide(from)]);
    });
    if (!same && !asRecorded(link, mapping, values)) drift.push({ field: mapping.master.label, master: valueText(values.master), target: valueText(values.target) });
  }
  return drift;
};

const end = (item: Item | undefined, link: Link["master"] | undefined): AuditRow["master"] => {
  const id = item?.id ?? link?.id;
  if (id === undefined) return undefined;
  const key = item?.key ?? link?.key;
  const url = item?.url ?? link?.url;
  return { id, ...(key === undefined ? {} : { key }), ...(url === undefined ? {} : { url }) };
};

const rowOfPair = async (audit: Audit, link: Link, items: Readonly<Record<Side, ReadonlyMap<string, Item>>>, stuck: ReadonlyMap<string, Quarantined>): Promise<AuditRow> => {
  const master = items.master.get(link.master.id);
  const target = items.target.get(link.target.id);
  const ends = { master: end(master, link.master), target: end(target, link.target) };
  const name = master?.name ?? target?.name ?? "";
  const trouble = stuck.get(`master ${link.master.id}`) ?? stuck.get(`target ${link.target.id}`);
  if (link.state === "unlinked") return { ...ends, name, state: "unlinked", reason: "the pair was dissolved", drift: [] };
  if (master === undefined || target === undefined) return { ...ends, name, state: "missing", reason: `not found on the ${master === undefined ? "master" : "target"}: deleted, moved, hidden or outside the filter`, drift: [] };
  const drift = await driftOf(audit, link, master, target);
  if (trouble !== undefined) return { ...ends, name, state: trouble.attempts > 1 ? "failed" : "held", reason: trouble.reason, drift };
  const unseen = unseenIn(audit, { master, target });
  if (unseen.length > 0) return { ...ends, name, state: "held", reason: [...unseen, ...(drift.length === 0 ? [] : [`differs: ${drift.map((part) => part.field).join(", ")}`])].join("; "), drift };
  return drift.length === 0 ? { ...ends, name, state: "in step", reason: "", drift } : { ...ends, name, state: "pending", reason: `differs: ${drift.map((part) => part.field).join(", ")}`, drift };
};

const rowOfSingle = (side: Side, item: Item, stuck: ReadonlyMap<string, Quarantined>): AuditRow => {
  const trouble = stuck.get(`${side} ${item.id}`);
  const ends = side === "master" ? { master: end(item, undefined) } : { target: end(item, undefined) };
  if (trouble !== undefined) return { ...ends, name: item.name, state: "failed", reason: trouble.reason, drift: [] };
  return { ...ends, name: item.name, state: "unpaired", reason: `only on the ${side}; the next iteration decides (dry run shows why)`, drift: [] };
};

const auditSet = async (audit: Audit): Promise<SetFacts> => {
  const { store } = audit.context;
  const items = { master: await readAll(audit, "master"), target: await readAll(audit, "target") };
  const stuck = new Map((await store.quarantine.list(audit.id)).map((row) => [`${row.side} ${row.id}`, row]));
  const rows: AuditRow[] = [];
  const paired = { master: new Set<string>(), target: new Set<string>() };
  for await (const page of store.links.scan(audit.id, "master")) {
    for (const link of page) {
      for (const side of SIDES) paired[side].add(link[side].id);
      rows.push(await rowOfPair(audit, link, items, stuck));
    }
  }
  for (const side of SIDES) for (const item of items[side].values()) if (!paired[side].has(item.id)) rows.push(rowOfSingle(side, item, stuck));
  return {
    key: audit.set.key,
    master: { dataSource: audit.set.master.dataSource, type: audit.set.master.type, project: audit.set.master.project, items: items.master.size },
    target: { dataSource: audit.set.target.dataSource, type: audit.set.target.type, project: audit.set.target.project, items: items.target.size },
    pendingLinks: (await store.pendingLinks.list(audit.id)).length,
    rows,
  };
};

/** Reads both sides whole, and writes to neither; the facts of every pair and every item without one. Throws what the connectors throw. */
export const auditReport = async (context: ConnectionContext): Promise<AuditFacts> => {
  const sets = inOrder(context.connection.syncSets);
  const ids = await context.store.syncSets.look(context.connection.name, sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: sets.map((set, index) => ({ set, id: ids[index]?.id ?? 0 })) });
  const facts: SetFacts[] = [];
  for (const [index, set] of sets.entries()) facts.push(await auditSet({ context, resolver, set, id: ids[index]?.id ?? 0 }));
  const runs = await context.store.runs.list(context.connection.name, 14);
  context.progress.done();
  const named = new Map(sets.map((set) => [set.key, fieldNames(set).mappings]));
  return {
    connection: context.connection.name,
    at: context.now(),
    master: context.connection.masterSource,
    target: context.connection.targetSource,
    sets: facts,
    conflicts: (await context.store.conflicts.list(context.connection.name)).map((conflict) => ({ syncSet: conflict.syncSetKey, field: named.get(conflict.syncSetKey)?.[conflict.field] ?? conflict.field, masterId: conflict.masterId, targetId: conflict.targetId, master: valueText(conflict.masterValue), target: valueText(conflict.targetValue) })),
    runs: runs.map((run) => ({ id: run.id, at: run.startedAt, status: run.status, counts: run.counts })),
  };
};
