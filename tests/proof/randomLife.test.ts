import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { otherSide, type Side, type Value } from "../../lib/core/types.ts";
import { edit, itemsOf, MASTER_TYPES, TARGET_TYPES } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { Killed, type Kind, openStage, PAIRS, type Stage } from "./killing.ts";
import { BASE, type Event, event, MAPPINGS, restoredEvent, slicedEvent } from "./lifeEvents.ts";

/** On each pair of kinds of endpoints. */
const SEQUENCES = Number(process.env.TANDEM_SEQUENCES ?? 120);
const SEED = Number(process.env.TANDEM_SEED ?? 20261126);

const PROJECTS: Readonly<Record<Side, readonly string[]>> = { master: ["P", "P2"], target: ["Q", "Q2"] };
const HIDDEN = "hidden";
const SLICES = ["P~Q", "P2~Q2"] as const;
const sliced = (text: string): string => text.replace("name: demo\n", "name: demo\nslices: projectPair\n").replace('  - { master: "P", target: "Q" }', '  - { master: "P", target: "Q" }\n  - { master: "P2", target: "Q2" }');

const TYPE: Readonly<Record<Side, string>> = { master: "story", target: "Story" };
const FIELD: Readonly<Record<"name" | "points" | "phase", Readonly<Record<Side, string>>>> = { name: { master: "name", target: "name" }, points: { master: "points", target: "estimate" }, phase: { master: "phase", target: "status" } };
const PHASES: readonly (readonly [string, string])[] = [["New", "To Do"], ["In Progress", "Doing"], ["Done", "Done"]];

const sameMoment = (on: Side, item: MemoryItem, field: string, value: Value | undefined, at: string): string => JSON.stringify([on, item.id, field, value, at]);

/** The oracle: what people wrote, and how many items they made. It knows nothing of the engine. */
class Life {
  readonly stage: Stage;
  readonly planned = new Set<string>();
  readonly said: string[] = [];
  /** Edits in the middle of a run: item, field, value, and when. */
  readonly meanwhile = new Set<string>();
  made = 0;
  /** Of a store that was put back only a part remembers. */
  wasPutBack = false;
  #saved: ((from?: string) => void) | undefined;
  #savedAt = "";
  readonly #empty: (from?: string) => void;
  #serial = 100;
  readonly #inSlices: boolean;

  constructor(kind: Kind, inSlices: boolean) {
    const projectsOf = (on: Side) => PROJECTS[on].map((id) => ({ id, name: id }));
    this.stage = openStage(kind, inSlices ? { connection: sliced(BASE), master: { projects: projectsOf("master"), types: MASTER_TYPES }, target: { projects: projectsOf("target"), types: TARGET_TYPES } } : { connection: BASE });
    this.#inSlices = inSlices;
    this.#empty = this.stage.store.save();
  }

  /** What nobody can see when a store is put back is nowhere to be found again: docs/proof.md says so. */
  async putBack(empty: boolean): Promise<void> {
    await this.goHome(HIDDEN);
    this.wasPutBack = true;
    if (empty || this.#saved === undefined) this.#empty("2026-01-01T00:00:00.000Z");
    else this.#saved(this.#savedAt);
    this.stage.w.time.ms += 3_600_000;
  }

  make(on: Side, slice = this.#inSlices ? this.#serial % 2 : 0): void {
    const { w } = this.stage;
    w.time.ms += 1000;
    const project = PROJECTS[on][slice] ?? "";
    w[on].create(on === "master" ? "anna" : "u1", TYPE[on], project, { name: this.value(on, "name"), [FIELD.points[on]]: this.value(on, "points") });
    this.made++;
  }

  /** To the other project, or to this one. */
  move(on: Side, item: MemoryItem, to = PROJECTS[on].find((project) => project !== item.project) ?? ""): void {
    if (item.project === to) return;
    item.project = to;
    edit(this.stage.w, on, item, {});
  }

  /** One of the newest: of those most is in hand. */
  moveOne(on: Side, which: number): void {
    const item = itemsOf(this.stage.w[on], TYPE[on]).at(-1 - which);
    if (item !== undefined && !this.isNameless(on, item)) this.move(on, item);
  }

  /** Each where its pair is worked on. */
  async goHome(from?: string): Promise<void> {
    const { w, store } = this.stage;
    const sets = new Map((await store.syncSets.list("demo")).map(({ id, key }) => [id, key.slice(key.lastIndexOf("/") + 1).split("~")]));
    const { links } = store.content() as { readonly links: readonly (Readonly<Record<Side, string>> & { readonly set: number })[] };
    for (const link of links)
      for (const [at, on] of (["master", "target"] as const).entries()) {
        const item = itemsOf(w[on], TYPE[on]).find(({ id }) => id === link[on]);
        if (item !== undefined && (from === undefined || item.project === from)) this.move(on, item, sets.get(link.set)?.[at]);
      }
  }

  /** One of a pair: out of the account's sight, in a project that nobody maps. */
  hide(on: Side, which: number): void {
    const items = itemsOf(this.stage.w[on], TYPE[on]);
    const item = items[which % Math.max(1, items.length)];
    const { links } = this.stage.store.content() as { readonly links: readonly Readonly<Record<Side, string>>[] };
    if (item !== undefined && links.some((link) => link[on] === item.id)) this.move(on, item, HIDDEN);
  }

  value(on: Side, field: "name" | "points" | "phase"): Value {
    this.#serial++;
    if (field === "name") return `v${this.#serial}`;
    if (field === "points") return this.#serial;
    return { choice: PHASES[this.#serial % 3]?.[on === "master" ? 0 : 1] ?? "" };
  }

  edit(on: Side, which: number, field: "name" | "points" | "phase"): void {
    const items = itemsOf(this.stage.w[on], TYPE[on]);
    const item = items[which % Math.max(1, items.length)];
    if (item === undefined || (field === "name" && this.isNameless(on, item))) return;
    edit(this.stage.w, on, item, { [FIELD[field][on]]: this.value(on, field) });
  }

  /** Made by a run that was killed before it knew, where the name is all there is to find it by: renamed, it waits for a person. */
  isNameless(on: Side, item: MemoryItem): boolean {
    if (item.createdBy !== "sync" || item.intent !== undefined) return false;
    const { links } = this.stage.store.content() as { readonly links: readonly Readonly<Record<Side, string>>[] };
    return !links.some((link) => link[on] === item.id);
  }

  say(on: Side, which: number): void {
    const { w } = this.stage;
    const items = itemsOf(w[on], TYPE[on]);
    const item = items[which % Math.max(1, items.length)];
    if (item === undefined) return;
    const by = on === "master" ? "anna" : "u1";
    const text = `said${++this.#serial}.`;
    w.time.ms += 1000;
    item.comments.push({ id: `p${this.#serial}`, author: { person: by, name: "Anna" }, createdAt: w[on].now(), changedAt: w[on].now(), text: `<p>${text}</p>`, restricted: false });
    // Where comments are told apart, their item stays as it is.
    if (this.stage.talk[on] !== "apart") w[on].update(by, item, {});
    this.said.push(text);
  }

  /** One that a person wrote there is given other words. */
  reword(on: Side, which: number): void {
    const { w } = this.stage;
    const written = itemsOf(w[on], TYPE[on]).flatMap((item) => item.comments.filter(({ id }) => id.startsWith("p")).map((comment) => ({ item, comment })));
    const one = written[which % Math.max(1, written.length)];
    if (one === undefined) return;
    const { item, comment } = one;
    const text = `said${++this.#serial}.`;
    w.time.ms += 1000;
    item.comments.splice(item.comments.indexOf(comment), 1, { ...comment, changedAt: w[on].now(), text: `<p>${text}</p>` });
    if (this.stage.talk[on] !== "apart") w[on].update(on === "master" ? "anna" : "u1", item, {});
    this.said.splice(this.said.indexOf(/said\d+\./.exec(comment.text)?.[0] ?? ""), 1, text);
  }

  note = (plan: ItemPlan): void => {
    if (plan.kind === "create") for (const change of plan.changes) this.planned.add(JSON.stringify(["create", plan.side, plan.from.id, change.field, change.after]));
    if (plan.kind === "pair") for (const on of ["master", "target"] as const) for (const change of plan.changes[on]) this.planned.add(JSON.stringify([plan[on].id, change.field, change.after]));
  };

  async iterate(more: { readonly sweep?: boolean; readonly slice?: string } = {}, hooks?: Stage["how"]["hooks"]): Promise<void> {
    this.stage.w.time.ms += 1000;
    try {
      await this.stage.w.iterate({ ...more, accept: { empty: true }, onPlan: this.note }, { store: this.stage.store, ...(hooks === undefined ? this.stage.how : { hooks }) });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  async slices(order: readonly number[] | "at once", hooks?: Stage["how"]["hooks"]): Promise<void> {
    if (order === "at once") await Promise.all(SLICES.map((slice) => this.iterate({ slice }, hooks)));
    else for (const at of order) await this.iterate({ slice: SLICES[at] ?? SLICES[0] }, hooks);
  }

  async happen(what: Event): Promise<void> {
    const { stage } = this;
    const { w } = stage;
    if (what.do === "create") this.make(what.side);
    else if (what.do === "move") this.moveOne(what.side, what.which);
    else if (what.do === "hide") this.hide(what.side, what.which);
    else if (what.do === "show") await this.goHome(HIDDEN);
    else if (what.do === "put back") await this.putBack(what.empty);
    else if (what.do === "backup") {
      this.#saved = stage.store.save();
      this.#savedAt = new Date(w.time.ms).toISOString();
    } else if (what.do === "slices") {
      if (what.killed !== undefined) stage.arm(what.killed.at, what.killed.when);
      await this.slices(what.order);
      stage.revive();
    } else if (what.do === "move meanwhile") {
      let calls = 0;
      this.make(what.side, what.slice);
      // The item that both have in hand.
      const meddle = async (): Promise<void> => {
        if (++calls !== what.call) return;
        this.moveOne(what.side, 0);
        await this.slices([1 - what.slice]);
      };
      await this.slices([what.slice], { master: { [what.when]: meddle }, target: { [what.when]: meddle } });
    } else if (what.do === "killed after its create") {
      const after = (call: string): void => {
        if (call === "create") throw new Killed();
      };
      this.make(otherSide(what.side), what.slice);
      await this.slices([what.slice], { [what.side]: { after } });
      if (what.moves) this.moveOne(otherSide(what.side), 0);
    } else if (what.do === "edit") this.edit(what.side, what.which, what.field);
    else if (what.do === "wait") w.time.ms += what.seconds * 1000;
    else if (what.do === "mapping") w.define(this.#inSlices ? sliced(MAPPINGS[what.which] ?? BASE) : MAPPINGS[what.which]);
    else if (what.do === "comment") this.say(what.side, what.which);
    else if (what.do === "edit of a comment") this.reword(what.side, what.which);
    else if (what.do === "index lag") w[what.side].searchLag = what.seconds;
    else if (what.do === "iterate") await this.iterate();
    else if (what.do === "sweep") await this.iterate({ sweep: true });
    else if (what.do === "killed") {
      stage.arm(what.at, what.when);
      await this.iterate();
      stage.revive();
    } else if (what.do === "lost reply") {
      let writes = 0;
      await this.iterate({}, { [what.side]: { after: (call: string) => { if ((call === "create" || call === "update") && ++writes === what.nth) throw new LostReply(); } } });
    } else {
      let calls = 0;
      const meddle = (): void => {
        if (++calls !== what.call) return;
        this.edit(what.side, what.call, what.field);
        for (const item of itemsOf(w[what.side], TYPE[what.side])) this.meanwhile.add(sameMoment(what.side, item, FIELD[what.field][what.side], item.fields[FIELD[what.field][what.side]], w[what.side].now()));
      };
      await this.iterate({}, { [what.side]: what.when === "before" ? { before: meddle } : { after: meddle } });
    }
  }

  async quiet(): Promise<void> {
    const { w } = this.stage;
    w.master.searchLag = 0;
    w.target.searchLag = 0;
    w.define();
    for (let n = 0; n < 4; n++) {
      w.time.ms += 7 * 3_600_000;
      await this.iterate({ sweep: n === 1 });
    }
    await this.goHome();
    for (let n = 0; n < 3; n++) {
      w.time.ms += 7 * 3_600_000;
      await this.iterate({ sweep: n === 1 });
    }
  }
}

const same = (on: Side, field: keyof typeof FIELD, master: MemoryItem, target: MemoryItem): boolean => {
  const [a, b] = [master.fields[FIELD[field].master] ?? null, target.fields[FIELD[field].target] ?? null];
  if (field !== "phase") return a === b;
  if (a === null || b === null) return a === b;
  return PHASES.some(([m, t]) => JSON.stringify(a) === JSON.stringify({ choice: m }) && JSON.stringify(b) === JSON.stringify({ choice: t })) || on === "target";
};

const check = (life: Life): void => {
  const { w, store } = life.stage;
  const masters = itemsOf(w.master, "story");
  const targets = itemsOf(w.target, "Story");
  expect({ masters: masters.length, targets: targets.length }).toEqual({ masters: life.made, targets: life.made });
  const { links } = store.content() as { links: readonly { readonly master: string; readonly target: string }[] };
  expect(links).toHaveLength(life.made);
  for (const link of links) {
    const [master, target] = [masters.find((item) => item.id === link.master), targets.find((item) => item.id === link.target)];
    if (master === undefined || target === undefined) throw new Error("a link without its items");
    const texts = [master, target].map((item) => item.comments.map(({ text }) => /said\d+\./.exec(text)?.[0] ?? text).toSorted());
    expect(texts[0]).toEqual(texts[1]);
    for (const field of ["name", "points", "phase"] as const) expect([field, master.fields[FIELD[field].master], target.fields[FIELD[field].target], same("master", field, master, target)]).toEqual([field, master.fields[FIELD[field].master], target.fields[FIELD[field].target], true]);
  }
  expect(masters.flatMap((item) => item.comments.map(({ text }) => /said\d+\./.exec(text)?.[0] ?? text)).toSorted()).toEqual(life.said.toSorted());
  const kept = new Set(store.outcomeRows.flatMap((row) => Object.values(row.before ?? {})).map((value) => JSON.stringify(value)));
  for (const on of ["master", "target"] as const)
    for (const item of itemsOf(w[on], TYPE[on]))
      for (const change of item.history) {
        if (change.by !== "sync") continue;
        // In the instant before our write, on an endpoint that keeps no revisions: docs/proof.md says so.
        if (life.stage.blind[on] && life.meanwhile.has(sameMoment(on, item, change.field, change.before, change.at))) continue;
        const replaced = JSON.stringify(change.before);
        if (change.before !== null && !life.wasPutBack) expect([`${on} ${item.id} ${change.field}: ${replaced} was replaced`, kept.has(replaced)]).toEqual([`${on} ${item.id} ${change.field}: ${replaced} was replaced`, true]);
      }
};

/** Where a name is all there is to find what lost days made, what was renamed meanwhile waits for a person; nothing is made twice. */
const checkCounts = (life: Life): void => {
  const { w } = life.stage;
  for (const on of ["master", "target"] as const) expect([on, itemsOf(w[on], TYPE[on]).length <= life.made]).toEqual([on, true]);
};

const isNamedOnly = ({ setup }: Kind): boolean => (["master", "target"] as const).some((on) => setup.how?.capabilities?.[on]?.marker === "search");

/** Everything we wrote stood in a plan. */
const checkPlanned = (life: Life): void => {
  const { w } = life.stage;
  for (const on of ["master", "target"] as const)
    for (const item of itemsOf(w[on], TYPE[on])) {
      const values = [...item.history, { field: "", before: null, by: "", at: "", revision: Number.POSITIVE_INFINITY }];
      values.forEach((change, index) => {
        if (change.by !== "sync") return;
        const next = values.slice(index + 1).find((later) => later.field === change.field);
        const written = next === undefined ? (item.fields[change.field] ?? null) : next.before;
        expect([`${on} ${item.id} ${change.field} = ${JSON.stringify(written)}`, life.planned.has(JSON.stringify([item.id, change.field, written]))]).toEqual([`${on} ${item.id} ${change.field} = ${JSON.stringify(written)}`, true]);
      });
    }
};

afterAll(() => figure(`random life: ${SEQUENCES} sequences on each of ${PAIRS.length} pairs of kinds of endpoints, seed ${SEED}`));

/** An eighth of all lives, a quarter with those in which a backup is put back. */
const SOME = Math.floor(SEQUENCES / 8);
const LIVES = [["", event, SEQUENCES - 2 * SOME], [", in slices", slicedEvent, SOME], [", in slices and put back", restoredEvent, SOME]] as const;

describe("random life", () => {
  it.each(PAIRS.flatMap((kind) => LIVES.map(([words, events, runs]) => [kind.title + words, kind, events, runs] as const)))(
    "ends in step, with nothing twice, nothing lost and nothing unplanned: %s",
    async (_title, kind, which, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(which, { minLength: 3, maxLength: 25 }), async (events) => {
          const life = new Life(kind, which !== event);
          for (const what of events) await life.happen(what);
          await life.quiet();
          if (life.wasPutBack && isNamedOnly(kind)) return checkCounts(life);
          check(life);
          checkPlanned(life);
        }),
        { numRuns, seed: SEED, endOnFailure: false },
      );
    },
    Math.max(600_000, SEQUENCES * 1000),
  );
});
