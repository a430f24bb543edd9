// The sandbox ServiceNow in the hands of tests: the Table API, values on read and on write, journals, choices, classes.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, HOST, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = newCaller();
});

const TABLE = "/api/now/table";
const userId = (login: string): unknown => caller.find("sys_user", `user_name=${login}`)[0]?.sys_id;

describe("records", () => {
  it("creates with 201, Location and the whole record", () => {
    const made = caller.call("POST", `${TABLE}/incident`, { short_description: "Board is dark", impact: 1, urgency: "2", nonsense: "x" });
    expect([made.status, made.headers.Location]).toEqual([201, `${HOST}${TABLE}/incident/${String(made.record.sys_id)}`]);
    expect(made.record).toMatchObject({ number: "INC0010001", priority: "2", impact: "1", state: "1", incident_state: "1", active: "true", sys_class_name: "incident", sys_mod_count: "0", sys_created_on: "2026-03-02 10:00:00", sys_created_by: "admin", opened_at: "2026-03-02 10:00:00", due_date: "" });
    expect(Object.hasOwn(made.record, "nonsense")).toBe(false);
    expect(Object.values(made.record).every((value) => typeof value === "string" || typeof value === "object")).toBe(true);
  });

  it.each(["PUT", "PATCH"])("changes only what %s sends", (method) => {
    const { sys_id: id } = caller.make("incident", { short_description: "a", description: "b" });
    caller.clock.at += 61_000;
    const answer = caller.call(method, `${TABLE}/incident/${String(id)}?sysparm_fields=short_description,description,sys_mod_count,sys_updated_on,sys_updated_by`, { short_description: "c" });
    expect([answer.status, answer.record]).toEqual([200, { short_description: "c", description: "b", sys_mod_count: "1", sys_updated_on: "2026-03-02 10:01:01", sys_updated_by: "admin" }]);
  });

  it("does not count an update that changes nothing", () => {
    const { sys_id: id } = caller.make("incident", { short_description: "a" });
    expect(caller.patch("incident", id, { short_description: "a" }).record.sys_mod_count).toBe("0");
  });

  it("deletes with 204 and no body, then knows nothing of it", () => {
    const { sys_id: id } = caller.make("incident", {});
    const gone = caller.call("DELETE", `${TABLE}/incident/${String(id)}`);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const answer = caller.call(method, `${TABLE}/incident/${String(id)}`, method === "PATCH" ? {} : undefined);
      expect([answer.status, answer.body]).toEqual([404, { error: { message: "No Record found", detail: "Record doesn't exist or ACL restricts the record retrieval" }, status: "failure" }]);
    }
  });

  it("shows a record of a subclass through its parents, and not through its sisters", () => {
    const { sys_id: id } = caller.make("incident", {});
    expect(caller.get(`${TABLE}/task/${String(id)}`).record.sys_class_name).toBe("incident");
    expect(caller.get(`${TABLE}/problem/${String(id)}`).status).toBe(404);
    expect(caller.find("task", "sys_class_name=incident", "&sysparm_fields=sys_id")).toEqual([{ sys_id: id }]);
    expect(Object.hasOwn(caller.find("task", `sys_id=${String(id)}`)[0] ?? {}, "caller_id")).toBe(false);
  });

  it.each([
    ["an unknown table", "GET", "/api/now/table/nix", undefined, 400, "Invalid table nix"],
    ["a wrong path", "GET", "/api/now/nix", undefined, 400, "Requested URI does not represent any resource"],
    ["a wrong method", "DELETE", "/api/now/table/incident", undefined, 405, "Method not supported"],
    ["broken JSON", "POST", "/api/now/table/incident", "{", 400, "Exception while reading request"],
    ["several records", "POST", "/api/now/table/incident", [{}, {}], 400, "Exception while reading request"],
  ])("refuses %s", (_what, method, target, body, status, message) => {
    const answer = caller.call(method, target, body);
    expect([answer.status, answer.error.message, answer.body.status]).toEqual([status, message, "failure"]);
  });

  it("wants JSON or XML and answers in the same", () => {
    expect(caller.get(`${TABLE}/incident`, { accept: "text/csv" }).status).toBe(406);
    expect(caller.call("POST", `${TABLE}/incident`, "a=b", { "content-type": "text/plain" }).status).toBe(415);
    expect(caller.call("POST", `${TABLE}/incident`, "{}", { "content-type": "" }).status).toBe(400);
    const made = caller.call("POST", `${TABLE}/incident?sysparm_fields=number,short_description`, "<request><entry><short_description>a &amp; b</short_description></entry></request>", { "content-type": "application/xml", accept: "application/xml" });
    expect([made.headers["Content-Type"], made.text]).toEqual(["application/xml;charset=UTF-8", '<?xml version="1.0" encoding="UTF-8"?><response><result><number>INC0010001</number><short_description>a &amp; b</short_description></result></response>']);
  });

  it("takes another method for a POST, gives no body where told, answers HEAD", () => {
    const { sys_id: id } = caller.make("incident", {});
    expect(caller.call("POST", `${TABLE}/incident/${String(id)}`, { short_description: "z" }, { "x-http-method-override": "PATCH" }).record.short_description).toBe("z");
    const silent = caller.call("POST", `${TABLE}/incident`, {}, { "x-no-response-body": "true" });
    expect([silent.status, silent.text, typeof silent.headers.Location]).toEqual([201, "", "string"]);
    const head = caller.call("HEAD", `${TABLE}/incident`);
    expect([head.status, head.text, head.headers["X-Total-Count"]]).toEqual([200, "", "2"]);
  });

  it("keeps a sys_id given on creation as it is written, once", () => {
    const id = "0123456789ABCDEF0123456789abcdef";
    expect(caller.make("incident", { sys_id: id }).sys_id).toBe(id);
    expect(caller.get(`${TABLE}/incident/${id.toLowerCase()}`).record.sys_id).toBe(id);
    const again = caller.call("POST", `${TABLE}/incident`, { sys_id: id });
    expect([again.status, again.error.message, String(again.error.detail)]).toEqual([403, "Operation Failed", expect.stringContaining("Unique Key violation")]);
    expect(caller.make("incident", { sys_id: "short" }).sys_id).not.toBe("short");
  });

  it("cannot be told its system columns", () => {
    const made = caller.make("incident", { sys_created_on: "2001-01-01 00:00:00", sys_mod_count: "9", sys_updated_by: "anna.berg" });
    expect(made).toMatchObject({ sys_created_on: "2026-03-02 10:00:00", sys_mod_count: "0", sys_updated_by: "admin" });
  });
});

describe("lists", () => {
  beforeEach(() => {
    for (let at = 1; at <= 5; at += 1) caller.make("incident", { short_description: `n${at}`, impact: (at % 3) + 1 });
  });

  it("come in pages, with a total and links", () => {
    const answer = caller.get(`${TABLE}/incident?sysparm_query=ORDERBYnumber&sysparm_limit=2&sysparm_offset=2&sysparm_fields=short_description`);
    expect([answer.list.map((row) => row.short_description), answer.headers["X-Total-Count"]]).toEqual([["n3", "n4"], "5"]);
    const page = (offset: number): string => `<${HOST}${TABLE}/incident?sysparm_query=ORDERBYnumber&sysparm_limit=2&sysparm_offset=${offset}&sysparm_fields=short_description>`;
    expect(answer.headers.Link).toBe(`${page(4)};rel="next",${page(0)};rel="prev",${page(0)};rel="first",${page(4)};rel="last"`);
    const last = caller.get(`${TABLE}/incident?sysparm_limit=2&sysparm_offset=4`);
    expect([last.list.length, String(last.headers.Link).includes('rel="next"')]).toEqual([1, false]);
  });

  it("leave count and links out where told", () => {
    const answer = caller.get(`${TABLE}/incident?sysparm_limit=2&sysparm_no_count=true&sysparm_suppress_pagination_header=true`);
    expect([answer.list.length, answer.headers["X-Total-Count"], answer.headers.Link]).toEqual([2, undefined, undefined]);
  });

  it("without a match are empty, and 404 in v1", () => {
    const target = (version: string): string => `/api/now/${version}table/incident?sysparm_query=short_description=none`;
    expect([caller.get(target("")).body, caller.get(target("v2/")).status, caller.get(target("v1/")).status]).toEqual([{ result: [] }, 200, 404]);
    expect(newCaller({ emptyListInV1: 200 }).get(target("v1/")).body).toEqual({ result: [] });
  });

  it("are filtered by pairs of field and value where there is no query", () => {
    expect(caller.get(`${TABLE}/incident?short_description=n2&sysparm_fields=short_description`).list).toEqual([{ short_description: "n2" }]);
    expect(caller.get(`${TABLE}/incident?short_description=n2&sysparm_query=short_description=n3&sysparm_fields=short_description`).list).toEqual([{ short_description: "n3" }]);
  });

  it("give the fields in the order asked, unknown ones not at all, dot-walked ones under their path", () => {
    const [row = {}] = caller.get(`${TABLE}/incident?sysparm_limit=1&sysparm_fields=opened_by.email,nix,number,opened_by.department.dept_head.name,caller_id.email,opened_by.nix`).list;
    expect(Object.keys(row)).toEqual(["opened_by.email", "number", "opened_by.department.dept_head.name", "caller_id.email"]);
    expect([row["opened_by.email"], row["opened_by.department.dept_head.name"], row["caller_id.email"]]).toEqual(["admin@example.com", "", ""]);
  });

  it("take the fields of a view, fields going first", () => {
    const [row = {}] = caller.get(`${TABLE}/incident?sysparm_limit=1&sysparm_view=ess`).list;
    expect(Object.keys(row)).toEqual(["number", "short_description", "state", "caller_id", "opened_at", "sys_updated_on", "sys_id"]);
    expect(Object.keys(caller.get(`${TABLE}/incident?sysparm_limit=1&sysparm_view=ess&sysparm_fields=number`).list[0] ?? {})).toEqual(["number"]);
  });

  it("build links from the address that was called", () => {
    const fields = "?sysparm_limit=1&sysparm_fields=opened_by";
    const link = (headers: Record<string, string>, api = "/api/now/v2"): unknown => (caller.get(`${api}/table/incident${fields}`, headers).record.opened_by as { link: string }).link;
    expect(link({ host: "dev1.example", "x-forwarded-proto": "https" })).toBe("https://dev1.example/api/now/v2/table/sys_user/6816f79cc0a8016401c5a33be04be441");
  });
});

describe("values", () => {
  const read = (id: unknown, fields: string, mode: string, links = true): Record<string, unknown> =>
    caller.get(`${TABLE}/incident/${String(id)}?sysparm_fields=${fields}&sysparm_display_value=${mode}${links ? "" : "&sysparm_exclude_reference_link=true"}`).record;

  it("come stored, shown, or both", () => {
    const { sys_id: id } = caller.make("incident", { short_description: "x", caller_id: userId("anna.berg"), state: "2" });
    const fields = "short_description,state,caller_id,active,assigned_to,opened_at";
    const link = `${HOST}${TABLE}/sys_user/${String(userId("anna.berg"))}`;
    const value = userId("anna.berg");
    expect(read(id, fields, "false")).toEqual({ short_description: "x", state: "2", caller_id: { link, value }, active: "true", assigned_to: "", opened_at: "2026-03-02 10:00:00" });
    expect(read(id, "caller_id", "false", false)).toEqual({ caller_id: value });
    // The administrator lives in US/Pacific.
    expect(read(id, fields, "true")).toEqual({ short_description: "x", state: "In Progress", caller_id: { display_value: "Anna Berg", link }, active: "true", assigned_to: "", opened_at: "2026-03-02 02:00:00" });
    expect(read(id, "caller_id", "true", false)).toEqual({ caller_id: "Anna Berg" });
    expect(read(id, fields, "all")).toEqual({
      short_description: { display_value: "x", value: "x" }, state: { display_value: "In Progress", value: "2" }, caller_id: { display_value: "Anna Berg", link, value }, active: { display_value: "true", value: "true" }, assigned_to: { display_value: "", value: "" },
      opened_at: { display_value: "2026-03-02 02:00:00", value: "2026-03-02 10:00:00" },
    });
    expect(read(id, "caller_id", "all", false)).toEqual({ caller_id: { display_value: "Anna Berg", value } });
  });

  it("show times in the zone and format of who asks", () => {
    const { sys_id: id } = caller.make("incident", { due_date: "2026-07-01 22:30:00" });
    const due = (login: string): unknown => caller.as(login).get(`${TABLE}/incident/${String(id)}?sysparm_fields=due_date&sysparm_display_value=all`).record.due_date;
    expect(due("anna.berg")).toEqual({ display_value: "02.07.2026 00:30:00", value: "2026-07-01 22:30:00" });
    expect(due("carla.diaz")).toEqual({ display_value: "01/07/2026 05:30:00 PM", value: "2026-07-01 22:30:00" });
  });

  it("show choices in the language of who asks, where there is one", () => {
    caller.make("sys_choice", { name: "incident", element: "state", value: "2", label: "In Arbeit", language: "de", sequence: "2" });
    caller.patch("sys_user", userId("anna.berg"), { preferred_language: "de" });
    const { sys_id: id } = caller.make("incident", { state: "2", priority: "1" });
    const shown = (login: string): unknown => caller.as(login).get(`${TABLE}/incident/${String(id)}?sysparm_fields=state,priority&sysparm_display_value=true`).record;
    expect([shown("anna.berg"), shown("bo.chen")]).toEqual([{ state: "In Arbeit", priority: "5 - Planning" }, { state: "In Progress", priority: "5 - Planning" }]);
  });

  it("show a story by its description and an incident by its number", () => {
    const incident = caller.make("incident", {});
    const story = caller.make("rm_story", { short_description: "Dim the boards" });
    const shown = (parent: unknown): unknown => caller.call("POST", `${TABLE}/task?sysparm_fields=parent&sysparm_display_value=true&sysparm_exclude_reference_link=true`, { parent }).record.parent;
    expect([shown(incident.sys_id), shown(story.sys_id)]).toEqual(["INC0010001", "Dim the boards"]);
  });

  it("keep a reference to what is gone, with nothing to show", () => {
    const parent = caller.make("incident", {});
    const { sys_id: id } = caller.make("incident", { parent: parent.sys_id });
    caller.call("DELETE", `${TABLE}/incident/${String(parent.sys_id)}`);
    expect(read(id, "parent", "all", false)).toEqual({ parent: { display_value: "", value: parent.sys_id } });
  });

  it.each([
    ["an unknown choice as it is", { state: "77" }, { state: "77" }],
    ["a number as text", { order: 12, reassignment_count: "x" }, { order: "12", reassignment_count: "" }],
    ["truth in several words", { knowledge: "1", made_sla: false }, { knowledge: "true", made_sla: "false" }],
    ["no date that is none", { due_date: "2026-02-30 10:00:00", follow_up: "tomorrow" }, { due_date: "", follow_up: "" }],
    ["no date in another form", { due_date: "2026-02-03T10:00:00Z" }, { due_date: "" }],
    ["a day as its midnight", { due_date: "2026-02-03" }, { due_date: "2026-02-03 00:00:00" }],
    ["text up to its length", { short_description: "x".repeat(200) }, { short_description: "x".repeat(160) }],
    ["a duration as time since 1970", { business_duration: "1970-01-02 03:00:00", calendar_duration: "1 03:00:00" }, { business_duration: "1970-01-02 03:00:00", calendar_duration: "1970-01-02 03:00:00" }],
    ["a reference that points nowhere", { caller_id: "f".repeat(32) }, { caller_id: "f".repeat(32) }],
    ["a reference by its display value", { caller_id: "Bo Chen", assigned_to: "bo.chen@example.com" }, { caller_id: "BO", assigned_to: "BO" }],
    ["a default where a choice is cleared", { category: "" }, { category: "inquiry" }],
    ["null as nothing", { description: null, category: null }, { description: "", category: "inquiry" }],
  ])("store %s", (_what, sent, kept) => {
    const expected = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, value === "BO" ? userId("bo.chen") : value]));
    expect(caller.make("incident", sent)).toMatchObject(expected);
  });

  it("may be sent as people see them", () => {
    const made = caller.call("POST", `${TABLE}/incident?sysparm_input_display_value=true&sysparm_exclude_reference_link=true`, { state: "In Progress", caller_id: "Carla Díaz", due_date: "2026-03-05 08:00:00", watch_list: "Anna Berg, x@example.com" }).record;
    expect(made).toMatchObject({ state: "2", caller_id: userId("carla.diaz"), due_date: "2026-03-05 16:00:00", watch_list: `${String(userId("anna.berg"))},x@example.com` });
  });

  it("never tell a password, and keep it on the way in", () => {
    const made = caller.make("sys_user", { user_name: "new.one", first_name: "New", last_name: "One", user_password: "secret" });
    expect(made.name).toBe("New One");
    expect(caller.get(`${TABLE}/sys_user/${String(made.sys_id)}?sysparm_fields=user_password&sysparm_display_value=true`).record).toEqual({ user_password: "********" });
    expect(caller.as("new.one", "secret").get(`${TABLE}/sys_user?sysparm_limit=1`).status).toBe(200);
    expect(caller.call("POST", `${TABLE}/sys_user`, { user_name: "NEW.one" }).status).toBe(403);
  });

  it("show lists, durations, money and classes as people read them", () => {
    const made = caller.make("incident", { watch_list: `${String(userId("anna.berg"))},x@example.com`, business_duration: "1970-01-02 03:00:00" });
    expect(read(made.sys_id, "watch_list,business_duration,sys_class_name,sys_domain", "true", false)).toEqual({ watch_list: "Anna Berg, x@example.com", business_duration: "1 Day 3 Hours", sys_class_name: "Incident", sys_domain: "global" });
    const item = caller.make("cmdb_ci", { name: "crane", cost: "USD;1250.5" });
    expect(caller.get(`${TABLE}/cmdb_ci/${String(item.sys_id)}?sysparm_fields=cost&sysparm_display_value=all`).record).toEqual({ cost: { display_value: "$1,250.50", value: "USD;1250.5" } });
  });
});
