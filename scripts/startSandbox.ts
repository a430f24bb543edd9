// Starts imitations of systems to try everything on; runs until it is told to stop. The only script, beside demo, that
// knows lib/sandbox.

import { readFileSync } from "node:fs";
import { readInput } from "../lib/cli/files/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { DataError, MissingInputError, UsageError } from "../lib/core/errors.ts";
import { placeOfError } from "../lib/core/users/jsonList.ts";
import type { SandboxServer } from "../lib/sandbox/server.ts";
import { loadSystem, type SignIn, systemNames } from "../lib/sandbox/systems.ts";

const DEFAULT_SYSTEMS = ["octane", "jira-cloud"];
const DEFAULT_PORT = 8701;
/** A timer set for longer fires at once. */
const LONGEST_MS = 2_147_483_647;

interface Started {
  readonly server: SandboxServer;
  readonly signIn: SignIn;
}

const ALL = "all";

const chosen = (args: readonly string[]): readonly string[] => {
  const known = systemNames();
  if (args.includes(ALL)) return known;
  for (const name of args) if (!known.includes(name)) throw new UsageError(`there is no sandbox "${name}"`, `there are ${known.join(", ")}; ${ALL} means all of them`);
  return args.length === 0 ? DEFAULT_SYSTEMS : args;
};

const portOf = (first: number, index: number): number => {
  const port = first === 0 ? 0 : first + index;
  if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port: ${port} is no port`, "ports go from 1 to 65535; 0 takes a free one");
  return port;
};

const pem = (option: string, file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new MissingInputError(`${option}: cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, "name a PEM file");
  }
};

/** Some vendors' own clients refuse plain HTTP. */
const secured = ({ options: { tlsCert, tlsKey } }: ScriptCall): { readonly tls?: { readonly cert: string; readonly key: string } } => {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) throw new UsageError("--tls-cert and --tls-key belong together", "give both, or none to speak plain HTTP");
  return { tls: { cert: pem("--tls-cert", tlsCert), key: pem("--tls-key", tlsKey) } };
};

const start = async (call: ScriptCall, system: string, port: number): Promise<Started> => {
  const { startServer } = await import("../lib/sandbox/server.ts");
  const { factory, signIn } = await loadSystem(system);
  const server = await startServer(factory, { port, ...secured(call), ...(call.options.host === undefined ? {} : { host: call.options.host }) }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && typeof error.code === "string") throw new UsageError(`cannot listen on ${call.options.host ?? "127.0.0.1"} port ${port} for ${system}: ${error.code}`, "choose others with --port and --host; --port 0 takes free ports");
    throw error;
  });
  return { server, signIn };
};

interface Told {
  readonly file: string;
  readonly state: unknown;
}

/** System → what it is filled with. Read before anything is started: a wrong file starts nothing. */
const statesOf = ({ options }: ScriptCall, systems: readonly string[]): ReadonlyMap<string, Told> => {
  const found = new Map<string, Told>();
  for (const told of options.state ?? []) {
    const named = systems.find((system) => told.startsWith(`${system}=`));
    const system = named ?? (systems.length === 1 ? systems[0] : undefined);
    if (system === undefined) throw new UsageError(`--state ${told}: does not say which system it fills`, `write it as system=file; started are ${systems.join(", ")}`);
    if (found.has(system)) throw new UsageError(`--state: ${system} is filled twice`, "give one file a system");
    const file = named === undefined ? told : told.slice(named.length + 1);
    found.set(system, { file, state: jsonOf(file) });
  }
  if (found.size > 0 && options.demo === true) throw new UsageError("--state and --demo both fill a sandbox", "take one of them");
  return found;
};

const fill = ({ server }: Started, { file, state }: Told): void => {
  try {
    server.load(state);
  } catch (error) {
    throw new DataError(`${file}: ${error instanceof Error ? error.message : String(error)}`, "docs/scripts/startSandbox.md tells what fills a sandbox");
  }
};

const jsonOf = (file: string): unknown => {
  const text = readInput(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    const { line, column } = placeOfError(text, error);
    throw new DataError(`${file}, line ${line}, column ${column}: is no JSON`, "docs/scripts/startSandbox.md tells what fills a sandbox");
  }
};

const documentOf = ({ server, signIn }: Started): unknown => ({ sandbox: server.system, items: server.items().length, control: `${server.url}/_sandbox`, dataSource: { system: signIn.system, url: server.url, credentials: signIn.credentials, scope: signIn.scope ?? {}, sampleProject: signIn.sampleProject, options: signIn.options ?? {} } });

const print = (call: ScriptCall, started: readonly Started[]): void => {
  for (const { server, signIn } of started) {
    const words = Object.entries({ ...signIn.credentials, ...signIn.scope, sampleProject: signIn.sampleProject }).map(([name, value]) => `${name} ${value}`);
    call.output.detail(`${server.system}: ${server.url} (${server.items().length} items)`);
    call.output.detail(`  ${words.join(" · ")}`);
    if (signIn.options !== undefined) call.output.detail(`  options ${JSON.stringify(signIn.options)}`);
  }
  call.output.json(started.map(documentOf));
  call.output.note("Open an address in a browser to see what it holds. Ctrl-C ends the sandboxes; nothing of them is kept.");
};

const untilStopped = (stop: AbortSignal, afterSeconds: number | undefined): Promise<void> =>
  new Promise((resolve) => {
    // A signal alone keeps no process alive, the listening servers do.
    if (afterSeconds !== undefined) setTimeout(resolve, Math.min(afterSeconds * 1000, LONGEST_MS)).unref();
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });

const definition: ScriptDefinition = {
  name: "startSandbox",
  summary: "Starts imitations of the systems on this machine, to try Tandem without touching a real one.",
  details: `Systems: ${systemNames().join(", ")}; without any: ${DEFAULT_SYSTEMS.join(" and ")}. The first listens on --port (default ${DEFAULT_PORT}), the next on the ports after it. They hold everything in memory and run until Ctrl-C or SIGTERM.`,
  args: [{ name: "system...", text: `the systems to start, or ${ALL}`, optional: true, takes: [...systemNames(), ALL] }],
  options: ["port", "host", "demo", "state", "tlsCert", "tlsKey", "stopAfter"],
  examples: ["npx tandem startSandbox --demo", "npx tandem startSandbox octane jira-dc --port 9000", "npx tandem startSandbox all --demo", "npx tandem startSandbox servicenow --state incidents.json", "npx tandem startSandbox jira-cloud --port 0 --json"],
  run: async (call) => {
    const started: Started[] = [];
    const systems = chosen(call.args);
    const states = statesOf(call, systems);
    try {
      for (const [index, system] of systems.entries()) started.push(await start(call, system, portOf(call.options.port ?? DEFAULT_PORT, index)));
      for (const { server } of started) server.setSiblings(started.filter((other) => other.server !== server).map(({ server: other }) => ({ title: other.system, url: other.url })));
      for (const one of started) {
        const told = states.get(one.server.system);
        if (told !== undefined) fill(one, told);
      }
      if (call.options.demo === true) for (const { server } of started) await (await import("../lib/sandbox/demoData.ts")).loadDemo(server);
      print(call, started);
      await untilStopped(call.stop, call.options.stopAfter);
      return 0;
    } finally {
      for (const { server } of started) await server.close();
    }
  },
};

export default definition;
await main(import.meta, definition);
