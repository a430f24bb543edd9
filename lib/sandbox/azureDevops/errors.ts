// The system's refusals: status, message and type, in the one body that nearly all of them share (sheet §19).

import type { SandboxReply } from "../imitation.ts";

export class AdoError extends Error {
  readonly status: number;
  readonly typeKey: string;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  readonly errorCode: number;

  constructor(status: number, typeKey: string, message: string, properties?: Readonly<Record<string, unknown>>, errorCode = 0) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
    this.properties = properties;
    this.errorCode = errorCode;
  }
}

/** An unknown route is answered in plain text, not in JSON. */
export class NoController extends Error {}

/** The wrong verb on a known route has a body of its own. */
export class WrongVerb extends Error {}

const WORK_ITEM_ASSEMBLY = "Microsoft.TeamFoundation.WorkItemTracking.Server";

const assemblyOf = (typeKey: string): string => {
  if (/^Vss|^Unauthorized|^AccessDenied|^RequestBlocked|^Argument/.test(typeKey)) return "Microsoft.VisualStudio.Services.Common";
  if (/^Project|^Team|^Host/.test(typeKey)) return "Microsoft.TeamFoundation.Core.WebApi";
  if (/^Identity|^Graph/.test(typeKey)) return "Microsoft.VisualStudio.Services.WebApi";
  return WORK_ITEM_ASSEMBLY;
};

export const errorBody = (error: AdoError): Readonly<Record<string, unknown>> => {
  const assembly = assemblyOf(error.typeKey);
  return {
    $id: "1",
    ...(error.properties === undefined ? {} : { customProperties: error.properties }),
    innerException: null,
    message: error.message,
    typeName: `${assembly}.${error.typeKey}, ${assembly}`,
    typeKey: error.typeKey,
    errorCode: error.errorCode,
    eventId: 3000 + (assembly === WORK_ITEM_ASSEMBLY ? 200 : 0),
  };
};

const JSON_TYPE = "application/json; charset=utf-8";

/** A Server speaks the caller's language: only the code before the colon is the same everywhere. */
export const localised = (error: unknown): unknown => {
  if (!(error instanceof AdoError)) return error;
  const code = /^(?:TF|VS)\d+: /.exec(error.message)?.[0] ?? "";
  return new AdoError(error.status, error.typeKey, `${code}Die Anforderung wurde nicht ausgeführt.`, error.properties, error.errorCode);
};

export const errorReply = (error: unknown, path: string, method: string): SandboxReply => {
  if (error instanceof NoController) return { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: `The controller for path '${path}' was not found or does not implement IController.` };
  if (error instanceof WrongVerb) return { status: 405, headers: { "Content-Type": JSON_TYPE }, body: { count: 1, value: { Message: `The requested resource does not support http method '${method}'.` } } };
  if (!(error instanceof AdoError)) throw error;
  // The header cannot carry line breaks or other letters, so the real one is URL-encoded too.
  return { status: error.status, headers: { "Content-Type": JSON_TYPE, "X-TFS-ServiceError": encodeURIComponent(error.message) }, body: errorBody(error) };
};

export const bad = (typeKey: string, message: string): AdoError => new AdoError(400, typeKey, message);
export const argument = (name: string, message: string): AdoError => new AdoError(400, "VssPropertyValidationException", `VS403666: ${message}\nParameter name: ${name}`);

export const noItem = (id: number | string): AdoError => new AdoError(404, "WorkItemUnauthorizedAccessException", `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`);
export const noProject = (name: string): AdoError =>
  new AdoError(404, "ProjectDoesNotExistWithNameException", `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`);
export const noField = (name: string): AdoError => bad("WorkItemTrackingFieldDefinitionNotFoundException", `TF51535: Cannot find field ${name}.`);
export const noType = (name: string, project: string): AdoError => new AdoError(404, "WorkItemTypeNotFoundException", `VS402323: Work item type ${name} does not exist in project ${project}, or you do not have permission to access it.`);

export interface RuleBreach {
  readonly ref: string;
  readonly name: string;
  /** Flag words, e.g. "required", "invalidEmpty". */
  readonly flags: readonly string[];
}

const FLAG_CODES: Readonly<Record<string, number>> = {
  required: 1, readOnly: 2, hasValues: 4, limitedToValues: 8, hasFormats: 16, limitedToFormats: 32, allowsOldValue: 64, setByRule: 128, invalidEmpty: 0x80000, invalidNotEmpty: 0x100000, invalidFormat: 0x200000, invalidListValue: 0x400000,
  invalidOldValue: 0x800000, invalidNotOldValue: 0x1000000, invalidTooLong: 0x2000000, invalidType: 0x4000000, invalidPath: 0x8000000,
};

/** All breaches in one answer; the message is the first one's (sheet §8.3). */
export const ruleError = (breaches: readonly RuleBreach[]): AdoError => {
  const entries = breaches.map(({ ref, name, flags }) => ({
    fieldReferenceName: ref,
    fieldStatusFlags: flags.join(", "),
    errorMessage: `TF401320: Rule Error for field ${name}. Error code: ${flags.map((flag) => flag.charAt(0).toUpperCase() + flag.slice(1)).join(", ")}.`,
    fieldStatusCode: flags.reduce((sum, flag) => sum + (FLAG_CODES[flag] ?? 0), 0),
    ruleValidationErrors: null,
  }));
  const message = entries[0]?.errorMessage ?? "TF401320: Rule Error.";
  return new AdoError(400, "RuleValidationException", message, { ErrorMessage: message, FieldReferenceName: entries[0]?.fieldReferenceName ?? null, RuleValidationErrors: entries }, 600171);
};

export const fieldError = (ref: string, message: string): AdoError => new AdoError(400, "WorkItemFieldInvalidException", message, { ReferenceName: ref }, 600171);
