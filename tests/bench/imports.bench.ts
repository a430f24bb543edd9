// A file of people into the store: every row checked, in one transaction, beside COPY of the same file as it is.

import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from } from "pg-copy-streams";
import { expect, it } from "vitest";
import { freshDatabase } from "../support/postgres.ts";
import { runScript } from "../support/process.ts";
import { keepTimes, sideBySide } from "./measure.ts";

const ROWS = Number(process.env.TANDEM_ROWS ?? 200_000);

it(`${ROWS} people`, async () => {
  const home = mkdtempSync(join(tmpdir(), "tandem-bench-"));
  const database = await freshDatabase();
  try {
    mkdirSync(join(home, "tandem"));
    const file = join(home, "people.csv");
    const out = createWriteStream(file);
    out.write("name,jira,octane\n");
    for (let n = 0; n < ROWS; n++) if (!out.write(`Person ${n},p${n}@example.com,person.${n}\n`)) await once(out, "drain");
    out.end();
    await once(out, "finish");
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("create table raw (name text, jira text, octane text)");
    const clear = async (): Promise<void> => void (await client.query("truncate user_maps, user_names"));
    const run = () => runScript("importUserMaps", ["--config", join(home, "tandem"), file, "--json"], { env: { DATABASE_URL: database.url } });
    const ours = async (): Promise<void> => {
      await clear();
      expect((await run()).code).toBe(0);
    };
    const theirs = async (): Promise<void> => {
      await client.query("truncate raw");
      await pipeline(createReadStream(file), client.query(from("copy raw from stdin with (format csv, header true)")));
    };
    keepTimes("imports", `${ROWS} people checked and stored, beside COPY of the file`, await sideBySide(ours, theirs, 5), "≤ 5 x");
    keepTimes("imports", "the same file again, beside COPY of the file", await sideBySide(async () => expect((await run()).code).toBe(0), theirs, 5));
    await client.end();
  } finally {
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  }
});
