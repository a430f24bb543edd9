// Reading back what was written, in bulk, with the change logs: the issue first, its log afterwards, so that nobody's edit
// between the two passes for ours (design: an edit between our write and our read-back is a change).

import { BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Item } from "../../core/types.ts";
import type { InterruptedUpdate, Overwritten, ReadBack } from "../connector.ts";
import { FETCH_AT_ONCE, fetchIssues, fetchSingly, type Wanted } from "./fetch.ts";
import { type Before, entriesOf, evidenceOf, type HistoryEntry, readHistories } from "./history.ts";
import { itemsOf, restFields, INTENT } from "./issues.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import type { Site } from "./session.ts";
import { instantOf } from "./time.ts";
import { type Json, listOf, numberOf, own, textAt } from "./wire.ts";

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
    if (error instanceof RemoteError || error instanceof BusyError || error instanceof LoginError) return otherwise;
    throw error;
  }
};

/** A log that is cut, or not given at all, proves nothing. */
const isWhole = (changelog: unknown): boolean => Array.isArray(own(changelog, "histories")) && (numberOf(own(changelog, "total")) ?? 0) <= listOf(own(changelog, "histories")).length;

const logsIn = (issues: readonly Json[]): ReadonlyMap<string, readonly HistoryEntry[]> =>
  new Map(issues.flatMap((issue) => (isWhole(own(issue, "changelog")) ? [[textAt(issue, "id"), entriesOf(own(own(issue, "changelog"), "histories"))] as const] : [])));

/** Times are whole seconds: what was changed in the one of the reading before may stand there with the same time. */
const SAME_SECOND_MS = 2000;

/** What an index of Data Center still shows as it was before our write is asked for by itself. */
const readWritten = async (site: Site, part: readonly Done[], wanted: Wanted): Promise<readonly Json[]> => {
  const found = await fetchIssues(site, part.map((one) => one.id), wanted);
  const before = new Map(part.flatMap(({ id, before: was }) => (was === undefined ? [] : [[id, was.at] as const])));
  const now = Date.parse(site.client.http.serverClock()?.at ?? "");
  const isBehind = (issue: Json): boolean => {
    const [updated, was] = [instantOf(own(own(issue, "fields"), "updated")) ?? "", before.get(textAt(issue, "id")) ?? ""];
    return updated < was || (updated === was && now - Date.parse(updated) >= SAME_SECOND_MS);
  };
  const behind = site.cloud ? [] : found.filter(isBehind);
  return behind.length === 0 ? found : [...found.filter((issue) => !behind.includes(issue)), ...(await fetchSingly(site, behind.map((issue) => textAt(issue, "id")), wanted))];
};

const readPart = async (jira: Jira, project: Project, type: IssueType, part: readonly Done[]): Promise<Seen> => {
  const { site } = jira;
  const names = [...new Set(part.flatMap((one) => one.names))];
  const issues = await readWritten(site, part, { fields: restFields(type, names), ...(site.cloud ? { properties: [INTENT] } : { changelog: true }) });
  const items = await itemsOf(jira, project, type, issues, names);
  return { items: new Map(items.map((item) => [item.id, item])), logs: site.cloud ? new Map() : logsIn(issues) };
};

const backOf = (jira: Jira, type: IssueType, one: Done, item: Item, logs: Logs): Back => {
  const entries = logs?.get(one.id);
  if (entries === undefined) return { after: { item, others: null }, overwritten: [] };
  const evidence = evidenceOf(jira, type, entries, one.before, one.written);
  return { after: { item, others: evidence.others }, overwritten: evidence.overwritten };
};

export interface BackReader {
  /** Begins to read what fills a call; the rest waits for more. */
  readonly add: (done: readonly Done[]) => void;
  /** By id: first all issues, then all logs in as few calls as there are. */
  readonly end: () => Promise<ReadonlyMap<string, Back>>;
  /** Waits for what was begun, where its end is not wanted any more. */
  readonly leave: () => Promise<void>;
}

/** Reads issues back while others are still being written, in as few calls as if all were read at the end. How many are under way is the door's own limit. */
export const startReadingBack = (jira: Jira, project: Project, type: IssueType): BackReader => {
  const all: Done[] = [];
  const parts: Promise<Seen>[] = [];
  let waiting: Done[] = [];
  const read = (part: readonly Done[]): void => {
    const seen = ifPossible(() => readPart(jira, project, type, part), NOTHING);
    // Told to whoever waits for it, at the end.
    seen.catch(() => undefined);
    parts.push(seen);
  };
  const readLogs = async (known: readonly Done[], seen: readonly Seen[]): Promise<{ readonly logs: Logs }> => ({ logs: jira.site.cloud ? await readHistories(jira, known.map((one) => one.id)) : new Map(seen.flatMap((part) => [...part.logs])) });
  return {
    add: (done) => {
      all.push(...done);
      waiting.push(...done);
      for (; waiting.length >= FETCH_AT_ONCE; waiting = waiting.slice(FETCH_AT_ONCE)) read(waiting.slice(0, FETCH_AT_ONCE));
    },
    end: async () => {
      if (waiting.length > 0) read(waiting);
      const seen = await Promise.all(parts);
      const items = new Map(seen.flatMap((part) => [...part.items]));
      const known = all.filter((one) => items.has(one.id));
      const answered = await ifPossible<{ readonly logs: Logs } | undefined>(() => readLogs(known, seen), undefined);
      if (answered === undefined) return new Map();
      return new Map(known.map((one) => [one.id, backOf(jira, type, one, items.get(one.id) as Item, answered.logs)]));
    },
    leave: async () => void (await Promise.allSettled(parts)),
  };
};

/** By id; what could not be read is not in it. */
export const readBack = (jira: Jira, project: Project, type: IssueType, done: readonly Done[]): Promise<ReadonlyMap<string, Back>> => {
  const reader = startReadingBack(jira, project, type);
  reader.add(done);
  return reader.end();
};

/** What interrupted updates replaced of others, as the logs tell: read at the issues' own addresses, where no index can be behind. */
export const replacedBy = async (jira: Jira, type: IssueType, updates: readonly InterruptedUpdate[]): Promise<ReadonlyMap<string, readonly Overwritten[]>> => {
  const { site } = jira;
  const ids = updates.map(({ id }) => id);
  const read = async (): Promise<Logs> => (site.cloud ? readHistories(jira, ids) : logsIn(await fetchSingly(site, ids, { fields: ["updated"], changelog: true })));
  const logs = await read().catch((error: unknown): Logs => {
    // A log that is not to be had says nothing; whoever must wait asks again.
    if (error instanceof RemoteError) return undefined;
    throw error;
  });
  return new Map(updates.map(({ id, at, before, after }) => [id, evidenceOf(jira, type, logs?.get(id) ?? [], { at, fields: before }, Object.keys(after)).overwritten]));
};
