// The page for operators, followed from top to bottom as it stands: every shell block is executed, in order, in one folder, on
// two sandboxes, a real database and a mail server of our own. Only names of machines and their secrets are put in.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJiraCloud } from "../../../lib/sandbox/jira.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { compiledScript } from "../../support/testRun/compiled.ts";
import { type FreshDatabase, freshDatabase } from "../../support/store/postgres.ts";
import { type SmtpServer, startSmtp } from "../../support/outside/smtp.ts";
import { bash } from "../../support/scripts/bash.ts";
import { type Ended, SHORT_LIVED } from "../../support/scripts/process.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/operations.md", import.meta.url)), "utf8");
const blocksOf = (language: string): readonly string[] => [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");

describe("docs/operations.md", () => {
  let home: string;
  let octane: SandboxServer;
  let jira: SandboxServer;
  let database: FreshDatabase;
  let mail: SmtpServer;
  let run: (block: string) => Promise<Ended>;
  beforeEach(async () => {
    [octane, jira, database, mail] = [await startServer(createOctane), await startServer(createJiraCloud), await freshDatabase(), await startSmtp()];
    home = mkdtempSync(join(tmpdir(), "tandem-operations-"));
    const bin = join(home, "bin");
    mkdirSync(bin);
    const fake = (name: string, body: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    fake("npx", `shift; name=$1; shift; exec '${process.execPath}' ${SHORT_LIVED.join(" ")} '${dirname(await compiledScript("syncIteration"))}'/$name.js "$@"`);
    fake("systemctl", `echo "$@" >> '${join(home, "systemctl.log")}'`);
    fake("crontab", `if [ "$1" = "-l" ]; then cat '${join(home, "the-crontab")}' 2> /dev/null || { echo "no crontab for me" >&2; exit 1; }; else cat > '${join(home, "the-crontab")}'; fi`);
    const site = join(home, "site");
    mkdirSync(site);
    const put: readonly (readonly [string, string])[] = [
      ["postgres://tandem_run:run-password@db.example.com:5432/tandem", database.url],
      ["https://octane.example.com", octane.url],
      ["https://jira.example.com", jira.url],
      ["octane-client-secret", "tandem_secret"],
      ["jira-api-token", "jira-token"],
      ["host: mail.example.com\n    security: startTls", `host: 127.0.0.1\n    port: ${mail.port}\n    security: none`],
    ];
    const env = { PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: home, LANG: "C.UTF-8", TERM: "dumb", NO_PROXY: "127.0.0.1" };
    run = (block) => bash(put.reduce((text, [from, to]) => text.replaceAll(from, to), block), site, env);
  });
  afterEach(async () => {
    await Promise.all([octane.close(), jira.close(), database.drop(), mail.close()]);
    rmSync(home, { recursive: true, force: true });
  });

  it("leads from nothing to a site that runs, step by step", { timeout: 600_000 }, async () => {
    const blocks = blocksOf("sh");
    expect(blocks.length).toBeGreaterThanOrEqual(12);
    for (const block of blocks) {
      octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1002", fields: { name: `story of ${block.slice(0, 20)}` } });
      const { code, out, err } = await run(block);
      expect({ block, code, out, err: code === 0 ? "" : err }).toEqual({ block, code: 0, out, err: "" });
      if (block.includes("writeSchedule --for cron crontab --install")) expect(readFileSync(join(home, "the-crontab"), "utf8")).toContain("syncIteration --all --due -q");
      if (block.includes("--install --user --yes")) expect(existsSync(join(home, ".config", "systemd", "user", "tandem-sync-iteration.timer"))).toBe(true);
    }
    expect((statSync(join(home, "site", "tandem", ".env")).mode & 0o777).toString(8)).toBe("600");
    expect(jira.items().filter((row) => row.type === "Story").length).toBeGreaterThan(0);
    expect(mail.mails).toMatchObject([{ to: ["operations@example.com"], text: expect.stringContaining("Nothing is wrong.") }]);
    expect(readFileSync(join(home, "the-crontab"), "utf8")).toBe("");
    expect(existsSync(join(home, ".config", "systemd", "user", "tandem-sync-iteration.timer"))).toBe(false);
    expect(existsSync(join(home, "site", "reports", "octane-jira.html"))).toBe(true);
  });

  /** The few constructs of PowerShell that the page needs, as bash says them; what it holds else is the same in both. */
  const inBash = (block: string): string =>
    block
      .replace(/`\n/g, "\\\n")
      .replace(/^New-Item -ItemType Directory -Force (\S+)$/gm, "mkdir -p $1")
      .replace(/^@'\n([\s\S]*?)^'@ \| Set-Content -Encoding utf8 (\S+)$/gm, (_, text: string, file: string) => `(umask 077; printf '\\357\\273\\277' > ${file.replaceAll("\\", "/")}; cat >> ${file.replaceAll("\\", "/")}) <<'END'\n${text}END`);

  it("leads to the same on Windows, in the words of its shell, up to what schtasks is to be told", { timeout: 300_000 }, async () => {
    const blocks = blocksOf("powershell");
    expect(blocks.length).toBeGreaterThanOrEqual(10);
    for (const block of blocks) {
      const { code, out, err } = await run(inBash(block));
      expect({ block, code, out, err: code === 0 ? "" : err }).toEqual({ block, code: 0, out, err: "" });
      if (block.includes("--uninstall")) expect(out).toMatch(/^schtasks \/Delete \/TN \\Tandem\\[^\\]+\\tandem-sync-iteration \/F$/m);
      else if (block.includes("writeSchedule")) expect(out).toMatch(/^schtasks \/Create \/TN \\Tandem\\[^\\]+\\tandem-sync-iteration \/XML /m);
    }
    expect(existsSync(join(home, "site", "reports", "octane-jira.html"))).toBe(true);
  });
});

it("docs/operations.md links only to pages that are there", () => {
  const targets = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
  expect(targets.length).toBeGreaterThan(8);
  for (const target of targets) expect([target, existsSync(fileURLToPath(new URL(`../../../docs/${target}`, import.meta.url)))]).toEqual([target, true]);
});
