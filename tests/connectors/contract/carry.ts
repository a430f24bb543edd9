// What the engine carries beside plain fields on each real connector: formatted texts word by word, comments and files both
// ways, directions, and deletions by policy. The partner is an imagined master.

import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import type { MemoryItem } from "../../../lib/connectors/memoryWorld.ts";
import type { TypeMappingFile } from "../../../lib/core/config/schema.ts";
import { dayOf } from "../../../lib/core/sync/period.ts";
import { normalText, plainText } from "../../../lib/core/text/normal.ts";
import { isChoice, isPerson, type PersonRecord } from "../../../lib/core/types.ts";
import { openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

/** Much of what a text may hold, also what most systems cannot. */
const RICH = normalText(
  '<h2>Boarding</h2><p>Passengers with a <b>bold</b> plan, <span style="color:#ff0000">red</span> words 🎉 and a <a href="https://example.com/a?b=c&amp;d=e">link</a><br>on two lines</p>' +
    "<ul><li>first<ul><li>deep</li></ul></li><li>second</li></ul><ol><li>one</li><li>two</li></ol><blockquote><p>said by the captain</p></blockquote>" +
    '<pre><code class="language-java">if (a &lt; b) { return "{x}"; }</code></pre><table><tbody><tr><th>Boat</th><th>Seats</th></tr><tr><td>Seagull</td><td>60</td></tr></tbody></table><p>The end.</p>',
);
const WORDS = ["Boarding", "bold", "red", "🎉", "link", "on two lines", "deep", "second", "said by the captain", 'if (a < b) { return "{x}"; }', "Seagull", "The end."];

const flat = (text: unknown): string => plainText(String(text)).replaceAll(/\s+/g, " ");

export const carryContract = (tools: Tools): void => {
  const { place, named, typeOf, hand } = subjectOf(tools);

  it("loses no word of a rich text, comes to rest, and carries one changed word as one word, the formatting of the other side kept", async () => {
    const { text = "" } = tools.subject().fields;
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: "text", target: text }] })]);
    const item = await bench.make("story", { name: `${bench.tag} rich`, text: RICH });
    await bench.run();
    const id = await bench.partner(item);
    const held = async (): Promise<string> => String((await bench.read(id, [text])).fields[text]);
    const copy = await held();
    expect(WORDS.filter((word) => !flat(copy).includes(word))).toEqual([]);
    await bench.quiet();
    // Back and forth, the text as the system holds it is what it was.
    await hand(bench, id, { [text]: copy });
    expect(await held()).toBe(copy);
    await bench.quiet();
    await hand(bench, id, { [text]: copy.replace("captain", "steward").replace("bold", "clever") });
    await bench.run();
    expect(item.fields["text"]).toBe(RICH.replace("captain", "steward").replace("bold", "clever"));
    await bench.edit(item, { text: String(item.fields["text"]).replace("Seagull", "Albatross") });
    await bench.run();
    const now = await held();
    expect([flat(now).includes("Albatross"), flat(now).includes("steward"), WORDS.filter((word) => !/captain|bold|Seagull/.test(word) && !flat(now).includes(word))]).toEqual([true, true, []]);
    await bench.quiet();
  });

  it("finds people by their e-mail, in fields and where texts mention them", async () => {
    const { person, text = "" } = tools.subject().fields;
    if (person === undefined) return;
    const all: PersonRecord[] = [];
    for await (const page of tools.connector().people()) all.push(...page);
    const known = all.find(({ id }) => id === person.person);
    const bench = await openBench(tools, known?.email ?? "nobody tells");
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: "owner", target: person.field }, { master: "text", target: text }] })]);
    const item = await bench.make("story", { name: `${bench.tag} owned`, owner: { person: "anna" }, text: '<p>ask <span data-person="anna">@Anna</span> or <span data-person="gone">@Nobody Known</span> first</p>' });
    await bench.run();
    const id = await bench.partner(item);
    const { fields } = await bench.read(id, [person.field, text]);
    const held = fields[person.field];
    expect([isPerson(held) ? held.person : held, flat(fields[text])]).toEqual([person.person, expect.stringMatching(/^ask @?\[?~?\S.* or @Nobody Known first$/)]);
    await bench.quiet();
    // The words around a mention change, and the master still means the same person.
    await hand(bench, id, { [text]: String(fields[text]).replace("first", "later"), [person.field]: null });
    await bench.run();
    expect([item.fields["owner"] ?? null, item.fields["text"]]).toEqual([null, expect.stringMatching(/^<p>ask <span data-person="anna">@Anna<\/span> or .*@Nobody Known.* later<\/p>$/)]);
    await bench.quiet();
  });

  it("copies comments and files both ways under their authors' names, and leaves what only some may see", async () => {
    const { comment, restrictedComment, attach, person } = tools.subject().more ?? { cannot: {} };
    const { comments, attachments } = tools.connector();
    const bench = await openBench(tools);
    bench.define([typeOf({ ...(comments === undefined ? {} : { comments: "biDirectional" }), ...(attachments === undefined ? {} : { attachments: "biDirectional" }) })]);
    const item = await bench.make("story", { name: `${bench.tag} talk` });
    const say = (id: string, text: string): number => item.comments.push({ id, author: { person: "anna", name: "Anna" }, createdAt: item.changedAt, changedAt: item.changedAt, text: `<p>${text}</p>`, restricted: false });
    const file = (id: string, content: string): number => item.attachments.push({ id, name: "plan.txt", size: content.length, contentType: "text/plain", createdAt: item.changedAt, content: Buffer.from(content) });
    say("k1", "words of the master");
    file("f1", "one");
    file("f2", "second");
    await bench.run();
    const id = await bench.partner(item);
    const there = async (): Promise<string> => ((await comments?.read({ ...place(), ids: [id] }))?.get(id) ?? []).map(({ text }) => flat(text)).join(" | ");
    const files = async () => (await attachments?.list({ ...place(), ids: [id] }))?.get(id) ?? [];
    if (comments !== undefined) expect(await there()).toMatch(/Anna.*words of the master/);
    if (attachments !== undefined) expect((await files()).map(({ size }) => size).toSorted()).toEqual([3, 6]);
    await bench.quiet();
    await tools.subject().tick();
    await comment?.(id, "words of the target");
    await restrictedComment?.(id, "between us");
    await attach?.(id, "seen.txt", "seen by all");
    await tools.subject().tick();
    await bench.run();
    const copied = item.comments.map(({ text }) => flat(text)).join(" | ");
    if (comment !== undefined) expect(copied).toMatch(new RegExp(`${person ?? ""}.*words of the target`));
    expect(copied).not.toContain("between us");
    if (attach !== undefined) expect(item.attachments.map(({ name, size }) => [name, size])).toContainEqual(["seen.txt", 11]);
    await bench.quiet();
    const mine = item.comments.find((one) => one.id === "k1");
    if (comments === undefined || mine === undefined) return;
    await bench.edit(item, { note: "changed" });
    item.comments.splice(item.comments.indexOf(mine), 1, { ...mine, text: "<p>corrected by the master</p>", changedAt: item.changedAt });
    await bench.run();
    expect(await there()).toContain("corrected by the master");
    expect(await there()).toContain("words of the target");
    await bench.quiet();
  });

  it("keeps to directions: who creates, whose edits cross over, and fields that can only be read", async () => {
    const { number = "" } = tools.subject().fields;
    const { readOnly = "" } = tools.subject().more ?? {};
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named(), direction: "toMaster" }, { master: "number", target: number, direction: "fromMaster" }, { master: "note", target: readOnly }] })]);
    const item = await bench.make("story", { name: `${bench.tag} ours`, number: 1 });
    const theirs = await bench.create(place().type, { ...tools.subject().needed, [named()]: `${bench.tag} theirs` });
    const { connection } = await bench.context();
    expect([connection.syncSets[0]?.fields.find(({ master }) => master.name === "note")?.direction, connection.notices.map(({ message }) => message).join()]).toEqual(["toMaster", expect.stringMatching(/read|write/)]);
    await bench.run();
    const id = await bench.partner(item);
    // A creation uses every field; new items of the target stay there.
    expect([(await bench.read(id, [number])).name, bench.named("story", `${bench.tag} theirs`), (await bench.read(theirs, [])).name]).toEqual([`${bench.tag} ours`, undefined, `${bench.tag} theirs`]);
    await bench.edit(item, { name: `${bench.tag} not so`, number: 2 });
    await tools.subject().personEdit(id, { [number]: 9 });
    await bench.run();
    expect([(await bench.read(id, [])).name, (await bench.read(id, [number])).fields[number], item.fields["number"]]).toEqual([`${bench.tag} ours`, 2, 2]);
    await tools.subject().personEdit(id, { [named()]: `${bench.tag} renamed` });
    await bench.run();
    expect(item.fields["name"]).toBe(`${bench.tag} renamed`);
    await bench.quiet();
  });

  it("meets days with instants in the account's zone, both ways", async () => {
    const { date } = tools.subject().fields;
    const { instant } = tools.subject().more ?? {};
    if (date === undefined && instant === undefined) return;
    const zone = (await tools.connector().account()).zone ?? "UTC";
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, ...(instant === undefined ? [] : [{ master: "day", target: instant }]), ...(date === undefined ? [] : [{ master: "at", target: date }])] })]);
    const item = await bench.make("story", { name: `${bench.tag} dated`, day: "2026-03-29", at: "2026-07-01T21:30:00.000Z" });
    await bench.run();
    const id = await bench.partner(item);
    const held = async () => {
      const { fields } = await bench.read(id, [instant, date].filter((name) => name !== undefined));
      return [instant === undefined ? "2026-03-29" : dayOf(fields[instant], zone), date === undefined ? "2026-07-01" : fields[date]];
    };
    expect(await held()).toEqual(["2026-03-29", "2026-07-01"]);
    await bench.quiet();
    // Noon is the same day in most zones; the hour of the other side's instant is kept.
    await hand(bench, id, { ...(instant === undefined ? {} : { [instant]: "2026-10-25T12:00:00.000Z" }), ...(date === undefined ? {} : { [date]: "2026-07-03" }) });
    await bench.run();
    expect([item.fields["day"], item.fields["at"]]).toEqual([instant === undefined ? "2026-03-29" : "2026-10-25", date === undefined ? "2026-07-01T21:30:00.000Z" : "2026-07-03T21:30:00.000Z"]);
    await bench.quiet();
  });

  it("carries a deletion over by policy: close, delete, unlink, or not at all", async () => {
    const { choice } = tools.subject().fields;
    const { remove } = tools.subject().more ?? {};
    const status = tools.schema().statusField;
    const bench = await openBench(tools);
    const define = (deletion: NonNullable<TypeMappingFile["deletion"]>, more: Partial<TypeMappingFile> = {}): void => bench.define([typeOf({ deletion, ...more })]);
    define("ignore");
    const items: MemoryItem[] = [];
    for (const name of ["ignored", "unlinked", "closed", "deleted", "gone there", "stays"]) items.push(await bench.make("story", { name: `${bench.tag} ${name}` }));
    await bench.run();
    const ids = await Promise.all(items.map((item) => bench.partner(item)));
    const [ignored, unlinked, closed, deleted, there, stays] = items;
    if (ignored === undefined || unlinked === undefined || closed === undefined || deleted === undefined || there === undefined) return;
    const standing = async (index: number) => (await tools.connector().get({ ...place(), ids: [ids[index] ?? ""], fields: [] })).length;
    const swept = async (index: number) => (await bench.run({ sweep: true })).rows.filter((row) => row.targetId === ids[index]).map((row) => row.action);
    bench.remove(ignored);
    expect([await swept(0), await standing(0)]).toEqual([["skip"], 1]);
    define({ target: "unlink", master: "delete" });
    bench.remove(unlinked);
    expect([await swept(1), await standing(1)]).toEqual([["unlink"], 1]);
    if (status !== undefined && choice?.field === status) {
      define({ target: "close", master: "delete" }, { closeStatus: { target: choice.values[0] } });
      bench.remove(closed);
      const [action, shown] = [await swept(2), (await bench.read(ids[2] ?? "", [status])).fields[status]];
      expect([action, isChoice(shown) ? shown.choice : shown]).toEqual([["close"], choice.values[0]]);
    }
    define("delete");
    bench.remove(deleted);
    await remove?.(ids[4] ?? "");
    const { rows } = await bench.run({ sweep: true });
    expect([rows.filter((row) => row.targetId === ids[3]).map((row) => row.action), await standing(3)]).toEqual([["delete"], 0]);
    if (remove !== undefined) expect([rows.filter((row) => row.targetId === ids[4]).map((row) => row.action), there.deleted]).toEqual([["delete"], true]);
    expect([stays?.deleted, await standing(5)]).toEqual([false, 1]);
    await bench.quiet();
  });
};
