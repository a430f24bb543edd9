// Whatever a caller sends to the Azure DevOps sandbox, it answers in its own words: nothing makes it fail, and its state stays loadable.

import { describe, expect, it } from "vitest";
import { demoEdits } from "../../lib/sandbox/azureDevops/demo.ts";
import { newCaller, set } from "./azureDevopsCaller.ts";

/** The same numbers in every run. */
const numbers = (start: number): ((below: number) => number) => {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const VALUES = ["1", "2", "99", "0", "-1", "abc", "DEMO", "", "Bug", "System.Title", "areas", "iterations", "Web", "Sprint 1", "A/B", "Shared Queries", "me", "like", "Backlog items", "%", "a'b", "ü", "__proto__", "constructor"];
const OPTIONS = ["", "$expand=all", "$expand=9", "$top=2", "$top=-1", "ids=1,2,x", "fields=System.Title,x", "continuationToken=abc", "startDateTime=2026-01-01", "$depth=2", "searchFilter=General&filterValue=x", "asOf=never", "errorPolicy=omit", "bypassRules=true&validateOnly=true", "destroy=true", "uploadType=chunked&fileName=x", "$reclassifyId=3"];
const PATHS = ["/fields/System.AssignedTo", "/fields/System.Tags", "/fields/System.AreaPath", "/fields/System.State", "/fields/System.TeamProject", "/fields/System.WorkItemType", "/relations/-", "/relations/0", "/relations/0/attributes/comment", "/rev", "/multilineFieldsFormat/System.Description", "", "/", "/fields/__proto__", "/fields/Microsoft.VSTS.Scheduling.Effort"];
const CONTENTS: readonly unknown[] = ["x", "Bo Chen", 1, null, {}, [], "DEMO\\Web", "Done", "Second Project", { rel: "Hyperlink", url: "https://x" }, { rel: "System.LinkTypes.Related", url: "x/2" }, "Markdown"];
const BODIES: readonly unknown[] = [
  undefined, {}, [], [{}], null, "x{", 5, [null, null], { ids: [1, 2, 99], errorPolicy: 2 }, { ids: ["a"] }, { ids: null }, { name: "n", isFolder: true }, { name: "n", wiql: "SELECT [System.Id] FROM WorkItems" }, { query: "SELECT x" }, { text: "hi" }, { isDeleted: false }, { id: 3 }, [set("System.Title", {})],
  [{ method: 5 }], { backlogIteration: "x", bugsBehavior: 9, workingDays: [9] }, { defaultValue: "DEMO", values: [null] }, { daysOff: [{ start: "x", end: null }], activities: "y" }, { artifactUris: "x" }, { capabilities: 5, name: "p" }, { attributes: { startDate: "never" }, name: "z" }, [{ teamMember: null }], { items: "x" }, { fields: "x", types: 4 },
];

describe.each([[{}], [{ flavour: "server", transitions: "any" }]])("with %j", (options) => {
  it("every resource answers every nonsense", () => {
    const caller = newCaller(options);
    for (const edit of demoEdits()) caller.ado.edit(edit);
    const below = numbers(20260302);
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
    const locations = caller.call("OPTIONS", "/tandem/_apis").list("value");
    const statuses = new Set<number>();
    for (let at = 0; at < 1500; at += 1) {
      const { routeTemplate, area, resourceName } = pick(locations) as { readonly routeTemplate: string; readonly area: string; readonly resourceName: string };
      const filled = routeTemplate.replace("{area}", area).replace("{resource}", resourceName).replace("{project}", pick(["DEMO", "DEMO", "x", ""])).replace("{team}", pick(["DEMO%20Team", "x", ""])).replace(/\{\*?\w+\}/g, () => encodeURIComponent(pick(VALUES)));
      const method = pick(["GET", "GET", "POST", "PATCH", "PUT", "DELETE"]);
      const body = method === "GET" ? undefined : below(3) === 0 ? [{ op: pick(["add", "replace", "remove", "test", "copy", "move"]), path: pick(PATHS), from: "/fields/System.Title", value: pick(CONTENTS) }] : pick(BODIES);
      const version = below(2) === 0 ? "7.1" : "7.1-preview";
      const answer = caller.call(method, `/tandem/${filled}?api-version=${version}&${pick(OPTIONS)}`.replace(/\/+/g, "/"), body, { "content-type": pick(["application/json", "application/json-patch+json", "application/octet-stream"]), "content-range": "bytes 0-2/5" });
      statuses.add(answer.status);
    }
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses.size).toBeGreaterThan(4);
    const state = JSON.stringify(caller.ado.state());
    caller.ado.load(JSON.parse(state));
    expect(JSON.stringify(caller.ado.state())).toBe(state);
    expect(caller.ado.items().length).toBeGreaterThan(0);
  });
});
