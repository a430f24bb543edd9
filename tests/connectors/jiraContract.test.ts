// The promises of a connector, kept by Jira's in both flavours.

import { openConnector } from "../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../lib/core/types.ts";
import type { ImitationFactory } from "../../lib/sandbox/imitation.ts";
import { createJiraCloud, createJiraDc } from "../../lib/sandbox/jira.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "./contract.ts";

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): unknown => {
  if (Array.isArray(value)) return value.map((member) => wireOf(member as Value));
  const [first] = asList(value);
  if (first === undefined) return null;
  if (isPerson(first)) return { accountId: first.person, name: first.login };
  if (isChoice(first)) return { value: first.choice };
  return isItemRef(first) ? { id: first.ref } : first;
};

const subject = (factory: ImitationFactory, credentials: Readonly<Record<string, string>>, parent: string) => async (): Promise<Subject> => {
  const server = await startServer(factory, { clock: new Date("2026-03-02T09:00:00.000Z") });
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
    personEdit: async (id: string, changes: Fields) => {
      server.edit({ action: "update", author: "Bo Chen", type: "Story", id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
    },
    tick: async () => server.clock.advance(61),
    close: () => server.close(),
  };
};

connectorContract("Jira Cloud", subject(createJiraCloud, { email: "sync@example.com", token: "jira-token" }, "parent"));
connectorContract("Jira Data Center", subject(createJiraDc, { token: "jira-pat" }, "Epic Link"));
