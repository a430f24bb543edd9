// The third part of the suite: what the engine makes of a mapping on each real connector, its partner being an imagined
// master. Conflicts, mapping changes and value maps, calculated values, criteria; periods.ts has sprints.

import { expect, it } from "vitest";
import type { TypeMappingFile } from "../../../lib/core/config/schema.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { asList, type Fields, isChoice, isItemRef, type Value } from "../../../lib/core/types.ts";
import { resolveConflict } from "../../../lib/run/resolveConflict.ts";
import { carryContract } from "./carry.ts";
import { type Bench, extraField, openBench, subjectOf } from "./bench.ts";
import { guardContract } from "./guards.ts";
import { lagContract } from "./lag.ts";
import { restoredContract } from "./restored.ts";
import type { Tools } from "./mapping.ts";
import { nameContract } from "./name.ts";
import { periodContract } from "./periods.ts";
import { scopeContract } from "./scope.ts";
import { talkContract } from "./talk.ts";
import { valueContract } from "./values.ts";

/** Values of all kinds in a form that can be compared at sight. */
const seen = (value: Value | undefined): unknown => {
  const members = asList(value).map((one) => (isChoice(one) ? one.choice : isItemRef(one) ? one.ref : typeof one === "string" ? plainText(one).trim() : one));
  return members.length > 1 ? members : (members[0] ?? null);
};

export const syncContract = (tools: Tools): void => {
  const { typeOf, hand } = subjectOf(tools);
  const fieldNames = () => {
    const { name, text = "", number = "", choice = { field: "", values: ["", ""] as const }, reference = { field: "", type: "" }, many } = tools.subject().fields;
    return { name, text, number, choice, reference, many, extra: extraField(tools) ?? "" };
  };
  const extra = (word: string): Value => (tools.schema().fields.find(({ name }) => name === extraField(tools))?.multiple === true ? [word] : word);

  it("settles conflicts by the policy of each field, and holds one until a person decides", async () => {
    const { name, text, number, extra: other } = fieldNames();
    const bench = await openBench(tools);
    const { tag } = bench;
    bench.define([typeOf({ conflict: "target", fields: [{ master: "name", target: name, conflict: "master" }, { master: "text", target: text }, { master: "number", target: number, conflict: "hold" }, { master: "extra", target: other, conflict: "newest" }] })]);
    const [a, b] = [await bench.make("story", { name: `${tag} a`, text: "<p>one</p>", number: 1, extra: extra("zero") }), await bench.make("story", { name: `${tag} b`, text: "<p>one</p>", number: 1, extra: extra("zero") })];
    await bench.run();
    const ids = [await bench.partner(a), await bench.partner(b)] as const;
    await bench.quiet();
    const ours = (letter: string): Fields => ({ name: `${tag} ${letter} of the master`, text: "<p>master</p>", number: 2, extra: extra("master") });
    await bench.edit(a, ours("a"));
    for (const id of ids) {
      await tools.subject().tick();
      await tools.subject().personEdit(id, { [name]: `${tag} of the target`, [number]: 3 });
      await hand(bench, id, { [text]: "<p>target</p>", [other]: extra("target") });
    }
    // The clock that is followed may be as old as an answer may be; on a busy machine the edits above take as long.
    await bench.edit(b, ours("b"), 8000);
    const { rows } = await bench.run();
    const held = async () => (await bench.store.conflicts.list("contract")).map(({ masterId }) => masterId).toSorted();
    const values = async (letter: 0 | 1) => {
      const [item, id] = [[a, b][letter]?.fields ?? {}, ids[letter]];
      const there = await bench.read(id, [name, text, number, other]);
      return [[item["name"], item["text"], item["number"], item["extra"]].map(seen), [name, text, number, other].map((one) => seen(there.fields[one]))];
    };
    expect([await values(0), await values(1)]).toEqual([
      [[`${tag} a of the master`, "target", 2, "target"], [`${tag} a of the master`, "target", 3, "target"]],
      [[`${tag} b of the master`, "target", 2, "master"], [`${tag} b of the master`, "target", 3, "master"]],
    ]);
    expect(await held()).toEqual([a.id, b.id].toSorted());
    // The losing values stand in the record.
    const lost = JSON.stringify(rows.filter((row) => row.masterId === a.id).map((row) => row.before));
    for (const word of [`${tag} of the target`, "master"]) expect(lost).toContain(word);
    await bench.quiet();
    await resolveConflict(await bench.context(), { item: a.id, take: "master" });
    await resolveConflict(await bench.context(), { item: ids[1], take: "target" });
    expect([(await values(0)).map((side) => side[2]), (await values(1)).map((side) => side[2]), await held()]).toEqual([[2, 2], [3, 3], []]);
    await bench.quiet();
  });

  it("notices a field mapped anew, compares exactly that one, and keeps to its value map", async () => {
    const { name, number, choice } = fieldNames();
    const bench = await openBench(tools);
    const plain: TypeMappingFile["fields"] = [{ master: "name", target: name }, { master: "number", target: number }];
    bench.define([typeOf({ fields: plain })]);
    const [a, b] = [await bench.make("story", { name: `${bench.tag} a`, number: 4, choice: { choice: "Uno" } }), await bench.make("story", { name: `${bench.tag} b`, number: 5 })];
    await bench.run();
    const ids = [await bench.partner(a), await bench.partner(b)] as const;
    const begun = seen((await bench.read(ids[1], [choice.field])).fields[choice.field]);
    bench.define([typeOf({ fields: [...plain, { master: "choice", target: choice.field, values: [{ master: "One", target: choice.values[0], default: true }, { master: "Uno", target: choice.values[0] }, { master: "Two", target: choice.values[1] }] }] })]);
    const { result, rows } = await bench.run();
    expect(result.notices.join()).toContain("1 field mapping(s) are new or changed");
    const written = rows.filter((row) => row.action === "update").flatMap((row) => Object.keys(row.after ?? {}));
    expect(written.filter((one) => one !== choice.field && one !== "choice")).toEqual([]);
    const shown = async () => [a.fields["choice"], b.fields["choice"], ...(await Promise.all(ids.map(async (id) => (await bench.read(id, [choice.field])).fields[choice.field])))].map(seen);
    // A value that the map does not know is held on its side, and said so.
    const [known] = [choice.values.includes(String(begun))];
    expect(await shown()).toEqual(["Uno", known ? (begun === choice.values[0] ? "One" : "Two") : null, choice.values[0], begun]);
    if (!known && begun !== null) expect(rows.filter((row) => row.action === "hold" && row.masterId === b.id).map((row) => row.reason).join()).toContain(String(begun));
    await bench.quiet();
    await hand(bench, ids[0], { [choice.field]: { choice: choice.values[1] } });
    await hand(bench, ids[1], { [choice.field]: { choice: choice.values[0] } });
    await bench.run();
    expect(await shown()).toEqual(["Two", "One", choice.values[1], choice.values[0]]);
    await bench.edit(b, { choice: { choice: "Nowhere" } });
    const held = await bench.run();
    expect(held.rows.filter((row) => row.action === "hold").map((row) => row.reason).join()).toContain("Nowhere");
    expect(await shown()).toEqual(["Two", "Nowhere", choice.values[1], choice.values[0]]);
    await bench.quiet();
  });

  it("calculates values: by condition, first found, followed, once or at each synchronization, and the partner's key", async () => {
    const { name, text, number, reference, many } = fieldNames();
    const { line } = tools.subject().more ?? {};
    const bench = await openBench(tools);
    const parentType = (await tools.connector().types(tools.subject().project)).find((candidate) => candidate.name === reference.type);
    const parentName = parentType?.nameField ?? name;
    const parent = await bench.create(reference.type, await tools.parentFields(reference.type, `parent ${bench.tag}`));
    const [followed, once, value, mine] = line === undefined ? [text, many?.field ?? "", ["once"], ["mine"]] : [line, text, "<p>once</p>", "<p>mine</p>"];
    bench.define([
      typeOf({
        fields: [{ master: "name", target: name }],
        set: [
          { side: "target", field: number, value: 7, when: { all: [{ field: "number", operator: "greaterThan", value: 5 }, { not: { field: `own.${name}`, operator: "startsWith", value: "never" } }] } },
          { side: "target", field: once, value, onCreate: true },
          { side: "target", field: followed, follow: { reference: "team", field: "area" } },
          { side: "target", field: reference.field, findFirst: { type: reference.type, from: { field: parentName, operator: "equals", value: `parent ${bench.tag}` } } },
          { side: "master", field: "note", follow: { reference: reference.field, field: parentName } },
          { side: "master", field: "partner", partner: "key" },
        ],
      }),
    ]);
    const [red, blue] = [await bench.make("team", { name: "R", area: "red" }), await bench.make("team", { name: "B", area: "blue" })];
    const [big, small] = [await bench.make("story", { name: `${bench.tag} big`, number: 8, team: { ref: red.id, type: "team" } }), await bench.make("story", { name: `${bench.tag} small`, number: 3, team: { ref: red.id, type: "team" } })];
    await bench.run();
    const id = await bench.partner(big);
    const held = async (which: string) => {
      const { fields } = await bench.read(which, [number, once, followed, reference.field]);
      return [number, once, followed, reference.field].map((one) => seen(fields[one]));
    };
    const [first, , ...rest] = await held(await bench.partner(small));
    expect([await held(id), first === 7, rest]).toEqual([[7, "once", "red", parent], false, ["red", parent]]);
    await bench.run();
    const { key } = await bench.read(id, []);
    expect([big.fields["note"], big.fields["partner"]]).toEqual([`parent ${bench.tag}`, key ?? id]);
    await bench.quiet();
    await tools.subject().personEdit(id, { [number]: 9 });
    await hand(bench, id, { [once]: mine });
    await bench.edit(big, { team: { ref: blue.id, type: "team" } });
    await bench.run();
    expect(await held(id)).toEqual([7, "mine", "blue", parent]);
    await bench.quiet();
  });

  it("takes what meets the criteria, and does with a pair that no longer does as it is told: keep, pause, unlink", async () => {
    const { name, number } = fieldNames();
    const bench = await openBench(tools);
    const { tag } = bench;
    const draft = (title: string, size: number): Fields => ({ ...tools.subject().needed, [name]: title, [number]: size });
    const id = await bench.create(tools.subject().type, draft(`${tag} in`, 1));
    await bench.create(tools.subject().type, draft(`${tag} too large`, 60));
    await bench.create(tools.subject().type, draft(`not ${tag}`, 1));
    const define = (unmatched: TypeMappingFile["unmatched"]): void =>
      bench.define([typeOf({ direction: "toMaster", fields: [{ master: "name", target: name }], criteria: { target: { all: [{ field: name, operator: "startsWith", value: tag }, { not: { field: number, operator: "greaterThan", value: 50 } }] } }, ...(unmatched === undefined ? {} : { unmatched }) })]);
    const change = async (title: string, size: number): Promise<Bench["run"] extends (...words: never[]) => infer R ? Awaited<R> : never> => {
      await tools.subject().personEdit(id, { [name]: `${tag} ${title}`, [number]: size });
      return bench.run();
    };
    define(undefined);
    const { result } = await bench.run();
    const item = bench.named("story", `${tag} in`);
    expect([result.counts.master.created, item === undefined]).toEqual([1, false]);
    await change("kept", 60);
    expect(item?.fields["name"]).toBe(`${tag} kept`);
    define({ target: "pause" });
    const { rows } = await change("paused", 61);
    expect([item?.fields["name"], rows.filter((row) => row.action === "skip").map((row) => row.reason)]).toEqual([`${tag} kept`, expect.arrayContaining(["does not meet the sync criteria now: the pair pauses"])]);
    await change("goes on", 2);
    expect(item?.fields["name"]).toBe(`${tag} goes on`);
    await bench.quiet();
    define({ target: "unlink" });
    expect((await change("ended", 62)).rows.map((row) => [row.action, row.reason])).toContainEqual(["unlink", "no longer meets the sync criteria: the pair is ended"]);
    await change("alone", 3);
    expect(item?.fields["name"]).toBe(`${tag} goes on`);
    expect(bench.named("story", `${tag} alone`)).toBeUndefined();
  });

  carryContract(tools);
  periodContract(tools);
  scopeContract(tools);
  guardContract(tools);
  lagContract(tools);
  restoredContract(tools);
  nameContract(tools);
  talkContract(tools);
  valueContract(tools);
};
