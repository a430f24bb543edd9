// The promises of a connector, kept by ALM/QC's: defects by API key and XML with a marker, requirements by password and JSON
// without one, each against the sandbox.

import { describe, expect, it } from "vitest";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { asList, type Fields, isChoice, isItemRef, isPerson, type Single, type Value } from "../../../lib/core/types.ts";
import { createAlmQc } from "../../../lib/sandbox/almQc.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { connectorContract, type Subject } from "../contract/contract.ts";
import type { MappingSubject } from "../contract/mapping.ts";

const PROJECT = "DEMO";

const wireOf = (value: Value): unknown => {
  const one = (single: Single): string => (isPerson(single) ? single.person : isChoice(single) ? single.choice : isItemRef(single) ? single.ref : String(single));
  return Array.isArray(value) ? asList(value).map(one) : asList(value).map(one)[0] ?? "";
};

const settingsOf = (url: string, credentials: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>>) =>
  ({ name: "alm", system: "almQc", url, credentials, scope: { domain: "DEFAULT" }, sampleProject: PROJECT, options: { zone: "America/New_York", ...options }, network: { proxy: "none" } }) as const;

const KEY = { clientId: "tandem_client", clientSecret: "tandem_secret" };
const PASSWORD = { user: "sync", password: "sync-pass" };

const BO = { project: PROJECT, author: "bo.chen" };

/** What a mapping may count on. ALM's people, in its own words. */
const more = (server: SandboxServer, type: string, filter: NonNullable<MappingSubject["filter"]>, line: string): MappingSubject => ({
  line,
  readOnly: "id",
  filter,
  saveFilter: async () => {
    server.edit({ action: "create", author: "sync", type: "favorite", project: PROJECT, fields: { name: "The filtered ones", module: type, "is-public": "N", "filter-data": filter.own } });
    return "favorite:The filtered ones";
  },
  person: "Bo Chen",
  comment: async (id, text) => void server.edit({ ...BO, action: "comment", type, id, fields: { text } }),
  sendAway: (location) => void server.faults.add({ match: { method: "GET", times: 1 }, effect: { status: 302, headers: { location } } }),
  turnAway: () => void server.faults.add({ match: { method: "POST", times: 1 }, effect: { status: 429, headers: { "retry-after": "0" } } }),
  attach: async (id, name, content) => void server.edit({ ...BO, action: "attach", type, id, fields: { name, content } }),
  remove: async (id) => void server.edit({ ...BO, action: "delete", type, id }),
  period: {
    release: { type: "release", fields: { "start-date": "2026-04-01", "end-date": "2026-06-30" } },
    sprint: { type: "release-cycle", fields: (release) => ({ "parent-id": { ref: release, type: "release" }, "start-date": "2026-04-01", "end-date": "2026-04-14" }) },
    nameField: "name",
    rename: async (id, name) => void server.edit({ ...BO, action: "update", type: "release-cycle", id, fields: { name } }),
    dates: { start: "start-date", end: "end-date", within: "parent-id" },
  },
  cannot: {
    instant: "Customization offers days only",
    far: "so any status may follow any",
    unreachable: "so any status may follow any",
    restrictedComment: "All comments of a defect or test (`dev-comments`) or requirement (`comments`) are one text",
    // An edited one: extras.test.ts.
    editComment: "comments have no ids there",
    removeComment: "comments have no ids there",
    move: "An item never leaves its project",
    // The sandbox hides nothing; answers.test.ts has hidden ones.
    hide: "looks exactly like a deleted one",
  },
});

const subject =
  (type: string, credentials: Readonly<Record<string, string>>, options: Readonly<Record<string, unknown>>, fields: Subject["fields"], needed: Fields, filter: NonNullable<MappingSubject["filter"]>, line: string) =>
  async (): Promise<Subject> => {
    const server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z") });
    return {
      open: () => openConnector(settingsOf(server.url, credentials, options)),
      project: PROJECT,
      type,
      fields,
      needed,
      people: { unique: "anna.berg@example.com" },
      more: more(server, type, filter, line),
      personEdit: async (id, changes) => {
        server.edit({ action: "update", author: "bo.chen", type, project: PROJECT, id, fields: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, wireOf(value)])) });
      },
      setSearchLag: (seconds: number) => void server.faults.add({ effect: { searchLagSeconds: seconds } }),
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
}, { severity: { choice: "3-High" } }, { fields: { "user-04": 42 }, own: "{user-04[42]}" }, "user-03"), { iterations: true });

connectorContract("ALM/QC requirement without one, in JSON", subject("requirement", PASSWORD, { format: "json", locking: "always" }, {
  name: "name",
  text: "description",
  choice: { field: "user-01", values: ["In Work", "Done"] },
  number: "user-02",
  date: "user-06",
  person: { field: "user-07", person: "bo.chen" },
  reference: { field: "target-rel", type: "release" },
  many: { field: "user-04", values: [{ choice: "api" }, { choice: "mobile" }] },
}, { "type-id": { choice: "Functional" } }, { fields: { "user-02": 42 }, own: "{user-02[42]}" }, "user-05"));

describe("ALM/QC on the sandbox", () => {
  it("carries links of defects and traces of requirements, and takes them away again", async () => {
    const server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z") });
    const connector = await openConnector(settingsOf(server.url, KEY, { format: "json" }));
    let count = 0;
    const make = async (type: string, fields: Fields): Promise<string> => {
      const [result] = await connector.create(type, PROJECT, [{ intent: `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`, fields: { name: `n${count}`, ...fields } }]);
      if (result?.ok !== true || result.problems.length > 0) throw new Error(JSON.stringify(result));
      return result.id;
    };
    try {
      const first = await make("requirement", { "type-id": { choice: "Functional" } });
      const second = await make("requirement", { "type-id": { choice: "Functional" }, "trace:from": [{ ref: first }] });
      const one = await make("defect", { severity: { choice: "3-High" }, "link:requirement": [{ ref: first }, { ref: second }] });
      const other = await make("defect", { severity: { choice: "3-High" }, "link:defect:Duplicate": [{ ref: one }] });
      const held = async (type: string, id: string, names: readonly string[]): Promise<readonly (readonly string[])[]> => {
        const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields: names });
        return names.map((name) => asList(item?.fields[name]).map((ref) => (isItemRef(ref) ? ref.ref : String(ref))));
      };
      expect(await held("requirement", first, ["trace:to", "trace:from", "link:defect"])).toEqual([[second], [], [one]]);
      expect(await held("defect", one, ["link:defect", "link:defect:Duplicate", "link:requirement"])).toEqual([[], [other], [first, second]]);
      const [before] = await connector.get({ type: "defect", project: PROJECT, ids: [one], fields: ["link:defect:Duplicate", "link:requirement"] });
      if (before === undefined) throw new Error("no defect");
      await connector.update("defect", PROJECT, [{ id: one, before, fields: { "link:defect:Duplicate": [], "link:requirement": [{ ref: second }] } }]);
      expect(await held("defect", other, ["link:defect:Duplicate"])).toEqual([[]]);
      expect(await held("defect", one, ["link:requirement"])).toEqual([[second]]);
    } finally {
      await connector.close();
      await server.close();
    }
  });

  it("carries tests where they are asked for: their type, folder, comments, files, links and coverage", async () => {
    const server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z") });
    const connector = await openConnector(settingsOf(server.url, KEY, { tests: true, intentField: { test: "user-01" } }));
    let count = 0;
    const make = async (type: string, fields: Fields): Promise<string> => {
      const [result] = await connector.create(type, PROJECT, [{ intent: `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`, fields: { name: `n${count}`, ...fields } }]);
      if (result?.ok !== true || result.problems.length > 0) throw new Error(JSON.stringify(result));
      return result.id;
    };
    try {
      const type = (await connector.types(PROJECT)).find(({ name }) => name === "test");
      expect(type).toMatchObject({ statusField: "status", nameField: "name", canCreate: true });
      expect(type?.fields.find(({ name }) => name === "subtype-id")).toMatchObject({ kind: "choice", required: false, choices: expect.arrayContaining([{ id: "MANUAL", name: "MANUAL" }]) });
      const requirement = await make("requirement", { "type-id": { choice: "Functional" } });
      const test = await make("test", { description: "<p>Do it</p>", "coverage:requirement": [{ ref: requirement }] });
      const defect = await make("defect", { severity: { choice: "3-High" }, "link:test": [{ ref: test }] });
      await connector.comments?.add("test", PROJECT, test, "<p>said</p>");
      await connector.attachments?.add("test", PROJECT, test, { name: "a.txt", contentType: "text/plain", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });
      const [item] = await connector.get({ type: "test", project: PROJECT, ids: [test], fields: ["subtype-id", "description", "creation-time", "coverage:requirement", "link:defect"] });
      expect(item?.fields).toMatchObject({ "subtype-id": { choice: "MANUAL" }, description: "<p>Do it</p>", "creation-time": "2026-03-02", "coverage:requirement": [{ ref: requirement, type: "requirement" }], "link:defect": [{ ref: defect, type: "defect" }] });
      const [covered] = await connector.get({ type: "requirement", project: PROJECT, ids: [requirement], fields: ["coverage:test"] });
      expect(covered?.fields).toMatchObject({ "coverage:test": [{ ref: test, type: "test" }] });
      if (covered === undefined) throw new Error("no requirement");
      await connector.update("requirement", PROJECT, [{ id: requirement, before: covered, fields: { "coverage:test": [] } }]);
      expect((await connector.get({ type: "test", project: PROJECT, ids: [test], fields: ["coverage:requirement"] }))[0]?.fields).toEqual({ "coverage:requirement": [] });
      expect((await connector.comments?.read({ type: "test", project: PROJECT, ids: [test] }))?.get(test)).toHaveLength(1);
      expect((await connector.attachments?.list({ type: "test", project: PROJECT, ids: [test] }))?.get(test)).toHaveLength(1);
      const { found } = await connector.find("test", PROJECT, [{ intent: "00000000-0000-4000-8000-000000000002", name: "n2", since: "2026-03-02T08:59:00.000Z" }]);
      expect([...found.values()].map(({ id }) => id)).toEqual([test]);
      expect((await connector.remove("test", PROJECT, [test])).map(({ ok }) => ok)).toEqual([true]);
    } finally {
      await connector.close();
      await server.close();
    }
  });

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
