// What a connection's file is made into, and everything it is refused for, all of it at once.

import { describe, expect, it } from "vitest";
import { parseFile } from "../../../lib/core/config/parse.ts";
import { connectionSchema } from "../../../lib/core/config/schema.ts";
import { type Compiled, compileConnection } from "../../../lib/core/mapping/compile.ts";
import type { FieldSchema, Side, TypeSchema } from "../../../lib/core/types.ts";
import { CONNECTION, field, MASTER_TYPES, TARGET_TYPES } from "../../support/engine/worlds.ts";

const source = { system: "octane", url: "http://localhost", credentials: {} } as const;

const compiled = (text: string, types: Readonly<Record<Side, readonly TypeSchema[]>> = { master: MASTER_TYPES, target: TARGET_TYPES }, allowCreate: Readonly<Record<string, boolean>> = {}): Compiled => {
  const parsed = parseFile("connection.yaml", text, connectionSchema);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const projects = { master: ["P", "P2"], target: ["Q", "Q2"] };
  return compileConnection({ file: parsed.value, place: parsed.place, sources: { master: source, target: { ...source, allowCreate } }, schemas: (side, project) => (projects[side].includes(project) ? types[side] : undefined) });
};

const told = (result: Compiled): readonly string[] => result.problems.map(({ message, advice }) => `${message}${advice === undefined ? "" : ` → ${advice}`}`);

/** A connection of stories with these lines. */
const stories = (more: { readonly top?: string; readonly type?: string; readonly fields?: string } = {}): string => `name: demo
master: alpha
target: beta
${more.top ?? 'projects: [{ master: "P", target: "Q" }]'}
types:
  - master: story
    target: Story
${more.type ?? ""}
    fields:
${more.fields ?? "      - { master: name, target: name }"}
`;

const NAME = "      - { master: name, target: name }\n";

describe("what is refused", () => {
  it.each<[string, string, readonly RegExp[]]>([
    ["a type that is not there", stories().replace("master: story", "master: storry"), [/has no item type "storry" → it has .*"story"/]],
    ["a project that is not there", stories({ top: 'projects: [{ master: "P", target: "X" }]' }), [/project X of beta does not exist or may not be seen/]],
    ["a field that is not there, with the nearest", stories({ fields: `${NAME}      - { master: pointss, target: estimate }` }), [/story has no field "pointss" → it has "points"/]],
    ["a field of what is demanded, misspelled, and nothing that follows from it", stories({ fields: "      - { master: name, target: nmae }" }), [/Story has no field "nmae" → it has .*"name"/]],
    ["no projects at all", stories({ top: "" }), [/no projects are mapped for story ~ Story/]],
    ["common projects and projects of the type", stories({ type: '    projects: [{ master: "P2", target: "Q2" }]' }), [/has projects of its own while the connection has common projects/]],
    ["the same projects twice", stories({ top: 'projects: [{ master: "P", target: "Q" }, { master: "P", target: "Q" }]' }), [/is mapped twice/]],
    ["a type twice, spelled otherwise", `${stories()}  - { master: Story, target: story, fields: [{ master: name, target: name }] }\n`, [/story of P ~ Story of Q is mapped twice/]],
    ["items that would be their own partners' originals", stories({ top: 'projects: [{ master: "P", target: "P" }]' }), [/story of P ~ Story of P: both sides are the same items of the same server/, /project P of beta does not exist/]],
    ["two marked values for one partner", stories({ fields: `${NAME}      - { master: phase, target: status, values: [{ master: New, target: To Do, default: true }, { master: In Progress, target: To Do, default: true }] }` }), [/"To Do" of status would become both "New" and "In Progress" of phase by default → mark one of them/]],
    ["a status for closing that does not exist", stories({ top: 'projects: [{ master: "P", target: "Q" }]\ndeletion: close', type: "    closeStatus: { target: Dome, master: Done }" }), [/Story has no status "Dome" → it has .*"Done"/]],
    ["items that would be created twice", stories({ top: 'projects: [{ master: "P", target: "Q" }, { master: "P", target: "Q2" }]' }), [/would be created both as Story of Q and as Story of Q2/]],
    ["slices of which one project would be in two", stories({ top: 'slices: projectPair\nprojects: [{ master: "P", target: "Q" }, { master: "P2", target: "Q" }]', type: "    direction: fromMaster" }), [/project Q of beta is in two pairs of projects, P~Q and P2~Q/]],
    ["a kind that cannot become the other", stories({ fields: `${NAME}      - { master: points, target: dueDate }` }), [/points \(number\) cannot be written to dueDate \(date\)/, /dueDate \(date\) cannot be written to points \(number\)/]],
    ["a reference written to a text", stories({ fields: `${NAME}      - { master: partner_key, target: sprint, direction: fromMaster }` }), [/partner_key \(string\) cannot be written to sprint \(reference\)/]],
    ["a value that a list does not have", stories({ fields: `${NAME}      - { master: phase, target: status, values: [{ master: New, target: Do }] }` }), [/status has no value "Do" → it has .*"Done"/]],
    ["one field written by two mappings", stories({ fields: `${NAME}      - { master: points, target: estimate }\n      - { master: partner_key, target: estimate }` }), [/estimate is written by two mappings: from points and from partner_key/]],
    ["a required field that nothing sets", stories({ fields: "      - { master: points, target: estimate }" }), [/name \(name\) is required to create story in alpha/, /name \(name\) is required to create Story in beta/]],
    ["criteria over a field that is not there", stories({ type: "    criteria: { master: { field: pints, operator: equals, value: 1 } }" }), [/no field "pints"/]],
    ["what happens to unmatched items without criteria", stories({ type: "    unmatched: { master: unlink }" }), [/says nothing without criteria/]],
    ["a function that nobody wrote", stories({ fields: `${NAME}      - { master: points, target: estimate, transform: twice }` }), [/there is no function "twice"/]],
    ["a constant that is no number", `${stories()}    set: [{ side: target, field: estimate, value: "5" }]\n`, [/estimate takes a number → write it without quotes/]],
    ["the partner's id in a list", `${stories()}    set: [{ side: target, field: status, partner: id }]\n`, [/status is a choice: it cannot hold the partner's id → name a field of text or of numbers/]],
    ["the partner's key in a number", `${stories()}    set: [{ side: target, field: estimate, partner: key }]\n`, [/estimate is a number: it cannot hold the partner's key → name a field of text/]],
    ["two faults at once", stories({ fields: `${NAME}      - { master: pointss, target: estimate }\n      - { master: due, target: dueDat }` }), [/"pointss"/, /"dueDat"/]],
  ])("%s", (_title, text, messages) => {
    const all = told(compiled(text));
    expect(messages.filter((message) => !all.some((one) => message.test(one))), all.join("\n")).toEqual([]);
    expect(all.length).toBe(messages.length);
  });

  it("tells a project that is not there once, where it is named, for all types", () => {
    const text = stories({ top: 'projects: [{ master: "P", target: "Q" }, { master: "P2", target: "X" }]' }).concat("  - { master: task, target: Task, fields: [{ master: name, target: name }] }\n");
    expect(compiled(text).problems.filter(({ message }) => message.includes("does not exist")).map(({ path, line, column }) => [path, line, column])).toEqual([["projects[1].target", 4, expect.any(Number)]]);
  });

  it("tells of a switch for a type that is not there", () => {
    const { problems, connection } = compiled(stories(), undefined, { Stori: false, STORY: false });
    expect([problems, connection.syncSets.map((set) => set.target.allowCreate)]).toEqual([[], [false]]);
    expect(connection.notices.map(({ message }) => message)).toEqual([expect.stringMatching(/^allowCreate of beta names "Stori", which is no item type of the mapped projects: it switches nothing \(they have "Story"/)]);
  });

  it("tells where deletions are to close items and no status is given", () => {
    const { problems, connection } = compiled(stories({ top: 'projects: [{ master: "P", target: "Q" }]\ndeletion: { target: close }' }));
    expect([problems, connection.notices.map(({ message }) => message)]).toEqual([[], ["deletion is close for Story on the target, but no closeStatus is given: every deletion of a partner waits for a person"]]);
  });

  it("names the line of each problem", () => {
    const { problems } = compiled(stories({ fields: `${NAME}      - { master: pointss, target: estimate }` }));
    expect(problems.map(({ path, line }) => [path, line])).toEqual([["types[0].fields[1].master", 11]]);
  });

  it("accepts one field that several mappings read and one writes, in whichever order", () => {
    const [both, one] = ["      - { master: name, target: name }\n", "      - { master: name, target: labels, direction: fromMaster }\n"];
    const yields = (fields: string) => {
      const { connection, problems } = compiled(stories({ fields }));
      expect(problems).toEqual([]);
      return connection.syncSets[0]?.fields.map(({ key, yields: sides }) => [key, sides]);
    };
    expect(yields(both + one)).toEqual([["name~name", undefined], ["name~labels", ["master"]]]);
    expect(yields(one + both)).toEqual([["name~labels", ["master"]], ["name~name", undefined]]);
    expect(yields(both.replace(" }", ", direction: fromMaster }") + one)).toEqual([["name~name", undefined], ["name~labels", ["master"]]]);
  });

  it("accepts what items meet by other criteria, or flows another way", () => {
    const two = 'projects: [{ master: "P", target: "Q" }, { master: "P", target: "Q2" }]';
    expect(told(compiled(stories({ top: two, type: "    direction: toMaster" })))).toEqual([]);
    expect(told(compiled(stories({ top: two, type: "    criteria: { master: { field: points, operator: equals, value: 1 } }" })))).toEqual([]);
  });
});

describe("what is inherited", () => {
  const directions = (text: string): readonly (string | undefined)[] => {
    const { connection, problems } = compiled(text);
    expect(problems).toEqual([]);
    const [set] = connection.syncSets;
    return [set?.direction, set?.fields[0]?.direction, set?.fields[0]?.conflict, set?.master.deletion, set?.target.deletion];
  };
  const TOP = 'projects: [{ master: "P", target: "Q" }]\n';
  it.each<[string, string, readonly string[]]>([
    ["nothing said", stories(), ["biDirectional", "biDirectional", "master", "ignore", "ignore"]],
    ["the connection's words", stories({ top: `${TOP}direction: toMaster\nconflict: hold\ndeletion: unlink` }), ["toMaster", "toMaster", "hold", "unlink", "unlink"]],
    ["the type's before the connection's", stories({ top: `${TOP}direction: toMaster\nconflict: hold\ndeletion: unlink`, type: "    direction: fromMaster\n    fieldDirection: biDirectional\n    conflict: newest\n    deletion: { master: delete }" }), ["fromMaster", "biDirectional", "newest", "delete", "unlink"]],
    ["the field's before all", stories({ top: `${TOP}conflict: hold`, fields: "      - { master: name, target: name, direction: fromMaster, conflict: target }" }), ["biDirectional", "fromMaster", "target", "ignore", "ignore"]],
  ])("%s", (_title, text, expected) => expect(directions(text)).toEqual(expected));

  const fallback = (name: string): string => `fallbackUser: { target: ${name} }`;
  const pair = (more = ""): string => `projects: [{ master: "P", target: "Q"${more === "" ? "" : `, ${fallback(more)}`} }, { master: "P2", target: "Q2" }]`;
  const owner = (more = ""): string => `${NAME}      - { master: owner, target: assignee${more === "" ? "" : `, ${fallback(more)}`} }`;
  it.each<[string, string, readonly (string | undefined)[]]>([
    ["nobody where nobody is named", stories({ top: pair(), fields: owner() }), [undefined, undefined]],
    ["the connection's", stories({ top: `${pair()}\n${fallback("connection")}`, fields: owner() }), ["connection", "connection"]],
    ["that of the projects before the connection's", stories({ top: `${pair("projects")}\n${fallback("connection")}`, fields: owner() }), ["projects", "connection"]],
    ["the type's before that of projects of all types", stories({ top: pair("projects"), type: `    ${fallback("type")}`, fields: owner() }), ["type", "type"]],
    ["that of the type's own projects before the type's", stories({ top: "", type: `    ${pair("own")}\n    ${fallback("type")}`, fields: owner() }), ["own", "type"]],
    ["the field's before all", stories({ top: `${fallback("connection")}`, type: `    ${pair("own")}\n    ${fallback("type")}`, fields: owner("field") }), ["field", "field"]],
  ])("a fallback user: %s", (_title, text, expected) => {
    const { connection, problems } = compiled(text);
    expect([problems, connection.syncSets.map((set) => set.fields[1]?.fallback?.target)]).toEqual([[], expected]);
  });

  it("a read-only field turns its mapping and says so", () => {
    const { connection, problems } = compiled(stories({ fields: `${NAME}      - { master: id, target: labels }` }), { master: MASTER_TYPES, target: TARGET_TYPES });
    expect([problems, connection.syncSets[0]?.fields[1]?.direction, connection.notices.map(({ message }) => message)]).toEqual([[], "fromMaster", ["id is read-only on the master: its mapping to labels is turned to fromMaster"]]);
  });

  it("a field that only new items are given is turned like a read-only one, so that nothing is compared anew where it may be given; what would open a read-only one is told", () => {
    const told = (more: Partial<FieldSchema>, direction = ""): readonly [string | undefined, readonly string[], string | undefined] => {
      const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("author", "person", more)] } : type));
      const { connection, problems } = compiled(stories({ fields: `${NAME}      - { master: owner, target: author${direction} }` }), { master: MASTER_TYPES, target: types });
      expect(problems).toEqual([]);
      const [set] = connection.syncSets;
      return [set?.fields[1]?.direction, connection.notices.map(({ message }) => message), set?.fieldFingerprints["owner~author"]];
    };
    const closed = told({ onCreate: false, onUpdate: false, unlock: "options.open lets it" });
    const open = told({ onUpdate: false, atBirth: true });
    expect(closed.slice(0, 2)).toEqual(["toMaster", ["author is read-only on the target: its mapping to owner is turned to toMaster; options.open lets it"]]);
    expect(open.slice(0, 2)).toEqual(["toMaster", ["author is given to new items only on the target: its mapping to owner is turned to toMaster"]]);
    expect(open[2]).toBe(closed[2]);
    expect(told({ onCreate: false, onUpdate: false, offScreen: true })[1]).toEqual(["author stands on no screen of this type on the target, perhaps it belongs to other types or projects: its mapping to owner is turned to toMaster"]);
    expect(told({ onUpdate: false, atBirth: true }, ", direction: fromMaster").slice(0, 2)).toEqual(["fromMaster", []]);
  });

  it("a rule that sets a read-only field is told what would open it", () => {
    const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("author", "person", { onCreate: false, onUpdate: false, unlock: "options.open lets it" })] } : type));
    expect(told(compiled(`${stories()}    set: [{ side: target, field: author, value: u1 }]\n`, { master: MASTER_TYPES, target: types }))).toEqual(["author is read-only → set another field; options.open lets it"]);
  });

  it("a label is as good as a name unless two fields bear it", () => {
    const labelled = (name: string): TypeSchema[] => TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("customfield_1", "number", { label: "Size" }), field("customfield_2", "number", { label: name })] } : type));
    const text = stories({ fields: `${NAME}      - { master: points, target: size }` });
    expect(compiled(text, { master: MASTER_TYPES, target: labelled("Weight") }).connection.syncSets[0]?.fields[1]?.target.name).toBe("customfield_1");
    expect(told(compiled(text, { master: MASTER_TYPES, target: labelled("SIZE") }))).toEqual(['several fields of Story are labelled "size" → use the field\'s own name']);
  });
});

describe("fingerprints", () => {
  const prints = (text: string): readonly [string | undefined, Readonly<Record<string, string>> | undefined] => {
    const [set] = compiled(text).connection.syncSets;
    return [set?.fingerprint, set?.fieldFingerprints];
  };
  it("stay while only words around a mapping change", () => {
    expect(prints(`# a word\n${stories()}`)).toEqual(prints(stories()));
    expect(compiled(CONNECTION).problems).toEqual([]);
  });

  it.each([
    ["direction", NAME, "      - { master: name, target: name, direction: fromMaster }\n"],
    ["values", "      - { master: phase, target: status, values: [{ master: New, target: To Do }] }\n", "      - { master: phase, target: status, values: [{ master: New, target: Doing }] }\n"],
    ["user map", "      - { master: owner, target: assignee }\n", "      - { master: owner, target: assignee, userMap: false }\n"],
  ])("of a field and its sync set change with its %s", (_what, before, after) => {
    const rest = before.startsWith(NAME.trim(), 6) ? "" : NAME;
    const [a, b] = [prints(stories({ fields: rest + before })), prints(stories({ fields: rest + after }))];
    expect(a[0]).not.toBe(b[0]);
    const changed = Object.keys(a[1] ?? {}).filter((key) => a[1]?.[key] !== b[1]?.[key] && !key.startsWith("(values)"));
    expect(changed).toHaveLength(1);
  });
});
