// The promises of store.ts about slices of a lock, of runs, and about who makes an item that two of them have in hand.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ClaimedElsewhere, Intent, Lease, LockHolder } from "../../lib/store/store.ts";
import { AT, freshName, type Hand, LATER, makeLink } from "./contractHand.ts";

const holder = { host: "h", pid: 4711, script: "worker" };

export const leaseOf = (result: Lease | LockHolder): Lease => {
  if (!("release" in result)) throw new Error(`held: ${JSON.stringify(result)}`);
  return result;
};

const intentOf = (syncSet: number, fromId: string): Intent => ({ intent: randomUUID(), kind: "create", syncSet, side: "target", fromId, name: fromId, at: AT, prints: {} });

export const slicesContract = (hand: Hand): void => {
  describe("slices of a lock", () => {
    const take = (whole: string, slice: string) => hand.store().locks.acquireSlice(whole, slice, holder);

    it("are held beside each other, each by one, and never beside the whole; who is in the way is named", async () => {
      const { locks } = hand.store();
      const whole = `connection:${freshName()}`;
      const [a, b] = [leaseOf(await take(whole, "1~2")), leaseOf(await take(whole, "3~4"))];
      expect((await locks.holders()).filter(({ name }) => name.startsWith(whole)).map(({ name }) => name)).toEqual([`${whole}/1~2`, `${whole}/3~4`]);
      expect(await take(whole, "1~2")).toMatchObject({ name: `${whole}/1~2`, ...holder });
      expect(await locks.acquire(whole, holder)).toMatchObject({ name: `${whole}/1~2`, ...holder });
      await a.release();
      expect(await locks.acquire(whole, holder)).toMatchObject({ name: `${whole}/3~4` });
      await b.release();
      const all = leaseOf(await locks.acquire(whole, { ...holder, script: "undoRun" }));
      expect(await take(whole, "1~2")).toMatchObject({ name: whole, script: "undoRun" });
      await all.release();
      const again = leaseOf(await take(whole, "1~2"));
      expect([again.fence, again.within?.name]).toEqual([a.fence + 1, whole]);
      await again.release();
      expect((await locks.holders()).filter(({ name }) => name.startsWith(whole))).toEqual([]);
    });

    it.each<[string, (whole: string) => Promise<unknown>]>([
      ["its slice went to another", async (whole) => (await leaseOf(await take(whole, "1~2")).release())],
      ["the whole went to another", async (whole) => (await leaseOf(await hand.store().locks.acquire(whole, holder)).release())],
    ])("takes nothing of a holder once %s", async (_, loses) => {
      const id = await hand.newSet();
      const whole = `connection:${freshName()}`;
      const zombie = leaseOf(await take(whole, "1~2"));
      const watermarks = [{ syncSet: id, side: "master" as const, at: AT }];
      await hand.store().record({ watermarks }, zombie);
      await hand.store().record({ links: [makeLink(id, "1", "10")], watermarks }, zombie);
      await zombie.release();
      await loses(whole);
      const later = leaseOf(await take(whole, "5~6"));
      for (const batch of [{ watermarks: [{ syncSet: id, side: "master" as const, at: LATER }] }, { links: [makeLink(id, "2", "20")] }, { openIntents: [intentOf(id, "1")] }]) await expect(hand.store().record(batch, zombie)).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("belongs to another run") });
      await hand.store().record({ links: [makeLink(id, "3", "30")] }, later);
      await hand.store().record({ openIntents: [intentOf(id, "3")] }, later);
      expect([(await hand.store().watermarks.get(id, "master"))?.at, await hand.store().links.count(id), (await hand.store().journal.open(id)).map(({ fromId }) => fromId)]).toEqual([AT, 2, ["3"]]);
      await later.release();
    });

    it("takes nothing of a holder of the slice that had it before another had the whole, though nobody had the slice since", async () => {
      const id = await hand.newSet();
      const whole = `connection:${freshName()}`;
      const { within, ...before } = leaseOf(await take(whole, "1~2"));
      await before.release();
      await leaseOf(await hand.store().locks.acquire(whole, holder)).release();
      const now = leaseOf(await take(whole, "1~2"));
      // Its own row as if it had never been let go.
      const zombie: Lease = { ...now, ...(within === undefined ? {} : { within }) };
      for (const batch of [{ watermarks: [{ syncSet: id, side: "master" as const, at: AT }] }, { links: [makeLink(id, "1", "10")] }, { openIntents: [intentOf(id, "1")] }]) await expect(hand.store().record(batch, zombie)).rejects.toMatchObject({ exitCode: 75 });
      await expect(hand.store().syncSets.forget("nobody", zombie)).rejects.toMatchObject({ exitCode: 75 });
      await hand.store().record({ openIntents: [intentOf(id, "1")] }, now);
      await now.release();
    });

    it("end a holder of the whole that has lost it without a word: nothing more of it is taken", async () => {
      const id = await hand.newSet();
      const whole = `connection:${freshName()}`;
      const zombie = leaseOf(await hand.store().locks.acquire(whole, holder));
      await zombie.release();
      // As one that was cut leaves its row behind.
      const lied: Lease = { ...zombie, fence: zombie.fence };
      const slice = leaseOf(await take(whole, "1~2"));
      await expect(hand.store().record({ links: [makeLink(id, "1", "10")] }, lied)).rejects.toMatchObject({ exitCode: 75 });
      await hand.store().record({ links: [makeLink(id, "1", "10")] }, slice);
      await slice.release();
    });
  });

  describe("claims", () => {
    const claim = (connection: string, intent: Intent, others: readonly number[], madeBy?: string): Promise<ReadonlyMap<string, ClaimedElsewhere>> => hand.store().journal.claim({ connections: [connection], side: "target", intents: [{ intent, ...(madeBy === undefined ? {} : { madeBy }) }], others });

    it("open what no other set has, and answer where the rest has its partner or gets it", async () => {
      const connection = freshName();
      const [here, there] = [await hand.newSet(connection), await hand.newSet(`${connection}b`)];
      await hand.record({ links: [makeLink(there, "paired", "10"), makeLink(there, "ended", "11", { state: "unlinked" })], openIntents: [intentOf(there, "making")] });
      const intents = ["paired", "ended", "making", "free"].map((id) => intentOf(here, id));
      const found = await hand.store().journal.claim({ connections: [connection], side: "target", intents: intents.map((intent) => ({ intent })), others: [there] });
      expect([...found]).toEqual([["paired", { syncSet: there, partner: "10" }], ["making", { syncSet: there }]]);
      expect((await hand.store().journal.open(here)).map(({ fromId }) => fromId).toSorted()).toEqual(["ended", "free"]);
    });

    it("see the same in sets whose sides are exchanged", async () => {
      const connection = freshName();
      const [here, there] = [await hand.newSet(connection), await hand.newSet(`${connection}b`)];
      await hand.record({ links: [makeLink(there, "10", "paired")], openIntents: [{ ...intentOf(there, "making"), side: "master" }] });
      const intents = ["paired", "making", "free"].map((id) => intentOf(here, id));
      const found = await hand.store().journal.claim({ connections: [connection, `${connection}b`], side: "target", intents: intents.map((intent) => ({ intent })), others: [], turned: [there] });
      expect([...found]).toEqual([["paired", { syncSet: there, partner: "10" }], ["making", { syncSet: there }]]);
      expect((await hand.store().journal.open(here)).map(({ fromId }) => fromId)).toEqual(["free"]);
      expect((await hand.store().syncSets.all()).filter(({ id }) => id === here || id === there)).toEqual([{ id: here, connection, key: expect.any(String) }, { id: there, connection: `${connection}b`, key: expect.any(String) }]);
    });

    it("know an item that a create of another set has just made", async () => {
      const connection = freshName();
      const [here, there] = [await hand.newSet(connection), await hand.newSet(`${connection}b`)];
      const making = intentOf(there, "1");
      await hand.record({ openIntents: [making] });
      expect([...(await claim(connection, { ...intentOf(here, "10"), side: "master" }, [there], making.intent))]).toEqual([["10", { syncSet: there }]]);
      expect(await hand.store().journal.open(here)).toEqual([]);
    });

    it("let one of two have an item that both claim at once", async () => {
      const connection = freshName();
      const [a, b] = [await hand.newSet(connection), await hand.newSet(`${connection}b`)];
      for (const id of ["1", "2", "3", "4"]) {
        const both = await Promise.all([claim(connection, intentOf(a, id), [b]), claim(connection, intentOf(b, id), [a])]);
        expect(both.map((found) => found.size).toSorted()).toEqual([0, 1]);
      }
      expect((await hand.store().journal.open(a)).length + (await hand.store().journal.open(b)).length).toBe(4);
    });

    it("are refused to a holder that has lost its lock", async () => {
      const id = await hand.newSet();
      const lease = leaseOf(await hand.store().locks.acquireSlice(`connection:${freshName()}`, "1~2", holder));
      await lease.release();
      await expect(hand.store().journal.claim({ connections: ["c"], side: "target", intents: [{ intent: intentOf(id, "1") }], others: [] }, lease)).rejects.toMatchObject({ exitCode: 75 });
    });
  });

  it("runs of a slice are told apart; asked for those of one, those of the whole come too", async () => {
    const { runs, connections } = hand.store();
    const connection = freshName();
    const at = (minute: number): string => `2026-11-24T13:0${minute}:00.000Z`;
    for (const [minute, slice] of [[1, undefined], [2, "1~2"], [3, "3~4"]] as const) await runs.start({ id: randomUUID(), connection, ...(slice === undefined ? {} : { slice }), script: "syncIteration", host: "h", pid: 1, at: at(minute) });
    expect((await runs.list(connection)).map(({ slice }) => slice)).toEqual(["3~4", "1~2", undefined]);
    expect((await runs.list(connection, 10, "1~2")).map(({ startedAt }) => startedAt)).toEqual([at(2), at(1)]);
    const standing = (slice?: string) => connections.standing(connection, { facts: [], script: "syncIteration", locks: [], ...(slice === undefined ? {} : { slice }) });
    expect([(await standing("1~2")).startedAt, (await standing("5~6")).startedAt, (await standing()).startedAt]).toEqual([at(2), at(1), at(3)]);
  });
};
