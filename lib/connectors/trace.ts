// Hooks on the calls of a connector: one line per call for -v, and joining of several hooks. A line never holds a query, a
// header or a body: all of them may carry secrets or people's texts.

import type { HttpHooks } from "./http.ts";

/** "GET /api/x 200 35 ms" for every answer. */
export const traceCalls = (write: (line: string) => void, clock: () => number): HttpHooks => {
  const started = new WeakMap<object, number>();
  return {
    before: (request) => {
      started.set(request, clock());
    },
    after: (request, { status }) => write(`${request.method} ${request.path.replace(/\?.*$/, "")} ${status} ${Math.round(clock() - (started.get(request) ?? clock()))} ms`),
  };
};

/** All of them, one after the other. */
export const joinHooks = (...hooks: readonly HttpHooks[]): HttpHooks => ({
  before: async (request) => {
    for (const hook of hooks) await hook.before?.(request);
  },
  after: async (request, response) => {
    for (const hook of hooks) await hook.after?.(request, response);
  },
});
