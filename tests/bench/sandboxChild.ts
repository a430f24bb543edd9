// Sandboxes of Octane and Jira Cloud in a process of their own, so that what they compute is not taken for ours. Says their
// addresses as JSON and runs until it is told to end.

import { createJiraCloud } from "../../lib/sandbox/jira.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { startServer } from "../../lib/sandbox/server.ts";

const clock = new Date("2026-03-02T09:00:00.000Z");
const [octane, jira] = [await startServer(createOctane, { clock }), await startServer(createJiraCloud, { clock, rateLimit: "none" })];
process.stdout.write(`${JSON.stringify({ octane: octane.url, jira: jira.url })}\n`);
