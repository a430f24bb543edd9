// The order in which a backup comes about, on doors that only remember: proved before it is kept, nothing left of one that fails.

import { describe, expect, it } from "vitest";
import { DataError } from "../../lib/core/errors.ts";
import { type BackupDoors, backupDatabase } from "../../lib/run/backupDatabase.ts";
import { restoreDatabase } from "../../lib/run/restoreDatabase.ts";

const SUMS = { links: { rows: 2, sum: "7" } };

const doorsOf = (more: { readonly stop?: AbortSignal; readonly tried?: () => Promise<{ readonly sums: typeof SUMS }> } = {}): { readonly doors: BackupDoors; readonly did: string[] } => {
  const did: string[] = [];
  let held: Uint8Array[] = [];
  const doors: BackupDoors = {
    door: {
      kind: "embedded",
      location: "here",
      native: { missing: "nothing" },
      dump: async function* (onRows) {
        did.push("dump");
        onRows?.(2);
        yield "line\n";
      },
      isEmpty: async () => true,
      load: async () => {
        throw new Error("nobody restores");
      },
      remember: async (rows) => void did.push(`remember ${rows}`),
      close: async () => undefined,
    },
    file: {
      write: async (pieces) => {
        held = [];
        for await (const piece of pieces) held.push(piece);
        did.push("write");
      },
      open: async function* () {
        did.push("read");
        yield* held;
      },
      withPlain: async (_pieces, work) => work("plain"),
      keep: async () => void did.push("keep"),
      discard: () => void did.push("discard"),
    },
    progress: { update: () => undefined, done: () => undefined },
    stop: more.stop ?? new AbortController().signal,
    tryLogical: async (pages) => {
      let text = "";
      for await (const page of pages) text += page;
      did.push(`try ${JSON.stringify(text)}`);
      return more.tried === undefined ? { sums: SUMS } : more.tried();
    },
  };
  return { doors, did };
};

describe("a backup", () => {
  it("is read, written, tried from the file itself, and only then kept and noted", async () => {
    const { doors, did } = doorsOf();
    expect(await backupDatabase(doors, { form: "logical" })).toEqual({ location: "here", form: "logical", sealed: false, tables: 1, rows: 2, verified: "yes" });
    expect(did).toEqual(["dump", "write", "read", 'try "line\\n"', "keep", "remember 2", "discard"]);
  });

  it("that gives back something else is not kept", async () => {
    const { doors, did } = doorsOf({ tried: () => Promise.reject(new DataError("links came out as 1 rows, 2 went in")) });
    await expect(backupDatabase(doors, { form: "logical" })).rejects.toMatchObject({ exitCode: 65 });
    expect([did.includes("keep"), did.at(-1)]).toEqual([false, "discard"]);
  });

  it("that is stopped leaves nothing", async () => {
    const { doors, did } = doorsOf({ stop: AbortSignal.abort() });
    await expect(backupDatabase(doors, { form: "logical" })).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("stopped") });
    expect(did).toEqual(["dump", "discard"]);
  });

  it("of pg_dump's form is refused by a store without it, whatever its content", async () => {
    async function* file(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("PGDMP and more bytes");
    }
    const { doors } = doorsOf();
    await expect(restoreDatabase({ ...doors, open: file, withPlain: doors.file.withPlain, tryLogical: async () => ({ sums: SUMS, at: "", schema: 1 }) }, { replace: false, dryRun: false })).rejects.toMatchObject({ exitCode: 65, advice: expect.stringContaining("--form logical") });
  });
});
