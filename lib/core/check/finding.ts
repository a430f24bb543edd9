// What a check of a connection finds. Values only.

import type { Side } from "../types.ts";

export type FindingCategory = "clock" | "rights" | "values" | "people" | "references" | "required" | "workflow" | "mapping" | "projects" | "zones" | "language" | "boards" | "licences";

/** What an endpoint tells of a question of the check, or why it cannot be answered. No finding: nothing is wrong by it. */
export interface Note {
  readonly about: "licences" | "workflow";
  readonly syncSet?: string;
  readonly side: Side;
  readonly told: boolean;
  readonly message: string;
}

export interface Finding {
  readonly severity: "error" | "warning";
  readonly category: FindingCategory;
  readonly syncSet?: string;
  readonly side?: Side;
  readonly field?: string;
  /** Key of the field mapping. */
  readonly mapping?: string;
  /** The value or person that has no partner, as a table names it. */
  readonly value?: string;
  readonly message: string;
  readonly repair: string;
  /** How many items of those looked at show it, and one of them. */
  readonly items?: number;
  readonly example?: string;
}
