// What the domains of mailboxes say once all names have met: one took the place of another (acme.com became newco.io), or two
// are those of two companies. Told by those who have no namesake.

import type { Evidence } from "./graph.ts";
import { byMovedAddress } from "./layers/ids.ts";
import type { Work } from "./layers/meeting.ts";
import { accountOf } from "./reading/person.ts";
import { isPublicHost } from "./words/hosts.ts";
import { isOffice } from "./words/words.ts";

const NAMED: ReadonlySet<Evidence> = new Set(["exact", "folded"]);

/** Of two domains, of masters and of targets: how many of one name have the same mailbox in both, one that counts otherwise, and another one. */
interface Move {
  readonly from: string;
  readonly to: string;
  same: number;
  recounted: number;
  other: number;
}

interface Domains {
  readonly moves: readonly Move[];
  /** How many have one address in both lists, by domain. */
  readonly stay: ReadonlyMap<string, number>;
}

const domainOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1);
const stemOf = (mailbox: string): string => mailbox.replace(/[0-9]+$/, "");

const domainsOf = ({ graph, sides: [mine, theirs], sizes }: Work): Domains => {
  const moves = new Map<string, Move>();
  const stay = new Map<string, number>();
  const learn = (one: string, other: string): void => {
    const [from, to] = [domainOf(one), domainOf(other)];
    if (from === to || from === "" || to === "" || isPublicHost(one) || isPublicHost(other) || isOffice(one) || isOffice(other)) return;
    const key = `${from} ${to}`;
    const move = moves.get(key) ?? { from, to, same: 0, recounted: 0, other: 0 };
    moves.set(key, move);
    const [first, second] = [accountOf(one), accountOf(other)];
    if (first === second) move.same++;
    else if (stemOf(first) === stemOf(second)) move.recounted++;
    else move.other++;
  };
  const each = (isMeant: (evidence: Evidence) => boolean, use: (master: number, target: number) => void): void => {
    for (let master = 0; master < sizes[0]; master++) {
      const edge = mine.mayHaveEmail(master) ? graph.firstEdge(0, master) : -1;
      if (edge < 0 || graph.nextEdge(0, edge) >= 0 || !isMeant(graph.evidenceOf(edge))) continue;
      const target = graph.endOf(edge, 1);
      if (theirs.mayHaveEmail(target) && !graph.hasSeveral(1, target)) use(master, target);
    }
  };
  each((evidence) => NAMED.has(evidence) || evidence === "loginAndName", (master, target) => learn(mine.emailAt(master), theirs.emailAt(target)));
  // Mostly nobody moved.
  if (moves.size > 0) each((evidence) => evidence === "addressAndName", (master) => {
    const domain = domainOf(mine.emailAt(master));
    stay.set(domain, (stay.get(domain) ?? 0) + 1);
  });
  return { moves: [...moves.values()], stay };
};

/** So many at least must have moved, so many times more than not. */
const MANY = 8;

/** Nobody else came from there or went there, nobody stays in the new domain that was there before, and no mailbox is counted anew. */
const tookPlace = ({ moves, stay }: Domains, move: Move): boolean =>
  move.same >= MANY && move.same >= MANY * move.recounted && move.same >= 2 * move.other && move.same >= MANY * (stay.get(move.to) ?? 0) &&
  moves.every((each) => each === move || (each.from !== move.from && each.to !== move.to && (each.from !== move.to || each.to !== move.from)) || move.same >= MANY * each.same);

/** So many times more must stay in each of two domains than change between them: then who changed is a namesake rather. */
const FEW = 64;

/** From the masters' domain to that of the targets, by `key` where two companies have them. */
const companiesOf = ({ moves, stay }: Domains): ReadonlySet<string> => {
  const pairs = new Map<string, number>();
  for (const { from, to, same, recounted, other } of moves) {
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    pairs.set(key, (pairs.get(key) ?? 0) + same + recounted + other);
  }
  const apart = new Set<string>();
  for (const [key, count] of pairs) {
    const [one = "", other = ""] = key.split(" ");
    if (Math.min(stay.get(one) ?? 0, stay.get(other) ?? 0) >= FEW * count) apart.add(`${one} ${other}`).add(`${other} ${one}`);
  }
  return apart;
};

/** Equal names, or one login, in two companies are two people. */
const refuteByCompany = ({ graph, sides: [mine, theirs], sizes }: Work, apart: ReadonlySet<string>): void => {
  for (let master = 0; master < sizes[0]; master++) {
    if (!mine.mayHaveEmail(master)) continue;
    for (let edge = graph.firstEdge(0, master); edge >= 0; edge = graph.nextEdge(0, edge)) {
      const evidence = graph.evidenceOf(edge);
      const target = graph.endOf(edge, 1);
      if (evidence === "addressAndName" || evidence === "address" || evidence === "personnel" || !theirs.mayHaveEmail(target)) continue;
      if (apart.has(`${domainOf(mine.emailAt(master))} ${domainOf(theirs.emailAt(target))}`)) graph.refute(master, target);
    }
  }
};

/** A login speaks for one of two namesakes, and the mailbox for the other: where the mailboxes of two companies were put together, neither is sure. */
const tieByMailbox = ({ graph, sides: [mine, theirs], sizes }: Work, moves: readonly Move[]): void => {
  const known = new Set(moves.filter(({ same }) => same >= MANY).map(({ from, to }) => `${from} ${to}`));
  const hasOneMailbox = (master: number, target: number): boolean => {
    const [one, other] = [mine.emailAt(master), theirs.emailAt(target)];
    return accountOf(one) === accountOf(other) && known.has(`${domainOf(one)} ${domainOf(other)}`);
  };
  const isTold = (edge: number): boolean => graph.evidenceOf(edge) === "loginAndName" && !graph.edgeAt(edge).refuted;
  const tied: (readonly [master: number, target: number])[] = [];
  for (let master = 0; master < sizes[0]; master++) {
    for (let told = graph.firstEdge(0, master); told >= 0; told = graph.nextEdge(0, told)) {
      if (!isTold(told)) continue;
      for (const side of [0, 1] as const) {
        for (let edge = graph.firstEdge(side, graph.endOf(told, side)); edge >= 0; edge = graph.nextEdge(side, edge)) {
          if (edge !== told && NAMED.has(graph.evidenceOf(edge)) && hasOneMailbox(graph.endOf(edge, 0), graph.endOf(edge, 1))) tied.push([graph.endOf(edge, 0), graph.endOf(edge, 1)]);
        }
      }
    }
  }
  for (const [master, target] of tied) graph.add(master, target, "movedAddress");
};

export const tellByDomain = (work: Work): void => {
  const domains = domainsOf(work);
  if (domains.moves.length === 0) return;
  const apart = companiesOf(domains);
  if (apart.size > 0) refuteByCompany(work, apart);
  const places = new Map(domains.moves.filter((move) => tookPlace(domains, move)).map(({ from, to }) => [from, to]));
  if (places.size > 0) byMovedAddress(work, (email) => {
    const to = places.get(domainOf(email));
    return to === undefined ? undefined : `${email.slice(0, email.lastIndexOf("@") + 1)}${to}`;
  });
  tieByMailbox(work, domains.moves);
};
