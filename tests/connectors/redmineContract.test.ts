// The promises of every connector, kept against a real Redmine.

import { describe } from "vitest";
import type { Fields } from "../../lib/core/types.ts";
import { isChoice, isItemRef, isPerson } from "../../lib/core/types.ts";
import { createHttp } from "../../lib/connectors/http.ts";
import { createRedmine } from "../../lib/connectors/redmine/index.ts";
import { redmineAvailable, redmineSettings, startRedmine } from "../support/redmine.ts";
import { connectorContract } from "./contract.ts";

const attribute = (name: string): string => (["status", "priority", "assigned_to", "fixed_version"].includes(name) ? `${name}_id` : name);

const plain = (value: Fields[string]): unknown => (isPerson(value) ? Number(value.person) : isItemRef(value) ? Number(value.ref) : isChoice(value) ? Number(value.id) : value);

describe.skipIf(!redmineAvailable())("Redmine", () => {
  connectorContract("Redmine", async () => {
    const server = await startRedmine();
    const settings = redmineSettings(server, "tandem", { intentField: "Tandem id", settleSeconds: 0 });
    return {
      open: async () => createRedmine(settings, createHttp(settings)),
      project: "demo",
      type: "Bug",
      fields: {
        name: "subject",
        text: "description",
        choice: { field: "status", values: ["In Progress", "Resolved"] },
        number: "estimated_hours",
        date: "due_date",
        person: { field: "assigned_to", person: String(server.ids["user:anna"]) },
        reference: { field: "parent_issue", type: "Feature" },
        many: { field: `cf_${server.ids["field:Platforms"]}`, values: [{ choice: "linux" }, { choice: "windows" }] },
      },
      needed: { start_date: "2026-01-01" },
      people: { ambiguous: "Kim Lee", unique: "anna@example.com" },
      personEdit: async (id, fields) => server.adminEdit(id, Object.fromEntries(Object.entries(fields).map(([name, value]) => [attribute(name), plain(value)])), "bert"),
      // Times are told by the second.
      tick: () => untilNextSecond(server),
      close: () => server.close(),
    };
  });
});

const untilNextSecond = async (server: { ruby(code: string): Promise<unknown> }): Promise<void> => {
  await server.ruby("now = Time.now; sleep(0.005) while Time.now.to_i == now.to_i; true");
};
