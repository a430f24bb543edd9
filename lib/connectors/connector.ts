// The door to one ALM system. A connector speaks the normal form of core/types.ts and nothing of stores, mappings or
// other connectors. The comments here are promises, tested by tests/connectors/contract/contract.ts for every connector.
//
// Errors: AccessError (login, permission), RemoteError (unreachable, nonsense; after the HTTP layer has waited and
// repeated what may be repeated), BusyError (rate-limited past the time allowed). What concerns one item is a value.

import type { Account, Attachment, Comment, Fields, Instant, Item, PersonRecord, ProjectInfo, TypeSchema, Value } from "../core/types.ts";

export type { Attachment, Comment } from "../core/types.ts";

export interface Capabilities {
  /** "create": the intent's uuid travels in the create call. "search": found again by own account, project, name, time. */
  readonly marker: "create" | "search";
  /** Items per call, for the plan of calls: reading a page, ids of a sweep, reading by id, creating, updating. */
  readonly pageSize: number;
  readonly idPageSize: number;
  readonly bulkGet: number;
  readonly bulkCreate: number;
  readonly bulkUpdate: number;
  /** Calls one update of `n` items costs beyond the write itself (reading back), for the plan of calls. */
  readonly readBackCalls: (n: number) => number;
  /** How far back of the watermark a reading must begin (precision, lag of the index). */
  readonly overlapSeconds: number;
  /** An update can be made conditional on the version read before. */
  readonly conditionalUpdate: boolean;
  readonly comments: boolean;
  readonly attachments: boolean;
  /** Items whose comments (or attachments) one call reads; not given: as many as `bulkGet`. */
  readonly extrasPerCall?: number;
  /** A question for items of this type answers ids alone, and the items are read by these; not given: of none. */
  readonly idsFirst?: (type: string) => boolean;
  /** Calls one new file costs by the endpoint's rules; not given: one. */
  readonly callsPerAttachment?: number;
  /** Calls one new comment costs by the endpoint's rules; not given: one. */
  readonly callsPerComment?: number;
  /** A text shows a file of its item by an address with the file's id: it is to be written once more when the file is there. */
  readonly filesByAddress?: boolean;
  /** Whether an item of this type stands in one project and keeps its id when it is moved to another. Not given: no item ever leaves its project. */
  readonly movable?: (type: string) => boolean;
  /** Lists of references may leave out what the account may not see; only `get` with `fresh` notices, and counts such a list as unseen. */
  readonly partialReferences?: boolean;
  /** What proves a deletion: nothing, a recycle bin, an audit. */
  readonly deletionEvidence: "none" | "bin" | "audit";
  /** The field by which a new item is made, or reported, in the name of somebody else. Not given: only our account can stand there. */
  readonly impersonation?: string;
  /** Fields that tell who made an item. Our own account stands there on all that we made, and says nothing of a person. Not given: none. */
  readonly makers?: readonly string[];
  /** Fields that can be written and that the endpoint fills with whoever moves an item on (resolves, closes it). Not given: none. */
  readonly doers?: readonly string[];
}

/** What of one type and project is to be read. */
export interface ChangeQuery {
  readonly type: string;
  readonly project: string;
  /** Names of the fields wanted. `name`, version, times come always. */
  readonly fields: readonly string[];
  /** Everything changed at or after this instant of the endpoint's clock; undefined: everything there is. */
  readonly since?: Instant;
  /** In the endpoint's own filter language. */
  readonly filter?: string;
  /** Smaller pages than the endpoint's, for tests of page edges. */
  readonly pageSize?: number;
  readonly extras?: WantedExtras;
}

/** What items may tell with themselves (`told`), as far as it costs no further call. */
export interface WantedExtras {
  readonly comments?: boolean;
  readonly attachments?: boolean;
}

/** Items in the order of the endpoint's (changed-at, id). The same item may come twice; none is left out. */
export interface ChangePage {
  readonly items: readonly Item[];
}

export interface PeopleQuery {
  readonly everything?: boolean;
}

/** Which items are to be read, by id. */
export interface GetQuery {
  readonly type: string;
  readonly project: string;
  readonly ids: readonly string[];
  readonly fields: readonly string[];
  /** As they are at this moment, however far an index is behind: each at its own address where the endpoint has no other way. */
  readonly fresh?: boolean;
  readonly extras?: WantedExtras;
}

export interface ListedItem {
  readonly id: string;
  readonly key?: string;
  readonly version?: string;
  readonly name?: string;
}

/** An item to be made. */
export interface Draft {
  /** Uuid of the committed intent. */
  readonly intent: string;
  readonly fields: Fields;
}

export interface FieldProblem {
  readonly field: string;
  readonly reason: string;
}

export interface ReadBack {
  readonly item: Item;
  /**
   * Names of the fields somebody else changed since `before` was read (for a create: since the create), proved by the
   * endpoint's revisions or change log. null: the endpoint gives no such evidence.
   */
  readonly others: readonly string[] | null;
}

export interface Overwritten {
  readonly field: string;
  readonly value: Value;
  readonly by?: string;
  readonly at?: Instant;
}

/** Told to stop, or not. An AbortSignal is one. */
export type Stop = Pick<AbortSignal, "aborted">;

/** What became of one create, update or removal. One item never ends the others: what was refused is a value. */
export type WriteResult =
  | {
      readonly ok: true;
      readonly id: string;
      readonly key?: string;
      readonly url?: string;
      /** Fields that could not be set; the rest of the item was written. */
      readonly problems: readonly FieldProblem[];
      readonly after?: ReadBack;
      /**
       * Texts as the endpoint was given them, where its form holds less than was asked for: cut to fit, without images it does not
       * have. What stands there then is nobody's edit, though it could not be read back or nobody can tell who wrote it.
       */
      readonly given?: Fields;
      /** Calls the endpoint's rules asked for beyond the write itself: steps of a workflow, links, a sprint; for the plan of calls. */
      readonly demanded?: number;
      /** Values of somebody else that this write replaced although they came after `before` was read. */
      readonly overwritten?: readonly Overwritten[];
    }
  | {
      readonly ok: false;
      /**
       * refused   the endpoint said no; nothing was written
       * doubtful  nobody knows: the reply was lost, a 5xx, a timeout. For a create: look for the intent first
       * changed   a conditional update met a newer version; nothing was written
       * missing   no such item, or no right to see it
       * left      not begun: told to stop, or the system was too busy for one before it. Nothing was written
       */
      readonly kind: "refused" | "doubtful" | "changed" | "missing" | "left";
      readonly reason: string;
      readonly problems: readonly FieldProblem[];
    };

/** A change to one item. */
export interface Patch {
  readonly id: string;
  /** Only these fields are written. A `multiple` field is replaced whole. */
  readonly fields: Fields;
  /** The item as read when the change was planned. */
  readonly before: Item;
}

/** An update of ours whose end nobody recorded: it was carried out, in part or whole, or not at all. */
export interface InterruptedUpdate {
  readonly id: string;
  /** The item's changed-at, and the values to be replaced, in the reading the update was planned on. */
  readonly at: Instant;
  readonly before: Fields;
  /** Field → value sent. */
  readonly after: Fields;
}

export interface SoughtIntent {
  readonly intent: string;
  readonly name: string;
  /** When the intent was committed, by the endpoint's clock as nearly as known. */
  readonly since: Instant;
}

export interface FindResult {
  readonly found: ReadonlyMap<string, { readonly id: string; readonly key?: string; readonly url?: string }>;
  /** Intents that may still turn up (index lag): neither found nor surely absent. The caller asks again later. */
  readonly undecided: ReadonlySet<string>;
  /** By undecided intent: the items that may be its own, where some are there. Nothing proves that they are somebody else's. */
  readonly candidates?: ReadonlyMap<string, readonly string[]>;
  /** Where nothing but the name tells: items our account made since, under names that were not sought. One may be a lost one that a person renamed. */
  readonly renamed?: ReadonlySet<string>;
}

/** A comment, or a file, that was made or changed. */
export interface ChangedExtra {
  /** Id of the item it hangs on, and its type; not given: of the type asked for, or of one that is not told. */
  readonly item: string;
  readonly type?: string;
  readonly id: string;
  /** Of a comment, in the normal form, where the answer tells it. */
  readonly text?: string;
}

/** Items of a type of which at least one comment or attachment changed since an instant, where `changes` would not tell. */
export interface CommentDoor {
  /** How far behind what was written `read` may be; not given: not at all. */
  readonly lagSeconds?: number;
  /** Whether items of this type have comments at all; not given: those of every type do. */
  takes?(type: string, project: string): Promise<boolean>;
  /** `known`: versions that items have reached; the comments of each are those of that version or a later one. */
  read(query: { readonly type: string; readonly project: string; readonly ids: readonly string[]; readonly known?: ReadonlyMap<string, string> }): Promise<ReadonlyMap<string, readonly Comment[]>>;
  /** Comments of items of this type, and maybe of others, that changed since then; not given, or undefined, where a comment moves the item's own changed-at. */
  changedSince?(query: { readonly type: string; readonly project: string; readonly since: Instant }): Promise<readonly ChangedExtra[] | undefined>;
  /** Types of which this answers the same are told of by one question. Not given, or undefined: each is asked about by itself. */
  askedWith?(type: string, project: string): Promise<string | undefined>;
  add(type: string, project: string, id: string, text: string): Promise<Comment>;
  change(type: string, project: string, id: string, commentId: string, text: string): Promise<Comment>;
  remove(type: string, project: string, id: string, commentId: string): Promise<void>;
}

export interface AttachmentDoor {
  /** As of comments. */
  readonly lagSeconds?: number;
  list(query: { readonly type: string; readonly project: string; readonly ids: readonly string[]; readonly known?: ReadonlyMap<string, string> }): Promise<ReadonlyMap<string, readonly Attachment[]>>;
  changedSince?(query: { readonly type: string; readonly project: string; readonly since: Instant }): Promise<readonly ChangedExtra[] | undefined>;
  askedWith?(type: string, project: string): Promise<string | undefined>;
  open(type: string, project: string, id: string, attachment: Attachment): Promise<AsyncIterable<Uint8Array>>;
  /** A content that is Replayable is sent again where the server turned it away. */
  add(
    type: string,
    project: string,
    id: string,
    file: { readonly name: string; readonly contentType: string; readonly size: number; readonly content: AsyncIterable<Uint8Array> },
  ): Promise<Attachment>;
  remove(type: string, project: string, id: string, attachmentId: string): Promise<void>;
}

/** What only a check of the definition asks for: it costs calls and changes nothing. */
export interface Inspection {
  /** Status → those that may follow, by their names; "" leads to where an item may begin, where that is told. "any": none is refused. Not given: not told. */
  readonly workflow?: ReadonlyMap<string, readonly string[]> | "any";
  /** Statuses of which nobody saw what may follow them, where the workflow is known from items alone. */
  readonly unseen?: readonly string[];
  /** Why the workflow, or a part of it, is not told. For people. */
  readonly untold?: string;
  /** Places where people look at these items and that leave some of them out, such as the boards of a project. */
  readonly hiding: readonly { readonly place: string; readonly items: number; readonly example: string }[];
  /** What of the account makes the filter mean something else than it seems to. */
  readonly misread?: { readonly says: string; readonly repair: string };
  /** What in the system looks as if it were of another type than the settings of the data source make it. */
  readonly mistyped?: { readonly says: string; readonly repair: string; readonly items: number; readonly example: string };
  /** Why no item of the type can be made in another's name although the options of the data source say so. */
  readonly unnameable?: string;
}

/** For people. */
export interface LicenceNote {
  readonly says: string;
  /** Without one the account may do nothing there. */
  readonly lacking: boolean;
}

/** How a process that stays may keep a connector from one iteration to the next. */
export interface Keeping {
  /** How long it may rest between two; then it is closed: a session may cost a licence, or end at the server. */
  readonly restSeconds: number;
  /**
   * Before it is used again: asks who we are, and forgets all that was learnt of items, people and lists; session and schemas
   * stay. Throws where it is of no use any more, AccessError where we are somebody else by now.
   */
  renew(): Promise<void>;
}

/** One data source, signed in to when it is first asked. What it can do stands in `capabilities`; a door it does not have is not given. */
export interface Connector {
  /** "octane", "jira", "redmine", "almQc", "azureDevops", "serviceNow", "memory". */
  readonly system: string;
  /** Name of the data source it serves. */
  readonly dataSource: string;
  readonly capabilities: Capabilities;

  /** Signs in if need be. An anonymous answer is an AccessError. */
  account(): Promise<Account>;
  /** The endpoint's clock. Costs no call if an answer came within the last seconds. */
  now(): Promise<Instant>;
  /** Those our account may see. */
  projects(): Promise<readonly ProjectInfo[]>;
  /** Types with all their fields and lists. Kept for the life of the connector. */
  types(project: string): Promise<readonly TypeSchema[]>;

  /** What changed since `since`, or all there is, page by page. */
  changes(query: ChangeQuery): AsyncIterable<ChangePage>;
  /**
   * Items by id (or key, where the endpoint has keys), in bulk; what does not exist or may not be seen is left out, and nothing
   * else: what an index does not show is asked for at its own address. Their state may be as old as an index is behind, if not `fresh`.
   */
  get(query: GetQuery): Promise<readonly Item[]>;
  /** Ids of everything in scope, for the sweep. */
  list(query: { readonly type: string; readonly project: string; readonly filter?: string }): AsyncIterable<readonly ListedItem[]>;

  /** One result per draft, in order. Never repeats a create by itself after doubt. Told to stop it finishes what is in hand, and leaves the rest; so do the other two. */
  create(type: string, project: string, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]>;
  /** One result per patch, in order. */
  update(type: string, project: string, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]>;
  /**
   * By id of the item: values of others that interrupted updates replaced although they came after the reading, as a log of the
   * endpoint proves; nothing where it may not be read. Not given: no log tells, or a write never replaces what it has not seen.
   */
  replaced?(query: { readonly type: string; readonly project: string; readonly updates: readonly InterruptedUpdate[] }): Promise<ReadonlyMap<string, readonly Overwritten[]>>;
  /**
   * Looks for items that earlier creates may have made. `taken`: ids of items that are known for what another create made; where nothing but
   * the name tells, none of them is found or a candidate.
   */
  find(type: string, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult>;
  /** Those of these ids that our own account made. Not given, or undefined: the endpoint does not tell who made an item of that type. */
  ownItems?(query: { readonly type: string; readonly project: string; readonly ids: readonly string[] }): Promise<ReadonlySet<string> | undefined>;
  /** One result per id, in order; `missing` counts as done for the caller. */
  remove(type: string, project: string, ids: readonly string[], stop?: Stop): Promise<readonly WriteResult[]>;

  /** Those of these ids whose deletion the endpoint proves (recycle bin, audit). Only where `deletionEvidence` is not "none". */
  deleted?(query: { readonly type: string; readonly project: string; readonly ids: readonly string[] }): Promise<ReadonlySet<string>>;

  /** Those of these ids that are there still, in another project, as another type, or hidden from the account: where `get` leaves them out, they were not deleted. */
  elsewhere?(query: { readonly type: string; readonly project: string; readonly ids: readonly string[] }): Promise<ReadonlySet<string>>;

  /** Everybody the endpoint knows, inactive people too. With `everything` each with every attribute that it tells, where that costs more. */
  people(how?: PeopleQuery): AsyncIterable<readonly PersonRecord[]>;
  /** People whose id, login, e-mail or shown name equals the text, ignoring case. Several: ambiguous. */
  findPeople(text: string): Promise<readonly PersonRecord[]>;

  /** What the endpoint tells of the licence our account works with. Not given, or undefined: it tells nothing. */
  licence?(): Promise<LicenceNote | undefined>;

  /** Not given: nothing to tell beyond `types`. */
  inspect?(query: { readonly type: string; readonly project: string; readonly filter?: string }): Promise<Inspection>;

  /** By id of the item: addresses it holds beside its fields, and that lead elsewhere. A call an item. Not given: there are none in this system. */
  remoteLinks?(query: { readonly type: string; readonly project: string; readonly ids: readonly string[] }): Promise<ReadonlyMap<string, readonly string[]>>;

  readonly comments?: CommentDoor;
  readonly attachments?: AttachmentDoor;

  /** Not given: it serves one iteration and is closed. */
  readonly keeping?: Keeping;

  /** Calls made so far, for the report. */
  calls(): number;
  /** Ends the session and its connections: nothing may be asked of it afterwards. */
  close(): Promise<void>;
}

/** What a connector is made from. Secrets are resolved already; they are registered with the log before this is made. */
export interface DataSourceSettings {
  readonly name: string;
  readonly system: string;
  readonly url: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** space, domain … as the system needs. */
  readonly scope: Readonly<Record<string, string>>;
  readonly sampleProject?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly network: NetworkSettings;
}

export interface NetworkSettings {
  /** Overrides HTTPS_PROXY / NO_PROXY; "none" switches them off. */
  readonly proxy?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly pfxFile?: string;
  readonly passphrase?: string;
  readonly timeoutSeconds?: number;
  /** Longest that waiting as told (Retry-After) may take in all before BusyError. */
  readonly maxWaitSeconds?: number;
  readonly concurrency?: number;
  readonly callsPerSecond?: number;
}
