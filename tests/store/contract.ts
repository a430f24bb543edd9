// The promises of store.ts as tests, run over the embedded store and over a real PostgreSQL. Each test has a connection of
// its own: what the store holds is separated by it.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BaseText, Link, Outcome, RecordBatch, Store, SubLink, SyncSetId, UserMapChange } from "../../lib/store/store.ts";

export interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

const AT = "2026-11-24T13:05:00.000Z";
const LATER = "2026-11-24T13:06:00.500Z";

let names = 0;
const freshName = (): string => `connection${++names}`;

export const makeLink = (syncSet: SyncSetId, master: string, target: string, more: Partial<Link> = {}): Link => ({
  syncSet,
  state: "active",
  master: { id: master, key: `M-${master}`, url: `https://m/${master}`, version: "1", changedAt: AT, prints: { name: "a1" } },
  target: { id: target, prints: {} },
  ...more,
});

const makeOutcome = (run: string, syncSet: SyncSetId, at: string, more: Partial<Outcome> = {}): Outcome => ({ run, at, syncSet, side: "target", action: "update", reason: "changed on the master", masterId: "1", targetId: "10", name: "Login", ...more });

export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

export const pagesOf = async function* <T>(...pages: readonly (readonly T[])[]): AsyncGenerator<readonly T[]> {
  for (const page of pages) yield page;
};

/** Texts that broke somebody's database once. */
export const HOSTILE = ["'; drop table links; --", "\\", "\\u0000", "\"", "{}", "?", "??", "$1", ":name", "%s", "\t\n\r", "\u200b\u202e", "𝒳😀", "é", "e\u0301", "null", "  ", "\\.", "a".repeat(1500), "日本語", "\u0001", "${env:HOME}", "<script>"];

export const storeContract = (kind: Store["kind"], open: () => Promise<Opened>): void => {
  describe(`the ${kind} store`, () => {
    let opened: Opened;
    let store: Store;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    const newSet = async (connection = freshName()): Promise<SyncSetId> => {
      const [row] = await store.syncSets.ensure(connection, [{ key: `${connection}/a~b/1~2`, fingerprint: "f", fieldFingerprints: {} }]);
      return row?.id ?? 0;
    };
    const record = (batch: RecordBatch): Promise<void> => store.record(batch);

    it("says what it is", () => {
      expect(store.kind).toBe(kind);
      expect(store.location).not.toMatch(/:[^:@/]+@/);
    });

    describe("sync sets", () => {
      const set = (key: string, fingerprint: string) => ({ key, fingerprint, fieldFingerprints: { name: "x" } });

      it("makes what is missing, leaves what is there, answers in the order given", async () => {
        const connection = freshName();
        const [b] = await store.syncSets.ensure(connection, [set("b", "old")]);
        const rows = await store.syncSets.ensure(connection, [set("a", "new"), set("b", "new")]);
        expect(rows.map((row) => [row.key, row.fingerprint, row.connection])).toEqual([["a", "new", connection], ["b", "old", connection]]);
        expect(rows[1]?.id).toBe(b?.id);
        expect(await store.syncSets.list(connection)).toHaveLength(2);
      });

      it("keeps the same key of two connections apart", async () => {
        const [one] = await store.syncSets.ensure(freshName(), [set("same", "1")]);
        const [two] = await store.syncSets.ensure(freshName(), [set("same", "2")]);
        expect(two?.id).not.toBe(one?.id);
        expect(two?.fingerprint).toBe("2");
      });

      it("takes new fingerprints with a record", async () => {
        const connection = freshName();
        const id = await newSet(connection);
        await record({ syncSets: [{ id, fingerprint: "f2", fieldFingerprints: { name: "n2" } }] });
        expect(await store.syncSets.list(connection)).toMatchObject([{ id, fingerprint: "f2", fieldFingerprints: { name: "n2" } }]);
      });
    });

    describe("cross references", () => {
      it("gives back exactly what was recorded, from either side", async () => {
        const id = await newSet();
        const whole = makeLink(id, "1", "10", { target: { id: "10", key: "T-10", url: "https://t/10", version: "7", changedAt: LATER, prints: { title: "b1", body: "b2" } } });
        const bare = makeLink(id, "2", "20", { state: "adopting", master: { id: "2", prints: {} } });
        await record({ links: [whole, bare] });
        expect(await store.links.byIds(id, "master", ["1", "2", "3"])).toEqual(expect.arrayContaining([whole, bare]));
        expect(await store.links.byIds(id, "target", ["10"])).toEqual([whole]);
        expect(await store.links.byIds(id, "master", [])).toEqual([]);
      });

      it("replaces by master id and forgets what is no longer said", async () => {
        const id = await newSet();
        await record({ links: [makeLink(id, "1", "10")] });
        const next = makeLink(id, "1", "10", { state: "unlinked", master: { id: "1", prints: { name: "a2" } } });
        await record({ links: [next] });
        expect(await store.links.byIds(id, "master", ["1"])).toEqual([next]);
      });

      it("takes the last word where a batch names a pair twice", async () => {
        const id = await newSet();
        await record({ links: [makeLink(id, "1", "10"), makeLink(id, "1", "10", { state: "gone" })] });
        expect(await store.links.byIds(id, "master", ["1"])).toMatchObject([{ state: "gone" }]);
      });

      it.each([
        ["a target item", (id: SyncSetId) => makeLink(id, "2", "10"), /target item must not get a second partner/],
        ["a master item", (id: SyncSetId) => makeLink(id, "1", "11"), /master item 1 .* must not get the second partner 11/],
      ])("refuses a second partner for %s and writes nothing", async (_, second, words) => {
        const id = await newSet();
        await record({ links: [makeLink(id, "1", "10")] });
        await expect(record({ links: [makeLink(id, "5", "50"), second(id)], watermarks: [{ syncSet: id, side: "master", at: AT }] })).rejects.toThrow(words);
        expect((await collect(store.links.scan(id, "master"))).map((link) => [link.master.id, link.target.id])).toEqual([["1", "10"]]);
        expect(await store.watermarks.get(id, "master")).toBeUndefined();
      });

      it("lets a partner change when the old pair goes in the same batch", async () => {
        const id = await newSet();
        await record({ links: [makeLink(id, "1", "10")] });
        await record({ removeLinks: [{ syncSet: id, masterId: "1" }], links: [makeLink(id, "1", "11"), makeLink(id, "2", "10")] });
        expect((await collect(store.links.scan(id, "target"))).map((link) => [link.master.id, link.target.id])).toEqual([["2", "10"], ["1", "11"]]);
      });

      it("removes with a pair what hangs on it, and nothing else", async () => {
        const connection = freshName();
        const [{ id } = { id: 0 }] = await store.syncSets.ensure(connection, [{ key: "a", fingerprint: "f", fieldFingerprints: {} }]);
        const of = (master: string, target: string): Partial<RecordBatch> => ({
          links: [makeLink(id, master, target)],
          subLinks: (["comment", "attachment"] as const).map((kind) => ({ syncSet: id, kind, masterItem: master, targetItem: target, masterId: `c${master}`, targetId: `d${target}`, origin: "master", print: "p" })),
          pendingLinks: [{ syncSet: id, side: "target", id: target, field: "f", awaitedType: "release", awaitedId: "9" }],
          quarantine: [{ syncSet: id, side: "master", id: master, reason: "no", attempts: 1, firstAt: AT, nextAt: AT }],
          conflicts: [{ syncSet: id, masterId: master, targetId: target, field: "f", masterValue: "a", targetValue: "b", at: AT }],
        });
        await record(of("1", "2"));
        await record(of("2", "1"));
        await record({ removeLinks: [{ syncSet: id, masterId: "1" }] });
        const subs = [...(await store.subLinks.ofItems(id, "comment", ["1", "2"])), ...(await store.subLinks.ofItems(id, "attachment", ["1", "2"]))];
        expect(subs.map((row) => row.masterItem)).toEqual(["2", "2"]);
        expect((await store.pendingLinks.list(id)).map((row) => row.id)).toEqual(["1"]);
        expect((await store.quarantine.list(id)).map((row) => row.id)).toEqual(["2"]);
        expect((await store.conflicts.list(connection)).map((row) => row.masterId)).toEqual(["2"]);
      });

      it("finds partners over several sync sets, unlinked ones left out", async () => {
        const connection = freshName();
        const [one, two] = (await store.syncSets.ensure(connection, ["a", "b"].map((key) => ({ key, fingerprint: "f", fieldFingerprints: {} })))).map((row) => row.id) as [number, number];
        await record({ links: [makeLink(one, "1", "10", { target: { id: "10", key: "T-10", prints: {} } }), makeLink(two, "2", "20"), makeLink(two, "3", "30", { state: "unlinked" }), makeLink(two, "4", "40", { state: "adopting" })] });
        expect(await store.links.partners([one, two], "master", ["1", "2", "3", "4", "5"])).toEqual(
          new Map([
            ["1", { id: "10", key: "T-10", syncSet: one }],
            ["2", { id: "20", syncSet: two }],
            ["4", { id: "40", syncSet: two }],
          ]),
        );
        expect([...(await store.links.partners([one], "target", ["10", "20"])).keys()]).toEqual(["10"]);
        expect((await store.links.partners([], "target", ["10"])).size).toBe(0);
        expect(await store.links.count(two)).toBe(2);
      });

      it("scans in byte order of the id on that side, whatever the page size", async () => {
        const id = await newSet();
        const ids = ["10", "9", "Z", "a", "_", "é", "B", "😀", "\uffee", "", "zz", "100"];
        await record({ links: ids.map((master, index) => makeLink(id, master, `t${index}`)) });
        const byBytes = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        for (const size of [1, 3, 12, 2000]) expect((await collect(store.links.scan(id, "master", size))).map((link) => link.master.id)).toEqual(byBytes);
        expect((await collect(store.links.scan(id, "target", 5))).map((link) => link.target.id)).toEqual(ids.map((_, index) => `t${index}`).toSorted());
        expect(await collect(store.links.scan(await newSet(), "master"))).toEqual([]);
      });

      it("lets others write while it is scanned", async () => {
        const id = await newSet();
        await record({ links: ["1", "2", "3"].map((master) => makeLink(id, master, `t${master}`)) });
        const seen: string[] = [];
        for await (const page of store.links.scan(id, "master", 1)) {
          seen.push(...page.map((link) => link.master.id));
          await record({ links: page.map((link) => ({ ...link, state: "gone" as const })) });
        }
        expect(seen).toEqual(["1", "2", "3"]);
      });

      it("searches ids and keys of both sides in all connections", async () => {
        const connection = freshName();
        const id = await newSet(connection);
        const key = `KEY-${randomUUID()}`;
        await record({ links: [makeLink(id, key, "10"), makeLink(id, "2", key), makeLink(id, "3", "30", { master: { id: "3", key, prints: {} } }), makeLink(id, "4", "40", { target: { id: "40", key, prints: {} } }), makeLink(id, "5", "50")] });
        const found = await store.links.search(key);
        expect(found.map((link) => link.master.id).toSorted()).toEqual(["2", "3", "4", key].toSorted());
        expect(found[0]).toMatchObject({ connection, syncSetKey: `${connection}/a~b/1~2` });
        expect(await store.links.search("nobody")).toEqual([]);
      });

      it("takes 100,000 in one record and any number of ids in one question", async () => {
        const id = await newSet();
        const links = Array.from({ length: 100_000 }, (_, index) => makeLink(id, String(index), `t${index}`, { state: "adopting" }));
        const since = performance.now();
        await record({ links });
        expect(performance.now() - since).toBeLessThan(30_000);
        expect(await store.links.count(id)).toBe(100_000);
        expect(await store.links.byIds(id, "target", links.slice(0, 20_001).map((link) => link.target.id))).toHaveLength(20_001);
        await record({ removeLinks: links.slice(0, 6000).map((link) => ({ syncSet: id, masterId: link.master.id })) });
        expect(await store.links.count(id)).toBe(94_000);
      });
    });

    describe("cross references of comments and attachments", () => {
      const sub = (syncSet: SyncSetId, masterId: string, targetId: string, more: Partial<SubLink> = {}): SubLink => ({ syncSet, kind: "comment", masterItem: "1", targetItem: "10", masterId, targetId, origin: "master", print: "p1", ...more });

      it("lists them by items, replaces and removes them", async () => {
        const id = await newSet();
        const rows = [sub(id, "c1", "d1"), sub(id, "c2", "d2", { origin: "target" }), sub(id, "c1", "d1", { masterItem: "2", targetItem: "20" }), sub(id, "c1", "d1", { kind: "attachment" })];
        await record({ subLinks: rows });
        expect(await store.subLinks.ofItems(id, "comment", ["1", "2", "3"])).toEqual(rows.slice(0, 3));
        expect(await store.subLinks.ofItems(id, "attachment", ["1"])).toEqual([rows[3]]);
        expect(await store.subLinks.ofItems(id, "comment", [])).toEqual([]);
        await record({ subLinks: [sub(id, "c1", "d9", { print: "p2" })], removeSubLinks: [{ syncSet: id, kind: "comment", masterItem: "1", masterId: "c2" }] });
        expect(await store.subLinks.ofItems(id, "comment", ["1"])).toEqual([sub(id, "c1", "d9", { print: "p2" })]);
      });

      it("refuses a second partner for a copy", async () => {
        const id = await newSet();
        await record({ subLinks: [sub(id, "c1", "d1")] });
        await expect(record({ subLinks: [sub(id, "c2", "d1")] })).rejects.toThrow(/second partner/);
        expect(await store.subLinks.ofItems(id, "comment", ["1"])).toHaveLength(1);
      });
    });

    describe("texts of both ends", () => {
      const base = (id: SyncSetId, masterId: string, field: string): BaseText => ({ syncSet: id, masterId, field, master: "<p>é <b>x</b></p>", target: "<p>é x</p>" });

      it("are replaced, removed, and go with their link", async () => {
        const id = await newSet();
        await record({ links: [makeLink(id, "1", "10"), makeLink(id, "2", "20")], baseTexts: [base(id, "1", "a"), base(id, "1", "b"), base(id, "2", "a")] });
        expect(await store.baseTexts.ofItems(id, ["1", "2", "3"])).toEqual([base(id, "1", "a"), base(id, "1", "b"), base(id, "2", "a")]);
        expect(await store.baseTexts.ofItems(id, [])).toEqual([]);
        await record({ baseTexts: [{ ...base(id, "1", "a"), target: "<p>new</p>" }], removeBaseTexts: [{ syncSet: id, masterId: "1", field: "b" }] });
        expect(await store.baseTexts.ofItems(id, ["1"])).toEqual([{ ...base(id, "1", "a"), target: "<p>new</p>" }]);
        await record({ removeLinks: [{ syncSet: id, masterId: "2" }] });
        expect(await store.baseTexts.ofItems(id, ["2"])).toEqual([]);
      });
    });

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

      it("tells the outcomes of an item, newest first", async () => {
        const id = await newSet();
        const run = randomUUID();
        await record({ outcomes: [makeOutcome(run, id, AT, { reason: "one" }), makeOutcome(run, id, AT, { reason: "two" }), makeOutcome(run, id, "2026-10-01T00:00:00.000Z", { reason: "zero" }), makeOutcome(run, id, LATER, { masterId: "2", targetId: "20" })] });
        expect((await store.outcomes.ofItem(id, "master", "1")).map((row) => row.reason)).toEqual(["two", "one", "zero"]);
        expect(await store.outcomes.ofItem(id, "target", "10", 1)).toMatchObject([{ reason: "two" }]);
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

    describe("forgetting a connection", () => {
      const fill = async (id: SyncSetId, run: string): Promise<void> => {
        const intent = randomUUID();
        await record({
          links: [makeLink(id, "1", "10"), makeLink(id, "2", "20")],
          subLinks: [{ syncSet: id, kind: "comment", masterItem: "1", targetItem: "10", masterId: "c1", targetId: "c2", origin: "master", print: "p" }],
          baseTexts: [{ syncSet: id, masterId: "1", field: "f", master: "a", target: "b" }],
          openIntents: [{ intent, kind: "create", syncSet: id, side: "target", fromId: "3", name: "Login", at: AT, prints: {} }],
          watermarks: [{ syncSet: id, side: "master", at: AT }],
          pendingLinks: [{ syncSet: id, side: "target", id: "10", field: "parent", awaitedType: "story", awaitedId: "9" }],
          quarantine: [{ syncSet: id, side: "master", id: "4", reason: "refused", attempts: 1, firstAt: AT, nextAt: AT }],
          conflicts: [{ syncSet: id, masterId: "1", targetId: "10", field: "f", masterValue: "a", targetValue: "b", at: AT }],
          outcomes: [makeOutcome(run, id, AT)],
        });
      };
      const all = { links: 2, subLinks: 1, baseTexts: 1, intents: 1, watermarks: 1, pendingLinks: 1, quarantine: 1, conflicts: 1 };
      const none = Object.fromEntries(Object.keys(all).map((kind) => [kind, 0]));

      it("counts what it holds, removes that and nothing of another, keeps outcomes and the ids of its sync sets", async () => {
        const [name, other, run] = [freshName(), freshName(), randomUUID()];
        const [id, second] = [await newSet(name), await newSet(other)];
        await fill(id, run);
        await fill(second, run);
        expect(await store.syncSets.holdings(name)).toEqual(all);
        expect(await store.syncSets.forget(name)).toEqual(all);
        expect([await store.syncSets.holdings(name), await store.syncSets.forget(name), await store.syncSets.holdings(other)]).toEqual([none, none, all]);
        expect((await store.syncSets.list(name)).map((row) => row.id)).toEqual([id]);
        expect((await collect(store.outcomes.ofRun(run))).map((outcome) => outcome.syncSet)).toEqual([id, second]);
      });

      it("is refused to a holder that has lost the lock, whole", async () => {
        const name = freshName();
        await record({ links: [makeLink(await newSet(name), "1", "10")] });
        const lease = await store.locks.acquire(`connection:${name}`, { host: "h", pid: 1, script: "s" });
        if (!("release" in lease)) throw new Error("the lock is free");
        await lease.release();
        const next = await store.locks.acquire(`connection:${name}`, { host: "h", pid: 2, script: "s" });
        if (!("release" in next)) throw new Error("the lock is free");
        await expect(store.syncSets.forget(name, lease)).rejects.toThrow(/belongs to another run/);
        expect((await store.syncSets.forget(name, next)).links).toBe(1);
        await next.release();
      });
    });

    it("forgets whether a connection may run, when told", async () => {
      const name = freshName();
      await store.connections.set({ name, started: false, changedAt: AT, changedBy: "ann" });
      await store.connections.remove(name);
      expect(await store.connections.get(name)).toBeUndefined();
    });

    it("remembers whether a connection may run", async () => {
      const name = freshName();
      expect(await store.connections.get(name)).toBeUndefined();
      await store.connections.set({ name, started: false, changedAt: AT, changedBy: "ann", note: "go-live" });
      expect(await store.connections.get(name)).toEqual({ name, started: false, changedAt: AT, changedBy: "ann", note: "go-live" });
      await store.connections.set({ name, started: true, changedAt: LATER, changedBy: "bob" });
      expect(await store.connections.get(name)).toEqual({ name, started: true, changedAt: LATER, changedBy: "bob" });
    });

    it("remembers facts by name, whatever their value", async () => {
      const prefix = `${randomUUID()}:%_`;
      const facts = [null, 0, "", [1, { a: null }], { b: "\u00e9" }].map((value, index) => ({ name: `${prefix}${index}`, value, at: AT }));
      await store.facts.set(facts);
      expect(await store.facts.list(prefix)).toEqual(facts);
      await store.facts.set([{ name: `${prefix}0`, value: { on: true }, at: LATER }]);
      expect(await store.facts.get(`${prefix}0`)).toEqual({ name: `${prefix}0`, value: { on: true }, at: LATER });
      await store.facts.remove([`${prefix}0`, "nobody"]);
      expect(await store.facts.get(`${prefix}0`)).toBeUndefined();
      expect(await store.facts.list(prefix)).toHaveLength(4);
    });

    describe("user maps", () => {
      const person = (name: string, ...users: readonly (readonly [string, string])[]): UserMapChange => ({ name, users: users.map(([dataSource, user]) => ({ dataSource, name: user })) });
      const nothing = { added: 0, changed: 0, kept: 0, removed: 0, refused: 0, refusals: [] };
      const clear = (): Promise<unknown> => store.userMaps.write(pagesOf(), { mode: "replace" });

      it("adds by merging, writes nothing the second time, finds names exactly", async () => {
        await clear();
        const file = [person("Ann", ["octane", "ann@x"], ["jira", "acc-1"], ["jira", "acc-2"]), person("Bob", ["octane", "bob"])];
        expect(await store.userMaps.write(pagesOf(file.slice(0, 1), file.slice(1)), { mode: "merge" })).toEqual({ ...nothing, added: 4 });
        expect(await store.userMaps.write(pagesOf(file), { mode: "merge" })).toEqual({ ...nothing, kept: 4 });
        expect(await store.userMaps.write(pagesOf(file), { mode: "replace" })).toEqual({ ...nothing, kept: 4 });
        expect(await store.userMaps.lookup("octane", "jira", ["ann@x", "Ann@x", "bob"])).toEqual(new Map([["ann@x", ["acc-1", "acc-2"]]]));
        expect((await store.userMaps.lookup("octane", "jira", [])).size).toBe(0);
        expect(await store.userMaps.count()).toBe(2);
        expect(await collect(store.userMaps.scan(1))).toEqual([{ name: "Ann", users: [{ dataSource: "jira", name: "acc-1" }, { dataSource: "jira", name: "acc-2" }, { dataSource: "octane", name: "ann@x" }] }, { name: "Bob", users: [{ dataSource: "octane", name: "bob" }] }]);
      });

      it("refuses to take a name from its person, with the reason, when merging", async () => {
        await clear();
        await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"])]), { mode: "merge" });
        expect(await store.userMaps.write(pagesOf([person("Eve", ["jira", "a"], ["jira", "e"])]), { mode: "merge" })).toEqual({ ...nothing, added: 1, refused: 1, refusals: [{ person: "Eve", dataSource: "jira", name: "a", reason: "it belongs to Ann" }] });
        expect(await store.userMaps.lookup("jira", "jira", ["a"])).toEqual(new Map([["a", ["a"]]]));
      });

      it("lets a replacing file move and remove names", async () => {
        await clear();
        await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"], ["octane", "ann"]), person("Bob", ["jira", "b"])]), { mode: "merge" });
        expect(await store.userMaps.write(pagesOf([person("Ann B.", ["jira", "a"]), person("Cid", ["jira", "c"])]), { mode: "replace" })).toEqual({ ...nothing, added: 1, changed: 1, removed: 2 });
        expect((await collect(store.userMaps.scan())).map((map) => map.name)).toEqual(["Ann B.", "Cid"]);
      });

      it.each(["merge", "replace"] as const)("never guesses whose name it is: a name that two claim stays as it was (%s)", async (mode) => {
        await clear();
        await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"])]), { mode: "merge" });
        const result = await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"]), person("Eve", ["jira", "a"], ["jira", "x"]), person("Fox", ["jira", "x"])]), { mode });
        expect(result).toMatchObject({ added: 0, changed: 0, kept: 1, removed: 0, refused: 3 });
        expect(result.refusals.map((refusal) => [refusal.person, refusal.name])).toEqual([["Eve", "a"], ["Eve", "x"], ["Fox", "x"]]);
        expect((await collect(store.userMaps.scan())).map((map) => map.name)).toEqual(["Ann"]);
      });

      it("keeps hostile names and refuses impossible ones", async () => {
        await clear();
        const fit = HOSTILE.filter((text) => text.trim() !== "" && text.length < 1000);
        const result = await store.userMaps.write(pagesOf([...fit.map((text) => person(text, ["jira", text])), person("Ann", ["jira", "n\u0000"], ["jira", " "], ["jira", "x".repeat(1001)], ["", "a"], ["jira", "\ud83d"])]), { mode: "merge" });
        expect([result.added, result.refused]).toEqual([fit.length, 5]);
        expect(new Set((await collect(store.userMaps.scan(3))).map((map) => map.users[0]?.name))).toEqual(new Set(fit));
      });

      it("says what it would do without doing it", async () => {
        await clear();
        await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"])]), { mode: "merge" });
        expect(await store.userMaps.diff(pagesOf([person("Bob", ["jira", "b"])]), { mode: "replace" })).toEqual({ ...nothing, added: 1, removed: 1 });
        expect((await collect(store.userMaps.scan())).map((map) => map.name)).toEqual(["Ann"]);
      });

      it("keeps the old maps when the file breaks off", async () => {
        await clear();
        await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"])]), { mode: "merge" });
        const broken = async function* (): AsyncGenerator<readonly UserMapChange[]> {
          yield [person("Bob", ["jira", "b"])];
          throw new Error("line 7 is broken");
        };
        await expect(store.userMaps.write(broken(), { mode: "replace" })).rejects.toThrow("line 7 is broken");
        expect((await collect(store.userMaps.scan())).map((map) => map.name)).toEqual(["Ann"]);
      });
    });

    describe("purging", () => {
      const rules = { olderThan: { outcomes: 60, runs: 60 }, now: "2021-06-15T00:00:00.000Z" };

      it("drops whole months of outcomes and old runs, and nothing else", async () => {
        const connection = freshName();
        const id = await newSet(connection);
        const [old, edge, fresh, crashed] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
        const months: readonly (readonly [string, string])[] = [[old, "2021-01-15T00:00:00.000Z"], [old, "2021-02-01T00:00:00.000Z"], [edge, "2021-04-10T00:00:00.000Z"], [fresh, "2021-06-01T00:00:00.000Z"]];
        for (const [run, at] of [[old, "2021-01-15T00:00:00.000Z"], [edge, "2021-04-10T00:00:00.000Z"], [fresh, "2021-06-01T00:00:00.000Z"], [crashed, "2021-01-01T00:00:00.000Z"]] as const) await store.runs.start({ id: run, connection, script: "s", host: "h", pid: 1, at });
        const intent = { intent: randomUUID(), kind: "create" as const, syncSet: id, side: "target" as const, fromId: "1", name: "n", at: "2021-01-01T00:00:00.000Z", prints: {} };
        const kept: RecordBatch = { links: [makeLink(id, "1", "10")], watermarks: [{ syncSet: id, side: "master", at: "2021-01-01T00:00:00.000Z" }], quarantine: [{ syncSet: id, side: "master", id: "1", reason: "r", attempts: 1, firstAt: "2021-01-01T00:00:00.000Z", nextAt: "2021-01-01T00:00:00.000Z" }], openIntents: [intent] };
        await record({ ...kept, outcomes: months.map(([run, at]) => makeOutcome(run, id, at)) });

        const plan = await store.purge.plan(rules);
        expect(plan.partitions.map(({ name, rows, left }) => [name, rows, left])).toEqual([["outcomes_2021_01", 1, false], ["outcomes_2021_02", 1, false]]);
        expect(plan.runs).toEqual({ before: "2021-04-16T00:00:00.000Z", rows: 2 });
        const result = await store.purge.apply(plan);
        expect(result).toMatchObject({ partitions: 2, rows: 2, runs: 2, busy: [] });
        expect(result.bytes).toBeGreaterThan(0);
        expect((await collect(store.outcomes.ofRun(old))).length).toBe(0);
        expect((await collect(store.outcomes.ofRun(edge))).length).toBe(1);
        expect((await store.runs.list(connection)).map((run) => run.id)).toEqual([fresh, edge]);
        expect([await store.links.count(id), (await store.quarantine.list(id)).length, (await store.journal.open(id)).length]).toEqual([1, 1, 1]);
        expect(await store.watermarks.get(id, "master")).toBeDefined();

        const again = await store.purge.plan(rules);
        expect(again).toMatchObject({ partitions: [], runs: { rows: 0 } });
        await record({ outcomes: [makeOutcome(old, id, "2021-01-20T00:00:00.000Z")] });
        expect((await collect(store.outcomes.ofRun(old))).length).toBe(1);
        expect((await store.purge.plan(rules)).partitions).toHaveLength(1);
      });

      it("keeps everything without a rule and refuses a rule that keeps nothing", async () => {
        expect(await store.purge.plan({ olderThan: {}, now: rules.now })).toEqual({ partitions: [], runs: { rows: 0 } });
        await expect(store.purge.plan({ olderThan: { outcomes: 0 }, now: rules.now })).rejects.toMatchObject({ exitCode: 64 });
        await expect(store.purge.plan({ olderThan: { runs: Number.NaN }, now: rules.now })).rejects.toMatchObject({ exitCode: 64 });
      });
    });
  });
};
