// The sandbox ALM/QC: links, traces and coverage in every form a client may send and ask for; items of lists, read at Core and edited below /v2.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, colleague, defect, entity, type Fields, MANY, PROJECT, signedIn, valuesIn, XML } from "./almQcCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const XML_MANY = { accept: "application/xml", "content-type": "application/xml;type=collection" };
const xmlEntity = (fields: Fields, type?: string): string =>
  `<Entity${type === undefined ? "" : ` Type="${type}"`}><Fields>${Object.entries(fields).map(([name, value]) => `<Field Name="${name}"><Value>${String(value)}</Value></Field>`).join("")}</Fields></Entity>`;
const xmlValue = (text: string, field: string): readonly string[] => [...text.matchAll(new RegExp(`<Field Name="${field}"><Value[^>]*>([^<]*)</Value></Field>`, "g"))].map(([, value = ""]) => value);

/** Three of each kind of end: defects, requirements and tests 1 to 3. */
const ends = (): void => {
  const folder = caller.make("test-folders", { name: "T", "parent-id": 2 });
  for (const name of ["a", "b", "c"]) {
    caller.make("defects", defect({ name }));
    caller.make("requirements", { name, "type-id": 3 });
    caller.make("tests", { name, "parent-id": folder, "subtype-id": "MANUAL" });
  }
};

type Kind = readonly [collection: string, type: string, one: Fields, other: Fields, field: string, changed: Fields, far: string];

const KINDS: readonly Kind[] = [
  ["defect-links", "defect-link", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect" }, { "first-endpoint-id": 1, "second-endpoint-id": 3, "second-endpoint-type": "test" }, "second-endpoint-id", { comment: "why", "link-type": "Duplicate" }, "second-endpoint-id"],
  ["req-traces", "req-trace", { "from-req-id": 1, "to-req-id": 2 }, { "from-req-id": 2, "to-req-id": 1 }, "to-req-id", { comment: "why" }, "from-req-id"],
  ["requirement-coverages", "requirement-coverage", { "requirement-id": 1, "test-id": 2, "entity-type": "test" }, { "requirement-id": 1, "test-id": 3, "entity-type": "test" }, "test-id", {}, "requirement-id"],
];

describe("what joins two entities", () => {
  it.each(KINDS)("%s: one in JSON, and the answer alone", (collection, type, one, _other, field, changed) => {
    ends();
    const made = caller.post(collection, one);
    expect([made.status, made.body.Type, made.headers.Location, valuesIn(made.body)[field]]).toEqual([201, type, `http://alm.test:8080${PROJECT}/${collection}/1`, [String(one[field])]]);
    const put = caller.put(`${collection}/1`, changed);
    expect([put.status, valuesIn(put.body)]).toMatchObject([200, Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, [value]]))]);
    expect(caller.get(collection).body).toMatchObject({ TotalResults: 1, entities: [{ Type: type }] });
    expect([caller.call("DELETE", `${collection}/1`).status, caller.get(`${collection}/1`).status]).toEqual([200, 404]);
  });

  it.each(KINDS)("%s: one in XML, without its type and with", (collection, type, one, other, field) => {
    ends();
    const made = caller.call("POST", collection, xmlEntity(one), XML);
    expect([made.status, xmlValue(made.text, field), made.text.includes(`<Entity EntityStatus="Success" ErrorMessage="" Type="${type}">`)]).toEqual([201, [String(one[field])], true]);
    expect(caller.call("POST", collection, xmlEntity(other, type), XML).status).toBe(201);
    expect(caller.call("POST", collection, xmlEntity(other, "defect"), XML).status).toBe(400);
    const listed = caller.get(`${collection}?fields=id,${field}`, XML).text;
    expect([/<Entities TotalResults="2">/.test(listed), xmlValue(listed, field)]).toEqual([true, [String(one[field]), String(other[field])]]);
    expect(caller.call("DELETE", `${collection}/2`, undefined, XML).text).toContain(`Type="${type}"`);
  });

  it.each(KINDS)("%s: many in both languages, and deleted by ids", (collection, type, one, other, field) => {
    ends();
    expect([caller.call("POST", collection, { entities: [entity(one, type), entity(other)] }, MANY).status, caller.list(collection, field)]).toEqual([200, [String(one[field]), String(other[field])]]);
    expect([caller.call("DELETE", `${collection}?ids-to-delete=1,2`, undefined, XML).status, caller.list(collection)]).toEqual([200, []]);
    expect(caller.call("POST", collection, `<Entities>${xmlEntity(one)}${xmlEntity(one)}</Entities>`, XML_MANY).status).toBe(409);
    expect(caller.list(collection, field)).toEqual([String(one[field])]);
  });

  it.each(KINDS)("%s: once between the same two, and where they are", (collection, _type, one, other, field) => {
    ends();
    caller.make(collection, one);
    expect([caller.post(collection, one).status, caller.put(`${collection}/1`, { [field]: 3 }).error, caller.put(`${collection}/1`, { [field]: String(one[field]) }).status]).toEqual([500, "operation-forbidden", 200]);
    expect(caller.post(collection, other).status).toBe(201);
  });

  it.each(KINDS)("%s: found from its ends, and gone with one of them", (collection, type, one, _other, field, _changed, far) => {
    ends();
    caller.make(collection, one);
    expect([caller.list(`${collection}?query={${field}[${one[field]}]}`, "id"), caller.list(`${collection}?query={${far}[9]}`, "id")]).toEqual([["1"], []]);
    const owner = { "defect-link": "defects", "req-trace": "requirements", "requirement-coverage": "tests" }[type] ?? "";
    caller.call("DELETE", `${owner}/2`);
    expect(caller.list(collection)).toEqual([]);
  });

  it("no requirement traces itself, nothing covers what is not there", () => {
    ends();
    expect(caller.post("req-traces", { "from-req-id": 1, "to-req-id": 1 }).title).toContain("trace itself");
    expect([caller.post("req-traces", { "from-req-id": 1, "to-req-id": 9 }).status, caller.post("req-traces", { "from-req-id": 1 }).error]).toEqual([500, "required-field-missing"]);
  });

  it("a link of two defects is the same from either side, one of different kinds is not", () => {
    ends();
    caller.make("defect-links", { "first-endpoint-id": 1, "second-endpoint-id": 2, "second-endpoint-type": "defect" });
    const again = (more: Fields): number => caller.post("defect-links", { "first-endpoint-id": 2, "second-endpoint-id": 1, "second-endpoint-type": "defect", ...more }).status;
    expect([again({}), again({ "second-endpoint-type": "requirement" }), again({ "second-endpoint-type": "test" })]).toEqual([500, 201, 201]);
  });
});

const V2 = "/qcbin/v2/rest/domains/DEFAULT/projects/DEMO/list-items";
const itemOf = (name: string): string => caller.list(`list-items?query={name["${name}"]}`, "id")[0] ?? "";
const values = (list: string): readonly string[] => (caller.get(`customization/lists?name=${list}`).body.lists as readonly { readonly Items: readonly { readonly value: string }[] }[])[0]?.Items.map(({ value }) => value) ?? [];

describe("items of lists", () => {
  it("are entities: by list, by name, one by one, in both languages, a tree by parent", () => {
    expect(caller.list("list-items?query={root-id[279]}&order-by={order-id}")).toEqual(["1-Low", "2-Medium", "3-High", "4-Very High", "5-Urgent"]);
    const booking = itemOf("Booking");
    expect(caller.list(`list-items?query={parent-id[${booking}]}`)).toEqual(["Address", "Price", "Payment"]);
    expect(caller.row(`list-items/${booking}`)).toMatchObject({ name: ["Booking"], "root-id": ["312"], "parent-id": ["0"] });
    expect(xmlValue(caller.get(`list-items/${itemOf("1-Low")}`, XML).text, "logical-name")).toEqual(["hp.qc.severity.low"]);
    expect(caller.get("list-items/7").error).toBe("entity-not-found");
    expect([caller.get("list-items?page-size=2").body.TotalResults, caller.list("list-items?page-size=2").length, caller.list(V2).length]).toEqual([63, 2, 63]);
  });

  it("are made, renamed and deleted below /v2, and fields follow at once", () => {
    const made = caller.post(V2, { name: "6-Vital", "root-id": 279 });
    const id = valuesIn(made.body).id?.[0] ?? "";
    expect([made.status, made.headers.Location, values("Severity").at(-1)]).toEqual([201, `http://alm.test:8080${V2}/${id}`, "6-Vital"]);
    caller.make("defects", defect({ severity: "6-Vital" }));
    expect([caller.put(`${V2}/${id}`, { name: "6-Deadly" }).status, values("Severity").at(-1)]).toEqual([200, "6-Deadly"]);
    expect([caller.row("defects/1").severity, caller.put("defects/1", { severity: "6-Vital" }).error]).toEqual([["6-Vital"], "invalid-list-field-value"]);
    expect([caller.call("DELETE", `${V2}/${id}`).status, caller.get(`list-items/${id}`).status, values("Severity")]).toEqual([200, 404, ["1-Low", "2-Medium", "3-High", "4-Very High", "5-Urgent"]]);
  });

  it("in XML and many at once, below another item too; ids stay and are not given twice", () => {
    const depot = itemOf("Depot");
    const made = caller.call("POST", V2, xmlEntity({ name: "Gate", "root-id": "312", "parent-id": depot }), XML);
    expect([made.status, caller.list(`list-items?query={parent-id[${depot}]}`)]).toEqual([201, ["Gate"]]);
    const many = caller.call("POST", V2, { entities: [entity({ name: "Crane", "root-id": 312 }), entity({ name: "Depot", "root-id": 312 })] }, MANY);
    expect([many.status, many.error, itemOf("Depot")]).toEqual([409, "bulk-operation-failed", depot]);
    const crane = itemOf("Crane");
    caller.call("DELETE", `${V2}?ids-to-delete=${crane}`);
    expect(caller.post(V2, { name: "Crane", "root-id": 312 }).status).toBe(201);
    expect(Number(itemOf("Crane"))).toBeGreaterThan(Number(crane));
    expect([caller.call("PUT", V2, { entities: [entity({ id: depot, name: "Yard" })] }, MANY).status, itemOf("Yard")]).toEqual([200, depot]);
    const before = caller.qc.state();
    caller.qc.load(before);
    caller.signIn();
    expect(itemOf("Yard")).toBe(depot);
  });

  it.each<readonly [string, Fields, number, string]>([
    ["without a list", { name: "x" }, 400, "required-field-missing"],
    ["without a name", { "root-id": 279 }, 400, "required-field-missing"],
    ["of a list that is not there", { name: "x", "root-id": 9 }, 500, "general-error"],
    ["below an item of another list", { name: "x", "root-id": 279, "parent-id": 312_001 }, 500, "general-error"],
    ["that is there", { name: "1-Low", "root-id": 279 }, 500, "general-error"],
    ["that is too long", { name: "x".repeat(71), "root-id": 279 }, 400, "invalid-value-type-for-field"],
    ["with a logical name", { name: "x", "root-id": 279, "logical-name": "hp.x" }, 403, "operation-forbidden"],
    ["with a field there is not", { name: "x", "root-id": 279, value: "x" }, 400, "unknown-field-name"],
  ])("are refused %s", (_what, fields, status, error) => {
    const refused = caller.post(V2, fields);
    expect([refused.status, refused.error, values("Severity").length]).toEqual([status, error, 5]);
  });

  it("stay where they are, are not edited at Core, and not by everybody", () => {
    const low = itemOf("1-Low");
    expect([caller.put(`${V2}/${low}`, { "parent-id": 312_001 }).status, caller.put(`list-items/${low}`, { name: "x" }).status, caller.call("DELETE", `list-items/${low}`).status]).toEqual([403, 405, 405]);
    const anna = colleague(caller, "anna.berg");
    expect([anna.list(V2).length, anna.put(`${V2}/${low}`, { name: "x" }).error, anna.call("DELETE", `${V2}/${low}`).status, anna.post(V2, { name: "x", "root-id": 279 }).status]).toEqual([63, "operation-forbidden", 403, 403]);
    expect([caller.call("POST", V2, entity({ name: "x", "root-id": 279 }), { "x-xsrf-token": "no" }).status, caller.call("PATCH", V2, {}).status, caller.get(`${V2}/${low}/more`).status, caller.call("DELETE", V2).status]).toEqual([401, 405, 404, 400]);
  });
});
