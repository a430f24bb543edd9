// Every switch of the sandbox ServiceNow that the other tests do not turn: both behaviours of what the vendor's text leaves open.

import { describe, expect, it } from "vitest";
import { type Caller, newCaller } from "./serviceNowCaller.ts";

const TABLE = "/api/now/table";
const userId = (caller: Caller, login: string): unknown => caller.find("sys_user", `user_name=${login}`)[0]?.sys_id;
const incidentOfVera = (caller: Caller): unknown => caller.make("incident", { caller_id: userId(caller, "vera.stone"), short_description: "x" }).sys_id;

describe("reading", () => {
  it.each([["omit", undefined], ["empty", ""]] as const)("fields that may not be read: %s", (unreadableFields, shown) => {
    const caller = newCaller({ unreadableFields });
    const id = incidentOfVera(caller);
    const row = caller.as("vera.stone").get(`${TABLE}/incident/${String(id)}?sysparm_fields=work_notes,number`).record;
    expect([row.work_notes, row.number]).toEqual([shown, "INC0010001"]);
  });

  it.each([["valueOnly", ""], ["display", "CHG0010001"]] as const)("references to what may not be read: %s", (unreadableReference, shown) => {
    const caller = newCaller({ unreadableReference });
    const change = caller.make("change_request", {}).sys_id;
    const id = caller.make("incident", { caller_id: userId(caller, "vera.stone"), rfc: change }).sys_id;
    expect(caller.as("vera.stone").get(`${TABLE}/incident/${String(id)}?sysparm_fields=rfc&sysparm_display_value=all&sysparm_exclude_reference_link=true`).record).toEqual({ rfc: { display_value: shown, value: change } });
  });

  it.each([["empty", 200], ["forbid", 403]] as const)("a table that may not be read: %s", (unreadableTable, status) => {
    const caller = newCaller({ unreadableTable });
    const answer = caller.as("vera.stone").get(`${TABLE}/sys_properties`);
    expect([answer.status, answer.list]).toEqual([status, []]);
    if (status === 200) expect(Number(answer.headers["X-Total-Count"])).toBeGreaterThan(5);
    else expect(answer.error.message).toBe("Insufficient rights to query records");
  });

  it.each([[true, "2"], [false, "1"]] as const)("the total counts hidden rows: %s", (countHidden, total) => {
    const caller = newCaller({ countHidden });
    incidentOfVera(caller);
    caller.make("incident", {});
    expect(caller.as("vera.stone").get(`${TABLE}/incident`).headers["X-Total-Count"]).toBe(total);
  });

  it.each([["replace", ["Mine"]], ["merge", ["Mine", "1 - Critical", "2 - High", "3 - Moderate", "4 - Low", "5 - Planning"]]] as const)("choices of a subclass: %s", (choiceInheritance, labels) => {
    const caller = newCaller({ choiceInheritance });
    caller.make("sys_choice", { name: "rm_story", element: "priority", value: "9", label: "Mine", sequence: "0" });
    const { columns } = caller.get("/api/now/ui/meta/rm_story").record as { columns: Record<string, { choices: { label: string }[] }> };
    expect(columns.priority?.choices.map((choice) => choice.label)).toEqual(labels);
  });

  it("the zone of the integration user", () => {
    const shown = (zone: string): unknown => {
      const caller = newCaller({ zone }).as("sync", "sync-pass");
      return caller.get(`${TABLE}/incident/${String(caller.make("incident", {}).sys_id)}?sysparm_fields=opened_at&sysparm_display_value=true`).record.opened_at;
    };
    expect([shown("UTC"), shown("Europe/Berlin"), shown("Asia/Shanghai")]).toEqual(["2026-03-02 10:00:00", "2026-03-02 11:00:00", "2026-03-02 18:00:00"]);
  });

  it("the public address", () => {
    expect(newCaller({ publicUrl: "https://acme.example/" }).call("POST", `${TABLE}/incident`, {}).headers.Location).toMatch(/^https:\/\/acme\.example\/api\/now\/table\/incident\/[0-9a-f]{32}$/);
  });
});

describe("querying", () => {
  it.each([["display", 1], ["idOnly", 0]] as const)("what a reference shows: %s", (referenceEquals, count) => {
    const caller = newCaller({ referenceEquals });
    caller.make("incident", { caller_id: userId(caller, "bo.chen") });
    expect([caller.find("incident", "caller_id=bo chen").length, caller.find("incident", "caller_id=Anna Berg").length, caller.find("incident", `caller_id=${String(userId(caller, "bo.chen"))}`).length]).toEqual([count, 0, 1]);
  });
});

describe("writing", () => {
  it.each([["accept", true], ["drop", false]] as const)("a reference by its name: %s", (referenceByDisplay, kept) => {
    const caller = newCaller({ referenceByDisplay });
    expect(caller.make("incident", { caller_id: "Bo Chen" }).caller_id !== "").toBe(kept);
    expect(caller.call("POST", `${TABLE}/incident?sysparm_input_display_value=true&sysparm_fields=caller_id.name`, { caller_id: "Bo Chen" }).record).toEqual({ "caller_id.name": "Bo Chen" });
  });

  it.each([["empty", ""], ["ignore", "kept"]] as const)("null: %s", (nullValue, left) => {
    const caller = newCaller({ nullValue });
    expect(caller.patch("incident", caller.make("incident", { description: "kept" }).sys_id, { description: null }).record.description).toBe(left);
  });

  it.each([["empty", ""], ["ignore", "2026-03-05 00:00:00"]] as const)("a bad date: %s", (badDate, left) => {
    const caller = newCaller({ badDate });
    expect(caller.patch("incident", caller.make("incident", { due_date: "2026-03-05 00:00:00" }).sys_id, { due_date: "next week" }).record.due_date).toBe(left);
  });

  it.each([["default", "inquiry"], ["clear", ""]] as const)("nothing for a choice with a default: %s", (clearChoiceWithDefault, left) => {
    const caller = newCaller({ clearChoiceWithDefault });
    expect(caller.patch("incident", caller.make("incident", { category: "network" }).sys_id, { category: "" }).record.category).toBe(left);
  });

  it.each([["accept", true], ["ignore", false]] as const)("a sys_id of one's own: %s", (suppliedSysId, kept) => {
    const id = "c".repeat(32);
    expect(newCaller({ suppliedSysId }).make("incident", { sys_id: id }).sys_id === id).toBe(kept);
  });

  it.each([403, 400, 409, 500] as const)("the same sys_id twice: %i", (duplicateSysIdStatus) => {
    const caller = newCaller({ duplicateSysIdStatus });
    caller.make("incident", { sys_id: "c".repeat(32) });
    // The id is the whole family's: a problem cannot have it either.
    expect(caller.call("POST", `${TABLE}/problem`, { sys_id: "c".repeat(32) }).status).toBe(duplicateSysIdStatus);
  });

  it.each([["ignore", 201], ["enforce", 403]] as const)("the dictionary's own mandatory: %s", (dictionaryMandatory, status) => {
    const caller = newCaller({ dictionaryMandatory });
    caller.patch("sys_dictionary", caller.find("sys_dictionary", "name=incident^element=caller_id")[0]?.sys_id, { mandatory: "true" });
    expect(caller.call("POST", `${TABLE}/incident`, {}).status).toBe(status);
  });

  it.each([["ignore", "incident"], ["allow", "problem"]] as const)("another class: %s", (changeClass, name) => {
    const caller = newCaller({ changeClass });
    const { sys_id: id } = caller.make("incident", { short_description: "x" });
    expect(caller.patch("incident", id, { sys_class_name: "problem" }).record.sys_class_name).toBe(name);
    expect([caller.get(`${TABLE}/${name}/${String(id)}`).record.short_description, caller.find("task", "")]).toEqual(["x", [expect.anything()]]);
  });

  it.each([["honour", "0", "2026-03-02 10:00:00"], ["ignore", "1", "2026-03-02 10:01:00"]] as const)("changes without a trace: %s", (suppressAutoSysField, count, at) => {
    const caller = newCaller({ suppressAutoSysField });
    const { sys_id: id } = caller.make("incident", {});
    caller.clock.at += 60_000;
    expect(caller.patch("incident", id, { short_description: "x" }, "&sysparm_suppress_auto_sys_field=true").record).toMatchObject({ short_description: "x", sys_mod_count: count, sys_updated_on: at });
  });
});

describe("switches as properties", () => {
  it("go before the options, and are passed over where they make no sense", () => {
    const caller = newCaller({ nullValue: "ignore" });
    const left = (): unknown => caller.patch("incident", caller.make("incident", { description: "kept" }).sys_id, { description: null }).record.description;
    const { sys_id: id } = caller.make("sys_properties", { name: "sandbox.nullValue", value: "empty" });
    expect(left()).toBe("");
    caller.patch("sys_properties", id, { value: "whatever" });
    expect(left()).toBe("kept");
  });


  it("seconds a token lives", () => {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: "tandem_client", client_secret: "tandem_secret" }).toString();
    const answer = newCaller({ accessTokenSeconds: 60 }).call("POST", "/oauth_token.do", form, { authorization: "", "content-type": "application/x-www-form-urlencoded" });
    expect(answer.body.expires_in).toBe(59);
  });

  it("seconds a refresh token lives", () => {
    const caller = newCaller({ refreshTokenSeconds: 60 });
    const ask = (fields: Readonly<Record<string, string>>): Record<string, unknown> =>
      caller.call("POST", "/oauth_token.do", new URLSearchParams({ client_id: "tandem_client", client_secret: "tandem_secret", ...fields }).toString(), { authorization: "", "content-type": "application/x-www-form-urlencoded" }).body;
    const { refresh_token: token } = ask({ grant_type: "password", username: "admin", password: "admin" });
    caller.clock.at += 61_000;
    expect(ask({ grant_type: "refresh_token", refresh_token: String(token) }).error).toBe("server_error");
  });

  it("names of API keys", () => {
    expect(newCaller({ apiKeys: { k: "bo.chen" } }).get(`${TABLE}/sys_user?sysparm_query=user_name=javascript:gs.getUserName()&sysparm_fields=user_name`, { authorization: "", "x-sn-apikey": "k" }).list).toEqual([{ user_name: "bo.chen" }]);
  });
});
