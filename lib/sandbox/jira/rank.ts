// Rank strings in the manner of LexoRank: "0|i000db:", ordered by plain comparison (sheet §8.3).

import type { Issue } from "./model.ts";
import type { World } from "./world.ts";

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

const bare = (rank: string): string => rank.replace(/^0\|/, "").replace(":", "").replace(/0+$/, "");

const dressed = (digits: string): string => {
  const padded = digits.padEnd(6, "0");
  return `0|${padded.slice(0, 6)}:${padded.slice(6)}`;
};

const midpoint = (low: string, high: string | null): string => {
  if (high !== null) {
    let common = 0;
    while (common < high.length && (low[common] ?? "0") === high[common]) common += 1;
    if (common > 0) return high.slice(0, common) + midpoint(low.slice(common), high.slice(common));
  }
  const from = low === "" ? 0 : DIGITS.indexOf(low[0] ?? "0");
  const to = high === null ? DIGITS.length : DIGITS.indexOf(high[0] ?? "z");
  if (to - from > 1) return DIGITS[Math.floor((from + to) / 2)] ?? "i";
  if (high !== null && high.length > 1) return high.slice(0, 1);
  return (DIGITS[from] ?? "0") + midpoint(low.slice(1), null);
};

const between = (low: string | null, high: string | null): string => dressed(midpoint(low === null ? "" : bare(low), high === null ? null : bare(high)));

export const newRank = (world: World): string => `0|i${(world.next("rank") - 9999).toString(36).padStart(4, "0")}0:`;

/** The rank just before or after an issue, as if the issues that move were not there. */
export const rankBeside = (world: World, anchor: Issue, side: "before" | "after", moving: ReadonlySet<number>): string => {
  let neighbour: string | null = null;
  for (const issue of world.issues.values()) {
    if (moving.has(issue.id) || issue.id === anchor.id) continue;
    if (side === "before" && issue.rank < anchor.rank && (neighbour === null || issue.rank > neighbour)) neighbour = issue.rank;
    if (side === "after" && issue.rank > anchor.rank && (neighbour === null || issue.rank < neighbour)) neighbour = issue.rank;
  }
  if (side === "before") return between(neighbour, anchor.rank);
  if (neighbour !== null) return between(anchor.rank, neighbour);
  const last = newRank(world);
  return last > anchor.rank ? last : between(anchor.rank, null);
};
