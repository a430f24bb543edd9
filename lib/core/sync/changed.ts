// Which side of a field counts as changed, and what only looks so.

import { type FieldMapping, flows, givenByPeriod } from "../mapping/model.ts";
import { isPerson, otherSide, type Side, SIDES } from "../types.ts";
import { mapsOtherwise } from "./convert.ts";
import { fingerprint } from "./fingerprint.ts";
import { isEmpty, type Makers, type PairInput, valueOf } from "./pairInput.ts";

export type Changed = Readonly<Record<Side, boolean>>;

const BOTH: Changed = { master: true, target: true };
const NEITHER: Changed = { master: false, target: false };

const only = (side: Side): Changed => ({ master: side === "master", target: side === "target" });

/** A new item carries what its model holds; where that is empty, what the endpoint filled in counts as the new side's change. */
const changedOnCompletion = (input: PairInput, mapping: FieldMapping, from: Side): Changed => {
  if (!isEmpty(valueOf(input[from], mapping, from))) return only(from);
  // Calculated days and the default release are ours, not the endpoint's: they are never written back.
  if (givenByPeriod(input.set[otherSide(from)].period, mapping[otherSide(from)].name)) return NEITHER;
  return isEmpty(valueOf(input[otherSide(from)], mapping, otherSide(from))) ? NEITHER : only(otherSide(from));
};

/** Whoever did something last stands there, us too: in a field that nobody can write, or that the endpoint fills at a step of the workflow. */
const tellsDoer = (doers: readonly string[], mapping: FieldMapping, side: Side): boolean => {
  const { name, kind, onCreate, onUpdate } = mapping[side];
  return kind === "person" && mapping[otherSide(side)].kind === "person" && ((!onCreate && !onUpdate) || doers.includes(name));
};

/** Our own account stands there for what we did, and says nothing of a person: we made the item, or moved it on. */
const isOurs = (input: Pick<PairInput, "makers" | Side>, mapping: FieldMapping, side: Side): boolean => {
  const makers = input.makers?.[side];
  const value = valueOf(input[side], mapping, side);
  return makers !== undefined && (makers.fields.includes(mapping[side].name) || tellsDoer(makers.doers, mapping, side)) && isPerson(value) && makers.ours.includes(value.person);
};

/** Where only a value map changed: the sides whose value it makes another one of than before. What else differs was meant to. */
const mappedOtherwise = (input: PairInput, mapping: FieldMapping): Changed => {
  const former = input.former?.get(mapping.key);
  if (former === undefined || mapping.transform !== undefined) return BOTH;
  const is = (side: Side): boolean => flows(mapping.direction, side) && mapsOtherwise(former, mapping.values ?? [], side, valueOf(input[side], mapping, side));
  return { master: is("master"), target: is("target") };
};

/** A mapping that changed over values that did not: as at the first merge, but what a period gave stays where it was given. */
const changedOnTouching = (input: PairInput, mapping: FieldMapping): Changed => {
  const merged = changedOnMerging(input, mapping);
  const otherwise = mappedOtherwise(input, mapping);
  const changed = { master: merged.master && otherwise.master, target: merged.target && otherwise.target };
  const given = (["master", "target"] as const).some((side) => changed[side] && !changed[otherSide(side)] && givenByPeriod(input.set[side].period, mapping[side].name));
  return given ? NEITHER : changed;
};

/** Nothing is known of either side: an empty value never wins over one that says something. */
const changedOnMerging = (input: PairInput, mapping: FieldMapping): Changed => {
  const empty = { master: isEmpty(valueOf(input.master, mapping, "master")), target: isEmpty(valueOf(input.target, mapping, "target")) };
  return empty.master === empty.target ? BOTH : only(empty.master ? "target" : "master");
};

/** What nobody is known to have written is no change where it is only our account as the maker of the item. */
const withoutOurs = (input: Omit<PairInput, "lookups">, mapping: FieldMapping, changed: Changed): Changed => {
  const stays = (side: Side): boolean => changed[side] && !isOurs(input, mapping, side);
  return { master: stays("master"), target: stays("target") };
};

/** Whether nothing tells that somebody wrote what the sides hold, and they are only compared. */
export const isCompared = (input: Omit<PairInput, "lookups">, mapping: FieldMapping): boolean => {
  if (input.resolve?.[mapping.key] !== undefined || input.completing !== undefined) return false;
  if (input.adopt !== undefined) return true;
  const isKnown = (side: Side): boolean => fingerprint(valueOf(input[side], mapping, side), mapping[side]) === input.prints[side][mapping.key];
  return SIDES.every((side) => input.prints[side][mapping.key] === undefined) || (input.touched?.has(mapping.key) === true && SIDES.every(isKnown));
};

/** Which side's value counts as changed: by fingerprint, or because unfinished work, seeding or a person's answer says so. */
export const changedSides = (input: Omit<PairInput, "lookups">, mapping: FieldMapping): Changed => {
  if (input.resolve?.[mapping.key] !== undefined) return BOTH;
  if (input.completing !== undefined) return withoutOurs(input, mapping, changedOnCompletion(input as PairInput, mapping, input.completing));
  if (input.adopt !== undefined) return withoutOurs(input, mapping, input.adopt === "merge" ? changedOnMerging(input as PairInput, mapping) : BOTH);
  const now = { master: fingerprint(valueOf(input.master, mapping, "master"), mapping.master), target: fingerprint(valueOf(input.target, mapping, "target"), mapping.target) };
  // A field that was mapped only now.
  if (input.prints.master[mapping.key] === undefined && input.prints.target[mapping.key] === undefined) return withoutOurs(input, mapping, changedOnMerging(input as PairInput, mapping));
  // A side that could not be seen before, and is empty: nobody emptied it.
  const never = SIDES.find((side) => input.prints[side][mapping.key] === undefined && isEmpty(valueOf(input[side], mapping, side)));
  if (never !== undefined) return isEmpty(valueOf(input[otherSide(never)], mapping, otherSide(never))) ? NEITHER : withoutOurs(input, mapping, only(otherSide(never)));
  if (input.touched?.has(mapping.key) === true && now.master === input.prints.master[mapping.key] && now.target === input.prints.target[mapping.key]) return withoutOurs(input, mapping, changedOnTouching(input as PairInput, mapping));
  for (const side of SIDES) if (input.sent?.[side]?.[mapping.key] === now[otherSide(side)]) return only(otherSide(side));
  const isChanged = (side: Side): boolean => now[side] !== input.prints[side][mapping.key] && !(isOurs(input, mapping, side) && (input.prints[side][mapping.key] === undefined || tellsDoer(input.makers?.[side].doers ?? [], mapping, side)));
  return { master: isChanged("master"), target: isChanged("target") };
};

/** Whether a pair may have to know by which names our own account stands in what we made and moved on. */
export const asksOurs = (input: Omit<PairInput, "lookups">, known: Readonly<Record<Side, Pick<Makers, "fields" | "doers">>>): boolean =>
  input.set.fields.some((mapping) =>
    SIDES.some((side) => {
      const print = input.prints[side][mapping.key];
      if (tellsDoer(known[side].doers, mapping, side) && isPerson(valueOf(input[side], mapping, side)) && fingerprint(valueOf(input[side], mapping, side), mapping[side]) !== print) return true;
      return known[side].fields.includes(mapping[side].name) && (input.completing !== undefined || isCompared(input, mapping) || print === undefined);
    }),
  );
