// What must be done to put schedules in place or take them out: a list of steps that can be shown first. Ours are known by a
// mark that names the site, so that those of others, and those a person wrote, stay as they are. Pure.

import { createHash } from "node:crypto";

export type Step =
  | { readonly do: "write"; readonly path: string; readonly content: string; readonly encoding: "utf8" | "utf16le" }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "run"; readonly program: string; readonly words: readonly string[]; readonly input?: string };

export interface UnitFile {
  readonly name: string;
  readonly content: string;
}

const begin = (site: string): string => `# BEGIN tandem ${site}`;
const end = (site: string): string => `# END tandem ${site}`;

/** The crontab without our block. Throws an Error for people where the block's end is missing. */
const without = (crontab: string, site: string): string => {
  const lines = crontab.split("\n");
  const from = lines.indexOf(begin(site));
  if (from < 0) return crontab;
  const to = lines.indexOf(end(site), from);
  if (to < 0) throw new Error(`the crontab has a line "${begin(site)}" without its "${end(site)}": put it back, or take the block out by hand`);
  return [...lines.slice(0, from), ...lines.slice(to + 1)].join("\n");
};

/** The crontab with our block at its end, or without it. CRON_TZ holds for all lines below: nothing may stand below ours. */
export const mergeCrontab = (crontab: string, site: string, block: string | undefined): string => {
  const others = without(crontab, site).trimEnd();
  if (block === undefined) return others === "" ? "" : `${others}\n`;
  return `${others === "" ? "" : `${others}\n\n`}${begin(site)}\n${block.trimEnd()}\n${end(site)}\n`;
};

/** `block` undefined: ours is taken out. No step where the crontab is as wanted already. Throws an Error for people where the end of our block is missing. */
export const cronSteps = (crontab: string, site: string, block: string | undefined): readonly Step[] => {
  const merged = mergeCrontab(crontab, site, block);
  return merged === crontab ? [] : [{ do: "run", program: "crontab", words: ["-"], input: merged }];
};

const mark = (site: string): string => `# Tandem: ${site}\n`;

export interface UnitPlace {
  readonly folder: string;
  readonly site: string;
  /** Units of the account instead of the machine. */
  readonly user: boolean;
  /** How paths are joined on that machine. */
  join(folder: string, name: string): string;
}

const isTimer = (name: string): boolean => name.endsWith(".timer");

/** `wanted` empty takes all of ours out. `present`: the files of the folder whose names are like ours. Throws an Error for people. */
export const systemdSteps = (wanted: readonly UnitFile[], present: readonly UnitFile[], { folder, site, user, join }: UnitPlace): readonly Step[] => {
  const systemctl = (...words: readonly string[]): Step => ({ do: "run", program: "systemctl", words: [...(user ? ["--user"] : []), ...words] });
  const marked = wanted.map(({ name, content }) => ({ name, content: mark(site) + content }));
  const ours = present.filter(({ content }) => content.startsWith(mark(site)));
  const foreign = marked.filter(({ name }) => present.some((file) => file.name === name && !ours.includes(file)));
  if (foreign.length > 0) throw new Error(`${foreign.map(({ name }) => join(folder, name)).join(", ")} belongs to another site or to a person: remove it, or give the connection another name`);
  const stale = ours.filter(({ name }) => !marked.some((file) => file.name === name));
  const changed = marked.filter(({ name, content }) => ours.find((file) => file.name === name)?.content !== content);
  const timers = marked.filter(({ name }) => isTimer(name)).map(({ name }) => name);
  const staleTimers = stale.filter(({ name }) => isTimer(name)).map(({ name }) => name);
  if (stale.length + changed.length === 0) return [];
  return [
    ...(staleTimers.length === 0 ? [] : [systemctl("disable", "--now", ...staleTimers)]),
    ...stale.map(({ name }): Step => ({ do: "remove", path: join(folder, name) })),
    ...changed.map(({ name, content }): Step => ({ do: "write", path: join(folder, name), content, encoding: "utf8" })),
    systemctl("daemon-reload"),
    // Restarted, not only started: a timer that runs keeps its old times.
    ...(timers.length === 0 ? [] : [systemctl("enable", ...timers), systemctl("restart", ...timers)]),
  ];
};

/** Where the tasks of a site stand: several sites of a machine may have jobs of the same name. ASCII, as the tasks' list comes in any encoding. */
export const windowsFolder = (site: string): string => {
  const words = site.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(-40);
  return `\\Tandem\\${words}-${createHash("sha256").update(site.toLowerCase()).digest("hex").slice(0, 6)}`;
};

/** Names of a site's tasks in what `schtasks /Query /FO CSV /NH` prints: a line per trigger, the path first, whatever the language. */
export const windowsPresent = (csv: string, folder: string): readonly string[] => {
  const paths = csv.split(/\r?\n/).map((line) => /^"([^"]*)"/.exec(line)?.[1] ?? "");
  return [...new Set(paths.filter((path) => path.toLowerCase().startsWith(`${folder}\\`.toLowerCase())).map((path) => path.slice(folder.length + 1)))];
};

const removal = (folder: string, name: string): Step => ({ do: "run", program: "schtasks", words: ["/Delete", "/TN", `${folder}\\${name}`, "/F"] });

/** Windows keeps a copy of the task: it is made anew each time. Whose it is stands in the file: beside a file schtasks takes an account only with its password. */
export const windowsSteps = (folder: string, tasks: readonly { readonly name: string; readonly path: string; readonly content: string }[], present: readonly string[]): readonly Step[] => [
  ...present.filter((name) => !tasks.some((task) => task.name === name)).map((name) => removal(folder, name)),
  ...tasks.flatMap(({ name, path, content }): readonly Step[] => [
    { do: "write", path, content, encoding: "utf16le" },
    { do: "run", program: "schtasks", words: ["/Create", "/TN", `${folder}\\${name}`, "/XML", path, "/F"] },
  ]),
];

export const windowsRemoval = (folder: string, names: readonly string[]): readonly Step[] => names.map((name) => removal(folder, name));

const word = (text: string): string => (/^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);

/** A step as a person reads it; commands as they would type them. */
export const stepText = (step: Step): string => {
  if (step.do === "run") return [step.program, ...step.words.map(word)].join(" ");
  return `${step.do} ${step.path}`;
};
