// The shapes the parts of the Jira connector hand to each other: a project with its types, and how each field travels.

import type { FieldSchema, Instant, TypeSchema } from "../../core/types.ts";
import type { Codec, Option } from "./fieldKinds.ts";
import type { Refs } from "./refs.ts";
import type { Site } from "./session.ts";
import type { Users } from "./users.ts";
import type { Workflows } from "./workflow.ts";

/** What is known of a sprint. */
export interface SprintFacts {
  readonly id: number;
  readonly name?: string;
  readonly state?: string;
  /** When it was closed. */
  readonly completed?: Instant;
}

/** One field of an issue type. */
/** Which links of an issue a field holds. Where both ends say the same of each other, a link counts whichever way it was made; ours go the first. */
export interface LinkEnds {
  readonly type: string;
  readonly directions: readonly ("outward" | "inward")[];
}

export interface Binding {
  readonly schema: FieldSchema;
  /** The field asked for and written: several bindings may share one (links, estimates). */
  readonly rest: string;
  readonly codec: Codec;
  readonly options?: readonly Option[];
  /** "add" and "remove" are possible beside "set". */
  readonly addRemove: boolean;
  /** Is it on the create screen, on the edit screen? Unknown edit screens count as the create screen. */
  readonly onScreen: { readonly create: boolean; readonly edit: boolean };
  /** Which part of time tracking. */
  readonly part?: string;
  readonly link?: LinkEnds;
}

export interface Status {
  readonly id: string;
  readonly name: string;
  /** "new", "indeterminate" or "done": never a name (jira.md §7). */
  readonly category?: string;
}

export interface IssueType {
  readonly id: string;
  readonly name: string;
  /** The name JQL knows where names are translated (jira.md §7). */
  readonly jqlName: string;
  readonly subtask: boolean;
  readonly level?: number;
  readonly fields: ReadonlyMap<string, Binding>;
  readonly statuses: readonly Status[];
  readonly schema: TypeSchema;
}

export interface Board {
  readonly id: number;
  readonly name: string;
}

export interface Project {
  /** As mappings name it; the present key may differ after a renaming. */
  readonly named: string;
  readonly id: string;
  readonly key: string;
  readonly types: readonly IssueType[];
  readonly board?: Board;
  /** Data Center: the field every new epic must fill (jira.md §8.3). */
  readonly epicNameField?: string;
  readonly sprintField?: string;
}

/** What every part is given: the site and what was learnt of it so far. */
export interface Jira {
  readonly site: Site;
  readonly refs: Refs;
  readonly users: Users;
  /** Sprints seen so far. */
  readonly sprints: Map<number, SprintFacts>;
  readonly workflows: Workflows;
  /** Ids of issues written by us last: Cloud's search is told to be sure about these. */
  readonly written: string[];
  /** Fields read so far, by the id of the type: what a read-back of new issues shall hold. */
  readonly read: Map<string, Set<string>>;
  /** Has it shown an empty field as null? Then a field that it leaves out may be hidden instead of empty. */
  tellsEmpty: boolean;
  /** Type and field → hidden where issues lack it? */
  readonly hidden: Map<string, boolean>;
}

export const VERSION = "version";
export const SPRINT = "sprint";
