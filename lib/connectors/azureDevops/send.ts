// One or many writes of work items and what became of each (azure-devops.md §8). Many travel as one $batch, which is no
// transaction: every part has its own answer. Knows nothing of fields' meaning; never repeats what may have been executed.

import { AccessError } from "../../core/errors.ts";
import { isDoubtful } from "../http.ts";
import { allParts, parseJson } from "../json.ts";
import type { Stop } from "../left.ts";
import { chunksWithin } from "../paging.ts";
import { isGoneItem, isStale } from "./assumed.ts";
import { complaint, type Reply } from "./client.ts";
import { MARK, relationsOf } from "./fields.ts";
import type { Project, Site } from "./session.ts";
import { idOf, isObject, type Json, listAt, numberOf, objectsAt, own, segment, textAt, textOf } from "./wire.ts";

export interface Operation {
  readonly op: "add" | "replace" | "remove" | "test";
  readonly path: string;
  readonly value?: unknown;
}

export interface Shipment {
  readonly project: Project;
  /** A new item of this type, or an item by its id. */
  readonly to: { readonly type: string } | { readonly id: string };
  readonly operations: readonly Operation[];
  /** §8: "validateOnly" runs all rules and saves nothing, "bypassRules" saves and runs none. For a part of a batch neither is promised. */
  readonly how?: readonly ("validateOnly" | "bypassRules")[];
}

export interface Refusal {
  readonly reason: string;
  readonly missing: boolean;
  /** Some item that the write names is gone or hidden: the one written, or the other end of a link. */
  readonly gone: boolean;
  readonly stale: boolean;
  /** Reference names of the fields that are said to be wrong, each with what is wrong. */
  readonly fields: readonly { readonly field: string; readonly reason: string }[];
}

export type Sent = { readonly item: Json } | { readonly refusal: Refusal } | { readonly doubt: string };

/** Told to stop before it was sent. */
export interface Unsent {
  readonly left: true;
}

const NOT_TOLD: Sent = { doubt: "the reply does not tell what became of it" };

const MOST_BYTES = 8 * 1024 * 1024;

const sizeOf = (shipment: Shipment): number => JSON.stringify(shipment.operations).length;

/** §8: the sign before a type's name stands as it is. */
const pathOf = ({ project, to }: Shipment): string => ("type" in to ? `/${segment(project.name)}/_apis/wit/workitems/$${segment(to.type)}` : `/_apis/wit/workitems/${to.id}`);

/** §8.3: several rules may be broken at once. What names one field only names it elsewhere. */
const fieldsIn = (body: unknown): Refusal["fields"] => {
  const more = own(body, "customProperties");
  const rules = objectsAt(more, "RuleValidationErrors").flatMap((rule) => {
    const field = textAt(rule, "fieldReferenceName");
    return field === "" ? [] : [{ field, reason: textAt(rule, "errorMessage") || textAt(body, "message") }];
  });
  const named = textAt(more, "ReferenceName") || textAt(more, "FieldReferenceName");
  return rules.length > 0 || named === "" ? rules : [{ field: named, reason: textAt(body, "message") }];
};

const refusalOf = (reply: Pick<Reply, "status" | "body" | "text">): Refusal => {
  const said = textAt(reply.body, "message");
  // An item that is gone, forbidden or destroyed is told in one way (§7); an address that leads nowhere says something else.
  const gone = isGoneItem(reply.status, said, textAt(reply.body, "typeKey"));
  return { reason: complaint(reply), missing: gone && reply.status === 404, gone, stale: isStale(reply.status), fields: fieldsIn(reply.body) };
};

const sentOf = (site: Site, reply: Pick<Reply, "status" | "body" | "text">, how: Shipment["how"] = []): Sent => {
  if (reply.status === 401 || reply.status === 203) throw site.client.refused(complaint(reply));
  if (reply.status >= 500) return { doubt: `answered ${reply.status}: ${complaint(reply)}` };
  if (reply.status >= 300) return { refusal: refusalOf(reply) };
  // What was saved nowhere needs no number.
  return isObject(reply.body) && (idOf(reply.body) !== "" || how.includes("validateOnly")) ? { item: reply.body } : { doubt: "confirmed without telling the item" };
};

const doubtOf = (error: unknown): Sent => {
  if (isDoubtful(error)) return { doubt: error.message };
  throw error;
};

const queryOf = (site: Site): Readonly<Record<string, string>> => ({ $expand: "relations", ...(site.options.suppressNotifications ? { suppressNotifications: "true" } : {}) });

export const sendOne = async (site: Site, shipment: Shipment): Promise<Sent> => {
  const { to, how = [], operations } = shipment;
  try {
    return sentOf(site, await site.client.ask({ method: "type" in to ? "POST" : "PATCH", path: pathOf(shipment), query: { ...queryOf(site), ...Object.fromEntries(how.map((name) => [name, "true"])) }, operations, version: site.api }), how);
  } catch (error) {
    return doubtOf(error);
  }
};

const sendEach = async (site: Site, shipments: readonly Shipment[], stop?: Stop): Promise<readonly (Sent | Unsent)[]> => {
  const all: (Sent | Unsent)[] = [];
  for (const shipment of shipments) all.push(stop?.aborted === true ? { left: true } : await sendOne(site, shipment));
  return all;
};

/** §8.4: the answer of each part is JSON inside a text. */
const partOf = (site: Site, entry: unknown): Sent => {
  const status = numberOf(own(entry, "code"));
  if (status === undefined) return NOT_TOLD;
  const held = own(entry, "body");
  if (typeof held !== "string") return sentOf(site, { status, body: held, text: "" });
  try {
    return sentOf(site, { status, body: parseJson(held), text: held });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return sentOf(site, { status, body: undefined, text: textOf(held) ?? "" });
  }
};

const typeIn = (item: Json): string => textAt(own(item, "fields"), "System.WorkItemType");

/** An answer about another item than the part's own was put into the wrong place. */
const ofItsOwn = ({ to }: Shipment, sent: Sent): Sent => {
  if (!("item" in sent)) return sent;
  const fits = "id" in to ? idOf(sent.item) === to.id : ["", to.type].includes(typeIn(sent.item));
  return fits ? sent : { doubt: `the reply tells of work item ${idOf(sent.item)} instead` };
};

/** The mark that a create carries is in the item it made, as a link or in the field for it. */
export const isMarkedBy = (site: Site, operations: readonly Operation[], item: Json): boolean =>
  operations.some(({ path, value }) => {
    if (path === "/relations/-") return textAt(value, "url").startsWith(MARK) && relationsOf(item).some((relation) => textAt(relation, "url") === textAt(value, "url"));
    return site.options.intentField !== undefined && path === `/fields/${site.options.intentField}` && textAt(own(item, "fields"), site.options.intentField) === value;
  });

const isAbout = (site: Site, { to, operations }: Shipment, item: Json): boolean => ("id" in to ? idOf(item) === to.id : isMarkedBy(site, operations, item));

/** §8.4 promises no order: an item says whose answer it is. Where one stands in another's place, only such words count. */
const inOrder = (site: Site, shipments: readonly Shipment[], sent: readonly Sent[]): readonly Sent[] => {
  const owners = sent.map((one) => ("item" in one ? shipments.findIndex((shipment) => isAbout(site, shipment, one.item)) : -1));
  if (owners.every((owner, index) => owner < 0 || owner === index)) return sent;
  return shipments.map((_, index) => sent[owners.indexOf(index)] ?? { doubt: "the reply came in another order and does not tell what became of it" });
};

const sendBatch = async (site: Site, shipments: readonly Shipment[], stop?: Stop): Promise<readonly (Sent | Unsent)[]> => {
  const query = new URLSearchParams({ "api-version": site.api, ...queryOf(site) }).toString().replaceAll("%24", "$");
  const json = shipments.map((shipment) => ({ method: "PATCH", uri: `${pathOf(shipment)}?${query}`, headers: { "Content-Type": "application/json-patch+json" }, body: shipment.operations }));
  try {
    const reply = await site.client.ask({ method: "PATCH", path: "/_apis/wit/$batch", json, version: site.api });
    // Refused as a whole, nothing was executed: one by one it is seen why.
    if (reply.status >= 300) return await sendEach(site, shipments, stop);
    const entries = listAt(reply.body, "value");
    // With another number of answers nobody knows which part each is about.
    if (entries.length !== shipments.length) return shipments.map(() => NOT_TOLD);
    const all: Sent[] = [];
    // Turned away for haste alone, a part was not executed: alone it waits as told.
    const parts = entries.map((entry) => partOf(site, entry));
    const ordered = inOrder(site, shipments, parts);
    for (const [index, shipment] of shipments.entries()) all.push(ordered === parts && numberOf(own(entries[index], "code")) === 429 ? await sendOne(site, shipment) : ofItsOwn(shipment, ordered[index] ?? NOT_TOLD));
    return all;
  } catch (error) {
    if (error instanceof AccessError) throw error;
    const doubt = doubtOf(error);
    return shipments.map(() => doubt);
  }
};

/** One result per shipment, in order. Throws what concerns the whole site. */
export const sendAll = async (site: Site, shipments: readonly Shipment[], stop?: Stop): Promise<readonly (Sent | Unsent)[]> => {
  const send = async (part: readonly Shipment[]): Promise<readonly (Sent | Unsent)[]> => {
    if (part.length === 1) return sendEach(site, part, stop);
    return stop?.aborted === true ? part.map(() => ({ left: true })) : sendBatch(site, part, stop);
  };
  const unsettled = (part: readonly Shipment[], error: unknown): readonly (Sent | Unsent)[] => part.map(() => ({ doubt: `not settled: ${error instanceof Error ? error.message : String(error)}` }));
  return (await allParts(chunksWithin(shipments, site.options.bulkSize, MOST_BYTES, sizeOf), site.client.http.width, send, unsettled)).flat();
};
