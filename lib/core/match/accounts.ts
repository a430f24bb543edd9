// What logins say once all names have met: whether both systems use the same ones, and then who among namesakes is whom.
// Where each system counts for itself, gbear2 here and gbear2 there may be two people, and nothing is said.

import type { Evidence } from "./graph.ts";
import type { Work } from "./meeting.ts";
import { accountOf } from "./reading/person.ts";
import { isOffice } from "./words/words.ts";

/** How often both systems must have given somebody one number, before another number is another person; and four times as often as not. */
const SHARED = 20;
const isShared = (agreed: number, differed: number): boolean => agreed >= SHARED && agreed >= differed * 4;

type Pair = readonly [master: number, target: number];
const NAMED: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed", "loginSpells", "middleInitial", "shorter", "initial"]);
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
/** gbear2 is the second gbear. */
const accountOfText = (text: string): Account | undefined => {
  const [, stem, count = ""] = text === "" ? [] : (COUNTED.exec(accountOf(text).toLowerCase()) ?? []);
  return stem === undefined ? undefined : { stem, count };
};

/** The login, and the mailbox, which is often named like it. */
const accountsAt = (work: Work, side: 0 | 1, index: number): readonly Account[] => {
  const accounts: Account[] = [];
  for (const text of [work.sides[side].names.login(index), work.sides[side].emailAt(index)]) {
    const account = accountOfText(text);
    if (account !== undefined) accounts.push(account);
  }
  return accounts;
};

/** Whether two people have one account; undefined where theirs are of different kinds. */
const isOne = (mine: readonly Account[], theirs: readonly Account[]): Account | false | undefined => {
  let answer: false | undefined;
  for (const one of mine) {
    for (const other of theirs) {
      if (one.stem !== other.stem) continue;
      if (one.count === other.count) return one;
      answer = false;
    }
  }
  return answer;
};

/** Where both systems use the same logins, counted alike, namesakes are who has the same, and equal names with gbear2 and gbear3 two people. */
export const tellByAccount = (work: Work): void => {
  const [same, odd]: readonly [Pair[], Pair[]] = [[], []];
  let agreed = 0;
  let differed = 0;
  for (let master = 0; master < work.sizes[0]; master++) {
    const first = work.graph.firstEdge(0, master);
    const mine = first < 0 ? [] : accountsAt(work, 0, master);
    if (mine.length === 0) continue;
    const isOnly = !work.graph.hasSeveral(0, master);
    for (let edge = first; edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const [evidence, target] = [work.graph.evidenceOf(edge), work.graph.endOf(edge, 1)];
      if (ADDRESSED.has(evidence)) continue;
      const one = isOne(mine, accountsAt(work, 1, target));
      if (one === undefined) continue;
      if (one !== false) same.push([master, target]);
      else if (NAMED.has(evidence)) odd.push([master, target]);
      // Whoever has namesakes teaches nothing: their logins differ in any system.
      if (!NAMED.has(evidence) || !isOnly || work.graph.hasSeveral(1, target)) continue;
      if (one === false) differed++;
      else if (one.count !== "") agreed++;
    }
  }
  if (!isShared(agreed, differed)) return;
  for (const [master, target] of odd) work.graph.refute(master, target);
  for (const [master, target] of same) work.graph.add(master, target, "loginAndName");
};

const addressesAt = (work: Work, side: 0 | 1, index: number): readonly string[] => [work.sides[side].emailAt(index), work.sides[side].names.login(index).toLowerCase()].filter((text) => text.includes("@"));

/** An address in place of a login is one all the same, where the names have met. */
export const tieByLoginAddress = (work: Work): void => {
  const found: Pair[] = [];
  for (let master = 0; master < work.sizes[0]; master++) {
    const first = work.graph.firstEdge(0, master);
    const mine = first < 0 ? [] : addressesAt(work, 0, master);
    if (mine.length === 0) continue;
    const own = work.sides[0].emailAt(master);
    for (let edge = first; edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const [evidence, target] = [work.graph.evidenceOf(edge), work.graph.endOf(edge, 1)];
      // What two addresses say has been said.
      if (own !== "" && own === work.sides[1].emailAt(target)) continue;
      if (!ADDRESSED.has(evidence) && addressesAt(work, 1, target).some((text) => mine.includes(text) && !isOffice(text))) found.push([master, target]);
    }
  }
  for (const [master, target] of found) work.graph.add(master, target, "addressAndName");
};
