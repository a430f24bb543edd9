// Pairs by name what stands on both sides already: people, releases, sprints, items of any mapped type. Tells the situation
// of every name; writes pairs only from `found`, only where told to, and touches nothing that exists.

import type { Connector } from "../connectors/connector.ts";
import { UsageError } from "../core/errors.ts";
import { closest } from "../core/mapping/closest.ts";
import type { SyncSet } from "../core/mapping/model.ts";
import type { NameEntry, Pairing, PairResult, Verdict } from "../core/match/model.ts";
import { pairByName } from "../core/match/pairByName.ts";
import { foldName } from "../core/match/things.ts";
import type { UserMap } from "../core/users/userMap.ts";
import { asList, isItemRef, type Item, type PersonRecord, type Side } from "../core/types.ts";
import type { Lease, Link, SyncSetId } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { heldBack } from "./steps/guards/heldBack.ts";
import { noteSeeded } from "./steps/guards/seeded.ts";

export interface MatchOptions {
  /** A mapped type by its name on either side, or "user". */
  readonly type: string;
  /** Type of the item inside which names are compared. */
  readonly within?: string;
  readonly project?: string;
  readonly apply: boolean;
}

export interface Match {
  readonly connection: string;
  /** Key of the sync set; "user" for people. */
  readonly syncSet: string;
  readonly result: Pairing;
  /** Pairs written. */
  readonly written: number;
  /** For people: what importUserMaps would be given. */
  readonly maps: readonly UserMap[];
  /** Found, but they cannot be written as they are. */
  readonly refused: readonly { readonly verdict: Verdict; readonly reason: string }[];
}

const SIDES = ["master", "target"] as const;
const BATCH = 500;

const asPairing = ({ verdicts, counts }: PairResult): Pairing => ({ verdicts, counts: () => counts });
const foundIn = (result: PairResult): readonly Verdict[] => result.verdicts.filter((verdict) => verdict.situation === "found");

// ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

const readPeople = async (context: ConnectionContext, side: Side): Promise<ReadonlyMap<string, PersonRecord>> => {
  const people = new Map<string, PersonRecord>();
  await context.connectors[side].account();
  for await (const page of context.connectors[side].people()) {
    for (const person of page) people.set(person.id, person);
    context.progress.update(`people of ${context.connectors[side].dataSource}`, people.size);
  }
  return people;
};

const personEntry = (person: PersonRecord): NameEntry => ({ id: person.id, name: person.name, ...(person.login === undefined ? {} : { login: person.login }), ...(person.email === undefined ? {} : { email: person.email }) });

/** What a user map calls a person: the login people know, and the id that every reading carries. */
const namesOf = (person: PersonRecord): readonly string[] => [...new Set([person.login ?? person.email, person.id].filter((name): name is string => name !== undefined && name !== ""))];

/** Name in a user map → the one person it stands for. */
const index = (people: ReadonlyMap<string, PersonRecord>): ReadonlyMap<string, string | undefined> => {
  const found = new Map<string, string | undefined>();
  for (const { id, name, login, email } of people.values()) for (const text of new Set([id, name, login, email])) if (text !== undefined && text !== "") found.set(text, found.has(text) ? undefined : id);
  return found;
};

interface Known {
  readonly linked: readonly (readonly [string, string])[];
  readonly labels: ReadonlySet<string>;
  /** "side id" → label of the map that holds the person. */
  readonly holders: ReadonlyMap<string, string>;
}

const readMaps = async (context: ConnectionContext, people: Readonly<Record<Side, ReadonlyMap<string, PersonRecord>>>): Promise<Known> => {
  const ids = { master: index(people.master), target: index(people.target) };
  const linked: (readonly [string, string])[] = [];
  const labels = new Set<string>();
  const holders = new Map<string, string>();
  for await (const page of context.store.userMaps.scan()) {
    for (const map of page) {
      labels.add(map.name);
      const named = (side: Side): readonly string[] => map.users.filter((user) => user.dataSource === context.connectors[side].dataSource).map(({ name }) => name);
      const of = (side: Side): readonly string[] => [...new Set(named(side).flatMap((name) => ids[side].get(name) ?? []))];
      for (const side of SIDES) for (const id of of(side)) holders.set(`${side} ${id}`, map.name);
      // Whom the map names on the other side, present there or not, is this person's partner: a namesake is not put beside it.
      const partners = (side: Side): readonly string[] => (of(side).length > 0 ? of(side) : named(side).map((name) => `${name} of the user map "${map.name}"`));
      if (SIDES.some((side) => of(side).length > 0)) for (const master of partners("master")) for (const target of partners("target")) linked.push([master, target]);
    }
  }
  return { linked, labels, holders };
};

const mapOf = (context: ConnectionContext, known: Known, taken: Set<string>, master: PersonRecord, target: PersonRecord): UserMap | string => {
  const [mine, theirs] = [known.holders.get(`master ${master.id}`), known.holders.get(`target ${target.id}`)];
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return `the user map "${mine}" holds one and "${theirs}" the other`;
  let label = mine ?? theirs ?? (master.name === "" ? master.id : master.name);
  if (mine === undefined && theirs === undefined && taken.has(label)) label = `${label} (${namesOf(master)[0] ?? master.id})`;
  taken.add(label);
  const users = SIDES.flatMap((side) => namesOf(side === "master" ? master : target).map((name) => ({ dataSource: context.connectors[side].dataSource, name })));
  return { name: label, users };
};

const matchPeople = async (context: ConnectionContext, options: MatchOptions): Promise<Match> => {
  const people = { master: await readPeople(context, "master"), target: await readPeople(context, "target") };
  const known = await readMaps(context, people);
  const entries = (side: Side): readonly NameEntry[] => [...people[side].values()].map(personEntry);
  const result = pairByName(entries("master"), entries("target"), { kind: "person", linked: known.linked });
  const maps: UserMap[] = [];
  const verdictOf = new Map<string, Verdict>();
  const refused: { verdict: Verdict; reason: string }[] = [];
  const taken = new Set(known.labels);
  for (const verdict of foundIn(result)) {
    const [master, target] = [people.master.get(verdict.entry.id), people.target.get(verdict.candidates[0]?.entry.id ?? "")];
    if (master === undefined || target === undefined) continue;
    const map = mapOf(context, known, taken, master, target);
    if (typeof map === "string") refused.push({ verdict, reason: map });
    else {
      maps.push(map);
      verdictOf.set(map.name, verdict);
    }
  }
  const changes = async function* (): AsyncGenerator<readonly UserMap[]> {
    yield maps;
  };
  const byStore = options.apply && maps.length > 0 ? (await context.store.userMaps.write(changes(), { mode: "merge" })).refusals : [];
  for (const { person, reason } of byStore) {
    const verdict = verdictOf.get(person);
    if (verdict === undefined) context.log.warn(`${person}: ${reason}`);
    else refused.push({ verdict, reason });
  }
  return { connection: context.connection.name, syncSet: "user", result: asPairing(result), written: options.apply ? maps.length - byStore.length : 0, maps, refused };
};

// ── items ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The field of a type that says inside which item a name stands. */
const scopeField = async (connector: Connector, type: string, project: string, within: string): Promise<string> => {
  const schema = (await connector.types(project)).find((candidate) => candidate.name === type);
  const field = schema?.fields.find((candidate) => candidate.kind === "reference" && candidate.refersTo?.includes(within) === true);
  if (field === undefined) throw new UsageError(`--within: in ${connector.dataSource} ${type} has no field that refers to ${within}`, "leave --within out, or map these names by hand");
  return field.name;
};

const readItems = async (context: ConnectionContext, set: SyncSet, side: Side, fields: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  const { type, project, filter } = set[side];
  for await (const page of context.connectors[side].changes({ type, project, fields, ...(filter === undefined ? {} : { filter }) })) {
    for (const item of page.items) items.set(item.id, item);
    context.progress.update(`${type} of ${set[side].dataSource}`, items.size);
  }
  return items;
};

type Scope = (item: Item) => string | undefined;

interface Outer {
  /** Id → name, folded as the names inside are. */
  readonly names: ReadonlyMap<string, string>;
  /** Folded names that several bear: whose sprints are meant by one of them, nobody can tell. */
  readonly shared: ReadonlySet<string>;
}

const readOuter = async (context: ConnectionContext, sets: readonly SyncSet[], side: Side): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>();
  for (const set of sets) for (const [id, item] of await readItems(context, set, side, [])) names.set(id, foldName(item.name));
  return names;
};

/** Of those that were read, and of those that items refer to besides: one that is archived, or that a filter leaves out, bears its name too. */
const outerOf = (read: ReadonlyMap<string, string>, items: Iterable<Item>, field: string): Outer => {
  const names = new Map(read);
  for (const item of items) for (const ref of asList(item.fields[field])) if (isItemRef(ref) && !names.has(ref.ref) && (ref.name ?? "") !== "") names.set(ref.ref, foldName(ref.name ?? ""));
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of names.values()) (seen.has(name) ? shared : seen).add(name);
  return { names, shared };
};

interface Scopes {
  readonly field: Readonly<Record<Side, string>>;
  of(items: Readonly<Record<Side, Iterable<Item>>>): Readonly<Record<Side, Scope>>;
}

/** Scopes are said alike on both sides: by the master's id where the outer item is paired, else by its name if that is one item's alone. */
const scopesOf = async (context: ConnectionContext, set: SyncSet, within: string): Promise<Scopes> => {
  const outer = context.connection.syncSets.filter((candidate) => candidate.master.project === set.master.project && candidate.target.project === set.target.project && (candidate.master.type === within || candidate.target.type === within));
  const [first] = outer;
  if (first === undefined) throw new UsageError(`--within: ${context.connection.name} maps no type ${within} in the projects of ${set.key}`, `it maps ${[...new Set(context.connection.syncSets.flatMap((each) => SIDES.map((side) => each[side].type)))].join(", ")}`);
  const rows = (await context.store.syncSets.list(context.connection.name)).filter((row) => outer.some((candidate) => candidate.key === row.key));
  const toMaster = new Map<string, string>();
  const masters = new Set<string>();
  for (const row of rows) for await (const page of context.store.links.scan(row.id, "master")) for (const link of page) {
    // An ended pair says nothing of what is inside.
    if (link.state === "unlinked") continue;
    toMaster.set(link.target.id, link.master.id);
    masters.add(link.master.id);
  }
  const field = { master: await scopeField(context.connectors.master, set.master.type, set.master.project, first.master.type), target: await scopeField(context.connectors.target, set.target.type, set.target.project, first.target.type) };
  const read = { master: await readOuter(context, outer, "master"), target: await readOuter(context, outer, "target") };
  return {
    field,
    of: (items) => {
      const outers = { master: outerOf(read.master, items.master, field.master), target: outerOf(read.target, items.target, field.target) };
      const scope = (side: Side): Scope => (item) => {
        const [ref] = asList(item.fields[field[side]]);
        if (ref === undefined || !isItemRef(ref)) return undefined;
        const id = side === "target" ? toMaster.get(ref.ref) : masters.has(ref.ref) ? ref.ref : undefined;
        if (id !== undefined) return `id ${id}`;
        const name = outers[side].names.get(ref.ref) ?? "";
        return name === "" || SIDES.some((each) => outers[each].shared.has(name)) ? `${side} ${ref.ref}` : `name ${name}`;
      };
      return { master: scope("master"), target: scope("target") };
    },
  };
};

/** Links whose first comparison is still to be made: an iteration creates nothing for them and shows their differences. */
export const adoptingLink = (syncSet: SyncSetId, master: Item, target: Item): Link => {
  const end = (item: Item): Link["master"] => ({ id: item.id, ...(item.key === undefined ? {} : { key: item.key }), ...(item.url === undefined ? {} : { url: item.url }), prints: {} });
  return { syncSet, master: end(master), target: end(target), state: "adopting" };
};

/** Records links in commits of a few hundred; answers how many before a stop. */
export const recordLinks = async (context: ConnectionContext, script: string, links: readonly Link[], lease: Lease | undefined): Promise<number> => {
  const record = async (): Promise<number> => {
    const sets = new Set(links.map(({ syncSet }) => syncSet));
    if (sets.size > 0) await noteSeeded(context, context.connection.name, (await context.store.syncSets.list(context.connection.name)).flatMap(({ id, key }) => (sets.has(id) ? [key] : [])), context.now());
    for (let at = 0; at < links.length; at += BATCH) {
      if (context.stop.aborted) return at;
      await context.store.record({ links: links.slice(at, at + BATCH) }, lease);
      context.progress.update("cross references", Math.min(at + BATCH, links.length), links.length);
    }
    return links.length;
  };
  return heldBack(context, script, record, (count) => count === links.length, links.length <= BATCH);
};

/** Items that have their partner by another sync set of the same type and project: one type may be mapped to several. */
const pairedElsewhere = async (context: ConnectionContext, set: SyncSet): Promise<readonly (readonly [string, string])[]> => {
  const isPlace = (other: SyncSet, side: Side): boolean => other[side].type === set[side].type && other[side].project === set[side].project;
  const others = context.connection.syncSets.filter((other) => other.key !== set.key && SIDES.some((side) => isPlace(other, side)));
  const rows = others.length === 0 ? [] : await context.store.syncSets.list(context.connection.name);
  const pairs: (readonly [string, string])[] = [];
  for (const other of others) {
    const row = rows.find(({ key }) => key === other.key);
    if (row === undefined) continue;
    for await (const page of context.store.links.scan(row.id, "master")) for (const { state, master, target } of page) {
      if (state === "unlinked") continue;
      if (isPlace(other, "master")) pairs.push([master.id, `${target.key ?? target.id} of ${other.key}`]);
      if (isPlace(other, "target")) pairs.push([`${master.key ?? master.id} of ${other.key}`, target.id]);
    }
  }
  return pairs;
};

const matchItems = async (context: ConnectionContext, set: SyncSet, id: SyncSetId, options: MatchOptions, lease: Lease | undefined): Promise<Match> => {
  const within = options.within === undefined ? undefined : await scopesOf(context, set, options.within);
  const items = { master: await readItems(context, set, "master", within === undefined ? [] : [within.field.master]), target: await readItems(context, set, "target", within === undefined ? [] : [within.field.target]) };
  const scopes = within?.of({ master: items.master.values(), target: items.target.values() });
  const linked: (readonly [string, string])[] = [];
  for await (const page of context.store.links.scan(id, "master")) for (const link of page) linked.push([link.master.id, link.target.id]);
  linked.push(...(await pairedElsewhere(context, set)));
  const entries = (side: Side): readonly NameEntry[] =>
    [...items[side].values()].map((item) => {
      const scope = scopes?.[side](item);
      return { id: item.id, name: item.name, ...(scope === undefined ? {} : { scope }) };
    });
  const result = pairByName(entries("master"), entries("target"), { kind: "name", linked });
  const links = foundIn(result).flatMap((verdict) => {
    const [master, target] = [items.master.get(verdict.entry.id), items.target.get(verdict.candidates[0]?.entry.id ?? "")];
    return master === undefined || target === undefined ? [] : [adoptingLink(id, master, target)];
  });
  const written = options.apply ? await recordLinks(context, "matchByName", links, lease) : 0;
  return { connection: context.connection.name, syncSet: set.key, result: asPairing(result), written, maps: [], refused: [] };
};

/** With `apply` under the connection's lock: an iteration at the same time could create what is about to be paired. */
export const matchByName = async (context: ConnectionContext, options: MatchOptions, lease?: Lease): Promise<readonly Match[]> => {
  if (options.type === "user") return [await matchPeople(context, options)];
  const { syncSets } = context.connection;
  const chosen = syncSets.filter((set) => SIDES.some((side) => set[side].type === options.type) && (options.project === undefined || SIDES.some((side) => set[side].project === options.project)));
  const projects = [...new Set(syncSets.flatMap((set) => SIDES.map((side) => set[side].project)))];
  if (options.project !== undefined && !projects.includes(options.project)) throw new UsageError(`--project ${options.project}: ${context.connection.name} maps no such project`, `it maps ${closest(options.project, projects)}`);
  if (chosen.length === 0) throw new UsageError(`${context.connection.name} maps no type "${options.type}"${options.project === undefined ? "" : ` in project ${options.project}`}`, `it maps ${closest(options.type, [...new Set(syncSets.flatMap((set) => SIDES.map((side) => set[side].type)))])}, and there is user`);
  const rows = await context.store.syncSets.ensure(context.connection.name, chosen.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const matches: Match[] = [];
  for (const [at, set] of chosen.entries()) {
    const row = rows[at];
    if (row !== undefined) matches.push(await matchItems(context, set, row.id, options, lease));
  }
  context.progress.done();
  return matches;
};
