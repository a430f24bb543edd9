// Deleting an entity: what goes with it, what is refused, what is only emptied (sheet, sections 8, 14, 17).

import { brokenRule, CODES, OctaneError } from "./errors.ts";
import { type Entity, refOf, refsOf } from "./model.ts";
import type { WriteScope } from "./values.ts";
import { remember, touched } from "./write.ts";

const isOwned = (field: string, holder: Entity): boolean =>
  field.startsWith("owner_") || (field === "story" && holder.type === "task") || (holder.type === "sprint" && field === "release") || holder.type.startsWith("team_");

const checkDelete = (scope: WriteScope, entity: Entity): void => {
  const named = { entity_type: entity.type, entity_id: entity.id };
  if (!scope.world.schema.typeNamed(entity.type).methods.includes("DELETE")) throw new OctaneError(403, CODES.noRight, `Entities of type ${entity.type} cannot be deleted.`, named);
  if (entity.type === "product_area" && entity.v.parent === null) throw new OctaneError(403, CODES.noRight, "The root of the product areas cannot be deleted.");
  if (entity.type === "release" && scope.options.releaseDelete === "refuse" && scope.world.isPointedAt("release", refOf(entity))) throw brokenRule("The release still has sprints or items.", true);
  if (scope.options.parentDelete === "refuse" && scope.world.isPointedAt("parent", refOf(entity))) throw brokenRule(`The ${entity.type} still has children.`, true);
};

const without = (holder: Entity, field: string, gone: Entity): unknown => {
  const left = refsOf(holder.v[field]).filter((ref) => ref.id !== gone.id || ref.type !== gone.type);
  return Array.isArray(holder.v[field]) ? left : (left[0] ?? null);
};

/** Where children go that outlive their parent: to the grandparent if it may have them, else to the root. */
const lifted = (scope: WriteScope, holder: Entity, gone: Entity): unknown => {
  const above = refsOf(gone.v.parent)[0];
  const targets = scope.world.schema.typeNamed(holder.type).fields.get("parent")?.targets ?? [];
  if (above && targets.some((target) => target.type === above.type)) return above;
  const root = targets.map((target) => scope.world.rows(target.type, scope.ws)[0]).find((row) => row?.type.endsWith("_root"));
  return root ? refOf(root) : null;
};

const release = (scope: WriteScope, entity: Entity): void => {
  for (const [field, holder] of scope.world.referrers(refOf(entity))) {
    if (!scope.world.get(scope.world.schema.tableOf(holder.type), holder.id)) continue;
    if (isOwned(field, holder) || (field === "parent" && scope.options.parentDelete === "cascade")) {
      removeEntity(scope, holder);
      continue;
    }
    const left = field === "parent" ? lifted(scope, holder, entity) : without(holder, field, entity);
    touched(scope, holder, { [field]: left }, scope.world.schema.typeNamed(holder.type).fields.get(field)?.multiple !== true);
  }
};

export function removeEntity(scope: WriteScope, entity: Entity): void {
  checkDelete(scope, entity);
  release(scope, entity);
  scope.world.remove(entity);
  remember(scope, entity, "delete");
  if (scope.options.touchOnChild || scope.options.touchOnComment || scope.options.touchOnAttachment) touchOwner(scope, entity);
}

const touchOwner = (scope: WriteScope, entity: Entity): void => {
  const grows = entity.type === "comment" ? scope.options.touchOnComment : entity.type === "attachment" ? scope.options.touchOnAttachment : scope.options.touchOnChild;
  const field = Object.keys(entity.v).find((name) => name === "parent" || name === "story" || (name.startsWith("owner_") && entity.v[name] !== null));
  const ref = refsOf(field && entity.v[field])[0];
  const owner = ref && scope.world.get(scope.world.schema.tableOf(ref.type), ref.id);
  if (grows && owner) touched(scope, owner, {}, true);
};
