// Two scripts that write the same definitions in the same moment: the first is stopped in the middle of writing, the second is started,
// then the first goes on. What both wrote is there, or the second has left with 75 and wrote nothing; nobody's work is lost, and
// nobody says that a name was free which another has taken.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compiledChild } from "../support/testRun/compiled.ts";
import type { Ended } from "../support/scripts/process.ts";
import { openSite, type Site, STORIES } from "../support/scripts/site.ts";
import { figure } from "./figures.ts";

interface FilePair {
  readonly title: string;
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** What the second is told when the first is done. */
  readonly later: { readonly code: number; readonly says: string };
  /** Files, and what stands in them in the end; of whom none is named they hold nothing. */
  readonly end: readonly (readonly [string, string])[];
}

const source = (name: string, sample: string): readonly string[] => ["initDataSource", name, "--system", "octane", "--url", "{octane}", "--credential", "clientId=tandem_client", "--credential", "clientSecret=${env:OCTANE_SECRET}", "--scope", "space=1001", "--sample-project", sample];
const connection = (name: string, ...more: readonly string[]): readonly string[] => ["initConnection", name, "--master", "octane", "--target", "jira", "--projects", "1002~DEMO", "--types", "story~Story", ...more];
const copy = (to: string): readonly string[] => ["copySyncSets", "--connection", "octane-jira", "--template", "1002~DEMO", "--to", to, "--local"];
const DELETE = ["deleteConnection", "--connection", "octane-jira", "--yes"];

const SOURCES = "dataSources.yaml";
const OWN = "connections/octane-jira.yaml";

const PAIRS: readonly FilePair[] = [
  { title: "data sources of one name", first: source("new", "1002"), second: source("new", "1003"), later: { code: 73, says: 'has a data source "new" already' }, end: [[SOURCES, "new:"]] },
  { title: "data sources of two names", first: source("one", "1002"), second: source("two", "1002"), later: { code: 0, says: "written to" }, end: [[SOURCES, "one:"], [SOURCES, "two:"]] },
  { title: "connections of one name", first: connection("new"), second: connection("new", "--direction", "toMaster"), later: { code: 73, says: "exists already" }, end: [["connections/new.yaml", "direction: biDirectional"]] },
  { title: "copies into one connection", first: copy("1003~SEC"), second: copy("1003~DEMO"), later: { code: 0, says: "1 sync sets added" }, end: [[OWN, "SEC"]] },
  { title: "a copy into a connection that is deleted", first: copy("1003~SEC"), second: DELETE, later: { code: 0, says: "deleted" }, end: [] },
];

let points = 0;
afterAll(() => figure(`same files: ${PAIRS.length} pairs of scripts at ${points} operations of the first`));

describe("two scripts that write the same files in the same moment", () => {
  let site: Site;
  let preload: string;
  let before: string;
  beforeAll(async () => {
    site = await openSite();
    await site.run("migrateDatabase");
    before = readFileSync(join(site.directory, SOURCES), "utf8");
    preload = await compiledChild("proof/fileDeath");
  });
  afterAll(() => site.close());
  const reset = (): void => {
    writeFileSync(join(site.directory, SOURCES), before);
    for (const name of readdirSync(join(site.directory, "connections"))) rmSync(join(site.directory, "connections", name));
    rmSync(join(site.directory, "schemas"), { recursive: true, force: true });
    site.define(STORIES);
  };
  beforeEach(reset);

  const filled = (words: readonly string[]): readonly [string, ...string[]] => words.map((word) => word.replace("{octane}", site.octane.url)) as [string, ...string[]];
  const start = ([script, ...words]: readonly string[], env: Readonly<Record<string, string>> = {}) => site.startWith(script ?? "", filled(words), { env });
  const told = ({ out, err }: Ended): string => `${out}${err}`;

  /** How many operations on files it makes; the last one takes the place of what was there. */
  const operations = async (words: readonly string[]): Promise<number> => {
    const counted = await (await start(words, { NODE_OPTIONS: `--import=file://${preload}`, TANDEM_DIE_IN: site.directory, TANDEM_DIE_AT: "0", TANDEM_COUNT: join(site.directory, "..", "count") })).ended;
    expect(counted).toMatchObject({ code: 0 });
    return Number(readFileSync(join(site.directory, "..", "count"), "utf8"));
  };

  it.each(PAIRS.map((pair) => [pair.title, pair] as const))("%s", async (_title, { first, second, later, end }) => {
    const last = await operations(first);
    reset();
    const wait = join(site.directory, "..", "wait");
    const one = await start(first, { NODE_OPTIONS: `--import=file://${preload}`, TANDEM_DIE_IN: site.directory, TANDEM_DIE_AT: String(last), TANDEM_WAIT: wait });
    await expect.poll(() => existsSync(wait), { timeout: 30_000 }).toBe(true);
    points++;
    const other = await (await start(second)).ended;
    expect([other.code, told(other)]).toEqual([75, expect.stringContaining("another script is writing definitions")]);
    rmSync(wait);
    expect(await one.ended).toMatchObject({ code: 0 });
    const again = await (await start(second)).ended;
    expect([again.code, told(again)]).toEqual([later.code, expect.stringContaining(later.says)]);
    for (const [file, text] of end) expect(readFileSync(join(site.directory, file), "utf8")).toContain(text);
    if (end.length === 0) expect(existsSync(join(site.directory, OWN))).toBe(false);
  });

  it("started at once, one of a name does it and the other says that it is taken", async () => {
    const both = await Promise.all([start(source("new", "1002")), start(source("new", "1003"))]);
    const ends = await Promise.all(both.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code).toSorted()).toEqual([0, 73]);
  });
});
