// GET of a collection, of its groups, of one entity (sheet, section 7).

import type { SandboxReply } from "../imitation.ts";
import { CODES, notFound, OctaneError } from "./errors.ts";
import { findVisible, type Lister } from "./list.ts";
import type { QueryScope } from "./match.ts";
import type { Entity, EntityType } from "./model.ts";
import { envelope, render, type RenderScope } from "./render.ts";
import { parseQuery } from "./query.ts";
import type { OctaneRequest } from "./request.ts";
import { groupsOf, hasWords, searchResult, searchWords } from "./search.ts";
import { hasExpansion, parseFields, parseOrder, type Wanted } from "./selection.ts";

export interface CallScope extends QueryScope, RenderScope {
  readonly request: OctaneRequest;
  readonly preview: boolean;
  readonly lister: Lister;
}

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): SandboxReply => ({ status, headers: { "content-type": "application/json", ...headers }, body });

export const needPreview = (scope: CallScope, what: string): void => {
  if (scope.preview) return;
  const { previewRefusal } = scope.options;
  throw new OctaneError(previewRefusal, previewRefusal === 404 ? CODES.noPath : CODES.noRight, `${what} is in technical preview: send the header ALM-OCTANE-TECH-PREVIEW: true.`);
};

export const wantedFields = (scope: CallScope, type: EntityType): readonly Wanted[] | null => {
  const text = scope.request.params.get("fields");
  if (text === undefined || text.trim() === "") return null;
  const wanted = parseFields(text, type, (name) => scope.world.schema.types.get(name));
  if (scope.options.previewExpansion && hasExpansion(wanted)) needPreview(scope, "Expanding fields");
  return wanted;
};

const pageNumber = (scope: CallScope, name: string, fallback: number, least: number, most: number): number => {
  const text = scope.request.params.get(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && value >= least && value <= most) return value;
  throw new OctaneError(400, CODES.badParameter, `The parameter ${name} must be a whole number from ${least} to ${most}, not ${text}.`, { parameter: name });
};

const HISTORY = new Set(["history_record", "history_log", "audit"]);

const hiddenUser = (entity: Entity): boolean => Number(entity.v.activity_level ?? 0) !== 0;

const matches = (scope: CallScope, type: EntityType): { readonly rows: readonly Entity[]; readonly words: readonly string[] } => {
  const { params } = scope.request;
  const query = params.get("query")?.trim() ? parseQuery(params.get("query")!) : null;
  const search = params.get("text_search");
  const words = search ? searchWords(search) : [];
  const orderText = params.get("order_by") ?? "";
  const fallback = scope.options.defaultOrder === "name" && type.fields.get("name")?.sortable ? "name" : "id";
  const unasked = orderText.trim() === "";
  const order = unasked && fallback === "id" && scope.options.idOrder === "number" ? [] : parseOrder(unasked ? fallback : orderText, type);
  const hides = type.table === "workspace_user" && params.get("show_hidden_entities") !== "true";
  const byWords = search === undefined ? null : hasWords(words);
  const keep = byWords || hides ? (entity: Entity): boolean => (!byWords || byWords(entity)) && !(hides && hiddenUser(entity)) : null;
  const key = JSON.stringify([type.name, params.get("query"), order, search, hides]);
  return { rows: scope.lister(scope, { key, type, query, order, keep }), words };
};

export const listEntities = (scope: CallScope, type: EntityType): SandboxReply => {
  const wanted = wantedFields(scope, type);
  const limit = pageNumber(scope, "limit", scope.options.defaultLimit, 1, scope.options.maxLimit);
  const offset = pageNumber(scope, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const { rows, words } = matches(scope, type);
  const reach = HISTORY.has(type.name) ? scope.options.historyReach : rows.length;
  const page = rows.slice(offset, Math.min(offset + limit, reach));
  const shown = page.map((row) => ({ ...render(scope, type, row, wanted), ...(words.length > 0 ? { global_text_search_result: searchResult(row, words) } : {}) }));
  const cap = scope.options.countCap;
  return json(envelope(shown, cap === null ? rows.length : Math.min(rows.length, cap), cap !== null && rows.length > cap));
};

export const listGroups = (scope: CallScope, type: EntityType): SandboxReply => json(groupsOf(scope, type, matches(scope, type).rows, scope.request.params));

/** A copy: what is done to the matches changes the rows they were read from. */
export const matching = (scope: CallScope, type: EntityType): readonly Entity[] => [...matches(scope, type).rows];

export const oneEntity = (scope: CallScope, type: EntityType, id: string): Entity => {
  const byName = type.name === "list_node" || type.name === "phase" || type.name === "metaphase" ? scope.world.byLogicalName(id, scope.ws) : undefined;
  const entity = findVisible(scope.world, type, scope.ws, id) ?? (byName?.type === type.name ? byName : undefined);
  if (!entity) throw notFound(type.name, id);
  return entity;
};

export const showEntity = (scope: CallScope, type: EntityType, id: string): SandboxReply => json(render(scope, type, oneEntity(scope, type, id), wantedFields(scope, type)));
