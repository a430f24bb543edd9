// The switches of the imitation: one name per behaviour that the vendor's document leaves open, or that a test wants to provoke.
// An unknown name is refused, so that a misspelt switch cannot pass for a tested one.

import type { ProcessName, Value } from "./model.ts";

/** A field that every project of the sandbox gets beside the stock ones. */
export interface CustomFieldOption {
  readonly referenceName: string;
  readonly name?: string;
  readonly type?: string;
  readonly types?: readonly string[];
  readonly required?: boolean;
  readonly default?: Value;
  readonly allowed?: readonly Value[];
  readonly suggested?: boolean;
}

/** After `delayAt` calls in the window answers carry Retry-After, after `blockAt` they are 429. */
interface Throttle {
  readonly windowSeconds: number;
  readonly delayAt: number;
  readonly blockAt: number;
  readonly retryAfterSeconds: number;
}

const defaults = {
  // the place
  flavour: "services" as "services" | "server",
  collection: "tandem",
  /** Server: "tfs" gives /tfs/tandem. */
  virtualDir: "",
  /** Server: 2019, 2019.1, 2020, 2022, 2022.1. */
  serverVersion: "2022.1",
  process: "Scrum" as ProcessName,
  /** Identities and Graph under /vssps/tandem, as ResourceAreas says; the collection answers them too unless this is off. */
  identitiesAtCollection: true,
  // who signs in
  pat: "ado-pat",
  expiredPat: false,
  patAsBearer: true,
  /** What an unusable token gets: the three outcomes seen in the wild; "mixed" gives 401 to PATCH and to bearer tokens, 203 to the rest. */
  badToken: "203" as "203" | "302" | "401" | "mixed",
  /** Sign-in pages are not sent to who asks for none; the Node client asks, and yet pages have been seen there. */
  suppressHonoured: true,
  scopes: ["work", "project", "identity", "graph"] as readonly string[],
  /** Where a scope is missing. */
  missingScope: 401 as number,
  bypassPermission: true,
  bypassRefusal: 403 as number,
  /** Where rules are bypassed, what they fill in (defaults, a first state, its reason and dates) is filled in all the same. */
  bypassFills: true,
  destroyPermission: true,
  createTags: true,
  /** Items in these areas are not there for the sync user. */
  hiddenAreas: [] as readonly string[],
  /** Items in these areas cannot be written by the sync user. */
  readOnlyAreas: [] as readonly string[],
  areaRefusal: 403 as number,
  /** Areas and iterations may be made, changed and removed; without it the refusal has the status of `areaRefusal`. */
  nodePermission: true,
  collectionStopped: false,
  throttle: null as Throttle | null,
  userZone: "UTC",
  /** Server: messages are not in English. */
  localised: false,
  // reading
  projectsPage: 100,
  graphPage: 500,
  fieldsWithLinks: false,
  expandFieldsShowsAll: true,
  foreignProjectIs404: true,
  /** Whether the addresses of linked items name their project. */
  relationUrls: "project" as "project" | "collection",
  relationOrder: "newestFirst" as "newestFirst" | "insertion",
  identities: "object" as "object" | "string",
  multilineFieldsFormat: true,
  updatesPage: 200,
  // rules
  transitions: "any" as "any" | "process",
  createInState: "initial" as "initial" | "any",
  customFields: [] as readonly CustomFieldOption[],
  /** By type: always required, and required in a state. */
  requiredFields: {} as Readonly<Record<string, readonly string[]>>,
  stateRequiredFields: {} as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  readOnlyFields: {} as Readonly<Record<string, readonly string[]>>,
  disabledTypes: [] as readonly string[],
  displayNamesInPatch: false,
  /** A field that exists but is not on the type. */
  foreignFields: "refused" as "refused" | "stored",
  emptyPatchMovesRev: false,
  conflictStatus: 412 as number,
  /** So many updates meet another writer: 409 without a test of the revision. */
  writeConflicts: 0,
  markdown: true,
  markdownBackToHtml: false,
  tagOrder: "sorted" as "sorted" | "insertion",
  maxTags: 100,
  maxLinks: 1000,
  maxRevisions: 10000,
  textLimit: 1048576,
  batchLimit: 200,
  /** Bytes of a body that is no file; 0 sets no limit. */
  bodyLimit: 0,
  duplicateLinkStatus: 400 as number,
  deletedLinkStatus: 400 as number,
  createStatus: 200 as number,
  // what moves the revision
  linkMovesRev: false,
  /** Links made by persons in the web interface alone. */
  webLinksMoveRev: false,
  commentMovesRev: true,
  commentEditMovesRev: false,
  commentDeleteMovesRev: false,
  deleteMovesRev: true,
  nodeRenameMovesRev: false,
  // feeds
  reportPage: 200,
  linksPage: 200,
  /** Changes by persons become visible to feeds so much later, behind what was written meanwhile. */
  lateCommitSeconds: 0,
  linkFeedDetails: true,
  deletedInFeed: "marked" as "marked" | "plain",
  // comments
  commentOrder: "desc" as "asc" | "desc",
  maxComments: 1000,
  commentPage: 200,
  // recycle bin and nodes
  deleteStatus: 200 as number,
  movesAllowed: true,
  nodeSegment: "",
  oneDateRefused: false,
  unknownStructureGroup: 404 as number,
  maxNodeDepth: 14,
  maxNodes: 10000,
  // wiql
  queryLimit: 20000,
  topAvoidsLimit: false,
  shuffleWithoutOrder: false,
  // attachments
  attachmentLimit: 62914560,
  attachmentLimitStatus: 400 as number,
  maxAttachments: 100,
};

export type AdoOptions = Readonly<typeof defaults>;

const perServer: Partial<AdoOptions> = { attachmentLimit: 4194304, transitions: "process", badToken: "401", multilineFieldsFormat: false, markdown: false, maxLinks: Number.MAX_SAFE_INTEGER, maxRevisions: Number.MAX_SAFE_INTEGER, identitiesAtCollection: true };

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  flavour: ["services", "server"], process: ["Scrum", "Agile", "Basic", "CMMI"], badToken: ["203", "302", "401", "mixed"], relationUrls: ["project", "collection"], relationOrder: ["newestFirst", "insertion"], identities: ["object", "string"], transitions: ["any", "process"],
  createInState: ["initial", "any"], tagOrder: ["sorted", "insertion"], deletedInFeed: ["marked", "plain"], foreignFields: ["refused", "stored"], commentOrder: ["asc", "desc"], serverVersion: ["2019", "2019.1", "2020", "2022", "2022.1"],
};

const fits = (name: string, wanted: unknown, given: unknown): boolean => {
  if (name === "throttle") return given === null || typeof given === "object";
  if (Array.isArray(wanted)) return Array.isArray(given);
  const choices = CHOICES[name];
  return choices === undefined ? typeof wanted === typeof given : choices.includes(String(given));
};

export const readOptions = (given: Readonly<Record<string, unknown>> = {}): AdoOptions => {
  const own = { ...defaults, ...(given["flavour"] === "server" ? perServer : {}) };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) throw new Error(`The sandbox Azure DevOps has no option "${name}". It knows: ${Object.keys(defaults).sort().join(", ")}.`);
    if (!fits(name, defaults[name as keyof typeof defaults], value)) throw new Error(`The option "${name}" of the sandbox Azure DevOps cannot be ${JSON.stringify(value)}.`);
    Object.assign(own, { [name]: value });
  }
  return own;
};

/** The highest API version of each on-premises product; null is the cloud. */
const PRODUCTS: Readonly<Record<string, string>> = { "2019": "5.0", "2019.1": "5.1", "2020": "6.0", "2022": "7.0", "2022.1": "7.1" };

export interface Product {
  readonly released: string;
  readonly max: string;
}

export const productOf = (options: AdoOptions): Product => {
  const server = PRODUCTS[options.serverVersion] ?? "7.1";
  return options.flavour === "services" ? { released: "7.1", max: "7.2" } : { released: server, max: server };
};
