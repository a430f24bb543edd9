// Who takes part, on each real connector: types that are never created on a side, every operator of sync criteria against items
// as the system gives them, filters of its own. The partner is an imagined master.

import { expect, it } from "vitest";
import type { CriterionFile, TypeMappingFile } from "../../../lib/core/config/schema.ts";
import { matches } from "../../../lib/core/mapping/criteria.ts";
import { asList, type Fields, isChoice, isPerson, type Item, type Value } from "../../../lib/core/types.ts";
import { openBench, subjectOf } from "./bench.ts";
import { savedFilter, type Tools } from "./mapping.ts";

type Term = Extract<CriterionFile, { readonly field: string }>;
type Row = readonly [term: Term, truth: boolean];

const text = (value: Value): string => asList(value).map((one) => (isChoice(one) ? one.choice : String(one)))[0] ?? "";

const row = (field: string, operator: Term["operator"], value: Term["value"], truth: boolean): Row => [{ field, operator, value }, truth];

/** Of a field that says what `value` does. */
const rowsOfText = (field: string, value: string, more: Row[] = []): readonly Row[] => [
  row(field, "equals", value, true),
  row(field, "equals", `${value} not`, false),
  row(field, "equals", null, false),
  row(field, "startsWith", value.slice(0, 3), true),
  row(field, "startsWith", value.slice(1), false),
  row(field, "endsWith", value.slice(-3), true),
  row(field, "endsWith", value.slice(0, -1), false),
  row(field, "contains", value.slice(1, -1), true),
  row(field, "contains", `${value} not`, false),
  row(field, "containedInString", `before ${value} behind`, true),
  row(field, "containedInString", value.slice(1), false),
  row(field, "containedInSet", ["other", value], true),
  row(field, "containedInSet", ["other", `${value} not`], false),
  ...more,
];

/** Of a field that lies between two values. */
const rowsOfOrder = (field: string, below: string | number, value: string | number, above: string | number): readonly Row[] => [
  row(field, "greaterThan", below, true),
  row(field, "greaterThan", value, false),
  row(field, "greaterThanOrEquals", value, true),
  row(field, "greaterThanOrEquals", above, false),
  row(field, "lessThan", above, true),
  row(field, "lessThan", value, false),
  row(field, "lessThanOrEquals", value, true),
  row(field, "lessThanOrEquals", below, false),
  row(field, "equals", value, true),
  row(field, "equals", above, false),
];

/** Of a field that holds nothing. */
const rowsOfNothing = (field: string): readonly Row[] => [
  row(field, "equals", null, true),
  row(field, "equals", "", true),
  row(field, "equals", "x", false),
  row(field, "startsWith", "x", false),
  row(field, "endsWith", "x", false),
  row(field, "contains", "x", false),
  row(field, "containedInString", "x", false),
  row(field, "containedInSet", ["x", "0"], false),
  row(field, "includes", ["x"], false),
  row(field, "lessThan", 3, false),
  row(field, "greaterThanOrEquals", 0, false),
];

export const scopeContract = (tools: Tools): void => {
  const subject = subjectOf(tools);
  const { place, named } = subject;
  const typeOf = (more: Partial<TypeMappingFile>): TypeMappingFile => subject.typeOf({ direction: "toMaster", ...more });

  /** Values of every kind that the subject has, with what each operator says of them. */
  const everyKind = async (tag: string, parent: string): Promise<{ readonly fields: Fields; readonly rows: readonly Row[] }> => {
    const { name, text: rich, number, date, person, many, choice, reference } = tools.subject().fields;
    const { line, instant } = tools.subject().more ?? {};
    const fields: Record<string, Value> = { ...tools.subject().needed, [name]: `${tag} Alpha` };
    const rows: Row[] = [...rowsOfText(name, `${tag} Alpha`), ...rowsOfText("name", `${tag} Alpha`), row(name, "equals", `${tag} alpha`, false)];
    const add = (field: string | undefined, value: Value, more: readonly Row[]): void => {
      if (field === undefined) return;
      fields[field] = value;
      rows.push(...more);
    };
    add(line, "a line", rowsOfText(line ?? "", "a line"));
    add(rich, "<p>One <b>bold</b> word</p>", rowsOfText(rich ?? "", "One bold word"));
    add(number, 8, rowsOfOrder(number ?? "", 5, 8, 10));
    add(date, "2026-03-29", rowsOfOrder(date ?? "", "2026-03-28", "2026-03-29", "2026-10-01"));
    // However an instant is written, it is the same one.
    add(instant, "2026-03-29T08:00:00.000Z", rowsOfOrder(instant ?? "", "2026-03-29T09:30:00+02:00", "2026-03-29T10:00:00+02:00", "2026-03-29T04:30:00-04:00"));
    if (many !== undefined) {
      const [one, two] = many.values.map(text) as [string, string];
      add(many.field, [...many.values], [row(many.field, "includes", [one, two], true), row(many.field, "includes", [one], true), row(many.field, "includes", [one, "no such"], false), row(many.field, "containedInSet", ["no such", two], true), row(many.field, "containedInSet", ["no such"], false), row(many.field, "equals", two, true)]);
    }
    if (person !== undefined) add(person.field, { person: person.person }, [row(person.field, "equals", person.person, true), row(person.field, "containedInSet", ["nobody", person.person], true), row(person.field, "equals", "nobody", false), row(person.field, "equals", null, false)]);
    if (choice !== undefined) rows.push(...rowsOfText(choice.field, choice.values[0]));
    if (reference !== undefined) add(reference.field, (tools.schema().fields.find((field) => field.name === reference.field)?.multiple ?? false) ? [{ ref: parent, type: reference.type }] : { ref: parent, type: reference.type }, [row(reference.field, "equals", parent, true), row(reference.field, "equals", "no such", false), row(reference.field, "isDescendantOf", parent, true), row(reference.field, "isDescendantOf", ["no such", parent], true), row(reference.field, "isDescendantOf", "no such", false)]);
    return { fields, rows };
  };

  it("creates nothing where a type is not to be created, says so, and makes up for it once when it may", async () => {
    const bench = await openBench(tools);
    const { tag } = bench;
    const mapping = typeOf({ direction: "biDirectional", criteria: { target: { field: named(), operator: "startsWith", value: tag } } });
    const off = (rows: readonly { readonly action: string; readonly reason: string }[]) => [...new Set(rows.filter((one) => one.action === "skip" && one.reason.includes("never created")).map((one) => one.reason))].toSorted();
    const [ours, theirs] = [await bench.make("story", { name: `${tag} ours` }), await bench.create(place().type, { ...tools.subject().needed, [named()]: `${tag} theirs` })];
    // Nobody minds how the name of a type is written.
    bench.define([mapping], { target: { [place().type.toUpperCase()]: false }, master: { story: false } });
    const first = await bench.run();
    expect([first.result.counts.master.created, first.result.counts.target.created, off(first.rows)]).toEqual([0, 0, [`${place().type} items are never created in beta (Allow Create is off)`, "story items are never created in alpha (Allow Create is off)"].toSorted()]);
    bench.define([mapping], { target: { [place().type]: false } });
    const second = await bench.run();
    expect([second.result.counts.master.created, second.result.counts.target.created, bench.named("story", `${tag} theirs`) === undefined, second.result.notices.join()]).toEqual([1, 0, false, expect.stringContaining("which items take part changed")]);
    bench.define([mapping]);
    const third = await bench.run();
    expect([third.result.counts.master.created, third.result.counts.target.created, (await bench.read(await bench.partner(ours), [])).name, (await bench.read(theirs, [])).name]).toEqual([0, 1, `${tag} ours`, `${tag} theirs`]);
    await bench.quiet();
  });

  it("decides by every operator of sync criteria as on any other system, over fields of every kind", async () => {
    const { person, choice, reference, name } = tools.subject().fields;
    const bench = await openBench(tools);
    const { tag } = bench;
    const above = reference === undefined ? "" : await bench.create(reference.type, await tools.parentFields(reference.type, `above ${tag}`));
    const { fields, rows } = await everyKind(tag, above);
    const id = await bench.create(place().type, fields);
    const names = [...new Set(rows.map(([term]) => term.field).filter((field) => field !== "name"))];
    if (choice !== undefined) {
      const [result] = await tools.connector().update(place().type, place().project, [{ id, fields: { [choice.field]: { choice: choice.values[0] } }, before: await bench.read(id, [choice.field]) }]);
      expect(result).toMatchObject({ ok: true, problems: [] });
    }
    const item = await bench.read(id, names);
    const identity: Row[] = [row("id", "equals", item.id, true), row("key", "equals", item.key ?? item.id, true), row("id", "containedInSet", ["x", item.id], true), row("key", "equals", "x", false)];
    // A person by any name that the system tells, an item by its name too.
    const people = person === undefined ? [] : asList(item.fields[person.field]).filter(isPerson).flatMap((one) => [one.name, one.login, one.email]).flatMap((one) => (one === undefined || person === undefined ? [] : [row(person.field, "equals", one, true)]));
    if (person !== undefined) expect(people.length).toBeGreaterThan(0);
    const byName: readonly Row[] = reference === undefined ? [] : [row(reference.field, "isDescendantOf", `above ${tag}`, true)];
    const all = [...rows, ...identity, ...people];
    const truths = async (given: readonly Row[], of: Item): Promise<readonly unknown[]> => {
      bench.define([typeOf({ criteria: { target: { all: given.map(([term]) => term) } } })]);
      const { criteria } = (await bench.context()).connection.syncSets[0]?.target ?? {};
      const terms = criteria !== undefined && "all" in criteria ? criteria.all : [];
      return given.flatMap(([term, truth], index) => (terms[index] !== undefined && matches(terms[index], of) === truth ? [] : [[term, of.fields[term.field], truth]]));
    };
    expect(await truths(all, item)).toEqual([]);
    const bare = await bench.read(await bench.create(place().type, { ...tools.subject().needed, [name]: `${tag} bare` }), names);
    const empty = names.filter((field) => bare.fields[field] === null || asList(bare.fields[field]).length === 0);
    expect(await truths(empty.flatMap(rowsOfNothing), bare)).toEqual([]);
    // And once through the engine: what is true and not what is false, with the whole line above the item.
    const terms = [...all, ...byName].map(([term, truth]): CriterionFile => (truth ? term : { not: term }));
    bench.define([typeOf({ criteria: { target: { all: [...terms, { any: terms.slice(0, 2) }] } } })]);
    const { result } = await bench.run();
    expect([result.counts.master.created, bench.named("story", `${tag} Alpha`) === undefined]).toEqual([1, false]);
    await bench.quiet();
  });

  it("keeps to a filter of the system itself, written out or saved, and carries over what happens at the partner of an item that left it", async () => {
    const { filter } = tools.subject().more ?? {};
    if (filter === undefined) return;
    const bench = await openBench(tools);
    const { tag } = bench;
    const [inside, outside] = [await bench.create(place().type, { ...tools.subject().needed, ...filter.fields, [named()]: `${tag} inside` }), await bench.create(place().type, { ...tools.subject().needed, [named()]: `${tag} outside` })];
    const mapping = (text: string): TypeMappingFile => typeOf({ filter: { target: text }, criteria: { target: { field: named(), operator: "startsWith", value: tag } } });
    bench.define([mapping(filter.own)]);
    await bench.run();
    const item = bench.named("story", `${tag} inside`);
    expect([item === undefined, bench.named("story", `${tag} outside`)]).toEqual([false, undefined]);
    if (item === undefined) return;
    await bench.quiet();
    const saved = await savedFilter(tools.subject());
    if (saved !== undefined) {
      bench.define([mapping(saved)]);
      await bench.quiet();
    }
    const left = Object.fromEntries(Object.entries(filter.fields).map(([field, value]) => [field, typeof value === "number" ? 1 : Array.isArray(value) ? [] : null]));
    const [result] = await tools.connector().update(place().type, place().project, [{ id: inside, fields: { ...left, [named()]: `${tag} left` }, before: await bench.read(inside, [named(), ...Object.keys(left)]) }]);
    expect(result).toMatchObject({ ok: true, problems: [] });
    await bench.run();
    expect(item.fields["name"]).toBe(`${tag} inside`);
    await bench.edit(item, { name: `${tag} renamed` });
    await bench.run();
    expect([(await bench.read(outside, [])).name, (await bench.read(inside, [])).name.includes(tag)]).toEqual([`${tag} outside`, true]);
  });
};
