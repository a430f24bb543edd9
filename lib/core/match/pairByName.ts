// Pairs two lists by name and says what became of every name. Pure: nothing is written, existing pairs are left alone.

import { createBearers } from "./bearers.ts";
import { type Decided, decide, foundVerdict, judge, type Links, linkedVerdict, type Scene, type Shown, withoutDoubtful } from "./decide.ts";
import { type NameEntry, type PairOptions, type Pairing, type PairResult, type Situation, SITUATIONS, type Verdict } from "./model.ts";
import { createLexicon } from "./words/lexicon.ts";
import { readPeople } from "./reading/lists.ts";
import { meetPeople } from "./people.ts";
import { type Names, namesOf } from "./reading/names.ts";
import { createNameReader } from "./reading/person.ts";
import { suggestPeople } from "./suggest/near.ts";
import type { Evidence, Graph } from "./graph.ts";
import { meetThings, readThings, suggestThings } from "./things.ts";

const MOST = 20;

/** What is known of a name in part only. */
const PARTIAL: ReadonlySet<Evidence> = new Set(["initial", "shorter"]);

type Both<T> = readonly [T, T];

const linksOf = (sides: Both<Names>, linked: PairOptions["linked"]): Links => {
  const partners: Both<Map<string, string>> = [new Map(), new Map()];
  for (const [master, target] of linked ?? []) {
    partners[0].set(master, target);
    partners[1].set(target, master);
  }
  const place = (names: Names, partner: ReadonlyMap<string, string>): ReadonlyMap<number, string> =>
    new Map(partner.size === 0 ? [] : positions(names.size, (index) => partner.has(names.id(index))).map((index) => [index, partner.get(names.id(index)) ?? ""] as const));
  return { partner: [place(sides[0], partners[0]), place(sides[1], partners[1])] };
};

interface Met extends Shown {
  readonly graph: Graph;
  readonly suggest: (left: Both<readonly number[]>, beside: Both<readonly number[]>) => void;
}

const entriesOf = (names: Names): readonly NameEntry[] => Array.from({ length: names.size }, (_, index) => names.entry(index));

const meet = (names: Both<Names>, kind: PairOptions["kind"]): Met => {
  if (kind === "name") {
    const sides = [readThings(entriesOf(names[0])), readThings(entriesOf(names[1]))] as const;
    const graph = meetThings(...sides);
    return { graph, isShort: () => false, isInitials: () => false, isOfMany: () => false, suggest: (left) => suggestThings(graph, ...sides, left) };
  }
  const lexicon = createLexicon(names[0].size + names[1].size);
  const reader = createNameReader(lexicon);
  const sides = [readPeople(names[0], 0, reader), readPeople(names[1], 1, reader)] as const;
  const graph = meetPeople(...sides, lexicon);
  const fullOf = (side: 0 | 1, index: number): number => {
    const { starts, words } = sides[side];
    let full = 0;
    for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) if (lexicon.words.table.length(words[at] as number) > 1) full++;
    return full;
  };
  const isShort: Met["isShort"] = (side, index) => fullOf(side, index) < 2;
  const isInitials: Met["isInitials"] = (side, index) => fullOf(side, index) === 1 && sides[side].wordsAt(index) > 1;
  return { graph, isShort, isInitials, isOfMany: createBearers(sides, lexicon.words), suggest: (left, beside) => suggestPeople(graph, sides, left, beside, lexicon.words) };
};

const positions = (size: number, keep: (index: number) => boolean): readonly number[] => {
  const kept: number[] = [];
  for (let index = 0; index < size; index++) if (keep(index)) kept.push(index);
  return kept;
};

interface Judged {
  readonly graph: Graph;
  readonly decided: Decided;
}

/** What was read of the names ends here: it is more than all that is said of them afterwards, and both need not stand side by side. */
const matched = (names: Both<Names>, links: Links, kind: PairOptions["kind"]): Judged => {
  const met = meet(names, kind);
  const sizes = [names[0].size, names[1].size] as const;
  const first = decide(met.graph, sizes, links, met.isShort);
  // Left over is whoever has no candidate; those paired by a part of the name are asked once more.
  const isLeft = (side: 0 | 1) => (index: number): boolean => {
    if (links.partner[side].has(index) || met.graph.crowdOf(side, index) !== undefined) return false;
    if (met.graph.firstEdge(side, index) < 0) return true;
    const found = (side === 0 ? first.found : first.foundTargets)[index] ?? -1;
    return found >= 0 && PARTIAL.has(met.graph.evidenceOf(found));
  };
  // Beside them stand those of whom nobody knows which of their candidates is meant: a name with a letter lost may be one of them.
  const isBeside = (side: 0 | 1) => (index: number): boolean => (side === 0 ? first.found : first.foundTargets)[index] === -1 && !links.partner[side].has(index) && (met.graph.firstEdge(side, index) >= 0 || met.graph.crowdOf(side, index) !== undefined);
  met.suggest([positions(sizes[0], isLeft(0)), positions(sizes[1], isLeft(1))], [positions(sizes[0], isBeside(0)), positions(sizes[1], isBeside(1))]);
  return { graph: met.graph, decided: withoutDoubtful(met.graph, first, met) };
};

/** For many names: no verdict is made before it is asked for, nor kept afterwards. */
export const pairNames = (masters: Names, targets: Names, options: PairOptions): Pairing => {
  const names = [masters, targets] as const;
  const links = linksOf(names, options.linked);
  const scene: Scene = { ...matched(names, links, options.kind), names, links, most: options.most ?? MOST };
  let counted: Readonly<Record<Situation, number>> | undefined;
  function* each(): Generator<Verdict> {
    const counts = Object.fromEntries(SITUATIONS.map((situation) => [situation, 0])) as Record<Situation, number>;
    for (const [verdictOf, size] of [[masterVerdicts(scene), masters.size], [targetVerdicts(scene), targets.size]] as const) {
      for (let index = 0; index < size; index++) {
        const verdict = verdictOf(index);
        if (verdict === undefined) continue;
        counts[verdict.situation]++;
        yield verdict;
      }
    }
    counted = counts;
  }
  const verdicts: Iterable<Verdict> = { [Symbol.iterator]: each };
  const counts = (): Readonly<Record<Situation, number>> => {
    if (counted !== undefined) return counted;
    const each = verdicts[Symbol.iterator]();
    while (each.next().done !== true);
    return counts();
  };
  return { verdicts, counts };
};

export const pairByName = (masters: readonly NameEntry[], targets: readonly NameEntry[], options: PairOptions): PairResult => {
  const { verdicts, counts } = pairNames(namesOf(masters), namesOf(targets), options);
  return { verdicts: [...verdicts], counts: counts() };
};

const absent = (scene: Scene, side: 0 | 1, index: number): Verdict => ({ side: side === 0 ? "master" : "target", entry: scene.names[side].entry(index), situation: "absent", reason: "nothing like it on the other side", candidates: [], more: 0 });

/** By position; one for every master. */
const masterVerdicts = (scene: Scene): ((index: number) => Verdict) => {
  const partners = scene.links.partner[0];
  const byId = partners.size === 0 ? new Map<string, NameEntry>() : new Map(entriesOf(scene.names[1]).map((entry) => [entry.id, entry]));
  return (index) => {
    const partner = partners.get(index);
    if (partner !== undefined) return linkedVerdict(scene, 0, index, byId.get(partner) ?? { id: partner, name: "" });
    const edge = scene.decided.found[index] ?? -1;
    return edge >= 0 ? foundVerdict(scene, index, edge) : (judge(scene, 0, index) ?? absent(scene, 0, index));
  };
};

/** Undefined for a target that a master's row holds: a linked one whose master is not in the list still is linked. */
const targetVerdicts = (scene: Scene): ((index: number) => Verdict | undefined) => {
  const partners = scene.links.partner[1];
  const ids = new Set(partners.size === 0 ? [] : entriesOf(scene.names[0]).map(({ id }) => id));
  return (index) => {
    const partner = partners.get(index);
    if ((scene.decided.foundTargets[index] ?? -1) >= 0 || (partner !== undefined && ids.has(partner))) return undefined;
    if (partner !== undefined) return linkedVerdict(scene, 1, index, { id: partner, name: "" });
    return judge(scene, 1, index) ?? absent(scene, 1, index);
  };
};
