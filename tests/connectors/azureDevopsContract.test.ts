// The promises of a connector, kept by Azure DevOps': marked by a hyperlink, by a field, and not at all.

import { openConnector } from "../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../lib/core/types.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "./contract.ts";

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): unknown => {
  const [first] = asList(value);
  if (first === undefined) return null;
  if (isPerson(first) || isItemRef(first)) throw new Error("no test edits people or references");
  return isChoice(first) ? first.choice : first;
};

const subject =
  (type: string, options: Readonly<Record<string, unknown>>, fields: Omit<Subject["fields"], "name">) =>
  async (): Promise<Subject> => {
    const server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T09:00:00.000Z") });
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
      personEdit: async (id: string, changes: Fields) => {
        server.edit({ action: "update", author: "bo.chen@example.com", type, project: "DEMO", id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      tick: async () => server.clock.advance(1),
      close: () => server.close(),
    };
  };

connectorContract("Azure DevOps backlog item with a hyperlink for a mark", subject("Product Backlog Item", {}, {
  text: "System.Description",
  choice: { field: "System.State", values: ["Committed", "Done"] },
  number: "Microsoft.VSTS.Scheduling.Effort",
  reference: { field: "System.LinkTypes.Hierarchy-Reverse", type: "Feature" },
  many: { field: "System.Tags", values: ["web", "cart & <more>"] },
}));

connectorContract("Azure DevOps bug with a field for the mark", subject("Bug", { intentField: "Custom.SyncKey", bulkSize: 3 }, {
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
