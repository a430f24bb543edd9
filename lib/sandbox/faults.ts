// Faults a test orders: which calls they hit (match) and what happens to those (effect). Decides only; exchange.ts carries out.

import * as z from "zod";

const count = z.number().int().min(1);
const positions = z.array(z.number().int().min(0)).min(1);

const compile = (text: string): RegExp | undefined => {
  const parts = /^\/(.+)\/([imsu]*)$/.exec(text);
  // "/api/2/" is a piece of a path, "/api\/\d+/" an expression: only special characters tell them apart.
  if (parts === null || !/[\\^$*+?()[\]{}|]/.test(parts[1] ?? "")) return undefined;
  return new RegExp(parts[1] ?? "", parts[2]);
};

const path = z.union([
  z.string().min(1).superRefine((text, context) => {
    try {
      compile(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: `no regular expression: ${error instanceof Error ? error.message : String(error)}` });
    }
  }),
  z.instanceof(RegExp),
]);

const matchSchema = z.strictObject({
  method: z.string().min(1).optional(),
  /** Part of the raw target, or "/expression/flags"; tried on the target as sent and decoded. */
  path: path.optional(),
  /** Part of the request's body. */
  body: z.string().min(1).optional(),
  /** The n-th matching call since the fault was ordered; with `times` or `every`, the first of them. */
  nth: count.optional(),
  /** Never hits more calls than this. */
  times: count.optional(),
  /** Each k-th matching call. */
  every: count.optional(),
});

const effectSchema = z
  .strictObject({
    /** Answers this instead of executing. */
    status: z.number().int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    body: z.unknown().optional(),
    /** With `status` or `html`: the call is executed all the same, only its own reply is lost. */
    executeFirst: z.literal(true).optional(),
    dropBefore: z.literal(true).optional(),
    dropAfter: z.literal(true).optional(),
    delayMs: z.number().min(0).max(600_000).optional(),
    /** Sends the whole Content-Length but only so many bytes of the body, then cuts the connection. */
    truncate: z.number().int().min(0).optional(),
    html: z.literal(true).optional(),
    searchLagSeconds: z.number().min(0).optional(),
    expireSessions: z.literal(true).optional(),
    /** Positions in a bulk write, the first is 0. */
    failBulkEntries: positions.optional(),
    clockOffsetSeconds: z.number().min(-10_000_000_000).max(10_000_000_000).optional(),
  })
  .refine((effect) => Object.values(effect).some((value) => value !== undefined), "names no effect")
  .refine((effect) => effect.status !== undefined || (effect.headers === undefined && effect.body === undefined), "headers and body need a status")
  .refine((effect) => effect.executeFirst === undefined || effect.status !== undefined || effect.html === true, "executeFirst needs status or html");

export const faultSchema = z.strictObject({ match: matchSchema.optional(), effect: effectSchema });
export type Fault = z.infer<typeof faultSchema>;
export type FaultEffect = z.infer<typeof effectSchema>;

export interface FaultState {
  readonly id: number;
  readonly match?: unknown;
  readonly effect: unknown;
  /** Calls that fitted method, path and body. */
  readonly seen: number;
  /** Calls it was applied to. */
  readonly hits: number;
}

export interface FaultedCall {
  readonly method: string;
  readonly target: string;
  readonly body: Buffer;
}

export interface FaultList {
  /** Throws a ZodError when it makes no sense. Answers its id. */
  add(fault: Fault): number;
  remove(id: number): boolean;
  clear(): void;
  list(): readonly FaultState[];
  /** Counts this call and answers the effects that hit it, in the order they were ordered. */
  hit(call: FaultedCall): readonly FaultEffect[];
}

/** What lasts from the hit until the fault is removed. */
export interface LastingEffects {
  searchLag(seconds: number): void;
  wrongClock(seconds: number): void;
}

interface Ordered {
  readonly id: number;
  readonly fault: Fault;
  readonly fits: (call: FaultedCall) => boolean;
  seen: number;
  hits: number;
  lasting: boolean;
}

const decoded = (target: string): string => {
  try {
    return decodeURIComponent(target.replaceAll("+", " "));
  } catch {
    return target; // A "%" that encodes nothing is legal in what clients send.
  }
};

const fitting = (match: NonNullable<Fault["match"]>): ((call: FaultedCall) => boolean) => {
  const expression = match.path instanceof RegExp ? match.path : compile(match.path ?? "");
  const text = typeof match.path === "string" ? match.path : "";
  const fitsPath = (target: string): boolean => (expression === undefined ? target.includes(text) : target.search(expression) >= 0);
  return (call) =>
    (match.method === undefined || match.method.toUpperCase() === call.method) && (fitsPath(call.target) || fitsPath(decoded(call.target))) && (match.body === undefined || call.body.includes(match.body));
};

const isDue = (match: NonNullable<Fault["match"]>, seen: number, hits: number): boolean => {
  if (match.times !== undefined && hits >= match.times) return false;
  if (match.every !== undefined) return match.nth === undefined ? seen % match.every === 0 : seen >= match.nth && (seen - match.nth) % match.every === 0;
  if (match.nth !== undefined) return match.times === undefined ? seen === match.nth : seen >= match.nth;
  return true;
};

const shown = ({ id, fault, seen, hits }: Ordered): FaultState => {
  const match = fault.match === undefined ? {} : { match: { ...fault.match, ...(fault.match.path === undefined ? {} : { path: String(fault.match.path) }) } };
  return { id, ...match, effect: fault.effect, seen, hits };
};

export const createFaults = (lasting: LastingEffects): FaultList => {
  let ordered: Ordered[] = [];
  let nextId = 1;
  const last = { lag: 0, wrong: 0 };
  const settle = (): void => {
    const on = ordered.filter((entry) => entry.lasting).map(({ fault }) => fault.effect);
    const lag = on.findLast((effect) => effect.searchLagSeconds !== undefined)?.searchLagSeconds ?? 0;
    const wrong = on.findLast((effect) => effect.clockOffsetSeconds !== undefined)?.clockOffsetSeconds ?? 0;
    if (lag !== last.lag) lasting.searchLag(lag);
    if (wrong !== last.wrong) lasting.wrongClock(wrong);
    Object.assign(last, { lag, wrong });
  };
  const keep = (filter: (entry: Ordered) => boolean): boolean => {
    const before = ordered.length;
    ordered = ordered.filter(filter);
    settle();
    return ordered.length < before;
  };
  return {
    add: (given) => {
      const fault = faultSchema.parse(given);
      const match = fault.match ?? {};
      const id = nextId++;
      // A lag or a wrong clock that waits for no call in particular holds at once.
      ordered.push({ id, fault, fits: fitting(match), seen: 0, hits: 0, lasting: Object.values(match).every((value) => value === undefined) });
      settle();
      return id;
    },
    remove: (id) => keep((entry) => entry.id !== id),
    clear: () => void keep(() => false),
    list: () => ordered.map(shown),
    hit: (call) => {
      const effects: FaultEffect[] = [];
      for (const entry of ordered.filter(({ fits }) => fits(call))) {
        entry.seen += 1;
        if (!isDue(entry.fault.match ?? {}, entry.seen, entry.hits)) continue;
        entry.hits += 1;
        entry.lasting = true;
        effects.push(entry.fault.effect);
      }
      settle();
      return effects;
    },
  };
};
