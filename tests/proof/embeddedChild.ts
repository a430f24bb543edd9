// A process on the embedded store that kills itself before or after one of its statements, the next one of which first tells what
// was left, and resumes.
//   DIRECTORY SCENARIO AT WHEN
// Says {left, before} of the kill before it where there was one, {contents, again, still} after resuming, {before} and, if it lives, {alive}.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { openStore } from "../../lib/store/open.ts";
import { type Contents, type Ground, NOW, rowsOf, STATEMENT_SCENARIOS } from "./statementScenarios.ts";

const [directory = "", title = "", at = "", when = ""] = process.argv.slice(2);

/** A simple query, the run of a prepared one, the end of a COPY. */
const STATEMENTS = "QEc";
const state = { count: 0, at: Number.POSITIVE_INFINITY };
let engine: PGlite | undefined;

const plain = PGlite.prototype.execProtocolStream;
PGlite.prototype.execProtocolStream = async function (this: PGlite, message, options) {
  engine = this;
  const meant = STATEMENTS.includes(String.fromCharCode(message[0] ?? 0)) && ++state.count === state.at;
  if (meant && when === "before") process.kill(process.pid, "SIGKILL");
  const answer = await plain.call(this, message, options);
  if (meant) process.kill(process.pid, "SIGKILL");
  return answer;
};

const say = (what: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const scenario = STATEMENT_SCENARIOS.find((each) => each.title === title);
if (scenario === undefined) throw new Error(`no scenario ${title}`);

const store = await openStore({ directory: join(directory, "store"), lockWaitSeconds: 30, holder: { host: "test", pid: process.pid, script: "child" }, now: () => NOW });
const ask: Ground["ask"] = async (sql) => (await engine?.query<Record<string, unknown>>(sql))?.rows ?? [];
const ground: Ground = { store, ask, syncSet: (await store.syncSets.ensure("c", [{ key: "k", fingerprint: "f", fieldFingerprints: {} }]))[0]?.id ?? 0 };

const memory = join(directory, "before.json");
if (existsSync(memory)) {
  const before = JSON.parse(readFileSync(memory, "utf8")) as Contents;
  say({ wrong: scenario.wrong(JSON.parse(JSON.stringify(await scenario.look(ground))) as Contents, before) ?? null });
  await scenario.deed(store);
  const rows = await rowsOf(ground);
  say({ contents: await scenario.look(ground), done: scenario.done(before) });
  say({ again: await scenario.deed(store), nothing: scenario.nothing, still: JSON.stringify(await rowsOf(ground)) === JSON.stringify(rows) });
  rmSync(memory);
}
if (at !== "") {
  await scenario.prepare(ground);
  writeFileSync(memory, JSON.stringify(await scenario.look(ground)));
  Object.assign(state, { count: 0, at: Number(at) });
  await scenario.deed(store);
  state.at = Number.POSITIVE_INFINITY;
  rmSync(memory);
  say({ alive: state.count });
}
await store.close();
