// Sandboxes of Octane and Jira Cloud in a process of their own, by the real clock. Says their addresses as JSON and runs until
// it is told to end.

import { createJiraCloud } from "../../lib/sandbox/jira.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { startServer } from "../../lib/sandbox/server.ts";

const [octane, jira] = [await startServer(createOctane), await startServer(createJiraCloud, { rateLimit: "none" })];
process.stdout.write(`${JSON.stringify({ octane: octane.url, jira: jira.url })}\n`);
