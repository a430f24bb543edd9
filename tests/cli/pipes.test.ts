// Scripts in pipes, as the pages show them: whoever reads is there long before the first words are.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAll } from "../../lib/cli/files/files.ts";
import { bash } from "../support/scripts/bash.ts";
import { compiledScript } from "../support/testRun/compiled.ts";

describe.skipIf(process.platform === "win32")("a file as standard output", () => {
  it("that takes only a part of the last piece is not taken for whole", async () => {
    const home = mkdtempSync(join(tmpdir(), "tandem-whole-"));
    const told = await bash(`ulimit -f 8; "${process.execPath}" "${await compiledScript("completion")}" bash > out`, home, { PATH: process.env.PATH });
    expect(told).toEqual({ code: 73, out: "", err: expect.stringContaining("the output cannot be written: EFBIG") });
    rmSync(home, { recursive: true, force: true });
  });
});

describe("a pipe", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-pipes-"));
    mkdirSync(join(home, "tandem"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const script = async (name: string): Promise<string> => `"${process.execPath}" "${await compiledScript(name)}" --config "${join(home, "tandem")}"`;

  it("is read to its end, however long its first words take, and never waits for the store it is to change", async () => {
    writeFileSync(join(home, "people.csv"), "name,jira,octane\nAnn,ann,ann@x\n");
    const [into, out] = [await script("importUserMaps"), await script("exportUserMaps")];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, SHLVL: "1" };
    expect(await bash(`${into} "${join(home, "people.csv")}" -q`, home, env)).toMatchObject({ code: 0, err: "" });
    expect(await bash(`${out} --json -q | sed 's/Ann/Bea/; s/"ann/"bea/g' | ${into} -`, home, env)).toEqual({ code: 0, out: "1 people added, 0 changed, 1 kept, 0 removed, 0 refused\n", err: "" });
    expect(await bash(`{ until [ -s log ]; do sleep 0.02; done; sleep 0.5; printf 'name,jira\\nCid,cid\\n'; } | ${into} - --log log`, home, env)).toMatchObject({ code: 0, out: expect.stringContaining("1 people added"), err: "" });
  });

  it("that says \"nothing yet\" is asked again; any other fault is one", () => {
    const said: (string | Error)[] = [Object.assign(new Error("nothing yet"), { code: "EAGAIN" }), "one ", Object.assign(new Error("nothing yet"), { code: "EAGAIN" }), "two", ""];
    let waited = 0;
    const read = (into: Uint8Array): number => {
      const next = said.shift() ?? Object.assign(new Error("gone"), { code: "EIO" });
      if (next instanceof Error) throw next;
      return new TextEncoder().encodeInto(next, into).written;
    };
    expect([Buffer.from(readAll(read, () => void waited++)).toString(), waited]).toEqual(["one two", 2]);
    expect(() => readAll(read, () => undefined)).toThrow("gone");
  });
});
