// Takes pairs of items from a file, or from a field that holds the other item's id, into the store: both items looked up,
// contradictions refused, nothing written to an endpoint. What is seeded is adopted by the next iteration, never created.

import type { SyncSet } from "../core/mapping/model.ts";
import { canMean } from "../core/links/chooseSets.ts";
import { checkLinks, type ExistingLink, knownLinks, type LinkDecision, type PlaceOf } from "../core/links/checkLinks.ts";
import { idsInText } from "../core/links/fieldLinks.ts";
import type { Instruction } from "../core/links/model.ts";
import { plainText } from "../core/text/normal.ts";
import { type FieldSchema, isItemRef, type Item, otherSide, type Side } from "../core/types.ts";
import { UsageError } from "../core/errors.ts";
import type { Lease, Link } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { adoptingLink, recordLinks } from "./matchByName.ts";
import { type Disputed, disputedOf, keepDisputed, type Place, settleDisputed } from "./steps/guards/disputedFacts.ts";
import { heldBack } from "./steps/guards/heldBack.ts";

export interface SeedResult {
  readonly connection: string;
  readonly decisions: readonly LinkDecision[];
  readonly counts: Readonly<Record<LinkDecision["kind"], number>>;
  /** Of the pairs to be added, those whose items bear different names: signs of a file that means other items. */
  readonly unlike: readonly UnlikePair[];
  readonly dryRun: boolean;
  /** Stopped before everything was recorded; the same file again goes on. */
  readonly stopped: boolean;
}

export interface UnlikePair {
  readonly set: string;
  readonly masterId: string;
  readonly targetId: string;
  readonly masterName: string;
  readonly targetName: string;
}

const SIDES = ["master", "target"] as const;
const BATCH = 500;

/** The one sync set a file means: by our key, else by whatever types and projects it names. */
const resolver = (sets: readonly SyncSet[]) => (instruction: Instruction): string | undefined => {
  const { key, guid, masterType, targetType, masterProject, targetProject } = instruction.set;
  if (key !== undefined) return sets.find((set) => set.key === key && canMean(instruction.set, set))?.key;
  const fits = sets.filter((set) => [[masterType, set.master.type], [targetType, set.target.type], [masterProject, set.master.project], [targetProject, set.target.project]].every(([wanted, is]) => wanted === undefined || wanted.toLowerCase() === is?.toLowerCase()));
  // A GUID of another tool says nothing here: the types and projects beside it must suffice.
  return fits.length === 1 && (guid === undefined || (masterType ?? targetType) !== undefined || sets.length === 1) ? fits[0]?.key : undefined;
};

/** Keys and ids that are words are the same however they are written. */
const caseless = (text: string): string => text.toUpperCase();

interface Work {
  readonly context: ConnectionContext;
  readonly sets: ReadonlyMap<string, { readonly set: SyncSet; readonly id: number }>;
}

const placeOf = ({ sets }: Work): PlaceOf => (set, side) => {
  const own = sets.get(set)?.set[side];
  return own === undefined ? set : `${own.type}\u0001${own.project}`;
};

/** The pairs of all that is named, in whichever sync set they stand. */
const existing = async (work: Work, instructions: readonly Instruction[], resolve: (instruction: Instruction) => string | undefined): Promise<readonly ExistingLink[]> => {
  const { context, sets } = work;
  const place = placeOf(work);
  const named = { master: new Map<string, Set<string>>(), target: new Map<string, Set<string>>() };
  const added = new Set<string>();
  for (const instruction of instructions) {
    const set = resolve(instruction);
    if (set === undefined) continue;
    for (const side of SIDES) {
      const ids = named[side].get(place(set, side)) ?? new Set<string>();
      named[side].set(place(set, side), ids.add(instruction[`${side}Id`]));
    }
    if (instruction.action === "add") added.add([set, instruction.masterId, instruction.targetId].join("\u0001"));
  }
  const found: ExistingLink[] = [];
  for (const [key, { id }] of sets)
    for (const side of SIDES) {
      const ids = named[side].get(place(key, side));
      for (const link of ids === undefined ? [] : await context.store.links.byIds(id, side, [...ids])) {
        const ended = link.state === "unlinked";
        // A pair that has ended is none to whoever names it anew.
        if (ended && added.has([key, link.master.id, link.target.id].join("\u0001"))) continue;
        found.push({ set: key, masterId: link.master.id, targetId: link.target.id, ended });
      }
    }
  // What has ended blocks only where nothing stands.
  return found.toSorted((one, other) => Number(other.ended) - Number(one.ended));
};

/** Removes say keys too, also of items that are gone: the pairs themselves know theirs. */
const withKeysOfPairs = async ({ context, sets }: Work, instructions: readonly Instruction[], resolve: (instruction: Instruction) => string | undefined): Promise<readonly Instruction[]> => {
  const ids = new Map<string, Readonly<Record<Side, Map<string, string>>>>();
  for (const [key, { id }] of sets) {
    if (!instructions.some((each) => each.action === "remove" && resolve(each) === key && SIDES.some((side) => /\D/.test(each[`${side}Id`])))) continue;
    const known = { master: new Map<string, string>(), target: new Map<string, string>() };
    for await (const page of context.store.links.scan(id, "master")) for (const link of page) for (const side of SIDES) known[side].set(caseless(link[side].key ?? link[side].id), link[side].id);
    ids.set(key, known);
  }
  return instructions.map((each) => {
    const known = each.action === "remove" ? ids.get(resolve(each) ?? "") : undefined;
    return known === undefined ? each : { ...each, masterId: known.master.get(caseless(each.masterId)) ?? each.masterId, targetId: known.target.get(caseless(each.targetId)) ?? each.targetId };
  });
};

const read = async ({ context }: Work, set: SyncSet, side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const size = Math.max(context.connectors[side].capabilities.bulkGet, BATCH);
  for (let at = 0; at < ids.length && !context.stop.aborted; at += size) {
    const part = ids.slice(at, at + size);
    const ask = (asked: readonly string[]): Promise<readonly Item[]> => context.connectors[side].get({ type: set[side].type, project: set[side].project, ids: asked, fields: [] });
    const found = await ask(part);
    for (const item of found) for (const name of [item.id, ...(item.key === undefined ? [] : [item.key])]) items.set(caseless(name), item);
    // Under a key of former times an item comes with its present one: which it is shows when it is asked for alone.
    const asked = new Set(part.map(caseless));
    if (found.every((item) => asked.has(caseless(item.id)) || asked.has(caseless(item.key ?? "")))) continue;
    for (const former of asked) {
      const [item] = items.has(former) ? [] : await ask([former]);
      if (item !== undefined) items.set(former, item);
    }
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
    const [master, target] = [items?.master.get(caseless(instruction.masterId)), items?.target.get(caseless(instruction.targetId))];
    return { ...instruction, masterId: master?.id ?? instruction.masterId, targetId: target?.id ?? instruction.targetId };
  });

/** Why a pair cannot be: an item that its endpoint does not show, or shows as something else or elsewhere. */
const missingIn =
  ({ context, sets }: Work, found: Found) =>
  (key: string, instruction: Instruction): string | undefined => {
    const set = sets.get(key)?.set;
    if (set === undefined) return undefined;
    const reasons = SIDES.flatMap((side) => {
      const { dataSource, type, project } = set[side];
      const id = instruction[`${side}Id`];
      const item = found.get(key)?.[side].get(caseless(id));
      if (item === undefined) return [`${dataSource} shows no ${type} ${id} in ${project}`];
      const isElsewhere = context.connectors[side].capabilities.movable?.(type) === true && item.project !== project;
      return item.type !== type || isElsewhere ? [`${item.key ?? id} is a ${item.type} in ${item.project} of ${dataSource}, not a ${type} in ${project}`] : [];
    });
    return reasons.length === 0 ? undefined : reasons.join(" and ");
  };

/** What is to be added, by sync set. */
const linksOf = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[]): readonly Link[] =>
  [...sets].flatMap(([key, { id }]) =>
    decisions.flatMap((decision) => {
      if (decision.kind !== "add" || decision.set !== key) return [];
      const [master, target] = SIDES.map((side) => found.get(key)?.[side].get(caseless(decision.instruction[`${side}Id`])));
      return master === undefined || target === undefined ? [] : [adoptingLink(id, master, target)];
    }),
  );

/** Items that several lines, or a field, give different partners, or one that is not to be seen; as far as they are there. */
const disputedIn = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[], undecided: readonly Instruction[]): readonly Disputed[] => {
  const items = new Map<string, Disputed>();
  const dispute = (key: string, instruction: Instruction, reason: string): void => {
    const set = sets.get(key)?.set;
    for (const side of set === undefined ? [] : SIDES) {
      const item = found.get(key)?.[side].get(caseless(instruction[`${side}Id`]));
      const { type, project } = set?.[side] ?? {};
      if (item !== undefined && type !== undefined && project !== undefined) items.set(placeKey({ side, type, project, id: item.id }), { side, type, project, id: item.id, reason });
    }
  };
  for (const each of undecided) dispute(each.set.key ?? "", each, `may be the partner of several: a field names more than one, ${each.masterId} ↔ ${each.targetId} among them`);
  for (const decision of decisions) {
    if (decision.kind !== "refused" || decision.doubt === undefined) continue;
    const { doubt, instruction, reason } = decision;
    // A file comes from a tool that knew the pair; a field may hold anything.
    if (doubt.of === "rivals") dispute(doubt.set, instruction, reason);
    else if (instruction.line > 0) dispute(doubt.set, instruction, `a file gives it the partner ${instruction.masterId} ↔ ${instruction.targetId}, which is not to be seen: ${reason}`);
  }
  return [...items.values()];
};

/** A line that takes a disputed pair back does so, whichever partner the other item got. */
const takingBack = ({ sets }: Work, resolve: (instruction: Instruction) => string | undefined, isDisputed: (place: Place) => boolean) => (decision: LinkDecision): LinkDecision => {
  const { instruction } = decision;
  const set = decision.kind === "refused" && instruction.action === "remove" ? sets.get(resolve(instruction) ?? "")?.set : undefined;
  if (set === undefined || !SIDES.some((side) => isDisputed({ side, type: set[side].type, project: set[side].project, id: instruction[`${side}Id`] }))) return decision;
  return { kind: "unchanged", set: set.key, instruction, reason: "the line that gave this partner is taken back" };
};

const placeKey = ({ side, type, project, id }: Place): string => JSON.stringify([side, type, project, id]);

/** Ends of pairs that are added now or there already, and of those that a line removes. */
const settledIn = ({ sets }: Work, decisions: readonly LinkDecision[]): readonly Place[] =>
  decisions.flatMap((decision) => {
    const set = decision.kind === "refused" ? undefined : sets.get(decision.set)?.set;
    return set === undefined ? [] : SIDES.map((side) => ({ side, type: set[side].type, project: set[side].project, id: decision.instruction[`${side}Id`] }));
  });

const worn = (name: string): string => name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

const unlikeOf = (found: Found, decisions: readonly LinkDecision[]): readonly UnlikePair[] =>
  decisions.flatMap((decision) => {
    if (decision.kind !== "add") return [];
    const { set, instruction: { masterId, targetId } } = decision;
    const [master, target] = [found.get(set)?.master.get(caseless(masterId)), found.get(set)?.target.get(caseless(targetId))];
    return master === undefined || target === undefined || worn(master.name) === worn(target.name) ? [] : [{ set, masterId, targetId, masterName: master.name, targetName: target.name }];
  });

const textsOf = (item: Item, { name, kind }: FieldSchema): readonly string[] => {
  const value = item.fields[name];
  if (kind === "text" && typeof value === "string") return [plainText(value)];
  return (Array.isArray(value) ? value : [value]).flatMap((member: unknown) => (typeof member === "string" || typeof member === "number" ? [String(member)] : isItemRef(member) ? [member.ref] : []));
};

export interface FromField {
  readonly instructions: readonly Instruction[];
  /** Items whose field names more than one, or nothing that could be one, in words. */
  readonly leftOut: readonly string[];
  /** Of items whose field names several, each pair that may be meant. */
  readonly undecided: readonly Instruction[];
}

const MOST_NAMED = 3;

/** A field named as in the schema, or as people see it. */
const fieldNamed = async (context: ConnectionContext, set: SyncSet, side: Side, field: string): Promise<FieldSchema | undefined> => {
  const schema = (await context.connectors[side].types(set[side].project)).find((type) => type.name === set[side].type);
  return schema?.fields.find((candidate) => candidate.name === field || candidate.label.toLowerCase() === field.toLowerCase());
};

/** What --from-field calls the addresses that some systems keep beside the fields of an item. A field of that name goes first. */
const REMOTE_LINKS = "remoteLinks";

/** What to ask for with the items, and the texts that each of them holds. */
interface Source {
  readonly fields: readonly string[];
  /** A list of links, which may lead anywhere: those to other systems are no mistake. */
  readonly isList: boolean;
  of(items: readonly Item[]): Promise<(item: Item) => readonly string[]>;
}

/** The host of a data source, as `addresses` of a connection tell it. */
const hostOf = (home: string | undefined): readonly string[] => /^\S+ ([^/,]+)/.exec(home ?? "")?.slice(1) ?? [];

/**
 * Whether a host is not that of the other system: neither the data source's own nor, behind a gateway, that of its items' pages.
 * Clients of ALM put domain and project before it.
 */
const elsewhereOf = async (context: ConnectionContext, set: SyncSet, side: Side): Promise<(host: string) => boolean> => {
  const { type, project } = set[side];
  const hosts = new Set(hostOf(context.connection.addresses?.[side]));
  for await (const page of context.connectors[side].changes({ type, project, fields: [] })) {
    for (const { url } of page.items) if (url !== undefined && URL.canParse(url)) hosts.add(new URL(url).host);
    if (page.items.length > 0) break;
  }
  return (host) => hosts.size > 0 && ![...hosts].some((home) => host === home || host.endsWith(`.${home}`));
};

const sourceNamed = async (context: ConnectionContext, set: SyncSet, side: Side, field: string): Promise<Source | undefined> => {
  const schema = await fieldNamed(context, set, side, field);
  if (schema !== undefined) return { fields: [schema.name], isList: schema.multiple, of: async () => (item) => textsOf(item, schema) };
  const connector = context.connectors[side];
  if (connector.remoteLinks === undefined || field.toLowerCase() !== REMOTE_LINKS.toLowerCase()) return undefined;
  const { type, project } = set[side];
  return {
    fields: [],
    isList: true,
    of: async (items) => {
      const links = await connector.remoteLinks?.({ type, project, ids: items.map(({ id }) => id) });
      return ({ id }) => links?.get(id) ?? [];
    },
  };
};

/**
 * One instruction for each item of `side` whose field holds the id, the key or the address of one other item; those that name
 * several, or say something else, are told. `syncSet`: only items of this one. Throws UsageError where no mapped type of that side
 * has the field.
 */
export const instructionsFromField = async (context: ConnectionContext, side: Side, field: string, syncSet?: string): Promise<FromField> => {
  const instructions: Instruction[] = [];
  const undecided: Instruction[] = [];
  const leftOut: string[] = [];
  let known = false;
  for (const set of context.connection.syncSets.filter(({ key }) => syncSet === undefined || key === syncSet)) {
    const source = await sourceNamed(context, set, side, field);
    if (source === undefined) continue;
    known = true;
    const isElsewhere = await elsewhereOf(context, set, otherSide(side));
    for await (const page of context.connectors[side].changes({ type: set[side].type, project: set[side].project, fields: source.fields })) {
      const textsIn = await source.of(page.items);
      for (const item of page.items) {
        const read = textsIn(item).map((text) => idsInText(text, isElsewhere));
        const ids = new Set(read.flatMap(({ ids: found }) => found));
        const [other] = ids;
        const [strange] = read.flatMap((one) => one.strange ?? []);
        const [elsewhere] = read.flatMap((one) => one.elsewhere ?? []);
        if (ids.size > 1) leftOut.push(`${side} ${item.key ?? item.id} names several: ${[...ids].slice(0, MOST_NAMED).join(", ")}${ids.size > MOST_NAMED ? " …" : ""}`);
        else if (other === undefined && elsewhere !== undefined && !source.isList) leftOut.push(`${side} ${item.key ?? item.id} leads to ${elsewhere}, not to ${set[otherSide(side)].dataSource}`);
        else if (other === undefined && strange !== undefined) leftOut.push(`${side} ${item.key ?? item.id} names no item: "${strange}"`);
        for (const id of ids) {
          const ends = { [`${side}Id`]: item.id, [`${otherSide(side)}Id`]: id } as { readonly masterId: string; readonly targetId: string };
          (ids.size > 1 ? undecided : instructions).push({ action: "add", set: { key: set.key }, ...ends, line: 0, column: 0 });
        }
      }
      context.progress.update(`reading ${field} of ${set[side].type} of ${set[side].dataSource}`, instructions.length);
    }
  }
  context.progress.done();
  if (!known) throw new UsageError(`no mapped type of ${context.connection.syncSets[0]?.[side].dataSource ?? side} has a field "${field}"`, "checkConnection lists the fields");
  return { instructions: [...new Map(instructions.map((instruction) => [`${instruction.masterId}\0${instruction.targetId}`, instruction])).values()], leftOut, undecided };
};

export interface SeedOptions {
  readonly dryRun: boolean;
  /** Pairs of which a person has to say which is right: nothing is made for their items until then. */
  readonly undecided?: readonly Instruction[];
}

/** Under the connection's lock unless it is a dry run. Removes come first; the same instructions again change nothing. */
export const seedCrossReferences = async (context: ConnectionContext, instructions: readonly Instruction[], options: SeedOptions, lease?: Lease): Promise<SeedResult> => {
  const { syncSets, name } = context.connection;
  const rows = await context.store.syncSets.ensure(name, syncSets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const work: Work = { context, sets: new Map(syncSets.flatMap((set, at) => (rows[at] === undefined ? [] : [[set.key, { set, id: rows[at].id }]]))) };
  const resolve = resolver(syncSets);
  const { undecided = [] } = options;
  const found = await readAll(work, [...instructions, ...undecided], resolve);
  const sure = await withKeysOfPairs(work, byIds(instructions, found, resolve), resolve);
  const checked = checkLinks(sure, knownLinks(await existing(work, sure, resolve), placeOf(work)), resolve, missingIn(work, found));
  const isWaiting = await disputedOf(context.store, name);
  const decisions = checked.map(takingBack(work, resolve, isWaiting));
  const links = linksOf(work, found, decisions);
  const counts: Record<LinkDecision["kind"], number> = { add: 0, remove: 0, unchanged: 0, refused: 0 };
  for (const { kind } of decisions) counts[kind]++;
  let stopped = context.stop.aborted;
  if (!options.dryRun && !stopped) {
    // Kept before and settled after: a run that is killed in between leaves too much waiting, never too little.
    const disputed = disputedIn(work, found, decisions, undecided);
    await keepDisputed(context.store, name, disputed, context.now());
    const removes = decisions.flatMap((decision) => (decision.kind === "remove" ? [{ syncSet: work.sets.get(decision.set)?.id ?? -1, masterId: decision.instruction.masterId }] : []));
    const record = async (): Promise<number> => {
      for (let at = 0; at < removes.length; at += BATCH) await context.store.record({ removeLinks: removes.slice(at, at + BATCH) }, lease);
      return recordLinks(context, "seedCrossReferences", links, lease);
    };
    const commits = Math.ceil(removes.length / BATCH) + Math.ceil(links.length / BATCH);
    stopped = (await heldBack(context, "seedCrossReferences", record, (count) => count === links.length, commits <= 1)) < links.length;
    const anew = new Set(disputed.map(placeKey));
    if (!stopped) await settleDisputed(context.store, name, settledIn(work, decisions).filter((end) => isWaiting(end) && !anew.has(placeKey(end))));
  }
  context.progress.done();
  return { connection: name, decisions, counts, unlike: unlikeOf(found, decisions), dryRun: options.dryRun, stopped };
};
