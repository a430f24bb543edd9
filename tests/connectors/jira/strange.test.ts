// Servers that keep to Jira's document and are not like ours: they keep no properties, know no numbers for dates, name no zone, close
// sprints out of order, cut their logs.

import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import type { Fields } from "../../../lib/core/types.ts";
import type { Given } from "../answers.ts";
import { type Answer, type Flavour, issue, jira } from "./byHand.ts";

const FLAVOURS: readonly Flavour[] = ["cloud", "dataCenter"];
const INTENTS = ["1", "2"].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const named = (id: number, summary: string, properties?: unknown) => ({ ...issue(id), fields: { ...issue(id).fields, summary }, ...(properties === undefined ? {} : { properties }) });

describe.each(FLAVOURS)("an issue of ours without the mark of its create (%s)", (flavour) => {
  const looking = (there: readonly ReturnType<typeof named>[], properties: Given | undefined): Answer => (path, _request, json) => {
    const jql = String(json["jql"]);
    if (/^search/.test(path)) return { body: { issues: jql.includes(`project = "DEMO" AND creator = currentUser()`) ? there : jql.includes("ORDER BY key DESC") ? [issue(9)] : [], total: there.length, isLast: true } };
    if (path === "issue/bulkfetch") return { body: { issues: [] } };
    if (/^issue\/\d+\/properties$/.test(path)) return properties;
    const single = there.find(({ id }) => path === `issue/${id}`);
    return single === undefined ? undefined : { body: single };
  };
  const found = async (there: readonly ReturnType<typeof named>[], properties: Given | undefined, names = ["Lost"]) => {
    const { connector } = jira(flavour, looking(there, properties));
    const result = await connector.find("Story", "DEMO", names.map((name, index) => ({ intent: INTENTS[index] ?? "", name, since: "2026-03-01T09:00:00.000Z" })));
    return INTENTS.slice(0, names.length).map((intent) => result.found.get(intent)?.id ?? (result.undecided.has(intent) ? "undecided" : "absent"));
  };

  it("is the one sought where the server keeps no properties", async () => {
    expect(await found([named(7, "Lost ")], undefined)).toEqual(["7"]);
    expect(await found([named(7, "Lost"), named(8, "Lost")], undefined, ["Lost", "Lost"])).toEqual(["7", "8"]);
  });

  it.each<[string, readonly ReturnType<typeof named>[], Given | undefined]>([
    ["may be anybody's where properties are kept", [named(7, "Lost")], { body: { keys: [] } }],
    ["may be either of two", [named(7, "Lost"), named(8, "Lost")], undefined],
  ])("%s: nothing is made a second time", async (_title, there, properties) => {
    expect(await found(there, properties)).toEqual(["undecided"]);
  });

  it("is nobody's under another name, and a mark of another create says so", async () => {
    expect(await found([named(7, "Other")], undefined)).toEqual(["absent"]);
    expect(await found([named(7, "Lost", { "tandem-intent": { intent: "another" } })], undefined)).toEqual(["absent"]);
  });
});

describe.each(FLAVOURS)("dates in a question (%s)", (flavour) => {
  const since = "2026-03-01T11:30:00.000Z";
  const boundOf = async (probe: Given | undefined, timeZone: string | null): Promise<string> => {
    const { connector, asked } = jira(flavour, (path) => {
      if (path === "probe") return probe;
      if (path === "myself") return { body: { accountId: "me", key: "me", name: "me", displayName: "Me", ...(timeZone === null ? {} : { timeZone }) } };
      return /^search/.test(path) ? { body: { issues: [], total: 0, isLast: true } } : undefined;
    });
    for await (const _page of connector.changes({ type: "Story", project: "DEMO", fields: ["summary"], since })) throw new Error("nothing was to come");
    const jql = asked.map(({ json }) => String((json as Readonly<Record<string, unknown>> | undefined)?.["jql"])).findLast((text) => text.includes("issuetype"));
    return /updated >= ("[^"]+"|\d+)/.exec(jql ?? "")?.[1] ?? "";
  };
  const NOTHING: Given = { body: { issues: [], total: 0, isLast: true } };

  it("are numbers only where a number was seen to find something", async () => {
    expect(await boundOf(undefined, "UTC")).toBe(String(Date.parse(since)));
    expect(await boundOf(NOTHING, "UTC")).toBe('"2026-03-01 11:30"');
    expect(await boundOf({ status: 400, body: { errorMessages: ["no date"], warningMessages: [] } }, "UTC")).toBe('"2026-03-01 11:30"');
  });

  it.each<[string, string | null, string]>([
    ["is that of the profile", "America/New_York", '"2026-03-01 06:30"'],
    ["may be told as a distance", "GMT+02:00", '"2026-03-01 13:30"'],
    ["that is not told is behind all others, so that nothing is missed", null, '"2026-02-28 23:30"'],
    ["that nobody knows is too", "Atlantis/City", '"2026-02-28 23:30"'],
  ])("in texts: the zone %s", async (_title, zone, bound) => {
    expect(await boundOf(NOTHING, zone)).toBe(bound);
  });

  it.each<[string, Given | undefined, string]>([
    ["by number", undefined, String(Date.parse(since))],
    ["in texts where it shows none by number", NOTHING, '"2026-03-01 11:30"'],
  ])("are asked for anew when a site without any issue has shown one, and then %s", async (_title, later, bound) => {
    let [probes, me, isEmpty] = [0, 0, true];
    const { connector, asked } = jira(flavour, (path) => {
      if (path === "probe") return probes++ === 0 ? NOTHING : later;
      if (path === "myself") me++;
      return /^search/.test(path) ? (isEmpty ? NOTHING : { body: { issues: [issue(7)], total: 1, isLast: true } }) : path === "issue/bulkfetch" ? { body: { issues: [issue(7)] } } : undefined;
    });
    const read = async (): Promise<string> => {
      for await (const _page of connector.changes({ type: "Story", project: "DEMO", fields: ["summary"], since }));
      const jql = asked.map(({ json }) => String((json as Readonly<Record<string, unknown>> | undefined)?.["jql"])).findLast((text) => text.includes("issuetype"));
      return /updated >= ("[^"]+"|\d+)/.exec(jql ?? "")?.[1] ?? "";
    };
    expect([await read(), await read(), probes, me]).toEqual(['"2026-03-01 11:30"', '"2026-03-01 11:30"', 1, 1]);
    isEmpty = false;
    expect([await read(), probes]).toEqual(['"2026-03-01 11:30"', 1]);
    expect([await read(), probes]).toEqual([bound, 2]);
    expect([await read(), probes]).toEqual([bound, 2]);
  });

  it("do not hand on a zone that nobody else knows", async () => {
    const { connector } = jira(flavour, (path) => (path === "myself" ? { body: { accountId: "me", key: "me", displayName: "Me", timeZone: "Atlantis/City" } } : undefined));
    expect(await connector.account()).not.toHaveProperty("zone");
  });
});

describe("a person of Cloud whose address is hidden", () => {
  const people = (address: string, name = "Jo Smith") => jira("cloud", (path, request) => {
    const query = String(request.query?.["query"]).toLowerCase();
    const fits = address.startsWith(query) || [name, ...name.split(" ")].some((word) => word.toLowerCase().startsWith(query));
    return path === "user/search" ? { body: fits ? [{ accountId: "5b1", displayName: name, active: true, accountType: "atlassian" }] : [] } : undefined;
  }).connector;

  it("is found by the whole address", async () => {
    expect((await people("jo@acme.com").findPeople("Jo@acme.com")).map(({ id }) => id)).toEqual(["5b1"]);
  });

  it.each([
    ["jo@acme.com.au", "jo@acme.com"],
    ["jo@acme.com", "jo@acme.co"],
    ["jo@acme.info", "jo@acme.in"],
  ])("is not taken for somebody else: of %s nobody is %s", async (address, sought) => {
    expect(await people(address).findPeople(sought)).toEqual([]);
  });

  it("is not taken for whom a name begins like", async () => {
    expect(await people("other@acme.com", "jo@acme.com (left)").findPeople("jo@acme.com")).toEqual([]);
  });
});

describe("the sprint of an issue", () => {
  const FIELD = "customfield_7";
  const SCHEMA = { type: "array", items: "string", custom: "com.pyxis.greenhopper.jira:gh-sprint" };
  const sprintOf = async (flavour: Flavour, value: unknown, sprints: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const shown = { ...issue(1), fields: { ...issue(1).fields, [FIELD]: value } };
    const { connector } = jira(flavour, (path) => {
      if (path === "field") return { body: [{ id: FIELD, name: "Sprint", custom: true, schema: SCHEMA }] };
      const sprint = /^sprint\/(\d+)$/.exec(path)?.[1];
      if (sprint !== undefined) return sprint in sprints ? { body: sprints[sprint] } : undefined;
      if (path === "issue/bulkfetch") return { body: { issues: [shown] } };
      return path === "issue/1" ? { body: shown } : undefined;
    });
    const [item] = await connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: [FIELD] });
    return (item?.fields[FIELD] as { readonly ref?: string } | null)?.ref;
  };
  const closed = (id: number, completeDate: string) => ({ id, name: `S${id}`, state: "closed", completeDate });
  const text = (id: number, state: string, name = `S${id}`) => `com.atlassian.greenhopper.service.sprint.Sprint@1a2b[id=${id},rapidViewId=4,state=${state},name=${name},startDate=<null>,endDate=<null>,sequence=${id}]`;

  it("is the one that was closed last, not the one that was made last", async () => {
    expect(await sprintOf("cloud", [closed(5, "2026-02-20T09:00:00.000Z"), closed(7, "2026-01-20T09:00:00.000Z")])).toBe("5");
    expect(await sprintOf("dataCenter", [text(5, "CLOSED"), text(7, "CLOSED")], { 5: closed(5, "2026-02-20T10:00:00.000+01:00"), 7: closed(7, "2026-01-20T10:00:00.000+01:00") })).toBe("5");
    expect(await sprintOf("cloud", [closed(5, ""), closed(7, "")])).toBe("7");
  });

  it("is the open one, though the account may not see the others by themselves", async () => {
    expect(await sprintOf("dataCenter", [text(9, "CLOSED"), text(7, "ACTIVE", "Now, state=CLOSED,"), text(8, "CLOSED")])).toBe("7");
  });
});

describe("the log of an issue that was written", () => {
  const HISTORY = { id: "1", author: { key: "me", name: "me" }, created: "2026-03-01T11:00:00.000+0000", items: [{ field: "summary", from: null, fromString: "S1", to: null, toString: "New" }] };
  const othersAfter = async (changelog: unknown): Promise<unknown> => {
    const { connector } = jira("dataCenter", (path, request) => {
      if (path !== "issue/1") return undefined;
      return request.method === "PUT" ? { status: 204 } : { body: { ...issue(1), ...(changelog === undefined ? {} : { changelog }) } };
    });
    const [before] = await connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: ["summary"] });
    if (before === undefined) throw new Error("the issue was not read");
    const [result] = await connector.update("Story", "DEMO", [{ id: "1", fields: { summary: "New" }, before }]);
    return result?.ok === true ? result.after?.others : result;
  };

  it("proves that nobody else wrote only where it is whole", async () => {
    expect(await othersAfter({ startAt: 0, maxResults: 1, total: 1, histories: [HISTORY] })).toEqual([]);
    expect(await othersAfter({ startAt: 0, maxResults: 1, total: 2, histories: [HISTORY] })).toBeNull();
    expect(await othersAfter(undefined)).toBeNull();
    expect(await othersAfter(null)).toBeNull();
  });
});

it("signs in where a door in between sends every guest to its login page", async () => {
  const { connector } = jira("dataCenter", (path, request) => (path === "serverInfo" && request.headers?.["authorization"] === undefined ? { status: 302, headers: { location: "https://sso.example/login" } } : undefined));
  expect(await connector.account()).toMatchObject({ id: "me" });
});

describe.each<[string, Given]>([
  ["in Jira's words", { status: 404, body: { errorMessages: ["null for uri"] } }],
  ["with a page", { status: 404, body: "<html>Oops, you've found a dead link.</html>" }],
  ["as a wrong method", { status: 405, body: "" }],
])("a resource the server lacks and says so %s", (_title, lacking) => {
  it("is done without: issues are read one by one", async () => {
    const { connector, asked } = jira("cloud", (path) => {
      if (path === "search/jql") return { body: { issues: [{ id: "1" }, { id: "2" }, { id: "3" }], isLast: true } };
      if (path === "issue/bulkfetch") return lacking;
      const id = /^issue\/([12])$/.exec(path)?.[1];
      return id === undefined ? undefined : { body: issue(Number(id)) };
    });
    const ids: string[] = [];
    for (let reading = 0; reading < 2; reading++) for await (const page of connector.changes({ type: "Story", project: "DEMO", fields: ["summary"] })) ids.push(...page.items.map(({ id }) => id));
    expect(ids).toEqual(["1", "2", "1", "2"]);
    expect(asked.filter(({ path }) => path.endsWith("/bulkfetch"))).toHaveLength(1);
  });

  it("is done without: issues are made one by one, each with its mark", async () => {
    const made: unknown[] = [];
    const { connector } = jira("cloud", (path, _request, json) => {
      if (path === "issue/bulk" || path === "changelog/bulkfetch") return lacking;
      if (path !== "issue") return undefined;
      made.push(json);
      const { summary } = json["fields"] as { readonly summary: string };
      return summary === "bad" ? { status: 400, body: { errorMessages: [], errors: { summary: "no" } } } : { status: 201, body: { id: String(10 + made.length), key: `DEMO-${10 + made.length}` } };
    });
    const results = await connector.create("Story", "DEMO", ["A", "bad", "C"].map((summary, index) => ({ intent: `00000000-0000-4000-8000-00000000000${index}`, fields: { summary } })));
    expect(results.map((result) => (result.ok ? result.id : result.reason))).toEqual(["11", "Summary: no", "13"]);
    expect(made).toHaveLength(3);
    expect(made[2]).toMatchObject({ properties: [{ key: "tandem-intent", value: { intent: "00000000-0000-4000-8000-000000000002" } }] });
  });

  it("is none: without boards and link types a project has neither sprints nor links", async () => {
    const { connector } = jira("dataCenter", (path) => (["board", "issueLinkType", "resolution"].includes(path) ? lacking : undefined));
    expect((await connector.types("DEMO")).map(({ name }) => name)).toEqual(["Story", "version"]);
  });
});

it("takes a page in place of an issue for nothing at all: it is not gone", async () => {
  const { connector } = jira("dataCenter", (path) => (path === "issue/1" ? { status: 404, body: "<html>The page is not there yet</html>" } : undefined));
  await expect(connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: ["summary"] })).rejects.toThrow("is unknown there");
});

describe.each(FLAVOURS)("a server that knows only some of the ways (%s)", (flavour) => {
  it("is searched by GET where POST is refused, and not asked twice each time", async () => {
    const page = (query: HttpRequest["query"]): Given => ({ body: { issues: String(query?.["jql"]).includes("created") || String(query?.["jql"]).includes("issuetype") ? [issue(7)] : [{ id: "7" }], total: 1, isLast: true } });
    const { connector, asked } = jira(flavour, (path, { method, query }) => {
      if (path === "probe" || (/^search/.test(path) && method === "POST")) return { status: 405, body: { errorMessages: ["Method Not Allowed"] } };
      return /^search/.test(path) ? page(query) : path === "issue/bulkfetch" ? { body: { issues: [issue(7)] } } : undefined;
    });
    const found: string[] = [];
    for await (const { items } of connector.changes({ type: "Story", project: "DEMO", fields: ["summary"], since: "2026-03-01T09:00:00.000Z" })) found.push(...items.map(({ id }) => id));
    expect(found).toEqual(["7"]);
    const searches = asked.filter(({ path }) => /\/search/.test(path));
    expect(searches.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(searches.at(-1)?.query).toMatchObject({ jql: expect.stringContaining('issuetype = "Story"'), maxResults: expect.stringMatching(/^\d+$/), fields: expect.stringMatching(/^[\w,]+$/) });
  });

  it.each<[string, Given, RegExp]>([
    ["a proxy's page for what it does not know", { status: 404, body: "<html>404 Not Found</html>" }, /with a page instead of JSON/],
    ["Jira's word about the query", { status: 400, body: { errorMessages: ["Field 'x' does not exist"], warningMessages: [] } }, /Field 'x' does not exist/],
  ])("is searched, and takes %s for what it is", async (_title, given, said) => {
    const { connector } = jira(flavour, (path) => (/^search/.test(path) ? given : undefined));
    await expect(connector.changes({ type: "Story", project: "DEMO", fields: ["summary"] })[Symbol.asyncIterator]().next()).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(said), advice: given.status === 400 ? expect.stringContaining("JQL") : expect.stringContaining("proxy") }));
  });

  it("has the statuses of the site where the project does not tell those of its types", async () => {
    const status = { id: "3", name: "In Progress", statusCategory: { key: "indeterminate" } };
    const { connector } = jira(flavour, (path) => (path === "project/DEMO/statuses" ? { status: 404, body: { errorMessages: ["no"] } } : path === "status" ? { body: [status] } : undefined));
    const [story] = await connector.types("DEMO");
    expect(story?.fields.find(({ name }) => name === "status")?.choices).toEqual([{ id: "3", name: "In Progress" }]);
  });

  it.each<[string, string, string | undefined]>([
    ["is taken from where the server says it is", "http://alm.example/files/12", "hello"],
    ["is not sought at another host", "http://elsewhere.example/files/12", undefined],
  ])("a file that is not where files are %s", async (_title, content, expected) => {
    const { connector, asked } = jira(flavour, (path) => (path === "attachment/12" ? { body: { id: "12", content } } : undefined), (path) => (path === content ? "hello" : undefined));
    const open = async (): Promise<string> => {
      let text = "";
      for await (const part of (await connector.attachments?.open("Story", "DEMO", "1", { id: "12", name: "a.txt", size: 5, createdAt: "" })) ?? []) text += Buffer.from(part).toString();
      return text;
    };
    if (expected === undefined) await expect(open()).rejects.toThrow("cannot be read (404)");
    else expect(await open()).toBe(expected);
    expect(asked.some(({ path }) => path.startsWith("http://elsewhere"))).toBe(false);
  });
});

describe.each(FLAVOURS)("a sprint or a version that was made (%s)", (flavour) => {
  const PAGE = "<html><body>Sign in</body></html>";
  const make = async (type: string, fields: Fields, answer: Answer) => {
    const { connector, asked } = jira(flavour, answer);
    const [result] = await connector.create(type, "DEMO", [{ intent: INTENTS[0] ?? "", fields }]);
    return { result, asked };
  };

  it.each<[string, Given]>([
    ["is sent on to a login page", { status: 302, body: PAGE }],
    ["is answered with a page", { body: PAGE }],
    ["is refused without words", { status: 404, body: PAGE }],
  ])("is there where its start %s: what failed is its state alone", async (_title, given) => {
    const { result, asked } = await make("sprint", { name: "One", state: { choice: "active", id: "active" } }, (path, { method }) =>
      method === "POST" && path === "sprint" ? { status: 201, body: { id: 7, name: "One", state: "future", originBoardId: 4 } } : path === "sprint/7" ? given : undefined,
    );
    expect(result).toMatchObject({ ok: true, id: "7", problems: [{ field: "state" }] });
    expect(asked.filter(({ path }) => path.endsWith("/sprint"))).toHaveLength(1);
  });

  it.each(["sprint", "version"])("may be there where a page came in place of the %s: it is looked for", async (type) => {
    const { result } = await make(type, { name: "One" }, (path, { method }) => (method === "POST" && path === type ? { body: PAGE } : undefined));
    expect(result).toMatchObject({ ok: false, kind: "doubtful" });
  });
});

describe.each(FLAVOURS)("a page that holds less than was asked for (%s)", (flavour) => {
  /** Cloud: nothing yet, and a token. Data Center: one row a page. */
  const paged = (json: Readonly<Record<string, unknown>>, rows: readonly object[]): Given => {
    if (flavour === "cloud") return { body: json["nextPageToken"] === undefined ? { issues: [], nextPageToken: "more" } : { issues: rows, nextPageToken: null } };
    const startAt = Number(json["startAt"] ?? 0);
    return { body: { issues: rows.slice(startAt, startAt + 1), startAt, maxResults: 1, total: rows.length } };
  };

  it("is not the last: what its issue's edit screen lacks is known before anything is written", async () => {
    const { connector } = jira(flavour, (path, _request, json) => {
      if (path === "samples") return paged(json, [{ id: "9", fields: { issuetype: { id: "9" } } }, issue(1)]);
      return path === "issue/1/editmeta" ? { body: { fields: { summary: { name: "Summary", schema: { type: "string", system: "summary" }, operations: ["set"] } } } } : undefined;
    });
    const [story] = await connector.types("DEMO");
    expect(story?.fields.filter(({ name }) => ["summary", "customfield_1"].includes(name)).map(({ name, onUpdate }) => [name, onUpdate])).toEqual(expect.arrayContaining([["summary", true], ["customfield_1", false]]));
  });

  it("is not the last: an issue of ours that the index lacks is looked for behind the newest one", async () => {
    const made = { ...issue(407), properties: { "tandem-intent": { intent: INTENTS[0] } } };
    const { connector } = jira(flavour, (path, _request, json) => {
      if (/^search/.test(path)) return String(json["jql"]).includes("ORDER BY key DESC") ? paged(json, [issue(405)]) : { body: { issues: [], total: 0, isLast: true } };
      if (path === "issue/bulkfetch") return { body: { issues: [made].filter(({ key }) => (json["issueIdsOrKeys"] as readonly string[]).includes(key)), issueErrors: [] } };
      return path === "issue/DEMO-407" ? { body: made } : path.startsWith("issue/DEMO-") ? { status: 404, body: {} } : undefined;
    });
    const result = await connector.find("Story", "DEMO", [{ intent: INTENTS[0] ?? "", name: "Lost", since: "2026-03-01T09:00:00.000Z" }]);
    expect([...result.found.values()].map(({ id }) => id)).toEqual(["407"]);
  });
});
