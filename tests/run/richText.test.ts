// Rich text between systems that cannot hold the same: one word there is one word here, the rest stays; nothing echoes.

import { describe, expect, it } from "vitest";
import type { WorldSettings } from "../../lib/connectors/memoryWorld.ts";
import { toWiki, fromWiki } from "../../lib/core/text/wiki.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, field, itemsOf, make, revisions, TARGET_TYPES, total, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

const hand = storeOfFile();

/** The target keeps what Jira's wiki markup can say. */
const WIKI: Partial<WorldSettings> = { storedAs: (name, value) => (name === "body" && typeof value === "string" ? fromWiki(toWiki(value)) : value) };

const worlds = (setup: WorldsSetup = {}): Worlds => createWorlds(hand.store, { target: WIKI, ...setup, connection: (setup.connection ?? CONNECTION).replace("name: demo", `name: ${freshName()}`) });

const quiet = async (w: Worlds): Promise<void> => {
  const before = revisions(w);
  w.time.ms += 60_000;
  const result = await w.iterate();
  expect(revisions(w)).toBe(before);
  expect([total(result, "created"), total(result, "updated"), total(result, "conflicts")]).toEqual([0, 0, 0]);
};

const reasons = async (run: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const page of hand.store.outcomes.ofRun(run)) found.push(...page.map((row) => `${row.action} ${row.side}: ${row.reason}`));
  return found;
};

const RICH = '<h2>Title</h2><p>A <span style="background-color:#ffff00">marked</span> word</p><div class="panel-note"><p>Mind the <b>gap</b></p></div><table><tr><th colspan="2">wide</th></tr><tr><td><ul><li>a</li></ul></td><td>b</td></tr></table>';

const pair = async (w: Worlds, description = RICH) => {
  const story = make(w, "master", "story", { name: "A", description });
  await w.iterate();
  const copy = itemsOf(w.target, "Story")[0];
  if (copy === undefined) throw new Error("no copy");
  return { story, copy };
};

describe("a text of which one side cannot hold all", () => {
  it("takes over one word and keeps everything else, and the second iteration writes nothing", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    expect(copy.fields.body).not.toBe(RICH);
    await quiet(w);
    edit(w, "target", copy, { body: String(copy.fields.body).replace("gap", "step").replace("word", "passage") });
    await w.iterate();
    expect(story.fields.description).toBe(RICH.replace("gap", "step").replace("word", "passage"));
    await quiet(w);
    edit(w, "master", story, { description: String(story.fields.description).replace("Title", "Heading") });
    await w.iterate();
    expect(copy.fields.body).toContain("Heading");
    await quiet(w);
    edit(w, "target", copy, { body: String(copy.fields.body).replace("Heading", "Top").replace("wide", "broad") });
    await w.iterate();
    expect(story.fields.description).toBe(RICH.replace("gap", "step").replace("word", "passage").replace("Title", "Top").replace("wide", "broad"));
    await quiet(w);
  });

  it("goes on after a refused write as if nothing had come in between", async () => {
    let refuse = false;
    const w = worlds({ master: { refuses: (_type, name) => (refuse && name === "description" ? "not now" : undefined) } });
    const { story, copy } = await pair(w);
    refuse = true;
    edit(w, "target", copy, { body: String(copy.fields.body).replace("gap", "step") });
    await w.iterate();
    expect(story.fields.description).toBe(RICH);
    refuse = false;
    w.time.ms += 7 * 3_600_000;
    await w.iterate();
    expect(story.fields.description).toBe(RICH.replace("gap", "step"));
    await quiet(w);
  });

  it("keeps the winner's rendition in a conflict, and the losing text in the record", async () => {
    const w = worlds({ connection: CONNECTION.replace("target: beta\n", "target: beta\nconflict: target\n") });
    const { story, copy } = await pair(w);
    edit(w, "master", story, { description: RICH.replace("Title", "Mine") });
    edit(w, "target", copy, { body: String(copy.fields.body).replace("gap", "step") });
    w.time.ms += 1000;
    const result = await w.iterate();
    expect(story.fields.description).toBe(RICH.replace("gap", "step"));
    const rows = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) rows.push(...page);
    expect(JSON.stringify(rows.filter((row) => row.action === "conflict").map((row) => row.before))).toContain("Mine");
    await quiet(w);
  });

  it("says when the text had to be replaced whole, and keeps the old one", async () => {
    const w = worlds();
    const { story, copy } = await pair(w);
    // The field did not flow back while the target was edited: nobody knows what belonged together.
    const oneWay = CONNECTION.replace("{ master: description, target: body }", "{ master: description, target: body, direction: fromMaster }").replace("name: demo", `name: ${w.connection().name}`);
    const other = createWorlds(hand.store, { over: w, connection: oneWay });
    await other.iterate();
    edit(w, "target", copy, { body: "<p>mine</p>" });
    await other.iterate();
    edit(w, "master", story, { description: RICH.replace("gap", "step") });
    const result = await other.iterate();
    expect((await reasons(result.run)).filter((reason) => reason.includes("replaced whole"))).toEqual([expect.stringContaining("it is not known what both sides held before")]);
    const rows = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) rows.push(...page);
    expect(rows.some((row) => row.before?.body === "<p>mine</p>")).toBe(true);
    await quiet(other);
  });

  it("leaves texts that are in step alone when their mapping changes", async () => {
    const w = worlds();
    const { copy } = await pair(w);
    const changed = createWorlds(hand.store, { over: w, connection: CONNECTION.replace("{ master: description, target: body }", "{ master: description, target: body, direction: toMaster }").replace("name: demo", `name: ${w.connection().name}`) });
    await quiet(changed);
    expect(copy.revision).toBe(1);
  });

  it("remembers texts only where one does not tell the other", async () => {
    const w = worlds();
    const { copy } = await pair(w, "<p>plain <b>enough</b></p>");
    const [set] = (await hand.store.syncSets.list(w.connection().name)).filter((row) => row.key.includes("story"));
    const kept = () => hand.store.baseTexts.ofItems(set?.id ?? 0, [itemsOf(w.master, "story")[0]?.id ?? ""]);
    expect(await kept()).toEqual([]);
    const [story] = itemsOf(w.master, "story");
    edit(w, "master", story as never, { description: RICH });
    await w.iterate();
    expect(await kept()).toHaveLength(1);
    edit(w, "target", copy, { body: "<p>plain</p>" });
    await w.iterate();
    expect(itemsOf(w.master, "story")[0]?.fields.description).toBe("<p>plain</p>");
    expect(await kept()).toEqual([]);
    await quiet(w);
  });

  it("changes one word of a rich text when a plain field of the other side is edited", async () => {
    const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("note", "string")] } : type));
    const w = worlds({ connection: CONNECTION.replace("{ master: description, target: body }", "{ master: description, target: note }"), target: { types } });
    const { story, copy } = await pair(w, "<p>some <b>bold</b> text</p>");
    expect(copy.fields.note).toBe("some bold text");
    await quiet(w);
    edit(w, "target", copy, { note: "some bold words" });
    await w.iterate();
    expect(story.fields.description).toBe("<p>some <b>bold</b> words</p>");
    await quiet(w);
  });

  it("counts in the outcome what the other side cannot hold", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A", description: RICH });
    const created = await w.iterate();
    expect((await reasons(created.run)).filter((reason) => reason.startsWith("create"))).toEqual([expect.stringMatching(/^create target: new on the master; body cannot hold: .*background colour/)]);
  });
});

describe("labels that one side writes otherwise", () => {
  /** As Jira: no blanks. */
  const JIRA: Partial<WorldSettings> = { storedAs: (name, value) => (name === "labels" && Array.isArray(value) ? (value as readonly string[]).map((label) => label.replaceAll(" ", "_")).toSorted() : value) };

  it.each([true, false])("keep their spelling on each side when others are added or taken away (evidence: %s)", async (evidence) => {
    const w = worlds({ target: JIRA, how: { evidence: { target: evidence } } });
    const story = make(w, "master", "story", { name: "A", tags: ["two words", "one"] });
    await w.iterate();
    const copy = itemsOf(w.target, "Story")[0];
    if (copy === undefined) throw new Error("no copy");
    expect(copy.fields.labels).toEqual(["one", "two_words"]);
    await quiet(w);
    edit(w, "target", copy, { labels: ["new", "two_words"] });
    await w.iterate();
    expect(story.fields.tags).toEqual(["two words", "new"]);
    await quiet(w);
    edit(w, "master", story, { tags: ["new"] });
    await w.iterate();
    expect(copy.fields.labels).toEqual(["new"]);
    await quiet(w);
  });
});
