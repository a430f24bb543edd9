// A site for tests of scripts: two sandboxes, a configuration folder and a database of its own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJiraCloud } from "../../../lib/sandbox/jira.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { freshDatabase, freshEmbedded } from "../store/postgres.ts";
import { type Ended, type RunHow, type Running, runScript, startScript } from "./process.ts";

export interface Site {
  readonly octane: SandboxServer;
  readonly jira: SandboxServer;
  readonly directory: string;
  /** Of the server's database; the embedded store has none. */
  readonly databaseUrl?: string;
  /** Runs a script on this site. */
  run(name: string, ...words: readonly string[]): Promise<Ended>;
  runWith(name: string, words: readonly string[], how: RunHow): Promise<Ended>;
  /** Starts one that may be killed. */
  start(name: string, ...words: readonly string[]): Promise<Running>;
  startWith(name: string, words: readonly string[], how: RunHow): Promise<Running>;
  /** Writes connections/octane-jira.yaml anew. */
  define(yaml: string): void;
  close(): Promise<void>;
}

export const STORIES = `name: octane-jira
master: octane
target: jira
groups: [nightly]
conflict: hold
projects:
  - { master: "1002", target: "DEMO" }
types:
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
      - { master: story_points, target: Story Points }
`;

const sources = (octane: string, jira: string): string => `dataSources:
  octane:
    system: octane
    url: "${octane}"
    credentials: { clientId: tandem_client, clientSecret: "\${env:OCTANE_SECRET}" }
    scope: { space: "1001" }
    sampleProject: "1002"
    options: { intentField: tandem_id_udf }
    network: { proxy: none }
  jira:
    system: jira
    url: "${jira}"
    credentials: { email: sync@example.com, token: "\${env:JIRA_TOKEN}" }
    sampleProject: "DEMO"
    options: { searchLagSeconds: 0 }
    network: { proxy: none }
`;

/** Writes both data sources and the connection into this folder; answers the secrets, for the environment. */
export const definitionsOf = (directory: string, octane: string, jira: string): Readonly<Record<string, string>> => {
  mkdirSync(join(directory, "connections"), { recursive: true });
  writeFileSync(join(directory, "dataSources.yaml"), sources(octane, jira));
  writeFileSync(join(directory, "connections", "octane-jira.yaml"), STORIES);
  return { OCTANE_SECRET: "tandem_secret", JIRA_TOKEN: "jira-token" };
};

export interface SiteHow {
  /** Puts something before an address of a system. */
  readonly front?: (url: string) => Promise<string>;
  /** The embedded store instead of the server. */
  readonly embedded?: boolean;
  /** Or a store that the test brings along. */
  readonly store?: SiteStore;
}

export interface SiteStore {
  readonly env: Readonly<Record<string, string>>;
  drop(): void | Promise<void>;
}

const openSiteStore = async (embedded: boolean): Promise<SiteStore> => {
  if (embedded) {
    const folder = await freshEmbedded();
    return { env: { TANDEM_STORE: folder.directory }, drop: folder.drop };
  }
  const database = await freshDatabase();
  return { env: { DATABASE_URL: database.url }, drop: database.drop };
};

/** The proof proves what schedulers start: there each run of a script is a process. */
const ALL_PROCESSES = process.env.TANDEM_ALL_PROCESSES === "1";

export const openSite = async (how: SiteHow = {}): Promise<Site> => {
  const [octane, jira, store] = [await startServer(createOctane), await startServer(createJiraCloud), how.store ?? (await openSiteStore(how.embedded === true))];
  const front = how.front ?? (async (url: string) => url);
  const home = mkdtempSync(join(tmpdir(), "tandem-site-"));
  const directory = join(home, "tandem");
  const secrets = definitionsOf(directory, await front(octane.url), await front(jira.url));
  const define = (yaml: string): void => writeFileSync(join(directory, "connections", "octane-jira.yaml"), yaml);
  const env = { ...store.env, ...secrets, TANDEM_CONFIG: directory };
  const where = ALL_PROCESSES ? { cwd: home } : { home };
  const startWith: Site["startWith"] = (name, words, given) => startScript(name, words, { ...where, ...given, env: { ...env, ...given.env } });
  const runWith: Site["runWith"] = (name, words, given) => runScript(name, words, { ...where, ...given, env: { ...env, ...given.env } });
  return {
    octane,
    jira,
    directory,
    ...(store.env.DATABASE_URL === undefined ? {} : { databaseUrl: store.env.DATABASE_URL }),
    define,
    runWith,
    run: (name, ...words) => runWith(name, words, {}),
    start: (name, ...words) => startWith(name, words, {}),
    startWith,
    close: async () => {
      await octane.close();
      await jira.close();
      await store.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

export const story = (site: Site, name: string, more: Readonly<Record<string, unknown>> = {}): string => site.octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1002", fields: { name, ...more } }).id;

export const rename = (site: Site, id: string, name: string): void => {
  site.octane.edit({ action: "update", author: "anna.berg@example.com", type: "story", project: "1002", id, fields: { name } });
};

export const issues = (site: Site): readonly string[] => site.jira.items().filter((row) => row.type === "Story").map((row) => row.name).toSorted();
