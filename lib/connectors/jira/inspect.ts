// What only a check asks: the workflow as far as it can be seen from outside, and issues that no board of their project shows,
// because no board's filter takes them in. Calls that the account may not make leave their part out.

import type { Inspection, LicenceNote } from "../connector.ts";
import { allOf } from "./jql.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import { tryReadAll } from "./pages.ts";
import { listIssues } from "./search.ts";
import { study } from "./study.ts";
import { workflowScope } from "./transitions.ts";
import { objectsOf, own, textAt } from "./wire.ts";

const BOARD_PAGE = 50;
const MOST_BOARDS = 20;
const MOST_COUNTED = 1000;

const workflowOf = async (jira: Jira, project: Project, type: IssueType): Promise<Pick<Inspection, "workflow" | "unseen" | "untold">> => {
  const scope = workflowScope(project, type);
  await study(jira, project, type, scope, () => false);
  const nameOf = (id: string): string => type.statuses.find((status) => status.id === id)?.name ?? id;
  const steps = [...jira.workflows.graph(scope)].map(([from, to]): readonly [string, readonly string[]] => [nameOf(from), [...to].map(nameOf)]);
  // Nothing was seen of it: that says nothing.
  if (steps.length === 0) return { untold: "no issue stands there from which a step could be seen" };
  const workflow = new Map(steps);
  return { workflow, unseen: type.statuses.map(({ name }) => name).filter((name) => !workflow.has(name)), untold: "Jira shows the steps that lead away from where issues stand" };
};

/** What the account may use, as its own profile tells (Cloud and Data Center alike). */
export const readLicence = async ({ site }: Jira): Promise<LicenceNote | undefined> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/myself`, query: { expand: "applicationRoles" } });
  const roles = own(reply.body, "applicationRoles");
  const names = objectsOf(own(roles, "items")).map((role) => textAt(role, "name") || textAt(role, "key")).filter((name) => name !== "");
  if (reply.status >= 300 || typeof own(roles, "size") !== "number") return undefined;
  if (own(roles, "size") === 0) return { says: "the account may use none of Jira's applications", lacking: true };
  return names.length === 0 ? undefined : { says: `the account may use ${names.join(", ")}`, lacking: false };
};

/** JQL of a board; undefined: the account may not see its filter. */
const filterOf = async ({ site }: Jira, board: string): Promise<string | undefined> => {
  const configuration = await site.client.ask({ method: "GET", path: `/rest/agile/1.0/board/${board}/configuration` });
  const filter = configuration.status < 300 ? textAt(own(configuration.body, "filter"), "id") : "";
  if (filter === "") return undefined;
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/filter/${filter}` });
  return reply.status < 300 ? textAt(reply.body, "jql").replace(/\border\s+by\b.*$/i, "").trim() : undefined;
};

const hidingOf = async (jira: Jira, project: Project, type: IssueType): Promise<Inspection["hiding"]> => {
  const boards = await tryReadAll(jira.site.client, { path: "/rest/agile/1.0/board", query: { projectKeyOrId: project.key }, mayLack: true }, BOARD_PAGE);
  if (boards === undefined || boards.length === 0 || boards.length > MOST_BOARDS) return [];
  const filters = await Promise.all(boards.map((board) => filterOf(jira, textAt(board, "id"))));
  // A board that shows everything, or one nobody can look behind.
  if (filters.some((jql) => jql === undefined || jql === "")) return [];
  const found: string[] = [];
  for await (const page of listIssues(jira, project, type, allOf(...filters.map((jql) => `NOT (${jql ?? ""})`)))) {
    found.push(...page.map(({ key, id }) => key ?? id));
    if (found.length >= MOST_COUNTED) break;
  }
  const [example] = found;
  return example === undefined ? [] : [{ place: boards.map((board) => textAt(board, "name")).join(", "), items: found.length, example }];
};

export const inspectType = async (jira: Jira, project: Project, type: IssueType): Promise<Inspection> => {
  return { ...(await workflowOf(jira, project, type)), hiding: await hidingOf(jira, project, type) };
};
