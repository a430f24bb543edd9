// For each system: the process is killed when an item has been created there and nothing of it is recorded yet. The next
// run finds it again and creates nothing twice.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Endpoint, type Source, SYSTEMS, systemOf } from "../../support/systems/endpoints.ts";
import { createGates } from "../../support/systems/gate.ts";
import { freshDatabase } from "../../support/store/postgres.ts";
import { runScript, startScript } from "../../support/scripts/process.ts";

const NAMES = ["first", "second, \"quoted\" & <b>", "third ünï"];

/** A configuration folder for these two, the target behind an address of its own. Answers the secrets, for the environment. */
const configure = (home: string, master: Endpoint, target: Endpoint, targetUrl: string): Readonly<Record<string, string>> => {
  mkdirSync(join(home, "tandem", "connections"), { recursive: true });
  const env: Record<string, string> = {};
  const hidden = (side: string, source: Source): Source => {
    for (const [key, value] of Object.entries(source.credentials)) env[`${side}_${key}`.toUpperCase()] = value;
    return { ...source, credentials: Object.fromEntries(Object.keys(source.credentials).map((key) => [key, `\${env:${`${side}_${key}`.toUpperCase()}}`])) };
  };
  writeFileSync(join(home, "tandem", "dataSources.yaml"), JSON.stringify({ dataSources: { master: hidden("master", master.source(master.url)), target: hidden("target", target.source(targetUrl)) } }));
  const connection = {
    name: "pair",
    master: "master",
    target: "target",
    projects: [{ master: master.project, target: target.project }],
    types: [{ master: master.type, target: target.type, direction: "fromMaster", fields: [{ master: master.nameField, target: target.nameField }] }],
  };
  writeFileSync(join(home, "tandem", "connections", "pair.yaml"), JSON.stringify(connection));
  return env;
};

interface Summary {
  readonly counts: { readonly target: Readonly<Record<string, number>> };
}

describe.each(SYSTEMS.map((system) => [system.title, system] as const))("killed between a create in %s and its recording", (title, system) => {
  it.skipIf(!system.available())("the next run takes the item for its own", async () => {
    const [master, target, database] = [await systemOf(title === "ALM Octane" ? "Jira Cloud" : "ALM Octane").start(), await system.start(), await freshDatabase()];
    const gates = createGates();
    const home = mkdtempSync(join(tmpdir(), "tandem-killed-"));
    try {
      const env = configure(home, master, target, await gates.front(target.url));
      const already = await target.names();
      for (const name of NAMES) await master.make(name);
      const how = { cwd: home, env: { ...env, DATABASE_URL: database.url } };
      const words = ["--config", join(home, "tandem"), "--lock-wait", "30", "--json"];
      const reached = gates.stopAt((step) => step.when === "after" && system.creates(step));
      const running = await startScript("syncIteration", words, how);
      const end = await Promise.race([reached, running.ended]);
      expect(end).toMatchObject({ when: "after" });
      running.kill();
      await running.ended;
      gates.open();
      expect((await target.names()).length).toBeGreaterThan(already.length);
      const second = await runScript("syncIteration", words, how);
      expect([second.code, second.err]).toEqual([0, ""]);
      expect((JSON.parse(second.out) as Summary).counts.target["adopted"]).toBeGreaterThan(0);
      expect((await target.names()).toSorted()).toEqual([...already, ...(await master.names())].toSorted());
      const third = await runScript("syncIteration", words, how);
      expect(third.code).toBe(0);
      expect(JSON.parse(third.out)).toMatchObject({ counts: { target: { created: 0, adopted: 0, updated: 0 } } });
    } finally {
      await gates.close();
      await Promise.all([master.close(), target.close(), database.drop()]);
      rmSync(home, { recursive: true, force: true });
    }
  });
});
