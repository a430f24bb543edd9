// The systems there are, how to sign in to them, and their example content; each is loaded only when it is started.

import type { ImitationFactory, PersonEdit } from "./imitation.ts";

/** What a data source says to reach it, in the words of dataSources.yaml. */
export interface SignIn {
  readonly system: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly scope?: Readonly<Record<string, string>>;
  readonly sampleProject: string;
  /** What its content asks of a connector: a field for marks, the zone of its clock. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface SystemModule {
  readonly factory: ImitationFactory;
  /** Example content, applied edit by edit. */
  readonly demoEdits: () => readonly PersonEdit[];
  /** An account that is there after reset(). */
  readonly signIn: SignIn;
}

/** Rich text has another form in each flavour. */
const jiraDemo = async (cloud: boolean): Promise<SystemModule["demoEdits"]> => {
  const { demoEdits } = await import("./jira/demo.ts");
  return () => demoEdits(cloud);
};

/** Jira's workflow asks for a resolution on the way to Done. */
const JIRA = { transitionFields: { Resolution: "Done" } } as const;

const ALM = { zone: "America/New_York", intentField: { defect: "user-08", requirement: "user-05" }, defaults: { defect: { severity: "2-Medium" }, requirement: { "type-id": "Functional" } } } as const;

const SYSTEMS: Readonly<Record<string, () => Promise<SystemModule>>> = {
  octane: async () => ({
    factory: (await import("./octane.ts")).createOctane,
    demoEdits: (await import("./octane/demo.ts")).demoEdits,
    signIn: { system: "octane", credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, sampleProject: "1002", options: { intentField: "tandem_id_udf" } },
  }),
  "jira-cloud": async () => ({
    factory: (await import("./jira.ts")).createJiraCloud,
    demoEdits: await jiraDemo(true),
    signIn: { system: "jira", credentials: { email: "sync@example.com", token: "jira-token" }, sampleProject: "DEMO", options: JIRA },
  }),
  "jira-dc": async () => ({
    factory: (await import("./jira.ts")).createJiraDc,
    demoEdits: await jiraDemo(false),
    signIn: { system: "jira", credentials: { token: "jira-pat" }, sampleProject: "DEMO", options: JIRA },
  }),
  "alm-qc": async () => ({
    factory: (await import("./almQc.ts")).createAlmQc,
    demoEdits: (await import("./almQc/demo.ts")).demoEdits,
    signIn: { system: "almQc", credentials: { user: "sync", password: "sync-pass" }, scope: { domain: "DEFAULT" }, sampleProject: "DEMO", options: ALM },
  }),
  servicenow: async () => ({
    factory: (await import("./serviceNow.ts")).createServiceNow,
    demoEdits: (await import("./serviceNow/demo.ts")).demoEdits,
    signIn: { system: "serviceNow", credentials: { user: "sync", password: "sync-pass" }, sampleProject: "default" },
  }),
  "azure-devops": async () => ({
    factory: (await import("./azureDevops.ts")).createAzureDevops,
    demoEdits: (await import("./azureDevops/demo.ts")).demoEdits,
    signIn: { system: "azureDevops", credentials: { token: "ado-pat" }, scope: { collection: "tandem" }, sampleProject: "DEMO" },
  }),
};

export const systemNames = (): readonly string[] => Object.keys(SYSTEMS);

/** Throws a RangeError for a system that is not there. */
export const loadSystem = async (name: string): Promise<SystemModule> => {
  const load = Object.hasOwn(SYSTEMS, name) ? SYSTEMS[name] : undefined;
  if (load === undefined) throw new RangeError(`there is no sandbox called "${name}"; there are ${systemNames().join(", ")}`);
  return load();
};
