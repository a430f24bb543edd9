// startSandbox as a user runs it: a process with options, output, signals and an exit code.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runScript } from "../../lib/cli/script/script.ts";
import { openConnector } from "../../lib/connectors/registry.ts";
import type { DataSourceFile } from "../../lib/core/config/schema.ts";
import { initDataSource } from "../../lib/run/initDataSource.ts";
import { systemNames } from "../../lib/sandbox/systems.ts";
import definition from "../../scripts/startSandbox.ts";
import { compiledScript } from "../support/testRun/compiled.ts";

const ROOT = new URL("../..", import.meta.url);

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

const running: Running[] = [];
const start = async (...args: readonly string[]): Promise<Running> => {
  const child = spawn(process.execPath, [await compiledScript("startSandbox"), ...args], { cwd: ROOT });
  const text = { out: "", err: "" };
  child.stdout.on("data", (part: Buffer) => {
    text.out += part.toString("utf8");
  });
  child.stderr.on("data", (part: Buffer) => {
    text.err += part.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const started = { child, out: () => text.out, err: () => text.err, ended };
  running.push(started);
  return started;
};
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What it says before it starts anything, without a process of its own. */
const spoken = async (words: readonly string[]): Promise<Spoken> => {
  const text = { out: "", err: "" };
  const to = (name: "out" | "err"): { write(part: string): void } => ({
    write: (part) => {
      text[name] += part;
    },
  });
  const code = await runScript(definition, words, { out: to("out"), err: to("err") });
  return { code, ...text };
};

interface Line {
  readonly sandbox: string;
  readonly items: number;
  readonly control: string;
  readonly dataSource: { readonly system: string; readonly url: string; readonly credentials: Readonly<Record<string, string>>; readonly scope: Readonly<Record<string, string>>; readonly sampleProject: string };
}

const ready = async (sandbox: Running): Promise<readonly Line[]> => {
  await expect.poll(() => sandbox.out() + (sandbox.child.exitCode === null ? "" : `ended: ${sandbox.err()}`)).toMatch(/\n\]\n$|^ended/);
  return JSON.parse(sandbox.out()) as readonly Line[];
};

describe("startSandbox", () => {
  it("starts octane and jira-cloud with demo items, side by side, and ends with 0 on SIGTERM", async () => {
    const sandbox = await start("--port", "0", "--demo", "--json");
    const lines = await ready(sandbox);
    expect(lines.map(({ sandbox: name, dataSource }) => [name, dataSource.system])).toEqual([
      ["octane", "octane"],
      ["jira-cloud", "jira"],
    ]);
    for (const { items, control, dataSource } of lines) {
      expect(items).toBeGreaterThan(5);
      expect(control).toBe(`${dataSource.url}/_sandbox`);
      const other = lines.find((line) => line.dataSource.url !== dataSource.url)?.dataSource.url;
      const page = await (await fetch(dataSource.url, { headers: { Accept: "text/html" } })).text();
      expect(page).toContain(`<a href="${other}">`);
      expect(page).toContain(`${items} items`);
    }
    sandbox.child.kill("SIGTERM");
    expect(await sandbox.ended).toBe(0);
  });

  it("fills every system and prints a data source that lets one in and finds its sample project", async () => {
    const sandbox = await start(...systemNames(), "--port", "0", "--demo", "--json");
    const lines = await ready(sandbox);
    expect(lines.map((line) => line.sandbox)).toEqual(systemNames());
    for (const { sandbox: name, items, dataSource } of lines) {
      expect([name, items > 15]).toEqual([name, true]);
      const source = { ...dataSource, network: { proxy: "none" } } as DataSourceFile;
      const connector = await openConnector({ name, system: source.system, url: source.url, credentials: source.credentials, scope: source.scope ?? {}, options: source.options ?? {}, network: { proxy: "none" } });
      try {
        const { account, types } = await initDataSource(connector, await connector.account(), name, source);
        expect([name, account.id !== "", types.length > 2]).toEqual([name, true, true]);
      } finally {
        await connector.close();
      }
    }
    sandbox.child.kill("SIGINT");
    expect(await sandbox.ended).toBe(0);
  });

  it("starts all of them by one word, and fills one from a file of bare rows", async () => {
    const rows = join(mkdtempSync(join(tmpdir(), "tandem-state-")), "incidents.json");
    writeFileSync(rows, '{"tables": {"incident": [{"short_description": "Printer on fire"}, {"short_description": "Second"}]}}');
    const lines = await ready(await start("all", "--port", "0", "--state", `servicenow=${rows}`, "--json"));
    expect(lines.map(({ sandbox: name, items }) => [name, name === "servicenow" ? items : 2])).toEqual(systemNames().map((name) => [name, 2]));
    const [alone] = await ready(await start("servicenow", "--port", "0", "--state", rows, "--json"));
    const found = (await (await fetch(`${alone?.dataSource.url}/_sandbox/items`)).json()) as readonly { readonly name: string }[];
    expect(found.map(({ name }) => name).toSorted()).toEqual(["Printer on fire", "Second"]);
    writeFileSync(rows, '{"tables":\n  nothing}');
    expect(await spoken(["servicenow", "--state", rows])).toMatchObject({ code: 65, err: expect.stringContaining("incidents.json, line 2, column 3: ") });
    writeFileSync(rows, '{"rows": 1}');
    expect(await spoken(["servicenow", "--port", "0", "--state", rows])).toMatchObject({ code: 65, err: expect.stringContaining("incidents.json: ") });
    rmSync(rows);
    expect(await spoken(["servicenow", "--state", rows])).toMatchObject({ code: 66 });
  });

  it("prints for people on stdout, hints on stderr, and ends quickly with connections open", async () => {
    const sandbox = await start("octane", "--port", "0");
    await expect.poll(sandbox.err).toMatch(/Ctrl-C/);
    // Two pipes: what was written first may arrive last.
    await expect.poll(sandbox.out).toMatch(/sampleProject 1002\n/);
    const [, url] = /^octane: (http:\/\/127\.0\.0\.1:\d+) \(\d+ items\)\n {2}clientId tandem_client · clientSecret tandem_secret · space 1001 · sampleProject 1002\n {2}options \{"intentField":"tandem_id_udf"\}\n$/.exec(sandbox.out()) ?? [];
    expect(url).toBeDefined();
    await fetch(`${url}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ effect: { delayMs: 600_000 } }) });
    const hanging = fetch(`${url}/api`).then(
      () => "answered",
      () => "cut",
    );
    await expect.poll(async () => ((await (await fetch(`${url}/_sandbox/calls`)).json()) as unknown[]).length).toBe(1);
    sandbox.child.kill("SIGTERM");
    expect([await sandbox.ended, await hanging]).toEqual([0, "cut"]);
  });

  it.each([
    ["an unknown system", ["octane", "mantis"], "there is no sandbox \"mantis\"\n→ there are octane, jira-cloud, jira-dc"],
    ["a state of which nobody knows whose it is", ["octane", "jira-dc", "--state", "x.json"], "--state x.json: does not say which system it fills"],
    ["a state beside example items", ["octane", "--demo", "--state", "package.json"], "--state and --demo both fill a sandbox"],
    ["an unknown option", ["--prot", "1"], "unknown option '--prot'"],
    ["a port that is none", ["octane", "--port", "70000"], "70000 is no port"],
    ["a certificate without its key", ["octane", "--port", "0", "--tls-cert", "cert.pem"], "--tls-cert and --tls-key belong together"],
  ])("refuses %s with 64", async (_what, words, message) => {
    const said = await spoken(words);
    expect([said.code, said.out]).toEqual([64, ""]);
    expect(said.err).toContain(message);
  });

  it("misses a certificate with 66", async () => {
    const said = await spoken(["octane", "--port", "0", "--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"]);
    expect([said.code, said.out, said.err]).toEqual([66, "", expect.stringContaining("--tls-cert: cannot read /nowhere/cert.pem")]);
  });

  it("ends by itself after the time it was given", async () => {
    const said = await spoken(["octane", "--port", "0", "--stop-after", "0.05"]);
    expect([said.code, said.out.split(":", 1)]).toEqual([0, ["octane"]]);
  });

  it("says which port is taken and leaves", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const said = await spoken(["octane", "--port", String(port)]);
    taken.close();
    expect([said.code, said.err]).toEqual([64, `startSandbox: cannot listen on 127.0.0.1 port ${port} for octane: EADDRINUSE\n→ choose others with --port and --host; --port 0 takes free ports\n`]);
  });

  it("explains itself, and its page shows the same help", async () => {
    const { code, out } = await spoken(["--help"]);
    expect([code, out.includes("octane, jira-cloud, jira-dc")]).toEqual([0, true]);
    expect(readFileSync(new URL("docs/scripts/startSandbox.md", ROOT), "utf8")).toContain(`\n## Help\n\n\`\`\`text\n${out}\`\`\`\n`);
  });
});
