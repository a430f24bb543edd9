// Real processes, really killed: syncIteration is ended by SIGKILL at step after step of its talk with both systems (before
// a request is carried out, after it, and some milliseconds later, when the store is being written), on a real PostgreSQL
// and on the embedded store, while people go on working. Now and then two are started at once: one leaves naming the other, which
// is killed while it works. Whatever happened, plain runs end with both sides equal.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { issues, openSite, type Site, story } from "../support/scripts/site.ts";
import { figure } from "./figures.ts";

/** In all. A start on the embedded store costs three times one on the server, which gets fifteen in sixteen. */
const KILLS = Number(process.env.TANDEM_KILLS ?? 304);
const ON_EMBEDDED = Math.round(KILLS / 16);
/** Half of a start is waiting. */
const SITES = 3;
const ON_SERVER = Math.round((KILLS - ON_EMBEDDED) / SITES);
const SEED = Number(process.env.TANDEM_SEED ?? 20261126);
/** Kills between two plain ends. */
const PER_REST = 16;
/** A killed process's lock on the server is free at once; nobody waits this long. */
const WORDS = ["--connection", "octane-jira", "--lock-wait", "30", "--json"];
/** On a server one of two leaves at once. */
const RIVALS = 4;

const randomOf = (seed: number): ((n: number) => number) => {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

/** People at work: every item is renamed at most once between two rests, so that nobody overrules anybody. */
class People {
  readonly site: Site;
  readonly random: (n: number) => number;
  readonly names = new Set<string>();
  #serial = 0;
  #touched = new Set<string>();

  constructor(site: Site, random: (n: number) => number) {
    this.site = site;
    this.random = random;
  }

  create(): void {
    const name = `item ${++this.#serial}`;
    if (this.random(2) === 0) story(this.site, name);
    else this.site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: name } });
    this.names.add(name);
    this.#touched.add(name);
  }

  rename(): void {
    const side = this.random(2) === 0 ? this.site.octane : this.site.jira;
    const rows = side.items().filter((row) => row.type.toLowerCase() === "story" && this.names.has(row.name) && !this.#touched.has(row.name));
    const row = rows[this.random(rows.length)];
    if (row === undefined) return;
    const name = `item ${++this.#serial}`;
    const octane = side === this.site.octane;
    side.edit({ action: "update", author: octane ? "anna.berg@example.com" : "Bo Chen", type: octane ? "story" : "Story", project: octane ? "1002" : "DEMO", id: row.id, fields: { [octane ? "name" : "summary"]: name } });
    this.names.delete(row.name);
    this.names.add(name);
    this.#touched.add(name);
  }

  rest(): void {
    this.#touched = new Set();
  }
}

interface Summary {
  readonly counts: Readonly<Record<"master" | "target", Readonly<Record<string, number>>>>;
}

let doubles = 0;
afterAll(() => figure(`processes: of ${doubles} double starts each time one left with 75`));

const WRITES = ["created", "updated", "deleted", "adopted"];

const GROUNDS = [...Array.from({ length: SITES }, (_, at) => [`PostgreSQL, site ${at + 1}`, false, ON_SERVER, SEED + at] as const), ["the embedded store", true, ON_EMBEDDED, SEED + SITES] as const];

describe.concurrent.each(GROUNDS)("syncIteration killed again and again on %s", (_title, embedded, wanted, seed) => {
  let gates: Gates;
  let site: Site;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front, embedded });
    // This Octane shows at once what was made, as the site says of its Jira: a run right after a kill need not wait to be sure.
    const sources = join(site.directory, "dataSources.yaml");
    writeFileSync(sources, readFileSync(sources, "utf8").replace("intentField: tandem_id_udf", "intentField: tandem_id_udf, searchLagSeconds: 0"));
  });
  afterAll(async () => {
    await gates.close();
    await site.close();
  });

  const whole = async (): Promise<Summary> => {
    gates.open();
    const { code, out, err } = await site.run("syncIteration", ...WORDS);
    if (code !== 0) {
      // What stands in the record tells what the person would have to do.
      const { run } = JSON.parse(out) as { readonly run: string };
      const told = [(await site.run("connectionStatus", "--json")).out, (await site.run("runHistory", "--run", run, "--json")).out];
      throw new Error(`a plain run ended with ${code}: ${[err, out, ...told].join("\n")}`);
    }
    expect(err).toBe("");
    return JSON.parse(out) as Summary;
  };

  /** Kills at the step if the run is that long. Answers whether it was. */
  const kill = async (at: number, lateMs: number | undefined): Promise<boolean> => {
    gates.open();
    const reached = gates.stopAt((step) => step.number === at);
    const running = await site.start("syncIteration", ...WORDS);
    const step = await Promise.race([reached, running.ended]);
    if (!("when" in step)) {
      expect(step).toMatchObject({ code: 0, err: "" });
      return false;
    }
    if (lateMs !== undefined) {
      gates.release();
      await sleep(lateMs);
    }
    running.kill();
    return (await running.ended).code === null;
  };

  /** Two at once: whoever has the lock is stopped while it reads, so only the other can end; then it goes on so long. */
  const killOneOfTwo = async (lateMs: number): Promise<boolean> => {
    gates.open();
    const reading = gates.stopAt((step) => step.when === "after" && /\/(stories|search\/jql)\b/.test(step.target));
    const both = [await site.start("syncIteration", ...WORDS), await site.start("syncIteration", ...WORDS)];
    const loser = await Promise.race(both.map(async (running) => ({ running, ended: await running.ended })));
    expect(loser.ended).toMatchObject({ code: 75, out: "", err: expect.stringMatching(/connection octane-jira is locked by (syncIteration \(process \d+ on |a run that is just starting)/) });
    await reading;
    gates.release();
    await sleep(lateMs);
    const winner = both.find((running) => running !== loser.running);
    winner?.kill();
    doubles++;
    return (await winner?.ended)?.code === null;
  };

  it(`ends with every item once on both sides, ${wanted} kills, seed ${seed}`, async () => {
    const random = randomOf(seed);
    const people = new People(site, random);
    const names = () => [...people.names].toSorted();
    const octane = () => site.octane.items().filter((row) => row.type === "story").map((row) => row.name).toSorted();
    let kills = 0;
    for (let at = 1; kills < wanted; at++) {
      for (let edits = random(3); edits >= 0; edits--) random(3) === 0 ? people.create() : people.rename();
      const killed = !embedded && (kills + 1) % RIVALS === 0 ? await killOneOfTwo(random(40)) : await kill(at, at % 3 === 0 ? random(40) : undefined);
      if (killed) kills++;
      else at = 0;
      if (killed && kills % PER_REST !== 0 && kills < wanted) continue;
      await whole();
      expect([octane(), issues(site)], `after ${kills} kills`).toEqual([names(), names()]);
      const { counts } = await whole();
      expect([counts.master, counts.target].flatMap((side) => WRITES.map((what) => side[what] ?? 0)), `after ${kills} kills`).toEqual(Array.from({ length: 8 }, () => 0));
      people.rest();
    }
    expect(kills).toBeGreaterThanOrEqual(wanted);
  }, 1_800_000);
});
