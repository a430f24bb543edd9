// Ways through a workflow: the shortest chain of transitions from one phase to another.

import { readAll } from "./pages.ts";
import type { Session } from "./session.ts";
import { own, textAt } from "./wire.ts";

type Steps = ReadonlyMap<string, readonly string[]>;

/** The phases to pass, the last one included; undefined: there is no way. */
const shortestPath = (steps: Steps, from: string, to: string): readonly string[] | undefined => {
  const paths = new Map<string, readonly string[]>([[from, []]]);
  for (const [phase, path] of paths) {
    if (phase === to) return path;
    for (const next of steps.get(phase) ?? []) if (!paths.has(next)) paths.set(next, [...path, next]);
  }
  return undefined;
};

/** Read only when a direct change was refused, or by a check; kept for the life of the connector. */
export const createPhases = (session: Session) => {
  const known = new Map<string, Promise<ReadonlyMap<string, Steps>>>();
  const load = async (path: string): Promise<ReadonlyMap<string, Steps>> => {
    const byType = new Map<string, Map<string, string[]>>();
    for (const transition of await readAll(session, `${path}/transitions`, "id,entity,source_phase,target_phase")) {
      const [from, to] = [textAt(own(transition, "source_phase"), "id"), textAt(own(transition, "target_phase"), "id")];
      // Without a phase to come from it is the way in (octane.md §13): "".
      if (to === "") continue;
      const steps = byType.get(textAt(transition, "entity")) ?? new Map<string, string[]>();
      byType.set(textAt(transition, "entity"), steps.set(from, [...(steps.get(from) ?? []), to]));
    }
    return byType;
  };
  /** Of a type, by ids; "" leads to where an item may begin. */
  const steps = async (path: string, type: string): Promise<Steps | undefined> => {
    const loading = known.get(path) ?? load(path);
    known.set(path, loading);
    return (await loading).get(type);
  };
  return {
    steps,
    path: async (path: string, type: string, from: string, to: string): Promise<readonly string[] | undefined> => {
      const found = await steps(path, type);
      return found === undefined ? undefined : shortestPath(found, from, to);
    },
  };
};
