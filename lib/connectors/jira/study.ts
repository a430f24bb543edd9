// Learning a workflow without touching an issue: from the ways other issues went, and from what is possible where others
// stand. Asked once per project and type, only when no direct transition leads to a wanted status; status by status only when
// the ways of others do not show one either.

import { entriesOf, readHistories } from "./history.ts";
import { quoted } from "./jql.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import { scopeOf } from "./projects.ts";
import { askSearch, firstRows } from "./query.ts";
import { type Json, mapLimit, objectsOf, own, textAt } from "./wire.ts";

const SAMPLES = 50;
const MOST_STATUSES = 20;

const searched = (jira: Jira, jql: string, most: number, changelog: boolean): Promise<readonly Json[]> => {
  const { site } = jira;
  const json = { jql, fields: ["status"], ...(changelog && !site.cloud ? { expand: ["changelog"] } : {}) };
  return firstRows(site.cloud, json, most, async (page) => {
    const reply = await askSearch(site.client, site, page);
    return reply.status < 300 ? reply.body : undefined;
  });
};

const learnHistories = async (jira: Jira, scope: string, issues: readonly Json[]): Promise<void> => {
  const logs = jira.site.cloud ? await readHistories(jira, issues.map((issue) => textAt(issue, "id"))) : new Map(issues.map((issue) => [textAt(issue, "id"), entriesOf(own(own(issue, "changelog"), "histories"))]));
  for (const entries of logs?.values() ?? []) {
    for (const item of entries.flatMap((entry) => entry.items)) if (item.field.toLowerCase() === "status" && item.from !== "" && item.to !== "") jira.workflows.learn(scope, item.from, [item.to]);
  }
};

/** What is possible for an issue that stands at the status now. */
const learnStatus = async (jira: Jira, scope: string, status: string, issue: string): Promise<void> => {
  const reply = await jira.site.client.ask({ method: "GET", path: `${jira.site.api}/issue/${issue}/transitions` });
  if (reply.status < 300) jira.workflows.learn(scope, status, objectsOf(own(reply.body, "transitions")).map((step) => textAt(own(step, "to"), "id")));
};

const recentOf = (jira: Jira, project: Project, type: IssueType): Promise<readonly Json[]> => searched(jira, `${scopeOf(project, type)} ORDER BY updated DESC`, SAMPLES, true);

const learnStatuses = async (jira: Jira, project: Project, type: IssueType, scope: string): Promise<void> => {
  const recent = await recentOf(jira, project, type);
  const standing = new Map(recent.map((issue) => [textAt(own(own(issue, "fields"), "status"), "id"), textAt(issue, "id")]));
  await mapLimit(type.statuses.slice(0, MOST_STATUSES), jira.site.width, async (status) => {
    const issue = standing.get(status.id) ?? textAt((await searched(jira, `${scopeOf(project, type)} AND status = ${quoted(status.name)} ORDER BY updated DESC`, 1, false))[0], "id");
    if (issue !== "") await learnStatus(jira, scope, status.id, issue);
  });
};

/** The workflow of a type, as far as it can be seen from outside and until `known` finds what it needs. */
export const study = async (jira: Jira, project: Project, type: IssueType, scope: string, known: () => boolean): Promise<void> => {
  await jira.workflows.studyOnce(`${scope} ways`, async () => learnHistories(jira, scope, await recentOf(jira, project, type)));
  if (!known()) await jira.workflows.studyOnce(`${scope} statuses`, () => learnStatuses(jira, project, type, scope));
};
