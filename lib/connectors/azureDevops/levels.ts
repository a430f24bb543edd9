// Which iterations are releases and which sprints: the tree itself does not say (azure-devops.md §16). Decided by where a node
// stands and what it is called, never by its days or its children: who gives it those would turn it into an item of another type,
// and its partner would lose it (docs/decisions/009-releases-and-sprints.md).

import type { Group, Node } from "./nodes.ts";
import { type LevelOptions, USUAL_LEVELS } from "./options.ts";
import { sameWord } from "./wire.ts";

export const AREA = "area";
export const RELEASE = "release";
export const SPRINT = "sprint";

export interface Levels {
  /** Iterations down to this level below the project may be releases. */
  readonly releases: number;
  /** What is called so is a sprint at any level, and so is all below it. */
  isSprintName(name: string): boolean;
}

const patternOf = (words: string): RegExp => new RegExp(`^${words.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "iu");

/** `names`: those the project is known by, its name and its id. */
export const levelsOf = ({ releaseLevels, sprintNames }: LevelOptions, names: readonly string[]): Levels => {
  const patterns = sprintNames.map(patternOf);
  const own = typeof releaseLevels === "number" ? releaseLevels : Object.entries(releaseLevels).find(([project]) => names.some((name) => sameWord(name, project)))?.[1];
  return { releases: own ?? USUAL_LEVELS, isSprintName: (name) => patterns.some((pattern) => pattern.test(name)) };
};

/** `path`: as a field holds it, the project first. */
export const nodeTypeAt = (group: Group, path: string, { releases, isSprintName }: Levels): string => {
  const [, ...names] = path.split("\\");
  return group === "areas" ? AREA : names.length <= releases && !names.some(isSprintName) ? RELEASE : SPRINT;
};

export const nodeTypeOf = (group: Group, { path }: Pick<Node, "path">, levels: Levels): string => nodeTypeAt(group, path, levels);

/** The lowest release on the way to this iteration; undefined: it lies in none. */
export const releasePath = (path: string, levels: Levels): string | undefined => {
  const names = path.split("\\");
  for (let level = Math.min(names.length - 1, levels.releases); level > 0; level--) {
    const above = names.slice(0, level + 1).join("\\");
    if (nodeTypeAt("iterations", above, levels) === RELEASE) return above;
  }
  return undefined;
};

/** Iterations that count as releases and look like sprints: they have days, and nothing below them. */
export const likeSprints = (nodes: readonly Node[], levels: Levels): readonly Node[] =>
  nodes.filter((node) => node.level > 0 && node.children === 0 && node.start !== null && nodeTypeOf("iterations", node, levels) === RELEASE);
