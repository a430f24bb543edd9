// The switches of the imitation: one name per behaviour that the vendor's document leaves open, or that a test wants to provoke.
// An unknown name is refused, so that a misspelt switch cannot pass for a tested one.

import type { Flavour } from "./model.ts";
import { isZone } from "./time.ts";

interface RateLimits {
  /** Cloud: requests a second per endpoint and method, by method. */
  readonly burst?: Readonly<Record<string, number>>;
  /** Cloud: 20 writes in 2 s and 100 in 30 s on one issue. */
  readonly perIssueWrites?: boolean;
  /** Cloud: points an hour. */
  readonly quota?: number;
  readonly quotaReason?: "jira-quota-global-based" | "jira-quota-tenant-based";
  /** Data Center: bucket per user (and node). */
  readonly bucket?: { readonly capacity: number; readonly fillRate: number; readonly intervalSeconds: number };
}

const defaults = {
  // who signs in, and where they live
  zone: "Europe/Berlin",
  siteZone: "America/New_York",
  locale: "en_US",
  token: "jira-token",
  password: "jira-pass",
  pat: "jira-pat",
  expiredToken: false,
  /** The token works through the gateway only; at the site it is refused (Cloud). */
  scopedToken: false,
  contextPath: "",
  baseUrl: "",
  cloudId: "11223344-a1b2-3b33-c444-def123456789",
  serverTitle: "Jira",
  version: "10.3.19",
  deploymentType: "Server",
  /** Refused credentials give the anonymous view where an operation allows anonymous callers (Cloud). */
  anonymousFallback: true,
  basicAuth: true,
  sessionAuth: true,
  captchaAfter: 3,
  captchaStatus: 403,
  htmlErrors: false,
  /** Browser-like user agents and foreign origins are taken for forged requests. */
  xsrfCheck: true,
  remoteLinkDeleteNeedsContentType: true,
  nodes: 1,
  nodeLagSeconds: 5,
  rateLimits: null as RateLimits | null,
  deniedPermissions: [] as readonly string[],
  admin: true,
  /** "mixed" follows each person's own setting. */
  emails: "mixed" as "mixed" | "visible" | "hidden",
  // search
  searchDefault: "id" as "id" | "key",
  searchCursor: "keyset" as "keyset" | "snapshot" | "offset",
  shortPages: false,
  repeatToken: false,
  searchMax: 1000,
  epochMillis: true,
  combinedDurations: false,
  unknownKeyFails: true,
  indexedProperties: [] as readonly string[],
  nullExtras: false,
  // fields and screens
  requiredFields: {} as Readonly<Record<string, readonly string[]>>,
  /** What an issue that the caller may not see is answered with: as one that is gone, or refused (releases of Data Center). */
  hiddenIssues: 404 as 404 | 403,
  hiddenFields: [] as readonly string[],
  duplicateFieldName: false,
  closedIssuesEditable: true,
  cloudEpicLink: "mirror" as "mirror" | "absent",
  oldCreatemeta: true,
  normaliseAdf: true,
  textLimit: 32767,
  adfLength: "text" as "text" | "json",
  uploadLimit: 10485760,
  tooLargeStatus: 413,
  notifyUsersStatus: 403,
  // transitions
  /** Further demanded fields, by transition id. */
  requiredTransitionFields: {} as Readonly<Record<string, readonly string[]>>,
  transitionConflicts: 0,
  wrongTransitionStatus: 400,
  transitionComment: "dropped" as "dropped" | "kept",
  // what moves "updated"
  secondPrecision: false,
  commentEditMovesUpdated: true,
  commentDeleteMovesUpdated: true,
  attachmentMovesUpdated: true,
  worklogMovesUpdated: true,
  remoteLinkMovesUpdated: true,
  rankMovesUpdated: true,
  propertyMovesUpdated: false,
  voteMovesUpdated: false,
  renameMovesUpdated: false,
  // history, comments, links
  shuffleHistories: false,
  changelogExpand: "newest100" as "newest100" | "all",
  visibilityKeptOnUpdate: false,
  commentPage: 0,
  remoteLinkByGlobalId: "object" as "object" | "list",
  linkDeleteStatus: 204,
  attachmentIdAsNumber: true,
  attachmentRedirect: "otherHost" as "otherHost" | "sameHost",
  attachmentRedirectStatus: 303,
  attachmentLoginPage: false,
  archivedReadable: true,
  worklogFeedDelaySeconds: 60,
  // agile
  sprintNameLimit: 30,
  parallelSprints: false,
  closedSprintEditable: false,
  filterDelaySeconds: 0,
};

export type JiraOptions = Readonly<typeof defaults>;

const perFlavour: Readonly<Record<Flavour, Partial<JiraOptions>>> = {
  cloud: { searchMax: 100, transitionComment: "kept", closedSprintEditable: true, commentPage: 100, version: "1001.0.0-SNAPSHOT", deploymentType: "Cloud" },
  dc: { secondPrecision: true, oldCreatemeta: false, changelogExpand: "all", commentPage: 50, attachmentIdAsNumber: false },
};

const sameShape = (name: string, wanted: unknown, given: unknown): boolean => {
  if (name === "rateLimits") return given === null || typeof given === "object";
  if (Array.isArray(wanted)) return Array.isArray(given);
  return typeof wanted === typeof given;
};

export const readOptions = (flavour: Flavour, given: Readonly<Record<string, unknown>> = {}): JiraOptions => {
  const own = { ...defaults, ...perFlavour[flavour] };
  if (flavour === "dc" && typeof given["version"] === "string" && Number.parseInt(given["version"], 10) >= 11) Object.assign(own, { basicAuth: false, sessionAuth: false });
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaults)) throw new Error(`The sandbox Jira has no option "${name}". It knows: ${Object.keys(defaults).sort().join(", ")}.`);
    if (!sameShape(name, defaults[name as keyof typeof defaults], value)) throw new Error(`The option "${name}" of the sandbox Jira cannot be ${JSON.stringify(value)}.`);
    if (/zone$/i.test(name) && !isZone(String(value))) throw new Error(`The sandbox Jira does not know the time zone "${String(value)}". Use an IANA name such as Europe/Berlin.`);
    Object.assign(own, { [name]: value });
  }
  return own;
};

/** The documented limits, for `rateLimits`. */
export const documentedLimits: RateLimits = { burst: { GET: 100, POST: 100, PUT: 50, DELETE: 50 }, perIssueWrites: true, quota: 65_000 };
