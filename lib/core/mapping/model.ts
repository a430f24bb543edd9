// A connection as the engine sees it: compiled from the files, checked against both endpoints' schemas, nothing left to
// look up by name. core/mapping/compile.ts makes it; core/sync and run/ only read it.

import type { FieldSchema, Side, Value } from "../types.ts";
import type { Transform } from "./transform.ts";

export type Direction = "fromMaster" | "toMaster" | "biDirectional";
export type ConflictPolicy = "master" | "target" | "newest" | "hold";
export type DeletionPolicy = "ignore" | "unlink" | "close" | "delete";

/** May a change of `from` be written to the other side under this direction? */
export const flows = (direction: Direction, from: Side): boolean =>
  direction === "biDirectional" || (from === "master" ? direction === "fromMaster" : direction === "toMaster");

export interface ValuePair {
  readonly master: string;
  readonly target: string;
  /** The marked default of the way back, where several values share a partner. */
  readonly default?: boolean;
}

/** A field of the master and its partner. */
export interface FieldMapping {
  /** Stable within the sync set: "<master field>~<target field>". */
  readonly key: string;
  readonly master: FieldSchema;
  readonly target: FieldSchema;
  /** Governs updates only; a creation uses every field (connect-product §1.4). */
  readonly direction: Direction;
  readonly conflict: ConflictPolicy;
  /** By the names of the choices; not given: values go over as they are. */
  readonly values?: readonly ValuePair[];
  /** People are looked up in the user map before the systems are asked. */
  readonly userMap: boolean;
  /** Fallback people by side they are written to, most specific already chosen. */
  readonly fallback?: Partial<Readonly<Record<Side, string>>>;
  /** A site's own function, by the side that is written. */
  readonly transform?: Partial<Readonly<Record<Side, Transform>>>;
  /** Sides whose field another mapping writes: this one only reads it there, at a creation too. */
  readonly yields?: readonly Side[];
}

/** A field one side is given without a partner: constants, calculated values, write-back of the partner's identity. */
export interface SetField {
  readonly side: Side;
  readonly field: FieldSchema;
  /** Only when the item is created there; else at each synchronization. */
  readonly onCreate: boolean;
  readonly value: SetValue;
  readonly when?: Criterion;
}

export type SetValue =
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "partner"; readonly part: "id" | "key" | "url" }
  | { readonly kind: "findFirst"; readonly type: string; readonly from: Criterion }
  /** `types`: what the reference may point at, where the value itself does not say. */
  | { readonly kind: "follow"; readonly reference: string; readonly field: string; readonly types: readonly string[] };

export type Criterion =
  | { readonly all: readonly Criterion[] }
  | { readonly any: readonly Criterion[] }
  | { readonly not: Criterion }
  | {
      readonly field: string;
      readonly operator: Operator;
      readonly value: string | number | boolean | null | readonly string[];
      /** The field holds formatted text, of which the words are meant. */
      readonly words?: true;
    };

export type Operator =
  | "equals"
  | "contains"
  | "containedInString"
  | "startsWith"
  | "endsWith"
  | "containedInSet"
  | "includes"
  | "greaterThan"
  | "lessThan"
  | "greaterThanOrEquals"
  | "lessThanOrEquals"
  | "isDescendantOf";

/** How items with a first and a last day (sprints) lie inside the item they belong to (a release) on one side. */
export interface Period {
  readonly start: FieldSchema;
  readonly end: FieldSchema;
  /** The reference that names the release. */
  readonly within?: FieldSchema;
  readonly release?: { readonly type: string; readonly start: FieldSchema; readonly end: FieldSchema };
  /** Id or name of the release of a new item that names none. */
  readonly defaultRelease?: string;
  readonly noDates: "leave" | "wait" | "calculate";
  readonly days: number;
  readonly outside: "leave" | "clamp" | "hold" | "extend";
  readonly mayMove: boolean;
}

/** Does the period give a new item this field: days that are calculated, a release by default? */
export const givenByPeriod = (period: Period | undefined, field: string): boolean =>
  period !== undefined && ((period.noDates === "calculate" && [period.start.name, period.end.name].includes(field)) || (period.defaultRelease !== undefined && period.within?.name === field));

export interface SyncSetSide {
  readonly dataSource: string;
  readonly system: string;
  /** Where it answers: two systems may give the same ids. */
  readonly url: string;
  readonly type: string;
  readonly project: string;
  /** May items of this type be created on this side at all? */
  readonly allowCreate: boolean;
  readonly filter?: string;
  readonly criteria?: Criterion;
  /** What becomes of a pair whose item here stops meeting the criteria; not given: it goes on. */
  readonly unmatched?: "pause" | "unlink";
  /** IANA zone in which days are counted; not given: the account's. */
  readonly zone?: string;
  readonly nameField?: string;
  readonly statusField?: string;
  /** What happens here when the partner was deleted. */
  readonly deletion: DeletionPolicy;
  readonly closeStatus?: string;
  /** The field that should carry the marker of a create, where the type does not have it. */
  readonly noMarker?: string;
  readonly period?: Period;
}

/** The smallest unit of work: one type pair in one pair of projects. */
export interface SyncSet {
  /** "<connection>/<master type>~<target type>/<master project>~<target project>" */
  readonly key: string;
  readonly connection: string;
  readonly master: SyncSetSide;
  readonly target: SyncSetSide;
  /** Governs creation: whose new items cause an item on the other side. */
  readonly direction: Direction;
  readonly fields: readonly FieldMapping[];
  readonly sets: readonly SetField[];
  /** Not given: comments (attachments) are not synchronized. */
  readonly comments?: { readonly direction: Direction; readonly restricted: boolean };
  readonly attachments?: { readonly direction: Direction; readonly maxBytes: number };
  /** Changes when anything changed that makes a new comparison necessary. Per field mapping key, and as a whole. */
  readonly fingerprint: string;
  readonly fieldFingerprints: Readonly<Record<string, string>>;
}

export interface Notice {
  readonly syncSet?: string;
  readonly path?: string;
  readonly message: string;
}

/** Another connection that is defined, and whether both join the same two systems: as here, and with the sides exchanged. */
export interface Neighbour {
  readonly name: string;
  readonly straight: boolean;
  readonly turned: boolean;
}

/** A connection as it runs: both systems know every type and field in it. */
export interface Connection {
  readonly name: string;
  /** Names of data sources. */
  readonly masterSource: string;
  readonly targetSource: string;
  /** In the order that references demand. */
  readonly syncSets: readonly SyncSet[];
  /** How often an iteration is due. */
  readonly frequencySeconds: number;
  /** How workers may cut it; not given: not at all. */
  readonly slices?: "projectPair";
  /** What its data sources lead to; not given: nobody asks. */
  readonly addresses?: Readonly<Record<Side, string>>;
  /** The other connections that are defined; not given: none. */
  readonly beside?: readonly Neighbour[];
  readonly groups: readonly string[];
  /** What was mapped otherwise than the file says, for people: a direction turned as one side is read only. */
  readonly notices: readonly Notice[];
}
