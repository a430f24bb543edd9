// Told to stop in the middle of hundreds of writes to a system that takes one item a call: the calls under way are ended and recorded,
// nothing more is begun, and the next run does the rest. The stream of calls is held while the word is said, so that no clock decides.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { execute } from "../support/store/postgres.ts";
import { issues, openSite, rename, type Site, story } from "../support/scripts/site.ts";
import { createGates, type Gates, type GateStep } from "../support/systems/gate.ts";
import { figure } from "./figures.ts";

const ITEMS = 200;
const AT_ONCE = 2;
/** Calls under way, and one more each where the word comes late. */
const MOST_IN_HAND = 2 * AT_ONCE;

let gates: Gates;
let site: Site;
beforeAll(async () => {
  gates = createGates();
  site = await openSite({ front: gates.front });
  const sources = join(site.directory, "dataSources.yaml");
  writeFileSync(sources, readFileSync(sources, "utf8").replaceAll("proxy: none", `proxy: none, concurrency: ${AT_ONCE}`));
});
afterAll(async () => {
  await gates.close();
  await site.close();
});
beforeEach(() => gates.open());

const names = (): readonly string[] => site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted();
const openIntents = async (): Promise<number> => Number((await execute(site.databaseUrl ?? "", "select count(*) as open from intents"))[0]?.["open"]);

const isUpdate = ({ method, target }: GateStep): boolean => method === "PUT" && /\/issue\/\w+$/.test(target.replace(/\?.*$/, ""));
const isCreate = ({ method, target }: GateStep): boolean => method === "POST" && /\/issue(\/bulk)?$/.test(target.replace(/\?.*$/, ""));

/** Told at the call of this number of those that are meant; answers how many of them went out after that. */
const stopAt = async (meant: (step: GateStep) => boolean, number: number): Promise<number> => {
  gates.open();
  const before = (step: GateStep): boolean => step.when === "before" && meant(step);
  const reached = gates.stopAt((step) => before(step) && gates.steps.filter(before).length === number);
  const running = await site.start("syncIteration");
  await reached;
  running.terminate();
  // Counted anew from here.
  gates.open();
  gates.release();
  const { code, err } = await running.ended;
  expect([code, err]).toEqual([75, expect.stringContaining("stopped as asked; everything done so far is recorded")]);
  return gates.steps.filter(before).length;
};

it("creates that came to an end are recorded, none is in mid-air, and each item is made once", async () => {
  for (let n = 0; n < ITEMS; n++) story(site, `new ${String(n).padStart(3, "0")}`);
  const late = await stopAt(isCreate, 2);
  const made = issues(site).length;
  expect({ late, left: made < ITEMS, open: await openIntents() }).toEqual({ late: expect.toSatisfy((n: number) => n <= MOST_IN_HAND), left: true, open: 0 });
  expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
  expect([issues(site), await openIntents()]).toEqual([names(), 0]);
  figure(`stopped writing: ${made} of ${ITEMS} items were made when an iteration was told to stop at its second call for them`);
}, 600_000);

it("updates that came to an end are recorded, none is in mid-air, and the next run writes the others alone", async () => {
  for (const { id, type, name } of site.octane.items()) if (type === "story") rename(site, id, `${name} renamed`);
  const late = await stopAt(isUpdate, 20);
  const done = issues(site).filter((name) => name.endsWith("renamed")).length;
  expect({ late, left: done < 20 + MOST_IN_HAND + 1, open: await openIntents() }).toEqual({ late: expect.toSatisfy((n: number) => n <= MOST_IN_HAND), left: true, open: 0 });
  gates.open();
  expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
  expect([gates.steps.filter((step) => step.when === "before" && isUpdate(step)).length, issues(site), await openIntents()]).toEqual([ITEMS - done, names(), 0]);
  figure(`stopped writing: ${done} of ${ITEMS} items were changed when an iteration was told to stop at the 20th, ${late} calls later`);
}, 600_000);
