// Redmine as a subject of the contract suite: which fields stand for each kind, and how a person edits there.

import { type Fields, isChoice, isItemRef, isPerson, type Value } from "../../../lib/core/types.ts";
import type { Subject } from "../../connectors/contract/contract.ts";
import type { MappingSubject } from "../../connectors/contract/mapping.ts";
import type { Redmine } from "../../support/systems/redmine.ts";

const attribute = (name: string): string => (["status", "priority", "assigned_to", "fixed_version"].includes(name) ? `${name}_id` : name);
const plain = (value: Value | undefined): unknown => (isPerson(value) ? Number(value.person) : isItemRef(value) ? Number(value.ref) : isChoice(value) ? Number(value.id) : value);

const as = (login: string): string => `User.current = User.find_by_login(${JSON.stringify(login)})`;

/** What a mapping may count on. Redmine's people, in its own code. */
const more = (server: Redmine): MappingSubject => {
  const line = `cf_${server.ids["field:Docs"]}`;
  const note = (id: string, text: string, hidden: boolean) => server.ruby(`${as("bert")}; issue = Issue.find(${Number(id)}); issue.init_journal(User.current, ${JSON.stringify(text)}); issue.private_notes = ${hidden}; issue.save!; true`);
  return {
    line,
    readOnly: "created_on",
    filter: { fields: { [line]: "https://example.com/filtered" }, own: `${line}=https%3A%2F%2Fexample.com%2Ffiltered` },
    saveFilter: async () => {
      await server.ruby(`query = IssueQuery.new(name: "The filtered ones", visibility: 2, user_id: ${server.ids["user:tandem"]}); query.filters = { ${JSON.stringify(line)} => { operator: "=", values: ["https://example.com/filtered"] } }; query.save!`);
      return "the filtered ones";
    },
    person: "Bert Böhm",
    comment: async (id, text) => void (await note(id, text, false)),
    restrictedComment: async (id, text) => void (await note(id, text, true)),
    editComment: async (_id, comment, text) => void (await server.ruby(`${as("bert")}; Journal.find(${Number(comment)}).update!(notes: ${JSON.stringify(text)}); Journal.find(${Number(comment)}).issue.touch; true`)),
    removeComment: async (_id, comment) => void (await server.ruby(`Journal.find(${Number(comment)}).update!(notes: ""); true`)),
    attach: async (id, name, content) => void (await server.ruby(`${as("bert")}; Attachment.create!(container: Issue.find(${Number(id)}), file: StringIO.new(${JSON.stringify(content)}), filename: ${JSON.stringify(name)}, author: User.current); Issue.find(${Number(id)}).touch; true`)),
    remove: async (id) => void (await server.ruby(`Issue.find(${Number(id)}).destroy; true`)),
    move: (id) => server.adminEdit(id, { project_id: server.ids["project:other"] }, "bert"),
    period: { sprint: { type: "version", fields: () => ({}) }, nameField: "name", rename: async (id, name) => void (await server.ruby(`Version.find(${Number(id)}).update!(name: ${JSON.stringify(name)}); true`)), close: async (id) => void (await server.ruby(`Version.find(${Number(id)}).update!(status: "closed"); true`)), dates: { end: "due_date" } },
    cannot: {
      instant: "No field that may be written holds an instant",
      far: "a status is written directly",
      // Other accounts, and what is hidden from them, are in redmine.test.ts.
      unreachable: "An administrator may go the ways of all roles",
      hide: "Private issues of others, and projects of which the account is no member, are not seen",
    },
  };
};

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
  more: more(server),
  personEdit: (id: string, fields: Fields) => server.adminEdit(id, Object.fromEntries(Object.entries(fields).map(([name, value]) => [attribute(name), plain(value)])), "bert"),
  personMakes: async (name: string) => String(await server.ruby(`${as("bert")}; Issue.create!(project: Project.find("demo"), tracker: Tracker.find_by!(name: "Bug"), author: User.current, subject: ${JSON.stringify(name)}).id`)),
  // Times are told by the second.
  tick: async () => void (await server.ruby("now = Time.now; sleep(0.005) while Time.now.to_i == now.to_i; true")),
  passing: true,
  close: () => server.close(),
});
