// Random lives of people: who is written anywhere must have been told by somebody, whatever happens to the mapping, the user maps, the
// fallback users and the accounts meanwhile; and never by a name that the user maps have read only. Prints its seed; TANDEM_SEED repeats it.

import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { PersonRecord, Side, Value } from "../../lib/core/types.ts";
import type { PartnerName, Store } from "../../lib/store/store.ts";
import { CONNECTION, edit, field, itemsOf, MASTER_TYPES, TARGET_TYPES } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { Killed, type Kind, KINDS, openStage, type Stage } from "./killing.ts";

const SEQUENCES = Number(process.env.TANDEM_SEQUENCES ?? 120);
const SEED = Number(process.env.TANDEM_SEED ?? 20261128);

const record = (id: string, name: string, more: Partial<PersonRecord> = {}): PersonRecord => ({ id, name, active: true, attributes: {}, ...more });

/** Two Kims of one name and without an address, a Max whom only the user map knows, an "ida" on either side who are two humans, and ours, known by one address. */
const ACCOUNTS: Readonly<Record<Side, readonly (readonly [record: PersonRecord, human: string])[]>> = {
  master: [
    [record("sync", "Tandem", { email: "tandem@x.com" }), "Tandem"],
    [record("anna", "Anna Berg", { email: "anna@x.com" }), "Anna"],
    [record("bo", "Bo Chen", { email: "bo@x.com" }), "Bo"],
    [record("ida", "Ida Only", { email: "ida@a" }), "Ida"],
    [record("kim1", "Kim Lee"), "Kim"],
    [record("kim2", "Kim Lee"), "the other Kim"],
    [record("max", "Max Moritz", { email: "max@old.com" }), "Max"],
  ],
  target: [
    [record("sync", "Tandem", { email: "tandem@x.com" }), "Tandem"],
    [record("u1", "Berg, Anna", { email: "anna@x.com" }), "Anna"],
    [record("u2", "Bo C", { email: "bo@x.com" }), "Bo"],
    [record("k1", "Kim Lee"), "Kim"],
    [record("m9", "Moritz, M."), "Max"],
    [record("ida", "Ingo Daum", { email: "ingo@x.com" }), "Ingo"],
  ],
};

const SIDES = ["master", "target"] as const;
const humanOf = (on: Side, id: string): string => ACCOUNTS[on].find(([one]) => one.id === id)?.[1] ?? `nobody (${id})`;
const humansOf = (on: Side): readonly string[] => ACCOUNTS[on].map(([, human]) => human);
/** For whom a fallback user may stand: no account there, or none that is told without the user map. */
const isUnsure = (human: string): boolean => ["Kim", "the other Kim", "Max"].includes(human) || SIDES.some((on) => !humansOf(on).includes(human));

type Part = "owner" | "maker";
const FIELDS: Readonly<Record<Part, Readonly<Record<Side, string>>>> = { owner: { master: "owner", target: "assignee" }, maker: { master: "author", target: "reporter" } };
const TYPE: Readonly<Record<Side, string>> = { master: "story", target: "Story" };

const OWNER = "      - { master: owner, target: assignee }\n";
const withPeople = (owner: string | undefined, maker: string | undefined): string =>
  CONNECTION.replace(OWNER, [owner === undefined ? "" : `      - { master: owner, target: assignee${owner} }\n`, maker === undefined ? "" : `      - { master: author, target: reporter${maker} }\n`].join(""));

const FALLBACKS: Readonly<Record<Side, readonly string[]>> = { master: ["bo", "anna"], target: ["u2", "u1"] };
const fallback = (n: number): string => `, fallbackUser: { master: ${FALLBACKS.master[n] ?? ""}@x.com, target: ${n === 0 ? "bo" : "anna"}@x.com }`;
const HOW = ["", ", userMap: true", `, userMap: true${fallback(0)}`, `, userMap: true${fallback(1)}`, fallback(0), ", conflict: target", `, conflict: target, userMap: true${fallback(1)}`, ", direction: fromMaster", `, direction: toMaster${fallback(0)}`];
const BASE = withPeople(", userMap: true", ", userMap: true");

/** How a user map has somebody: read only on one side, on both, on none; or not at all. */
const HELD = ["no", "yes", "master", "target", "both"] as const;
type Held = (typeof HELD)[number];

/** Names of one person, and on which sides they are read only. */
interface MapOfTwo {
  readonly names: Readonly<Record<Side, string>>;
  readonly readOnly: readonly Side[];
}

const mapOfTwo = (held: Held, master: string, target: string): readonly MapOfTwo[] => (held === "no" ? [] : [{ names: { master, target }, readOnly: held === "yes" ? [] : held === "both" ? SIDES : [held] }]);

/** Of whom the user map alone tells: by their ids. */
const BY_MAP_ALONE: Readonly<Record<string, Readonly<Record<Side, string>>>> = { kim1: { master: "kim1", target: "k1" }, "max@old.com": { master: "max", target: "m9" } };

type Event =
  | { readonly do: "create"; readonly side: Side; readonly by: number; readonly owner: number }
  | { readonly do: "person"; readonly side: Side; readonly which: number; readonly part: Part; readonly who: number }
  | { readonly do: "points"; readonly side: Side; readonly which: number }
  | { readonly do: "iterate" }
  | { readonly do: "sweep" }
  | { readonly do: "killed"; readonly at: number; readonly when: "before" | "after" }
  | { readonly do: "lost reply"; readonly side: Side; readonly nth: number }
  | { readonly do: "mapping"; readonly owner: number | undefined; readonly maker: number | undefined }
  | { readonly do: "user map"; readonly kim: Held; readonly max: Held; readonly ida: boolean }
  | { readonly do: "leaves"; readonly side: Side; readonly who: number; readonly active: boolean }
  | { readonly do: "wait"; readonly seconds: number };

const side = fc.constantFrom<Side>("master", "target");
const one = fc.nat(6);
const mapped = fc.option(fc.nat(HOW.length - 1), { nil: undefined, freq: 4 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("create" as const), side, by: one, owner: fc.nat(8) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("person" as const), side, which: fc.nat(20), part: fc.constantFrom<Part>("owner", "owner", "maker"), who: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("points" as const), side, which: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.constant({ do: "iterate" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "sweep" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("killed" as const), at: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom<"before" | "after">("before", "after") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lost reply" as const), side, nth: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("mapping" as const), owner: mapped, maker: mapped }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("user map" as const), kim: fc.constantFrom(...HELD, "yes"), max: fc.constantFrom(...HELD, "yes"), ida: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leaves" as const), side, who: one, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 90_000 }) }) },
);

/** The oracle: whom people named where. It knows nothing of the engine. */
class Life {
  readonly stage: Stage;
  readonly store: Store;
  /** Humans that people, or the endpoint on behalf of one who made an item, put into a field. */
  readonly told = new Map<string, Set<string>>();
  readonly #people: Record<Side, PersonRecord[]> = { master: ACCOUNTS.master.map(([account]) => account), target: ACCOUNTS.target.map(([account]) => account) };
  /** What Anna does in the target is once, or was at some time, Ida's in the master; Ida is nobody in the target. */
  isIdaAnnas = false;
  #maps: readonly MapOfTwo[] = [];
  #serial = 0;

  constructor(kind: Kind) {
    const types = { master: MASTER_TYPES.map((type) => (type.name === "story" ? { ...type, fields: [...type.fields, field("author", "person", { onUpdate: false, atBirth: true })] } : type)), target: TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("reporter", "person")] } : type)) };
    const capabilities = { master: { ...kind.setup.how?.capabilities?.master, makers: ["author"] }, target: { ...kind.setup.how?.capabilities?.target, makers: ["reporter"] } };
    this.stage = openStage(kind, { connection: BASE, master: { types: types.master, people: this.#people.master, makers: ["author"] }, target: { types: types.target, people: this.#people.target, makers: ["reporter"] }, how: { ...kind.setup.how, capabilities } });
    const lookup = async (from: string, _to: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly PartnerName[]>> => {
      const [mine, theirs] = from === "alpha" ? (["master", "target"] as const) : (["target", "master"] as const);
      return new Map(names.flatMap((name) => {
        const found = this.#maps.filter((map) => map.names[mine] === name).map((map): PartnerName => ({ name: map.names[theirs], ...(map.readOnly.includes(theirs) ? { readOnly: true } : {}) }));
        return found.length === 0 ? [] : [[name, found] as const];
      }));
    };
    this.store = { ...this.stage.store, userMaps: { ...this.stage.store.userMaps, lookup } };
  }

  #tell(on: Side, item: MemoryItem, part: Part, value: Value | undefined): void {
    const key = `${on} ${item.id} ${part}`;
    const humans = this.told.get(key) ?? new Set<string>();
    this.told.set(key, humans);
    if (value !== null && typeof value === "object" && "person" in value) humans.add(humanOf(on, value.person));
  }

  #who(on: Side, n: number): Value {
    const account = ACCOUNTS[on][n + 1]?.[0];
    return account === undefined ? null : { person: account.id };
  }

  async #iterate(more: { readonly sweep?: boolean } = {}, hooks?: Stage["how"]["hooks"]): Promise<void> {
    this.stage.w.time.ms += 1000;
    const before = this.#written();
    try {
      await this.stage.w.iterate({ ...more, accept: { namesakes: true } }, { store: this.store, ...(hooks === undefined ? this.stage.how : { hooks }) });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    this.#checkReadOnly(before);
  }

  /** Whom our account has put where so far, in the order of each item's history. */
  #written(): ReadonlyMap<string, readonly Value[]> {
    return new Map(SIDES.flatMap((on) => itemsOf(this.stage.w[on], TYPE[on]).flatMap((item) => Object.values(FIELDS).map((names) => [`${on} ${item.id} ${names[on]}`, writtenBySync(item, names[on])] as const))));
  }

  #checkReadOnly(before: ReadonlyMap<string, readonly Value[]>): void {
    const never = new Set(this.#maps.flatMap(({ names, readOnly }) => readOnly.flatMap((on) => BY_MAP_ALONE[names.master]?.[on] ?? [])));
    for (const [key, values] of this.#written()) for (const value of values.slice(before.get(key)?.length ?? 0)) if (value !== null && typeof value === "object" && "person" in value) expect([key, value.person, never.has(value.person)]).toEqual([key, value.person, false]);
  }

  async happen(what: Event): Promise<void> {
    const { stage } = this;
    const { w } = stage;
    if (what.do === "create") {
      w.time.ms += 1000;
      const owner = this.#who(what.side, what.owner);
      const by = ACCOUNTS[what.side][1 + (what.by % (ACCOUNTS[what.side].length - 1))]?.[0].id ?? "";
      const item = w[what.side].create(by, TYPE[what.side], what.side === "master" ? "P" : "Q", { name: `v${++this.#serial}`, [FIELDS.owner[what.side]]: owner });
      this.#tell(what.side, item, "owner", owner);
      this.#tell(what.side, item, "maker", { person: by });
    } else if (what.do === "person" || what.do === "points") {
      const items = itemsOf(w[what.side], TYPE[what.side]);
      const item = items[what.which % Math.max(1, items.length)];
      if (item === undefined) return;
      if (what.do === "points") return edit(w, what.side, item, { [what.side === "master" ? "points" : "estimate"]: ++this.#serial });
      // Nobody changes who made an item on the master.
      if (what.part === "maker" && what.side === "master") return;
      const value = this.#who(what.side, what.who);
      edit(w, what.side, item, { [FIELDS[what.part][what.side]]: value });
      this.#tell(what.side, item, what.part, value);
    } else if (what.do === "iterate") await this.#iterate();
    else if (what.do === "sweep") await this.#iterate({ sweep: true });
    else if (what.do === "killed") {
      stage.arm(what.at, what.when);
      await this.#iterate();
      stage.revive();
    } else if (what.do === "lost reply") {
      let writes = 0;
      await this.#iterate({}, { [what.side]: { after: (call: string) => { if ((call === "create" || call === "update") && ++writes === what.nth) throw new LostReply(); } } });
    } else if (what.do === "mapping") w.define(withPeople(what.owner === undefined ? undefined : HOW[what.owner], what.maker === undefined ? undefined : HOW[what.maker]));
    else if (what.do === "user map") {
      this.#maps = [...mapOfTwo(what.kim, "kim1", "k1"), ...mapOfTwo(what.max, "max@old.com", "m9"), ...mapOfTwo(what.ida ? "target" : "no", "ida", "anna@x.com")];
      this.isIdaAnnas ||= what.ida;
    }
    else if (what.do === "leaves") {
      const at = 1 + (what.who % (this.#people[what.side].length - 1));
      const account = this.#people[what.side][at];
      // Of two who share a name and have no address, the one who stays is meant by it: docs/mapping/values.md says so.
      if (account !== undefined && account.name !== "Kim Lee") this.#people[what.side][at] = { ...account, active: what.active };
    } else w.time.ms += what.seconds * 1000;
  }

  async quiet(): Promise<void> {
    const { w } = this.stage;
    for (const on of SIDES) for (const [at, account] of this.#people[on].entries()) this.#people[on][at] = { ...account, active: true };
    this.#maps = [...mapOfTwo("yes", "kim1", "k1"), ...mapOfTwo("yes", "max@old.com", "m9")];
    w.define();
    for (let n = 0; n < 4; n++) {
      w.time.ms += 26 * 3_600_000;
      await this.#iterate({ sweep: n === 1 });
    }
  }
}

/** What our account put into a field: at the creation, and by each edit. */
const writtenBySync = (item: MemoryItem, name: string): readonly Value[] => {
  const changes = item.history.filter((change) => change.field === name);
  const first = changes[0] === undefined ? (item.fields[name] ?? null) : changes[0].before;
  const later = changes.flatMap((change, index) => (change.by === "sync" ? [changes[index + 1] === undefined ? (item.fields[name] ?? null) : (changes[index + 1]?.before ?? null)] : []));
  return [...(item.createdBy === "sync" ? [first] : []), ...later];
};

const check = (life: Life): void => {
  const { w, store } = life.stage;
  const { links } = store.content() as { readonly links: readonly Readonly<Record<Side, string>>[] };
  for (const on of SIDES)
    for (const item of itemsOf(w[on], TYPE[on])) {
      const other: Side = on === "master" ? "target" : "master";
      const partner = links.find((link) => link[on] === item.id)?.[other];
      for (const part of ["owner", "maker"] as const) {
        const told = new Set([...(life.told.get(`${on} ${item.id} ${part}`) ?? []), ...(life.told.get(`${other} ${partner ?? ""} ${part}`) ?? [])]);
        const written = writtenBySync(item, FIELDS[part][on]);
        const madeBySync = item.createdBy === "sync" && JSON.stringify(written[0]) === JSON.stringify({ person: "sync" }) ? written[0] : undefined;
        for (const value of written) {
          if (value === null || typeof value !== "object" || !("person" in value)) continue;
          // Whoever makes an item stands there: the endpoint put it there, we did not.
          if (part === "maker" && value === madeBySync) continue;
          const standsIn = (FALLBACKS[on].includes(value.person) && [...told].some(isUnsure)) || (life.isIdaAnnas && on === "master" && value.person === "ida" && told.has("Anna"));
          expect([`${item.id} ${part}: ${value.person}`, [...told], told.has(humanOf(on, value.person)) || standsIn]).toEqual([`${item.id} ${part}: ${value.person}`, [...told], true]);
        }
      }
    }
};

/** Whom both know is the same on both, once all is quiet. */
const checkInStep = (life: Life): void => {
  const { w, store } = life.stage;
  const { links } = store.content() as { readonly links: readonly Readonly<Record<Side, string>>[] };
  for (const link of links) {
    const owners = SIDES.map((on) => {
      const value = itemsOf(w[on], TYPE[on]).find((item) => item.id === link[on])?.fields[FIELDS.owner[on]];
      return value !== null && typeof value === "object" && "person" in value ? humanOf(on, value.person) : "nobody";
    });
    if (owners.every((human) => human === "nobody" || !isUnsure(human))) {
      const told = SIDES.flatMap((on) => [...(life.told.get(`${on} ${link[on]} owner`) ?? [])]);
      // Once somebody unsure was told, a fallback user may still stand for them.
      if (!told.some(isUnsure)) expect([link, owners[0]]).toEqual([link, owners[1]]);
    }
  }
};

afterAll(() => figure(`lives of people: ${SEQUENCES} sequences on each of ${KINDS.length} kinds of endpoints, seed ${SEED}`));

describe("random life of people", () => {
  it.each(KINDS.map((kind) => [kind.title, kind] as const))(
    "writes nobody whom nobody has told: %s",
    async (_title, kind) => {
      await fc.assert(
        fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 25 }), async (events) => {
          const life = new Life(kind);
          for (const what of events) await life.happen(what);
          // Only then does the store know all pairs; histories tell what was written meanwhile.
          await life.quiet();
          check(life);
          checkInStep(life);
        }),
        { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
      );
    },
    Math.max(600_000, SEQUENCES * 1000),
  );
});
