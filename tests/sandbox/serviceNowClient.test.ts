// What the vendor's own client for Python and a community client for JavaScript send (sheet §17), word for word: the sandbox must satisfy both.

import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Caller, HOST, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = newCaller();
});

/** As a query string is made in Python: spaces are plus signs. */
const form = (params: Readonly<Record<string, string>>): string => new URLSearchParams(params).toString();

const LIST = { sysparm_display_value: "all", sysparm_exclude_reference_link: "true", sysparm_suppress_pagination_header: "true" };

const list = (table: string, query: string, fields: string, limit = "100", offset = "0"): Answer =>
  caller.get(`/api/now/table/${table}?${form({ sysparm_query: query, sysparm_fields: fields, ...LIST, sysparm_limit: limit, sysparm_offset: offset })}`);

type Both = { readonly display_value: string; readonly value: string };

describe("the client for Python", () => {
  it("lists in pages until it has as many as the total says", () => {
    for (let at = 0; at < 7; at += 1) caller.make("problem", { short_description: `Unit test ${at}` });
    const titles: string[] = [];
    for (let offset = 0; ; offset += 3) {
      const page = list("problem", "short_descriptionLIKEUnit test^ORDERBYDESCnumber^ORDERBYsys_id", "sys_id,short_description", "3", String(offset));
      titles.push(...page.list.map((row) => (row.short_description as Both).value));
      expect([Object.keys(page.list[0] ?? {}), page.headers["X-Total-Count"], page.headers.Link]).toEqual([["sys_id", "short_description"], "7", undefined]);
      if (titles.length >= Number(page.headers["X-Total-Count"])) break;
    }
    expect(titles).toEqual([6, 5, 4, 3, 2, 1, 0].map((at) => `Unit test ${at}`));
  });

  it("gets one record with the parameters of a list", () => {
    const admin = caller.get(`/api/now/table/sys_user/6816f79cc0a8016401c5a33be04be441?${form({ sysparm_query: "ORDERBYsys_id", sysparm_fields: "sys_id,name,user_password,active,department.dept_head.email", ...LIST, sysparm_limit: "100", sysparm_offset: "0" })}`);
    expect(admin.record).toMatchObject({ name: { display_value: "System Administrator", value: "System Administrator" }, user_password: { display_value: "********" }, active: { display_value: "true", value: "true" }, "department.dept_head.email": { display_value: "", value: "" } });
    expect(caller.get(`/api/now/table/sys_user/nix?${form(LIST)}`).status).toBe(404);
  });

  it("walks two references", () => {
    const [anna = {}] = list("sys_user", "user_name=bo.chen^ORDERBYsys_id", "user_name,department,department.name,department.dept_head,department.dept_head.email,manager.email").list;
    const shown = Object.fromEntries(Object.entries(anna).map(([name, both]) => [name, (both as Both).display_value]));
    expect(shown).toEqual({ user_name: "bo.chen", department: "Boats", "department.name": "Boats", "department.dept_head": "Bo Chen", "department.dept_head.email": "bo.chen@example.com", "manager.email": "anna.berg@example.com" });
  });

  it("asks with joins and related lists", () => {
    const names = (query: string): readonly string[] => list("sys_user", `${query}^ORDERBYsys_id`, "user_name").list.map((row) => (row.user_name as Both).value).toSorted();
    expect(names("JOINsys_user.sys_id=sys_user_group.manager!active=true")).toEqual(["anna.berg", "carla.diaz", "emil.novak"]);
    expect(names("RLQUERYsys_user_has_role.user,>1,m2m^role.name=itil^ORrole.name=scrum_user^ENDRLQUERY")).toEqual(["bo.chen", "carla.diaz"]);
    expect(names("RLQUERYsys_user_has_role.user,=0,^role.name=admin^ENDRLQUERY^user_nameSTARTSWITHadmin")).toEqual([]);
  });

  it.each(["user_name=admin^", "^user_name=admin", "^^user_name=admin", "user_name=admin^EQ", "user_name=admin^^EQ", "user_name=admin^^ORDERBYname"])("takes %s for one condition, whatever is hung on to it", (query) => {
    expect(list("sys_user", `${query}^ORDERBYsys_id`, "user_name").list.map((row) => (row.user_name as Both).value)).toEqual(["admin"]);
  });

  it("pages through all that an instance is configured with", () => {
    const page = list("sys_metadata", "ORDERBYsys_id", "sys_id,sys_class_name", "100", "500");
    expect([page.list.length, Number(page.headers["X-Total-Count"]) > 1000]).toEqual([100, true]);
    const [choice = {}] = list("sys_metadata", "sys_class_name=sys_choice^ORDERBYsys_id", "sys_class_name", "1").list;
    expect(choice.sys_class_name).toEqual({ display_value: "Choice", value: "sys_choice" });
    const rule = caller.make("sys_script", { name: "A rule", collection: "problem" });
    expect(caller.get(`/api/now/table/sys_metadata/${String(rule.sys_id)}?sysparm_fields=sys_class_name`).record).toEqual({ sys_class_name: "sys_script" });
  });

  it("inserts with an id of its own, updates by PATCH, deletes", () => {
    const id = "ABCDEF0123456789ABCDEF0123456789";
    const made = caller.call("POST", `/api/now/table/problem?${form(LIST)}`, { sys_id: id, short_description: "Unit test" });
    expect([made.status, (made.record.sys_id as Both).value]).toEqual([201, id]);
    const changed = caller.call("PATCH", `/api/now/table/problem/${id}?${form(LIST)}`, { short_description: "ABCDEFG0123" });
    expect([changed.status, (changed.record.short_description as Both).value]).toEqual([200, "ABCDEFG0123"]);
    expect(caller.call("DELETE", `/api/now/table/problem/${id}`).status).toBe(204);
  });

  it("updates and deletes several through a batch", () => {
    const ids = Array.from({ length: 5 }, () => String(caller.make("problem", { short_description: "BUNKZZ" }).sys_id));
    const headers = [{ name: "Accept", value: "application/json" }, { name: "Content-Type", value: "application/json" }];
    const send = (method: string, body?: unknown): readonly { id: string; status_code: number; body: string }[] => {
      const rest_requests = ids.map((id, at) => ({ id: String(at), method, url: `/api/now/table/problem/${id}?${form(LIST)}`, headers, exclude_response_headers: false, ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString("base64") }) }));
      return caller.call("POST", "/api/now/v1/batch", { batch_request_id: 0, rest_requests }).body.serviced_requests as readonly { id: string; status_code: number; body: string }[];
    };
    const changed = send("PATCH", { short_description: "changed" });
    expect(changed.map(({ id, status_code: status }) => [id, status])).toEqual(ids.map((_id, at) => [String(at), 200]));
    expect((JSON.parse(Buffer.from(changed[0]?.body ?? "", "base64").toString("utf8")) as { result: { short_description: Both } }).result.short_description.value).toBe("changed");
    expect(send("DELETE").map((one) => one.status_code)).toEqual([204, 204, 204, 204, 204]);
    expect(send("DELETE").map((one) => one.status_code)).toEqual([404, 404, 404, 404, 404]);
  });

  it("attaches, finds the new address in Location, reads and deletes", () => {
    const id = String(caller.make("problem", { short_description: "Unit test" }).sys_id);
    const made = caller.call("POST", `/api/now/v1/attachment/file?${form({ file_name: "thing.txt", table_name: "problem", table_sys_id: id, encryption_context: "" })}`, Buffer.from("this is a sample attachment\nwith\nmulti\nlines"), { "content-type": "text/plain" });
    const address = String(made.headers.Location);
    expect([made.status, address]).toEqual([201, `${HOST}/api/now/v1/attachment/${String(made.record.sys_id)}/file`]);
    expect(caller.get(new URL(address).pathname, { "content-type": "text/plain" }).text.split("\n")).toHaveLength(4);
    const found = caller.get(`/api/now/v1/attachment?${form({ sysparm_query: `table_name=problem^table_sys_id=${id}`, sysparm_limit: "100", sysparm_offset: "0" })}`);
    expect([found.list.map((row) => row.file_name), found.headers["X-Total-Count"]]).toEqual([["thing.txt"], "1"]);
    expect(caller.call("DELETE", `/api/now/v1/attachment/${String(found.list[0]?.sys_id)}`).status).toBe(204);
    expect(caller.get(`/api/now/v1/attachment?${form({ sysparm_query: `table_sys_id=${id}` })}`).body).toEqual({ result: [] });
  });

  it("signs in for a token with the client named in the header", () => {
    const answer = caller.call("POST", "/oauth_token.do", form({ grant_type: "password", username: "admin", password: "admin", scope: "" }), { authorization: `Basic ${Buffer.from("tandem_client:tandem_secret").toString("base64")}`, "content-type": "application/x-www-form-urlencoded;charset=UTF-8", accept: "application/json" });
    expect([answer.status, answer.body.token_type, answer.body.expires_in]).toEqual([200, "Bearer", 1799]);
  });
});

describe("a client for bulk export", () => {
  const old = (table: string, body: unknown): Answer => caller.call("POST", `/${table}.do?JSONv2`, body);

  it("lists keys and records, inserts, changes and deletes with the older interface", () => {
    const made = old("incident", { sysparm_action: "insert", short_description: "x", caller_id: "Bo Chen" }).body.records as readonly Record<string, string>[];
    const id = made[0]?.sys_id;
    expect(made).toMatchObject([{ short_description: "x", __status: "success" }]);
    expect(old("incident", { sysparm_action: "getKeys", sysparm_query: "active=true" }).body).toEqual({ records: [id] });
    expect(old("task", { sysparm_action: "getRecords", sysparm_query: `sys_id=${id}`, displayvalue: "all" }).body.records).toMatchObject([{ state: "1", dv_state: "New", sys_class_name: "incident" }]);
    expect(caller.get(`/incident.do?JSONv2&sysparm_sys_id=${id}&displayvalue=true`).body.records).toMatchObject([{ caller_id: "Bo Chen" }]);
    expect(old("incident", { sysparm_action: "update", sysparm_query: `sys_id=${id}`, short_description: "y" }).body.records).toMatchObject([{ short_description: "y", sys_mod_count: "1" }]);
    old("incident", { sysparm_action: "deleteRecord", sysparm_sys_id: id });
    expect([old("incident", { sysparm_action: "getKeys" }).body, old("nix", {}).status, old("incident", { sysparm_action: "dance" }).status]).toEqual([{ records: [] }, 400, 400]);
  });
});

describe("a client for JavaScript", () => {
  it("filters by bare pairs and by what references show", () => {
    const change = caller.make("change_request", {});
    caller.make("change_task", { change_request: change.sys_id });
    expect(caller.get(`/api/now/table/change_task?change_request=${String(change.number)}&sysparm_fields=number`).list).toEqual([{ number: "CTASK0010001" }]);
    expect(caller.get("/api/now/v2/table/sys_user?user_name=admin").list).toHaveLength(1);
    const id = String(caller.make("incident", { caller_id: "Anna Berg" }).sys_id);
    caller.call("POST", `/api/now/attachment/file?table_name=incident&table_sys_id=${id}&file_name=a.txt`, Buffer.from("x"), { "content-type": "text/plain" });
    expect([caller.get(`/api/now/attachment?table_sys_id=${id}`).list.length, caller.get(`/api/now/attachment?table_sys_id=${"0".repeat(32)}`).list.length]).toEqual([1, 0]);
    expect(caller.get("/api/now/v2/table/incident?sysparm_display_value=true&sysparm_fields=number&sysparm_query=caller_id=Anna%20Berg^active=true").list).toEqual([{ number: "INC0010001" }]);
  });

  it("writes what people see and reads the same", () => {
    const id = String(caller.make("incident", {}).sys_id);
    const answer = caller.call("PUT", `/api/now/table/incident/${id}?sysparm_input_display_value=true&sysparm_display_value=true`, { state: "In Progress", assigned_to: "Bo Chen", urgency: "1 - High" });
    expect(answer.record).toMatchObject({ state: "In Progress", assigned_to: { display_value: "Bo Chen" }, urgency: "1 - High", priority: "3 - Moderate" });
  });
});
