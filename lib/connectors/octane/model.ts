// What we know of a workspace: its types, their fields, and how each field's values travel. Shapes only.

import type { FieldSchema, TypeSchema } from "../../core/types.ts";

/**
 * day     an instant at midnight UTC that means a calendar day (octane.md §18)
 * tag     a user tag: read and written by name, made when missing
 */
export type Codec = "string" | "memo" | "number" | "boolean" | "date" | "day" | "dateTime" | "choice" | "person" | "reference" | "tag";

/** A list value or a phase. Its id is often, not always, its logical name (octane.md §5.2). */
export interface Node {
  readonly type: "list_node" | "phase" | "metaphase";
  readonly id: string;
  readonly logicalName: string;
  readonly name: string;
  /** May be chosen for new values. */
  readonly active: boolean;
}

export interface Field {
  readonly schema: FieldSchema;
  readonly codec: Codec;
  readonly nodes: readonly Node[];
  /** Types a reference may point at, as Octane names them. */
  readonly targets: readonly string[];
  /** What stands there when nothing is chosen: the root of the backlog or of the requirements. Never shown. */
  readonly root?: { readonly type: string; readonly id: string };
  readonly maxLength?: number;
}

export interface OctaneType {
  readonly schema: TypeSchema;
  readonly name: string;
  readonly collection: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Names of all fields of the metadata, ours and the ones we keep to ourselves. */
  readonly known: ReadonlySet<string>;
  readonly intentField?: string;
  /** The field of comments and attachments that points at items of this type. */
  readonly commentOwner?: string;
  readonly attachmentOwner?: string;
  /** As the browser's address names it. */
  readonly page: string;
}

export interface Workspace {
  readonly id: string;
  readonly path: string;
  readonly types: ReadonlyMap<string, OctaneType>;
}

/** Fields that come with every item where the type has them. */
export const ALWAYS = ["name", "version_stamp", "client_lock_stamp", "last_modified", "creation_time"] as const;
