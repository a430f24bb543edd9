// Searching: the cursor form of Cloud, the offset form of Data Center, counts, matching and parsing (sheet §5).

import type { SandboxReply } from "../imitation.ts";
import { integer, isObject, json, list, lookUpIssue, ok, paged, stringsOf, text, type Call, type Json, type Route } from "./call.ts";
import { JqlProblem } from "./jqlLex.ts";
import { parseJql, type Node } from "./jqlParse.ts";
import type { Issue } from "./model.ts";
import { bad, JiraProblem, refuse } from "./problem.ts";
import { namesAndSchemas } from "./screens.ts";
import { checkJql, jqlRefusal, matcher, runSearch, type Ask, type SortKey } from "./search.ts";
import { base, type Shown } from "./shapes.ts";
import { chosenFields, expansions, pickedProperties, showIssue, type Wanted } from "./showIssue.ts";

const REMOVED = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";

const gone = (): SandboxReply => {
  throw refuse(410, [REMOVED]);
};

const UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";

/** Only id and key asked for: large pages, bare rows. */
const idsOnly = (fields: readonly string[]): boolean => fields.every((name) => name === "id" || name === "key");

const bareRow = (call: Call, issue: Issue, wanted: Wanted): Shown => {
  const withKey = wanted.fields.includes("key") || (wanted.fields.length === 0 && call.world.options.searchDefault === "key");
  return {
    ...(wanted.expand.length > 0 ? expansions(call, issue, wanted, []) : {}), id: String(issue.id), ...(withKey ? { self: `${base(call)}/issue/${issue.id}`, key: issue.key } : {}),
    ...(wanted.properties.length > 0 ? { properties: pickedProperties(issue, wanted.properties) } : {}),
  };
};

/** `names` and `schema` belong to the whole answer, not to each issue. */
const splitExpand = (call: Call, wanted: Wanted, usual: string): { readonly perIssue: Wanted; readonly whole: Shown } => {
  const { names, schema } = namesAndSchemas(call.world, chosenFields(call.world, wanted.fields, usual).map((field) => field.id));
  return {
    perIssue: { ...wanted, expand: wanted.expand.filter((name) => name !== "names" && name !== "schema") },
    whole: { ...(wanted.expand.includes("names") ? { names } : {}), ...(wanted.expand.includes("schema") ? { schema } : {}) },
  };
};

interface CursorAsk {
  readonly jql: string;
  readonly token: string | null;
  readonly maxResults: number;
  readonly wanted: Wanted;
  readonly reconcile: ReadonlySet<number>;
}

interface Cursor {
  readonly q: string;
  readonly at: number;
  readonly keys?: readonly SortKey[];
  readonly offset?: number;
  readonly snapshot?: string;
}

const fingerprint = (jql: string): string => {
  let hash = 5381;
  for (const letter of jql) hash = (Math.imul(hash, 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(36);
};

const WEEK = 7 * 86_400_000;

const readCursor = (call: Call, token: string, jql: string): Cursor => {
  const invalid = (): JiraProblem => bad("The provided next page token is invalid or expired.");
  try {
    const cursor = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Cursor;
    if (cursor.q !== fingerprint(jql) || cursor.at < call.world.now() - WEEK) throw invalid();
    return cursor;
  } catch {
    throw invalid();
  }
};

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor), "utf8").toString("base64url");

interface Page {
  readonly issues: readonly Issue[];
  readonly next: Cursor | null;
}

const snapshotPage = (call: Call, ask: Ask, cursor: Cursor | null, size: number, fresh: () => Pick<Cursor, "q" | "at">): Page => {
  const { world, runtime } = call;
  const name = cursor?.snapshot ?? `s${runtime.snapshots.size + 1}`;
  if (!cursor) runtime.snapshots.set(name, { ids: runSearch(world, runtime, ask).issues.map((issue) => issue.id), at: world.now() });
  const ids = runtime.snapshots.get(name)?.ids ?? [];
  const offset = cursor?.offset ?? 0;
  const issues = paged(ids, offset, size).map((id) => world.issues.get(id)).filter((issue) => issue !== undefined);
  return { issues, next: offset + size < ids.length ? { ...fresh(), snapshot: name, offset: offset + size } : null };
};

/** Whether the vendor's cursor is a snapshot is not known: the switch `searchCursor` has all three ways (sheet §6). */
const pageOf = (call: Call, ask: Ask, cursor: Cursor | null, size: number): Page => {
  const { world, runtime } = call;
  const fresh = (): Pick<Cursor, "q" | "at"> => ({ q: fingerprint(ask.jql), at: world.now() });
  if (world.options.searchCursor === "snapshot") return snapshotPage(call, ask, cursor, size, fresh);
  if (world.options.searchCursor === "offset") {
    const offset = cursor?.offset ?? 0;
    const { issues } = runSearch(world, runtime, ask);
    return { issues: paged(issues, offset, size), next: offset + size < issues.length ? { ...fresh(), offset: offset + size } : null };
  }
  const answer = runSearch(world, runtime, { ...ask, most: size, ...(cursor?.keys ? { after: cursor.keys } : {}) });
  const issues = answer.issues.slice(0, size);
  const last = issues.at(-1);
  return { issues, next: last && answer.issues.length > size ? { ...fresh(), keys: answer.keysOf(last) } : null };
};

export const tokenPage = (call: Call, asked: CursorAsk, extra: Pick<Ask, "also" | "usualSort">, show: (issue: Issue, wanted: Wanted) => unknown, cap: number): Json => {
  const { options } = call.world;
  const most = Math.min(asked.maxResults <= 0 ? 50 : asked.maxResults, cap);
  const size = options.shortPages ? Math.max(1, Math.ceil((most * 2) / 3)) : most;
  const cursor = asked.token ? readCursor(call, asked.token, asked.jql) : null;
  const { issues, next } = pageOf(call, { jql: asked.jql, user: call.user, strict: true, reconcile: asked.reconcile, ...extra }, cursor, size);
  const token = next ? (options.repeatToken && asked.token ? asked.token : writeCursor(next)) : null;
  const { perIssue, whole } = splitExpand(call, asked.wanted, "*navigable");
  return { issues: issues.map((issue) => show(issue, perIssue)), ...(token ? { nextPageToken: token } : {}), isLast: token === null, ...whole };
};

const cursorSearch = (call: Call, asked: CursorAsk): SandboxReply => {
  const { world } = call;
  if (asked.wanted.properties.length > 5) throw bad("The maximum number of properties that can be requested is 5.");
  if (asked.reconcile.size > 50) throw bad("The maximum number of issue ids that can be reconciled is 50.");
  let empty: boolean;
  try {
    empty = parseJql(world, asked.jql).where === null;
  } catch (problem) {
    if (problem instanceof JqlProblem) throw jqlRefusal([problem.message]);
    throw problem;
  }
  if (empty) throw bad(UNBOUNDED);
  // An anonymous caller sees nothing, and is told so with 200 (sheet §2.1).
  if (!call.user) return ok({ issues: [], isLast: true });
  const bare = idsOnly(asked.wanted.fields);
  return ok(tokenPage(call, asked, {}, (issue, wanted) => (bare ? bareRow(call, issue, wanted) : showIssue(call, issue, wanted, "*navigable")), bare ? 5000 : world.options.searchMax));
};

const numbers = (values: readonly string[]): ReadonlySet<number> => {
  if (values.some((value) => !/^\d+$/.test(value))) throw bad("reconcileIssues must be a list of numeric issue ids.");
  return new Set(values.map(Number));
};

const cursorGet = (call: Call): SandboxReply => cursorSearch(call, {
  jql: text(call, "jql") ?? "", token: text(call, "nextPageToken"), maxResults: integer(call, "maxResults", 50),
  wanted: { fields: list(call, "fields"), expand: list(call, "expand"), properties: list(call, "properties") }, reconcile: numbers(list(call, "reconcileIssues")),
});

const bodyNumber = (body: Json, name: string, usual: number): number => (typeof body[name] === "number" ? body[name] : typeof body[name] === "string" && /^\d+$/.test(body[name]) ? Number(body[name]) : usual);

const cursorPost = (call: Call): SandboxReply => {
  const body = json(call);
  if (body["expand"] !== undefined && body["expand"] !== null && typeof body["expand"] !== "string") throw bad("Invalid request payload. Refer to the REST API documentation and try again.");
  return cursorSearch(call, {
    jql: String(body["jql"] ?? ""), token: typeof body["nextPageToken"] === "string" && body["nextPageToken"] !== "" ? body["nextPageToken"] : null, maxResults: bodyNumber(body, "maxResults", 50),
    wanted: { fields: stringsOf(body["fields"]), expand: stringsOf(body["expand"]), properties: stringsOf(body["properties"]) }, reconcile: numbers(stringsOf(body["reconcileIssues"])),
  });
};

interface OffsetAsk {
  readonly jql: string;
  readonly startAt: number;
  readonly maxResults: number;
  readonly wanted: Wanted;
  readonly strict: boolean;
}

/** Offset and total: Data Center's search, and the agile issue lists. */
export const offsetPage = (call: Call, asked: OffsetAsk, extra: Pick<Ask, "also" | "usualSort">, show: (issue: Issue, wanted: Wanted) => unknown, cap: number): Json => {
  const { world } = call;
  const answer = runSearch(world, call.runtime, { jql: asked.jql, user: call.user, strict: asked.strict && call.user !== null, reconcile: new Set(), ...extra });
  const maxResults = Math.min(asked.maxResults < 0 ? cap : asked.maxResults, cap);
  const { perIssue, whole } = splitExpand(call, asked.wanted, "*navigable");
  const warnings = answer.warnings.length > 0 ? { warningMessages: [...new Set(answer.warnings)] } : world.options.nullExtras ? { warningMessages: null, names: null, schema: null } : {};
  return {
    expand: "schema,names", startAt: asked.startAt, maxResults, total: answer.issues.length, issues: paged(answer.issues, asked.startAt, maxResults).map((issue) => show(issue, perIssue)), ...warnings, ...whole,
  };
};

const isStrict = (given: unknown): boolean => !["false", "none", "warn"].includes(String(given ?? "true").toLowerCase());

const dcSearch = (call: Call, asked: OffsetAsk): SandboxReply => {
  if (asked.startAt < 0) throw bad("startAt must not be negative.");
  return ok(offsetPage(call, asked, {}, (issue, wanted) => showIssue(call, issue, wanted, "*navigable"), call.world.options.searchMax));
};

const dcGet = (call: Call): SandboxReply => dcSearch(call, {
  jql: text(call, "jql") ?? "", startAt: integer(call, "startAt", 0), maxResults: integer(call, "maxResults", 50), strict: isStrict(text(call, "validateQuery")),
  wanted: { fields: list(call, "fields"), expand: list(call, "expand"), properties: [] },
});

const dcPost = (call: Call): SandboxReply => {
  const body = json(call);
  return dcSearch(call, {
    jql: String(body["jql"] ?? ""), startAt: bodyNumber(body, "startAt", 0), maxResults: bodyNumber(body, "maxResults", 50), strict: isStrict(body["validateQuery"]),
    wanted: { fields: stringsOf(body["fields"]), expand: stringsOf(body["expand"]), properties: [] },
  });
};

const count = (call: Call): SandboxReply => {
  const jql = String(json(call)["jql"] ?? "");
  if (jql.trim() === "") throw bad(UNBOUNDED);
  return ok({ count: call.user ? runSearch(call.world, call.runtime, { jql, user: call.user, strict: true, reconcile: new Set() }).issues.length : 0 });
};

const match = (call: Call): SandboxReply => {
  const body = json(call);
  const issues = stringsOf(body["issueIds"]).map((id) => lookUpIssue(call.world, call.user, id)).filter((issue) => issue !== undefined);
  const matches = stringsOf(Array.isArray(body["jqls"]) ? body["jqls"] : []).map((jql) => {
    try {
      const test = matcher(call.world, call.user, jql);
      return { matchedIssues: issues.filter(test).map((issue) => issue.id), errors: [] };
    } catch (problem) {
      if (!(problem instanceof JiraProblem)) throw problem;
      return { matchedIssues: [], errors: (problem.body as { errorMessages: readonly string[] }).errorMessages };
    }
  });
  return ok({ matches });
};

const structure = (node: Node): unknown => {
  if (node.kind === "not") return { operator: "not", clauses: [structure(node.part)] };
  if (node.kind !== "clause") return { operator: node.kind, clauses: node.parts.map(structure) };
  const operand = (one: typeof node.operand): unknown => {
    if (one.kind === "list") return { values: one.items.map(operand) };
    if (one.kind === "function") return { function: one.name, arguments: one.args };
    return one.kind === "empty" ? { keyword: "empty" } : { value: one.text };
  };
  return { field: { name: node.field }, operator: node.operator, operand: operand(node.operand) };
};

const parseAll = (call: Call): SandboxReply => {
  const lenient = text(call, "validation") === "none";
  const queries = stringsOf(Array.isArray(json(call)["queries"]) ? json(call)["queries"] : []).map((query) => {
    try {
      const parsed = lenient ? parseJql(call.world, query) : checkJql(call.world, call.user, query);
      const sorts = parsed.sorts.map((sort) => ({ field: { name: sort.field }, direction: sort.down ? "desc" : "asc" }));
      return { query, structure: { ...(parsed.where ? { where: structure(parsed.where) } : {}), ...(sorts.length > 0 ? { orderBy: { fields: sorts } } : {}) } };
    } catch (problem) {
      if (problem instanceof JqlProblem) return { query, errors: [problem.message] };
      if (problem instanceof JiraProblem && isObject(problem.body)) return { query, errors: problem.body["errorMessages"] };
      throw problem;
    }
  });
  return ok({ queries });
};

export const searchRoutes: readonly Route[] = [
  { method: "GET", path: "/search/jql", only: "cloud", anonymous: true, run: cursorGet },
  { method: "POST", path: "/search/jql", only: "cloud", anonymous: true, run: cursorPost },
  { method: "POST", path: "/search/approximate-count", only: "cloud", anonymous: true, run: count },
  { method: "POST", path: "/jql/match", only: "cloud", anonymous: true, run: match },
  { method: "POST", path: "/jql/parse", only: "cloud", anonymous: true, run: parseAll },
  { method: "GET", path: "/search", only: "cloud", anonymous: true, run: gone },
  { method: "POST", path: "/search", only: "cloud", anonymous: true, run: gone },
  { method: "POST", path: "/search/id", only: "cloud", anonymous: true, run: gone },
  { method: "GET", path: "/search", only: "dc", anonymous: true, run: dcGet },
  { method: "POST", path: "/search", only: "dc", anonymous: true, run: dcPost },
];

