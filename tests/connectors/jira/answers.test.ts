// Answers of Jira that are legal and unusual, or nobody's: given by hand, without a server.

import { describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { Given } from "../answers.ts";
import { type Answer, issue, jira } from "./byHand.ts";

const all = Array.from({ length: 8 }, (_, index) => issue(1 + index));
const ids = all.map(({ id }) => id);

const changed = async (connector: Connector): Promise<readonly string[]> => {
  const found = new Set<string>();
  for await (const page of connector.changes({ type: "Story", project: "DEMO", fields: ["summary"], pageSize: 3 })) for (const item of page.items) found.add(item.id);
  return [...found];
};
const listed = async (connector: Connector): Promise<readonly string[]> => {
  const found = new Set<string>();
  for await (const page of connector.list({ type: "Story", project: "DEMO" })) for (const { id } of page) found.add(id);
  return [...found];
};
const sought = [{ intent: "00000000-0000-4000-8000-000000000001", name: "S", since: "2026-03-01T09:00:00.000Z" }];

/** Data Center's search: at most `page` rows at once, whatever is asked for. */
const searching = (page: number, totalOf: (left: number, rows: number) => unknown): Answer => (path, _request, json) => {
  if (path !== "search") return undefined;
  const from = /(?:updated|created) >= (\d+)/.exec(String(json["jql"]))?.[1];
  const fit = all.filter((row) => from === undefined || Date.parse(row.fields.updated.replace("+0000", "Z")) >= Number(from));
  const startAt = Number(json["startAt"] ?? 0);
  const issues = fit.slice(startAt, startAt + Math.min(page, Number(json["maxResults"])));
  return { body: { issues, startAt, maxResults: Math.min(page, Number(json["maxResults"])), total: totalOf(fit.length, issues.length), warningMessages: null, names: null } };
};

describe("a search of Data Center is read to its end", () => {
  it.each<[string, number, (left: number, rows: number) => unknown]>([
    ["in pages smaller than asked for", 2, (left) => left],
    ["without a total", 3, () => undefined],
    ["with a total of null", 2, () => null],
    ["with the page's own number as total", 3, (_left, rows) => rows],
    ["with a total below the page", 3, (_left, rows) => Math.max(0, rows - 2)],
  ])("%s", async (_title, page, totalOf) => {
    expect(await changed(jira("dataCenter", searching(page, totalOf)).connector)).toEqual(ids);
    expect(await listed(jira("dataCenter", searching(page, totalOf)).connector)).toEqual(ids);
  });
});

const NOBODY: readonly (readonly [string, Given])[] = [
  ["nothing at all", {}],
  ["204", { status: 204 }],
  ["an object of somebody else", { body: { status: "ok" } }],
  ["issues of null", { body: { issues: null, total: 0, isLast: true } }],
];

describe.each(["cloud", "dataCenter"] as const)("at %s an answer that is no list is never an empty one", (flavour) => {
  it.each(NOBODY)("%s", async (_title, given) => {
    const { connector } = jira(flavour, (path) => (/^search/.test(path) ? given : undefined));
    await expect(changed(connector)).rejects.toThrow("without a list");
    await expect(listed(connector)).rejects.toThrow("without a list");
    // Believed, this would make a second issue.
    await expect(connector.find("Story", "DEMO", sought)).rejects.toThrow("without a list");
    const versions = jira(flavour, (path) => (path === "project/DEMO/versions" ? given : undefined)).connector;
    await expect(versions.find("version", "DEMO", sought)).rejects.toThrow("without a list");
  });
});

describe("Cloud's cursor", () => {
  it("is not believed where it says there is more, but not where", async () => {
    const { connector } = jira("cloud", (path) => (path === "search/jql" ? { body: { issues: [{ id: "1" }], isLast: false } } : path === "issue/bulkfetch" ? { body: { issues: [issue(1)] } } : undefined));
    await expect(changed(connector)).rejects.toThrow("there is more");
  });

  it("asks by itself for what the bulk answer leaves out, and leaves out only what is gone", async () => {
    const { connector } = jira("cloud", (path) => {
      if (path === "search/jql") return { body: { issues: [{ id: "1" }, { id: "2" }, { id: "3" }], nextPageToken: null } };
      if (path === "issue/bulkfetch") return { body: { issues: [issue(1)], issueErrors: null } };
      return path === "issue/2" ? { body: issue(2) } : undefined;
    });
    expect(await changed(connector)).toEqual(["1", "2"]);
  });
});

it.each<[string, Given]>([
  ["nothing", { status: 201 }],
  ["a comment without its number", { status: 201, body: { body: {} } }],
])("does not take %s for the comment it made", async (_title, given) => {
  const { connector } = jira("cloud", (path, { method }) => (path === "issue/1/comment" && method === "POST" ? given : undefined));
  await expect(connector.comments?.add("Story", "DEMO", "1", "<p>Hi</p>")).rejects.toThrow("did not answer with the comment");
});

describe("an issue that does not tell of its comments and files", () => {
  const query = { type: "Story", project: "DEMO", ids: ["1"] };
  const silent: Answer = (path) => (path === "issue/bulkfetch" ? { body: { issues: [issue(1)] } } : undefined);

  it("is asked for its comments, and has unknown ones where they may not be seen", async () => {
    const comment = { id: "7", body: { type: "doc", version: 1, content: [] }, created: "2026-03-01T10:00:00.000+0000", author: null };
    const told = jira("cloud", (path, ...rest) => (path === "issue/1/comment" ? { body: { comments: [comment], total: 1 } } : silent(path, ...rest))).connector;
    expect((await told.comments?.read(query))?.get("1")?.map(({ id }) => id)).toEqual(["7"]);
    expect((await jira("cloud", silent).connector.comments?.read(query))?.has("1")).toBe(false);
    const cut = jira("cloud", (path, ...rest) => (path === "issue/1/comment" ? { body: { comments: [{ ...comment, body: undefined }].map(({ body: _body, ...other }) => other), total: 1 } } : silent(path, ...rest))).connector;
    await expect(cut.comments?.read(query)).rejects.toThrow("without its body");
  });

  it("names whom a comment mentions by the id alone, asked for once, and nobody who is gone", async () => {
    const mention = (id: string, text?: string) => ({ type: "mention", attrs: { id, accessLevel: "", ...(text === undefined ? {} : { text }) } });
    const body = { type: "doc", version: 1, content: [{ type: "paragraph", content: [mention("a:1"), mention("a:1", ""), mention("a:2", "@Told"), mention("a:3", "@")] }] };
    const comment = { id: "7", body, created: "2026-03-01T10:00:00.000+0000", author: null };
    const { connector, asked } = jira("cloud", (path, request, json) => {
      if (path === "issue/1/comment") return { body: { comments: [comment], total: 1 } };
      if (path === "user") return request.query?.["accountId"] === "a:1" ? { body: { accountId: "a:1", accountType: "atlassian", displayName: "Ada Byron", active: true } } : { status: 404, body: {} };
      return silent(path, request, json);
    });
    const [read] = (await connector.comments?.read(query))?.get("1") ?? [];
    expect(read?.text).toBe('<p><span data-person="a:1">@Ada Byron</span><span data-person="a:1">@Ada Byron</span><span data-person="a:2">@Told</span><span data-person="a:3">@a:3</span></p>');
    await connector.comments?.read(query);
    expect(asked.filter(({ path }) => path.endsWith("/user")).map((request) => request.query?.["accountId"]).toSorted()).toEqual(["a:1", "a:3"]);
  });

  it("knows whom a text of Data Center mentions by the login they had first", async () => {
    const comment = { id: "7", body: "[~Ada] and [~gone]", created: "2026-03-01T10:00:00.000+0000", author: null };
    const { connector, asked } = jira("dataCenter", (path, request) => {
      if (path === "issue/1/comment") return { body: { comments: [comment], total: 1 } };
      if (path === "user") return request.query?.["key"] === "ada" ? { body: { key: "ada", name: "ada.byron", displayName: "Ada Byron", active: true } } : { status: 404, body: {} };
      return path === "issue/1" ? { body: issue(1) } : undefined;
    });
    const [read] = (await connector.comments?.read(query))?.get("1") ?? [];
    expect(read?.text).toContain('<p><span data-person="ada">@Ada Byron</span> and ');
    await connector.comments?.read(query);
    expect(asked.filter(({ path }) => path.endsWith("/user")).map((request) => JSON.stringify(request.query))).toHaveLength(4);
  });

  it("has unknown files where its screen has no place for some, else none", async () => {
    const files = async (editable: Given | undefined, more: object = {}) => {
      const shown = { body: { issues: [{ ...issue(1), fields: { ...issue(1).fields, ...more } }] } };
      const { connector } = jira("cloud", (path) => (path === "issue/bulkfetch" ? shown : path === "issue/1/editmeta" ? editable : undefined));
      return (await connector.attachments?.list(query))?.get("1");
    };
    expect(await files({ body: { fields: { summary: {} } } })).toBeUndefined();
    expect(await files({ body: { fields: { attachment: {} } } })).toEqual([]);
    expect(await files(undefined)).toEqual([]);
    expect(await files({ body: { fields: {} } }, { attachment: [] })).toEqual([]);
  });
});

describe("a create of many", () => {
  const draft = (n: number) => ({ intent: `00000000-0000-4000-8000-00000000000${n}`, fields: { summary: n === 3 ? "bad" : `S${n}` } });
  const making = (refusal: Given): Answer => {
    let made = 100;
    return (path, _request, json) => {
      if (path !== "issue/bulk") return undefined;
      const sent = json["issueUpdates"] as readonly { readonly fields: { readonly summary: string } }[];
      return sent.some(({ fields }) => fields.summary === "bad") ? refusal : { status: 201, body: { issues: sent.map(() => ({ id: String(++made), key: `DEMO-${made}` })), errors: [] } };
    };
  };

  it.each<[string, Given]>([
    ["in words about none of them", { status: 400, body: { errorMessages: ["Invalid request payload"], errors: {} } }],
    ["for its size", { status: 413, body: "<html>Too large</html>" }],
  ])("that is refused whole %s is sent in halves until the bad one is found", async (_title, refusal) => {
    const { connector } = jira("cloud", making(refusal));
    expect((await connector.create("Story", "DEMO", [1, 2, 3, 4, 5].map(draft))).map((result) => (result.ok ? "made" : result.kind))).toEqual(["made", "made", "refused", "made", "made"]);
  });

  it("that is forbidden is not sent again", async () => {
    const { connector, asked } = jira("cloud", making({ status: 403, body: { errorMessages: ["no"] } }));
    expect((await connector.create("Story", "DEMO", [3, 3, 3].map(draft))).map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(asked.filter(({ path }) => path.endsWith("/issue/bulk"))).toHaveLength(1);
  });
});

describe("a field that an issue is shown without", () => {
  const read = async (more: Readonly<Record<string, unknown>>, editable?: Readonly<Record<string, unknown>>, name = "customfield_1") => {
    const shown = [{ ...issue(1), fields: { ...issue(1).fields, ...more } }];
    const { connector } = jira("cloud", (path) => (path === "issue/bulkfetch" ? { body: { issues: shown } } : path === "issue/1/editmeta" && editable !== undefined ? { body: { fields: editable } } : undefined));
    return (await connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: [name, "summary"] }))[0];
  };

  it("is not told where the server shows empty fields and the issue's screen lacks it: it was hidden or deleted, and nobody emptied it", async () => {
    const hidden = await read({ resolution: null }, { summary: {} });
    expect(hidden).toMatchObject({ fields: { summary: "S1" }, unseen: ["customfield_1"] });
    expect(hidden?.fields).not.toHaveProperty("customfield_1");
    const empty = await read({ resolution: null, customfield_1: null }, { summary: {} });
    expect(empty?.fields).toEqual({ summary: "S1", customfield_1: null });
    expect(empty).not.toHaveProperty("unseen");
  });

  it("is not told where it stands on no screen of its type", async () => {
    expect(await read({ resolution: null }, undefined, "customfield_2")).toMatchObject({ unseen: ["customfield_2"] });
  });

  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>> | undefined]>([
    ["the issue's screen has it", { resolution: null }, { customfield_1: {} }],
    ["nobody says what the screen has", { resolution: null }, undefined],
    ["the server shows no empty field at all", {}, { summary: {} }],
  ])("is empty where %s", async (_title, more, editable) => {
    const item = await read(more, editable);
    expect(item?.fields).toEqual({ summary: "S1", customfield_1: null });
    expect(item).not.toHaveProperty("unseen");
  });
});

it.each(["cloud", "dataCenter"] as const)("does not read a field that nobody knows any more as empty (%s)", async (flavour) => {
  const { connector } = jira(flavour, () => undefined);
  await expect(connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: ["customfield_9"] })).rejects.toThrow("no field customfield_9");
});

it("asks Data Center by itself for what its index does not show: built anew, or archived, is not gone", async () => {
  const { connector, asked } = jira("dataCenter", (path) => {
    if (path === "search") return { body: { issues: [issue(1)], startAt: 0, maxResults: 3, total: 1 } };
    return path === "issue/2" ? { body: issue(2) } : path === "issue/3" ? { status: 404, body: { errorMessages: ["Issue Does Not Exist"] } } : undefined;
  });
  expect((await connector.get({ type: "Story", project: "DEMO", ids: ["1", "2", "3"], fields: ["summary"] })).map(({ id }) => id)).toEqual(["1", "2"]);
  // In quotes a number may be taken for a key.
  expect(asked.filter(({ path }) => path.endsWith("/search")).map(({ json }) => String((json as Readonly<Record<string, unknown>>)["jql"]))).toContain("id in (1,2,3) ORDER BY id");
});

it.each<[string, (fields: Readonly<Record<string, unknown>>) => unknown]>([
  ["fields", () => null],
  ["its type", ({ issuetype: _type, ...fields }) => fields],
  ["its project", (fields) => ({ ...fields, project: null })],
])("does not take an issue shown without %s for one that was moved", async (_title, shown) => {
  const bulk = { body: { issues: [issue(1), { ...issue(2), fields: shown(issue(2).fields) }] } };
  const { connector } = jira("cloud", (path) => (path === "search/jql" ? { body: { issues: [{ id: "1" }, { id: "2" }], isLast: true } } : path === "issue/bulkfetch" ? bulk : undefined));
  await expect(changed(connector)).rejects.toThrow("DEMO-2 without its project or its type");
});

describe("sprints", () => {
  it.each([403, 404])("of a board that may not be seen (%i) are no missing ones", async (status) => {
    const { connector } = jira("cloud", (path) => (path === "board/4/sprint" ? { status, body: {} } : undefined));
    await expect(connector.get({ type: "sprint", project: "DEMO", ids: ["1"], fields: [] })).rejects.toThrow("board/4/sprint");
    await expect(connector.find("sprint", "DEMO", sought)).rejects.toThrow("board/4/sprint");
  });

  it("are none on a board that knows none", async () => {
    const { connector } = jira("cloud", (path) => (path === "board/4/sprint" ? { status: 400, body: { errorMessages: ["The board does not support sprints"] } } : undefined));
    expect(await connector.get({ type: "sprint", project: "DEMO", ids: ["1"], fields: [] })).toEqual([]);
  });

  it("go on while the server says so, whatever the total is", async () => {
    const { connector } = jira("cloud", (path, request) => (path === "board/4/sprint" ? { body: { values: Number(request.query?.["startAt"]) < 2 ? [{ id: Number(request.query?.["startAt"]) + 1, name: "S", state: "active", originBoardId: 4 }] : [], isLast: Number(request.query?.["startAt"]) >= 2, total: 1 } } : undefined));
    expect((await connector.get({ type: "sprint", project: "DEMO", ids: ["1", "2"], fields: [] })).map(({ id }) => id)).toEqual(["1", "2"]);
  });
});

describe("a bulk create", () => {
  const drafts = ["a", "b"].map((name, n) => ({ intent: `00000000-0000-4000-8000-00000000000${n}`, fields: { summary: name } }));
  const made = { id: "7", key: "DEMO-7" };
  it.each<[string, Given]>([
    ["errors without a place beside what was made", { status: 201, body: { issues: [made], errors: [{ status: 400, elementErrors: { errors: { summary: "no" } } }] } }],
    ["400 that made one all the same", { status: 400, body: { issues: [made], errors: [{ status: 400, elementErrors: { errors: { summary: "no" } }, failedElementNumber: null }] } }],
    ["fewer issues than were sent", { status: 201, body: { issues: [made], errors: [] } }],
    ["nothing", { status: 201 }],
  ])("answered with %s leaves doubt about all", async (_title, given) => {
    const { connector } = jira("cloud", (path) => (path === "issue/bulk" ? given : undefined));
    expect((await connector.create("Story", "DEMO", drafts)).map((result) => (result.ok ? "ok" : result.kind))).toEqual(["doubtful", "doubtful"]);
  });
});

describe.each(["cloud", "dataCenter"] as const)("at %s an index that lags for ever hides no issue of ours", (flavour) => {
  const made = { ...issue(7), properties: { "tandem-intent": { intent: sought[0]?.intent } } };
  it.each([["there", [made]], ["nowhere", []]] as const)("that is %s", async (_where, there) => {
    const { connector, asked } = jira(flavour, (path, _request, json) => {
      if (/^search/.test(path)) return { body: { issues: String(json["jql"]).includes("ORDER BY key DESC") ? [issue(5)] : [], total: 0, isLast: true } };
      if (path === "issue/bulkfetch") return { body: { issues: there.filter(({ key }) => (json["issueIdsOrKeys"] as readonly string[]).includes(key)), issueErrors: [] } };
      const key = /^issue\/(DEMO-\d+)$/.exec(path)?.[1];
      return key === undefined ? undefined : there.some((one) => one.key === key) ? { body: made } : { status: 404, body: {} };
    });
    const result = await connector.find("Story", "DEMO", sought);
    expect([[...result.found.values()].map(({ id }) => id), result.undecided.size]).toEqual([there.map(({ id }) => id), 0]);
    expect(asked.length).toBeLessThan(60);
  });
});

it.each(["cloud", "dataCenter"] as const)("at %s a search that finds nothing and warns is no empty one", async (flavour) => {
  const { connector } = jira(flavour, (path) => (/^search/.test(path) ? { body: { issues: [], total: 0, isLast: true, warningMessages: ["The value 'DEMO' does not exist for the field 'project'."] } } : undefined));
  await expect(changed(connector)).rejects.toThrow("does not exist for the field");
});
