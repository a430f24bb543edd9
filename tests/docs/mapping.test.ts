// The pages of docs/mapping: their examples are taken out and run on two systems in memory; each must do what its page says.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../lib/core/config/parse.ts";
import { connectionSchema, dataSourcesSchema } from "../../lib/core/config/schema.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { TransformFunction } from "../../lib/core/mapping/transform.ts";
import type { Fields, TypeSchema } from "../../lib/core/types.ts";
import { resolveConflict } from "../../lib/run/resolveConflict.ts";
import { createMemoryStore, type MemoryStore } from "../support/engine/memoryStore.ts";
import { createWorlds, edit, field, itemsOf, make, revisions, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

const folder = fileURLToPath(new URL("../../docs/mapping/", import.meta.url));
const pages = readdirSync(folder).filter((file) => file.endsWith(".md"));
const textOf = (page: string): string => readFileSync(join(folder, page), "utf8");
const blocks = (page: string, language: string): readonly string[] => [...textOf(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text ?? "");
const connections = (page: string): readonly string[] => blocks(page, "yaml").filter((text) => /^types:/m.test(text));

const list = (...names: readonly string[]) => ({ choices: names.map((name) => ({ id: name, name })) });
const type = (name: string, fields: TypeSchema["fields"], statusField?: string): TypeSchema => ({ name, label: name, fields: [field("name", "string", { required: true }), ...fields], canCreate: true, canDelete: true, ...(statusField === undefined ? {} : { statusField }) });

const OCTANE: readonly TypeSchema[] = [
  type("release", [field("start_date", "date"), field("end_date", "date")]),
  type("sprint", [field("start_date", "date", { required: true }), field("end_date", "date", { required: true }), field("release", "reference", { required: true, refersTo: ["release"] })]),
  type("epic", []),
  type("feature", [field("parent", "reference", { refersTo: ["epic"] })]),
  type("story", [field("description", "text"), field("phase", "choice", list("New", "In Progress", "In Testing", "Done")), field("story_points", "number"), field("due", "date"), field("user_tags", "string", { multiple: true }), field("release", "reference", { refersTo: ["release"] }), field("parent", "reference", { refersTo: ["feature"] }), field("jira_key", "string"), field("jira_url", "string")], "phase"),
];
const JIRA: readonly TypeSchema[] = [
  type("Version", [field("startDate", "date"), field("releaseDate", "date")]),
  type("Sprint", [field("startDate", "dateTime"), field("endDate", "dateTime")]),
  type("Story", [field("description", "text"), field("status", "choice", list("To Do", "In Progress", "Done")), field("priority", "choice", list("High", "Low")), field("points", "number"), field("resolved", "dateTime"), field("labels", "string", { multiple: true }), field("octane_id", "string"), field("feature_name", "string")], "status"),
];

interface Stage extends Worlds {
  readonly store: MemoryStore;
  /** Iterates a minute later; answers the reasons told. */
  run(options?: Parameters<Worlds["iterate"]>[0]): Promise<readonly string[]>;
  octane(typeName: string, fields: Fields): MemoryItem;
  jira(typeName: string, fields: Fields): MemoryItem;
  stories(): { readonly octane: readonly MemoryItem[]; readonly jira: readonly MemoryItem[] };
  /** Nothing is written any more. */
  quiet(): Promise<void>;
}

const stage = (connection: string, setup: WorldsSetup = {}, store: MemoryStore = createMemoryStore()): Stage => {
  const w = createWorlds(store, { master: { types: OCTANE, ...setup.master }, target: { types: JIRA, ...setup.target }, connection, ...(setup.over === undefined ? {} : { over: setup.over }), ...(setup.transforms === undefined ? {} : { transforms: setup.transforms }), ...(setup.sources === undefined ? {} : { sources: setup.sources }) });
  const run: Stage["run"] = async (options) => {
    w.time.ms += 60_000;
    const result = await w.iterate(options);
    return store.outcomeRows.filter((row) => row.run === result.run).map((row) => row.reason);
  };
  return {
    ...w,
    store,
    run,
    octane: (typeName, fields) => make(w, "master", typeName, fields),
    jira: (typeName, fields) => make(w, "target", typeName, fields),
    stories: () => ({ octane: itemsOf(w.master, "story"), jira: itemsOf(w.target, "Story") }),
    quiet: async () => {
      const before = revisions(w);
      await run();
      expect(revisions(w)).toBe(before);
    },
  };
};

const first = (items: readonly MemoryItem[]): MemoryItem => items[0] as MemoryItem;

const functionsOf = async (page: string): Promise<Readonly<Record<string, TransformFunction>>> => {
  const where = mkdtempSync(join(tmpdir(), "tandem-docs-"));
  try {
    writeFileSync(join(where, "transforms.mjs"), blocks(page, "js")[0] ?? "");
    return { ...((await import(pathToFileURL(join(where, "transforms.mjs")).href)) as Record<string, TransformFunction>) };
  } finally {
    rmSync(where, { recursive: true });
  }
};

/** What each page promises, done with its example. */
const SCENARIOS: Readonly<Record<string, (examples: readonly string[], page: string) => Promise<void>>> = {
  "directions.md": async ([example = ""]) => {
    const s = stage(example);
    s.octane("story", { name: "stays" });
    const story = s.jira("Story", { name: "crosses", status: { choice: "Done" }, points: 3 });
    await s.run();
    const copy = first(s.stories().octane.filter((item) => item.fields.name === "crosses"));
    expect(s.stories().jira).toHaveLength(1);
    expect(copy.fields).toMatchObject({ phase: { choice: "Done" }, story_points: 3, jira_key: `Q-${story.id}`, jira_url: expect.stringMatching(new RegExp(`^memory://t\\d+/${story.id}$`)) });
    expect(story.fields.octane_id).toBe(copy.id);
    edit(s, "target", story, { points: 8 });
    edit(s, "master", copy, { name: "renamed", phase: { choice: "New" } });
    await s.run();
    expect([copy.fields.story_points, story.fields.name, story.fields.status]).toEqual([3, "renamed", { choice: "Done" }]);
    edit(s, "master", copy, { story_points: 5 });
    await s.run();
    expect(story.fields.points).toBe(5);
    await s.quiet();
  },
  "values.md": async ([example = ""]) => {
    const s = stage(example, { sources: { target: { zone: "Europe/Berlin" } } });
    const story = s.octane("story", { name: "A", phase: { choice: "In Testing" }, due: "2026-07-01", user_tags: ["b", "a"] });
    await s.run();
    const copy = first(s.stories().jira);
    expect(copy.fields).toMatchObject({ status: { choice: "In Progress" }, resolved: "2026-06-30T22:00:00.000Z", labels: ["b", "a"] });
    await s.quiet();
    edit(s, "target", copy, { status: { choice: "To Do" }, resolved: "2026-07-01T21:30:00.000Z" });
    await s.run();
    edit(s, "target", copy, { status: { choice: "In Progress" }, labels: ["a", "b"] });
    await s.run();
    expect([story.fields.phase, story.fields.due, story.fields.user_tags]).toEqual([{ choice: "In Progress" }, "2026-07-01", ["b", "a"]]);
    edit(s, "master", story, { due: "2026-07-05" });
    await s.run();
    expect(copy.fields.resolved).toBe("2026-07-05T21:30:00.000Z");
    await s.quiet();
  },
  "text.md": async ([example = ""]) => {
    const poor = (name: string, value: MemoryItem["fields"][string]) => (name === "description" && typeof value === "string" ? value.replace(/<\/?(span|div)[^>]*>/g, "") : value);
    const s = stage(example, { target: { storedAs: poor } });
    const rich = '<p>a <span style="color:#ff0000">red</span> word</p><div class="panel-note"><p>mind this</p></div><p><img src="plan.png"></p>';
    const story = s.octane("story", { name: "A", description: rich });
    await s.run();
    const copy = first(s.stories().jira);
    expect(copy.fields.description).not.toContain("red</span>");
    edit(s, "target", copy, { description: String(copy.fields.description).replace("word", "house").replace("red", "green") });
    await s.run();
    expect(story.fields.description).toBe(rich.replace("word", "house").replace("red", "green"));
    await s.quiet();
    story.attachments.push({ id: "i1", name: "plan.png", size: 3, author: { person: "anna" }, createdAt: s.master.now(), content: new Uint8Array(3) });
    first(s.stories().jira).attachments.push({ id: "i2", name: "plan.png", size: 5, author: { person: "u1" }, createdAt: s.target.now(), content: new Uint8Array(5) });
    edit(s, "master", story, { story_points: 3 });
    await s.run();
    expect(first(s.stories().jira).fields.description).toContain('<img src="plan (2).png">');
    await s.quiet();
  },
  "commentsAndAttachments.md": async ([example = ""]) => {
    const s = stage(example);
    const story = s.octane("story", { name: "A" });
    const at = s.master.now();
    story.comments.push({ id: "k1", author: { person: "anna", name: "Anna Berg" }, createdAt: at, changedAt: at, text: "<p>hello</p>", restricted: false }, { id: "k2", author: { person: "anna" }, createdAt: at, changedAt: at, text: "<p>secret</p>", restricted: true });
    await s.run();
    const copy = first(s.stories().jira);
    const file = (id: string, name: string, size: number) => ({ id, name, size, author: { person: "u1" }, createdAt: s.target.now(), content: new Uint8Array(size) });
    copy.attachments.push(file("f1", "a:b.txt", 3), file("f2", "big.bin", 2 * 1024 * 1024));
    edit(s, "target", copy, { points: 1 });
    const reasons = await s.run();
    expect(copy.comments.map((comment) => comment.text)).toEqual(["<p><i>Anna Berg, 2026-03-02 08:00 UTC, octane:</i></p><p>hello</p>"]);
    expect(story.attachments.map((attachment) => attachment.name)).toEqual(["a_b.txt"]);
    expect(reasons.join()).toContain("more than the limit of 1.0 MB");
    await s.quiet();
  },
  "calculatedValues.md": async ([example = ""], page) => {
    const s = stage(example, { transforms: await functionsOf(page) });
    const backlog = s.octane("release", { name: "Backlog 2026" });
    const feature = s.octane("feature", { name: "Sign in" });
    const story = s.octane("story", { name: "A", story_points: 2, user_tags: ["urgent"], parent: { ref: feature.id, type: "feature" } });
    await s.run();
    const copy = first(s.stories().jira);
    expect(copy.fields).toMatchObject({ name: "A", points: 16, feature_name: "Sign in", priority: { choice: "High" } });
    edit(s, "target", copy, { name: "[X-1] B", points: 24, priority: { choice: "Low" } });
    const other = s.jira("Story", { name: "C" });
    await s.run();
    expect([story.fields.name, story.fields.story_points, copy.fields.priority]).toEqual(["B", 3, { choice: "Low" }]);
    expect(first(s.stories().octane.filter((item) => item.fields.name === "C")).fields.release).toMatchObject({ ref: backlog.id });
    edit(s, "target", other, { points: 5 });
    expect((await s.run()).join()).toContain("the transform toPoints failed: 5 hours are no whole points");
  },
  "filtersAndCriteria.md": async ([example = "", filtered = ""]) => {
    const s = stage(example);
    const epic = s.octane("epic", { name: "Security" });
    const feature = s.octane("feature", { name: "Sign in", parent: { ref: epic.id, type: "epic", name: "Security" } });
    const parent = { ref: feature.id, type: "feature", name: "Sign in" };
    const story = s.octane("story", { name: "in", phase: { choice: "In Progress" }, parent });
    s.octane("story", { name: "too early", phase: { choice: "New" }, parent });
    s.octane("story", { name: "elsewhere", phase: { choice: "In Progress" } });
    await s.run();
    expect(s.stories().jira.map((item) => item.fields.name)).toEqual(["in"]);
    edit(s, "master", story, { phase: { choice: "New" }, name: "resting" });
    expect((await s.run()).join()).toContain("the pair pauses");
    expect(first(s.stories().jira).fields.name).toBe("in");
    edit(s, "master", story, { phase: { choice: "In Progress" } });
    await s.run();
    expect(first(s.stories().jira).fields.name).toBe("resting");
    await s.quiet();
    const own = stage(filtered, { target: { passes: (filter, item) => JSON.stringify(item.fields.labels ?? []).includes(filter.replace("labels = ", "")) } });
    const passing = own.jira("Story", { name: "passes", labels: ["carried"] });
    own.jira("Story", { name: "does not" });
    await own.run();
    expect(own.stories().octane.map((item) => item.fields.name)).toEqual(["passes"]);
    edit(own, "target", passing, { labels: [], name: "has left" });
    edit(own, "master", first(own.stories().octane), { name: "edited there" });
    await own.run();
    expect(passing.fields.name).toBe("edited there");
  },
  "workflow.md": async ([example = ""]) => {
    const s = stage(example, { target: { refuses: (_type, name, value, item) => (name === "status" && item?.fields.status !== undefined && JSON.stringify(value).includes("Done") ? "no transition leads to Done" : undefined) } });
    const story = s.octane("story", { name: "A", phase: { choice: "New" } });
    await s.run();
    edit(s, "master", story, { name: "B", phase: { choice: "Done" } });
    expect(await s.run()).toContain("status: no transition leads to Done");
    expect(first(s.stories().jira).fields).toMatchObject({ name: "B", status: { choice: "To Do" } });
  },
  "sprintsAndReleases.md": async ([example = ""]) => {
    const s = stage(example);
    const release = s.octane("release", { name: "Backlog", start_date: "2026-03-01", end_date: "2026-03-31" });
    const sprint = s.jira("Sprint", { name: "S1" });
    await s.run();
    const copy = first(itemsOf(s.master, "sprint"));
    expect(copy.fields).toMatchObject({ start_date: "2026-03-01", end_date: "2026-03-14", release: { ref: release.id } });
    expect(sprint.fields.startDate).toBeUndefined();
    await s.quiet();
    edit(s, "target", sprint, { startDate: "2026-03-25T09:00:00.000Z", endDate: "2026-04-07T17:00:00.000Z" });
    await s.run();
    expect([copy.fields.start_date, copy.fields.end_date, release.fields.end_date]).toEqual(["2026-03-25", "2026-04-07", "2026-04-07"]);
    await s.run();
    expect(first(itemsOf(s.target, "Version")).fields.releaseDate).toBe("2026-04-07");
    await s.quiet();
  },
  "conflicts.md": async ([example = ""]) => {
    const s = stage(example);
    const story = s.octane("story", { name: "A", story_points: 1 });
    await s.run();
    const copy = first(s.stories().jira);
    edit(s, "master", story, { name: "from Octane", story_points: 2 });
    edit(s, "target", copy, { name: "from Jira", points: 3 });
    await s.run();
    expect([story.fields.name, copy.fields.name, story.fields.story_points, copy.fields.points]).toEqual(["from Jira", "from Jira", 2, 3]);
    await resolveConflict(s.context(s.store), { item: story.id, take: "target" });
    expect([story.fields.story_points, copy.fields.points]).toEqual([3, 3]);
    await s.quiet();
  },
  "deletions.md": async ([example = ""]) => {
    const s = stage(example);
    const [one, two] = [s.octane("story", { name: "A" }), s.octane("story", { name: "B" })];
    await s.run();
    const [copyOne, copyTwo] = s.stories().jira as readonly [MemoryItem, MemoryItem];
    s.master.remove(one);
    s.target.remove(copyTwo);
    await s.run();
    expect(copyOne.fields.status).toBeUndefined();
    await s.run({ sweep: true });
    expect([copyOne.fields.status, two.deleted, two.fields.name]).toEqual([{ choice: "Done" }, false, "B"]);
    await s.quiet();
  },
  "mappingChanges.md": async ([before = "", after = ""]) => {
    const s = stage(before);
    s.octane("story", { name: "A", story_points: 3 });
    await s.run();
    expect(first(s.stories().jira).fields.points).toBeUndefined();
    const changed = stage(after, { over: s }, s.store);
    const result = await changed.iterate();
    expect(result.notices.join()).toContain("1 field mapping(s) are new or changed");
    expect(first(s.stories().jira).fields.points).toBe(3);
    expect(s.stories().jira).toHaveLength(1);
    await changed.quiet();
  },
};

describe("the pages of docs/mapping", () => {
  it("are all named by the index, and each has a scenario here", () => {
    const others = pages.filter((page) => page !== "index.md");
    expect([...textOf("index.md").matchAll(/\]\((\w+\.md)\)/g)].map(([, page]) => page).toSorted()).toEqual(others.toSorted());
    expect(Object.keys(SCENARIOS).toSorted()).toEqual(others.toSorted());
  });

  it.each(pages)("%s has links and examples that hold", (page) => {
    for (const [, link] of textOf(page).matchAll(/\]\((\w+\.md)\)/g)) expect(pages).toContain(link);
    for (const text of blocks(page, "yaml")) {
      const parsed = /^types:/m.test(text) ? parseFile(page, text, connectionSchema) : parseFile(page, text, dataSourcesSchema);
      expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    }
    expect(page === "index.md" || connections(page).length > 0).toBe(true);
  });

  it.each(Object.entries(SCENARIOS))("%s does what it says", (page, scenario) => scenario(connections(page), page));
});
