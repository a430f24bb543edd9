// Lied to by the systems themselves: whatever they answer, after quiet both sides agree, nothing is there twice and nothing
// is lost. The real connectors on the sandboxes; each lie is told at each call in turn.

import { afterAll, describe, expect, it } from "vitest";
import type { FaultEffect } from "../../lib/sandbox/faults.ts";
import type { SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { TandemError } from "../../lib/core/errors.ts";
import type { Side } from "../../lib/core/types.ts";
import { writesOf } from "../support/systems/pair.ts";
import { figure } from "./figures.ts";
import { inStep, type Kind, KINDS, life, openWorld, type World } from "./lying.ts";

let told = 0;
let rounds = 0;
afterAll(() => figure(`lies: told at ${told} calls`));

/** Orders a lie about the n-th call; answers whether it has been told. */
type Lie = (world: World, side: Side, n: number) => () => boolean;

const fault = (effect: FaultEffect, method?: string): Lie => (world, side, nth) => {
  const { faults } = world.servers[side];
  faults.add({ match: { nth, ...(method === undefined ? {} : { method }) }, effect });
  return () => faults.list().some(({ hits }) => hits > 0);
};

const bend = (work: (request: SandboxRequest, reply: SandboxReply) => SandboxReply): Lie => (world, side, n) => {
  let calls = 0;
  world.bend(side, { reply: (request, reply) => (++calls === n ? work(request, reply) : reply) });
  return () => calls >= n;
};

const halve = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, Math.floor(value.length / 2));
  return value;
};

const LISTS = ["data", "issues", "value", "workItems", "values", "entities", "result"];

const halved = (body: unknown): unknown => {
  const parsed: unknown = typeof body === "string" && /^\s*[{[]/.test(body) ? JSON.parse(body) : body;
  if (typeof parsed !== "object" || parsed === null || Buffer.isBuffer(parsed)) return body;
  return Object.fromEntries(Object.entries(parsed).map(([name, held]) => [name, LISTS.includes(name) ? halve(held) : held]));
};

/** Told about each write in turn. */
const WRITE_LIES: Readonly<Record<string, FaultEffect>> = {
  "a reply lost after the call was executed": { dropAfter: true },
  "502 after the commit": { status: 502, executeFirst: true, body: "<html><h1>Bad Gateway</h1></html>" },
  "a login page with 200 after the commit": { html: true, executeFirst: true },
};

/** Told about any call, reads and sign-in included: each starts elsewhere and goes on in steps. */
const LIES: Readonly<Record<string, Lie>> = {
  "a body cut off": fault({ truncate: 20 }),
  "a login page with 200 instead": fault({ html: true }),
  "sessions that end": fault({ expireSessions: true }),
  "429 with a time to wait": fault({ status: 429, headers: { "Retry-After": "30" } }),
  "503 without one": fault({ status: 503 }),
  "half of the list": bend((_request, reply) => ({ ...reply, body: halved(reply.body) })),
};

const METHODS = ["POST", "PUT", "PATCH"];
/** 1: at each call. */
const STEP = Number(process.env.TANDEM_LIE_STEP ?? 3);

const ENDS: readonly (readonly [string, Kind, Side])[] = [["ALM Octane", KINDS.cloud, "master"], ...Object.values(KINDS).map((kind) => [kind.title, kind, "target"] as const)];

/** One lie, what follows, and the end; answers whether it was told. */
const tell = async (world: World, expected: string[], side: Side, lie: Lie, n: number, sweep: boolean): Promise<boolean> => {
  life(world, expected, ++rounds);
  const over = lie(world, side, n);
  await world.endure();
  const hit = over();
  world.servers[side].faults.clear();
  world.bend(side);
  await world.quiet(expected, { about: `call ${n}`, sweep });
  if (hit) told++;
  return hit;
};

const within = async (kind: Kind, work: (world: World, expected: string[]) => Promise<void>): Promise<void> => {
  const { world, expected } = await inStep(kind);
  try {
    await work(world, expected);
    await world.quiet(expected, { sweep: true, about: "a sweep" });
  } finally {
    await world.close();
  }
};

describe("at each write in turn", () => {
  it.each(ENDS.flatMap(([title, kind, side]) => Object.entries(WRITE_LIES).map(([name, effect]) => [title, name, kind, side, effect] as const)))("%s answers with %s", async (_title, _name, kind, side, effect) =>
    within(kind, async (world, expected) => {
      const before = told;
      for (const method of METHODS) for (let n = 1; await tell(world, expected, side, fault(effect, method), n, false); n++);
      expect(told - before).toBeGreaterThanOrEqual(2);
    }),
  );
});

describe("at calls of every kind", () => {
  it.each(ENDS.slice(0, 3).flatMap(([title, kind, side]) => Object.entries(LIES).map(([name, lie], index) => [title, name, kind, side, lie, index] as const)))("%s answers with %s", async (_title, name, kind, side, lie, index) =>
    within(kind, async (world, expected) => {
      const before = told;
      for (let n = 1 + (index % STEP); await tell(world, expected, side, lie, n, name === "half of the list"); n += STEP);
      expect(told - before).toBeGreaterThanOrEqual(2);
    }),
  );
});

const ALL = Object.values(KINDS).map((kind) => [kind.title, kind] as const);
const SIDES = ["master", "target"] as const;

/** What holds for longer than a call. */
const lasting = (world: World, side: Side, effect: FaultEffect): (() => void) => {
  const id = world.servers[side].faults.add({ effect });
  return () => void world.servers[side].faults.remove(id);
};

describe("cursors", () => {
  it.each(SIDES.map((side) => [side] as const))("that expire in the middle of a reading on the %s lose nothing", async (side) =>
    within(KINDS.cloud, async (world, expected) => {
      for (let n = 0; n < 7; n++) world.create(side, `Many ${n}`);
      expected.push(...[0, 1, 2, 3, 4, 5, 6].map((n) => `Many ${n}`));
      let pages = 0;
      for (let at = 1; at <= 3; at++) {
        let turned = 0;
        // Jira's cursor is a token; Octane's place is in its query, and its session ends there.
        world.bend(side, {
          reply: (request, reply) => {
            const isCursor = side === "target" ? request.body.includes("nextPageToken") || /nextPageToken=/.test(request.target) : request.method === "GET" && /\/stories\b/.test(request.target);
            if (!isCursor || ++turned !== at) return reply;
            pages++;
            return { status: side === "target" ? 400 : 401, headers: { "content-type": "application/json" }, body: JSON.stringify({ errorMessages: ["The provided next page token is invalid or expired."] }) };
          },
        });
        try {
          await world.iterate({}, { size: 2 });
        } catch (error) {
          if (!(error instanceof TandemError)) throw error;
        }
        world.bend(side);
        for (let n = 0; n < 7; n++) {
          const name = `Many ${n}${"!".repeat(at - 1)}`;
          if (world.names(side).includes(name) && expected.includes(name)) {
            world.rename(side, name, `${name}!`);
            expected[expected.indexOf(name)] = `${name}!`;
          }
        }
        world.later(60);
      }
      expect(pages).toBeGreaterThanOrEqual(2);
      await world.quiet(expected);
    }),
  );
});

describe("bulk writes of which some fail", () => {
  it.each([["Jira Cloud", KINDS.cloud], ["Jira Data Center", KINDS.dc], ["ALM Octane", KINDS.cloud]] as const)("%s", async (title, kind) =>
    within(kind, async (world, expected) => {
      const side: Side = title === "ALM Octane" ? "master" : "target";
      const from: Side = side === "master" ? "target" : "master";
      for (let n = 0; n < 5; n++) world.create(from, `Many ${n}`);
      expected.push(...[0, 1, 2, 3, 4].map((n) => `Many ${n}`));
      world.servers[side].faults.add({ match: { method: "POST", body: "Many", nth: 1 }, effect: { failBulkEntries: [0, 3] } });
      const result = await world.iterate();
      expect([result.status, result.counts[side].failed]).toEqual(["partly", 2]);
      world.servers[side].faults.clear();
      await world.quiet(expected);
    }),
  );
});

describe("an index that lags", () => {
  it.each(Object.values(KINDS).slice(0, 2).flatMap((kind) => [30, 300].map((seconds) => [kind.title, seconds, kind] as const)))("%s by %i s, while replies to creates are lost", async (_title, seconds, kind) =>
    within(kind, async (world, expected) => {
      // Octane answers from its database; what it may lag by is an option (searchLagSeconds, 30).
      const end = SIDES.map((side) => lasting(world, side, { searchLagSeconds: side === "master" ? 30 : seconds }));
      for (let n = 1; n <= 3; n++) {
        life(world, expected, n);
        for (const side of SIDES) world.servers[side].faults.add({ match: { method: "POST", body: "From ", nth: 1 }, effect: { dropAfter: true } });
        await world.endure();
        world.later(20);
        await world.endure();
        await world.quiet(expected, { about: n, still: 3 });
      }
      for (const over of end) over();
    }),
  );
});

describe("clocks", () => {
  it.each(SIDES.flatMap((side) => [600, -600].map((seconds) => [side, seconds] as const)))("of the %s wrong by %i s is refused, and nothing is written", async (side, seconds) =>
    within(KINDS.cloud, async (world, expected) => {
      life(world, expected, 1);
      const [before, over] = [SIDES.map(world.names), lasting(world, side, { clockOffsetSeconds: seconds })];
      const result = await world.endure();
      expect(result instanceof TandemError ? "refused" : [result.status, writesOf(result)]).toEqual(["refused", 0]);
      expect(SIDES.map(world.names)).toEqual(before);
      over();
      await world.quiet(expected);
    }),
  );

  it.each(SIDES.flatMap((side) => [200, -200].map((seconds) => [side, seconds] as const)))("of the %s wrong by %i s, and right again, loses nothing", async (side, seconds) =>
    within(KINDS.dc, async (world, expected) => {
      const over = lasting(world, side, { clockOffsetSeconds: seconds });
      life(world, expected, 1);
      await world.endure();
      life(world, expected, 2);
      over();
      life(world, expected, 3);
      await world.endure();
      await world.quiet(expected, { sweep: true });
    }),
  );

  it("ours stepped back by an hour is refused until it is right", async () =>
    within(KINDS.cloud, async (world, expected) => {
      life(world, expected, 1);
      world.shift(-3600);
      const result = await world.endure();
      expect(result instanceof TandemError ? "refused" : [result.status, writesOf(result)]).toEqual(["refused", 0]);
      world.shift(0);
      await world.quiet(expected);
    }));

  const zoned = (kind: Kind, imitation: Readonly<Record<string, unknown>>, options?: Readonly<Record<string, unknown>>): Kind => ({ ...kind, target: { ...kind.target, imitation, options: { ...kind.target.options, ...options } } });
  const ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"];
  const CHANGES = [["Europe/Berlin", "2026-03-29T00:40:00.000Z"], ["Europe/Berlin", "2026-10-25T00:20:00.000Z"], ["America/New_York", "2026-11-01T05:20:00.000Z"]] as const;
  const inZone = (zone: string): readonly Kind[] => [zoned(KINDS.cloud, { zone }), zoned(KINDS.dc, { zone }), zoned(KINDS.alm, { timeZone: zone }, { zone }), zoned(KINDS.serviceNow, { zone }, { zone })];
  const WHEN = [...ZONES.map((zone) => [zone, "2026-03-02T09:00:00.000Z"] as const), ...CHANGES];

  it.each(WHEN.flatMap(([zone, at]) => inZone(zone).map((kind) => [kind.title, zone, at, kind] as const)))("%s keeps %s from %s on: nothing is missed", async (_title, _zone, at, kind) => {
    const { world, expected } = await inStep(kind, new Date(at));
    try {
      for (let n = 1; n <= 4; n++) {
        life(world, expected, n);
        const result = await world.iterate();
        expect([n, result.status, world.names("master"), world.names("target")]).toEqual([n, "done", expected.toSorted(), expected.toSorted()]);
        world.later(1200);
      }
      await world.quiet(expected);
    } finally {
      await world.close();
    }
  });
});

describe("people", () => {
  const COUNT = 13;
  it.each(ALL)("may edit read and unread items at every page's edge, with one time on all: ALM Octane and %s", async (_title, kind) => {
    const world = await openWorld(kind);
    try {
      const expected = [...world.names("master"), ...world.names("target")];
      for (let n = 0; n < COUNT; n++) world.create("master", `M ${n}`);
      for (let n = 0; n < COUNT; n++) world.create("target", `T ${n}`);
      expected.push(...Array.from({ length: COUNT }, (_, n) => [`M ${n}`, `T ${n}`]).flat());
      await world.quiet(expected);
      for (const [side, letter] of [["master", "M"], ["target", "T"]] as const) {
        world.later(60);
        for (let n = 0; n < COUNT; n++) world.rename(side, `${letter} ${n}`, `${letter} ${n} a`);
        expected.splice(0, expected.length, ...expected.map((name) => (name.startsWith(`${letter} `) ? `${name} a` : name)));
      }
      const read: Record<Side, Set<string>> = { master: new Set(), target: new Set() };
      let pages = 0;
      const touch = (side: Side, name: string | undefined): void => {
        if (name === undefined) return;
        world.rename(side, name, `${name}!`);
        expected[expected.indexOf(name)] = `${name}!`;
      };
      await world.iterate({}, {
        size: 5,
        turned: (side, names) => {
          for (const name of names) read[side].add(name);
          const own = world.names(side).filter((name) => name.startsWith(side === "master" ? "M" : "T") && name.endsWith("a"));
          if (++pages > 12) return;
          touch(side, own.find((name) => read[side].has(name)));
          touch(side, own.find((name) => !read[side].has(name)));
        },
      });
      expect(pages).toBeGreaterThanOrEqual(4);
      await world.quiet(expected);
    } finally {
      await world.close();
    }
  });

  /** The first write that carries this text. */
  const atWrite = (world: World, side: Side, text: string, when: "before" | "after", work: () => void): (() => boolean) => {
    let done = false;
    const due = (request: SandboxRequest): boolean => !done && request.method !== "GET" && request.body.includes(text);
    const act = (): void => {
      done = true;
      work();
    };
    world.bend(side, when === "before" ? { request: (request) => (due(request) ? (act(), request) : request) } : { reply: (request, reply) => (due(request) ? (act(), reply) : reply) });
    return () => done;
  };

  it.each(ALL.flatMap(([title, kind]) => (["before", "after"] as const).map((when) => [title, when, kind] as const)))("of %s who edit another field just %s our write lose nothing", async (_title, when, kind) =>
    within(kind, async (world, expected) => {
      world.later(60);
      world.estimate("Alpha", 4711);
      const done = atWrite(world, "target", "4711", when, () => world.rename("target", "Alpha", "Alpha by hand"));
      expected[expected.indexOf("Alpha")] = "Alpha by hand";
      await world.endure();
      expect(done()).toBe(true);
      world.bend("target");
      await world.quiet(expected);
      await world.pair.expectInStep();
    }),
  );

  it.each(ENDS)("of %s who edit the same field between our reading and our write are not lost: it stands, or in the record, and is not echoed", async (_title, kind, side) =>
    within(kind, async (world, expected) => {
      const from: Side = side === "master" ? "target" : "master";
      world.later(60);
      world.rename(from, "Alpha", "Alpha 4711");
      const done = atWrite(world, side, "Alpha 4711", "before", () => world.rename(side, "Alpha", "Alpha by hand"));
      await world.endure();
      expect(done()).toBe(true);
      world.bend(side);
      for (let n = 0; n < 3; n++) {
        world.later(240);
        await world.endure();
      }
      const [name] = world.names(side).filter((known) => known.startsWith("Alpha"));
      expected[expected.indexOf("Alpha")] = name ?? "";
      await world.quiet(expected);
      const kept = world.store.outcomeRows.flatMap((row) => Object.values(row.before ?? {}));
      expect([name, kept.includes("Alpha by hand")]).toEqual(name === "Alpha by hand" ? ["Alpha by hand", expect.any(Boolean)] : ["Alpha 4711", true]);
    }),
  );

  it.each(ENDS)("of %s who edit the same field between our write and our read-back win", async (_title, kind, side) =>
    within(kind, async (world, expected) => {
      const from: Side = side === "master" ? "target" : "master";
      world.later(60);
      world.rename(from, "Alpha", "Alpha 4711");
      const done = atWrite(world, side, "Alpha 4711", "after", () => {
        world.later(1);
        world.rename(side, "Alpha 4711", "Alpha by hand");
      });
      expected[expected.indexOf("Alpha")] = "Alpha by hand";
      await world.endure();
      expect(done()).toBe(true);
      world.bend(side);
      await world.quiet(expected);
    }),
  );
});

describe("an account that lost its rights", () => {
  const anonymous = (request: SandboxRequest): SandboxRequest => ({ ...request, headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !["authorization", "cookie"].includes(name))) });

  it.each(ENDS)("%s takes us for nobody from any call on: nothing is deleted, nothing lost", async (_title, kind, side) =>
    within(kind, async (world, expected) => {
      for (const [n, from] of [1, 4, 7, 10].entries()) {
        life(world, expected, n);
        let calls = 0;
        world.bend(side, { request: (request) => (++calls >= from ? anonymous(request) : request) });
        await world.endure({ sweep: true });
        world.bend(side);
        await world.quiet(expected, { about: from });
      }
    }),
  );

  it.each(SIDES.map((side) => [side] as const))("one project of the %s is forbidden for a while: the other goes on, nothing is deleted, nothing lost", async (side) =>
    within({ ...KINDS.cloud, second: { master: "1003", target: "SEC" } }, async (world, expected) => {
      const there = (name: string): void => void world.servers.master.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1003", fields: { name } });
      there("Second 1");
      expected.push("Second 1");
      await world.quiet(expected);
      world.servers[side].faults.add(side === "master" ? { match: { path: /workspaces\/1003\// }, effect: { status: 403, body: "{}" } } : { match: { body: "SEC" }, effect: { status: 403, body: "{}" } });
      there("Second 2");
      life(world, expected, 1);
      await world.endure({ sweep: true });
      expect([world.names("master"), world.names("target")].map((names) => expected.filter((name) => !names.includes(name)))).toEqual([[], []]);
      world.servers[side].faults.clear();
      await world.quiet([...expected, "Second 2"], { sweep: true });
      expected.push("Second 2");
    }),
  );

  it.each(ENDS)("%s forbids what it showed before: nothing is deleted, nothing lost", async (_title, kind, side) =>
    within(kind, async (world, expected) => {
      life(world, expected, 1);
      world.servers[side].faults.add({ match: { path: /\/(stories|defects|search|rm_story|wiql|workitems|workItem)/i }, effect: { status: 403, body: "{}" } });
      const result = await world.endure({ sweep: true });
      expect(result instanceof TandemError || result.status !== "done").toBe(true);
      world.servers[side].faults.clear();
      await world.quiet(expected);
    }),
  );
});
