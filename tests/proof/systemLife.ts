// The life of two real systems, and an oracle that knows nothing of the engine: what people wrote, and how many items, comments and
// files they made. It looks at the systems themselves; of the store it asks who is whose partner, and the record.

import { expect } from "vitest";
import { TandemError } from "../../lib/core/errors.ts";
import { asList, isItemRef, type Side, type Value } from "../../lib/core/types.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { writesOf } from "../support/systems/pair.ts";
import { type Event, isWrite, type Meanwhile, type Said, TRICKS } from "./systemEvents.ts";
import { edit, plan } from "./systemScenarios.ts";
import type { Lie, SystemStage } from "./systemStage.ts";

const SIDES = ["master", "target"] as const;

const textsOf = (value: unknown): readonly string[] => (typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [String(value)]);

type Ends = Readonly<Record<Side, string>>;

/** What came true of all lives so far: a kill may be ordered for a step that a run does not come to. */
export const happened = { kills: 0, lies: 0, meanwhile: 0, putBack: 0, lagging: 0 };

export class SystemLife {
  readonly #stage: SystemStage;
  readonly #made: Record<Side, Set<string>> = { master: new Set(), target: new Set() };
  /** The last value people gave a field of an item. */
  readonly #last = new Map<string, string>();
  readonly #said: string[] = [];
  readonly #attached: string[] = [];
  readonly #deleted: Record<Side, number> = { master: 0, target: 0 };
  readonly #held: readonly unknown[];
  readonly #first: () => void;
  #backup: (() => void) | undefined;
  #serial = 100;
  /** Of a store that was put back only a part remembers. */
  #wasPutBack = false;

  /** What is held by now was so before this life: of two releases of one name, for instance, that nobody has matched. */
  constructor(stage: SystemStage) {
    this.#stage = stage;
    this.#held = this.#content()["quarantine"] ?? [];
    this.#first = this.#save();
  }

  #save(): () => void {
    const [back, at] = [this.#stage.store.save(), this.#stage.now()];
    return () => back(at);
  }

  #content(): Readonly<Record<string, readonly unknown[]>> {
    return this.#stage.store.content() as Readonly<Record<string, readonly unknown[]>>;
  }

  /** Who is whose partner, of the items or of the releases. */
  async #links(of: "items" | "releases"): Promise<readonly Ends[]> {
    const { ends, store } = this.#stage;
    const key = this.#stage.connection().syncSets.find((set) => set.master.type === (of === "items" ? ends.master.type : ends.master.release.type))?.key;
    const id = (await store.syncSets.list("demo")).find((row) => row.key === key)?.id;
    return (this.#content()["links"] as readonly (Ends & { readonly set: number })[]).filter((link) => link.set === id);
  }

  /** Items of this life. */
  async #rows(on: Side): Promise<readonly { readonly id: string; readonly name: string }[]> {
    const rows = await this.#stage.hosts[on].rows(this.#stage.ends[on].type);
    return rows.filter(({ name }) => /^v\d+$/.test(name)).toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  async #one(on: Side, which: number): Promise<{ readonly id: string; readonly name: string } | undefined> {
    const rows = await this.#rows(on);
    return rows[which % Math.max(1, rows.length)];
  }

  #value(what: Said): string | number {
    this.#serial++;
    return what === "name" ? `v${this.#serial}` : this.#serial;
  }

  #edit(on: Side, more: Readonly<Record<string, unknown>>): Promise<string> {
    const { type, project, hand } = this.#stage.ends[on];
    return this.#stage.hosts[on].edit({ action: "update", type, project, author: hand.author, ...more });
  }

  /** Answers whether a person's deed came true: ALM/QC lets nobody at an item that a killed run has open still. */
  async #try(deed: () => Promise<unknown>): Promise<boolean> {
    try {
      await deed();
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes("is locked by the user")) throw error;
      return false;
    }
  }

  async #create(on: Side): Promise<void> {
    const end = this.#stage.ends[on];
    const [name, points] = [this.#value("name"), this.#value("points")];
    const required = Object.fromEntries(Object.entries(end.required ?? {}).map(([field, value]) => [field, (value as { readonly choice?: unknown }).choice ?? value]));
    const id = await this.#edit(on, { action: "create", fields: { [end.name]: name, [end.points]: points, ...required } });
    this.#made[on].add(id);
    this.#last.set(JSON.stringify([on, id, "name"]), String(name));
    this.#last.set(JSON.stringify([on, id, "points"]), String(points));
  }

  /** Made by a run that died before it knew, where the name may be all there is to find it by: renamed, it waits for a person. */
  async #isNameless(on: Side, id: string): Promise<boolean> {
    return !this.#made[on].has(id) && !(await this.#links("items")).some((link) => link[on] === id);
  }

  /** Not what a killed run has just made: a person cannot know it, and nobody could tell it from what was never made. */
  async #delete(on: Side, which: number): Promise<void> {
    const row = await this.#one(on, which);
    if (row === undefined || (await this.#isNameless(on, row.id))) return;
    if (!(await this.#try(() => this.#edit(on, { action: "delete", id: row.id })))) return;
    this.#deleted[on]++;
    for (const what of ["name", "points"]) this.#last.delete(JSON.stringify([on, row.id, what]));
  }

  async #change(on: Side, which: number, what: Said, meanwhile: boolean): Promise<void> {
    const row = await this.#one(on, which);
    if (row === undefined || (what === "name" && (await this.#isNameless(on, row.id)))) return;
    const value = this.#value(what);
    if (!(await this.#try(() => this.#edit(on, { id: row.id, fields: { [this.#stage.ends[on][what]]: value } })))) return;
    if (meanwhile) happened.meanwhile++;
    this.#last.set(JSON.stringify([on, row.id, what]), String(value));
  }

  /** As a process of its own; that systems lie may stop it, our own bug may not. */
  async #iterate(sweep = false): Promise<void> {
    try {
      await this.#stage.iterate({ sweep });
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
    }
  }

  /** Bends the n-th call of a side, or the n-th that writes, while one iteration runs. */
  async #under(on: Side, nth: number, writes: boolean, bent: Lie): Promise<void> {
    let calls = 0;
    this.#stage.lie(on, (request, handle) => ((!writes || isWrite(this.#stage.ends[on], request)) && ++calls === nth ? bent(request, handle) : handle(request)));
    await this.#iterate();
    this.#stage.lie(on);
    if (calls >= nth) happened.lies++;
  }

  #editAtWrite({ side: on, which, nth, field }: Meanwhile): void {
    let writes = 0;
    this.#stage.lie(on, async (request, handle) => {
      if (isWrite(this.#stage.ends[on], request) && ++writes === nth) await this.#change(on, which, field, true);
      return handle(request);
    });
  }

  /** No further than its connector takes for possible. */
  #lag(on: Side, seconds: number): void {
    this.#stage.hosts[on].lag(Math.min(seconds, this.#stage.ends[on].lagSeconds));
    if (seconds > 0) happened.lagging++;
  }

  /** A few items in step: else most of what people do would be done to nothing. */
  async begin(lagging: Readonly<Record<Side, number>>): Promise<void> {
    for (const on of SIDES) this.#lag(on, lagging[on]);
    for (const on of SIDES) for (let n = 0; n < 2; n++) await this.#create(on);
    await this.#iterate();
  }

  async happen(what: Event): Promise<void> {
    const stage = this.#stage;
    if (what.do === "killed" || what.do === "lie" || what.do === "edit meanwhile") for (const deed of what.first) await this.happen(deed);
    stage.later(what.do === "wait" ? what.seconds : 2);
    if (what.do === "create") await this.#create(what.side);
    else if (what.do === "edit") await this.#change(what.side, what.which, what.field, false);
    else if (what.do === "status") {
      const row = await this.#one(what.side, what.which);
      if (row !== undefined) await this.#try(() => edit(stage, what.side, row.name, { status: { choice: stage.ends[what.side].statuses[what.to] ?? "" } }));
    } else if (what.do === "comment") {
      const row = await this.#one(what.side, what.which);
      if (row === undefined) return;
      const text = `said${++this.#serial}.`;
      if (await this.#try(() => this.#edit(what.side, { action: "comment", id: row.id, fields: { text } }))) this.#said.push(text);
    } else if (what.do === "attach") {
      const row = await this.#one(what.side, what.which);
      if (row === undefined) return;
      const name = `file${++this.#serial}.txt`;
      if (await this.#try(() => this.#edit(what.side, { action: "attach", id: row.id, fields: { name, content: name, contentType: "text/plain" } }))) this.#attached.push(name);
    } else if (what.do === "plan") {
      const [row, releases] = [await this.#one(what.side, what.which), await this.#links("releases")];
      const release = releases[what.release % Math.max(1, releases.length)];
      if (row !== undefined && release !== undefined) await this.#try(() => plan(stage, what.side, [row.name], release[what.side]));
    } else if (what.do === "iterate" || what.do === "sweep") await this.#iterate(what.do === "sweep");
    else if (what.do === "delete") await this.#delete(what.side, what.which);
    else if (what.do === "backup") this.#backup = this.#save();
    else if (what.do === "put back") {
      this.#wasPutBack = true;
      happened.putBack++;
      (what.first ? this.#first : (this.#backup ?? this.#first))();
      stage.later(3600);
    } else if (what.do === "lag") this.#lag(what.side, what.seconds);
    else if (what.do === "killed") {
      if (what.meanwhile !== undefined) this.#editAtWrite(what.meanwhile);
      try {
        if (await stage.killed(what.at, what.when, (context) => syncIteration(context, { accept: { namesakes: true } }))) happened.kills++;
      } catch (error) {
        if (!(error instanceof TandemError)) throw error;
      }
      for (const on of SIDES) stage.lie(on);
    } else if (what.do === "lie") await this.#under(what.side, what.nth, what.writes, TRICKS[what.trick]);
    else if (what.do === "edit meanwhile")
      await this.#under(what.side, what.nth, false, async (request, handle) => {
        if (what.when === "before") await this.#change(what.side, what.which, what.field, true);
        const reply = await handle(request);
        if (what.when === "after") await this.#change(what.side, what.which, what.field, true);
        return reply;
      });
  }

  /**
   * Where a name is all there is to find it by, what was made in lost days and renamed meanwhile waits for a person; where nobody
   * tells who made an item, all that is new does. An older status that wins then may be one to which no workflow leads back.
   */
  async #mayWait(): Promise<boolean> {
    const isStuck = this.#stage.store.outcomeRows.some(({ action, reason }) => action === "hold" && reason.includes("the workflow does not lead there"));
    return this.#wasPutBack && (isStuck || (await this.#mayBeAnybodys()));
  }

  #mayBeAnybodys(): Promise<boolean> {
    return this.#stage.run(async ({ connectors }) => SIDES.some((on) => connectors[on].capabilities.marker === "search" || connectors[on].ownItems === undefined));
  }

  /** Life ends, runs go on until there is nothing to do, and this is what must be. */
  async end(): Promise<void> {
    const stage = this.#stage;
    for (const on of SIDES) stage.hosts[on].lag(0);
    let still = 0;
    for (let n = 0; n < 14 && still < 2; n++) {
      stage.later(900);
      const result = await stage.iterate({ sweep: n === 1 });
      still = n > 1 && writesOf(result) === 0 && result.status === "done" ? still + 1 : 0;
    }
    const made = this.#made.master.size + this.#made.target.size;
    if (await this.#mayWait()) {
      for (const on of SIDES) expect({ on, tooMany: Math.max(0, (await this.#rows(on)).length - made) }).toEqual({ on, tooMany: 0 });
      return;
    }
    if (this.#deleted.master + this.#deleted.target > 0) return this.#checkDeleted(made);
    const { intents, quarantine, pending, conflicts } = this.#content();
    expect({ still, intents, quarantine: quarantine?.filter((row) => !this.#held.includes(row)), pending, conflicts }).toEqual({ still: 2, intents: [], quarantine: [], pending: [], conflicts: [] });
    await this.#check(made);
  }

  /**
   * What nobody deleted is there once on both sides; what somebody deleted does not come back where he did it. Its partner is gone
   * too, or waits for a person because it had been changed.
   */
  async #checkDeleted(made: number): Promise<void> {
    const rows = { master: await this.#rows("master"), target: await this.#rows("target") };
    const left = made - this.#deleted.master - this.#deleted.target;
    for (const on of SIDES) {
      const names = rows[on].map(({ name }) => name);
      const most = made - this.#deleted[on];
      expect({ on, twice: names.filter((name, at) => names.indexOf(name) !== at), tooMany: Math.max(0, names.length - most), lost: Math.max(0, left - names.length) }).toEqual({ on, twice: [], tooMany: 0, lost: 0 });
    }
    const nameOf = { master: new Map(rows.master.map((row) => [row.id, row.name])), target: new Map(rows.target.map((row) => [row.id, row.name])) };
    const whole = (await this.#links("items")).map((link) => [nameOf.master.get(link.master), nameOf.target.get(link.target)] as const).filter(([one, other]) => one !== undefined && other !== undefined);
    expect(whole.length).toBeGreaterThanOrEqual(left);
    expect(whole.filter(([one, other]) => one !== other)).toEqual([]);
    // An update in doubt of a pair that waits for a person waits with it.
    expect((this.#content()["intents"] as readonly { readonly kind: string }[]).filter(({ kind }) => kind === "create")).toEqual([]);
  }

  /** Every item and comment is there once on both sides, with the same values; what people wrote is there or in the record. */
  async #check(made: number): Promise<void> {
    const stage = this.#stage;
    const rows = { master: await this.#rows("master"), target: await this.#rows("target") };
    expect({ master: rows.master.length, target: rows.target.length }).toEqual({ master: made, target: made });
    const set = stage.connection().syncSets.find((one) => one.master.type === stage.ends.master.type);
    if (set === undefined) throw new Error("no sync set of items");
    const mapped = (on: Side, what: "points" | "status" | "release"): string => {
      const name = what === "release" ? stage.ends[on].release.ref : stage.ends[on][what];
      return set.fields.map((mapping) => mapping[on]).find((schema) => [schema.name, schema.label].includes(name))?.name ?? name;
    };
    const read = async (on: Side) => {
      const { type, project } = set[on];
      const ids = rows[on].map(({ id }) => id);
      return stage.run(async ({ connectors }) => {
        const items = await connectors[on].get({ type, project, ids, fields: [mapped(on, "points"), mapped(on, "status"), mapped(on, "release")] });
        const comments = await connectors[on].comments?.read({ type, project, ids });
        const files = await connectors[on].attachments?.list({ type, project, ids });
        return { items: new Map(items.map((item) => [item.id, item])), comments, files };
      });
    };
    const found = { master: await read("master"), target: await read("target") };
    const kept = new Set(stage.store.outcomeRows.flatMap((row) => Object.values(row.before ?? {})).flatMap(textsOf));
    const links = new Map((await this.#links("items")).map((link) => [link.master, link.target]));
    const releases = await this.#links("releases");
    /** By its id on the master; who has none there is the target's own matter. */
    const releasesOf = (on: Side, value: Value | undefined): readonly string[] =>
      asList(value).flatMap((one) => (isItemRef(one) ? (releases.find((link) => link[on] === one.ref)?.master ?? []) : [])).toSorted();
    const nameOf = { master: new Map(rows.master.map((row) => [row.id, row.name])), target: new Map(rows.target.map((row) => [row.id, row.name])) };
    const choiceOf = (on: Side, value: Value | undefined): number => stage.ends[on].statuses.findIndex((status) => textsOf(value ?? null).includes(status));
    const shown = (on: Side, id: string) => {
      const item = found[on].items.get(id);
      const texts = (found[on].comments?.get(id) ?? []).flatMap(({ text }) => text.match(/said\d+\./g) ?? [`no comment of this life: ${text}`]);
      return { name: nameOf[on].get(id), points: Number(item?.fields[mapped(on, "points")]), status: choiceOf(on, item?.fields[mapped(on, "status")]), release: releasesOf(on, item?.fields[mapped(on, "release")]), texts: texts.toSorted(), files: (found[on].files?.get(id) ?? []).map(({ name }) => name).toSorted() };
    };
    const [texts, files]: [string[], string[]] = [[], []];
    for (const { id } of rows.master) {
      const one = shown("master", id);
      expect({ id, ...one }).toEqual({ id, ...shown("target", links.get(id) ?? "") });
      texts.push(...one.texts);
      files.push(...one.files);
    }
    expect(texts.toSorted()).toEqual(this.#said.toSorted());
    expect(files.toSorted()).toEqual(this.#attached.toSorted());
    for (const [place, value] of this.#last) {
      const [on, id, what] = JSON.parse(place) as [Side, string, Said];
      const now = what === "name" ? nameOf[on].get(id) : String(Number(found[on].items.get(id)?.fields[mapped(on, "points")]));
      if (!this.#wasPutBack && now !== value) expect({ place, value, isKept: kept.has(value) }).toEqual({ place, value, isKept: true });
    }
  }

}
