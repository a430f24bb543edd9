// Writing to Jira: every kind of field, statuses over several transitions, links, doubt, and what others did meanwhile.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sameValue } from "../../../lib/core/sync/fingerprint.ts";
import type { Fields, ItemRef, Value } from "../../../lib/core/types.ts";
import { choice, draft, type Flavour, good, START, startJira, type World } from "./sandbox.ts";

const FLAVOURS: readonly Flavour[] = ["cloud", "dc"];
const refs = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? (value as readonly ItemRef[]).map((one) => one.ref) : []);

describe.each(FLAVOURS)("Jira %s", (flavour) => {
  let world: World;
  beforeAll(async () => {
    world = await startJira(flavour);
  });
  afterAll(() => world.close());

  const person = async (name: string): Promise<{ readonly person: string }> => {
    const [found] = await world.connector.findPeople(name);
    return { person: found?.id ?? "" };
  };
  const by = (name: string, id: string, fields: Readonly<Record<string, unknown>>): void => void world.server.edit({ action: "update", author: name, type: "issue", id, fields });
  const calls = (method: string, path: RegExp): number => world.server.calls().filter((call) => call.method === method && path.test(call.path)).length;

  it("carries every kind of custom field there and back", async () => {
    const name = (label: string): Promise<string> => world.field("Story", label);
    const version = good((await world.connector.create("version", "DEMO", [draft({ name: `V ${randomUUID()}` })]))[0]);
    const fields: Fields = {
      summary: "All",
      [await name("Risk")]: choice("High"),
      [await name("Affected areas")]: [{ choice: "Backend" }, { choice: "Database" }],
      [await name("Platform")]: choice("Cloud > Staging"),
      [await name("Target start")]: "2026-04-01",
      [await name("Found at")]: "2026-04-01T10:11:12.000Z",
      [await name("Tester")]: await person("Anna Berg"),
      [await name("Reviewers")]: [await person("Anna Berg"), await person("Bo Chen")],
      [await name("Business value")]: 12.5,
      [await name("Keywords")]: ["red", "green"],
      [await name("Acceptance criteria")]: "<ul><li>a</li><li>b <b>c</b></li></ul>",
      [await name("Verified in")]: [{ ref: version.id }],
      [await name("Design link")]: "https://example.com/design",
      fixVersions: [{ ref: version.id }],
      priority: choice("High"),
      duedate: "2026-05-01",
      "timetracking.originalEstimate": 20,
      "timetracking.remainingEstimate": 6.5,
    };
    const made = await world.create(fields);
    expect(made.problems).toEqual([]);
    const item = await world.read(made.id, Object.keys(fields));
    const schema = new Map((await world.type("Story")).fields.map((field) => [field.name, field]));
    for (const [field, value] of Object.entries(fields)) expect([field, item.fields[field], sameValue(item.fields[field], value, schema.get(field) ?? { kind: "string", multiple: false })]).toEqual([field, item.fields[field], true]);
    expect(made.after?.item.fields).toMatchObject(item.fields);
    expect(made.after?.others).toEqual([]);
    const cleared = good(await world.update(made.id, Object.fromEntries(Object.keys(fields).filter((field) => field !== "summary" && field !== "priority").map((field) => [field, Array.isArray(fields[field]) ? [] : null]))));
    expect(cleared.problems.map((problem) => problem.field).filter((field) => !field.startsWith("timetracking"))).toEqual([]);
    const empty = await world.read(made.id, Object.keys(fields));
    expect(Object.values(empty.fields).filter((value) => value !== null && !(Array.isArray(value) && value.length === 0)).length).toBeLessThanOrEqual(4);
  });

  it("reads new issues back while others are made, in as few calls as afterwards, with the fields that were read of their type", async () => {
    const connector = await world.open({});
    const get = (ids: readonly string[]) => connector.get({ type: "Bug", project: "DEMO", ids, fields: ["priority"] });
    await get([(await world.create({ summary: "read" }, "Bug")).id]);
    const before = connector.calls();
    const results = (await connector.create("Bug", "DEMO", Array.from({ length: 250 }, (_, n) => draft({ summary: `back ${n}`, duedate: "2026-05-01", ...(n % 40 === 0 ? { fixVersions: [{ ref: "999999" }] } : {}) })))).map(good);
    // Five creates, one more for what is sent again, three readings of a hundred; on Cloud the change logs of all.
    expect(connector.calls() - before).toBe(flavour === "cloud" ? 10 : 9);
    expect(results.map(({ after }) => after?.item.name)).toEqual(Array.from({ length: 250 }, (_, n) => `back ${n}`));
    expect([...new Set(results.flatMap(({ after }) => Object.keys(after?.item.fields ?? {})))].sort()).toEqual(["duedate", "fixVersions", "priority", "summary"]);
    expect(results.filter(({ problems }) => problems.length > 0)).toHaveLength(7);
  });

  it("names a field that is refused and writes the others", async () => {
    const risk = await world.field("Story", "Risk");
    const made = await world.create({ summary: "Partly", [risk]: choice("Pink"), assignee: { person: "nobody-here" }, duedate: "2026-05-01" });
    expect(made.problems.map((problem) => problem.field).sort()).toEqual([risk, "assignee"].sort());
    expect((await world.read(made.id, ["duedate"])).fields["duedate"]).toBe("2026-05-01");
    const carla = await person("Carla Díaz");
    const result = good(await world.update(made.id, { assignee: carla, summary: "Partly still", "issuetype": choice("Bug") }));
    expect(result.problems.map((problem) => problem.field)).toContain("issuetype");
    expect((await world.read(made.id, [])).name).toBe("Partly still");
  });

  it("leaves out of a create what the server refuses, and creates nothing twice", async () => {
    const before = (await world.changed()).length;
    const results = await world.connector.create("Story", "DEMO", [draft({ summary: "fine" }), draft({ summary: "too late", duedate: "not a day" }), draft({ summary: "s".repeat(300) }), draft({ summary: "fixed", fixVersions: [{ ref: "999999" }] })]);
    expect(results.map((result) => result.ok)).toEqual([true, true, false, true]);
    expect(good(results[1]).problems[0]?.field).toBe("duedate");
    expect(good(results[3]).problems[0]?.field).toBe("fixVersions");
    expect(await world.changed()).toHaveLength(before + 3);
  });

  it("knows which of many were created when some fail", async () => {
    world.server.faults.add({ match: { method: "POST", path: /issue\/bulk$/, times: 1 }, effect: { failBulkEntries: [0, 2] } });
    const results = await world.connector.create("Story", "DEMO", ["p0", "p1", "p2", "p3"].map((summary) => draft({ summary })));
    expect(results.map((result) => result.ok)).toEqual([false, true, false, true]);
    for (const [index, summary] of [[1, "p1"], [3, "p3"]] as const) expect((await world.read(good(results[index]).id, [])).name).toBe(summary);
  });

  it("tells the intent with every reading where Jira gives it", async () => {
    const [made] = await world.connector.create("Story", "DEMO", [{ intent: "11111111-2222-4333-8444-555555555555", fields: { summary: "marked" } }]);
    const item = await world.read(good(made).id, []);
    expect(item.intent).toBe(flavour === "cloud" ? "11111111-2222-4333-8444-555555555555" : undefined);
  });

  it("gives up what it cannot send, and keeps what it did", async () => {
    const made = [await world.create({ summary: "sent" }), await world.create({ summary: "not sent" })];
    const before = [await world.read(made[0]?.id ?? "", []), await world.read(made[1]?.id ?? "", [])];
    const fault = world.server.faults.add({ match: { method: "PUT", path: `/issue/${made[1]?.id ?? ""}` }, effect: { status: 429, headers: { "retry-after": "7200" } } });
    const results = await world.connector.update("Story", "DEMO", before.map((item) => ({ id: item.id, fields: { summary: "now" }, before: item })));
    world.server.faults.remove(fault);
    expect(results).toMatchObject([{ ok: true }, { ok: false, kind: "doubtful" }]);
  });

  it("carries a status over several transitions, on new issues and on others", async () => {
    const made = await world.create({ summary: "New and done", status: choice("Done") });
    expect(made.problems).toEqual([]);
    expect(made.after?.item.fields["status"]).toMatchObject({ choice: "Done" });
    const other = await world.create({ summary: "Later" });
    const result = good(await world.update(other.id, { status: choice("Done") }));
    expect(result.problems).toEqual([]);
    expect(result.after?.item.fields["status"]).toMatchObject({ choice: "Done" });
    world.server.clearCalls();
    expect(good(await world.update(other.id, { status: choice("Done") })).problems).toEqual([]);
    expect(calls("POST", /transitions/)).toBe(0);
  });

  it("gives a transition the fields it asks for, by the shorter way", async () => {
    const made = await world.create({ summary: "Resolved" });
    const result = good(await world.update(made.id, { status: choice("Done"), resolution: choice("Won't Do") }));
    expect(result.problems).toEqual([]);
    expect(result.after?.item.fields).toMatchObject({ status: { choice: "Done" }, resolution: { choice: "Won't Do" } });
    const lone = await world.create({ summary: "Resolution alone" });
    expect(good(await world.update(lone.id, { resolution: choice("Done"), summary: "Resolution alone 2" })).problems).toMatchObject([{ field: "resolution" }]);
  });

  it("never lets a status that cannot be reached stop the other fields", async () => {
    const made = await world.create({ summary: "Stuck", status: choice("Nowhere"), labels: ["a"] });
    expect(made.problems).toMatchObject([{ field: "status", reason: expect.stringContaining("To Do") }]);
    expect((await world.read(made.id, ["labels"])).fields["labels"]).toEqual(["a"]);
  });

  it("links and unlinks issues in the right direction", async () => {
    const [a, b, c] = [await world.create({ summary: "A" }), await world.create({ summary: "B" }), await world.create({ summary: "C" })];
    const blocks = "link:Blocks:outward";
    expect(good(await world.update(a.id, { [blocks]: [{ ref: b.id }] })).problems).toEqual([]);
    expect(refs((await world.read(b.id, ["link:Blocks:inward"])).fields["link:Blocks:inward"])).toEqual([a.id]);
    const before = await world.read(a.id, [blocks]);
    const [result] = await world.connector.update("Story", "DEMO", [{ id: a.id, fields: { [blocks]: [{ ref: c.id }] }, before }]);
    expect(refs(good(result).after?.item.fields[blocks])).toEqual([c.id]);
    const made = await world.create({ summary: "D", [blocks]: [{ ref: c.id }, { ref: "4711" }] });
    expect(made.problems).toMatchObject([{ field: blocks }]);
    expect(refs(made.after?.item.fields[blocks])).toEqual([c.id]);
  });

  it("has one field for links that are the same from both ends, and makes one link of two that are made at once", async () => {
    const [a, b] = [await world.create({ summary: "A" }), await world.create({ summary: "B" })];
    const relates = "link:Relates";
    const { type, project } = { type: "Story", project: "DEMO" };
    expect((await world.connector.types(project)).find(({ name }) => name === type)?.fields.filter(({ label }) => label === "relates to").map(({ name }) => name)).toEqual([relates]);
    const both = [await world.read(a.id, [relates]), await world.read(b.id, [relates])];
    const results = await world.connector.update(type, project, both.map((before, at) => ({ id: before.id, fields: { [relates]: [{ ref: both[1 - at]?.id ?? "" }] }, before })));
    expect(results.map((result) => good(result).problems)).toEqual([[], []]);
    expect([refs((await world.read(a.id, [relates])).fields[relates]), refs((await world.read(b.id, [relates])).fields[relates])]).toEqual([[b.id], [a.id]]);
    expect(await world.rest("GET", `/rest/api/2/issue/${a.id}?fields=issuelinks`)).toMatchObject({ fields: { issuelinks: [{ type: { name: "Relates" } }] } });
    // From the other end it is the same link, and goes with it.
    expect(good(await world.update(b.id, { [relates]: [] })).problems).toEqual([]);
    expect(refs((await world.read(a.id, [relates])).fields[relates])).toEqual([]);
  });

  it("keeps what others added to a list meanwhile", async () => {
    const made = await world.create({ summary: "Lists", labels: ["a", "b"] });
    const before = await world.read(made.id, ["labels"]);
    world.server.clock.advance(5);
    by("Bo Chen", made.id, { labels: ["a", "b", "theirs"] });
    const [result] = await world.connector.update("Story", "DEMO", [{ id: made.id, fields: { labels: ["b", "c"] }, before }]);
    const labels = good(result).after?.item.fields["labels"];
    expect([...(labels as readonly string[])].sort()).toEqual(["b", "c", "theirs"]);
    expect(good(result).after?.others).toContain("labels");
  });

  it("proves what others changed, and keeps what it replaced of theirs", async () => {
    const points = await world.field("Story", "Story Points");
    const made = await world.create({ summary: "Raced", [points]: 1, description: "<p>mine</p>", priority: choice("Low") });
    world.server.clock.advance(5);
    const before = await world.read(made.id, ["summary", points, "description", "priority", "assignee"]);
    world.server.clock.advance(5);
    by("Bo Chen", made.id, { [points]: 8, summary: "Theirs", priority: { name: "Highest" } });
    world.server.clock.advance(5);
    const [result] = await world.connector.update("Story", "DEMO", [{ id: made.id, fields: { summary: "Ours", description: "<p>ours</p>", priority: choice("Medium") }, before }]);
    const { after, overwritten } = good(result);
    expect([...(after?.others ?? [])]).toEqual([points]);
    const bo = await person("Bo Chen");
    expect(overwritten).toMatchObject(expect.arrayContaining([expect.objectContaining({ field: "summary", value: "Theirs", by: bo.person }), expect.objectContaining({ field: "priority", value: expect.objectContaining({ choice: "Highest" }) })]));
    expect(overwritten).toHaveLength(2);
  });

  it("does not take what was read before for somebody else's news", async () => {
    const made = await world.create({ summary: "Close" });
    by("Bo Chen", made.id, { summary: "Close, by Bo", labels: ["x"] });
    const before = await world.read(made.id, ["summary", "labels"]);
    const [result] = await world.connector.update("Story", "DEMO", [{ id: made.id, fields: { duedate: "2026-06-01" }, before }]);
    expect(good(result).after?.others).toEqual([]);
    expect(good(result).overwritten).toBeUndefined();
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>, Fields, boolean]>([
    ["a value that somebody set in between is kept in the record", { summary: "Theirs" }, { summary: "Ours" }, true],
    ["a list that somebody changed in between is not changed a second time: it is read and planned anew", { labels: ["a", "b"] }, { labels: ["a", "ours"] }, false],
  ])("where the reply of an edit was lost, %s", async (_, theirs, ours, repeats) => {
    const made = await world.create({ summary: "Lost reply", labels: ["a", "b"] });
    const sleep = async (): Promise<void> => by("Bo Chen", made.id, theirs);
    const connector = await world.open({}, undefined, { sleep });
    world.server.clock.advance(5);
    const before = await world.read(made.id, ["summary", "labels"]);
    world.server.clock.advance(5);
    world.server.clearCalls();
    world.server.faults.add({ match: { method: "PUT", path: `/issue/${made.id}`, times: 1 }, effect: { dropAfter: true } });
    const [result] = await connector.update("Story", "DEMO", [{ id: made.id, fields: ours, before }]);
    world.server.faults.clear();
    expect(world.server.calls().filter(({ method }) => method === "PUT")).toHaveLength(repeats ? 2 : 1);
    if (repeats) expect(good(result).overwritten).toMatchObject([{ field: "summary", value: "Theirs" }]);
    else expect(result).toMatchObject({ ok: false, kind: "doubtful" });
  });

  it("is in doubt when the reply of a create is lost, and finds what was made by its intent alone", async () => {
    const since = START;
    const drafts = [draft({ summary: "Twin" }), draft({ summary: "Twin" })];
    world.server.faults.add({ match: { method: "POST", path: /issue\/bulk$/, times: 1 }, effect: { dropAfter: true } });
    const results = await world.connector.create("Story", "DEMO", drafts);
    expect(results.map((result) => result.ok === false && result.kind)).toEqual(["doubtful", "doubtful"]);
    by("Bo Chen", String((await world.changed()).find((item) => item.name === "Twin")?.id), { summary: "Renamed twin" });
    world.server.clock.advance(120);
    const fresh = await world.open();
    const never = { intent: randomUUID(), name: "Twin", since: await fresh.now() };
    const { found, undecided } = await fresh.find("Story", "DEMO", [...drafts.map(({ intent }) => ({ intent, name: "Twin", since })), never]);
    expect(found.size).toBe(2);
    expect(new Set([...found.values()].map((hit) => hit.id)).size).toBe(2);
    expect([...undecided]).toEqual([never.intent]);
    world.server.clock.advance(3600);
    // The clock is known from the last answer; a call tells the new one.
    await fresh.findPeople("Anna Berg");
    expect((await fresh.find("Story", "DEMO", [never])).undecided.size).toBe(0);
  });

  it("finds by its intent what another account made, which was used before", async () => {
    const lost = draft({ summary: "Of the old account" });
    const since = await world.connector.now();
    good((await world.connector.create("Story", "DEMO", [lost]))[0]);
    const fresh = await world.open({}, flavour === "cloud" ? { email: "anna.berg@example.com", token: "jira-token" } : { user: "anna.berg", password: "jira-pass" });
    expect([...(await fresh.find("Story", "DEMO", [{ intent: lost.intent, name: "Of the old account", since }])).found.keys()]).toEqual([lost.intent]);
  });

  it("gives one status 500 to all that travelled in a call, and nothing is created twice", async () => {
    world.server.faults.add({ match: { method: "POST", path: /issue\/bulk$/, times: 1 }, effect: { status: 502, executeFirst: true } });
    const before = (await world.changed()).length;
    const results = await world.connector.create("Story", "DEMO", [draft({ summary: "One" })]);
    expect(results).toMatchObject([{ ok: false, kind: "doubtful" }]);
    expect(await world.changed()).toHaveLength(before + 1);
  });

  it("is in doubt about a sprint whose creation was confirmed without it", async () => {
    world.server.faults.add({ match: { method: "POST", path: "/sprint", times: 1 }, effect: { status: 204, executeFirst: true } });
    expect(await world.connector.create("sprint", "DEMO", [draft({ name: "Told of by nobody" })])).toMatchObject([{ ok: false, kind: "doubtful" }]);
  });

  it("survives a lost reply of a transition by looking where the issue stands", async () => {
    const made = await world.create({ summary: "Moved in the dark" });
    world.server.faults.add({ match: { method: "POST", path: "/transitions", times: 1 }, effect: { dropAfter: true } });
    const result = good(await world.update(made.id, { status: choice("In Progress") }));
    expect(result.problems).toEqual([]);
    expect(result.after?.item.fields["status"]).toMatchObject({ choice: "In Progress" });
  });

  it("puts issues into sprints and takes them out", async () => {
    const sprint = good((await world.connector.create("sprint", "DEMO", [draft({ name: "Sprint A, [x]=1" })]))[0]);
    const field = await world.field("Story", "Sprint");
    const made = await world.create({ summary: "Planned", [field]: { ref: sprint.id } });
    expect(made.problems).toEqual([]);
    const fresh = await world.open();
    const [item] = await fresh.get({ type: "Story", project: "DEMO", ids: [made.id], fields: [field] });
    expect(item?.fields[field]).toEqual({ ref: sprint.id, type: "sprint", name: "Sprint A, [x]=1" });
    expect(good(await world.update(made.id, { [field]: null })).problems).toEqual([]);
    expect((await world.read(made.id, [field])).fields[field]).toBeNull();
  });

  it("removes issues, and says missing for those that are gone", async () => {
    const made = await world.create({ summary: "Short-lived" });
    expect(await world.connector.remove("Story", "DEMO", [made.id, "999999"])).toMatchObject([{ ok: true }, { ok: false, kind: "missing" }]);
    expect(await world.connector.update("Story", "DEMO", [{ id: made.id, fields: { summary: "x" }, before: { type: "Story", id: made.id, project: "DEMO", name: "", version: "", changedAt: START, fields: {} } }])).toMatchObject([{ ok: false, kind: "missing" }]);
  });

  it("creates epics, their stories and sub-tasks", async () => {
    const epic = await world.create({ summary: "Big" }, "Epic");
    const link = flavour === "cloud" ? "parent" : await world.field("Story", "Epic Link");
    const story = await world.create({ summary: "Small", [link]: { ref: epic.id } });
    expect(story.problems).toEqual([]);
    expect(story.after?.item.fields[link]).toEqual({ ref: epic.id, type: "Epic", name: "Big" });
    expect(good(await world.update(story.id, { [link]: null })).after?.item.fields[link]).toBeNull();
    const sub = await world.create({ summary: "Part", parent: { ref: story.id } }, "Sub-task");
    expect(sub.after?.item.fields["parent"]).toMatchObject({ ref: story.id, type: "Story" });
    expect(await world.connector.remove("Story", "DEMO", [story.id])).toMatchObject([{ ok: false, kind: "refused" }]);
  });
});

describe("a workflow that is known from a route only", () => {
  it("goes the way the options name", async () => {
    const world = await startJira("dc", { requiredFields: {} }, { routes: { Story: [["To Do", "In Progress", "In Review", "Done"]] } });
    try {
      const made = await world.create({ summary: "Routed" });
      expect(good(await world.update(made.id, { status: choice("Done") })).problems).toEqual([]);
    } finally {
      await world.close();
    }
  });

  it("tells what it saw when no way is known, and tries nothing out on an old issue", async () => {
    const world = await startJira("cloud");
    try {
      const made = await world.create({ summary: "Alone" });
      const result = good(await world.update(made.id, { status: choice("Done"), summary: "Alone 2" }));
      expect(result.problems).toMatchObject([{ field: "status", reason: expect.stringContaining("In Progress") }]);
      expect(result.after?.item).toMatchObject({ name: "Alone 2", fields: { status: { choice: "To Do" } } });
      expect(world.server.calls().filter((call) => call.method === "POST" && call.path.endsWith("/transitions"))).toEqual([]);
    } finally {
      await world.close();
    }
  });

  it("waits out a conflict of two transitions", async () => {
    const world = await startJira("cloud", { transitionConflicts: 1 });
    try {
      const made = await world.create({ summary: "Collides" });
      expect(good(await world.update(made.id, { status: choice("In Progress") })).problems).toEqual([]);
    } finally {
      await world.close();
    }
  });

  it("edits what only another status lets it edit", async () => {
    const world = await startJira("cloud", { closedIssuesEditable: false });
    try {
      const made = await world.create({ summary: "Closed", status: choice("Closed"), resolution: choice("Done") }, "Bug");
      expect(made.problems).toEqual([]);
      const result = good(await world.update(made.id, { summary: "Opened", status: choice("Open") }, "Bug"));
      expect(result.after?.item.fields["status"]).toMatchObject({ choice: "Open" });
      expect(result.problems).toEqual([]);
      expect(result.after?.item.name).toBe("Opened");
    } finally {
      await world.close();
    }
  });
});
