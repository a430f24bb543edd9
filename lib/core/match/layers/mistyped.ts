// Who has one login on both sides and a name with a letter typed otherwise, where both systems use the same logins.

import { atOdds } from "../company.ts";
import type { Work } from "./meeting.ts";
import { accountOf, type Person } from "../reading/person.ts";
import { distance } from "../words/distance.ts";

const NOBODY = -1;
/** A word that the lists lean no further about stands in them once or twice, as what is mistyped does. */
const SELDOM = 2;

/** Whoever alone has each login of a side; NOBODY where several have it. */
const holdersOf = ({ sides, sizes }: Work, side: 0 | 1): ReadonlyMap<string, number> => {
  const holders = new Map<string, number>();
  for (let index = 0; index < sizes[side]; index++) {
    const login = accountOf(sides[side].names.login(index)).toLowerCase();
    if (login !== "") holders.set(login, holders.has(login) ? NOBODY : index);
  }
  return holders;
};

/** The word of each of two names in which they differ, by a letter; undefined where they are the same, or differ in more. */
const typedOtherwise = (one: Person, other: Person): readonly [string, string] | undefined => {
  const mine = one.words.filter((word) => !other.words.includes(word));
  const theirs = other.words.filter((word) => !one.words.includes(word));
  const [word = "", match = ""] = [mine[0], theirs[0]];
  return mine.length === 1 && theirs.length === 1 && one.words.length > 1 && one.words.length === other.words.length && Math.min(word.length, match.length) > 2 && distance(word, match, 1) === 1 ? [word, match] : undefined;
};

/**
 * Rbeecca Arnold is Rebecca Arnold where both have rarnold. A login may be handed on, from Nora to Noa: where both words are names to
 * these lists it is a doubt only, also of whoever is called the same and has no login.
 */
export const tieMistyped = (work: Work): void => {
  const [mine, theirs] = [holdersOf(work, 0), holdersOf(work, 1)];
  for (const [login, master] of mine) {
    const target = theirs.get(login) ?? NOBODY;
    if (master === NOBODY || target === NOBODY || work.graph.isTied(master, target, "loginAndName")) continue;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (one.service || other.service || one.extra.number !== other.extra.number || atOdds(one.extra, other.extra) !== undefined) continue;
    const [word, match] = typedOtherwise(one, other) ?? [];
    if (word === undefined || match === undefined) continue;
    work.graph.add(master, target, [word, match].every((each) => Math.abs(work.habits(each)) > SELDOM) ? "mistyped" : "loginAndName");
  }
};
