// Takes pairs of items from a file, or from a field that holds the other item's id, into the store: both items looked up,
// contradictions refused, nothing written to an endpoint. What is seeded is adopted by the next iteration, never created.

import type { SyncSet } from "../core/mapping/model.ts";
import { checkLinks, type ExistingLink, knownLinks, type LinkDecision } from "../core/links/checkLinks.ts";
import { idInText } from "../core/links/fieldLinks.ts";
import type { Instruction } from "../core/links/model.ts";
import { plainText } from "../core/text/normal.ts";
import { type FieldSchema, isItemRef, type Item, otherSide, type Side } from "../core/types.ts";
import { UsageError } from "../core/errors.ts";
import type { Lease, Link } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { adoptingLink, recordLinks } from "./matchByName.ts";
import { heldBack } from "./steps/heldBack.ts";

export interface SeedResult {
  readonly connection: string;
  readonly decisions: readonly LinkDecision[];
  readonly counts: Readonly<Record<LinkDecision["kind"], number>>;
  readonly dryRun: boolean;
  /** Stopped before everything was recorded; the same file again goes on. */
  readonly stopped: boolean;
}

const SIDES = ["master", "target"] as const;
const BATCH = 500;

/** The one sync set a file means: by our key, else by whatever types and projects it names. */
const resolver = (sets: readonly SyncSet[]) => (instruction: Instruction): string | undefined => {
  const { key, guid, masterType, targetType, masterProject, targetProject } = instruction.set;
  if (key !== undefined) return sets.find((set) => set.key === key)?.key;
  const fits = sets.filter((set) => [[masterType, set.master.type], [targetType, set.target.type], [masterProject, set.master.project], [targetProject, set.target.project]].every(([wanted, is]) => wanted === undefined || wanted.toLowerCase() === is?.toLowerCase()));
  // A GUID of another tool says nothing here: the types and projects beside it must suffice.
  return fits.length === 1 && (guid === undefined || (masterType ?? targetType) !== undefined || sets.length === 1) ? fits[0]?.key : undefined;
};

interface Work {
  readonly context: ConnectionContext;
  readonly sets: ReadonlyMap<string, { readonly set: SyncSet; readonly id: number }>;
}

const existing = async ({ context, sets }: Work, instructions: readonly Instruction[], resolve: (instruction: Instruction) => string | undefined): Promise<readonly (ExistingLink & { readonly set: string })[]> => {
  const found: (ExistingLink & { set: string })[] = [];
  for (const [key, { id }] of sets) {
    const mine = instructions.filter((instruction) => resolve(instruction) === key);
    if (mine.length === 0) continue;
    const links = [...(await context.store.links.byIds(id, "master", mine.map((each) => each.masterId))), ...(await context.store.links.byIds(id, "target", mine.map((each) => each.targetId)))];
    // A pair that has ended is none to whoever names it anew.
    const isNamedAnew = (link: Link): boolean => link.state === "unlinked" && mine.some((each) => each.action === "add" && each.masterId === link.master.id && each.targetId === link.target.id);
    for (const link of links) if (!isNamedAnew(link)) found.push({ set: key, masterId: link.master.id, targetId: link.target.id });
  }
  return found;
};

const read = async ({ context }: Work, set: SyncSet, side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const size = Math.max(context.connectors[side].capabilities.bulkGet, BATCH);
  for (let at = 0; at < ids.length && !context.stop.aborted; at += size) {
    for (const item of await context.connectors[side].get({ type: set[side].type, project: set[side].project, ids: ids.slice(at, at + size), fields: [] })) for (const name of [item.id, ...(item.key === undefined ? [] : [item.key])]) items.set(name, item);
    context.progress.update(`looking up ${set[side].type} of ${set[side].dataSource}`, Math.min(at + size, ids.length), ids.length);
  }
  return items;
};

type Found = ReadonlyMap<string, Readonly<Record<Side, ReadonlyMap<string, Item>>>>;

/** The items of all adds, by sync set; by their key too, where they have one. */
const readAll = async (work: Work, instructions: readonly Instruction[], resolve: (instruction: Instruction) => string | undefined): Promise<Found> => {
  const found = new Map<string, Readonly<Record<Side, ReadonlyMap<string, Item>>>>();
  for (const [key, { set }] of work.sets) {
    const adds = instructions.filter((instruction) => instruction.action === "add" && resolve(instruction) === key);
    if (adds.length > 0) found.set(key, { master: await read(work, set, "master", adds.map((add) => add.masterId)), target: await read(work, set, "target", adds.map((add) => add.targetId)) });
  }
  return found;
};

/** Ids instead of keys. */
const byIds = (instructions: readonly Instruction[], found: Found, resolve: (instruction: Instruction) => string | undefined): readonly Instruction[] =>
  instructions.map((instruction) => {
    const items = found.get(resolve(instruction) ?? "");
    const [master, target] = [items?.master.get(instruction.masterId), items?.target.get(instruction.targetId)];
    return { ...instruction, masterId: master?.id ?? instruction.masterId, targetId: target?.id ?? instruction.targetId };
  });

/** Why a pair cannot be: an item that its endpoint does not show. */
const missingIn =
  ({ sets }: Work, found: Found) =>
  (key: string, instruction: Instruction): string | undefined => {
    const set = sets.get(key)?.set;
    const missing = SIDES.filter((side) => found.get(key)?.[side].get(instruction[`${side}Id`]) === undefined);
    return set === undefined || missing.length === 0 ? undefined : missing.map((side) => `${set[side].dataSource} shows no ${set[side].type} ${instruction[`${side}Id`]} in ${set[side].project}`).join(" and ");
  };

/** What is to be added, by sync set. */
const linksOf = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[]): readonly Link[] =>
  [...sets].flatMap(([key, { id }]) =>
    decisions.flatMap((decision) => {
      if (decision.kind !== "add" || decision.set !== key) return [];
      const [master, target] = SIDES.map((side) => found.get(key)?.[side].get(decision.instruction[`${side}Id`]));
      return master === undefined || target === undefined ? [] : [adoptingLink(id, master, target)];
    }),
  );

const textsOf = (item: Item, { name, kind }: FieldSchema): readonly string[] => {
  const value = item.fields[name];
  if (kind === "text" && typeof value === "string") return [plainText(value)];
  return (Array.isArray(value) ? value : [value]).flatMap((member: unknown) => (typeof member === "string" || typeof member === "number" ? [String(member)] : isItemRef(member) ? [member.ref] : []));
};

export interface FromField {
  readonly instructions: readonly Instruction[];
  /** Items whose field names more than one, in words. */
  readonly several: readonly string[];
}

const MOST_NAMED = 3;

/** A field named as in the schema, or as people see it. */
const fieldNamed = async (context: ConnectionContext, set: SyncSet, side: Side, field: string): Promise<FieldSchema | undefined> => {
  const schema = (await context.connectors[side].types(set[side].project)).find((type) => type.name === set[side].type);
  return schema?.fields.find((candidate) => candidate.name === field || candidate.label.toLowerCase() === field.toLowerCase());
};

/**
 * One instruction for each item of `side` whose field holds the id, the key or the address of one other item; those that name
 * several are told. Throws UsageError where no mapped type of that side has the field.
 */
export const instructionsFromField = async (context: ConnectionContext, side: Side, field: string): Promise<FromField> => {
  const instructions: Instruction[] = [];
  const several: string[] = [];
  let known = false;
  for (const set of context.connection.syncSets) {
    const schema = await fieldNamed(context, set, side, field);
    if (schema === undefined) continue;
    known = true;
    for await (const page of context.connectors[side].changes({ type: set[side].type, project: set[side].project, fields: [schema.name] })) {
      for (const item of page.items) {
        const ids = new Set(textsOf(item, schema).flatMap((text) => idInText(text) ?? []));
        const [other] = ids;
        if (ids.size > 1) several.push(`${side} ${item.id} names several: ${[...ids].slice(0, MOST_NAMED).join(", ")}${ids.size > MOST_NAMED ? " …" : ""}`);
        if (other === undefined || ids.size > 1) continue;
        const ends = { [`${side}Id`]: item.id, [`${otherSide(side)}Id`]: other } as { readonly masterId: string; readonly targetId: string };
        instructions.push({ action: "add", set: { key: set.key }, ...ends, line: instructions.length + 1, column: 1 });
      }
      context.progress.update(`reading ${field} of ${set[side].type} of ${set[side].dataSource}`, instructions.length);
    }
  }
  context.progress.done();
  if (!known) throw new UsageError(`no mapped type of ${context.connection.syncSets[0]?.[side].dataSource ?? side} has a field "${field}"`, "checkConnection lists the fields");
  return { instructions: [...new Map(instructions.map((instruction) => [`${instruction.masterId}\0${instruction.targetId}`, instruction])).values()], several };
};

/** Under the connection's lock unless it is a dry run. Removes come first; the same instructions again change nothing. */
export const seedCrossReferences = async (context: ConnectionContext, instructions: readonly Instruction[], options: { readonly dryRun: boolean }, lease?: Lease): Promise<SeedResult> => {
  const { syncSets, name } = context.connection;
  const rows = await context.store.syncSets.ensure(name, syncSets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const work: Work = { context, sets: new Map(syncSets.flatMap((set, at) => (rows[at] === undefined ? [] : [[set.key, { set, id: rows[at].id }]]))) };
  const resolve = resolver(syncSets);
  const found = await readAll(work, instructions, resolve);
  const sure = byIds(instructions, found, resolve);
  const decisions = checkLinks(sure, knownLinks(await existing(work, sure, resolve)), resolve, missingIn(work, found));
  const links = linksOf(work, found, decisions);
  const counts: Record<LinkDecision["kind"], number> = { add: 0, remove: 0, unchanged: 0, refused: 0 };
  for (const { kind } of decisions) counts[kind]++;
  let stopped = context.stop.aborted;
  if (!options.dryRun && !stopped) {
    const removes = decisions.flatMap((decision) => (decision.kind === "remove" ? [{ syncSet: work.sets.get(decision.set)?.id ?? -1, masterId: decision.instruction.masterId }] : []));
    const record = async (): Promise<number> => {
      for (let at = 0; at < removes.length; at += BATCH) await context.store.record({ removeLinks: removes.slice(at, at + BATCH) }, lease);
      return recordLinks(context, "seedCrossReferences", links, lease);
    };
    const commits = Math.ceil(removes.length / BATCH) + Math.ceil(links.length / BATCH);
    stopped = (await (commits <= 1 ? record() : heldBack(context, "seedCrossReferences", record, (count) => count === links.length))) < links.length;
  }
  context.progress.done();
  return { connection: name, decisions, counts, dryRun: options.dryRun, stopped };
};
