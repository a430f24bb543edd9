// completion as a user has it: the shells themselves source what it prints and complete words with it.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyScript } from "../support/scripts/help.ts";
import { runScript } from "../support/scripts/process.ts";
import { isThere } from "../support/outside/programs.ts";

everyScript("completion");

/** What is typed behind `tandem`, the last word unfinished → what is offered. */
const CASES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["syncI"], ["syncIteration"]],
  [["help", "undo"], ["undoRun"]],
  [["syncIteration", "--acc"], ["--accept-clock-skew", "--accept-deletions", "--accept-empty", "--accept-namesakes", "--accept-new-address", "--accept-second-partners"]],
  [["syncIteration", "--adopt", ""], ["hold", "master", "merge", "target"]],
  [["syncIteration", "--connection", ""], ["nights", "octane-jira"]],
  [["syncIteration", "--connection", "oct"], ["octane-jira"]],
  [["syncIteration", "--group", ""], ["big", "nightly"]],
  [["exportUsers", "--data-source", "j"], ["jira"]],
  [["syncIteration", "--config", "/nowhere", "--connection", ""], []],
  [["writeSchedule", "--for", "k"], ["kubernetes"]],
  [["initDataSource", "--system", "ji"], ["jira"]],
  [["startSandbox", "alm"], ["alm-qc"]],
  [["completion", ""], ["bash", "fish", "powershell", "zsh"]],
  [["auditReport", "--format", "x"], []],
  [["noSuchScript", ""], []],
];

const BASH = `source "$1"
complete -p tandem > /dev/null || exit 9
while IFS= read -r line; do
  IFS=$'\\t' read -r -a typed <<< "\${line}x"
  last=$((\${#typed[@]} - 1)); typed[last]="\${typed[last]%x}"
  COMP_WORDS=(tandem "\${typed[@]}"); COMP_CWORD=\${#typed[@]}
  _tandem
  printf '%s\\n' "\${COMPREPLY[*]}"
done`;

describe("completion", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "tandem-completion-"));
    mkdirSync(join(home, "tandem", "connections"), { recursive: true });
    writeFileSync(join(home, "tandem", "dataSources.yaml"), 'dataSources:\n  octane:\n    system: octane\n    url: "https://octane.example.com"\n  jira:\n    system: jira\n');
    writeFileSync(join(home, "tandem", "connections", "octane-jira.yaml"), 'name: octane-jira\ngroups: [nightly, "big"]\n');
    writeFileSync(join(home, "tandem", "connections", "nights.yml"), "name: nights\n");
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const written = async (shell: string): Promise<string> => {
    const { code, out, err } = await runScript("completion", [shell]);
    expect([code, err]).toEqual([0, ""]);
    const file = join(home, `tandem.${shell}`);
    writeFileSync(file, out);
    return file;
  };
  const inShell = (program: string, words: readonly string[], input = ""): readonly string[] => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: home, input, encoding: "utf8", env: { PATH: process.env.PATH, HOME: home, TERM: "dumb", LANG: "C.UTF-8" } });
    expect([program, status, stderr]).toEqual([program, 0, ""]);
    return stdout.split("\n").slice(0, -1);
  };

  it("completes scripts, options, values and the site's own names in bash, --side=master taken apart too", async () => {
    const file = await written("bash");
    const offered = inShell("bash", ["--norc", "-c", BASH, "bash", file], CASES.map(([typed]) => `${typed.join("\t")}\n`).join(""));
    expect(offered.map((line, at) => [CASES[at]?.[0], line.split(" ").filter((word) => word !== "").toSorted()])).toEqual(CASES.map(([typed, wanted]) => [typed, [...wanted]]));
    expect(inShell("bash", ["--norc", "-c", BASH, "bash", file], "syncIteration\t--adopt\t=\t\nsyncIteration\t--adopt\t=\tm\nclearWatermarks\t--side\t=\n")).toEqual(["master target hold merge", "master merge", "master target"]);
    expect(inShell("bash", ["--norc", "-c", BASH, "bash", file], `restoreDatabase\t${home}/tandem.b\nsyncIteration\t--config\t${home}/tan\n`)).toEqual([file, join(home, "tandem")]);
  });

  it("completes the same in fish", async () => {
    if (!isThere("fish")) return;
    const file = await written("fish");
    const offered = inShell("fish", ["--no-config", "-c", `source '${file}'; while read line; complete -C (string replace '^' '' -- $line) | string replace -r '\\t.*' ''; echo .; end`], CASES.map(([typed]) => `^tandem ${typed.join(" ")}\n`).join(""));
    const answers = offered.join("\n").split(/^\.$/m).slice(0, -1).map((text) => text.split("\n").filter((word) => word !== "").toSorted());
    expect(answers).toEqual(CASES.map(([, wanted]) => [...wanted]));
  });

  it("is taken by zsh's own completion, and has a word on every option for PowerShell", async () => {
    if (isThere("zsh")) expect(inShell("zsh", ["-f", "-c", `autoload -Uz compinit; compinit -u -D; source '${await written("zsh")}'; print -r -- $_comps[tandem] $+functions[_tandem]`])).toEqual(["_tandem 1"]);
    const { out } = await runScript("completion", ["powershell"]);
    expect(out).toContain("'--adopt' = 'master,target,hold,merge'");
    for (const [open, close] of ["{}", "()", "[]"].map((pair) => pair.split(""))) expect([open, out.split(open ?? "").length]).toEqual([open, out.split(close ?? "").length]);
  });

  it("refuses a shell nobody knows with 64", async () => {
    expect(await runScript("completion", ["tcsh"])).toEqual({ code: 64, out: "", err: 'completion: "tcsh" is no shell that is known\n→ take one of bash, zsh, fish, powershell\n' });
  });
});
