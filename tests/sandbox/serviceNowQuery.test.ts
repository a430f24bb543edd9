// Encoded queries in the sandbox ServiceNow: operators, joiners, scripts, dot-walking, what is dropped, aggregates.

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;

const userId = (login: string): string => String(caller.find("sys_user", `user_name=${login}`)[0]?.sys_id);
const groupId = (name: string): string => String(caller.find("sys_user_group", `name=${name}`)[0]?.sys_id);

/** Titles found, in the order of their letters unless the query says another. */
const found = (query: string, table = "incident"): string => {
  const rows = caller.find(table, query, "&sysparm_fields=short_description").map((row) => String(row.short_description));
  return (/ORDERBY/.test(query) ? rows : rows.toSorted()).join("");
};

/** a–e: see the table in the setup. Now is 2026-03-02 10:00 (a Monday), 02:00 for the administrator. */
const setUp = (options: Readonly<Record<string, unknown>> = {}): void => {
  caller = newCaller(options, "2026-02-20T09:00:00Z");
  const times = ["2026-02-20T09:00:00Z", "2026-03-01T07:30:00Z", "2026-03-01T23:00:00Z", "2026-03-02T08:30:00Z", "2026-03-02T09:59:00Z"];
  const rows = [
    { short_description: "a", description: "Board one", impact: 1, caller_id: userId("anna.berg"), assignment_group: groupId("Piers"), category: "hardware", knowledge: true, due_date: "2026-03-05 00:00:00" },
    { short_description: "b", description: "board TWO", impact: 2, caller_id: userId("bo.chen"), category: "software", correlation_id: "x^y" },
    { short_description: "c", description: "crane", impact: 3, caller_id: userId("anna.berg"), assigned_to: userId("anna.berg"), category: "network", due_date: "2026-02-01 00:00:00" },
    { short_description: "d", description: "", impact: 1, urgency: 1, assigned_to: "6816f79cc0a8016401c5a33be04be441" },
    { short_description: "e", description: "the last board", impact: 2, watch_list: `${userId("bo.chen")},${userId("anna.berg")}` },
  ];
  for (const [at, row] of rows.entries()) {
    caller.clock.at = Date.parse(times[at] ?? "");
    caller.make("incident", row);
  }
  caller.clock.at = Date.parse("2026-03-02T10:00:00Z");
};

describe("operators", () => {
  beforeAll(() => setUp());

  it.each([
    ["short_description=a", "a"], ["short_description=A", "a"], ["short_description!=a", "bcde"], ["impact=1", "ad"], ["impact!=1", "bce"], ["impact>1", "bce"], ["impact>=2^impact<3", "be"], ["impact<=1", "ad"],
    ["descriptionLIKEboard", "abe"], ["description*board", "abe"], ["descriptionCONTAINSBOARD", "abe"], ["descriptionNOT LIKEboard", "c"], ["descriptionNOTLIKEboard", "c"], ["description!*board", "c"], ["descriptionDOES NOT CONTAINboard", "c"],
    ["descriptionSTARTSWITHboard", "ab"], ["descriptionENDSWITHboard", "e"], ["description%two", "b"], ["short_descriptionINa,c,x", "ac"], ["short_descriptionNOT INa,c", "bde"], ["descriptionISEMPTY", "d"], ["descriptionISNOTEMPTY", "abce"],
    ["descriptionEMPTYSTRING", "d"], ["descriptionANYTHING", "abcde"], ["description=", "d"], ["description=NULL", "d"], ["description!=NULL", "abce"], ["impactBETWEEN1@2", "abde"], ["knowledge=true", "a"], ["knowledge!=true", "bcde"], ["knowledge=false", "bcde"],
    ["priority<=impact", ""], ["impactSAMEASurgency", "cd"], ["impactNSAMEASurgency", "abe"], ["priorityGT_FIELDimpact", "abce"], ["impactLT_FIELDurgency", "abe"], ["impactGT_OR_EQUALS_FIELDurgency", "cd"], ["impactLT_OR_EQUALS_FIELDurgency", "abcde"],
    ["sys_class_nameINSTANCEOFtask", "abcde"], ["sys_class_nameINSTANCEOFproblem", ""], ["caller_idSAMEASassigned_to", "ce"], ["watch_listLIKEanna", "e"], ["caller_idLIKEberg", "ac"], ["caller_idSTARTSWITHBo", "b"], ["GOTOshort_description>=d", "de"], ["123TEXTQUERY321=board last", "e"],
  ])("%s finds %s", (query, titles) => {
    expect(found(query)).toBe(titles);
  });

  it.each([
    ["sys_created_on>2026-03-01 07:30:00", "cde"], ["sys_created_on>=2026-03-01 07:30:00", "bcde"], ["sys_created_on=2026-03-01 07:30:00", "b"], ["sys_created_on<2026-03-01", "a"], ["sys_created_onBETWEEN2026-03-01@2026-03-01", "bc"],
    ["sys_created_onBETWEENjavascript:gs.dateGenerate('2026-03-01','00:00:00')@javascript:gs.dateGenerate('2026-03-01','23:59:59')", "c"], ["sys_created_onON2026-03-01", "bc"],
    ["sys_created_onONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "de"], ["sys_created_onONToday", "de"], ["sys_created_onONYesterday", "c"], ["sys_created_onNOTONToday", "abc"], ["sys_created_on>=javascript:gs.daysAgoStart(1)", "cde"],
    ["sys_created_on>javascript:gs.hoursAgo(1)", "e"], ["sys_created_on>=javascript:gs.beginningOfLastWeek()", "bcde"], ["sys_created_on<=javascript:gs.endOfLastMonth()", "ab"], ["sys_created_onRELATIVEGE@hour@ago@2", "de"], ["sys_created_onRELATIVELT@dayofweek@ago@3", "a"],
    ["due_dateRELATIVEGT@dayofweek@ahead@1", "a"], ["sys_created_onDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','EE')", "de"], ["sys_created_onDATEPARTFebruary@javascript:gs.datePart('month','february','EE')", "ab"], ["due_dateMORETHANsys_created_on@day@after@5", "a"], ["due_dateMORETHANsys_created_on@day@before@5", "c"],
    ["due_dateLESSTHANsys_created_on@day@after@20", "a"],
  ])("on dates: %s finds %s", (query, titles) => {
    expect(found(query)).toBe(titles);
  });

  it.each([
    ["impact=1^urgency=1", "d"], ["urgency=3^impact=1^ORimpact=3", "ac"], ["impact=3^ORimpact=2^short_description=b", "b"], ["impact=3^NQshort_description=a", "ac"], ["impact=3^NQimpact=1^urgency=1^EQ", "cd"], ["impact=3^NQ", "c"], ["^impact=3^", "c"],
    ["ORDERBYDESCshort_description", "edcba"], ["impact=1^NQimpact=2^ORDERBYimpact^ORDERBYDESCshort_description", "daeb"], ["ORDERBYcaller_id^ORDERBYsys_created_on", "deacb"], ["ORDERBYDESCimpact^ORDERBYshort_description", "cbead"], ["correlation_id=x^^y", "b"],
  ])("joined: %s finds %s", (query, titles) => {
    expect(found(query)).toBe(titles);
  });

  it.each([
    ["caller_id.email=anna.berg@example.com", "ac"], ["caller_id.manager.user_name=anna.berg", "b"], ["caller_id.department.name=Passengers", "ac"], ["assigned_to=javascript:gs.getUserID()", "d"], ["assigned_to.user_name=javascript:gs.getUserName()", "d"], ["assigned_to=javascript:gs.getUser().getID()", "d"],
    ["assigned_toDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "d"], ["caller_id.departmentIN_HIERARCHYDEPARTMENT", "abc"], ["JOINincident.caller_id=sys_user.sys_id!user_name=bo.chen", "b"], ["impact=1^JOINincident.caller_id=sys_user.sys_id!active=true^name=Anna Berg^ORDERBYnumber", "a"],
  ])("elsewhere: %s finds %s", (query, titles) => {
    const department = String(caller.find("cmn_department", "name=Ferry Line")[0]?.sys_id);
    expect(found(query.replace("DEPARTMENT", department))).toBe(titles);
  });

  it("counts related rows", () => {
    const logins = (query: string): unknown => caller.find("sys_user", `${query}^ORDERBYuser_name`, "&sysparm_fields=user_name").map((row) => row.user_name);
    expect(logins("RLQUERYincident.caller_id,>=2^impactIN1,3^ENDRLQUERY")).toEqual(["anna.berg"]);
    expect(logins("RLQUERYsys_user_grmember.user,>=1,m2m^group.name=Piers^ENDRLQUERY^active=true")).toEqual(["anna.berg", "carla.diaz", "emil.novak"]);
    expect(logins("RLQUERYincident.caller_id,=0^ENDRLQUERY^user_nameSTARTSWITHb")).toEqual([]);
  });

  it("finds the groups of who asks", () => {
    expect(caller.as("anna.berg").find("incident", "assignment_groupDYNAMICd6435e965f510100a9ad2572f2b477fe", "&sysparm_fields=short_description")).toEqual([{ short_description: "a" }]);
  });

  it("pages by key over equal seconds", () => {
    const seen: unknown[] = [];
    let [at, id] = ["2000-01-01 00:00:00", ""];
    for (let page = 0; page < 9; page += 1) {
      const rows = caller.find("incident", `sys_updated_on=${at}^sys_id>${id}^NQsys_updated_on>${at}^ORDERBYsys_updated_on^ORDERBYsys_id`, "&sysparm_limit=2&sysparm_fields=sys_id,sys_updated_on,short_description");
      if (rows.length === 0) break;
      seen.push(...rows.map((row) => row.short_description));
      [at, id] = [String(rows.at(-1)?.sys_updated_on), String(rows.at(-1)?.sys_id)];
    }
    expect(seen.join("")).toBe("abcde");
  });

  it("takes spaces as plus signs and an order for a single record", () => {
    expect(caller.get("/api/now/table/incident?sysparm_query=description=board+TWO&sysparm_fields=short_description").list).toEqual([{ short_description: "b" }]);
    const id = caller.find("incident", "short_description=a")[0]?.sys_id;
    expect(caller.get(`/api/now/table/incident/${String(id)}?sysparm_query=ORDERBYsys_id&sysparm_limit=100`).record.short_description).toBe("a");
  });
});

describe("what makes no sense", () => {
  const CASES = ["nix=1", "impact~1", "caller_id.nix=1", "impactLIKES", "sys_created_onVALCHANGES", "assigned_to=javascript:new Evil()", "assigned_toDYNAMICnothing"];

  it("vanishes, so that more is found", () => {
    setUp();
    for (const query of CASES.filter((one) => one !== "impactLIKES")) expect([query, found(query), found(`${query}^impact=3`), found(`impact=3^OR${query}`)]).toEqual([query, "abcde", "c", "c"]);
  });

  it("finds nothing where the property says so, an unknown order aside", () => {
    setUp();
    const property = caller.find("sys_properties", "name=glide.invalid_query.returns_no_rows")[0]?.sys_id;
    caller.patch("sys_properties", property, { value: "true" });
    expect([found("nix=1^impact=3"), caller.find("incident", "impact=3^ORDERBYnix")]).toEqual(["", [expect.objectContaining({ short_description: "c" })]]);
  });

  it("is refused by newer releases, unreadable fields too", () => {
    setUp({ invalidQuery: "forbid" });
    const answer = caller.get("/api/now/table/incident?sysparm_query=nix=1");
    expect([answer.status, answer.error.message]).toEqual([403, "Insufficient rights to query records"]);
    expect(caller.as("vera.stone").get("/api/now/table/sys_user?sysparm_query=locked_out=true").status).toBe(403);
    expect(caller.as("anna.berg").get("/api/now/table/sys_user?sysparm_query=locked_out=false").status).toBe(200);
  });

  it("may be any script", () => {
    setUp({ scriptsInQueries: "block" });
    expect(found("assigned_to=javascript:gs.getUserID()")).toBe("abcde");
  });

  it("switches: empty values in !=, the doubled caret, the order of equals", () => {
    setUp({ notEqualsFindsEmpty: "all", caretEscape: "none", tieOrder: "shifting" });
    expect([found("description!=crane"), found("descriptionNOT LIKEboard"), found("descriptionNOT INcrane"), found("correlation_id=x^^y")]).toEqual(["abde", "cd", "abde", ""]);
    const orders = new Set(Array.from({ length: 12 }, () => found("ORDERBYactive")));
    expect(orders.size).toBeGreaterThan(1);
  });
});

describe("aggregates", () => {
  beforeEach(() => setUp());
  const stats = (more: string): unknown => caller.get(`/api/now/stats/incident?${more}`).body.result;

  it("count, and give figures", () => {
    expect(stats("sysparm_count=true&sysparm_query=impact=1")).toEqual({ stats: { count: "2" } });
    expect(stats("sysparm_min_fields=impact,sys_updated_on&sysparm_max_fields=sys_updated_on&sysparm_avg_fields=impact&sysparm_sum_fields=impact")).toEqual({
      stats: { min: { impact: "1", sys_updated_on: "2026-02-20 09:00:00" }, max: { sys_updated_on: "2026-03-02 09:59:00" }, sum: { impact: "9" }, avg: { impact: "1.8000" } },
    });
  });

  it("group, by value or as shown, and choose among groups", () => {
    const group = (count: string, value: string): unknown => ({ stats: { count }, groupby_fields: [{ field: "impact", value }] });
    expect(stats("sysparm_count=true&sysparm_group_by=impact")).toEqual([group("2", "1"), group("2", "2"), group("1", "3")]);
    expect(stats("sysparm_count=true&sysparm_query=GROUPBYimpact^impact<3")).toEqual([group("2", "1"), group("2", "2")]);
    expect(stats("sysparm_count=true&sysparm_group_by=impact&sysparm_having=count^impact^>^1&sysparm_order_by=impact^DESC")).toEqual([group("2", "2"), group("2", "1")]);
    expect(stats("sysparm_count=true&sysparm_group_by=caller_id.name&sysparm_query=caller_idISNOTEMPTY&sysparm_order_by=count^DESC")).toMatchObject([{ groupby_fields: [{ value: "Anna Berg" }] }, { groupby_fields: [{ value: "Bo Chen" }] }]);
    expect(stats("sysparm_count=true&sysparm_group_by=impact&sysparm_display_value=all&sysparm_query=impact=3")).toEqual([{ stats: { count: "1" }, groupby_fields: [{ field: "impact", display_value: "3 - Low", value: "3" }] }]);
  });
});
