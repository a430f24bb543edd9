// The ground gives way under a run: its database is killed, a disk is full, the embedded store is wanted by two. Real
// processes; each says what is wrong with the exit code of its kind, and plain runs end with every item once on both sides.

import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGates, type Gates, type GateStep } from "../support/systems/gate.ts";
import { execute, freshEmbedded, withName } from "../support/store/postgres.ts";
import { initialise, isAlive, launch, PREFIX, type RunningServer, stopServer } from "../support/store/postgresProcess.ts";
import { issues, openSite, type Site, story } from "../support/scripts/site.ts";
import { mayMount, openSmallDisk, type SmallDisk } from "../support/outside/smallDisk.ts";

/** Every trouble at every moment; else each once. */
const WHOLE = process.env.TANDEM_TROUBLES === "all";
const WORDS = ["--connection", "octane-jira", "--json"];
const WRITES = ["created", "updated", "deleted", "adopted"];

const stories = (site: Site): readonly string[] => site.octane.items().filter((row) => row.type === "story").map((row) => row.name).toSorted();

/** Plain runs: the first does what is left, with every item once on both sides; the second writes nothing. */
const expectWhole = async (site: Site, gates: Gates, names: readonly string[]): Promise<void> => {
  gates.open();
  const first = await site.run("syncIteration", ...WORDS);
  expect([first.code, first.err]).toEqual([0, ""]);
  expect([stories(site), issues(site)]).toEqual([names.toSorted(), names.toSorted()]);
  const { code, out } = await site.run("syncIteration", ...WORDS);
  const { counts } = JSON.parse(out) as { readonly counts: Readonly<Record<"master" | "target", Readonly<Record<string, number>>>> };
  expect([code, ...[counts.master, counts.target].flatMap((side) => WRITES.map((what) => side[what] ?? 0))]).toEqual([0, ...Array.from({ length: 8 }, () => 0)]);
};

/** Runs until this step, lets the trouble happen, and lets it go on. */
const troubled = async (site: Site, gates: Gates, at: (step: GateStep) => boolean, trouble: () => void | Promise<void>) => {
  gates.open();
  const reached = gates.stopAt(at);
  const running = await site.start("syncIteration", "--connection", "octane-jira");
  await reached;
  await trouble();
  gates.open();
  gates.release();
  return running.ended;
};

const READING = (step: GateStep): boolean => step.when === "after" && /search\/jql/.test(step.target);
const BEFORE_CREATING = (step: GateStep): boolean => step.when === "before" && step.method === "POST" && /\/issue(\/bulk)?$/.test(step.target);
const AFTER_CREATING = (step: GateStep): boolean => step.when === "after" && step.method === "POST" && /\/issue(\/bulk)?$/.test(step.target);

const MOMENTS = [["after items were created", AFTER_CREATING] as const, ...(WHOLE ? ([["before items are created", BEFORE_CREATING], ["while a run reads", READING]] as const) : [])];

const many = (site: Site, names: string[], from: number, count: number): void => {
  for (let n = from; n < from + count; n++) {
    const name = `${n} ${"long ".repeat(40)}`.trim();
    story(site, name);
    names.push(name);
  }
};

class OwnServer {
  readonly run = mkdtempSync(join(tmpdir(), PREFIX));
  readonly binaries: string;
  server: RunningServer | undefined;

  constructor() {
    chmodSync(this.run, 0o711);
    this.binaries = initialise(this.run);
  }

  async start(): Promise<RunningServer> {
    const port = this.server?.port;
    // Its old children may still be ending.
    for (let tries = 0; ; tries++) {
      try {
        this.server = await launch(this.run, this.binaries, port);
        return this.server;
      } catch (error) {
        if (tries === 20) throw error;
        await sleep(250);
      }
    }
  }

  /** As the kernel does when memory runs out. */
  async kill(): Promise<void> {
    const pid = this.server?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await sleep(20);
  }

  async close(): Promise<void> {
    await stopServer(this.run);
    rmSync(this.run, { recursive: true, force: true });
  }
}

describe("PostgreSQL", () => {
  const own = new OwnServer();
  let gates: Gates;
  let site: Site;
  let disk: SmallDisk | undefined;
  const names: string[] = [];

  beforeAll(async () => {
    const { url } = await own.start();
    gates = createGates();
    await execute(url, "create database tandem");
    // What is committed is on disk, as on any server that is not for tests.
    await execute(url, "alter database tandem set synchronous_commit = on");
    site = await openSite({ front: gates.front, store: { env: { DATABASE_URL: withName(url, "tandem") }, drop: () => own.close() } });
    many(site, names, 0, 3);
    await expectWhole(site, gates, names);
  }, 600_000);
  afterAll(async () => {
    await gates.close();
    await site.close();
    disk?.close();
  });

  it.each([
    ["after an item was created, and stays away", AFTER_CREATING, false] as const,
    ["after an item was created, and comes back at once", AFTER_CREATING, true] as const,
    ...(WHOLE ? ([["while a run reads, and stays away", READING, false], ["before an item is created, and stays away", BEFORE_CREATING, false], ["while a run reads, and comes back at once", READING, true]] as const) : []),
  ])("is killed %s: the run says so, the next ones lose nothing and make nothing twice", async (_title, at, back) => {
    many(site, names, names.length, 2);
    const ended = await troubled(site, gates, at, async () => {
      await own.kill();
      if (back) await own.start();
    });
    // Back before it was missed, and nobody took the lock: the run may end well.
    const said = /cannot be reached|was lost to another run|belongs to another run/.test(ended.err);
    expect(back && ended.code === 0 ? [69, true] : [ended.code, said], ended.err).toEqual([expect.toBeOneOf([69, 75]), true]);
    if (!back) await own.start();
    await expectWhole(site, gates, names);
  });

  it.runIf(mayMount).each(MOMENTS)("has a full disk %s: the run says so, the next ones lose nothing and make nothing twice", async (_title, at) => {
    if (disk === undefined) {
      disk = openSmallDisk(64);
      const space = join(disk.path, "space");
      mkdirSync(space, { mode: 0o700 });
      const owner = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"))?.[1]);
      chownSync(space, owner, owner);
      const url = own.server?.url ?? "";
      await execute(url, `create tablespace small location '${space}'`, "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'tandem'", "alter database tandem set tablespace small");
    }
    many(site, names, names.length, 60);
    const ended = await troubled(site, gates, at, () => disk?.fill());
    disk.empty();
    expect([ended.code, /has run out of something: could not .*No space left on device/.test(ended.err)], ended.err).toEqual([69, true]);
    await expectWhole(site, gates, names);
  });
});

describe("the embedded store", () => {
  let gates: Gates;
  beforeAll(() => {
    gates = createGates();
  });
  afterAll(() => gates.close());

  it.runIf(mayMount).each(MOMENTS)("has a full disk %s: the run says so, the next ones lose nothing and make nothing twice", async (_title, at) => {
    const [disk, fresh] = [openSmallDisk(160), await freshEmbedded()];
    const directory = join(disk.path, "store");
    cpSync(fresh.directory, directory, { recursive: true });
    fresh.drop();
    const site = await openSite({ front: gates.front, store: { env: { TANDEM_STORE: directory }, drop: () => disk.close() } });
    try {
      const names: string[] = [];
      many(site, names, 0, 2);
      await expectWhole(site, gates, names);
      many(site, names, names.length, 60);
      const ended = await troubled(site, gates, at, () => disk.fill());
      disk.empty();
      expect([ended.code, /has run out of something: could not .*No space left on device/.test(ended.err)], ended.err).toEqual([69, true]);
      await expectWhole(site, gates, names);
    } finally {
      await site.close();
    }
  });

  it("is wanted by two: one has it, the other waits or ends with 75, and nothing is there twice", async () => {
    const site = await openSite({ front: gates.front, embedded: true });
    try {
      const names: string[] = [];
      many(site, names, 0, 2);
      gates.open();
      const reached = gates.stopAt(READING);
      const holder = await site.start("syncIteration", ...WORDS);
      await reached;
      const since = performance.now();
      const other = await site.run("syncIteration", ...WORDS, "--lock-wait", "0");
      expect(other).toMatchObject({ code: 75, out: "", err: expect.stringMatching(/syncIteration \(process \d+/) });
      expect(performance.now() - since).toBeLessThan(20_000);
      const waiting = await site.start("syncIteration", ...WORDS, "--lock-wait", "60");
      gates.open();
      gates.release();
      expect([await holder.ended, await waiting.ended]).toMatchObject([{ code: 0, err: "" }, { code: 0, err: "" }]);
      await expectWhole(site, gates, names);
    } finally {
      await site.close();
    }
  });
});

describe.runIf(mayMount)("files of a run on a disk that is full", () => {
  let site: Site;
  let disk: SmallDisk;
  beforeAll(async () => {
    site = await openSite();
    disk = openSmallDisk(1);
    disk.fill();
    story(site, "one");
  });
  afterAll(async () => {
    await site.close();
    disk.close();
  });

  it.each([
    ["the log", "syncIteration", ["--log", "tandem.log"], /cannot write the log file .*ENOSPC/],
    ["a saved plan", "syncIteration", ["--plan", "plan.json"], /cannot write .*plan\.json.*ENOSPC/],
    ["a report", "auditReport", ["--out", "audit.html"], /cannot write .*audit\.html.*ENOSPC/],
    ["a sheet", "exportCrossReferences", ["--out", "links.csv"], /cannot write .*links\.csv.*ENOSPC/],
  ])("%s: refused with 73 naming it, and done where there is room", async (_title, script, [option, file], said) => {
    const words = ["--connection", "octane-jira"];
    const ended = await site.run(script, ...words, option as string, join(disk.path, file as string));
    expect([ended.code, ended.out, said.test(ended.err)], ended.err).toEqual([73, "", true]);
    const again = await site.run(script, ...words, option as string, join(site.directory, file as string));
    expect([again.code, again.err]).toEqual([0, ""]);
  });

  it("and nothing is there twice", async () => {
    expect((await site.run("syncIteration", ...WORDS)).code).toBe(0);
    expect([stories(site), issues(site)]).toEqual([["one"], ["one"]]);
  });
});
