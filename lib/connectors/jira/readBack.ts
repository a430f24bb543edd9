// Reading back what was written, in bulk, with the change logs: the issue first, its log afterwards, so that nobody's edit
// between the two passes for ours (design: an edit between our write and our read-back is a change).

import { BusyError, RemoteError } from "../../core/errors.ts";
import type { Item } from "../../core/types.ts";
import type { Overwritten, ReadBack } from "../connector.ts";
import { FETCH_AT_ONCE, fetchIssues } from "./fetch.ts";
import { type Before, entriesOf, evidenceOf, type HistoryEntry, readHistories } from "./history.ts";
import { itemsOf, restFields, INTENT } from "./issues.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import { chunks, mapLimit, own, textAt } from "./wire.ts";

export interface Done {
  readonly id: string;
  /** Fields to read back. */
  readonly names: readonly string[];
  /** undefined: it was created by this write. */
  readonly before?: Before;
  readonly written: readonly string[];
}

interface Back {
  readonly after: ReadBack;
  readonly overwritten: readonly Overwritten[];
}

type Logs = ReadonlyMap<string, readonly HistoryEntry[]> | undefined;

interface Seen {
  readonly items: ReadonlyMap<string, Item>;
  /** Data Center gives the log with the issue. */
  readonly logs: ReadonlyMap<string, readonly HistoryEntry[]>;
}

const NOTHING: Seen = { items: new Map(), logs: new Map() };

/** What cannot be read back now was written nevertheless: it is left out, and the next reading decides. */
const ifPossible = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RemoteError || error instanceof BusyError) return otherwise;
    throw error;
  }
};

const readPart = async (jira: Jira, project: Project, type: IssueType, part: readonly Done[]): Promise<Seen> => {
  const { site } = jira;
  const names = [...new Set(part.flatMap((one) => one.names))];
  const issues = await fetchIssues(site, part.map((one) => one.id), { fields: restFields(type, names), ...(site.cloud ? { properties: [INTENT] } : { changelog: true }) });
  const items = await itemsOf(jira, project, type, issues, names);
  const logs = site.cloud ? [] : issues.map((issue) => [textAt(issue, "id"), entriesOf(own(own(issue, "changelog"), "histories"))] as const);
  return { items: new Map(items.map((item) => [item.id, item])), logs: new Map(logs) };
};

const backOf = (jira: Jira, type: IssueType, one: Done, item: Item, logs: Logs): Back => {
  const entries = logs?.get(one.id);
  if (entries === undefined) return { after: { item, others: null }, overwritten: [] };
  const evidence = evidenceOf(jira, type, entries, one.before, one.written);
  return { after: { item, others: evidence.others }, overwritten: evidence.overwritten };
};

/** By id: first all issues, then all logs in as few calls as there are. */
export const readBack = async (jira: Jira, project: Project, type: IssueType, done: readonly Done[]): Promise<ReadonlyMap<string, Back>> => {
  const parts = await mapLimit(chunks(done, FETCH_AT_ONCE), jira.site.width, (part) => ifPossible(() => readPart(jira, project, type, part), NOTHING));
  const items = new Map(parts.flatMap((part) => [...part.items]));
  const known = done.filter((one) => items.has(one.id));
  const read = async (): Promise<{ readonly logs: Logs }> => ({ logs: jira.site.cloud ? await readHistories(jira, known.map((one) => one.id)) : new Map(parts.flatMap((part) => [...part.logs])) });
  const answered = await ifPossible<{ readonly logs: Logs } | undefined>(read, undefined);
  if (answered === undefined) return new Map();
  return new Map(known.map((one) => [one.id, backOf(jira, type, one, items.get(one.id) as Item, answered.logs)]));
};
