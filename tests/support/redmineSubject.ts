// Redmine as a subject of the contract suite: which fields stand for each kind, and how a person edits there.

import { type Fields, isChoice, isItemRef, isPerson, type Value } from "../../lib/core/types.ts";
import type { Subject } from "../connectors/contract.ts";
import type { Redmine } from "./redmine.ts";

const attribute = (name: string): string => (["status", "priority", "assigned_to", "fixed_version"].includes(name) ? `${name}_id` : name);
const plain = (value: Value | undefined): unknown => (isPerson(value) ? Number(value.person) : isItemRef(value) ? Number(value.ref) : isChoice(value) ? Number(value.id) : value);

/** Closes the server with the suite. */
export const redmineSubject = (server: Redmine): Omit<Subject, "open"> => ({
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
  people: { ambiguous: "Kim Lee", unique: "anna@example.com" },
  personEdit: (id: string, fields: Fields) => server.adminEdit(id, Object.fromEntries(Object.entries(fields).map(([name, value]) => [attribute(name), plain(value)])), "bert"),
  // Times are told by the second.
  tick: async () => void (await server.ruby("now = Time.now; sleep(0.005) while Time.now.to_i == now.to_i; true")),
  close: () => server.close(),
});
