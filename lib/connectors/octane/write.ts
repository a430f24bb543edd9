// Creating and updating in bulk. The reply of the write is the read-back; a lock stamp travels with every update, so that
// nothing of somebody else is overwritten unseen. What is refused is left out, put right or tried alone, and the rest is written.

import { TandemError } from "../../core/errors.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import type { Item } from "../../core/types.ts";
import type { WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { allParts } from "../json.ts";
import { chunksWithin } from "../paging.ts";
import { fieldsNamed } from "./answers.ts";
import { fieldsParam } from "./items.ts";
import { type Bulk, sendBulk, type Sent } from "./send.ts";
import { shorterMemo } from "./values.ts";
import { type Json, own, textAt } from "./wire.ts";
import { done, failed, fieldsBehind, lockOf, namesOf, type Part, sentNames, without, type Writing } from "./writePart.ts";

const MOST_BYTES = 8 * 1024 * 1024;
/** Bad fields of one item that are found one after the other, and shorter texts that are tried. */
const MOST_TURNS = 8;
/** Fields of an item that are worth a request of their own, where Octane does not say which of them it refuses. */
const MOST_ALONE = 12;

interface Round {
  readonly bulk: Bulk;
  readonly names: readonly string[];
}

interface Try {
  readonly part: Part;
  readonly base: Item | undefined;
  readonly sent: Sent;
}

const roundOf = (writing: Writing, parts: readonly Part[], method: "POST" | "PUT"): Round => {
  const names = namesOf(writing, parts);
  const { type, workspace } = writing.place;
  return { names, bulk: { session: writing.session, method, path: `${workspace.path}/${type.collection}`, fields: fieldsParam(type, names) } };
};

const attempt = async (round: Round, tries: readonly { readonly part: Part; readonly base: Item | undefined }[]): Promise<readonly Try[]> => {
  const sent = await sendBulk(round.bulk, tries.map(({ part }) => part.json));
  return tries.map((one, index) => ({ ...one, sent: sent[index] ?? { doubt: "the reply does not tell what became of it" } }));
};

/** Sends those again that `again` makes a new part of; the others stay as they are. */
const retry = async (round: Round, tries: readonly Try[], again: (one: Try) => { readonly part: Part; readonly base: Item | undefined } | undefined): Promise<readonly Try[]> => {
  const chosen = tries.map(again);
  const due = chosen.filter((one) => one !== undefined);
  if (due.length === 0) return tries;
  const answers = [...(await attempt(round, due))];
  return tries.map((one, index) => (chosen[index] === undefined ? one : (answers.shift() ?? one)));
};

/** A stale stamp means that something changed, not that our fields did: read again, and write where ours are untouched. */
const overStale = async (writing: Writing, round: Round, tries: readonly Try[]): Promise<readonly Try[]> => {
  const stale = tries.flatMap(({ part, sent }) => ("refusal" in sent && sent.refusal.stale && part.before !== undefined ? [part.before.id] : []));
  if (stale.length === 0) return tries;
  const now = new Map((await writing.get(stale, round.names)).map((item) => [item.id, item]));
  const untouched = (part: Part, item: Item): boolean =>
    sentNames(part).every((name) => {
      const schema = writing.place.type.fields.get(name)?.schema;
      return schema === undefined || (part.before !== undefined && name in part.before.fields && sameValue(part.before.fields[name], item.fields[name], schema));
    });
  return retry(round, tries, ({ part, sent }) => {
    const item = "refusal" in sent && sent.refusal.stale ? now.get(part.before?.id ?? "") : undefined;
    return item !== undefined && untouched(part, item) ? { part: { ...part, json: { ...part.json, ...lockOf(writing, item) } }, base: item } : undefined;
  });
};

/** A sprint that was refused for want of its release is sent with it. What is refused even so stays as it was. */
const overSprint = async (writing: Writing, round: Round, tries: readonly Try[]): Promise<readonly Try[]> => {
  const isRefused = ({ part, sent }: Try): boolean => "refusal" in sent && !sent.refusal.stale && !sent.refusal.missing && part.json["sprint"] !== undefined && fieldsNamed(sent.refusal, sentNames(part)).every((name) => name === "sprint" || name === "release");
  const refused = tries.filter(isRefused).map(({ part }) => part);
  if (refused.length === 0) return tries;
  const beside = await writing.besideSprint(refused);
  const again = await retry(round, tries, ({ part, base }) => {
    const better = beside[refused.indexOf(part)];
    return better === undefined || better === part ? undefined : { part: better, base };
  });
  return again.map((one, index) => ("refusal" in one.sent ? (tries[index] ?? one) : one));
};

/** The part with shorter memos in the place of those that were refused; undefined where none is long. */
const shortened = (writing: Writing, part: Part, names: readonly string[]): Part | undefined => {
  const shorter = names.flatMap((name): (readonly [string, string])[] => {
    const [sent, value] = [part.json[name], part.fields[name]];
    const next = writing.place.type.fields.get(name)?.codec === "memo" && typeof sent === "string" && typeof value === "string" ? shorterMemo(value, sent) : undefined;
    return next === undefined ? [] : [[name, next]];
  });
  return shorter.length === 0 ? undefined : { ...part, json: { ...part.json, ...Object.fromEntries(shorter) } };
};

/** Fields the refusal is about are cut or left out, and the rest is written: one bad value does not hold up an item. */
const overFields = (writing: Writing, round: Round, tries: readonly Try[]): Promise<readonly Try[]> =>
  retry(round, tries, ({ part, base, sent }) => {
    if (!("refusal" in sent) || sent.refusal.stale) return undefined;
    const behind = fieldsBehind(sent.refusal, part);
    if (sent.refusal.missing && behind.length === 0) return undefined;
    const about = new Set([...behind, ...fieldsNamed(sent.refusal, sentNames(part))]);
    const named = [...about].filter((name) => name in part.fields && name !== "phase" && (name !== "name" || part.before !== undefined));
    const cut = shortened(writing, part, named);
    if (cut !== undefined) return { part: cut, base };
    return named.length === 0 || named.length >= sentNames(part).length ? undefined : { part: without(part, named, sent.refusal.reason), base };
  });

/** A refusal tells of one field at a time. */
const overAllFields = async (writing: Writing, round: Round, tries: readonly Try[]): Promise<readonly Try[]> => {
  let all = tries;
  try {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const next = await overFields(writing, round, all);
      if (next === all) break;
      all = next;
    }
  } catch (error) {
    // What an earlier turn wrote is not forgotten.
    if (!(error instanceof TandemError) || all === tries) throw error;
  }
  return all;
};

/** Refused, and nobody knows because of which field. A phase has a way of its own. */
const isUnnamed = ({ part, sent }: Try): boolean =>
  "refusal" in sent && !sent.refusal.stale && (!sent.refusal.missing || part.before === undefined) && part.json["phase"] === undefined && fieldsNamed(sent.refusal, sentNames(part)).length === 0 && fieldsBehind(sent.refusal, part).length === 0;

interface Single {
  readonly names: readonly string[];
  readonly values: Json;
  /** What was said so far; the refusal of all together, as long as nothing is written. */
  one: Try;
}

const stampAfter = ({ part, sent }: Try): Json => {
  if ("entity" in sent) return own(sent.entity, "client_lock_stamp") === undefined ? {} : { client_lock_stamp: own(sent.entity, "client_lock_stamp") };
  return part.json["client_lock_stamp"] === undefined ? {} : { client_lock_stamp: part.json["client_lock_stamp"] };
};

const idOf = ({ part, sent }: Try): string => ("entity" in sent ? textAt(sent.entity, "id") : textAt(part.json, "id"));

/** One field of each, all in one request. */
const writeTurn = async (round: Round, turn: readonly { readonly single: Single; readonly name: string }[]): Promise<void> => {
  const put = { ...round, bulk: { ...round.bulk, method: "PUT" as const } };
  const answers = await attempt(put, turn.map(({ single: { one, values }, name }) => ({ part: { ...one.part, json: { id: idOf(one), [name]: values[name], ...stampAfter(one) } }, base: one.base })));
  for (const [index, { single, name }] of turn.entries()) {
    const { sent } = answers[index] ?? { sent: { doubt: "the reply does not tell what became of it" } };
    const { one } = single;
    single.one = "refusal" in sent ? { ...one, part: { ...one.part, problems: [...one.part.problems, { field: name, reason: sent.refusal.reason }] } } : { ...one, sent };
  }
};

/** What was refused without a word about which field is written field by field; a new item is made with what it needs first. */
const overUnnamed = async (writing: Writing, round: Round, tries: readonly Try[], may: (one: Try) => boolean = isUnnamed): Promise<readonly Try[]> => {
  const isNeeded = (name: string): boolean => name === "name" || writing.place.type.fields.get(name)?.schema.required === true;
  const splits = tries.map((one) => {
    const { part } = one;
    const names = may(one) ? sentNames(part).filter((name) => name in part.fields && (part.before !== undefined || !isNeeded(name))) : [];
    return names.length > MOST_ALONE || (part.before !== undefined && names.length < 2) ? [] : names;
  });
  if (splits.every((names) => names.length === 0)) return tries;
  const bare = await retry(round, tries, (one) => {
    const names = splits[tries.indexOf(one)] ?? [];
    return one.part.before !== undefined || names.length === 0 ? undefined : { part: { ...one.part, json: Object.fromEntries(Object.entries(one.part.json).filter(([name]) => !names.includes(name))) }, base: one.base };
  });
  const singles = bare.map((one, index): Single => {
    const was = tries[index] ?? one;
    const isMade = one !== was && "entity" in one.sent;
    const names = isMade || one.part.before !== undefined ? splits[index] ?? [] : [];
    return { names, values: was.part.json, one: one !== was && "refusal" in one.sent ? was : one };
  });
  for (let turn = 0; turn < MOST_ALONE; turn++) {
    const due = singles.flatMap((single) => (single.names[turn] === undefined || "doubt" in single.one.sent ? [] : [{ single, name: single.names[turn] ?? "" }]));
    if (due.length === 0) break;
    try {
      await writeTurn(round, due);
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
      for (const { single } of due) single.one = { ...single.one, part: { ...single.one.part, problems: [...single.one.part.problems, ...single.names.slice(turn).map((field) => ({ field, reason: error.message }))] } };
      break;
    }
  }
  return singles.map(({ one }) => one);
};

/** A phase that cannot be reached at once is reached step by step (octane.md §13): first the rest, then the phase. */
const overPhase = async (writing: Writing, round: Round, tries: readonly Try[]): Promise<readonly Try[]> => {
  const goals = tries.map(({ part, sent }) => ("refusal" in sent && !sent.refusal.stale && !sent.refusal.missing && part.json["phase"] !== undefined ? { to: textAt(part.json["phase"], "id"), why: sent.refusal.reason } : undefined));
  if (goals.every((goal) => goal === undefined)) return tries;
  const others = await retry(round, tries, (one) => (goals[tries.indexOf(one)] !== undefined && sentNames(one.part).length > 1 ? { part: { ...one.part, json: omit(one.part.json, "phase") }, base: one.base } : undefined));
  const rest = await overUnnamed(writing, round, others, (one) => goals[others.indexOf(one)] !== undefined && isUnnamed(one));
  const results: Try[] = [];
  for (const [index, one] of rest.entries()) {
    const goal = goals[index];
    results.push(goal === undefined ? one : await walkSafely(writing, round, one, goal));
  }
  return results;
};

const omit = (json: Json, name: string): Json => Object.fromEntries(Object.entries(json).filter(([key]) => key !== name));

const walk = async (writing: Writing, round: Round, one: Try, goal: { readonly to: string; readonly why: string }): Promise<Try> => {
  const alone = "refusal" in one.sent && one.part.json["phase"] !== undefined;
  if ("doubt" in one.sent || ("refusal" in one.sent && !alone)) return one;
  const held = "entity" in one.sent ? one.sent.entity["phase"] : undefined;
  const current = one.part.before?.fields["phase"];
  const from = textAt(held, "id") || (typeof current === "object" && current !== null && "id" in current ? String(current.id) : "");
  const id = "entity" in one.sent ? textAt(one.sent.entity, "id") : textAt(one.part.json, "id");
  const path = from === "" || id === "" ? undefined : await writing.phasePath(from, goal.to);
  const noted = (part: Part): Part => ({ ...part, problems: [...part.problems, { field: "phase", reason: goal.why }] });
  // A direct way that was refused is not tried twice.
  if (path === undefined || path.length < (alone ? 2 : 1)) return { ...one, part: noted(one.part) };
  let last = one;
  for (const phase of path) {
    const [step] = await attempt({ ...round, bulk: { ...round.bulk, method: "PUT" } }, [{ part: { ...one.part, json: { id, phase: { type: "phase", id: phase } } }, base: undefined }]);
    if (step === undefined || !("entity" in step.sent)) return "entity" in last.sent ? { ...last, part: noted(one.part) } : { ...one, ...(step === undefined ? {} : { sent: step.sent }) };
    last = { ...one, sent: step.sent };
  }
  return last;
};

/** What was written without its phase stays written, whatever becomes of the phase. */
const walkSafely = async (writing: Writing, round: Round, one: Try, goal: { readonly to: string; readonly why: string }): Promise<Try> => {
  try {
    return await walk(writing, round, one, goal);
  } catch (error) {
    if (!(error instanceof TandemError) || !("entity" in one.sent)) throw error;
    return { ...one, part: { ...one.part, problems: [...one.part.problems, { field: "phase", reason: error.message }] } };
  }
};

const work = async (writing: Writing, parts: readonly Part[], method: "POST" | "PUT"): Promise<readonly WriteResult[]> => {
  const round = roundOf(writing, parts, method);
  let tries = await attempt(round, parts.map((part) => ({ part, base: part.before })));
  try {
    tries = await overStale(writing, round, tries);
    tries = await overSprint(writing, round, tries);
    tries = await overAllFields(writing, round, tries);
    tries = await overUnnamed(writing, round, tries);
    tries = await overPhase(writing, round, tries);
  } catch (error) {
    // What was written is told in any case; the refusals stay refusals, and the next call meets the same trouble.
    if (!(error instanceof TandemError) || tries.every(({ sent }) => "refusal" in sent)) throw error;
  }
  return tries.map(({ part, base, sent }) => {
    if ("entity" in sent) return done(writing, part, base, sent.entity, round.names);
    return "refusal" in sent ? failed(part, sent.refusal) : { ok: false, kind: "doubtful", reason: sent.doubt, problems: part.problems };
  });
};

/** Nothing left to send: the item is as it was. */
const idle = (part: Part): WriteResult | undefined => (part.before !== undefined && sentNames(part).length === 0 ? { ok: true, id: part.before.id, problems: part.problems } : undefined);

/**
 * One result per part, in order. What breaks every request is thrown; where something was written, the rest is in doubt
 * instead, so that no result gets lost.
 */
export const writeParts = async (writing: Writing, parts: readonly Part[], method: "POST" | "PUT", stop?: Stop): Promise<readonly WriteResult[]> => {
  const results = new Map<Part, WriteResult>();
  for (const part of parts) {
    const result = idle(part);
    if (result !== undefined) results.set(part, result);
  }
  const due = parts.filter((part) => !results.has(part));
  const bulks = chunksWithin(due, writing.session.options.bulkSize, MOST_BYTES, (part) => JSON.stringify(part.json).length);
  const unsettled = (chunk: readonly Part[], error: unknown): readonly WriteResult[] => chunk.map(() => ({ ok: false, kind: "doubtful", reason: `not settled: ${error instanceof Error ? error.message : String(error)}`, problems: [] }));
  const answers = await allParts(bulks, writing.session.http.width, async (chunk) => (stop?.aborted === true ? chunk.map(() => LEFT) : work(writing, chunk, method)), unsettled);
  bulks.forEach((chunk, at) => {
    for (const [index, part] of chunk.entries()) {
      const answer = answers[at]?.[index];
      if (answer !== undefined) results.set(part, answer);
    }
  });
  return parts.map((part) => results.get(part) ?? { ok: false, kind: "doubtful", reason: "nobody knows what became of it", problems: [] });
};
