// From edges to situations. A pair is found only when each is the other's only and best candidate; whatever else could be
// meant makes both ambiguous. Nothing is decided by the order of the lists.

import { type Crowd, type Edge, type Evidence, EVIDENCE, type Graph, type Noted, SUGGESTIONS } from "./graph.ts";
import { SOUNDS, SOUNDS_INITIAL } from "./layers/sounds.ts";
import { DOUBLED, LIKEWISE } from "./layers/wholeNames.ts";
import type { Candidate, NameEntry, Situation, Verdict } from "./model.ts";
import type { Names } from "./reading/names.ts";

/** Position → number of the edge that was found, on one side; -1 where there is none. */
export type Found = Int32Array;

export interface Decided {
  readonly found: Found;
  readonly foundTargets: Found;
}

export interface Links {
  /** By position: partner id, whether or not the partner is in the list. */
  readonly partner: readonly [ReadonlyMap<number, string>, ReadonlyMap<number, string>];
}

const scoreOf = (edge: Edge): number => EVIDENCE[edge.evidence].score;
const ADDRESS = EVIDENCE.address.score;
const INITIAL = EVIDENCE.initial.score;
const WHOLE = EVIDENCE.loginSpells.score;

/** A login spells it out. */
const SPELLED: ReadonlySet<Evidence> = new Set(["loginSpells", "spelledShorter"]);

/** What rests on a login alone: whoever counts there may be the one who is meant, or have made the other the first of two. */
const LOGIN_ALONE: ReadonlySet<Evidence> = new Set(["loginSpells", "spelledShorter", "initial"]);


/** A suggestion this good casts doubt on initials. */
const DOUBT = 0.6;

const otherEnd = (edge: Edge, side: 0 | 1): number => (side === 0 ? edge.target : edge.master);

/** Whether the rival of `edge` at its end on `side` leaves room for doubt. */
const blocks = (graph: Graph, edge: Edge, rival: Edge, side: 0 | 1, short: boolean): boolean => {
  const score = scoreOf(edge);
  if (rival.evidence === "countedLogin" && !LOGIN_ALONE.has(edge.evidence)) return false;
  // Made of the other surname, or of the given name: it is somebody else's, here or not.
  if (rival.evidence === "secondSurname" || rival.evidence === "turned") return false;
  if (edge.evidence === "addressAndName") return rival.evidence === "addressAndName";
  if (edge.evidence === "loginAndName" || edge.evidence === "movedAddress") return !rival.refuted && scoreOf(rival) >= ADDRESS;
  // What speaks for a rival that addresses speak against is no doubt beside what says more.
  if (rival.refuted && (score >= ADDRESS || scoreOf(rival) < Math.min(score, WHOLE))) return false;
  const from = otherEnd(rival, side);
  if (rival.evidence === "initial" && score > INITIAL) {
    // Initials that could stand for somebody else as well are no doubt; initials that fit nobody else are.
    if (score >= ADDRESS || rival.refuted || (!short && graph.hasSeveral(side === 0 ? 1 : 0, from))) return false;
  }
  // A namesake is a namesake: that each side writes two of them in the same two ways does not say which is which.
  if (scoreOf(rival) >= score || (scoreOf(rival) >= WHOLE && score < ADDRESS)) return true;
  // A weaker rival is no doubt where it has a better partner of its own.
  return !graph.edges(side === 0 ? 1 : 0, from).some((own) => otherEnd(own, side === 0 ? 1 : 0) !== otherEnd(edge, side === 0 ? 1 : 0) && own !== rival && !own.refuted && scoreOf(own) > scoreOf(rival) && (own.master !== rival.master || own.target !== rival.target));
};

type IsShort = (side: 0 | 1, index: number) => boolean;

/** Whoever has a namesake in a crowd; of any other who is known by no more than what makes it one, and of those whom initials may mean who shows no more. */
const isCrowded = (graph: Graph, edge: Edge, side: 0 | 1, here: number, isShort: IsShort): boolean => {
  const crowd = graph.crowdOf(side, here);
  return crowd !== undefined && scoreOf(edge) < ADDRESS && (crowd.evidence === "folded" || scoreOf(edge) <= EVIDENCE[crowd.evidence].score || (crowd.evidence === "initial" && isShort(side, here)));
};

const clearAt = (graph: Graph, edge: Edge, side: 0 | 1, short: boolean, isShort: IsShort): boolean => {
  const here = side === 0 ? edge.master : edge.target;
  if (isCrowded(graph, edge, side, here, isShort)) return false;
  if (!graph.hasSeveral(side, here)) return true;
  return graph.edges(side, here).every((rival) => otherEnd(rival, side) === otherEnd(edge, side) || !blocks(graph, edge, rival, side, short));
};

/** `isShort` says whether a name is only initials and a surname: then even weak rivals count. */
export const decide = (graph: Graph, sizes: readonly [number, number], links: Links, isShort: IsShort): Decided => {
  const [found, foundTargets] = [new Int32Array(sizes[0]).fill(-1), new Int32Array(sizes[1]).fill(-1)];
  for (let master = 0; master < sizes[0]; master++) {
    const best = graph.bestEdge(0, master);
    if (best < 0 || links.partner[0].has(master) || SUGGESTIONS.has(graph.evidenceOf(best))) continue;
    const target = graph.endOf(best, 1);
    if (links.partner[1].has(target)) continue;
    const edge = graph.edgeAt(best);
    // A login that spells out a name is not short, whatever is shown.
    const short = !SPELLED.has(edge.evidence) && (graph.hasSeveral(0, master) || graph.hasSeveral(1, target)) && (isShort(0, master) || isShort(1, target));
    if (!clearAt(graph, edge, 0, short, isShort) || !clearAt(graph, edge, 1, short, isShort)) continue;
    found[master] = foundTargets[target] = best;
  }
  return { found, foundTargets };
};

/** What a name shows: at most one full word, and whether its other words are initials. */
export interface Shown {
  readonly isShort: (side: 0 | 1, index: number) => boolean;
  readonly isInitials: (side: 0 | 1, index: number) => boolean;
  /** Whether one of them is a login of an initial and a surname that too many bear. */
  readonly isOfMany: (master: number, target: number) => boolean;
}

/** Evidence that two names agree in all that they show. */
const AGREEING: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed", "middleInitial", "shorter"]);

/**
 * Takes back pairs that rest on initials alone where a suggestion speaks for somebody else, and those of two short names that may
 * stand for a full one nobody else has. "G. Bear" on both sides is two people, or one of them whoever is written out beside it.
 */
export const withoutDoubtful = (graph: Graph, { found, foundTargets }: Decided, { isShort, isInitials, isOfMany }: Shown): Decided => {
  const areInitials = ({ evidence, master, target }: Edge): boolean => AGREEING.has(evidence) && isInitials(0, master) && isInitials(1, target);
  /** Only an address or a login says of somebody written out that it is nobody else's initials. */
  const isSettled = (side: 0 | 1, index: number): boolean => {
    const own = (side === 0 ? found : foundTargets)[index] ?? -1;
    return own >= 0 && EVIDENCE[graph.evidenceOf(own)].score >= ADDRESS;
  };
  const standsForOther = (side: 0 | 1, edge: Edge): boolean => {
    const other = side === 0 ? 1 : 0;
    const here = side === 0 ? edge.master : edge.target;
    const isOpen = (rival: number): boolean => rival !== otherEnd(edge, side) && !isShort(other, rival) && !isSettled(other, rival);
    return graph.edges(side, here).some((rival) => !rival.refuted && isOpen(otherEnd(rival, side))) || graph.someHint(side, here, isOpen);
  };
  /** What an address says stands, whoever else is suggested. */
  const mayBeDoubted = (side: 0 | 1, number: number): boolean => {
    const at = graph.endOf(number, side);
    return (graph.hasSeveral(side, at) || graph.hasHint(side, at)) && EVIDENCE[graph.evidenceOf(number)].score < ADDRESS;
  };
  const isDoubted = (side: 0 | 1, number: number): boolean => {
    const at = graph.endOf(number, side);
    const edge = graph.edgeAt(number);
    if (areInitials(edge) && standsForOther(side, edge)) return true;
    const taken = side === 0 ? foundTargets : found;
    const partner = otherEnd(edge, side);
    const isOpen = (other: number): boolean => other !== partner && taken[other] === -1;
    if (edge.evidence === "initial") return graph.someHint(side, at, (other, score, reason) => other !== partner && score >= DOUBT && reason !== DOUBLED.reason && (reason !== SOUNDS_INITIAL.reason || isOpen(other)));
    // A namesake is one in any script: where the sound is all that is known of it, beside names that agree in part only.
    if (graph.someHint(side, at, (other, _, reason) => reason === SOUNDS.reason && isOpen(other))) return true;
    if (edge.evidence === "crossed" && graph.someHint(side, at, (other, _, reason) => (reason === LIKEWISE.reason || reason === DOUBLED.reason) && isOpen(other))) return true;
    // A surname left out may be the first or the second: who holds the name in the other way and is nobody else may be meant as well.
    if (edge.evidence === "shorter" && graph.someHint(side, at, (other, score, reason) => score >= DOUBT && reason !== DOUBLED.reason && isOpen(other))) return true;
    // Whose login spells a name is not short, whatever is shown; but who has it all but for a doubled letter may have had that login.
    if (SPELLED.has(edge.evidence)) return graph.someHint(side, at, (other, _, reason) => reason === DOUBLED.reason && isOpen(other));
    return isShort(side, at) && graph.someHint(side, at, (other) => isOpen(other) && !isShort(side === 0 ? 1 : 0, other));
  };
  const isOfManyAt = (number: number): boolean => graph.evidenceOf(number) === "initial" && isOfMany(graph.endOf(number, 0), graph.endOf(number, 1));
  const [kept, keptTargets] = [found.slice(), foundTargets.slice()];
  for (const edge of found) {
    if (edge < 0 || !(isOfManyAt(edge) || (mayBeDoubted(0, edge) && isDoubted(0, edge)) || (mayBeDoubted(1, edge) && isDoubted(1, edge)))) continue;
    kept[graph.endOf(edge, 0)] = keptTargets[graph.endOf(edge, 1)] = -1;
  }
  return { found: kept, foundTargets: keptTargets };
};

export interface Scene {
  readonly graph: Graph;
  readonly names: readonly [Names, Names];
  readonly links: Links;
  readonly decided: Decided;
  readonly most: number;
}

const percent = (score: number): number => Math.round(score * 100) / 100;

const candidateOf = (scene: Scene, side: 0 | 1, edge: Edge): Candidate => {
  const entry = scene.names[side === 0 ? 1 : 0].entry(otherEnd(edge, side));
  const { score, reason } = EVIDENCE[edge.evidence];
  return { entry, score: edge.refuted ? percent(score - 0.4) : score, reason: edge.refuted ? `${reason}, but the e-mail addresses or logins tell two people apart` : reason };
};

const suggested = (scene: Scene, side: 0 | 1, { other, score, reason }: Noted): Candidate => ({ entry: scene.names[side === 0 ? 1 : 0].entry(other), score: percent(score), reason });

const shown = (scene: Scene, side: 0 | 1, index: number, situation: Situation, reason: string, candidates: readonly Candidate[]): Verdict => {
  const listed = candidates.length > scene.most ? candidates.slice(0, scene.most) : candidates;
  return { side: side === 0 ? "master" : "target", entry: scene.names[side].entry(index), situation, reason, candidates: listed, more: candidates.length - listed.length };
};

/** Why a name with candidates was not paired. */
const doubt = (scene: Scene, side: 0 | 1, edges: readonly Edge[]): { readonly situation: Situation; readonly reason: string } => {
  const other = side === 0 ? 1 : 0;
  const taken = side === 0 ? scene.decided.foundTargets : scene.decided.found;
  if (edges.every((edge) => scene.links.partner[other].has(otherEnd(edge, side)))) return { situation: "linkedElsewhere", reason: "what it would be paired with has another partner already" };
  const [only] = edges;
  if (edges.length === 1 && only !== undefined) {
    if (only.refuted) return { situation: "ambiguous", reason: "the names agree, but the e-mail addresses or logins do not" };
    if ((taken[otherEnd(only, side)] ?? -1) >= 0) return { situation: "near", reason: "its only candidate has a better partner" };
    const rivals = scene.graph.degree(other, otherEnd(only, side));
    if (rivals === 1 && SUGGESTIONS.has(only.evidence)) return { situation: "near", reason: EVIDENCE[only.evidence].reason };
    return { situation: "ambiguous", reason: rivals > 1 ? `its candidate fits ${rivals} names on this side` : (scene.graph.hasHint(0, only.master) || scene.graph.hasHint(1, only.target) ? "only initials say so, and another name is close" : "only initials say so, and many bear the surname") };
  }
  const addressed = edges.some((edge) => edge.evidence === "address" || edge.evidence === "addressAndName");
  const otherwise = edges.some((edge) => edge.evidence !== "address" && edge.evidence !== "addressAndName" && !edge.refuted);
  return { situation: "ambiguous", reason: addressed && otherwise ? "the e-mail address names one, the name another" : `${edges.length} candidates` };
};

/** Of a name in a crowd: all of it, and those it met otherwise. */
const crowded = (scene: Scene, side: 0 | 1, index: number, crowd: Crowd, edges: readonly Edge[]): Verdict => {
  const { score, reason } = EVIDENCE[crowd.evidence];
  const all = new Map(edges.map((edge) => [otherEnd(edge, side), candidateOf(scene, side, edge)] as const));
  for (const other of Array.from(side === 0 ? crowd.targets : crowd.masters)) if (!all.has(other)) all.set(other, { entry: scene.names[side === 0 ? 1 : 0].entry(other), score, reason });
  return shown(scene, side, index, "ambiguous", `${all.size} candidates`, [...all.values()]);
};

/** The situation of one name that is neither linked nor found; undefined where nothing is known about it. */
export const judge = (scene: Scene, side: 0 | 1, index: number): Verdict | undefined => {
  const edges = scene.graph.edges(side, index);
  const crowd = scene.graph.crowdOf(side, index);
  if (crowd !== undefined) return crowded(scene, side, index, crowd, edges);
  const hints = scene.graph.hints(side, index);
  if (edges.length > 0) {
    const { situation, reason } = doubt(scene, side, edges);
    const candidates = edges.map((edge) => candidateOf(scene, side, edge));
    // What is close to a name in doubt may be the one that is meant.
    if (situation === "ambiguous") for (const hint of hints) if (percent(hint.score) >= DOUBT && !edges.some((edge) => otherEnd(edge, side) === hint.other)) candidates.push(suggested(scene, side, hint));
    return shown(scene, side, index, situation, reason, candidates);
  }
  if (hints.length === 0) return undefined;
  const several = severalHinted(scene, side, index);
  return shown(scene, side, index, several === undefined ? "near" : "ambiguous", several ?? hints[0]?.reason ?? "", hints.map((hint) => suggested(scene, side, hint)));
};

/** Why suggestions are not one: the best of them are equally good, or the only good one is as good for somebody else, or in doubt itself. A suggestion whose name has a partner does not count. */
const severalHinted = (scene: Scene, side: 0 | 1, index: number): string | undefined => {
  const bestOf = (at: 0 | 1, name: number): readonly Noted[] => {
    const taken = at === 0 ? scene.decided.foundTargets : scene.decided.found;
    const open = scene.graph.hints(at, name).filter(({ other, score }) => score >= DOUBT && (taken[other] ?? -1) < 0);
    return open.filter(({ score }) => score === open[0]?.score);
  };
  const best = bestOf(side, index);
  if (best.length > 1) return `${best.length} candidates, one as good as the other`;
  const [only] = best;
  if (only === undefined) return undefined;
  if (isDoubtedThere(scene, side === 0 ? 1 : 0, only.other)) return "its candidate fits other names on this side";
  const rivals = bestOf(side === 0 ? 1 : 0, only.other);
  return rivals.length > 1 && rivals.some(({ other }) => other === index) ? `its candidate may be ${rivals.length} names on this side` : undefined;
};

/** Whether a name that is suggested has candidates of its own, and nobody knows which of them it is: then it lists this one beside them. */
const isDoubtedThere = (scene: Scene, side: 0 | 1, index: number): boolean => {
  if (scene.graph.crowdOf(side, index) !== undefined) return true;
  const edges = scene.graph.edges(side, index);
  return edges.length > 0 && doubt(scene, side, edges).situation === "ambiguous";
};

/** Of a pair that was found, on the master's side: most verdicts are such. */
export const foundVerdict = (scene: Scene, master: number, edge: number): Verdict => {
  const { score, reason } = EVIDENCE[scene.graph.evidenceOf(edge)];
  const partner = scene.names[1].entry(scene.graph.endOf(edge, 1));
  return { side: "master", entry: scene.names[0].entry(master), situation: "found", reason, candidates: [{ entry: partner, score, reason }], more: 0 };
};

/** Of a name that has a partner already. */
export const linkedVerdict = (scene: Scene, side: 0 | 1, index: number, partner: NameEntry): Verdict => {
  const reason = "has a partner already";
  return { side: side === 0 ? "master" : "target", entry: scene.names[side].entry(index), situation: "linked", reason, candidates: [{ entry: partner, score: 1, reason }], more: 0 };
};
