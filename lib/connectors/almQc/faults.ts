// What ALM says when it refuses: one exception, or one per entry of a bulk write (alm-qc.md §9, §10). Branches on ids;
// statuses alone mean too many things here.

import { bulkEntriesIn, bulkEntryIsGood } from "./unconfirmed.ts";
import { type Body, type Entity, entityIn, isObject, own } from "./wire.ts";
import { allNamed, childNamed, childText, type Tag } from "./xml.ts";

export interface Fault {
  readonly status: number;
  /** "" when there is none. */
  readonly id: string;
  readonly title: string;
}

export interface BulkEntry {
  readonly good: boolean;
  readonly entityId: string;
  readonly entity?: Entity;
  readonly fault: Fault;
}

const text = (value: unknown, name: string): string => {
  const found = own(value, name);
  return typeof found === "string" || typeof found === "number" ? String(found).trim() : "";
};

const jsonFault = (value: unknown): unknown => (isObject(own(value, "QCRestException")) ? own(value, "QCRestException") : value);

export const faultOf = (body: Body, status: number): Fault => {
  const without = `answered ${status} without a reason`;
  if (body.kind === "xml") return { status, id: childText(body.root, "Id"), title: childText(body.root, "Title") || without };
  if (body.kind === "json") return { status, id: text(jsonFault(body.value), "Id"), title: text(jsonFault(body.value), "Title") || without };
  return { status, id: "", title: body.kind === "page" ? `answered ${status} with a page${body.title === "" ? "" : ` "${body.title}"`}` : without };
};

/** An exception of ALM itself, not a page of somebody in between. */
export const isSpoken = (body: Body): boolean => (body.kind === "xml" ? childText(body.root, "Title") !== "" : body.kind === "json" && text(jsonFault(body.value), "Title") !== "");

const xmlEntry = (tag: Tag, status: number): BulkEntry => {
  const entity = entityIn(childNamed(tag, "Entity"));
  const inner = childNamed(tag, "QCRestException") ?? tag;
  return {
    good: tag.attributes["Successful"] === "true",
    entityId: tag.attributes["EntityId"] ?? "",
    ...(entity === undefined ? {} : { entity }),
    fault: { status, id: childText(inner, "Id"), title: childText(inner, "Title") || "refused without a reason" },
  };
};

/** undefined when the answer tells of no entries. */
export const bulkEntriesOf = (body: Body, status: number): readonly BulkEntry[] | undefined => {
  if (body.kind === "xml") {
    const tags = allNamed(body.root, "BulkEntry");
    return tags.length === 0 ? undefined : tags.map((tag) => xmlEntry(tag, status));
  }
  if (body.kind !== "json") return undefined;
  const entries = bulkEntriesIn(body.value);
  if (entries.length === 0) return undefined;
  return entries.map((entry) => {
    const told = own(entry, "Entity");
    const entity = isObject(told) && Array.isArray(own(told, "Fields")) ? entityIn(told) : undefined;
    const exception = own(entry, "Exception") ?? entry;
    return { good: bulkEntryIsGood(entry), entityId: text(entry, "EntityId"), ...(entity === undefined ? {} : { entity }), fault: { status, id: text(exception, "Id"), title: text(exception, "Title") || "refused without a reason" } };
  });
};

export const isMissing = (fault: Fault): boolean => fault.id === "qccore.entity-not-found";
export const isLocked = (fault: Fault): boolean => fault.id === "qccore.lock-failure";

/** The session is over, not the request wrong: 401, or the ids that come with other statuses (alm-qc.md §2.3). */
export const isExpired = (fault: Fault): boolean => fault.status === 401 || fault.id === "qccore.session-has-expired" || (fault.status === 500 && /TokenId is invalid/i.test(fault.title));

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^qccore\.lock-failure$/, "somebody has it open, or a run of ours that was killed still does, until its session ends: the next run tries again"],
  [/^qccore\.operation-forbidden$/, "the account's group lacks this permission: Project Customization → Groups and Permissions"],
  [/^qccore\.unknown-field-name$/, "was the field renamed or removed? correct the field mappings, then check the connection"],
  [/^qccore\.invalid-filter-expression$/, "correct the filter of the type mapping"],
  [/^qccore\.required-field-missing$/, "map this field, or give a value for new items with options.defaults"],
  [/^qccore\.check-(in|out)-failure$/, "somebody has it checked out: the next run tries again"],
];

export const adviceOf = (fault: Fault): string | undefined => ADVICE.find(([form]) => form.test(fault.id))?.[1] ?? (fault.status === 403 ? "the account lacks a permission in this project, or the project is not open to it" : undefined);

export const reasonOf = (fault: Fault): string => {
  const advice = adviceOf(fault);
  return advice === undefined ? fault.title : `${fault.title} (${advice})`;
};
