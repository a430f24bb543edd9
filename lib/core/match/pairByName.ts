// Pairs two lists by name and says what became of every name. Pure: nothing is written, existing pairs are left alone.

import { type Decided, decide, judge, type Links, type Scene, settled, withoutDoubtful } from "./decide.ts";
import { type NameEntry, type PairOptions, type PairResult, type Situation, SITUATIONS, type Verdict } from "./model.ts";
import { createLexicon } from "./lexicon.ts";
import { readPeople } from "./lists.ts";
import { meetPeople } from "./people.ts";
import { suggestPeople } from "./near.ts";
import type { Graph } from "./graph.ts";
import { meetThings, readThings, suggestThings } from "./things.ts";

const MOST = 20;

type Both<T> = readonly [T, T];

const linksOf = (masters: readonly NameEntry[], targets: readonly NameEntry[], linked: PairOptions["linked"]): Links => {
  const partners: Both<Map<string, string>> = [new Map(), new Map()];
  for (const [master, target] of linked ?? []) {
    partners[0].set(master, target);
    partners[1].set(target, master);
  }
  const place = (entries: readonly NameEntry[], partner: ReadonlyMap<string, string>): ReadonlyMap<number, string> =>
    new Map(partner.size === 0 ? [] : entries.flatMap((entry, index) => (partner.has(entry.id) ? [[index, partner.get(entry.id) ?? ""] as const] : [])));
  return { partner: [place(masters, partners[0]), place(targets, partners[1])] };
};

interface Met {
  readonly graph: Graph;
  readonly isShort: (side: 0 | 1, index: number) => boolean;
  readonly suggest: (left: Both<readonly number[]>) => void;
}

const meet = (masters: readonly NameEntry[], targets: readonly NameEntry[], kind: PairOptions["kind"]): Met => {
  if (kind === "name") {
    const sides = [readThings(masters), readThings(targets)] as const;
    const graph = meetThings(...sides);
    return { graph, isShort: () => false, suggest: (left) => suggestThings(graph, ...sides, left) };
  }
  const lexicon = createLexicon();
  const sides = [readPeople(masters, 0, lexicon), readPeople(targets, 1, lexicon)] as const;
  const graph = meetPeople(...sides, lexicon);
  const isShort = (side: 0 | 1, index: number): boolean => sides[side].at(index).words.filter((word) => word.length > 1).length < 2;
  return { graph, isShort, suggest: (left) => suggestPeople(graph, ...sides, left) };
};

const positions = (size: number, keep: (index: number) => boolean): readonly number[] => Array.from({ length: size }, (_, index) => index).filter(keep);

interface Judged {
  readonly graph: Graph;
  readonly decided: Decided;
}

/** What was read of the names ends here: it is more than all that is said of them afterwards, and both need not stand side by side. */
const matched = (masters: readonly NameEntry[], targets: readonly NameEntry[], links: Links, kind: PairOptions["kind"]): Judged => {
  const met = meet(masters, targets, kind);
  const first = decide(met.graph, [masters.length, targets.length], links, met.isShort);
  // Left over is whoever has no candidate; those paired by initials alone are asked once more.
  const isLeft = (side: 0 | 1) => (index: number): boolean => {
    if (links.partner[side].has(index) || met.graph.crowdOf(side, index) !== undefined) return false;
    return met.graph.degree(side, index) === 0 || (side === 0 ? first.found : first.foundTargets).get(index)?.evidence === "initial";
  };
  met.suggest([positions(masters.length, isLeft(0)), positions(targets.length, isLeft(1))]);
  return { graph: met.graph, decided: withoutDoubtful(met.graph, first, met.isShort) };
};

export const pairByName = (masters: readonly NameEntry[], targets: readonly NameEntry[], options: PairOptions): PairResult => {
  const links = linksOf(masters, targets, options.linked);
  const scene: Scene = { ...matched(masters, targets, links, options.kind), entries: [masters, targets], links, most: options.most ?? MOST };
  const verdicts = [...masterVerdicts(scene), ...targetVerdicts(scene)];
  const counts = Object.fromEntries(SITUATIONS.map((situation) => [situation, 0])) as Record<Situation, number>;
  for (const { situation } of verdicts) counts[situation]++;
  return { verdicts, counts };
};

const absent = (scene: Scene, side: 0 | 1, index: number): Verdict => ({ side: side === 0 ? "master" : "target", entry: scene.entries[side][index] ?? { id: "", name: "" }, situation: "absent", reason: "nothing like it on the other side", candidates: [], more: 0 });

const masterVerdicts = (scene: Scene): readonly Verdict[] => {
  const byId = scene.links.partner[0].size === 0 ? new Map<string, NameEntry>() : new Map(scene.entries[1].map((entry) => [entry.id, entry]));
  return scene.entries[0].map((_, index) => {
    const partner = scene.links.partner[0].get(index);
    if (partner !== undefined) return settled(scene, 0, index, "linked", undefined, byId.get(partner) ?? { id: partner, name: "" });
    const edge = scene.decided.found.get(index);
    if (edge !== undefined) return settled(scene, 0, index, "found", edge, scene.entries[1][edge.target]);
    return judge(scene, 0, index) ?? absent(scene, 0, index);
  });
};

/** Targets that no master's row holds: a linked one whose master is not in the list still is linked. */
const targetVerdicts = (scene: Scene): readonly Verdict[] => {
  const ids = scene.links.partner[1].size === 0 ? new Set<string>() : new Set(scene.entries[0].map((entry) => entry.id));
  const verdicts: Verdict[] = [];
  scene.entries[1].forEach((_, index) => {
    const partner = scene.links.partner[1].get(index);
    if (scene.decided.foundTargets.has(index) || (partner !== undefined && ids.has(partner))) return;
    if (partner !== undefined) verdicts.push(settled(scene, 1, index, "linked", undefined, { id: partner, name: "" }));
    else verdicts.push(judge(scene, 1, index) ?? absent(scene, 1, index));
  });
  return verdicts;
};
