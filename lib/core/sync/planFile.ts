// A plan that can be kept: each item's plan as one JSON line with a digest of what it would write and of the state it was
// made from. Applying it plans anew and writes only where the digest is the same. Pure.

import { createHash } from "node:crypto";
import { DataError } from "../errors.ts";
import { planJson } from "../report/planText.ts";
import { type FieldSchema, type Item, type Side, isUnseen, otherSide } from "../types.ts";
import { fingerprint, UNKNOWN } from "./fingerprint.ts";
import type { CreatePlan, ExtraPlan, FieldChange, GonePlan, ItemPlan, PairPlan } from "./plan.ts";

/** Who may win where seeded pairs differ. */
const ADOPTING = ["master", "target", "hold", "merge"] as const;

export interface PlanHeader {
  readonly tandemPlan: 1;
  readonly connection: string;
  readonly at: string;
  /** Sync set key → fingerprint of its definition. */
  readonly syncSets: Readonly<Record<string, string>>;
  /** Who wins where seeded pairs differ, as the plan was made. */
  readonly adopt?: (typeof ADOPTING)[number];
}

export interface PlanEntry {
  readonly syncSet: string;
  readonly kind: "create" | "pair" | "gone" | "extra";
  readonly side: Side;
  readonly masterId?: string;
  readonly targetId?: string;
  readonly digest: string;
  /** For people: what --dry-run --json shows of it. */
  readonly plan: unknown;
  /** Over all of the above: what people were shown is what is applied, or nothing. */
  readonly seal: string;
}

export interface PlanFile {
  readonly header: PlanHeader;
  readonly entries: readonly PlanEntry[];
}

const digestOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** What could not be seen is another state than an empty field. */
const seenIn = (item: Item, field: FieldSchema): string => (isUnseen(item, field.name) ? UNKNOWN : fingerprint(item.fields[field.name], field));

/** A reference is told by the item it was carried from: its partner may be made by the same plan. */
const changePrint = (plan: CreatePlan | PairPlan, side: Side, change: FieldChange): readonly unknown[] => {
  const mapping = plan.set.fields.find((candidate) => candidate.key === change.key);
  const from = plan.kind === "create" ? plan.from : plan[otherSide(side)];
  if (mapping !== undefined && mapping[side].kind === "reference") return [change.field, "ref", fingerprint(from.fields[mapping[otherSide(side)].name], mapping[otherSide(side)])];
  return [change.field, JSON.stringify(change.after)];
};

const extensionPrint = (extensions: CreatePlan["extensions"]): readonly unknown[] => (extensions ?? []).map((extension) => [extension.type, extension.item.id, extension.changes.map((change) => [change.field, change.after])]);

const createDigest = (plan: CreatePlan): string => {
  const from = otherSide(plan.side);
  const seen = plan.set.fields.map((mapping) => [mapping.key, seenIn(plan.from, mapping[from])]);
  return digestOf(["create", plan.set.key, plan.side, plan.from.id, seen, plan.changes.map((change) => changePrint(plan, plan.side, change)), ...extensionPrint(plan.extensions)]);
};

const pairDigest = (plan: PairPlan): string => {
  const seen = plan.set.fields.map((mapping) => [mapping.key, ...(["master", "target"] as const).map((side) => seenIn(plan[side], mapping[side]))]);
  return digestOf(["pair", plan.set.key, plan.master.id, plan.target.id, seen, ...(["master", "target"] as const).map((side) => plan.changes[side].map((change) => changePrint(plan, side, change))), ...extensionPrint(Object.values(plan.extensions ?? {}).flat())]);
};

const goneDigest = (plan: GonePlan): string => digestOf(["gone", plan.set.key, plan.side, plan.masterId, plan.targetId, plan.policy, plan.item?.version ?? ""]);
const extraDigest = (plan: ExtraPlan): string => digestOf(["extra", plan.set.key, plan.side, plan.masterId, plan.targetId, plan.what, plan.action, plan.text]);

/** undefined for a plan that writes nothing. */
export const planDigest = (plan: ItemPlan): string | undefined => {
  if (plan.kind === "create") return createDigest(plan);
  if (plan.kind === "pair") return plan.changes.master.length + plan.changes.target.length === 0 ? undefined : pairDigest(plan);
  if (plan.kind === "gone") return plan.policy === "close" || plan.policy === "delete" ? goneDigest(plan) : undefined;
  return plan.kind === "extra" && plan.action !== "skip" ? extraDigest(plan) : undefined;
};

const idsOf = (plan: ItemPlan): Pick<PlanEntry, "masterId" | "targetId" | "side"> => {
  if (plan.kind === "create") return { side: plan.side, [plan.side === "target" ? "masterId" : "targetId"]: plan.from.id };
  if (plan.kind === "pair") return { side: plan.changes.target.length > 0 ? "target" : "master", masterId: plan.master.id, targetId: plan.target.id };
  if (plan.kind === "skip") return { side: plan.side };
  return { side: plan.side, masterId: plan.masterId, targetId: plan.targetId };
};

const sealOf = ({ seal: _, ...entry }: Partial<PlanEntry>): string => digestOf(entry);

/** The file's text; plans that write nothing are left out. */
export const planFileText = (header: PlanHeader, plans: readonly ItemPlan[]): string => {
  const lines = plans.flatMap((plan): string[] => {
    const digest = planDigest(plan);
    if (digest === undefined || plan.kind === "skip") return [];
    const entry = { syncSet: plan.set.key, kind: plan.kind, ...idsOf(plan), digest, plan: planJson(plan) };
    return [JSON.stringify({ ...entry, seal: sealOf(entry) } satisfies PlanEntry)];
  });
  return `${[JSON.stringify(header), ...lines].join("\n")}\n`;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isEntry = (value: unknown): value is PlanEntry =>
  isRecord(value) && typeof value.syncSet === "string" && typeof value.digest === "string" && ["create", "pair", "gone", "extra"].includes(String(value.kind)) && ["master", "target"].includes(String(value.side)) && ["masterId", "targetId"].every((id) => value[id] === undefined || typeof value[id] === "string");

/** Throws DataError with the line. */
export const readPlanFile = (file: string, text: string): PlanFile => {
  const rows = text.split("\n").flatMap((line, index): { readonly line: number; readonly value: unknown }[] => {
    if (line.trim() === "") return [];
    try {
      return [{ line: index + 1, value: JSON.parse(line) as unknown }];
    } catch (error) {
      throw new DataError(`${file}:${index + 1}:1: is not JSON: ${error instanceof Error ? error.message : String(error)}`, "make the plan anew with syncIteration --plan; nothing was changed");
    }
  });
  const header = rows[0]?.value;
  if (!isRecord(header) || header.tandemPlan !== 1 || typeof header.connection !== "string" || !isRecord(header.syncSets) || ![undefined, ...ADOPTING].some((who) => who === header.adopt)) throw new DataError(`${file}:1:1: is no plan of syncIteration --plan`, "name a file that syncIteration --plan wrote; nothing was changed");
  const entries = rows.slice(1).map(({ line, value }) => {
    if (!isEntry(value)) throw new DataError(`${file}:${line}:1: is no entry of a plan`, "make the plan anew with syncIteration --plan; nothing was changed");
    if (value.seal !== sealOf(value)) throw new DataError(`${file}:${line}:1: was changed since syncIteration --plan wrote it`, "change the items or the mapping and make the plan anew; a line may be taken out whole; nothing was changed");
    return value;
  });
  return { header: header as unknown as PlanHeader, entries };
};
