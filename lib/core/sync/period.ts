// Fits a sprint into the release it belongs to, as the written side demands (connect-product §1.7): a default release, dates
// where there are none, dates that stick out, sprints that may not move. Pure: releases were read before and are handed in.

import type { Period } from "../mapping/model.ts";
import { type FieldSchema, type Item, type ItemRef, type Side, type Value, asList, isItemRef, otherSide } from "../types.ts";
import { dayIn, midnightIn } from "./days.ts";
import { UNKNOWN } from "./fingerprint.ts";
import type { CreatePlan, FieldChange, Held, PairPlan, ReleaseExtension } from "./plan.ts";

export type Day = string;

export interface ReleaseState {
  readonly item: Item;
  readonly start: Day | undefined;
  readonly end: Day | undefined;
}

export interface PeriodFacts {
  release(id: string): ReleaseState | undefined;
  readonly defaultRelease: ItemRef | undefined;
  /** Last day of the latest sprint of a release. */
  lastDay(release: string | undefined): Day | undefined;
  readonly today: Day;
  /** IANA zone of the side's account: which day an instant is there, as in every other field. */
  readonly zone: string;
}

const DAY_MS = 86_400_000;

/** The day of an instant as people in `zone` (IANA) count it; a day stays what it is. undefined: neither of both. */
export const dayOf = (value: Value | undefined, zone: string): Day | undefined => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  return value.length === 10 ? value : dayIn(zone, value);
};

/** Across changes of the clock too; `n` may be negative. */
export const addDays = (day: Day, n: number): Day => new Date(Date.parse(`${day}T00:00:00.000Z`) + n * DAY_MS).toISOString().slice(0, 10);

const asValue = (day: Day, field: FieldSchema, zone: string): Value => (field.kind === "dateTime" ? midnightIn(zone, day) : day);

const refOf = (value: Value | undefined): string | undefined => {
  const [first] = asList(value);
  return isItemRef(first) ? first.ref : undefined;
};

interface Dates {
  readonly start: Day | undefined;
  readonly end: Day | undefined;
}

export type Fit = { readonly ok: true; readonly dates: Dates; readonly extend?: Dates } | { readonly ok: false; readonly reason: string };

const outsideText = (dates: Dates, release: ReleaseState): string => `${dates.start ?? "?"} to ${dates.end ?? "?"} is not inside the release ${release.item.name} (${release.start ?? "?"} to ${release.end ?? "?"})`;

/** Dates against those of the release, by the rule of the side. */
export const fitDates = (rule: Period["outside"], dates: Dates, release: ReleaseState | undefined): Fit => {
  if (dates.start !== undefined && dates.end !== undefined && dates.start > dates.end) return { ok: false, reason: `it ends (${dates.end}) before it begins (${dates.start})` };
  if (release === undefined || rule === "leave") return { ok: true, dates };
  const late = (day: Day | undefined): boolean => day !== undefined && release.end !== undefined && day > release.end;
  const early = (day: Day | undefined): boolean => day !== undefined && release.start !== undefined && day < release.start;
  if (![dates.start, dates.end].some((day) => late(day) || early(day))) return { ok: true, dates };
  if (rule === "hold") return { ok: false, reason: outsideText(dates, release) };
  if (rule === "extend") {
    const start = early(dates.start) ? dates.start : early(dates.end) ? dates.end : undefined;
    const end = late(dates.end) ? dates.end : late(dates.start) ? dates.start : undefined;
    return { ok: true, dates, extend: { start, end } };
  }
  if (late(dates.start) || early(dates.end)) return { ok: false, reason: `${outsideText(dates, release)}: nothing of it can be kept` };
  return { ok: true, dates: { start: early(dates.start) ? release.start : dates.start, end: late(dates.end) ? release.end : dates.end } };
};

const extensionOf = (period: Period, release: ReleaseState | undefined, dates: Dates | undefined, why: string, zone: string): readonly ReleaseExtension[] => {
  const fields = period.release;
  if (release === undefined || fields === undefined || dates === undefined) return [];
  const changes = (["start", "end"] as const).flatMap((end): readonly FieldChange[] => {
    const day = dates[end];
    const field = fields[end];
    return day === undefined ? [] : [{ field: field.name, label: field.label, before: release.item.fields[field.name] ?? null, after: asValue(day, field, zone), reason: why }];
  });
  return [{ type: fields.type, item: release.item, changes }];
};

const keyFor = (plan: CreatePlan | PairPlan, side: Side, field: FieldSchema): { readonly key: string } | Record<string, never> => {
  const mapping = plan.set.fields.find((candidate) => candidate[side].name === field.name);
  return mapping === undefined ? {} : { key: mapping.key };
};

/** Which days a sprint without dates gets: after the last one of its release, else from the release's first day. */
const calculated = (period: Period, dates: Dates, release: ReleaseState | undefined, facts: PeriodFacts): Dates => {
  const last = facts.lastDay(release?.item.id);
  const start = dates.start ?? (dates.end === undefined ? (last === undefined ? (release?.start ?? facts.today) : addDays(last, 1)) : addDays(dates.end, 1 - period.days));
  return { start, end: dates.end ?? addDays(start, period.days - 1) };
};

export type FittedCreate = { readonly do: "create"; readonly plan: CreatePlan } | { readonly do: "wait"; readonly reason: string } | { readonly do: "refuse"; readonly reason: string };

/** A new sprint, as the side it is made on takes it. */
export const fitCreate = (plan: CreatePlan, period: Period, facts: PeriodFacts): FittedCreate => {
  const changes = [...plan.changes];
  const dayIs = (value: Value | undefined): Day | undefined => dayOf(value, facts.zone);
  const valueOf = (field: FieldSchema): Value | undefined => changes.find((change) => change.field === field.name)?.after;
  const put = (field: FieldSchema, after: Value, reason: string): void => {
    const at = changes.findIndex((change) => change.field === field.name);
    const change = { ...keyFor(plan, plan.side, field), field: field.name, label: field.label, before: null, after, reason };
    if (at < 0) changes.push(change);
    else changes[at] = change;
  };
  const { within } = period;
  if (within !== undefined && refOf(valueOf(within)) === undefined && facts.defaultRelease !== undefined && !plan.held.some((held) => held.field === within.name)) put(within, facts.defaultRelease, "the default release");
  const release = within === undefined ? undefined : facts.release(refOf(valueOf(within)) ?? "");
  let dates: Dates = { start: dayIs(valueOf(period.start)), end: dayIs(valueOf(period.end)) };
  if (dates.start === undefined || dates.end === undefined) {
    const hidden = plan.held.find((held) => held.unseen === true && [period.start.name, period.end.name].includes(held.field));
    if (period.noDates === "wait" && hidden !== undefined) return { do: "refuse", reason: hidden.reason };
    if (period.noDates === "wait") return { do: "wait", reason: "has no dates yet; it is made when it has" };
    if (period.noDates === "calculate") dates = calculated(period, dates, release, facts);
  }
  const fit = fitDates(period.outside, dates, release);
  if (!fit.ok) return { do: "refuse", reason: fit.reason };
  for (const end of ["start", "end"] as const) {
    const day = fit.dates[end];
    if (day === undefined || day === dayIs(valueOf(period[end]))) continue;
    put(period[end], asValue(day, period[end], facts.zone), dayIs(valueOf(period[end])) === undefined ? "calculated, as it has no dates yet" : `kept inside the release ${release?.item.name ?? ""}`);
  }
  const extensions = extensionOf(period, release, fit.extend, `made to hold ${plan.from.name}`, facts.zone);
  return { do: "create", plan: { ...plan, changes, ...(extensions.length === 0 ? {} : { extensions }) } };
};

const heldChange = (change: FieldChange, side: Side, reason: string): Held => ({ key: change.key ?? change.field, field: change.field, label: change.label, side, reason });

/** Changes of a sprint on one side, as that side takes them. What cannot be is held with its reason; the rest goes on. */
export const fitPair = (plan: PairPlan, side: Side, period: Period, facts: PeriodFacts): PairPlan => {
  const item = plan[side];
  const dayIs = (value: Value | undefined): Day | undefined => dayOf(value, facts.zone);
  let changes = [...plan.changes[side]];
  const held: Held[] = [...plan.held];
  const drop = (field: FieldSchema): void => {
    changes = changes.filter((change) => change.field !== field.name);
  };
  const changeOf = (field: FieldSchema | undefined): FieldChange | undefined => changes.find((change) => change.field === field?.name);
  const touched = [period.start, period.end, period.within].some((field) => changeOf(field) !== undefined);
  if (!touched) return plan;
  const move = changeOf(period.within);
  if (move !== undefined && period.within !== undefined) {
    const [now, next] = [refOf(move.before), refOf(move.after)];
    if (next === undefined && facts.defaultRelease !== undefined) drop(period.within);
    else if (now !== undefined && next !== now && !period.mayMove) {
      drop(period.within);
      held.push(heldChange(move, side, `a sprint cannot move to another release in ${plan.set[side].dataSource}`));
    }
  }
  // Dates that went on the other side are no dates to write: here a sprint has some.
  if (period.noDates !== "leave") for (const end of [period.start, period.end]) if (changeOf(end) !== undefined && dayIs(changeOf(end)?.after) === undefined) drop(end);
  const release = period.within === undefined ? undefined : facts.release(refOf(changeOf(period.within)?.after ?? item.fields[period.within.name]) ?? "");
  const wanted = (end: FieldSchema): Day | undefined => dayIs(changeOf(end)?.after ?? item.fields[end.name]);
  const fit = fitDates(period.outside, { start: wanted(period.start), end: wanted(period.end) }, release);
  let extensions: readonly ReleaseExtension[] = [];
  for (const end of ["start", "end"] as const) {
    const change = changeOf(period[end]);
    if (change === undefined) continue;
    if (!fit.ok) {
      drop(period[end]);
      held.push(heldChange(change, side, fit.reason));
    } else if (fit.dates[end] !== undefined && fit.dates[end] !== dayIs(change.after)) {
      drop(period[end]);
      const after = asValue(fit.dates[end], period[end], facts.zone);
      if (dayIs(change.before) !== fit.dates[end]) changes.push({ ...change, after, reason: `${change.reason}; kept inside the release ${release?.item.name ?? ""}` });
    }
  }
  if (fit.ok) extensions = extensionOf(period, release, fit.extend, `made to hold ${item.name}`, facts.zone);
  const from = otherSide(side);
  const prints = { ...plan.prints, [from]: { ...plan.prints[from], ...Object.fromEntries(held.slice(plan.held.length).map((one) => [one.key, UNKNOWN])) } };
  return { ...plan, changes: { ...plan.changes, [side]: changes }, held, prints, ...(extensions.length === 0 ? {} : { extensions: { ...plan.extensions, [side]: extensions } }) };
};
