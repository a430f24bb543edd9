// What is kept beside the runs, and what goes: connections that are forgotten, user maps, purging.

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { RecordBatch, Store, SyncSetId, UserMapChange, UserMapPage } from "../../lib/store/store.ts";
import { AT, collect, freshName, type Hand, HOSTILE, LATER, makeLink, makeOutcome, pagesOf } from "./contractHand.ts";

export const upkeepContract = (hand: Hand): void => {
  let store: Store;
  beforeAll(() => {
    store = hand.store();
  });
  const { newSet, record } = hand;

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

  it("tells in one question what decides whose turn it is", async () => {
    const name = freshName();
    const [fact, lock] = [`start:${name}`, `connection:${name}`];
    const asked = { facts: [fact, "nobody"], script: "syncIteration", locks: [lock, "nobody"] };
    expect(await store.connections.standing(name, asked)).toEqual({ isHeld: false });
    await store.connections.set({ name, started: false, changedAt: AT, changedBy: "ann" });
    await store.facts.set([{ name: fact, value: {}, at: AT }]);
    for (const [script, at] of [["syncIteration", AT], ["syncIteration", LATER], ["undoRun", "2027-01-01T00:00:00.000Z"]] as const) await store.runs.start({ id: randomUUID(), connection: name, script, host: "h", pid: 1, at });
    const lease = await store.locks.acquire(lock, { host: "h", pid: 1, script: "test" });
    const state = { name, started: false, changedAt: AT, changedBy: "ann" };
    expect(await store.connections.standing(name, asked)).toEqual({ state, factAt: AT, startedAt: LATER, isHeld: true });
    await store.facts.set([{ name: fact, value: {}, at: LATER }]);
    expect(await store.connections.standing(name, { ...asked, until: AT })).toEqual({ state, startedAt: AT, isHeld: true });
    expect((await store.runs.list(name, 1, undefined, LATER)).map(({ startedAt, script }) => [startedAt, script])).toEqual([[LATER, "syncIteration"]]);
    if ("release" in lease) await lease.release();
    expect((await store.connections.standing(name, asked)).isHeld).toBe(false);
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
    const person = (name: string, ...users: readonly (readonly [string, string, "read only"?])[]): UserMapChange => ({ name, users: users.map(([dataSource, user, mark]) => ({ dataSource, name: user, ...(mark === undefined ? {} : { readOnly: true }) })) });
    const nothing = { added: 0, changed: 0, kept: 0, removed: 0, refused: 0, refusals: [] };
    const clear = (): Promise<unknown> => store.userMaps.write(pagesOf(), { mode: "replace" });

    it("adds by merging, writes nothing the second time, finds names exactly", async () => {
      await clear();
      const file = [person("Ann", ["octane", "ann@x"], ["jira", "acc-1"], ["jira", "acc-2"]), person("Bob", ["octane", "bob"])];
      expect(await store.userMaps.write(pagesOf(file.slice(0, 1), file.slice(1)), { mode: "merge" })).toEqual({ ...nothing, added: 4 });
      expect(await store.userMaps.write(pagesOf(file), { mode: "merge" })).toEqual({ ...nothing, kept: 4 });
      expect(await store.userMaps.write(pagesOf(file), { mode: "replace" })).toEqual({ ...nothing, kept: 4 });
      expect(await store.userMaps.lookup("octane", "jira", ["ann@x", "Ann@x", "bob"])).toEqual(new Map([["ann@x", [{ name: "acc-1" }, { name: "acc-2" }]]]));
      expect((await store.userMaps.lookup("octane", "jira", [])).size).toBe(0);
      expect(await store.userMaps.count()).toBe(2);
      expect(await collect(store.userMaps.scan(1))).toEqual([{ name: "Ann", users: [{ dataSource: "jira", name: "acc-1" }, { dataSource: "jira", name: "acc-2" }, { dataSource: "octane", name: "ann@x" }] }, { name: "Bob", users: [{ dataSource: "octane", name: "bob" }] }]);
    });

    it("refuses to take a name from its person, with the reason, when merging", async () => {
      await clear();
      await store.userMaps.write(pagesOf([person("Ann", ["jira", "a"])]), { mode: "merge" });
      expect(await store.userMaps.write(pagesOf([person("Eve", ["jira", "a"], ["jira", "e"])]), { mode: "merge" })).toEqual({ ...nothing, added: 1, refused: 1, refusals: [{ person: "Eve", dataSource: "jira", name: "a", reason: "it belongs to Ann" }] });
      expect(await store.userMaps.lookup("jira", "jira", ["a"])).toEqual(new Map([["a", [{ name: "a" }]]]));
    });

    it("tells which names are read only, whichever name is asked for, and by merging makes none written again", async () => {
      await clear();
      const [ann, free] = [person("Ann", ["jira", "acc-1"], ["jira", "acc-2", "read only"], ["jira", "acc-3", "read only"], ["octane", "ann@x", "read only"]), person("Ann", ["jira", "acc-1"], ["jira", "acc-2"])];
      expect(await store.userMaps.write(pagesOf([free], [ann]), { mode: "merge" })).toEqual({ ...nothing, added: 4 });
      // Within one writing the word that it is written counts.
      expect(await store.userMaps.lookup("octane", "jira", ["ann@x"])).toEqual(new Map([["ann@x", [{ name: "acc-1" }, { name: "acc-2" }, { name: "acc-3", readOnly: true }]]]));
      expect(await store.userMaps.write(pagesOf([ann]), { mode: "merge" })).toEqual({ ...nothing, changed: 1, kept: 3 });
      expect(await store.userMaps.write(pagesOf([ann]), { mode: "replace" })).toEqual({ ...nothing, kept: 4 });
      expect(await store.userMaps.write(pagesOf([free]), { mode: "merge" })).toEqual({ ...nothing, kept: 2 });
      expect(await collect(store.userMaps.scan())).toEqual([ann]);
      expect(await store.userMaps.lookup("jira", "octane", ["acc-1", "acc-3"])).toEqual(new Map(["acc-1", "acc-3"].map((name) => [name, [{ name: "ann@x", readOnly: true }]])));
      expect(await store.userMaps.write(pagesOf([free]), { mode: "replace" })).toEqual({ ...nothing, changed: 1, kept: 1, removed: 2 });
      expect(await collect(store.userMaps.scan())).toEqual([free]);
      expect(await store.userMaps.write(pagesOf([ann, person("Eve", ["jira", "acc-2"])]), { mode: "merge" })).toMatchObject({ added: 2, changed: 0, kept: 2, refused: 1 });
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

    const bring = (mode: "merge" | "replace", write: boolean, ...maps: readonly UserMapChange[]) => store.userMaps.bring(pagesOf(maps), { mode, write });
    const tally = { added: 0, changed: 0, kept: 0, removed: 0, refused: 0 };
    const [gary, both] = [person("Gary", ["jira", "gbear"]), person("Gary", ["jira", "gbear"], ["octane", "g@x"])];
    const amy = person("Amy", ["jira", "amy"]);
    const [shy, half] = [person("Gary", ["jira", "gbear", "read only"]), person("Gary", ["jira", "gbear", "read only"], ["octane", "g@x"])];

    it.each([
      ["a new person is added", [], [gary], "merge", { added: 1 }, [{ kind: "added", map: gary }], [gary]],
      ["a new person is added beside others", [amy], [gary], "merge", { added: 1, kept: 1 }, [{ kind: "added", map: gary }], [amy, gary]],
      ["the same again changes nothing", [amy, gary], [gary], "merge", { kept: 2 }, [], [amy, gary]],
      ["the same again replaces nothing", [amy, both], [both, amy], "replace", { kept: 2 }, [], [amy, both]],
      ["names are merged", [gary], [person("Gary", ["octane", "g@x"])], "merge", { changed: 1 }, [{ kind: "changed", map: both, before: gary }], [both]],
      ["names are replaced", [both], [gary], "replace", { changed: 1 }, [{ kind: "changed", map: gary, before: both }], [gary]],
      ["merging takes nothing away", [both], [gary], "merge", { kept: 1 }, [], [both]],
      ["replacing removes who is not in the file", [amy, gary], [gary], "replace", { kept: 1, removed: 1 }, [{ kind: "removed", map: amy }], [gary]],
      ["a name of another is refused with all of its person, and both stay", [gary], [person("Bob", ["jira", "gbear"], ["octane", "bob"])], "merge", { kept: 1, refused: 1 }, [{ kind: "refused", reason: '"gbear" in jira belongs to "Gary"' }], [gary]],
      ["replacing may give a name to another", [gary], [person("Bob", ["jira", "gbear"])], "replace", { added: 1, removed: 1 }, [{ kind: "added" }, { kind: "removed", map: gary }], [person("Bob", ["jira", "gbear"])]],
      ["a new person may be read only", [amy], [shy], "merge", { added: 1, kept: 1 }, [{ kind: "added", map: shy }], [amy, shy]],
      ["the same again, read only, changes nothing", [amy, half], [half], "merge", { kept: 2 }, [], [amy, half]],
      ["the same again, read only, replaces nothing", [amy, half], [half, amy], "replace", { kept: 2 }, [], [amy, half]],
      ["that a name is read only changes its person", [amy, both], [half], "merge", { changed: 1, kept: 1 }, [{ kind: "changed", map: half, before: both }], [amy, half]],
      ["a name that is read only and one that is new", [gary], [half], "merge", { changed: 1 }, [{ kind: "changed", map: half, before: gary }], [half]],
      ["merging makes no name written again", [half], [both], "merge", { kept: 1 }, [], [half]],
      ["merging adds a name beside one that stays read only", [shy], [both], "merge", { changed: 1 }, [{ kind: "changed", map: half, before: shy }], [half]],
      ["replacing makes a name written again", [amy, half], [amy, both], "replace", { changed: 1, kept: 1 }, [{ kind: "changed", map: both, before: half }], [amy, both]],
      ["replacing makes a name read only", [amy, both], [amy, half], "replace", { changed: 1, kept: 1 }, [{ kind: "changed", map: half, before: both }], [amy, half]],
      ["nobody who is refused becomes read only", [amy, both], [person("Gary", ["jira", "gbear", "read only"], ["jira", "amy"])], "merge", { kept: 2, refused: 1 }, [{ kind: "refused", reason: '"amy" in jira belongs to "Amy"' }], [amy, both]],
      ["a name goes to another as read only", [gary], [person("Bob", ["jira", "gbear", "read only"])], "replace", { added: 1, removed: 1 }, [{ kind: "added" }, { kind: "removed", map: gary }], [person("Bob", ["jira", "gbear", "read only"])]],
      ["two people may exchange their names", [amy, gary], [person("Amy", ["jira", "gbear"]), person("Gary", ["jira", "amy"])], "replace", { changed: 2 }, [{ kind: "changed" }, { kind: "changed" }], [person("Amy", ["jira", "gbear"]), person("Gary", ["jira", "amy"])]],
    ] as const)("person by person: %s", async (_, existing, wanted, mode, counts, shown, after) => {
      await clear();
      await store.userMaps.write(pagesOf(existing), { mode: "merge" });
      for (const write of [false, true]) expect(await bring(mode, write, ...wanted)).toMatchObject({ counts: { ...tally, ...counts }, shown: shown as unknown as object[] });
      expect(await collect(store.userMaps.scan())).toEqual(after);
      expect((await bring(mode, true, ...wanted)).counts).toMatchObject({ added: 0, changed: 0, removed: 0 });
    });

    it("tells how many names stay read only, and remembers no file that has them written", async () => {
      await clear();
      const file = async (digest: string, mode: "merge" | "replace", map: UserMapChange) => (await store.userMaps.bring(pagesOf([map]), { mode, write: true, source: () => ({ digest, nameless: 0 }) })).stillReadOnly;
      const known = async (): Promise<readonly string[]> => (await store.userMaps.files()).map((each) => each.digest);
      expect([await file("half", "merge", half), await file("both", "merge", both), await known()]).toEqual([undefined, 1, ["half"]]);
      expect([await file("both", "replace", both), await known()]).toEqual([undefined, ["both"]]);
      expect([await file("half", "merge", half), await known()]).toEqual([undefined, ["half"]]);
    });

    it("brings hostile names as they are and tells who holds them", async () => {
      await clear();
      const fit = HOSTILE.filter((text) => text.trim() !== "" && text.length < 1000 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text));
      const maps = fit.map((text) => person(text, ["jira", text], ["octane", text]));
      expect((await bring("merge", true, ...maps)).counts).toEqual({ ...tally, added: fit.length });
      expect((await bring("replace", true, ...maps)).counts).toEqual({ ...tally, kept: fit.length });
      expect(await store.userMaps.holders([...fit, "nobody"].map((name) => ({ dataSource: "octane", name })))).toEqual([...fit, undefined]);
    });

    it("takes lines of names as they are, beside maps, into an empty store and into another", async () => {
      const packed: UserMapPage = { people: 2, names: 3, lines: new TextEncoder().encode("Ann 👩\tjira\tänn\toctane\tann@x\tf\nBob\tjira\tbob\t\\N\t\\N\tt\n") };
      const page = async function* (): AsyncGenerator<UserMapPage> {
        yield packed;
        yield [person("Tab\t\\\n", ["jira", "\\N"])];
      };
      const after = [person("Ann 👩", ["jira", "änn"], ["octane", "ann@x"]), person("Bob", ["jira", "bob", "read only"]), person("Tab\t\\\n", ["jira", "\\N"])];
      for (const before of [[], [amy]]) {
        await clear();
        await store.userMaps.write(pagesOf(before), { mode: "merge" });
        expect((await store.userMaps.bring(page(), { mode: "merge", write: true })).counts).toEqual({ ...tally, added: 3, kept: before.length });
        expect(await collect(store.userMaps.scan())).toEqual([...before, ...after]);
        expect(await store.userMaps.countNames()).toBe(4 + before.length);
      }
    });

    it("remembers a file as long as nobody loses a name", async () => {
      const file = (digest: string, mode: "merge" | "replace", ...maps: readonly UserMapChange[]) => store.userMaps.bring(pagesOf(maps), { mode, write: true, source: () => ({ digest, nameless: 1 }) });
      const known = async (): Promise<readonly string[]> => (await store.userMaps.files()).map((each) => each.digest).toSorted();
      await clear();
      await file("one", "merge", both);
      expect(await store.userMaps.files()).toEqual([{ digest: "one", people: 1, nameless: 1, names: 2, allPeople: 1, allNames: 2 }]);
      await store.userMaps.bring(pagesOf([amy]), { mode: "merge", write: false, source: () => ({ digest: "dry", nameless: 0 }) });
      await file("two", "merge", amy);
      expect(await store.userMaps.files()).toContainEqual({ digest: "two", people: 1, nameless: 1, names: 1, allPeople: 2, allNames: 3 });
      await file("refused", "merge", person("Eve", ["jira", "amy"]));
      expect(await known()).toEqual(["one", "two"]);
      await file("moved", "replace", person("Gary", ["jira", "gbear"], ["jira", "amy"]));
      expect(await known()).toEqual(["moved"]);
      await clear();
      expect(await known()).toEqual([]);
    });

    it("forgets the oldest of many files", async () => {
      await clear();
      for (let n = 0; n < 22; n++) await store.userMaps.bring(pagesOf([amy]), { mode: "merge", write: true, source: () => ({ digest: `d${n}`, nameless: 0 }) });
      const known = (await store.userMaps.files()).map((each) => each.digest);
      expect([known.length, known[0], known.includes("d1")]).toEqual([20, "d21", false]);
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
};
