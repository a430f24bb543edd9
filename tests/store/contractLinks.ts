// Cross references and what hangs on them: sync sets, pairs, comments and attachments, texts of both ends.

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { BaseText, RecordBatch, Store, SubLink, SyncSetId } from "../../lib/store/store.ts";
import { AT, collect, freshName, type Hand, LATER, makeLink } from "./contractHand.ts";

export const linksContract = (hand: Hand): void => {
  let store: Store;
  beforeAll(() => {
    store = hand.store();
  });
  const { newSet, record } = hand;

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
      const whole = makeLink(id, "1", "10", { target: { id: "10", key: "T-10", url: "https://t/10", version: "7", changedAt: LATER, prints: { title: "b1", body: "b2" } }, edition: 3 });
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

    it("takes any number in one record, and of ids in one question", async () => {
      const id = await newSet();
      // A server is not told more than 65,535 parameters at a time; the same statements go to the embedded store, whose engine is slow.
      const many = store.kind === "server" ? 70_000 : 10_000;
      const links = Array.from({ length: many }, (_, index) => makeLink(id, String(index), `t${index}`, { state: "adopting" }));
      await record({ links });
      expect(await store.links.count(id)).toBe(many);
      expect(await store.links.byIds(id, "target", links.slice(1).map((link) => link.target.id))).toHaveLength(many - 1);
      await record({ removeLinks: links.slice(0, 6000).map((link) => ({ syncSet: id, masterId: link.master.id })) });
      expect(await store.links.count(id)).toBe(many - 6000);
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
};
