// What is asked of a match by name, and what it tells.

import type { Pairing, PairResult, Verdict } from "../../core/match/model.ts";
import type { UserMap } from "../../core/users/userMap.ts";

export interface MatchOptions {
  /** A mapped type by its name on either side, or "user". */
  readonly type: string;
  /** Type of the item inside which names are compared. */
  readonly within?: string;
  readonly project?: string;
  readonly apply: boolean;
}

export interface Match {
  readonly connection: string;
  /** Key of the sync set; "user" for people. */
  readonly syncSet: string;
  readonly result: Pairing;
  /** Pairs written. */
  readonly written: number;
  /** For people: what importUserMaps would be given. */
  readonly maps: readonly UserMap[];
  /** Found, but they cannot be written as they are. */
  readonly refused: readonly { readonly verdict: Verdict; readonly reason: string }[];
}

export const asPairing = ({ verdicts, counts }: PairResult): Pairing => ({ verdicts, counts: () => counts });
export const foundIn = (result: PairResult): readonly Verdict[] => result.verdicts.filter((verdict) => verdict.situation === "found");
