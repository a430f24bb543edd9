// The content of one imitated Jira: tables, the issues with their indexes, and what a lagging search index still shows.
// Keeps no rule of the system: who may do what, and what follows, stands with the deeds.

import type { SandboxClock } from "../imitation.ts";
import { createIssueIndex, type IssueIndex } from "./issueIndex.ts";
import type { Flavour, Issue, IssueLink, Rows, TableName, Tables } from "./model.ts";
import type { JiraOptions } from "./options.ts";

const TABLES: readonly TableName[] = [
  "users", "groups", "projects", "types", "statuses", "priorities", "resolutions", "linkTypes", "securityLevels", "roles", "fields", "versions", "components",
  "sprints", "boards", "filters", "links", "attachments", "worklogEvents", "tokens", "webhooks", "settings",
];

export interface World extends IssueIndex {
  readonly flavour: Flavour;
  readonly cloud: boolean;
  readonly options: JiraOptions;
  readonly tables: Tables;
  now(): number;
  /** The next number of a sequence. */
  next(sequence: string): number;
  saveLink(link: IssueLink): void;
  removeLink(id: string): void;
  linksOf(issueId: number): readonly IssueLink[];
  state(): unknown;
  load(state: unknown): void;
  clear(): void;
}

const START: Readonly<Record<string, number>> = { sprint: 0, board: 0, webhook: 0 };

/** Keys in order, nothing undefined: equal contents are equal texts. Always a copy: what is handed out may be changed. */
const canonical = (value: unknown): unknown => {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.length === 0 ? [] : value.map(canonical);
  const own = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(own).sort()) {
    const part = own[key];
    if (part !== undefined) copy[key] = part === null || typeof part !== "object" ? part : canonical(part);
  }
  return copy;
};

/** Ids of digits by number, the rest by text. */
export const byId = (one: string, two: string): number => {
  const digits = /^\d+$/;
  if (digits.test(one) && digits.test(two)) return Number(one) - Number(two);
  return one < two ? -1 : one > two ? 1 : 0;
};

const emptyTables = (): Tables => Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as Tables;

const createLinkTable = (links: Map<string, IssueLink>): Pick<World, "saveLink" | "removeLink" | "linksOf"> & { rebuild(): void } => {
  const ends = new Map<number, Set<string>>();
  const touch = (issue: number): Set<string> => {
    const set = ends.get(issue) ?? new Set<string>();
    ends.set(issue, set);
    return set;
  };
  const saveLink = (link: IssueLink): void => {
    links.set(link.id, link);
    touch(link.from).add(link.id);
    touch(link.to).add(link.id);
  };
  return {
    saveLink,
    removeLink: (id) => {
      const link = links.get(id);
      if (!link) return;
      links.delete(id);
      ends.get(link.from)?.delete(id);
      ends.get(link.to)?.delete(id);
    },
    linksOf: (issue) => [...(ends.get(issue) ?? [])].sort(byId).map((id) => links.get(id)).filter((link) => link !== undefined),
    rebuild: () => {
      ends.clear();
      for (const link of [...links.values()]) saveLink(link);
    },
  };
};

export const createWorld = (flavour: Flavour, options: JiraOptions, clock: SandboxClock): World => {
  const tables = emptyTables();
  const sequences = new Map<string, number>();
  const now = (): number => clock.now().getTime();
  const index = createIssueIndex(options, now);
  const linkTable = createLinkTable(tables.links);
  const clear = (): void => {
    for (const name of TABLES) tables[name].clear();
    sequences.clear();
    index.clear();
    linkTable.rebuild();
  };
  return {
    ...index,
    ...linkTable,
    flavour,
    cloud: flavour === "cloud",
    options,
    tables,
    now,
    next: (sequence) => {
      const number = (sequences.get(sequence) ?? START[sequence] ?? 9999) + 1;
      sequences.set(sequence, number);
      return number;
    },
    state: () => canonical({
      flavour,
      sequences: Object.fromEntries(sequences),
      tables: Object.fromEntries(TABLES.map((name) => [name, [...tables[name].values()].sort((one, two) => byId(one.id, two.id))])),
      issues: [...index.issues.values()].sort((one, two) => one.id - two.id),
    }),
    load: (state) => {
      const given = state as { flavour?: string; sequences: Record<string, number>; tables: { readonly [T in TableName]?: readonly Rows[T][] }; issues: readonly Issue[] };
      if (given?.flavour !== flavour) throw new Error(`This state is not one of the sandbox Jira (${flavour}): its flavour is ${JSON.stringify(given?.flavour)}.`);
      clear();
      for (const [name, number] of Object.entries(given.sequences)) sequences.set(name, number);
      for (const name of TABLES) for (const row of given.tables[name] ?? []) (tables[name] as Map<string, { id: string }>).set(row.id, row);
      // Taken as they are, for speed: records are never changed in place.
      index.loadIssues(given.issues);
      linkTable.rebuild();
    },
    clear,
  };
};
