// The switches of the ALM/QC sandbox: every behaviour the sheet leaves open, or that differs between versions, has one name here and all its behaviours in the code.
// The default is what known clients need, or else the harder case for a connector. Numbers in comments are sections of the sheet.

import { zoneIsKnown } from "./time.ts";

export interface AlmQcOptions {
  /** 2.1: answer to alm-authenticate. */
  readonly signInStatus: 200 | 201;
  /** 2.1: the two older ways with Basic. */
  readonly basicSignIn: boolean;
  /** 2.1: RESTAPI_ACCESS_APIKEY_ONLY, and the client types then allowed (null: all). */
  readonly apiKeysOnly: boolean;
  readonly clientTypes: readonly string[] | null;
  /** 2.1: sessions open at once (null: no limit; REST needs no licence, some sites count all the same). */
  readonly licences: number | null;
  /** 10: failed sign-ins in a row until a user is locked out (null: never). */
  readonly lockOutAfter: number | null;
  /** 2.2: before 16.0 there was no such header. */
  readonly xsrf: boolean;
  /** 2.3: minutes a QCSession and an LWSSO token live idle. */
  readonly sessionMinutes: number;
  readonly lwssoMinutes: number;
  /** 2.2: a fresh LWSSO cookie after so many answers (0: never), and how long the former one still works (null: as long as the newest). */
  readonly rotateEvery: number;
  readonly rotateGraceSeconds: number | null;
  /** 2.3: a call with LWSSO but no QCSession at all. */
  readonly withoutSession: "refuse" | "open";
  /** 2.3: GET logout is off since 24.1; calls with the cookies of a session that was logged out. */
  readonly getLogout: boolean;
  readonly afterLogout: 401 | 500;
  /** 1: internal figure. */
  readonly version: string;
  /** 17: zone of the server's clock. */
  readonly timeZone: string;
  /** 4.3. */
  readonly emptyJson: "object" | "null" | "text";
  readonly jsonReferenceValue: boolean;
  /** 4.3: order of fields in answers. */
  readonly fieldOrder: "hash" | "schema";
  /** 4.3: ChildrenCount (not in 11.5x), and EntityStatus on answers to a write (26.1). */
  readonly childrenCount: boolean;
  readonly writeStatus: boolean;
  /** 4.3: name, parents, types; anything else is an opaque 500. */
  readonly writeOrder: "any" | "strict";
  /** 7.1. */
  readonly idAlways: boolean;
  /** 7.2. */
  readonly pageSize: number;
  readonly maxPageSize: number;
  readonly overMax: "cap" | "refuse";
  /** 7.4. */
  readonly invalidFilterStatus: 400 | 404;
  readonly textMatch: "ignoreCase" | "exact";
  readonly emptyFilter: "refuse" | "match";
  readonly quoteEscape: "none" | "backslash" | "double";
  /** 7.4: `;` and brackets inside quotes. */
  readonly structureInQuotes: "text" | "refuse";
  readonly wordOperators: boolean;
  /** 7.4: bytes of path and query; above, the web container refuses. */
  readonly maxTargetBytes: number;
  /** 8: what the desktop client would fill in. */
  readonly serverDefaults: boolean;
  /** 8: fields a project made required, and fields the metadata does not call required: {"defect": ["user-01"]}. */
  readonly required: Readonly<Record<string, readonly string[]>>;
  readonly hiddenRequired: Readonly<Record<string, readonly string[]>>;
  /** 8: workflow scripts bypassed, or the rules of defect status enforced. */
  readonly transitions: "free" | "strict";
  /** 8: server-owned fields in a write. */
  readonly readOnlyWrite: "refuse" | "ignore";
  /** 9. */
  readonly maxBulk: number;
  readonly bulkJson: "flat" | "named";
  readonly bulkPartialStatus: 409 | 500;
  readonly bulkOrder: "request" | "failedLast";
  /** Limits: bytes of a body outside of attachments (null: none), and below /v2. */
  readonly maxBodyBytes: number | null;
  readonly maxV2BodyBytes: number;
  /** 6: more fields of a project, as in fieldLines.ts: {"defect": ["user-10|Team|String 80|h"]}. */
  readonly moreFields: Readonly<Record<string, readonly string[]>>;
  /** 10: each n-th reading call fails once; each n-th write is done and fails all the same (0: never). */
  readonly readHiccupEvery: number;
  readonly writeHiccupEvery: number;
  /** 7.1: fields that a list leaves out unless it is asked for them: {"defect": ["dev-comments"]}. */
  readonly unlessAsked: Readonly<Record<string, readonly string[]>>;
  /** 11: facts of a field that newer versions add. */
  readonly newFieldFacts: boolean;
  /** 1: items of lists are edited below /v2 alone, or at Core too; and do rows follow a new name. */
  readonly listItemWrites: "v2" | "core";
  readonly listItemRename: "keep" | "follow";
  /** 12. */
  readonly siblingNames: "unique" | "any";
  readonly requirementDelete: "cascade" | "lift" | "refuse";
  /** 13. */
  readonly shrinkRelease: "refuse" | "allow";
  readonly cycleSetsRelease: boolean;
  readonly releaseDelete: "clear" | "keep" | "refuse";
  /** 14: the same two ends a second time, as link, trace or coverage; and other ends for one that is there. */
  readonly sameEnds: "refuse" | "allow";
  readonly moveEnds: "refuse" | "allow";
  /** 16. */
  readonly maxAttachmentBytes: number | null;
  readonly blockedExtensions: readonly string[];
  /** 17: does a row's `last-modified` grow with these. */
  readonly touchOnAttachment: boolean;
  readonly touchOnLink: boolean;
  readonly touchOnChild: boolean;
  readonly touchOnNoChange: boolean;
  /** 17. */
  readonly memoFormat: "reformat" | "keep";
  readonly sanitize: boolean;
  /** 15: comments as the desktop client writes them, or as in the vendor's example data. */
  readonly commentStyle: "client" | "example";
  /** 18: spelling of users in JSON; and of mail and phone everywhere. */
  readonly usersJson: "upper" | "lower";
  readonly userMail: "lower" | "upper";
  /** 20. */
  readonly auditCreations: boolean;
  readonly auditParentType: "entity" | "table";
  /** 21: requirements and tests under version control, and a PUT without check-out. */
  readonly versionControl: boolean;
  readonly putWithoutCheckOut: "refuse" | "allow";
  readonly putWithoutCheckOutStatus: 403 | 409 | 500;
  /** 21: a stale `ver-stamp` in a body was ignored on the one server that was watched. */
  readonly staleStamp: "ignore" | "refuse";
  /** How a favorite shows its filter: in a query's words, in those of the desktop client, or in a query's words among its layout (section 19 settles neither). */
  readonly favoriteFilter: "query" | "desktop" | "layout";
}

export const DEFAULTS: AlmQcOptions = {
  signInStatus: 200,
  basicSignIn: true,
  apiKeysOnly: false,
  clientTypes: null,
  licences: null,
  lockOutAfter: null,
  xsrf: true,
  sessionMinutes: 60,
  lwssoMinutes: 60,
  rotateEvery: 20,
  rotateGraceSeconds: null,
  withoutSession: "refuse",
  getLogout: false,
  afterLogout: 401,
  version: "20.0.0",
  timeZone: "America/New_York",
  emptyJson: "object",
  jsonReferenceValue: true,
  fieldOrder: "hash",
  childrenCount: true,
  writeStatus: true,
  writeOrder: "any",
  idAlways: true,
  pageSize: 100,
  maxPageSize: 2000,
  overMax: "cap",
  invalidFilterStatus: 400,
  textMatch: "ignoreCase",
  emptyFilter: "refuse",
  quoteEscape: "none",
  structureInQuotes: "text",
  wordOperators: true,
  maxTargetBytes: 8192,
  serverDefaults: false,
  required: {},
  hiddenRequired: {},
  transitions: "free",
  readOnlyWrite: "refuse",
  maxBulk: 2000,
  bulkJson: "flat",
  bulkPartialStatus: 409,
  bulkOrder: "request",
  maxBodyBytes: null,
  maxV2BodyBytes: 10_240_000,
  moreFields: {},
  readHiccupEvery: 0,
  writeHiccupEvery: 0,
  unlessAsked: {},
  newFieldFacts: true,
  listItemWrites: "v2",
  listItemRename: "keep",
  siblingNames: "unique",
  requirementDelete: "cascade",
  shrinkRelease: "refuse",
  cycleSetsRelease: false,
  releaseDelete: "clear",
  sameEnds: "refuse",
  moveEnds: "refuse",
  maxAttachmentBytes: null,
  blockedExtensions: ["exe", "bat", "cmd", "com", "vbs"],
  touchOnAttachment: true,
  touchOnLink: true,
  touchOnChild: false,
  touchOnNoChange: true,
  memoFormat: "reformat",
  sanitize: true,
  commentStyle: "client",
  usersJson: "upper",
  userMail: "lower",
  auditCreations: false,
  auditParentType: "entity",
  versionControl: false,
  putWithoutCheckOut: "refuse",
  putWithoutCheckOutStatus: 403,
  staleStamp: "ignore",
  favoriteFilter: "query",
};

/** Unknown switches are refused: a mistyped one would silently test the default. */
export const readOptions = (given: Readonly<Record<string, unknown>> = {}): AlmQcOptions => {
  const unknown = Object.keys(given).filter((name) => !(name in DEFAULTS));
  if (unknown.length > 0) throw new Error(`sandbox almQc: unknown option ${unknown.join(", ")}; known: ${Object.keys(DEFAULTS).join(", ")}`);
  const options = { ...DEFAULTS, ...given };
  if (!zoneIsKnown(options.timeZone)) throw new Error(`sandbox almQc: timeZone: there is no zone called ${String(options.timeZone)}`);
  return options;
};
