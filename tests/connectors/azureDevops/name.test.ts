// Work items made in the name of others, which only bypassing all rules allows: what is made is what the rules would have made, and
// no name that is refused keeps an item back or makes a second one.

import { afterEach, describe, expect, it } from "vitest";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { ADA, list, ME, PROJECT, refusal, type Request, startAzure, workItem } from "./scripted.ts";

const CREATED_BY = "System.CreatedBy";
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Site {
  readonly server: SandboxServer;
  readonly connector: Connector;
  readonly anna: { readonly person: string };
  /** Addresses of the writes so far, each with its query. */
  writes(): readonly string[];
}

const site = async (imitation: Readonly<Record<string, unknown>> = {}, options: Readonly<Record<string, unknown>> = {}): Promise<Site> => {
  const server = await startServer(createAzureDevops, { options: imitation });
  const connector = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: { unsafeBypassRules: true, settleSeconds: 0, ...options }, network: { proxy: "none" } });
  open.push(server, connector);
  const [anna] = await connector.findPeople("anna.berg@example.com");
  if (anna === undefined) throw new Error("no Anna");
  const writes = (): readonly string[] => server.calls().filter(({ method, target }) => ["POST", "PATCH"].includes(method) && /workitems\/|\$batch/.test(target)).map(({ method, target }) => `${method} ${decodeURIComponent(target).replace(/^.*_apis\/wit\//, "")}`);
  return { server, connector, anna: { person: anna.id }, writes };
};

let count = 0;
const draft = (name: string, fields: Fields): Draft => ({ intent: `0000-${++count}`, fields: { "System.Title": name, ...fields } });
const make = async ({ connector }: Site, one: Draft, type = "Bug"): Promise<WriteResult> => (await connector.create(type, "DEMO", [one]))[0] as WriteResult;
const done = (result: WriteResult): Extract<WriteResult, { ok: true }> => {
  if (!result.ok) throw new Error(result.reason);
  return result;
};
const titled = async ({ connector }: Site, name: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { items } of connector.changes({ type: "Bug", project: "DEMO", fields: ["System.Title"] })) found.push(...items.filter((item) => item.name === name).map(({ id }) => id));
  return found;
};
const rawOf = async ({ server }: Site, id: string): Promise<Readonly<Record<string, unknown>>> =>
  ((await (await fetch(`${server.url}/tandem/_apis/wit/workitems/${id}?api-version=7.1`, { headers: { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}` } })).json()) as { readonly fields: Readonly<Record<string, unknown>> }).fields;

describe("a work item in the name of another", () => {
  it.each([[true], [false]])("is just what the rules would have made, but for the name (rules that fill in are run when bypassed: %s)", async (bypassFills) => {
    const at = await site({ bypassFills });
    const fields: Fields = { "Microsoft.VSTS.Common.Severity": { choice: "2 - High" } };
    const [usual, named] = [done(await make(at, draft("usual", fields))), done(await make(at, draft("named", { ...fields, [CREATED_BY]: at.anna })))];
    expect(named.problems).toEqual([]);
    expect(named.after?.item.fields[CREATED_BY]).toMatchObject({ ...at.anna, name: "Anna Berg" });
    const plain = (raw: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(raw).filter(([name]) => !/Title$|Date$|CreatedBy$|BoardColumn|Watermark/.test(name)));
    const [a, b] = [await rawOf(at, usual.id), await rawOf(at, named.id)];
    expect(plain(b)).toEqual(plain(a));
    expect(Object.keys(b).toSorted()).toEqual(Object.keys(a).toSorted());
    expect(b["System.State"]).toBe("New");
  });

  it("passes no rule: what they refuse is left out as ever, and what they demand refuses the item", async () => {
    const at = await site({ requiredFields: { Bug: ["Custom.Environment"] } });
    expect(await make(at, draft("bare", { [CREATED_BY]: at.anna }))).toMatchObject({ ok: false, kind: "refused", reason: expect.stringMatching(/Environment.*Required/) });
    const made = done(await make(at, draft("full", { [CREATED_BY]: at.anna, "Custom.Environment": "test", "System.Reason": { choice: "No such reason" } })));
    expect(made.problems.map(({ field }) => field)).toEqual(["System.Reason"]);
    expect(made.after?.item.fields[CREATED_BY]).toMatchObject(at.anna);
  });

  it("bypasses rules in the call that says the name alone: not for our own, not in a step after it, not in a change", async () => {
    const at = await site({ transitions: "process" });
    const { connector } = at;
    const me = { person: (await connector.account()).id };
    await connector.create("Bug", "DEMO", [draft("mine", { [CREATED_BY]: me }), draft("nobody's", {}), draft("hers", { [CREATED_BY]: at.anna, "System.State": { choice: "Done" } })]);
    const [id] = await titled(at, "hers");
    const [before] = await connector.get({ type: "Bug", project: "DEMO", ids: [id ?? ""], fields: ["System.Title", CREATED_BY, "System.State"] });
    if (before === undefined) throw new Error("it is not there");
    expect(before.fields).toMatchObject({ [CREATED_BY]: at.anna, "System.State": { choice: "Done" } });
    expect((await connector.update("Bug", "DEMO", [{ id: before.id, fields: { "System.Title": "hers, changed" }, before }]))[0]).toMatchObject({ ok: true, problems: [] });
    const writes = at.writes();
    expect(writes.filter((write) => write.includes("bypassRules"))).toEqual([expect.stringMatching(/^POST workitems\/\$Bug\?.*bypassRules=true/)]);
    expect(writes.filter((write) => write.includes("validateOnly"))).toHaveLength(1);
    expect(done(await make(at, draft("alone", { [CREATED_BY]: at.anna }))).demanded).toBe(1);
    const already = at.writes().length;
    const results = (await connector.create("Bug", "DEMO", [1, 2, 3].map((n) => draft(`several ${n}`, { [CREATED_BY]: at.anna })))).map(done);
    // The least that would do is one call for all, and what was demanded.
    expect(at.writes().length - already).toBe(1 + results.reduce((sum, { demanded = 0 }) => sum + demanded, 0));
  });

  it.each([[403], [400]])("is made in our own name where the right is missing (%d), once and with the reason", async (bypassRefusal) => {
    const at = await site({ bypassPermission: false, bypassRefusal });
    const made = done(await make(at, draft("refused", { [CREATED_BY]: at.anna, "Microsoft.VSTS.Common.Priority": { choice: "1" } })));
    expect(made.problems).toEqual([{ field: CREATED_BY, reason: expect.stringMatching(/^made in our own name: TF237124/) }]);
    expect(made.after?.item.fields[CREATED_BY]).toMatchObject({ person: (await at.connector.account()).id });
    expect(await titled(at, "refused")).toEqual([made.id]);
    expect(await at.connector.inspect?.({ type: "Bug", project: "DEMO" })).toMatchObject({ unnameable: expect.stringMatching(/^TF237124/) });
  });

  it("is made in our own name where nobody is meant, or more than one", async () => {
    const at = await site();
    for (const person of ["ghost@example.com", "Max Muster", "0b000000-0000-6000-8000-0000000000ff"]) {
      const made = done(await make(at, draft(`by ${person}`, { [CREATED_BY]: { person } })));
      expect(made.problems).toEqual([{ field: CREATED_BY, reason: expect.stringMatching(/made in our own name$/) }]);
      expect(await titled(at, `by ${person}`)).toEqual([made.id]);
    }
    const byLogin = done(await make(at, draft("by login", { [CREATED_BY]: { person: "anna.berg@example.com" } })));
    expect([byLogin.problems, byLogin.after?.item.fields[CREATED_BY]]).toEqual([[], expect.objectContaining(at.anna)]);
  });

  it.each([["a hyperlink", {}], ["a field", { intentField: "Custom.SyncKey" }]])("is known for our own by %s after its reply was lost, and is not made again", async (_, options) => {
    const at = await site({}, options);
    const since = await at.connector.now();
    at.server.faults.add({ match: { method: "POST", path: "bypassRules", times: 1 }, effect: { dropAfter: true } });
    const one = draft("lost", { [CREATED_BY]: at.anna });
    expect(await make(at, one)).toMatchObject({ ok: false, kind: "doubtful" });
    const [id] = await titled(at, "lost");
    expect((await at.connector.find("Bug", "DEMO", [{ intent: one.intent, name: "lost", since }])).found.get(one.intent)?.id).toBe(id);
    const theirs = at.server.edit({ action: "create", author: "anna.berg@example.com", type: "Bug", project: "DEMO", fields: { "System.Title": "hers" } }).id;
    expect(await at.connector.ownItems?.({ type: "Bug", project: "DEMO", ids: [id ?? "", theirs] })).toEqual(new Set([id]));
  });

  it("is in doubt where trying it out got no good answer, and nothing was made", async () => {
    const at = await site();
    at.server.faults.add({ match: { method: "POST", path: "validateOnly", times: 1 }, effect: { dropAfter: true } });
    expect(await make(at, draft("tried", { [CREATED_BY]: at.anna }))).toMatchObject({ ok: false, kind: "doubtful" });
    expect(await titled(at, "tried")).toEqual([]);
  });

  it("is not to be had unless the options ask for it, which the field tells; and not without a mark", async () => {
    const field = async (at: Site) => (await at.connector.types("DEMO")).find(({ name }) => name === "Bug")?.fields.find(({ name }) => name === CREATED_BY);
    const at = await site({}, { unsafeBypassRules: false });
    expect(await field(at)).toMatchObject({ onCreate: false, onUpdate: false, unlock: expect.stringContaining("options.unsafeBypassRules") });
    expect(at.connector.capabilities.impersonation).toBeUndefined();
    expect(done(await make(at, draft("asked in vain", { [CREATED_BY]: at.anna }))).problems).toEqual([{ field: CREATED_BY, reason: expect.stringContaining("only be read") }]);
    expect(at.writes().filter((write) => /bypassRules|validateOnly/.test(write))).toEqual([]);
    const on = await site();
    expect(await field(on)).toMatchObject({ onCreate: true, onUpdate: false, required: false });
    expect(on.connector.capabilities.impersonation).toBe(CREATED_BY);
    expect((await on.connector.inspect?.({ type: "Bug", project: "DEMO" }))?.unnameable).toBeUndefined();
    await expect(site({}, { intentLink: false })).rejects.toThrow(/unsafeBypassRules[^]*mark/);
    // Named, but not on this type.
    const without = await site({}, { intentLink: false, intentField: "Custom.Environment" });
    expect((await without.connector.types("DEMO")).filter(({ fields }) => fields.some(({ name, onCreate }) => name === CREATED_BY && onCreate)).map(({ name }) => name)).not.toContain("Task");
  });
});

describe("a server that answers as it likes", () => {
  const ada = { [CREATED_BY]: { person: ADA.id } };
  const markOf = ({ body }: Request): string => (body as readonly { readonly value: { readonly url?: string } }[]).flatMap(({ value }) => value.url ?? [])[0] ?? "";

  /** Answers a create by its query; what was made is shown when it is read. */
  const scripted = async (answer: (request: Request, kind: "tried" | "named" | "plain") => { readonly status?: number; readonly body?: unknown }, fields: Fields = ada) => {
    const world = await startAzure();
    open.push(world);
    let made: object | undefined;
    world.answer((request) => {
      if (request.path.endsWith("/workitemsbatch")) return list((request.body as { readonly ids: readonly number[] }).ids.map((id) => (id === 7 ? (made ?? null) : null)));
      if (!request.path.endsWith("/workitems/$Bug")) return undefined;
      const reply = answer(request, request.query.has("validateOnly") ? "tried" : request.query.has("bypassRules") ? "named" : "plain");
      made ??= reply.status === undefined ? workItem(7, 1, {}, { relations: [{ rel: "Hyperlink", url: markOf(request), attributes: {} }] }) : undefined;
      return reply;
    });
    const connector = await world.open({ unsafeBypassRules: true });
    return { world, connector, create: async (): Promise<WriteResult> => (await connector.create("Bug", PROJECT, [draft("strange", fields)]))[0] as WriteResult, sent: () => world.to("/workitems/$Bug").map(({ query }) => ["validateOnly", "bypassRules"].find((name) => query.has(name)) ?? "plain") };
  };

  it("and makes the item where it is only to be tried out, makes it once", async () => {
    const { create, sent, connector } = await scripted(() => ({ body: workItem(7, 1, { "System.Title": "strange", [CREATED_BY]: ME }) }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [{ field: CREATED_BY, reason: expect.stringContaining("only to try it out") }] });
    expect(sent()).toEqual(["validateOnly"]);
    expect((await connector.inspect?.({ type: "Bug", project: PROJECT }))?.unnameable).toContain("made Bug 7 when it was asked");
  });

  it.each([
    ["that is in no team", [ADA], { person: ME.id }, [], ME],
    ["by its name to sign in with", [ME, ADA], { person: ME.uniqueName }, [], ME],
    ["which is a group", [{ ...ADA, isContainer: true }], { person: ADA.id }, ["Ada Byron is a group: made in our own name"], ME],
  ] as const)("needs no bypassing for an account %s", async (_, members, person, problems, author) => {
    const { create, sent, world } = await scripted(() => ({ body: workItem(7, 1, { "System.Title": "strange", [CREATED_BY]: author }) }), { [CREATED_BY]: { ...person, ...(problems.length === 0 ? {} : { name: ADA.displayName }) } });
    world.answer(({ path }) => (path.endsWith("/members") ? list(members.map((identity) => ({ identity }))) : undefined));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: problems.map((reason) => ({ field: CREATED_BY, reason })) });
    expect(sent()).toEqual(["plain"]);
  });

  it("and tells some number of what was only tried out, makes it all the same", async () => {
    const { create, sent } = await scripted((_, kind) => ({ body: workItem(kind === "tried" ? 1 : 7, 1, { "System.Title": "strange", [CREATED_BY]: ADA }) }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [], demanded: 1 });
    expect(sent()).toEqual(["validateOnly", "bypassRules"]);
  });

  it("and tells no number at all of it, makes it all the same", async () => {
    const { create } = await scripted((_, kind) => ({ body: { ...workItem(7, 1, { "System.Title": "strange", [CREATED_BY]: ADA }), ...(kind === "tried" ? { id: undefined } : {}) } }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [] });
  });

  it("and does not tell what the rules would make of the item, gets it in our own name", async () => {
    const { create, sent } = await scripted((_, kind) => ({ body: workItem(kind === "tried" ? -1 : 7, 1, { "System.Title": "strange", [CREATED_BY]: ME, ...(kind === "tried" ? { "System.State": undefined } : {}) }) }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [{ field: CREATED_BY, reason: expect.stringContaining("does not tell what the rules make") }] });
    expect(sent()).toEqual(["validateOnly", "plain"]);
  });

  it("and leaves the name out without a word, is told of", async () => {
    const { create } = await scripted((_, kind) => ({ body: workItem(kind === "tried" ? -1 : 7, 1, { "System.Title": "strange", [CREATED_BY]: ME }) }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [{ field: CREATED_BY, reason: "left out without a word: the item was made in the name of Sync" }] });
  });

  it("and does not know the person where the rules are bypassed, gets the item in our own name", async () => {
    const { create, sent } = await scripted((_, kind) => (kind === "named" ? refusal(400, "WorkItemFieldInvalidException", "The identity value is unknown.", { customProperties: { ReferenceName: CREATED_BY } }) : { body: workItem(kind === "tried" ? -1 : 7, 1, { "System.Title": "strange", [CREATED_BY]: ME }) }));
    expect(await create()).toMatchObject({ ok: true, id: "7", problems: [{ field: CREATED_BY, reason: "made in our own name: The identity value is unknown." }], demanded: 2 });
    expect(sent()).toEqual(["validateOnly", "bypassRules", "plain"]);
  });

  it("and fails in the middle of it, leaves doubt and no second call", async () => {
    const { create, sent } = await scripted((_, kind) => (kind === "named" ? { status: 500, body: {} } : { body: workItem(-1, 1) }));
    expect(await create()).toMatchObject({ ok: false, kind: "doubtful" });
    expect(sent()).toEqual(["validateOnly", "bypassRules"]);
  });
});
