// What logins say once all names have met: whether both systems use the same ones, and then who among namesakes is whom.
// Where each system counts for itself, gbear2 here and gbear2 there may be two people, and nothing is said.

import type { Evidence } from "./graph.ts";
import type { Work } from "./meeting.ts";
import { accountOf } from "./person.ts";

/** How often both systems must have given somebody one number, before another number is another person; and four times as often as not. */
const SHARED = 20;
const isShared = (agreed: number, differed: number): boolean => agreed >= SHARED && agreed >= differed * 4;

type Pair = readonly [master: number, target: number];
const NAMED: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed", "middleInitial", "shorter", "initial"]);
const ADDRESSED: ReadonlySet<Evidence> = new Set(["addressAndName", "address"]);

const PERSONNEL = /^([a-z]{0,3})(\d{5,})$/i;

/** Where both systems use the same personnel numbers for logins, equal names with two of them are two people. */
export const refuteByNumber = (work: Work): void => {
  const odd: Pair[] = [];
  let shared = 0;
  let unshared = 0;
  for (let master = 0; master < work.sizes[0]; master++) {
    const mine = PERSONNEL.exec(work.sides[0].names.login(master));
    if (mine === null) continue;
    const edges = work.graph.edges(0, master);
    const agrees = edges.some(({ evidence }) => evidence === "loginAndName");
    if (agrees) shared++;
    let isOdd = false;
    for (const { evidence, target } of edges) {
      const theirs = NAMED.has(evidence) ? PERSONNEL.exec(work.sides[1].names.login(target)) : null;
      if (theirs === null || theirs[1]?.toLowerCase() !== mine[1]?.toLowerCase() || theirs[2]?.length !== mine[2]?.length || theirs[2] === mine[2]) continue;
      odd.push([master, target]);
      isOdd = true;
    }
    if (isOdd && !agrees) unshared++;
  }
  if (isShared(shared, unshared)) for (const [master, target] of odd) work.graph.refute(master, target);
};

interface Account {
  readonly stem: string;
  readonly count: string;
}

const COUNTED = /^(.*[a-z])(\d{0,3})$/;
/** gbear2 is the second gbear; an address is no account of the system, and a number alone counts nobody. */
const accountAt = (work: Work, side: 0 | 1, index: number): Account | undefined => {
  const login = work.sides[side].names.login(index);
  if (login === "" || login.includes("@")) return undefined;
  const [, stem, count = ""] = COUNTED.exec(accountOf(login).toLowerCase()) ?? [];
  return stem === undefined ? undefined : { stem, count };
};

/** Where both systems use the same logins, counted alike, namesakes are who has the same, and equal names with gbear2 and gbear3 two people. */
export const tellByAccount = (work: Work): void => {
  const [same, odd]: readonly [Pair[], Pair[]] = [[], []];
  let agreed = 0;
  let differed = 0;
  for (let master = 0; master < work.sizes[0]; master++) {
    const mine = accountAt(work, 0, master);
    if (mine === undefined) continue;
    const isOnly = work.graph.degree(0, master) === 1;
    for (let edge = work.graph.firstEdge(0, master); edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const [evidence, target] = [work.graph.evidenceOf(edge), work.graph.endOf(edge, 1)];
      const theirs = ADDRESSED.has(evidence) ? undefined : accountAt(work, 1, target);
      if (theirs === undefined || theirs.stem !== mine.stem) continue;
      const [agrees, named] = [theirs.count === mine.count, NAMED.has(evidence)];
      if (agrees) same.push([master, target]);
      else if (named) odd.push([master, target]);
      // Whoever has namesakes teaches nothing: their logins differ in any system.
      if (!named || mine.count + theirs.count === "" || !isOnly || work.graph.degree(1, target) > 1) continue;
      if (agrees) agreed++;
      else differed++;
    }
  }
  if (!isShared(agreed, differed)) return;
  for (const [master, target] of odd) work.graph.refute(master, target);
  for (const [master, target] of same) work.graph.add(master, target, "loginAndName");
};
