// Plans one pair: decides every mapped field, adds what is set without a partner field, and says which fingerprints hold
// once it is done. Pure.

import { type FieldMapping, flows, type SetField, type SyncSet } from "../mapping/model.ts";
import { filesIn, withFiles } from "../text/images.ts";
import { meets } from "../mapping/criteria.ts";
import { fieldsOf } from "../mapping/criterion.ts";
import { type Fields, type FieldSchema, isUnseen, type Item, otherSide, type Side, SIDES, type Value } from "../types.ts";
import { type BaseText, baseOf, carryMerged, isMerged } from "./carryText.ts";
import { type Converted, type Lookups, convert, outOfList } from "./convert.ts";
import { dayIn, sameHour } from "./days.ts";
import { type Changed, changedSides, isCompared } from "./changed.ts";
import { decide } from "./decide.ts";
import { fingerprint, sameValue, UNKNOWN } from "./fingerprint.ts";
import { isEmpty, type PairInput, valueOf } from "./pairInput.ts";
import type { CreatePlan, FieldChange, FieldConflict, Held, PairPlan } from "./plan.ts";

interface Draft {
  readonly changes: Record<Side, FieldChange[]>;
  readonly held: Held[];
  readonly conflicts: FieldConflict[];
  readonly prints: { master: Record<string, string>; target: Record<string, string> };
  readonly bases: Record<string, BaseText>;
}

const decideField = (input: PairInput, mapping: FieldMapping, changed: Changed, same: boolean) => {
  const answer = input.resolve?.[mapping.key];
  const insists = answer !== undefined || (input.completing !== undefined && changed[input.completing]) || (input.adopt !== undefined && input.adopt !== "merge");
  const policy = answer ?? (input.adopt === undefined || input.adopt === "merge" ? mapping.conflict : input.adopt);
  return decide({
    masterChanged: changed.master,
    targetChanged: changed.target,
    same,
    direction: insists ? "biDirectional" : mapping.direction,
    policy,
    masterChangedAt: input.master.changedAt,
    targetChangedAt: input.target.changedAt,
  });
};

/** Whom --adopt lets win where the field's direction keeps its value from the other side: then both stay as they are. */
const cannotPrevail = (input: PairInput, mapping: FieldMapping, changed: Changed): Side | undefined => {
  const { adopt } = input;
  if (adopt === undefined || adopt === "hold" || adopt === "merge" || input.resolve?.[mapping.key] !== undefined || input.completing !== undefined) return undefined;
  return changed[adopt] && !flows(mapping.direction, adopt) ? adopt : undefined;
};

const heldField = (mapping: FieldMapping, side: Side, converted: Extract<Converted, { ok: false }>): Held => ({
  key: mapping.key,
  field: mapping[side].name,
  label: mapping[side].label,
  side,
  reason: converted.reason,
  ...(converted.awaits === undefined ? {} : { awaits: converted.awaits }),
});

/** Held for the item that hides it: it is looked at again, and its value carried over once it is seen. */
const heldUnseen = (key: string, field: Pick<FieldMapping["master"], "name" | "label">, hidden: string, side: Side): Held => ({
  key,
  field: field.name,
  label: field.label,
  side: otherSide(side),
  reason: `${hidden} may not be read in this item on the ${side}`,
  unseen: true,
});

/** What is known of a pair that an unfinished create made stands for nothing yet: then as after a create. */
const printWhileUnseen = (input: PairInput, mapping: FieldMapping, side: Side): string | undefined => {
  const known = input.prints[side][mapping.key];
  if (input.completing === undefined || (known ?? UNKNOWN) !== UNKNOWN) return known;
  if (isUnseen(input[side], mapping[side].name)) return undefined;
  return side === input.completing ? UNKNOWN : fingerprint(valueOf(input[side], mapping, side), mapping[side]);
};

/** A value that is not told is neither empty nor changed: it is compared with nothing, and what is known of both sides stays. */
const leaveUnseen = (draft: Draft, input: PairInput, mapping: FieldMapping): boolean => {
  const blind = SIDES.filter((side) => isUnseen(input[side], mapping[side].name));
  if (blind.length === 0) return false;
  for (const side of blind) draft.held.push(heldUnseen(mapping.key, mapping[otherSide(side)], mapping[side].label, side));
  for (const side of SIDES) {
    const print = printWhileUnseen(input, mapping, side);
    if (print !== undefined) draft.prints[side][mapping.key] = print;
  }
  return true;
};

/** The carrying side counts as changed until its value could be carried over. */
const holdBack = (draft: Draft, mapping: FieldMapping, to: Side, why: Extract<Converted, { ok: false }>): void => {
  draft.held.push(heldField(mapping, to, why));
  draft.prints[otherSide(to)][mapping.key] = UNKNOWN;
};

const planWrite = (draft: Draft, input: PairInput, mapping: FieldMapping, to: Side, reason: string, converted: Converted): void => {
  if (mapping.yields?.includes(to) === true) return;
  // An item that is there was made by whoever made it.
  if (mapping[to].atBirth === true) return;
  if (!converted.ok) return holdBack(draft, mapping, to, converted);
  const before = valueOf(input[to], mapping, to);
  if (!mapping[to].onUpdate) {
    draft.held.push({ key: mapping.key, field: mapping[to].name, label: mapping[to].label, side: to, reason: `${mapping[to].label} cannot be changed on the ${to}` });
    return;
  }
  const carried = isMerged(mapping) ? carryMerged(mapping, to, converted, before, draft.bases[mapping.key], input.lookups) : { value: withHour(mapping, to, converted.value, before, input.lookups) };
  // An edit that the other side cannot show leaves nothing to write.
  if (draft.bases[mapping.key] !== undefined && sameValue(before, carried.value, mapping[to])) return;
  draft.changes[to].push({ key: mapping.key, field: mapping[to].name, label: mapping[to].label, before, after: carried.value, reason: [reason, carried.note, ...standInOf(converted)].filter((part) => part !== undefined).join("; ") });
};

/** Who asks why the fallback user stands there is told. */
const standInOf = ({ standsIn }: Extract<Converted, { ok: true }>): readonly string[] => (standsIn === undefined ? [] : [`the fallback user stands in: ${standsIn}`]);

/** A new day leaves the hour that stands there. */
const withHour = (mapping: FieldMapping, to: Side, value: Value, before: Value, lookups: Lookups): Value => {
  if (mapping[to].kind !== "dateTime" || mapping[otherSide(to)].kind !== "date" || typeof value !== "string" || typeof before !== "string") return value;
  return sameHour(lookups.zone(to), dayIn(lookups.zone(to), value), before);
};

/** What both sides held before: looked for where something may have to be merged. */
const noteBase = (draft: Draft, input: PairInput, mapping: FieldMapping, values: Readonly<Record<Side, Value>>): void => {
  const base = isMerged(mapping) ? baseOf(mapping, values, input) : undefined;
  if (base !== undefined) draft.bases[mapping.key] = base;
};

/** Both texts are as they were when they were last in step: a mapping that changed elsewhere leaves them so. */
const stillInStep = (draft: Draft, input: PairInput, mapping: FieldMapping): boolean =>
  draft.bases[mapping.key] !== undefined && mapping.transform === undefined && input.resolve?.[mapping.key] === undefined && input.completing === undefined && input.adopt === undefined && (["master", "target"] as const).every((side) => draft.prints[side][mapping.key] === input.prints[side][mapping.key]);

/** Each side as the other would hold it: one way is enough where several values share a partner, or a day has any hour. */
const inStep = (mapping: FieldMapping, values: Readonly<Record<Side, Value>>, first: Side, carried: Converted, lookups: Lookups): boolean => {
  const second = otherSide(first);
  if (carried.ok && sameValue(values[second], carried.value, mapping[second])) return true;
  // What a site's own function makes of a value is the answer; whether another would give it back says nothing.
  if (mapping.transform !== undefined) return false;
  const back = convert(values[second], mapping, second, lookups);
  return back.ok && !isEmpty(values[second]) && sameValue(values[first], back.value, mapping[first]);
};

/** A fallback user takes nobody's place, nor does who stands there for one go back, where nobody is known to have changed anything. */
const meetsStandIn = (input: PairInput, mapping: FieldMapping, changed: Changed, values: Readonly<Record<Side, Value>>): boolean =>
  mapping.master.kind === "person" &&
  SIDES.every((side) => !isEmpty(values[side])) &&
  SIDES.some((side) => {
    const converted = changed[side] ? convert(values[side], mapping, side, input.lookups) : undefined;
    return converted?.ok === true && converted.standsIn !== undefined;
  });

const planField = (draft: Draft, input: PairInput, mapping: FieldMapping): void => {
  if (leaveUnseen(draft, input, mapping)) return;
  const values = { master: valueOf(input.master, mapping, "master"), target: valueOf(input.target, mapping, "target") };
  draft.prints.master[mapping.key] = fingerprint(values.master, mapping.master);
  draft.prints.target[mapping.key] = fingerprint(values.target, mapping.target);
  const changed = changedSides(input, mapping);
  if (!changed.master && !changed.target) return showFiles(draft, input, mapping, values);
  noteBase(draft, input, mapping, values);
  if (stillInStep(draft, input, mapping)) return;
  const first: Side = changed.master ? "master" : "target";
  const carried = convert(values[first], mapping, first, input.lookups);
  if (isCompared(input, mapping) && meetsStandIn(input, mapping, changed, values)) return;
  const same = inStep(mapping, values, first, carried, input.lookups);
  const decision = decideField(input, mapping, changed, same);
  if (decision.do === "nothing" || decision.do === "record") return;
  const stands = cannotPrevail(input, mapping, changed);
  if (stands !== undefined) {
    draft.conflicts.push({ key: mapping.key, label: mapping.master.label, masterValue: values.master, targetValue: values.target, winner: stands, stands: true });
    return;
  }
  if (decision.do === "hold") {
    draft.conflicts.push({ key: mapping.key, label: mapping.master.label, masterValue: values.master, targetValue: values.target, winner: "hold" });
    keepOpen(draft, input, mapping);
    return;
  }
  const from = otherSide(decision.to);
  const isGiven = input.resolve?.[mapping.key] !== undefined || input.completing !== undefined || input.adopt !== undefined;
  const missing = isGiven ? undefined : outOfList(mapping, decision.to, values, input.lookups);
  if (missing !== undefined) return holdBack(draft, mapping, decision.to, { ok: false, reason: missing });
  if (decision.conflict) draft.conflicts.push({ key: mapping.key, label: mapping.master.label, masterValue: values.master, targetValue: values.target, winner: from });
  planWrite(draft, input, mapping, decision.to, decision.reason, from === first ? carried : convert(values[from], mapping, from, input.lookups));
};

/** A text that could not show a file before it was there is written once more, as it stands but for that. */
const showFiles = (draft: Draft, input: PairInput, mapping: FieldMapping, values: Readonly<Record<Side, Value>>): void => {
  for (const to of SIDES) {
    const from = otherSide(to);
    const names = input.shown?.[to];
    const [before, original] = [values[to], values[from]];
    if (names === undefined || typeof before !== "string" || typeof original !== "string" || mapping[to].kind !== "text" || mapping[from].kind !== "text" || !mapping[to].onUpdate || !flows(mapping.direction, from)) continue;
    const carried = convert(original, mapping, from, input.lookups);
    const files = carried.ok ? filesIn(String(carried.value)).flatMap((file) => (names.has(file.src) ? [{ ...file, name: names.get(file.src) ?? file.src }] : [])) : [];
    const after = files.length === 0 ? before : withFiles(before, files);
    const byAddress = input.byAddress?.has(to) === true && filesIn(after).some((file) => files.some((one) => one.name === file.src));
    if (byAddress || !sameValue(before, after, mapping[to])) draft.changes[to].push({ key: mapping.key, field: mapping[to].name, label: mapping[to].label, before, after, reason: "the files it shows are there now" });
  }
};

/** A held conflict stays one: neither side's fingerprint moves, so the next reading sees both as changed again. */
const keepOpen = (draft: Draft, input: PairInput, mapping: FieldMapping): void => {
  draft.prints.master[mapping.key] = input.prints.master[mapping.key] ?? UNKNOWN;
  draft.prints.target[mapping.key] = input.prints.target[mapping.key] ?? UNKNOWN;
};

/** What identifies an item, in a field of whatever kind can hold it. An id that is no number stays a text, and is refused by name. */
const asField = ({ kind, multiple }: FieldSchema, text: string | undefined): Value => {
  if (text === undefined) return multiple ? [] : null;
  const one = kind === "number" && /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : kind === "choice" ? { choice: text } : text;
  return multiple ? [one] : one;
};

/** The value a set field demands; undefined where it says nothing about this item. */
export const setValue = (set: SetField, own: Item | undefined, partner: Item): Value | undefined => {
  if (set.when !== undefined && !meets(set.when, { own, partner })) return undefined;
  const value = set.value;
  if (value.kind === "constant") return value.value;
  if (value.kind === "partner") return asField(set.field, value.part === "id" ? partner.id : value.part === "key" ? (partner.key ?? partner.id) : partner.url);
  // run/steps/lookUp/calculate.ts looks these up beforehand and hands them over as fields of the partner.
  return partner.fields[calculatedField(set)];
};

/** Where a looked-up value of a calculated field stands among the partner's fields. */
export const calculatedField = (set: SetField): string => `${set.field.name} (calculated)`;

/** Whether and what to set hangs on a field that may not be seen: nothing is set. */
const heldRule = (rule: SetField, own: Item | undefined, partner: Item): Held | undefined => {
  const wholeOf = { own: [rule.field.name, ...(rule.when === undefined ? [] : fieldsOf(rule.when, "own"))], partner: [...(rule.when === undefined ? [] : fieldsOf(rule.when)), ...(rule.value.kind === "follow" ? [rule.value.reference] : [])] };
  const mine = wholeOf.own.find((name) => isUnseen(own, name));
  const theirs = wholeOf.partner.find((name) => isUnseen(partner, name));
  if (mine !== undefined) return heldUnseen(rule.field.name, rule.field, mine, rule.side);
  return theirs === undefined ? undefined : heldUnseen(rule.field.name, rule.field, theirs, otherSide(rule.side));
};

const planSets = (draft: Draft, input: PairInput): void => {
  for (const set of input.set.sets) {
    if (set.onCreate && input.completing !== otherSide(set.side)) continue;
    const own = input[set.side];
    const held = heldRule(set, own, input[otherSide(set.side)]);
    if (held !== undefined) {
      draft.held.push(held);
      continue;
    }
    const wanted = setValue(set, own, input[otherSide(set.side)]);
    const before = own.fields[set.field.name] ?? null;
    if (wanted === undefined || sameValue(before, wanted, set.field) || !set.field.onUpdate) continue;
    if (draft.changes[set.side].some((change) => change.field === set.field.name)) continue;
    draft.changes[set.side].push({ field: set.field.name, label: set.field.label, before, after: wanted, reason: reasonOfSet(set) });
  }
};

const reasonOfSet = (set: SetField): string => (set.value.kind === "partner" ? `the partner's ${set.value.part}` : set.value.kind === "constant" ? "a constant" : "a calculated value");

/** What a side last gave of fields that are not mapped now: mapped again, what was changed meanwhile is a change of that side. */
const printsUnmapped = ({ set, prints }: PairInput, side: Side): Record<string, string> => Object.fromEntries(Object.entries(prints[side]).filter(([key]) => !set.fields.some((mapping) => mapping.key === key)));

/** What of one pair is written where, held, or left to a person; each with its reason. */
export const planPair = (input: PairInput): PairPlan => {
  const prints = { master: printsUnmapped(input, "master"), target: printsUnmapped(input, "target") };
  const draft: Draft = { changes: { master: [], target: [] }, held: [], conflicts: [], prints, bases: {} };
  for (const mapping of input.set.fields) planField(draft, input, mapping);
  planSets(draft, input);
  return { kind: "pair", set: input.set, master: input.master, target: input.target, ...draft };
};

/** A new item on `side`, made from `from`: every field mapping is used whatever its direction (connect-product §1.4). */
export const planCreate = (set: SyncSet, side: Side, from: Item, lookups: Lookups): CreatePlan => {
  const source = otherSide(side);
  const changes: FieldChange[] = [];
  const held: Held[] = [];
  for (const mapping of set.fields) {
    const to = mapping[side];
    if ((!to.onCreate && !to.onUpdate) || mapping.yields?.includes(side) === true) continue;
    if (isUnseen(from, mapping[source].name)) {
      held.push(heldUnseen(mapping.key, to, mapping[source].label, source));
      continue;
    }
    const converted = convert(from.fields[mapping[source].name], mapping, source, lookups);
    if (!converted.ok) held.push(heldField(mapping, side, converted));
    else if (!isEmpty(converted.value)) changes.push({ key: mapping.key, field: to.name, label: to.label, before: null, after: converted.value, reason: [`new on the ${source}`, ...standInOf(converted)].join("; ") });
  }
  for (const rule of set.sets) {
    if (rule.side !== side || changes.some((change) => change.field === rule.field.name)) continue;
    const unknown = heldRule(rule, undefined, from);
    if (unknown !== undefined) held.push(unknown);
    const wanted = unknown === undefined ? setValue(rule, undefined, from) : undefined;
    if (wanted !== undefined && !isEmpty(wanted)) changes.push({ field: rule.field.name, label: rule.field.label, before: null, after: wanted, reason: reasonOfSet(rule) });
  }
  return { kind: "create", set, side, from, changes, held, reason: `new on the ${source}` };
};

/** Field names of one side that an iteration must read. */
export const fieldsToRead = (set: SyncSet, side: Side): readonly string[] => {
  const names = new Set<string>();
  for (const mapping of set.fields) names.add(mapping[side].name);
  for (const rule of set.sets) {
    if (rule.side === side) names.add(rule.field.name);
    else if (rule.value.kind === "follow") names.add(rule.value.reference);
  }
  const { period } = set[side];
  for (const field of [period?.start, period?.end, period?.within]) if (field !== undefined) names.add(field.name);
  for (const name of set[side].criteria === undefined ? [] : fieldsOf(set[side].criteria)) names.add(name);
  for (const rule of set.sets) for (const name of rule.when === undefined ? [] : fieldsOf(rule.when, rule.side === side ? "own" : "partner")) names.add(name);
  return [...names];
};

export const writtenFields = (changes: readonly FieldChange[]): Fields => Object.fromEntries(changes.map((change) => [change.field, change.after]));
