// The sandbox ALM/QC in the hands of tests: state and back, edits by people, faults, the demo, and over real HTTP.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { demoEdits } from "../../lib/sandbox/almQc/demo.ts";
import type { PersonEdit } from "../../lib/sandbox/imitation.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { loadSystem } from "../../lib/sandbox/systems.ts";
import { type Caller, defect, DEFECT, newCaller, signedIn } from "./almQcCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const edit = (action: PersonEdit["action"], type: string, more: Partial<PersonEdit> = {}): string => caller.qc.edit({ author: "Anna Berg", action, type, ...more }).id;

describe("content", () => {
  it("starts with the roots of the trees and no items", () => {
    const total = (path: string): unknown => caller.get(path).body.TotalResults;
    expect(["defects", "requirements", "release-folders", "releases", "test-folders", "tests", "attachments", "audits"].map((path) => (path === "audits" ? (caller.get(path).body.Audits as { readonly TotalResults: number }).TotalResults : total(path)))).toEqual([0, 1, 1, 0, 2, 0, 0, 0]);
    expect(caller.qc.items()).toEqual([]);
  });

  it("goes out and comes back the same, with files, history, counters and check-outs", () => {
    caller = signedIn({ versionControl: true });
    caller.make("defects", defect({ status: "New", "user-02": ["api", "web"] }));
    caller.put("defects/1", { status: "Open" });
    caller.call("POST", "defects/1/attachments", Buffer.from([0, 255]), { "content-type": "application/octet-stream", slug: "a.bin" });
    caller.make("requirements", { name: "a", "type-id": 3 });
    caller.call("POST", "requirements/1/versions/check-out");
    caller.make("defects", DEFECT);
    caller.call("DELETE", "defects/2");
    const state = JSON.stringify(caller.qc.state());
    const other = newCaller({ versionControl: true });
    other.qc.load(JSON.parse(state));
    expect(JSON.stringify(other.qc.state())).toBe(state);
    other.signIn();
    expect(other.get("defects/1/attachments/a.bin", { accept: "application/octet-stream" }).raw).toEqual(Buffer.from([0, 255]));
    expect([other.make("defects", DEFECT), other.call("POST", "requirements/1/versions/undo-check-out").status]).toEqual(["3", 200]);
  });

  it.each([[null], [{}], [[]], [{ users: [], keys: [] }], [{ users: [], keys: [], projects: [{}] }], [{ users: [], keys: [], projects: [{ domain: "D", name: "P", uid: "", counters: {}, lists: [], rows: [{ type: "defect", id: 1, v: { name: "x" } }] }] }]])("refuses %j as a state and keeps what it has", (state) => {
    const before = JSON.stringify(caller.qc.state());
    expect(() => caller.qc.load(state)).toThrow(/this is no state/);
    expect(JSON.stringify(caller.qc.state())).toBe(before);
  });

  it("is the same after the same calls, and fresh after a reset, with old sessions over", () => {
    const fresh = JSON.stringify(newCaller().qc.state());
    const run = (): string => {
      const other = signedIn();
      other.make("defects", DEFECT);
      other.put("defects/1", { status: "Closed" });
      return JSON.stringify(other.qc.state());
    };
    expect(run()).toBe(run());
    caller.make("defects", DEFECT);
    caller.qc.reset();
    expect([JSON.stringify(caller.qc.state()), caller.get("defects").status]).toEqual([fresh, 401]);
  });

  it("of a file may be bare rows on top of a fresh server; where one is refused all stays as it was", () => {
    caller.make("defects", DEFECT);
    caller.qc.load({ author: "Bo Chen", project: "DEMO", rows: { release: [{ name: "R", "start-date": "2026-01-01", "end-date": "2026-06-30" }], defect: [{ name: "a", "target-rel": "R" }, { name: "b", status: "Open" }], requirement: [{ name: "q" }] } });
    expect([caller.list("defects"), caller.row("defects/1")]).toMatchObject([["a", "b"], { "target-rel": ["1"], "detected-by": ["bo.chen"], status: ["New"] }]);
    const before = JSON.stringify(caller.qc.state());
    expect(() => caller.qc.load({ rows: { defect: [{ name: "c" }, { status: "Nonsense" }] } })).toThrow(/'Nonsense'|'Summary'/);
    expect(JSON.stringify(caller.qc.state())).toBe(before);
  });

  it("of a file may bring people, keys and lists of its own", () => {
    const state = caller.qc.state() as { readonly users: readonly object[]; readonly keys: readonly object[]; readonly projects: readonly { readonly lists: readonly object[] }[] };
    const [first, ...rest] = state.projects;
    caller.qc.load({ ...state, users: [...state.users, { name: "zoe", fullName: "Zoe", email: "", phone: "", active: true, role: "member", password: "p" }], projects: [{ ...first, lists: [...(first?.lists ?? []), { id: 900, name: "Extra", logicalName: "", items: [{ value: "x" }] }] }, ...rest] });
    expect([caller.signIn("zoe", "p").status, caller.get("customization/lists?name=Extra").text.includes("900")]).toEqual([201, true]);
  });
});

describe("edits by people", () => {
  it("fill in what the desktop client does, and name targets", () => {
    edit("create", "release", { fields: { name: "R", "start-date": "2026-01-01", "end-date": "2026-06-30" } });
    expect(edit("create", "defect", { fields: { name: "x", "target-rel": "R", owner: "Bo Chen", "user-04": 3, "user-02": ["api", "web"] } })).toBe("1");
    expect(caller.row("defects/1")).toMatchObject({ status: ["New"], "detected-by": ["anna.berg"], "creation-time": ["2026-03-02"], "target-rel": ["1"], owner: ["bo.chen"], "user-04": ["3"], "user-02": ["api", "web"] });
    edit("create", "requirement", { fields: { name: "F", "type-id": "Folder" } });
    edit("create", "requirement", { fields: { name: "a", "parent-id": "F" } });
    expect(caller.row("requirements/2")).toMatchObject({ "parent-id": ["1"], "type-id": ["3"], owner: ["anna.berg"] });
  });

  it("update, comment, attach and delete, by id or by name", () => {
    edit("create", "defect", { fields: { name: "x" } });
    caller.clock.at += 60_000;
    edit("update", "defects", { id: "x", fields: { status: "Open", owner: null } });
    edit("comment", "defect", { id: "1", fields: { text: "a < b\nc" } });
    edit("comment", "defect", { id: "1", author: "bo.chen", fields: { text: "<b>yes</b>" } });
    edit("attach", "defect", { id: "1", fields: { name: "a.txt", content: "aGk=", encoding: "base64", description: "d" } });
    const row = caller.row("defects/1");
    expect(row).toMatchObject({ status: ["Open"], attachment: ["Y"] });
    expect(row["dev-comments"]?.[0]).toContain("Anna Berg &lt;anna.berg&gt;, 3/2/2026: </b></font>a &lt; b<br />c<br /><font color=\"#000080\"><b>____");
    expect(row["dev-comments"]?.[0]).toContain("Bo Chen &lt;bo.chen&gt;, 3/2/2026: </b></font><b>yes</b>");
    expect(caller.get("defects/1/attachments/a.txt", { accept: "application/octet-stream" }).text).toBe("hi");
    expect(caller.get("defects/1/audits").text).toContain('"User":"anna.berg"');
    edit("delete", "defect", { id: "1" });
    expect(caller.get("defects/1").status).toBe(404);
  });

  it.each<readonly [Partial<PersonEdit> & Pick<PersonEdit, "action" | "type">, RegExp]>([
    [{ action: "create", type: "ticket" }, /there is no type ticket/],
    [{ action: "create", type: "defect", author: "nobody" }, /there is no user nobody/],
    [{ action: "create", type: "defect", project: "NOWHERE" }, /there is no project NOWHERE/],
    [{ action: "create", type: "defect", fields: {} }, /'Summary' is missing/],
    [{ action: "create", type: "defect", fields: { name: { a: 1 } } }, /a value is text/],
    [{ action: "update", type: "defect", id: "9" }, /there is no defect 9/],
    [{ action: "comment", type: "release-folder", id: "1", fields: { text: "x" } }, /takes no comments/],
  ])("refuse %j", (wrong, message) => {
    expect(() => caller.qc.edit(wrong)).toThrow(message);
  });

  it("reach other projects", () => {
    edit("create", "defect", { project: "LAB/TRIAL", fields: { name: "x" } });
    expect([caller.get("/qcbin/rest/domains/LAB/projects/TRIAL/defects").body.TotalResults, caller.get("defects").body.TotalResults]).toEqual([1, 0]);
  });

  it("of an administrator change people and lists; rows keep what they hold", () => {
    edit("create", "user", { fields: { name: "zoe", fullName: "Zoe Lund" } });
    caller.make("defects", defect({ owner: "zoe", status: "Rejected" }));
    edit("update", "user", { id: "zoe", fields: { active: false } });
    expect([caller.signIn("zoe", "alm-pass").status, caller.signIn().status]).toEqual([401, 201]);
    edit("update", "list", { id: "Bug Status", fields: { add: ["Parked"], remove: "Rejected" } });
    edit("delete", "user", { id: "zoe" });
    expect(caller.row("defects/1")).toMatchObject({ owner: ["zoe"], status: ["Rejected"] });
    expect([caller.put("defects/1", { status: "Rejected" }).error, caller.put("defects/1", { status: "Parked" }).status, caller.put("defects/1", { owner: "zoe" }).status]).toEqual(["invalid-list-field-value", 200, 400]);
    expect(() => edit("update", "list", { id: "Nothing" })).toThrow(/only an update of one of these lists/);
    expect(() => edit("create", "user", { fields: { name: "sync" } })).toThrow(/a name of its own/);
    expect(() => edit("comment", "user", { id: "sync" })).toThrow(/takes no comment/);
    expect(() => edit("update", "user", { id: "nobody" })).toThrow(/there is no user nobody/);
  });

  it("stand at a lock, but not at one from before another content was put in its place", () => {
    edit("create", "defect", { fields: { name: "x" } });
    caller.call("POST", "defects/1/lock");
    expect(() => edit("update", "defect", { id: "1", fields: { name: "y" } })).toThrow(/locked by the user 'sync'/);
    caller.qc.load(caller.qc.state());
    expect(edit("update", "defect", { id: "1", fields: { name: "y" } })).toBe("1");
  });
});

describe("a search lag", () => {
  it("hides new rows and changes from queries, not from their addresses", () => {
    caller.make("defects", defect({ name: "old" }));
    caller.qc.setSearchLag(30);
    caller.make("defects", defect({ name: "new" }));
    caller.put("defects/1", { name: "changed" });
    caller.put("defects/1", { name: "changed again" });
    expect([caller.list("defects"), caller.row("defects/1").name, caller.get("defects/2").status]).toEqual([["old"], ["changed again"], 200]);
    caller.clock.at += 31_000;
    expect(caller.list("defects")).toEqual(["changed again", "new"]);
  });

  it("hides no write for longer than it lasts, however often the row is written", () => {
    caller.qc.setSearchLag(30);
    caller.make("defects", defect({ name: "new" }));
    const seen = [10, 10, 15].map((seconds) => {
      caller.clock.at += seconds * 1000;
      caller.put("defects/1", { name: `after ${seconds}` });
      return caller.list("defects");
    });
    expect(seen).toEqual([[], [], ["new"]]);
  });
});

describe("the demo", () => {
  it("is accepted edit by edit, on a strict server too, and the page shows it", () => {
    for (const options of [{}, { transitions: "strict", versionControl: true, timeZone: "Europe/Berlin" }]) {
      const other = newCaller(options);
      for (const one of demoEdits()) other.qc.edit(one);
      const items = other.qc.items();
      expect(items.length).toBe(40);
      expect(items.every((item) => item.project === "DEMO" && item.changedAt === "2026-03-02T15:00:00.000Z")).toBe(true);
      expect(items.find((item) => item.name === "Two bills for one ride")).toMatchObject({ type: "defect", status: "Open", details: { "Target Release": "Spring 2027", Comments: expect.stringContaining("Emil Novák") } });
      expect(new Set(items.filter((item) => item.type === "defect").map((item) => item.status)).size).toBe(6);
    }
  });
});

describe("over HTTP", () => {
  let server: SandboxServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it("signs in, reads with raw braces, and can be steered", async () => {
    server = await startServer(createAlmQc, { clock: new Date("2026-03-02T15:00:00Z") });
    const { url } = server;
    server.edit({ action: "create", type: "defect", fields: { name: "Cart" } });
    const signed = await fetch(`${url}/qcbin/rest/oauth2/login`, { method: "POST", body: JSON.stringify({ clientId: "tandem_client", secret: "tandem_secret" }) });
    const cookie = signed.headers.getSetCookie().map((line) => line.split(";", 1)[0]).join("; ");
    const found = await fetch(`${url}/qcbin/rest/domains/DEFAULT/projects/DEMO/defects?query={name["Ca*"]}`, { headers: { cookie, accept: "application/json" } });
    expect([found.status, ((await found.json()) as { readonly TotalResults: number }).TotalResults]).toEqual([200, 1]);
    expect((await (await fetch(url, { headers: { accept: "text/html" } })).text()).includes("Cart")).toBe(true);
    server.faults.add({ match: { path: "/defects", nth: 1 }, effect: { expireSessions: true } });
    expect((await fetch(`${url}/qcbin/rest/domains/DEFAULT/projects/DEMO/defects`, { headers: { cookie } })).status).toBe(401);
    const state = await (await fetch(`${url}/_sandbox/state`)).text();
    expect((await fetch(`${url}/_sandbox/state`, { method: "PUT", body: state })).status).toBe(200);
    expect(await (await fetch(`${url}/_sandbox/state`)).text()).toBe(state);
  });

  it("is one of the systems that can be started", async () => {
    const { factory, signIn } = await loadSystem("alm-qc");
    expect([factory({ now: () => new Date(0) }).system, signIn.system, signIn.sampleProject]).toEqual(["alm-qc", "almQc", "DEMO"]);
  });
});
