// One call to an imitated path, from request to reply: note it, limit it, do to it what faults order, let the imitation answer.

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { CallRecord } from "./calls.ts";
import type { ControlledClock } from "./clock.ts";
import type { FaultEffect, FaultList } from "./faults.ts";
import { BodyTooLarge, cut, pathOf, readBody, requestOf, send, targetOf } from "./http.ts";
import type { Imitation, SandboxReply, SandboxRequest } from "./imitation.ts";
import type { Limiter } from "./rateLimit.ts";

export interface ExchangeParts {
  readonly imitation: Imitation;
  readonly clock: ControlledClock;
  readonly calls: CallRecord;
  readonly faults: FaultList;
  readonly limiter: Limiter;
  readonly maxBodyBytes: number;
  readonly latencyMs: number;
  /** Aborts when the server closes. */
  readonly ending: AbortSignal;
}

const LOGIN_PAGE = `<!DOCTYPE html>
<html lang="en"><head><title>Sign in</title></head>
<body><form method="post" action="/login"><h1>Sign in</h1><input name="username"><input name="password" type="password"><button>Sign in</button></form></body></html>
`;

interface Outcome {
  /** null: the connection was cut before anything was executed. */
  readonly status: number | null;
  readonly error?: string;
  readonly faults: readonly string[];
  /** Nothing: cut the connection. */
  readonly reply?: SandboxReply;
  readonly cutAfter?: number;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const execute = async (imitation: Imitation, request: SandboxRequest): Promise<{ readonly reply: SandboxReply; readonly error?: string }> => {
  try {
    return { reply: await imitation.handle(request) };
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    return { reply: { status: 500, body: { error: `the imitation failed: ${messageOf(error)}`, stack } }, error: messageOf(error) };
  }
};

const replacement = (effects: readonly FaultEffect[]): { readonly reply: SandboxReply; readonly executeFirst: boolean } | undefined => {
  const effect = effects.find((candidate) => candidate.status !== undefined || candidate.html === true);
  if (effect === undefined) return undefined;
  const executeFirst = effect.executeFirst === true;
  if (effect.status === undefined) return { reply: { status: 200, headers: { "Content-Type": "text/html;charset=UTF-8" }, body: LOGIN_PAGE }, executeFirst };
  return { reply: { status: effect.status, ...(effect.headers === undefined ? {} : { headers: effect.headers }), ...(effect.body === undefined ? {} : { body: effect.body }) }, executeFirst };
};

const WORDS: readonly (readonly [keyof FaultEffect, (effect: FaultEffect) => string])[] = [
  ["status", (effect) => `status ${effect.status}`],
  ["html", () => "login page"],
  ["executeFirst", () => "executed first"],
  ["dropBefore", () => "dropped before"],
  ["dropAfter", () => "dropped after"],
  ["delayMs", (effect) => `delayed ${effect.delayMs} ms`],
  ["truncate", (effect) => `truncated to ${effect.truncate} bytes`],
  ["searchLagSeconds", (effect) => `search lag ${effect.searchLagSeconds} s`],
  ["expireSessions", () => "sessions expired"],
  ["failBulkEntries", (effect) => `bulk entries ${effect.failBulkEntries?.join(", ")} fail`],
  ["clockOffsetSeconds", (effect) => `clock wrong by ${effect.clockOffsetSeconds} s`],
];

const wordsOf = (effects: readonly FaultEffect[]): readonly string[] => effects.flatMap((effect) => WORDS.filter(([name]) => effect[name] !== undefined).map(([, words]) => words(effect)));

const perform = async (parts: ExchangeParts, request: SandboxRequest): Promise<Outcome> => {
  const { imitation, limiter } = parts;
  const refused = limiter.take();
  if (refused !== undefined) return { status: refused.status, reply: refused, faults: [] };
  const effects = parts.faults.hit(request);
  const faults = wordsOf(effects);
  const waitMs = effects.reduce((sum, effect) => sum + (effect.delayMs ?? 0), parts.latencyMs);
  if (waitMs > 0) await pause(waitMs, undefined, { signal: parts.ending });
  if (effects.some((effect) => effect.dropBefore)) return { status: null, faults };
  if (effects.some((effect) => effect.expireSessions)) imitation.expireSessions();
  const positions = effects.flatMap((effect) => effect.failBulkEntries ?? []);
  if (positions.length > 0) imitation.failBulkEntries(positions);
  const instead = replacement(effects);
  const done = instead === undefined || instead.executeFirst ? await execute(imitation, request) : undefined;
  // The order was for this call alone, whether the imitation used it or not.
  if (positions.length > 0) imitation.failBulkEntries([]);
  const reply = instead?.reply ?? (done as { readonly reply: SandboxReply }).reply;
  const error = done?.error === undefined ? {} : { error: done.error };
  if (effects.some((effect) => effect.dropAfter)) return { status: reply.status, faults, ...error };
  const cutAfter = effects.find((effect) => effect.truncate !== undefined)?.truncate;
  return { status: reply.status, reply, faults, ...error, ...(cutAfter === undefined ? {} : { cutAfter }) };
};

/** Answers calls to imitated paths. */
export const createExchange =
  (parts: ExchangeParts) =>
  async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = targetOf(incoming);
    const call = parts.calls.begin({ method: incoming.method ?? "GET", target, path: pathOf(target), at: parts.clock.now().toISOString() });
    try {
      const outcome = await perform(parts, requestOf(incoming, await readBody(incoming, parts.maxBodyBytes)));
      // Noted before it is sent: who has read the reply finds the call complete.
      call.end(outcome);
      if (outcome.reply === undefined) cut(response);
      else send(response, outcome.reply, parts.clock.now(), outcome.cutAfter);
    } catch (error) {
      const gone = response.destroyed || parts.ending.aborted; // The client left in the middle, or the server closes.
      const status = gone ? null : error instanceof BodyTooLarge ? 413 : 500;
      call.end({ status, faults: [], error: messageOf(error) });
      if (status === null) cut(response);
      else send(response, { status, body: { error: messageOf(error) } }, parts.clock.now());
    }
  };
