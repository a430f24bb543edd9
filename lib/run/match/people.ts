// Pairs people of both systems by name, beside those whom user maps hold already; writes user maps, only where told to.

import { type ClosedAccounts, closedRemark, withClosed } from "../../core/match/closedAccounts.ts";
import { withoutDeclined } from "../../core/match/declined.ts";
import type { NameEntry, Verdict } from "../../core/match/model.ts";
import { pairByName } from "../../core/match/pairByName.ts";
import { foldedName } from "../../core/users/spellings.ts";
import type { UserMap } from "../../core/users/userMap.ts";
import { isGroup, type PersonRecord, type Side, SIDES } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";
import { declinedIn, peopleScope } from "./declinedFacts.ts";
import { asPairing, foundIn, type Match, type MatchOptions } from "./match.ts";

const readPeople = async (context: ConnectionContext, side: Side): Promise<ReadonlyMap<string, PersonRecord>> => {
  const people = new Map<string, PersonRecord>();
  await context.connectors[side].account();
  for await (const page of context.connectors[side].people()) {
    for (const person of page) people.set(person.id, person);
    context.progress.update(`people of ${context.connectors[side].dataSource}`, people.size);
  }
  return people;
};

/** Groups are compared with groups only. */
const personEntry = (person: PersonRecord): NameEntry => ({ id: person.id, name: person.name, ...(isGroup(person) ? { scope: "group" } : {}), ...(person.login === undefined ? {} : { login: person.login }), ...(person.email === undefined ? {} : { email: person.email }) });

/** What a user map calls a person: the login people know, and the id that every reading carries. */
const namesOf = (person: PersonRecord): readonly string[] => [...new Set([person.login ?? person.email, person.id].filter((name): name is string => name !== undefined && name !== ""))];

/** Name in a user map → the one person it stands for: as it is written, else in other letters' cases, as an iteration reads it. */
const index = (people: ReadonlyMap<string, PersonRecord>): ((name: string) => string | undefined) => {
  const exact = new Map<string, string | undefined>();
  const folded = new Map<string, string | undefined>();
  const add = (to: Map<string, string | undefined>, text: string, id: string): void => void to.set(text, to.has(text) && to.get(text) !== id ? undefined : id);
  for (const { id, name, login, email } of people.values()) {
    for (const text of new Set([id, name, login, email])) {
      if (text === undefined || text === "") continue;
      add(exact, text, id);
      add(folded, foldedName(text), id);
    }
  }
  return (name) => (exact.has(name) ? exact.get(name) : folded.get(foldedName(name)));
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
      const of = (side: Side): readonly string[] => [...new Set(named(side).flatMap((name) => ids[side](name) ?? []))];
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

const MOST_TOLD = 20;

/** What was written without a table in between, in which a person would have read it. */
const tellClosed = (context: ConnectionContext, written: readonly Verdict[], closed: Readonly<Record<Side, ClosedAccounts>>): void => {
  const told = written.flatMap(({ entry, candidates: [partner] }) => {
    const remark = closedRemark(closed, { master: entry.id, target: partner?.entry.id ?? "" });
    return remark === "" ? [] : [`${entry.name} (${entry.id} ~ ${partner?.entry.id ?? ""}): ${remark}`];
  });
  if (told.length > 0) context.log.warn(`user maps were written for ${told.length} whose account is closed: ${told.slice(0, MOST_TOLD).join("; ")}${told.length > MOST_TOLD ? `; and ${told.length - MOST_TOLD} more` : ""}`);
};

/** People of both data sources. */
export const matchPeople = async (context: ConnectionContext, options: MatchOptions): Promise<Match> => {
  const people = { master: await readPeople(context, "master"), target: await readPeople(context, "target") };
  const known = await readMaps(context, people);
  const entries = (side: Side): readonly NameEntry[] => [...people[side].values()].map(personEntry);
  const scope = peopleScope({ master: context.connectors.master.dataSource, target: context.connectors.target.dataSource });
  const closedOn = (side: Side): ClosedAccounts => ({ dataSource: context.connectors[side].dataSource, ids: new Set([...people[side].values()].flatMap(({ id, active }) => (active ? [] : [id]))) });
  const pairing = withoutDeclined(pairByName(entries("master"), entries("target"), { kind: "person", linked: known.linked }), await declinedIn(context, scope));
  const closed = { master: closedOn("master"), target: closedOn("target") };
  const result = withClosed(pairing, closed);
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
  if (options.apply) tellClosed(context, foundIn(result).filter((verdict) => !refused.some((each) => each.verdict === verdict)), closed);
  return { connection: context.connection.name, syncSet: "user", result: asPairing(result), written: options.apply ? maps.length - byStore.length : 0, maps, refused };
};
