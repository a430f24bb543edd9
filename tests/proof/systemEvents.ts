// What may happen in the life of two systems: what people do, how runs end that do not go well, and how systems answer then.

import fc from "fast-check";
import type { Side } from "../../lib/core/types.ts";
import type { SandboxReply } from "../../lib/sandbox/imitation.ts";
import type { When as Moment } from "./death.ts";
import type { CountsAsWrite, Lie } from "./systemStage.ts";

type When = "before" | "after";
export type Said = "name" | "points";

const html: SandboxReply = { status: 200, headers: { "content-type": "text/html" }, body: "<html><body><form>Sign in</form></body></html>" };
const gateway: SandboxReply = { status: 502, headers: { "content-type": "text/html" }, body: "<html><h1>Bad Gateway</h1></html>" };
const lost = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** What becomes of one call. */
export const TRICKS = {
  "reply lost": async (request, handle) => {
    await handle(request);
    throw lost();
  },
  "never sent": async () => {
    throw lost();
  },
  "502 after it": async (request, handle) => {
    await handle(request);
    return gateway;
  },
  "a login page after it": async (request, handle) => {
    await handle(request);
    return html;
  },
  "a login page instead": async () => html,
  "429": async () => ({ status: 429, headers: { "retry-after": "30", "content-type": "text/html" }, body: "slow down" }),
  "503": async () => ({ status: 503, body: "" }),
  "401": async () => ({ status: 401, headers: { "content-type": "text/html" }, body: "who are you?" }),
  "cut off": async (request, handle) => {
    const reply = await handle(request);
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? "");
    return { ...reply, body: Buffer.from(text).subarray(0, 20) };
  },
} as const satisfies Readonly<Record<string, Lie>>;
type Trick = keyof typeof TRICKS;

/** What a person does. */
type Deed =
  | { readonly do: "create"; readonly side: Side }
  | { readonly do: "edit"; readonly side: Side; readonly which: number; readonly field: Said }
  | { readonly do: "status"; readonly side: Side; readonly which: number; readonly to: number }
  | { readonly do: "comment"; readonly side: Side; readonly which: number }
  | { readonly do: "attach"; readonly side: Side; readonly which: number }
  | { readonly do: "plan"; readonly side: Side; readonly which: number; readonly release: number };

/** A person who edits right before the n-th write to a side. */
export interface Meanwhile {
  readonly side: Side;
  readonly which: number;
  readonly nth: number;
  readonly field: Said;
}

/** One thing that happens. Before a run that does not go well people have worked, so that it has something to do. */
export type Event =
  | Deed
  | { readonly do: "iterate" }
  | { readonly do: "sweep" }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "lag"; readonly side: Side; readonly seconds: number }
  | { readonly do: "killed"; readonly first: readonly Deed[]; readonly at: number; readonly when: Moment; readonly meanwhile?: Meanwhile }
  | { readonly do: "lie"; readonly first: readonly Deed[]; readonly side: Side; readonly trick: Trick; readonly writes: boolean; readonly nth: number }
  | { readonly do: "edit meanwhile"; readonly first: readonly Deed[]; readonly side: Side; readonly which: number; readonly nth: number; readonly when: When; readonly field: Said }
  | { readonly do: "delete"; readonly side: Side; readonly which: number }
  | { readonly do: "backup" }
  | { readonly do: "put back"; readonly first: boolean };

const side = fc.constantFrom<Side>("master", "target");
const when = fc.constantFrom<When>("before", "after");
const field = fc.constantFrom<Said>("name", "points");
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("create" as const), side }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("edit" as const), side, which: fc.nat(9), field }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("status" as const), side, which: fc.nat(9), to: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("comment" as const), side, which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("attach" as const), side, which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("plan" as const), side, which: fc.nat(9), release: fc.nat(9) }) },
);
/** How far queries are behind when a life begins. */
export const lags = fc.record({ master: fc.constantFrom(0, 0, 0, 10, 60), target: fc.constantFrom(0, 0, 0, 10, 60) });
const first = fc.array(deed, { minLength: 1, maxLength: 3, size: "max" });
const trick = fc.constantFrom(...(Object.keys(TRICKS) as Trick[]));
export const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: deed },
  { weight: 4, arbitrary: fc.constant({ do: "iterate" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "sweep" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 4000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lag" as const), side, seconds: fc.constantFrom(0, 5, 10, 30, 60) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("killed" as const), first, at: fc.integer({ min: 1, max: 20 }), when }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("killed" as const), first, at: fc.integer({ min: 1, max: 3 }), when: fc.constant("after write" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("killed" as const), first, at: fc.integer({ min: 1, max: 3 }), when: fc.constant("after write" as const), meanwhile: fc.record({ side, which: fc.nat(9), nth: fc.integer({ min: 1, max: 3 }), field }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lie" as const), first, side, trick, writes: fc.constant(true), nth: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lie" as const), first, side, trick, writes: fc.constant(false), nth: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("edit meanwhile" as const), first, side, which: fc.nat(9), nth: fc.integer({ min: 1, max: 8 }), when, field }) },
);

/** The same, and backups of the store that are put back while life goes on, the first of all among them. */
export const restoredEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 25, arbitrary: event },
  { weight: 3, arbitrary: fc.constant({ do: "backup" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("put back" as const), first: fc.boolean() }) },
);

/** The same, and people who delete. */
export const deletingEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: event },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), side, which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ do: "sweep" as const }) },
);

/** Searches and sign-ins that are sent by POST are none. */
const READS = /search|\/jql|wiql|workitemsbatch|sign_in|site-session|authentication|bulkfetch|changelog\/bulk/i;
export const isWrite: CountsAsWrite = (_end, { method, path }) => method !== "GET" && method !== "HEAD" && !READS.test(path);
