// What each real connector makes of an index that is behind: what it shows of an item that was just made, changed or commented.
// The partner of the engine's part is an imagined master.

import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import type { AttachmentDoor, CommentDoor, Connector } from "../../../lib/connectors/connector.ts";
import { TandemError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { syncIteration } from "../../../lib/run/syncIteration.ts";
import { type Bench, openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

/** Below what every connector takes for possible. */
const LAG_SECONDS = 8;
/** Above what any of them takes for possible, by the smallest step of a subject's clock. */
const LONG = 80;

type Door = "comments" | "attachments";

/** The connector of a process that dies right after the first comment, or the first file, that it adds. */
const dying = (connector: Connector, which: Door): Connector => {
  const door = connector[which] as CommentDoor | AttachmentDoor;
  const add = async (...words: readonly unknown[]): Promise<never> => {
    await (door.add as (...words: readonly unknown[]) => Promise<unknown>)(...words);
    throw new Error("killed");
  };
  return new Proxy(connector, {
    get: (target, name) => {
      if (name === which) return new Proxy(door, { get: (own, word) => (word === "add" ? add : Reflect.get(own, word, own)) });
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
};

/** That of a process that dies right after an update of its own was carried out. */
const dyingAfterUpdate = (connector: Connector): Connector =>
  new Proxy(connector, {
    get: (target, name) => {
      if (name === "update")
        return async (...words: Parameters<Connector["update"]>): Promise<never> => {
          await target.update(...words);
          throw new Error("killed");
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

export const lagContract = (tools: Tools): void => {
  const { place, named, typeOf } = subjectOf(tools);

  const lagging = async (work: () => Promise<void>): Promise<void> => {
    const { setSearchLag } = tools.subject();
    if (setSearchLag === undefined) return;
    setSearchLag(LAG_SECONDS);
    try {
      await work();
    } finally {
      setSearchLag(0);
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
    }
  };

  it("leaves nothing out by id that an index does not show yet, and shows it as it is where that is asked for", () =>
    lagging(async () => {
      const made = await tools.create([tools.draft("hidden one"), tools.draft("hidden two")]);
      const ids = made.map(({ id }) => id);
      expect((await tools.connector().get({ ...place(), ids, fields: [] })).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const [first = ""] = ids;
      await tools.subject().personEdit(first, { [named()]: "renamed a moment ago" });
      const fresh = await tools.connector().get({ ...place(), ids: [...ids, "987654321"], fields: [named()], fresh: true });
      expect(fresh.map(({ id, name }) => [id, name]).find(([id]) => id === first)).toEqual([first, "renamed a moment ago"]);
      expect(fresh).toHaveLength(2);
      expect(await tools.connector().elsewhere?.({ ...place(), ids }) ?? new Set()).not.toContain("987654321");
    }));

  it("tells what an update replaced of somebody else's whose end nobody recorded, and nothing of one that was not carried out", async () => {
    const [made] = await tools.create([tools.draft("read before")]);
    const [before] = await tools.connector().get({ ...place(), ids: [made?.id ?? ""], fields: [named()] });
    if (before === undefined) throw new Error("what was made is not there");
    await tools.subject().tick();
    await tools.subject().personEdit(before.id, { [named()]: "theirs" });
    const interrupted = { id: before.id, at: before.changedAt, before: { [named()]: before.fields[named()] ?? null }, after: { [named()]: "ours" } };
    const told = async () => (await tools.connector().replaced?.({ ...place(), updates: [interrupted] }))?.get(before.id) ?? [];
    expect(await told()).toEqual([]);
    await tools.subject().tick();
    const [result] = await tools.connector().update(place().type, place().project, [{ id: before.id, fields: interrupted.after, before }]);
    await tools.subject().tick();
    await tools.subject().personEdit(before.id, { [named()]: "theirs again" });
    if (result?.ok === false) expect([result.kind, await told()]).toEqual(["changed", []]);
    else expect(await told()).toMatchObject([{ field: named(), value: "theirs" }]);
  });

  it("keeps in the record an edit that it did not see and wrote over, though it died right then", () =>
    lagging(async () => {
      const bench = await openBench(tools);
      bench.define([typeOf({})]);
      // One alone may be read at its own address.
      const [item, other] = [await bench.make("story", { name: `${bench.tag} one` }), await bench.make("story", { name: `${bench.tag} two` })];
      await bench.run();
      const id = await bench.partner(item);
      await settled(bench);
      const theirs = `${bench.tag} theirs`;
      await tools.subject().personEdit(id, { [named()]: theirs });
      await bench.edit(item, { name: `${bench.tag} ours` });
      await bench.edit(other, { name: `${bench.tag} another` });
      // Right now: a subject's clock may step further than its index is behind.
      const context = await bench.context();
      const died = syncIteration({ ...context, connectors: { ...context.connectors, target: dyingAfterUpdate(tools.connector()) } }, {});
      await expect(died).rejects.toMatchObject({ message: "killed" });
      await bench.attempt();
      await settled(bench);
      const kept = bench.store.outcomeRows.flatMap((row) => Object.values(row.before ?? {}));
      expect([(await bench.read(id, [])).name, ...kept]).toContain(theirs);
      await bench.quiet();
    }));

  it("shows the comments of the version that an item is known to have, and loses none of them to one of ours", () =>
    lagging(async () => {
      const { comments } = tools.connector();
      const { comment } = tools.subject().more ?? {};
      if (comments === undefined || comment === undefined) return;
      const ids = (await tools.create([tools.draft("talked about"), tools.draft("another")])).map(({ id }) => id);
      const [id = ""] = ids;
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
      await comment(id, "said in the dark");
      const said = async (known: ReadonlyMap<string, string>): Promise<string> => ((await comments.read({ ...place(), ids, known })).get(id) ?? []).map(({ text }) => plainText(text)).join();
      const [now] = await tools.connector().get({ ...place(), ids: [id], fields: [named()], fresh: true });
      // Comments that are no part of their item tell of themselves (changedSince).
      if (comments.changedSince === undefined) expect(await said(new Map([[id, now?.version ?? ""]]))).toContain("said in the dark");
      await comments.add(place().type, place().project, id, "<p>said by us</p>").catch((error: unknown) => expect(error).toBeInstanceOf(TandemError));
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
      expect(await said(new Map())).toMatch(/(?=.*said in the dark)(?=.*said by us)/s);
    }));

  it("takes nothing for deleted that it has just made", () =>
    lagging(async () => {
      // A side that shows nothing at all is refused before anything is judged.
      await tools.create([tools.draft("made long ago")]);
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
      const bench = await openBench(tools);
      bench.define([typeOf({ deletion: "delete" })]);
      const items = [await bench.make("story", { name: `${bench.tag} one` }), await bench.make("story", { name: `${bench.tag} two` })];
      await bench.run();
      const ids = await Promise.all(items.map((item) => bench.partner(item)));
      await bench.run({ sweep: true });
      expect(items.map(({ deleted }) => deleted)).toEqual([false, false]);
      expect(await Promise.all(items.map((item) => bench.partner(item)))).toEqual(ids);
    }));

  it.each<Door>(["comments", "attachments"])("writes %s once whose writer died before they were shown", (which) =>
    lagging(async () => {
      const { comments, attachments } = tools.connector();
      if (tools.connector()[which] === undefined) return;
      const bench = await openBench(tools);
      bench.define([typeOf({ [which]: "biDirectional" })]);
      const item = await bench.make("story", { name: `${bench.tag} talk` });
      await bench.run();
      const id = await bench.partner(item);
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
      if (which === "comments") item.comments.push({ id: "k1", author: { person: "anna", name: "Anna" }, createdAt: item.changedAt, changedAt: item.changedAt, text: "<p>once.txt</p>", restricted: false });
      else item.attachments.push({ id: "f1", name: "once.txt", size: 3, contentType: "text/plain", createdAt: item.changedAt, content: Buffer.from("one") });
      await bench.edit(item, { note: "changed" });
      // Where the answer does not name a comment, it is looked for and not found yet: then the writer lives, and does not know.
      await bench.attempt({}, dying(tools.connector(), which)).catch((error: unknown) => expect(error).toMatchObject({ message: "killed" }));
      await bench.attempt();
      await settled(bench);
      const said = ((await comments?.read({ ...place(), ids: [id] }))?.get(id) ?? []).map(({ text }) => plainText(text));
      const files = ((await attachments?.list({ ...place(), ids: [id] }))?.get(id) ?? []).map(({ name }) => name);
      expect([...said, ...files].filter((text) => text.includes("once"))).toHaveLength(1);
      await bench.quiet();
    }));

  it("carries an edit over to a copy that was not shown yet when it was made", () =>
    lagging(async () => {
      const { comments } = tools.connector();
      if (comments === undefined) return;
      const bench = await openBench(tools);
      bench.define([typeOf({ comments: "biDirectional" })]);
      const item = await bench.make("story", { name: `${bench.tag} talk` });
      await bench.run();
      const id = await bench.partner(item);
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
      const said = { id: "k1", author: { person: "anna", name: "Anna" }, createdAt: item.changedAt, restricted: false };
      item.comments.push({ ...said, changedAt: item.changedAt, text: "<p>said badly</p>" });
      await bench.edit(item, { note: "said" });
      await bench.attempt();
      await bench.edit(item, { note: "put otherwise" });
      item.comments.splice(0, 1, { ...said, changedAt: item.changedAt, text: "<p>said well</p>" });
      await bench.attempt();
      await settled(bench);
      const there = ((await comments.read({ ...place(), ids: [id] })).get(id) ?? []).map(({ text }) => plainText(text));
      expect(there.filter((text) => text.includes("said well"))).toHaveLength(1);
      await bench.quiet();
    }));

  /** Iterations go on while the time passes in which a copy may be hidden. */
  const settled = async (bench: Bench): Promise<void> => {
    for (let n = 0; n < LONG; n++) {
      if (n % 10 === 0) await bench.attempt();
      await tools.subject().tick();
    }
    await bench.run();
  };
};
