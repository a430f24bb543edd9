// Create, change, delete with everything that follows from it, for clients and for edits by people alike: sprints of a release, a workspace's roots.

import { type Entity, type EntityType, refOf, refsOf } from "./model.ts";
import { removeEntity } from "./remove.ts";
import { sowWorkspace } from "./seed.ts";
import { DAY, wireTime } from "./time.ts";
import type { WriteScope } from "./values.ts";
import { createEntity, type Input, updateEntity } from "./write.ts";

/** A scrum release with a sprint length gets its sprints at once (sheet, section 14). */
const createSprints = (scope: WriteScope, release: Entity): void => {
  const agile = refsOf(release.v.agile_type)[0];
  const isScrum = scope.world.get("list_node", agile?.id ?? "")?.v.logical_name === "list_node.release_agile_type.scrum";
  const days = Number(release.v.sprint_duration ?? 0);
  if (!isScrum || days <= 0) return;
  const end = Date.parse(String(release.v.end_date));
  const sprint = scope.world.schema.typeNamed("sprint");
  let at = Date.parse(String(release.v.start_date));
  for (let number = 1; at < end && number <= 200; number += 1) {
    const until = Math.min(at + days * DAY, end);
    const time = (instant: number): string => wireTime(new Date(instant), scope.options.timePrecision);
    createEntity(scope, sprint, { name: `Sprint ${number}`, release: refOf(release), start_date: time(at), end_date: time(until) });
    at = until;
  }
};

/** Switch: the sprints follow their release by as many days as its start moved. */
const moveSprints = (scope: WriteScope, before: unknown, release: Entity): void => {
  const shift = Date.parse(String(release.v.start_date)) - Date.parse(String(before));
  if (!scope.options.moveSprintsWithRelease || shift === 0) return;
  for (const sprint of scope.world.pointing("release", refOf(release)).filter((one) => one.type === "sprint")) {
    const moved = (value: unknown): string => wireTime(new Date(Date.parse(String(value)) + shift), scope.options.timePrecision);
    updateEntity(scope, sprint, { start_date: moved(sprint.v.start_date), end_date: moved(sprint.v.end_date) });
  }
};

export const create = (scope: WriteScope, collection: EntityType, input: Input): Entity => {
  const entity = createEntity(scope, collection, input);
  if (entity.type === "release") createSprints(scope, entity);
  if (entity.type === "workspace") sowWorkspace(scope.world, scope.options, new Date(scope.now), entity.num);
  return entity;
};

export const update = (scope: WriteScope, entity: Entity, input: Input): Entity => {
  const start = entity.v.start_date;
  const next = updateEntity(scope, entity, input);
  if (next.type === "release") moveSprints(scope, start, next);
  return next;
};

export const remove = removeEntity;
