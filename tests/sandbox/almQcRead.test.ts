// Reading from the sandbox ALM/QC: envelopes, the forms of "empty", fields, pages, order, the query language.

import { beforeAll, describe, expect, it } from "vitest";
import { type Caller, colleague, defect, MANY, entity, signedIn, valuesIn, XML } from "./almQcCaller.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const fieldXml = (text: string, name: string): string => new RegExp(`<Field Name="${name}"(?:/>|>.*?</Field>)`).exec(text)?.[0] ?? "";
const fieldJson = (body: unknown, name: string): unknown => (body as { readonly Fields: readonly { readonly Name: string; readonly values: unknown }[] }).Fields.find((field) => field.Name === name)?.values;

let caller: Caller;

/** Two releases with a cycle, five defects, three requirements, two links. */
beforeAll(() => {
  caller = signedIn();
  caller.make("releases", { name: "Release 7", "parent-id": 1, "start-date": "2026-01-01", "end-date": "2026-06-30" });
  caller.make("releases", { name: "Alpha", "parent-id": 1, "start-date": "2026-07-01", "end-date": "2026-12-31" });
  caller.make("release-cycles", { name: "Cycle 1", "parent-id": 1, "start-date": "2026-02-01", "end-date": "2026-03-01" });
  const rows = [
    { name: "Cart loses items", status: "New", owner: "bo.chen", "user-04": 2, "target-rel": 1 },
    { name: "Price is wrong", status: "Open", severity: "4-Very High", owner: "anna.berg", "user-04": 10, "target-rel": 2 },
    { name: "cart <b> & Co", status: "Open", "user-02": ["api", "web"], "user-04": 1 },
    { name: "Wallet hangs", status: "Fixed", owner: "anna.berg", "closing-date": "2026-03-02" },
    { name: "A 'quoted' \"name\"; [x]" },
  ];
  for (const row of rows) {
    caller.make("defects", defect(row));
    caller.clock.at += 60_000;
  }
  caller.make("requirements", { name: "Folder", "type-id": 1 });
  caller.make("requirements", { name: "Cart", "type-id": 3, "parent-id": 1, "target-rel": ["1", "2"], owner: "anna.berg" });
  caller.make("requirements", { name: "Pay", "type-id": 4, "parent-id": 1 });
  caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "requirement" });
  caller.make("defect-links", { "first-endpoint-id": 2, "second-endpoint-id": 3, "second-endpoint-type": "defect", "link-type": "Related" });
});

describe("an answer", () => {
  it("is a bare entity for one, an envelope for many, without a blank of its own", () => {
    const one = caller.get("defects/2", XML);
    expect(one.headers["Content-Type"]).toBe("application/xml;charset=utf-8");
    expect(one.text.startsWith(`${HEAD}<Entity Type="defect"><ChildrenCount><Value>0</Value></ChildrenCount><Fields><Field Name=`)).toBe(true);
    expect(one.text).toMatch(/<\/Fields><RelatedEntities\/><\/Entity>$/);
    const many = caller.get("defects?fields=name&query={id[2]}", XML);
    expect(many.text).toBe(
      `${HEAD}<Entities TotalResults="1"><Entity Type="defect"><ChildrenCount><Value>0</Value></ChildrenCount><Fields><Field Name="id"><Value>2</Value></Field><Field Name="name"><Value>Price is wrong</Value></Field></Fields><RelatedEntities/></Entity></Entities>`,
    );
    expect(caller.get("defects?fields=name&query={id[2]}").body).toEqual({
      entities: [{ Type: "defect", Fields: [{ Name: "id", values: [{ value: "2" }] }, { Name: "name", values: [{ value: "Price is wrong" }] }], ErrorMessage: "", EntityStatus: "Success", "children-count": 0 }],
      TotalResults: 1,
    });
    expect(Object.keys(caller.get("defects/2").body).sort()).toEqual(["EntityStatus", "ErrorMessage", "Fields", "Type", "children-count"]);
  });

  it.each([
    ["a value", "defects/2", "name", "<Value>Price is wrong</Value>", [{ value: "Price is wrong" }]],
    ["a number", "defects/2", "user-04", "<Value>10</Value>", [{ value: "10" }]],
    ["several values", "defects/3", "user-02", "<Value>api</Value><Value>web</Value>", [{ value: "api" }, { value: "web" }]],
    ["special characters", "defects/3", "name", "<Value>cart &lt;b&gt; &amp; Co</Value>", [{ value: "cart <b> & Co" }]],
    ["an empty text", "defects/2", "user-08", "<Value></Value>", [{}]],
    ["an empty list", "defects/2", "priority", "<Value></Value>", [{}]],
    ["an empty user", "defects/3", "owner", "<Value></Value>", [{}]],
    ["an empty memo", "defects/2", "description", "<Value></Value>", [{}]],
    ["an empty reference", "defects/3", "target-rel", "<Value></Value>", [{}]],
    ["an empty number", "defects/4", "user-04", null, []],
    ["an empty date", "defects/2", "closing-date", null, []],
    ["an empty reference with several values", "requirements/3", "target-rel", null, []],
    ["a reference", "defects/2", "target-rel", '<Value ReferenceValue="Alpha">2</Value>', [{ value: "2", ReferenceValue: "Alpha" }]],
    ["a reference with several values", "requirements/2", "target-rel", '<Value ReferenceValue="Release 7">1</Value><Value ReferenceValue="Alpha">2</Value>', [{ value: "1", ReferenceValue: "Release 7" }, { value: "2", ReferenceValue: "Alpha" }]],
    ["a type", "requirements/3", "type-id", '<Value ReferenceValue="Business">4</Value>', [{ value: "4", ReferenceValue: "Business" }]],
  ])("shows %s", (_what, path, name, xml, json) => {
    expect(fieldXml(caller.get(path, XML).text, name)).toBe(xml === null ? `<Field Name="${name}"/>` : `<Field Name="${name}">${xml}</Field>`);
    expect(fieldJson(caller.get(path).body, name)).toEqual(json);
  });

  it.each([
    ["application/json", undefined, "application/json;charset=utf-8"],
    ["application/xml", undefined, "application/xml;charset=utf-8"],
    ["application/xml", "application/json", "application/json;charset=utf-8"],
    ["text/html, application/json;q=0.5", undefined, "application/json;charset=utf-8"],
    ["application/xml;q=0.1, application/json", undefined, "application/json;charset=utf-8"],
    ["*/*", undefined, "application/xml;charset=utf-8"],
    ["", undefined, "application/xml;charset=utf-8"],
  ])("for Accept '%s' and alt %s is %s", (accept, alt, type) => {
    expect(caller.get(`defects/2${alt === undefined ? "" : `?alt=${alt}`}`, { accept }).headers["Content-Type"]).toBe(type);
  });

  it("has its fields in an order of its own, always the same", () => {
    const names = Object.keys(caller.row("defects/1"));
    expect(names.slice(0, 3)).not.toEqual(["id", "name", "description"]);
    expect(Object.keys(caller.row("defects/2"))).toEqual(names);
  });
});

describe("what is not there", () => {
  it.each([
    ["defects/99", 404, "entity-not-found"],
    ["defects/x", 404, "entity-not-found"],
    ["baselines", 404, "general-error"],
    ["defects/1/nothing", 404, "general-error"],
    ["/qcbin/rest/domains/DEFAULT/projects/NOWHERE/defects", 404, "entity-not-found"],
    ["/qcbin/rest/domains/NOWHERE/projects", 404, "entity-not-found"],
    ["/qcbin/rest/nothing", 404, "general-error"],
    ["defects?fields=name,nonsense", 400, "unknown-field-name"],
    ["defects?fields=nowhere.name", 400, "unknown-field-name"],
    ["defects?query={nonsense[1]}", 400, "invalid-filter-expression"],
  ])("%s is %i %s", (path, status, error) => {
    const refused = caller.get(path);
    expect([refused.status, refused.error]).toEqual([status, error]);
  });

  it("other methods are 405", () => {
    expect(caller.call("PATCH", "defects/1", {}).status).toBe(405);
    expect(caller.call("POST", "defects/1", {}).status).toBe(405);
    expect(caller.call("DELETE", "customization/users").status).toBe(405);
  });
});

describe("fields", () => {
  it("bring the id along, or not, by a switch; one entity brings all", () => {
    expect(Object.keys(caller.row("defects/1?fields=name")).length).toBeGreaterThan(40);
    const [first] = caller.get("defects?fields=name").body.entities as readonly unknown[];
    expect(Object.keys(valuesIn(first)).sort()).toEqual(["id", "name"]);
    const strict = signedIn({ idAlways: false });
    strict.make("defects", defect());
    const [bare] = strict.get("defects?fields=name").body.entities as readonly unknown[];
    expect(Object.keys(valuesIn(bare))).toEqual(["name"]);
  });

  it("of related entities come beside the entity", () => {
    const { text } = caller.get("defects?fields=name,connected-to-requirement.name&query={id[1]}", XML);
    expect(text).toContain('<RelatedEntities><Relation Alias="connected-to-requirement"><Entity Type="requirement">');
    expect(text).toContain('<Field Name="name"><Value>Cart</Value></Field>');
    expect(caller.get("releases?fields=name,release-cycle.name&query={id[1]}").text).toContain("Cycle 1");
    expect(caller.get("release-cycles?fields=release.name").text).toContain("Release 7");
  });
});

describe("pages", () => {
  const page = (search: string): readonly unknown[] => {
    const { status, body, error } = caller.get(`defects?${search}&fields=id`);
    return status === 200 ? [body.TotalResults, ...caller.list(`defects?${search}&fields=id`, "id")] : [status, error];
  };

  it.each([
    ["page-size=2", [5, "1", "2"]],
    ["page-size=2&start-index=1", [5, "1", "2"]],
    ["page-size=2&start-index=3", [5, "3", "4"]],
    ["page-size=2&start-index=5", [5, "5"]],
    ["page-size=2&start-index=6", [5]],
    ["page-size=max", [5, "1", "2", "3", "4", "5"]],
    ["page-size=99999", [5, "1", "2", "3", "4", "5"]],
    ["page-size=0", [0]],
    ["page-size=-1", [404, "invalid-query-value"]],
    ["page-size=many", [404, "invalid-query-value"]],
    ["start-index=0", [404, "invalid-query-value"]],
    ["start-index=-3", [404, "invalid-query-value"]],
    ["query={id[>2]}&page-size=1", [3, "3"]],
  ])("%s", (search, expected) => {
    expect(page(search)).toEqual(expected);
  });

  it("hold 100 by default and 2000 at most, 30 and 50 with ancestors", () => {
    const big = signedIn();
    const many = { entities: Array.from({ length: 2000 }, (_, at) => entity(defect({ name: `d${at}` }))) };
    expect(big.call("POST", "defects", many, MANY).status).toBe(200);
    big.make("defects", defect());
    const size = (search: string): number => big.list(`defects?fields=id&${search}`, "id").length;
    expect([size(""), size("page-size=max"), size("page-size=5000"), size("ancestors-needed=y"), size("ancestors-needed=y&page-size=99")]).toEqual([100, 2000, 2000, 30, 50]);
    expect(big.get("defects?fields=id").body.TotalResults).toBe(2001);
    expect(big.list(`defects?fields=id&query={id[${Array.from({ length: 233 }, (_, at) => at + 1).join(" Or ")}]}&page-size=max`, "id")).toHaveLength(233);
  });
});

describe("order-by", () => {
  it.each([
    ["{name[ASC]}", ["5", "1", "2", "4", "3"]],
    ["{name}", ["5", "1", "2", "4", "3"]],
    ["{name[ASC,CI]}", ["5", "3", "1", "2", "4"]],
    ["{name[DESC]}", ["3", "4", "2", "1", "5"]],
    ["{user-04[DESC]}", ["2", "1", "3", "4", "5"]],
    ["{status;id[DESC]}", ["5", "4", "1", "3", "2"]],
    ["{status[DESC];name[ASC]}", ["2", "3", "1", "4", "5"]],
    ["{id[ASC]}}", ["1", "2", "3", "4", "5"]],
    ["{target-rel[DESC];id}", ["1", "2", "3", "4", "5"]],
    ["{last-modified[DESC];id}", ["1", "2", "3", "5", "4"]],
    ["", ["1", "2", "3", "4", "5"]],
  ])("%s", (order, ids) => {
    expect(caller.list(`defects?fields=id&order-by=${encodeURIComponent(order)}`, "id")).toEqual(ids);
  });

  it.each(["{name,id}", "{nonsense}", "name", "{name[UP]}", "{name[ASC],id[ASC]}"])("%s is 404", (order) => {
    const refused = caller.get(`defects?order-by=${encodeURIComponent(order)}`);
    expect([refused.status, refused.error]).toEqual([404, "invalid-query-value"]);
  });
});

describe("query", () => {
  const ask = (query: string, collection = "defects"): readonly unknown[] => {
    const answer = caller.get(`${collection}?fields=id&query=${encodeURIComponent(query)}`);
    return answer.status === 200 ? caller.list(`${collection}?fields=id&query=${encodeURIComponent(query)}`, "id") : [answer.status, answer.error];
  };

  it.each([
    ["{}", ["1", "2", "3", "4", "5"]],
    ["{id[2]}", ["2"]],
    ["{id[3 Or 1 OR 9]}", ["1", "3"]],
    ["{status[New]}", ["1"]],
    ["{status['Open']}", ["2", "3"]],
    ["{status[New Or Open];severity[\"4-Very High\"]}", ["2"]],
    ["{status[Open]; owner[anna.berg];}", ["2"]],
    ["{status[not Open]}", ["1", "4", "5"]],
    ["{status[NOT (New or Open)]}", ["4", "5"]],
    ["{status[<> Open]}", ["1", "4"]],
    ["{status[Not Open And Not New]}", ["4", "5"]],
    ["{name[cart*]}", ["1", "3"]],
    ["{name[\"*items\"]}", ["1"]],
    ["{name[\"A 'quoted' *; [x]\"]}", ["5"]],
    ["{name['*\"name\"; [x]']}", ["5"]],
    ["{id[>3]}", ["4", "5"]],
    ["{id[>=2 And <=3]}", ["2", "3"]],
    ["{id[GT 3 Or EQ 1]}", ["1", "4", "5"]],
    ["{user-04[>2]}", ["2"]],
    ["{user-02[api]}", ["3"]],
    ["{user-02[Not api]}", ["1", "2", "4", "5"]],
    ["{target-rel[1]}", ["1"]],
    ["{target-rel[\"Alpha\"]}", ["2"]],
    ["{closing-date[>\"2026-03-01\"]}", ["4"]],
    ["{creation-time[\"2026-03-01\"]}", ["1", "2", "3", "4", "5"]],
    ["{last-modified[>\"2026-03-02 10:03:00\"]}", ["1", "2", "3", "5"]],
    ["{last-modified[>=\"2026-03-02\"]}", ["1", "2", "3", "4", "5"]],
    ["{defect.owner[anna.berg]}", ["2", "4"]],
    ["{connected-to-requirement.name[\"C*\"]}", ["1"]],
    ["{connected-to-defect.name[\"Price*\"]}", ["3"]],
    ["{connected-to-defect.status[Open]}", ["2", "3"]],
    ["{connected-to-defect.status[Open];connected-to-defect.inclusive-filter[false]}", ["1", "4", "5"]],
    ["{target-rel.name[Alpha]}", ["2"]],
  ])("%s", (query, ids) => {
    expect(ask(query)).toEqual(ids);
  });

  it.each([
    ["requirements", "{target-rel[2]}", ["2"]],
    ["requirements", "{type-id[3]}", ["2"]],
    ["requirements", "{connected-to-defect.status[New]}", ["2"]],
    ["requirements", "{parent-id[-1]}", ["0"]],
    ["requirements", "{parent-id[0]}", ["1"]],
    ["requirements", "{hierarchical-path[\"AAAAAB*\"]}", ["1", "2", "3"]],
    ["releases", "{release-cycle.name[\"Cycle*\"]}", ["1"]],
    ["release-cycles", "{release.name[Alpha]}", []],
    ["test-folders", "{parent-id[-1]}", []],
    ["test-folders", "{parent-id[0]}", ["-2", "2"]],
    ["test-set-folders", "{parent-id[-1]}", ["0"]],
    ["test-set-folders", "{parent-id[0]}", ["1"]],
    ["release-folders", "{parent-id[-1]}", ["1"]],
  ])("%s %s", (collection, query, ids) => {
    expect(ask(query, collection)).toEqual(ids);
  });

  it("reads a bare phrase as grammar: NOT, or an error", () => {
    expect(ask("{status[Not Open]}")).toEqual(["1", "4", "5"]);
    expect(ask("{status[No Run]}")).toEqual([400, "invalid-filter-expression"]);
    expect(ask("{status[\"No Run\"]}")).toEqual([]);
  });

  it.each([
    "{status[New}",
    "{status}",
    "status[New]",
    "{status[New] severity[x]}",
    "{status[(New]}",
    "{status[\"New]}",
    "{status[]}",
    "{status[\"\"]}",
    "{id[abc]}",
    "{id[1 Or]}",
    "{description[\"*x*\"]}",
    "{last-modified[>\"yesterday\"]}",
    "{last-modified[>\"2026-3-2\"]}",
    "{nowhere.name[x]}",
    "{a.b.c[x]}",
  ])("%s is refused", (query) => {
    expect(ask(query)).toEqual([400, "invalid-filter-expression"]);
  });

  it("takes raw braces, brackets and quotes as well as encoded ones, and + for a blank", () => {
    expect(caller.list("defects?fields=id&query={status[New];name[%22Cart*%22]}", "id")).toEqual(["1"]);
    expect(caller.list('defects?fields=id&query={status["New" Or "Open"];}', "id")).toEqual(["1", "2", "3"]);
    expect(caller.list("defects?query=%7Bname%5B%22Cart+loses+items%22%5D%7D&fields=id", "id")).toEqual(["1"]);
  });

  it("sees what other users see", () => {
    expect(colleague(caller, "vera.stone").list("defects?fields=id&query={status[New]}", "id")).toEqual(["1"]);
  });
});

describe("groups", () => {
  it("count the values of a field", () => {
    expect(caller.get("defects/groups/status").body).toEqual({
      subLevel: [
        ["", 1],
        ["Fixed", 1],
        ["New", 1],
        ["Open", 2],
      ].map(([Value, size]) => ({ Name: "status", Value, ReferenceValue: null, Expression: Value, size, subLevel: [] })),
    });
    expect(caller.get("defects/groups/target-rel?query={id[2]}").body.subLevel).toEqual([{ Name: "target-rel", Value: "2", ReferenceValue: "Alpha", Expression: "2", size: 1, subLevel: [] }]);
    expect(caller.get("defects/groups/nonsense").error).toBe("unknown-field-name");
  });
});
