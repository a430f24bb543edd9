// A file of people into the store: every row checked, in one transaction, beside psql's \copy of the same file as it is; and
// what else one might take for the latter.

import { spawnSync } from "node:child_process";
import { appendFileSync, createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import knex from "knex";
import pg from "pg";
import { from } from "pg-copy-streams";
import { expect, it } from "vitest";
import { csvRows } from "../../lib/core/users/csvRows.ts";
import { freshDatabase } from "../support/store/postgres.ts";
import { runScript } from "../support/scripts/process.ts";
import { hasSqlite, sqlite } from "./sqlite.ts";
import { keep, keepTimes, sideBySide } from "./measure.ts";
import { PEAK, peakOf } from "./peak.ts";

const ROWS = Number(process.env.TANDEM_ROWS ?? 1_000_000);
const TIMES = Number(process.env.TANDEM_TIMES ?? 5);
const BATCH = 1_000;

const write = async (file: string): Promise<void> => {
  const out = createWriteStream(file);
  out.write("name,jira,octane\n");
  for (let n = 0; n < ROWS; n++) if (!out.write(`Person ${n},p${n}@example.com,person.${n}\n`)) await once(out, "drain");
  out.end();
  await once(out, "finish");
};

const hasPsql = spawnSync("psql", ["--version"]).error === undefined;

it(`${ROWS} people`, async () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-bench-"));
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  const rows = knex({ client: "pg", connection: database.url });
  try {
    mkdirSync(join(home, "tandem"));
    const file = join(home, "people.csv");
    await write(file);
    await client.connect();
    await client.query("create table raw (name text, jira text, octane text)");
    const peaks: number[] = [];
    const run = async (): Promise<string> => {
      const ended = await runScript("importUserMaps", ["--config", join(home, "tandem"), file, "--json"], { env: { DATABASE_URL: database.url, NODE_OPTIONS: PEAK }, asScheduled: true });
      if (ended.code !== 0) throw new Error(ended.err);
      peaks.push(peakOf(ended));
      return ended.out;
    };
    const ours = async (): Promise<void> => {
      await client.query("truncate user_maps");
      await run();
    };
    const streamed = async (): Promise<void> => {
      await client.query("truncate raw");
      await pipeline(createReadStream(file), client.query(from("copy raw from stdin with (format csv, header true)")));
    };
    const psql = async (): Promise<void> => {
      await client.query("truncate raw");
      const ended = spawnSync("psql", [database.url, "-q", "-c", `\\copy raw from '${file}' with (format csv, header true)`], { encoding: "utf8" });
      if (ended.status !== 0) throw new Error(ended.stderr);
    };
    const batches = async (): Promise<void> => {
      await client.query("truncate raw");
      await rows.transaction(async (trx) => {
        let batch: Record<string, string>[] = [];
        const flush = async (): Promise<void> => {
          if (batch.length > 0) await trx("raw").insert(batch);
          batch = [];
        };
        for await (const page of csvRows(createReadStream(file) as AsyncIterable<Uint8Array>)) {
          for (const { line, cells } of page) if (line > 1) batch.push({ name: cells[0] ?? "", jira: cells[1] ?? "", octane: cells[2] ?? "" });
          if (batch.length >= BATCH) await flush();
        }
        await flush();
      });
    };
    const [theirs, name] = hasPsql ? [psql, "psql \\copy"] : [streamed, "COPY by pg-copy-streams"];
    keepTimes("imports", `${ROWS} people checked and stored, beside ${name} of the file`, await sideBySide(ours, theirs, TIMES), "≤ 5 x");
    keep({ bench: "imports", what: "peak memory of it", ours: `${Math.round(Math.max(...peaks))} MB`, theirs: "", asked: "≤ 300 MB" });
    const newest = async (): Promise<unknown> => (await client.query("select max(xmin::text::bigint) as at from user_maps")).rows[0]?.at;
    const before = await newest();
    peaks.length = 0;
    keepTimes("imports", `the same file again, beside ${name} of it`, await sideBySide(run, theirs, TIMES));
    expect(await newest()).toBe(before);
    keep({ bench: "imports", what: "peak memory of it; rows it wrote", ours: `${Math.round(Math.max(...peaks))} MB; 0`, theirs: "", asked: "≤ 300 MB; 0" });
    let added = 0;
    const more = async (): Promise<void> => {
      appendFileSync(file, `More ${added},more${added}@example.com,more.${added++}\n`);
      await run();
    };
    keepTimes("imports", `the same people and one more, compared, beside ${name} of it`, await sideBySide(more, theirs, TIMES));
    keepTimes("imports", `the file unchecked by pg-copy-streams, beside ${name}`, await sideBySide(streamed, theirs, TIMES));
    if (hasSqlite()) keepTimes("imports", `the file unchecked by SQLite's .import, beside ${name}`, await sideBySide(async () => sqlite([`.import ${file} raw`], join(home, "raw.db")), theirs, TIMES));
    keepTimes("imports", `the file unchecked in batches of ${BATCH} by knex, beside ${name}`, await sideBySide(batches, theirs, TIMES));
  } finally {
    await rows.destroy();
    await client.end();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  }
});
