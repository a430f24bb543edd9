// The records of an imitated Jira. All are values: a change makes a new record, so a search may keep looking at an old one.
// Times are epoch milliseconds; ids are strings except the issue's, which is a number for cheap ordering.

export type Flavour = "cloud" | "dc";

export interface AdfMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export interface AdfNode {
  readonly type: string;
  readonly version?: number;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly marks?: readonly AdfMark[];
  readonly text?: string;
}

/** Rich text as it is kept: ADF on Cloud, wiki markup on Data Center. */
export type Rich = AdfNode | string;

export interface Cascade {
  readonly parent: string;
  readonly child: string | null;
}

export type Stored = null | string | number | readonly string[] | AdfNode | Cascade;

export interface User {
  /** accountId on Cloud, key on Data Center. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailShown: "shown" | "hidden" | "empty" | "null";
  readonly displayName: string;
  readonly active: boolean;
  readonly timeZone: string;
  readonly locale: string;
  readonly accountType: "atlassian" | "app" | "customer";
  readonly groups: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Who holds a role: ids of users and groups. */
export interface Actors {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly lead: string;
  readonly typeKey: string;
  readonly typeIds: readonly string[];
  readonly formerKeys: readonly string[];
  /** Number of the last issue. */
  readonly counter: number;
  readonly archived: boolean;
  readonly simplified: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
  /** By role id; absent until somebody sets it. */
  readonly actors?: Readonly<Record<string, Actors>>;
}

export interface IssueType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly subtask: boolean;
  readonly hierarchyLevel: number;
  readonly avatarId: number;
}

export interface Status {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly category: number;
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface LinkType {
  readonly id: string;
  readonly name: string;
  readonly inward: string;
  readonly outward: string;
}

export interface SecurityLevel extends Named {
  /** Users who see issues of this level. */
  readonly members: readonly string[];
}

export type Kind =
  | "string" | "rich" | "number" | "date" | "datetime" | "option" | "options" | "cascade" | "labels" | "user" | "users" | "group" | "groups" | "project"
  | "version" | "versions" | "components" | "priority" | "resolution" | "security" | "issuetype" | "status" | "parent" | "epicLink" | "sprint" | "rank"
  | "timetracking" | "duration" | "issuelinks" | "comment" | "attachment" | "worklog" | "special";

export interface FieldOption {
  readonly id: string;
  readonly value: string;
  readonly disabled?: boolean;
  readonly children?: readonly FieldOption[];
}

export interface Field {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly kind: Kind;
  readonly type: string;
  readonly items?: string;
  readonly system?: string;
  /** The full key of a custom field's type. */
  readonly custom?: string;
  readonly orderable: boolean;
  readonly navigable: boolean;
  readonly searchable: boolean;
  readonly clauseNames: readonly string[];
  readonly options?: readonly FieldOption[];
  /** On which screens the field stands; a transition's screen is named by its own definition. */
  readonly onCreate: boolean;
  readonly onEdit: boolean;
  /** Names of the issue types whose screens show it; absent = all. */
  readonly types?: readonly string[];
}

export interface HistoryItem {
  readonly field: string;
  readonly fieldtype: "jira" | "custom";
  readonly fieldId?: string;
  readonly from: string | null;
  readonly fromText: string | null;
  readonly to: string | null;
  readonly toText: string | null;
}

export interface History {
  readonly id: string;
  readonly author: string | null;
  readonly created: number;
  readonly items: readonly HistoryItem[];
  readonly metadata?: unknown;
}

export interface Visibility {
  readonly type: "role" | "group";
  readonly value: string;
  readonly identifier?: string;
}

export interface Comment {
  readonly id: string;
  readonly author: string | null;
  readonly updateAuthor: string | null;
  readonly body: Rich;
  readonly created: number;
  readonly updated: number;
  readonly visibility?: Visibility;
  readonly pinned?: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Worklog {
  readonly id: string;
  readonly author: string | null;
  readonly updateAuthor: string | null;
  readonly comment: Rich | null;
  readonly created: number;
  readonly updated: number;
  readonly started: number;
  readonly seconds: number;
  readonly visibility?: Visibility;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface RemoteLink {
  readonly id: string;
  readonly globalId: string | null;
  readonly application: unknown;
  readonly relationship: string | null;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface Issue {
  readonly id: number;
  readonly key: string;
  readonly formerKeys: readonly string[];
  readonly projectId: string;
  readonly typeId: string;
  readonly statusId: string;
  readonly creator: string | null;
  readonly created: number;
  readonly updated: number;
  readonly resolved: number | null;
  /** Cloud: whatever stands above. Data Center: the parent of a sub-task only. */
  readonly parentId: number | null;
  /** Data Center: the epic. */
  readonly epicId: number | null;
  readonly sprints: readonly string[];
  readonly rank: string;
  readonly archived?: boolean;
  /** Epic colour and "done", kept by the agile resources. */
  readonly epic?: { readonly color: string; readonly done: boolean };
  readonly values: Readonly<Record<string, Stored>>;
  readonly comments: readonly Comment[];
  readonly worklogs: readonly Worklog[];
  readonly attachments: readonly string[];
  readonly histories: readonly History[];
  readonly remoteLinks: readonly RemoteLink[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly watchers: readonly string[];
  readonly votes: readonly string[];
}

export interface Version {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly projectId: string;
  readonly archived: boolean;
  readonly released: boolean;
  readonly startDate: string | null;
  readonly releaseDate: string | null;
  readonly sequence: number;
}

export interface Component {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly projectId: string;
  readonly lead: string | null;
  readonly assigneeType: string;
}

export interface Sprint {
  readonly id: string;
  readonly name: string;
  readonly state: "future" | "active" | "closed";
  readonly boardId: string;
  readonly goal: string;
  readonly startDate: number | null;
  readonly endDate: number | null;
  readonly completeDate: number | null;
  readonly activatedDate: number | null;
  readonly createdDate: number;
  readonly sequence: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly type: "scrum" | "kanban" | "simple";
  readonly filterId: string;
  readonly projectId: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Filter {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly jql: string;
  readonly owner: string;
  readonly favourites: readonly string[];
  /** With whom it is shared, as it was told; a caller sees every filter all the same. */
  readonly shares?: readonly Readonly<Record<string, unknown>>[];
  readonly created: number;
}

export interface IssueLink {
  readonly id: string;
  readonly typeId: string;
  /** The source: "inwardIssue" of the request. */
  readonly from: number;
  readonly to: number;
}

export interface Attachment {
  readonly id: string;
  readonly issueId: number;
  readonly author: string | null;
  readonly created: number;
  readonly filename: string;
  readonly size: number;
  readonly mimeType: string;
  /** Base64. */
  readonly content: string;
}

/** What the worklog feeds tell: one line per change. */
export interface WorklogEvent {
  readonly id: string;
  readonly worklogId: string;
  readonly deleted: boolean;
  readonly at: number;
}

export interface AccessToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly token: string;
  readonly createdAt: number;
  readonly expiringAt: number | null;
}

/** Registered, and never called: the imitation sends nothing on its own. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly filter: string;
  readonly excludeBody: boolean;
  readonly enabled: boolean;
  readonly configuration: Readonly<Record<string, string>>;
  readonly updated: number;
  readonly owner: string;
}

/** A setting of the site that somebody changed. */
export interface Setting {
  readonly id: string;
  readonly value: string;
}

/** Every table but the issues, by name. */
export interface Rows {
  readonly users: User;
  readonly groups: Group;
  readonly projects: Project;
  readonly types: IssueType;
  readonly statuses: Status;
  readonly priorities: Named;
  readonly resolutions: Named;
  readonly linkTypes: LinkType;
  readonly securityLevels: SecurityLevel;
  readonly roles: Named;
  readonly fields: Field;
  readonly versions: Version;
  readonly components: Component;
  readonly sprints: Sprint;
  readonly boards: Board;
  readonly filters: Filter;
  readonly links: IssueLink;
  readonly attachments: Attachment;
  readonly worklogEvents: WorklogEvent;
  readonly tokens: AccessToken;
  readonly webhooks: Webhook;
  readonly settings: Setting;
}
export type TableName = keyof Rows;
export type Tables = { readonly [T in TableName]: Map<string, Rows[T]> };
