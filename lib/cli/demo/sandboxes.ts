// The sandboxes of the demo, started by the script that starts sandboxes and steered from outside, as anybody may.

import { spawn } from "node:child_process";
import { RemoteError } from "../../core/errors.ts";
import { environmentFor } from "../../core/shell/environment.ts";

export interface SandboxLine {
  readonly sandbox: string;
  readonly items: number;
  readonly control: string;
  readonly dataSource: {
    readonly system: string;
    readonly url: string;
    readonly credentials: Readonly<Record<string, string>>;
    readonly scope: Readonly<Record<string, string>>;
    readonly sampleProject: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

export interface Sandboxes {
  readonly pid: number;
  readonly lines: readonly SandboxLine[];
}

/** What Node and our own scripts read besides: no login is among it. */
const READ = /^(?:NODE_[A-Z_]+|TANDEM_(?:LOG|CONFIG))$/;

/** `script` is the file that starts them: they live in a process of their own, so that they can be looked at after the walk has ended. */
export const startSandboxes = (script: string, names: readonly string[], keepSeconds: number): Promise<Sandboxes> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [...(script.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : []), script, ...names, "--port", "0", "--demo", "--json", "--stop-after", String(keepSeconds)], { detached: true, env: environmentFor(process.env, READ) as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.on("error", fail);
    child.on("exit", (code) => fail(new RemoteError(`the sandboxes ended at once (exit code ${code ?? "none"})`, `try \`npx tandem startSandbox ${names.join(" ")} --demo\` to see why`)));
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString("utf8");
      if (!text.endsWith("\n]\n")) return;
      child.removeAllListeners("exit");
      child.stdout.destroy();
      child.unref();
      if (child.pid === undefined) fail(new RemoteError("the sandboxes did not say where they are", "start the demo again; what it made is thrown away with it"));
      else done({ pid: child.pid, lines: JSON.parse(text) as readonly SandboxLine[] });
    });
  });

/** Answers JSON as it came. Throws RemoteError where the sandbox refuses. */
export const control = async (line: SandboxLine, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${line.control}${path}`, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new RemoteError(`the sandbox ${line.sandbox} refused ${path}: ${await response.text()}`, "start the demo again; what it made is thrown away with it");
  return response.json();
};

export interface Row {
  readonly type: string;
  readonly id: string;
  readonly key?: string;
  readonly project: string;
  readonly name: string;
}

/** All items, as a person sees them there: past the interface of the system that is imitated. */
export const rowsOf = async (line: SandboxLine): Promise<readonly Row[]> => (await control(line, "/items")) as readonly Row[];

/** `type` in small letters. Throws RemoteError where there is none. */
export const find = async (line: SandboxLine, type: string, name: string): Promise<Row> => {
  const row = (await rowsOf(line)).find((candidate) => candidate.type.toLowerCase() === type && candidate.name === name);
  if (row === undefined) throw new RemoteError(`the sandbox ${line.sandbox} has no ${type} "${name}"`, "start the demo again; what it made is thrown away with it");
  return row;
};
