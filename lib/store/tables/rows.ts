// Rows of the database ↔ the store's own shapes.

import type { Side, Value } from "../../core/types.ts";
import type { Conflict, Intent, Link, LinkEnd, Outcome, PendingLink, Prints, Quarantined, SyncSetRow } from "../store.ts";
import type { Row } from "./text.ts";

const text = (value: unknown): string => String(value);
const optional = <K extends string>(key: K, value: unknown): Partial<Record<K, string>> => (value === null || value === undefined ? {} : ({ [key]: String(value) } as Record<K, string>));

const linkEnd = (row: Row, side: Side): LinkEnd => ({
  id: text(row[`${side}_id`]),
  ...optional("key", row[`${side}_key`]),
  ...optional("url", row[`${side}_url`]),
  ...optional("version", row[`${side}_version`]),
  ...optional("changedAt", row[`${side}_changed_at`]),
  prints: row[`${side}_prints`] as Prints,
});

export const toLink = (row: Row): Link => ({ syncSet: Number(row.sync_set), master: linkEnd(row, "master"), target: linkEnd(row, "target"), state: row.state as Link["state"], ...(row.edition === null ? {} : { edition: Number(row.edition) }) });

const endColumns = (end: LinkEnd, side: Side): Row => ({
  [`${side}_id`]: end.id,
  [`${side}_key`]: end.key ?? null,
  [`${side}_url`]: end.url ?? null,
  [`${side}_version`]: end.version ?? null,
  [`${side}_changed_at`]: end.changedAt ?? null,
  [`${side}_prints`]: end.prints,
});

export const fromLink = (link: Link): Row => ({ sync_set: link.syncSet, ...endColumns(link.master, "master"), ...endColumns(link.target, "target"), state: link.state, edition: link.edition ?? null });

export const toSyncSet = (row: Row): SyncSetRow => ({
  id: Number(row.id),
  key: text(row.key),
  connection: text(row.connection),
  fingerprint: text(row.fingerprint),
  fieldFingerprints: row.field_fingerprints as Readonly<Record<string, string>>,
  generation: Number(row.generation),
  ...(typeof row.restored_from === "string" ? { restoredFrom: row.restored_from } : {}),
});

export const toIntent = (row: Row): Intent => ({
  intent: text(row.intent),
  kind: row.kind as Intent["kind"],
  syncSet: Number(row.sync_set),
  side: row.side as Side,
  fromId: text(row.from_id),
  ...optional("toId", row.to_id),
  name: text(row.name),
  at: text(row.at),
  prints: row.prints as Prints,
  ...(row.before === null ? {} : { before: row.before as Readonly<Record<string, Value>> }),
  ...(row.after === null ? {} : { after: row.after as Readonly<Record<string, Value>> }),
});

export const fromIntent = (intent: Intent): Row => ({ intent: intent.intent, kind: intent.kind, sync_set: intent.syncSet, side: intent.side, from_id: intent.fromId, to_id: intent.toId ?? null, name: intent.name, at: intent.at, prints: intent.prints, before: intent.before ?? null, after: intent.after ?? null });

export const toPending = (row: Row): PendingLink => ({ syncSet: Number(row.sync_set), side: row.side as Side, id: text(row.id), field: text(row.field), awaitedType: text(row.awaited_type), awaitedId: text(row.awaited_id) });

export const fromPending = (link: PendingLink): Row => ({ sync_set: link.syncSet, side: link.side, id: link.id, field: link.field, awaited_type: link.awaitedType, awaited_id: link.awaitedId });

export const toQuarantined = (row: Row): Quarantined => ({
  syncSet: Number(row.sync_set),
  side: row.side as Side,
  id: text(row.id),
  ...optional("key", row.key),
  ...optional("name", row.name),
  reason: text(row.reason),
  attempts: Number(row.attempts),
  firstAt: text(row.first_at),
  nextAt: text(row.next_at),
});

export const fromQuarantined = (entry: Quarantined): Row => ({
  sync_set: entry.syncSet,
  side: entry.side,
  id: entry.id,
  key: entry.key ?? null,
  name: entry.name ?? null,
  reason: entry.reason,
  attempts: entry.attempts,
  first_at: entry.firstAt,
  next_at: entry.nextAt,
});

export const toConflict = (row: Row): Conflict => ({
  syncSet: Number(row.sync_set),
  masterId: text(row.master_id),
  targetId: text(row.target_id),
  field: text(row.field),
  masterValue: row.master_value as Value,
  targetValue: row.target_value as Value,
  at: text(row.at),
});

export const fromConflict = (conflict: Conflict): Row => ({
  sync_set: conflict.syncSet,
  master_id: conflict.masterId,
  target_id: conflict.targetId,
  field: conflict.field,
  master_value: conflict.masterValue,
  target_value: conflict.targetValue,
  at: conflict.at,
});

export const toOutcome = (row: Row): Outcome => ({
  run: text(row.run_id),
  at: text(row.at),
  syncSet: Number(row.sync_set),
  side: row.side as Side,
  action: row.action as Outcome["action"],
  reason: text(row.reason),
  ...optional("masterId", row.master_id),
  ...optional("targetId", row.target_id),
  ...optional("name", row.name),
  ...(row.before === null ? {} : { before: row.before as Readonly<Record<string, Value>> }),
  ...(row.after === null ? {} : { after: row.after as Readonly<Record<string, Value>> }),
});

export const fromOutcome = (outcome: Outcome): Row => ({
  run_id: outcome.run,
  at: outcome.at,
  sync_set: outcome.syncSet,
  side: outcome.side,
  action: outcome.action,
  reason: outcome.reason,
  master_id: outcome.masterId ?? null,
  target_id: outcome.targetId ?? null,
  name: outcome.name ?? null,
  before: outcome.before ?? null,
  after: outcome.after ?? null,
});

export const SIDE_COLUMN: Readonly<Record<Side, "master_id" | "target_id">> = { master: "master_id", target: "target_id" };
