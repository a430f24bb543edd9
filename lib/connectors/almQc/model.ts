// What we know of a project: its types, their fields, and how each field's values travel. Shapes and names only.

import type { FieldSchema, PersonRecord, TypeSchema } from "../../core/types.ts";

/** subtype: the type of a requirement or test, written by id and shown by name (alm-qc.md §11, §12). */
export type Codec = "string" | "memo" | "number" | "date" | "dateTime" | "choice" | "person" | "reference" | "subtype";

/** A kind of link as seen from the type that has the field: which rows, which column holds our item, which the other. */
export interface LinkKind {
  readonly rows: "defect-links" | "req-traces" | "requirement-coverages";
  /** Type of the rows. */
  readonly type: "defect-link" | "req-trace" | "requirement-coverage";
  readonly own: string;
  readonly other: string;
  /** Column that tells what stands at the second end, and what it holds here. */
  readonly told?: readonly [string, string];
  /** No direction: our item may stand at either end. */
  readonly both?: true;
  /** Rows of this link type alone, or of none of these. */
  readonly only?: string;
  readonly not?: readonly string[];
  /** Link type of new rows. */
  readonly writtenType?: string;
}

export interface Field {
  readonly schema: FieldSchema;
  readonly codec: Codec;
  /** Column of the database: some refusals name it. */
  readonly column: string;
  /** The server takes only known values (alm-qc.md §8). */
  readonly verified: boolean;
  /** Type a reference points at. */
  readonly target?: string;
  /** Ids of rows that stand for "nothing above": roots of trees. The first is written when the field is emptied. */
  readonly roots: readonly string[];
  /** Its values are rows of their own, not texts of the entity. */
  readonly link?: LinkKind;
}

export interface AlmType {
  readonly schema: TypeSchema;
  readonly name: string;
  readonly collection: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Names of all fields of the metadata, ours and the ones we keep to ourselves, with what a filter may need of them. */
  readonly known: ReadonlyMap<string, { readonly column: string; readonly choices: readonly string[]; readonly filterable: boolean }>;
  readonly intentField?: string;
  /** The field that holds the subtype; fields may belong to some subtypes only (alm-qc.md §12). */
  readonly subtypeField?: string;
  /** The memo that holds all comments. */
  readonly commentField?: string;
  /** Rows that are the tree's own, nobody's items. */
  readonly roots: readonly string[];
  /** Entities are checked out before a change and in after it. */
  readonly versioned: boolean;
  /** Collections whose entities may hang below one of this type by `parent-id`. */
  readonly below: readonly string[];
}

export interface Project {
  readonly id: string;
  readonly path: string;
  readonly types: ReadonlyMap<string, AlmType>;
  /** Types that this project does not offer us, and why. */
  readonly unavailable: ReadonlyMap<string, string>;
  readonly people: readonly PersonRecord[];
  /** By login in lower case. */
  readonly byLogin: ReadonlyMap<string, PersonRecord>;
  /** Where new releases go, and new tests. */
  readonly releaseFolder?: string;
  readonly testFolder?: string;
}

export interface Kind {
  readonly name: string;
  readonly label: string;
  readonly collection: string;
  readonly commentField?: string;
  readonly statusField?: string;
  readonly below: readonly string[];
}

/** What can be synchronized: entities that tell when they changed (alm-qc.md §5, §6, §15). */
export const KINDS: readonly Kind[] = [
  { name: "defect", label: "Defect", collection: "defects", commentField: "dev-comments", statusField: "status", below: [] },
  { name: "requirement", label: "Requirement", collection: "requirements", commentField: "comments", below: ["requirements"] },
  { name: "release", label: "Release", collection: "releases", below: ["release-cycles"] },
  { name: "release-cycle", label: "Cycle", collection: "release-cycles", below: [] },
  { name: "test", label: "Test", collection: "tests", commentField: "dev-comments", statusField: "status", below: [] },
];

/** Tests only where they are asked for: most projects synchronize none, and they cost calls of their own. */
export const kindsWith = (tests: boolean): readonly Kind[] => KINDS.filter(({ name }) => tests || name !== "test");

/** Fields that come with every item where the type has them. */
export const ALWAYS = ["name", "ver-stamp", "last-modified"] as const;
