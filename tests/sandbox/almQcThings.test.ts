// The sandbox ALM/QC thing by thing: requirements, releases, tests, links, files, locks, versions, history, favorites.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, colleague, defect, DEFECT, type Fields, PROJECT, signedIn, valuesIn, XML } from "./almQcCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const refusal = (answer: { readonly status: number; readonly error: string }): readonly unknown[] => [answer.status, answer.error];
const requirement = (name: string, more: Fields = {}): string => caller.make("requirements", { name, "type-id": 3, ...more });
const release = (name: string, more: Fields = {}): string => caller.make("releases", { name, "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-06-30", ...more });
const cycle = (name: string, parent: string, more: Fields = {}): Fields => ({ name, "parent-id": parent, "start-date": "2026-02-01", "end-date": "2026-03-01", ...more });

describe("requirements", () => {
  it("form a tree below row 0, with paths, fathers and sons", () => {
    const folder = caller.make("requirements", { name: "F", "type-id": 1 });
    const first = requirement("a", { "parent-id": folder });
    const second = requirement("b", { "parent-id": folder });
    expect(caller.row(`requirements/${folder}`)).toMatchObject({ "parent-id": ["0"], "no-of-sons": ["2"], "father-name": ["Requirements"], "hierarchical-path": ["AAAAAB"], "ver-stamp": ["3"] });
    expect(caller.row(`requirements/${second}`)).toMatchObject({ "father-name": ["F"], "hierarchical-path": ["AAAAABAAD"], "order-id": ["2"], status: ["Not Covered"] });
    expect(caller.put(`requirements/${second}`, { "parent-id": first }).status).toBe(200);
    expect(caller.row(`requirements/${second}`)["hierarchical-path"]).toEqual(["AAAAABAACAAD"]);
    expect(refusal(caller.put(`requirements/${first}`, { "parent-id": second }))).toEqual([500, "general-error"]);
  });

  it.each<readonly [string, Fields, number, string]>([
    ["without a type", { name: "x" }, 400, "required-field-missing"],
    ["with an unknown type", { name: "x", "type-id": 7 }, 400, "invalid-value-type-for-field"],
    ["below −1", { name: "x", "type-id": 3, "parent-id": -1 }, 500, "general-error"],
    ["below nothing", { name: "x", "type-id": 3, "parent-id": 99 }, 500, "general-error"],
    ["with a field of another type", { name: "x", "type-id": 1, "user-04": "web" }, 400, "unknown-field-name"],
    ["with a status, which is computed", { name: "x", "type-id": 3, status: "Passed" }, 403, "operation-forbidden"],
    ["with a father's name", { name: "x", "type-id": 3, "father-name": "Requirements" }, 403, "operation-forbidden"],
  ])("are refused %s", (_what, fields, status, error) => {
    expect(refusal(caller.post("requirements", fields))).toEqual([status, error]);
  });

  it("show only the fields of their type", () => {
    const folder = caller.make("requirements", { name: "F", "type-id": 1 });
    expect(["user-04" in caller.row(`requirements/${folder}`), "user-04" in caller.row(`requirements/${requirement("x")}`)]).toEqual([false, true]);
  });

  it("keep their root", () => {
    expect(refusal(caller.call("DELETE", "requirements/0"))).toEqual([403, "operation-forbidden"]);
    expect(refusal(caller.put("requirements/0", { name: "x" }))).toEqual([403, "operation-forbidden"]);
  });

  it("are covered by tests, whose last run counts", () => {
    const id = requirement("a");
    const folder = caller.make("test-folders", { name: "T", "parent-id": 2 });
    const test = caller.make("tests", { name: "t", "parent-id": folder, "subtype-id": "MANUAL" });
    expect(caller.row("test-configs/1")).toMatchObject({ name: ["t"], "parent-id": [test] });
    expect(refusal(caller.post("requirement-coverages", { "requirement-id": id, "test-id": test, "entity-type": "run" }))).toEqual([400, "invalid-value-type-for-field"]);
    caller.make("requirement-coverages", { "requirement-id": id, "test-id": test, "entity-type": "test" });
    expect(caller.row(`requirements/${id}`).status).toEqual(["No Run"]);
    const setFolder = caller.make("test-set-folders", { name: "S", "parent-id": 0 });
    const set = caller.make("test-sets", { name: "s", "parent-id": setFolder, "subtype-id": "hp.qc.test-set.default" });
    const instance = caller.make("test-instances", { "cycle-id": set, "test-id": test, "test-config-id": 1, "subtype-id": "hp.qc.test-instance.MANUAL" });
    const run = caller.make("runs", { name: "r", "test-id": test, "testcycl-id": instance, "subtype-id": "hp.qc.run.MANUAL", status: "Passed", owner: "sync" });
    expect([caller.row(`requirements/${id}`).status, caller.row(`tests/${test}`)["exec-status"], caller.row(`test-instances/${instance}`).name]).toEqual([["Passed"], ["Passed"], ["t"]]);
    expect(caller.post(`runs/${run}/run-steps`, { name: "step 1", status: "Passed" }).status).toBe(201);
    expect(caller.list(`runs/${run}/run-steps`)).toEqual(["step 1"]);
    expect(caller.post(`tests/${test}/design-steps`, { name: "Step 1", description: "open" }).status).toBe(201);
    expect(caller.row(`tests/${test}`).steps).toEqual(["1"]);
  });

  it("trace each other", () => {
    const [a, b] = [requirement("a"), requirement("b")];
    const id = caller.make("req-traces", { "from-req-id": a, "to-req-id": b });
    expect(caller.row(`req-traces/${id}`)).toMatchObject({ "from-req-id": [a], "to-req-id": [b], owner: ["sync"] });
    caller.call("DELETE", `requirements/${b}`);
    expect(caller.get("req-traces").body.TotalResults).toBe(0);
  });
});

describe("releases and cycles", () => {
  it("stand in folders, with dates and counts", () => {
    const folder = caller.make("release-folders", { name: "2026", "parent-id": 1 });
    const id = release("R", { "parent-id": folder });
    const made = caller.post("release-cycles", cycle("C", id));
    expect(made.status).toBe(201);
    requirement("a", { "target-rel": [id], "target-rcyc": ["1"] });
    caller.make("milestones", cycle("M", id));
    expect(caller.row(`releases/${id}`)).toMatchObject({ "req-count": ["1"], "milestones-count": ["1"], "parent-id": [folder] });
    expect(caller.row("release-cycles/1")).toMatchObject({ "req-count": ["1"], "parent-id": [id] });
  });

  it.each<readonly [string, string, Fields, number, string]>([
    ["a release without dates", "releases", { name: "x", "parent-id": 1 }, 400, "is missing"],
    ["a release without a folder", "releases", { name: "x", "start-date": "2026-01-01", "end-date": "2026-01-02" }, 400, "'Parent' is missing"],
    ["a release that ends before it starts", "releases", { name: "x", "parent-id": 1, "start-date": "2026-02-01", "end-date": "2026-01-02" }, 500, "start date"],
    ["a release below nothing", "releases", { name: "x", "parent-id": 9, "start-date": "2026-01-01", "end-date": "2026-01-02" }, 500, "does not exist"],
    ["a second release of a name", "releases", { name: "r", "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-01-02" }, 500, "exists already"],
    ["a cycle outside its release", "release-cycles", cycle("x", "1", { "end-date": "2026-07-01" }), 500, "within the dates"],
    ["a cycle of no release", "release-cycles", cycle("x", "9"), 500, "does not exist"],
  ])("refuse %s", (_what, collection, fields, status, words) => {
    release("R");
    const refused = caller.post(collection, fields);
    expect([refused.status, refused.title.includes(words)]).toEqual([status, true]);
  });

  it("a deleted release takes its cycles along, and nobody names it any more", () => {
    const id = release("R");
    caller.make("release-cycles", cycle("C", id));
    caller.make("defects", defect({ "target-rel": id, "target-rcyc": 1 }));
    caller.call("DELETE", `releases/${id}`);
    expect(caller.row("defects/1")).toMatchObject({ "target-rel": [], "target-rcyc": [] });
    expect(caller.get("release-cycles").body.TotalResults).toBe(0);
  });
});

describe("folders", () => {
  it("of tests leave their children unattached, or take them along", () => {
    const make = (name: string): string => {
      const folder = caller.make("test-folders", { name, "parent-id": 2 });
      caller.make("tests", { name: `t${name}`, "parent-id": folder, "subtype-id": "MANUAL" });
      return folder;
    };
    caller.call("DELETE", `test-folders/${make("a")}`);
    caller.call("DELETE", `test-folders/${make("b")}?force-delete-children=y`);
    expect([caller.list("tests"), caller.list("tests", "parent-id")]).toEqual([["ta"], ["-2"]]);
  });
});

describe("defect links", () => {
  beforeEach(() => {
    caller.make("defects", defect({ name: "one" }));
    caller.make("defects", defect({ name: "two", status: "Open" }));
  });

  it("know the other end's name and status, who made them and when", () => {
    const made = caller.post("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect", "link-type": "Duplicate", comment: "same" });
    expect([made.status, valuesIn(made.body)]).toMatchObject([201, { "second-endpoint-name": ["two"], "second-endpoint-status": ["Open"], owner: ["sync"], "creation-time": ["2026-03-02"] }]);
    expect("first-endpoint-type" in valuesIn(made.body)).toBe(false);
    expect([caller.row("defects/1"), caller.row("defects/2")]).toMatchObject([{ "has-linkage": ["Y"] }, { "has-linkage": ["Y"] }]);
    caller.call("DELETE", "defect-links/1");
    expect(caller.row("defects/1")["has-linkage"]).toEqual(["N"]);
  });

  it("reach requirements", () => {
    const id = requirement("r");
    caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": id, "second-endpoint-type": "requirement" });
    expect([caller.row("defects/1")["has-others-linkage"], caller.row(`requirements/${id}`)["has-linkage"]]).toEqual([["Y"], ["Y"]]);
    expect(caller.list(`defect-links?query={second-endpoint-type[requirement];second-endpoint-id[${id}]}`, "first-endpoint-id")).toEqual(["1"]);
  });

  it.each<readonly [string, Fields, number]>([
    ["to nothing", { "second-endpoint-id": 9 }, 500],
    ["to itself", { "second-endpoint-id": 1 }, 500],
    ["of an unknown kind", { "second-endpoint-type": "release" }, 400],
    ["with an unknown link type", { "link-type": "Blocks" }, 400],
    ["with a field there is not", { "first-endpoint-type": "defect" }, 400],
  ])("are refused %s", (_what, more, status) => {
    expect(caller.post("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect", ...more }).status).toBe(status);
  });

  it("are there once, in either direction", () => {
    caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect" });
    expect(caller.post("defect-links", { "first-endpoint-id": 2, "second-endpoint-id": 1, "second-endpoint-type": "defect" }).status).toBe(500);
  });
});

describe("attachments", () => {
  const RAW = "application/octet-stream";
  const PNG = Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x00, 0xff]);
  const slug = (name: string, bytes: Buffer = PNG, path = "defects/1") => caller.call("POST", `${path}/attachments`, bytes, { "content-type": RAW, slug: name });
  const part = (name: string, content: Buffer | string, file?: string): Buffer =>
    Buffer.concat([Buffer.from(`--B\r\nContent-Disposition: form-data; name="${name}"${file === undefined ? "" : `; filename="${file}"`}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
  const multipart = (...parts: readonly Buffer[]) => caller.call("POST", "defects/1/attachments", Buffer.concat([...parts, Buffer.from("--B--\r\n")]), { "content-type": "multipart/form-data; boundary=B" });

  beforeEach(() => {
    caller.make("defects", DEFECT);
  });

  it("go up with a Slug and come down by exactly one Accept", () => {
    caller.clock.at += 60_000;
    const made = slug("shot.png");
    expect([made.status, valuesIn(made.body)]).toMatchObject([201, { name: ["shot.png"], "file-size": ["6"], "parent-id": ["1"], "parent-type": ["defect"], "ref-type": ["File"] }]);
    expect(caller.row("defects/1")).toMatchObject({ attachment: ["Y"], "ver-stamp": ["2"], "last-modified": ["2026-03-02 10:01:00"] });
    for (const path of ["defects/1/attachments/shot.png", "defects/1/attachments/1?by-id=true", "attachments/1"]) {
      const bytes = caller.get(path, { accept: RAW });
      expect([bytes.status, bytes.raw, bytes.headers["Content-Type"], "Content-Disposition" in bytes.headers]).toEqual([200, PNG, "image/png;charset=utf-8", false]);
    }
    expect(caller.get("defects/1/attachments/shot.png", { accept: "*/*" }).text).toContain('<Field Name="file-size"><Value>6</Value></Field>');
    expect(caller.get("defects/1/attachments/shot.png", { accept: "image/png" }).status).toBe(406);
    expect(valuesIn(caller.get("defects/1/attachments/shot.png").body).name).toEqual(["shot.png"]);
    expect(caller.get("defects/1/attachments/1").status).toBe(404);
  });

  it("go up as multipart with description and override, the file last", () => {
    expect(multipart(part("filename", "a.txt"), part("description", "first"), part("file", "one", "a.txt")).status).toBe(201);
    expect(multipart(part("filename", "a.txt"), part("file", "two", "a.txt")).status).toBe(201);
    expect(multipart(part("filename", "a.txt"), part("override-existing-attachment", "y"), part("ref-subtype", "1"), part("file", "three", "a.txt")).status).toBe(201);
    expect(caller.list("defects/1/attachments")).toEqual(["a.txt", "a_2.txt"]);
    expect(caller.get("defects/1/attachments/a.txt", { accept: RAW }).text).toBe("three");
    expect(caller.row("attachments/1").description).toEqual(["<html><body>first</body></html>"]);
  });

  it.each([
    ["the file first", () => multipart(part("file", "x", "a.txt"), part("filename", "a.txt")), 500],
    ["no boundary at the end", () => caller.call("POST", "defects/1/attachments", part("file", "x"), { "content-type": "multipart/form-data; boundary=C" }), 500],
    ["no Slug", () => caller.call("POST", "defects/1/attachments", PNG, { "content-type": RAW }), 400],
    ["a blocked kind of file", () => slug("run.exe"), 403],
    ["an owner that is not there", () => slug("a.txt", PNG, "defects/9"), 404],
    ["an owner that takes none", () => slug("a.txt", PNG, "defect-links/1"), 404],
    ["another type of content", () => caller.call("POST", "defects/1/attachments", "x", { "content-type": "image/png" }), 415],
  ])("are refused: %s", (_what, deed, status) => {
    expect(deed().status).toBe(status);
  });

  it("are replaced, described and deleted", () => {
    slug("a.txt");
    expect(caller.call("PUT", "defects/1/attachments/a.txt", Buffer.from("new"), { "content-type": RAW }).status).toBe(200);
    expect(caller.put("defects/1/attachments/1?by-id=true", { description: "why" }).status).toBe(200);
    expect(caller.row("attachments/1")).toMatchObject({ "file-size": ["3"], description: ["<html><body>why</body></html>"], "vc-cur-ver": ["2"] });
    expect(caller.put("defects/1/attachments/a.txt", { "file-size": 9 }).status).toBe(403);
    expect(caller.call("DELETE", "defects/1/attachments/a.txt").status).toBe(200);
    expect([caller.row("defects/1").attachment, caller.get("attachments").body.TotalResults]).toEqual([[], 0]);
  });

  it("can be addresses", () => {
    expect(caller.post("defects/1/attachments", { name: "Wiki", "ref-type": "URL", description: "https://wiki.example.com" }).status).toBe(201);
    expect(caller.row("attachments/1")["ref-type"]).toEqual(["URL"]);
  });

  it("keep names of all letters", () => {
    slug(Buffer.from("Übersicht (1).png", "utf8").toString("latin1"));
    expect(caller.list("defects/1/attachments")).toEqual(["Übersicht (1).png"]);
    expect(caller.get(`defects/1/attachments/${encodeURIComponent("Übersicht (1).png")}`, { accept: RAW }).raw).toEqual(PNG);
  });
});

describe("locks", () => {
  it("keep others from changing a row, and go with the session", () => {
    caller.make("defects", DEFECT);
    const other = colleague(caller, "anna.berg");
    expect(caller.call("POST", "defects/1/lock").body).toEqual({ LockStatus: "LOCKED_BY_ME", LockUser: "sync" });
    expect(other.get("defects/1/lock", XML).text).toContain("<LockInfo><LockStatus>LOCKED_BY_OTHER</LockStatus><LockUser>sync</LockUser></LockInfo>");
    for (const refused of [other.put("defects/1", { name: "x" }), other.call("POST", "defects/1/lock"), other.call("DELETE", "defects/1"), other.call("DELETE", "defects/1/lock")]) {
      expect([refused.status, refused.error, refused.title.includes("'sync'")]).toEqual([403, "lock-failure", true]);
    }
    expect(caller.put("defects/1", { name: "mine" }).status).toBe(200);
    expect(caller.get("locks").body).toEqual({ Lock: [{ Entity: "defect/1", User: "sync" }], TotalResults: 1 });
    caller.call("DELETE", "/qcbin/rest/site-session");
    expect(other.put("defects/1", { name: "y" }).status).toBe(200);
    other.call("POST", "defects/1/lock");
    expect(other.call("DELETE", "defects/1/lock").body.LockStatus).toBe("UNLOCKED");
  });
});

describe("version control", () => {
  it("is refused where it is off", () => {
    expect(refusal(caller.call("POST", `requirements/${requirement("a")}/versions/check-out`))).toEqual([400, "check-out-failure"]);
  });

  it("lets who checked out change, keeps others off, and undoes", () => {
    caller = signedIn({ versionControl: true });
    const id = requirement("a");
    const other = colleague(caller, "anna.berg");
    expect(caller.put(`requirements/${id}`, { name: "b" }).error).toBe("check-out-failure");
    expect(caller.call("POST", `requirements/${id}/versions/check-out`, "<CheckOutParameters><Comment>for b</Comment></CheckOutParameters>", XML).status).toBe(200);
    expect(caller.row(`requirements/${id}`)).toMatchObject({ "vc-status": ["Checked_Out"], "check-out-user-name": ["sync"], "vc-checkout-comments": ["for b"] });
    expect([other.put(`requirements/${id}`, { name: "c" }).status, other.call("POST", `requirements/${id}/versions/check-out`).error, other.call("POST", `requirements/${id}/versions/check-in`).error]).toEqual([403, "check-out-failure", "check-in-failure"]);
    expect(caller.put(`requirements/${id}`, { name: "b" }).status).toBe(200);
    caller.call("POST", `requirements/${id}/versions/check-in`, { Comment: "done", OverrideLastVersion: false });
    expect(caller.row(`requirements/${id}`)).toMatchObject({ name: ["b"], "vc-status": ["Checked_In"], "vc-version-number": ["2"], "check-out-user-name": [], "vc-checkin-comments": ["done"] });
    caller.call("POST", `requirements/${id}/versions/check-out`);
    caller.put(`requirements/${id}`, { name: "c", owner: "bo.chen" });
    caller.call("POST", `requirements/${id}/versions/undo-check-out`);
    expect(caller.row(`requirements/${id}`)).toMatchObject({ name: ["b"], owner: [], "vc-status": ["Checked_In"] });
    expect(caller.get("customization/entities/requirement", XML).text).toContain("<SupportsVC>true</SupportsVC>");
  });
});

describe("history", () => {
  it("records fields that keep one: an object for one, a list for several", () => {
    caller.make("defects", defect({ status: "New" }));
    expect(caller.get("defects/1/audits").body).toEqual({ Audits: { TotalResults: 0 } });
    caller.put("defects/1", { status: "Open", description: "not recorded" });
    const [first] = [{ Id: 1, Action: "UPDATE", ParentId: 1, ParentType: "defect", Time: "2026-03-02 10:00:00", User: "sync", Properties: { Property: { Name: "status", Label: "Status", NewValue: "Open", OldValue: "New" } } }];
    expect(caller.get("defects/1/audits").body).toEqual({ Audits: { TotalResults: 1, Audit: first } });
    expect(caller.get("defects/1/audits", XML).text).toMatch(
      /\?><Audits TotalResults="1"><Audit><Id>1<\/Id><Action>UPDATE<\/Action><ParentId>1<\/ParentId><ParentType>defect<\/ParentType><Time>2026-03-02 10:00:00<\/Time><User>sync<\/User><Properties><Property Name="status" Label="Status"><NewValue>Open<\/NewValue><OldValue>New<\/OldValue><\/Property><\/Properties><\/Audit><\/Audits>$/,
    );
    caller.clock.at += 60_000;
    colleague(caller, "bo.chen").put("defects/1", { status: "Fixed", owner: "bo.chen" });
    const { Audits } = caller.get("audits").body as { readonly Audits: { readonly Audit: readonly { readonly Properties: { readonly Property: unknown } }[] } };
    expect(Audits.Audit).toHaveLength(2);
    expect(Audits.Audit[1]?.Properties.Property).toEqual([
      { Name: "status", Label: "Status", NewValue: "Fixed", OldValue: "Open" },
      { Name: "owner", Label: "Assigned To", NewValue: "bo.chen", OldValue: "" },
    ]);
    expect(caller.get('audits?query={parent-type[BUG];time[>"2026-03-02 10:00:30"]}').body).toMatchObject({ Audits: { TotalResults: 1 } });
    expect(caller.get("audits?query={user[sync]}").body).toMatchObject({ Audits: { TotalResults: 1 } });
  });

  it("says nothing of what was made or deleted", () => {
    caller.make("defects", DEFECT);
    caller.call("DELETE", "defects/1");
    expect(caller.get("audits").body).toEqual({ Audits: { TotalResults: 0 } });
  });
});

describe("favorites", () => {
  it("are a user's own, or public", () => {
    const anna = colleague(caller, "anna.berg");
    caller.make("favorites", { name: "mine", module: "defect", "is-public": "N", "filter-data": "{status[New]}" });
    caller.make("favorites", { name: "ours", module: "defect", "is-public": "Y", "filter-data": "{status[Open]}" });
    expect([caller.list("favorites"), anna.list("favorites"), anna.list("favorites?include-shared-with-me=n")]).toEqual([["mine", "ours"], ["ours"], []]);
    expect([anna.put("favorites/2", { name: "x" }).status, caller.put("favorites/1", { name: "x" }).status, caller.call("DELETE", "favorites/1").status]).toEqual([403, 200, 200]);
    expect(caller.post("favorite-folders", { name: "F", module: "defect" }).status).toBe(201);
  });
});

describe("other corners", () => {
  it("mail, copies and projects", () => {
    caller.make("defects", DEFECT);
    expect([caller.call("POST", "defects/1/mail", {}).status, caller.call("POST", "defects/copy", {}).status]).toEqual([200, 501]);
    expect(caller.get("/qcbin/rest/domains/LAB/projects/TRIAL/defects").body.TotalResults).toBe(0);
    expect(caller.get(PROJECT, XML).text).toMatch(/<Project Name="DEMO" UID="[\w-]{36}"\/>$/);
  });
});

describe("parameters and resources", () => {
  it("hang on tests, steps and folders, and answer a HEAD as a GET", () => {
    const caller = signedIn();
    const folder = caller.make("test-folders", { name: "F", "parent-id": "2" });
    const test = caller.make("tests", { name: "T", "parent-id": folder, "subtype-id": "MANUAL" });
    const step = caller.make("design-steps", { name: "S", "parent-id": test });
    caller.make("test-parameters", { name: "P", "parent-id": test, "default-value": "1" });
    caller.make("step-parameters", { name: "P", "parent-id": step, "actual-value": "2" });
    expect([caller.list(`tests/${test}/test-parameters`), caller.list(`design-steps/${step}/step-parameters`, "actual-value")]).toEqual([["P"], ["2"]]);
    const shelf = caller.make("resource-folders", { name: "Shelf", "parent-id": "1" });
    caller.make("resources", { name: "Lib", "parent-id": shelf });
    expect([caller.list("resources"), caller.call("HEAD", `tests/${test}/attachments`).status, caller.call("HEAD", `tests/${test}/design-steps`).status]).toEqual([["Lib"], 200, 200]);
  });
});
