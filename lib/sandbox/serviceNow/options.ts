// The switches of the ServiceNow sandbox: every behaviour the vendor's text leaves open has one name here and both (or all) behaviours in the code.
// A row "sandbox.NAME" in sys_properties goes before what the server was started with. Numbers in comments are sections of the sheet.

export interface ServiceNowOptions {
  /** Time zone of the user "sync"; §4: give the integration user UTC. */
  readonly zone: string;
  /** Address of the instance in links, where Host and X-Forwarded-Proto do not say it. */
  readonly publicUrl: string;
  /** 1: a list without match is 404 where the address says v1. */
  readonly emptyListInV1: 404 | 200;
  /** 1: a request without Accept. */
  readonly missingAccept: "json" | "refuse";
  /** 2: newer releases can refuse Basic for users who may also sign in by browser. */
  readonly basicAuthentication: "accept" | "webServiceUsersOnly" | "refuse";
  readonly apiKeys: Readonly<Record<string, string>>;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** 2: claims alone, or also an HS256 signature made with the client secret. */
  readonly jwtCheck: "claims" | "signature";
  /** 2.1: cookies on every answer to a call without them; above that many calls per second in one session the answer is 202 without body (null: never). */
  readonly cookies: boolean;
  readonly sessionQueue: number | null;
  /** 2.2: every answer is the page of a hibernating instance. */
  readonly sleeping: boolean;
  /** 3: whether the total counts rows that access rules hide. */
  readonly countHidden: boolean;
  /** 3: does sysparm_suppress_auto_sys_field work by REST. */
  readonly suppressAutoSysField: "honour" | "ignore";
  /** 3: rows with equal sort keys come in another order at each call, as without a unique last key. */
  readonly tieOrder: "stable" | "shifting";
  /** 4: a caret inside a value. */
  readonly caretEscape: "double" | "none";
  /** 4: unknown fields and operators: the condition vanishes, nothing is found, or 403. The property glide.invalid_query.returns_no_rows goes before "drop". */
  readonly invalidQuery: "drop" | "noRows" | "forbid";
  readonly scriptsInQueries: "run" | "block";
  /** 4: does != (and NOT IN, NOT LIKE) find empty values. */
  readonly notEqualsFindsEmpty: "booleans" | "all";
  /** 4: does = on a reference also take what the reference shows. */
  readonly referenceEquals: "display" | "idOnly";
  /** 5: fields the caller may not read, and references to what he may not read. */
  readonly unreadableFields: "omit" | "empty";
  readonly unreadableReference: "valueOnly" | "display";
  /** A table none of whose rows may be read: an empty list with a total, or 403. */
  readonly unreadableTable: "empty" | "forbid";
  /** 6: a reference given by its display value without sysparm_input_display_value. */
  readonly referenceByDisplay: "accept" | "drop";
  readonly nullValue: "empty" | "ignore";
  readonly badDate: "empty" | "ignore";
  /** 6: "" for a choice that has a default. */
  readonly clearChoiceWithDefault: "default" | "clear";
  /** 6: sys_id in a creating POST, and the answer to one that is taken. */
  readonly suppliedSysId: "accept" | "ignore";
  readonly duplicateSysIdStatus: 403 | 400 | 409 | 500;
  /** 6: the dictionary's own "mandatory" on insert. */
  readonly dictionaryMandatory: "ignore" | "enforce";
  readonly changeClass: "ignore" | "allow";
  /** 7: is the record touched by a comment, by an attachment. */
  readonly journalTouches: boolean;
  readonly attachmentTouches: boolean;
  /** 9: items served before the transaction quota strikes (null: all). */
  readonly batchQuota: number | null;
  readonly maxBatchItemBytes: number;
  /** 9: the order in which a batch is carried out and answered is not promised. */
  readonly batchOrder: "sent" | "reversed";
  /** 10: newer releases tell a hash; of which kind is not said. */
  readonly attachmentHash: boolean;
  readonly hashKind: "sha256" | "md5";
  /** 10: does the table of an image inside rich text keep its prefix. */
  readonly hiddenImages: "prefix" | "plain";
  /** 11. */
  readonly insertMultiple: "async" | "sync";
  /** 12: choices of a subclass replace those of its parent, or join them. */
  readonly choiceInheritance: "replace" | "merge";
  /** 12: GET /api/now/ui/meta. */
  readonly uiMeta: boolean;
  /** 12.1: how the agile tables extend task. */
  readonly agileChain: "planned" | "flat";
  /** 12.1: out of the box the states of a change request have an order. */
  readonly changeTransitions: "enforce" | "free";
  /** 13. */
  readonly wrongPathStatus: 400 | 404;
  /** 13: rows streamed before a running list is cancelled: 200 with both rows and an error (null: never), or broken JSON. */
  readonly streamQuota: number | null;
  readonly streamBreak: "errorKey" | "brokenJson";
  /** 14: longer addresses are answered with an HTML page. */
  readonly maxUrl: number;
}

export const DEFAULTS: ServiceNowOptions = {
  zone: "UTC",
  publicUrl: "",
  emptyListInV1: 404,
  missingAccept: "json",
  basicAuthentication: "accept",
  apiKeys: { tandem_api_key: "sync" },
  accessTokenSeconds: 1800,
  refreshTokenSeconds: 8_640_000,
  jwtCheck: "claims",
  cookies: true,
  sessionQueue: null,
  sleeping: false,
  countHidden: true,
  suppressAutoSysField: "honour",
  tieOrder: "stable",
  caretEscape: "double",
  invalidQuery: "drop",
  scriptsInQueries: "run",
  notEqualsFindsEmpty: "booleans",
  referenceEquals: "display",
  unreadableFields: "omit",
  unreadableReference: "valueOnly",
  unreadableTable: "empty",
  referenceByDisplay: "accept",
  nullValue: "empty",
  badDate: "empty",
  clearChoiceWithDefault: "default",
  suppliedSysId: "accept",
  duplicateSysIdStatus: 403,
  dictionaryMandatory: "ignore",
  changeClass: "ignore",
  journalTouches: true,
  attachmentTouches: false,
  batchQuota: null,
  maxBatchItemBytes: 5 * 1024 * 1024,
  batchOrder: "sent",
  attachmentHash: true,
  hashKind: "sha256",
  hiddenImages: "prefix",
  insertMultiple: "async",
  choiceInheritance: "replace",
  uiMeta: true,
  agileChain: "planned",
  changeTransitions: "enforce",
  wrongPathStatus: 400,
  streamQuota: null,
  streamBreak: "errorKey",
  maxUrl: 16_384,
};

const WORDS: Readonly<Partial<Record<keyof ServiceNowOptions, readonly unknown[]>>> = {
  emptyListInV1: [404, 200],
  missingAccept: ["json", "refuse"],
  basicAuthentication: ["accept", "webServiceUsersOnly", "refuse"],
  jwtCheck: ["claims", "signature"],
  suppressAutoSysField: ["honour", "ignore"],
  tieOrder: ["stable", "shifting"],
  caretEscape: ["double", "none"],
  invalidQuery: ["drop", "noRows", "forbid"],
  scriptsInQueries: ["run", "block"],
  notEqualsFindsEmpty: ["booleans", "all"],
  referenceEquals: ["display", "idOnly"],
  unreadableFields: ["omit", "empty"],
  unreadableReference: ["valueOnly", "display"],
  unreadableTable: ["empty", "forbid"],
  referenceByDisplay: ["accept", "drop"],
  nullValue: ["empty", "ignore"],
  badDate: ["empty", "ignore"],
  clearChoiceWithDefault: ["default", "clear"],
  suppliedSysId: ["accept", "ignore"],
  duplicateSysIdStatus: [403, 400, 409, 500],
  dictionaryMandatory: ["ignore", "enforce"],
  changeClass: ["ignore", "allow"],
  batchOrder: ["sent", "reversed"],
  hashKind: ["sha256", "md5"],
  hiddenImages: ["prefix", "plain"],
  insertMultiple: ["async", "sync"],
  choiceInheritance: ["replace", "merge"],
  agileChain: ["planned", "flat"],
  changeTransitions: ["enforce", "free"],
  wrongPathStatus: [400, 404],
  streamBreak: ["errorKey", "brokenJson"],
};

const NULLABLE: ReadonlySet<string> = new Set(["sessionQueue", "batchQuota", "streamQuota"]);

const fits = (name: keyof ServiceNowOptions, value: unknown): boolean => {
  const words = WORDS[name];
  if (words) return words.includes(value);
  if (NULLABLE.has(name)) return value === null || (typeof value === "number" && value >= 0);
  const standard = DEFAULTS[name];
  return typeof value === typeof standard && (typeof value !== "number" || value >= 0);
};

const checked = (name: string, value: unknown): void => {
  if (!Object.hasOwn(DEFAULTS, name)) throw new Error(`sandbox servicenow: there is no option ${name}; there are ${Object.keys(DEFAULTS).join(", ")}`);
  const words = WORDS[name as keyof ServiceNowOptions];
  if (!fits(name as keyof ServiceNowOptions, value)) throw new Error(`sandbox servicenow: ${name} cannot be ${JSON.stringify(value)}${words ? `; it is one of ${words.join(", ")}` : ""}`);
};

/** Throws an Error that names what is wrong. */
export const readOptions = (given: Readonly<Record<string, unknown>> = {}): ServiceNowOptions => {
  for (const [name, value] of Object.entries(given)) checked(name, value);
  return { ...DEFAULTS, ...given };
};

const meant = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // A word needs no quotes in a property.
  }
};

/** What rows "sandbox.NAME" of sys_properties say goes before the options; what makes no sense there is passed over, as the platform does. */
export const withProperties = (options: ServiceNowOptions, properties: ReadonlyMap<string, string>): ServiceNowOptions => {
  const changed: Record<string, unknown> = {};
  for (const [name, text] of properties) {
    const option = /^sandbox\.(\w+)$/.exec(name)?.[1];
    if (option !== undefined && Object.hasOwn(DEFAULTS, option) && fits(option as keyof ServiceNowOptions, meant(text))) changed[option] = meant(text);
  }
  return Object.keys(changed).length === 0 ? options : { ...options, ...changed };
};
