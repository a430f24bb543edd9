// $batch: several writes in one call, none of which stops the others; the answers are texts within the answer (sheet §8.4).

import type { SandboxReply } from "../imitation.ts";
import { type Call, type Handler, type Handlers, jsonBody, ok } from "./call.ts";
import { AdoError, bad, errorReply } from "./errors.ts";
import { decodeSegment } from "./router.ts";

/** Answers one entry as if it had come by itself; the site knows how. */
export type Inner = (call: Call, entry: { readonly method: string; readonly target: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }) => SandboxReply;

interface Entry {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const readEntry = (given: unknown): Entry => {
  const entry = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  if (typeof entry["method"] !== "string" || typeof entry["uri"] !== "string") throw bad("VssPropertyValidationException", "VS403671: Every entry of a batch needs method and uri.");
  const headers = Object.entries((entry["headers"] ?? {}) as Readonly<Record<string, unknown>>).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { method: entry["method"].toUpperCase(), uri: entry["uri"], headers: Object.fromEntries(headers), body: entry["body"] };
};

/** With or without host, collection or project: all are seen in the wild. */
const targetOf = (call: Call, uri: string): string => {
  const path = uri.replace(/^https?:\/\/[^/]+/i, "");
  const root = new URL(call.base).pathname;
  return decodeSegment(path).toLowerCase().startsWith(`${decodeSegment(root).toLowerCase()}/`) || root === "/" ? path : `${root}/${path.replace(/^\//, "")}`;
};

/** Links to entries before: a negative number at the end of an address. */
const resolved = (body: unknown, known: ReadonlyMap<number, number>): string => JSON.stringify(body).replace(/(\/workitems\/)(-\d+)(?=["?])/gi, (whole, path: string, id: string) => (known.has(Number(id)) ? `${path}${known.get(Number(id))}` : whole));

const temporaryId = (body: unknown): number | null => {
  if (!Array.isArray(body)) return null;
  const op = (body as readonly unknown[]).find((one) => typeof one === "object" && one !== null && (one as { path?: unknown }).path === "/id") as { readonly value?: unknown } | undefined;
  return op === undefined ? null : Number(op.value);
};

const batch = (inner: Inner): Handler => (call) => {
  const body = jsonBody(call);
  if (!Array.isArray(body)) throw bad("VssPropertyValidationException", "You must pass a list of requests in the body of the request.");
  const { batchLimit } = call.world.options;
  if (body.length > batchLimit) throw bad("VssPropertyValidationException", `VS403474: You requested ${body.length} work items which exceeds the limit of ${batchLimit}. Reduce the number of ids and try again.`);
  const failing = call.runtime.failingEntries;
  const known = new Map<number, number>();
  const value = body.map((given, at) => {
    const entry = readEntry(given);
    const failure = errorReply(new AdoError(500, "WorkItemTrackingServiceException", "TF30063: The entry could not be carried out."), entry.uri, entry.method);
    const reply = failing.includes(at) ? failure : inner(call, { method: entry.method, target: targetOf(call, entry.uri), headers: entry.headers, body: entry.body === undefined ? "" : resolved(entry.body, known) });
    const id = temporaryId(entry.body);
    if (id !== null && reply.status < 300) known.set(id, Number((reply.body as { readonly id?: unknown }).id));
    return { code: reply.status, headers: { "Content-Type": "application/json; charset=utf-8" }, body: typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? null) };
  });
  return ok({ count: value.length, value });
};

export const batchHandlers = (inner: Inner): Handlers => ({ batch: { PATCH: batch(inner), POST: batch(inner) } });
