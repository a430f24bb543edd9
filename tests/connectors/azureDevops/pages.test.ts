// Pages of a server that gives less than asked for, and says in other ways that there is more; people of a Server by their mail.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ADA, type AzureWorld, list, ME, PROJECT, startAzure, workItem } from "./scripted.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

/** One entry a page, whatever was asked for. */
const one = (all: readonly object[], skip: string | null) => list(all.slice(Number(skip ?? 0), Number(skip ?? 0) + 1));

describe("pages shorter than asked for", () => {
  it("of teams and of their members are not the last ones", async () => {
    world.answer(({ path, query }) => (path.endsWith("/teams") ? one(["t1", "t2", "t3"].map((id) => ({ id, name: id })), query.get("$skip")) : path.endsWith("/t3/members") ? one([{ identity: ME }, { identity: ADA }], query.get("$skip")) : path.endsWith("/members") ? list([]) : undefined));
    const connector = await world.open();
    await connector.types(PROJECT);
    expect((await connector.findPeople("Ada Byron")).map(({ id }) => id)).toEqual([ADA.id]);
  });

  it("end where a server knows no pages and says the same again", async () => {
    const connector = await world.open();
    await connector.types(PROJECT);
    expect(await connector.findPeople("nobody")).toEqual([]);
    expect(world.to("/members").length).toBe(2);
  });

  it("of projects go on without a token", async () => {
    world.answer(({ path, query }) => (path.endsWith("/_apis/projects") ? one(["One", "Two", "Three"].map((name) => ({ id: name, name })), query.get("$skip")) : undefined));
    expect((await (await world.open()).projects()).map(({ name }) => name)).toEqual(["One", "Two", "Three"]);
  });

  it.each(["https://azure.example/x?a=1&continuationToken=t%3B2&api-version=7.1", "/x?continuationToken=t%3B2", "x?continuationToken=t%3B2#y"])("go on where only the next address is told: %s", async (address) => {
    const comment = (id: number): object => ({ id, text: `<p>${id}</p>`, createdBy: ADA, createdDate: `2026-03-01T00:00:0${id}Z` });
    const isSecond = (query: URLSearchParams): boolean => query.get("continuationToken") === "t;2";
    world.answer(({ path, query, body }) => {
      if (path.endsWith("/comments")) return { body: { totalCount: 0, comments: [comment(isSecond(query) ? 2 : 1)], ...(isSecond(query) ? {} : { nextPage: address }) } };
      if (path.endsWith("/workitemrevisions")) return { body: { values: [{ id: isSecond(query) ? 2 : 1, rev: 1, fields: {} }], nextLink: address, isLastBatch: isSecond(query) } };
      return path.endsWith("/workitemsbatch") ? list((body as { readonly ids: readonly number[] }).ids.map((id) => workItem(id, 1))) : undefined;
    });
    const connector = await world.open();
    expect((await connector.comments?.read({ type: "Bug", project: PROJECT, ids: ["1"] }))?.get("1")?.map(({ id }) => id)).toEqual(["1", "2"]);
    const found: string[] = [];
    for await (const page of connector.changes({ type: "Bug", project: PROJECT, fields: ["System.Title"], since: "2026-03-01T00:00:00.000Z" })) found.push(...page.items.map(({ id }) => id));
    expect(found).toEqual(["1", "2"]);
  });
});

describe("people of a Server", () => {
  const login = "ACME\\ada";
  const server = (directory: object | number): void => {
    world.answer(({ path }) => (path.endsWith("/connectionData") ? { body: { authenticatedUser: { id: ME.id, providerDisplayName: "Sync" }, deploymentType: "onPremises" } } : undefined));
    world.answer(({ path }) => (path.endsWith("/members") ? list([{ identity: { ...ADA, uniqueName: login } }]) : undefined));
    world.answer(({ path, query }) => (path.endsWith("/identities") && query.has("identityIds") ? (typeof directory === "number" ? { status: directory, body: {} } : list([null, directory].filter((entry) => entry !== undefined))) : undefined));
  };

  it.each<readonly [string, object | number, string | undefined]>([
    ["have the mail that the directory tells", { id: ADA.id, providerDisplayName: "Ada Byron", properties: { Mail: { $type: "System.String", $value: "ada@acme.example" } } }, "ada@acme.example"],
    ["have none where it is closed to us", 403, undefined],
    ["have none where it does not know them", { id: "other", properties: {} }, undefined],
  ])("%s", async (_what, directory, email) => {
    server(directory);
    const connector = await world.open();
    await connector.types(PROJECT);
    const [person] = await connector.findPeople(login);
    expect([person?.id, person?.login, person?.email]).toEqual([ADA.id, login, email]);
    expect(world.to("/identities").filter(({ query }) => query.has("identityIds")).map(({ query }) => query.get("identityIds"))).toEqual([ADA.id]);
  });
});
