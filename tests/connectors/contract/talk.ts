// What becomes of comments and files after they were carried over, on each real connector: edits and removals of originals on
// either side, restricted ones where they may go, mentions, sizes, names. The partner is an imagined master.

import { Buffer } from "node:buffer";
import { text as wholeText } from "node:stream/consumers";
import { expect, it, vi } from "vitest";
import type { Comment } from "../../../lib/connectors/connector.ts";
import { Replayable } from "../../../lib/connectors/upload.ts";
import { TandemError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";
import { opened, serve } from "../http/servers.ts";

const flat = (text: unknown): string => plainText(String(text)).replaceAll(/\s+/g, " ");

export const talkContract = (tools: Tools): void => {
  const { place, typeOf } = subjectOf(tools);

  it("lets copies of comments follow their originals, corrected or taken back on either side, and restricted ones go where they are let", async () => {
    const { comment, editComment, removeComment, restrictedComment, cannot } = tools.subject().more ?? {};
    const { comments } = tools.connector();
    if (comments === undefined || comment === undefined) return;
    const bench = await openBench(tools);
    bench.define([typeOf({ comments: "biDirectional" })]);
    const item = await bench.make("story", { name: `${bench.tag} talk` });
    const say = (id: string, text: string): number => item.comments.push({ id, author: { person: "anna", name: "Anna" }, createdAt: item.changedAt, changedAt: item.changedAt, text: `<p>${text}</p>`, restricted: false });
    say("k1", 'ask <span data-person="anna">@Anna</span> what stays');
    say("k2", "is taken back");
    await bench.run();
    const id = await bench.partner(item);
    const all = async (): Promise<readonly Comment[]> => (await comments.read({ ...place(), ids: [id] })).get(id) ?? [];
    const there = async (): Promise<string> => (await all()).map(({ text }) => flat(text)).join(" | ");
    const here = (): string => item.comments.map(({ text }) => flat(text)).join(" | ");
    expect(await there()).toMatch(/(?=.*ask @?\[?~?\S.* what stays)(?=.*is taken back)/);
    await tools.subject().tick();
    await comment(id, "said over there");
    await restrictedComment?.(id, "between us");
    await tools.subject().tick();
    await bench.run();
    expect(here()).toContain("said over there");
    item.comments.splice(item.comments.findIndex((one) => one.id === "k2"), 1);
    await bench.edit(item, { note: "changed" });
    await bench.run();
    const [kept, gone] = [await there(), (await all()).filter(({ text }) => flat(text).includes("is taken back"))];
    // Where nothing can be taken back it is said in the open.
    expect([kept, gone.every(({ text }) => flat(text).includes("Withdrawn")) || kept.includes("Withdrawn")]).toEqual([expect.stringContaining("stays"), true]);
    await bench.quiet();
    const original = (await all()).find(({ text }) => flat(text).trim() === "said over there");
    for (const [deed, shown, absent] of [[editComment, "put otherwise", "said over there"], [removeComment === undefined ? undefined : (which: string, its: string) => removeComment(which, its), "", "put otherwise"]] as const) {
      if (deed === undefined || original === undefined) continue;
      await tools.subject().tick();
      await deed(id, original.id, "put otherwise");
      await tools.subject().tick();
      // A removal is seen when the item is read for another reason, an edit so too where nothing tells of it.
      if (shown === "" || cannot?.editsTold !== undefined) await tools.subject().personEdit(id, { [tools.subject().fields.name]: `${bench.tag} edited: ${shown}` });
      await bench.run();
      expect([here().includes(shown), here().includes(absent)]).toEqual([true, false]);
      await bench.quiet();
    }
    if (restrictedComment === undefined) return;
    expect(here()).not.toContain("between us");
    bench.define([typeOf({ comments: { direction: "biDirectional", restricted: true } })]);
    await bench.run();
    expect(here()).toContain("between us");
    await bench.quiet();
  });

  it("tells nobody else who we are where the content of a file is sent away", async () => {
    const { sendAway } = tools.subject().more ?? {};
    const { attachments } = tools.connector();
    if (attachments === undefined || sendAway === undefined) return;
    const [made] = await tools.create([tools.draft("sent away")]);
    const [type, project, id] = [place().type, place().project, made?.id ?? ""];
    const file = await attachments.add(type, project, id, { name: "plan.txt", contentType: "text/plain", size: 3, content: (async function* () { yield Buffer.from("one"); })() });
    const other = await serve((response) => response.end("two"));
    try {
      sendAway(`${other.url}/elsewhere`);
      // Some never lead to another host: what does there is refused.
      const content = await attachments.open(type, project, id, file).then(wholeText, (error: unknown) => (error instanceof TandemError ? "refused" : error));
      expect(["two", "refused"]).toContain(content);
      expect(other.seen.flatMap(({ headers }) => Object.keys(headers).filter((name) => /auth|cookie|token|api-?key|client/i.test(name)))).toEqual([]);
      expect(content === "two").toBe(other.seen.length > 0);
      expect(await wholeText(await attachments.open(type, project, id, file))).toBe("one");
    } finally {
      await Promise.all(opened.splice(0).map((close) => close()));
    }
  });

  it.each([["small", 3], ["large", 3 * 1024 * 1024]])("sends a %s file again that a busy server turned away", async (_size, size) => {
    const { turnAway } = tools.subject().more ?? {};
    const { attachments } = tools.connector();
    if (attachments === undefined || turnAway === undefined) return;
    const [made] = await tools.create([tools.draft("turned away")]);
    const [type, project, id] = [place().type, place().project, made?.id ?? ""];
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
    const content = new Replayable(async function* () {
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    });
    turnAway();
    const added = await attachments.add(type, project, id, { name: "plan.bin", contentType: "application/octet-stream", size, content });
    const [file, ...more] = (await attachments.list({ type, project, ids: [id] })).get(id) ?? [];
    expect([file?.id, file?.size, more]).toEqual([added.id, size, []]);
    if (file === undefined) return;
    const parts: Uint8Array[] = [];
    for await (const part of await attachments.open(type, project, id, file)) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  it("carries a large file over though a busy server turns it away first", async () => {
    const { turnAway } = tools.subject().more ?? {};
    const { attachments } = tools.connector();
    if (attachments === undefined || turnAway === undefined) return;
    const bench = await openBench(tools);
    bench.define([typeOf({ attachments: "biDirectional" })]);
    const item = await bench.make("story", { name: `${bench.tag} large` });
    const content = Buffer.from(Array.from({ length: 1_500_000 }, (_, at) => at % 251));
    item.attachments.push({ id: "f1", name: "large.bin", size: content.length, contentType: "application/octet-stream", createdAt: item.changedAt, content });
    const { add } = attachments;
    const spied = vi.spyOn(attachments, "add").mockImplementation((...words) => {
      turnAway();
      return add.apply(attachments, words);
    });
    try {
      await bench.run();
      const id = await bench.partner(item);
      expect((await attachments.list({ ...place(), ids: [id] })).get(id)?.map(({ size }) => size)).toEqual([content.length]);
      expect(spied).toHaveBeenCalledOnce();
    } finally {
      spied.mockRestore();
    }
    await bench.quiet();
  });

  it("leaves files above the limit where they are with a reason, keeps names and bytes, and takes a copy away with its original", async () => {
    const { text = "" } = tools.subject().fields;
    const { attachments } = tools.connector();
    if (attachments === undefined) return;
    const bench = await openBench(tools);
    bench.define([typeOf({ attachments: { direction: "biDirectional", maxMegabytes: 0.0002 }, fields: [{ master: "name", target: tools.subject().fields.name }, { master: "text", target: text }] })]);
    const item = await bench.make("story", { name: `${bench.tag} files`, text: '<p>See <img src="a.png"> here</p>' });
    const file = (id: string, name: string, content: string): number => item.attachments.push({ id, name, size: Buffer.byteLength(content), contentType: "text/plain", createdAt: item.changedAt, content: Buffer.from(content) });
    const awkward = "Größe – 図面 (1).txt";
    file("f1", awkward, "ünï");
    file("f2", "large.txt", "x".repeat(1000));
    file("f3", "a.png", "a picture");
    const { rows } = await bench.run();
    const id = await bench.partner(item);
    const held = async () => (await attachments.list({ ...place(), ids: [id] })).get(id) ?? [];
    const [only, shown, ...others] = (await held()).toSorted((a, b) => a.size - b.size);
    expect([only?.name, shown?.name, others, rows.map(({ reason }) => reason).filter((reason) => reason.includes("large.txt"))]).toEqual([awkward, "a.png", [], [expect.stringMatching(/large\.txt.*(larger|limit|above|more than)/)]]);
    if (only === undefined) return;
    expect(await wholeText(await attachments.open(place().type, place().project, id, only))).toBe("ünï");
    await bench.quiet();
    // Whatever the system makes of the picture, an edit of the words beside it leaves it where it is.
    const before = await bench.read(id, [text]);
    await tools.connector().update(place().type, place().project, [{ id, fields: { [text]: String(before.fields[text]).replace("See", "Look at") }, before }]);
    await bench.run();
    expect(item.fields["text"]).toBe('<p>Look at <img src="a.png"> here</p>');
    await bench.quiet();
    item.attachments.splice(0, 1);
    await bench.edit(item, { note: "changed" });
    await bench.run();
    expect((await held()).map(({ name }) => name)).toEqual(["a.png"]);
    await bench.quiet();
  });
};
