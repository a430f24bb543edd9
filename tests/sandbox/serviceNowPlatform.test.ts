// What the sandbox ServiceNow does by itself around a table: rules of the platform, access, the dictionary, journals.

import { beforeEach, describe, expect, it } from "vitest";
import { asSync, type Caller, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = newCaller();
});

const TABLE = "/api/now/table";
const userId = (login: string): unknown => caller.find("sys_user", `user_name=${login}`)[0]?.sys_id;

describe("journals", () => {
  it("append, read empty, and show all entries, newest first", () => {
    const { sys_id: id } = caller.make("incident", { comments: "first" });
    caller.clock.at += 5000;
    const answer = caller.as("anna.berg").patch("incident", id, { comments: "second", work_notes: "inside" });
    expect([answer.record.comments, answer.record.sys_mod_count]).toEqual(["", "1"]);
    const shown = caller.get(`${TABLE}/incident/${String(id)}?sysparm_fields=comments,comments_and_work_notes&sysparm_display_value=all`).record as Record<string, { display_value: string; value: string }>;
    expect(shown.comments).toEqual({ display_value: "2026-03-02 02:00:05 - Anna Berg (Additional comments)\nsecond\n\n2026-03-02 02:00:00 - System Administrator (Additional comments)\nfirst\n\n", value: "" });
    expect(shown.comments_and_work_notes?.display_value).toContain("(Work notes)\ninside");
  });

  it("are rows of their own with the login of who wrote", () => {
    const { sys_id: id } = caller.make("incident", {});
    caller.as("bo.chen").patch("incident", id, { work_notes: "seen" });
    expect(caller.find("sys_journal_field", `element_id=${String(id)}^elementINcomments,work_notes^ORDERBYsys_created_on`)).toMatchObject([{ name: "incident", element: "work_notes", value: "seen", sys_created_by: "bo.chen", sys_created_on: "2026-03-02 10:00:00", element_id: id }]);
  });

  it("touch the record, or do not", () => {
    for (const [journalTouches, count] of [[true, "1"], [false, "0"]] as const) {
      const one = newCaller({ journalTouches });
      const { sys_id: id } = one.make("incident", {});
      expect(one.patch("incident", id, { comments: "x" }).record.sys_mod_count).toBe(count);
      expect(one.find("sys_journal_field", `element_id=${String(id)}`)).toHaveLength(1);
    }
  });
});

describe("what the platform does by itself", () => {
  it.each([[1, 1, "1"], [1, 3, "3"], [2, 2, "3"], [3, 3, "5"], [3, 1, "3"]])("makes priority of impact %i and urgency %i", (impact, urgency, priority) => {
    const made = caller.make("incident", { impact, urgency, priority: "1" });
    expect(made.priority).toBe(priority);
    expect(caller.patch("incident", made.sys_id, { priority: "1" }).record.priority).toBe(priority);
  });

  it("closes and opens again, with who and when", () => {
    const { sys_id: id } = caller.make("incident", {});
    const refused = caller.patch("incident", id, { state: 7 });
    expect([refused.status, refused.error]).toEqual([403, { message: "Operation Failed", detail: "Data Policy Exception: The following fields are mandatory: Resolution code, Close notes" }]);
    const closed = caller.patch("incident", id, { state: 7, close_code: "Duplicate", close_notes: "done" }).record;
    expect(closed).toMatchObject({ state: "7", incident_state: "7", active: "false", closed_at: "2026-03-02 10:00:00", closed_by: "6816f79cc0a8016401c5a33be04be441", resolved_at: "2026-03-02 10:00:00" });
    expect(caller.patch("incident", id, { incident_state: "2" }).record).toMatchObject({ state: "2", active: "true", closed_at: "", resolved_at: "" });
  });

  it("keeps to the order of change states", () => {
    const { sys_id: id, state } = caller.make("change_request", {});
    expect(state).toBe("-5");
    const refused = caller.patch("change_request", id, { state: "3" });
    expect([refused.status, String(refused.error.detail)]).toEqual([403, expect.stringMatching(/^Operation against file 'change_request' was aborted by Business Rule '.*\^[0-9a-f]{32}'\. Error: Invalid state transition from New to Closed$/)]);
    expect(caller.patch("change_request", id, { state: "-4" }).status).toBe(200);
    const free = newCaller({ changeTransitions: "free" });
    expect(free.patch("change_request", free.make("change_request", {}).sys_id, { state: "3" }).record.active).toBe("false");
  });

  it("runs business rules that are rows", () => {
    caller.make("sys_script", { name: "No shouting", collection: "incident", action_insert: true, action_update: "true", filter_condition: "short_descriptionLIKE!!!", abort_action: true, message: "Please do not shout" });
    caller.make("sys_script", { name: "Route", collection: "task", action_insert: true, filter_condition: "short_descriptionSTARTSWITHboard", template: "urgency=1^contact_type=phone" });
    const refused = caller.call("POST", `${TABLE}/incident`, { short_description: "help!!!" });
    expect([refused.status, String(refused.error.detail)]).toEqual([403, expect.stringMatching(/^Operation against file 'incident' was aborted by Business Rule 'No shouting\^[0-9a-f]{32}'\. Error: Please do not shout$/)]);
    expect(caller.make("incident", { short_description: "Board 2" })).toMatchObject({ urgency: "1", contact_type: "phone" });
  });

  it("numbers each kind of task by itself", () => {
    expect(["incident", "problem", "change_request", "sc_task", "rm_story", "rm_epic", "rm_defect", "rm_sprint", "rm_release_scrum", "rm_scrum_task", "incident"].map((table) => caller.make(table, {}).number)).toEqual([
      "INC0010001", "PRB0010001", "CHG0010001", "SCTASK0010001", "STRY0010001", "EPIC0010001", "DFCT0010001", "SPNT0010001", "SREL0010001", "STSK0010001", "INC0010002",
    ]);
  });

  it("remembers what was changed and deleted of audited tables", () => {
    const made = caller.make("incident", { short_description: "a" });
    caller.patch("incident", made.sys_id, { short_description: "b" });
    expect(caller.find("sys_audit", `documentkey=${String(made.sys_id)}^fieldname=short_description`)).toMatchObject([{ tablename: "incident", oldvalue: "a", newvalue: "b", user: "admin", record_checkpoint: "1" }]);
    caller.call("DELETE", `${TABLE}/incident/${String(made.sys_id)}`);
    expect(caller.find("sys_audit_delete", "tablename=incident")).toMatchObject([{ documentkey: made.sys_id, display_value: made.number, sys_created_by: "admin", payload: expect.stringContaining("<short_description>b</short_description>") }]);
    expect(caller.find("sys_audit", `documentkey=${String(made.sys_id)}^fieldname=DELETED`)).toHaveLength(1);
    const theme = caller.make("scrum_theme", {});
    caller.call("DELETE", `${TABLE}/scrum_theme/${String(theme.sys_id)}`);
    expect(caller.find("sys_audit_delete", "")).toHaveLength(1);
  });
});

describe("access", () => {
  it("drops fields that the caller may not write or read, and says nothing", () => {
    const { sys_id: id } = caller.make("incident", { caller_id: userId("vera.stone") });
    const vera = caller.as("vera.stone");
    const answer = vera.patch("incident", id, { short_description: "mine", work_notes: "no", comments: "yes" });
    expect([answer.status, answer.record.short_description, Object.hasOwn(answer.record, "work_notes")]).toEqual([200, "mine", false]);
    expect(caller.find("sys_journal_field", `element_id=${String(id)}`).map((row) => row.element)).toEqual(["comments"]);
    expect(vera.find("sys_journal_field", `element_id=${String(id)}`)).toEqual([]);
  });

  it("limits before it asks for rights: pages are short, the total is not", () => {
    for (let at = 0; at < 6; at += 1) caller.make("incident", at % 2 === 0 ? { caller_id: userId("vera.stone") } : {});
    const vera = caller.as("vera.stone");
    const first = vera.get(`${TABLE}/incident?sysparm_limit=3&sysparm_query=ORDERBYnumber`);
    expect([first.list.length, first.headers["X-Total-Count"], String(first.headers.Link).includes('rel="next"')]).toEqual([2, "6", true]);
    const other = vera.find("incident", "", "&sysparm_fields=number").map((row) => row.number);
    expect(other).toHaveLength(3);
    const hidden = caller.find("incident", "caller_idISEMPTY")[0]?.sys_id;
    expect([vera.get(`${TABLE}/incident/${String(hidden)}`).status, vera.patch("incident", hidden, {}).status]).toEqual([404, 404]);
  });

  it("refuses deeds in the vendor's words", () => {
    const sync = caller.as("sync", "sync-pass");
    const insert = sync.call("POST", `${TABLE}/sys_properties`, { name: "x" });
    expect([insert.status, insert.error]).toEqual([403, { message: "Operation Failed", detail: "ACL Exception Insert Failed due to security constraints" }]);
    const update = sync.patch("sys_user", userId("bo.chen"), { title: "x" });
    expect([update.status, update.error.detail]).toEqual([403, "ACL Exception Update Failed due to security constraints"]);
    const remove = sync.call("DELETE", `${TABLE}/sys_user/${String(userId("bo.chen"))}`);
    expect([remove.status, remove.error.detail]).toEqual([403, "ACL Exception Delete Failed due to security constraints"]);
  });

  it("follows rules that are rows", () => {
    caller.make("sys_security_acl", { name: "rm_story.story_points", operation: "write", roles: "scrum_master" });
    caller.make("sys_security_acl", { name: "rm_story.blocked_reason", operation: "read", roles: "scrum_master" });
    const bo = caller.as("bo.chen");
    const made = bo.make("rm_story", { short_description: "x", story_points: "5" });
    expect([made.story_points, Object.hasOwn(made, "blocked_reason")]).toEqual(["", false]);
    expect(caller.as("anna.berg").patch("rm_story", made.sys_id, { story_points: "5" }).record.story_points).toBe("5");
  });

  it("lets the integration user work and look things up", () => {
    const sync = asSync();
    expect(sync.make("rm_story", { short_description: "a", sys_id: "a".repeat(32) }).sys_id).toBe("a".repeat(32));
    for (const table of ["sys_db_object", "sys_dictionary", "sys_choice", "sys_user", "sys_user_group", "sys_journal_field", "sys_audit_delete", "sys_attachment"]) expect([table, sync.get(`${TABLE}/${table}?sysparm_limit=1`).status]).toEqual([table, 200]);
    expect(sync.find("sys_dictionary", "nameINincident,task^elementISNOTEMPTY^active=true").length).toBeGreaterThan(60);
  });
});

describe("the dictionary", () => {
  it("knows each column once, on the highest table", () => {
    const [incident = {}] = caller.find("sys_db_object", "name=incident", "&sysparm_display_value=all&sysparm_exclude_reference_link=true");
    expect((incident.super_class as { display_value: string }).display_value).toBe("Task");
    const where = (element: string): unknown => caller.find("sys_dictionary", `element=${element}^nameINincident,task`, "&sysparm_fields=name").map((row) => row.name);
    expect([where("short_description"), where("caller_id")]).toEqual([["task"], ["incident"]]);
    const [line = {}] = caller.find("sys_dictionary", "name=incident^element=caller_id", "&sysparm_exclude_reference_link=true&sysparm_fields=internal_type,reference,max_length,mandatory,choice,active");
    expect(line).toEqual({ internal_type: "reference", reference: "sys_user", max_length: "32", mandatory: "false", choice: "0", active: "true" });
    expect(caller.find("sys_dictionary", "name=incident^elementISEMPTY", "&sysparm_exclude_reference_link=true&sysparm_fields=internal_type")).toEqual([{ internal_type: "collection" }]);
    expect(caller.find("sys_choice", "name=incident^element=state^inactive=false^language=en^ORDERBYsequence", "&sysparm_fields=value,label")[1]).toEqual({ value: "2", label: "In Progress" });
  });

  it.each([["planned", ["rm_feature", "planned_task", "task"]], ["flat", ["task"]]] as const)("has the agile tables in a chain (%s)", (agileChain, parents) => {
    const one = newCaller({ agileChain });
    const chain: string[] = [];
    for (let name = "rm_story"; ; ) {
      const [row] = one.find("sys_db_object", `name=${name}`, "&sysparm_fields=super_class.name");
      if (!row || row["super_class.name"] === "") break;
      name = String(row["super_class.name"]);
      chain.push(name);
    }
    expect(chain).toEqual(parents);
    expect(one.find("sys_dictionary", "name=rm_story^element=story_points")).toHaveLength(1);
  });

  it("grows by rows: a new table with a column and a choice of its own", () => {
    const task = caller.find("sys_db_object", "name=task")[0]?.sys_id;
    caller.make("sys_db_object", { name: "u_repair", label: "Repair", super_class: task });
    caller.make("sys_dictionary", { name: "u_repair", element: "u_tool", column_label: "Tool", internal_type: "string", max_length: "20", choice: "1" });
    caller.make("sys_choice", { name: "u_repair", element: "u_tool", value: "h", label: "Hammer", sequence: "1" });
    const made = caller.make("u_repair", { short_description: "Fix", u_tool: "h" });
    expect(made).toMatchObject({ number: "TASK0010001", u_tool: "h", sys_class_name: "u_repair", short_description: "Fix" });
    expect(caller.find("task", "sys_class_name=u_repair", "&sysparm_display_value=true&sysparm_fields=sys_class_name")).toEqual([{ sys_class_name: "Repair" }]);
    expect(caller.find("u_repair", "u_toolSTARTSWITHH", "&sysparm_display_value=true&sysparm_fields=u_tool")).toEqual([{ u_tool: "Hammer" }]);
    expect(caller.find("sys_dictionary", "name=u_repair^elementISEMPTY")).toHaveLength(1);
    const own = caller.make("sys_db_object", { name: "u_alone", label: "Alone" });
    expect(caller.make("u_alone", {}).sys_mod_count).toBe("0");
    caller.call("DELETE", `${TABLE}/sys_db_object/${String(own.sys_id)}`);
    expect([caller.get(`${TABLE}/u_alone`).status, caller.find("sys_dictionary", "name=u_alone")]).toEqual([400, []]);
  });
});
