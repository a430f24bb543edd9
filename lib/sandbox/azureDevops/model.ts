// The shapes of what an imitated Azure DevOps holds. Everything here is JSON: state() shows it as it stands.

export type Value = string | number | boolean;
/** By reference name; identities as user id, paths as node id, dates as wire text. Empty fields are absent. */
export type Fields = Readonly<Record<string, Value>>;

export interface User {
  readonly id: string;
  readonly name: string;
  /** UPN in the cloud, DOMAIN\user on a Server. */
  readonly uniqueName: string;
  readonly mail: string;
  readonly descriptor: string;
  readonly active: boolean;
  readonly kind: "user" | "group" | "service";
}

/** Hyperlinks, attached files and artifact links belong to the revision; work item links do not. */
export interface Resource {
  readonly id: number;
  readonly rel: "Hyperlink" | "AttachedFile" | "ArtifactLink";
  readonly url: string;
  readonly name?: string;
  readonly comment?: string;
  readonly size?: number;
  readonly createdDate: string;
  readonly modifiedDate: string;
  readonly authorizedDate: string;
}

export interface CommentRef {
  readonly id: number;
  readonly version: number;
}

export interface Revision {
  readonly rev: number;
  readonly fields: Fields;
  readonly resources: readonly Resource[];
  /** Fields in Markdown. */
  readonly markdown: readonly string[];
  readonly watermark: number;
  readonly savedAt: number;
  /** Later than savedAt where a transaction commits late. */
  readonly visibleAt: number;
  readonly comment?: CommentRef;
  readonly history?: string;
  readonly authorizedAs: string;
}

/** A relation as it was when it was added or removed. */
export interface RelationNote {
  readonly rel: string;
  /** Work item links: the other end. */
  readonly targetId?: number;
  readonly url?: string;
  readonly attributes: Readonly<Record<string, Value>>;
}

export interface Update {
  readonly id: number;
  readonly rev: number;
  readonly by: string;
  readonly date: string;
  /** False: only links between work items changed, the revision stayed. */
  readonly revised: boolean;
  readonly added?: readonly RelationNote[];
  readonly removed?: readonly RelationNote[];
  readonly updated?: readonly RelationNote[];
  /** suppressNotifications was asked for. */
  readonly silent?: boolean;
}

export interface Item {
  readonly id: number;
  readonly revisions: Revision[];
  readonly updates: Update[];
  deleted: { readonly at: string; readonly by: string } | null;
}

export interface LinkRow {
  readonly id: number;
  /** Reference name without -Forward or -Reverse; source → target is forward. */
  readonly type: string;
  readonly sourceId: number;
  readonly targetId: number;
  readonly comment?: string;
  readonly locked: boolean;
  readonly createdBy: string;
  readonly createdDate: string;
}

export interface LinkEvent {
  readonly seq: number;
  readonly type: string;
  readonly sourceId: number;
  readonly targetId: number;
  readonly active: boolean;
  readonly by: string;
  readonly date: string;
  readonly savedAt: number;
  readonly comment?: string;
}

export type CommentFormat = "html" | "markdown";

export interface CommentVersion {
  readonly version: number;
  readonly text: string;
  readonly format: CommentFormat;
  readonly by: string;
  readonly date: string;
  readonly deleted: boolean;
}

export interface Comment {
  readonly id: number;
  readonly workItemId: number;
  readonly createdBy: string;
  readonly createdDate: string;
  readonly versions: readonly CommentVersion[];
  /** Users by kind of reaction. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
}

export interface Attachment {
  readonly id: string;
  readonly projectId: string | null;
  readonly name: string;
  /** base64 */
  readonly content: string;
  readonly size: number;
  readonly createdDate: string;
  /** Chunked upload: whether the last byte has come. */
  readonly complete: boolean;
}

export type ProcessName = "Scrum" | "Agile" | "Basic" | "CMMI";

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly process: ProcessName;
  readonly visibility: "private" | "public";
  readonly revision: number;
  readonly lastUpdateTime: string;
  readonly defaultTeamId: string;
}

export interface Node {
  readonly id: number;
  readonly identifier: string;
  readonly projectId: string;
  readonly kind: "area" | "iteration";
  readonly parentId: number | null;
  readonly name: string;
  readonly startDate?: string;
  readonly finishDate?: string;
}

export interface DateRange {
  readonly start: string;
  readonly end: string;
}

export interface Capacity {
  readonly userId: string;
  readonly activities: readonly { readonly name: string; readonly capacityPerDay: number }[];
  readonly daysOff: readonly DateRange[];
}

export interface Team {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly members: readonly { readonly userId: string; readonly admin: boolean }[];
  /** null: a new team; the wire shows an all-zero GUID. */
  readonly backlogIteration: string | null;
  readonly defaultIteration: string | null;
  readonly defaultIterationMacro: string;
  readonly defaultAreaId: number;
  readonly areas: readonly { readonly nodeId: number; readonly includeChildren: boolean }[];
  readonly iterations: readonly string[];
  readonly bugsBehavior: "off" | "asRequirements" | "asTasks";
  readonly workingDays: readonly string[];
  readonly backlogVisibilities: Readonly<Record<string, boolean>>;
  /** By iteration identifier. */
  readonly capacities: Readonly<Record<string, readonly Capacity[]>>;
  readonly daysOff: Readonly<Record<string, readonly DateRange[]>>;
  /** What was changed of the boards, by board id and part ("columns", "rows", "cards" …). */
  readonly boards: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Tag {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly lastUpdated: string;
}

export interface Query {
  readonly id: string;
  readonly projectId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly isFolder: boolean;
  readonly isPublic: boolean;
  readonly wiql: string;
  readonly createdBy: string;
  readonly createdDate: string;
  readonly modifiedBy: string;
  readonly modifiedDate: string;
  readonly deleted: boolean;
}

export interface Template {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly description: string;
  readonly workItemTypeName: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Plan {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly properties: unknown;
  readonly revision: number;
  readonly createdBy: string;
  readonly createdDate: string;
  readonly modifiedBy: string;
  readonly modifiedDate: string;
}

export interface Operation {
  readonly id: string;
  readonly status: "queued" | "succeeded";
}

export type FieldType = "string" | "integer" | "dateTime" | "plainText" | "html" | "treePath" | "history" | "double" | "guid" | "boolean" | "identity" | "picklistString" | "picklistInteger" | "picklistDouble";

export interface FieldDef {
  readonly referenceName: string;
  readonly name: string;
  readonly type: FieldType;
  readonly readOnly: boolean;
  readonly canSortBy: boolean;
  readonly isQueryable: boolean;
  readonly isPicklist: boolean;
  readonly isPicklistSuggested: boolean;
  readonly isLocked: boolean;
  readonly isDeleted: boolean;
  readonly description: string;
}

export interface FieldUse {
  readonly ref: string;
  readonly required?: boolean;
  readonly default?: Value;
  readonly allowed?: readonly Value[];
  /** Other values than the listed are taken too. */
  readonly suggested?: boolean;
  readonly readOnly?: boolean;
  readonly helpText?: string;
}

export type StateCategory = "Proposed" | "InProgress" | "Resolved" | "Completed" | "Removed";

export interface StateDef {
  readonly name: string;
  readonly color: string;
  readonly category: StateCategory;
}

export interface Transition {
  readonly to: string;
  /** The first is the default. */
  readonly reasons: readonly string[];
}

export interface TypeDef {
  readonly name: string;
  readonly referenceName: string;
  readonly color: string;
  readonly icon: string;
  readonly description: string;
  readonly disabled: boolean;
  readonly fields: readonly FieldUse[];
  readonly states: readonly StateDef[];
  /** "" is where a new item comes from. */
  readonly transitions: Readonly<Record<string, readonly Transition[]>>;
}

export interface Category {
  readonly referenceName: string;
  readonly name: string;
  readonly defaultType: string;
  readonly types: readonly string[];
}

export interface ProcessDef {
  readonly name: ProcessName;
  readonly id: string;
  readonly description: string;
  readonly types: readonly TypeDef[];
  readonly categories: readonly Category[];
  /** From the highest portfolio level down to the tasks. */
  readonly backlogs: readonly { readonly id: string; readonly name: string; readonly plural: string; readonly kind: "portfolio" | "requirement" | "task"; readonly color: string; readonly rank: number }[];
  readonly effortField: string;
  readonly orderField: string;
}

/** A field that the options or a call added. */
export interface CustomField extends FieldDef {
  /** Types that use it; "*" is every type. */
  readonly types: readonly string[];
  readonly required: boolean;
  readonly default?: Value;
  readonly allowed?: readonly Value[];
}
