// The promises of a connector, kept by ServiceNow's: a story with HTML and a sprint, an incident with its rules; by batch
// with the intent as sys_id, and one by one with a column for it; once where all that no document settles is otherwise.

import { openConnector } from "../../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../../lib/core/types.ts";
import { createServiceNow } from "../../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "../contract/contract.ts";
import type { MappingSubject } from "../contract/mapping.ts";

/** A person's edit is told to the server in its own words. */
const wireOf = (value: Value): string =>
  asList(value)
    .map((one) => (isPerson(one) ? one.person : isItemRef(one) ? one.ref : isChoice(one) ? (one.id ?? one.choice) : String(one)))
    .join(",");

const BO = { author: "bo.chen" };

/** What a mapping may count on. ServiceNow's people, in its own words. */
const more = (server: SandboxServer, type: string, options: Readonly<Record<string, unknown>>): MappingSubject => {
  const [ours, hidden] = options["commentField"] === "work_notes" ? ["work_notes"] : ["comments", "work_notes"];
  return {
    line: "correlation_display",
    instant: "work_start",
    readOnly: "sys_created_on",
    filter: { fields: { correlation_display: "filtered" }, own: "correlation_display=filtered^ORDERBYnumber" },
    saveFilter: async () => {
      server.edit({ action: "create", author: "sync", type: "sys_filter", fields: { title: "The filtered ones", table: type, filter: "correlation_display=filtered^EQ" } });
      return "the filtered ones";
    },
    person: "Bo Chen",
    comment: async (id, text) => void server.edit({ ...BO, action: "comment", type, id, fields: { text, element: ours } }),
    ...(hidden === undefined ? {} : { restrictedComment: async (id: string, text: string) => void server.edit({ ...BO, action: "comment", type, id, fields: { text, element: hidden } }) }),
    sendAway: (location) => void server.faults.add({ match: { method: "GET", times: 1 }, effect: { status: 302, headers: { location } } }),
    turnAway: () => void server.faults.add({ match: { method: "POST", times: 1 }, effect: { status: 429, headers: { "retry-after": "0" } } }),
    attach: async (id, name, content) => void server.edit({ ...BO, action: "attach", type, id, fields: { name, content } }),
    remove: async (id) => void server.edit({ ...BO, action: "delete", type, id }),
    ...(options["projectField"] === undefined ? {} : { move: async (id: string) => void server.edit({ ...BO, action: "update", type, id, fields: { assignment_group: "Piers" } }) }),
    period: {
      release: { type: "rm_release_scrum", fields: { start_date: "2026-04-01T00:00:00.000Z", end_date: "2026-06-30T00:00:00.000Z" } },
      sprint: { type: "rm_sprint", fields: (release) => ({ release: { ref: release, type: "rm_release_scrum" }, start_date: "2026-04-01T00:00:00.000Z", end_date: "2026-04-14T00:00:00.000Z" }) },
      nameField: "short_description",
      rename: async (id, name) => void server.edit({ ...BO, action: "update", type: "rm_sprint", id, fields: { short_description: name } }),
      dates: { start: "start_date", end: "end_date", within: "release" },
    },
    ...(type === "incident" ? { unreachable: { field: "state", value: "Resolved" } } : {}),
    cannot: {
      far: "A state is written directly, never over others",
      ...(type === "incident" ? {} : { unreachable: "the rest is then written without the status" }),
      editComment: "A journal only grows",
      removeComment: "A journal only grows",
      ...(options["projectField"] === undefined ? { move: "Without `projectField` everything is one project" } : {}),
      // Rows behind a rule of access: rules.test.ts.
      hide: "the log of deletions does not name it: moved, hidden, or not logged",
      ...(hidden === undefined ? { restrictedComment: "With `commentField: work_notes` only work notes are read and written" } : {}),
    },
  };
};

const BASIC = { user: "sync", password: "sync-pass" };

const subject =
  (type: string, project: string, options: Readonly<Record<string, unknown>>, fields: (people: { readonly anna: string }) => Subject["fields"], instance: Readonly<Record<string, unknown>> = {}, credentials: Readonly<Record<string, string>> = BASIC) =>
  async (): Promise<Subject> => {
    const server = await startServer(createServiceNow, { clock: new Date("2026-03-02T09:00:00.000Z"), options: instance });
    const settings = { name: "servicenow", system: "serviceNow", url: server.url, credentials, scope: {}, sampleProject: project, options, network: { proxy: "none" } };
    const first = await openConnector(settings);
    const [anna] = await first.findPeople("anna.berg@example.com");
    await first.close();
    return {
      open: () => openConnector(settings),
      project,
      type,
      fields: fields({ anna: anna?.id ?? "" }),
      people: { unique: "anna.berg@example.com", ambiguous: "max muster" },
      more: more(server, type, options),
      personEdit: async (id: string, changes: Fields) => {
        server.edit({ action: "update", author: "bo.chen", type, id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      personMakes: (name: string) => server.edit({ action: "create", author: "bo.chen", type, fields: { short_description: name } }).id,
      setSearchLag: (seconds: number) => void server.faults.add({ effect: { searchLagSeconds: seconds } }),
      tick: async () => server.clock.advance(1),
      close: () => server.close(),
    };
  };

connectorContract("serviceNow story", subject("rm_story", "default", {}, ({ anna }) => ({
  name: "short_description",
  text: "acceptance_criteria",
  choice: { field: "state", values: ["Ready", "Work in progress"] },
  number: "story_points",
  person: { field: "assigned_to", person: anna },
  reference: { field: "epic", type: "rm_epic" },
})), { iterations: true });

connectorContract("serviceNow incident, one by one, with a column for the intent", subject("incident", "default", { marker: "correlation_id", batch: false }, ({ anna }) => ({
  name: "short_description",
  choice: { field: "state", values: ["In Progress", "New"] },
  number: "order",
  person: { field: "assigned_to", person: anna },
  reference: { field: "problem_id", type: "problem" },
})));

connectorContract("serviceNow story of a group, as its project", subject("rm_story", "Ferry Shop", { projectField: "assignment_group", commentField: "work_notes", formattedComments: true }, ({ anna }) => ({
  name: "short_description",
  choice: { field: "priority", values: ["1 - Critical", "4 - Low"] },
  number: "effort",
  person: { field: "assigned_to", person: anna },
  reference: { field: "sprint", type: "rm_sprint" },
})));

/** The other reading of every point that no public source settles. */
const OTHERWISE = {
  unreadableFields: "empty",
  unreadableReference: "display",
  countHidden: false,
  choiceInheritance: "merge",
  zone: "America/New_York",
  duplicateSysIdStatus: 409,
  dictionaryMandatory: "enforce",
  journalTouches: false,
  attachmentTouches: true,
  attachmentHash: false,
  nullValue: "ignore",
  badDate: "ignore",
  clearChoiceWithDefault: "clear",
  agileChain: "flat",
  missingAccept: "refuse",
  wrongPathStatus: 404,
  sessionQueue: 2,
  streamQuota: 40,
  streamBreak: "brokenJson",
  accessTokenSeconds: 30,
};

connectorContract("serviceNow story by OAuth, where all that is unconfirmed is otherwise", subject("rm_story", "default", {}, ({ anna }) => ({
  name: "short_description",
  text: "acceptance_criteria",
  choice: { field: "state", values: ["Ready", "Work in progress"] },
  number: "story_points",
  person: { field: "assigned_to", person: anna },
  reference: { field: "epic", type: "rm_epic" },
}), OTHERWISE, { ...BASIC, clientId: "tandem_client", clientSecret: "tandem_secret" }));

connectorContract("serviceNow story, where the instance keeps no given sys_id", subject("rm_story", "default", {}, ({ anna }) => ({
  name: "short_description",
  text: "acceptance_criteria",
  choice: { field: "state", values: ["Ready", "Work in progress"] },
  number: "story_points",
  person: { field: "assigned_to", person: anna },
  reference: { field: "epic", type: "rm_epic" },
}), { suppliedSysId: "ignore" }));
