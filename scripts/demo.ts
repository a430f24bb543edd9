// Walks through the published Octane/Jira use case on two sandboxes, with the scripts a site uses, one line a step.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { main, runScript, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { RemoteError } from "../lib/core/errors.ts";

interface SandboxLine {
  readonly sandbox: string;
  readonly items: number;
  readonly control: string;
  readonly dataSource: { readonly system: string; readonly url: string; readonly credentials: Readonly<Record<string, string>>; readonly scope: Readonly<Record<string, string>>; readonly sampleProject: string };
}

interface Sandbox {
  readonly pid: number;
  readonly octane: SandboxLine;
  readonly jira: SandboxLine;
}

interface IterationDocument {
  readonly status: string;
  readonly counts: Readonly<Record<"master" | "target", Readonly<Record<string, number>>>>;
  readonly calls: Readonly<Record<"master" | "target", number>>;
  readonly leastCalls: Readonly<Record<"master" | "target", number>>;
}

interface Step {
  readonly step: string;
  readonly said: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly calls?: number;
  readonly leastCalls?: number;
}

/** The sandboxes live in a process of their own, so that they can be looked at after the walk has ended. */
const startSandboxes = (keepSeconds: number): Promise<Sandbox> =>
  new Promise((done, fail) => {
    const script = fileURLToPath(new URL(`startSandbox${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
    const child = spawn(process.execPath, [...(script.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : []), script, "octane", "jira-cloud", "--port", "0", "--demo", "--json", "--stop-after", String(keepSeconds)], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.on("error", fail);
    child.on("exit", (code) => fail(new RemoteError(`the sandboxes ended at once (exit code ${code ?? "none"})`, "try `npx tandem startSandbox --demo` to see why")));
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString("utf8");
      if (!text.trimEnd().endsWith("]")) return;
      const [octane, jira] = JSON.parse(text) as readonly SandboxLine[];
      child.removeAllListeners("exit");
      child.stdout.destroy();
      child.unref();
      if (octane === undefined || jira === undefined || child.pid === undefined) fail(new RemoteError("the sandboxes did not say where they are"));
      else done({ pid: child.pid, octane, jira });
    });
  });

const control = async (line: SandboxLine, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${line.control}${path}`, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new RemoteError(`the sandbox ${line.sandbox} refused ${path}: ${await response.text()}`);
  return response.json();
};

interface Row {
  readonly type: string;
  readonly id: string;
  readonly key?: string;
  readonly project: string;
  readonly name: string;
}

const rowsOf = async (line: SandboxLine): Promise<readonly Row[]> => (await control(line, "/items")) as readonly Row[];

const find = async (line: SandboxLine, type: string, name: string): Promise<Row> => {
  const row = (await rowsOf(line)).find((candidate) => candidate.type.toLowerCase() === type && candidate.name === name);
  if (row === undefined) throw new RemoteError(`the sandbox ${line.sandbox} has no ${type} "${name}"`);
  return row;
};

class Walk {
  readonly call: ScriptCall;
  readonly directory: string;
  readonly name: string;
  readonly steps: Step[] = [];

  constructor(call: ScriptCall, directory: string, name: string) {
    this.call = call;
    this.directory = directory;
    this.name = name;
  }

  say(step: string, said: string, more: Omit<Step, "step" | "said"> = {}): void {
    this.steps.push({ step, said, ...more });
    this.call.output.line(`${String(this.steps.length).padStart(2)}  ${step}: ${said}`);
  }

  /** Runs a script as a user would and answers its JSON document. */
  async script<T>(name: string, words: readonly string[], allowed: readonly number[] = [0, 1]): Promise<T> {
    const { default: definition } = (await import(new URL(`${name}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url).href)) as { readonly default: ScriptDefinition };
    let out = "";
    let err = "";
    const code = await runScript(definition, [...words, "--config", this.directory, "--json"], { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } });
    if (!allowed.includes(code)) throw new RemoteError(`${name} ${words.join(" ")} ended with exit code ${code}:\n${err}${out}`);
    return JSON.parse(out) as T;
  }

  async iterate(step: string): Promise<IterationDocument> {
    const result = await this.script<IterationDocument>("syncIteration", ["--connection", this.name]);
    const sum = (what: string): number => (result.counts.master[what] ?? 0) + (result.counts.target[what] ?? 0);
    const counts = Object.fromEntries(["created", "updated", "comments", "attachments", "conflicts", "held", "failed"].map((what) => [what, sum(what)]).filter(([, n]) => n !== 0));
    const calls = result.calls.master + result.calls.target;
    const leastCalls = result.leastCalls.master + result.leastCalls.target;
    const words = Object.entries(counts).map(([what, n]) => `${n} ${what}`);
    this.say(step, `${words.length === 0 ? "nothing to do" : words.join(", ")}; ${calls} calls (least possible ${leastCalls})`, { counts, calls, leastCalls });
    return result;
  }
}

const dataSource = async (walk: Walk, name: string, line: SandboxLine): Promise<void> => {
  const { dataSource: source } = line;
  const secret = (key: string): string => `${name}_${key}`.toUpperCase();
  const credentials = Object.keys(source.credentials).flatMap((key) => ["--credential", `${key}=\${env:${secret(key)}}`]);
  const env = join(walk.directory, ".env");
  const before = walk.steps.length > 1 ? readFileSync(env, "utf8") : "";
  writeFileSync(env, before + Object.entries(source.credentials).map(([key, value]) => `${secret(key)}=${value}\n`).join(""), { mode: 0o600 });
  for (const [key, value] of Object.entries(source.credentials)) process.env[secret(key)] = value;
  const scope = Object.entries(source.scope).flatMap(([key, value]) => ["--scope", `${key}=${value}`]);
  // Octane keeps our mark in a field of its own; Jira's workflow asks for a resolution on the way to Done.
  const option = ["--option", source.system === "octane" ? "intentField=tandem_id_udf" : 'transitionFields={"Resolution":"Done"}'];
  const done = await walk.script<{ readonly projects: readonly unknown[]; readonly types: readonly unknown[] }>("initDataSource", [name, "--system", source.system, "--url", source.url, ...credentials, ...scope, ...option, "--sample-project", source.sampleProject]);
  walk.say(`data source ${name}`, `signed in; ${done.projects.length} projects, ${done.types.length} item types`);
};

/** Values that no name tells: a person decides. */
const DECIDED = [["Proposed Closed", "Resolved"], ["Duplicate", "Closed"], ["Rejected", "Closed"], ["Deferred", "Open"]].map(([master, target]) => `          - { master: ${master}, target: ${target} }\n`).join("");

/** What a person adds: comments and attachments go both ways; a sprint of Jira comes under the default release of Octane. */
const byHand = (text: string): string =>
  text
    .replace(/^target: .*$/m, (line) => `${line}\ncomments: biDirectional\nattachments: biDirectional\nfallbackUser: { master: sync@example.com, target: Sync Service }`)
    .replace(/^ {10}- \{ master: New, target: Open \}\n/m, (line) => DECIDED + line)
    .replace(/^ {2}- master: sprint .*\n {4}target: sprint\n/m, (lines) => `${lines}    set:\n      - { side: master, field: release, onCreate: true, findFirst: { type: release, from: { field: name, operator: equals, value: Default release } } }\n      - { side: master, field: start_date, onCreate: true, value: "2026-12-01T00:00:00+00:00" }\n      - { side: master, field: end_date, onCreate: true, value: "2026-12-14T00:00:00+00:00" }\n`);

const connection = async (walk: Walk, step: string, projects: string, types: readonly string[]): Promise<void> => {
  const words = [walk.name, "--master", "octane", "--target", "jira", "--projects", projects, ...types.flatMap((type) => ["--types", type]), "--force"];
  const done = await walk.script<{ readonly types: readonly { readonly fields: number; readonly doubts: number }[]; readonly file: string }>("initConnection", words);
  writeFileSync(done.file, byHand(readFileSync(done.file, "utf8")));
  walk.say(step, `${done.types.length} types, ${done.types.reduce((sum, type) => sum + type.fields, 0)} fields mapped by name and meaning, ${done.types.reduce((sum, type) => sum + type.doubts, 0)} doubts left as comments in the file`);
};

const editByHand = async (walk: Walk, { octane, jira }: Sandbox): Promise<void> => {
  const stories = (await rowsOf(octane)).filter((row) => row.type === "story");
  const [first, second] = stories;
  if (first === undefined || second === undefined) throw new RemoteError("the sandbox octane has no stories");
  const [one, two] = [await find(jira, "story", first.name), await find(jira, "story", second.name)];
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "update", type: "story", project: octane.dataSource.sampleProject, id: first.id, fields: { description: "<html><body><h2>Why</h2><p>Because of the <b>new rules</b>:</p><ul><li>one click</li><li>no <i>surprises</i></li></ul></body></html>" } });
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "comment", type: "story", project: octane.dataSource.sampleProject, id: first.id, fields: { text: "<p>Agreed with <b>sales</b>.</p>" } });
  await control(jira, "/edit", { author: "Bo Chen", action: "attach", type: "Story", id: one.id, fields: { name: "sketch.txt", contentType: "text/plain", content: "A sketch of the new screen." } });
  // The same field on both sides: the master wins, the value that lost is kept.
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "update", type: "story", project: octane.dataSource.sampleProject, id: second.id, fields: { name: `${second.name} (Octane)` } });
  await control(jira, "/edit", { author: "Bo Chen", action: "update", type: "Story", id: two.id, fields: { summary: `${two.name} (Jira)` } });
  walk.say("people edit both sides", "a description, a comment, an attachment, and one name on both sides at once");
};

const definition: ScriptDefinition = {
  name: "demo",
  summary: "Walks through the Octane/Jira use case on two sandboxes, with example data, one line a step.",
  details: "Needs nothing but Node. Uses the embedded store, or the server named by DATABASE_URL. The sandboxes stay up for a while, so that you can look at both sides in a browser.",
  options: ["keep"],
  examples: ["npm run demo", "npm run demo -- --json", "npx tandem demo --keep 60"],
  run: async (call) => {
    const home = resolve(".tandem", "demo");
    rmSync(home, { recursive: true, force: true });
    const directory = join(home, "tandem");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    process.env["TANDEM_STORE"] = join(home, "store");
    const keep = call.options.keep ?? (process.env["CI"] === "true" ? 2 : 15);
    const sandbox = await startSandboxes(keep * 60);
    const { octane, jira } = sandbox;
    // On a server the records of earlier walks are still there: every walk has a connection of its own.
    const walk = new Walk(call, directory, process.env["DATABASE_URL"] === undefined ? "octane-jira" : `octane-jira-${Date.now().toString(36)}`);
    walk.say("sandboxes", `ALM Octane with ${octane.items} items, Jira with ${jira.items}`);
    await dataSource(walk, "octane", octane);
    await dataSource(walk, "jira", jira);
    const projects = `${octane.dataSource.sampleProject}~${jira.dataSource.sampleProject}`;
    const standalone = ["feature~Epic", "story~Story", "defect~Bug"];
    await connection(walk, "connection of the standalone types", projects, standalone);
    const check = await walk.script<{ readonly findings: readonly { readonly severity: string }[]; readonly itemsRead: number }>("checkConnection", ["--connection", walk.name]);
    walk.say("check", `${check.itemsRead} items looked at; ${check.findings.filter((finding) => finding.severity === "error").length} errors, ${check.findings.length} findings in all`);
    await walk.iterate("first iteration");
    await connection(walk, "releases, sprints and the links to them", projects, ["release~version", "sprint~sprint", ...standalone]);
    await walk.iterate("second iteration");
    await walk.iterate("once more");
    await editByHand(walk, sandbox);
    await walk.iterate("iteration after the edits");
    await walk.iterate("once more");
    const report = join(home, "audit.html");
    const audit = await walk.script<{ readonly counts: Readonly<Record<string, number>> }>("auditReport", ["--connection", walk.name, "--out", report]);
    walk.say("audit", Object.entries(audit.counts).filter(([, n]) => n > 0).map(([state, n]) => `${n} ${state}`).join(", "), { counts: audit.counts });
    call.output.line("");
    call.output.line(`Look at both sides for the next ${keep} minutes (kill ${sandbox.pid} ends them sooner):`);
    call.output.line(`  ALM Octane  ${octane.dataSource.url}`);
    call.output.line(`  Jira        ${jira.dataSource.url}`);
    call.output.line(`Audit report  ${report}`);
    call.output.line(`Definitions   ${directory}`);
    const total = (what: "calls" | "leastCalls"): number => walk.steps.reduce((sum, step) => sum + (step[what] ?? 0), 0);
    call.output.json({ octane: octane.dataSource.url, jira: jira.dataSource.url, report, config: directory, calls: total("calls"), leastCalls: total("leastCalls"), steps: walk.steps });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
