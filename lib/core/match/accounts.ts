// What logins say once all names have met: whether both systems use the same ones, and then who among namesakes is whom.
// Where each system counts for itself, gbear2 here and gbear2 there may be two people, and nothing is said.

import { scriptOf } from "./abroad.ts";
import { atOdds, fits } from "./company.ts";
import type { Evidence } from "./graph.ts";
import type { Work } from "./layers/meeting.ts";
import { tieMistyped } from "./layers/mistyped.ts";
import { LOGIN } from "./reading/names.ts";
import { accountOf, type Person, withoutZeros } from "./reading/person.ts";
import { isPublicHost } from "./words/hosts.ts";
import { isOffice } from "./words/words.ts";

/** How often both systems must have given somebody one number, before another number is another person; and eight times as often as not. */
const SHARED = 8;
const isShared = (agreed: number, differed: number): boolean => agreed >= SHARED && agreed >= differed * 8;

type Pair = readonly [master: number, target: number];
const NAMED: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed", "loginSpells", "middleInitial", "spelledShorter", "shorter", "initial"]);
const ADDRESSED: ReadonlySet<Evidence> = new Set(["addressAndName", "address"]);

/** Two names written out in one script, of which no words even begin alike: neither married, nor cut short, nor a letter lost. */
const areStrangers = (one: Person, other: Person): boolean =>
  scriptOf(one.words) === scriptOf(other.words) && [one, other].every(({ words }) => words.length > 1 && words.every((word) => word.length > 1)) && !one.words.some((word) => other.words.some((match) => word.slice(0, 4) === match.slice(0, 4)));

/** Whether one of two has the address of somebody else, for whom more is true. */
const isAddressed = (work: Work, master: number, target: number, isMeant: (rival: Person, there: Person) => boolean): boolean =>
  ([0, 1] as const).some((side) => {
    const [here, there] = side === 0 ? [master, target] : [target, master];
    const other = side === 0 ? 1 : 0;
    for (let edge = work.graph.firstEdge(side, here); edge >= 0; edge = work.graph.nextEdge(side, edge)) {
      const rival = work.graph.endOf(edge, other);
      if (rival !== there && work.graph.evidenceOf(edge) === "address" && isMeant(work.sides[other].at(rival), work.sides[other].at(there))) return true;
    }
    return false;
  });

/**
 * Whether one of two with a whole name in common has the address of somebody of quite another name. Then it was handed on, or is
 * filled in wrongly, and what it says against the name is as doubtful as what it says for the other.
 */
export const isDisputed = (work: Work, master: number, target: number): boolean => isAddressed(work, master, target, areStrangers);

const PERSONNEL = /^([a-z]{0,3})[-_]?(\d{4,})$/i;
/** A personnel number, however many zeros stand before it; "" of any other login. */
const numberAt = ({ sides }: Work, side: 0 | 1, index: number): string => {
  const [, prefix = "", digits] = PERSONNEL.exec(accountOf(sides[side].names.login(index))) ?? [];
  return digits === undefined || (prefix !== "" && digits.length < 5) ? "" : withoutZeros((prefix + digits).toLowerCase());
};

/**
 * Where both systems use the same personnel numbers for logins, equal names with two of them are two people: also where one of
 * them is a contractor's, for nobody knows whether that was the same person before.
 */
export const refuteByNumber = (work: Work): void => {
  const odd: Pair[] = [];
  let shared = 0;
  let unshared = 0;
  for (let master = 0; master < work.sizes[0]; master++) {
    const mine = numberAt(work, 0, master);
    if (mine === "") continue;
    const edges = work.graph.edges(0, master);
    const agrees = edges.some(({ evidence }) => evidence === "loginAndName");
    if (agrees) shared++;
    let isOdd = false;
    for (const { evidence, target } of edges) {
      const theirs = NAMED.has(evidence) ? numberAt(work, 1, target) : "";
      if (theirs === "" || theirs === mine) continue;
      odd.push([master, target]);
      isOdd = true;
    }
    if (isOdd && !agrees) unshared++;
  }
  if (!isShared(shared, unshared)) return;
  for (const [master, target] of odd) work.graph.refute(master, target);
  tieByNumber(work);
};

/** Such a number is never handed on: with a letter lost in the name, another surname since, or no name at all, it is still the same person. */
const tieByNumber = (work: Work): void => {
  const holders = new Map<string, number>();
  for (let target = 0; target < work.sizes[1]; target++) {
    const number = numberAt(work, 1, target);
    if (number !== "") holders.set(number, holders.has(number) ? NOBODY : target);
  }
  for (let master = 0; master < work.sizes[0]; master++) {
    const target = holders.get(numberAt(work, 0, master)) ?? NOBODY;
    if (target === NOBODY || work.graph.isTied(master, target, "loginAndName")) continue;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (atOdds(one.extra, other.extra) === undefined && fits(work, one, other) !== "no") work.graph.add(master, target, "personnel");
  }
};
const NOBODY = -1;

interface Account {
  readonly stem: string;
  readonly count: string;
}

const COUNTED = /^(.*[a-z])(\d{0,3})$/;
/** gbear2 is the second gbear. */
const accountOfText = (text: string): Account | undefined => {
  const [, stem, count = ""] = text === "" ? [] : (COUNTED.exec(accountOf(text).toLowerCase()) ?? []);
  return stem === undefined ? undefined : { stem: stem.replace(/[._-]/g, ""), count };
};

interface Accounts {
  readonly login: Account | undefined;
  /** The mailbox, which is often named like it. */
  readonly mailbox: Account | undefined;
}
const accountsAt = (work: Work, side: 0 | 1, index: number): Accounts => {
  const email = work.sides[side].emailAt(index);
  return { login: accountOfText(work.sides[side].names.login(index)), mailbox: isPublicHost(email) ? undefined : accountOfText(email) };
};

/** Whether a text ends in a digit, before a domain. */
const isCounted = (text: string): boolean => {
  const at = text.indexOf("@");
  const last = text.charCodeAt((at < 0 ? text.length : at) - 1);
  return last > 47 && last < 58;
};

/** What may be one account on both sides: each is learnt by itself, for logins may be counted otherwise than mailboxes. */
const KINDS = [["login", "login"], ["login", "mailbox"], ["mailbox", "login"], ["mailbox", "mailbox"]] as const;
type Kind = (typeof KINDS)[number];
const LOGINS = KINDS[0];
const BOXES = KINDS[3];

/** Whether two people have one account of a kind; undefined where theirs are of different names. */
const isOne = (mine: Accounts, theirs: Accounts, [one, other]: Kind): boolean | undefined => {
  const [first, second] = [mine[one], theirs[other]];
  return first === undefined || second === undefined || first.stem !== second.stem ? undefined : first.count === second.count;
};

const toldBy = (kinds: readonly Kind[], mine: Accounts, theirs: Accounts): readonly (boolean | undefined)[] => kinds.map((kind) => isOne(mine, theirs, kind));

/** Whether one of two has a login: without, all that is known of their accounts is their mailboxes. */
const haveLogins = ({ sides }: Work, master: number, target: number): boolean => sides[0].names.has(master, LOGIN) || sides[1].names.has(target, LOGIN);

const mayHaveAccount = ({ sides }: Work, side: 0 | 1, index: number): boolean => sides[side].mayHaveEmail(index) || sides[side].names.has(index, LOGIN);

interface Kinds {
  /** Both systems count alike. */
  readonly shared: readonly Kind[];
  /** Nothing says that each counts for itself. */
  readonly telling: readonly Kind[];
}

/** Whether some account of two is counted: without, none of them differs from another of its name. */
const hasCounted = ({ sides: [mine, theirs] }: Work, master: number, target: number): boolean => isCounted(mine.names.login(master)) || isCounted(mine.emailAt(master)) || isCounted(theirs.names.login(target)) || isCounted(theirs.emailAt(target));

/** Which accounts both systems count alike: told by those who have one address, and by those who have no namesakes. */
const kindsOf = (work: Work): Kinds => {
  const counts = new Map<Kind, { agreed: number; differed: number }>(KINDS.map((kind) => [kind, { agreed: 0, differed: 0 }]));
  const learn = (master: number, target: number, isAddressed: boolean): void => {
    if (isAddressed ? !haveLogins(work, master, target) : !mayHaveAccount(work, 1, target)) return;
    const [mine, theirs] = [accountsAt(work, 0, master), accountsAt(work, 1, target)];
    for (const [kind, count] of counts) {
      // Two mailboxes are one address there.
      const one = isAddressed && kind === BOXES ? undefined : isOne(mine, theirs, kind);
      if (one === false) count.differed++;
      else if (one === true && mine[kind[0]]?.count !== "") count.agreed++;
    }
  };
  for (let master = 0; master < work.sizes[0]; master++) {
    if (!mayHaveAccount(work, 0, master)) continue;
    const first = work.graph.firstEdge(0, master);
    const isOnly = first >= 0 && work.graph.nextEdge(0, first) < 0;
    for (let edge = first; edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const evidence = work.graph.evidenceOf(edge);
      const target = work.graph.endOf(edge, 1);
      // Whoever has namesakes teaches nothing, as long as no address says who is who: their logins differ in any system.
      if (evidence === "addressAndName") learn(master, target, true);
      else if (isOnly && NAMED.has(evidence) && !work.graph.hasSeveral(1, target)) learn(master, target, false);
    }
  }
  const those = (are: (agreed: number, differed: number) => boolean): readonly Kind[] => KINDS.filter((kind) => are(counts.get(kind)?.agreed ?? 0, counts.get(kind)?.differed ?? 0));
  return { shared: those(isShared), telling: those((agreed, differed) => isShared(agreed, differed) || differed < SHARED) };
};

const textsOf = ({ sides }: Work, master: number, target: number, [one, other]: Kind): readonly [string, string] => [one === "login" ? sides[0].names.login(master) : sides[0].emailAt(master), other === "login" ? sides[1].names.login(target) : sides[1].emailAt(target)];
/** anna.meier@acme.com and anna.meier@acme.de may be two people, of whom one is called Anna Huber by now. */
const areOfOneDomain = (texts: readonly string[]): boolean => {
  const domains = texts.filter((text) => text.includes("@")).map((text) => text.slice(text.indexOf("@")).toLowerCase());
  return domains.length < 2 || domains[0] === domains[1];
};

/** gary.bear2@ and gary.bear3@ of one domain: whatever else they have in common, they are two mailboxes. */
const haveTwoMailboxes = (work: Work, master: number, target: number, mine: Accounts, theirs: Accounts): boolean => isOne(mine, theirs, BOXES) === false && areOfOneDomain(textsOf(work, master, target, BOXES));

const WHOLE: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed"]);
/** Whether somebody has a partner of the same name. */
const hasNamesake = ({ graph }: Work, side: 0 | 1, index: number): boolean => {
  for (let edge = graph.firstEdge(side, index); edge >= 0; edge = graph.nextEdge(side, edge)) if (WHOLE.has(graph.evidenceOf(edge))) return true;
  return false;
};

/** Where both systems use the same logins, counted alike, namesakes are who has the same. Equal names with gbear2 and gbear3 are two people, unless each system counts for itself. */
export const tellByAccount = (work: Work): void => {
  const { shared, telling } = kindsOf(work);
  if (telling.length === 0) return;
  const [same, odd]: readonly [Pair[], Pair[]] = [[], []];
  for (let master = 0; master < work.sizes[0]; master++) {
    const first = work.graph.firstEdge(0, master);
    if (first < 0 || !mayHaveAccount(work, 0, master)) continue;
    let mine: Accounts | undefined;
    for (let edge = first; edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const evidence = work.graph.evidenceOf(edge);
      const target = work.graph.endOf(edge, 1);
      if (ADDRESSED.has(evidence) || !mayHaveAccount(work, 1, target) || (shared.length === 0 && !hasCounted(work, master, target))) continue;
      mine ??= accountsAt(work, 0, master);
      const theirs = accountsAt(work, 1, target);
      const [agree, differ] = [toldBy(shared, mine, theirs), toldBy(telling, mine, theirs)];
      if (agree.includes(true)) {
        if (!agree.includes(false) && !haveTwoMailboxes(work, master, target, mine, theirs) && (NAMED.has(evidence) || shared.some((kind, at) => agree[at] === true && areOfOneDomain(textsOf(work, master, target, kind))) || !(hasNamesake(work, 0, master) || hasNamesake(work, 1, target)))) same.push([master, target]);
      } else if (NAMED.has(evidence)) {
        if (agree.includes(false)) odd.push([master, target]);
        // What is only supposed outdoes no address.
        else if (differ.includes(false) && !differ.includes(true) && !isAddressed(work, master, target, () => true)) odd.push([master, target]);
      }
    }
  }
  for (const [master, target] of odd) work.graph.refute(master, target);
  for (const [master, target] of same) work.graph.add(master, target, "loginAndName");
  if (shared.includes(LOGINS)) tieMistyped(work);
};

const addressesAt = (work: Work, side: 0 | 1, index: number): readonly string[] => [work.sides[side].emailAt(index), work.sides[side].names.login(index).toLowerCase()].filter((text) => text.includes("@"));

/** An address in place of a login is one all the same, where the names have met. */
export const tieByLoginAddress = (work: Work): void => {
  const found: Pair[] = [];
  for (let master = 0; master < work.sizes[0]; master++) {
    if (!mayHaveAccount(work, 0, master)) continue;
    let mine: readonly string[] | undefined;
    for (let edge = work.graph.firstEdge(0, master); edge >= 0; edge = work.graph.nextEdge(0, edge)) {
      const evidence = work.graph.evidenceOf(edge);
      const target = work.graph.endOf(edge, 1);
      if (!haveLogins(work, master, target)) continue;
      mine ??= addressesAt(work, 0, master);
      if (mine.length === 0) break;
      const own = work.sides[0].emailAt(master);
      // What two addresses say has been said.
      if (own !== "" && own === work.sides[1].emailAt(target)) continue;
      if (!ADDRESSED.has(evidence) && addressesAt(work, 1, target).some((text) => mine?.includes(text) === true && !isOffice(text))) found.push([master, target]);
    }
  }
  for (const [master, target] of found) work.graph.add(master, target, "addressAndName");
};
