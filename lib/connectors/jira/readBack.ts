// Reading back what was written, in bulk, with the change logs: the issue first, its log afterwards, so that nobody's edit
// between the two passes for ours (design: an edit between our write and our read-back is a change).

import { BusyError, RemoteError } from "../../core/errors.ts";
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

const readPart = async (jira: Jira, project: Project, type: IssueType, part: readonly Done[]): Promise<ReadonlyMap<string, Back>> => {
  const { site } = jira;
  const names = [...new Set(part.flatMap((one) => one.names))];
  const ids = part.map((one) => one.id);
  const issues = await fetchIssues(site, ids, { fields: restFields(type, names), ...(site.cloud ? { properties: [INTENT] } : { changelog: true }) });
  const items = await itemsOf(jira, project, type, issues, names);
  const logs: Logs = site.cloud ? await readHistories(jira, ids) : new Map(issues.map((issue) => [textAt(issue, "id"), entriesOf(own(own(issue, "changelog"), "histories"))]));
  return new Map(
    part.flatMap((one): (readonly [string, Back])[] => {
      const item = items.find((candidate) => candidate.id === one.id);
      if (item === undefined) return [];
      const entries = logs?.get(one.id);
      if (entries === undefined) return [[one.id, { after: { item, others: null }, overwritten: [] }]];
      const evidence = evidenceOf(jira, type, entries, one.before, one.written);
      return [[one.id, { after: { item, others: evidence.others }, overwritten: evidence.overwritten }]];
    }),
  );
};

/** By id. What cannot be read back now was written nevertheless: it is left out, and the next reading decides. */
export const readBack = async (jira: Jira, project: Project, type: IssueType, done: readonly Done[]): Promise<ReadonlyMap<string, Back>> => {
  const found = new Map<string, Back>();
  await mapLimit(chunks(done, FETCH_AT_ONCE), jira.site.width, async (part) => {
    try {
      for (const [id, back] of await readPart(jira, project, type, part)) found.set(id, back);
    } catch (error) {
      if (!(error instanceof RemoteError) && !(error instanceof BusyError)) throw error;
    }
  });
  return found;
};
