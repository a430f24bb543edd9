// The record of every call to the imitated paths, in the order of arrival; a test reads here what a run has cost.

export interface SandboxCall {
  readonly method: string;
  /** The raw target with its query. */
  readonly target: string;
  readonly path: string;
  /** null while it is running, and where the connection was cut before anything was executed. */
  readonly status: number | null;
  /** By the sandbox's clock. */
  readonly at: string;
  readonly ms: number | null;
  /** What a fault did to it: "status 503", "dropped before", "delayed" … */
  readonly faults?: readonly string[];
  /** The imitation threw, or the body was refused: a defect of the sandbox or of the caller. */
  readonly error?: string;
}

/** A call that has been noted and not yet ended. */
export interface OpenCall {
  end(result: { readonly status: number | null; readonly faults: readonly string[]; readonly error?: string }): void;
}

export interface CallRecord {
  begin(call: { readonly method: string; readonly target: string; readonly path: string; readonly at: string }): OpenCall;
  list(): readonly SandboxCall[];
  /** Calls since the last clear, the forgotten ones included. */
  total(): number;
  clear(): void;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Keeps the last `limit` calls. */
export const createCalls = (limit: number): CallRecord => {
  let kept: SandboxCall[] = [];
  let total = 0;
  return {
    begin: (call) => {
      const startedAt = performance.now();
      const entry: { -readonly [key in keyof SandboxCall]: SandboxCall[key] } = { method: call.method, target: call.target, path: call.path, status: null, at: call.at, ms: null };
      kept.push(entry);
      total += 1;
      // Forgetting in blocks keeps an array of this size cheap.
      if (kept.length >= limit * 1.1) kept = kept.slice(-limit);
      return {
        end: ({ status, faults, error }) => {
          entry.status = status;
          entry.ms = round(performance.now() - startedAt);
          if (faults.length > 0) entry.faults = faults;
          if (error !== undefined) entry.error = error;
        },
      };
    },
    list: () => kept.slice(-limit).map((call) => ({ ...call })),
    total: () => total,
    clear: () => {
      kept = [];
      total = 0;
    },
  };
};

export interface CallCount {
  readonly method: string;
  /** The path with what looks like an id replaced by "…". */
  readonly shape: string;
  readonly calls: number;
  readonly failed: number;
}

const shapeOf = (path: string): string =>
  path
    .split("/")
    .map((segment) => (/^\d+$|^[A-Z][A-Z0-9_]*-\d+$|^[0-9a-f-]{32,}$/.test(segment) ? "…" : segment))
    .join("/");

/** How often each kind of call was made, the most frequent first. */
export const countCalls = (calls: readonly SandboxCall[]): readonly CallCount[] => {
  const counts = new Map<string, { method: string; shape: string; calls: number; failed: number }>();
  for (const call of calls) {
    const shape = shapeOf(call.path);
    const key = `${call.method} ${shape}`;
    const count = counts.get(key) ?? { method: call.method, shape, calls: 0, failed: 0 };
    count.calls += 1;
    if (call.status === null || call.status >= 400) count.failed += 1;
    counts.set(key, count);
  }
  return [...counts.values()].toSorted((a, b) => b.calls - a.calls || (a.shape < b.shape ? -1 : 1));
};
