// Writing to the sandbox ALM Octane: what the server fills in, what it refuses and how, partial failure, locks, links.

import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Caller, signedIn } from "./octaneCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const ref = (type: string, id: string) => ({ type, id });

const read = (path: string, fields: string): Record<string, unknown> => caller.get(`${path}?fields=${fields}`).body;

const codeOf = (answer: Answer): readonly unknown[] => [answer.status, answer.body.error_code ?? answer.errors[0]?.error_code];

describe("creating", () => {
  it.each([
    ["defects", "work_item_root", "phase.defect.new"],
    ["stories", "work_item_root", "phase.story.new"],
    ["quality_stories", "work_item_root", "phase.quality_story.new"],
    ["features", "work_item_root", "phase.feature.new"],
    ["epics", "work_item_root", "phase.epic.new"],
    ["requirement_documents", "requirement_root", "phase.requirement_document.draft"],
    ["manual_tests", undefined, "phase.test_manual.new"],
    ["gherkin_tests", undefined, "phase.gherkin_test.new"],
  ])("needs no more than a name in %s: parent, phase and author are filled in", (collection, parent, phase) => {
    const id = caller.make(collection, { name: "only a name" });
    const { body } = caller.get(`${collection}/${id}`);
    expect([(body.parent as { readonly type?: string } | undefined)?.type, (body.phase as { readonly id: string }).id, (body.author as { readonly id: string }).id]).toEqual([parent, phase, "1002"]);
  });

  it("answers 201 in the order sent, counted, with a Location", () => {
    const { status, data, body, headers } = caller.post("stories", { name: "b" }, { name: "a" }, { name: "c" });
    expect([status, body.total_count, body.exceeds_total_count, data.map((one) => one.name)]).toEqual([201, 3, false, ["b", "a", "c"]]);
    expect(headers.location).toBe("/api/shared_spaces/1001/workspaces/1002/stories");
    expect(caller.post("stories", { name: "d" }).headers.location).toMatch(/\/stories\/\d+$/);
  });

  it("shows the fields asked for in its answer", () => {
    expect(caller.call("POST", "stories?fields=name,phase{id}", { data: [{ name: "x" }], total_count: 1, exceeds_total_count: false }).data).toEqual([{ type: "story", id: "1004", name: "x", phase: { type: "phase", id: "phase.story.new" } }]);
  });

  it("through the aggregate asks for the subtype", () => {
    expect(caller.post("work_items", { name: "x", subtype: "story" }).data[0]).toMatchObject({ type: "work_item", subtype: "story" });
    expect(caller.post("work_items", { name: "x", type: "defect" }).data[0]).toMatchObject({ subtype: "defect" });
    expect(codeOf(caller.post("work_items", { name: "x" }))).toEqual([409, "illegal_field_value"]);
  });

  it("takes a phase other than the first", () => {
    const id = caller.make("defects", { name: "x", phase: ref("phase", "phase.defect.closed") });
    expect(read(`defects/${id}`, "phase").phase).toMatchObject({ name: "Closed" });
  });

  it.each([
    ["settable", [201, "1003"]],
    ["ignored", [201, "1002"]],
    ["refuse", [409, undefined]],
  ])("treats another author as the switch says: %s", (authorOnCreate, expected) => {
    const other = signedIn({ authorOnCreate });
    const made = other.post("defects", { name: "x", author: ref("workspace_user", "1003") });
    expect([made.status, (made.data[0]?.author as { readonly id: string } | undefined)?.id]).toEqual(expected);
  });

  it("keeps every kind of user-defined field", () => {
    const values = { jira_key_udf: "PAY-7", impact_score_udf: 1.5, builds_udf: 3, customer_visible_udf: false, target_date_udf: "2026-05-01T00:00:00Z", acceptance_udf: "<html><body>ok</body></html>" };
    const references = { customer_tier_udf: ref("list_node", "customer_tier_gold_ln"), reviewer_udf: ref("workspace_user", "1004"), platforms_udf: { data: [ref("list_node", "platforms_ios_ln"), ref("list_node", "platforms_web_ln")] } };
    for (const collection of ["stories", "defects", "features", "epics"]) {
      const id = caller.make(collection, { name: "x", ...values, ...references });
      expect(read(`${collection}/${id}`, [...Object.keys(values), ...Object.keys(references)].join(","))).toMatchObject({ ...values, customer_tier_udf: { name: "Gold" }, reviewer_udf: { full_name: "Bo Chen" }, platforms_udf: { total_count: 2 } });
    }
  });

  it("has real dates for user-defined ones where that is switched on", () => {
    const other = signedIn({ udfDateType: "date" });
    const id = other.make("stories", { name: "x", target_date_udf: "2026-05-01T14:00:00Z" });
    expect(other.get(`stories/${id}?fields=target_date_udf`).body.target_date_udf).toBe("2026-05-01");
  });

  it("writes times with milliseconds where that is switched on", () => {
    const other = signedIn({ timePrecision: "milliseconds" });
    const id = other.make("stories", { name: "x" });
    expect(other.get(`stories/${id}?fields=creation_time`).body.creation_time).toBe("2026-03-02T10:00:00.000Z");
  });
});

describe("refusing", () => {
  it.each([
    ["an unknown field", { name: "x", nme: 1 }, "platform.unknown_field"],
    ["a read-only field", { name: "x", creation_time: "2026-01-01T00:00:00Z" }, "platform.modify_non_editable_field"],
    ["no name", {}, "illegal_field_value"],
    ["an empty name", { name: "" }, "illegal_field_value"],
    ["a name too long", { name: "x".repeat(256) }, "illegal_field_value"],
    ["a number for a text", { name: 5 }, "illegal_field_value"],
    ["a text for a number", { name: "x", story_points: "5" }, "illegal_field_value"],
    ["a fraction for an integer", { name: "x", story_points: 1.5 }, "illegal_field_value"],
    ["a text for a boolean", { name: "x", blocked: "true" }, "illegal_field_value"],
    ["a word for a time", { name: "x", closed_on: "tomorrow" }, "illegal_field_value"],
    ["a text for a reference", { name: "x", severity: "High" }, "illegal_field_value"],
    ["an unknown target", { name: "x", severity: ref("list_node", "list_node.severity.none") }, "platform.entity_not_found"],
    ["a value of another list", { name: "x", severity: ref("list_node", "list_node.priority.low") }, "illegal_field_value"],
    ["a phase of another type", { name: "x", phase: ref("phase", "phase.story.done") }, "platform.general_error"],
    ["a list for a single reference", { name: "x", severity: { data: [] } }, "illegal_field_value"],
    ["a single reference for several", { name: "x", user_tags: ref("user_tag", "1") }, "illegal_field_value"],
    ["a reason too long", { name: "x", blocked_reason: "y".repeat(256) }, "illegal_field_value"],
    ["no object", "x", null],
  ])("tells %s in the collection form with 409", (_, entity, code) => {
    const answer = caller.post("defects", entity);
    expect([answer.status, answer.body.total_count, answer.data, answer.errors[0]?.index]).toEqual([409, 0, [], 0]);
    if (code !== null) expect(answer.errors[0]?.error_code).toBe(code);
    expect(Object.keys(answer.errors[0]!).sort()).toEqual(["business_error", "correlation_id", "description", "description_translated", "error_code", "index", "properties", "stack_trace"]);
    expect(caller.get("defects").body.total_count).toBe(0);
  });

  it.each([
    [{ creation_time: "2026-01-01T00:00:00Z" }, 403, "platform.modify_non_editable_field"],
    [{ version_stamp: 9 }, 403, "platform.modify_non_editable_field"],
    [{ nme: 1 }, 400, "platform.unknown_field"],
    [{ story_points: "5" }, 400, "illegal_field_value"],
    [{ name: null }, 400, "illegal_field_value"],
    [{ phase: null }, 400, "illegal_field_value"],
    [{ phase: ref("phase", "phase.story.done") }, 409, "platform.general_error"],
    [{ parent: ref("release", "1001") }, 409, "platform.general_error"],
    [{ client_lock_stamp: 99 }, 500, "platform.general_error"],
  ])("tells a single update of %j with its own status", (change, status, code) => {
    const id = caller.make("defects", { name: "x" });
    const answer = caller.put(`defects/${id}`, change);
    expect(codeOf(answer)).toEqual([status, code]);
    expect(answer.body.business_error === false || status !== 409).toBe(true);
    expect(read(`defects/${id}`, "name,version_stamp")).toMatchObject({ name: "x", version_stamp: 1 });
  });

  it("keeps what succeeded of many, and names what failed by position", () => {
    const answer = caller.post("releases", { name: "R", start_date: "2026-01-01T00:00:00Z", end_date: "2026-02-01T00:00:00Z" }, { name: "r", start_date: "2026-01-01T00:00:00Z", end_date: "2026-02-01T00:00:00Z" }, { name: "S" });
    expect([answer.status, answer.body.total_count, answer.body.exceeds_total_count, answer.data[0]?.name]).toEqual([409, 1, false, "R"]);
    expect(answer.errors.map((one) => [one.index, one.error_code, one.business_error, one.stack_trace])).toEqual([
      [1, "platform.duplicate_entity_error", true, null],
      [2, "illegal_field_value", true, null],
    ]);
    expect(caller.names("releases?fields=name")).toEqual(["Default release", "R"]);
  });

  it("leaves the position out where that is switched on and it can be guessed", () => {
    const other = signedIn({ indexInErrors: "whenMany" });
    expect(other.post("defects", { nme: 1 }).errors[0]).not.toHaveProperty("index");
    expect(other.post("defects", { name: "x" }, { nme: 1 }).errors[0]).not.toHaveProperty("index");
    expect(other.post("defects", { nme: 1 }, { nme: 1 }).errors.map((one) => one.index)).toEqual([0, 1]);
  });

  it("takes no more in one request than the limit, where there is one", () => {
    expect(signedIn({ maxBulk: 1 }).post("defects", { name: "a" }, { name: "b" }).status).toBe(400);
  });
});

describe("changing", () => {
  it("touches only what was sent and empties with null", () => {
    const id = caller.make("defects", { name: "x", story_points: 3, severity: ref("list_node", "list_node.severity.low"), description: "<html><body>d</body></html>" });
    const answer = caller.put(`defects/${id}`, { story_points: null, severity: null });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, name: "x", story_points: null, severity: null, description: "<html><body>d</body></html>" });
    expect(answer.body).not.toHaveProperty("data");
  });

  it("counts up version and lock stamp, and moves last_modified, only when something changed", () => {
    const id = caller.make("defects", { name: "x" });
    const stamps = (): unknown => Object.values(read(`defects/${id}`, "version_stamp,client_lock_stamp,last_modified")).slice(1, 4);
    caller.clock.at += 5000;
    caller.put(`defects/${id}`, { name: "x" });
    expect(stamps()).toEqual([1, 1, "2026-03-02T10:00:00Z"]);
    caller.put(`defects/${id}`, { name: "y", client_lock_stamp: 1 });
    expect(stamps()).toEqual([2, 2, "2026-03-02T10:00:05Z"]);
    caller.put(`defects/${id}`, { ordering: "A" });
    expect(stamps()).toEqual([3, 2, "2026-03-02T10:00:05Z"]);
  });

  it("may count an empty change where that is switched on", () => {
    const other = signedIn({ touchOnNoChange: true });
    const id = other.make("defects", { name: "x" });
    other.put(`defects/${id}`, { name: "x" });
    expect(other.get(`defects/${id}?fields=version_stamp`).body.version_stamp).toBe(2);
  });

  it("replaces several values, or adds to them when asked", () => {
    const tags = ["a", "b", "c"].map((name) => ref("user_tag", caller.make("user_tags", { name })));
    const id = caller.make("stories", { name: "x", user_tags: { total_count: 1, data: [tags[0]], exceeds_total_count: false } });
    const shown = (): unknown => (read(`stories/${id}`, "user_tags").user_tags as { readonly data: readonly { readonly name: string }[] }).data.map((one) => one.name);
    caller.put(`stories/${id}`, { user_tags: { data: [tags[1]] } });
    expect(shown()).toEqual(["b"]);
    caller.put(`stories/${id}?reference_update_mode=append`, { user_tags: { data: [tags[1], tags[2]] } });
    expect(shown()).toEqual(["b", "c"]);
    caller.put(`stories/${id}`, { user_tags: { data: [] } });
    expect(read(`stories/${id}`, "user_tags").user_tags).toEqual({ total_count: 0, data: [], exceeds_total_count: false });
  });

  it("changes many by id, and tells an unknown id and a lost lock among them", () => {
    const [a, b] = [caller.make("defects", { name: "a" }), caller.make("defects", { name: "b" })];
    const answer = caller.put("defects", { data: [{ id: a, name: "A" }, { id: "9999", name: "?" }, { id: Number(b), name: "B", client_lock_stamp: 7 }, { name: "no id" }] });
    expect([answer.status, answer.data.map((one) => one.id)]).toEqual([409, [a]]);
    expect(answer.errors.map((one) => [one.index, one.error_code])).toEqual([[1, "platform.entity_not_found"], [2, "platform.general_error"], [3, "platform.malformed_request"]]);
    expect(answer.errors[0]?.properties).toEqual({ entity_type: "defect", entity_id: "9999" });
    expect(caller.names("defects?fields=name&order_by=id")).toEqual(["A", "b"]);
  });

  it("changes all that a filter finds with one entity without id", () => {
    caller.post("defects", { name: "a", story_points: 1 }, { name: "b", story_points: 2 }, { name: "c", story_points: 2 });
    const answer = caller.put('defects?query="story_points EQ 2"', { data: [{ name: "same" }] });
    expect([answer.status, answer.body.total_count]).toEqual([200, 2]);
    expect(caller.names("defects?fields=name&order_by=id")).toEqual(["a", "same", "same"]);
    expect(caller.put("defects", { data: [{ name: "all?" }] }).status).toBe(400);
  });

  it("through the aggregate reaches every subtype", () => {
    const story = caller.make("stories", { name: "s" });
    expect(caller.put(`work_items/${story}`, { name: "t" }).body).toMatchObject({ type: "work_item", subtype: "story", name: "t" });
  });

  it("answers a lost lock with 409 where that is switched on", () => {
    const other = signedIn({ lockMismatchStatus: 409 });
    expect(other.put(`defects/${other.make("defects", { name: "x" })}`, { client_lock_stamp: 5 }).status).toBe(409);
  });

  it("accepts back what was read whole of identity, nothing else that is read-only", () => {
    const id = caller.make("stories", { name: "x" });
    const body = read(`stories/${id}`, "name,logical_name,workspace_id,subtype");
    expect(caller.put(`stories/${id}`, body).status).toBe(200);
  });
});

describe("deleting", () => {
  it("answers nothing, then 404", () => {
    const id = caller.make("defects", { name: "x" });
    const answer = caller.remove(`defects/${id}`);
    expect([answer.status, answer.raw]).toEqual([200, undefined]);
    expect(caller.remove(`defects/${id}`).status).toBe(404);
    expect(caller.make("defects", { name: "y" })).not.toBe(id);
  });

  it("by filter answers what went; without one it is refused unless switched on", () => {
    const ids = ["a", "b", "c"].map((name) => caller.make("defects", { name }));
    expect(caller.remove("defects").status).toBe(400);
    expect(caller.remove(`defects?query="id IN ^${ids[0]}^,^${ids[2]}^"`).body).toEqual({ total_count: 2, data: [ref("defect", ids[0]!), ref("defect", ids[2]!)], exceeds_total_count: false });
    const other = signedIn({ writeWithoutFilter: "allow" });
    other.post("defects", { name: "a" }, { name: "b" });
    expect(other.remove("defects").body.total_count).toBe(2);
  });

  it("takes comments, files, tasks and children with it and empties links", () => {
    const feature = caller.make("features", { name: "f" });
    const story = caller.make("stories", { name: "s", parent: ref("feature", feature) });
    const other = caller.make("stories", { name: "o", linked_items1: { data: [ref("story", story)] } });
    caller.make("tasks", { name: "t", story: ref("story", story) });
    caller.make("comments", { owner_work_item: ref("work_item", story), text: "x" });
    caller.remove(`features/${feature}`);
    expect(["stories", "tasks", "comments"].map((name) => caller.get(name).body.total_count)).toEqual([1, 0, 0]);
    expect(read(`stories/${other}`, "linked_items1").linked_items1).toMatchObject({ total_count: 0 });
  });

  it.each([
    ["lift", 200, "work_item_root"],
    ["refuse", 409, "feature"],
  ])("treats children as the switch says: %s", (parentDelete, status, parent) => {
    const other = signedIn({ parentDelete });
    const feature = other.make("features", { name: "f" });
    const story = other.make("stories", { name: "s", parent: ref("feature", feature) });
    expect(other.remove(`features/${feature}`).status).toBe(status);
    expect(other.get(`stories/${story}?fields=parent`).body.parent).toMatchObject({ type: parent });
  });

  it("never takes the root of the backlog", () => {
    expect(caller.remove("work_items/1001").status).toBe(403);
    expect(caller.remove("work_item_roots/1001").status).toBe(405);
  });
});

describe("hierarchy and links", () => {
  it.each([
    ["epics", "epic", false],
    ["epics", "feature", false],
    ["features", "epic", true],
    ["features", "feature", false],
    ["stories", "feature", true],
    ["stories", "epic", false],
    ["defects", "feature", true],
    ["defects", "story", false],
    ["quality_stories", "feature", true],
  ])("of %s: may one hang under a %s? %s", (collection, parentType, allowed) => {
    const parent = caller.make(`${parentType === "story" ? "stories" : `${parentType}s`}`, { name: "p" });
    const answer = caller.post(collection, { name: "c", parent: ref(parentType, parent) });
    expect(answer.status).toBe(allowed ? 201 : 409);
    if (!allowed) expect(answer.errors[0]).toMatchObject({ error_code: "platform.general_error", business_error: false });
  });

  it("accepts work_item for the type of a target and answers the concrete one", () => {
    const feature = caller.make("features", { name: "f" });
    const story = caller.make("stories", { name: "s", parent: ref("work_item", feature) });
    expect(read(`stories/${story}`, "parent").parent).toEqual({ type: "feature", id: feature, name: "f" });
    expect(read(`features/${feature}`, "has_children,user_stories")).toMatchObject({ has_children: true, user_stories: 1 });
  });

  it("shows a link from both ends and ages only one of them by default", () => {
    const [a, b] = [caller.make("defects", { name: "a" }), caller.make("defects", { name: "b" })];
    caller.clock.at += 60_000;
    caller.put(`defects/${a}`, { linked_items1: { data: [ref("defect", b)] }, depends_on: { data: [ref("defect", b)] } });
    expect(read(`defects/${b}`, "linked_items2,dependence,last_modified,version_stamp")).toMatchObject({ linked_items2: { data: [ref("defect", a)] }, dependence: { total_count: 1 }, last_modified: "2026-03-02T10:00:00Z", version_stamp: 3 });
    expect(read(`defects/${a}`, "last_modified").last_modified).toBe("2026-03-02T10:01:00Z");
    caller.put(`defects/${b}`, { linked_items2: { data: [] } });
    expect(read(`defects/${a}`, "linked_items1").linked_items1).toMatchObject({ total_count: 0 });
  });

  it("hangs tasks on story, whatever the type, and sums their hours there", () => {
    const defect = caller.make("defects", { name: "d" });
    caller.make("tasks", { name: "t", story: ref("defect", defect), estimated_hours: 5, remaining_hours: 2 });
    caller.make("tasks", { name: "u", story: ref("work_item", defect), estimated_hours: 3 });
    expect(read(`defects/${defect}`, "tasks_number,estimated_hours,remaining_hours,invested_hours")).toMatchObject({ tasks_number: 2, estimated_hours: 8, remaining_hours: 2, invested_hours: 0 });
    expect(caller.put(`defects/${defect}`, { estimated_hours: 1 }).status).toBe(403);
    expect(codeOf(caller.post("tasks", { name: "homeless" }))).toEqual([409, "illegal_field_value"]);
  });

  it("nests requirements, several releases each, and never in a ring", () => {
    const folder = caller.make("requirement_folders", { name: "f" });
    const inner = caller.make("requirement_folders", { name: "g", parent: ref("requirement_folder", folder) });
    const document = caller.make("requirement_documents", { name: "d", parent: ref("requirement_folder", inner), release: { data: [ref("release", "1001")] } });
    expect(read(`requirements/${document}`, "release,parent")).toMatchObject({ type: "requirement", subtype: "requirement_document", release: { total_count: 1 }, parent: { id: inner } });
    expect(caller.put(`requirement_folders/${folder}`, { parent: ref("requirement_folder", inner) }).status).toBe(409);
    expect(caller.call("POST", "requirements", { data: [] }).status).toBe(405);
  });

  it("marks epics as without release, sprint and team", () => {
    for (const field of ["release", "sprint", "team"]) expect(codeOf(caller.post("epics", { name: "x", [field]: null }))).toEqual([409, "platform.unknown_field"]);
  });
});
