// Answers of Octane that are legal and unusual, or nobody's: given by hand, without a server.

import { describe, expect, it } from "vitest";
import { createOctane } from "../../../lib/connectors/octane/index.ts";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import { type Answering, answering, type Given, settingsOf } from "../answers.ts";

const field = (name: string, field_type: string, more: object = {}) => ({ entity_name: "defect", name, label: name, field_type, editable: true, required: false, ...more });
const METADATA_FIELDS = [
  field("id", "string"),
  field("name", "string"),
  field("last_modified", "date_time"),
  field("creation_time", "date_time"),
  field("version_stamp", "integer"),
  field("author", "reference", { field_type_data: { multiple: false, targets: [{ type: "workspace_user" }] } }),
  { ...field("owner_work_item", "reference", { field_type_data: { multiple: false, targets: [{ type: "defect" }] } }), entity_name: "comment" },
  { ...field("owner_work_item", "reference", { field_type_data: { multiple: false, targets: [{ type: "defect" }] } }), entity_name: "attachment" },
];
const METADATA: Readonly<Record<string, unknown>> = {
  "metadata/entities": { data: [{ name: "defect", label: "Defect", features: [{ name: "rest", url: "defects", methods: ["GET", "POST", "PUT", "DELETE"] }] }] },
  "metadata/fields": { data: METADATA_FIELDS },
  list_nodes: { data: [], total_count: 0 },
  phases: { data: null, total_count: 0 },
};

const LOGIN: Given = { headers: { "set-cookie": ["LWSSO_COOKIE_KEY=x; Path=/"] } };

/** The workspace is there; the rest is said by `answer`. */
const octane = (answer: (path: string, request: HttpRequest) => Given | Error, before: (path: string, request: HttpRequest) => Given | undefined = () => undefined): { readonly connector: Connector } & Answering => {
  const made = answering((request) => {
    if (request.path === "/authentication/sign_in") return LOGIN;
    if (request.path === "/api/current_user") return { body: { type: "sharedspace_user", id: "7", name: "sync@x", full_name: "Sync" } };
    const path = request.path.replace("/api/shared_spaces/1001/workspaces/1002/", "");
    return before(path, request) ?? (path in METADATA ? { body: METADATA[path] } : answer(path, request));
  });
  return { connector: createOctane(settingsOf("octane", { credentials: { clientId: "c", clientSecret: "s" }, scope: { space: "1001" }, options: { pageSize: 3, searchLagSeconds: 0 } }), made.http), ...made };
};

const defect = (id: number, at = `2026-03-01T10:00:${String(id % 60).padStart(2, "0")}Z`) => ({ type: "defect", id: String(id), name: `D${id}`, last_modified: at, creation_time: at, version_stamp: 1 });
const all = Array.from({ length: 8 }, (_, index) => defect(1001 + index));

/** Pages of these rows as Octane would give them: at most `page` at once, whatever is asked for. */
const serving = (rows: readonly ReturnType<typeof defect>[], page: number, envelope: (data: readonly unknown[], left: number) => unknown) => (_path: string, request: HttpRequest): Given => {
  const query = String(request.query?.["query"] ?? "");
  const [after, from] = [/id GT \^(\w+)\^/.exec(query)?.[1], /last_modified GE \^([^^]+)\^/.exec(query)?.[1]];
  const before = /last_modified LT \^([^^]+)\^/.exec(query)?.[1];
  const fit = rows.filter((row) => (after === undefined || row.id > after) && (from === undefined || row.last_modified >= from) && (before === undefined || row.last_modified < before));
  return { body: envelope(fit.slice(0, Math.min(page, Number(request.query?.["limit"]))), fit.length) };
};

const changed = async (connector: Connector): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for await (const page of connector.changes({ type: "defect", project: "1002", fields: ["name"] })) for (const item of page.items) ids.add(item.id);
  return [...ids];
};
const listed = async (connector: Connector): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of connector.list({ type: "defect", project: "1002" })) ids.push(...page.map(({ id }) => id));
  return ids;
};

describe("a collection is read to its end", () => {
  it.each<[string, number, (data: readonly unknown[], left: number) => unknown]>([
    ["in pages smaller than asked for", 2, (data, left) => ({ data, total_count: left })],
    ["without a total", 2, (data) => ({ data })],
    ["with a total of null", 3, (data) => ({ data, total_count: null })],
    ["with the page's own number as total", 3, (data) => ({ data, total_count: data.length })],
    ["with a total that stops at a limit", 2, (data) => ({ data, total_count: data.length, exceeds_total_count: true })],
    ["with a total below the page", 3, (data) => ({ data, total_count: Math.min(1, data.length) })],
    ["with a total as text", 2, (data, left) => ({ data, total_count: String(left) })],
  ])("%s", async (_title, page, envelope) => {
    const wanted = all.map(({ id }) => id);
    expect(await changed(octane(serving(all, page, envelope)).connector)).toEqual(wanted);
    expect(await listed(octane(serving(all, page, envelope)).connector)).toEqual(wanted);
  });
});

describe("a server that knows only some of the ways", () => {
  it("is asked for references alone where it does not know what is behind them, and once only", async () => {
    const unknown: Given = { status: 400, body: { error_code: "platform.unknown_field", description: "The field author{id does not exist.", properties: {}, business_error: false } };
    const { connector, asked } = octane((path, request) => (String(request.query?.["fields"]).includes("{") ? unknown : path === "defects" ? { body: { data: [{ ...defect(1001), author: { type: "workspace_user", id: "1003", full_name: "Anna Berg" } }], total_count: 1 } } : { status: 404 }));
    for (let times = 0; times < 2; times++) {
      const items = [];
      for await (const page of connector.changes({ type: "defect", project: "1002", fields: ["name", "author"] })) items.push(...page.items);
      expect(items.map(({ fields }) => fields)).toEqual([{ name: "D1001", author: { person: "1003", name: "Anna Berg" } }]);
    }
    expect(asked.filter(({ query }) => String(query?.["fields"]).includes("{"))).toHaveLength(1);
  });

  it("is found at its plurals where the metadata tells no addresses", async () => {
    const { connector, asked } = octane(serving(all, 3, (data, left) => ({ data, total_count: left })), (path) => (path === "metadata/entities" ? { body: { data: ["defect", "quality_story", "work_item_root"].map((name) => ({ name, label: name })) } } : path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, ...METADATA_FIELDS.map((meta) => ({ ...meta, entity_name: "quality_story" }))] } } : undefined));
    expect(await listed(connector)).toEqual(all.map(({ id }) => id));
    for await (const _page of connector.list({ type: "quality_story", project: "1002" })) break;
    expect(asked.map(({ path }) => path.split("/").at(-1))).toEqual(expect.arrayContaining(["defects", "quality_stories", "work_item_roots"]));
  });
});

describe("ids that are no growing numbers", () => {
  const paged = (rows: readonly unknown[], request: HttpRequest): Given => {
    const offset = Number(request.query?.["offset"] ?? 0);
    // Nobody says how names are compared: this server does not.
    return String(request.query?.["query"] ?? "").includes("id GT") ? { body: { data: [], total_count: 0 } } : { body: { data: rows.slice(offset, offset + 2), total_count: rows.length } };
  };

  it("of list values are read by offset, to the last one", async () => {
    const root = { type: "list_node", id: "list_node.severity", logical_name: "list_node.severity", name: "Severity", list_root: null };
    const values = ["low", "medium", "high", "urgent"].map((name, index) => ({ type: "list_node", id: `list_node.severity.${name}`, name, index, list_root: { type: "list_node", id: root.id } }));
    const severity = field("severity", "reference", { field_type_data: { multiple: false, targets: [{ type: "list_node", logical_name: root.id }] } });
    const { connector } = octane(() => ({}), (path, request) => (path === "list_nodes" ? paged([root, ...values], request) : path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, severity] } } : undefined));
    const [type] = await connector.types("1002");
    expect(type?.fields.find(({ name }) => name === "severity")?.choices?.map(({ name }) => name)).toEqual(["low", "medium", "high", "urgent"]);
  });

  it("of items, sorted as text, are read by offset too", async () => {
    const rows = [10, 8, 9].map((id) => ({ ...defect(id), id: String(id) }));
    expect(await listed(octane((_path, request) => paged(rows, request)).connector)).toEqual(["10", "8", "9"]);
  });
});

describe("an answer that is no collection is never an empty one", () => {
  it.each<[string, Given]>([
    ["nothing at all", {}],
    ["204", { status: 204 }],
    ["an object of somebody else", { body: { status: "ok" } }],
    ["an error with a good status", { body: { error_code: "platform.general_error", description: "no" } }],
    ["data of null with a total", { body: { data: null, total_count: 3 } }],
    ["a page", { body: "<html>Sign in</html>" }],
  ])("%s", async (_title, given) => {
    await expect(changed(octane(() => given).connector)).rejects.toThrow(/without a collection|instead of JSON/);
    await expect(listed(octane(() => given).connector)).rejects.toThrow(/without a collection|instead of JSON/);
    // Believed, this would make a second item.
    await expect(octane(() => given).connector.find("defect", "1002", [{ intent: "00000000-0000-4000-8000-000000000001", name: "D", since: "2026-03-01T09:00:00.000Z" }])).rejects.toThrow(/without a collection|instead of JSON/);
  });
});

describe("a create", () => {
  it.each<[string, Given]>([
    ["an entity without its id", { status: 201, body: { data: [{ type: "defect", name: "A" }], total_count: 1 } }],
    ["nothing", { status: 201 }],
    ["fewer entities than were sent", { status: 201, body: { data: [], total_count: 0 } }],
  ])("whose reply holds %s is in doubt", async (_title, given) => {
    const { connector } = octane(() => given);
    expect(await connector.create("defect", "1002", [{ intent: "00000000-0000-4000-8000-000000000001", fields: { name: "A" } }])).toMatchObject([{ ok: false, kind: "doubtful" }]);
  });
});

it.each<[string, readonly string[], readonly string[], readonly (string | undefined)[]]>([
  ["in another order: names tell", ["A", "B", "C"], ["C", "A", "B"], ["2", "3", "1"]],
  ["in another order, two of one name among them: nobody knows of these", ["A", "B", "A"], ["B", "A", "A"], [undefined, "1", undefined]],
  ["in order, under names of the server's own making", ["A", "B"], ["A", "b"], ["1", "2"]],
  ["in order, two of one name", ["A", "A"], ["A", "A"], ["1", "2"]],
])("takes the new entities that come %s", async (_title, sent, came, ids) => {
  const { connector } = octane(() => ({ status: 201, body: { data: came.map((name, index) => ({ ...defect(index + 1), name })), total_count: came.length } }));
  const results = await connector.create("defect", "1002", sent.map((name, index) => ({ intent: `00000000-0000-4000-8000-00000000000${index}`, fields: { name } })));
  expect(results.map((result) => (result.ok ? result.id : undefined))).toEqual(ids);
});

describe("the reply of a write", () => {
  const reply = async (entity: Readonly<Record<string, unknown>>) => {
    const { connector } = octane(() => ({ status: 201, body: { data: [{ ...defect(1001), ...entity }], total_count: 1 } }));
    const [result] = await connector.create("defect", "1002", [{ intent: "00000000-0000-4000-8000-000000000001", fields: { name: "A" } }]);
    return result?.ok === true ? result : undefined;
  };

  it("is the reading back where it holds what was asked for", async () => {
    expect((await reply({ author: null }))?.after?.item).toMatchObject({ id: "1001", fields: { author: null } });
  });

  it("is none where the server chose the fields: what it does not tell is not empty", async () => {
    expect(await reply({})).toMatchObject({ ok: true, id: "1001" });
    expect((await reply({}))?.after).toBeUndefined();
  });
});

it.each(["comments", "attachments"] as const)("takes %s that come without their owner for no deleted ones", async (what) => {
  const held = { type: "comment", id: "5", name: "a", text: "said", owner_work_item: null };
  const attachmentOwner = { ...field("owner_work_item", "reference", { field_type_data: { multiple: false, targets: [{ type: "defect" }] } }), entity_name: "attachment" };
  const { connector } = octane((path) => (path === what ? { body: { data: [held], total_count: 1 } } : {}), (path) => (path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, attachmentOwner] } } : undefined));
  const query = { type: "defect", project: "1002", ids: ["1001"] };
  await expect(what === "comments" ? connector.comments?.read(query) : connector.attachments?.list(query)).rejects.toThrow("without its owner_work_item");
});

it.each(["comments", "attachments"] as const)("does not pass over changed %s that come without a word about their owner", async (what) => {
  const { connector } = octane((path) => (path === what ? { body: { data: [{ type: "comment", id: "5", last_modified: "2026-03-02T10:00:00Z" }], total_count: 1 } } : {}));
  await expect(connector[what]?.changedSince?.({ type: "defect", project: "1002", since: "2026-03-02T09:00:00.000Z" })).rejects.toThrow("without its owner_work_item");
});

it("does not take a comment that comes without its text for an empty one, nor one without text for damaged", async () => {
  const reading = (more: object) => octane((path) => (path === "comments" ? { body: { data: [{ type: "comment", id: "5", owner_work_item: { type: "defect", id: "1001" }, author: null, ...more }], total_count: 1 } } : {})).connector.comments?.read({ type: "defect", project: "1002", ids: ["1001"] });
  await expect(reading({})).rejects.toThrow("without its text");
  expect((await reading({ text: null }))?.get("1001")).toMatchObject([{ id: "5", text: "" }]);
});

it("asks for the names of tags that came without: they are no empty list", async () => {
  const tags = field("user_tags", "reference", { field_type_data: { multiple: true, targets: [{ type: "user_tag" }] } });
  const held = { ...defect(1001), user_tags: { total_count: 2, data: [{ type: "user_tag", id: "5" }, { type: "user_tag", id: "6", name: "cart" }] } };
  const { connector } = octane(
    () => ({ body: { data: [held], total_count: 1 } }),
    (path) => (path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, tags] } } : path === "user_tags" ? { body: { data: [{ type: "user_tag", id: "5", name: "web" }], total_count: 1 } } : undefined),
  );
  expect((await connector.get({ type: "defect", project: "1002", ids: ["1001"], fields: ["user_tags"] }))[0]?.fields).toEqual({ user_tags: ["web", "cart"] });
});

it.each<[string, Readonly<Record<string, unknown>>, boolean]>([
  ["all of them", { total_count: 2, data: [{ type: "user_tag", id: "5", name: "web" }, { type: "user_tag", id: "6", name: "cart" }], exceeds_total_count: false }, true],
  ["fewer than it counts", { total_count: 3, data: [{ type: "user_tag", id: "5", name: "web" }, { type: "user_tag", id: "6" }] }, false],
  ["as many as it likes", { total_count: 1, data: [{ type: "user_tag", id: "5", name: "web" }], exceeds_total_count: true }, false],
  ["one that nobody names", { total_count: 1, data: [{ type: "user_tag", id: "9" }] }, false],
])("takes references of which the server shows %s for told only where they are all there", async (_title, held, told) => {
  const tags = field("user_tags", "reference", { field_type_data: { multiple: true, targets: [{ type: "user_tag" }] } });
  const { connector } = octane(
    () => ({ body: { data: [{ ...defect(1001), user_tags: held }], total_count: 1 } }),
    (path) => (path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, tags] } } : path === "user_tags" ? { body: { data: [{ type: "user_tag", id: "6", name: "cart" }], total_count: 1 } } : undefined),
  );
  const [item] = await connector.get({ type: "defect", project: "1002", ids: ["1001"], fields: ["user_tags", "name"] });
  expect([item?.fields, item?.unseen]).toEqual(told ? [{ user_tags: ["web", "cart"], name: "D1001" }, undefined] : [{ name: "D1001" }, ["user_tags"]]);
});

describe("a field that was asked for and does not come", () => {
  const severity = field("blocked_reason", "string");
  const reading = async (held: object, whole: object) => {
    const { connector, asked } = octane(
      (path) => ({ body: path.endsWith("/1001") && asked.length > 0 ? { ...defect(1001), ...whole } : { data: [{ ...defect(1001), ...held }], total_count: 1 } }),
      (path) => (path === "metadata/fields" ? { body: { data: [...METADATA_FIELDS, severity] } } : undefined),
    );
    for await (const { items } of connector.changes({ type: "defect", project: "1002", fields: ["blocked_reason", "author"] })) return { item: items[0], calls: asked.filter(({ path }) => path.endsWith("/1001")).length };
    return undefined;
  };

  it("is not empty where the server says what is", async () => {
    const read = await reading({ author: null }, {});
    expect([read?.item?.fields, read?.item?.unseen, read?.calls]).toEqual([{ author: null }, ["blocked_reason"], 0]);
  });

  it("is not empty where the server says so of some other field, which is asked for once", async () => {
    const read = await reading({ author: { type: "workspace_user", id: "7", name: "a" } }, { owner: null });
    expect([read?.item?.unseen, read?.calls]).toEqual([["blocked_reason"], 1]);
  });

  it("is empty where the server never says so of any", async () => {
    const read = await reading({}, {});
    expect([read?.item?.fields, read?.item?.unseen, read?.calls]).toEqual([{ blocked_reason: null, author: null }, undefined, 1]);
  });
});

describe("a create of many that is refused whole", () => {
  const making = async (refusal: Given): Promise<readonly string[]> => {
    let made = 2000;
    const { connector } = octane((_path, request) => {
      const { data } = request.json as { readonly data: readonly { readonly name: string }[] };
      return data.some(({ name }) => name === "bad") ? refusal : { status: 201, body: { data: data.map(({ name }) => ({ ...defect(++made), name })), total_count: data.length } };
    });
    const results = await connector.create("defect", "1002", ["A", "B", "bad", "C"].map((name, index) => ({ intent: `00000000-0000-4000-8000-00000000000${index}`, fields: { name } })));
    return results.map((result) => (result.ok ? "made" : result.kind));
  };

  it.each<[string, Given]>([
    ["in Octane's words", { status: 400, body: { error_code: "illegal_field_value", description: "no" } }],
    ["for its size, by somebody before Octane", { status: 413, body: "<html>Too large</html>" }],
    ["as unreadable", { status: 400, body: "<html>Bad request</html>" }],
  ])("%s is sent in halves until the bad one is found", async (_title, refusal) => {
    expect(await making(refusal)).toEqual(["made", "made", "refused", "made"]);
  });

  it("in part, without a word about the refusals, is not sent again: what was made would be made twice", async () => {
    const { connector, asked } = octane(() => ({ status: 409, body: { total_count: 2, data: [defect(1001), { ...defect(1003), name: "C" }].map((one, at) => (at === 0 ? { ...one, name: "A" } : one)) } }));
    const results = await connector.create("defect", "1002", ["A", "B", "C"].map((name, at) => ({ intent: `00000000-0000-4000-8000-00000000000${at}`, fields: { name } })));
    expect(results.map((result) => (result.ok ? result.id : result.kind))).toEqual(["1001", "doubtful", "1003"]);
    expect(asked.filter(({ method, path }) => method === "POST" && path.endsWith("/defects"))).toHaveLength(1);
  });

  it("as forbidden is not sent again", async () => {
    expect(await making({ status: 403, body: "<html>Forbidden</html>" })).toEqual(["refused", "refused", "refused", "refused"]);
  });

  it("and says that something is blocked is not about a lock", async () => {
    expect(await making({ status: 409, body: { error_code: "platform.item_blocked", description: "no" } })).toEqual(["made", "made", "refused", "made"]);
  });
});

it("reads a comment it made where the reply holds only its id", async () => {
  const comment = { type: "comment", id: "5", text: "<html><body>said</body></html>", creation_time: "2026-03-01T10:00:00Z", last_modified: "2026-03-01T10:00:00Z", owner_work_item: { type: "defect", id: "1001" }, author: null };
  const { connector } = octane((path) => (path === "comments" ? { status: 201, body: { data: [{ type: "comment", id: "5" }], total_count: 1 } } : { body: comment }));
  expect(await connector.comments?.add("defect", "1002", "1001", "<p>said</p>")).toMatchObject({ id: "5", createdAt: "2026-03-01T10:00:00.000Z", text: "<p>said</p>" });
});

it("knows its own comments by login: a workspace's user may have another id than the account's", async () => {
  const comment = { type: "comment", id: "5", text: "<html><body>copy</body></html>", creation_time: "2026-03-01T10:00:00Z", last_modified: null, owner_work_item: { type: "defect", id: "1001" }, author: { type: "workspace_user", id: "1004", name: "SYNC@x", full_name: "Sync" } };
  const { connector } = octane(() => ({ body: { data: [comment], total_count: 1 } }));
  const read = await connector.comments?.read({ type: "defect", project: "1002", ids: ["1001"] });
  expect(read?.get("1001")?.[0]?.author?.person).toBe((await connector.account()).id);
});

it("knows its own comments and files where authors come without their login, and takes nobody else's for its own", async () => {
  const by = (id: string, full_name: string) => ({ type: "workspace_user", id, full_name });
  const owned = (id: string, author: unknown) => ({ type: "comment", id, text: "<html><body>copy</body></html>", name: "a.txt", size: 1, creation_time: `2026-03-01T10:00:0${id}Z`, owner_work_item: { type: "defect", id: "1001" }, author });
  const users = [{ type: "workspace_user", id: "1004", name: "sync@x", full_name: "Sync" }, { type: "workspace_user", id: "7", name: "anna@x", full_name: "Anna Berg" }];
  const people: (path: string) => Given = (path) => ({ body: path.endsWith("workspaces") ? { data: [{ id: "1002", name: "W" }], total_count: 1 } : path.endsWith("workspace_users") ? { data: users, total_count: 2 } : { data: [owned("5", by("1004", "Sync")), owned("6", by("7", "Anna Berg"))], total_count: 2 } });
  const { connector, asked } = octane(people);
  const read = await connector.comments?.read({ type: "defect", project: "1002", ids: ["1001"] });
  const { id } = await connector.account();
  // The account's id in the space is Anna's in the workspace.
  expect(read?.get("1001")?.map(({ author }) => [author?.name, author?.person === id])).toEqual([["Sync", true], ["Anna Berg", false]]);
  const files = await connector.attachments?.list({ type: "defect", project: "1002", ids: ["1001"] });
  expect(files?.get("1001")?.map(({ author }) => [author?.name, author?.person === id])).toEqual([["Sync", true], ["Anna Berg", false]]);
  expect(asked.filter(({ path }) => path.endsWith("workspace_users"))).toHaveLength(1);
});

it("takes no item of a person for the one it made whose number in the workspace is that of our account in the space", async () => {
  const item = (author: unknown) => ({ ...defect(1001), name: "Lost", author });
  const users = [{ type: "workspace_user", id: "1004", name: "sync@x" }, { type: "workspace_user", id: "7", name: "anna@x" }];
  const found = async (author: unknown) => {
    const { connector } = octane((path) => ({ body: path.endsWith("workspaces") ? { data: [{ id: "1002", name: "W" }], total_count: 1 } : path.endsWith("workspace_users") ? { data: users, total_count: 2 } : { data: [item(author)], total_count: 1 } }));
    const result = await connector.find("defect", "1002", [{ intent: "00000000-0000-4000-8000-000000000001", name: "Lost", since: "2026-03-01T09:00:00.000Z" }]);
    return [[...result.found.values()].map(({ id }) => id), result.undecided.size];
  };
  expect(await found({ type: "workspace_user", id: "7", full_name: "Anna Berg" })).toEqual([[], 1]);
  expect(await found({ type: "workspace_user", id: "1004", full_name: "Sync" })).toEqual([["1001"], 0]);
});
