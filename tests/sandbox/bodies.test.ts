// Whatever a caller sends, an imitation answers: values of any shape, under keys that JavaScript itself asks objects for.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signedIn as inAlmQc, PROJECT } from "./almQcCaller.ts";
import { newCaller as inAzureDevops } from "./azureDevopsCaller.ts";
import { caller as inJira, newIssue } from "./jiraCaller.ts";
import { signedIn as inOctane, WORKSPACE } from "./octaneCaller.ts";
import { asSync } from "./serviceNowCaller.ts";

type Send = (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => { readonly status: number };
type Case = readonly [path: string, wrap: (value: unknown) => unknown, headers?: Readonly<Record<string, string>>];

const key = fc.oneof(fc.constantFrom("toString", "valueOf", "__proto__", "constructor", "id", "name", "key", "type", "value", "data", "values", "rel", "url"), fc.string({ maxLength: 4 }));
const { tree: value } = fc.letrec((tie) => ({
  tree: fc.oneof({ depthSize: "small" }, fc.constant(null), fc.boolean(), fc.integer(), fc.string({ maxLength: 6 }), fc.array(tie("tree"), { maxLength: 2 }), fc.dictionary(key, tie("tree"), { maxKeys: 2 })),
}));

const field = (name: string, rest: Readonly<Record<string, unknown>> = {}) => (given: unknown): unknown => ({ fields: { project: { key: "DEMO" }, issuetype: { name: "Task" }, summary: "S", ...rest, [name]: given } });
const own = (name: string, rest: Readonly<Record<string, unknown>> = {}) => (given: unknown): unknown => ({ ...rest, [name]: given });
const operation = (path: string) => (given: unknown): unknown => [{ op: "add", path: "/fields/System.Title", value: "T" }, { op: "add", path, value: given }];
const PATCH = { "content-type": "application/json-patch+json" };

const jira = (flavour: "cloud" | "dc"): Send => {
  const one = inJira(flavour);
  newIssue(one, {});
  return (path, body, headers) => one.call("POST", path, body, headers);
};
const azureDevops = (): Send => {
  const one = inAzureDevops();
  return (path, body, headers) => one.call("POST", path, body, headers);
};
const octane = (): Send => {
  const one = inOctane();
  return (path, body, headers) => one.call("POST", path, body, headers);
};
const serviceNow = (): Send => {
  const one = asSync();
  return (path, body) => one.call("POST", path, body);
};
const almQc = (): Send => {
  const one = inAlmQc();
  return (path, body, headers) => one.call("POST", path, body, headers);
};

const JIRA: readonly Case[] = [
  ...["summary", "project", "issuetype", "assignee", "labels", "components", "parent", "priority", "duedate", "description", "timetracking", "fixVersions"].map((name): Case => ["/rest/api/2/issue", field(name)]),
  ["/rest/api/2/version", own("projectId", { name: "V" })], ["/rest/api/2/version", own("name", { project: "DEMO", projectId: 10000 })], ["/rest/api/2/issueLink", own("type", { inwardIssue: { key: "DEMO-1" }, outwardIssue: { key: "DEMO-1" } })],
  ["/rest/api/2/filter", own("name", { jql: "project = DEMO" })], ["/rest/api/2/search", own("jql")], ["/rest/api/2/search/jql", own("fields", { jql: "project = DEMO" })], ["/rest/api/2/issue/DEMO-1/transitions", own("transition")],
  ["/rest/api/2/issue/DEMO-1/watchers", (given) => given], ["/rest/api/2/issue/DEMO-1/comment", own("visibility", { body: "b" })], ["/rest/agile/1.0/sprint", own("originBoardId", { name: "S" })], ["/rest/agile/1.0/sprint", own("state", { name: "S", originBoardId: 1 })],
  ["/rest/api/2/issue/bulkfetch", own("issueIdsOrKeys")], ["/rest/api/2/comment/list", own("ids")], ["/rest/api/2/group", own("name")], ["/rest/api/2/issueLinkType", own("inward", { name: "N", outward: "o" })],
];
const AZURE: readonly Case[] = [
  ...["/fields/System.Tags", "/fields/System.AssignedTo", "/fields/System.State", "/fields/System.AreaPath", "/fields/Microsoft.VSTS.Common.Priority", "/fields/System.AreaId", "/relations/-"].map((path): Case => ["/tandem/DEMO/_apis/wit/workitems/$Task?api-version=7.1", operation(path), PATCH]),
  ["/tandem/DEMO/_apis/wit/workitems/$Task?api-version=7.1", (given) => given, PATCH], ["/tandem/_apis/wit/workitemsbatch?api-version=7.1", own("ids")], ["/tandem/DEMO/_apis/wit/wiql?api-version=7.1", own("query")],
  ["/tandem/DEMO/_apis/wit/classificationnodes/Iterations?api-version=7.1", own("id", { name: "N" })], ["/tandem/_apis/wit/reporting/workitemrevisions?api-version=7.1", own("types")],
];
const OCTANE: readonly Case[] = ["name", "owner", "user_tags", "phase", "story_points", "description", "closed_on", "parent", "id"].map((name): Case => [`${WORKSPACE}/defects`, (given) => ({ data: [{ name: "D", [name]: given }] })]);
const SNOW: readonly Case[] = [...["short_description", "assigned_to", "comments", "due_date", "sys_id"].map((name): Case => ["/api/now/table/incident", own(name)]), ["/api/now/v1/batch", (given) => ({ batch_request_id: given, rest_requests: [{ id: given, method: "GET", url: given, headers: given }] })]];
const QC: readonly Case[] = [[`${PROJECT}/defects`, own("Fields", { Type: "defect" })], [`${PROJECT}/defects`, (given) => ({ Type: "defect", Fields: [{ Name: "name", values: [{ value: given }] }] })]];

describe("a body behind a byte order mark is read", () => {
  it.each<[string, Send, string, string]>([
    ["Jira", jira("cloud"), "/rest/api/2/issue", JSON.stringify(field("labels")(["a"]))], ["Azure DevOps", azureDevops(), "/tandem/DEMO/_apis/wit/wiql?api-version=7.1", "{\"query\":\"SELECT [System.Id] FROM WorkItems\"}"],
    ["ServiceNow", serviceNow(), "/api/now/table/incident", "{\"short_description\":\"x\"}"],
  ])("by %s", (_name, send, path, body) => expect(send(path, `\ufeff${body}`, { "content-type": "application/json" }).status).toBeLessThan(300));
});

describe("a body of any shape is answered", () => {
  it.each<[string, () => Send, readonly Case[]]>([
    ["Jira Cloud", () => jira("cloud"), JIRA], ["Jira Data Center", () => jira("dc"), JIRA], ["Azure DevOps", azureDevops, AZURE], ["Octane", octane, OCTANE], ["ServiceNow", serviceNow, SNOW], ["ALM/QC", almQc, QC],
  ])("by %s", (_name, start, cases) => {
    const send = start();
    fc.assert(fc.property(fc.constantFrom(...cases), value, ([path, wrap, headers], given) => {
      expect(send(path, wrap(given), headers).status).toBeLessThan(600);
    }), { numRuns: 400, examples: cases.map((one): [Case, unknown] => [one, { toString: 1, valueOf: 1 }]) });
    for (const [path, wrap, headers] of cases) for (const given of [[{ toString: 1 }], { id: { toString: 1 } }, { name: { valueOf: 1, toString: null } }]) expect(() => send(path, wrap(given), headers)).not.toThrow();
  });
});
