// Takes pairs of items that belong together from a file or from a field of the items.

import { chosenConnections, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { beginningOf, inFile, openInput } from "../lib/cli/files/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withConnection, withLockedConnection } from "../lib/cli/doors/wiring.ts";
import { BusyError, DataError, UsageError } from "../lib/core/errors.ts";
import { holdsDecisions } from "../lib/core/links/holdsDecisions.ts";
import { chooseSets, type OwnSet, type SetChoice } from "../lib/core/links/chooseSets.ts";
import { readLinkCsv, readLinkJson } from "../lib/core/links/linkCsv.ts";
import type { Instruction, Note, ReadLink } from "../lib/core/links/model.ts";
import { readDecisions } from "../lib/core/match/decisions.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import type { Side } from "../lib/core/types.ts";
import { inLine } from "../lib/core/visible.ts";
import type { ConnectionContext } from "../lib/run/context.ts";
import type { SeedResult } from "../lib/run/seedCrossReferences.ts";
import type { Lease } from "../lib/store/store.ts";

type Systems = Readonly<Record<Side, string>>;

const isLinkIdsMap = (file: string, head: string): boolean => /<LinkIdsMap\b/i.test(head) || /linkidsmap[^/\\]*$/i.test(file);

const formatOf = ({ fileFormat }: ScriptCall["options"], file: string, head: string): string => {
  const first = /[!-~]/.exec(head)?.[0];
  return fileFormat ?? (first === "<" ? (isLinkIdsMap(file, head) ? "linkIdsMap" : "xml") : first === "[" || first === "{" ? "json" : "csv");
};

const reader = async (call: ScriptCall, open: () => AsyncIterable<Uint8Array>, file: string, head: string, systems: Systems): Promise<AsyncIterable<readonly ReadLink[]>> => {
  const { linkIds } = call.options;
  const format = formatOf(call.options, file, head);
  if (linkIds !== undefined && format !== "linkIdsMap" && format !== "xml") throw new UsageError("--link-ids says how an XML file is to be read, and this is none", "the columns of a table are masterId and targetId");
  const names = linkIds === undefined ? undefined : twoOf("--link-ids", linkIds, "~");
  if (format === "linkIdsMap") return (await import("../lib/core/links/synchronizerLinks.ts")).readLinkIdsMap(open(), { systems, ...(names === undefined ? {} : { names }) });
  if (format === "xml") return (await import("../lib/core/links/crossReferencesXml.ts")).readCrossReferences(open(), names);
  if (format !== "csv" && format !== "json") throw new UsageError(`--file-format ${format}: cross references are read as xml, csv or json`, "see --help");
  if (holdsDecisions(head)) return readDecisions(open(), format);
  return format === "csv" ? readLinkCsv(open()) : readLinkJson(open());
};

const twoOf = (flag: string, text: string, sign: string): { readonly master: string; readonly target: string } => {
  const at = text.indexOf(sign);
  if (at < 1 || at === text.length - 1) throw new UsageError(`${flag} ${text}: is not understood`, `write two words with ${sign} between them`);
  return { master: text.slice(0, at), target: text.slice(at + 1) };
};

interface Told {
  readonly instructions: readonly Instruction[];
  readonly notes: readonly Note[];
}

/** Issue keys of a synchronizer's links, as the ids its own files give them. */
const keysOf = async (files: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, { readonly id: string; readonly file: string }>();
  for (const file of files) {
    const { readJiraKeys } = await import("../lib/core/links/synchronizerLinks.ts");
    const { ids: found, notes } = await readJiraKeys(openInput(file)());
    const [note] = notes;
    if (note !== undefined) throw new DataError(`${file}, line ${note.line}, column ${note.column}: ${note.reason}`, "mend that line; nothing was recorded");
    for (const [key, id] of found) {
      const before = ids.get(key);
      if (before !== undefined && before.id !== id) throw new DataError(`${key} has the id ${before.id} in ${before.file} and ${id} in ${file}`, "one of the files is not of this Jira, or not of this day");
      ids.set(key, { id, file });
    }
  }
  return new Map([...ids].map(([key, { id }]) => [key, id]));
};

/** May be read any number of times, standard input too. */
type Open = ReturnType<typeof openInput>;

const inputOf = ({ args: [file] }: ScriptCall): Open => {
  if (file === undefined) throw new UsageError("names no file", "name one, - for standard input, or --from-field");
  return openInput(file);
};

const readFile = async (call: ScriptCall, open: Open, systems: Systems): Promise<Told> => {
  const [file = ""] = call.args;
  const head = await inFile(file, () => beginningOf(open));
  const [instructions, notes]: [Instruction[], Note[]] = [[], []];
  await inFile(file, async () => {
    for await (const batch of await reader(call, open, file, head, systems)) for (const read of batch) "note" in read ? notes.push(read.note) : instructions.push(read.instruction);
  });
  const ids = await keysOf(call.options.jiraKeys ?? []);
  return { instructions: instructions.map((each) => ({ ...each, masterId: ids.get(each.masterId.toUpperCase()) ?? each.masterId, targetId: ids.get(each.targetId.toUpperCase()) ?? each.targetId })), notes };
};

/** What somebody said no to in a table of matchByName, so that a match by night does not write it. */
const remember = async ({ args: [file = ""], options }: ScriptCall, open: Open, context: ConnectionContext): Promise<number> => {
  const head = await beginningOf(open);
  const format = formatOf(options, file, head);
  if ((format !== "csv" && format !== "json") || !holdsDecisions(head)) return 0;
  const { itemsScope, rememberDecisions } = await import("../lib/run/match/declinedFacts.ts");
  const keys = new Set(context.connection.syncSets.map(({ key }) => key));
  return rememberDecisions(context, open(), format, (_, syncSet) => (keys.has(syncSet) ? itemsScope(syncSet) : undefined), context.now());
};

/** As the words of the command say, each checked against the sync sets there are. */
const choiceOf = ({ syncSet, set = [] }: ScriptCall["options"], name: string, keys: readonly string[]): SetChoice => {
  const known = (flag: string, key: string): string => {
    if (keys.includes(key)) return key;
    throw new UsageError(`${flag}: ${name} has no such sync set`, `it has ${closest(key, keys)}`);
  };
  const meant = new Map<string, string>();
  for (const text of set) {
    // A key of ours may hold the sign, and so may a name: what is behind one of them is a key.
    const at = keys.map((key) => text.lastIndexOf(`=${key}`)).find((found) => found > 0) ?? -1;
    const { master, target } = at > 0 ? { master: text.slice(0, at), target: text.slice(at + 1) } : twoOf("--set", text, "=");
    meant.set(master, known(`--set ${text}`, target));
  }
  return { meant, ...(syncSet === undefined ? {} : { syncSet: known(`--sync-set ${syncSet}`, syncSet) }) };
};

/** What the file says, of the sync sets that are meant. Throws UsageError where one was told for several of the file's. */
const chosenOf = (call: ScriptCall, name: string, sets: readonly OwnSet[], instructions: readonly Instruction[], tell: (text: string) => void): readonly Instruction[] => {
  const choice = choiceOf(call.options, name, sets.map(({ key }) => key));
  const { instructions: chosen, passedOver, several, unheard } = chooseSets(instructions, choice, sets);
  const [one = ""] = several;
  if (several.length > 0) throw new UsageError(`--sync-set ${choice.syncSet}: the file holds ${several.length} sets: ${several.slice(0, 5).map((each) => (each === "" ? "(without a name)" : each)).join(", ")}${several.length > 5 ? " …" : ""}`, `say of each which sync set it means: --set "${one === "" ? (several[1] ?? "") : one}=KEY"`);
  for (const text of unheard) tell(`--set ${text}: no pair of the file is in a set of that name`);
  if (passedOver > 0) call.output.note(`${passedOver} pairs of other sync sets passed over`);
  return chosen;
};

const fieldOf = (text: string): { readonly side: Side; readonly field: string } => {
  const [, side, field] = /^(master|target)\.(.+)$/.exec(text) ?? [];
  if ((side !== "master" && side !== "target") || field === undefined) throw new UsageError(`--from-field ${text}: is not understood`, 'write it as "target.customfield_10050" or "master.Jira key"');
  return { side, field };
};

const UNKNOWN_ENDS = /^<[^>]*> (?:is not understood; it holds|names no (?:master|target) id that is understood)/;

/** Names of fewer pairs say nothing about a file. */
const FEW = 4;

const definition: ScriptDefinition = {
  name: "seedCrossReferences",
  summary: "Takes pairs of items from a file, so that the next iteration adopts them and creates nothing for them.",
  details: "Both items must exist. A pair that contradicts another is refused, the rest is taken. Nothing is written to an endpoint. Ids or, where a system has them, keys.",
  args: [{ name: "file", text: "CSV, JSON, CrossReferences.xml or LinkIdsMap.xml; - reads standard input", optional: true }],
  options: ["connection", "fromField", "syncSet", "set", "fileFormat", "linkIds", "jiraKeys", "dryRun", "detailedExitCode", "lockWait"],
  examples: ["npx tandem seedCrossReferences pairs.csv --connection octane-jira --dry-run", "npx tandem matchByName --type release --json | npx tandem seedCrossReferences -"],
  run: async (call) => {
    const [{ instructionsFromField }, { seedCrossReferences }] = await Promise.all([import("../lib/run/seed/fromField.ts"), import("../lib/run/seedCrossReferences.ts")]);
    const { options, output } = call;
    if (options.fromField !== undefined && call.args.length > 0) throw new UsageError("--from-field takes no file", "use one of them");
    const source = options.fromField === undefined ? undefined : fieldOf(options.fromField);
    const definitions = await loadDefinitions(options);
    const [connection, ...more] = chosenConnections(definitions, options);
    if (connection === undefined || more.length > 0) throw new UsageError("a file belongs to one connection", "name it with --connection");
    const { name, master, target } = connection.file;
    const systemOf = (dataSource: string): string => definitions.dataSources[dataSource]?.system ?? dataSource;
    const open = source === undefined ? inputOf(call) : undefined;
    const { instructions, notes } = open !== undefined ? await readFile(call, open, { master: systemOf(master), target: systemOf(target) }) : { instructions: [], notes: [] };
    const dryRun = options.dryRun === true;
    const [leftOut, unheard]: [string[], string[]] = [[], []];
    const declined = { count: 0 };
    const told = async (context: ConnectionContext): Promise<{ readonly instructions: readonly Instruction[]; readonly undecided: readonly Instruction[] }> => {
      const { syncSets } = context.connection;
      if (source === undefined) return { instructions: chosenOf(call, name, syncSets, instructions, (text) => void unheard.push(text)), undecided: [] };
      const { syncSet } = choiceOf(options, name, syncSets.map(({ key }) => key));
      const read = await instructionsFromField(context, source.side, source.field, syncSet);
      leftOut.push(...read.leftOut);
      return read;
    };
    const seed = async (context: ConnectionContext, lease?: Lease): Promise<SeedResult> => {
      const { undecided, ...read } = await told(context);
      const seeded = await seedCrossReferences(context, read.instructions, { dryRun, undecided }, lease);
      if (!dryRun && !seeded.stopped && open !== undefined) declined.count = await remember(call, open, context);
      return seeded;
    };
    const result = dryRun ? await withConnection(call, definitions, connection, seed) : await withLockedConnection(call, definitions, connection, seed, { evenIfStopped: true });
    const { add, remove, unchanged, refused } = result.counts;
    for (const { line, reason, isHarmless } of notes) isHarmless === true ? output.log.warn(`line ${line}: ${reason}`) : output.line(`  line ${line}: ${reason}`);
    if (declined.count > 0) output.note(`pairs that matchByName leaves alone from now on, as somebody said no: ${declined.count}`);
    // Only XML names ends in words of its own.
    if (options.linkIds === undefined && notes.some(({ reason }) => UNKNOWN_ENDS.test(reason))) output.log.warn("--link-ids MASTER~TARGET names the elements or attributes that hold the master's id and the target's");
    for (const text of leftOut) output.line(`  ${text}: left out`);
    for (const text of unheard) output.line(`  ${text}`);
    const names = new Map(result.unlike.map(({ set: key, masterId, targetId, masterName, targetName }) => [`${key} ${masterId} ${targetId}`, `: "${inLine(masterName)}" ~ "${inLine(targetName)}"`]));
    for (const decision of result.decisions) {
      const { instruction } = decision;
      const { masterId, targetId, line } = instruction;
      const more = decision.kind === "refused" ? `${line > 0 ? ` (line ${line})` : ""}: ${decision.reason}` : decision.kind === "add" ? (names.get(`${decision.set} ${masterId} ${targetId}`) ?? "") : "";
      if (decision.kind === "refused" || (dryRun && decision.kind !== "unchanged")) output.line(`  ${decision.kind} ${masterId} ~ ${targetId}${more}`);
    }
    if (add >= FEW && result.unlike.length * 2 > add) output.log.warn(`of ${add} pairs ${result.unlike.length} have different names on the two sides: are these the systems, projects and sides the file means? --dry-run shows them`);
    output.summary(`${result.connection}: ${dryRun ? "would be: " : ""}${add} pairs added, ${remove} removed, ${unchanged} already so, ${refused} refused`);
    output.json({ ...result, notes, leftOut, unheard });
    if (result.stopped) throw new BusyError("stopped before all pairs were recorded", "the same file again goes on");
    if (refused + notes.filter(({ isHarmless }) => isHarmless !== true).length + leftOut.length + unheard.length > 0) return 1;
    return dryRun && options.detailedExitCode === true && add + remove > 0 ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
