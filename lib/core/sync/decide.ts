// The decision table of design.md §4 for one field of one pair. Pure; every row of it is a case in the tests.

import type { ConflictPolicy, Direction } from "../mapping/model.ts";
import { flows } from "../mapping/model.ts";
import type { Instant, Side } from "../types.ts";

export interface FieldSituation {
  readonly masterChanged: boolean;
  readonly targetChanged: boolean;
  /** Both sides hold the same value already, each in its own representation. */
  readonly same: boolean;
  readonly direction: Direction;
  readonly policy: ConflictPolicy;
  /** When each item was last changed by its endpoint's clock: for the policy `newest` only. */
  readonly masterChangedAt: Instant;
  readonly targetChangedAt: Instant;
}

export type Decision =
  | { readonly do: "nothing" }
  | { readonly do: "record"; readonly reason: string }
  | { readonly do: "write"; readonly to: Side; readonly reason: string; readonly conflict: boolean }
  | { readonly do: "hold"; readonly reason: string };

const write = (to: Side, reason: string, conflict = false): Decision => ({ do: "write", to, reason, conflict });

const oneSided = (changed: Side, direction: Direction): Decision => {
  const to: Side = changed === "master" ? "target" : "master";
  return flows(direction, changed) ? write(to, `${changed} changed`) : { do: "record", reason: `${changed} changed, but the field does not flow to the ${to}` };
};

const winner = (situation: FieldSituation): Side | "hold" => {
  if (situation.policy !== "newest") return situation.policy;
  if (situation.masterChangedAt === situation.targetChangedAt) return "master";
  return situation.masterChangedAt > situation.targetChangedAt ? "master" : "target";
};

/** A conflict is only where both changed, differently, and both directions flow. The reason is for people. */
export const decide = (situation: FieldSituation): Decision => {
  const { masterChanged, targetChanged, same, direction, policy } = situation;
  if (!masterChanged && !targetChanged) return { do: "nothing" };
  if (same) return { do: "record", reason: "both sides hold the same value" };
  if (masterChanged !== targetChanged) return oneSided(masterChanged ? "master" : "target", direction);
  if (direction === "fromMaster") return write("target", "master changed; the target's own change does not flow back");
  if (direction === "toMaster") return write("master", "target changed; the master's own change does not flow on");
  const wins = winner(situation);
  if (wins === "hold") return { do: "hold", reason: "both sides changed; the conflict waits for a person" };
  return write(wins === "master" ? "target" : "master", `both sides changed; ${wins} wins (${policy})`, true);
};
