// One call: its address, its options in all the spellings that clients send, its version and its caller. Handlers see nothing of HTTP but this.

import { parseJson } from "../foreignJson.ts";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { AdoError, bad, noItem, noProject } from "./errors.ts";
import { isInAreas } from "./compute.ts";
import type { Item, Project, Team, User } from "./model.ts";
import type { View } from "./render.ts";
import { lowerFirst } from "./text.ts";
import { lastOf, findProject, findTeam, type World } from "./world.ts";

/** What lasts from call to call and is no content. */
export interface Runtime {
  failingEntries: readonly number[];
  readonly callTimes: number[];
  /** Answers, counted: for the ids of activities. */
  answered: number;
  patExpired: boolean;
  /** Updates that still meet another writer (switch writeConflicts). */
  conflicts: number;
}

export interface Version {
  readonly number: number;
  /** As it is stated in the answer. */
  readonly text: string;
  /** The preview's revision, where one was asked for. */
  readonly revision: number | null;
}

export interface Call {
  readonly world: World;
  readonly runtime: Runtime;
  readonly request: SandboxRequest;
  readonly user: User;
  readonly params: Readonly<Record<string, string>>;
  readonly version: Version;
  readonly view: View;
  /** Address of the collection. */
  readonly base: string;
  readonly origin: string;
}

export type Handler = (call: Call) => SandboxReply;
export type Handlers = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

export const ok = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): SandboxReply => ({ status, body, headers });
export const listed = (value: readonly unknown[], headers: Readonly<Record<string, string>> = {}): SandboxReply => ok({ count: value.length, value }, 200, headers);
export const nothing = (): SandboxReply => ({ status: 204 });

/** Names of options are not case-sensitive. */
export const option = (call: Call, name: string): string | null => {
  const { query } = call.request;
  const direct = query.get(name);
  if (direct !== null) return direct;
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return null;
};

/** What was asked, for the address of the next page: all but the version and what is named. */
export const optionsKept = (call: Call, ...dropped: readonly string[]): string => {
  const gone = new Set(["api-version", ...dropped].map((name) => name.toLowerCase()));
  return [...call.request.query].filter(([name]) => !gone.has(name.toLowerCase())).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join("");
};

export const flag = (call: Call, name: string): boolean => /^(true|1)$/i.test(option(call, name) ?? "");

export const numberOption = (call: Call, name: string, fallback: number): number => {
  const text = option(call, name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw bad("VssPropertyValidationException", `The value '${text}' is not valid for ${name}.`);
  return value;
};

export const listOption = (call: Call, name: string): readonly string[] | null => {
  const text = option(call, name);
  return text === null || text === "" ? null : text.split(",").map((part) => part.trim()).filter((part) => part !== "");
};

/** Enumerations travel as numbers or as names in any case (sheet §4.6). */
export const enumOf = <T extends string>(given: unknown, values: Readonly<Record<T, number>>, fallback: NoInfer<T>, name: string): T => {
  if (given === null || given === undefined || given === "") return fallback;
  const names = Object.keys(values) as unknown as readonly T[];
  const found = names.find((one) => one.toLowerCase() === String(given).toLowerCase() || values[one] === Number(given));
  if (found === undefined) throw bad("VssPropertyValidationException", `The value '${String(given)}' is not valid for ${name}.`);
  return found;
};

export const readTime = (text: string, name: string): number => {
  const at = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(at)) throw bad("VssPropertyValidationException", `The value '${text}' is not valid for ${name}.`);
  return at;
};

export const jsonBody = (call: Call): unknown => {
  const text = call.request.body.toString("utf8").replace(/^\ufeff/, "");
  if (text.trim() === "") return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw bad("VssPropertyValidationException", `The body of the request is no JSON: ${error.message}`);
  }
};

export const objectBody = (call: Call): Readonly<Record<string, unknown>> => {
  const body = jsonBody(call);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: body");
  return lowerFirst(body as Readonly<Record<string, unknown>>);
};

/** The objects of a list; what is no list has none. */
export const objectsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? (value as readonly unknown[]).filter((entry): entry is Readonly<Record<string, unknown>> => typeof entry === "object" && entry !== null && !Array.isArray(entry)) : []);

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The project in the address; undefined without one. */
export const projectIn = (call: Call): Project | undefined => {
  const name = call.params["project"];
  if (name === undefined || name === "") return undefined;
  const found = findProject(call.world, name);
  if (found === undefined) throw noProject(name);
  return found;
};

export const neededProject = (call: Call): Project => {
  const found = projectIn(call);
  if (found === undefined) throw new AdoError(400, "VssPropertyValidationException", "VS403356: The project is missing in the address of the request.");
  return found;
};

const noTeam = (name: string): AdoError => new AdoError(404, "TeamNotFoundException", `TF400852: The team with id '${name}' does not exist or you do not have permission to access it.`);

export const teamNamed = (call: Call, project: Project, name: string): Team => {
  const found = findTeam(call.world, project, name);
  if (found === undefined) throw noTeam(name);
  return found;
};

/** The team in the address, or the project's own. */
export const teamIn = (call: Call): Team => {
  const project = neededProject(call);
  const name = call.params["team"];
  if (name !== undefined && name !== "") return teamNamed(call, project, name);
  const standard = call.world.tables.teams.get(project.defaultTeamId);
  if (standard === undefined) throw noTeam("");
  return standard;
};

export const canSee = (call: Pick<Call, "world">, item: Item): boolean => item.deleted === null && !isInAreas(call.world, lastOf(item), call.world.options.hiddenAreas);

/** Deleted, destroyed, hidden, never there: all the same from outside (sheet §7). */
export const findItem = (call: Call, id: number): Item | undefined => {
  const item = call.world.tables.items.get(id);
  if (item === undefined || !canSee(call, item)) return undefined;
  const project = projectIn(call);
  if (project !== undefined && call.world.options.foreignProjectIs404 && lastOf(item).fields["System.TeamProject"] !== project.id) return undefined;
  return item;
};

export const itemIn = (call: Call, given: string | undefined): Item => {
  const id = Number(given);
  if (!Number.isInteger(id)) throw bad("VssPropertyValidationException", `The value '${given ?? ""}' is not valid for id.`);
  const item = findItem(call, id);
  if (item === undefined) throw noItem(id);
  return item;
};

export const checkWritable = (call: Call, item: Item): void => {
  const { options } = call.world;
  if (isInAreas(call.world, lastOf(item), options.readOnlyAreas)) throw new AdoError(options.areaRefusal, "WorkItemUnauthorizedAccessException", `TF237111: The current user does not have permissions to save work items under the specified area path.`);
};

/** Scopes of the token: what it may be used for (sheet §2). */
export const requireScope = (call: Pick<Call, "world">, scope: string): void => {
  const { options } = call.world;
  if (!options.scopes.includes(scope)) throw new AdoError(options.missingScope, "UnauthorizedRequestException", "TF400813: The user is not authorized to access this resource: the scope of the token does not allow it.");
};
