// The rules of the sandbox ALM Octane for phases, releases and sprints, lists, people, workspaces and memo fields.

import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Caller, signedIn } from "./octaneCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const ref = (type: string, id: string) => ({ type, id });

const read = (path: string, fields: string): Record<string, unknown> => caller.get(`${path}?fields=${fields}`).body;

const codeOf = (answer: Answer): readonly unknown[] => [answer.status, answer.body.error_code ?? answer.errors[0]?.error_code];

describe("phases", () => {
  it("change freely by default, along transitions only where that is switched on", () => {
    const strict = signedIn({ phaseTransitions: "strict" });
    const id = strict.make("defects", { name: "x" });
    const to = (phase: string): number => strict.put(`defects/${id}`, { phase: ref("phase", `phase.defect.${phase}`) }).status;
    expect([to("closed"), to("opened"), to("fixed"), to("closed"), to("new")]).toEqual([409, 200, 200, 200, 409]);
    const free = caller.make("defects", { name: "x" });
    expect(caller.put(`defects/${free}`, { phase: ref("phase", "phase.defect.closed") }).status).toBe(200);
  });

  it("may demand fields, as a rule of the workspace does", () => {
    const ruled = signedIn({ requiredInPhase: { "phase.defect.closed": ["fixed_in_build"] } });
    const id = ruled.make("defects", { name: "x" });
    const closed = ref("phase", "phase.defect.closed");
    expect(ruled.put(`defects/${id}`, { phase: closed }).body).toMatchObject({ error_code: "platform.general_error", business_error: true });
    expect(ruled.put(`defects/${id}`, { phase: closed, fixed_in_build: 5 }).status).toBe(200);
  });

  it("date the end of work where that is switched on", () => {
    const dated = signedIn({ phaseDates: true });
    const id = dated.make("defects", { name: "x" });
    dated.put(`defects/${id}`, { phase: ref("phase", "phase.defect.fixed") });
    dated.put(`defects/${id}`, { phase: ref("phase", "phase.defect.closed") });
    expect(dated.get(`defects/${id}?fields=closed_on,fixed_on`).body).toMatchObject({ closed_on: "2026-03-02T10:00:00Z", fixed_on: "2026-03-02T10:00:00Z" });
    dated.put(`defects/${id}`, { phase: ref("phase", "phase.defect.opened") });
    expect(dated.get(`defects/${id}?fields=closed_on`).body.closed_on).toBeNull();
  });

  it("can be renamed and added, their logical names stay", () => {
    caller.put("phases/phase.defect.new", { name: "Fresh", logical_name: "other" });
    expect(read("phases/phase.defect.new", "name,logical_name")).toMatchObject({ name: "Fresh", logical_name: "phase.defect.new" });
    const own = caller.make("phases", { name: "On hold", entity: "defect", metaphase: ref("metaphase", "metaphase.work_item.inprogress") });
    expect(caller.post("defects", { name: "x", phase: ref("phase", own) }).status).toBe(201);
  });
});

describe("releases and sprints", () => {
  const dates = { start_date: "2026-04-01T00:00:00Z", end_date: "2026-04-11T00:00:00Z" };

  it("a scrum release with a sprint length makes its sprints itself", () => {
    const id = caller.make("releases", { name: "R", ...dates, sprint_duration: 7, agile_type: ref("list_node", "list_node.release_agile_type.scrum") });
    expect(caller.get(`sprints?query="release EQ {id EQ ${id}}"&fields=name,start_date,end_date&order_by=start_date`).data.map((one) => [one.name, one.start_date, one.end_date])).toEqual([
      ["Sprint 1", "2026-04-01T00:00:00Z", "2026-04-08T00:00:00Z"],
      ["Sprint 2", "2026-04-08T00:00:00Z", "2026-04-11T00:00:00Z"],
    ]);
    expect(read(`releases/${id}`, "num_of_sprints").num_of_sprints).toBe(2);
    const kanban = caller.make("releases", { name: "K", ...dates, sprint_duration: 7, agile_type: ref("list_node", "list_node.release_agile_type.kanban") });
    expect(read(`releases/${kanban}`, "num_of_sprints").num_of_sprints).toBe(0);
  });

  it.each([
    ["before its release", "2026-03-31T00:00:00Z", "2026-04-05T00:00:00Z"],
    ["after its release", "2026-04-05T00:00:00Z", "2026-04-12T00:00:00Z"],
    ["backwards", "2026-04-05T00:00:00Z", "2026-04-04T00:00:00Z"],
  ])("a sprint cannot lie %s", (_, start_date, end_date) => {
    const release = caller.make("releases", { name: "R", ...dates });
    const answer = caller.post("sprints", { name: "S", release: ref("release", release), start_date, end_date });
    expect([answer.status, answer.errors[0]?.business_error]).toEqual([409, true]);
  });

  it("a sprint needs a release and never moves to another", () => {
    const [one, two] = [caller.make("releases", { name: "R", ...dates }), caller.make("releases", { name: "S", ...dates })];
    const sprint = caller.make("sprints", { name: "S", release: ref("release", one), ...dates });
    expect(caller.put(`sprints/${sprint}`, { release: ref("release", two) }).body).toMatchObject({ error_code: "platform.general_error", business_error: true });
    expect(caller.put(`sprints/${sprint}`, { release: ref("release", one), name: "T" }).status).toBe(200);
    expect(caller.post("sprints", { name: "S", ...dates }).status).toBe(409);
  });

  it("stays as the switches say when sprints overlap, releases move or go, and items take another's sprint", () => {
    const strict = signedIn({ sprintOverlap: "refuse", moveSprintsWithRelease: true, releaseDelete: "refuse", sprintOfOtherRelease: "refuse" });
    const release = strict.make("releases", { name: "R", ...dates });
    const sprint = strict.make("sprints", { name: "S", release: ref("release", release), start_date: dates.start_date, end_date: "2026-04-05T00:00:00Z" });
    expect(strict.post("sprints", { name: "T", release: ref("release", release), ...dates }).status).toBe(409);
    expect(strict.remove(`releases/${release}`).status).toBe(409);
    expect(strict.post("stories", { name: "x", sprint: ref("sprint", sprint) }).status).toBe(409);
    expect(strict.post("stories", { name: "x", sprint: ref("sprint", sprint), release: ref("release", release) }).status).toBe(201);
    strict.put(`releases/${release}`, { start_date: "2026-04-03T00:00:00Z", end_date: "2026-04-13T00:00:00Z" });
    expect(strict.get(`sprints/${sprint}?fields=start_date`).body.start_date).toBe("2026-04-03T00:00:00Z");
  });

  it("a deleted release takes its sprints and leaves its items", () => {
    const release = caller.make("releases", { name: "R", ...dates });
    const sprint = caller.make("sprints", { name: "S", release: ref("release", release), ...dates });
    const story = caller.make("stories", { name: "x", release: ref("release", release), sprint: ref("sprint", sprint) });
    caller.remove(`releases/${release}`);
    expect(caller.get(`sprints/${sprint}`).status).toBe(404);
    expect(read(`stories/${story}`, "release,sprint")).toMatchObject({ release: null, sprint: null });
  });

  it("takes no new references to what is no longer active, and keeps the old", () => {
    const release = caller.make("releases", { name: "R", ...dates });
    const story = caller.make("stories", { name: "x", release: ref("release", release) });
    caller.put(`releases/${release}`, { activity_level: 1 });
    expect(codeOf(caller.post("stories", { name: "y", release: ref("release", release) }))).toEqual([409, "illegal_field_value"]);
    expect(caller.put(`stories/${story}`, { release: ref("release", release), name: "z" }).status).toBe(200);
  });

  it("shares releases of the space with its workspaces, to be changed there only", () => {
    const made = caller.call("POST", "/api/shared_spaces/1001/releases", { data: [{ name: "Shared", ...dates }] });
    const id = String(made.data[0]?.id);
    expect(caller.get(`releases/${id}`).status).toBe(200);
    expect(caller.names("releases?fields=name&order_by=id")).toContain("Shared");
    expect(caller.put(`releases/${id}`, { name: "Mine" }).status).toBe(403);
    expect(caller.call("PUT", `/api/shared_spaces/1001/releases/${id}`, { name: "Ours" }).status).toBe(200);
  });
});

describe("lists, people and the other workspace", () => {
  it("makes lists and values, logical names ending in _ln, values switched off and never deleted", () => {
    const root = caller.make("list_nodes", { name: "Colours", logical_name: "colours_ln" });
    const red = caller.make("list_nodes", { name: "Red", list_root: ref("list_node", root) });
    caller.make("list_nodes", { name: "Blue", list_root: ref("list_node", root), logical_name: "blue_ln" });
    expect(caller.get('list_nodes?query="list_root EQ {logical_name EQ ^colours_ln^}"&order_by=index&fields=name,index').data.map((one) => [one.name, one.index])).toEqual([["Red", 0], ["Blue", 1]]);
    expect(codeOf(caller.post("list_nodes", { name: "x", logical_name: "wrong" }))).toEqual([409, "illegal_field_value"]);
    expect(codeOf(caller.post("list_nodes", { name: "x", logical_name: "blue_ln" }))).toEqual([409, "platform.duplicate_entity_error"]);
    expect(caller.put(`list_nodes/${red}`, { activity_level: 1 }).status).toBe(200);
    expect(caller.remove(`list_nodes/${red}`).status).toBe(405);
  });

  it("makes people of their addresses and takes each address once", () => {
    const made = caller.post("workspace_users", { email: "new@example.com", first_name: "New", last_name: "One" });
    expect(made.data[0]).toMatchObject({ name: "new@example.com", full_name: "New One", activity_level: 0 });
    expect(codeOf(caller.post("workspace_users", { email: "NEW@example.com" }))).toEqual([409, "platform.duplicate_entity_error"]);
    expect(caller.put(`workspace_users/${String(made.data[0]?.id)}`, { last_name: "Two" }).body.full_name).toBe("New Two");
    expect(caller.put(`workspace_users/${String(made.data[0]?.id)}`, { full_name: "X" }).status).toBe(403);
  });

  it("takes an inactive person as owner", () => {
    expect(caller.post("stories", { name: "x", owner: ref("workspace_user", "1006") }).status).toBe(201);
  });

  it("keeps workspaces apart", () => {
    const id = caller.make("stories", { name: "here" });
    const second = "/api/shared_spaces/1001/workspaces/1003";
    expect(caller.get(`${second}/stories/${id}`).status).toBe(404);
    expect(caller.get(`${second}/stories?query="id EQ ${id}"`).body.total_count).toBe(0);
    expect(caller.call("POST", `${second}/stories`, { data: [{ name: "x", parent: ref("work_item_root", "1001") }] }).status).toBe(409);
    expect(caller.get(`${second}/work_item_roots?fields=workspace_id`).data[0]?.workspace_id).toBe(1003);
  });
});

describe("memo fields", () => {
  it.each([
    ["a whole document", "<html><body>\n<p>a <b>b</b></p>\n</body></html>", "<html><body>\n<p>a <b>b</b></p>\n</body></html>"],
    ["a fragment", "<p>x</p>", "<p>x</p>"],
    ["a plain text", "5 < 6 & on", "5 < 6 & on"],
    ["a script", "<html><body>a<script>alert(1)</script>b</body></html>", "<html><body>ab</body></html>"],
    ["a handler", '<html><body><img src="x" onerror="alert(1)"></body></html>', '<html><body><img src="x"></body></html>'],
    ["a script in an address", '<a href="javascript:alert(1)">x</a>', '<a href="">x</a>'],
    ["halves of a script", "<scr<script></script>ipt>x</script>", "x"],
  ])("keep %s", (_, sent, kept) => {
    const id = caller.make("defects", { name: "x", description: sent });
    expect(read(`defects/${id}`, "description").description).toBe(kept);
  });

  it("may be wrapped and left with scripts where that is switched on", () => {
    const other = signedIn({ memoFragments: "wrap", memoScripts: "keep", maxMemoLength: 100 });
    const id = other.make("defects", { name: "x", description: "<script>1</script>" });
    expect(other.get(`defects/${id}?fields=description`).body.description).toBe("<html><body>\n<script>1</script>\n</body></html>");
    expect(other.post("defects", { name: "x", description: "y".repeat(101) }).status).toBe(409);
  });
});
