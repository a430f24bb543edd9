// What was learnt of workflows: which status follows which, per project and issue type. There is no resource that tells
// the graph (jira.md §10), so it is put together from what was seen. Pure.

/** From a status to the statuses that follow it, all by id. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Each hop notifies people and writes history: longer ways are a person's business. */
export const MOST_HOPS = 6;

/** One step from a status to another, as a word. */
export const stepWord = (from: string, to: string): string => `${from} ${to}`;

interface Blocked {
  /** Not to be entered. */
  readonly statuses: ReadonlySet<string>;
  /** Steps that cannot be taken, as stepWord. */
  readonly steps: ReadonlySet<string>;
}

const OPEN: Blocked = { statuses: new Set(), steps: new Set() };

/** The statuses after `from` up to `to` on a shortest way; undefined when none is known. */
export const shortestPath = (graph: Graph, from: string, to: string, blocked: Blocked = OPEN): readonly string[] | undefined => {
  const before = new Map<string, string>();
  let edge = [from];
  for (let hop = 0; hop < MOST_HOPS && edge.length > 0; hop++) {
    const next: string[] = [];
    for (const at of edge) {
      for (const status of graph.get(at) ?? []) {
        if (status === from || before.has(status) || blocked.statuses.has(status) || blocked.steps.has(stepWord(at, status))) continue;
        before.set(status, at);
        if (status === to) return pathBack(before, from, to);
        next.push(status);
      }
    }
    edge = next;
  }
  return undefined;
};

const pathBack = (before: ReadonlyMap<string, string>, from: string, to: string): readonly string[] => {
  const path: string[] = [];
  for (let at: string | undefined = to; at !== undefined && at !== from; at = before.get(at)) path.unshift(at);
  return path;
};

export class Workflows {
  readonly #graphs = new Map<string, Map<string, Set<string>>>();
  readonly #studied = new Map<string, Promise<void>>();

  graph(scope: string): Graph {
    return this.#graphs.get(scope) ?? new Map();
  }

  learn(scope: string, from: string, to: readonly string[]): void {
    const graph = this.#graphs.get(scope) ?? new Map<string, Set<string>>();
    this.#graphs.set(scope, graph);
    const follows = graph.get(from) ?? new Set<string>();
    graph.set(from, follows);
    for (const status of to) if (status !== from) follows.add(status);
  }

  /** Studying costs calls: once per scope, and whoever asks meanwhile waits for the same answer. */
  studyOnce(scope: string, work: () => Promise<void>): Promise<void> {
    const running = this.#studied.get(scope) ?? work();
    this.#studied.set(scope, running);
    return running;
  }
}
