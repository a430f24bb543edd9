// The second half of the suite: what a mapping may count on, for each connector. A subject says what a person can do there
// and which fields stand for what; whatever it leaves out stands in `cannot` with the reason, so that no line passes unseen.

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { text as wholeText } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { Attachment, Comment, CommentDoor, Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import { ConfigError, RemoteError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { asList, type Fields, isChoice, type Item, type TypeSchema } from "../../../lib/core/types.ts";
import type { Subject } from "./contract.ts";

/** Deeds of people, in the endpoint's own way, and fields of the subject's type. */
export interface MappingSubject {
  /** A field of one line beside the name. */
  readonly line?: string;
  /** A field that holds an instant and may be written. */
  readonly instant?: string;
  /** A field that can only be read. */
  readonly readOnly?: string;
  /** A value of the choice field that is two steps or more from where a new item begins, with the step between. */
  readonly far?: { readonly field: string; readonly by: string; readonly value: string };
  /** A value of a status field that a new item cannot be given; `demands`: unless this field holds a number. */
  readonly unreachable?: { readonly field: string; readonly value: string; readonly demands?: string };
  /** A filter in the endpoint's language, and what an item must hold to pass. */
  readonly filter?: { readonly fields: Fields; readonly own: string };
  /** Saves that filter, and says the name by which a mapping names it. */
  readonly saveFilter?: () => Promise<string>;
  /** A person's comment; answers its id where the endpoint tells it. */
  readonly comment?: (id: string, text: string) => Promise<void>;
  /** The name a person's comments and files show. */
  readonly person?: string;
  readonly restrictedComment?: (id: string, text: string) => Promise<void>;
  readonly editComment?: (id: string, comment: string, text: string) => Promise<void>;
  readonly removeComment?: (id: string, comment: string) => Promise<void>;
  readonly attach?: (id: string, name: string, content: string) => Promise<void>;
  /** The next read is sent elsewhere; where the system is a real one it cannot be made to. */
  readonly sendAway?: (location: string) => void;
  /** The next write is turned away for being one too many; where the system is a real one it cannot be made to. */
  readonly turnAway?: () => void;
  readonly remove?: (id: string) => Promise<void>;
  /** To a project that the account sees, too. */
  readonly move?: (id: string) => Promise<void>;
  /** Out of the account's sight, without a deletion. */
  readonly hide?: (id: string) => Promise<void>;
  readonly period?: {
    readonly release?: { readonly type: string; readonly fields: Fields };
    readonly sprint: { readonly type: string; readonly fields: (release: string) => Fields };
    readonly nameField: string;
    readonly rename: (sprint: string, name: string) => Promise<void>;
    readonly close?: (sprint: string) => Promise<void>;
    /** Fields of the sprint that hold its days, and its release where it lies in one; a release's days have the same names. */
    readonly dates?: { readonly start?: string; readonly end: string; readonly within?: string };
  };
  /** What is not given above, and why, in words that stand on the system's page in docs/systems. */
  readonly cannot: Readonly<Partial<Record<Gap, string>>>;
}

type Part = Exclude<keyof MappingSubject, "cannot" | "person" | "sendAway" | "turnAway">;
/** `editsTold`: that a person's edit of a comment makes its item one that changed. */
type Gap = Part | "attachments" | "comments" | "editsTold";

const GAPS: readonly Part[] = ["line", "instant", "readOnly", "far", "unreachable", "filter", "saveFilter", "comment", "restrictedComment", "editComment", "removeComment", "attach", "remove", "move", "hide", "period"];

export interface Tools {
  readonly subject: () => Subject;
  readonly connector: () => Connector;
  readonly schema: () => TypeSchema;
  readonly draft: (name: string, more?: Fields) => Draft;
  /** What an item of another type needs to be made, with this name. */
  readonly parentFields: (type: string, name: string) => Promise<Fields>;
  readonly create: (drafts: readonly Draft[]) => Promise<readonly Extract<WriteResult, { ok: true }>[]>;
  readonly changed: (since: string | undefined) => Promise<Map<string, Item>>;
  readonly sinceNow: () => Promise<string>;
}

const saved = new WeakMap<Subject, Promise<string>>();

/** The name of the saved filter, which is saved once. */
export const savedFilter = async (subject: Subject): Promise<string | undefined> => {
  const name = saved.get(subject) ?? subject.more?.saveFilter?.();
  if (name !== undefined) saved.set(subject, name);
  return name;
};

/** Looks like something else than text to a spreadsheet, a script or a careless reader. */
const LOOKALIKES = ["2026-03-02", "02.03.2026 10:00", "007", "1e5", "1,5", "true", "null", "=A1+B2", "+49 30 1234", "0x10", "NaN", "[x] todo", "#12", "@anna"];

// Names of files that some endpoint, or the machine between, would like to be otherwise. The core makes names fit before.
const FILES: readonly (readonly [string, string])[] = [
  ["plan.txt", "one"],
  ["plan.txt", "two"],
  ["Größe – 図面 (1) & co.txt", "three"],
  ["100% done; a=b.txt", "four"],
];

const words = (comment: Comment): string => plainText(comment.text).trim();

export const mappingContract = (tools: Tools): void => {
  const more = (): MappingSubject => tools.subject().more ?? { cannot: {} };
  const place = () => ({ type: tools.subject().type, project: tools.subject().project });
  const made = async (name: string, fields: Fields = {}): Promise<string> => (await tools.create([tools.draft(name, fields)]))[0]?.id ?? "";
  const reading = async (id: string, ...fields: readonly string[]): Promise<Item | undefined> => (await tools.connector().get({ ...place(), ids: [id], fields }))[0];
  const one = async (id: string, ...fields: readonly string[]): Promise<Item> => {
    const item = await reading(id, ...fields);
    if (item === undefined) throw new Error(`item ${id} cannot be read`);
    return item;
  };
  const update = async (id: string, fields: Fields): Promise<WriteResult | undefined> => (await tools.connector().update(place().type, place().project, [{ id, fields, before: await one(id, ...Object.keys(fields)) }]))[0];
  const comments = async (id: string): Promise<readonly Comment[]> => (await tools.connector().comments?.read({ ...place(), ids: [id] }))?.get(id) ?? [];
  const files = async (id: string): Promise<readonly Attachment[]> => (await tools.connector().attachments?.list({ ...place(), ids: [id] }))?.get(id) ?? [];
  const listed = async (filter?: string): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>();
    for await (const page of tools.connector().list({ ...place(), ...(filter === undefined ? {} : { filter }) })) for (const entry of page) ids.add(entry.id);
    return ids;
  };
  const filtered = async (filter: string): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>();
    for await (const page of tools.connector().changes({ ...place(), fields: [], filter })) for (const item of page.items) ids.add(item.id);
    return ids;
  };
  const touchedSince = async (since: string, door: Pick<CommentDoor, "changedSince"> | undefined): Promise<readonly string[]> => {
    const told = await door?.changedSince?.({ ...place(), since });
    return told === undefined ? [...(await tools.changed(since)).keys()] : told.map(({ item }) => item);
  };

  it("says of everything a mapping asks for whether it can be had here, and why not, as the page of the system does", () => {
    const given = tools.subject().more;
    if (given === undefined) return;
    const silent = GAPS.filter((gap) => (given[gap] === undefined) === ((given.cannot[gap] ?? "") === ""));
    expect(silent).toEqual([]);
    const { system } = tools.connector();
    if (system === "memory") return;
    const page = readFileSync(new URL(`../../../docs/systems/${system}.md`, import.meta.url), "utf8").replaceAll(/\s+/g, " ");
    expect(Object.values(given.cannot).filter((reason) => !page.includes(reason))).toEqual([]);
  });

  it("keeps texts that look like numbers, dates or formulas", async () => {
    const { name } = tools.subject().fields;
    const { line } = more();
    // Where each item is a call or two, some of them must do.
    const texts = LOOKALIKES.filter((_, index) => tools.connector().capabilities.bulkCreate > 1 || index % 3 === 0);
    const results = await tools.create(texts.map((text) => tools.draft(text, line === undefined ? {} : { [line]: text })));
    const items = await tools.connector().get({ ...place(), ids: results.map((result) => result.id), fields: [name, ...(line === undefined ? [] : [line])] });
    const byId = new Map(items.map((item) => [item.id, item]));
    expect(results.map((result) => byId.get(result.id)?.fields[name])).toEqual(texts);
    if (line !== undefined) expect(results.map((result) => byId.get(result.id)?.fields[line])).toEqual(texts);
  });

  it("replaces several values whole, and empties them", async () => {
    const { many } = tools.subject().fields;
    if (many === undefined) return;
    const id = await made("several");
    const held = async (): Promise<readonly string[]> => asList((await one(id, many.field)).fields[many.field]).map((value) => (isChoice(value) ? value.choice : String(value))).toSorted();
    const text = (value: string | { readonly choice: string }): string => (typeof value === "string" ? value : value.choice);
    for (const wanted of [[...many.values], [many.values[1]], []]) {
      expect(await update(id, { [many.field]: wanted })).toMatchObject({ ok: true, problems: [] });
      expect(await held()).toEqual(wanted.map(text).toSorted());
    }
  });

  it("keeps instants, on the night the clocks change too, and days beside them", async () => {
    const { instant } = more();
    const { date } = tools.subject().fields;
    for (const at of ["2026-03-29T00:30:00.000Z", "2026-10-25T01:30:00.000Z", "2026-12-31T23:30:00.000Z"]) {
      const wanted: Fields = { ...(instant === undefined ? {} : { [instant]: at }), ...(date === undefined ? {} : { [date]: at.slice(0, 10) }) };
      if (Object.keys(wanted).length === 0) return;
      const { fields } = await one(await made(`at ${at}`, wanted), ...Object.keys(wanted));
      expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, fields[name]]))).toEqual(wanted);
    }
  });

  it("says which fields can only be read", () => {
    const { readOnly } = more();
    if (readOnly !== undefined) expect(tools.schema().fields.find((field) => field.name === readOnly)).toMatchObject({ onCreate: false, onUpdate: false });
  });

  it("reads no more than its filter lets through, written out or saved under a name", async () => {
    const { filter } = more();
    if (filter === undefined) return;
    const [inside, outside] = [await made("inside", filter.fields), await made("outside")];
    await tools.subject().tick();
    const saved = await savedFilter(tools.subject());
    for (const text of [filter.own, ...(saved === undefined ? [] : [saved])])
      for (const ids of [await listed(text), await filtered(text)]) expect([text, ids.has(inside), ids.has(outside)]).toEqual([text, true, false]);
    if (saved !== undefined) await expect(listed(`${saved} but not that`)).rejects.toSatisfy((error: unknown) => (error instanceof ConfigError ? error.problems[0]?.advice : error instanceof RemoteError ? error.advice : undefined) !== undefined);
  });

  it("reaches a status that lies several steps away", async () => {
    const { far } = more();
    if (far === undefined) return;
    const shown = async (id: string): Promise<unknown> => {
      const value = (await one(id, far.field)).fields[far.field];
      return isChoice(value) ? value.choice : value;
    };
    const walked = await made("walked");
    for (const value of [far.by, far.value]) expect(await update(walked, { [far.field]: { choice: value } })).toMatchObject({ ok: true, problems: [] });
    const id = await made("far");
    expect(await update(id, { [far.field]: { choice: far.value } })).toMatchObject({ ok: true, problems: [] });
    expect(await shown(id)).toBe(far.value);
  });

  it("writes the other fields where a status cannot be reached, and says why it cannot", async () => {
    const { unreachable } = more();
    if (unreachable === undefined) return;
    const id = await made("stuck");
    const result = await update(id, { [unreachable.field]: { choice: unreachable.value }, [tools.subject().fields.name]: "renamed all the same" });
    expect(result).toMatchObject({ ok: true, problems: [{ field: unreachable.field, reason: expect.stringMatching(/\w/) }] });
    expect((await one(id)).name).toBe("renamed all the same");
  });

  it("tells who commented when, what only some may see, and what became of it later", async () => {
    const { comment, restrictedComment, editComment, removeComment, person } = more();
    if (comment === undefined) return;
    const id = await made("talked about");
    const before = Date.parse(await tools.connector().now());
    await comment(id, "first words");
    await tools.subject().tick();
    if (restrictedComment !== undefined) await restrictedComment(id, "between us");
    const all = await comments(id);
    const [first] = all.filter((entry) => words(entry) === "first words");
    expect(first).toMatchObject({ restricted: false, author: { name: person } });
    // Some systems tell days only, or minutes.
    expect(Math.abs(Date.parse(first?.createdAt ?? "") - before)).toBeLessThan(25 * 3_600_000);
    if (restrictedComment !== undefined) expect(all.find((entry) => words(entry) === "between us")).toMatchObject({ restricted: true });
    if (first === undefined) return;
    for (const [deed, left] of [[editComment === undefined ? undefined : () => editComment(id, first.id, "other words"), "other words"], [removeComment === undefined ? undefined : () => removeComment(id, first.id), undefined]] as const) {
      if (deed === undefined) continue;
      await tools.subject().tick();
      const since = await tools.sinceNow();
      await deed();
      await tools.subject().tick();
      const now = (await comments(id)).find((entry) => entry.id === first.id);
      expect(now === undefined ? undefined : words(now)).toBe(left);
      // A removal is seen when the item is read for another reason, at the latest by a sweep, where the endpoint tells of none.
      if (left !== undefined) expect(await touchedSince(since, tools.connector().comments)).toContain(id);
    }
  });

  it("changes and takes back comments of its own", async () => {
    const door = tools.connector().comments;
    if (door === undefined) return;
    const { type, project } = place();
    const id = await made("corrected");
    const us = (await tools.connector().account()).id;
    const added = await door.add(type, project, id, "<p>before</p>");
    await tools.subject().tick();
    const changed = await door.change(type, project, id, added.id, "<p>after <b>all</b></p>");
    expect([added.author?.person, changed.author?.person, words(changed)]).toEqual([us, us, "after all"]);
    expect((await comments(id)).map(words)).toContain("after all");
    await door.remove(type, project, id, changed.id);
    const last = (await comments(id)).filter((entry) => words(entry) !== "before").map(words);
    // Where nothing can be taken back it is said in the open.
    expect(last.every((text) => text === "after all" || text.startsWith("Withdrawn")) && last.length !== 1).toBe(true);
  });

  it("keeps files of one name apart, names as they are, and removes one of them", async () => {
    const door = tools.connector().attachments;
    if (door === undefined) return;
    const { type, project } = place();
    const id = await made("files");
    const kept: Attachment[] = [];
    for (const [name, content] of FILES)
      kept.push(await door.add(type, project, id, { name, contentType: "text/plain", size: Buffer.byteLength(content), content: (async function* () { yield Buffer.from(content); })() }));
    const all = await files(id);
    expect(new Set(all.map((file) => file.id)).size).toBe(FILES.length);
    expect(all.filter((file) => /plan/.test(file.name)).length).toBe(2);
    for (const [index, [name, content]] of FILES.entries()) {
      const file = all.find((candidate) => candidate.id === kept[index]?.id);
      expect([name, file === undefined ? undefined : await wholeText(await door.open(type, project, id, file))]).toEqual([name, content]);
      // Some put other letters for those that mean something in addresses; then the answer says so.
      expect(file?.name).toBe(index === 2 ? name : kept[index]?.name);
    }
    await door.remove(type, project, id, kept[0]?.id ?? "");
    expect((await files(id)).map((file) => file.id).toSorted()).toEqual(kept.slice(1).map((file) => file.id).toSorted());
  });

  it("sees what a person attached, and by whom", async () => {
    const { attach, person } = more();
    if (attach === undefined) return;
    const id = await made("attached by a person");
    await tools.subject().tick();
    const since = await tools.sinceNow();
    await attach(id, "seen.txt", "seen");
    await tools.subject().tick();
    const [file] = await files(id);
    expect(file).toMatchObject({ name: "seen.txt", size: 4 });
    if (file?.author !== undefined) expect(file.author.name).toBe(person);
    expect(await touchedSince(since, tools.connector().attachments)).toContain(id);
  });

  it("tells a deletion from a move and from lost sight, as far as it can prove one", async () => {
    const { remove, move, hide } = more();
    const [gone, moved, hidden, stays] = [await made("gone"), await made("moved"), await made("hidden"), await made("stays")];
    await tools.subject().tick();
    if (remove !== undefined) await remove(gone);
    if (move !== undefined) await move(moved);
    if (hide !== undefined) await hide(hidden);
    await tools.subject().tick();
    const ids = await listed();
    expect([ids.has(stays), remove !== undefined && ids.has(gone), move !== undefined && ids.has(moved), hide !== undefined && ids.has(hidden)]).toEqual([true, false, false, false]);
    if (remove !== undefined) expect(await reading(gone)).toBeUndefined();
    if (move !== undefined) expect((await reading(moved))?.project).not.toBe(place().project);
    if (hide !== undefined) expect(await reading(hidden)).toBeUndefined();
    const connector = tools.connector();
    if (connector.capabilities.deletionEvidence === "none") return;
    const proved = await connector.deleted?.({ ...place(), ids: [gone, moved, hidden, stays] });
    if (proved !== undefined) expect([...proved]).toEqual(remove === undefined ? [] : [gone]);
  });

  it("sees that a sprint was renamed although no item of it changed", async () => {
    const { period } = more();
    if (period === undefined) return;
    const connector = tools.connector();
    const { project } = place();
    const make = async (type: string, fields: Fields): Promise<string> => {
      const [result] = await connector.create(type, project, [{ intent: randomUUID(), fields }]);
      if (result?.ok !== true) throw new Error(`no ${type}: ${JSON.stringify(result)}`);
      return result.id;
    };
    const release = period.release === undefined ? "" : await make(period.release.type, { [period.nameField]: `release ${randomUUID().slice(0, 8)}`, ...period.release.fields });
    const { type } = period.sprint;
    const sprint = await make(type, { [period.nameField]: `sprint ${randomUUID().slice(0, 8)}`, ...period.sprint.fields(release) });
    const read = async (since?: string): Promise<Item | undefined> => {
      for await (const page of connector.changes({ type, project, fields: [period.nameField], ...(since === undefined ? {} : { since }) })) for (const item of page.items) if (item.id === sprint) return item;
      return undefined;
    };
    const before = await read();
    await tools.subject().tick();
    const since = await tools.sinceNow();
    await period.rename(sprint, "another name");
    await tools.subject().tick();
    const after = await read(since);
    expect(after?.name).toBe("another name");
    expect(after?.version).not.toBe(before?.version);
  });
};
