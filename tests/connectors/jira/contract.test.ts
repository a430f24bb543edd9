// The promises of a connector, kept by Jira's in both flavours.

import { openConnector } from "../../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../../lib/core/types.ts";
import type { ImitationFactory } from "../../../lib/sandbox/imitation.ts";
import { createJiraCloud, createJiraDc } from "../../../lib/sandbox/jira.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "../contract/contract.ts";
import type { MappingSubject } from "../contract/mapping.ts";

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): unknown => {
  if (Array.isArray(value)) return value.map((member) => wireOf(member as Value));
  const [first] = asList(value);
  if (first === undefined) return null;
  if (isPerson(first)) return { accountId: first.person, name: first.login };
  if (isChoice(first)) return { value: first.choice };
  return isItemRef(first) ? { id: first.ref } : first;
};

const BO = { author: "Bo Chen" };

/** What a mapping may count on. Jira's people, in its own words. */
const more = (server: SandboxServer, authorization: string, cloud: boolean): MappingSubject => ({
  line: "customfield_10201",
  instant: "customfield_10205",
  readOnly: "created",
  far: { field: "status", by: "In Progress", value: "Done" },
  unreachable: { field: "status", value: "Closed" },
  filter: { fields: { labels: ["filtered"] }, own: "labels = filtered ORDER BY created" },
  saveFilter: async () => {
    const made = await fetch(`${server.url}/rest/api/2/filter`, { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify({ name: "The filtered ones", jql: "labels = filtered" }) });
    if (!made.ok) throw new Error(`no filter: ${made.status}`);
    return "The filtered ones";
  },
  person: "Bo Chen",
  comment: async (id, text) => void server.edit({ ...BO, action: "comment", type: "Story", id, fields: { text } }),
  restrictedComment: async (id, text) => void server.edit({ ...BO, action: "comment", type: "Story", id, fields: { text, visibility: { type: "role", value: "Developers" } } }),
  editComment: async (_id, comment, text) => void server.edit({ ...BO, action: "update", type: "comment", id: comment, fields: { text } }),
  removeComment: async (_id, comment) => void server.edit({ ...BO, action: "delete", type: "comment", id: comment }),
  sendAway: (location) => void server.faults.add({ match: { method: "GET", times: 1 }, effect: { status: 302, headers: { location } } }),
  turnAway: () => void server.faults.add({ match: { method: "POST", times: 1 }, effect: { status: 429, headers: { "retry-after": "0" } } }),
  attach: async (id, name, content) => void server.edit({ ...BO, action: "attach", type: "Story", id, fields: { name, content } }),
  remove: async (id) => void server.edit({ ...BO, action: "delete", type: "Story", id }),
  move: async (id) => void server.edit({ ...BO, action: "update", type: "Story", id, fields: { project: { key: "SEC" } } }),
  // Only who refuses the hidden tells it from the deleted.
  ...(cloud ? {} : { hide: async (id: string) => void server.edit({ author: "Anna Berg", action: "update", type: "Story", id, fields: { security: { name: "Staff only" } } }) }),
  period: { release: { type: "version", fields: {} }, sprint: { type: "sprint", fields: () => ({}) }, nameField: "name", rename: async (id, name) => void server.edit({ ...BO, action: "update", type: "sprint", id, fields: { name } }), dates: { start: "startDate", end: "endDate" } },
  cannot: cloud ? { hide: "looks exactly like a deleted one" } : {},
});

const subject = (factory: ImitationFactory, credentials: Readonly<Record<string, string>>, parent: string) => async (): Promise<Subject> => {
  const server = await startServer(factory, { clock: new Date("2026-03-02T09:00:00.000Z"), options: { hiddenIssues: 403 } });
  const settings = { name: "jira", system: "jira", url: server.url, credentials, scope: {}, sampleProject: "DEMO", options: {}, network: { proxy: "none" } };
  const probe = await openConnector(settings);
  const [anna] = await probe.findPeople("Anna Berg");
  const points = (await probe.types("DEMO")).find((type) => type.name === "Story")?.fields.find((field) => field.label === "Story Points")?.name ?? "";
  const link = (await probe.types("DEMO")).find((type) => type.name === "Story")?.fields.find((field) => field.label === parent || field.name === parent)?.name ?? "";
  await probe.close();
  return {
    open: () => openConnector(settings),
    project: "DEMO",
    type: "Story",
    fields: { name: "summary", text: "description", choice: { field: "status", values: ["In Progress", "In Review"] }, number: points, person: { field: "assignee", person: anna?.id ?? "" }, reference: { field: link, type: "Epic" }, many: { field: "labels", values: ["one", "two"] } },
    people: { unique: "Anna Berg", ambiguous: "Max Muster" },
    more: more(server, credentials["email"] === undefined ? `Bearer ${credentials["token"]}` : `Basic ${Buffer.from(`${credentials["email"]}:${credentials["token"]}`).toString("base64")}`, credentials["email"] !== undefined),
    personEdit: async (id: string, changes: Fields) => {
      server.edit({ action: "update", author: "Bo Chen", type: "Story", id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
    },
    personMakes: (name: string) => server.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: name } }).id,
    setSearchLag: (seconds: number) => void server.faults.add({ effect: { searchLagSeconds: seconds } }),
    tick: async () => server.clock.advance(61),
    close: () => server.close(),
  };
};

connectorContract("Jira Cloud", subject(createJiraCloud, { email: "sync@example.com", token: "jira-token" }, "parent"), { iterations: true });
connectorContract("Jira Data Center", subject(createJiraDc, { token: "jira-pat" }, "Epic Link"), { iterations: true });
