// One request on its way through the imitation: who asks, in which form rich text travels, and readers for its parts.

import { parseJson } from "../foreignJson.ts";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import type { Issue, Project, User } from "./model.ts";
import { bad, forbidden, missing, refuse } from "./problem.ts";
import type { World } from "./world.ts";

/** What lives beside the content and dies with the server: sessions, counters, page snapshots. */
export interface Runtime {
  readonly sessions: Map<string, { readonly userId: string; readonly node: number }>;
  readonly failedLogins: Map<string, { count: number; last: number }>;
  readonly logins: Map<string, { count: number; previous: number }>;
  readonly buckets: Map<string, { tokens: number; at: number }>;
  readonly writes: Map<number, number[]>;
  readonly quota: { hour: number; used: number };
  readonly snapshots: Map<string, { readonly ids: readonly number[]; readonly at: number }>;
  readonly mediaTokens: Map<string, string>;
  readonly failingEntries: Set<number>;
  readonly searches: Map<string, { readonly revision: number; readonly issues: readonly Issue[] }>;
  requests: number;
  conflicts: number;
}

export interface Call {
  readonly world: World;
  readonly runtime: Runtime;
  readonly request: SandboxRequest;
  readonly method: string;
  /** 3: rich text is ADF; 2: wiki markup. The agile resources speak 2. */
  readonly api: 2 | 3;
  /** Scheme, host and context path. */
  readonly root: string;
  readonly user: User | null;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  /** Segments in braces are parameters. */
  readonly path: string;
  readonly only?: "cloud" | "dc";
  /** May be called without a login (the answer is the anonymous view). */
  readonly anonymous?: boolean;
  readonly run: (call: Call) => SandboxReply;
}

export const ok = (body: unknown): SandboxReply => ({ status: 200, body });
export const created = (body?: unknown): SandboxReply => (body === undefined ? { status: 201 } : { status: 201, body });
export const noContent = (): SandboxReply => ({ status: 204 });

export const platformBase = (call: Call): string => `${call.root}/rest/api/${call.api}`;
export const agileBase = (call: Call): string => `${call.root}/rest/agile/1.0`;

export const param = (call: Call, name: string): string => call.params[name] ?? "";

export const text = (call: Call, name: string): string | null => call.query.get(name);

/** Comma-joined and repeated parameters mean the same (sheet §3). */
export const list = (call: Call, name: string): readonly string[] => call.query.getAll(name).flatMap((value) => value.split(",")).map((value) => value.trim()).filter((value) => value !== "");

export const integer = (call: Call, name: string, usual: number): number => {
  const given = call.query.get(name);
  if (given === null || given === "") return usual;
  if (!/^-?\d+$/.test(given)) throw bad(`The value '${given}' of the parameter '${name}' is not a number.`);
  return Number(given);
};

/** Python writes True and False. */
export const flag = (call: Call, name: string, usual: boolean): boolean => {
  const given = call.query.get(name)?.toLowerCase();
  return given === undefined || given === "" ? usual : given === "true";
};

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects of a list; whatever else stands in it is passed over. */
export const objectsOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

export const anyJson = (call: Call): unknown => {
  const words = call.request.body.toString("utf8");
  if (words.trim() === "") return undefined;
  try {
    return parseJson(words);
  } catch (cause) {
    throw refuse(400, [call.world.cloud ? "There was an error parsing JSON. Check that your request body is valid." : `Unexpected character at the body: ${cause instanceof Error ? cause.message : "unreadable"}`]);
  }
};

export const json = (call: Call): Json => {
  const body = anyJson(call);
  if (body === undefined) return {};
  if (!isObject(body)) throw bad("Invalid request payload. Refer to the REST API documentation and try again.");
  return body;
};

export const stringsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return value.split(",").map((part) => part.trim()).filter((part) => part !== "");
  if (!Array.isArray(value)) return [];
  return value.map(String);
};

/** Whoever calls an operation that needs a login has one: the router saw to it. */
export const caller = (call: Call): User => {
  if (!call.user) throw refuse(401, ["You are not authenticated. Authentication required to perform this operation."]);
  return call.user;
};

export const paged = <T>(rows: readonly T[], startAt: number, maxResults: number): readonly T[] => rows.slice(Math.max(0, startAt), Math.max(0, startAt) + Math.max(0, maxResults));

/** The page bean of newer lists; the addresses in it ask for the same again, whatever narrowed the list. */
export const pageBean = <T>(call: Call, rows: readonly T[], limits: { readonly usual: number; readonly most: number }, show: (row: T) => unknown): Json => {
  const startAt = Math.max(0, integer(call, "startAt", 0));
  const asked = integer(call, "maxResults", limits.usual);
  const maxResults = Math.min(asked <= 0 ? limits.usual : asked, limits.most);
  const values = paged(rows, startAt, maxResults);
  const at = (start: number): string => {
    const query = new URLSearchParams([...call.query].filter(([name]) => name !== "startAt" && name !== "maxResults"));
    query.append("startAt", String(start));
    query.append("maxResults", String(maxResults));
    return `${call.root}${call.request.path}?${query.toString()}`;
  };
  const next = startAt + values.length;
  return {
    self: at(startAt), ...(next < rows.length ? { nextPage: at(next) } : {}),
    maxResults, startAt, total: rows.length, isLast: next >= rows.length, values: values.map(show),
  };
};

export const findProject = (call: Call, idOrKey: string): Project => {
  const found = [...call.world.tables.projects.values()].find((project) => project.id === idOrKey || project.key === idOrKey.toUpperCase() || project.formerKeys.includes(idOrKey.toUpperCase()));
  if (!found || !call.user) throw missing(/^\d+$/.test(idOrKey) ? `No project could be found with id '${idOrKey}'.` : `No project could be found with key '${idOrKey}'.`);
  return found;
};

export const sees = (world: World, user: User | null, issue: Issue): boolean => {
  if (!user) return false;
  const level = issue.values["security"];
  return typeof level !== "string" || (world.tables.securityLevels.get(level)?.members.includes(user.id) ?? true);
};

const issueMissing = (world: World): Error =>
  missing(world.cloud ? "Issue does not exist or you do not have permission to see it." : "Issue Does Not Exist");

export const lookUpIssue = (world: World, user: User | null, idOrKey: string): Issue | undefined => {
  const found = /^\d+$/.test(idOrKey) ? world.issues.get(Number(idOrKey)) : world.byKey(idOrKey);
  if (!found || !sees(world, user, found) || (found.archived && !world.options.archivedReadable)) return undefined;
  return found;
};

export const findIssue = (call: Call, idOrKey: string = param(call, "key")): Issue => {
  const found = lookUpIssue(call.world, call.user, idOrKey);
  const hidden = found === undefined && call.user !== null && call.world.options.hiddenIssues === 403 && (/^\d+$/.test(idOrKey) ? call.world.issues.has(Number(idOrKey)) : call.world.byKey(idOrKey) !== undefined);
  if (hidden) throw forbidden("You do not have the permission to see the specified issue.");
  if (!found) throw issueMissing(call.world);
  return found;
};
