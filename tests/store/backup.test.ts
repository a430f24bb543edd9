// Backups of a filled store: out of a server and out of the embedded one, into either, whole or not at all.

import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../lib/store/database.ts";
import { dumpLogical } from "../../lib/store/backup/logical.ts";
import { migrate } from "../../lib/store/migrate.ts";
import { pack, readBackup, sealed, unpack } from "../../lib/store/backup/backupForm.ts";
import { openBackup, tryLogical } from "../../lib/store/backup/openBackup.ts";
import { openStore } from "../../lib/store/open.ts";
import { type BackupDoor, RESTORED_FACT, type Store } from "../../lib/store/store.ts";
import { execute, type FreshDatabase, freshDatabase, type FreshEmbedded, freshEmbedded } from "../support/store/postgres.ts";
import { HOSTILE, makeLink } from "./contractHand.ts";

const AT = "2026-11-24T13:05:00.123Z";
const RUN = "00000000-0000-4000-8000-000000000001";

const optionsOf = (where: { readonly url?: string; readonly directory?: string }) => ({
  ...(where.url === undefined ? {} : { databaseUrl: where.url }),
  directory: where.directory ?? "",
  lockWaitSeconds: 5,
  holder: { host: "test", pid: process.pid, script: "test" },
  now: () => AT,
  environment: process.env,
});

/** What a restore notes, at this very time: what was restored is what it was. */
const RESTORED = { name: RESTORED_FACT, value: { from: AT }, at: AT };

const fill = async (store: Store): Promise<void> => {
  const [set] = await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: { name: "x" } }]);
  const syncSet = set?.id ?? 0;
  await store.record({
    links: Array.from({ length: 1234 }, (_, at) => makeLink(syncSet, `m${at}`, `t${at}`)),
    watermarks: [{ syncSet, side: "master", at: AT }],
    conflicts: [{ syncSet, masterId: "m1", targetId: "t1", field: "name", masterValue: null, targetValue: "x", at: AT }],
    outcomes: HOSTILE.flatMap((text) => ["2026-10-01T00:00:00.000Z", AT].map((at) => ({ run: RUN, at, syncSet, side: "target" as const, action: "update" as const, reason: text, masterId: "m1", before: { name: text }, after: { name: null } }))),
  });
  await store.runs.start({ id: RUN, connection: "c", script: "syncIteration", host: "h", pid: 1, at: AT });
  await store.facts.set([{ name: "nothing", value: null, at: AT }, { name: "number", value: 12345678901234567890n.toString(), at: AT }, RESTORED]);
};

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

const textOf = async (pages: AsyncIterable<string>): Promise<string> => {
  let text = "";
  for await (const page of pages) text += page;
  return text;
};

const withDoor = async <T>(where: Parameters<typeof optionsOf>[0], work: (door: BackupDoor) => Promise<T>, how: { readonly damagedToo?: boolean } = {}): Promise<T> => {
  const { door } = await openBackup(optionsOf(where), how);
  try {
    return await work(door);
  } finally {
    await door.close();
  }
};

/** Everything but the first line, which tells when and where. */
const contentOf = async (where: Parameters<typeof optionsOf>[0]): Promise<readonly string[]> => (await withDoor(where, (door) => textOf(door.dump()))).split("\n").slice(1).toSorted();

describe("a backup in the logical form", () => {
  let server: FreshDatabase;
  let embedded: FreshEmbedded;
  let text: string;
  beforeAll(async () => {
    [server, embedded] = [await freshDatabase(), await freshEmbedded()];
    const store = await openStore(optionsOf({ url: server.url }));
    await fill(store);
    await store.close();
    text = await withDoor({ url: server.url }, (door) => textOf(door.dump()));
  });
  afterAll(async () => {
    await server.drop();
    embedded.drop();
  });

  it("moves from a server to the embedded store and on to another server, the same to the last byte", async () => {
    const before = await contentOf({ url: server.url });
    expect(before.length).toBeGreaterThan(1234);
    const inside = await withDoor({ directory: embedded.directory }, async (door) => {
      await door.load(once(text), { replace: false });
      return textOf(door.dump());
    });
    expect(inside.split("\n").slice(1).toSorted()).toEqual(before);
    expect(JSON.parse(inside.split("\n")[0] ?? "")).toMatchObject({ tandemBackup: 1, from: "embedded", at: AT });
    const other = await freshDatabase({ migrated: false });
    try {
      await withDoor({ url: other.url }, (door) => door.load(once(inside), { replace: false }));
      expect(await contentOf({ url: other.url })).toEqual(before);
      const store = await openStore(optionsOf({ url: other.url }));
      try {
        expect((await store.syncSets.ensure("d", [{ key: "new", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id).toBe(2);
        expect((await store.conflicts.list("c"))[0]).toMatchObject({ masterValue: null, targetValue: "x" });
        expect((await store.facts.get("nothing"))?.value).toBeNull();
      } finally {
        await store.close();
      }
    } finally {
      await other.drop();
    }
  });

  it("is refused by a store that holds something, and takes its place when told", async () => {
    await expect(withDoor({ url: server.url }, (door) => door.load(once(text), { replace: false }))).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining("is not empty") });
    const before = await contentOf({ url: server.url });
    await execute(server.url, "delete from links", "insert into facts values ('late', '1', now())");
    await withDoor({ url: server.url }, (door) => door.load(once(text), { replace: true }));
    expect(await contentOf({ url: server.url })).toEqual(before);
  });

  it("is refused whole where it is cut, changed, of something else or of a newer schema", async () => {
    const other = await freshDatabase();
    const bad: readonly (readonly [string, string])[] = [
      [text.slice(0, -200), "its end is missing|cannot be read"],
      [text.replace(/\n\["1", "m7",[^\n]*/, ""), "links came out as 1233 rows, 1234 went in"],
      [text.replace('"m7"', '"m7x"'), "some of them different"],
      ['{"hello":1}\n{}\n', "its first lines do not say so"],
      ["", "its first lines do not say so"],
      [text.replace(/"schema":\d+/, '"schema":999'), "the backup has schema 999"],
      [text.replace('{"table":"links"', '{"table":"lynx"'), "nobody knows its table lynx"],
    ];
    try {
      for (const [lines, words] of bad) await expect(withDoor({ url: other.url }, (door) => door.load(once(lines), { replace: false }))).rejects.toThrow(new RegExp(words));
      expect(await withDoor({ url: other.url }, (door) => door.isEmpty())).toBe(true);
    } finally {
      await other.drop();
    }
  });

  it("of an older schema is brought up to date, into a store of today", async () => {
    const old = await freshDatabase({ migrated: false });
    try {
      const open = await openDatabase({ databaseUrl: old.url, directory: "" });
      await migrate(open.db, 2);
      await open.db.raw("insert into sync_sets (connection, key, fingerprint, field_fingerprints) values ('old', 'k', 'f', '{}')");
      await open.db.raw("insert into links (sync_set, master_id, target_id) values (1, 'm', 't')");
      const older = await textOf(dumpLogical(open, AT));
      await open.close();
      expect(JSON.parse(older.split("\n")[0] ?? "")).toMatchObject({ schema: 2 });
      await withDoor({ url: server.url }, (door) => door.load(once(older), { replace: true }));
      const store = await openStore(optionsOf({ url: server.url }));
      expect(await store.links.search("m")).toMatchObject([{ connection: "old", target: { id: "t" } }]);
      expect(await store.runs.list()).toEqual([]);
      await store.close();
    } finally {
      await old.drop();
      await withDoor({ url: server.url }, (door) => door.load(once(text), { replace: true }));
    }
  });

  it("is tried in a database of its own, of which nothing stays", async () => {
    const { sums, schema } = await tryLogical(once(text));
    expect([sums.links?.rows, schema > 0]).toEqual([1234, true]);
  });

  it("takes the place of an embedded store that does not open any more, which is set aside", async () => {
    const broken = await freshEmbedded();
    try {
      const data = join(broken.directory, "data");
      rmSync(data, { recursive: true });
      mkdirSync(data);
      cpSync(join(import.meta.dirname, "contract.ts"), join(data, "PG_VERSION"));
      await expect(openBackup(optionsOf({ directory: broken.directory }))).rejects.toMatchObject({ exitCode: 69 });
      const replaced = async (door: BackupDoor): Promise<string> => {
        await door.load(once(text), { replace: true });
        return textOf(door.dump());
      };
      expect((await withDoor({ directory: broken.directory }, replaced, { damagedToo: true })).split("\n").slice(1).toSorted()).toEqual(text.split("\n").slice(1).toSorted());
      expect(readdirSync(broken.directory)).toContain(`data.damaged-${AT.replace(/[:.]/g, "")}`);
      await (await openStore(optionsOf({ directory: broken.directory }))).close();
    } finally {
      broken.drop();
    }
  });

  it("that does not come to its end leaves no empty store in the place of one that does not open", async () => {
    const broken = await freshEmbedded();
    try {
      writeFileSync(join(broken.directory, "data", "global", "pg_control"), "torn");
      const load = (lines: string) => withDoor({ directory: broken.directory }, (door) => door.load(once(lines), { replace: true }), { damagedToo: true });
      await expect(load(text.slice(0, -2))).rejects.toMatchObject({ exitCode: 65 });
      await expect(openStore(optionsOf({ directory: broken.directory }))).rejects.toMatchObject({ exitCode: 69, message: expect.stringMatching(/holds nothing yet: .* the old one is \S+data\.damaged-/) });
      await expect(openBackup(optionsOf({ directory: broken.directory }))).rejects.toMatchObject({ exitCode: 69 });
      await load(text);
      await (await openStore(optionsOf({ directory: broken.directory }))).close();
    } finally {
      broken.drop();
    }
  });

  it("is noted as made, for those who look after the site", async () => {
    await withDoor({ url: server.url }, (door) => door.remember(1234));
    expect(await execute(server.url, "select value, at from facts where name = 'backup:last'")).toEqual([{ value: { rows: 1234 }, at: new Date(AT) }]);
  });

  it("waits for nobody: while a connection is at work it is refused", async () => {
    const store = await openStore(optionsOf({ url: server.url }));
    const lease = await store.locks.acquire("connection:c", { host: "h", pid: 1, script: "syncIteration" });
    try {
      await expect(withDoor({ url: server.url }, (door) => door.load(once(text), { replace: true }))).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("connection:c is at work") });
    } finally {
      if ("release" in lease) await lease.release();
      await store.close();
    }
  });
});

describe("the file of a backup", () => {
  async function* one(part: Uint8Array): AsyncGenerator<Uint8Array> {
    yield part;
  }

  it("tells its form by its first bytes, sealed or not", async () => {
    const plain = await buffer(pack(once("hello\nworld\n")));
    const closed = await buffer(sealed(one(plain), "pass"));
    for (const [file, passphrase, wasSealed] of [[plain, undefined, false], [plain, "pass", false], [closed, "pass", true]] as const) {
      const read = await readBackup(one(file), passphrase);
      expect([read.form, read.wasSealed, await textOf(unpack(read.content))]).toEqual(["logical", wasSealed, "hello\nworld\n"]);
    }
    expect((await readBackup(one(Buffer.from("PGDMP\u0001\u000e and more bytes")), undefined)).form).toBe("pgDump");
    await expect(readBackup(one(closed), undefined)).rejects.toThrow("the backup is sealed");
    for (const junk of ["", "x", "no backup at all, this"]) await expect(readBackup(one(Buffer.from(junk)), undefined)).rejects.toThrow("this is no backup of Tandem");
  });

  it("that is damaged is told, not half read", async () => {
    const plain = await buffer(pack(once("hello\n".repeat(5000))));
    for (const damaged of [plain.subarray(0, plain.length - 9), Buffer.concat([plain.subarray(0, 30), Buffer.from("xxxx"), plain.subarray(34)])]) await expect(textOf(unpack(one(damaged)))).rejects.toMatchObject({ exitCode: 65 });
  });
});
