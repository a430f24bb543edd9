// Creating and updating in bulk. ALM knows no conditional write: a stale stamp is accepted and ignored (alm-qc.md §21). So
// every item is read again right before its update, written only where our fields are untouched, and the stamps of the
// reply tell whether somebody came in between. The reply of the write is the read-back.

import { TandemError } from "../../core/errors.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import type { Fields, Instant, Item } from "../../core/types.ts";
import type { Draft, FieldProblem, Overwritten, Patch, ReadBack, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { chunksWithin } from "../paging.ts";
import type { ClockWatch } from "./account.ts";
import { evidenceOf } from "./audits.ts";
import { fillIn, releasesOfCycles } from "./fill.ts";
import { type Fault, isLocked, isMissing, reasonOf } from "./faults.ts";
import type { Verdict } from "./find.ts";
import { withCheckOut, withLocks } from "./guard.ts";
import { itemOf, type Place, pathOf, stampOf, urlOf } from "./items.ts";
import { isLink, linkedFields } from "./links.ts";
import { type LinkWish, settleLinks } from "./linkWrites.ts";
import { type Bulk, sendBulk, type Sent } from "./send.ts";
import { fieldsInTitle, isVague } from "./unconfirmed.ts";
import { readValue, writeValue } from "./values.ts";
import { type Entity, textAt, type Values } from "./wire.ts";
import { carried } from "./xml.ts";

export interface Writing {
  readonly place: Place;
  readonly me: string;
  readonly now: Instant;
  readonly clock: ClockWatch;
  /** Fields the results shall hold besides the written ones. */
  readonly wanted: readonly string[];
  /** Items by id, as `get` reads them. */
  readonly get: (ids: readonly string[], names: readonly string[], fresh?: boolean) => Promise<readonly Item[]>;
  /** One after another, for all writers of links. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly stop?: Stop;
  /** The entities of these drafts if a refused call made them all the same. */
  readonly findMade: (drafts: readonly (Draft & { readonly values: Values })[]) => Promise<readonly Verdict[]>;
}

/** One item on its way. */
interface Part {
  readonly values: Values;
  readonly links: readonly LinkWish[];
  readonly problems: readonly FieldProblem[];
  /** Names of the fields this write is about, problems included. */
  readonly fields: Fields;
  /** The item as read when the change was planned; undefined for a create. */
  readonly before?: Item;
  readonly draft?: Draft;
}

interface Try {
  readonly part: Part;
  /** The reading the write rests on. */
  readonly base?: Item;
  readonly sent: Sent;
}

const MOST_BYTES = 4 * 1024 * 1024;
/** Calls that may be spent on trying fields alone. */
const MOST_ALONE = 30;

/** Other orders were met with opaque refusals (alm-qc.md §4.3). */
const FIRST = ["id", "name", "parent-id", "type-id", "subtype-id"];
const inOrder = (values: ReadonlyMap<string, readonly string[]>): Values => new Map([...values].toSorted(([a], [b]) => rank(a) - rank(b)));
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

const encode = ({ place }: Writing, fields: Fields, creating: boolean): { readonly values: Map<string, readonly string[]>; readonly links: readonly LinkWish[]; readonly problems: readonly FieldProblem[] } => {
  const values = new Map<string, readonly string[]>();
  const links: LinkWish[] = [];
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const field = place.type.fields.get(name);
    if (field === undefined || !(creating ? field.schema.onCreate : field.schema.onUpdate)) {
      problems.push({ field: name, reason: field === undefined ? "there is no such field" : "is read-only in ALM" });
      continue;
    }
    // What is empty at birth need not be said.
    if (creating && (value === null || value === "" || (Array.isArray(value) && value.length === 0))) continue;
    const encoded = writeValue(field, value, { project: place.project, zone: place.session.zone });
    if ("reason" in encoded) problems.push({ field: name, reason: encoded.reason });
    else if (field.link === undefined) values.set(name, encoded.values.map(carried));
    else links.push({ field: { ...field, link: field.link }, wanted: encoded.values });
  }
  return { values, links, problems };
};

const draftPart = (writing: Writing, draft: Draft, releases: ReadonlyMap<string, string>): Part => {
  const { values, links, problems } = encode(writing, draft.fields, true);
  fillIn(writing, values, releases);
  const { intentField } = writing.place.type;
  if (intentField !== undefined) values.set(intentField, [draft.intent]);
  return { values: inOrder(values), links, problems, fields: draft.fields, draft };
};

const patchPart = (writing: Writing, patch: Patch): Part => {
  const { values, links, problems } = encode(writing, patch.fields, false);
  return { values: inOrder(new Map([...values, ["id", [patch.id]]])), links, problems, fields: patch.fields, before: patch.before };
};

const sentNames = (part: Part): readonly string[] => [...part.values.keys()].filter((name) => name !== "id");

const without = (part: Part, names: readonly string[], reason: string): Part => ({
  ...part,
  values: new Map([...part.values].filter(([name]) => !names.includes(name))),
  problems: [...part.problems, ...names.map((field) => ({ field, reason }))],
});

const namesOf = (writing: Writing, parts: readonly Part[]): readonly string[] =>
  [...new Set([...writing.wanted, ...parts.flatMap((part) => [...Object.keys(part.fields), ...Object.keys(part.before?.fields ?? {})])])].filter((name) => writing.place.type.fields.has(name));

/** What the entity itself holds. */
const plain = ({ place }: Writing, names: readonly string[]): readonly string[] => names.filter((name) => !isLink(place.type, name));

const differs = ({ place }: Writing, name: string, a: Item, b: Item): boolean => {
  const schema = place.type.fields.get(name)?.schema;
  return schema !== undefined && !sameValue(a.fields[name], b.fields[name], schema);
};

// ── sending, and what to do about refusals ────────────────────────────────────────────────────────────────────────

const bulkOf = (writing: Writing, method: "POST" | "PUT", parts: readonly Part[]): Bulk => {
  const { place } = writing;
  const bulk: Bulk = { session: place.session, method, path: pathOf(place), type: place.type.name };
  if (method === "PUT") return bulk;
  const draftOf = (values: Values): readonly (Draft & { readonly values: Values })[] => parts.flatMap((part) => (part.values === values && part.draft !== undefined ? [{ ...part.draft, values }] : []));
  return { ...bulk, verify: (doubtful) => writing.findMade(doubtful.flatMap(draftOf)) };
};

type Due = Pick<Try, "part" | "base">;

const attempt = async (writing: Writing, method: "POST" | "PUT", due: readonly Due[]): Promise<readonly Try[]> => {
  const sent = await sendBulk(bulkOf(writing, method, due.map(({ part }) => part)), due.map(({ part }) => part.values));
  return due.map((one, index) => ({ ...one, sent: sent[index] ?? { doubt: "the reply does not tell what became of it" } }));
};

const droppable = (writing: Writing, part: Part): readonly { readonly name: string; readonly label: string; readonly column: string }[] =>
  sentNames(part).flatMap((name) => {
    const field = writing.place.type.fields.get(name);
    const needed = part.before === undefined && (field?.schema.required === true || FIRST.includes(name));
    return field === undefined || needed || name === "name" || !(name in part.fields) ? [] : [{ name, label: field.schema.label, column: field.column }];
  });

const isAboutFields = (fault: Fault): boolean => !isMissing(fault) && !isLocked(fault) && fault.id !== "qccore.required-field-missing" && (fault.status !== 403 || fault.id !== "");

/** Fields the refusal names are left out, and the rest is written: one bad value does not hold up an item. */
const overFields = async (writing: Writing, method: "POST" | "PUT", tries: readonly Try[]): Promise<readonly Try[]> => {
  const chosen = tries.map(({ part, base, sent }): Due | undefined => {
    if (!("fault" in sent) || !isAboutFields(sent.fault)) return undefined;
    const named = fieldsInTitle(sent.fault.title, droppable(writing, part));
    return named.length === 0 || named.length >= sentNames(part).length ? undefined : { part: without(part, named, sent.fault.title), ...(base === undefined ? {} : { base }) };
  });
  const due = chosen.filter((one) => one !== undefined);
  if (due.length === 0) return tries;
  const answers = [...(await attempt(writing, method, due))];
  return tries.map((one, index) => (chosen[index] === undefined ? one : (answers.shift() ?? one)));
};

/** A refusal that names no field: each is tried alone, so that one value does not hold up the others. */
const oneByOne = async (writing: Writing, tries: readonly Try[]): Promise<readonly Try[]> => {
  const results: Try[] = [];
  let left = MOST_ALONE;
  for (const one of tries) {
    const names = sentNames(one.part);
    const alone = "fault" in one.sent && one.part.before !== undefined && isAboutFields(one.sent.fault) && names.length > 1 && names.length <= left;
    if (alone) left -= names.length;
    results.push(alone ? await eachAlone(writing, one, names) : one);
  }
  return results;
};

const eachAlone = async (writing: Writing, one: Try, names: readonly string[]): Promise<Try> => {
  let last: Try | undefined;
  let { part } = one;
  for (const name of names) {
    const single = { ...one, part: { ...one.part, values: new Map([...one.part.values].filter(([key]) => key === "id" || key === name)) } };
    const [answer] = await attempt(writing, "PUT", [single]);
    if (answer === undefined || "doubt" in answer.sent) return last ?? answer ?? one;
    if ("fault" in answer.sent) part = without(part, [name], answer.sent.fault.title);
    else last = answer;
  }
  return last === undefined ? one : { ...last, part };
};

const bare = ({ place }: Writing, id: string): Entity => ({ type: place.type.name, values: new Map([["id", [{ value: id }]]]) });

/** A refused write may have been executed all the same (alm-qc.md §8): the item itself is asked. */
const surely = async (writing: Writing, tries: readonly Try[], names: readonly string[]): Promise<readonly Try[]> => {
  const vague = tries.filter(({ part, sent }) => part.before !== undefined && "fault" in sent && sent.fault.status >= 500 && isVague(sent.fault));
  if (vague.length === 0) return tries;
  const now = new Map((await writing.get(vague.map(({ part }) => part.before?.id ?? ""), names, true)).map((item) => [item.id, item]));
  const isThere = (part: Part, item: Item): boolean =>
    sentNames(part).every((name) => {
      const schema = writing.place.type.fields.get(name)?.schema;
      return schema !== undefined && sameValue(part.fields[name], item.fields[name], schema);
    });
  return tries.map((one) => {
    const item = vague.includes(one) ? now.get(one.part.before?.id ?? "") : undefined;
    return item !== undefined && isThere(one.part, item) ? { ...one, sent: { entity: bare(writing, item.id) } } : one;
  });
};

// ── results ───────────────────────────────────────────────────────────────────────────────────────────────────────

const failed = (writing: Writing, part: Part, fault: Fault): WriteResult => ({
  ok: false,
  kind: isMissing(fault) && part.before !== undefined ? "missing" : "refused",
  reason: reasonOf(fault),
  problems: [...part.problems, ...fieldsInTitle(fault.title, droppable(writing, part)).map((field) => ({ field, reason: fault.title }))],
});

/** Replies that do not hold all that is wanted are completed by one reading. */
const readBack = async (writing: Writing, tries: readonly Try[], names: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const bare: string[] = [];
  for (const { sent } of tries) {
    if (!("entity" in sent)) continue;
    const id = textAt(sent.entity, "id");
    const whole = names.every((name) => sent.entity.values.has(name)) && sent.entity.values.has("name");
    const item = whole ? itemOf(writing.place, sent.entity, names) : undefined;
    if (item === undefined) bare.push(id);
    else items.set(id, item);
  }
  if (bare.length > 0) for (const item of await writing.get(bare, names)) items.set(item.id, item);
  for (const item of items.values()) writing.clock.seen(item.changedAt, true);
  return items;
};

/**
 * Fields of somebody else. What differs from the plan's reading and was not sent is theirs. Stamps one apart prove that
 * only we wrote since our reading; else the audits are asked, and without them there is no proof.
 */
const witnessed = async (writing: Writing, { part, base }: Try, after: Item): Promise<{ readonly others: readonly string[] | null; readonly overwritten: readonly Overwritten[] }> => {
  const { before } = part;
  if (before === undefined || base === undefined) return { others: [], overwritten: [] };
  const theirs = plain(writing, Object.keys(before.fields)).filter((name) => !part.values.has(name) && differs(writing, name, before, after));
  // Some servers do not count a write that changes nothing.
  if ([0, 1].includes(stampOf(after.version) - stampOf(base.version))) return { others: theirs, overwritten: [] };
  const written = new Map([...part.values].filter(([name]) => name !== "id"));
  const evidence = await evidenceOf(writing.place, base, written, writing.me);
  return evidence === undefined ? { others: null, overwritten: [] } : { others: [...new Set([...theirs, ...evidence.others])], overwritten: evidence.overwritten };
};

/** Memos as they were sent: not everything has a place in them. */
const givenMemos = ({ place }: Writing, { values }: Part): Fields => Object.fromEntries([...values].flatMap(([name, sent]) => {
  const field = place.type.fields.get(name);
  return field?.codec === "memo" ? [[name, readValue(field, sent.map((value) => ({ value })), { project: place.project, zone: place.session.zone })] as const] : [];
}));

const resultOf = async (writing: Writing, one: Try, items: ReadonlyMap<string, Item>): Promise<WriteResult> => {
  const { part, sent } = one;
  if ("fault" in sent) return failed(writing, part, sent.fault);
  if ("doubt" in sent) return { ok: false, kind: "doubtful", reason: sent.doubt, problems: part.problems };
  const id = textAt(sent.entity, "id");
  const item = items.get(id);
  const url = urlOf(writing.place, id);
  const seen = item === undefined ? undefined : await witnessed(writing, one, item);
  const after: ReadBack | undefined = item === undefined || seen === undefined ? undefined : { item, others: seen.others };
  return { ok: true, id, ...(url === undefined ? {} : { url }), problems: part.problems, given: givenMemos(writing, part), ...(after === undefined ? {} : { after }), ...(seen === undefined || seen.overwritten.length === 0 ? {} : { overwritten: seen.overwritten }) };
};

const settle = async (writing: Writing, method: "POST" | "PUT", due: readonly Due[], names: readonly string[]): Promise<ReadonlyMap<Part, WriteResult>> => {
  let tries = await attempt(writing, method, due);
  let items: ReadonlyMap<string, Item> = new Map();
  try {
    tries = await overFields(writing, method, tries);
    if (method === "PUT") tries = await surely(writing, await oneByOne(writing, await surely(writing, tries, names)), names);
    items = await readBack(writing, tries, names);
  } catch (error) {
    // What was written is told in any case; the next call meets the same trouble.
    if (!(error instanceof TandemError) || tries.every(({ sent }) => "fault" in sent)) throw error;
  }
  const results = await Promise.all(tries.map((one) => resultOf(writing, one, items)));
  // Parts change on the way, their fields do not.
  return new Map(due.map(({ part }, index) => [part, results[index] ?? { ok: false, kind: "doubtful", reason: "nobody knows what became of it", problems: [] }]));
};

/** Links are made when their item is settled. What failed of them is a problem of their field, never of the item. */
const linkUp = async (writing: Writing, results: ReadonlyMap<Part, WriteResult>, names: readonly string[]): Promise<ReadonlyMap<Part, WriteResult>> => {
  const fields = linkedFields(writing.place.type, names);
  const done = [...results].flatMap(([part, result]) => (result.ok ? [{ part, result }] : []));
  if (fields.length === 0 || done.length === 0) return results;
  const jobs = done.map(({ part, result }) => ({ id: result.id, wishes: part.links, ...(part.before === undefined ? {} : { before: part.before }) }));
  const outcomes = await writing.inTurn(() => settleLinks(writing.place, fields, jobs, writing.place.session.options.bulkSize));
  const linked = done.map(({ part, result }, index): [Part, WriteResult] => [part, outcomes[index]?.(result) ?? result]);
  return new Map([...results, ...linked]);
};

// ── updates: read again, look, write ──────────────────────────────────────────────────────────────────────────────

const stopped = (writing: Writing, part: Part, now: Item | undefined): WriteResult | undefined => {
  const { before } = part;
  if (before === undefined) return undefined;
  if (now === undefined) return { ok: false, kind: "missing", reason: `${before.id} does not exist, or the account may not see it`, problems: [] };
  if (now.version === before.version) return undefined;
  const touched = sentNames(part).filter((name) => !(name in before.fields) || differs(writing, name, before, now));
  return touched.length === 0 ? undefined : { ok: false, kind: "changed", reason: `changed since it was read: ${touched.join(", ")}`, problems: [] };
};

const updateChunk = async (writing: Writing, parts: readonly Part[], locked: ReadonlyMap<string, Fault>): Promise<ReadonlyMap<Part, WriteResult>> => {
  const all = namesOf(writing, parts);
  const names = plain(writing, all);
  const idOf = (part: Part): string => part.before?.id ?? "";
  // One by itself costs no call more at its own address.
  const now = new Map((await writing.get(parts.map(idOf), names, parts.length === 1)).map((item) => [item.id, item]));
  const results = new Map<Part, WriteResult>();
  const due: Due[] = [];
  for (const part of parts) {
    const lock = locked.get(idOf(part));
    const base = now.get(idOf(part));
    const result = lock === undefined ? stopped(writing, part, base) : failed(writing, part, lock);
    if (result !== undefined) results.set(part, result);
    else due.push({ part, ...(base === undefined ? {} : { base }) });
  }
  // Links alone: nothing of the item itself is written.
  for (const { part, base } of due) if (sentNames(part).length === 0 && base !== undefined) results.set(part, await resultOf(writing, { part, base, sent: { entity: bare(writing, base.id) } }, new Map([[base.id, base]])));
  const loud = due.filter(({ part }) => !results.has(part));
  if (!writing.place.type.versioned && loud.length > 0) for (const [part, result] of await settle(writing, "PUT", loud, names)) results.set(part, result);
  for (const one of writing.place.type.versioned ? loud : []) results.set(one.part, writing.stop?.aborted === true ? LEFT : await updateVersioned(writing, one, names));
  return linkUp(writing, results, all);
};

/** A version of its own for each item (alm-qc.md §21). */
const updateVersioned = async (writing: Writing, one: Due, names: readonly string[]): Promise<WriteResult> => {
  const work = async (): Promise<WriteResult> => (await settle(writing, "PUT", [one], names)).get(one.part) ?? { ok: false, kind: "doubtful", reason: "nobody knows what became of it", problems: [] };
  const done = await withCheckOut(writing.place, one.part.before?.id ?? "", work, (result) => result.ok || result.kind === "doubtful");
  if ("refused" in done) return failed(writing, one.part, done.refused);
  const { result, unfinished } = done;
  if (!result.ok) return result;
  // The check-in writes too, so the stamps prove nothing and the reading is out of date.
  const { after: _after, ...rest } = result;
  return unfinished === undefined ? rest : { ...rest, problems: [...rest.problems, { field: "vc-status", reason: `written, but not checked in: ${reasonOf(unfinished)}` }] };
};

/** Nothing left to send, or nothing that may be: settled without a call. */
const atOnce = (part: Part): WriteResult | undefined => {
  if (part.before !== undefined && sentNames(part).length === 0 && part.links.length === 0) return { ok: true, id: part.before.id, problems: part.problems };
  const name = part.draft === undefined ? undefined : part.problems.find((problem) => problem.field === "name");
  return name === undefined ? undefined : { ok: false, kind: "refused", reason: `the name ${name.reason}`, problems: part.problems };
};

/**
 * One result per part, in order. What breaks the first request is thrown; once something was written, the rest is in doubt
 * instead, so that no result gets lost.
 */
const writeParts = async (writing: Writing, parts: readonly Part[], work: (chunk: readonly Part[]) => Promise<ReadonlyMap<Part, WriteResult>>): Promise<readonly WriteResult[]> => {
  const results = new Map<Part, WriteResult>(parts.flatMap((part) => {
    const result = atOnce(part);
    return result === undefined ? [] : [[part, result] as const];
  }));
  let written = false;
  const weigh = (part: Part): number => [...part.values].reduce((sum, [name, texts]) => sum + name.length + texts.join("").length + 60, 0);
  for (const chunk of chunksWithin(parts.filter((part) => !results.has(part)), writing.place.session.options.bulkSize, MOST_BYTES, weigh)) {
    try {
      for (const [part, result] of writing.stop?.aborted === true ? chunk.map((one) => [one, LEFT] as const) : await work(chunk)) results.set(part, result);
    } catch (error) {
      if (!written) throw error;
      const reason = `not settled: ${error instanceof Error ? error.message : String(error)}`;
      for (const part of chunk) results.set(part, { ok: false, kind: "doubtful", reason, problems: [] });
    }
    written = true;
  }
  return parts.map((part) => results.get(part) ?? { ok: false, kind: "doubtful", reason: "nobody knows what became of it", problems: [] });
};

export const createAll = async (writing: Writing, drafts: readonly Draft[]): Promise<readonly WriteResult[]> => {
  const releases = await releasesOfCycles(writing.place, drafts);
  const parts = drafts.map((draft) => draftPart(writing, draft, releases));
  return writeParts(writing, parts, async (chunk) => {
    const names = namesOf(writing, chunk);
    return linkUp(writing, await settle(writing, "POST", chunk.map((part) => ({ part })), plain(writing, names)), names);
  });
};

export const updateAll = async (writing: Writing, patches: readonly Patch[]): Promise<readonly WriteResult[]> => {
  const parts = patches.map((patch) => patchPart(writing, patch));
  const lock = writing.place.session.options.locking === "always";
  const ids = (chunk: readonly Part[]): readonly string[] => [...new Set(chunk.map((part) => part.before?.id ?? ""))];
  return writeParts(writing, parts, (chunk) => (lock ? withLocks(writing.place, ids(chunk), (refused) => updateChunk(writing, chunk, refused)) : updateChunk(writing, chunk, new Map())));
};
