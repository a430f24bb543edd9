// Pairs by name what stands on both sides already.

import { existsSync } from "node:fs";
import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { setEngineFlags } from "../lib/cli/script/engineFlags.ts";
import { isDevice } from "../lib/cli/files/devices.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { inFile, keepInputs, readBytes, readInput, writePieces, writePrivate } from "../lib/cli/files/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import { OutputError, UsageError } from "../lib/core/errors.ts";
import { type DecisionRow, type DecisionTable, eachDecision, NEEDS_PERSON } from "../lib/core/match/decisions.ts";
import { decisionsCsv, type Note } from "../lib/core/match/decisionsCsv.ts";
import type { Situation } from "../lib/core/match/model.ts";
import { type PeopleTable, readPeopleTable } from "../lib/core/match/reading/peopleTable.ts";
import type { Match } from "../lib/run/match/match.ts";
import { inLine } from "../lib/core/visible.ts";

const fromTables = async ({ options, args, output }: ScriptCall): Promise<readonly Match[]> => {
  const [master = "", target, more] = args;
  if (target === undefined || more !== undefined) throw new UsageError(`${args.length} files: there are two tables, the master's first`, "exportUsers writes them");
  if (master === "-" && target === "-") throw new UsageError("both tables cannot be standard input", "name a file");
  if (options.type !== "user") throw new UsageError(`--type ${options.type}: tables hold people`, "--type user, or leave the files out");
  if (options.apply !== undefined || options.connection !== undefined || options.group !== undefined || options.all === true) throw new UsageError("two tables are compared without a connection, and nothing is written", "write the decisions with --out and give them to importUserMaps");
  keepInputs("--out", options.out, args);
  // Marking what is still needed bit by bit costs each step of the work something; marking it all takes 20 ms.
  // Small functions put into one another over and over take longer to compile than they save here.
  setEngineFlags(["--no-incremental-marking", "--max-inlined-bytecode-size-cumulative=200"]);
  const { matchTables } = await import("../lib/run/matchTables.ts");
  const read = async (file: string): Promise<PeopleTable> => {
    const table = await inFile(file, () => readPeopleTable(readBytes(file)));
    if (table.groups > 0) output.note(`${file}: ${table.groups} groups are left out: a table holds people, and groups are matched in the systems`);
    return table;
  };
  return [matchTables(await read(master), await read(target))];
};

const fromSystems = async (call: ScriptCall): Promise<readonly Match[]> => {
  const { options } = call;
  const { matchByName } = await import("../lib/run/matchByName.ts");
  const definitions = await loadDefinitions(options);
  const apply = options.apply !== undefined && options.dryRun !== true;
  const wanted = { type: options.type ?? "", apply, ...(options.within === undefined ? {} : { within: options.within }), ...(options.project === undefined ? {} : { project: options.project }) };
  const matches: Match[] = [];
  for (const connection of chosenConnections(definitions, options))
    matches.push(...(apply ? await withLockedConnection(call, definitions, connection, (context, lease) => matchByName(context, wanted, lease), { evenIfStopped: true }) : await withConnection(call, definitions, connection, (context) => matchByName(context, wanted))));
  return matches;
};

/** What a person has decided in the file of an earlier run is not written over. */
const keepDecisions = async (out: string | undefined): Promise<void> => {
  if (out === undefined || out === "-" || !existsSync(out) || isDevice(out)) return;
  const { holdsDecisions } = await import("../lib/core/links/holdsDecisions.ts");
  const { isEdited } = await import("../lib/core/match/editedDecisions.ts");
  const text = readInput(out);
  if (holdsDecisions(text.slice(0, HEAD)) && isEdited(text)) throw new OutputError(`${out} holds decisions of a person`, "give it to seedCrossReferences or importUserMaps first, and remove it; or name another file");
};

const HEAD = 4096;

const rowsOf = (tables: readonly DecisionTable[]): readonly DecisionRow[] => tables.flatMap((table) => [...eachDecision(table)]);

const write = async ({ options, output }: ScriptCall, tables: readonly DecisionTable[], note: Note): Promise<void> => {
  const { out } = options;
  if (out === undefined) return;
  if ((options.fileFormat ?? (out.endsWith(".json") ? "json" : "csv")) === "json") {
    const rows = rowsOf(tables);
    for (const row of rows) note(row.situation as Situation, () => row);
    const text = `${JSON.stringify(rows, null, 2)}\n`;
    if (out === "-") output.raw(text);
    else writePrivate(out, text);
  } else if (out === "-") for (const piece of decisionsCsv(tables, note)) output.raw(Buffer.from(piece).toString("utf8"));
  else await writePieces(out, decisionsCsv(tables, note));
};

/** Of those that need a person, where a file holds them all. */
const MOST_LISTED = 100;

const needsPerson = (situation: string): boolean => situation !== "found" && NEEDS_PERSON.some((each) => each === situation);

/** Of people those that cannot be written are refused, which is known before anything is written. */
const writtenText = ({ options }: ScriptCall, { result, written, refused }: Match): string => {
  if (options.apply === undefined) return "";
  return options.dryRun === true ? `; ${(result.counts().found ?? 0) - refused.length} would be written` : `; ${written} written`;
};

const definition: ScriptDefinition = {
  name: "matchByName",
  summary: "Pairs people, releases, sprints or items of any mapped type by name, and says what became of every name.",
  details: "Only names that are equal after folding and unique on both sides are found; everything else is left to a person. Without --apply nothing is written.",
  args: [{ name: "files...", text: "with --type user: two tables of people as exportUsers writes them, the master's first; nobody is asked", optional: true }],
  options: ["connection", "group", "all", "type", "within", "project", "applyFound", "dryRun", "detailedExitCode", "out", "fileFormat", "lockWait"],
  required: ["type"],
  examples: ["npx tandem matchByName --type user --out people.csv", "npx tandem matchByName --type release --apply", "npx tandem matchByName --type sprint --json | npx tandem seedCrossReferences -", "npx tandem matchByName --connection octane-azure --type sprint --within release", "npx tandem matchByName --type user octane.csv jira.csv --out people.csv"],
  run: async (call) => {
    const { options, output } = call;
    const { fileFormat } = options;
    if (fileFormat !== undefined && fileFormat !== "csv" && fileFormat !== "json") throw new UsageError(`--file-format ${fileFormat}: decisions are written as csv or json`, "see --help");
    await keepDecisions(options.out);
    const matches = call.args.length > 0 ? await fromTables(call) : await fromSystems(call);
    const { out } = options;
    const tables = matches.map(({ connection, syncSet, result }): DecisionTable => ({ connection, syncSet, verdicts: result.verdicts }));
    // Rows are made once, to be written, and whoever needs a person is noted as they pass.
    const open: { count: number; readonly first: DecisionRow[] } = { count: 0, first: [] };
    const note: Note = (situation, row) => void (needsPerson(situation) && ++open.count <= MOST_LISTED && open.first.push(row()));
    const list = (row: DecisionRow): void => output.line(`  ${row.situation}: ${row.masterName || "?"} (${row.masterId || "?"}) ~ ${row.targetName || "?"} (${row.targetId || "?"}): ${row.reason}`);
    await write(call, tables, note);
    if (out === undefined) {
      for (const table of tables) for (const row of eachDecision(table)) {
        if (!needsPerson(row.situation)) continue;
        open.count++;
        list(row);
      }
    } else if (out !== "-") open.first.forEach(list);
    if (out !== undefined && out !== "-" && open.count > MOST_LISTED) output.line(`  and ${open.count - MOST_LISTED} more in ${out}`);
    for (const { verdict, reason } of matches.flatMap((match) => match.refused)) output.log.warn(`${inLine(verdict.entry.name)} (${verdict.entry.id}): ${reason}`);
    const refused = matches.reduce((sum, match) => sum + match.refused.length, 0);
    if (out !== "-") for (const match of matches) output.summary(`${match.connection} ${match.syncSet}: ${Object.entries(match.result.counts()).map(([situation, n]) => `${n} ${situation}`).join(", ")}${writtenText(call, match)}`);
    if (out !== "-" && options.json === true) output.json(rowsOf(tables));
    if (open.count + refused > 0) return 1;
    return pendingCode(options, options.apply !== undefined && matches.some(({ result }) => (result.counts().found ?? 0) > 0));
  },
};

export default definition;
await main(import.meta, definition);
