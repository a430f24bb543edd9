// A plan in words and as JSON: per item what would be created or changed, per field old → new, with the reason. Pure.

import { TO_BE_MADE, type FieldChange, type FieldConflict, type GonePlan, type Held, type ItemPlan, type PairPlan, type ReleaseExtension, writes } from "../sync/plan.ts";
import { plainText } from "../text/normal.ts";
import { type Item, type Side, type Single, type Value, asList, isChoice, isItemRef, isPerson, otherSide } from "../types.ts";
import { inLine } from "../visible.ts";

const MOST = 80;

const single = (value: Single): string => {
  if (isChoice(value)) return value.choice;
  if (isPerson(value)) return value.name ?? value.login ?? value.person;
  if (isItemRef(value)) return value.name ?? (value.ref.startsWith(TO_BE_MADE) ? `the new partner of ${value.ref.slice(TO_BE_MADE.length)}` : value.ref);
  return String(value);
};

/** A value in one line for people. */
export const valueText = (value: Value | undefined): string => {
  const members = asList(value ?? null);
  if (members.length === 0 || value === "") return "(empty)";
  const text = members.map(single).join(", ");
  const plain = (text.startsWith("<") ? plainText(text) : text).replace(/\s+/g, " ");
  return plain.length > MOST ? `${plain.slice(0, MOST - 1)}…` : plain;
};

const label = ({ key, id, name }: Item): string => {
  const line = inLine(name);
  return `${key ?? id} "${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
};

const changeLines = (changes: readonly FieldChange[]): string[] => changes.map((change) => `    ${change.label}: ${valueText(change.before)} → ${valueText(change.after)}  (${change.reason})`);

const heldLines = (held: readonly Held[]): string[] => held.map((field) => `    ${field.label}: held: ${field.reason}`);

const extensionLines = (extensions: readonly ReleaseExtension[] | undefined, dataSource: string): string[] => (extensions ?? []).flatMap((extension) => [`  extend ${extension.type} ${label(extension.item)} in ${dataSource}`, ...changeLines(extension.changes)]);

/** What becomes of a conflict, in words. */
export const outcomeText = ({ winner, stands }: Pick<FieldConflict, "winner" | "stands">): string =>
  winner === "hold" ? "held for a person" : stands === true ? `${winner} wins, but the field does not flow to the ${otherSide(winner)}; both stay` : `${winner} wins`;

const pairLines = (plan: PairPlan): string[] => {
  const lines: string[] = [];
  for (const side of ["target", "master"] as const) {
    if (plan.changes[side].length === 0) continue;
    lines.push(...extensionLines(plan.extensions?.[side], plan.set[side].dataSource), `  change ${plan.set[side].type} ${label(plan[side])} in ${plan.set[side].dataSource}`, ...changeLines(plan.changes[side]));
  }
  if (plan.held.length > 0) lines.push(`  hold on ${label(plan.master)} ~ ${label(plan.target)}`, ...heldLines(plan.held));
  for (const conflict of plan.conflicts)
    lines.push(`  conflict on ${label(plan.master)} ~ ${label(plan.target)}: ${conflict.label}: master ${valueText(conflict.masterValue)}, target ${valueText(conflict.targetValue)}; ${outcomeText(conflict)}`);
  return lines;
};

const goneLines = (plan: GonePlan): string[] => [`  ${plan.policy} ${plan.set[plan.side].type} ${plan.item === undefined ? `${plan.masterId} ~ ${plan.targetId}` : label(plan.item)} in ${plan.set[plan.side].dataSource}: ${plan.reason}`];

/** Lines of one item's plan; none where nothing would be done. */
export const planLines = (plan: ItemPlan, verbose = false): readonly string[] => {
  if (plan.kind === "create") return [...extensionLines(plan.extensions, plan.set[plan.side].dataSource), `  create ${plan.set[plan.side].type} in ${plan.set[plan.side].dataSource} ${plan.set[plan.side].project} from ${label(plan.from)}`, ...changeLines(plan.changes), ...heldLines(plan.held)];
  if (plan.kind === "pair") return pairLines(plan);
  if (plan.kind === "gone") return goneLines(plan);
  if (plan.kind === "extra") return plan.action === "skip" && !verbose ? [] : [`  ${plan.action} ${plan.what} on ${plan.set[plan.side].type} ${plan.side === "master" ? plan.masterId : plan.targetId} in ${plan.set[plan.side].dataSource}: ${valueText(plan.text)}${plan.reason === "" ? "" : `  (${plan.reason})`}`];
  if (plan.held === true) return [`  hold ${plan.set[plan.side].type} ${label(plan.item)}: ${plan.reason}`];
  return verbose ? [`  skip ${plan.set[plan.side].type} ${label(plan.item)}: ${plan.reason}`] : [];
};

export interface PlanCounts {
  readonly create: Record<Side, number>;
  readonly change: Record<Side, number>;
  readonly held: number;
  readonly conflicts: number;
  readonly skip: number;
  /** Items closed or deleted because their partner is gone. */
  readonly gone: number;
  /** Comments and attachments to be written. */
  readonly extras: number;
}

/** `held` and `conflicts` count fields, all else items; `gone` and `extras` only those that are written. */
export const countPlans = (plans: readonly ItemPlan[]): PlanCounts => {
  const counts: PlanCounts = { create: { master: 0, target: 0 }, change: { master: 0, target: 0 }, held: 0, conflicts: 0, skip: 0, gone: 0, extras: 0 };
  const add = { held: 0, conflicts: 0, skip: 0, gone: 0, extras: 0 };
  for (const plan of plans) {
    if (plan.kind === "create") counts.create[plan.side]++;
    if (plan.kind === "pair") for (const side of ["master", "target"] as const) counts.change[side] += plan.changes[side].length > 0 ? 1 : 0;
    if (plan.kind === "skip") add.skip++;
    else if (plan.kind === "gone") add.gone += writes(plan);
    else if (plan.kind === "extra") add.extras += writes(plan);
    else add.held += plan.held.length;
    if (plan.kind === "pair") add.conflicts += plan.conflicts.length;
  }
  return { ...counts, ...add };
};

/** The last line of a dry run. */
export const planSummary = (counts: PlanCounts): string =>
  `${counts.create.master + counts.create.target} to create, ${counts.change.master + counts.change.target} to change, ${counts.conflicts} conflicts, ${counts.held} fields held, ${counts.extras === 0 ? "" : `${counts.extras} comments and attachments, `}${counts.gone === 0 ? "" : `${counts.gone} to close or delete, `}${counts.skip} items skipped`;

const extensionJson = (extension: ReleaseExtension): unknown => ({ type: extension.type, id: extension.item.id, name: extension.item.name, changes: extension.changes });

/** One item's plan for machines: plain values, no schemas. */
export const planJson = (plan: ItemPlan): unknown => {
  const set = { syncSet: plan.set.key };
  if (plan.kind === "create") return { ...set, action: "create", side: plan.side, type: plan.set[plan.side].type, project: plan.set[plan.side].project, from: { id: plan.from.id, key: plan.from.key, name: plan.from.name }, changes: plan.changes, held: plan.held, ...(plan.extensions === undefined ? {} : { extensions: plan.extensions.map(extensionJson) }), reason: plan.reason };
  if (plan.kind === "skip") return { ...set, action: "skip", side: plan.side, item: { id: plan.item.id, key: plan.item.key, name: plan.item.name }, reason: plan.reason };
  if (plan.kind === "gone") return { ...set, action: plan.policy, side: plan.side, masterId: plan.masterId, targetId: plan.targetId, ...(plan.item === undefined ? {} : { name: plan.item.name, version: plan.item.version }), reason: plan.reason };
  if (plan.kind === "extra") return { ...set, action: `${plan.action} ${plan.what}`, side: plan.side, masterId: plan.masterId, targetId: plan.targetId, text: plan.text, reason: plan.reason };
  const end = (item: Item) => ({ id: item.id, key: item.key, name: item.name, version: item.version });
  return { ...set, action: "change", master: end(plan.master), target: end(plan.target), changes: plan.changes, held: plan.held, conflicts: plan.conflicts, ...(plan.extensions === undefined ? {} : { extensions: Object.values(plan.extensions).flat().map(extensionJson) }) };
};
