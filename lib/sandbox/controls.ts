// What can be done to a running sandbox, in the same process and, under /_sandbox/, from outside.

import type { SandboxCall } from "./calls.ts";
import type { ControlledClock } from "./clock.ts";
import type { FaultList } from "./faults.ts";
import type { Imitation, ItemRow, PersonEdit } from "./imitation.ts";

/** Another sandbox, linked on the page. */
export interface Sibling {
  readonly title: string;
  readonly url: string;
}

export interface Controls {
  readonly system: string;
  readonly imitation: Imitation;
  readonly clock: ControlledClock;
  readonly faults: FaultList;
  calls(): readonly SandboxCall[];
  /** Calls since the last clear, the forgotten ones included. */
  callCount(): number;
  clearCalls(): void;
  /** Content, faults, calls, clock and rate limit as they were at the start. */
  reset(): void;
  /** Whole content, keys in canonical order. */
  state(): unknown;
  load(state: unknown): void;
  /** Throws an Error that says what is wrong with the edit. */
  edit(edit: PersonEdit): { readonly id: string; readonly key?: string };
  items(): readonly ItemRow[];
  siblings(): readonly Sibling[];
  setSiblings(siblings: readonly Sibling[]): void;
}
