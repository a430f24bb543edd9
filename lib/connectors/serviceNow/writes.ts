// Creating, changing and removing rows, many at once by the batch interface. The answer of a write is the read-back. What
// was left out silently is told field by field; a create is sent again only after a definite no.

import { TandemError } from "../../core/errors.ts";
import type { Fields, Item } from "../../core/types.ts";
import type { Draft, FieldProblem, Overwritten, Patch, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { type BatchAnswer, type BatchCall, sendUntil, type Unsent } from "./batch.ts";
import { othersOf, overwrittenBy, touchedSince } from "./evidence.ts";
import { spareMarker } from "./fields.ts";
import { columnsFor, itemOf, linkOf, rowsById } from "./items.ts";
import { shapeQuery } from "./pages.ts";
import { type Body, differencesOf, encode, lookUpNames } from "./payload.ts";
import type { Scope } from "./scope.ts";
import { reasonOf } from "./session.ts";
import type { Site } from "./site.ts";
import { readValue } from "./values.ts";
import { idOfIntent, isId, isObject, type Json, own, sameWord, storedText } from "./wire.ts";

export interface Writing {
  readonly site: Site;
  readonly scope: Scope;
  /** Fields that the read-back shall hold besides the written ones. */
  readonly wanted: readonly string[];
  readonly stop?: Stop;
}

type Refusal = Extract<WriteResult, { readonly ok: false }>;

const refusal = (kind: Refusal["kind"], reason: string, problems: readonly FieldProblem[] = []): Refusal => ({ ok: false, kind, reason, problems });

/** One item on its way. */
interface Part {
  readonly call: "POST" | "PATCH";
  /** sys_id for a change; for a create the one we give, if any. */
  readonly id: string | undefined;
  readonly body: Body;
  /** Columns of ours that no mapping knows: sys_id, project, marker. */
  readonly more: Body;
  readonly problems: readonly FieldProblem[];
  readonly before: Item | undefined;
  /** As it was just before the write. */
  readonly now: Item | undefined;
}

/** What became of one call. */
type Sent = Unsent | { readonly row: Json } | { readonly done: true } | { readonly refused: { readonly status: number; readonly reason: string } } | { readonly doubt: string };

const sentOf = (answer: BatchAnswer | Unsent | undefined): Sent => {
  if (answer === undefined) return { doubt: "nobody knows what became of it" };
  if ("doubt" in answer || "left" in answer) return answer;
  const { status, body } = answer;
  if (status >= 300) return { refused: { status, reason: reasonOf(body, status) } };
  const result = own(body, "result");
  return isObject(result) ? { row: result } : status === 204 ? { done: true } : { doubt: `was answered with ${status} and without the row` };
};

const isRight = (reason: string): boolean => /ACL|security constraints|insufficient rights/i.test(reason);

/** Fields whose label or name a refusal says: data policies name labels (servicenow.md §13). */
const blamed = ({ scope }: Writing, part: Part, reason: string): readonly FieldProblem[] => {
  const text = reason.toLowerCase();
  const names = [...scope.type.fields.values()].filter(({ schema }) => schema.name in part.body && schema.label.length > 3 && (text.includes(schema.label.toLowerCase()) || text.includes(`'${schema.name.toLowerCase()}'`)));
  return names.map(({ schema }) => ({ field: schema.name, reason }));
};

const callOf = (writing: Writing, part: Part): BatchCall => {
  const { type } = writing.scope;
  const names = namesFor(writing, part);
  const shape = shapeQuery({ path: "", where: [], limit: 1, fields: columnsFor(type, names), shown: true });
  return { method: part.call, path: `table/${type.table.name}${part.call === "PATCH" ? `/${part.id ?? ""}` : ""}${shape}`, json: { ...part.body, ...part.more } };
};

const namesFor = ({ wanted, scope }: Writing, part: Part): readonly string[] => [...new Set([...wanted, ...Object.keys(part.body), ...Object.keys(part.before?.fields ?? {})])].filter((name) => scope.type.fields.has(name));

const send = async (writing: Writing, parts: readonly Part[]): Promise<readonly Sent[]> => (await sendUntil(writing.site.session, parts.map((part) => callOf(writing, part)), writing.site.session.options.bulkSize, writing.stop)).map(sentOf);

interface Try {
  readonly part: Part;
  readonly sent: Sent;
}

/** A rule that refuses a step of the workflow refuses the whole row: the rest is written without it. */
const overStatus = async (writing: Writing, tries: readonly Try[]): Promise<readonly Try[]> => {
  const { statusField } = writing.scope.type.schema;
  if (statusField === undefined) return tries;
  const again = tries.flatMap((one) => {
    const { part, sent } = one;
    if (!("refused" in sent) || ![400, 403].includes(sent.refused.status) || isRight(sent.refused.reason) || !(statusField in part.body) || Object.keys(part.body).length < 2) return [];
    const { [statusField]: _left, ...body } = part.body;
    return [{ one, part: { ...part, body, problems: [...part.problems, { field: statusField, reason: sent.refused.reason }] } }];
  });
  if (again.length === 0) return tries;
  const answers = await send(writing, again.map(({ part }) => part));
  return tries.map((one) => {
    const index = again.findIndex((other) => other.one === one);
    const [next, sent] = [again[index], answers[index]];
    // A second no says what the first one said.
    return next === undefined || sent === undefined || "refused" in sent ? one : { part: next.part, sent };
  });
};

const refused = (writing: Writing, part: Part, { status, reason }: { readonly status: number; readonly reason: string }): WriteResult =>
  refusal(status === 404 && part.call === "PATCH" ? "missing" : "refused", reason, [...part.problems, ...blamed(writing, part, reason)]);

/** Texts as they were sent, which may be cut or without their marks. */
const givenTexts = ({ scope }: Writing, { body }: Part): Fields => Object.fromEntries(Object.keys(body).flatMap((name) => {
  const field = scope.type.fields.get(name);
  const value = field?.schema.kind === "text" ? readValue(field, body) : undefined;
  return value === undefined ? [] : [[name, value] as const];
}));

const settle = async (writing: Writing, { part, sent }: Try): Promise<WriteResult> => {
  const { site, scope } = writing;
  const { type } = scope;
  if ("left" in sent) return LEFT;
  if ("doubt" in sent) return refusal("doubtful", sent.doubt, part.problems);
  if ("refused" in sent) return refused(writing, part, sent.refused);
  if ("done" in sent) return refusal("doubtful", "ServiceNow confirmed the write without the row", part.problems);
  const after = itemOf(site, scope, sent.row, namesFor(writing, part));
  const problems = [...part.problems, ...differencesOf(type, part.body, sent.row, part.before)];
  const { before, now } = part;
  const fields = Object.fromEntries(Object.keys(part.body).map((name) => [name, after.fields[name] ?? null]));
  const overwritten: readonly Overwritten[] = now === undefined ? [] : await overwrittenBy(site, type, now, fields, after);
  const others = before === undefined ? [] : othersOf(type, before, Object.keys(part.body), after);
  return { ok: true, ...linkOf(site, type, sent.row), problems, given: givenTexts(writing, part), after: { item: after, others }, ...(overwritten.length === 0 ? {} : { overwritten }) };
};

/** Whatever fails after the write is a matter of evidence, never of the write. */
const settled = async (writing: Writing, one: Try): Promise<WriteResult> => {
  try {
    return await settle(writing, one);
  } catch (error) {
    if (!(error instanceof TandemError) || !("row" in one.sent)) throw error;
    return { ok: true, ...linkOf(writing.site, writing.scope.type, one.sent.row), problems: one.part.problems, given: givenTexts(writing, one.part) };
  }
};

const work = async (writing: Writing, parts: readonly Part[]): Promise<readonly WriteResult[]> => {
  if (parts.length === 0) return [];
  const answers = await send(writing, parts);
  const tries = await overStatus(writing, parts.map((part, index) => ({ part, sent: answers[index] ?? { doubt: "nobody knows what became of it" } })));
  const results: WriteResult[] = [];
  for (const one of tries) results.push(await settled(writing, one));
  return results;
};

// ── creating ──────────────────────────────────────────────────────────────────────────────────────────────────────

const draftPart = (writing: Writing, draft: Draft, named: Awaited<ReturnType<typeof lookUpNames>>): Part => {
  const { type, value } = writing.scope;
  const { body, problems } = encode(type, draft.fields, "onCreate", named, undefined);
  const column = type.markerField ?? (writing.site.ignoresSysId ? spareMarker(type) : undefined);
  const id = column === undefined ? idOfIntent(draft.intent) : undefined;
  const more = { ...(id === undefined ? {} : { sys_id: id }), ...(column === undefined ? {} : { [column]: draft.intent }), ...(type.projectField === undefined || value === undefined ? {} : { [type.projectField]: value }) };
  return { call: "POST", id, body, more, problems, before: undefined, now: undefined };
};

/** A sys_id that is taken is refused as a double, with a status and words that nobody promises (servicenow.md §6): then the row is ours already. */
const adoptDoubles = async (writing: Writing, parts: readonly Part[], results: readonly WriteResult[]): Promise<readonly WriteResult[]> => {
  const doubles = parts.flatMap((part, index) => {
    const result = results[index];
    return part.id !== undefined && result?.ok === false && result.kind === "refused" ? [part.id] : [];
  });
  if (doubles.length === 0) return results;
  const rows = new Map((await rowsById(writing.site, writing.scope, doubles, writing.wanted)).map((row) => [storedText(row, "sys_id").toLowerCase(), row]));
  return results.map((result, index) => {
    const part = parts[index];
    const row = part?.id === undefined || result.ok ? undefined : rows.get(part.id);
    return row === undefined || part === undefined ? result : { ok: true, ...linkOf(writing.site, writing.scope.type, row), problems: part.problems, given: givenTexts(writing, part), after: { item: itemOf(writing.site, writing.scope, row, writing.wanted), others: null } };
  });
};

/** An instance that keeps no given sys_id, and no column to carry the intent in its place. */
const isUnmarkable = ({ site, scope }: Writing, drafts: readonly Draft[]): boolean => {
  const { type } = scope;
  const column = spareMarker(type);
  // A column that the mapping writes has its own use.
  return site.ignoresSysId && type.markerField === undefined && (column === undefined || drafts.some(({ fields }) => column in fields));
};

export const createAll = async (writing: Writing, drafts: readonly Draft[]): Promise<readonly WriteResult[]> => {
  const { site, scope } = writing;
  const { type } = scope;
  if (isUnmarkable(writing, drafts)) return drafts.map(() => refusal("refused", "the instance puts another sys_id on new rows than the one given, so that a create could not be found again after doubt: set options.marker to a text column that is free"));
  const named = await lookUpNames(site.lookups, type, drafts.map((draft) => draft.fields));
  const parts = drafts.map((draft) => draftPart(writing, draft, named));
  const nameless = (part: Part): boolean => type.fields.get(type.nameField)?.schema.onCreate === true && (part.body[type.nameField] ?? "").trim() === "";
  const due = parts.filter((part) => !nameless(part));
  const made = await adoptDoubles(writing, due, await work(writing, due));
  due.forEach((part, index) => {
    const result = made[index];
    if (part.id !== undefined && result?.ok === true && !sameWord(result.id, part.id)) site.ignoresSysId = true;
  });
  return parts.map((part) => made[due.indexOf(part)] ?? refusal("refused", `${type.fields.get(type.nameField)?.schema.label ?? type.nameField} must not be empty`, part.problems));
};

// ── changing ──────────────────────────────────────────────────────────────────────────────────────────────────────

const patchPart = (writing: Writing, patch: Patch, named: Awaited<ReturnType<typeof lookUpNames>>): Part => {
  const { body, problems } = encode(writing.scope.type, patch.fields, "onUpdate", named, patch.before);
  return { call: "PATCH", id: patch.id, body, more: {}, problems, before: patch.before, now: undefined };
};

/** What somebody changed since it was planned on stays as it is: there is no condition on a write (servicenow.md §6), so the look right before has to do. */
const overtaken = ({ scope }: Writing, part: Part, patch: Patch): WriteResult | undefined => {
  const wished = Object.fromEntries(Object.entries(patch.fields).filter(([name]) => name in part.body));
  const touched = part.now === undefined ? [] : touchedSince(scope.type, patch.before, part.now, wished);
  return touched.length === 0 ? undefined : refusal("changed", `somebody changed ${touched.join(", ")} since it was read`);
};

export const updateAll = async (writing: Writing, patches: readonly Patch[]): Promise<readonly WriteResult[]> => {
  const { site, scope } = writing;
  const named = await lookUpNames(site.lookups, scope.type, patches.map((patch) => patch.fields));
  const parts = patches.map((patch) => patchPart(writing, patch, named));
  const idle = (part: Part): boolean => Object.keys(part.body).length === 0;
  const due = parts.filter((part) => !idle(part));
  // Read just before: whose values would we write over, and is the row still there, in our project? A few at their own addresses, for that costs no call more.
  const names = [...new Set(due.flatMap((part) => namesFor(writing, part)))];
  const rows = new Map((await rowsById(site, scope, due.flatMap((part) => part.id ?? []), names, due.length <= (site.session.batch ? site.session.options.bulkSize : 1))).map((row) => [storedText(row, "sys_id"), row]));
  const looked = parts.map((part): Part => {
    const row = idle(part) ? undefined : rows.get(part.id ?? "");
    return row === undefined ? part : { ...part, now: itemOf(site, scope, row, names) };
  });
  const stopped = looked.map((part, index): WriteResult | undefined => {
    if (idle(part)) return { ok: true, id: part.id ?? "", problems: part.problems };
    return part.now === undefined ? refusal("missing", "there is no such row in this project, or the account may not see it", part.problems) : overtaken(writing, part, patches[index] as Patch);
  });
  const able = looked.filter((_part, index) => stopped[index] === undefined);
  const written = await work(writing, able);
  return looked.map((part, index) => stopped[index] ?? written[able.indexOf(part)] ?? refusal("doubtful", "nobody knows what became of it", part.problems));
};

// ── removing ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const removeAll = async ({ site, scope, stop }: Writing, ids: readonly string[]): Promise<readonly WriteResult[]> => {
  const known = ids.filter(isId);
  const answers = await sendUntil(site.session, known.map((id) => ({ method: "DELETE" as const, path: `table/${scope.type.table.name}/${id}` })), site.session.options.bulkSize, stop);
  return ids.map((id) => {
    const answer = answers[known.indexOf(id)];
    if (!isId(id)) return refusal("missing", "this is no sys_id");
    const sent = answer !== undefined && "status" in answer && answer.status < 300 ? { done: true as const } : sentOf(answer);
    if ("left" in sent) return LEFT;
    if ("doubt" in sent) return refusal("doubtful", sent.doubt);
    return "refused" in sent ? refusal(sent.refused.status === 404 ? "missing" : "refused", sent.refused.reason) : { ok: true, id, problems: [] };
  });
};
