// From a stored entity to the JSON a client gets (sheet, section 5): references with the display fields the server chooses, several as an envelope.

import { targetOf, valueOf } from "./computed.ts";
import { type Entity, type EntityType, type Ref, refsOf } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import type { Wanted } from "./selection.ts";
import type { World } from "./world.ts";

export interface RenderScope {
  readonly world: World;
  readonly options: OctaneOptions;
  readonly ws: number;
  readonly now: number;
  /** A reserved client type gets the flagged fields even where others get the minimum (sheet, section 7.1). */
  readonly reservedClient: boolean;
}

export interface Page {
  readonly total_count: number;
  readonly data: readonly unknown[];
  readonly exceeds_total_count: boolean;
}

export const envelope = (data: readonly unknown[], total = data.length, exceeds = false): Page => ({ total_count: total, data, exceeds_total_count: exceeds });

const DISPLAY: Readonly<Record<string, readonly string[]>> = {
  list_node: ["logical_name", "name", "index"],
  phase: ["logical_name", "name", "index"],
  metaphase: ["logical_name", "name"],
  workspace_user: ["full_name", "name"],
  sprint: ["name", "start_date", "end_date"],
  comment: [],
};

const MINIMAL = ["logical_name", "workspace_id"] as const;

const plainRef = (scope: RenderScope, target: Entity): Record<string, unknown> => {
  const shown: Record<string, unknown> = { type: target.type, id: target.id };
  for (const name of DISPLAY[target.type] ?? ["name"]) shown[name] = valueOf(scope.world, target, name, scope.now);
  return shown;
};

const reference = (scope: RenderScope, ref: Ref, inner: readonly Wanted[] | null): Record<string, unknown> | null => {
  const target = targetOf(scope.world, ref);
  if (!target) return null;
  if (!inner) return plainRef(scope, target);
  const shown: Record<string, unknown> = { type: target.type, id: target.id };
  for (const wanted of inner) shown[wanted.name] = fieldValue(scope, target, wanted);
  return shown;
};

const fieldValue = (scope: RenderScope, entity: Entity, wanted: Wanted): unknown => {
  const field = scope.world.schema.types.get(entity.type)?.fields.get(wanted.name);
  if (wanted.name === "workspace_id") return entity.ws === 0 ? scope.ws : entity.ws;
  const value = valueOf(scope.world, entity, wanted.name, scope.now);
  if (field?.kind !== "reference") return value;
  const shown = refsOf(value).flatMap((ref) => reference(scope, ref, wanted.inner) ?? []);
  return field.multiple ? envelope(shown) : (shown[0] ?? null);
};

const defaultFields = (scope: RenderScope, type: EntityType, entity: Entity): readonly Wanted[] => {
  const concrete = scope.world.schema.types.get(entity.type) ?? type;
  const minimal = scope.options.defaultFields === "minimal" && !scope.reservedClient;
  const names = minimal
    ? [...(concrete.fields.has("subtype") ? ["subtype"] : []), ...MINIMAL.filter((name) => concrete.fields.has(name))]
    : [...concrete.fields.values()].filter((field) => field.byDefault && field.name !== "subtype").map((field) => field.name);
  return names.map((name) => ({ name, inner: null }));
};

/** `type` and `id` always come; an aggregate answers with its own name and the concrete one as `subtype`. */
export const render = (scope: RenderScope, type: EntityType, entity: Entity, wanted: readonly Wanted[] | null): Record<string, unknown> => {
  const shown: Record<string, unknown> = { type: type.name };
  if (type.subtypes) shown.subtype = entity.type;
  for (const one of wanted ?? defaultFields(scope, type, entity)) {
    if (one.name === "id" || one.name === "type" || type.fields.get(one.name)?.writeOnly) continue;
    shown[one.name] = fieldValue(scope, entity, one);
  }
  shown.id = entity.id;
  return shown;
};
