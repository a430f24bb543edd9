// A Jira that answers by hand: one project with one issue type and a board; everything else is said by the test.

import { Readable } from "node:stream";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import { createJira } from "../../../lib/connectors/jira/index.ts";
import { type Answering, answering, type Given, settingsOf } from "../answers.ts";

export type Flavour = "cloud" | "dataCenter";
export type Answer = (path: string, request: HttpRequest, json: Readonly<Record<string, unknown>>) => Given | undefined;

const META = { fields: [{ fieldId: "customfield_1", name: "Own", required: false, schema: { type: "number", custom: "com.atlassian.jira.plugin.system.customfieldtypes:float" }, operations: ["set"] }, { fieldId: "summary", name: "Summary", required: true, schema: { type: "string", system: "summary" }, operations: ["set"] }], total: 2 };
const BOARD = { values: [{ id: 4, name: "Board", type: "scrum", location: { projectKey: "DEMO" } }], isLast: true };

const site = (flavour: Flavour): Readonly<Record<string, unknown>> => ({
  serverInfo: { deploymentType: flavour === "cloud" ? "Cloud" : "Server", versionNumbers: [9], serverTime: "2026-03-01T12:00:00.000+0000" },
  myself: { accountId: "me", key: "me", name: "me", displayName: "Me", timeZone: "UTC" },
  field: [{ id: "summary", name: "Summary", schema: { type: "string", system: "summary" } }, { id: "customfield_2", name: "Elsewhere", custom: true, schema: { type: "string", custom: "com.atlassian.jira.plugin.system.customfieldtypes:textfield" } }],
  "project/DEMO": { id: "10000", key: "DEMO", name: "Demo", issueTypes: [{ id: "1", name: "Story", subtask: false, hierarchyLevel: 0 }] },
  "project/DEMO/statuses": [{ id: "1", name: "Story", statuses: [] }],
  "issue/createmeta/10000/issuetypes": { issueTypes: [{ id: "1", name: "Story" }], total: 1 },
  "issue/createmeta/10000/issuetypes/1": META,
  issueLinkType: { issueLinkTypes: [] },
  resolution: [],
  "resolution/search": { values: [], isLast: true },
});

/** The question whether dates may be numbers. */
const isProbe = (jql: string): boolean => / AND NOT updated >= \d{13}$/.test(jql);

/** `files`: the bytes at an address; none where there is nothing. */
export const jira = (flavour: Flavour, answer: Answer, files: (path: string) => string | undefined = () => undefined): { readonly connector: Connector } & Answering => {
  const made = answering((request) => {
    const path = request.path.replace(/^\/rest\/(api\/\d|agile\/1\.0)\//, "");
    const json = (request.json ?? {}) as Readonly<Record<string, unknown>>;
    const jql = String(json["jql"]);
    // It takes numbers for instants.
    if (isProbe(jql)) return answer("probe", request, json) ?? { body: { issues: [{ id: "1" }], total: 1, isLast: true } };
    if (jql.includes("ORDER BY updated DESC") && !jql.includes("issuetype")) return answer("samples", request, json) ?? { body: { issues: [], total: 0, isLast: true } };
    const given = answer(path, request, json);
    if (given !== undefined) return given;
    if (path === "board") return { body: BOARD };
    const known = site(flavour)[path];
    return known === undefined ? { status: 404, body: { errorMessages: ["unknown"] } } : { body: known };
  });
  const stream: typeof made.http.stream = async (request) => {
    made.asked.push(request);
    const found = files(request.path);
    return { status: found === undefined ? 404 : 200, headers: {}, body: Readable.from(found === undefined ? [] : [Buffer.from(found)]) };
  };
  return { connector: createJira(settingsOf("jira", { credentials: { email: "a@b", token: "t" }, options: { searchLagSeconds: 0 } }), { ...made.http, stream }), ...made };
};

export const issue = (id: number) => ({ id: String(id), key: `DEMO-${id}`, fields: { summary: `S${id}`, issuetype: { id: "1", name: "Story" }, project: { id: "10000", key: "DEMO" }, created: `2026-03-01T10:${String(id % 60).padStart(2, "0")}:00.000+0000`, updated: `2026-03-01T10:${String(id % 60).padStart(2, "0")}:00.000+0000` } });
