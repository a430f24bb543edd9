// What Azure DevOps's sheet warns of when signing in, learning a project and reading, on a scripted server.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { dayIn, startOfDay } from "../../../lib/connectors/azureDevops/days.ts";
import { AccessError, ConfigError, RemoteError } from "../../../lib/core/errors.ts";
import type { Item } from "../../../lib/core/types.ts";
import { ADA, type AzureWorld, list, ME, PROJECT, refusal, RELEASE_1, SPRINT_1, startAzure, WEB, workItem } from "./scripted.ts";
import { failure } from "../../support/failure.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

const readAll = async (connector: Connector, more: { readonly since?: string; readonly filter?: string; readonly fields?: readonly string[]; readonly pageSize?: number } = {}): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const page of connector.changes({ type: "Bug", project: PROJECT, fields: ["System.Title"], ...more })) all.push(...page.items);
  return all;
};

const idsAsked = (body: unknown): readonly number[] => (body as { readonly ids: readonly number[] }).ids;

/** Answers a batch read with the items asked for, those it has. */
const holding = (...items: readonly object[]): void =>
  world.answer(({ path, body }) => (path.endsWith("/workitemsbatch") ? list(idsAsked(body).map((id) => items.find((item) => (item as { readonly id: number }).id === id) ?? null)) : undefined));

const query = (request: { readonly body: unknown }): string => (request.body as { readonly query: string }).query;

describe("the sign-in trap", () => {
  const PAGE = "<html>Azure DevOps Services | Sign In</html>";
  it.each<[string, { status: number; headers: Record<string, string>; body: string }]>([
    ["203 with a page", { status: 203, headers: { "content-type": "text/html; charset=utf-8" }, body: PAGE }],
    ["203 that looks like JSON", { status: 203, headers: {}, body: "{}" }],
    ["302 to the sign-in page", { status: 302, headers: { location: "https://elsewhere.example/_signin?realm=x" }, body: "" }],
    ["200 with a page", { status: 200, headers: { "content-type": "text/html" }, body: PAGE }],
    ["401", { status: 401, headers: {}, body: '{"message":"TF400813: The user \'x\' is not authorized to access this resource."}' }],
  ])("is a matter of access: %s", async (_title, answer) => {
    world.answer(() => ({ ...answer, headers: { ...answer.headers, "x-tfs-serviceerror": "TF400813%3a+The+token+has+expired" } }));
    const error = await failure((await world.open()).account());
    expect(error).toBeInstanceOf(AccessError);
    expect(error.message).toContain("TF400813: The token has expired");
    expect(error.advice).toContain("personal access token");
    expect(world.asked).toHaveLength(1);
  });

  it("is seen in the middle of a run too, at a write and in a file", async () => {
    const connector = await world.open();
    await connector.types(PROJECT);
    world.answer(() => ({ status: 203, headers: { "content-type": "text/html" }, body: PAGE }));
    const draft = { intent: "i", fields: { "System.Title": "x" } };
    expect(await failure(connector.create("Bug", PROJECT, [draft]))).toBeInstanceOf(AccessError);
    expect(await failure(connector.create("Bug", PROJECT, [draft, draft]))).toBeInstanceOf(AccessError);
    expect(await failure(connector.attachments?.open("Bug", PROJECT, "1", { id: "g", name: "a.txt", size: 1, createdAt: "" }) ?? Promise.resolve())).toBeInstanceOf(AccessError);
  });

  it.each<[string, Record<string, string>, string]>([
    ["an Entra token as a bearer", { token: "eyJhbGciOi.eyJhdWQi-_.sig_1" }, "Bearer eyJhbGciOi.eyJhdWQi-_.sig_1"],
    ["a personal access token that begins like one as a password", { token: "eyJabc" }, `Basic ${Buffer.from(":eyJabc").toString("base64")}`],
    ["an account of a Server with its password", { user: "CORP\\sync", password: "ä:b" }, `Basic ${Buffer.from("CORP\\sync:ä:b").toString("base64")}`],
  ])("shows %s", async (_title, credentials, login) => {
    await (await world.open({}, {}, credentials)).account();
    expect(world.asked[0]?.headers["authorization"]).toBe(login);
  });

  it.each<[string, Record<string, string>, string | undefined, readonly string[]]>([
    ["a token", { token: "pat" }, undefined, ["the personal access token is missing"]],
    ["a token, where Windows logins alone are offered", { token: "pat" }, "Negotiate, NTLM", ["NTLM, Kerberos", "the personal access token is missing"]],
    ["a password, where Windows logins alone are offered", { user: "CORP\\sync", password: "geheim-7" }, "NTLM", ["NTLM, Kerberos", "make a personal access token of the account"]],
    ["a password that is wrong", { user: "CORP\\sync", password: "geheim-7" }, 'Basic realm="x", NTLM', ["make a personal access token of the account"]],
  ])("says what to do where %s is refused", async (_title, credentials, offered, advice) => {
    world.answer(() => ({ status: 401, headers: offered === undefined ? {} : { "www-authenticate": offered }, body: "" }));
    const error = await failure((await world.open({}, {}, credentials)).account());
    for (const words of advice) expect(error.advice).toContain(words);
    expect(error.advice?.includes("NTLM")).toBe(advice.includes("NTLM, Kerberos"));
  });

  it("says what credentials it takes", async () => {
    await expect(world.open({}, {}, { user: "sync" })).rejects.toThrow("no usable credentials");
  });

  it("asks for a clean refusal and sends the token without a user", async () => {
    await (await world.open()).account();
    expect(world.asked[0]?.headers).toMatchObject({ authorization: `Basic ${Buffer.from(":pat").toString("base64")}`, "x-tfs-fedauthredirect": "Suppress" });
  });

  it("does not take what everybody may see for the truth", async () => {
    world.answer(({ path }) => (path.endsWith("/connectionData") ? { body: { authenticatedUser: { id: "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", providerDisplayName: "Anonymous" } } } : undefined));
    expect(await failure((await world.open()).account())).toBeInstanceOf(AccessError);
  });

  it("wants a token before anything is sent", async () => {
    const { openConnector } = await import("../../../lib/connectors/registry.ts");
    expect(await failure(openConnector({ name: "azure", system: "azureDevops", url: world.url, credentials: {}, scope: {}, options: {}, network: {} }))).toBeInstanceOf(AccessError);
  });
});

describe("the session", () => {
  it("says who we are and speaks the highest version both know", async () => {
    const connector = await world.open();
    expect(await connector.account()).toEqual({ id: ME.id, name: "Sync" });
    await connector.projects();
    expect(world.to("/_apis/projects")[0]?.query.get("api-version")).toBe("7.1");
  });

  it.each<[string, string, string, string]>([
    ["a Server of 2020", "6.0", "6.0", "6.0-preview.3"],
    ["a Server of 2019 Update 1", "5.1", "5.1", "5.1-preview.3"],
    ["Services with a newer one", "7.2", "7.1", "7.1-preview.4"],
  ])("speaks to %s as it can", async (_title, most, api, comments) => {
    world.answer(({ method }) => (method === "OPTIONS" ? list([{ id: "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", releasedVersion: most, maxVersion: most, resourceVersion: 3 }, { id: "608aac0a-32e1-4493-a863-b9cf4566d257", releasedVersion: "0.0", maxVersion: most, resourceVersion: most === "7.2" ? 4 : 3 }]) : undefined));
    world.answer(({ path }) => (path.endsWith("/comments") ? { body: { totalCount: 0, comments: [] } } : undefined));
    await (await world.open()).comments?.read({ type: "Bug", project: PROJECT, ids: ["1"] });
    expect(world.to("/_apis/projects")[0]?.query.get("api-version")).toBe(api);
    expect(world.to("/comments")[0]?.query.get("api-version")).toBe(comments);
  });

  it("takes the collection from the address, or from beside it", async () => {
    const { openConnector } = await import("../../../lib/connectors/registry.ts");
    const connector = await openConnector({ name: "azure", system: "azureDevops", url: world.url.replace("/Default", "/"), credentials: { token: "pat" }, scope: { collection: "Default" }, options: {}, network: { proxy: "none" } });
    expect((await connector.account()).id).toBe(ME.id);
    await connector.close();
  });

  it("keeps a pause asked for with a good answer", async () => {
    const slept: number[] = [];
    const { createAzureDevops } = await import("../../../lib/connectors/azureDevops/index.ts");
    const { createHttp } = await import("../../../lib/connectors/http.ts");
    const settings = { name: "azure", system: "azureDevops", url: world.url, credentials: { token: "pat" }, scope: {}, options: {}, network: { proxy: "none", maxWaitSeconds: 60 } };
    const connector = createAzureDevops(settings, createHttp(settings), async (ms) => void slept.push(ms));
    world.answer(({ path }) => (path.endsWith("/connectionData") ? { headers: { "retry-after": "30", "x-ratelimit-remaining": "0" }, body: { authenticatedUser: { id: ME.id } } } : undefined));
    await connector.account();
    expect(slept[0]).toBeGreaterThan(29_000);
    world.answer(({ path }) => (path.endsWith("/projects") ? { headers: { "retry-after": "600" }, body: { value: [] } } : undefined));
    await connector.projects();
    expect((await failure(connector.types(PROJECT))).name).toBe("BusyError");
    await connector.close();
  });

  it("pages projects by the token of the answer's header", async () => {
    world.answer(({ path, query: asked }) => {
      if (!path.endsWith("/_apis/projects")) return undefined;
      return asked.get("continuationToken") === "100" ? list([{ id: "2", name: "Two" }]) : { headers: { "x-ms-continuationtoken": "100" }, body: { value: [{ id: "1", name: "One" }] } };
    });
    expect((await (await world.open()).projects()).map(({ id }) => id)).toEqual(["One", "Two"]);
  });

  it("says what to do about a project that is not there, and about wrong options, all at once", async () => {
    world.answer(({ path }) => (path.endsWith("/projects/Nope") ? refusal(404, "ProjectDoesNotExistWithNameException", "TF200016: The following project does not exist: Nope.") : undefined));
    expect(await failure((await world.open()).types("Nope"))).toBeInstanceOf(AccessError);
    const error = await failure(world.open({ intentField: "not a name", zone: "Mars/Olympus", releaseLevels: -1, sprintNames: "Sprint *", bulkSize: 0 }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toHaveLength(5);
    expect(await failure(world.open({ releaseLevels: { DEMO: "none" } }))).toBeInstanceOf(ConfigError);
    expect(await failure(world.open({ apiVersion: "seven" }))).toBeInstanceOf(ConfigError);
    await world.open({ apiVersion: 7 });
    expect(await failure((await world.open({ intentField: "Custom.Nope" })).types(PROJECT))).toBeInstanceOf(ConfigError);
  });
});

describe("types and fields", () => {
  it("are put together from the type, the collection and the kinds of links", async () => {
    const types = await (await world.open({ intentField: "Custom.TandemId" })).types(PROJECT);
    const field = (name: string) => types.find((type) => type.name === "Bug")?.fields.find((one) => one.name === name);
    expect(types.map(({ name }) => name)).toEqual(["Bug", "release", "sprint", "area"]);
    expect(field("System.Title")).toMatchObject({ kind: "string", required: true, maxLength: 255 });
    expect(field("System.State")).toMatchObject({ kind: "choice", required: false, choices: [{ name: "New" }, { name: "Active" }, { name: "Resolved" }, { name: "Closed" }] });
    expect(field("Microsoft.VSTS.Common.Priority")).toMatchObject({ kind: "choice" });
    expect(field("System.AssignedTo")).toMatchObject({ kind: "person" });
    expect(field("System.Tags")).toMatchObject({ kind: "string", multiple: true });
    expect(field("Microsoft.VSTS.Scheduling.TargetDate")).toMatchObject({ kind: "date" });
    expect(field("Microsoft.VSTS.TCM.Steps")).toMatchObject({ kind: "string" });
    expect(field("System.IterationPath")).toMatchObject({ kind: "reference", refersTo: ["sprint", "release"] });
    expect(field("System.LinkTypes.Hierarchy-Reverse")).toMatchObject({ kind: "reference", multiple: false });
    expect(field("System.LinkTypes.Hierarchy-Forward")).toMatchObject({ multiple: true });
    for (const name of ["System.WorkItemType", "System.CreatedDate", "Custom.TandemId"]) expect(field(name)).toMatchObject({ onCreate: false, onUpdate: false });
    expect(field("System.History")).toBeUndefined();
  });

  it("learns only what one type needs, once", async () => {
    holding();
    const connector = await world.open();
    await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["System.Title"] });
    const before = connector.calls();
    await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["System.Title"] });
    expect(connector.calls() - before).toBe(1);
  });
});

describe("reading", () => {
  it("tells null entries, other types, other projects and nonsense ids from items", async () => {
    holding(workItem(1, 3), workItem(2, 1, { "System.WorkItemType": "Task" }), workItem(3, 1, { "System.TeamProject": "Other" }));
    const items = await (await world.open()).get({ type: "Bug", project: PROJECT, ids: ["1", "2", "3", "4", "0", "../x"], fields: ["System.Title"] });
    expect(items.map(({ id, version, changedAt, createdAt }) => [id, version, changedAt, createdAt])).toEqual([["1", "3", "2026-03-02T10:00:00.000Z", "2026-03-01T09:15:26.230Z"]]);
    expect(world.to("/workitemsbatch")[0]?.body).toMatchObject({ ids: [1, 2, 3, 4], errorPolicy: "omit" });
    expect(items[0]?.url).toBe(`${world.url}/Acme%20Shop/_workitems/edit/1`);
  });

  it("gives every kind of value in the normal form, identities in both shapes", async () => {
    const fields = { "System.AssignedTo": ADA, "System.Tags": "red; Blue", "System.IterationPath": `${PROJECT}\\Release 1\\Sprint 1`, "System.AreaPath": PROJECT, "Microsoft.VSTS.Common.Priority": 2, "Microsoft.VSTS.Scheduling.Effort": 2.5, "Microsoft.VSTS.Scheduling.TargetDate": "2026-03-28T23:00:00Z", "System.Description": "<div>One <b>word</b></div>", "Custom.Color": "Red" };
    const parent = { rel: "System.LinkTypes.Hierarchy-Reverse", url: `${world.url}/${PROJECT}/_apis/wit/workItems/7`, attributes: { isLocked: false, name: "Parent" } };
    holding(workItem(1, 3, fields, { relations: [parent, { rel: "Hyperlink", url: "https://example.com/a", attributes: { id: 9 } }, { rel: "Hyperlink", url: "https://tandem.invalid/intent/u-1", attributes: { id: 10 } }] }), workItem(2, 1, { "System.AssignedTo": "Ada Byron <ada@acme.example>" }));
    const names = [...Object.keys(fields), "System.LinkTypes.Hierarchy-Reverse", "Hyperlink"];
    const [item, old] = await (await world.open({ zone: "Europe/Berlin" })).get({ type: "Bug", project: PROJECT, ids: ["1", "2"], fields: names });
    expect(item?.fields).toMatchObject({
      "System.AssignedTo": { person: ADA.id, name: "Ada Byron", login: "ada@acme.example" },
      "System.Tags": ["Blue", "red"],
      "System.IterationPath": { ref: SPRINT_1, type: "sprint", name: "Sprint 1" },
      "System.AreaPath": null,
      "Microsoft.VSTS.Common.Priority": { choice: "2" },
      "Microsoft.VSTS.Scheduling.Effort": 2.5,
      "Microsoft.VSTS.Scheduling.TargetDate": "2026-03-29",
      "System.Description": "<p>One <b>word</b></p>",
      "Custom.Color": { choice: "Red" },
      "System.LinkTypes.Hierarchy-Reverse": { ref: "7" },
      Hyperlink: ["https://example.com/a"],
    });
    expect(item?.intent).toBe("u-1");
    expect(old?.fields["System.AssignedTo"]).toMatchObject({ person: ADA.id });
    expect(world.to("/workitemsbatch")[0]?.body).toMatchObject({ $expand: "relations" });
    expect(world.to("/workitemsbatch")[0]?.body).not.toHaveProperty("fields");
  });

  it("takes a field set to Markdown for what it is, and writes it so", async () => {
    const shown = workItem(1, 3, { "System.Description": "One **word**" }, { multilineFieldsFormat: { "System.Description": "markdown" } });
    holding(shown);
    const connector = await world.open();
    const [before] = await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["System.Description"] });
    expect(before?.fields["System.Description"]).toBe("<p>One <b>word</b></p>");
    world.answer(({ method }) => (method === "PATCH" ? { body: shown } : undefined));
    if (before !== undefined) await connector.update("Bug", PROJECT, [{ id: "1", fields: { "System.Description": "<p>Two <b>words</b></p>" }, before }]);
    expect(world.to("/workitems/1", "PATCH")[0]?.body).toContainEqual({ op: "add", path: "/fields/System.Description", value: "Two **words**" });
  });

  it("reads items whole where only those tell the form of their texts, and finds that out once", async () => {
    const forms = { multilineFieldsFormat: { "System.Description": "markdown" } };
    const asked = (): readonly object[] => world.to("/workitemsbatch").map(({ body }) => body as object);
    const reading = async (told: boolean): Promise<readonly unknown[]> => {
      world.answer(({ path, body }) => {
        if (!path.endsWith("/workitemsbatch")) return undefined;
        const { ids, fields } = body as { readonly ids: readonly number[]; readonly fields?: readonly string[] };
        return list(ids.map((id) => workItem(id, 3, id === 1 ? {} : { "System.Description": "One **word**" }, fields === undefined && told ? forms : {})));
      });
      const connector = await world.open();
      const texts: unknown[] = [];
      for (const id of ["1", "2", "3"]) texts.push((await connector.get({ type: "Bug", project: PROJECT, ids: [id], fields: ["System.Description"] }))[0]?.fields["System.Description"] ?? null);
      return texts;
    };
    expect(await reading(true)).toEqual([null, "<p>One <b>word</b></p>", "<p>One <b>word</b></p>"]);
    expect(asked().map((body) => "fields" in body)).toEqual([true, true, false, false, false]);
    const before = asked().length;
    expect(await reading(false)).toEqual([null, "<p>One **word**</p>", "<p>One **word**</p>"]);
    expect(asked().slice(before).map((body) => "fields" in body)).toEqual([true, true, false, true]);
  });

  it("names a field that is not there before anything is read", async () => {
    expect((await failure((await world.open()).get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["Nope.Field"] }))).advice).toContain("reference names");
  });
});

describe("changes", () => {
  const SINCE = "2026-03-02T09:00:00.000Z";

  const feeds = (revisions: readonly (readonly number[])[], links: readonly (readonly [number, number])[] = []): void =>
    world.answer(({ path, query: asked }) => {
      if (path.endsWith("/workitemlinks")) return { body: { values: links.map(([sourceId, targetId]) => ({ rel: "System.LinkTypes.Hierarchy", sourceId, targetId, isActive: true })), isLastBatch: true, continuationToken: "9" } };
      if (!path.endsWith("/workitemrevisions")) return undefined;
      const page = Number(asked.get("continuationToken")?.split(";")[0] ?? "0");
      return { body: { values: (revisions[page] ?? []).map((id) => ({ id, rev: 2, fields: {} })), continuationToken: `${page + 1};x y&z`, isLastBatch: page >= revisions.length - 1 } };
    });

  it("come from the feed of revisions to its last batch, each item read once", async () => {
    feeds([[1, 2], [2, 3], []]);
    holding(workItem(1, 2, { "System.ChangedDate": "2026-03-02T11:00:00.5Z" }), workItem(2, 3), workItem(3, 2));
    const items = await readAll(await world.open(), { since: SINCE });
    expect(items.map(({ id }) => id)).toEqual(["2", "3", "1"]);
    const [first, second, third, ...none] = world.to("/workitemrevisions");
    expect(none).toEqual([]);
    expect(Object.fromEntries(first?.query ?? [])).toMatchObject({ startDateTime: SINCE, types: "Bug", includeLatestOnly: "true" });
    expect(second?.query.get("startDateTime")).toBeNull();
    expect([second?.query.get("continuationToken"), third?.query.get("continuationToken")]).toEqual(["1;x y&z", "2;x y&z"]);
    expect(world.to("/workitemsbatch").map(({ body }) => idsAsked(body))).toEqual([[1, 2, 3]]);
    expect(world.to("/workitemlinks")).toEqual([]);
  });

  it("of links alone are seen at both ends, because they move no revision", async () => {
    feeds([[]], [[7, 1]]);
    holding(workItem(1, 2), workItem(7, 1, { "System.WorkItemType": "Task" }));
    const items = await readAll(await world.open(), { since: SINCE, fields: ["System.Title", "System.LinkTypes.Hierarchy-Reverse"] });
    expect(items.map(({ id }) => id)).toEqual(["1"]);
  });

  it("cost one call when there are none", async () => {
    feeds([[]]);
    const connector = await world.open();
    await readAll(connector, { since: SINCE });
    const before = connector.calls();
    await readAll(connector, { since: SINCE });
    expect(connector.calls() - before).toBe(1);
  });

  it("are sifted by a clause, in the words of the query language", async () => {
    feeds([[1, 2, 3]]);
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [{ id: 2 }] } } : undefined));
    holding(workItem(2, 2));
    expect((await readAll(await world.open(), { since: SINCE, filter: "[System.Tags] CONTAINS 'x' OR [System.Id] = 3" })).map(({ id }) => id)).toEqual(["2"]);
    const [asked] = world.to("/wiql");
    expect(query(asked ?? { body: {} })).toBe("SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (1, 2, 3) AND [System.TeamProject] = 'Acme Shop' AND [System.WorkItemType] = 'Bug' AND ([System.Tags] CONTAINS 'x' OR [System.Id] = 3) ORDER BY [System.Id]");
    expect(asked?.query.get("timePrecision")).toBe("true");
  });

  it("are sifted by a saved query, found by its name in its folder", async () => {
    const wiql = "select [System.Id] from WorkItems where [System.TeamProject] = @project and [System.Title] <> 'order by where' and [A.Where] = 1 order by [System.ChangedDate] desc";
    world.answer(({ path }) => (path.endsWith("/queries") ? list([{ id: "f", name: "Shared Queries", isFolder: true, hasChildren: true, children: [{ id: "q", name: "Open Bugs", path: "Shared Queries/Open Bugs", wiql }] }]) : undefined));
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [] } } : undefined));
    await readAll(await world.open(), { filter: "Shared Queries/open bugs" });
    expect(query(world.to("/wiql")[0] ?? { body: {} })).toContain("AND ([System.TeamProject] = @project and [System.Title] <> 'order by where' and [A.Where] = 1) ORDER BY [System.ChangedDate], [System.Id]");
    expect((await failure(readAll(await world.open(), { filter: "Nope" }))).message).toContain("no saved query");
  });

  it("of everything are asked for by id, in windows where there are too many", async () => {
    const held = Array.from({ length: 60 }, (_, n) => (n + 1) * 40_000);
    world.answer(({ path, body }) => {
      if (!path.endsWith("/wiql")) return undefined;
      const [, from] = /\[System.Id\] > (\d+)/.exec(query({ body })) ?? [];
      const [, upTo] = /\[System.Id\] <= (\d+)/.exec(query({ body })) ?? [];
      const found = held.filter((id) => id > Number(from) && id <= Number(upTo ?? Number.POSITIVE_INFINITY));
      // A server whose limit is 10.
      return found.length > 10 ? refusal(400, "WorkItemTrackingQueryResultSizeLimitExceededException", "VS402337: The number of work items returned exceeds the size limit.") : { body: { workItems: found.map((id) => ({ id })) } };
    });
    world.answer(({ path }) => (path.endsWith("/workitemsbatch") ? list([]) : undefined));
    const ids: string[] = [];
    for await (const page of (await world.open()).list({ type: "Bug", project: PROJECT })) ids.push(...page.map(({ id }) => id));
    expect(ids).toEqual(held.map(String));
    expect(world.to("/wiql").length).toBeLessThan(30);
  });

  it("a query that is refused says what was asked", async () => {
    world.answer(({ path }) => (path.endsWith("/wiql") ? refusal(400, "SyntaxException", "TF51005: The query references a field that does not exist. The error is caused by «[Nope]».") : undefined));
    const error = await failure(readAll(await world.open(), { filter: "[Nope] = 1" }));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.message).toContain("TF51005");
    expect(error.advice).toContain("filter");
  });
});

describe("people", () => {
  it("are the members of the teams in use, and whoever an item named", async () => {
    const gone = { id: "0b000000-0000-6000-8000-000000000009", displayName: "Gone Person", uniqueName: "gone@acme.example" };
    holding(workItem(1, 1, { "System.AssignedTo": gone }));
    const connector = await world.open();
    await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["System.AssignedTo"] });
    expect((await connector.findPeople("ada@ACME.example")).map(({ id, name }) => [id, name])).toEqual([[ADA.id, "Ada Byron"]]);
    expect((await connector.findPeople("Gone Person")).map(({ id }) => id)).toEqual([gone.id]);
    expect(await connector.findPeople("nobody")).toEqual([]);
    expect(world.to("/teams").every(({ path }) => path.includes(PROJECT))).toBe(true);
  });
});

describe("people of a Server", () => {
  it("are looked for in its directory too, by what exactly they are called", async () => {
    const entry = (id: string, name: string, account: string, mail: string): object => ({ id, providerDisplayName: name, isActive: true, properties: { Account: { $value: account }, Domain: { $value: "CORP" }, Mail: { $value: mail } } });
    world.answer(({ path }) => (path.endsWith("/connectionData") ? { body: { authenticatedUser: { id: ME.id, providerDisplayName: "Sync" }, deploymentType: "onPremises" } } : undefined));
    world.answer(({ path }) => (path.endsWith("/identities") ? list([entry("d1", "Bo Chen", "bchen", "bo@corp.example"), entry("d2", "Bo Chenson", "bchenson", "bo2@corp.example")]) : undefined));
    const connector = await world.open();
    await connector.types(PROJECT);
    expect(await connector.findPeople("bo chen")).toMatchObject([{ id: "d1", login: "CORP\\bchen", email: "bo@corp.example" }]);
    expect(world.to("/identities")[0]?.query.get("filterValue")).toBe("bo chen");
  });
});

describe("a day", () => {
  it.each([
    ["UTC", "2026-03-29", "2026-03-29T00:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"],
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"],
  ])("of %s, %s, begins at its first instant and is read as itself", (zone, day, instant) => {
    expect(startOfDay(zone, day)).toBe(instant);
    expect(dayIn(zone, instant)).toBe(day);
  });
});

describe("areas and iterations", () => {
  it("are known by their identifier; their path drops its second segment whatever its word", async () => {
    const connector = await world.open();
    const of = async (type: string) => connector.get({ type, project: PROJECT, ids: [RELEASE_1, SPRINT_1, WEB], fields: [] });
    expect((await of("release")).map(({ id, name, fields }) => [id, name, fields["path"], fields["parent"]])).toEqual([[RELEASE_1, "Release 1", `${PROJECT}\\Release 1`, null]]);
    expect((await of("sprint"))[0]?.fields).toEqual({ name: "Sprint 1", start_date: "2026-03-02", end_date: "2026-03-13", parent: { ref: RELEASE_1, type: "release", name: "Release 1" }, path: `${PROJECT}\\Release 1\\Sprint 1` });
    expect((await of("area"))[0]?.fields).toEqual({ name: "Web", parent: null, path: `${PROJECT}\\Web` });
  });
});
