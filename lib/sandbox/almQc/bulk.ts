// Several rows in one call: no transaction; entries that failed stand beside those that were done (sheet, section 9).

import type { SandboxReply } from "../imitation.ts";
import { errorHtml, exceptionParts, QcError } from "./errors.ts";
import type { EntityType, Row } from "./model.ts";
import { collectionDoc, entityJson, entityXml, type Shown } from "./render.ts";
import { answer, type QcRequest } from "./wire.ts";
import { element } from "./xml.ts";

interface Done {
  readonly id: number | null;
  readonly row: Row | null;
  readonly error: QcError | null;
}

export interface Entry {
  /** Id that the caller named. */
  readonly id: number | null;
  readonly work: () => Row;
}

const TITLE = "The bulk operation failed for some of the entities.";
const ID = "qccore.bulk-operation-failed";

const entryXml = (shown: Shown, type: EntityType, { id, row, error }: Done): string =>
  element("BulkEntry", [["Successful", error === null], ["EntityId", id ?? undefined], ["EntityType", type.name]], error === null ? (row ? entityXml(shown, row, null, "read") : "") : `${exceptionParts(error.id, error.message)}<StackTrace></StackTrace>`);

const failureXml = (shown: Shown, type: EntityType, done: readonly Done[]): string => {
  const list = element("BulkOperationFailed", [], done.map((one) => entryXml(shown, type, one)).join(""));
  const property = element("ExceptionProperty", [["name", ID]], element("value", [], list));
  return element("QCRestException", [], exceptionParts(ID, TITLE) + element("ExceptionProperties", [], property));
};

const failureJson = (shown: Shown, type: EntityType, done: readonly Done[]): unknown => {
  const BulkEntries = done.map(({ id, row, error }) => ({
    Entity: row && error === null ? entityJson(shown, row, null, "read") : null,
    Succeeded: error === null,
    EntityType: type.name,
    EntityId: id,
    Exception: error === null ? null : { Id: error.id, Title: error.message, ExceptionProperties: null, StackTrace: null },
  }));
  const named = shown.options.bulkJson === "named";
  return { Id: ID, Title: TITLE, ExceptionProperties: named ? { [ID]: { BulkValue: { BulkEntries } } } : { BulkValue: { BulkEntries } }, StackTrace: null };
};

/** Switch: some servers may tell of failures at the end. */
const told = (shown: Shown, done: readonly Done[]): readonly Done[] => (shown.options.bulkOrder === "request" ? done : done.toSorted((a, b) => Number(a.error !== null) - Number(b.error !== null)));

const attempt = ({ id, work }: Entry, ordered: boolean): Done => {
  try {
    if (ordered) throw new QcError(500, "general-error", "The server failed at this entity.");
    const row = work();
    return { id: row.id, row, error: null };
  } catch (error) {
    if (error instanceof QcError) return { id, row: null, error };
    throw error;
  }
};

export const bulk = (request: QcRequest, shown: Shown, type: EntityType, entries: readonly Entry[], failing: readonly number[]): SandboxReply => {
  if (entries.length > shown.options.maxBulk) throw new QcError(400, "general-error", `One call takes at most ${shown.options.maxBulk} entities.`);
  const done = entries.map((entry, at) => attempt(entry, failing.includes(at)));
  const failed = done.filter(({ error }) => error !== null).length;
  const rows = done.flatMap(({ row }) => row ?? []);
  if (failed === 0) return answer(request, collectionDoc(shown, { rows, total: rows.length, asked: null, answering: "write" }));
  const status = failed === done.length ? 500 : shown.options.bulkPartialStatus;
  if (request.format === "other") return { status, headers: { "Content-Type": "text/html;charset=utf-8" }, body: errorHtml(status, TITLE) };
  return answer(request, { xml: () => failureXml(shown, type, told(shown, done)), json: () => failureJson(shown, type, told(shown, done)) }, status);
};
