// The promises of a connector, kept by ALM/QC's: defects by API key and XML with a marker, requirements by password and JSON
// without one, each against the sandbox.

import { describe, expect, it } from "vitest";
import { openConnector } from "../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Single, type Value } from "../../lib/core/types.ts";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "./contract.ts";

const PROJECT = "DEMO";

const wireOf = (value: Value): unknown => {
  const one = (single: Single): string => (isPerson(single) ? single.person : isChoice(single) ? single.choice : isItemRef(single) ? single.ref : String(single));
  return Array.isArray(value) ? asList(value).map(one) : asList(value).map(one)[0] ?? "";
};

const settingsOf = (url: string, credentials: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>>) =>
  ({ name: "alm", system: "almQc", url, credentials, scope: { domain: "DEFAULT" }, sampleProject: PROJECT, options: { zone: "America/New_York", ...options }, network: { proxy: "none" } }) as const;

const KEY = { clientId: "tandem_client", clientSecret: "tandem_secret" };
const PASSWORD = { user: "sync", password: "sync-pass" };

const subject =
  (type: string, credentials: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>>, fields: Subject["fields"], needed: Fields) =>
  async (): Promise<Subject> => {
    const server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z") });
    return {
      open: () => openConnector(settingsOf(server.url, credentials, options)),
      project: PROJECT,
      type,
      fields,
      needed,
      people: { unique: "anna.berg@example.com" },
      personEdit: async (id, changes) => {
        server.edit({ action: "update", author: "bo.chen", type, project: PROJECT, id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      tick: async () => server.clock.advance(1),
      close: () => server.close(),
    };
  };

connectorContract("ALM/QC defect with a marker field, in XML", subject("defect", KEY, { intentField: { defect: "user-08" } }, {
  name: "name",
  text: "description",
  choice: { field: "status", values: ["Open", "Fixed"] },
  number: "user-04",
  date: "user-06",
  person: { field: "owner", person: "anna.berg" },
  reference: { field: "target-rel", type: "release" },
  many: { field: "user-02", values: [{ choice: "web" }, { choice: "quick win" }] },
}, { severity: { choice: "3-High" } }));

connectorContract("ALM/QC requirement without one, in JSON", subject("requirement", PASSWORD, { format: "json", locking: "always" }, {
  name: "name",
  text: "description",
  choice: { field: "user-01", values: ["In Work", "Done"] },
  number: "user-02",
  date: "user-06",
  person: { field: "user-07", person: "bo.chen" },
  reference: { field: "target-rel", type: "release" },
  many: { field: "user-04", values: [{ choice: "api" }, { choice: "mobile" }] },
}, { "type-id": { choice: "Functional" } }));

describe("ALM/QC on the sandbox", () => {
  it("leaves no session behind", async () => {
    const server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z") });
    try {
      const connector = await openConnector(settingsOf(server.url, PASSWORD, {}));
      await connector.types(PROJECT);
      await connector.close();
      expect(server.calls().slice(-2).map(({ method, status }) => [method, status])).toEqual([["DELETE", 200], ["POST", 200]]);
    } finally {
      await server.close();
    }
  });
});
