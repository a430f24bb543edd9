// Fields that Jira lets stand but not be given, and refusals that do not say which field they are about: answered by hand.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fields } from "../../../lib/core/types.ts";
import type { Given } from "../answers.ts";
import { issue, jira } from "./byHand.ts";
import { type Flavour, good, startJira, type World } from "./sandbox.ts";

const OPERATIONS = ["add", "set", "remove"];
const META = {
  total: 4,
  fields: [
    { fieldId: "summary", name: "Summary", required: true, schema: { type: "string", system: "summary" }, operations: ["set"] },
    { fieldId: "components", name: "Components", schema: { type: "array", items: "component", system: "components" }, operations: OPERATIONS, allowedValues: [{ id: "1", name: "UI" }, { id: "2", name: "Core" }] },
    { fieldId: "customfield_3", name: "Colours", schema: { type: "array", items: "option", custom: "com.atlassian.jira.plugin.system.customfieldtypes:multiselect" }, operations: OPERATIONS, allowedValues: [{ id: "31", value: "Red" }, { id: "32", value: "Blue", disabled: true }] },
    { fieldId: "customfield_4", name: "Points", schema: { type: "number", custom: "com.atlassian.jira.plugin.system.customfieldtypes:float" }, operations: ["set"] },
  ],
};

interface Sent {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly update?: Readonly<Record<string, unknown>>;
}

const updated = async (held: Readonly<Record<string, unknown>>, fields: Fields, answer: (sent: Sent) => Given = () => ({ status: 204 })) => {
  const sent: Sent[] = [];
  const shown = { ...issue(1), fields: { ...issue(1).fields, ...held } };
  const { connector } = jira("cloud", (path, request, json) => {
    if (path === "issue/createmeta/10000/issuetypes/1") return { body: META };
    if (path === "issue/bulkfetch") return { body: { issues: [shown] } };
    if (path !== "issue/1" || request.method !== "PUT") return undefined;
    sent.push(structuredClone(json) as Sent);
    return answer(json as Sent);
  });
  const [before] = await connector.get({ type: "Story", project: "DEMO", ids: ["1"], fields: ["summary", ...Object.keys(held)] });
  if (before === undefined) throw new Error("the issue was not read");
  const [result] = await connector.update("Story", "DEMO", [{ id: "1", fields, before }]);
  return { sent, result };
};

it.each<[string, Given]>([
  ["does not know the resource", { status: 404, body: { errorMessages: ["null for uri"] } }],
  ["refuses it", { status: 400, body: {} }],
])("the create screen is read in one answer where a server of old %s", async (_title, missing) => {
  const { connector, asked } = jira("dataCenter", (path, request) => {
    if (path.startsWith("issue/createmeta/")) return missing;
    if (path !== "issue/createmeta") return undefined;
    return { body: { expand: "projects", projects: [{ id: "10000", key: "DEMO", issuetypes: [{ id: "1", name: "Story", fields: Object.fromEntries(META.fields.map(({ fieldId, ...meta }) => [fieldId, request.query?.["expand"] === "projects.issuetypes.fields" ? meta : {}])) }] }] } };
  });
  const [story] = await connector.types("DEMO");
  expect(story).toMatchObject({ name: "Story", canCreate: true });
  expect(story?.fields.find(({ name }) => name === "customfield_3")).toMatchObject({ label: "Colours", multiple: true, onCreate: true, choices: [{ id: "31", name: "Red" }] });
  expect(story?.fields.find(({ name }) => name === "summary")).toMatchObject({ required: true, onCreate: true });
  expect(asked.filter(({ path }) => path.endsWith("/issue/createmeta")).map(({ query }) => query?.["projectKeys"])).toEqual(["DEMO"]);
});

describe("a field of the site that stands on no screen of a type", () => {
  const custom = (id: string, kind: string) => ({ id, name: id, schema: { type: "string", custom: `com.atlassian.jira.plugin.system.customfieldtypes:${kind}` } });
  const offScreen = async (editable: readonly string[], create: unknown = META) => {
    const { connector } = jira("cloud", (path) => {
      if (path === "issue/createmeta/10000/issuetypes/1") return { body: create };
      if (path === "field") return { body: [{ id: "summary", name: "Summary", schema: { type: "string", system: "summary" } }, custom("customfield_8", "textfield"), custom("customfield_9", "readonlyfield")] };
      if (path === "samples") return { body: { issues: [{ id: "1", fields: { issuetype: { id: "1" } } }], isLast: true } };
      return path === "issue/1/editmeta" ? { body: { fields: Object.fromEntries(editable.map((id) => [id, custom(id, "textfield")])) } } : undefined;
    });
    return (await connector.types("DEMO"))[0]?.fields.filter((field) => field.offScreen === true).map(({ name }) => name);
  };

  it("is told apart from what nobody can ever fill in, and from what only the edit screen has", async () => {
    expect([await offScreen(["summary"]), await offScreen([]), await offScreen(["summary", "customfield_8"])]).toEqual([["customfield_8"], ["customfield_8"], []]);
  });

  it("is none where no screen is told", async () => {
    expect(await offScreen(["summary"], { fields: [], total: 0 })).toEqual([]);
  });
});

describe("a list that holds what cannot be given any more", () => {
  it("gets and loses members beside an archived component", async () => {
    const { sent, result } = await updated({ components: [{ id: "9", name: "Attic" }, { id: "1", name: "UI" }] }, { components: [{ choice: "Attic", id: "77" }, { choice: "core" }] });
    expect(sent).toEqual([{ update: { components: [{ add: { id: "2" } }, { remove: { id: "1" } }] } }]);
    expect(result).toMatchObject({ ok: true, problems: [] });
  });

  it("loses it where it is to go", async () => {
    const { sent } = await updated({ customfield_3: [{ id: "32", value: "Blue" }, { id: "31", value: "Red" }] }, { customfield_3: [{ choice: "Red" }] });
    expect(sent).toEqual([{ update: { customfield_3: [{ remove: { id: "32" } }] } }]);
  });

  it("is not given it anew", async () => {
    const { sent, result } = await updated({ customfield_3: [{ id: "31", value: "Red" }] }, { customfield_3: [{ choice: "Red" }, { choice: "Blue" }], customfield_4: 3 });
    expect(sent).toEqual([{ fields: { customfield_4: 3 } }]);
    expect(result).toMatchObject({ ok: true, problems: [{ field: "customfield_3", reason: '"Blue" is not a value of Colours' }] });
  });
});

describe("an edit that is refused in words about no field", () => {
  const invalid: Given = { status: 400, body: { errorMessages: ["INVALID_INPUT"], errors: {} } };

  it("is sent field by field: what is good is written, what is bad is named", async () => {
    const { sent, result } = await updated({}, { summary: "New", customfield_4: 3 }, ({ fields }) => (fields?.["customfield_4"] === undefined ? { status: 204 } : invalid));
    expect(sent).toEqual([{ fields: { summary: "New", customfield_4: 3 } }, { fields: { summary: "New" } }, { fields: { customfield_4: 3 } }]);
    expect(result).toMatchObject({ ok: true, problems: [{ field: "customfield_4", reason: "INVALID_INPUT" }] });
  });

  it("is refused where none of it is good, and one field is not sent twice", async () => {
    expect((await updated({}, { summary: "New", customfield_4: 3 }, () => invalid)).result).toMatchObject({ ok: false, kind: "refused", reason: "INVALID_INPUT" });
    expect((await updated({}, { summary: "New" }, () => invalid)).sent).toHaveLength(1);
  });
});

describe("a create that is refused in words about no field", () => {
  const invalid = { errorMessages: ["INVALID_INPUT"], errors: {} };
  const draft = (number: number, fields: Fields) => ({ intent: `6f1a0a52-7a4a-4f0e-9c3b-00000000000${number}`, fields: { summary: `S${number}`, ...fields } });

  /** Refuses whatever has points, by its place in the list or with a body of its own. */
  const created = async (placed: boolean, drafts: readonly ReturnType<typeof draft>[]) => {
    const sent: unknown[] = [];
    let made = 0;
    const { connector } = jira("cloud", (path, _request, json) => {
      if (path === "issue/createmeta/10000/issuetypes/1") return { body: META };
      if (path === "issue/bulkfetch") return { body: { issues: (json["issueIdsOrKeys"] as readonly string[]).map((id) => issue(Number(id))) } };
      if (path === "issue/1" || path === "issue/2") {
        const { fields } = structuredClone(json) as Sent;
        sent.push([path, fields]);
        return fields?.["customfield_4"] === undefined ? { status: 204 } : { status: 400, body: invalid };
      }
      if (path !== "issue/bulk") return undefined;
      const all = (json as { issueUpdates: readonly Sent[] }).issueUpdates.map(({ fields }) => fields ?? {});
      sent.push(all.map(({ project: _project, issuetype: _type, ...fields }) => fields));
      const bad = all.flatMap((fields, index) => (fields["customfield_4"] === undefined ? [] : [index]));
      if (bad.length > 0 && !placed) return { status: 400, body: invalid };
      const issues = all.flatMap((_, index) => (bad.includes(index) ? [] : [{ id: String(++made), key: `DEMO-${made}` }]));
      return { status: issues.length === 0 ? 400 : 201, body: { issues, errors: bad.map((index) => ({ status: 400, failedElementNumber: index, elementErrors: invalid })) } };
    });
    return { sent, results: await connector.create("Story", "DEMO", drafts) };
  };

  it.each([true, false])("is made with what it needs, and given the rest value by value (the answer names its place: %s)", async (placed) => {
    const { sent, results } = await created(placed, [draft(1, { customfield_4: 3, customfield_3: [{ choice: "Red" }] })]);
    const rest = { customfield_4: 3, customfield_3: [{ id: "31" }] };
    expect(sent).toEqual([[{ summary: "S1", ...rest }], [{ summary: "S1" }], ["issue/1", rest], ["issue/1", { customfield_4: 3 }], ["issue/1", { customfield_3: [{ id: "31" }] }]]);
    expect(results).toMatchObject([{ ok: true, id: "1", problems: [{ field: "customfield_4", reason: "INVALID_INPUT" }] }]);
  });

  it("leaves the others of the same call alone", async () => {
    const { sent, results } = await created(true, [draft(1, { customfield_4: 3 }), draft(2, {})]);
    expect(sent).toEqual([[{ summary: "S1", customfield_4: 3 }, { summary: "S2" }], [{ summary: "S1" }], ["issue/2", { customfield_4: 3 }]]);
    expect(results).toMatchObject([{ ok: true, id: "2", problems: [{ field: "customfield_4" }] }, { ok: true, id: "1", problems: [] }]);
  });

  it("is refused where nothing can be left out", async () => {
    const { connector } = jira("cloud", (path) => (path === "issue/bulk" ? { status: 400, body: invalid } : undefined));
    expect(await connector.create("Story", "DEMO", [draft(1, {})])).toMatchObject([{ ok: false, kind: "refused", reason: "INVALID_INPUT" }]);
  });
});

describe.each<[Flavour, Readonly<Record<string, unknown>>]>([
  ["cloud", { adfLength: "json" }],
  ["cloud", { textLimit: 9000, adfLength: "json" }],
  ["dc", { textLimit: 9000 }],
])("a text that is longer than this %s takes (%j)", (flavour, imitation) => {
  const long = Array.from({ length: 1300 }, (_, index) => `<p>line <b>${index}</b> of many</p>`).join("");
  let world: World;
  beforeEach(async () => {
    world = await startJira(flavour, imitation);
  });
  afterEach(() => world.close());
  const shown = async (id: string): Promise<string> => String((await world.read(id, ["description"])).fields["description"]);

  it("is cut further, in new issues, changed ones and comments", async () => {
    const made = await world.create({ summary: "Long", description: long });
    expect(made.problems).toEqual([]);
    expect(await shown(made.id)).toMatch(/^<p>line <b>0<\/b> of many<\/p>/);
    const other = await world.create({ summary: "Short", description: "<p>short</p>" });
    expect(good(await world.update(other.id, { summary: "Longer", description: long })).problems).toEqual([]);
    const text = await shown(other.id);
    expect([text.startsWith("<p>line <b>0</b> of many</p>"), text.length > 700, text.length < long.length]).toEqual([true, true, true]);
    const comment = await world.connector.comments?.add("Story", "DEMO", made.id, long);
    expect(comment?.text).toMatch(/^<p>line <b>0<\/b> of many<\/p>/);
    expect((await world.connector.comments?.change("Story", "DEMO", made.id, comment?.id ?? "", `<p>first</p>${long}`))?.text).toMatch(/^<p>first<\/p>/);
  });
});
