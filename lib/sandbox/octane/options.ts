// The switches of the Octane sandbox: every behaviour the vendor's text leaves open has one name here and both (or all) behaviours in the code.
// The default is what the known clients of the vendor need, or else the harder case for a connector. Numbers in comments are sections of the sheet.

export interface OctaneOptions {
  /** 2.1: sign-in that still carries a valid cookie: a fresh session, 304, or 401. */
  readonly signInWithCookie: "renew" | "notModified" | "refuse";
  /** 2.1: reserved client types on the sign-in request; the vendor's CI client sends one always and is let through. */
  readonly signInClientTypes: "refuse" | "accept";
  /** 2.1: a new session cookie after that many answers (0: never), and how long the old one still works (null: as long as the session). */
  readonly rotateEvery: number;
  readonly rotateGraceSeconds: number | null;
  /** 2.2: minutes until a session ends idle, or at all. */
  readonly idleMinutes: number;
  readonly globalMinutes: number;
  /** 2.3. */
  readonly basicAuthentication: boolean;
  readonly apiKeysOnly: boolean;
  readonly bearerTokens: readonly string[];
  /** 3: what asks for the technical preview header, and how its lack is answered. */
  readonly previewExpansion: boolean;
  readonly previewAttachments: boolean;
  readonly previewHistory: boolean;
  readonly previewRefusal: 404 | 403 | 400;
  readonly maxRequestBytes: number;
  readonly etags: boolean;
  readonly compression: "gzip" | "none";
  /** 5.1: above that many matches `total_count` stays there and `exceeds_total_count` is true (null: never). */
  readonly countCap: number | null;
  /** 5.2: times with or without milliseconds. */
  readonly timePrecision: "seconds" | "milliseconds";
  /** 5.2: wire type of user-defined dates. */
  readonly udfDateType: "date_time" | "date";
  /** 5.2: ids of list values and phases; the older servers with numbers also count the values of a list from 1. */
  readonly listIds: "logicalName" | "number";
  /** 7.1: what comes without `fields`. */
  readonly defaultFields: "flagged" | "minimal";
  /** 7.2. */
  readonly defaultLimit: number;
  readonly maxLimit: number;
  /** 7.3: order without `order_by`, and whether ids sort as numbers. */
  readonly defaultOrder: "id" | "name";
  readonly idOrder: "number" | "text";
  /** 7.4: letter case in comparisons of texts; cross filters on people by id only. */
  readonly textMatch: "exact" | "ignoreCase";
  readonly userFilters: "any" | "idOnly";
  /** 8: entities in one write (null: no limit), and DELETE or PUT without a filter. */
  readonly maxBulk: number | null;
  readonly writeWithoutFilter: "refuse" | "allow";
  /** 9.3: `index` in an error although one entity was sent, or although one failed. */
  readonly indexInErrors: "always" | "whenMany";
  /** 11. */
  readonly lockMismatchStatus: 500 | 409;
  /** 11: a PUT that changes nothing still counts as a change. */
  readonly touchOnNoChange: boolean;
  /** 12: spelling of the features in entity metadata. */
  readonly metadataDialect: "current" | "old";
  /** 13: a phase that no transition leads to. */
  readonly phaseTransitions: "free" | "strict";
  readonly strictPhaseStatus: 409 | 400;
  /** 13: transitions without a source lead into the start phases. */
  readonly startTransitions: boolean;
  /** 13: fields a phase demands, as a workspace's rule would: {"phase.defect.closed": ["fixed_in_build"]}. */
  readonly requiredInPhase: Readonly<Record<string, readonly string[]>>;
  /** 6: the server fills closed_on and fixed_on by phase. */
  readonly phaseDates: boolean;
  /** 14. */
  readonly sprintOverlap: "allow" | "refuse";
  readonly moveSprintsWithRelease: boolean;
  readonly releaseDelete: "cascade" | "refuse";
  readonly sprintOfOtherRelease: "allow" | "refuse";
  /** 8: what happens to the children of a deleted backlog item. */
  readonly parentDelete: "cascade" | "lift" | "refuse";
  /** 15: may a caller name another author. */
  readonly authorOnCreate: "settable" | "ignored" | "refuse";
  /** 17. */
  readonly maxAttachmentBytes: number | null;
  readonly attachmentExtensions: readonly string[] | null;
  readonly checkAttachmentContent: boolean;
  /** 18: a memo that is no whole document; scripts and event handlers in memos. */
  readonly memoFragments: "keep" | "wrap";
  readonly memoScripts: "strip" | "keep";
  readonly maxMemoLength: number | null;
  /** 18: does the item's `last_modified` grow with these. */
  readonly touchOnComment: boolean;
  readonly touchOnAttachment: boolean;
  readonly touchOnLink: boolean;
  readonly touchOnChild: boolean;
  /** 9.1: requests a minute before 429 (null: no limit). */
  readonly requestsPerMinute: number | null;
  /** 19: results reachable in audits and history. */
  readonly historyReach: number;
  readonly version: string;
}

const EXTENSIONS = "txt log csv json xml html htm md pdf png jpg jpeg gif bmp svg zip gz 7z tar doc docx xls xlsx ppt pptx odt ods rtf msg eml mp4 har feature yaml yml bin".split(" ");

export const DEFAULTS: OctaneOptions = {
  signInWithCookie: "renew",
  signInClientTypes: "refuse",
  rotateEvery: 20,
  rotateGraceSeconds: null,
  idleMinutes: 180,
  globalMinutes: 1440,
  basicAuthentication: false,
  apiKeysOnly: false,
  bearerTokens: [],
  previewExpansion: false,
  previewAttachments: false,
  previewHistory: true,
  previewRefusal: 404,
  maxRequestBytes: 100 * 1024 * 1024,
  etags: false,
  compression: "gzip",
  countCap: null,
  timePrecision: "seconds",
  udfDateType: "date_time",
  listIds: "logicalName",
  defaultFields: "flagged",
  defaultLimit: 1000,
  maxLimit: 5000,
  defaultOrder: "id",
  idOrder: "number",
  textMatch: "exact",
  userFilters: "any",
  maxBulk: null,
  writeWithoutFilter: "refuse",
  indexInErrors: "always",
  lockMismatchStatus: 500,
  touchOnNoChange: false,
  metadataDialect: "current",
  phaseTransitions: "free",
  strictPhaseStatus: 409,
  startTransitions: true,
  requiredInPhase: {},
  phaseDates: false,
  sprintOverlap: "allow",
  moveSprintsWithRelease: false,
  releaseDelete: "cascade",
  sprintOfOtherRelease: "allow",
  parentDelete: "cascade",
  authorOnCreate: "settable",
  maxAttachmentBytes: null,
  attachmentExtensions: EXTENSIONS,
  checkAttachmentContent: false,
  memoFragments: "keep",
  memoScripts: "strip",
  maxMemoLength: null,
  touchOnComment: false,
  touchOnAttachment: false,
  touchOnLink: false,
  touchOnChild: false,
  requestsPerMinute: null,
  historyReach: 10_000,
  version: "16.1.100",
};

/** Unknown switches are refused: a mistyped one would silently test the default. */
export const readOptions = (given: Readonly<Record<string, unknown>> = {}): OctaneOptions => {
  const unknown = Object.keys(given).filter((name) => !(name in DEFAULTS));
  if (unknown.length > 0) throw new Error(`sandbox octane: unknown option ${unknown.join(", ")}; known: ${Object.keys(DEFAULTS).join(", ")}`);
  return { ...DEFAULTS, ...given };
};
