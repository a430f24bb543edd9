// The sandbox ALM Octane in the hands of tests: state and back, edits by people, faults, the demo, and its size.

import { beforeEach, describe, expect, it } from "vitest";
import { demoEdits } from "../../lib/sandbox/octane/demo.ts";
import { type Caller, newCaller, signedIn, WORKSPACE } from "./octaneCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const RAW = { "content-type": "application/octet-stream" };

describe("content", () => {
  it("starts with one release and no items", () => {
    const counts = Object.fromEntries(["releases", "sprints", "epics", "features", "stories", "defects", "tasks", "comments", "attachments", "work_item_roots", "requirement_roots"].map((name) => [name, caller.get(name).body.total_count]));
    expect(counts).toEqual({ releases: 1, sprints: 0, epics: 0, features: 0, stories: 0, defects: 0, tasks: 0, comments: 0, attachments: 0, work_item_roots: 1, requirement_roots: 1 });
    expect(caller.names("releases?fields=name")).toEqual(["Default release"]);
    expect(caller.get("audits").body.total_count).toBe(0);
  });

  it("goes out and comes back the same, with files, scripts, history and counters", () => {
    const id = caller.make("defects", { name: "x" });
    caller.call("POST", `attachments?name=a.txt&owner_work_item=${id}`, Buffer.from("bytes"), RAW);
    caller.put(`tests/${caller.make("manual_tests", { name: "t" })}/script`, { script: "- open" });
    caller.remove(`defects/${caller.make("defects", { name: "gone" })}`);
    const state = JSON.stringify(caller.octane.state());
    const other = newCaller();
    other.octane.load(JSON.parse(state));
    expect(JSON.stringify(other.octane.state())).toBe(state);
    other.signIn();
    expect(other.get(`attachments/1001/a.txt`).raw).toEqual(Buffer.from("bytes"));
    expect(other.make("defects", { name: "y" })).toBe(caller.make("defects", { name: "y" }));
  });

  it.each([[null], [{}], [[]], [{ entities: [] }]])("refuses %j as a state and keeps what it has", (state) => {
    const before = JSON.stringify(caller.octane.state());
    expect(() => caller.octane.load(state)).toThrow(/this is no state/);
    expect(JSON.stringify(caller.octane.state())).toBe(before);
  });

  it("is the same after the same calls, byte for byte", () => {
    const run = (): string => {
      const other = signedIn();
      other.post("stories", { name: "a" }, { name: "b" });
      other.put("stories/1004", { name: "c" });
      return JSON.stringify(other.octane.state());
    };
    expect(run()).toBe(run());
  });

  it("is fresh after a reset, and old sessions are over", () => {
    const before = JSON.stringify(caller.octane.state());
    caller.make("defects", { name: "x" });
    caller.octane.reset();
    expect(JSON.stringify(caller.octane.state())).toBe(before);
    expect(caller.get("defects").status).toBe(401);
  });

  it("never gives an id twice", () => {
    const first = caller.make("stories", { name: "a" });
    caller.remove(`stories/${first}`);
    caller.octane.load(caller.octane.state());
    expect(Number(caller.make("stories", { name: "b" }))).toBe(Number(first) + 1);
  });
});

describe("edits by people", () => {
  it("need no sign-in, name their author, and name targets", () => {
    const { octane } = newCaller();
    octane.edit({ author: "Anna Berg", action: "create", type: "feature", fields: { name: "Cart" } });
    const { id } = octane.edit({ author: "bo.chen@example.com", action: "create", type: "story", project: "Demo", fields: { name: "x", parent: { type: "feature", name: "Cart" }, owner: { type: "workspace_user", name: "Carla Díaz" }, phase: { type: "phase", name: "In Testing" }, customer_tier_udf: { type: "list_node", name: "Gold" } } });
    caller.octane.load(octane.state());
    expect(caller.get(`stories/${id}?fields=name,parent,owner,phase,author,customer_tier_udf`).body).toMatchObject({ parent: { name: "Cart" }, owner: { full_name: "Carla Díaz" }, phase: { id: "phase.story.intesting" }, author: { full_name: "Bo Chen" }, customer_tier_udf: { name: "Gold" } });
  });

  it("change, comment, attach and delete, by id or by name", () => {
    const { id } = caller.octane.edit({ action: "create", type: "defect", project: "1003", fields: { name: "x" } });
    const by = { author: "anna.berg@example.com", type: "defect", project: "Second", id };
    caller.octane.edit({ ...by, action: "update", fields: { name: "y" } });
    caller.octane.edit({ ...by, action: "comment", fields: { text: "seen" } });
    caller.octane.edit({ ...by, id: "y", action: "attach", fields: { name: "a.txt", content: "words" } });
    const [row] = caller.octane.items().filter((one) => one.project === "Second" && one.type === "defect");
    expect(row).toMatchObject({ id, name: "y", status: "New", details: { Comments: "Anna Berg: seen", Attachments: "a.txt (5 bytes)" } });
    caller.octane.edit({ ...by, action: "delete" });
    expect(caller.octane.items().filter((one) => one.type === "defect")).toEqual([]);
  });

  it("obey the rules of the system and leave history", () => {
    const { octane } = caller;
    const { id } = octane.edit({ author: "Anna Berg", action: "create", type: "story", fields: { name: "x" } });
    expect(() => octane.edit({ action: "update", type: "story", id, fields: { version_stamp: 5 } })).toThrow(/version_stamp of story cannot be changed/);
    expect(() => octane.edit({ action: "create", type: "sprint", fields: { name: "S" } })).toThrow(/required/);
    expect(() => octane.edit({ action: "update", type: "story", id: "9999", fields: {} })).toThrow(/does not exist/);
    expect(() => octane.edit({ author: "Nobody", action: "create", type: "story", fields: { name: "x" } })).toThrow(/no user Nobody/);
    expect(() => octane.edit({ action: "create", type: "storey", fields: { name: "x" } })).toThrow(/no type storey/);
    expect(() => octane.edit({ action: "create", type: "story", project: "Third", fields: { name: "x" } })).toThrow(/no workspace Third/);
    expect(caller.get("audits?fields=action,user").data).toEqual([expect.objectContaining({ action: "create", user: expect.objectContaining({ full_name: "Anna Berg" }) })]);
  });

  it("take the time of the clock they happen at", () => {
    const { id } = caller.octane.edit({ action: "create", type: "story", fields: { name: "x" } });
    caller.clock.at += 90_000;
    caller.octane.edit({ action: "update", type: "story", id, fields: { name: "y" } });
    expect(caller.get(`stories/${id}?fields=creation_time,last_modified`).body).toMatchObject({ creation_time: "2026-03-02T10:00:00Z", last_modified: "2026-03-02T10:01:30Z" });
  });
});

describe("faults", () => {
  it("a search lag hides what is fresh from lists and not from reading by id", () => {
    const old = caller.make("stories", { name: "old" });
    caller.octane.setSearchLag(30);
    const fresh = caller.make("stories", { name: "fresh" });
    caller.put(`stories/${old}`, { name: "changed" });
    expect(caller.names("stories?fields=name")).toEqual(["old"]);
    expect(caller.get(`stories?query="id EQ ${fresh}"`).body.total_count).toBe(0);
    expect([caller.get(`stories/${fresh}?fields=name`).body.name, caller.get(`stories/${old}?fields=name`).body.name]).toEqual(["fresh", "changed"]);
    caller.clock.at += 29_000;
    expect(caller.names("stories?fields=name")).toEqual(["old"]);
    caller.clock.at += 1000;
    expect(caller.names("stories?fields=name")).toEqual(["changed", "fresh"]);
  });

  it("chosen entries of the next write of many fail, the others stay, and it happens once", () => {
    caller.octane.failBulkEntries([1]);
    const answer = caller.post("stories", { name: "a" }, { name: "b" }, { name: "c" });
    expect([answer.status, answer.data.map((one) => one.name), answer.errors.map((one) => [one.index, one.error_code])]).toEqual([409, ["a", "c"], [[1, "platform.general_error"]]]);
    expect(caller.post("stories", { name: "d" }, { name: "e" }).status).toBe(201);
    caller.octane.failBulkEntries([0]);
    expect(caller.put("stories", { data: [{ id: "1004", name: "x" }, { id: "1005", name: "y" }] }).errors.map((one) => one.index)).toEqual([0]);
  });

  it("a rate limit is told to the server where that is switched on", () => {
    expect(newCaller().octane.rateLimit).toBeUndefined();
    expect(newCaller({ requestsPerMinute: 120 }).octane.rateLimit).toMatchObject({ perSecond: 2, burst: 120, reply: { status: 429 } });
  });
});

describe("the demo", () => {
  it("is a lively backlog that obeys every rule, twice the same", () => {
    const run = (): Caller => {
      const other = signedIn();
      for (const edit of demoEdits()) other.octane.edit(edit);
      return other;
    };
    const demo = run();
    const counts = Object.fromEntries(["releases", "sprints", "epics", "features", "stories", "defects", "tasks", "comments", "attachments", "requirement_documents"].map((name) => [name, demo.get(name).body.total_count]));
    expect(counts).toEqual({ releases: 3, sprints: 4, epics: 4, features: 10, stories: 40, defects: 20, tasks: 8, comments: 4, attachments: 2, requirement_documents: 2 });
    expect(demo.get('stories?query="owner EQ {null}"').body.total_count).toBeGreaterThan(5);
    expect(JSON.stringify(run().octane.state())).toBe(JSON.stringify(demo.octane.state()));
  });

  it("keeps items in the release of their sprint", () => {
    for (const edit of demoEdits()) caller.octane.edit(edit);
    const { data } = caller.get('work_items?query="!sprint EQ {null}"&fields=release{id},sprint{release{id}}');
    expect(data.length).toBeGreaterThan(20);
    for (const item of data) expect((item.release as { readonly id: string }).id).toBe((item.sprint as { readonly release: { readonly id: string } }).release.id);
  });
});

describe("size", () => {
  const MANY = 20_000;

  it(`answers pages of ${MANY} items without sorting them each time`, () => {
    const stories = Array.from({ length: MANY }, (_, at) => ({ name: `Story ${at}`, story_points: at % 13 }));
    expect(caller.call("POST", "stories?fields=id", { data: stories }).body.total_count).toBe(MANY);
    const seen = new Set<unknown>();
    for (let offset = 0; offset < MANY; offset += 1000) for (const one of caller.get(`stories?fields=id&order_by=-last_modified,id&limit=1000&offset=${offset}`).data) seen.add(one.id);
    let last = 0;
    for (;;) {
      const { data } = caller.get(`${WORKSPACE}/stories?fields=id&order_by=id&limit=1000&query="id GT ${last}"`);
      if (data.length === 0) break;
      last = Number(data[data.length - 1]!.id);
    }
    expect([seen.size, last]).toEqual([MANY, MANY + 1003]);
  });
});
