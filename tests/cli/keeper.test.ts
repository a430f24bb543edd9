// What a worker keeps from one iteration to the next, and when it lets go: sandboxes of both systems, definitions in a folder.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createKeeper, type End, type Keeper, MOST_AGE_SECONDS } from "../../lib/cli/doors/keeper.ts";
import { createLiveDefinitions, type LiveDefinitions } from "../../lib/cli/definitions/liveDefinitions.ts";
import type { Opened } from "../../lib/cli/doors/wiring.ts";
import { BusyError, RemoteError } from "../../lib/core/errors.ts";
import { openConnector } from "../../lib/connectors/registry.ts";
import { createJiraCloud } from "../../lib/sandbox/jira.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { STORIES } from "../support/scripts/site.ts";

const LOG = { info: () => undefined, warn: () => undefined, debug: () => undefined };
const SYSTEMS = ["octane", "jira"] as const;

let servers: Readonly<Record<(typeof SYSTEMS)[number], SandboxServer>>;
let directory: string;
let live: (atOnce?: boolean) => LiveDefinitions;
let keeper: Keeper;
let clock: number;
let timers: { readonly at: number; readonly work: () => void }[];
let opened: string[];
let isEnding: boolean;

const calls = async (): Promise<readonly string[]> => {
  const made: string[] = [];
  for (const system of SYSTEMS) {
    const url = `${servers[system].url}/_sandbox/calls`;
    made.push(...((await (await fetch(url)).json()) as readonly { method: string; path: string }[]).map(({ method, path }) => `${method} ${path.replace(/\?.*$/, "")}`));
    await fetch(url, { method: "DELETE" });
  }
  return made;
};
const fault = (system: (typeof SYSTEMS)[number], rule: unknown): Promise<unknown> => fetch(`${servers[system].url}/_sandbox/faults`, { method: "POST", body: JSON.stringify([rule]) });

const define = (more: { readonly token?: string; readonly yaml?: string } = {}): void => {
  writeFileSync(join(directory, ".env"), `KEEPER_TOKEN=${more.token ?? "jira-token"}\n`);
  writeFileSync(join(directory, "connections", "octane-jira.yaml"), more.yaml ?? STORIES);
};

/** What an iteration does, as far as this is concerned: looks who it is and reads both sides. */
const look = async ({ connection, connectors }: Opened): Promise<number> => {
  const [set] = connection.syncSets;
  for (const [side, project] of [["master", "1002"], ["target", "DEMO"]] as const) for await (const _ of connectors[side].changes({ type: side === "master" ? "story" : "Story", project, fields: [] }));
  return set?.fields.length ?? 0;
};

const iterate = async (work: (opened: Opened) => Promise<number> = look, end: End = "clean"): Promise<number> => {
  const { definitions, chosen: [definition] } = live(true);
  if (definition === undefined) throw new Error("no definition");
  return keeper.through(definitions, definition, undefined, work, () => end);
};

const SIGN_IN = "POST /authentication/sign_in";
const SIGN_OUT = "POST /authentication/sign_out";
const READING = ["GET /api/current_user", "GET /api/shared_spaces/1001/workspaces/1002/stories", "GET /rest/api/3/myself", "POST /rest/api/3/search/jql"];

beforeAll(async () => {
  servers = { octane: await startServer(createOctane), jira: await startServer(createJiraCloud, { rateLimit: "none" }) };
  directory = mkdtempSync(join(tmpdir(), "tandem-keeper-"));
  mkdirSync(join(directory, "connections"));
  const { octane, jira } = servers;
  writeFileSync(
    join(directory, "dataSources.yaml"),
    `dataSources:\n  octane: { system: octane, url: "${octane.url}", credentials: { clientId: tandem_client, clientSecret: "\${file:secret}" }, scope: { space: "1001" }, network: { proxy: none } }\n  jira: { system: jira, url: "${jira.url}", credentials: { email: sync@example.com, token: "\${env:KEEPER_TOKEN}" }, network: { proxy: none } }\n`,
  );
  writeFileSync(join(directory, "secret"), "tandem_secret", { mode: 0o600 });
});
afterAll(async () => {
  for (const system of SYSTEMS) await servers[system].close();
  rmSync(directory, { recursive: true });
  delete process.env.KEEPER_TOKEN;
});
beforeEach(async () => {
  define();
  [clock, timers, opened, isEnding] = [0, [], [], false];
  live = createLiveDefinitions({ config: directory }, LOG);
  keeper = createKeeper(LOG, {
    now: () => clock,
    isEnding: () => isEnding,
    later: (ms, work) => {
      const timer = { at: clock + ms, work };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    open: (settings, more) => {
      opened.push(settings.name);
      return openConnector(settings, { ...more, tries: 1 });
    },
  });
  await iterate();
  await calls();
});
afterEach(async () => {
  await keeper.close();
  for (const system of SYSTEMS) await fetch(`${servers[system].url}/_sandbox/faults`, { method: "DELETE" });
});

describe("the second iteration of a worker", () => {
  it("signs in no more and reads no schema: it asks who it is, and reads", async () => {
    expect(await iterate()).toBe(3);
    expect((await calls()).toSorted()).toEqual(READING);
    expect(keeper.resting()).toBe(2);
  });

  it("sees a definition that was written a moment ago", async () => {
    define({ yaml: STORIES.replace("      - { master: description, target: description }\n", "") });
    expect(await iterate()).toBe(2);
    expect(await calls()).not.toContain(SIGN_IN);
  });

  it("takes a new password, of the .env or of a file, and signs in with it", async () => {
    define({ token: "another" });
    await expect(iterate()).rejects.toThrow("Jira refused the login");
    define();
    writeFileSync(join(directory, "secret"), "another");
    await expect(iterate()).rejects.toThrow("Octane refused the login");
    writeFileSync(join(directory, "secret"), "tandem_secret");
    await iterate();
  });

  it("keeps nothing of one that was not clean, and signs out", async () => {
    await iterate(look, "unclean");
    expect(keeper.resting()).toBe(0);
    expect(await calls()).toContain(SIGN_OUT);
    await iterate();
    expect(await calls()).toEqual(expect.arrayContaining([SIGN_IN, "GET /rest/api/3/field"]));
  });

  it("is done again at once with nothing kept when it stops: what was kept may be to blame", async () => {
    let tries = 0;
    const missing = async (): Promise<number> => {
      if (++tries === 1) throw new RemoteError("there is no field x");
      return tries;
    };
    expect(await iterate(missing)).toBe(2);
    expect(await calls()).toEqual(expect.arrayContaining([SIGN_OUT, SIGN_IN, "GET /rest/api/3/field"]));
  });

  it.each<[string, Error]>([
    ["our own bug", new TypeError("x is undefined")],
    ["a stop", new BusyError("stopped as asked")],
  ])("is not done again after %s, and keeps nothing", async (_, error) => {
    let tries = 0;
    await expect(iterate(async () => {
      tries++;
      throw error;
    })).rejects.toBe(error);
    expect([tries, keeper.resting()]).toEqual([1, 0]);
  });

  it("is not done again where the worker is ending", async () => {
    let tries = 0;
    await expect(iterate(async () => {
      tries++;
      isEnding = true;
      throw new RemoteError("down");
    })).rejects.toThrow("down");
    expect([tries, keeper.resting()]).toEqual([1, 0]);
  });

  it("fails where it fails with nothing kept, too", async () => {
    await expect(iterate(async () => {
      throw new RemoteError("down");
    })).rejects.toThrow("down");
    expect(opened).toEqual(["octane", "jira", "octane", "jira"]);
  });

  it("signs in anew where the session has ended meanwhile", async () => {
    await fault("octane", { match: { times: 1 }, effect: { expireSessions: true } });
    await iterate();
    expect((await calls()).filter((call) => call === SIGN_IN)).toHaveLength(1);
    expect(opened).toEqual(["octane", "jira"]);
  });

  it("opens another where the one kept is refused with 401", async () => {
    await fault("jira", { match: { path: "/myself", times: 1 }, effect: { status: 401 } });
    await iterate();
    expect(opened).toEqual(["octane", "jira", "jira"]);
    expect(await calls()).toContain("GET /rest/api/3/field");
  });
});

describe("what is kept", () => {
  it("is signed out when it rests for longer than it may", async () => {
    expect(timers.map(({ at }) => at)).toEqual([150_000, 150_000]);
    for (const { work } of timers) work();
    await keeper.close();
    expect([keeper.resting(), await calls()]).toEqual([0, [SIGN_OUT]]);
  });

  it("is read anew after its time", async () => {
    clock = MOST_AGE_SECONDS * 1000;
    await iterate();
    expect(await calls()).toEqual(expect.arrayContaining([SIGN_OUT, SIGN_IN, "GET /rest/api/3/field"]));
  });

  it("is signed out at the end, and after it nothing rests", async () => {
    await iterate(async () => {
      await keeper.close();
      return 0;
    });
    expect([keeper.resting(), (await calls()).filter((call) => call === SIGN_OUT).length]).toEqual([0, 1]);
  });

  it("is nobody else's while it is in use", async () => {
    await iterate(async (outer) => {
      await iterate(async (inner) => {
        expect(inner.connectors.master).not.toBe(outer.connectors.master);
        return 0;
      });
      return 0;
    });
    expect(keeper.resting()).toBe(4);
  });
});
