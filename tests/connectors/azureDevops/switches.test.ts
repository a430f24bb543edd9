// One short life of an item, walked on every kind of server the sandbox can be: versions, processes, and each point that the
// vendor's document leaves open, both ways.

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { AccessError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

type Options = Readonly<Record<string, unknown>>;

const PROJECT = "DEMO";
const TITLE = "System.Title";
const TAGS = "System.Tags";
const TEXT = "System.Description";
const STATE = "System.State";
const RELATED = "System.LinkTypes.Related";

/** Type, the state furthest away, and a state in between. */
const PROCESSES: Readonly<Record<string, readonly [type: string, last: string, between: string]>> = { Scrum: ["Product Backlog Item", "Done", "Approved"], Agile: ["User Story", "Closed", "Active"], Basic: ["Issue", "Done", "Doing"], CMMI: ["Requirement", "Closed", "Active"] };

const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(JSON.stringify(result));
  return result;
};

const clean = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  const done = ok(result);
  expect(done.problems).toEqual([]);
  return done;
};

const within = async (options: Options, work: (server: SandboxServer, open: (mine?: Options, token?: string) => Promise<Connector>) => Promise<void>): Promise<void> => {
  const server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T09:00:00.000Z"), options });
  const opened: Connector[] = [];
  const prefix = typeof options["virtualDir"] === "string" ? `/${options["virtualDir"]}` : "";
  try {
    await work(server, async (mine = {}, token = "ado-pat") => {
      const one = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}${prefix}/tandem`, credentials: { token }, scope: {}, sampleProject: PROJECT, options: mine, network: { proxy: "none" } }, { sleep: async () => undefined });
      opened.push(one);
      return one;
    });
  } finally {
    for (const one of opened) await one.close();
    await server.close();
  }
};

const life = async (server: SandboxServer, connector: Connector, process: string): Promise<void> => {
  const [type, last, between] = PROCESSES[process] ?? ["", "", ""];
  const read = async (id: string, fields: readonly string[]): Promise<Item> => {
    const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields });
    if (item === undefined) throw new Error(`no ${id}`);
    return item;
  };
  const make = async (...drafts: readonly Fields[]): Promise<readonly string[]> => (await connector.create(type, PROJECT, drafts.map((fields) => ({ intent: randomUUID(), fields })))).map((result) => clean(result).id);
  const changed = async (since: string | undefined, fields: readonly string[]): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const page of connector.changes({ type, project: PROJECT, fields, ...(since === undefined ? {} : { since }) })) ids.push(...page.items.map(({ id }) => id));
    return ids;
  };
  const later = (): string => {
    server.clock.advance(300);
    return server.clock.now().toISOString();
  };

  // People, nodes and a birth in the state furthest away.
  const [anna] = await connector.findPeople("anna.berg@example.com");
  const [release] = (await connector.create("release", PROJECT, [{ intent: "r", fields: { name: "R 1", start_date: "2026-01-01", end_date: "2026-06-30" } }])).map(clean);
  const fields: Fields = { [TITLE]: "first", [STATE]: { choice: last }, [TAGS]: ["b", "A"], [TEXT]: "<p>Some <b>words</b></p>", release: { ref: release?.id ?? "" }, "System.AssignedTo": { person: anna?.id ?? "" } };
  const [one, two, three] = await make(fields, { [TITLE]: "second" }, { [TITLE]: "third" });
  const born = await read(one ?? "", Object.keys(fields));
  expect(born.fields).toMatchObject({ [STATE]: { choice: last }, [TAGS]: ["A", "b"], [TEXT]: "<p>Some <b>words</b></p>", release: { ref: release?.id }, "System.AssignedTo": { person: anna?.id } });

  // A person's edit and our update of other fields, a way over states, links.
  const names = [TITLE, STATE, TAGS, TEXT, RELATED];
  const before = await read(two ?? "", names);
  const since = later();
  server.edit({ action: "update", author: "bo.chen@example.com", type, project: PROJECT, id: two ?? "", fields: { [TAGS]: "theirs" } });
  const [updated] = await connector.update(type, PROJECT, [{ id: before.id, before, fields: { [TITLE]: "ours", [STATE]: { choice: last } } }]);
  expect(clean(updated).after?.others).toContain(TAGS);
  const held = await read(two ?? "", names);
  expect([held.name, held.fields[STATE], held.fields[TAGS]]).toEqual(["ours", expect.objectContaining({ choice: last }), ["theirs"]]);
  clean((await connector.update(type, PROJECT, [{ id: held.id, before: held, fields: { [STATE]: { choice: between } } }]))[0]);
  const third = await read(three ?? "", names);
  clean((await connector.update(type, PROJECT, [{ id: third.id, before: third, fields: { [RELATED]: [{ ref: one ?? "" }, { ref: two ?? "" }] } }]))[0]);
  const linked = await read(three ?? "", names);
  clean((await connector.update(type, PROJECT, [{ id: linked.id, before: linked, fields: { [RELATED]: [{ ref: two ?? "" }], [TEXT]: null } }]))[0]);
  expect((await read(three ?? "", names)).fields).toMatchObject({ [RELATED]: [{ ref: two }], [TEXT]: null });

  // Comments and a file.
  await connector.comments?.add(type, PROJECT, one ?? "", "<p>First</p>");
  await connector.comments?.add(type, PROJECT, one ?? "", "<p>Second</p>");
  const comments = (await connector.comments?.read({ type, project: PROJECT, ids: [one ?? ""] }))?.get(one ?? "") ?? [];
  expect(comments.map(({ text }) => plainText(text))).toEqual(["First", "Second"]);
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("hello");
  };
  const file = await connector.attachments?.add(type, PROJECT, one ?? "", { name: "a ü.txt", contentType: "text/plain", size: 5, content: content() });
  expect((await connector.attachments?.list({ type, project: PROJECT, ids: [one ?? ""] }))?.get(one ?? "")?.map(({ id, size }) => [id, size])).toEqual([[file?.id, 5]]);

  // Nothing is missing, whether asked since then, from the beginning, or by ids alone.
  expect([...new Set(await changed(since, names))].toSorted()).toEqual([one, two, three].toSorted());
  expect(await changed(undefined, names)).toEqual(expect.arrayContaining([one, two, three]));
  const listed: string[] = [];
  for await (const page of connector.list({ type, project: PROJECT })) listed.push(...page.map(({ id }) => id));
  expect(listed).toEqual(expect.arrayContaining([one, two, three]));

  ok((await connector.remove(type, PROJECT, [three ?? ""]))[0]);
  expect([...((await connector.deleted?.({ type, project: PROJECT, ids: [two ?? "", three ?? ""] })) ?? [])]).toEqual([three]);
  expect((await connector.remove(type, PROJECT, [three ?? ""]))[0]).toMatchObject({ ok: false, kind: "missing" });
};

describe("one life on every kind of server", () => {
  it.each<[string, Options]>([
    ["Services, Scrum", {}],
    ["Services, Agile", { process: "Agile" }],
    ["Services, CMMI, steps of the process", { process: "CMMI", transitions: "process" }],
    ["Services, Basic", { process: "Basic" }],
    ["Services, Scrum, steps of the process", { transitions: "process" }],
    ["Server 2019", { flavour: "server", serverVersion: "2019", virtualDir: "tfs", localised: true }],
    ["Server 2019 Update 1", { flavour: "server", serverVersion: "2019.1", process: "Agile", nodeSegment: "Bereich" }],
    ["Server 2020", { flavour: "server", serverVersion: "2020", identities: "string" }],
    ["Server 2022", { flavour: "server", serverVersion: "2022", localised: true, process: "CMMI" }],
    ["births in any state", { createInState: "any" }],
    ["links in the order they were made, moving the revision", { relationOrder: "insertion", linkMovesRev: true, webLinksMoveRev: true }],
    ["tags as given, 409 for a conflict, an empty patch moving the revision", { tagOrder: "insertion", conflictStatus: 409, emptyPatchMovesRev: true }],
    ["other statuses of success", { createStatus: 201, deleteStatus: 204 }],
    ["small pages of everything", { projectsPage: 1, reportPage: 1, linksPage: 1, commentPage: 1, commentOrder: "asc" }],
    ["a small limit of queries", { queryLimit: 2 }],
    ["a small limit of queries that $top avoids", { queryLimit: 2, topAvoidsLimit: true, shuffleWithoutOrder: true }],
    ["no word of Markdown", { markdown: false, multilineFieldsFormat: false }],
    ["nothing but items moving a revision", { commentEditMovesRev: true, deleteMovesRev: false, nodeRenameMovesRev: true, deletedInFeed: "plain", oneDateRefused: true }],
    ["fields beside links, links without details", { fieldsWithLinks: true, linkFeedDetails: false, foreignProjectIs404: false }],
  ])("%s", (_title, options) => within(options, async (server, open) => life(server, await open(), typeof options["process"] === "string" ? options["process"] : "Scrum")), 30_000);

  it("one write a call", () => within({}, async (server, open) => life(server, await open({ bulkSize: 1, intentField: "Custom.SyncKey" }), "Scrum")));
});

describe("a token that is no good", () => {
  it.each<[string, Options, string]>([
    ["203", { badToken: "203" }, "wrong"],
    ["203 against our wish", { badToken: "203", suppressHonoured: false }, "wrong"],
    ["302 against our wish", { badToken: "302", suppressHonoured: false }, "wrong"],
    ["401", { badToken: "401" }, "wrong"],
    ["now this, now that", { badToken: "mixed", suppressHonoured: false }, "wrong"],
    ["expired", { expiredPat: true, suppressHonoured: false }, "ado-pat"],
    ["without its scope", { scopes: ["project"], missingScope: 401 }, "ado-pat"],
    ["without its scope, refused otherwise", { scopes: ["project"], missingScope: 403 }, "ado-pat"],
  ])("is a matter of access: %s", (_title, options, token) =>
    within(options, async (_server, open) => {
      await expect((await open({}, token)).get({ type: "Bug", project: PROJECT, ids: ["1"], fields: [TITLE] })).rejects.toBeInstanceOf(AccessError);
    }));
});

describe("rights and rules", () => {
  const draft = (fields: Fields) => ({ intent: randomUUID(), fields });

  it("an item is put into an area that was made a moment before", () =>
    within({}, async (_server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const connector = await open();
      const [area] = (await connector.create("area", PROJECT, [draft({ name: "Closed" })])).map(clean);
      const [made] = (await connector.create(type, PROJECT, [draft({ [TITLE]: "x", "System.AreaPath": { ref: area?.id ?? "" } })])).map(clean);
      expect((await connector.get({ type, project: PROJECT, ids: [made?.id ?? ""], fields: ["System.AreaPath"] }))[0]?.fields["System.AreaPath"]).toMatchObject({ ref: area?.id, type: "area" });
    }));

  it.each<[string, Options, Fields, string]>([
    ["too many tags", { maxTags: 2 }, { [TAGS]: ["a", "b", "c"] }, TAGS],
    ["a tag that may not be made", { createTags: false }, { [TAGS]: ["new tag"] }, TAGS],
    ["a field that may not be written", { readOnlyFields: { "Product Backlog Item": ["Microsoft.VSTS.Scheduling.Effort"] } }, { "Microsoft.VSTS.Scheduling.Effort": 3 }, "Microsoft.VSTS.Scheduling.Effort"],
    ["a text that is too long", { textLimit: 100 }, { [TEXT]: `<p>${"x".repeat(200)}</p>` }, TEXT],
    ["a link to nothing", { deletedLinkStatus: 404 }, { [RELATED]: [{ ref: "99999" }] }, RELATED],
  ])("%s is a problem of its field, the rest is written", (_title, options, fields, name) =>
    within(options, async (_server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const [made] = await (await open()).create(type, PROJECT, [draft({ [TITLE]: "x", ...fields })]);
      expect(ok(made).problems.map(({ field }) => field)).toEqual([name]);
    }));

  it("a collection that is stopped says so", () =>
    within({ collectionStopped: true }, async (_server, open) => {
      await expect((await open()).account()).rejects.toMatchObject({ message: expect.stringContaining("TF24668"), advice: expect.stringContaining("serviced") });
    }));

  it.each([403, 400])("an area that may not be written is told, and the item is made elsewhere: %i", (areaRefusal) =>
    within({ readOnlyAreas: ["DEMO\\Closed"], areaRefusal }, async (_server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const connector = await open();
      const [area] = (await connector.create("area", PROJECT, [draft({ name: "Closed" })])).map(clean);
      const [made] = await connector.create(type, PROJECT, [draft({ [TITLE]: "x", "System.AreaPath": { ref: area?.id ?? "" } })]);
      expect(ok(made).problems).toMatchObject([{ field: "System.AreaPath", reason: expect.stringContaining("TF237111") }]);
    }));

  it("a field that a state demands is told by name", () =>
    within({ stateRequiredFields: { "Product Backlog Item": { Done: ["Microsoft.VSTS.Scheduling.Effort"] } } }, async (_server, open) => {
      const [type, last] = PROCESSES["Scrum"] ?? ["", ""];
      const connector = await open();
      const [made] = await connector.create(type, PROJECT, [draft({ [TITLE]: "x", [STATE]: { choice: last } })]);
      expect(ok(made).problems).toMatchObject([{ field: STATE, reason: expect.stringContaining("Effort") }]);
    }));

  it("a pause asked for with a good answer is kept, a refusal for haste waited out", () =>
    within({ throttle: { windowSeconds: 300, delayAt: 10, blockAt: 100_000, retryAfterSeconds: 400 } }, async (_server, open) => {
      await expect((await open()).types(PROJECT)).rejects.toMatchObject({ name: "BusyError" });
    }));

  it("an earlier create is found among more new items than a query may give", () =>
    within({ queryLimit: 20 }, async (server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const connector = await open();
      const since = await connector.now();
      const mine = draft({ [TITLE]: "mine" });
      const [made] = (await connector.create(type, PROJECT, [mine])).map(clean);
      for (let n = 0; n < 45; n++) server.edit({ action: "create", author: "bo.chen@example.com", type, project: PROJECT, fields: { [TITLE]: `theirs ${n}` } });
      const nobody = draft({ [TITLE]: "never made" });
      const { found, undecided } = await connector.find(type, PROJECT, [{ intent: mine.intent, name: "mine", since }, { intent: nobody.intent, name: "never made", since: new Date(Date.parse(since) - 60_000).toISOString() }]);
      expect([[...found].map(([intent, { id }]) => [intent, id]), [...undecided]]).toEqual([[[mine.intent, made?.id]], []]);
    }));

  it("a change that shows late is found by the next reading, which begins before the watermark", () =>
    within({ lateCommitSeconds: 30 }, async (server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const connector = await open();
      const [made] = (await connector.create(type, PROJECT, [draft({ [TITLE]: "x" })])).map(clean);
      server.clock.advance(300);
      server.edit({ action: "update", author: "bo.chen@example.com", type, project: PROJECT, id: made?.id ?? "", fields: { [TITLE]: "late" } });
      server.clock.advance(10);
      const watermark = server.clock.now().getTime();
      const read = async (from: number): Promise<readonly string[]> => {
        const names: string[] = [];
        for await (const page of connector.changes({ type, project: PROJECT, fields: [TITLE], since: new Date(from - connector.capabilities.overlapSeconds * 1000).toISOString() })) names.push(...page.items.map(({ name }) => name));
        return names;
      };
      expect(await read(watermark)).toEqual([]);
      server.clock.advance(60);
      expect(await read(watermark)).toEqual(["late"]);
    }));

  it("an update that meets another writer is written all the same", () =>
    within({ writeConflicts: 2 }, async (_server, open) => {
      const [type] = PROCESSES["Scrum"] ?? [""];
      const connector = await open();
      const [made] = (await connector.create(type, PROJECT, [draft({ [TITLE]: "x" })])).map(clean);
      const [before] = await connector.get({ type, project: PROJECT, ids: [made?.id ?? ""], fields: [TITLE] });
      if (before === undefined) throw new Error("no item");
      expect(clean((await connector.update(type, PROJECT, [{ id: before.id, before, fields: { [TITLE]: "y" } }]))[0]).after?.item.name).toBe("y");
    }));
});
