// Many calls in one by the batch interface (servicenow.md §9): texts in base64, each with a status of its own, some not
// reached. Where the instance has no batch interface the calls go one by one.

import { Buffer } from "node:buffer";
import { TandemError } from "../../core/errors.ts";
import { DoubtfulError } from "../http.ts";
import { jsonIn, mapLimit } from "../json.ts";
import type { Stop } from "../left.ts";
import { chunksWithin } from "../paging.ts";
import { type Ask, hasError, reasonOf, type Session } from "./session.ts";
import { isObject, type Json, objectsOf, own, textAt } from "./wire.ts";

export type BatchCall = Pick<Ask, "method" | "path" | "json">;

/** One call's answer; `doubt`: nobody knows whether it was executed. */
export type BatchAnswer = { readonly status: number; readonly body: unknown; readonly header: (name: string) => string } | { readonly doubt: string };

/** Told to stop before it was sent. */
export interface Unsent {
  readonly left: true;
}

/** Below the 5 MB that one part may have by default. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Not reached within the time a batch is given: sent again, as long as any is reached. */
const ROUNDS = 20;

const doubtOf = (error: unknown): BatchAnswer => {
  if (error instanceof DoubtfulError) return { doubt: error.message };
  throw error;
};

const singly = async (session: Session, call: BatchCall): Promise<BatchAnswer> => {
  try {
    return await session.ask(call);
  } catch (error) {
    return doubtOf(error);
  }
};

const decoded = (part: Json): unknown => jsonIn(Buffer.from(textAt(part, "body"), "base64").toString("utf8"));

const headerIn = (part: Json) => (name: string): string => textAt(objectsOf(own(part, "headers")).find((header) => textAt(header, "name").toLowerCase() === name.toLowerCase()), "value");

/** undefined: it was certainly not executed, and may be sent again. */
const answerOf = (call: BatchCall, part: Json): BatchAnswer | undefined => {
  const status = Number(textAt(part, "status_code"));
  const body = decoded(part);
  if (status === 429 || status === 401) return undefined;
  const reading = call.method === "GET";
  const good = status >= 200 && status < 300;
  // Some confirm a removal with 200 and nothing more.
  const understood = status === 204 || (call.method === "DELETE" && status === 200 && body === undefined && textAt(part, "body") === "") || (status !== 202 && isObject(body) && !hasError(body));
  if (reading && (!good || !understood)) return good ? undefined : { status, body, header: headerIn(part) };
  if (status >= 500 || Number.isNaN(status) || (good && !understood)) return { doubt: `was answered with ${status}: ${textAt(part, "error_message") || reasonOf(body, status)}` };
  return { status, body, header: headerIn(part) };
};

const encoded = (call: BatchCall, id: number): Json => ({
  id: String(id),
  method: call.method,
  url: `/api/now/${call.path}`,
  headers: [
    { name: "Accept", value: "application/json" },
    ...(call.json === undefined ? [] : [{ name: "Content-Type", value: "application/json" }]),
  ],
  ...(call.json === undefined ? {} : { body: Buffer.from(JSON.stringify(call.json), "utf8").toString("base64") }),
});

/** Answers by position; a position left out was not executed. undefined: there is no batch interface. */
export const sendOnce = async (session: Session, calls: readonly BatchCall[], at: readonly number[]): Promise<ReadonlyMap<number, BatchAnswer> | undefined> => {
  const answers = new Map<number, BatchAnswer>();
  const json = { batch_request_id: "1", rest_requests: at.map((position) => encoded(calls[position] as BatchCall, position)) };
  const writes = at.some((position) => calls[position]?.method !== "GET");
  try {
    const reply = await session.ask({ method: "POST", path: "v1/batch", json });
    if (reply.status >= 400) return undefined;
    const unserviced = new Set((Array.isArray(own(reply.body, "unserviced_requests")) ? (own(reply.body, "unserviced_requests") as readonly unknown[]) : []).map(String));
    const parts = new Map(objectsOf(own(reply.body, "serviced_requests")).map((part) => [textAt(part, "id"), part]));
    for (const position of at) {
      const part = parts.get(String(position));
      const answer = part === undefined ? undefined : answerOf(calls[position] as BatchCall, part);
      if (answer !== undefined) answers.set(position, answer);
      else if (part === undefined && writes && !unserviced.has(String(position))) answers.set(position, { doubt: "the reply does not tell what became of it" });
    }
    return answers;
  } catch (error) {
    // Nothing was changed by a batch that only reads.
    if (error instanceof DoubtfulError && !writes) return answers;
    const doubt = doubtOf(error);
    return new Map(at.map((position) => [position, doubt]));
  }
};

/**
 * One answer per call, in order. Throws what breaks the first request; once something may have been written the rest is in
 * doubt instead, so that no result gets lost. Nothing is sent twice that may have been executed.
 */
export const sendUntil = async (session: Session, calls: readonly BatchCall[], size: number, stop: Stop | undefined): Promise<readonly (BatchAnswer | Unsent)[]> => {
  const results = new Map<number, BatchAnswer | Unsent>();
  const isStopped = (): boolean => stop?.aborted === true;
  const open = (): number[] => calls.flatMap((_, position) => (results.has(position) ? [] : [position]));
  try {
    for (let round = 0; session.batch && !isStopped() && calls.length > 1 && round < ROUNDS && open().length > 1; round++) {
      const before = results.size;
      const failed: unknown[] = [];
      await mapLimit(chunksWithin(open(), size, MOST_BYTES, (position) => JSON.stringify(calls[position]).length * 1.5), session.width, async (at) => {
        if (isStopped()) return;
        try {
          const answers = await sendOnce(session, calls, at);
          if (answers === undefined) session.batch = false;
          else for (const [position, answer] of answers) results.set(position, answer);
        } catch (error) {
          failed.push(error);
        }
      });
      if (failed.length > 0) throw failed[0];
      if (results.size === before) break;
    }
    for (const position of open()) results.set(position, isStopped() ? { left: true } : await singly(session, calls[position] as BatchCall));
  } catch (error) {
    if (results.size === 0 || !(error instanceof TandemError)) throw error;
    for (const position of open()) results.set(position, { doubt: `not settled: ${error.message}` });
  }
  return calls.map((_, position) => results.get(position) ?? { doubt: "nobody knows what became of it" });
};

/** The same of calls that nobody's wish to stop leaves out. */
export const sendAll = async (session: Session, calls: readonly BatchCall[], size: number): Promise<readonly BatchAnswer[]> => (await sendUntil(session, calls, size, undefined)).flatMap((answer) => ("left" in answer ? [] : [answer]));
