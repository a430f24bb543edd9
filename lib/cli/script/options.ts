// Every option of every script, declared once: scripts name the ones they take, help and parsing follow.

import { UsageError } from "../../core/errors.ts";
import { parseKeep } from "../../core/retention.ts";

export interface OptionDeclaration {
  readonly flags: string;
  readonly text: string;
  /** Environment variable read where the flag is not given. */
  readonly env?: string;
  readonly repeatable?: boolean;
  /** Turns the text of the flag into its value; throws an Error with a message for people. */
  readonly parse?: (text: string) => unknown;
  /** All it takes. */
  readonly values?: readonly string[];
  /** Some of what it takes; a shell offers them, nobody refuses others. */
  readonly suggested?: readonly string[];
  /** Whose name it takes: a shell offers those of the site. */
  readonly names?: "connection" | "group" | "dataSource";
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new Error(`"${text}" is no number ≥ 0`);
  return value;
};

/** By its own name on Linux and macOS, standard output is what it is elsewhere. */
const outputPlace = (text: string): string => (text === "/dev/stdout" ? "-" : text);

export const OPTIONS = {
  config: { flags: "--config <dir>", text: "folder with dataSources.yaml and connections/", env: "TANDEM_CONFIG" },
  connection: { flags: "--connection <name>", text: "name of a connection (may be repeated)", repeatable: true, names: "connection" },
  group: { flags: "--group <name>", text: "all connections of this group (may be repeated)", repeatable: true, names: "group" },
  all: { flags: "--all", text: "all connections" },
  dataSource: { flags: "--data-source <name>", text: "name of a data source (may be repeated)", repeatable: true, names: "dataSource" },
  dryRun: { flags: "-n, --dry-run", text: "show what would be done and change nothing" },
  json: { flags: "--json", text: "print one JSON document on stdout" },
  verbose: { flags: "-v, --verbose", text: "say more" },
  quiet: { flags: "-q, --quiet", text: "say nothing when all went well" },
  yes: { flags: "--yes", text: "go ahead where a terminal would be asked" },
  detailedExitCode: { flags: "--detailed-exit-code", text: "exit 2 when a dry run or check finds pending changes" },
  lockWait: { flags: "--lock-wait <seconds>", text: "how long to wait for the embedded store, or slices, which others hold", env: "TANDEM_LOCK_WAIT", parse: number },
  log: { flags: "--log <file>", text: "append a JSON line per message to this file", env: "TANDEM_LOG" },
  sweep: { flags: "--sweep", text: "compare everything in scope, not only what changed" },
  adopt: { flags: "--adopt <who>", text: "who wins where seeded pairs differ: master, target, hold or merge", values: ["master", "target", "hold", "merge"] },
  acceptEmpty: { flags: "--accept-empty", text: "insist although a side, a field or a file looks suddenly empty" },
  acceptDeletions: { flags: "--accept-deletions", text: "insist on more deletions than anybody makes by hand" },
  acceptNewAddress: { flags: "--accept-new-address", text: "insist although a data source leads elsewhere than before: it is the same system, moved" },
  acceptNamesakes: { flags: "--accept-namesakes", text: "insist although nothing is paired yet and many items have a namesake on the other side" },
  acceptSecondPartners: { flags: "--accept-second-partners", text: "insist although items have their partners under another name of the connection, type or project" },
  acceptClockSkew: { flags: "--accept-clock-skew", text: "insist although a clock is more than five minutes off" },
  syncSet: { flags: "--sync-set <key>", text: "only this sync set" },
  side: { flags: "--side <side>", text: "only this side: master or target", values: ["master", "target"] },
  out: { flags: "-o, --out <file>", text: "write to this file; - is standard output", parse: outputPlace },
  format: { flags: "--format <name>", text: "html, csv or json", values: ["html", "csv", "json"] },
  note: { flags: "--note <text>", text: "a word for whoever looks at the status later" },
  worksheet: { flags: "--worksheet <file>", text: "write the planning worksheet of a connection that is defined already; - is standard output", parse: outputPlace },
  force: { flags: "--force", text: "replace files that exist" },
  system: { flags: "--system <name>", text: "octane, jira, redmine, almQc, azureDevops or serviceNow", suggested: ["octane", "jira", "redmine", "almQc", "azureDevops", "serviceNow"] },
  url: { flags: "--url <address>", text: "address of the server" },
  credential: { flags: "--credential <key=placeholder>", text: "e.g. token=${env:JIRA_TOKEN} (may be repeated)", repeatable: true },
  scope: { flags: "--scope <key=value>", text: "e.g. space=1001 (may be repeated)", repeatable: true },
  option: { flags: "--option <key=value>", text: "an option of the system's connector, lists and maps as JSON (may be repeated)", repeatable: true },
  sampleProject: { flags: "--sample-project <id>", text: "project whose types, fields and lists are read" },
  master: { flags: "--master <name>", text: "data source that is the master", names: "dataSource" },
  target: { flags: "--target <name>", text: "data source that is the target", names: "dataSource" },
  projects: { flags: "--projects <master~target>", text: "a pair of projects, e.g. 1002~DEMO (may be repeated)", repeatable: true },
  types: { flags: "--types <master~target>", text: "a pair of types, e.g. story~Story (may be repeated); default: mapped by name", repeatable: true },
  direction: { flags: "--direction <way>", text: "fromMaster, toMaster or biDirectional", values: ["fromMaster", "toMaster", "biDirectional"] },
  ca: { flags: "--ca <file>", text: "PEM file with the certificate authority of a server with a private certificate" },
  item: { flags: "--item <id>", text: "id or key of an item, on either side" },
  field: { flags: "--field <name>", text: "only this field, by its name or label on either side" },
  take: { flags: "--take <side>", text: "whose value is taken: master or target", values: ["master", "target"] },
  plan: { flags: "--plan <file>", text: "save the plan to this file instead of carrying it out; - is standard output", parse: outputPlace },
  apply: { flags: "--apply <file>", text: "make exactly the writes of a saved plan; - reads standard input" },
  run: { flags: "--run <id>", text: "id of a run, or how it begins (runHistory lists them)" },
  created: { flags: "--created <what>", text: "what happens to items the run created: leave (default), close or delete", values: ["leave", "close", "delete"] },
  most: { flags: "--most <number>", text: "how many rows at the most", parse: number },
  keep: { flags: "--keep <minutes>", text: "how long the sandboxes stay up after the end", parse: number },
  pair: { flags: "--pair <master,target>", text: "two sandboxes to walk with; default: octane,jira-cloud" },
  stopAfter: { flags: "--stop-after <seconds>", text: "end by itself after this time", parse: number },
  live: { flags: "--live", text: "read both sides and compare them" },
  port: { flags: "--port <number>", text: "port to listen on; 0 takes a free one", parse: number },
  host: { flags: "--host <address>", text: "address to listen on; default: this machine only" },
  demo: { flags: "--demo", text: "fill it with example items" },
  state: { flags: "--state <system=file>", text: "fill it from this file, - is standard input; of one system the file alone (may be repeated)", repeatable: true },
  tlsCert: { flags: "--tls-cert <file>", text: "speak HTTPS with this certificate (PEM)" },
  tlsKey: { flags: "--tls-key <file>", text: "its private key (PEM)" },
  fileFormat: { flags: "--file-format <name>", text: "xml, csv, synchronizer, linkIdsMap or json; default: told from the file", values: ["xml", "csv", "synchronizer", "linkIdsMap", "json"] },
  fromField: { flags: "--from-field <side.field>", text: "instead of a file: this field of the items of master or target, or remoteLinks of Jira, holds the other item's id, key or address" },
  frame: { flags: "--frame", text: "write the sync sets of the definition without pairs, to be filled in by hand" },
  set: { flags: "--set <name=key>", text: "which sync set a set of the file means: by its GUID, or a synchronizer's link by its name (may be repeated)", repeatable: true },
  linkIds: { flags: "--link-ids <master~target>", text: "names of the elements or attributes of an XML file that hold the ids" },
  jiraKeys: { flags: "--jira-keys <file>", text: "a synchronizer's jira.{project}.{type}.txt: keys in the links stand for the ids in it (may be repeated)", repeatable: true },
  replace: { flags: "--replace", text: "what the file does not name goes; a backup is written first" },
  backup: { flags: "--backup <file>", text: "where the backup goes; default: backups/ in the configuration folder" },
  rejects: { flags: "--rejects <file>", text: "write refused records with line and reason to this file and take the rest" },
  remote: { flags: "--remote <name>", text: "data source of the ALM or Jira users in a Synchronizer's list", names: "dataSource" },
  octane: { flags: "--octane <name>", text: "data source of the Octane users in a Synchronizer's list", names: "dataSource" },
  into: { flags: "--into <file>", text: "an XML file that gets the maps into its block; all else in it stays byte for byte" },
  type: { flags: "--type <name>", text: "a mapped type, by its name on either side, or user" },
  within: { flags: "--within <type>", text: "names are compared only inside the same item of this type, e.g. release for sprints" },
  project: { flags: "--project <id>", text: "only this project, by its id on either side" },
  key: { flags: "--key <dataSource=column>", text: "column that is the same for the same person everywhere; default: email (may be repeated)", repeatable: true },
  identifier: { flags: "--identifier <dataSource=column>", text: "column with what the data source calls the person; default: login, else email, else id (may be repeated)", repeatable: true },
  label: { flags: "--label <column>", text: "column with the label of the person; default: name" },
  applyFound: { flags: "--apply", text: "write what was found and nothing else" },
  keepOutcomes: { flags: "--keep-outcomes <time>", text: 'how long what was done to items is kept, e.g. "90 days" or forever', parse: parseKeep },
  keepRuns: { flags: "--keep-runs <time>", text: 'how long the list of runs is kept, e.g. "400 days" or forever', parse: parseKeep },
  for: { flags: "--for <scheduler>", text: "cron, systemd, windows or kubernetes", values: ["cron", "systemd", "windows", "kubernetes"] },
  outFolder: { flags: "-o, --out <dir>", text: "write the files into this folder; default: standard output" },
  workingDirectory: { flags: "--working-directory <dir>", text: "folder in which the jobs run; default: this one (kubernetes: /app)" },
  program: { flags: "--program <word>", text: "takes the place of npx tandem, one word each time (may be repeated)", repeatable: true },
  atClockChange: { flags: "--at-clock-change <what>", text: "of work between 01:00 and 03:00: pause (default) lets nothing run then, shift lets what runs all day go on, both move other work to 03:00; allow leaves all as it is", values: ["pause", "shift", "allow"] },
  timeLimit: { flags: "--time-limit <minutes>", text: "a job that runs longer is ended; default 240", parse: number },
  image: { flags: "--image <name>", text: "container image; default tandem:latest" },
  local: { flags: "--local", text: "ask no endpoint" },
  due: { flags: "--due", text: "only connections whose frequency says it is their turn; one that is busy or stopped is left alone" },
  ping: { flags: "--ping <address>", text: "call this dead-man switch at the start and at the end, e.g. ${env:PING_URL}" },
  test: { flags: "--test", text: "send a message that says it is a test" },
  install: { flags: "--install", text: "put the schedules in place, after asking" },
  uninstall: { flags: "--uninstall", text: "take the schedules of this folder out again, after asking" },
  user: { flags: "--user", text: "systemd: units of this account instead of the machine's" },
  account: { flags: "--account <name>", text: "systemd and windows: the account under which the jobs run" },
  notify: { flags: "--notify", text: "tell those whom settings.yaml names when something turns bad, and when all is well again" },
  form: { flags: "--form <name>", text: "logical or pgDump; default: pgDump where its programs serve the server and the role may try it, else logical", values: ["logical", "pgDump"] },
  passphrase: { flags: "--passphrase <placeholder>", text: "seals the backup, e.g. ${env:BACKUP_PASSPHRASE} or ${file:backup.key}" },
  unverified: { flags: "--unverified", text: "leave out restoring it on trial" },
  keepNewest: { flags: "--keep-newest <number>", text: "remove older backups from the folder once this one is whole", parse: number },
  keepDefinition: { flags: "--keep-definition", text: "leave the connection's file; the connection is stopped" },
  from: { flags: "--from <name>", text: "the connection whose cross references are taken", names: "connection" },
  rename: { flags: "--rename <old=new>", text: "a type or project that is called otherwise now, on either side; master.Old=New for one side (may be repeated)", repeatable: true },
  template: { flags: "--template <master~target>", text: "the pair of projects that is copied" },
  to: { flags: "--to <master~target>", text: "a new pair of projects (may be repeated)", repeatable: true },
  concurrency: { flags: "--concurrency <number>", text: "how many connections are worked on at the same time; default 4", parse: number },
  untilEmpty: { flags: "--until-empty", text: "end when nothing is due any more, instead of waiting for the next turns" },
  tryWrites: { flags: "--try-writes", text: "make, change and remove a trial item of each type that is written, after asking" },
  findings: { flags: "--findings <file>", text: "take the table of --out back: what stands in its column becomes goes into the value maps; - reads standard input" },
  asOf: { flags: "--as-of <instant>", text: "no file: the store was put back by other means, to its state of that time" },
  settled: { flags: "--settled", text: "no file: what is still held since a backup was put back is new, and gets its partner" },
  replaceStore: { flags: "--replace", text: "put it in the place of what the store holds" },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

export type OptionName = keyof typeof OPTIONS;

/** Options every script takes. */
export const COMMON: readonly OptionName[] = ["config", "json", "verbose", "quiet", "log"];

export interface Options {
  readonly config?: string;
  readonly connection?: readonly string[];
  readonly group?: readonly string[];
  readonly all?: boolean;
  readonly dataSource?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly yes?: boolean;
  readonly detailedExitCode?: boolean;
  readonly lockWait?: number;
  readonly log?: string;
  readonly sweep?: boolean;
  readonly adopt?: "master" | "target" | "hold" | "merge";
  readonly acceptEmpty?: boolean;
  readonly acceptDeletions?: boolean;
  readonly acceptNewAddress?: boolean;
  readonly acceptNamesakes?: boolean;
  readonly acceptSecondPartners?: boolean;
  readonly acceptClockSkew?: boolean;
  readonly syncSet?: string;
  readonly side?: "master" | "target";
  readonly out?: string;
  readonly format?: "html" | "csv" | "json";
  readonly note?: string;
  readonly force?: boolean;
  readonly system?: string;
  readonly url?: string;
  readonly credential?: readonly string[];
  readonly scope?: readonly string[];
  readonly option?: readonly string[];
  readonly sampleProject?: string;
  readonly master?: string;
  readonly target?: string;
  readonly projects?: readonly string[];
  readonly types?: readonly string[];
  readonly direction?: "fromMaster" | "toMaster" | "biDirectional";
  readonly ca?: string;
  readonly plan?: string;
  readonly apply?: string;
  readonly run?: string;
  readonly created?: "leave" | "close" | "delete";
  readonly most?: number;
  readonly keep?: number;
  readonly pair?: string;
  readonly stopAfter?: number;
  readonly item?: string;
  readonly field?: string;
  readonly take?: "master" | "target";
  readonly live?: boolean;
  readonly keepDefinition?: boolean;
  readonly from?: string;
  readonly rename?: readonly string[];
  readonly template?: string;
  readonly to?: readonly string[];
  readonly port?: number;
  readonly host?: string;
  readonly demo?: boolean;
  readonly state?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly fileFormat?: "xml" | "csv" | "synchronizer" | "linkIdsMap" | "json";
  readonly worksheet?: string;
  readonly fromField?: string;
  readonly frame?: boolean;
  readonly set?: readonly string[];
  readonly linkIds?: string;
  readonly jiraKeys?: readonly string[];
  readonly replace?: boolean;
  readonly backup?: string;
  readonly rejects?: string;
  readonly remote?: string;
  readonly octane?: string;
  readonly into?: string;
  readonly type?: string;
  readonly within?: string;
  readonly project?: string;
  /** Days; Infinity: for ever. */
  readonly keepOutcomes?: number;
  readonly keepRuns?: number;
  readonly key?: readonly string[];
  readonly identifier?: readonly string[];
  readonly label?: string;
  readonly for?: "cron" | "systemd" | "windows" | "kubernetes";
  /** Its flag is --out: the word stands in `out`. */
  readonly outFolder?: never;
  readonly workingDirectory?: string;
  readonly program?: readonly string[];
  readonly atClockChange?: "pause" | "shift" | "allow";
  readonly timeLimit?: number;
  readonly image?: string;
  readonly local?: boolean;
  readonly due?: boolean;
  readonly ping?: string;
  readonly test?: boolean;
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly user?: boolean;
  readonly account?: string;
  readonly notify?: boolean;
  readonly form?: "logical" | "pgDump";
  readonly passphrase?: string;
  readonly unverified?: boolean;
  readonly keepNewest?: number;
  readonly concurrency?: number;
  readonly untilEmpty?: boolean;
  readonly tryWrites?: boolean;
  readonly findings?: string;
  readonly asOf?: string;
  readonly settled?: true;
  /** Its flag is --replace: the word stands in `replace`. */
  readonly replaceStore?: never;
  /** Its flag is --apply: the word stands in `apply`. */
  readonly applyFound?: never;
}

/** key=value words as an object. Throws UsageError for anything else. */
export const keyValues = (flag: string, words: readonly string[] | undefined): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const word of words ?? []) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`${flag} ${word}: is not key=value`, "see --help");
    result[word.slice(0, at)] = word.slice(at + 1);
  }
  return result;
};

/** master~target words as pairs. Throws UsageError for anything else. */
export const pairsOf = (flag: string, words: readonly string[]): { readonly master: string; readonly target: string }[] =>
  words.map((word) => {
    const [master, target, ...more] = word.split("~");
    if (master === undefined || master === "" || target === undefined || target === "" || more.length > 0) throw new UsageError(`${flag} ${word}: is not master~target`, "see --help");
    return { master, target };
  });
