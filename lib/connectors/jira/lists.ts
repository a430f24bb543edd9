// What sprints and versions have in common: types without a changed-at and a history, read as whole lists.

import { createHash } from "node:crypto";
import type { Fields, FieldSchema, Item } from "../../core/types.ts";
import type { WriteResult } from "../connector.ts";
import { complaintOf, complaintText, type Reply } from "./client.ts";

/** A field that may be written at any time, unless said otherwise. */
export const field = (name: string, label: string, kind: FieldSchema["kind"], more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label, kind, multiple: false, onCreate: true, onUpdate: true, required: false, ...more });

/** What has no changed-at of its own changes when its content does. */
export const contentVersion = (fields: Fields): string => createHash("sha256").update(JSON.stringify(fields)).digest("base64url").slice(0, 16);

/** A good status without the thing itself: nobody knows what was made. */
export const refused = (reply: Reply): WriteResult =>
  reply.status < 300
    ? { ok: false, kind: "doubtful", reason: `Jira answered ${reply.status} without what it wrote`, problems: [] }
    : { ok: false, kind: reply.status === 404 ? "missing" : "refused", reason: complaintText(reply), problems: [...complaintOf(reply.body).fields].map(([name, reason]) => ({ field: name, reason })) };

/** The answer of a write is the whole thing: fields that differ from before without our doing are others' work. */
export const othersIn = (after: Item, before: Item | undefined, written: Fields): readonly string[] =>
  before === undefined ? [] : Object.keys(after.fields).filter((name) => written[name] === undefined && name in before.fields && JSON.stringify(after.fields[name]) !== JSON.stringify(before.fields[name]));
