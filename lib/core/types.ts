// The words of Tandem and the shapes they stand for. Everything else imports from here; this file imports nothing.
//
// data source   one endpoint instance: address, credentials, scope
// connection    a relation between two data sources, the master and the target
// master/target the two sides; says nothing of the flow, only who wins a conflict by default
// type mapping  a pair of item types with its field mappings
// sync set      the smallest unit of work: one type pair x one project pair
// item          anything that is synchronized: a story, a defect, a release, a sprint …
// cross reference  a pair of item ids inside a sync set: what makes the second pass an update
// watermark     per sync set and side: the endpoint's clock up to which all changes are recorded
// iteration     one run over the sync sets of a connection
// intent        the journal entry committed before an item is created; its uuid travels with the create
// pending link  a reference whose item has no partner yet
// quarantine    items that failed and are tried again
// sweep         full comparison beside change detection

/** One of the two systems of a connection. It says nothing of the direction of the flow. */
export type Side = "master" | "target";

/** Both, in the order in which they are worked on and told. */
export const SIDES = ["master", "target"] as const satisfies readonly Side[];

/** The partner's side. */
export const otherSide = (side: Side): Side => (side === "master" ? "target" : "master");

/** An instant, ISO 8601 in UTC with milliseconds: 2026-11-24T13:05:00.000Z. */
export type Instant = string;

// ── values: the normal form every connector speaks ────────────────────────────────────────────────────────────────

/** One value of a list field. Compared by name; the id is the endpoint's own and may be missing when we write. */
export interface Choice {
  readonly choice: string;
  readonly id?: string;
}

/** A person as the endpoint knows them. `person` is the id the endpoint writes and reads by. */
export interface Person {
  readonly person: string;
  readonly name?: string;
  readonly login?: string;
  readonly email?: string;
}

/** A reference to another item of the same endpoint. */
export interface ItemRef {
  readonly ref: string;
  readonly type?: string;
  readonly name?: string;
}

/** Kinds string, text, number, boolean, date and dateTime: see FieldKind. */
export type Scalar = string | number | boolean;
/** One value of a field. */
export type Single = Scalar | Choice | Person | ItemRef;
/** null is "empty". A `multiple` field always holds an array, in the endpoint's order; an empty one is []. */
export type Value = null | Single | readonly Single[];
/** By the endpoint's own names of the fields. One that was asked for and is missing is empty, as null is, if the item does not say `unseen`. */
export type Fields = Readonly<Record<string, Value>>;

/**
 * string   one line of plain text
 * text     rich text in the normal form of core/text (a small closed HTML)
 * date     yyyy-mm-dd without zone; dateTime an Instant
 * choice   Choice; person Person; reference ItemRef
 */
export type FieldKind = "string" | "text" | "number" | "boolean" | "date" | "dateTime" | "choice" | "person" | "reference";

/** What an endpoint says of a field of a type, in one project. */
export interface FieldSchema {
  /** The endpoint's own stable name: "severity", "customfield_10011", "cf_3". */
  readonly name: string;
  /** What people see on the screen. */
  readonly label: string;
  readonly kind: FieldKind;
  /** Its value is a list, and is written whole. */
  readonly multiple: boolean;
  /** May be given when creating. */
  readonly onCreate: boolean;
  /** May be written later. Neither onCreate nor onUpdate: read-only. */
  readonly onUpdate: boolean;
  /** Given to a new item and never changed again, by nobody: who made it. */
  readonly atBirth?: true;
  /** Of a field that is read only: what would let it be written. For people. */
  readonly unlock?: string;
  /** Of a field that is read only: the system has it, but on no screen of this type in this project. Perhaps it is other types'. */
  readonly offScreen?: true;
  /** Must be given when creating (an endpoint default does not count as required). */
  readonly required: boolean;
  /** A number that has no fraction; not given: not told, or it may have one. */
  readonly whole?: true;
  /** In characters, as the endpoint counts them; not given: not told, or no limit. */
  readonly maxLength?: number;
  /** Not given: the endpoint does not list them. */
  readonly choices?: readonly { readonly id: string; readonly name: string }[];
  /** Item types a reference may point at. */
  readonly refersTo?: readonly string[];
}

/** What an endpoint says of a type of item, in one project. */
export interface TypeSchema {
  /** What mappings name: "story", "Story", "version", "sprint". */
  readonly name: string;
  readonly label: string;
  readonly fields: readonly FieldSchema[];
  /** Name of the field that is the item's name: what a new item is looked for by after doubt. */
  readonly nameField?: string;
  /** Name of the field that holds the status or phase, where the type has a workflow. */
  readonly statusField?: string;
  /** As far as the endpoint tells: where it says nothing, a create may still be refused. */
  readonly canCreate: boolean;
  /** As of canCreate. */
  readonly canDelete: boolean;
  /** The field that should carry the marker of a create, where the type does not have it. */
  readonly noMarker?: string;
}

/** An item as it was read. Nothing here changes afterwards: read it again. */
export interface Item {
  readonly type: string;
  /** Stable id; never a key that a move can change. */
  readonly id: string;
  /** The human key where it differs from the id: "DEMO-17". */
  readonly key?: string;
  readonly url?: string;
  /** As project mappings name it. */
  readonly project: string;
  readonly name: string;
  /** Opaque; differs whenever the endpoint counts the item as changed. */
  readonly version: string;
  /** By the endpoint's clock, as exact as it tells. */
  readonly changedAt: Instant;
  readonly createdAt?: Instant;
  readonly changedBy?: Person;
  /** The uuid of the intent that created it, where the endpoint gives it with a normal read. */
  readonly intent?: string;
  readonly fields: Fields;
  /** Names of fields that were asked for and that the account may not see in this item: neither empty nor changed, only not told. They stand in no `fields`. */
  readonly unseen?: readonly string[];
  /** What the same answer told of its comments and files, whole and of this very version; not given: they are to be read. */
  readonly told?: ToldExtras;
}

export interface Comment {
  readonly id: string;
  readonly author: Person | null;
  readonly createdAt: Instant;
  /** yyyy-mm-dd as people read it there, where no more than the day is told: `createdAt` is its beginning then. */
  readonly day?: string;
  readonly changedAt: Instant;
  /** Normal form of core/text. */
  readonly text: string;
  /** Visible to some people only. */
  readonly restricted: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly contentType?: string;
  readonly author?: Person;
  readonly createdAt: Instant;
}

export interface ToldExtras {
  readonly comments?: readonly Comment[] | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** A project that our account may see. */
export interface ProjectInfo {
  /** What project mappings name. */
  readonly id: string;
  readonly key?: string;
  readonly name: string;
}

/** A person in the endpoint's directory. `id` is what Person calls `person`. */
export interface PersonRecord {
  readonly id: string;
  readonly name: string;
  readonly login?: string;
  readonly email?: string;
  readonly active: boolean;
  /** Every further attribute the endpoint tells, as text. `kind` is "group" where several people stand behind the name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Whether it is no person but a group of them, which some systems take as an assignee. */
export const isGroup = ({ attributes }: Pick<PersonRecord, "attributes">): boolean => attributes["kind"] === "group";

/** Whom the endpoint takes us for. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** IANA zone of the account, where the endpoint's dates depend on it. */
  readonly zone?: string;
  readonly language?: string;
}

// ── small helpers every floor needs ───────────────────────────────────────────────────────────────────────────────

/** May the account not see this field in this item? */
export const isUnseen = (item: Pick<Item, "unseen"> | undefined, field: string): boolean => item?.unseen?.includes(field) === true;

/** Of one value: a list has to be taken apart first (asList). */
export const isChoice = (value: unknown): value is Choice => typeof value === "object" && value !== null && "choice" in value;
/** As isChoice. */
export const isPerson = (value: unknown): value is Person => typeof value === "object" && value !== null && "person" in value;
/** As isChoice. */
export const isItemRef = (value: unknown): value is ItemRef => typeof value === "object" && value !== null && "ref" in value;
/** A value as a list: null → [], one → [one], many → themselves. */
export const asList = (value: Value | undefined): readonly Single[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? (value as readonly Single[]) : [value as Single];
