// What reaches a terminal: names of items are people's texts, and a terminal obeys what stands in a text.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorText } from "../../lib/cli/script/exit.ts";
import { appendLog } from "../../lib/cli/output/logFile.ts";
import { createOutput } from "../../lib/cli/output/output.ts";
import { forgetSecrets, registerSecret } from "../../lib/cli/output/redact.ts";
import { planLines } from "../../lib/core/report/planText.ts";
import { ConfigError, RemoteError } from "../../lib/core/errors.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";

/** Clears the screen, sets the title, types into the terminal, goes back to the beginning of the line, turns the writing round. */
const HOSTILE = "a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\re\bf\u202eg\u2066h\u0000i\u007fj\u2028k";
const SHOWN = "a\\u001b[2Jb\\u001b]0;title\\u0007c\\u009b31md\\u000de\\u0008f\\u202eg\\u2066h\\u0000i\\u007fj\\u2028k";
const STEERS = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

const outputOf = (options: Parameters<typeof createOutput>[1], isTTY = false) => {
  const out: string[] = [];
  const err: string[] = [];
  return { output: createOutput({ out: { isTTY, write: (text: string) => out.push(text) }, err: { isTTY: false, write: (text: string) => err.push(text) } }, options, () => undefined), out, err };
};

describe("a name that would steer a terminal", () => {
  it("stands written out in all that is said to people", () => {
    const { output, out, err } = outputOf({ verbose: true });
    for (const say of [output.line, output.detail, output.alarm, output.summary]) say(HOSTILE);
    for (const say of [output.note, output.log.debug, output.log.info, output.log.warn]) say(HOSTILE);
    expect([...out, ...err]).toEqual(Array.from({ length: 8 }, () => `${SHOWN}\n`));
    for (const error of [new Error(HOSTILE), new RemoteError(HOSTILE, HOSTILE), new ConfigError([{ message: HOSTILE }])]) expect(STEERS.test(errorText("x", error))).toBe(false);
  });

  it("stands in JSON as the same text", () => {
    const { output, out } = outputOf({ json: true });
    output.json({ name: HOSTILE });
    output.jsonLine({ name: HOSTILE });
    expect(out.map((text) => [STEERS.test(text), (JSON.parse(text) as { name: string }).name])).toEqual([[false, HOSTILE], [false, HOSTILE]]);
  });

  it("is one JSON document, whatever word is a secret of the site", () => {
    registerSecret("true");
    registerSecret("name");
    registerSecret("s3cret-7");
    const { output, out } = outputOf({ json: true });
    output.jsonLine({ name: "the name s3cret-7", done: true, at: "http://anna:geheim@host/x" });
    output.json([true, "true", { truename: "untrue" }]);
    forgetSecrets();
    expect(out.map((text) => JSON.parse(text) as unknown)).toEqual([{ name: "the ••• •••", done: true, at: "http://anna:•••@host/x" }, [true, "•••", { truename: "untrue" }]]);
  });

  it("stays as it is in a file, and is written out where the file is shown on a terminal", () => {
    const file = outputOf({});
    file.output.raw(`${HOSTILE}\r\n`);
    const terminal = outputOf({}, true);
    terminal.output.raw(`${HOSTILE}\r\n`);
    expect([file.out, terminal.out]).toEqual([[`${HOSTILE}\r\n`], [`${SHOWN}\r\n`]]);
  });

  it("stands written out in the log file", () => {
    const folder = mkdtempSync(join(tmpdir(), "tandem-visible-"));
    try {
      const file = join(folder, "log");
      appendLog({ file, maxBytes: 0, keep: 0 }, { message: HOSTILE });
      const text = readFileSync(file, "utf8");
      expect([STEERS.test(text), (JSON.parse(text) as { message: string }).message]).toEqual([false, HOSTILE]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("makes no further line of a plan", () => {
    const item = { id: "1", name: "a\n  create story in b\r\n0 items", type: "story", project: "P", fields: {}, version: "1", changedAt: "2026-03-02T09:00:00.000Z" };
    const plan = { kind: "skip", side: "master", set: { master: { type: "story", dataSource: "m" } }, item, reason: "no" } as unknown as ItemPlan;
    expect(planLines(plan, true)).toEqual(['  skip story 1 "a create story in b 0 items": no']);
  });
});
