// The embedded store between processes: one at a time, whoever is killed, private whatever happens. Real processes.

import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../lib/store/open.ts";
import { lockFile } from "../../lib/store/locks/processLock.ts";
import type { Store } from "../../lib/store/store.ts";
import { killChildren, startChild } from "../support/store/child.ts";
import { type FreshEmbedded, freshEmbedded } from "../support/store/postgres.ts";
import { collect } from "./contractHand.ts";

const open = (directory: string, lockWaitSeconds = 5): Promise<Store> => openStore({ directory, lockWaitSeconds, holder: { host: hostname(), pid: process.pid, script: "test" }, now: () => "2026-11-24T13:05:00.000Z" });

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

// Starting an engine costs seconds of CPU: on a machine that is busy elsewhere that can be a minute.
describe("the embedded store between processes", { timeout: 180_000 }, () => {
  let folder: FreshEmbedded;
  beforeAll(async () => {
    folder = await freshEmbedded();
  });
  afterEach(killChildren);
  afterAll(() => folder.drop());

  it("lets the second wait the stated time, then leave with 75 naming the first", async () => {
    const first = await startChild("hold", folder.directory);
    await first.next();
    const second = await (await startChild("open", folder.directory, "1")).next();
    expect(second).toMatchObject({ code: 75, advice: expect.stringContaining("--lock-wait") });
    expect(second.error).toContain(`child (process ${first.pid} on ${hostname()}`);
    expect(second.error).toContain("waited 1 s");
    expect(Number(second.waited)).toBeGreaterThanOrEqual(1000);
  });

  it("lets the second in as soon as the first is killed", async () => {
    const first = await startChild("hold", folder.directory);
    await first.next();
    const second = await startChild("open", folder.directory, "30");
    const answer = second.next();
    await first.kill();
    expect(await answer).toEqual({ opened: true });
    expect(await second.ended).toBe(0);
    expect(existsSync(join(folder.directory, "holder.json"))).toBe(false);
  });

  it("keeps every acknowledged record when the writer is killed, and opens again", async () => {
    const store = await open(folder.directory);
    const syncSet = (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0;
    await store.close();
    const writer = await startChild("write", folder.directory, String(syncSet));
    let acknowledged = 0;
    while (acknowledged < 60) acknowledged = Number((await writer.next()).done);
    await writer.kill();
    const again = await open(folder.directory);
    const links = await collect(again.links.scan(syncSet, "master"));
    const mark = await again.watermarks.get(syncSet, "master");
    expect(links.length).toBeGreaterThanOrEqual(acknowledged);
    // What one record wrote is there whole: the watermark belongs to the last link.
    expect(mark?.at).toBe(new Date(links.length).toISOString());
    expect(await again.links.byIds(syncSet, "target", links.map((link) => link.target.id))).toHaveLength(links.length);
    await again.close();
  });

  it("is private, folders 0700 and files of ours 0600, and takes back what a copy has lost", async () => {
    rmSync(join(folder.directory, "TANDEM_STORE"));
    for (const path of [folder.directory, join(folder.directory, "data")]) chmodSync(path, 0o755);
    const store = await open(folder.directory);
    expect([folder.directory, join(folder.directory, "data")].map(modeOf)).toEqual(["700", "700"]);
    expect(["TANDEM_STORE", "holder.json"].map((name) => modeOf(join(folder.directory, name)))).toEqual(["600", "600"]);
    await store.close();
  });

  it("does not open what somebody on another host holds, until their beat has stopped", async () => {
    const note = join(folder.directory, "holder.json");
    writeFileSync(note, JSON.stringify({ host: "pod-7", pid: 1, script: "syncIteration", since: "2026-11-24T13:00:00.000Z" }));
    await expect(open(folder.directory, 0.1)).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("syncIteration (process 1 on pod-7") });
    const old = new Date(Date.now() - 600_000);
    utimesSync(note, old, old);
    const store = await open(folder.directory, 0.1);
    await store.close();
  });

  it("opens and closes one after the other in one process, and refuses to open twice", async () => {
    const store = await open(folder.directory);
    await expect(open(folder.directory, 0)).rejects.toMatchObject({ exitCode: 75 });
    await store.close();
    await (await open(folder.directory, 0)).close();
  });

  it("says what is wrong with a folder that cannot be used", async () => {
    const file = join(folder.directory, "file");
    writeFileSync(file, "");
    await expect(open(join(file, "store"), 0)).rejects.toMatchObject({ exitCode: 73, message: expect.stringContaining("cannot make the folder") });
  });

  it("says what is wrong with a folder that is damaged", async () => {
    rmSync(join(folder.directory, "data", "global"), { recursive: true });
    await expect(open(folder.directory, 0)).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining("cannot be opened") });
  });
});

describe("the lock file of systems without sockets that die with their process", () => {
  const directory = mkdtempSync(join(tmpdir(), "tandem-lock-"));
  const file = join(directory, "lock");
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is held once and free again", () => {
    const release = lockFile(file);
    expect(release).toBeDefined();
    expect(lockFile(file)).toBeUndefined();
    release?.();
    expect(existsSync(file)).toBe(false);
  });

  it("is taken over from the dead only", () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid }));
    expect(lockFile(file)).toBeUndefined();
    expect(lockFile(file)).toBeUndefined();
    // No process has this number.
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1 }));
    expect(lockFile(file)).toBeUndefined();
    const release = lockFile(file);
    expect(release).toBeDefined();
    release?.();
  });

  it("survives a thief that died while stealing", () => {
    for (const name of [file, `${file}.steal`]) writeFileSync(name, JSON.stringify({ pid: 2 ** 22 + 1 }));
    const tries = Array.from({ length: 4 }, () => lockFile(file));
    const release = tries.find((result) => result !== undefined);
    expect(release).toBeDefined();
    release?.();
  });
});
