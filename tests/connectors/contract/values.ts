// What a side shows of the other, and values that are more than one, too long or out of reach, on each real connector by way of
// the engine. The partner is an imagined master.

import { expect, it } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { asList, isChoice, type Value } from "../../../lib/core/types.ts";
import { openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

const words = (value: Value | undefined): readonly string[] => asList(value).map((one) => (isChoice(one) ? one.choice : String(one))).toSorted();

const plain = (value: Value | undefined): string => plainText(String(value ?? "")).trim();

/** Of what it wrote it knows no more: its log is closed to it, or its reading back failed. */
const blinded = (connector: Connector, unread: boolean): Connector => {
  const blind = ({ after, ...result }: Extract<WriteResult, { ok: true }>): WriteResult => (unread || after === undefined ? result : { ...result, after: { ...after, others: null } });
  const dulled = (results: readonly WriteResult[]): readonly WriteResult[] => results.map((result) => (result.ok ? blind(result) : result));
  const create: Connector["create"] = async (type, project, drafts) => dulled(await connector.create(type, project, drafts));
  const update: Connector["update"] = async (type, project, patches) => dulled(await connector.update(type, project, patches));
  return new Proxy(connector, {
    get: (inner, name) => {
      if (name === "create") return create;
      if (name === "update") return update;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
};

export const valueContract = (tools: Tools): void => {
  const { place, named, typeOf, hand } = subjectOf(tools);

  it("shows each side the other's id, key and address, also where that is asked for later, and says it again over a person's words", async () => {
    const { line } = tools.subject().more ?? {};
    const { text = "" } = tools.subject().fields;
    const shows = line ?? text;
    const bench = await openBench(tools);
    const define = (part: "id" | "key" | "url", onCreate = false): void => bench.define([typeOf({ set: [{ side: "target", field: shows, partner: part, onCreate }, { side: "master", field: "partner", partner: part }] })]);
    const shown = async (id: string) => [plain((await bench.read(id, [shows])).fields[shows]), item.fields["partner"]];
    bench.define([typeOf({})]);
    const item = await bench.make("story", { name: `${bench.tag} older` });
    await bench.run();
    const id = await bench.partner(item);
    const { key, url } = await bench.read(id, []);
    define("key");
    expect((await bench.run()).result.notices.join()).toContain("what is set changed");
    expect(await shown(id)).toEqual([`P-${item.id}`, key ?? id]);
    await bench.quiet();
    define("url");
    await bench.run();
    expect(await shown(id)).toEqual([`memory://m/${item.id}`, url ?? null]);
    await bench.quiet();
    define("id");
    await bench.run();
    expect(await shown(id)).toEqual([item.id, id]);
    await bench.quiet();
    const say = line === undefined ? (value: string) => `<p>${value}</p>` : (value: string) => value;
    await hand(bench, id, { [shows]: say("mine") });
    await bench.edit(item, { partner: "mine too" });
    await bench.run();
    expect(await shown(id)).toEqual([item.id, id]);
    await bench.quiet();
    define("id", true);
    const newer = await bench.make("story", { name: `${bench.tag} newer` });
    await hand(bench, id, { [shows]: say("mine") });
    await bench.run();
    const other = await bench.partner(newer);
    expect([await shown(id), plain((await bench.read(other, [shows])).fields[shows]), newer.fields["partner"]]).toEqual([["mine", id], newer.id, other]);
    await bench.quiet();
  });

  it("carries several values both ways, by the value marked where several stand for one", async () => {
    const { many } = tools.subject().fields;
    if (many === undefined) return;
    const isList = tools.schema().fields.find(({ name }) => name === many.field)?.kind === "choice";
    const [one, two] = many.values.map((value) => words(value)[0] ?? "") as [string, string];
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: isList ? "several" : "labels", target: many.field, ...(isList ? { values: [{ master: "One", target: one, default: true }, { master: "Uno", target: one }, { master: "Two", target: two }] } : {}) }] })]);
    const field = isList ? "several" : "labels";
    const as = (...values: readonly string[]): Value => (isList ? values.map((choice) => ({ choice })) : values);
    const [first, second, third] = isList ? ["One", "Uno", "Two"] : [one, one, two];
    const item = await bench.make("story", { name: `${bench.tag} several`, [field]: as(second ?? "", third ?? "") });
    await bench.run();
    const id = await bench.partner(item);
    const both = async () => [words(item.fields[field]), words((await bench.read(id, [many.field])).fields[many.field])];
    expect(await both()).toEqual([[second, third].toSorted(), [one, two].toSorted()]);
    await bench.quiet();
    for (const [there, here] of [[[two], [third]], [[one, two], [first, third]], [[], []]] as const) {
      await hand(bench, id, { [many.field]: many.values.filter((value) => (there as readonly string[]).includes(words(value)[0] ?? "")) as Value });
      await bench.run();
      expect(await both()).toEqual([[...here].toSorted(), [...there].toSorted()]);
      await bench.quiet();
    }
  });

  it("goes to a status several steps away; says of one out of reach why, while the item's other fields go on", async () => {
    const { far, unreachable } = tools.subject().more ?? {};
    const bench = await openBench(tools);
    const status = far?.field ?? unreachable?.field;
    if (status === undefined) return;
    const reached = far === undefined ? [] : [{ master: "One", target: far.value }];
    const define = (values: readonly { readonly master: string; readonly target: string }[]): void => bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: "choice", target: status, values: [...values] }, ...(unreachable?.demands === undefined ? [] : [{ master: "number", target: unreachable.demands }])] })]);
    // A status that is no part of the workflow is refused when the mapping is read.
    const exists = unreachable !== undefined && (tools.schema().fields.find(({ name }) => name === status)?.choices?.some(({ name }) => name === unreachable.value) ?? true);
    const known = [...reached, ...(exists ? [{ master: "Two", target: unreachable.value }] : [])];
    if (unreachable !== undefined && !exists) expect(() => define([{ master: "Two", target: unreachable.value }])).toThrow("has no value");
    define(known);
    // Somebody went there before: a way that nobody knows is tried out on no item of people's.
    const { choice } = tools.subject().fields;
    const pioneer = await bench.create(place().type, { ...tools.subject().needed, [named()]: "went before" });
    for (const value of far === undefined ? [] : [...(choice?.field === status ? choice.values : [far.by]), far.value]) await hand(bench, pioneer, { [status]: { choice: value } });
    const [walks, stuck] = [await bench.make("story", { name: `${bench.tag} walks` }), await bench.make("story", { name: `${bench.tag} stuck` })];
    await bench.run();
    const ids = [await bench.partner(walks), await bench.partner(stuck)] as const;
    const begun = words((await bench.read(ids[1], [status])).fields[status]);
    await bench.edit(walks, { choice: { choice: "One" } });
    await bench.edit(stuck, { name: `${bench.tag} renamed`, ...(exists ? { choice: { choice: "Two" } } : {}) });
    const { result, rows } = await bench.run();
    if (far !== undefined) expect(words((await bench.read(ids[0], [status])).fields[status])).toEqual([far.value]);
    expect((await bench.read(ids[1], [])).name).toBe(`${bench.tag} renamed`);
    if (!exists) return;
    expect([words((await bench.read(ids[1], [status])).fields[status]), stuck.fields["choice"], result.counts.target.failed, rows.filter((one) => one.masterId === stuck.id && one.action === "hold").map(({ reason }) => reason).join()]).toEqual([begun, { choice: "Two" }, 0, expect.stringMatching(/\w+ \w+/)]);
    if (unreachable?.demands === undefined) return;
    // What the step demands comes from the mapping.
    await bench.edit(stuck, { number: 5 });
    await bench.run();
    expect(words((await bench.read(ids[1], [status])).fields[status])).toEqual([unreachable.value]);
    await bench.quiet();
  });

  it("cuts a text that is too long at a safe place and says where the rest is, and an edit of the cut one leaves the rest alone", async () => {
    const { text = "" } = tools.subject().fields;
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: "text", target: text }] })]);
    const whole = Array.from({ length: 330 }, (_, n) => `<p>${n} ${"word ".repeat(20)}end</p>`).join("");
    const item = await bench.make("story", { name: `${bench.tag} long`, text: whole });
    await bench.run();
    const id = await bench.partner(item);
    const copy = String((await bench.read(id, [text])).fields[text]);
    const [shown, all] = [plain(copy), plain(whole)];
    const pointer = shown.lastIndexOf("\u2026 (cut; the whole text is in the original)");
    expect([item.fields["text"], pointer < 0 ? shown === all : all.startsWith(shown.slice(0, pointer).trim())]).toEqual([whole, true]);
    await bench.quiet();
    await hand(bench, id, { [text]: copy.replace("0 word", "0 deed") });
    await bench.run();
    expect(item.fields["text"]).toBe(whole.replace("0 word", "0 deed"));
    await bench.quiet();
  });

  it.each(["nothing could be read back", "nobody can tell who wrote it"] as const)("takes a text that was cut for its own where %s: the original stays whole", async (blind) => {
    const { text = "" } = tools.subject().fields;
    const bench = await openBench(tools);
    bench.define([typeOf({ fields: [{ master: "name", target: named() }, { master: "text", target: text }] })]);
    const whole = (word: string): string => Array.from({ length: 330 }, (_, n) => `<p>${n} ${`${word} `.repeat(20)}end</p>`).join("");
    const item = await bench.make("story", { name: `${bench.tag} unproven`, text: whole("word") });
    const target = blinded(tools.connector(), blind === "nothing could be read back");
    await bench.attempt({}, target);
    await bench.quiet();
    await bench.edit(item, { text: whole("deed") });
    await bench.attempt({}, target);
    await bench.quiet();
    expect(item.fields["text"]).toBe(whole("deed"));
    expect(plain(String((await bench.read(await bench.partner(item), [text])).fields[text])).slice(0, 10)).toBe("0 deed dee");
  });
};
