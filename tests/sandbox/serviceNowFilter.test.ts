// Saved filters of the ServiceNow sandbox, who sees which, and the times that people's filters name.

import { describe, expect, it } from "vitest";
import { asSync, newCaller } from "./serviceNowCaller.ts";

const titles = (rows: readonly Record<string, unknown>[]): readonly unknown[] => rows.map((row) => row.title).toSorted();

describe("saved filters", () => {
  it("are seen by everyone, by their owner or by their group", () => {
    const admin = newCaller();
    const everyone = ["Changed in the last 7 days", "Open incidents"];
    expect(titles(admin.as("sync", "sync-pass").find("sys_filter", ""))).toEqual([...everyone, "My open work"].toSorted());
    expect(titles(admin.as("anna.berg").find("sys_filter", ""))).toEqual([...everyone, "Open incidents", "Stories of the shop"].toSorted());
    expect(titles(admin.as("max.muster").find("sys_filter", ""))).toEqual(everyone);
    expect(admin.find("sys_filter", "").length).toBe(5);
  });

  it("are found by name and table, and their text is a query", () => {
    const snow = asSync();
    const { number } = snow.make("incident", { short_description: "One", assigned_to: "sync" });
    snow.make("incident", { short_description: "Two" });
    const [filter] = snow.find("sys_filter", "title=My open work^table=task", "&sysparm_exclude_reference_link=true");
    expect(filter).toMatchObject({ table: "task", filter: "active=true^assigned_to=javascript:gs.getUserID()^EQ", group: "" });
    expect(snow.find("task", String(filter?.filter)).map((row) => row.number)).toEqual([number]);
  });

  it("are made by anyone and changed by their owner alone", () => {
    const admin = newCaller();
    const [anna, bo] = [admin.as("anna.berg"), admin.as("bo.chen")];
    const { sys_id: me } = admin.find("sys_user", "user_name=anna.berg")[0] ?? {};
    const { sys_id: id } = anna.make("sys_filter", { title: "Mine", table: "incident", filter: "priority=1", user: me });
    expect([anna.patch("sys_filter", id, { filter: "priority=2" }).record.filter, bo.patch("sys_filter", id, { filter: "x=1" }).status]).toEqual(["priority=2", 404]);
    const [shared] = admin.find("sys_filter", "title=Open incidents^userISEMPTY");
    expect(bo.patch("sys_filter", shared?.sys_id, { filter: "x=1" }).status).toBe(403);
  });
});

describe("times in queries", () => {
  it.each([
    ["sys_created_onONLast 7 days@javascript:gs.beginningOfLast7Days()@javascript:gs.endOfLast7Days()", 1],
    ["sys_created_onONLast 2 hours@javascript:gs.beginningOfLast2Hours()@javascript:gs.endOfLast2Hours()", 1],
    ["sys_created_onONLast 15 minutes@javascript:gs.beginningOfLast15Minutes()@javascript:gs.endOfLast15Minutes()", 0],
    ["sys_created_onONLast 3 months@javascript:gs.beginningOfLast3Months()@javascript:gs.endOfLast3Months()", 1],
    ["sys_created_onONCurrent hour@javascript:gs.beginningOfCurrentHour()@javascript:gs.endOfCurrentHour()", 0],
    ["sys_created_onONOne year ago@javascript:gs.beginningOfOneYearAgo()@javascript:gs.endOfOneYearAgo()", 0],
    ["sys_created_onBETWEENjavascript:gs.dateGenerate(\"2026-03-02 09:00:00\")@javascript:gs.dateGenerate(\"2026-03-02 11:00:00\")", 1],
    ["sys_created_on>javascript:gs.dateGenerate(\"2026-03-02 10:00:01\")", 0],
    ["assignment_groupDYNAMICd6435e965f510100a9ad2572f2b477fe", 0],
  ] as const)("%s finds %i", (query, count) => {
    const snow = asSync();
    snow.make("incident", { short_description: "One" });
    snow.clock.at += 3_600_000;
    expect(snow.find("incident", query).length).toBe(count);
  });
});
