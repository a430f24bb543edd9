// The manual: what a script is for, its words, its exit codes, files and environment, as text for a terminal and as a man page.
// Made from the same declarations as the short help. Pure.

import { type Command, type CommandOption, longName } from "./shell/command.ts";

export interface Entry {
  readonly term: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly entries?: readonly Entry[];
  /** To be typed as they stand. */
  readonly lines?: readonly string[];
}

export interface Manual {
  readonly name: string;
  readonly summary: string;
  readonly sections: readonly Section[];
}

export interface ManualFacts {
  readonly version: string;
  readonly exitCodes: Readonly<Record<number, string>>;
}

const FILES: readonly Entry[] = [
  { term: "tandem/dataSources.yaml", text: "the systems: addresses, options, where credentials stand. The folder is named by --config or TANDEM_CONFIG." },
  { term: "tandem/connections/NAME.yaml", text: "one connection: its two data sources, projects, types, fields and rules." },
  { term: "tandem/settings.yaml", text: "what the site has in common: database, log, notifications, retention, backups." },
  { term: "tandem/.env", text: "secrets as NAME=value; the account's own eyes only (mode 0600)." },
  { term: "tandem/transforms.mjs", text: "a site's own functions for values of fields." },
  { term: ".tandem/", text: "the embedded store, beside the configuration folder, where no server is named." },
];

const ENVIRONMENT: readonly Entry[] = [
  { term: "DATABASE_URL", text: "address of the PostgreSQL server, before databaseUrl of settings.yaml." },
  { term: "TANDEM_STORE", text: "folder of the embedded store." },
  { term: "HTTP_PROXY, HTTPS_PROXY, NO_PROXY", text: "the way to the systems, where a data source says nothing else." },
  { term: "NODE_EXTRA_CA_CERTS", text: "PEM file of certificate authorities to trust besides the known ones." },
];

const headOf = ({ names, placeholder }: CommandOption): string => `${names.join(", ")}${placeholder === undefined ? "" : ` ${placeholder}`}`;

const variables = (options: readonly CommandOption[]): readonly Entry[] => options.flatMap((option) => (option.env === undefined ? [] : [{ term: option.env, text: `takes the place of ${longName(option)} where that is not given.` }]));

const synopsis = ({ name, args }: Command): string => ["tandem", name, "[options]", ...args.map((arg) => (arg.optional ? `[${arg.name}]` : `<${arg.name}>`))].join(" ");

/** What it says of the script is what --help says. */
export const manualOf = (command: Command, facts: ManualFacts): Manual => ({
  name: command.name,
  summary: command.summary,
  sections: [
    { title: "SYNOPSIS", lines: [synopsis(command)] },
    { title: "DESCRIPTION", paragraphs: [command.summary, ...(command.details === undefined ? [] : [command.details])] },
    ...(command.args.length === 0 ? [] : [{ title: "ARGUMENTS", entries: command.args.map(({ name, text }) => ({ term: name, text })) }]),
    { title: "OPTIONS", entries: command.options.map((option) => ({ term: headOf(option), text: option.text })) },
    { title: "EXAMPLES", lines: command.examples },
    { title: "EXIT STATUS", entries: Object.entries(facts.exitCodes).map(([code, text]) => ({ term: code, text })) },
    { title: "ENVIRONMENT", entries: [...ENVIRONMENT, ...variables(command.options)] },
    { title: "FILES", entries: FILES },
    { title: "SEE ALSO", paragraphs: [`docs/scripts/${command.name}.md, docs/exitCodes.md and docs/troubleshooting.md in the package.`] },
  ],
});

/** What each script is for, in groups; `tandem(1)`. */
export const overviewOf = (groups: readonly { readonly title: string; readonly commands: readonly Command[] }[], facts: ManualFacts): Manual => ({
  name: "",
  summary: "Keeps two ALM systems in step.",
  sections: [
    { title: "SYNOPSIS", lines: ["tandem <script> [options]", "tandem help <script>"] },
    ...groups.map(({ title, commands }) => ({ title: title.toUpperCase(), entries: commands.map(({ name, summary }) => ({ term: name, text: summary })) })),
    { title: "EXIT STATUS", entries: Object.entries(facts.exitCodes).map(([code, text]) => ({ term: code, text })) },
    { title: "ENVIRONMENT", entries: ENVIRONMENT },
    { title: "FILES", entries: FILES },
  ],
});

const WIDTH = 100;

const wrapped = (text: string, indent: number): string => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((row) => " ".repeat(indent) + row).join("\n");
};

const pageName = ({ name }: Manual): string => (name === "" ? "tandem" : `tandem-${name}`);

/** A term that leaves room has its text behind it. */
const entryText = ({ term, text }: Entry, room: number): string => (term.length + 2 > room ? `    ${term}\n${wrapped(text, 8)}` : `    ${term.padEnd(room)}${wrapped(text, 4 + room).trimStart()}`);

const roomOf = (entries: readonly Entry[]): number => (entries.every(({ term }) => term.length <= 22) ? Math.max(...entries.map(({ term }) => term.length)) + 2 : 0);

const sectionText = ({ title, paragraphs = [], entries = [], lines = [] }: Section): string =>
  [title, ...[...paragraphs.map((text) => wrapped(text, 4)).flatMap((text, at) => (at === 0 ? [text] : ["", text])), ...entries.map((entry) => entryText(entry, roomOf(entries))), ...lines.map((line) => `    ${line}`)]].join("\n");

/** For a terminal or a pager. */
export const manualText = (manual: Manual): string => `${["NAME", `    ${pageName(manual)} - ${manual.summary}`, ...manual.sections.map((section) => `\n${sectionText(section)}`)].join("\n")}\n`;

/** A line of text for troff: nothing in it is a request. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/, "\\&$1")
    .replace(/[^\n -~]/gu, (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);

const sectionRoff = ({ title, paragraphs = [], entries = [], lines = [] }: Section): string =>
  [
    `.SH ${title}`,
    ...paragraphs.flatMap((text, at) => (at === 0 ? [roff(text)] : [".PP", roff(text)])),
    ...entries.flatMap(({ term, text }) => [".TP", `.B ${roff(term)}`, roff(text)]),
    ...(lines.length === 0 ? [] : [".nf", ...lines.map(roff), ".fi"]),
  ].join("\n");

/** For man: section 1, without a date, so that the same sources make the same file. */
export const manualRoff = (manual: Manual, { version }: ManualFacts): string =>
  `.TH ${pageName(manual).toUpperCase()} 1 "" "Tandem ${version}" "Tandem"\n.SH NAME\n${roff(pageName(manual))} \\- ${roff(manual.summary)}\n${manual.sections.map(sectionRoff).join("\n")}\n`;
