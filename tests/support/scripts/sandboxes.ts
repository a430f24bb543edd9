// A configuration folder for scripts: Octane and Jira Cloud sandboxes in this process, a database of its own, one connection.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJiraCloud } from "../../../lib/sandbox/jira.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { type FreshDatabase, freshDatabase } from "../store/postgres.ts";
import { type Ended, runScript } from "./process.ts";

const CONNECTION = `name: octane-jira
master: octane
target: jira
projects:
  - { master: "1002", target: DEMO }
types:
  - master: feature
    target: Epic
    fields:
      - { master: name, target: summary }
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
`;

export interface SandboxSite {
  /** Parent of the configuration folder; a place for files. */
  readonly home: string;
  readonly database: FreshDatabase;
  readonly octane: SandboxServer;
  readonly jira: SandboxServer;
  run(script: string, words: readonly string[], input?: string): Promise<Ended>;
  close(): Promise<void>;
}

export const openSite = async (): Promise<SandboxSite> => {
  const home = mkdtempSync(join(tmpdir(), "tandem-site-"));
  const [octane, jira, database] = [await startServer(createOctane), await startServer(createJiraCloud), await freshDatabase()];
  mkdirSync(join(home, "tandem", "connections"), { recursive: true });
  writeFileSync(join(home, "tandem", ".env"), "OCTANE_ID=tandem_client\nOCTANE_SECRET=tandem_secret\nJIRA_EMAIL=sync@example.com\nJIRA_TOKEN=jira-token\n", { mode: 0o600 });
  const sources = `dataSources:
  octane:
    system: octane
    url: ${octane.url}
    credentials: { clientId: "\${env:OCTANE_ID}", clientSecret: "\${env:OCTANE_SECRET}" }
    scope: { space: "1001" }
    sampleProject: "1002"
    network: { proxy: none }
  jira:
    system: jira
    url: ${jira.url}
    credentials: { email: "\${env:JIRA_EMAIL}", token: "\${env:JIRA_TOKEN}" }
    sampleProject: DEMO
    network: { proxy: none }
`;
  writeFileSync(join(home, "tandem", "dataSources.yaml"), sources);
  writeFileSync(join(home, "tandem", "connections", "octane-jira.yaml"), CONNECTION);
  return {
    home,
    database,
    octane,
    jira,
    run: (script, words, input) => runScript(script, ["--config", join(home, "tandem"), ...words], { env: { DATABASE_URL: database.url }, ...(input === undefined ? {} : { input }) }),
    close: async () => {
      await Promise.all([octane.close(), jira.close(), database.drop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
};
