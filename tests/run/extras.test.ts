import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { RemoteError } from "../../lib/core/errors.ts";
import { plainText } from "../../lib/core/text/normal.ts";
import { clearWatermarks } from "../../lib/run/clearWatermarks.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const textOf = (name: string, more: string): string => CONNECTION.replace("name: demo", `name: ${name}`).replace("target: beta\n", `target: beta\n${more}`);

const worlds = (more = "comments: biDirectional\nattachments: biDirectional\n"): Worlds => createWorlds(hand.store, { connection: textOf(freshName(), more) });

let serial = 0;
const comment = (w: Worlds, side: "master" | "target", item: MemoryItem, text: string, more: { readonly author?: string; readonly restricted?: boolean } = {}): string => {
  w.time.ms += 1000;
  const at = w[side].now();
  const id = `h${++serial}`;
  item.comments.push({ id, author: { person: more.author ?? "anna", name: "Anna Berg" }, createdAt: at, changedAt: at, text, restricted: more.restricted ?? false });
  item.revision++;
  item.changedAt = at;
  return id;
};

const attach = (w: Worlds, side: "master" | "target", item: MemoryItem, name: string, content: string, author = "anna"): void => {
  w.time.ms += 1000;
  const bytes = new TextEncoder().encode(content);
  item.attachments.push({ id: `f${++serial}`, name, size: bytes.length, contentType: "text/plain", author: { person: author }, createdAt: w[side].now(), content: bytes });
  item.revision++;
  item.changedAt = w[side].now();
};

const pair = async (w: Worlds): Promise<{ story: MemoryItem; copy: MemoryItem }> => {
  const story = make(w, "master", "story", { name: "A" });
  await w.iterate();
  const [copy] = itemsOf(w.target, "Story");
  if (copy === undefined) throw new Error("nothing was made");
  return { story, copy };
};

const texts = (item: MemoryItem): string[] => item.comments.map((entry) => plainText(entry.text).replace(/\s+/g, " "));

const again = async (w: Worlds): Promise<void> => {
  for (let n = 0; n < 2; n++) {
    w.time.ms += 60_000;
    const result = await w.iterate();
    expect([total(result, "comments"), total(result, "attachments"), total(result, "updated"), total(result, "failed")]).toEqual([0, 0, 0, 0]);
  }
};

describe("comments", () => {
  it("and files stay where they are while the item they came from cannot be read: hidden is not deleted", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    comment(w, "master", story, "<p>kept</p>");
    attach(w, "master", story, "kept.txt", "kept");
    await w.iterate();
    expect([copy.comments.length, copy.attachments.length]).toEqual([1, 1]);
    story.project = "elsewhere";
    w.time.ms += 60_000;
    w.target.update("u1", copy, { estimate: 3 });
    await w.iterate();
    expect([copy.comments.length, copy.attachments.length]).toEqual([1, 1]);
    // Back again, what was really deleted goes.
    story.project = "P";
    story.comments.splice(0);
    story.attachments.splice(0);
    w.time.ms += 3_600_000;
    w.master.update("anna", story, { points: 5 });
    await w.iterate();
    expect([copy.comments.length, copy.attachments.length]).toEqual([0, 0]);
  });

  it("cross over both ways with author, time and place in their head, once", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    comment(w, "master", story, "<p>before the pair</p>");
    await w.iterate();
    const copy = itemsOf(w.target, "Story")[0] as MemoryItem;
    expect(texts(copy)).toEqual(["Anna Berg, 2026-03-02 08:00 UTC, alpha: before the pair"]);
    comment(w, "target", copy, "<p>an answer</p>", { author: "u1" });
    await w.iterate();
    expect(texts(story)).toEqual(["before the pair", "Anna Berg, 2026-03-02 08:00 UTC, beta: an answer"]);
    await again(w);
    expect([texts(story).length, texts(copy).length]).toEqual([2, 2]);
  });

  it("come although their item was not changed by them and the page that overlaps still shows it", async () => {
    const w = worlds("comments: biDirectional\n");
    const { story, copy } = await pair(w);
    await w.iterate();
    // Octane and ServiceNow: the item's own time stands still, the collection of comments tells.
    story.comments.push({ id: "quiet", author: { person: "anna", name: "Anna Berg" }, createdAt: w.master.now(), changedAt: w.master.now(), text: "<p>quiet</p>", restricted: false });
    const context = w.context(hand.store, { capabilities: { master: { overlapSeconds: 120 } } });
    Object.assign(context.connectors.master.comments ?? {}, { changedSince: async () => [{ item: story.id, id: "quiet", text: "<p>quiet</p>" }] });
    const result = await syncIteration(context, {});
    expect([total(result, "comments"), copy.comments.length]).toEqual([1, 1]);
  });

  it.each<[string, (w: Worlds) => unknown]>([
    ["a mapping changed since", (w) => w.define(textOf(w.connection().name, "comments: biDirectional\n").replace("{ master: points, target: estimate }", "{ master: points, target: estimate, conflict: target }"))],
    ["the watermarks were cleared", (w) => clearWatermarks({ store: hand.store }, w.connection().name, {})],
  ])("come although their item was not changed by them and %s", async (_, happens) => {
    const w = worlds("comments: biDirectional\n");
    const { story, copy } = await pair(w);
    await w.iterate();
    w.time.ms += 3_600_000;
    await w.iterate();
    w.time.ms += 3_600_000;
    story.comments.push({ id: "quiet", author: { person: "anna", name: "Anna Berg" }, createdAt: w.master.now(), changedAt: w.master.now(), text: "<p>quiet</p>", restricted: false });
    await happens(w);
    const context = w.context(hand.store);
    Object.assign(context.connectors.master.comments ?? {}, { changedSince: async ({ since }: { readonly since: string }) => (since <= w.master.now() ? [{ item: story.id, id: "quiet" }] : []) });
    const result = await syncIteration(context, {});
    expect([total(result, "comments"), copy.comments.length]).toEqual([1, 1]);
  });

  it("are found again where they were edited, or cut, before anybody had recorded them", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    const id = comment(w, "master", story, "<p>one</p>");
    comment(w, "master", story, "<p>other</p>", { author: "bo" });
    const killed = w.context(hand.store, { hooks: { target: { after: (call) => { if (call.startsWith("comments.add")) throw new Error("killed"); } } } });
    await syncIteration(killed, {}).catch(() => undefined);
    expect(copy.comments.length).toBeGreaterThan(0);
    const position = story.comments.findIndex((one) => one.id === id);
    story.comments[position] = { ...(story.comments[position] as (typeof story.comments)[number]), text: "<p>one, edited</p>", changedAt: w.master.now() };
    w.time.ms += 3_600_000;
    w.master.update("anna", story, { points: 5 });
    await w.iterate();
    expect(texts(copy).filter((text) => /one/.test(text))).toEqual(["Anna Berg, 2026-03-02 08:00 UTC, alpha: one, edited"]);
    await again(w);
  });

  it("that only some people may see by now take no edit over", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    const id = comment(w, "master", story, "<p>open</p>");
    await w.iterate();
    const position = story.comments.findIndex((one) => one.id === id);
    story.comments[position] = { ...(story.comments[position] as (typeof story.comments)[number]), text: "<p>secret</p>", restricted: true };
    w.time.ms += 60_000;
    w.master.update("anna", story, { points: 5 });
    await w.iterate();
    expect(texts(copy)).toEqual([expect.stringContaining("open")]);
    await again(w);
  });

  it("follow edits and deletions of their original", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    const id = comment(w, "master", story, "<p>one</p>");
    comment(w, "master", story, "<p>two</p>");
    await w.iterate();
    const index = story.comments.findIndex((entry) => entry.id === id);
    story.comments[index] = { ...(story.comments[index] as MemoryItem["comments"][number]), text: "<p>one, edited</p>" };
    story.comments.pop();
    w.master.update("anna", story, {});
    w.time.ms += 1000;
    await w.iterate();
    expect(texts(copy)).toEqual(["Anna Berg, 2026-03-02 08:00 UTC, alpha: one, edited"]);
    await again(w);
  });

  it("stay where they are when restricted, unless told", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    comment(w, "master", story, "<p>secret</p>", { restricted: true });
    await w.iterate();
    expect(copy.comments).toEqual([]);
    const told = worlds("comments: { direction: biDirectional, restricted: true }\n");
    const other = await pair(told);
    comment(told, "master", other.story, "<p>secret</p>", { restricted: true });
    await told.iterate();
    expect(texts(other.copy)).toHaveLength(1);
  });

  it.each([0, 1])("are adopted, not written twice, when the run died between writing and recording, and %i were known before", async (known) => {
    const w = worlds();
    const { story, copy } = await pair(w);
    if (known > 0) comment(w, "master", story, "<p>before</p>");
    await w.iterate();
    w.time.ms += 60_000;
    comment(w, "master", story, "<p>once</p>");
    comment(w, "master", story, "<p>once</p>");
    let killed = 0;
    const dying = w.iterate({}, { hooks: { target: { after: (call) => { if (call === "comments.add" && killed++ === 0) throw new Error("killed"); } } } });
    await expect(dying).rejects.toThrow("killed");
    await w.iterate();
    expect(texts(copy)).toHaveLength(2 + known);
    await again(w);
    expect(texts(copy)).toHaveLength(2 + known);
  });

  it("come with a pair that was adopted after a lost reply", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    comment(w, "master", story, "<p>kept</p>");
    let lost = 0;
    const { LostReply } = await import("../../lib/connectors/memory.ts");
    await w.iterate({}, { hooks: { target: { after: (call) => { if (call === "create" && lost++ === 0) throw new LostReply(); } } } });
    expect(itemsOf(w.target, "Story").map(texts)).toEqual([["Anna Berg, 2026-03-02 08:00 UTC, alpha: kept"]]);
  });

  it("of pairs that exist already come when comments are turned on later", async () => {
    const w = worlds("");
    const { story } = await pair(w);
    comment(w, "master", story, "<p>old</p>");
    await w.iterate();
    w.time.ms += 600_000;
    await w.iterate();
    const on = createWorlds(hand.store, { over: w, connection: CONNECTION.replace("name: demo", `name: ${w.connection().name}`).replace("target: beta\n", "target: beta\ncomments: fromMaster\n") });
    w.time.ms += 600_000;
    await on.iterate();
    expect(texts(itemsOf(w.target, "Story")[0] as MemoryItem)).toHaveLength(1);
  });
});

describe("attachments", () => {
  it("cross over both ways, once, byte for byte, the same name twice too", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    attach(w, "master", story, "plan.txt", "one");
    attach(w, "master", story, "plan.txt", "two!");
    attach(w, "target", copy, "Ünï?.txt", "three", "u1");
    await w.iterate();
    expect(copy.attachments.map((file) => [file.name, new TextDecoder().decode(file.content)])).toEqual([["Ünï?.txt", "three"], ["plan.txt", "one"], ["plan (2).txt", "two!"]]);
    expect(story.attachments.map((file) => file.name)).toEqual(["plan.txt", "plan.txt", "Ünï_.txt"]);
    await again(w);
    expect([story.attachments.length, copy.attachments.length]).toEqual([3, 3]);
  });

  it("are not uploaded where a person put the same file already, nor after a lost recording", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    attach(w, "master", story, "same.txt", "equal");
    attach(w, "target", copy, "same.txt", "equal", "u1");
    attach(w, "master", story, "lost.txt", "lost");
    let killed = 0;
    await expect(w.iterate({}, { hooks: { target: { after: (call) => { if (call === "attachments.add" && killed++ === 0) throw new Error("killed"); } } } })).rejects.toThrow("killed");
    await w.iterate();
    expect(copy.attachments.map((file) => file.name)).toEqual(["same.txt", "lost.txt"]);
    expect(story.attachments.map((file) => file.name)).toEqual(["same.txt", "lost.txt"]);
    await again(w);
  });

  it("above the limit stay where they are, with a reason", async () => {
    const w = worlds("attachments: { direction: biDirectional, maxMegabytes: 0.00001 }\n");
    const { story, copy } = await pair(w);
    attach(w, "master", story, "big.bin", "x".repeat(100));
    const result = await w.iterate();
    expect(copy.attachments).toEqual([]);
    const seen = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) seen.push(...page);
    expect(seen.find((entry) => entry.action === "skip")?.reason).toContain("more than the limit");
  });

  it("whose content goes on behind what was announced are broken off at the limit, and nothing of them stays", async () => {
    const w = worlds("attachments: { direction: biDirectional, maxMegabytes: 0.001 }\n");
    const { story, copy } = await pair(w);
    attach(w, "master", story, "endless.bin", "x");
    attach(w, "master", story, "good.txt", "good");
    let read = 0;
    const content = story.attachments.find((file) => file.name === "endless.bin");
    // One byte, as announced; then more of it each time somebody looks.
    Object.defineProperty(content, "content", { get: () => { read++; return Buffer.alloc(5_000); } });
    const result = await w.iterate();
    expect([result.status, copy.attachments.map((file) => file.name), read > 0]).toEqual(["partly", ["good.txt"], true]);
    const sets = await hand.store.syncSets.list(w.connection().name);
    expect((await Promise.all(sets.map((set) => hand.store.quarantine.list(set.id)))).flat().map(({ reason }) => reason).join()).toContain("more than the 1048 bytes");
  });

  it("and comments behind one that is refused are carried all the same, and what nobody answers keeps the others for later", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    for (const name of ["huge.bin", "one.txt", "virus.exe", "two.txt"]) attach(w, "master", story, name, name);
    for (const text of ["<p>bad</p>", "<p>good</p>"]) comment(w, "master", story, text);
    const sent = { "attachments.add": 0, "comments.add": 0 };
    const refuse = (call: string): void => {
      if (call !== "attachments.add" && call !== "comments.add") return;
      const nth = ++sent[call];
      if (call === "comments.add" ? nth === 1 : nth % 2 === 1) throw new RemoteError(`${call} ${nth} is not allowed`);
    };
    const first = await w.iterate({}, { hooks: { target: { before: refuse } } });
    expect([copy.attachments.map(({ name }) => name), texts(copy).map((text) => text.slice(-4)), total(first, "failed")]).toEqual([["one.txt", "two.txt"], ["good"], 2]);
    const sets = await hand.store.syncSets.list(w.connection().name);
    expect((await Promise.all(sets.map((set) => hand.store.quarantine.list(set.id)))).flat().map(({ reason }) => reason).join()).toContain("attachments.add 1 is not allowed; attachments.add 3 is not allowed");
    w.time.ms += 600_000;
    let asked = 0;
    await w.iterate({}, { hooks: { target: { before: (call: string) => { if (call === "attachments.add" && ++asked > 0) throw new RemoteError("no whole answer within the time limit", undefined, { cause: new Error("timeout") }); } } } });
    expect([asked, texts(copy).length]).toEqual([1, 2]);
    w.time.ms += 6_000_000;
    await w.iterate();
    expect(copy.attachments.map(({ name }) => name).toSorted()).toEqual(["huge.bin", "one.txt", "two.txt", "virus.exe"]);
  });

  it("that are refused are not sent again at every look, but when their time has come or their item changes", async () => {
    const w = createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", "target: beta\ncomments: biDirectional\nattachments: biDirectional\n").replace(/ {4}set:[^]*$/, "") });
    const { story, copy } = await pair(w);
    attach(w, "master", story, "virus.exe", "MZ");
    let sent = 0;
    const how = { capabilities: { master: { overlapSeconds: 600 }, target: { overlapSeconds: 600 } }, hooks: { target: { before: (call: string) => { if (call !== "attachments.add" || ++sent > 2) return; throw new RemoteError("this kind of file is not allowed"); } } } } as const;
    await w.iterate({}, how);
    w.time.ms += 10_000;
    await w.iterate({}, how);
    expect(sent).toBe(1);
    w.time.ms += 60_000;
    await w.iterate({}, how);
    expect(sent).toBe(2);
    comment(w, "master", story, "<p>try again</p>");
    await w.iterate({}, how);
    expect([sent, copy.attachments.length, copy.comments.length]).toEqual([3, 1, 1]);
  });

  it("whose original was deleted are deleted too", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    attach(w, "master", story, "a.txt", "a");
    await w.iterate();
    story.attachments.pop();
    w.master.update("anna", story, {});
    w.time.ms += 1000;
    await w.iterate();
    expect(copy.attachments).toEqual([]);
  });
});
