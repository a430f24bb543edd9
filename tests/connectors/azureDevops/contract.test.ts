// The promises of a connector, kept by Azure DevOps': marked by a hyperlink, by a field, and not at all.

import { openConnector } from "../../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../../lib/core/types.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "../contract/contract.ts";
import type { MappingSubject } from "../contract/mapping.ts";

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): unknown => {
  const [first] = asList(value);
  if (first === undefined) return null;
  if (isPerson(first) || isItemRef(first)) throw new Error("no test edits people or references");
  return isChoice(first) ? first.choice : first;
};

const BO = { project: "DEMO", author: "bo.chen@example.com" };

/** What a mapping may count on. Azure DevOps' people, in its own words. */
const more = (server: SandboxServer, type: string, isFlat: boolean): MappingSubject => ({
  readOnly: "System.CreatedDate",
  filter: { fields: { "System.Tags": ["filtered"] }, own: "[System.Tags] CONTAINS 'filtered'" },
  saveFilter: async () => {
    const url = `${server.url}/tandem/DEMO/_apis/wit/queries/Shared%20Queries?api-version=7.1`;
    const headers = { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}`, "content-type": "application/json" };
    const wiql = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS 'filtered'";
    const made = await fetch(url, { method: "POST", headers, body: JSON.stringify({ name: "The filtered ones", wiql }) });
    if (!made.ok) throw new Error(`no query: ${made.status}`);
    return "The filtered ones";
  },
  person: "Bo Chen",
  comment: async (id, text) => void server.edit({ ...BO, action: "comment", type, id, fields: { text } }),
  editComment: async (id, comment, text) => void server.edit({ ...BO, action: "comment", type, id, fields: { id: comment, text } }),
  removeComment: async (id, comment) => void server.edit({ ...BO, action: "comment", type, id, fields: { id: comment, deleted: true } }),
  sendAway: (location) => void server.faults.add({ match: { method: "GET", times: 1 }, effect: { status: 302, headers: { location } } }),
  turnAway: () => void server.faults.add({ match: { method: "POST", times: 1 }, effect: { status: 429, headers: { "retry-after": "0" } } }),
  attach: async (id, name, content) => void server.edit({ ...BO, action: "attach", type, id, fields: { name, content } }),
  remove: async (id) => void server.edit({ ...BO, action: "delete", type, id }),
  move: async (id) => {
    server.edit({ action: "create", type: "project", fields: { name: "Another one" } });
    server.edit({ ...BO, action: "update", type, id, fields: { "System.TeamProject": "Another one" } });
  },
  period: {
    ...(isFlat ? {} : { release: { type: "release", fields: {} } }),
    sprint: { type: "sprint", fields: (release) => (isFlat ? {} : { parent: { ref: release, type: "release" }, start_date: "2026-04-01", end_date: "2026-04-14" }) },
    nameField: "name",
    rename: async (id, name) => void server.edit({ ...BO, action: "update", type: "iteration", id, fields: { name } }),
    dates: { start: "start_date", end: "end_date", ...(isFlat ? {} : { within: "parent" }) },
  },
  far: { field: "System.State", by: type === "Feature" ? "In Progress" : "Approved", value: "Done" },
  unreachable: { field: "System.State", value: "Removed", demands: "Microsoft.VSTS.Scheduling.Effort" },
  cannot: {
    // Fields of one's own: write.test.ts; an instant, and areas that are closed off: read.test.ts.
    line: "have no line of text beside the title that may be empty",
    instant: "date-time fields that people read as days",
    restrictedComment: "A comment is for all who see its item",
    editsTold: "where it does not, it is carried with the item's next change",
    hide: "An area it may not see is left out without a word",
  },
});

const subject =
  (type: string, options: Readonly<Record<string, unknown>>, fields: Omit<Subject["fields"], "name">) =>
  async (): Promise<Subject> => {
    const server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T09:00:00.000Z"), options: { transitions: "process", stateRequiredFields: { [type]: { Removed: ["Microsoft.VSTS.Scheduling.Effort"] } } } });
    const settings = { name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options, network: { proxy: "none" } };
    const [anna] = await (async () => {
      const connector = await openConnector(settings);
      try {
        return await connector.findPeople("anna.berg@example.com");
      } finally {
        await connector.close();
      }
    })();
    return {
      open: () => openConnector(settings),
      project: "DEMO",
      type,
      fields: { name: "System.Title", person: { field: "System.AssignedTo", person: anna?.id ?? "" }, ...fields },
      people: { unique: "anna.berg@example.com", ambiguous: "max muster" },
      more: more(server, type, "releaseLevels" in options),
      personEdit: async (id: string, changes: Fields) => {
        server.edit({ action: "update", author: "bo.chen@example.com", type, project: "DEMO", id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      personMakes: (name: string) => server.edit({ action: "create", author: "bo.chen@example.com", type, project: "DEMO", fields: { "System.Title": name } }).id,
      setSearchLag: (seconds: number) => void server.faults.add({ effect: { searchLagSeconds: seconds } }),
      tick: async () => server.clock.advance(1),
      close: () => server.close(),
    };
  };

connectorContract("Azure DevOps backlog item with a hyperlink for a mark", subject("Product Backlog Item", { unsafeBypassRules: true }, {
  text: "System.Description",
  choice: { field: "System.State", values: ["Committed", "Done"] },
  number: "Microsoft.VSTS.Scheduling.Effort",
  reference: { field: "System.LinkTypes.Hierarchy-Reverse", type: "Feature" },
  many: { field: "System.Tags", values: ["web", "cart & <more>"] },
}), { iterations: true });

connectorContract("Azure DevOps bug with a field for the mark, sprints right below the project", subject("Bug", { intentField: "Custom.SyncKey", bulkSize: 3, releaseLevels: { demo: 0 }, unsafeBypassRules: true }, {
  text: "Microsoft.VSTS.TCM.ReproSteps",
  choice: { field: "Microsoft.VSTS.Common.Priority", values: ["1", "3"] },
  number: "Microsoft.VSTS.Scheduling.Effort",
  reference: { field: "System.LinkTypes.Related", type: "Product Backlog Item" },
  many: { field: "Hyperlink", values: ["https://example.com/a", "https://example.com/b?c=d&e"] },
}));

connectorContract("Azure DevOps feature without a mark, one write a call", subject("Feature", { intentLink: false, bulkSize: 1, zone: "Europe/Berlin" }, {
  text: "System.Description",
  date: "Microsoft.VSTS.Scheduling.TargetDate",
  reference: { field: "release", type: "release" },
}));
