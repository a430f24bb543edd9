import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditFacts } from "../../lib/core/report/auditFacts.ts";
import { auditHtml } from "../../lib/core/report/auditHtml.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const there = existsSync(CHROMIUM);
if (!there && process.env.TANDEM_REQUIRE_BROWSER === "1") throw new Error(`no browser at ${CHROMIUM}: install the package chromium, or name one in CHROMIUM`);
if (!there) console.warn(`no browser at ${CHROMIUM}: the audit report is not opened in one (install the package chromium)`);

const HOSTILE = `"><img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`;

const FACTS: AuditFacts = {
  connection: HOSTILE,
  at: "2026-11-26T10:00:00.000Z",
  master: "octane",
  target: "jira",
  sets: [
    {
      key: "octane-jira/story~Story/1002~DEMO",
      master: { dataSource: "octane", type: "story", project: "1002", items: 3 },
      target: { dataSource: "jira", type: "Story", project: "DEMO", items: 2 },
      pendingLinks: 0,
      rows: [
        { master: { id: "1" }, target: { id: "2", key: "DEMO-2", url: "javascript:document.title='hacked'" }, name: HOSTILE, state: "in step", reason: "", drift: [] },
        { master: { id: "3" }, target: { id: "4" }, name: "Needle in the haystack", state: "pending", reason: "differs: Name", drift: [{ field: "Name", master: HOSTILE, target: "b" }] },
        { master: { id: "5" }, name: "Single", state: "unpaired", reason: HOSTILE, drift: [] },
      ],
    },
  ],
  conflicts: [{ syncSet: "s", field: "name", masterId: "1", targetId: "2", master: HOSTILE, target: "t" }],
  runs: [{ id: "r", at: "2026-11-26T09:00:00.000Z", status: "done", counts: { "created.target": 2 } }],
};

describe.skipIf(!there)("the audit report in a real browser", () => {
  let browser: Browser;
  let home = "";
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "tandem-audit-"));
    writeFileSync(join(home, "audit.html"), auditHtml(FACTS));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it("shows charts and items, finds one by searching, and runs nothing of a hostile text", async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`file://${join(home, "audit.html")}`);
    expect(await page.locator("svg").count()).toBeGreaterThan(0);
    expect(await page.getByText("Needle in the haystack").first().isVisible()).toBe(true);
    expect(await page.getByText("Single", { exact: true }).first().isVisible()).toBe(true);
    await page.locator("input[type=search]").first().fill("needle");
    await expect.poll(() => page.getByText("Single", { exact: true }).first().isVisible()).toBe(false);
    expect(await page.getByText("Needle in the haystack").first().isVisible()).toBe(true);
    expect([await page.title(), errors, asked.filter((url) => !url.startsWith("file:"))].join()).not.toContain("hacked,");
    expect(await page.title()).not.toBe("hacked");
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(asked).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it("runs its own script and no other, should a text ever get out of its place", async () => {
    writeFileSync(join(home, "smuggled.html"), auditHtml(FACTS).replace("</body>", "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\"></body>"));
    const page = await browser.newPage();
    await page.goto(`file://${join(home, "smuggled.html")}`);
    expect(await page.getByText("Needle in the haystack").first().isVisible()).toBe(true);
    expect(await page.title()).not.toBe("hacked");
  });

  it("fits a narrow screen, follows a dark one, and lets names run the way their letters do", async () => {
    const context = await browser.newContext({ viewport: { width: 380, height: 800 }, colorScheme: "dark" });
    const page = await context.newPage();
    await page.goto(`file://${join(home, "audit.html")}`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
    const colour = "getComputedStyle(document.body).backgroundColor";
    const dark = await page.evaluate(colour);
    const name = "#items td:nth-child(3)";
    await page.evaluate(`document.querySelector('${name}').textContent = 'שלום, Tandem'`);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('${name}')).direction`)).toBe("rtl");
    await page.emulateMedia({ media: "print" });
    // On paper it is light, and the head needs no background to be read.
    expect([dark === (await page.evaluate(colour)), await page.evaluate("getComputedStyle(document.querySelector('header')).color")]).toEqual([false, "rgb(29, 39, 51)"]);
    await context.close();
  });
});
