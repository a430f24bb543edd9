// The promises of a connector, kept by Octane's: once with a marker field, once without.

import { openConnector } from "../../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isPerson, type Value } from "../../../lib/core/types.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "../contract/contract.ts";
import type { MappingSubject } from "../contract/mapping.ts";

const WORDS = { project: "1002", author: "bo.chen@example.com" };

/** What a mapping may count on. Octane's people, in its own words. */
const more = (server: SandboxServer, type: string): MappingSubject => ({
  line: "jira_key_udf",
  instant: "target_date_udf",
  readOnly: "creation_time",
  filter: { fields: { story_points: 42 }, own: "story_points EQ 42" },
  person: "Bo Chen",
  comment: async (id, text) => void server.edit({ ...WORDS, action: "comment", type, id, fields: { text: `<html><body>${text}</body></html>` } }),
  editComment: async (_id, comment, text) => void server.edit({ ...WORDS, action: "update", type: "comment", id: comment, fields: { text } }),
  removeComment: async (_id, comment) => void server.edit({ ...WORDS, action: "delete", type: "comment", id: comment }),
  sendAway: (location) => void server.faults.add({ match: { method: "GET", times: 1 }, effect: { status: 302, headers: { location } } }),
  turnAway: () => void server.faults.add({ match: { method: "POST", times: 1 }, effect: { status: 429, headers: { "retry-after": "0" } } }),
  attach: async (id, name, content) => void server.edit({ ...WORDS, action: "attach", type, id, fields: { name, content } }),
  remove: async (id) => void server.edit({ ...WORDS, action: "delete", type, id }),
  period: {
    release: { type: "release", fields: { start_date: "2026-04-01", end_date: "2026-06-30" } },
    sprint: { type: "sprint", fields: (release) => ({ release: { ref: release, type: "release" }, start_date: "2026-04-01", end_date: "2026-04-14" }) },
    nameField: "name",
    rename: async (id, name) => void server.edit({ ...WORDS, action: "update", type: "sprint", id, fields: { name } }),
    dates: { start: "start_date", end: "end_date", within: "release" },
  },
  far: type === "story" ? { field: "phase", by: "In Progress", value: "Done" } : { field: "phase", by: "Opened", value: "Closed" },
  ...(type === "story" ? {} : { unreachable: { field: "phase", value: "Rejected" } }),
  cannot: {
    ...(type === "story" ? { unreachable: "Phases follow the rules of the workflow" } : {}),
    saveFilter: "Favorites of the browser are no part of the interface",
    restrictedComment: "a comment is for all who see its item",
    move: "An item never leaves its workspace",
    hide: "A role sees an item type or does not",
  },
});

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): unknown => {
  const [first] = asList(value);
  if (first === undefined) return null;
  if (isPerson(first)) return { type: "workspace_user", id: first.person };
  return isChoice(first) ? { type: "list_node", id: first.id } : first;
};

const subject =
  (type: string, options: Readonly<Record<string, unknown>>, fields: Subject["fields"]) =>
  async (): Promise<Subject> => {
    const server = await startServer(createOctane, { clock: new Date("2026-03-02T09:00:00.000Z"), options: { phaseTransitions: "strict", requiredInPhase: { "phase.defect.rejected": ["fixed_in_build"] } } });
    const settings = { name: "octane", system: "octane", url: server.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, sampleProject: "1002", options, network: { proxy: "none" } };
    server.edit({ action: "create", type: "workspace_user", project: "1002", fields: { first_name: "Max", last_name: "Muster", email: "max1@example.com", phone1: "1" } });
    server.edit({ action: "create", type: "workspace_user", project: "1002", fields: { first_name: "Max", last_name: "Muster", email: "max2@example.com", phone1: "1" } });
    return {
      open: () => openConnector(settings),
      project: "1002",
      type,
      fields,
      people: { unique: "anna.berg@example.com", ambiguous: "max muster" },
      more: more(server, type),
      personEdit: async (id: string, changes: Fields) => {
        server.edit({ action: "update", author: "bo.chen@example.com", type, project: "1002", id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      ...(type === "story" ? { personMakes: (name: string) => server.edit({ action: "create", author: "bo.chen@example.com", type, project: "1002", fields: { name } }).id } : {}),
      setSearchLag: (seconds: number) => void server.faults.add({ effect: { searchLagSeconds: seconds } }),
      tick: async () => server.clock.advance(1),
      close: () => server.close(),
    };
  };

connectorContract("octane story with a marker field", subject("story", { intentField: "tandem_id_udf" }, {
  name: "name",
  text: "description",
  choice: { field: "phase", values: ["In Progress", "Done"] },
  number: "story_points",
  person: { field: "owner", person: "1003" },
  reference: { field: "parent", type: "feature" },
  many: { field: "user_tags", values: ["web", "cart & <more>"] },
}), { iterations: true });

connectorContract("octane defect without one", subject("defect", {}, {
  name: "name",
  text: "description",
  choice: { field: "severity", values: ["High", "Low"] },
  number: "story_points",
  person: { field: "qa_owner", person: "1003" },
  reference: { field: "release", type: "release" },
  many: { field: "platforms_udf", values: [{ choice: "Web" }, { choice: "Android" }] },
}));
