// The switches of the sandbox ALM/QC, each both ways: what the document leaves open must be testable both ways. Those of signing in are in almQcSignIn.test.ts.

import { describe, expect, it } from "vitest";
import { DEFAULTS } from "../../lib/sandbox/almQc/options.ts";
import { type Caller, defect, DEFECT, entity, type Fields, MANY, newCaller, signedIn, XML } from "./almQcCaller.ts";

const ask = (caller: Caller, query: string): unknown => {
  const answer = caller.get(`defects?fields=id&query=${encodeURIComponent(query)}`);
  return answer.status === 200 ? caller.list(`defects?fields=id&query=${encodeURIComponent(query)}`, "id") : answer.status;
};

const asking = (query: string, more: Fields = {}) => (caller: Caller): unknown => {
  caller.make("defects", defect({ name: 'A "b" c; [d]' }));
  caller.make("defects", defect({ owner: "sync", ...more }));
  return ask(caller, query);
};

const firstField = (name: string) => (caller: Caller): unknown => {
  caller.make("releases", { name: "R", "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-02-01" });
  caller.make("defects", defect({ "target-rel": 1 }));
  const { Fields } = caller.get("defects/1").body as { readonly Fields: readonly { readonly Name: string; readonly values: unknown }[] };
  return Fields.find((field) => field.Name === name)?.values;
};

const FILTER = '{status["Open" Or New]}';
const favorite = (caller: Caller): unknown => {
  const { "filter-data": filter, "layout-data": layout } = caller.row(`favorites/${caller.make("favorites", { name: "a", module: "defect", "is-public": "N", "filter-data": FILTER })}`);
  return [filter, layout];
};

const child = (caller: Caller): unknown => {
  const folder = caller.make("requirements", { name: "F", "type-id": 1 });
  caller.clock.at += 60_000;
  caller.make("requirements", { name: "a", "type-id": 3, "parent-id": folder });
  const { "ver-stamp": stamp, "last-modified": at } = caller.row(`requirements/${folder}`);
  return [stamp, at];
};

const touched = (deed: (caller: Caller) => void) => (caller: Caller): unknown => {
  caller.make("defects", DEFECT);
  caller.make("defects", DEFECT);
  caller.clock.at += 60_000;
  deed(caller);
  const { "ver-stamp": stamp, "last-modified": at } = caller.row("defects/1");
  return [stamp, at?.[0]?.slice(11)];
};

const family = (caller: Caller): unknown => {
  const folder = caller.make("requirements", { name: "F", "type-id": 1 });
  caller.make("requirements", { name: "a", "type-id": 3, "parent-id": folder });
  const { status } = caller.call("DELETE", `requirements/${folder}`);
  return [status, ...caller.list("requirements?query={id[>0]}")];
};

const withRelease = (caller: Caller): void => {
  caller.make("releases", { name: "R", "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-06-30" });
  caller.make("release-cycles", { name: "C", "parent-id": 1, "start-date": "2026-02-01", "end-date": "2026-03-01" });
};

const shrink = (caller: Caller): unknown => {
  withRelease(caller);
  return caller.put("releases/1", { "start-date": "2026-02-15" }).status;
};

const cycleOnly = (caller: Caller): unknown => {
  withRelease(caller);
  caller.make("defects", defect({ "detected-in-rcyc": 1 }));
  return caller.row("defects/1")["detected-in-rel"];
};

const releaseGone = (caller: Caller): unknown => {
  withRelease(caller);
  caller.make("defects", defect({ "target-rel": 1 }));
  const { status } = caller.call("DELETE", "releases/1");
  return [status, caller.row("defects/1")["target-rel"]];
};

const twins = (caller: Caller): unknown => {
  caller.make("requirements", { name: "a", "type-id": 3 });
  return caller.post("requirements", { name: "a", "type-id": 3 }).status;
};

const mixed = (caller: Caller): unknown => {
  const { status, body } = caller.call("POST", "defects", { entities: [entity(DEFECT), entity({ name: "x" })] }, MANY);
  return [status, Object.keys(body.ExceptionProperties as object)];
};

const upload = (name: string, bytes: number) => (caller: Caller): unknown => {
  caller.make("defects", DEFECT);
  return caller.call("POST", "defects/1/attachments", Buffer.alloc(bytes), { "content-type": "application/octet-stream", slug: name }).status;
};

const memo = (sent: string) => (caller: Caller): unknown => {
  caller.make("defects", defect({ description: sent }));
  return caller.row("defects/1").description;
};

const users = (caller: Caller): unknown => (caller.get("customization/users").body.users as readonly Record<string, unknown>[])[1];

const audits = (caller: Caller): unknown => {
  caller.make("defects", defect({ status: "New" }));
  caller.put("defects/1", { status: "Open" });
  const found = (caller.get("defects/1/audits").body as { readonly Audits: { readonly Audit: unknown } }).Audits.Audit;
  return [found].flat().map((audit) => [(audit as { readonly Action: string }).Action, (audit as { readonly ParentType: string }).ParentType]);
};

const checkedIn = (caller: Caller): unknown => {
  caller.make("requirements", { name: "a", "type-id": 3 });
  return caller.put("requirements/1", { name: "b" }).status;
};

const status = (...steps: readonly string[]) => (caller: Caller): unknown => {
  caller.make("defects", defect({ status: "New" }));
  return steps.map((step) => caller.put("defects/1", { status: step }).status);
};

const pages = (caller: Caller): unknown => {
  for (const name of ["a", "b", "c"]) caller.make("defects", defect({ name }));
  return [caller.list("defects").length, caller.list("defects?page-size=max").length, caller.get("defects?page-size=9").status];
};

const xmlOf = (path: string, words: string) => (caller: Caller): unknown => {
  caller.make("defects", DEFECT);
  return caller.get(path, XML).text.includes(words);
};

const attach = touched((caller) => void caller.call("POST", "defects/1/attachments", Buffer.from("x"), { "content-type": "application/octet-stream", slug: "a.txt" }));
const link = touched((caller) => void caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect" }));

const order = (caller: Caller): unknown => {
  const { body } = caller.call("POST", "defects", { entities: [entity({ name: "x" }), entity(DEFECT)] }, MANY);
  const { BulkEntries } = (body.ExceptionProperties as { readonly BulkValue: { readonly BulkEntries: readonly { readonly Succeeded: boolean }[] } }).BulkValue;
  return BulkEntries.map(({ Succeeded }) => Succeeded);
};

const comments = (caller: Caller): unknown => {
  caller.make("defects", DEFECT);
  for (const text of ["a", "b"]) caller.qc.edit({ author: "Bo Chen", action: "comment", type: "defect", id: "1", fields: { text } });
  return caller.row("defects/1")["dev-comments"]?.[0]?.replace(/<[^>]+>|\n/g, "|").replace(/\|+/g, "|");
};

const V2_ITEMS = "/qcbin/v2/rest/domains/DEFAULT/projects/DEMO/list-items";
const itemNamed = (caller: Caller, name: string): string => caller.list(`list-items?query={name["${name}"]}`, "id")[0] ?? "";

const renamed = (caller: Caller): unknown => {
  caller.make("defects", defect({ status: "Open" }));
  caller.put(`${V2_ITEMS}/${itemNamed(caller, "Open")}`, { name: "In Work" });
  return [caller.row("defects/1").status, caller.row("defects/1")["ver-stamp"]];
};

const traced = (again: (caller: Caller) => number) => (caller: Caller): unknown => {
  for (const name of ["a", "b", "c"]) caller.make("requirements", { name, "type-id": 3 });
  caller.make("req-traces", { "from-req-id": 1, "to-req-id": 2 });
  return again(caller);
};

const hiccups = (caller: Caller): unknown => [1, 2, 3].map(() => caller.get("defects").status);

const done = (caller: Caller): unknown => [caller.post("defects", DEFECT).status, caller.post("defects", DEFECT).status, caller.get("defects").body.TotalResults];

type Deed = (caller: Caller) => unknown;
type Case = readonly [string, Readonly<Record<string, unknown>>, Deed, unknown, unknown];

const READING: readonly Case[] = [
  ["emptyJson null", { emptyJson: "null" }, firstField("owner"), [{}], [{ value: null }]],
  ["emptyJson text", { emptyJson: "text" }, firstField("owner"), [{}], [{ value: "" }]],
  ["jsonReferenceValue", { jsonReferenceValue: false }, firstField("target-rel"), [{ value: "1", ReferenceValue: "R" }], [{ value: "1" }]],
  ["fieldOrder", { fieldOrder: "schema" }, (caller) => Object.keys(caller.row(`defects/${caller.make("defects", DEFECT)}`)).indexOf("id") === 0, false, true],
  ["childrenCount", { childrenCount: false }, xmlOf("defects/1", "ChildrenCount"), true, false],
  ["writeStatus", { writeStatus: false }, (caller) => caller.call("PUT", `defects/${caller.make("defects", DEFECT)}`, "<Entity><Fields/></Entity>", XML).text.includes("EntityStatus"), true, false],
  ["idAlways", { idAlways: false }, (caller) => [caller.make("defects", DEFECT), caller.list("defects?fields=name", "id")], ["1", ["1"]], ["1", [""]]],
  ["pageSize and maxPageSize", { pageSize: 1, maxPageSize: 2 }, pages, [3, 3, 200], [1, 2, 200]],
  ["overMax", { maxPageSize: 2, overMax: "refuse" }, pages, [3, 3, 200], [2, 2, 404]],
  ["invalidFilterStatus", { invalidFilterStatus: 404 }, asking("{name[a b]}"), 400, 404],
  ["textMatch", { textMatch: "exact" }, asking("{name[a*]}"), ["1"], []],
  ["emptyFilter", { emptyFilter: "match" }, asking('{owner[""]}'), 400, ["1"]],
  ["emptyFilter, not empty", { emptyFilter: "match" }, asking('{owner[<> ""]}'), 400, ["2"]],
  ["quoteEscape backslash", { quoteEscape: "backslash" }, asking('{name["A \\"b\\"*"]}'), 400, ["1"]],
  ["quoteEscape double", { quoteEscape: "double" }, asking('{name["A ""b""*"]}'), 400, ["1"]],
  ["structureInQuotes", { structureInQuotes: "refuse" }, asking('{name["*; [d]"]}'), ["1"], 400],
  ["wordOperators", { wordOperators: false }, asking("{id[GT 1]}"), ["2"], 400],
  ["maxTargetBytes", { maxTargetBytes: 100 }, (caller) => caller.get(`defects?query={id[${"1 Or ".repeat(20)}1]}`).status, 200, 414],
  ["version", { version: "12.50.39 (Patch 1)" }, (caller) => caller.get("/qcbin/rest/sa/version").body, { SiteVersion: "20.0.0", MajorVersion: "20", MinorVersion: "0", MinorMinorVersion: "0", PatchLevel: "0", FormatVersion: "1" }, { SiteVersion: "12.50.39 (Patch 1)", MajorVersion: "12", MinorVersion: "5", MinorMinorVersion: "0", PatchLevel: "1", FormatVersion: "1" }],
  ["timeZone", { timeZone: "Asia/Tokyo" }, (caller) => caller.row(`defects/${caller.make("defects", DEFECT)}`)["last-modified"], ["2026-03-02 10:00:00"], ["2026-03-03 00:00:00"]],
  ["sanitize", { sanitize: false }, memo("<html><body><b onclick='x'>a</b></body></html>"), ["<html><body>\n<b>a</b>\n</body></html>"], ["<html><body>\n<b onclick='x'>a</b>\n</body></html>"]],
  ["usersJson", { usersJson: "lower" }, users, { Name: "anna.berg", FullName: "Anna Berg", email: "anna.berg@example.com", phone: "+49 40 1234", UserActive: true }, { name: "anna.berg", fullName: "Anna Berg", email: "anna.berg@example.com", phone: "+49 40 1234", userActive: true }],
  ["userMail", { userMail: "upper" }, (caller) => /Email|email/.exec(caller.get("customization/users", XML).text)?.[0], "email", "Email"],
  ["commentStyle", { commentStyle: "example" }, comments, "|Bo Chen &lt;bo.chen&gt;, 3/2/2026: |a|________________________________________|Bo Chen &lt;bo.chen&gt;, 3/2/2026: |b|", "|Bo Chen &lt;bo.chen&gt;, 03/02/2026: a|________________________________________|Bo Chen &lt;bo.chen&gt;, 03/02/2026: b|"],
  ["readHiccupEvery", { readHiccupEvery: 2 }, hiccups, [200, 200, 200], [200, 500, 200]],
  ["moreFields", { moreFields: { defect: ["user-10|Team|String 80|h"] } }, (caller) => caller.post("defects", defect({ "user-10": "x" })).status, 400, 201],
  ["unlessAsked", { unlessAsked: { defect: ["dev-comments"] } }, (caller) => [caller.make("defects", defect({ "dev-comments": "x" })), ...["defects", "defects?fields=dev-comments"].map((path) => /dev-comments/.test(caller.get(path).text))], ["1", true, true], ["1", false, true]],
  ["newFieldFacts", { newFieldFacts: false }, (caller) => caller.get("customization/entities/defect/fields", XML).text.includes("<isTime>true</isTime>"), true, false],
  ["auditCreations", { auditCreations: true }, audits, [["UPDATE", "defect"]], [["CREATE", "defect"], ["UPDATE", "defect"]]],
  ["auditParentType", { auditParentType: "table" }, audits, [["UPDATE", "defect"]], [["UPDATE", "BUG"]]],
];

const WRITING: readonly Case[] = [
  ["writeOrder", { writeOrder: "strict" }, (caller) => [caller.post("requirements", { "type-id": 3, name: "a" }).status, caller.post("requirements", { name: "b", "parent-id": 0, "type-id": 3, owner: "sync" }).status], [201, 201], [500, 201]],
  ["serverDefaults", { serverDefaults: true }, (caller) => caller.post("defects", { name: "x" }).status, 400, 201],
  ["required", { required: { defect: ["user-03"] } }, (caller) => caller.post("defects", DEFECT).error, "", "required-field-missing"],
  ["required, skipped", { required: { defect: ["user-03"] } }, (caller) => caller.post("defects", DEFECT, { "x-qc-ignore-customizable-required-fields-validation": "Y" }).status, 201, 201],
  ["hiddenRequired", { hiddenRequired: { defect: ["user-03"] } }, (caller) => [caller.post("defects", DEFECT).title, /user-03/.test(caller.get("customization/entities/defect/fields?required=true").text)], ["", false], ["Failed to post: missing required field BG_USER_03", false]],
  ["transitions", { transitions: "strict" }, status("Fixed", "Open", "Fixed", "Closed"), [200, 200, 200, 200], [403, 200, 200, 200]],
  ["readOnlyWrite", { readOnlyWrite: "ignore" }, (caller) => caller.post("defects", defect({ "has-change": "x" })).status, 403, 201],
  ["maxBulk", { maxBulk: 1 }, (caller) => caller.call("POST", "defects", { entities: [entity(DEFECT), entity(DEFECT)] }, MANY).status, 200, 400],
  ["bulkJson", { bulkJson: "named" }, mixed, [409, ["BulkValue"]], [409, ["qccore.bulk-operation-failed"]]],
  ["bulkPartialStatus", { bulkPartialStatus: 500 }, mixed, [409, ["BulkValue"]], [500, ["BulkValue"]]],
  ["bulkOrder", { bulkOrder: "failedLast" }, order, [false, true], [true, false]],
  ["writeHiccupEvery", { writeHiccupEvery: 2 }, done, [201, 201, 2], [201, 500, 2]],
  ["maxV2BodyBytes", { maxV2BodyBytes: 100 }, (caller) => caller.post(V2_ITEMS, { name: "A value", "root-id": 279, "parent-id": 0 }).status, 201, 413],
  ["listItemWrites", { listItemWrites: "core" }, (caller) => caller.post("list-items", { name: "A value", "root-id": 279 }).status, 405, 201],
  ["listItemRename", { listItemRename: "follow" }, renamed, [["Open"], ["1"]], [["In Work"], ["1"]]],
  ["sameEnds", { sameEnds: "allow" }, traced((caller) => caller.post("req-traces", { "from-req-id": 1, "to-req-id": 2 }).status), 500, 201],
  ["moveEnds", { moveEnds: "allow" }, traced((caller) => caller.put("req-traces/1", { "to-req-id": 3 }).status), 403, 200],
  ["maxBodyBytes", { maxBodyBytes: 100 }, (caller) => caller.post("defects", DEFECT).status, 201, 413],
  ["favoriteFilter desktop", { favoriteFilter: "desktop" }, favorite, [[FILTER], []], [['[Filter]{\nTableName:BG,\nColumnName:BG_STATUS,\nLogicalFilter:\\"Open\\" Or New,\nVisualFilter:\\"Open\\" Or New,\nNO_CASE:\n}'], []]],
  ["favoriteFilter layout", { favoriteFilter: "layout" }, favorite, [[FILTER], []], [[], [FILTER]]],
  ["staleStamp", { staleStamp: "refuse" }, (caller) => [caller.make("defects", DEFECT), caller.put("defects/1", { name: "a", "ver-stamp": 1 }).status, caller.put("defects/1", { name: "b", "ver-stamp": 1 }).status], ["1", 200, 200], ["1", 200, 409]],
  ["siblingNames", { siblingNames: "any" }, twins, 500, 201],
  ["requirementDelete lift", { requirementDelete: "lift" }, family, [200], [200, "a"]],
  ["requirementDelete refuse", { requirementDelete: "refuse" }, family, [200], [500, "F", "a"]],
  ["shrinkRelease", { shrinkRelease: "allow" }, shrink, 500, 200],
  ["cycleSetsRelease", { cycleSetsRelease: true }, cycleOnly, [], ["1"]],
  ["releaseDelete keep", { releaseDelete: "keep" }, releaseGone, [200, []], [200, ["1"]]],
  ["releaseDelete refuse", { releaseDelete: "refuse" }, releaseGone, [200, []], [500, ["1"]]],
  ["maxAttachmentBytes", { maxAttachmentBytes: 3 }, upload("a.txt", 4), 201, 500],
  ["blockedExtensions", { blockedExtensions: ["txt"] }, upload("a.txt", 4), 201, 403],
  ["touchOnAttachment", { touchOnAttachment: false }, attach, [["2"], "10:01:00"], [["1"], "10:00:00"]],
  ["touchOnLink", { touchOnLink: false }, link, [["2"], "10:01:00"], [["1"], "10:00:00"]],
  ["touchOnChild", { touchOnChild: true }, child, [["2"], ["2026-03-02 10:00:00"]], [["2"], ["2026-03-02 10:01:00"]]],
  ["touchOnNoChange", { touchOnNoChange: false }, touched((caller) => void caller.put("defects/1", { severity: "2-Medium" })), [["2"], "10:01:00"], [["1"], "10:00:00"]],
  ["memoFormat", { memoFormat: "keep" }, memo("<p>a<br>b</p>"), ["<html><body>\n<p>a<br />b</p>\n</body></html>"], ["<html><body><p>a<br>b</p></body></html>"]],
  ["versionControl", { versionControl: true }, checkedIn, 200, 403],
  ["putWithoutCheckOut", { versionControl: true, putWithoutCheckOut: "allow" }, checkedIn, 200, 200],
  ["putWithoutCheckOutStatus", { versionControl: true, putWithoutCheckOutStatus: 409 }, checkedIn, 200, 409],
];

/** Tested where signing in is. */
const ELSEWHERE = ["signInStatus", "basicSignIn", "apiKeysOnly", "clientTypes", "licences", "lockOutAfter", "xsrf", "sessionMinutes", "lwssoMinutes", "rotateEvery", "rotateGraceSeconds", "withoutSession", "getLogout", "afterLogout"];

describe("a switch", () => {
  it.each([...READING, ...WRITING])("%s changes what it says and nothing by default", (_, options, deed, byDefault, switched) => {
    expect(deed(signedIn())).toEqual(byDefault);
    expect(deed(signedIn(options))).toEqual(switched);
  });

  it("is tested both ways, each of them", () => {
    const tested = new Set([...READING, ...WRITING].flatMap(([, options]) => Object.keys(options)));
    expect(Object.keys(DEFAULTS).filter((name) => !tested.has(name) && !ELSEWHERE.includes(name))).toEqual([]);
  });

  it("that is misspelt is refused with the list of all, and so is a zone that is none", () => {
    expect(() => newCaller({ touchOnKid: true })).toThrow(/touchOnChild/);
    expect(() => newCaller({ timeZone: "Mars/Base" })).toThrow(/Mars\/Base/);
  });
});
