// checkHealth as a user runs it on two sandboxes; certificates against a TLS server of our own.

import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificatesOf } from "../../lib/connectors/certificates.ts";
import type { HealthLine } from "../../lib/core/health.ts";
import { makeCertificates } from "../support/outside/certificates.ts";
import { everyScript } from "../support/scripts/help.ts";
import { startListener } from "../support/outside/listener.ts";
import { openSite, type Site, story } from "../support/scripts/site.ts";

everyScript("checkHealth");

/** The lines of a machine that has as little room as it may have while tests run. */
const ofMachine = /^\w+ (disk|memory) /;
const apart = (out: string): readonly string[] => out.split("\n").filter((line) => line !== "" && !ofMachine.test(line));

describe("checkHealth", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it("says what is not well, worst first, with what to do, and ends with 1 or, in detail, with 2", async () => {
    const sources = join(site.directory, "dataSources.yaml");
    const before = readFileSync(sources, "utf8");
    writeFileSync(sources, before.replace('  jira:\n', '  jira:\n    credentialsExpire: 2020-01-01\n'));
    const { code, out, err } = await site.run("checkHealth", "--detailed-exit-code");
    writeFileSync(sources, before);
    expect([code, err]).toEqual([2, ""]);
    const [first, second, ...others] = apart(out);
    expect(first).toBe("CRITICAL token jira: the token ran out on 2020-01-01 → make a new one, and put it where the old one stands");
    expect(second).toBe("WARNING watermark octane-jira: nothing was ever read → connectionStatus and runHistory tell why");
    expect(others.filter((line) => !line.startsWith("OK "))).toEqual([]);
    for (const check of ["disk", "memory"]) expect(out).toMatch(new RegExp(`^\\w+ ${check} \\S+: [\\d.]+ `, "m"));
    for (const check of ["database", "bloat", "records", "version Node", "login octane", "login jira", "clock octane", "quarantine octane-jira: 0 items"]) expect(out).toContain(`OK ${check}`);
  });

  it.skipIf(process.platform === "win32")("tells of an .env that other accounts can read, and of none that they cannot", async () => {
    const env = join(site.directory, ".env");
    for (const [mode, told] of [[0o644, [`WARNING secrets ${env}: other accounts of this machine can read it → chmod 600 ${env}`]], [0o600, []]] as const) {
      writeFileSync(env, "SOME=thing\n");
      chmodSync(env, mode);
      const { out } = await site.run("checkHealth", "--local");
      expect(out.split("\n").filter((line) => line.includes(" secrets "))).toEqual(told);
    }
    rmSync(env);
  });

  it.skipIf(process.platform === "win32")("tells of definitions that any account can write, and of none that nobody else can", async () => {
    const places = [site.directory, join(site.directory, "dataSources.yaml"), join(site.directory, "connections")];
    const modes = places.map((place) => statSync(place).mode & 0o777);
    const told = async (): Promise<readonly string[]> => (await site.run("checkHealth", "--local")).out.split("\n").filter((line) => line.includes(" definitions "));
    expect(await told()).toEqual([]);
    for (const [index, place] of places.entries()) chmodSync(place, (modes[index] ?? 0) | 0o002);
    const found = await told();
    for (const [index, place] of places.entries()) chmodSync(place, modes[index] ?? 0);
    expect(found).toEqual(places.toSorted().map((place) => `WARNING definitions ${place}: any account of this machine can write it, and so decide what Tandem does → chmod o-w ${place}`));
  });

  it("asks a system that does not answer once, and tells it", async () => {
    const sources = join(site.directory, "dataSources.yaml");
    const before = readFileSync(sources, "utf8");
    writeFileSync(sources, before.replace(/( {2}jira:[\s\S]*proxy: none)/, "$1, timeoutSeconds: 1"));
    await fetch(`${site.jira.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify([{ match: { path: "/rest" }, effect: { delayMs: 60_000 } }]) });
    await fetch(`${site.jira.url}/_sandbox/calls`, { method: "DELETE" });
    const { code, out } = await site.run("checkHealth");
    const calls = site.jira.calls().length;
    await fetch(`${site.jira.url}/_sandbox/faults`, { method: "DELETE" });
    writeFileSync(sources, before);
    expect([code, calls]).toEqual([1, 1]);
    expect(out).toMatch(/^CRITICAL login jira: .*no whole answer within the time limit/m);
  });

  it("is silent with -q where all is well, asks no endpoint with --local, and answers one document with --json", async () => {
    story(site, "A");
    await site.run("syncIteration");
    const before = site.octane.callCount() + site.jira.callCount();
    const quiet = await site.run("checkHealth", "--local", "-q");
    expect([apart(quiet.out), quiet.err, quiet.code]).toEqual([[], "", quiet.out === "" ? 0 : 1]);
    expect(site.octane.callCount() + site.jira.callCount()).toBe(before);
    const { lines } = JSON.parse((await site.run("checkHealth", "--connection", "octane-jira", "--json")).out) as { readonly lines: readonly HealthLine[] };
    expect(lines.filter(({ grade, check }) => grade !== "OK" && !["disk", "memory"].includes(check))).toEqual([]);
    expect(lines.map(({ check }) => check)).toEqual(expect.arrayContaining(["login", "clock", "watermark", "quarantine"]));
    const wrong = await site.runWith("checkHealth", ["-q"], { env: { JIRA_TOKEN: "wrong-token" } });
    expect([wrong.code, wrong.err]).toEqual([1, ""]);
    expect(apart(wrong.out)).toEqual([expect.stringMatching(/^CRITICAL login jira: /)]);
    expect(wrong.out).not.toContain("wrong-token");
    const away = await site.runWith("checkHealth", ["--detailed-exit-code"], { env: { DATABASE_URL: "postgres://u:hidden@127.0.0.1:1/x" } });
    expect([away.code, away.err]).toEqual([2, ""]);
    expect(away.out).toMatch(/^CRITICAL database store: the database 127\.0\.0\.1:1\/x cannot be reached [^\n]*\n[\s\S]*OK login jira: /);
    expect(away.out).not.toMatch(/hidden|watermark/);
  });
});

describe("checkHealth --notify", () => {
  it("tells the site's recipients once, and puts what is wrong into the log; without recipients it ends with 78", async () => {
    const [site, hook] = [await openSite(), await startListener()];
    try {
      const log = join(site.directory, "log");
      const run = () => site.run("checkHealth", "--local", "--notify", "-q", "--log", log);
      expect(await run()).toMatchObject({ code: 78, out: "", err: expect.stringContaining("names nobody to be told") });
      writeFileSync(join(site.directory, "settings.yaml"), `notify: { webhook: "${hook.url}" }\n`);
      for (const _ of [1, 2]) expect((await run()).code).toBe(1);
      expect(hook.heard.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ kind: "failure", subject: "checkHealth", message: expect.stringContaining("WARNING watermark octane-jira: nothing was ever read") }]);
      expect(readFileSync(log, "utf8")).toMatch(/"level":"warn",.*"message":"WARNING watermark octane-jira/);
    } finally {
      await Promise.all([site.close(), hook.close()]);
    }
  });
});

describe("certificates", () => {
  const certificates = makeCertificates();
  afterAll(() => certificates.remove());

  it("are read of the server, its authority and ourselves, and a refused one is told", async () => {
    const server = createServer({ ...certificates.server, ca: readFileSync(certificates.caFile), requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const settings = { name: "alm", system: "x", url: `https://localhost:${(server.address() as AddressInfo).port}`, credentials: {}, scope: {}, options: {} };
      const { certFile, keyFile, pfxFile, passphrase } = certificates.client;
      for (const own of [{ certFile, keyFile }, { pfxFile, passphrase }]) {
        const found = await certificatesOf({ ...settings, network: { proxy: "none", caFile: certificates.caFile, ...own } });
        expect(found.map(({ what }) => what)).toEqual(["the certificate of localhost", "the authority Test authority", "our own certificate"]);
        for (const { expiresAt } of found) expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(0);
      }
      await expect(certificatesOf({ ...settings, network: { proxy: "none" } })).rejects.toThrow(/^no TLS connection to localhost:\d+: /);
      expect(await certificatesOf({ ...settings, url: "http://localhost:1", network: {} })).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
