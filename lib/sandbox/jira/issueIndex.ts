// Issues by id, by key (old ones too), by parent and in the order of (updated, id), so that keyset paging costs a binary search.
// Also remembers, for as long as the search index lags, what a search still sees of an issue.

import type { Issue } from "./model.ts";
import type { JiraOptions } from "./options.ts";

interface Older {
  /** Null: the issue did not exist. */
  readonly doc: Issue | null;
  readonly at: number;
  readonly node: number;
}

export interface IssueIndex {
  readonly issues: ReadonlyMap<number, Issue>;
  save(issue: Issue): void;
  removeIssue(id: number): void;
  byKey(key: string): Issue | undefined;
  childrenOf(id: number): readonly Issue[];
  /** In ascending order of (updated, id). */
  byUpdated(): readonly Issue[];
  /** Position of the first issue changed at or after an instant. */
  firstUpdatedAt(at: number): number;
  /** Grows with every change of an issue. */
  revision(): number;
  /** Other changes (a version renamed, a filter saved) outdate search results as well. */
  outdate(): void;
  setLag(seconds: number): void;
  /** Names the node that answers the present request. */
  useNode(node: number): void;
  /** What a search sees; null when nothing is pending and the live issues will do. */
  searchView(reconcile: ReadonlySet<number>): readonly Issue[] | null;
  loadIssues(issues: readonly Issue[]): void;
  clear(): void;
}

const before = (one: Issue, at: number, id: number): boolean => one.updated < at || (one.updated === at && one.id < id);

const position = (sorted: readonly Issue[], at: number, id: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(sorted[middle] as Issue, at, id)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const createLag = (options: JiraOptions, now: () => number, issues: ReadonlyMap<number, Issue>): Pick<IssueIndex, "setLag" | "useNode" | "searchView"> & { note(id: number): void; forget(): void } => {
  const older = new Map<number, Older[]>();
  let lag = 0;
  let node = 0;
  const waits = (entry: Older): boolean => entry.at + 1000 * (entry.node === node ? lag : Math.max(lag, options.nodeLagSeconds)) > now();
  const longest = (): number => 1000 * Math.max(lag, options.nodes > 1 ? options.nodeLagSeconds : 0);
  return {
    setLag: (seconds) => {
      lag = seconds;
    },
    useNode: (number) => {
      node = number;
    },
    note: (id) => {
      if (lag <= 0 && options.nodes <= 1) return;
      const list = older.get(id) ?? [];
      list.push({ doc: issues.get(id) ?? null, at: now(), node });
      older.set(id, list);
    },
    forget: () => older.clear(),
    searchView: (reconcile) => {
      for (const [id, list] of older) {
        const left = list.filter((entry) => entry.at + longest() > now());
        if (left.length > 0) older.set(id, left);
        else older.delete(id);
      }
      if (older.size === 0) return null;
      const seen = new Map(issues);
      for (const [id, list] of older) {
        const first = list.find(waits);
        if (!first || reconcile.has(id)) continue;
        if (first.doc) seen.set(id, first.doc);
        else seen.delete(id);
      }
      return [...seen.values()].sort((one, two) => one.updated - two.updated || one.id - two.id);
    },
  };
};

export const createIssueIndex = (options: JiraOptions, now: () => number): IssueIndex => {
  const issues = new Map<number, Issue>();
  const keys = new Map<string, number>();
  const children = new Map<number, Set<number>>();
  let sorted: Issue[] = [];
  let revision = 0;
  const lag = createLag(options, now, issues);
  const parentsOf = (issue: Issue): readonly number[] => [issue.parentId, issue.epicId].filter((id) => id !== null);
  const link = (issue: Issue): void => {
    for (const parent of parentsOf(issue)) children.set(parent, (children.get(parent) ?? new Set()).add(issue.id));
  };
  const index = (issue: Issue): void => {
    issues.set(issue.id, issue);
    for (const key of issue.formerKeys) if (!keys.has(key)) keys.set(key, issue.id);
    keys.set(issue.key, issue.id);
    link(issue);
  };
  const unlink = (old: Issue): void => {
    for (const parent of parentsOf(old)) children.get(parent)?.delete(old.id);
    const at = position(sorted, old.updated, old.id);
    if (sorted[at]?.id === old.id) sorted.splice(at, 1);
  };
  return {
    issues,
    setLag: lag.setLag,
    useNode: lag.useNode,
    searchView: lag.searchView,
    save: (issue) => {
      lag.note(issue.id);
      const old = issues.get(issue.id);
      if (old) unlink(old);
      index(issue);
      sorted.splice(position(sorted, issue.updated, issue.id), 0, issue);
      revision += 1;
    },
    removeIssue: (id) => {
      const old = issues.get(id);
      if (!old) return;
      lag.note(id);
      unlink(old);
      issues.delete(id);
      for (const key of [old.key, ...old.formerKeys]) if (keys.get(key) === id) keys.delete(key);
      revision += 1;
    },
    byKey: (key) => {
      const id = keys.get(key.toUpperCase());
      return id === undefined ? undefined : issues.get(id);
    },
    childrenOf: (id) => [...(children.get(id) ?? [])].sort((one, two) => one - two).map((child) => issues.get(child)).filter((child) => child !== undefined),
    byUpdated: () => sorted,
    firstUpdatedAt: (at) => position(sorted, at, -1),
    revision: () => revision,
    outdate: () => {
      revision += 1;
    },
    loadIssues: (given) => {
      for (const issue of given) index(issue);
      sorted = [...issues.values()].sort((one, two) => one.updated - two.updated || one.id - two.id);
      revision += 1;
    },
    clear: () => {
      issues.clear();
      keys.clear();
      children.clear();
      lag.forget();
      sorted = [];
      revision += 1;
    },
  };
};
