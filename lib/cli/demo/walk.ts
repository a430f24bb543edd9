// A walk of the demo: runs scripts as a user would and says one line a step.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RemoteError } from "../../core/errors.ts";
import { runScript, type ScriptCall, type ScriptDefinition } from "../script/script.ts";
import type { Row, SandboxLine } from "./sandboxes.ts";

interface IterationDocument {
  readonly counts: Readonly<Record<"master" | "target", Readonly<Record<string, number>>>>;
  readonly calls: Readonly<Record<"master" | "target", number>>;
  readonly leastCalls: Readonly<Record<"master" | "target", number>>;
}

export interface Step {
  readonly step: string;
  readonly said: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly calls?: number;
  readonly leastCalls?: number;
}

export interface InitConnectionDocument {
  readonly types: readonly { readonly master: string; readonly target: string; readonly fields: number; readonly doubts: number }[];
  readonly file: string;
}

export class Walk {
  readonly call: ScriptCall;
  readonly directory: string;
  /** Of the connection. */
  readonly name: string;
  readonly steps: Step[] = [];
  readonly #load: (script: string) => Promise<ScriptDefinition>;

  constructor(call: ScriptCall, directory: string, name: string, load: (script: string) => Promise<ScriptDefinition>) {
    this.call = call;
    this.directory = directory;
    this.name = name;
    this.#load = load;
  }

  say(step: string, said: string, more: Omit<Step, "step" | "said"> = {}): void {
    this.steps.push({ step, said, ...more });
    this.call.output.detail(`${String(this.steps.length).padStart(2)}  ${step}: ${said}`);
  }

  /** Runs a script and answers its JSON document. */
  async script<T>(name: string, words: readonly string[], allowed: readonly number[] = [0, 1]): Promise<T> {
    let out = "";
    let err = "";
    const code = await runScript(await this.#load(name), [...words, "--config", this.directory, "--json"], { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } });
    if (!allowed.includes(code)) throw new RemoteError(`${name} ${words.join(" ")} ended with exit code ${code}:\n${err}${out}`, "what it said above tells what to do; then start the demo again");
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

  /** Answers the account that signed in: its login where it has one, as what scripts print hides every part of a credential. */
  async dataSource(name: string, { dataSource: source }: SandboxLine): Promise<string> {
    const secret = (key: string): string => `${name}_${key}`.toUpperCase().replace(/\W/g, "_");
    const credentials = Object.keys(source.credentials).flatMap((key) => ["--credential", `${key}=\${env:${secret(key)}}`]);
    const env = join(this.directory, ".env");
    const before = this.steps.length > 1 ? readFileSync(env, "utf8") : "";
    writeFileSync(env, before + Object.entries(source.credentials).map(([key, value]) => `${secret(key)}=${value}\n`).join(""), { mode: 0o600 });
    for (const [key, value] of Object.entries(source.credentials)) process.env[secret(key)] = value;
    const scope = Object.entries(source.scope).flatMap(([key, value]) => ["--scope", `${key}=${value}`]);
    const options = Object.entries(source.options).flatMap(([key, value]) => ["--option", `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`]);
    const done = await this.script<{ readonly account: { readonly id: string }; readonly projects: readonly unknown[]; readonly types: readonly unknown[] }>("initDataSource", [name, "--system", source.system, "--url", source.url, ...credentials, ...scope, ...options, "--sample-project", source.sampleProject]);
    this.say(`data source ${name}`, `signed in; ${done.projects.length} projects, ${done.types.length} item types`);
    return source.credentials["user"] ?? source.credentials["email"] ?? done.account.id;
  }

  async check(): Promise<void> {
    const check = await this.script<{ readonly findings: readonly { readonly severity: string }[]; readonly itemsRead: number }>("checkConnection", ["--connection", this.name]);
    this.say("check", `${check.itemsRead} items looked at; ${check.findings.filter((finding) => finding.severity === "error").length} errors, ${check.findings.length} findings in all`);
  }

  async audit(report: string): Promise<void> {
    const audit = await this.script<{ readonly counts: Readonly<Record<string, number>> }>("auditReport", ["--connection", this.name, "--out", report]);
    this.say("audit", Object.entries(audit.counts).filter(([, n]) => n > 0).map(([state, n]) => `${n} ${state}`).join(", "), { counts: audit.counts });
  }

  total(what: "calls" | "leastCalls"): number {
    return this.steps.reduce((sum, step) => sum + (step[what] ?? 0), 0);
  }
}

/** Items of both sides that have one name, by pair of types. */
export const namesakes = (master: readonly Row[], target: readonly Row[], types: readonly { readonly master: string; readonly target: string }[]): readonly { readonly master: Row; readonly target: Row }[] =>
  types.flatMap((type) =>
    master.filter((row) => row.type === type.master).flatMap((row) => {
      const other = target.find((candidate) => candidate.type === type.target && candidate.name === row.name);
      return other === undefined ? [] : [{ master: row, target: other }];
    }),
  );
