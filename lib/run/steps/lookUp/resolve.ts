// Looks up, in bulk and once per run, the people and partners that planning needs, so that planning itself stays pure.

import type { Connector } from "../../../connectors/connector.ts";
import { DEFAULT_ZONE } from "../../../core/schedule/zone.ts";
import type { Lookups } from "../../../core/sync/convert.ts";
import type { FieldMapping, SyncSet } from "../../../core/mapping/model.ts";
import { type Item, type ItemRef, type Person, type Side, asList, isItemRef, isPerson, otherSide } from "../../../core/types.ts";
import type { Store, SyncSetId } from "../../../store/store.ts";
import { createMentions, createPeople } from "./resolvePeople.ts";

/** Values of `item` on `side` that are going to be carried over for these mappings. */
export interface ToResolve {
  readonly side: Side;
  readonly item: Item;
  readonly mappings: readonly FieldMapping[];
}

export interface Resolver {
  prepare(work: readonly ToResolve[]): Promise<void>;
  /** A person of `from` was refused as `written` in the field of this mapping: does the fallback user stand in for them from now on? */
  standIn(from: Side, person: Person, mapping: FieldMapping, refusal: { readonly written: Person; readonly reason: string }): Promise<boolean>;
  /** Looks up whom texts of `side` mention. */
  prepareMentions(side: Side, texts: readonly string[]): Promise<void>;
  /** By which ids values of a side name our own account; asked once. */
  ours(side: Side): Promise<readonly string[]>;
  /** Looks up the partners of items of `side`. */
  prepareRefs(side: Side, refs: readonly ItemRef[]): Promise<void>;
  /** Partners made in this run are known at once. */
  learn(set: SyncSet, masterId: string, targetId: string): void;
  /** Forgets that partners were missing. */
  forgetMissing(): void;
  /** Forgets partners where many are known: the store knows them. Between two plans only. */
  forgetPartners(): void;
  readonly lookups: Lookups;
}

export interface ResolverDoors {
  readonly store: Store;
  readonly connectors: Readonly<Record<Side, Connector>>;
  readonly sets: readonly { readonly set: SyncSet; readonly id: SyncSetId }[];
  /** Told once for every person who had to be asked for. */
  readonly onAsked?: (side: Side) => void;
}

type FoundPartner = { readonly id: string; readonly type?: string };

const meetsDays = (mapping: FieldMapping): boolean => {
  const kinds = [mapping.master.kind, mapping.target.kind];
  return kinds.includes("date") && kinds.includes("dateTime");
};

/** Days of sprints and releases are days of the account too. */
const hasInstants = ({ period }: SyncSet[Side]): boolean => [period?.start, period?.end, period?.release?.start, period?.release?.end].some((field) => field?.kind === "dateTime");

/** The account's zone decides which day an instant is on. Asked for only where a day meets an instant. */
const createZones = (doors: ResolverDoors) => {
  const zones: Partial<Record<Side, string>> = {};
  return {
    prepare: async (): Promise<void> => {
      if (!doors.sets.some(({ set }) => set.fields.some(meetsDays) || hasInstants(set.master) || hasInstants(set.target))) return;
      for (const side of ["master", "target"] as const) zones[side] ??= doors.sets[0]?.set[side].zone ?? (await doors.connectors[side].account()).zone ?? DEFAULT_ZONE;
    },
    zone: (side: Side): string => zones[side] ?? DEFAULT_ZONE,
  };
};

/** Known at once: some chunks of items with some references each. */
const MOST_PARTNERS = 20_000;

const createPartners = (doors: ResolverDoors) => {
  type Known = Map<string, FoundPartner | undefined>;
  // By side and type: one key made of the three for each new pair was more work than the rest of learning it.
  const found: Readonly<Record<Side, Map<string | undefined, Known>>> = { master: new Map(), target: new Map() };
  const of = (from: Side, type: string | undefined): Known => {
    const known = found[from].get(type) ?? new Map();
    found[from].set(type, known);
    return known;
  };
  const all = (): readonly Known[] => [...found.master.values(), ...found.target.values()];
  const setsOf = (from: Side, type: string | undefined) => doors.sets.filter(({ set }) => type === undefined || set[from].type === type);

  return {
    prepare: async (wanted: readonly { readonly from: Side; readonly ref: ItemRef }[]): Promise<void> => {
      const groups = new Map<string, { from: Side; type: string | undefined; ids: Set<string> }>();
      for (const { from, ref } of wanted) {
        if (found[from].get(ref.type)?.get(ref.ref) !== undefined) continue;
        const group = groups.get(`${from}\0${ref.type ?? ""}`) ?? { from, type: ref.type, ids: new Set() };
        group.ids.add(ref.ref);
        groups.set(`${from}\0${ref.type ?? ""}`, group);
      }
      for (const { from, type, ids } of groups.values()) {
        const sets = setsOf(from, type);
        if (sets.length === 0) continue;
        const partners = await doors.store.links.partners(sets.map(({ id }) => id), from, [...ids]);
        for (const id of ids) {
          const partner = partners.get(id);
          const set = sets.find((candidate) => candidate.id === partner?.syncSet);
          of(from, type).set(id, partner === undefined ? undefined : { id: partner.id, ...(set === undefined ? {} : { type: set.set[otherSide(from)].type }) });
        }
      }
    },
    lookup: (from: Side, type: string | undefined, id: string) => found[from].get(type)?.get(id) ?? (setsOf(from, type).length > 0 ? ("mapped type, no partner yet" as const) : ("type not mapped" as const)),
    learn: (set: SyncSet, ids: Readonly<Record<Side, string>>): void => {
      for (const from of ["master", "target"] as const) {
        const partner = { id: ids[otherSide(from)], type: set[otherSide(from)].type };
        for (const type of [set[from].type, undefined]) of(from, type).set(ids[from], partner);
      }
    },
    forgetMany: (): void => {
      if (all().reduce((sum, known) => sum + known.size, 0) > MOST_PARTNERS) for (const known of all()) known.clear();
    },
    forgetMissing: (): void => {
      for (const known of all()) for (const [id, partner] of known) if (partner === undefined) known.delete(id);
    },
  };
};

/** One for each run: what it has looked up it does not ask for again. */
export const createResolver = (doors: ResolverDoors): Resolver => {
  const people = createPeople(doors);
  const partners = createPartners(doors);
  const mentions = createMentions(people);
  const zones = createZones(doors);
  return {
    prepare: async (work) => {
      await zones.prepare();
      const refs: { from: Side; ref: ItemRef }[] = [];
      for (const { side, item, mappings } of work) {
        for (const mapping of mappings) {
          for (const value of asList(item.fields[mapping[side].name])) {
            if (isItemRef(value)) refs.push({ from: side, ref: value });
            else if (isPerson(value) && mapping[otherSide(side)].kind === "person") await people.prepare(side, value, mapping);
            else if (typeof value === "string" && mapping[side].kind === "text") await mentions.prepare(side, [value]);
          }
        }
      }
      await partners.prepare(refs);
    },
    standIn: people.refused,
    prepareMentions: mentions.prepare,
    ours: people.ours,
    prepareRefs: (side, refs) => partners.prepare(refs.map((ref) => ({ from: side, ref }))),
    learn: (set, masterId, targetId) => partners.learn(set, { master: masterId, target: targetId }),
    forgetMissing: partners.forgetMissing,
    forgetPartners: partners.forgetMany,
    lookups: { person: people.lookup, partner: partners.lookup, mention: mentions.lookup, zone: zones.zone },
  };
};
