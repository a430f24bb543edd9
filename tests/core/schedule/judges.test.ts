// What is written for each scheduler is judged by that scheduler: cron's, systemd's and an XML validator's own programs, and the
// schema of a CronJob. The lines are ordinary and hostile ones.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Scheduler, type WrittenSchedule, writeSchedule } from "../../../lib/run/writeSchedule.ts";
import { isThere } from "../../support/outside/programs.ts";

const example = readFileSync(fileURLToPath(new URL("../../../crontab.example", import.meta.url)), "utf8");

const HOSTILE = `CRON_TZ=Europe/Berlin
# Half of it is 50 % & "more" <than> that; über $HOME, one's
* * * * * npx tandem syncIteration --connection octane-jira -q
*/5 * * * * npx tandem syncIteration --connection "a b's 100% <&>" --note "50% of it"
7,9 5 * * sat npx tandem auditReport -o "reports/my report.html"
0,30 4 13 * fri npx tandem purgeDatabase --yes
15 6 1,15,31 1-6 * npx tandem backupDatabase
15 6 29 2 * npx tandem checkHealth
0 5 * 2 mon-fri npx tandem auditReport --connection A_B.c --format html
@hourly npx tandem sendNotifications
CRON_TZ=America/St_Johns
30 3 * * 0 npx tandem syncIteration --connection a_very_long_name_of_a_connection_that_goes_on_and_on_for_ever --sweep
45 3 * * 0 /bin/true --x
59 23 31 12 * npx tandem runHistory --most 5
`;

const written = (scheduler: Scheduler, text: string): WrittenSchedule => writeSchedule("f", text, { scheduler, directory: "/tmp", program: ["/bin/true", "/srv/my tandem/tandem.js"], limitSeconds: 14_400, image: "registry.example.com/tandem:1", ...(scheduler === "windows" ? { account: "CORP\\Müller & Söhne" } : {}) });

/** What the program says about what it was shown. */
const judged = (program: string, words: readonly string[], input?: string): { readonly status: number | null; readonly text: string } => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", ...(input === undefined ? {} : { input }) });
  return { status, text: stdout + stderr };
};

describe("what is written for a scheduler", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-judges-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const filesOf = (scheduler: Scheduler): readonly string[] =>
    [example, HOSTILE].flatMap((text, at) =>
      written(scheduler, text).files.map(({ name, content, encoding }) => {
        const path = join(home, `${at}-${name}`);
        writeFileSync(path, Buffer.from(encoding === "utf16le" ? `\uFEFF${content}` : content, encoding));
        return path;
      }),
    );

  it("is taken by cron: crontab -T, or -n where cron is Debian's", () => {
    if (!isThere("crontab")) return;
    const check = (path: string): { readonly status: number | null; readonly text: string } => {
      const first = judged("crontab", ["-T", path]);
      return /invalid option/.test(first.text) ? judged("crontab", ["-n", path]) : first;
    };
    for (const path of filesOf("cron")) expect([path, check(path).status]).toEqual([path, 0]);
    const wrong = join(home, "wrong");
    writeFileSync(wrong, "61 * * * * x\n");
    expect(check(wrong).status).not.toBe(0);
  });

  it("is taken by systemd: systemd-analyze verify without a word, and every time is one it understands", () => {
    if (!isThere("systemd-analyze")) return;
    const files = filesOf("systemd");
    // Units are known by their names: those of one crontab at a time.
    for (const at of [0, 1]) {
      const folder = mkdtempSync(join(home, "units-"));
      const own = files.filter((path) => path.startsWith(join(home, `${at}-`))).map((path) => {
        const name = join(folder, path.slice(join(home, `${at}-`).length));
        writeFileSync(name, readFileSync(path));
        return name;
      });
      const { status, text } = judged("systemd-analyze", ["verify", "--man=no", ...own]);
      expect([status, text.split("\n").filter((line) => line.includes("tandem-"))]).toEqual([0, []]);
    }
    const expressions = files.filter((path) => path.endsWith(".timer")).flatMap((path) => [...readFileSync(path, "utf8").matchAll(/^OnCalendar=(.*)$/gm)].map((match) => match[1] ?? ""));
    expect(expressions.length).toBeGreaterThan(15);
    expect(judged("systemd-analyze", ["calendar", ...expressions]).status).toBe(0);
  });

  it("is a task by the schema of Windows' task scheduler", () => {
    if (!isThere("xmllint")) return;
    const schema = fileURLToPath(new URL("windowsTask.xsd", import.meta.url));
    const files = filesOf("windows");
    const { status, text } = judged("xmllint", ["--noout", "--schema", schema, ...files]);
    expect(text.split("\n").filter((line) => line !== "" && !line.endsWith(" validates"))).toEqual([]);
    expect(status).toBe(0);
    const wrong = join(home, "wrong.xml");
    writeFileSync(wrong, Buffer.from(`\uFEFF${written("windows", example).files[0]?.content.replace("IgnoreNew", "Ignore") ?? ""}`, "utf16le"));
    expect(judged("xmllint", ["--noout", "--schema", schema, wrong]).text).toContain("MultipleInstancesPolicy");
  });

  it("is a CronJob by the schema of Kubernetes", () => {
    const check = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(fileURLToPath(new URL("cronJob.schema.json", import.meta.url)), "utf8")) as object);
    for (const text of [example, HOSTILE]) {
      const { files } = written("kubernetes", text);
      expect(files.length).toBeGreaterThan(7);
      for (const { name, content } of files) expect([name, check(parse(content)) || check.errors]).toEqual([name, true]);
    }
    expect(check(parse(written("kubernetes", example).files[0]?.content.replace("Forbid", "Never") ?? ""))).toBe(false);
  });
});
