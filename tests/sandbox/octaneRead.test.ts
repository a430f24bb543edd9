// Reading from the sandbox ALM Octane: the query language as every client of the vendor writes it, fields, order, pages, groups, words, metadata.

import { beforeAll, describe, expect, it } from "vitest";
import { type Caller, signedIn } from "./octaneCaller.ts";

const LOW = { type: "list_node", id: "list_node.severity.low" };
const HIGH = { type: "list_node", id: "list_node.severity.high" };

let caller: Caller;
const id: Record<string, string> = {};

beforeAll(() => {
  caller = signedIn();
  id.release = caller.make("releases", { name: "R1", start_date: "2026-01-01T00:00:00Z", end_date: "2026-12-31T00:00:00Z" });
  id.web = caller.make("user_tags", { name: "web" });
  id.cart = caller.make("user_tags", { name: "cart" });
  id.feature = caller.make("features", { name: "Cart" });
  const tags = (...names: readonly string[]) => ({ data: names.map((name) => ({ type: "user_tag", id: id[name] })) });
  id.a = caller.make("defects", { name: "Alpha cart", severity: LOW, story_points: 1, user_tags: tags("web"), owner: { type: "workspace_user", id: "1003" }, jira_key_udf: "PAY-1" });
  caller.clock.at += 86_400_000;
  caller.signIn();
  id.b = caller.make("defects", { name: "beta ^caret^ 'quote' \"double\"", severity: HIGH, story_points: 5, user_tags: tags("web", "cart"), parent: { type: "feature", id: id.feature }, closed_on: "2026-03-01T00:00:00Z" });
  id.c = caller.make("defects", { name: "Gamma*star", story_points: 8, release: { type: "release", id: id.release }, phase: { type: "phase", id: "phase.defect.closed" }, owner: { type: "workspace_user", id: "1002" } });
  id.d = caller.make("defects", { name: "delta cart", blocked: true, impact_score_udf: 2.5 });
});

const found = (query: string): string => {
  const answer = caller.get(`defects?fields=name&order_by=id&query=${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.data.map((one) => Object.keys(id).find((name) => id[name] === one.id)).join("");
};

describe("the query language", () => {
  it.each([
    ["no query", "", "abcd"],
    ["EQ with carets", '"name EQ ^delta cart^"', "d"],
    ["EQ with apostrophes", "\"name EQ 'delta cart'\"", "d"],
    ["a sign and no blanks", "\"name='delta cart'\"", "d"],
    ["encoded wholly", "%22name%20EQ%20%5Edelta%20cart%5E%22", "d"],
    ["plus for blanks, quotes outside", '"name+EQ+^delta+cart^"', "d"],
    ["no outer quotes", "name EQ ^delta cart^", "d"],
    ["a wildcard", '"name EQ ^*cart^"', "ad"],
    ["a wildcard in the middle", '"name EQ ^del*art^"', "d"],
    ["IN with a wildcard", '"name IN ^Alpha*^,^delta*^"', "ad"],
    ["letter case", '"name EQ ^DELTA cart^"', ""],
    ["an escaped caret", '"name EQ ^beta \\^caret\\^ \'quote\' \\"double\\"^"', "b"],
    ["an escaped apostrophe", "\"name EQ 'beta ^caret^ \\'quote\\' *'\"", "b"],
    ["an escaped star", '"name EQ ^Gamma\\*star^"', "c"],
    ["quotes escaped around a text", '"name EQ \\"delta cart\\""', "d"],
    ["greater", '"story_points GT 1"', "bc"],
    ["greater or equal as a sign", '"story_points>=5"', "bc"],
    ["less, quoted", '"story_points LT ^5^"', "a"],
    ["less or equal", '"story_points LE 5"', "ab"],
    ["an interval, both ends in", '"story_points BTW 1...5"', "ab"],
    ["an interval as Java writes it", '"story_points BTW 1 ...5"', "ab"],
    ["a float", '"impact_score_udf EQ 2.5"', "d"],
    ["a boolean", '"blocked EQ true"', "d"],
    ["a boolean, quoted", '"blocked EQ ^true^"', "d"],
    ["no boolean", '"blocked EQ null"', "abc"],
    ["an empty plain field", '"closed_on EQ null"', "acd"],
    ["not empty", '"!closed_on EQ null"', "b"],
    ["an empty reference", '"release EQ {null}"', "abd"],
    ["an empty reference with blanks", '"release EQ { null }"', "abd"],
    ["an empty multi reference", '"user_tags EQ {null}"', "cd"],
    ["a reference by id", '"severity EQ {id EQ ^list_node.severity.high^}"', "b"],
    ["a reference by a field of the target", '"severity EQ {name EQ ^High^}"', "b"],
    ["one of several references", '"severity IN {id EQ ^list_node.severity.low^},{name EQ ^High^}"', "ab"],
    ["two levels deep", '"phase EQ {metaphase EQ {logical_name EQ ^metaphase.work_item.done^}}"', "c"],
    ["a negation inside", '"phase EQ {!metaphase EQ {logical_name EQ ^metaphase.work_item.done^}}"', "abd"],
    ["any of several values", '"user_tags EQ {name EQ ^cart^}"', "b"],
    ["none of several values", '"!user_tags EQ {name EQ ^cart^}"', "acd"],
    ["or inside braces", '"user_tags EQ {name EQ ^cart^||name EQ ^web^}"', "ab"],
    ["both of two values", '"user_tags EQ {name EQ ^cart^};user_tags EQ {name EQ ^web^}"', "b"],
    ["a polymorphic reference", '"parent EQ {name EQ ^Cart^}"', "b"],
    ["a user", '"owner EQ {email EQ ^anna.berg@example.com^}"', "a"],
    ["the caller", '"owner EQ {id IN [current_user]}"', "c"],
    ["the current release", '"release EQ {id IN [current_release]}"', "c"],
    ["and before or", '"story_points EQ 1||story_points EQ 8;blocked EQ true"', "a"],
    ["parentheses", '"(story_points EQ 1||story_points EQ 8);!blocked EQ true"', "ac"],
    ["not before and", '"!story_points EQ 1;story_points LE 5"', "b"],
    ["not before a group", '"!(story_points EQ 1||story_points EQ 5)"', "cd"],
    ["Java's parentheses around each", "\"((name EQ 'delta cart')||(story_points EQ 1))\"", "ad"],
    ["a user-defined text", '"jira_key_udf EQ ^PAY-1^"', "a"],
    ["a time with milliseconds", '"creation_time GT ^2026-03-02T10:00:00.000Z^"', "bcd"],
    ["a time without seconds", "\"creation_time LE '2026-03-02T10:00Z'\"", "a"],
    ["a time with an offset, its plus swallowed", '"creation_time LE ^2026-03-02T11:00:00+01:00^"', "a"],
    ["an interval of times", '"creation_time BTW ^2026-03-02T00:00:00Z^...^2026-03-02T23:59:59Z^"', "a"],
    ["a concrete subtype", '"subtype EQ ^defect^"', "abcd"],
    ["unknown ids", '"id IN 1,2,3"', ""],
  ])("understands %s", (_, query, expected) => {
    expect(found(query)).toBe(expected);
  });

  it.each([
    ["bare", (a: string, b: string) => `"id IN ${a},${b}"`],
    ["in carets", (a: string, b: string) => `"id IN ^${a}^,^${b}^"`],
    ["in apostrophes", (a: string, b: string) => `"id+IN+'${a}','${b}'"`],
    ["once each, where others are gone or named twice", (a: string, b: string) => `"id IN 9,${a},${b},${a},77777"`],
    ["as an interval", (a: string, b: string) => `"id BTW ${a}...${b};!name EQ ^none^"`],
    ["from below", (a: string, b: string) => `"id GE ${a};id LT ${Number(b) + 1}"`],
  ])("finds ids %s", (_, query) => {
    expect(found(query(id.a!, id.b!))).toBe("ab");
  });

  it.each([
    ["an unknown field", '"nme EQ ^x^"', "platform.unknown_field"],
    ["an unknown field of a target", '"severity EQ {nme EQ ^x^}"', "platform.unknown_field"],
    ["a bare null for a reference", '"release EQ null"', null],
    ["braces for a plain field", '"closed_on EQ {null}"', null],
    ["a plain value for a reference", '"severity EQ ^list_node.severity.low^"', null],
    ["a field that cannot be filtered", '"description EQ ^x^"', null],
    ["the lock stamp", '"client_lock_stamp EQ 1"', null],
    ["a word for a number", '"story_points EQ ^many^"', "illegal_field_value"],
    ["a word for a time", '"creation_time GT ^yesterday^"', "illegal_field_value"],
    ["a missing bracket", '"(name EQ ^x^"', null],
    ["a missing caret", '"name EQ ^x"', null],
    ["an unknown operator", '"name LIKE ^x^"', null],
    ["greater than a reference", '"severity GT {id EQ ^x^}"', null],
    ["an unknown token", '"owner EQ {id IN [nobody]}"', null],
  ])("refuses %s with 400", (_, query, code) => {
    const answer = caller.get(`defects?query=${query}`);
    expect([answer.status, code === null || answer.body.error_code === code]).toEqual([400, true]);
  });

  it("folds letter case where that is switched on, and asks people by id only where that is", () => {
    const other = signedIn({ textMatch: "ignoreCase", userFilters: "idOnly" });
    other.make("defects", { name: "Alpha" });
    expect(other.get('defects?query="name EQ ^ALPHA^"').body.total_count).toBe(1);
    expect(other.get('defects?query="owner EQ {name EQ ^x^}"').status).toBe(400);
    expect(other.get('defects?query="owner EQ {id EQ 1003}"').status).toBe(200);
  });

  it.each(["(".repeat(5000), "!".repeat(5000), "parent EQ {".repeat(1000)])("refuses a bottomless query with 400: %.12s…", (query) => {
    expect(caller.get(`defects?query=${query}`).status).toBe(400);
  });

  it("survives stray ampersands and empty parameters", () => {
    expect(caller.get('defects?&query="id GT 0"&&=&fields=name').body.total_count).toBe(4);
  });
});

describe("aggregates", () => {
  it("answer their own type with the concrete one beside it", () => {
    const { data } = caller.get(`work_items?query="id EQ ${id.a}"&fields=name,severity`);
    expect(data[0]).toMatchObject({ type: "work_item", subtype: "defect", id: id.a, name: "Alpha cart", severity: { id: "list_node.severity.low" } });
  });

  it("hold the root and answer null for what a subtype has not", () => {
    const { data } = caller.get("work_items?fields=name,severity&order_by=id");
    expect(data[0]).toMatchObject({ subtype: "work_item_root", severity: null });
    expect(data).toHaveLength(6);
  });

  it("answer references with the concrete type", () => {
    expect(caller.get(`defects/${id.b}?fields=parent`).body.parent).toMatchObject({ type: "feature", name: "Cart" });
  });

  it("do not find an item of another type in a concrete collection", () => {
    expect(caller.get(`stories/${id.a}`).status).toBe(404);
    expect(caller.get(`work_items/${id.a}`).status).toBe(200);
  });
});

describe("fields", () => {
  it("are the flagged ones by default, the minimum by switch, and the flagged ones even then for a reserved client", () => {
    expect(caller.get(`defects/${id.a}`).body).toMatchObject({ name: "Alpha cart", workspace_id: 1002 });
    expect(caller.get(`defects/${id.a}`).body).not.toHaveProperty("client_lock_stamp");
    const minimal = signedIn({ defaultFields: "minimal" });
    const made = minimal.make("defects", { name: "x" });
    expect(Object.keys(minimal.get(`defects/${made}`).body).sort()).toEqual(["id", "logical_name", "subtype", "type", "workspace_id"]);
    expect(minimal.get(`defects/${made}`, { hpeclienttype: "HPE_CI_CLIENT" }).body.name).toBe("x");
  });

  it("come with type and id, whatever is asked", () => {
    expect(caller.get(`defects/${id.a}?fields=name`).body).toEqual({ type: "defect", id: id.a, name: "Alpha cart" });
  });

  it("show references with the display fields of their type", () => {
    const { body } = caller.get(`defects/${id.a}?fields=severity,owner,user_tags,team`);
    expect(body).toEqual({
      type: "defect",
      id: id.a,
      severity: { type: "list_node", id: "list_node.severity.low", logical_name: "list_node.severity.low", name: "Low", index: 0 },
      owner: { type: "workspace_user", id: "1003", full_name: "Anna Berg", name: "anna.berg@example.com" },
      user_tags: { total_count: 1, data: [{ type: "user_tag", id: id.web, name: "web" }], exceeds_total_count: false },
      team: null,
    });
  });

  it("expand references over three levels and no more", () => {
    const { body } = caller.get(`defects/${id.b}?fields=name,parent{name,phase{name,metaphase{name}}}`);
    expect(body.parent).toEqual({ type: "feature", id: id.feature, name: "Cart", phase: { type: "phase", id: "phase.feature.new", name: "New", metaphase: { type: "metaphase", id: "metaphase.work_item.new", name: "New" } } });
    expect(caller.get("defects?fields=parent{phase{metaphase{phase{name}}}}").status).toBe(400);
  });

  it("need the preview header for expansion where that is switched on", () => {
    const strict = signedIn({ previewExpansion: true, previewRefusal: 400 });
    expect(strict.get("defects?fields=owner{name}").status).toBe(400);
    expect(strict.get("defects?fields=owner{name}", { "ALM-OCTANE-TECH-PREVIEW": "true" }).status).toBe(200);
  });

  it("refuse what the type has not", () => {
    expect(caller.get("defects?fields=name,nme").body).toMatchObject({ error_code: "platform.unknown_field", properties: { entity_type: "defect", field_name: "nme" } });
    expect(caller.get("epics?fields=release").status).toBe(400);
    expect(caller.get("sprints?fields=description").status).toBe(400);
  });

  it("never show a password", () => {
    expect(JSON.stringify(caller.get("workspace_users?fields=name,password").body)).not.toContain("octane-pass");
  });
});

describe("order and pages", () => {
  it.each([
    ["id", ["a", "b", "c", "d"]],
    ["-id", ["d", "c", "b", "a"]],
    ["name", ["a", "b", "d", "c"]],
    ["-story_points,id", ["c", "b", "a", "d"]],
    ["severity,-id", ["d", "c", "a", "b"]],
    ["last_modified,-id", ["a", "d", "c", "b"]],
    ["", ["a", "b", "c", "d"]],
  ])("sorts by %j, texts without regard to case, empty first", (order, expected) => {
    expect(caller.get(`defects?fields=id&order_by=${order}`).data.map((one) => one.id)).toEqual(expected.map((name) => id[name]));
  });

  it("sorts by name by default where that is switched on, ids as texts too", () => {
    const other = signedIn({ defaultOrder: "name", idOrder: "text" });
    for (const name of ["c", "a", "b"]) other.make("defects", { name });
    expect(other.names("defects?fields=name")).toEqual(["a", "b", "c"]);
    expect(other.get("defects?order_by=id").status).toBe(200);
  });

  it("sorts names that are ids as a condition compares them, so that who pages by id meets each once", () => {
    const all = caller.get("list_nodes?fields=id&order_by=id").data.map((one) => String(one.id));
    const met: string[] = [];
    for (let after = ""; met.length <= all.length; after = met.at(-1) ?? "") {
      const { data } = caller.get(`list_nodes?fields=id&order_by=id&limit=7${after === "" ? "" : `&query="id GT ^${after}^"`}`);
      if (data.length === 0) break;
      met.push(...data.map((one) => String(one.id)));
    }
    expect(met).toEqual(all);
  });

  it.each(["user_tags", "description", "blocked_reason", "nothing"])("refuses to sort by %s", (field) => {
    expect(caller.get(`defects?order_by=${field}`).status).toBe(400);
  });

  it("counts all matches on every page", () => {
    const { body, data } = caller.get("defects?limit=2&offset=3&order_by=id&fields=name");
    expect([body.total_count, body.exceeds_total_count, data.map((one) => one.id)]).toEqual([4, false, [id.d]]);
    expect(caller.get("defects?limit=2&offset=9").data).toEqual([]);
  });

  it.each(["limit=0", "limit=-1", "limit=5001", "limit=x", "offset=-1"])("refuses %s", (parameter) => {
    expect(caller.get(`defects?${parameter}`).status).toBe(400);
  });

  it("counts no further than the cap where there is one", () => {
    const capped = signedIn({ countCap: 2 });
    capped.post("defects", { name: "1" }, { name: "2" }, { name: "3" });
    expect(capped.get("defects").body).toMatchObject({ total_count: 2, exceeds_total_count: true });
  });
});

describe("groups and words", () => {
  it("count by a reference, with a sum", () => {
    const { body } = caller.get("defects/groups?group_by=severity&group_data=sum(story_points)");
    expect(body.groupsTotalCount).toBe(3);
    expect(body.groups).toContainEqual({ value: { type: "list_node", id: "list_node.severity.high", logical_name: "list_node.severity.high", name: "High", index: 2 }, count: 1, data: [{ field: "story_points", function: "sum", value: 5 }] });
    expect(body.groups).toContainEqual(expect.objectContaining({ value: null, count: 2 }));
  });

  it("count an item in each of its groups, filtered, with numeric ids", () => {
    const { body } = caller.get('defects/groups?group_by=user_tags&query="!user_tags EQ {null}"');
    expect((body.groups as readonly { readonly count: number }[]).map((group) => group.count)).toEqual([2, 1]);
    expect(JSON.stringify(caller.get("defects/groups?group_by=phase&use_numeric_id=true").body)).toMatch(/"id":"1\d\d\d"/);
    expect(caller.get("defects/groups?group_by=nothing").status).toBe(400);
  });

  it("are found in names and descriptions, marked", () => {
    const { data } = caller.get('work_items?text_search={"type":"global","text":"CART"}&fields=name&limit=5&order_by=id');
    expect(data.map((one) => one.id)).toEqual([id.feature, id.a, id.d]);
    expect(data[1]?.global_text_search_result).toEqual({ name: "Alpha <em>cart</em>", description: "" });
    expect(caller.get("defects?text_search={broken").status).toBe(400);
  });
});

describe("metadata", () => {
  it("has no address for one type or field", () => {
    for (const path of ["metadata/entities/defect", "metadata/fields/name", "metadata/entities/defect/x", "metadata"]) expect([path, signedIn().get(path).status]).toEqual([path, 404]);
  });

  it("describes a type with the features clients look for", () => {
    const { data } = caller.get('metadata/entities?query="name EQ ^defect^"');
    const names = (data[0]!.features as readonly { readonly name: string }[]).map((feature) => feature.name);
    expect(names).toEqual(["rest", "subtype_of", "hierarchy", "phases", "comments", "attachments", "user_defined_fields", "business_rules", "mailing", "history", "ordering"]);
    expect(data[0]!.features).toContainEqual({ name: "hierarchy", parent_types: ["work_item_root", "feature"], child_types: [], max_depth: 1, root: { type: "work_item_root", id: "1001" } });
  });

  it("gives the aggregate its subtypes, and every type an address", () => {
    const { data } = caller.get("metadata/entities");
    const features = data.map((one) => one.features as readonly { readonly name: string; readonly url?: string; readonly types?: readonly string[] }[]);
    expect(features.every((list) => typeof list.find((feature) => feature.name === "rest")?.url === "string")).toBe(true);
    const workItem = data.findIndex((one) => one.name === "work_item");
    expect(features[workItem]!.find((feature) => feature.name === "subtypes")?.types).toEqual(["work_item_root", "epic", "feature", "story", "quality_story", "defect"]);
  });

  it("speaks the older dialect where that is switched on", () => {
    const text = JSON.stringify(signedIn({ metadataDialect: "old" }).get("metadata/entities").body);
    for (const word of ["has_comments", "has_attachments", "relation_name", "hierarchical_entity"]) expect(text).toContain(word);
  });

  it.each([
    ["\"entity_name EQ ^defect^||entity_name EQ ^story^\"", ["defect", "story"]],
    ["\"entity_name IN 'defect','story'\"", ["defect", "story"]],
    ['"entity_name EQ ^epic^;is_user_defined EQ true"', ["epic"]],
  ])("takes the query %s", (query, types) => {
    const { data } = caller.get(`metadata/fields?query=${query}`);
    expect([...new Set(data.map((one) => one.entity_name))].sort()).toEqual(types);
  });

  it("describes a field whole", () => {
    const { data } = caller.get('metadata/fields?query="entity_name EQ ^defect^;name EQ ^severity^"');
    expect(data).toEqual([
      expect.objectContaining({
        type: "field_metadata",
        entity_name: "defect",
        name: "severity",
        label: "Severity",
        field_type: "reference",
        field_type_data: { multiple: false, targets: [{ type: "list_node", logical_name: "list_node.severity" }] },
        required: false,
        editable: true,
        final: false,
        is_user_defined: false,
        access_level: "PUBLIC",
      }),
    ]);
  });

  it.each(["story", "defect", "feature", "epic"])("has the user-defined fields on %s", (type) => {
    const { data } = caller.get(`metadata/fields?query="entity_name EQ ^${type}^;is_user_defined EQ true"`);
    expect(data.map((one) => [one.name, one.label, one.field_type])).toEqual([
      ["jira_key_udf", "Jira key", "string"],
      ["tandem_id_udf", "Tandem id", "string"],
      ["customer_tier_udf", "Customer tier", "reference"],
      ["impact_score_udf", "Impact score", "float"],
      ["target_date_udf", "Target date", "date_time"],
      ["customer_visible_udf", "Customer visible", "boolean"],
      ["reviewer_udf", "Reviewer", "reference"],
      ["platforms_udf", "Platforms", "reference"],
      ["acceptance_udf", "Acceptance", "memo"],
      ["builds_udf", "Builds", "integer"],
    ]);
  });

  it("has lists, phases and metaphases under the names clients rely on", () => {
    expect(caller.get("list_nodes").data).toContainEqual(expect.objectContaining({ logical_name: "list_node.severity.low" }));
    expect(caller.get("phases").data).toContainEqual(expect.objectContaining({ id: "phase.test_manual.new" }));
    expect(caller.names('list_nodes?query="list_root EQ {id EQ ^list_node.severity^}"&order_by=index&fields=name')).toEqual(["Low", "Medium", "High", "Very High", "Urgent"]);
    expect(caller.names('phases?query="entity EQ ^defect^"&order_by=index&fields=name')).toEqual(["New", "Opened", "Fixed", "Proposed Closed", "Closed", "Duplicate", "Rejected", "Deferred"]);
    expect(caller.names("metaphases?fields=name")).toEqual(["New", "In progress", "In testing", "Done"]);
  });

  it("leads from nowhere into each start phase", () => {
    const { data } = caller.get('transitions?query="entity EQ ^defect^;source_phase EQ {null}"&fields=source_phase{id,name},target_phase{id,name},is_primary,logical_name');
    expect(data).toEqual([expect.objectContaining({ source_phase: null, target_phase: { type: "phase", id: "phase.defect.new", name: "New" }, is_primary: true })]);
  });

  it("numbers lists and phases where that is switched on, and knows them by logical name still", () => {
    const old = signedIn({ listIds: "number" });
    const [low] = old.get('list_nodes?query="list_root EQ {id EQ ^list_node.severity^}"&order_by=id').data;
    expect(low).toMatchObject({ logical_name: "list_node.severity.low", index: 1 });
    expect(String(low!.id)).toMatch(/^\d+$/);
    const made = old.make("defects", { name: "x", severity: { type: "list_node", id: low!.id } });
    expect(old.get(`defects/${made}?fields=severity,phase`).body).toMatchObject({ severity: { id: low!.id }, phase: { logical_name: "phase.defect.new" } });
  });
});

describe("people", () => {
  it("hides the inactive unless asked", () => {
    const shown = caller.names("workspace_users?fields=name");
    const all = caller.names("workspace_users?fields=name&show_hidden_entities=true");
    expect(all.filter((name) => !shown.includes(name))).toEqual(["dirk.olsen@example.com"]);
  });

  it("are the same at the space under another type", () => {
    expect(caller.get("/api/shared_spaces/1001/users?fields=name,is_api_key&query=\"name EQ 'tandem_client'\"").data).toEqual([{ type: "sharedspace_user", id: "1002", name: "tandem_client", is_api_key: true }]);
  });
});

it("answers a HEAD as the GET it stands for", () => {
  const caller = signedIn();
  const id = caller.make("defects", { name: "x" });
  expect([caller.call("HEAD", `defects/${id}`).status, caller.call("HEAD", "defects").status, caller.call("HEAD", "defects/9999").status]).toEqual([200, 200, 404]);
});
