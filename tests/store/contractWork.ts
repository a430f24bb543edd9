// What a run leaves behind and needs again: watermarks, intents, quarantine, runs, outcomes, one commit for all, locks.

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Intent, Link, RecordBatch, Store } from "../../lib/store/store.ts";
import { AT, collect, freshName, type Hand, HOSTILE, LATER, makeLink, makeOutcome } from "./contractHand.ts";

export const workContract = (hand: Hand): void => {
  let store: Store;
  beforeAll(() => {
    store = hand.store();
  });
  const { newSet, record } = hand;

  describe("work in hand", () => {
    it("keeps the journal until an intent is closed", async () => {
      const id = await newSet();
      const create = { intent: randomUUID(), kind: "create" as const, syncSet: id, side: "target" as const, fromId: "1", name: "Login", at: AT, prints: {} };
      const update = { intent: randomUUID(), kind: "update" as const, syncSet: id, side: "master" as const, fromId: "2", toId: "20", name: "Logout", at: LATER, prints: { name: "a" } };
      await record({ openIntents: [update, create] });
      expect(await store.journal.open(id)).toEqual([create, update]);
      await record({ closeIntents: [create.intent, randomUUID()] });
      expect(await store.journal.open(id)).toEqual([update]);
      await expect(record({ openIntents: [update] })).rejects.toThrow();
    });

    it("keeps a watermark per side and does not forget the last sweep", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      expect(await store.watermarks.get(id, "master")).toBeUndefined();
      await record({ watermarks: [{ syncSet: id, side: "master", at: AT, sweptAt: AT }, { syncSet: id, side: "target", at: AT }] });
      await record({ watermarks: [{ syncSet: id, side: "master", at: LATER }] });
      expect(await store.watermarks.get(id, "master")).toEqual({ syncSet: id, side: "master", at: LATER, sweptAt: AT });
      expect(await store.watermarks.get(id, "target")).toEqual({ syncSet: id, side: "target", at: AT });
      expect(await store.watermarks.both(id)).toEqual({ master: { syncSet: id, side: "master", at: LATER, sweptAt: AT }, target: { syncSet: id, side: "target", at: AT } });
      expect(await store.watermarks.both(await newSet())).toEqual({});
    });

    it("tells which sync sets have anything in quarantine, waiting, in the journal, or held for a person", async () => {
      const [journal, waiting, failed, clashed, none, unasked] = [await newSet(), await newSet(), await newSet(), await newSet(), await newSet(), await newSet()];
      await record({
        openIntents: [{ intent: randomUUID(), kind: "create", syncSet: journal, side: "target", fromId: "1", name: "x", at: AT, prints: {} }],
        pendingLinks: [waiting, unasked].map((syncSet) => ({ syncSet, side: "target", id: "10", field: "sprint", awaitedType: "sprint", awaitedId: "7" })),
        quarantine: [{ syncSet: failed, side: "master", id: "1", reason: "refused", attempts: 1, firstAt: AT, nextAt: LATER }],
        conflicts: [{ syncSet: clashed, masterId: "1", targetId: "2", field: "a~b", masterValue: "m", targetValue: "t", at: AT }],
      });
      expect(await store.syncSets.busy([journal, waiting, failed, clashed, none])).toEqual(new Set([journal, waiting, failed, clashed]));
      expect(await store.syncSets.busy([])).toEqual(new Set());
    });

    it("clears watermarks by connection, sync set and side and never a link", async () => {
      const connection = freshName();
      const sets = await store.syncSets.ensure(connection, ["a", "b"].map((key) => ({ key, fingerprint: "f", fieldFingerprints: {} })));
      const other = await newSet();
      const marks = [...sets.map((row) => row.id), other].flatMap((syncSet) => (["master", "target"] as const).map((side) => ({ syncSet, side, at: AT })));
      await record({ watermarks: marks, links: [makeLink(sets[0]?.id ?? 0, "1", "10")] });
      expect(await store.watermarks.clear(connection, { syncSetKey: "a", side: "target" })).toBe(1);
      expect(await store.watermarks.clear(connection, { side: "master" })).toBe(2);
      expect(await store.watermarks.clear(connection)).toBe(1);
      expect(await store.watermarks.clear(connection)).toBe(0);
      expect(await store.watermarks.get(other, "master")).toBeDefined();
      expect(await store.links.count(sets[0]?.id ?? 0)).toBe(1);
    });

    it("keeps pending links until they are removed, fields with blanks apart", async () => {
      const id = await newSet();
      const pending = { syncSet: id, side: "target" as const, id: "10", field: "sprint", awaitedType: "sprint", awaitedId: "7" };
      const rows = [pending, { ...pending, id: "1 0", field: "x" }, { ...pending, id: "1", field: "0 x" }];
      await record({ pendingLinks: [...rows, { ...pending, awaitedId: "8" }] });
      expect(await store.pendingLinks.list(id)).toEqual(expect.arrayContaining([{ ...pending, awaitedId: "8" }, ...rows.slice(1)]));
      await record({ removePendingLinks: rows });
      expect(await store.pendingLinks.list(id)).toEqual([]);
    });

    it("keeps quarantined items with their reason, and counts them", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const entry = { syncSet: id, side: "master" as const, id: "1", key: "M-1", name: "Login", reason: "refused", attempts: 1, firstAt: AT, nextAt: LATER };
      const bare = { syncSet: id, side: "target" as const, id: "1", reason: "refused", attempts: 2, firstAt: LATER, nextAt: LATER };
      await record({ quarantine: [bare, entry] });
      expect(await store.quarantine.list(id)).toEqual([entry, bare]);
      await record({ quarantine: [{ ...entry, attempts: 2, reason: "again" }] });
      expect((await store.quarantine.list(id))[0]).toEqual({ ...entry, attempts: 2, reason: "again" });
      expect(await store.quarantine.count(connection)).toBe(2);
      await record({ removeQuarantine: [entry] });
      expect(await store.quarantine.count(connection)).toBe(1);
      expect(await store.quarantine.count("nobody")).toBe(0);
    });

    it("keeps conflicts with both values, empty ones too", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const conflict = { syncSet: id, masterId: "1", targetId: "10", field: "owner", masterValue: null, targetValue: [{ person: "p", name: "Ann" }], at: AT };
      const syncSetKey = `${connection}/a~b/1~2`;
      await record({ conflicts: [conflict, { ...conflict, field: "points", masterValue: 0, targetValue: "" }] });
      expect(await store.conflicts.list(connection)).toEqual([{ ...conflict, syncSetKey }, { ...conflict, field: "points", masterValue: 0, targetValue: "", syncSetKey }]);
      await record({ removeConflicts: [{ syncSet: id, masterId: "1", field: "owner" }] });
      expect(await store.conflicts.list(connection)).toHaveLength(1);
    });
  });

  describe("runs and outcomes", () => {
    const startRun = async (connection: string, at = AT): Promise<string> => {
      const id = randomUUID();
      await store.runs.start({ id, connection, script: "syncIteration", host: "h", pid: 1, at });
      return id;
    };

    it("keeps runs, newest first", async () => {
      const connection = freshName();
      const first = await startRun(connection);
      const second = await startRun(connection, LATER);
      expect(await store.runs.get(first)).toEqual({ id: first, connection, script: "syncIteration", startedAt: AT, status: "running", host: "h", pid: 1, counts: {} });
      await store.runs.end(first, { at: LATER, status: "partly", counts: { created: 2 }, message: "2 held\u0000" });
      expect(await store.runs.get(first)).toMatchObject({ endedAt: LATER, status: "partly", counts: { created: 2 }, message: "2 held" });
      expect((await store.runs.list(connection)).map((run) => run.id)).toEqual([second, first]);
      expect(await store.runs.list(connection, 1)).toHaveLength(1);
      expect((await store.runs.list(undefined, 1000)).length).toBeGreaterThanOrEqual(2);
      expect(await store.runs.get(randomUUID())).toBeUndefined();
    });

    it("gives the outcomes of a run in their order, over the edges of months and years", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const run = await startRun(connection);
      const times = ["2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z", "2026-12-01T00:00:00.000Z", "2024-02-29T12:00:00.000Z", "2026-12-01T00:00:00.000Z"];
      const outcomes = times.map((at, index) => makeOutcome(run, id, at, { reason: `step ${index}` }));
      await record({ outcomes });
      expect(await collect(store.outcomes.ofRun(run))).toEqual(outcomes);
      for (const size of [1, 2, 3, 6]) expect((await collect(store.outcomes.ofRun(run, size))).map((row) => row.reason)).toEqual(outcomes.map((row) => row.reason));
      expect(await collect(store.outcomes.ofRun(randomUUID()))).toEqual([]);
    });

    it("keeps every value replaced, whatever its kind", async () => {
      const id = await newSet();
      const run = randomUUID();
      const before = { name: "old", points: 0.1, done: false, empty: null, list: [], phase: { choice: "New", id: "1" }, owners: [{ person: "p", email: "a@b" }], story: { ref: "7", type: "story" } };
      const outcome = makeOutcome(run, id, AT, { before, after: {} });
      const { masterId: _, targetId: __, name: ___, ...bare } = makeOutcome(run, id, AT, { action: "create" });
      await record({ outcomes: [outcome, bare] });
      expect(await collect(store.outcomes.ofRun(run))).toEqual([outcome, bare]);
    });

    it("tells the outcomes of an item, what was recorded last first, whatever its clock said", async () => {
      const id = await newSet();
      const run = randomUUID();
      await record({ outcomes: [makeOutcome(run, id, AT, { reason: "one" }), makeOutcome(run, id, AT, { reason: "two" }), makeOutcome(run, id, "2026-10-01T00:00:00.000Z", { reason: "zero" }), makeOutcome(run, id, LATER, { masterId: "2", targetId: "20" })] });
      expect((await store.outcomes.ofItem(id, "master", "1")).map((row) => row.reason)).toEqual(["zero", "two", "one"]);
      expect(await store.outcomes.ofItem(id, "target", "10", 1)).toMatchObject([{ reason: "zero" }]);
    });

    it("tells the latest outcome of each item with one of some actions, in pages", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const run = randomUUID();
      const many = Array.from({ length: 2500 }, (_, index) => makeOutcome(run, id, AT, { action: "fail", masterId: `m${index}`, targetId: `t${index}`, reason: "old" }));
      const { masterId: _, ...onlyTarget } = makeOutcome(run, id, AT, { action: "hold", targetId: "alone" });
      const { targetId: __, ...onlyMaster } = makeOutcome(run, id, LATER, { action: "fail", masterId: "m7", reason: "create" });
      await record({ outcomes: [...many, onlyTarget, onlyMaster, makeOutcome(run, id, LATER, { action: "fail", masterId: "m7", targetId: "t7", reason: "new" }), makeOutcome(run, id, LATER, { action: "skip", masterId: "m8", targetId: "t8" })] });
      const latest = await collect(store.outcomes.latest(connection, ["fail", "hold"]));
      expect(latest).toHaveLength(2502);
      expect(latest.filter((row) => row.masterId === "m7").map((row) => row.reason)).toEqual(["create", "new"]);
      expect(latest.filter((row) => row.masterId === "m8").map((row) => row.action)).toEqual(["fail"]);
      expect(latest.at(-1)).toMatchObject({ targetId: "alone", action: "hold" });
      expect(await collect(store.outcomes.latest("nobody", ["fail"]))).toEqual([]);
    });
  });

  describe("a record", () => {
    it("writes all or nothing when any one row is bad", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const good: RecordBatch = {
        links: [makeLink(id, "1", "10")],
        watermarks: [{ syncSet: id, side: "master", at: AT }],
        pendingLinks: [{ syncSet: id, side: "target", id: "10", field: "f", awaitedType: "t", awaitedId: "1" }],
        quarantine: [{ syncSet: id, side: "master", id: "9", reason: "r", attempts: 1, firstAt: AT, nextAt: AT }],
      };
      const bad: readonly RecordBatch[] = [
        { ...good, outcomes: [makeOutcome("no uuid", id, AT)] },
        { ...good, outcomes: [makeOutcome(randomUUID(), id, "no time")] },
        { ...good, links: [makeLink(id, "1", "10"), makeLink(999_999_999, "2", "20")] },
        { ...good, links: [makeLink(id, "1", "10", { state: "odd" as Link["state"] })] },
        { ...good, watermarks: [{ syncSet: id, side: "middle" as "master", at: AT }] },
        { ...good, closeIntents: ["no uuid"] },
      ];
      for (const batch of bad) {
        await expect(record(batch)).rejects.toThrow();
        expect([await store.links.count(id), await store.watermarks.get(id, "master"), await store.pendingLinks.list(id), await store.quarantine.list(id)]).toEqual([0, undefined, [], []]);
      }
      await record(good);
      expect(await store.links.count(id)).toBe(1);
    });

    it("may be empty", async () => {
      await expect(record({})).resolves.toBeUndefined();
      await expect(record({ links: [], outcomes: [] })).resolves.toBeUndefined();
    });

    it("keeps hostile texts as they are", async () => {
      const connection = freshName();
      const id = await newSet(connection);
      const run = randomUUID();
      await record({ links: HOSTILE.map((text, index) => makeLink(id, text, `t${index}`, { master: { id: text, key: text, url: text, version: text, prints: { [text]: text } } })), outcomes: HOSTILE.map((text) => makeOutcome(run, id, AT, { name: text, reason: text, masterId: text, before: { [text]: text } })) });
      const found = await store.links.byIds(id, "master", HOSTILE);
      expect(new Set(found.map((link) => link.master.id))).toEqual(new Set(HOSTILE));
      for (const link of found) expect([link.master.key, link.master.prints]).toEqual([link.master.id, { [link.master.id]: link.master.id }]);
      expect((await collect(store.outcomes.ofRun(run))).map((row) => [row.name, row.before])).toEqual(HOSTILE.map((text) => [text, { [text]: text }]));
      for (const text of HOSTILE) expect((await store.links.search(text)).some((link) => link.connection === connection)).toBe(true);
    });

    it("takes NUL and half characters out instead of failing", async () => {
      const id = await newSet();
      const run = randomUUID();
      await record({ links: [makeLink(id, "a\u0000b", "t1", { master: { id: "a\u0000b", prints: { "k\u0000": "\ud83d" } } })], outcomes: [makeOutcome(run, id, AT, { name: "cut \ud83d", reason: "nul\u0000", before: { "f\u0000": ["x\u0000", "\udc00y"] } })] });
      expect(await store.links.byIds(id, "master", ["a\u0000b"])).toMatchObject([{ master: { id: "ab", prints: { k: "\ufffd" } } }]);
      expect(await collect(store.outcomes.ofRun(run))).toMatchObject([{ name: "cut \ufffd", reason: "nul", before: { f: ["x", "\ufffdy"] } }]);
      expect(await store.links.search("a\u0000b")).toHaveLength(1);
      expect(await store.links.partners([id], "master", ["\u0000"])).toEqual(new Map());
    });

    it("takes values of many megabytes", async () => {
      const id = await newSet();
      const run = randomUUID();
      const text = "<p>x</p>".repeat(500_000);
      await record({ outcomes: Array.from({ length: 5 }, (_, index) => makeOutcome(run, id, AT, { masterId: String(index), before: { description: text } })) });
      let rows = 0;
      for await (const page of store.outcomes.ofRun(run, 1)) {
        rows += page.length;
        expect(page[0]?.before?.description).toHaveLength(text.length);
      }
      expect(rows).toBe(5);
    });
  });

  describe("locks", () => {
    const holder = { host: "h", pid: 4711, script: "syncIteration" };

    it("gives a lock once, says who holds it, frees it at once, and numbers the holders", async () => {
      const name = `lock ${randomUUID()}`;
      const first = await store.locks.acquire(name, holder);
      if (!("release" in first)) throw new Error("the lock is free");
      expect(first.lost.aborted).toBe(false);
      const second = await store.locks.acquire(name, { ...holder, pid: 1 });
      expect(second).toMatchObject({ name, ...holder, fence: first.fence });
      expect((await store.locks.holders()).filter((row) => row.name === name)).toHaveLength(1);
      await first.release();
      expect((await store.locks.holders()).filter((row) => row.name === name)).toEqual([]);
      const third = await store.locks.acquire(name, holder);
      if (!("release" in third)) throw new Error("the lock is free");
      expect(third.fence).toBe(first.fence + 1);
      await third.release();
    });

    it("lets exactly one of eight have it", async () => {
      const name = `lock ${randomUUID()}`;
      const all = await Promise.all(Array.from({ length: 8 }, () => store.locks.acquire(name, holder)));
      const leases = all.filter((result) => "release" in result);
      expect(leases).toHaveLength(1);
      for (const lease of leases) await lease.release();
    });

    it("refuses watermarks alone to a holder that has lost it, and takes them from one that has it", async () => {
      const id = await newSet();
      const lease = await store.locks.acquire(freshName(), { host: "h", pid: 1, script: "test" });
      if (!("release" in lease)) throw new Error("locked");
      const watermarks = (["master", "target"] as const).map((side) => ({ syncSet: id, side, at: AT }));
      await store.record({ watermarks, links: [] }, lease);
      expect(await store.watermarks.both(id)).toEqual({ master: watermarks[0], target: watermarks[1] });
      const later = watermarks.map((mark) => ({ ...mark, at: LATER }));
      await expect(store.record({ watermarks: later }, { ...lease, fence: lease.fence - 1 })).rejects.toMatchObject({ exitCode: 75 });
      await lease.release();
      await expect(store.record({ watermarks: later }, lease)).rejects.toMatchObject({ exitCode: 75 });
      expect((await store.watermarks.both(id)).master?.at).toBe(AT);
    });

    it("refuses the journal alone to a holder that has lost it, and takes it from one that has it", async () => {
      const id = await newSet();
      const lease = await store.locks.acquire(freshName(), holder);
      if (!("release" in lease)) throw new Error("locked");
      const intents = ["1", "\"2\" \\ {},NULL"].map((fromId): Intent => ({ intent: randomUUID(), kind: "update", syncSet: id, side: "target", fromId, toId: "10", name: "null", at: AT, prints: { "a\"b": "\\" }, before: { f: null, g: ["\"x\\", 1] }, after: { f: "𝒳" } }));
      await store.record({ openIntents: intents.slice(0, 1) }, lease);
      await store.record({ openIntents: intents.slice(1), links: [] }, lease);
      await expect(store.record({ openIntents: intents.map((intent) => ({ ...intent, intent: randomUUID() })) }, { ...lease, fence: lease.fence - 1 })).rejects.toMatchObject({ exitCode: 75 });
      await lease.release();
      await expect(store.record({ openIntents: intents.map((intent) => ({ ...intent, intent: randomUUID() })) }, lease)).rejects.toMatchObject({ exitCode: 75 });
      const open = await store.journal.open(id);
      expect(open.toSorted((one, other) => (one.fromId < other.fromId ? 1 : -1))).toEqual(intents);
    });

    it("refuses the record of a holder that has lost it, whole", async () => {
      const id = await newSet();
      const name = `lock ${randomUUID()}`;
      const zombie = await store.locks.acquire(name, holder);
      if (!("release" in zombie)) throw new Error("the lock is free");
      await store.record({ links: [makeLink(id, "1", "10")] }, zombie);
      await zombie.release();
      const next = await store.locks.acquire(name, holder);
      if (!("release" in next)) throw new Error("the lock is free");
      await expect(store.record({ links: [makeLink(id, "2", "20")] }, zombie)).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("belongs to another run") });
      await store.record({ links: [makeLink(id, "3", "30")] }, next);
      expect((await collect(store.links.scan(id, "master"))).map((link) => link.master.id)).toEqual(["1", "3"]);
      await next.release();
    });
  });
};
