// Told to stop while a system does not answer: it leaves within ten seconds, says so, and the next run does the work.

import { afterAll, beforeAll, expect, it } from "vitest";
import { issues, openSite, type Site, story } from "../support/scripts/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

it("a run that waits for a system leaves within ten seconds with 75 and a word", async () => {
  story(site, "waits");
  const fault = await fetch(`${site.jira.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify([{ match: { method: "POST", path: "/issue" }, effect: { delayMs: 60_000 } }]) });
  expect(fault.status).toBe(200);
  const running = await site.start("syncIteration");
  // Before its first item it leaves at once.
  await expect.poll(() => site.jira.calls().some(({ method, path, status }) => method === "POST" && path.includes("/issue") && status === null)).toBe(true);
  const at = performance.now();
  running.terminate();
  const ended = await running.ended;
  expect([ended.code, ended.err]).toEqual([75, expect.stringContaining("syncIteration: was told to stop")]);
  expect(performance.now() - at).toBeLessThan(11_000);
  await fetch(`${site.jira.url}/_sandbox/faults`, { method: "DELETE" });
  expect([(await site.run("syncIteration")).code, issues(site)]).toEqual([0, ["waits"]]);
}, 600_000);
