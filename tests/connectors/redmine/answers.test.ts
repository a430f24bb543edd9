// Answers of Redmine that are legal and unusual, or nobody's: given by hand, without a server.

import { describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { Http, HttpRequest } from "../../../lib/connectors/http.ts";
import { createRedmine } from "../../../lib/connectors/redmine/index.ts";
import { type Answering, answering, type Given, settingsOf } from "../answers.ts";

const SITE: Readonly<Record<string, unknown>> = {
  "/users/current.json": { user: { id: 7, login: "robot", firstname: "R", lastname: "O" } },
  "/projects.json": { projects: [{ id: 1, identifier: "demo", name: "Demo", trackers: [{ id: 2, name: "Feature" }], issue_categories: null, issue_custom_fields: [] }], total_count: 1 },
  "/trackers.json": { trackers: [{ id: 2, name: "Feature" }] },
  "/issue_statuses.json": { issue_statuses: [{ id: 1, name: "New" }] },
  "/enumerations/issue_priorities.json": { issue_priorities: [{ id: 1, name: "Normal" }] },
};

const redmine = (answer: (request: HttpRequest) => Given | undefined, options: Readonly<Record<string, unknown>> = {}, http: Partial<Http> = {}): { readonly connector: Connector } & Answering => {
  const made = answering((request) => {
    // The newest issues are looked at for their custom fields when a project is learned.
    if (request.path === "/issues.json" && request.query?.["sort"] === "id:desc") return { body: { issues: [], total_count: 0 } };
    const given = answer(request);
    if (given !== undefined) return given;
    const known = SITE[request.path];
    return known === undefined ? { status: 404 } : { body: known };
  });
  return { connector: createRedmine(settingsOf("redmine", { credentials: { apiKey: "k" }, options: { settleSeconds: 0, ...options } }), { ...made.http, ...http }), ...made };
};

const issue = (id: number) => ({ id, project: { id: 1 }, tracker: { id: 2 }, author: { id: 7 }, subject: `I${id}`, created_on: `2026-03-01T10:0${id}:00Z`, updated_on: `2026-03-01T10:0${id}:00Z`, custom_fields: null });
const all = Array.from({ length: 8 }, (_, index) => issue(index + 1));
const IDS = all.map(({ id }) => String(id));

/** At most `page` rows at once, whatever is asked for; says so, or not. */
const serving = (page: number, more: (left: number, rows: number) => object) => (request: HttpRequest): Given | undefined => {
  if (request.path !== "/issues.json") return undefined;
  const [from, since, until] = [/^>=(\d+)$/.exec(String(request.query?.["issue_id"] ?? ""))?.[1], /^>=(.+)$/.exec(String(request.query?.["updated_on"] ?? ""))?.[1], /^><(.+)\|(.+)$/.exec(String(request.query?.["updated_on"] ?? ""))];
  const asked = /^[\d,]+$/.test(String(request.query?.["issue_id"] ?? "")) ? String(request.query?.["issue_id"]).split(",") : undefined;
  const fit = all.filter((one) => (asked === undefined || asked.includes(String(one.id))) && (from === undefined || one.id >= Number(from)) && (since === undefined || one.updated_on >= since) && (until === null || (one.updated_on >= (until[1] ?? "") && one.updated_on <= (until[2] ?? ""))));
  const offset = Number(request.query?.["offset"] ?? 0);
  const issues = fit.slice(offset, offset + Math.min(page, Number(request.query?.["limit"])));
  return { body: { issues, offset, ...more(fit.length, issues.length) } };
};

const changed = async (connector: Connector): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for await (const page of connector.changes({ type: "Feature", project: "demo", fields: [], since: "2026-03-01T00:00:00.000Z" })) for (const { id } of page.items) ids.add(id);
  return [...ids];
};
const listed = async (connector: Connector): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of connector.list({ type: "Feature", project: "demo" })) ids.push(...page.map(({ id }) => id));
  return ids;
};

describe("issues are read to their end", () => {
  it.each<[string, number, (left: number, rows: number) => object]>([
    ["in pages smaller than asked for", 3, (left) => ({ total_count: left, limit: 3 })],
    ["in smaller pages without a word about them", 3, (left) => ({ total_count: left })],
    ["without a total", 3, () => ({})],
    ["with the page's own number as total", 3, (_left, rows) => ({ total_count: rows, limit: 3 })],
    ["with a total below the page", 3, (_left, rows) => ({ total_count: Math.max(0, rows - 1), limit: 3 })],
  ])("%s", async (_title, page, more) => {
    expect(await changed(redmine(serving(page, more)).connector)).toEqual(IDS);
    expect(await listed(redmine(serving(page, more)).connector)).toEqual(IDS);
    expect((await redmine(serving(page, more)).connector.get({ type: "Feature", project: "demo", ids: IDS, fields: [] })).map(({ id }) => id)).toEqual(IDS);
  });
});

describe("an answer that is no list is never an empty one", () => {
  it.each<[string, Given]>([
    ["nothing at all", {}],
    ["204", { status: 204 }],
    ["an object of somebody else", { body: { status: "ok" } }],
    ["issues of null", { body: { issues: null, versions: null, total_count: 0 } }],
  ])("%s", async (_title, given) => {
    const { connector } = redmine((request) => (/^\/(issues|projects\/1\/versions)\.json$/.test(request.path) ? given : undefined));
    const sought = [{ intent: "00000000-0000-4000-8000-000000000001", name: "I", since: "2026-03-01T09:00:00.000Z" }];
    await expect(changed(connector)).rejects.toThrow("without a list");
    await expect(listed(connector)).rejects.toThrow("without a list");
    await expect(connector.attachments?.list({ type: "Feature", project: "demo", ids: ["1"] })).rejects.toThrow("without a list");
    // Believed, this would make a second issue or version.
    await expect(connector.find("Feature", "demo", sought)).rejects.toThrow("without a list");
    await expect(connector.find("version", "demo", sought)).rejects.toThrow("without a list");
  });

  it("nor is an issue that is not told one without notes or subtasks", async () => {
    const { connector, asked } = redmine((request) => (request.path === "/issues/1.json" ? { body: {} } : undefined));
    await expect(connector.comments?.read({ type: "Feature", project: "demo", ids: ["1"] })).rejects.toThrow("without issue");
    await expect(connector.remove("Feature", "demo", ["1"])).rejects.toThrow("without issue");
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
  });
});

it("finds an issue that was moved to another project or made of another tracker: moved is not deleted", async () => {
  const moved = [{ ...issue(1), project: { id: 9 } }, { ...issue(2), tracker: { id: 9 } }];
  const { connector } = redmine((request) => (request.path === "/issues.json" ? { body: { issues: moved, total_count: 2 } } : undefined));
  const query = { type: "Feature", project: "demo", ids: ["1", "2", "3"] };
  expect(await connector.get({ ...query, fields: [] })).toEqual([]);
  expect([...((await connector.elsewhere?.(query)) ?? [])]).toEqual(["1", "2"]);
});

it("takes a custom field that an issue does not show for not told, never for empty", async () => {
  const field = (id: number, name: string, multiple = false) => ({ id, name, customized_type: "issue", field_format: "string", multiple, trackers: [{ id: 2 }], possible_values: [] });
  const shown = [
    { ...issue(1), custom_fields: [{ id: 3, name: "Kept", value: "" }, { id: 4, name: "Going", value: "g" }, { id: 5, name: "Many", multiple: true, value: [] }] },
    { ...issue(2), custom_fields: [{ id: 3, name: "Kept", value: "k" }] },
    // The only one there was is gone: then nothing is left to tell.
    issue(3),
  ];
  const { connector } = redmine((request) => {
    if (request.path === "/users/current.json") return { body: { user: { id: 7, login: "robot", firstname: "R", lastname: "O", admin: true } } };
    if (request.path === "/custom_fields.json") return { body: { custom_fields: [field(3, "Kept"), field(4, "Going"), field(5, "Many", true)] } };
    return request.path === "/issues.json" ? { body: { issues: shown, total_count: 3 } } : undefined;
  });
  const items = await connector.get({ type: "Feature", project: "demo", ids: ["1", "2", "3"], fields: ["subject", "cf_3", "cf_4", "cf_5"] });
  expect(items.map(({ fields, unseen }) => [fields, unseen])).toEqual([
    [{ subject: "I1", cf_3: null, cf_4: "g", cf_5: [] }, undefined],
    [{ subject: "I2", cf_3: "k" }, ["cf_4", "cf_5"]],
    [{ subject: "I3" }, ["cf_3", "cf_4", "cf_5"]],
  ]);
});

describe("a filter that Redmine leaves out without a word is noticed", () => {
  const reading = async (filter: string, value: unknown): Promise<number> => {
    const { connector } = redmine((request) => (request.path === "/issues.json" ? { body: { issues: [{ ...issue(1), custom_fields: [{ id: 3, value }] }], total_count: 1 } } : undefined));
    let count = 0;
    for await (const page of connector.list({ type: "Feature", project: "demo", filter })) count += page.length;
    return count;
  };
  it.each([
    ["severity=high", "high", "no filter severity"],
    ["f[]=cf_3&op[cf_3]==&v[cf_3][]=high", "high", "no filter f"],
    ["cf_3=high", "low", "left the filter out"],
    ["cf_3=high", null, "left the filter out"],
  ])("%s on %j", async (filter, value, reason) => {
    await expect(reading(filter, value)).rejects.toThrow(reason);
  });
  it.each([["cf_3=high", "High"], ["cf_3=high", ["low", "high"]], ["cf_3=~ig", "low"], ["status_id=open&priority_id=2", "x"]])("%s holds for %j as far as can be seen", async (filter, value) => {
    expect(await reading(filter, value)).toBe(1);
  });
});

it("a note is found again where a backup was put back between two uses of a connector that is kept", async () => {
  let journals: readonly object[] = [{ id: 900, user: { id: 7 }, notes: "Before", created_on: "2026-03-01T10:00:00Z" }];
  const { connector } = redmine((request) => {
    if (request.path !== "/issues/1.json") return undefined;
    if (request.method === "GET") return { body: { issue: { ...issue(1), journals } } };
    journals = [...journals, { id: 100 + journals.length, user: { id: 7 }, notes: (request.json as { readonly issue: { readonly notes: string } }).issue.notes, created_on: "2026-03-01T11:00:00Z" }];
    return { status: 204 };
  });
  await connector.comments?.read({ type: "Feature", project: "demo", ids: ["1"] });
  journals = [];
  await connector.keeping?.renew();
  expect((await connector.comments?.add("Feature", "demo", "1", "<p>Again</p>"))?.id).toBe("100");
});

it.each([
  ["its number, though no issue shows it yet", "cf_9", [{ id: 9, value: "i1" }]],
  ["a name that the project tells", "Key", [{ id: 8, value: "i1" }]],
  ["a name that nobody tells", "Elsewhere", undefined],
])("a new issue takes one call, and carries a marker field given by %s", async (_title, intentField, sent) => {
  const project = { id: 1, identifier: "demo", name: "Demo", trackers: [{ id: 2, name: "Feature" }], issue_custom_fields: [{ id: 8, name: "key" }] };
  const posted: unknown[] = [];
  const { connector } = redmine((request) => {
    if (request.path === "/projects.json") return { body: { projects: [project], total_count: 1 } };
    if (request.method !== "POST") return undefined;
    posted.push((request.json as { readonly issue: { readonly custom_fields?: unknown } }).issue.custom_fields);
    return { status: 201, body: { issue: { ...issue(1), subject: "New" } } };
  }, { intentField });
  const before = await connector.types("demo").then(() => connector.calls());
  const [made] = await connector.create("Feature", "demo", [{ intent: "i1", fields: { subject: "New" } }]);
  expect([made, connector.calls() - before, posted]).toMatchObject([{ ok: true, id: "1", problems: [] }, 1, [sent]]);
});

it("the time of a server that tells none is asked once for a moment, and anew by who uses a connector that was kept", async () => {
  let asked = 0;
  const { connector } = redmine((request) => (request.path === "/issues.atom" ? { body: `<feed><updated>2026-03-01T10:00:0${++asked}Z</updated></feed>` } : undefined), {}, { serverClock: () => undefined });
  expect([await connector.now(), await connector.now()]).toEqual(["2026-03-01T10:00:01.000Z", "2026-03-01T10:00:01.000Z"]);
  await connector.keeping?.renew();
  expect(await connector.now()).toBe("2026-03-01T10:00:02.000Z");
});

it("stops where the time asked for is left out of the question, and does not read the same for ever", async () => {
  let asked = 0;
  const { connector } = redmine((request) => (request.path === "/issues.json" && asked++ < 20 ? { body: { issues: all, total_count: 500 } } : undefined));
  const read = async (): Promise<void> => {
    for await (const _ of connector.changes({ type: "Feature", project: "demo", fields: ["subject"], since: "2026-04-01T00:00:00.000Z" }));
  };
  await expect(read()).rejects.toThrow("left the filter out");
  expect(asked).toBe(1);
});

it.each([404, 403])("calls a page of somebody else in place of an answer (%i) so, not a missing right or thing", async (status) => {
  const { connector } = redmine((request) => (request.path === "/issues.json" ? { status, body: "<html><h1>Not here</h1></html>" } : undefined));
  await expect(changed(connector)).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(`answered ${status} with a page instead of JSON`), advice: expect.stringContaining("proxy") }));
});
