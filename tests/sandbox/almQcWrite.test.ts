// Writing to the sandbox ALM/QC: create, update, delete, bulk, and how it refuses.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, colleague, DEFECT, defect, entity, type Fields, MANY, signedIn, valuesIn, XML } from "./almQcCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const xmlEntity = (fields: Readonly<Record<string, string>>, type = "defect"): string =>
  `<Entity Type="${type}"><Fields>${Object.entries(fields).map(([name, value]) => `<Field Name="${name}"><Value>${value}</Value></Field>`).join("")}</Fields></Entity>`;

const XML_DEFECT = { name: "x", severity: "1-Low", "detected-by": "bo.chen", "creation-time": "2026-03-01" };
const XML_MANY = { ...XML, "content-type": "application/xml;type=collection" };

describe("creating", () => {
  it("answers 201, the address and the whole entity; nothing is filled in", () => {
    const made = caller.post("defects", DEFECT);
    expect([made.status, made.headers.Location]).toEqual([201, "http://alm.test:8080/qcbin/rest/domains/DEFAULT/projects/DEMO/defects/1"]);
    expect(Object.keys(made.body).sort()).toEqual(["Fields", "Type", "children-count"]);
    expect(valuesIn(made.body)).toMatchObject({ id: ["1"], name: ["Cart loses items"], status: [], "ver-stamp": ["1"], "last-modified": ["2026-03-02 10:00:00"], "creation-time": ["2026-03-01"] });
  });

  it("answers XML with its status before the type", () => {
    const made = caller.call("POST", "defects", xmlEntity(XML_DEFECT), XML);
    expect(made.status).toBe(201);
    expect(made.text).toContain('?><Entity EntityStatus="Success" ErrorMessage="" Type="defect"><ChildrenCount>');
    expect(caller.get("defects/1", XML).text).toContain('?><Entity Type="defect"><ChildrenCount>');
  });

  it.each([
    ["without a type", `<Entity><Fields><Field Name="name"><Value>x</Value></Field><Field Name="severity"><Value ReferenceValue="no">1-Low</Value></Field><Field Name="detected-by"><Value>bo.chen</Value></Field><Field Name="creation-time"><Value>2026-03-01</Value></Field></Fields></Entity>`],
    ["with blanks and a declaration", `<?xml version="1.0"?>\n<Entity Type="defect">\n  <Fields>\n    <Field Name="name">\n <Value>x</Value>\n </Field> <Field Name="severity"><Value>1-Low</Value></Field><Field Name="detected-by"><Value>bo.chen</Value></Field><Field Name="creation-time"><Value>2026-03-01</Value></Field><Field Name="owner"/>\n  </Fields>\n</Entity>\n`],
    ["with CDATA and entities", xmlEntity({ ...XML_DEFECT, name: "<![CDATA[x]]>", "user-08": "&#65;&amp;" })],
  ])("takes XML %s", (_what, body) => {
    expect([caller.call("POST", "defects", body, XML).status, caller.row("defects/1").name]).toEqual([201, ["x"]]);
  });

  it.each<[string, Buffer, Readonly<Record<string, string>>]>([
    ["its Content-Type", Buffer.from(xmlEntity({ ...XML_DEFECT, name: "Tür" }), "latin1"), { "content-type": "application/xml;charset=ISO-8859-1" }],
    ["its declaration", Buffer.from(`<?xml version="1.0" encoding="windows-1252"?>${xmlEntity({ ...XML_DEFECT, name: "Tür" })}`, "latin1"), {}],
    ["its first bytes", Buffer.from(`\ufeff${xmlEntity({ ...XML_DEFECT, name: "Tür" })}`, "utf16le"), {}],
    ["nothing", Buffer.from(xmlEntity({ ...XML_DEFECT, name: "Tür" })), {}],
  ])("takes XML in the encoding that %s names", (_what, body, headers) => {
    expect([caller.call("POST", "defects", body, { ...XML, ...headers }).status, caller.row("defects/1").name]).toEqual([201, ["Tür"]]);
  });

  it("takes the fields of JSON as text, numbers and empties alike", () => {
    const Fields = [...Object.entries(DEFECT).map(([Name, value]) => ({ Name, values: [{ value }] })), { Name: "user-04", values: [{ value: 3.5 }] }, { Name: "owner", values: [{}] }, { Name: "priority", values: [] }, { Name: "closing-date", values: [{ value: null }] }];
    expect(caller.call("POST", "defects", { Fields }).status).toBe(201);
    expect(caller.row("defects/1")).toMatchObject({ "user-04": ["3.5"], owner: [], priority: [], "closing-date": [] });
  });

  it.each<readonly [string, Fields, number, string, string]>([
    ["a missing name", { ...DEFECT, name: null }, 400, "required-field-missing", "'Summary'"],
    ["a missing severity", { name: "x", "detected-by": "sync", "creation-time": "2026-03-01" }, 400, "required-field-missing", "'Severity'"],
    ["an unknown field", defect({ nonsense: "1" }), 400, "unknown-field-name", "nonsense"],
    ["a value that is not in the list", defect({ status: "Done" }), 400, "invalid-list-field-value", "'Status'"],
    ["a user who is not there", defect({ owner: "nobody" }), 400, "invalid-list-field-value", "'nobody'"],
    ["text in a number", defect({ "user-04": "three" }), 400, "invalid-value-type-for-field", "'Story Points'"],
    ["a day that is none", defect({ "closing-date": "2026-02-30" }), 400, "invalid-value-type-for-field", "yyyy-MM-dd"],
    ["a date with a time", defect({ "closing-date": "2026-02-03 10:00:00" }), 400, "invalid-value-type-for-field", "Closing Date"],
    ["a name that is too long", defect({ name: "x".repeat(256) }), 400, "invalid-value-type-for-field", "255"],
    ["two values where one fits", defect({ owner: ["sync", "bo.chen"] }), 400, "invalid-value-type-for-field", "one value"],
    ["a release that is not there", defect({ "target-rel": 7 }), 500, "general-error", "release"],
    ["a release by name", defect({ "target-rel": "Spring" }), 400, "invalid-value-type-for-field", "no id"],
    ["a field of the server", defect({ "last-modified": "2026-03-01 10:00:00" }), 403, "operation-forbidden", "'Modified'"],
    ["a flag of the server", defect({ attachment: "Y" }), 403, "operation-forbidden", "read-only"],
  ])("refuses %s", (_what, fields, status, error, words) => {
    const refused = caller.post("defects", fields);
    expect([refused.status, refused.error]).toEqual([status, error]);
    expect(refused.title).toContain(words);
    expect(caller.get("defects").body.TotalResults).toBe(0);
  });

  it.each([
    ["no body", "", { "content-type": "application/json" }, 400],
    ["broken JSON", "{", { "content-type": "application/json" }, 400],
    ["broken XML", "<Entity><Fields></Entity>", XML, 400],
    ["another root", "<Thing/>", XML, 400],
    ["no Fields", "{}", { "content-type": "application/json" }, 400],
    ["another type of content", "name=x", { "content-type": "text/plain" }, 415],
    ["no type of content", "{}", { "content-type": "" }, 415],
    ["another entity type", xmlEntity(XML_DEFECT, "requirement"), XML, 400],
    ["a collection without its type, in XML", `<Entities>${xmlEntity(XML_DEFECT)}</Entities>`, XML, 400],
    ["a collection without its type, in JSON", JSON.stringify({ entities: [entity(DEFECT)] }), { "content-type": "application/json" }, 500],
    ["one entity with the type of a collection", JSON.stringify(entity(DEFECT)), MANY, 400],
  ])("refuses %s", (_what, body, headers, status) => {
    expect(caller.call("POST", "defects", body, headers).status).toBe(status);
  });

  it("skips what a project made required where a header says so, and nothing else", () => {
    const skip = { "x-qc-ignore-customizable-required-fields-validation": "Y" };
    expect(caller.post("defects", { name: "x" }, skip).status).toBe(201);
    expect(caller.post("defects", { severity: "1-Low" }, skip).title).toContain("'Summary'");
  });

  it("splits one value with semicolons where a field takes several", () => {
    caller.make("defects", defect({ "user-02": "api;web" }));
    caller.make("defects", defect({ "user-02": ["web", "mobile"], "user-09": "anything at all" }));
    expect(["1", "2"].map((id) => caller.row(`defects/${id}`)["user-02"])).toEqual([["api", "web"], ["web", "mobile"]]);
  });

  it("is not for those who may only read", () => {
    caller.make("defects", DEFECT);
    const viewer = colleague(caller, "vera.stone");
    expect([viewer.post("defects", DEFECT).status, viewer.put("defects/1", { name: "y" }).status, viewer.call("DELETE", "defects/1").error]).toEqual([403, 403, "operation-forbidden"]);
  });
});

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\r/g, "&#13;");
const unescaped = (text: string): string => text.replace(/&#13;/g, "\r").replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

describe("any text", () => {
  it.each(["plain", " blanks around ", "a\tb", "two\nlines", "carriage\r\nreturn", "]]> & <![CDATA[x]]>", `"double" 'single'`, "&amp; &#65; &nbsp;", "ä ß € 中文 𝒳 🚲 👩‍👩‍👧", "\u202eright to left", "[x];{y}", "%41 + %", "\\ / \\n", "-1", "null", "<Value></Value>"])("%j goes in and out unchanged, in both languages", (text) => {
    const id = caller.make("defects", defect({ name: text, "user-03": text }));
    expect(caller.row(`defects/${id}`)).toMatchObject({ name: [text], "user-03": [text] });
    const shown = caller.get(`defects/${id}`, XML).text;
    expect(unescaped(/<Field Name="user-03"><Value>([^<]*)<\/Value>/.exec(shown)?.[1] ?? "")).toBe(text);
    caller.call("PUT", `defects/${id}`, xmlEntity({ "user-08": escaped(text) }), XML);
    expect(caller.row(`defects/${id}`)["user-08"]).toEqual([text]);
  });
});

describe("updating", () => {
  beforeEach(() => {
    caller.make("defects", defect({ status: "New", owner: "bo.chen", "user-02": ["api", "web"], description: "<p>a</p>" }));
    caller.clock.at += 60_000;
  });

  it("changes what was sent, counts the stamp and sets the time", () => {
    const changed = caller.put("defects/1", { status: "Closed", owner: null, "user-02": ["mobile"] });
    expect(changed.status).toBe(200);
    expect(valuesIn(changed.body)).toMatchObject({ status: ["Closed"], owner: [], "user-02": ["mobile"], name: ["Cart loses items"], "ver-stamp": ["2"], "last-modified": ["2026-03-02 10:01:00"] });
  });

  it("any status may follow any", () => {
    for (const status of ["Reopen", "New", "Fixed"]) expect(caller.put("defects/1", { status }).status).toBe(200);
  });

  it("a stale stamp protects nothing", () => {
    expect(caller.put("defects/1", { name: "b", "ver-stamp": 1 }).status).toBe(200);
    expect(caller.put("defects/1", { name: "c", "ver-stamp": 1 }).status).toBe(200);
    expect(caller.row("defects/1")).toMatchObject({ name: ["c"], "ver-stamp": ["3"] });
  });

  it("takes an id in the body, and XML that is cleared by an empty value", () => {
    expect(caller.call("PUT", "defects/1", xmlEntity({ id: "1", owner: "", description: "" }), XML).status).toBe(200);
    expect(caller.row("defects/1")).toMatchObject({ owner: [], description: [] });
  });

  it("takes one entity wrapped in a collection", () => {
    expect(caller.call("PUT", "defects/1", `<Entities>${xmlEntity({ name: "wrapped" })}</Entities>`, XML_MANY).status).toBe(200);
    expect(caller.row("defects/1").name).toEqual(["wrapped"]);
  });

  it("refuses to send back all that was read", () => {
    const { body } = caller.get("defects/1");
    expect(caller.call("PUT", "defects/1", body).error).toBe("operation-forbidden");
  });

  it.each<readonly [string, Fields, number, string]>([
    ["an emptied name", { name: "" }, 400, "required-field-missing"],
    ["an unknown list value", { severity: "High" }, 400, "invalid-list-field-value"],
    ["a field of the server", { "has-linkage": "Y" }, 403, "operation-forbidden"],
  ])("refuses %s and leaves the row alone", (_what, fields, status, error) => {
    const before = caller.get("defects/1").text;
    const refused = caller.put("defects/1", { status: "Open", ...fields });
    expect([refused.status, refused.error, caller.get("defects/1").text]).toEqual([status, error, before]);
  });

  it("answers 404 for an id that is not there", () => {
    expect([caller.put("defects/9", { name: "x" }).error, caller.call("DELETE", "defects/9").error]).toEqual(["entity-not-found", "entity-not-found"]);
  });

  it("replaces a comment field as a whole: appending is the client's work", () => {
    caller.put("defects/1", { "dev-comments": "<html><body>one</body></html>" });
    caller.put("defects/1", { "dev-comments": "<html><body>two</body></html>" });
    expect(caller.row("defects/1")["dev-comments"]).toEqual(["<html><body>two</body></html>"]);
  });
});

describe("memos", () => {
  it.each([
    ["plain text is wrapped", "hello", "<html><body>hello</body></html>"],
    ["line breaks of plain text are lost", "a\nb\r\n\r\nc", "<html><body>a b c</body></html>"],
    ["a loose angle is text", "1 < 2", "<html><body>1 &lt; 2</body></html>"],
    ["a fragment is wrapped", "<b>a</b> b", "<html><body>\n<b>a</b> b\n</body></html>"],
    ["blocks get lines, tables a body, breaks a slash", "<html><body><p>a<br>b</p><table><tr><td>1</td></tr></table></body></html>", "<html><body>\n<p>a<br />b</p>\n<table>\n<tbody>\n<tr><td>1</td></tr>\n</tbody>\n</table>\n</body></html>"],
    ["pre keeps its lines", "<html><body><pre>a\n  b</pre></body></html>", "<html><body>\n<pre>a\n  b</pre>\n</body></html>"],
    ["scripts and handlers go", '<html><body><p onclick="x()">a</p><script>x</script><a href="javascript:y">b</a></body></html>', "<html><body>\n<p>a</p>\n<a>b</a>\n</body></html>"],
    ["relative pictures lose their address", '<html><body><img src="a.png" alt="x"><img src="https://e.com/a.png"></body></html>', '<html><body>\n<img alt="x"><img src="https://e.com/a.png">\n</body></html>'],
    ["blank is empty", "  ", undefined],
  ])("%s", (_what, sent, kept) => {
    const id = caller.make("defects", defect({ description: sent }));
    expect(caller.row(`defects/${id}`).description).toEqual(kept === undefined ? [] : [kept]);
  });

  it("come back the same when they are sent as they were read", () => {
    const id = caller.make("defects", defect({ description: "<html><body><div><p>a</p><ul><li>x</li><li>y</li></ul></div></body></html>" }));
    const [read = ""] = caller.row(`defects/${id}`).description ?? [];
    caller.put(`defects/${id}`, { description: read });
    expect(caller.row(`defects/${id}`).description).toEqual([read]);
  });
});

describe("deleting", () => {
  it("answers the entity that is gone", () => {
    caller.make("defects", DEFECT);
    const gone = caller.call("DELETE", "defects/1");
    expect([gone.status, valuesIn(gone.body).name, caller.get("defects/1").status]).toEqual([200, ["Cart loses items"], 404]);
    expect(caller.make("defects", DEFECT)).toBe("2");
  });

  it("takes files and links along", () => {
    caller.make("defects", DEFECT);
    caller.make("defects", DEFECT);
    caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect" });
    caller.call("POST", "defects/1/attachments", Buffer.from("x"), { "content-type": "application/octet-stream", slug: "a.txt" });
    expect(caller.row("defects/2")["has-linkage"]).toEqual(["Y"]);
    caller.call("DELETE", "defects/1");
    expect([caller.row("defects/2")["has-linkage"], caller.get("defect-links").body.TotalResults, caller.get("attachments").body.TotalResults]).toEqual([["N"], 0, 0]);
  });
});

interface BulkBody {
  readonly Id: string;
  readonly ExceptionProperties: { readonly BulkValue: { readonly BulkEntries: readonly { readonly Succeeded: boolean; readonly EntityId: number | null; readonly EntityType: string; readonly Entity: unknown; readonly Exception: { readonly Id: string } | null }[] } };
}

describe("bulk", () => {
  const outcome = (body: unknown): readonly unknown[] => (body as BulkBody).ExceptionProperties.BulkValue.BulkEntries.map((entry) => [entry.Succeeded, entry.EntityId, entry.Exception?.Id ?? null, entry.Entity !== null]);

  it("creates, updates and deletes with 200 and a collection", () => {
    const made = caller.call("POST", "defects", { entities: [entity(defect({ name: "a" })), entity(defect({ name: "b" }), "defect")] }, MANY);
    expect([made.status, made.body.TotalResults, (made.body.entities as readonly unknown[]).map((one) => valuesIn(one).id)]).toEqual([200, 2, [["1"], ["2"]]]);
    const changed = caller.call("PUT", "defects", { entities: [entity({ id: 2, name: "B" }), entity({ id: 1, name: "A" })] }, MANY);
    expect([changed.status, caller.list("defects")]).toEqual([200, ["A", "B"]]);
    const gone = caller.call("DELETE", "defects?ids-to-delete=1,2");
    expect([gone.status, gone.body.TotalResults, caller.get("defects").body.TotalResults]).toEqual([200, 2, 0]);
  });

  it("in XML too", () => {
    const made = caller.call("POST", "defects", `<Entities>${xmlEntity(XML_DEFECT)}${xmlEntity({ ...XML_DEFECT, name: "y" })}</Entities>`, XML_MANY);
    expect([made.status, /<Entities TotalResults="2"><Entity EntityStatus="Success"/.test(made.text), caller.list("defects")]).toEqual([200, true, ["x", "y"]]);
  });

  it("answers 409 where some failed, in the order of the request; the others are done", () => {
    caller.make("defects", DEFECT);
    const mixed = caller.call("PUT", "defects", { entities: [entity({ id: 1, status: "Open" }), entity({ id: 9, status: "Open" }), entity({ id: 1, status: "Nonsense" })] }, MANY);
    expect([mixed.status, mixed.error]).toEqual([409, "bulk-operation-failed"]);
    expect(outcome(mixed.body)).toEqual([
      [true, 1, null, true],
      [false, 9, "qccore.entity-not-found", false],
      [false, 1, "qccore.invalid-list-field-value", false],
    ]);
    expect(caller.row("defects/1").status).toEqual(["Open"]);
  });

  it("names the failures in XML", () => {
    const mixed = caller.call("POST", "defects", `<Entities>${xmlEntity(XML_DEFECT)}${xmlEntity({ name: "y" })}</Entities>`, XML_MANY);
    expect(mixed.status).toBe(409);
    expect(mixed.text).toContain("<QCRestException><Id>qccore.bulk-operation-failed</Id><Title>");
    expect(mixed.text).toContain('<ExceptionProperties><ExceptionProperty name="qccore.bulk-operation-failed"><value><BulkOperationFailed><BulkEntry Successful="true" EntityId="1" EntityType="defect"><Entity Type="defect">');
    expect(mixed.text).toMatch(/<BulkEntry Successful="false" EntityType="defect"><Id>qccore.required-field-missing<\/Id><Title>.*<\/Title><StackTrace><\/StackTrace><\/BulkEntry><\/BulkOperationFailed>/);
  });

  it("answers 500 where all failed", () => {
    const failed = caller.call("DELETE", "defects?ids-to-delete=7,8");
    expect([failed.status, failed.error, outcome(failed.body).length]).toEqual([500, "bulk-operation-failed", 2]);
  });

  it("changes every row where no id is given", () => {
    for (const name of ["a", "b", "c"]) caller.make("defects", defect({ name }));
    expect(caller.put("defects", { status: "Closed" }).status).toBe(200);
    expect(caller.list("defects", "status")).toEqual(["Closed", "Closed", "Closed"]);
  });

  it("fails the entries that a fault names, once", () => {
    const many = { entities: ["a", "b", "c"].map((name) => entity(defect({ name }))) };
    caller.qc.failBulkEntries([1]);
    expect(caller.call("POST", "defects", many, MANY).status).toBe(409);
    expect(caller.list("defects")).toEqual(["a", "c"]);
    expect(caller.call("POST", "defects", many, MANY).status).toBe(200);
  });

  it("takes 2000 at most, of one type, and no delete without ids", () => {
    expect(caller.call("POST", "defects", { entities: Array.from({ length: 2001 }, () => entity({})) }, MANY).status).toBe(400);
    expect(caller.call("POST", "defects", { entities: [entity(DEFECT, "requirement")] }, MANY).status).toBe(400);
    expect(caller.call("DELETE", "defects").status).toBe(400);
  });
});

describe("an error", () => {
  it("has a form for each language", () => {
    const xml = caller.call("POST", "defects", xmlEntity({ name: "a & b" }), XML);
    expect(xml.text).toBe('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><QCRestException><Id>qccore.required-field-missing</Id><Title>The required field \'Severity\' is missing.</Title><ExceptionProperties/></QCRestException>');
    expect(caller.post("defects", { name: "x" }).body).toEqual({ Id: "qccore.required-field-missing", Title: "The required field 'Severity' is missing.", ExceptionProperties: null, StackTrace: null });
    const page = caller.post("defects", { name: "x" }, { accept: "text/plain" });
    expect([page.status, page.headers["Content-Type"], page.text.startsWith("<!DOCTYPE html>")]).toEqual([400, "text/html;charset=utf-8", true]);
  });
});
