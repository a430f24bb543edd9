// The promises of lib/connectors/connector.ts as one suite. Each connector's test hands over a subject: a real server, a
// sandbox or a world in memory, with one type that has a field of each kind it knows.

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import { fingerprint, sameValue } from "../../../lib/core/sync/fingerprint.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { findingContract } from "./finding.ts";
import { identityContract } from "./identity.ts";
import { type MappingSubject, mappingContract, type Tools } from "./mapping.ts";
import { stoppingContract } from "./stopping.ts";
import { syncContract } from "./sync.ts";
import { toldContract } from "./told.ts";
import { type FieldSchema, type Fields, isChoice, isItemRef, isPerson, type Item, type PersonRecord, type TypeSchema, type Value } from "../../../lib/core/types.ts";

export interface Subject {
  /** A connector as a fresh process would open it. */
  open(): Promise<Connector>;
  readonly project: string;
  readonly type: string;
  /** Names of fields of that type; whatever the endpoint does not have is left out. */
  readonly fields: {
    readonly name: string;
    readonly text?: string;
    /** With two values that may follow each other. */
    readonly choice?: { readonly field: string; readonly values: readonly [string, string] };
    readonly number?: string;
    readonly date?: string;
    readonly person?: { readonly field: string; readonly person: string };
    readonly reference?: { readonly field: string; readonly type: string };
    readonly many?: { readonly field: string; readonly values: readonly [Value & string, Value & string] | readonly [{ readonly choice: string }, { readonly choice: string }] };
  };
  /** Fields every draft needs besides the name. */
  readonly needed?: Fields;
  /** A name two people share, and the text that finds exactly one. */
  readonly people?: { readonly ambiguous?: string; readonly unique: string };
  /** What the second half of the suite needs: mapping.ts. */
  readonly more?: MappingSubject;
  /** An edit by somebody else: field of the type → value in the normal form. */
  personEdit(id: string, fields: Fields): Promise<void>;
  /** An item that somebody else makes; answers its id. Left out where the endpoint does not tell who made an item. */
  readonly personMakes?: (name: string) => string | Promise<string>;
  /** Makes searches lag, or waits out the real one. */
  setSearchLag?(seconds: number): void;
  /** Moves the endpoint's clock on, or waits until a moment of its precision has passed. */
  tick(): Promise<void>;
  /** Moments pass by themselves: waiting for each would take long, and the overlap of readings covers them. */
  readonly passing?: boolean;
  close(): Promise<void>;
}

const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${result === undefined ? "no result" : `${result.kind}: ${result.reason}`}`);
  return result;
};

/** `iterations`: the engine's part too, which one subject of each system is enough for. */
export const connectorContract = (title: string, make: () => Promise<Subject>, { iterations = false }: { readonly iterations?: boolean } = {}): void => {
  describe(`${title} keeps the promises of a connector`, () => {
    let subject: Subject;
    let connector: Connector;
    let schema: TypeSchema;

    beforeAll(async () => {
      subject = await make();
      connector = await subject.open();
      const found = (await connector.types(subject.project)).find((type) => type.name === subject.type);
      if (found === undefined) throw new Error(`no type ${subject.type}`);
      schema = found;
    });
    afterAll(async () => {
      await connector?.close();
      await subject?.close();
    });

    const names = (): readonly string[] => Object.values(subject.fields).map((field) => (typeof field === "string" ? field : field.field));
    const fieldOf = (name: string): FieldSchema => {
      const field = schema.fields.find((candidate) => candidate.name === name);
      if (field === undefined) throw new Error(`${subject.type} has no field ${name}`);
      return field;
    };
    const draft = (name: string, more: Fields = {}): Draft => ({ intent: randomUUID(), fields: { ...subject.needed, [subject.fields.name]: name, ...more } });
    const create = async (drafts: readonly Draft[]) => (await connector.create(subject.type, subject.project, drafts)).map(ok);
    const read = async (ids: readonly string[]): Promise<readonly Item[]> => connector.get({ type: subject.type, project: subject.project, ids, fields: names() });
    const one = async (id: string): Promise<Item> => {
      const [item] = await read([id]);
      if (item === undefined) throw new Error(`item ${id} cannot be read`);
      return item;
    };
    const changed = async (since: string | undefined, pageSize?: number): Promise<Map<string, Item>> => {
      const found = new Map<string, Item>();
      const query = { type: subject.type, project: subject.project, fields: names(), ...(since === undefined ? {} : { since }), ...(pageSize === undefined ? {} : { pageSize }) };
      for await (const page of connector.changes(query)) for (const item of page.items) found.set(item.id, item);
      return found;
    };
    const sinceNow = async (): Promise<string> => new Date(Date.parse(await connector.now()) - connector.capabilities.overlapSeconds * 1000).toISOString();

    it("says who we are, what projects there are and what fields a type has", async () => {
      expect((await connector.account()).id).not.toBe("");
      expect((await connector.projects()).some((project) => project.id === subject.project || project.key === subject.project)).toBe(true);
      expect(fieldOf(subject.fields.name)).toMatchObject({ kind: "string", multiple: false });
      expect(Math.abs(Date.parse(await connector.now()) - Date.now())).toBeLessThan(366 * 86_400_000);
    });

    it("may be kept by a process that stays: schemas cost no call again, and it works as before", async () => {
      if (connector.keeping === undefined) return;
      const before = await connector.account();
      await connector.types(subject.project);
      await connector.keeping.renew();
      const calls = connector.calls();
      expect(await connector.types(subject.project)).toContainEqual(schema);
      expect(connector.calls()).toBe(calls);
      expect(await connector.account()).toEqual(before);
      expect(connector.keeping.restSeconds).toBeGreaterThan(0);
    });

    it("creates in bulk, in order, and reads back what was written", async () => {
      const made = await create(Array.from({ length: 7 }, (_, n) => draft(`bulk ${n}`)));
      const items = await read(made.map((result) => result.id));
      expect(made.map((result) => items.find((item) => item.id === result.id)?.name)).toEqual(Array.from({ length: 7 }, (_, n) => `bulk ${n}`));
      expect(items.every((item) => item.version !== "" && !Number.isNaN(Date.parse(item.changedAt)) && item.type === subject.type)).toBe(true);
    });

    it("carries every kind of field and gives the values back in the normal form", async () => {
      const { fields } = subject;
      const wanted: Record<string, Value> = {};
      if (fields.text !== undefined) wanted[fields.text] = "<p>One <b>bold</b> and <i>italic</i></p><ul><li>a</li><li>b</li></ul><p><a href=\"https://example.com/x\">link</a></p>";
      if (fields.number !== undefined) wanted[fields.number] = 5;
      if (fields.date !== undefined) wanted[fields.date] = "2026-03-29";
      if (fields.person !== undefined) wanted[fields.person.field] = { person: fields.person.person };
      if (fields.many !== undefined) wanted[fields.many.field] = fields.many.values as unknown as Value;
      const [made] = await create([draft("all kinds", wanted)]);
      expect(made?.problems).toEqual([]);
      const item = await one(made?.id ?? "");
      for (const [name, value] of Object.entries(wanted)) expect([name, sameValue(item.fields[name], value, fieldOf(name)), item.fields[name]]).toEqual([name, true, item.fields[name]]);
      if (fields.person !== undefined) expect(isPerson(item.fields[fields.person.field])).toBe(true);
      if (made?.after !== undefined) for (const name of names()) expect(fingerprint(made.after.item.fields[name], fieldOf(name))).toBe(fingerprint(item.fields[name], fieldOf(name)));
    });

    it("writes a status or list value by name", async () => {
      const choice = subject.fields.choice;
      if (choice === undefined) return;
      const [made] = await create([draft("choice")]);
      for (const value of choice.values) {
        const before = await one(made?.id ?? "");
        const [result] = await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [choice.field]: { choice: value } }, before }]);
        expect(ok(result).problems).toEqual([]);
        const held = (await one(before.id)).fields[choice.field];
        expect(isChoice(held) ? held.choice : held).toBe(value);
      }
    });

    it("writes only the fields given and empties a field with null", async () => {
      const { fields } = subject;
      if (fields.number === undefined && fields.date === undefined) return;
      const field = fields.number ?? fields.date ?? "";
      const value = fields.number === undefined ? "2026-01-31" : 8;
      const [made] = await create([draft("partial", { [field]: value })]);
      const before = await one(made?.id ?? "");
      ok((await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [fields.name]: "renamed" }, before }]))[0]);
      const named = await one(before.id);
      expect([named.name, named.fields[field]]).toEqual(["renamed", value]);
      ok((await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [field]: null }, before: named }]))[0]);
      expect((await one(before.id)).fields[field] ?? null).toBeNull();
    });

    it("sets, changes and reads a reference to another item", async () => {
      const reference = subject.fields.reference;
      if (reference === undefined) return;
      const parent = (await connector.create(reference.type, subject.project, [{ intent: randomUUID(), fields: await parentFields(reference.type, `parent ${randomUUID().slice(0, 8)}`) }])).map(ok)[0];
      const [made] = await create([draft("refers", { [reference.field]: fieldOf(reference.field).multiple ? [{ ref: parent?.id ?? "", type: reference.type }] : { ref: parent?.id ?? "", type: reference.type } })]);
      expect(made?.problems).toEqual([]);
      const held = (await one(made?.id ?? "")).fields[reference.field];
      const first = Array.isArray(held) ? (held as readonly Value[])[0] : held;
      expect(isItemRef(first) ? first.ref : first).toBe(parent?.id);
    });

    const parentFields = async (type: string, name: string): Promise<Fields> => {
      const parent = (await connector.types(subject.project)).find((candidate) => candidate.name === type);
      const values: Record<string, Value> = {};
      for (const field of parent?.fields ?? []) {
        if (field.name === "name" || field.name === subject.fields.name) values[field.name] = name;
        else if (field.required && field.kind === "date") values[field.name] = /end/i.test(field.name) ? "2026-12-30" : "2026-01-02";
        else if (field.required && field.kind === "dateTime") values[field.name] = /end/i.test(field.name) ? "2026-12-30T00:00:00.000Z" : "2026-01-02T00:00:00.000Z";
        else if (field.required && field.kind === "string") values[field.name] = `parent ${randomUUID().slice(0, 8)}`;
      }
      return values;
    };

    it("finds everything changed since an instant over pages of two, at equal times too", async () => {
      await subject.tick();
      const since = await sinceNow();
      const made = await create(Array.from({ length: 5 }, (_, n) => draft(`page ${n}`)));
      await subject.tick();
      const found = await changed(since, 2);
      expect(made.every((result) => found.has(result.id))).toBe(true);
      const all = await changed(undefined, 3);
      expect(made.every((result) => all.has(result.id))).toBe(true);
    });

    it("sees a person's edit as a change with a new version", async () => {
      const [made] = await create([draft("edited")]);
      const before = await one(made?.id ?? "");
      await subject.tick();
      const since = await sinceNow();
      await subject.personEdit(before.id, { [subject.fields.name]: "edited by a person" });
      await subject.tick();
      const item = (await changed(since)).get(before.id);
      expect(item?.name).toBe("edited by a person");
      expect(item?.version).not.toBe(before.version);
    });

    it("proves an edit of somebody else between our reading and our read-back, or says that it cannot", async () => {
      const other = subject.fields.number ?? subject.fields.date;
      if (other === undefined) return;
      const [made] = await create([draft("raced")]);
      const before = await one(made?.id ?? "");
      await subject.tick();
      await subject.personEdit(before.id, { [other]: subject.fields.number === undefined ? "2026-05-05" : 3 });
      const result = ok((await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [subject.fields.name]: "ours" }, before }]))[0]);
      const evidence = result.after?.others;
      if (evidence !== undefined && evidence !== null) expect(evidence).toContain(other);
      expect(await one(before.id)).toMatchObject({ name: "ours" });
    });

    it("leaves alone what somebody else wrote into the same field since our reading, or tells that it replaced it", async () => {
      const [made] = await create([draft("read by us")]);
      const before = await one(made?.id ?? "");
      await subject.tick();
      await subject.personEdit(before.id, { [subject.fields.name]: "theirs" });
      await subject.tick();
      const [result] = await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [subject.fields.name]: "ours" }, before }]);
      if (result?.ok === false) expect([result.kind, (await one(before.id)).name]).toEqual(["changed", "theirs"]);
      else if (ok(result).after?.others !== null) expect(ok(result).overwritten).toMatchObject([{ field: subject.fields.name, value: "theirs" }]);
      // With a condition on the write it is never replaced.
      if (connector.capabilities.conditionalUpdate) expect(result?.ok).toBe(false);
    });

    it("tells what our own account made from what somebody else did, or says nothing of it", async () => {
      const [made] = await create([draft(`ours ${randomUUID()}`)]);
      const theirs = await subject.personMakes?.(`theirs ${randomUUID()}`);
      const own = await connector.ownItems?.({ type: subject.type, project: subject.project, ids: [made?.id ?? "", theirs ?? "0"] });
      if (own !== undefined) expect([...own]).toEqual([made?.id]);
      expect(theirs === undefined || own !== undefined).toBe(true);
    });

    it("answers for an item that is not there with a value, not with an error", async () => {
      const [made] = await create([draft("to be removed")]);
      const before = await one(made?.id ?? "");
      expect((await connector.remove(subject.type, subject.project, [before.id]))[0]?.ok).toBe(true);
      expect(await read([before.id])).toEqual([]);
      const [update] = await connector.update(subject.type, subject.project, [{ id: before.id, fields: { [subject.fields.name]: "x" }, before }]);
      expect(update).toMatchObject({ ok: false, kind: "missing" });
    });

    it("reads many by id in as few calls as it says", async () => {
      const made = await create(Array.from({ length: 12 }, (_, n) => draft(`many ${n}`)));
      const before = connector.calls();
      expect(await read(made.map((result) => result.id))).toHaveLength(12);
      expect(connector.calls() - before).toBeLessThanOrEqual(Math.ceil(12 / connector.capabilities.bulkGet));
    });

    it("updates many in as few calls as it says", async () => {
      const made = await create(Array.from({ length: 6 }, (_, n) => draft(`up ${n}`)));
      const items = await read(made.map((result) => result.id));
      const before = connector.calls();
      const results = await connector.update(subject.type, subject.project, items.map((item) => ({ id: item.id, fields: { [subject.fields.name]: `${item.name} now` }, before: item })));
      expect(results.every((result) => result.ok)).toBe(true);
      expect(connector.calls() - before).toBeLessThanOrEqual(Math.ceil(6 / connector.capabilities.bulkUpdate) + connector.capabilities.readBackCalls(6));
    });

    it("one bad draft does not stop the others", async () => {
      const bad = draft("x".repeat(100_000));
      const results = await connector.create(subject.type, subject.project, [draft("good 1"), bad, draft("good 2")]);
      expect([results[0]?.ok, results[2]?.ok]).toEqual([true, true]);
      const middle = results[1];
      expect(middle?.ok === true || middle?.kind === "refused").toBe(true);
    });

    it("keeps hostile texts as they are", async () => {
      const nasty = `"quotes" 'single' \\back <b>tag</b> & ümläut 漢字 🎉 ${"{"}curly} [x] ; drop | table`;
      const [made] = await create([draft(nasty)]);
      expect((await one(made?.id ?? "")).name).toBe(nasty);
      const text = subject.fields.text;
      if (text === undefined) return;
      const [rich] = await create([draft("rich hostile", { [text]: "<p>&lt;script&gt;alert(1)&lt;/script&gt; *not bold* {code} h1. _x_ | y | [z]</p>" })]);
      expect(plainText(String((await one(rich?.id ?? "")).fields[text]))).toBe("<script>alert(1)</script> *not bold* {code} h1. _x_ | y | [z]");
    });

    it("lists the ids of everything in scope", async () => {
      const made = await create([draft("listed")]);
      await subject.tick();
      const ids = new Set<string>();
      for await (const page of connector.list({ type: subject.type, project: subject.project })) for (const entry of page) ids.add(entry.id);
      expect(made.every((result) => ids.has(result.id))).toBe(true);
    });

    it("knows its people and finds one by name, never guessing between two", async () => {
      const people: PersonRecord[] = [];
      for await (const page of connector.people()) people.push(...page);
      expect(people.length).toBeGreaterThan(0);
      expect(people.every((person) => person.id !== "" && person.name !== "")).toBe(true);
      const whole: PersonRecord[] = [];
      for await (const page of connector.people({ everything: true })) whole.push(...page);
      expect(whole.map(({ attributes: _, ...person }) => person)).toEqual(people.map(({ attributes: _, ...person }) => person));
      for (const [at, { attributes }] of people.entries()) expect(whole[at]?.attributes).toMatchObject(attributes);
      const wanted = subject.people;
      if (wanted === undefined) return;
      expect(await connector.findPeople(wanted.unique)).toHaveLength(1);
      expect(await connector.findPeople("nobody is called this")).toEqual([]);
      if (wanted.ambiguous !== undefined) expect((await connector.findPeople(wanted.ambiguous)).length).toBeGreaterThan(1);
    });

    it("adds, changes and reads comments, and an item's comment is seen as a change", async () => {
      const door = connector.comments;
      expect(door !== undefined).toBe(connector.capabilities.comments);
      if (door === undefined) return;
      const [made] = await create([draft("commented")]);
      const id = made?.id ?? "";
      await subject.tick();
      const since = await sinceNow();
      const added = await door.add(subject.type, subject.project, id, "<p>First <b>words</b></p>");
      const read = async () => (await door.read({ type: subject.type, project: subject.project, ids: [id] })).get(id) ?? [];
      expect((await read()).map((comment) => plainText(comment.text))).toEqual(["First words"]);
      expect((await read())[0]).toMatchObject({ id: added.id, restricted: false });
      await subject.tick();
      const told = await door.changedSince?.({ type: subject.type, project: subject.project, since });
      expect(told?.map(({ item }) => item) ?? [...(await changed(since)).keys()]).toContain(id);
      // Told by its own id, so that what is known to have been carried over needs no second look.
      if (told !== undefined) expect(told.filter(({ item }) => item === id).map((one) => [one.id, plainText(one.text ?? "")])).toEqual([[added.id, "First words"]]);
    });

    it("stores and gives back attachments byte for byte, with awkward names", async () => {
      const door = connector.attachments;
      expect(door !== undefined).toBe(connector.capabilities.attachments);
      if (door === undefined) return;
      const [made] = await create([draft("attached")]);
      const id = made?.id ?? "";
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 251));
      const content = async function* () {
        yield bytes.subarray(0, 30_000);
        yield bytes.subarray(30_000);
      };
      const added = await door.add(subject.type, subject.project, id, { name: "Ünï 漢字 (1).bin", contentType: "application/octet-stream", size: bytes.length, content: content() });
      const [listed] = (await door.list({ type: subject.type, project: subject.project, ids: [id] })).get(id) ?? [];
      expect(listed).toMatchObject({ id: added.id, name: "Ünï 漢字 (1).bin", size: bytes.length });
      if (listed === undefined) return;
      const parts: Uint8Array[] = [];
      for await (const part of await door.open(subject.type, subject.project, id, listed)) parts.push(part);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    });

    const tools: Tools = { subject: () => subject, connector: () => connector, schema: () => schema, draft, parentFields, create, changed: (since) => changed(since), sinceNow };
    findingContract(tools);
    identityContract(tools);
    toldContract(tools);
    stoppingContract(tools);
    mappingContract(tools);
    if (iterations) syncContract(tools);
  });
};
