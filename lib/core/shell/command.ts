// A script as a shell and the manual see it: its words and what each takes. Values only.

/** What stands behind an option or as an argument; a list: one of these. */
export type Taken = "file" | "folder" | "connection" | "group" | "dataSource" | "script" | "text" | readonly string[];

export interface CommandOption {
  /** -o and --out, the long one last. */
  readonly names: readonly string[];
  /** As the help shows it, e.g. <file>; not given: a switch. */
  readonly placeholder?: string;
  readonly text: string;
  readonly env?: string;
  readonly takes?: Taken;
}

export interface CommandArgument {
  /** A name that ends in "..." takes any number. */
  readonly name: string;
  readonly text: string;
  readonly optional: boolean;
  readonly takes: Taken;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly args: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly string[];
}

/** One word for the tables of the shells: @file, or the values with commas between them. */
export const takenWord = (takes: Taken): string => (typeof takes === "string" ? `@${takes}` : takes.join(","));

/** `--dry-run` of `-n, --dry-run`. */
export const longName = (option: CommandOption): string => option.names.at(-1) ?? "";

/** In single quotes for a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
