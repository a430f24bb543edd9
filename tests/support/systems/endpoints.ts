// One endpoint of each system for tests that hold for every pair: how to start it, what a data source says, its type of
// item, and a person's hands. A new system is one entry here.

import type { SandboxServer } from "../../../lib/sandbox/server.ts";
import { startServer } from "../../../lib/sandbox/server.ts";
import { loadSystem } from "../../../lib/sandbox/systems.ts";
import type { GateStep } from "./gate.ts";
import { redmineAvailable, startRedmine } from "./redmine.ts";

export interface Source {
  readonly system: string;
  readonly url: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

export interface Endpoint {
  readonly url: string;
  /** The entry of dataSources.yaml, its address being `url`. */
  source(url: string): Source;
  readonly project: string;
  readonly type: string;
  readonly nameField: string;
  /** A person makes an item of that name. */
  make(name: string): Promise<void>;
  /** Names of all items of that type. */
  names(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface System {
  readonly title: string;
  readonly available: () => boolean;
  readonly start: () => Promise<Endpoint>;
  /** The call that creates items. */
  readonly creates: (step: GateStep) => boolean;
}

interface Sandbox {
  readonly type: string;
  readonly nameField: string;
  readonly project: string;
  readonly author: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const sandbox = async (name: string, { type, nameField, project, author, options }: Sandbox): Promise<Endpoint> => {
  const { factory, signIn } = await loadSystem(name);
  const server: SandboxServer = await startServer(factory);
  return {
    url: server.url,
    source: (url) => ({ system: signIn.system, url, credentials: signIn.credentials, ...(signIn.scope === undefined ? {} : { scope: signIn.scope }), sampleProject: signIn.sampleProject, options, network: { proxy: "none" } }),
    project,
    type,
    nameField,
    make: async (text) => void server.edit({ action: "create", author, type, project, fields: { [nameField]: text } }),
    names: async () => server.items().filter((row) => row.type === type).map((row) => row.name),
    close: () => server.close(),
  };
};

const redmine = async (): Promise<Endpoint> => {
  const server = await startRedmine();
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${server.url}${path}`, { ...init, headers: { "X-Redmine-API-Key": server.keys.tandem, "content-type": "application/json" } });
    if (!response.ok) throw new Error(`Redmine answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const [project, tracker] = [server.ids["project:demo"], server.ids["tracker:Feature"]];
  return {
    url: server.url,
    source: (url) => ({ system: "redmine", url, credentials: { apiKey: server.keys.robot }, sampleProject: "demo", options: { intentField: "Tandem id", settleSeconds: 0 }, network: { proxy: "none" } }),
    project: "demo",
    type: "Feature",
    nameField: "subject",
    make: async (subject) => void (await call("/issues.json", { method: "POST", body: JSON.stringify({ issue: { project_id: project, tracker_id: tracker, subject } }) })),
    names: async () => ((await call(`/issues.json?limit=100&status_id=*&tracker_id=${tracker}`)) as { readonly issues: readonly { readonly subject: string }[] }).issues.map((issue) => issue.subject),
    close: () => server.close(),
  };
};

const posts = (path: RegExp) => ({ method, target }: GateStep): boolean => method === "POST" && path.test(target);
const always = (): boolean => true;

export const SYSTEMS: readonly System[] = [
  { title: "ALM Octane", available: always, start: () => sandbox("octane", { type: "story", nameField: "name", project: "1002", author: "anna.berg@example.com", options: { intentField: "tandem_id_udf" } }), creates: posts(/\/stories(\?|$)/) },
  { title: "Jira Cloud", available: always, start: () => sandbox("jira-cloud", { type: "Story", nameField: "summary", project: "DEMO", author: "Bo Chen", options: { searchLagSeconds: 0 } }), creates: posts(/\/issue\/bulk$/) },
  { title: "Jira Data Center", available: always, start: () => sandbox("jira-dc", { type: "Story", nameField: "summary", project: "DEMO", author: "Bo Chen", options: { searchLagSeconds: 0 } }), creates: posts(/\/issue\/bulk$/) },
  { title: "Azure DevOps", available: always, start: () => sandbox("azure-devops", { type: "Product Backlog Item", nameField: "System.Title", project: "DEMO", author: "bo.chen@example.com", options: {} }), creates: ({ method, target }) => ["PATCH", "POST"].includes(method) && /\/(\$batch|workitems\/\$)/.test(target) },
  { title: "ALM/QC", available: always, start: () => sandbox("alm-qc", { type: "defect", nameField: "name", project: "DEMO", author: "bo.chen", options: { zone: "America/New_York", settleSeconds: 0, defaults: { defect: { severity: "2-Medium" } } } }), creates: posts(/\/defects(\?|$)/) },
  { title: "ServiceNow", available: always, start: () => sandbox("servicenow", { type: "rm_story", nameField: "short_description", project: "Ferry Shop", author: "bo.chen", options: { projectField: "assignment_group", settleSeconds: 0 } }), creates: posts(/\/(v1\/batch|table\/rm_story)(\?|$)/) },
  { title: "Redmine", available: redmineAvailable, start: redmine, creates: posts(/\/issues\.json/) },
];

export const systemOf = (title: string): System => {
  const found = SYSTEMS.find((system) => system.title === title);
  if (found === undefined) throw new Error(`no system ${title}`);
  return found;
};
