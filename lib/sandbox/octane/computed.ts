// Fields the server works out itself: counts, sums, what hangs on an item. Nothing here is stored.

import { type Entity, isRef, type Ref, refOf, refsOf } from "./model.ts";
import { DAY, readTime, workDays } from "./time.ts";
import type { World } from "./world.ts";

export type Compute = (world: World, entity: Entity, now: number) => unknown;

const OWNERS = new Set(["work_item", "requirement", "task", "test", "run", "release", "milestone", "product_area"]);

/** The owner fields of comments and attachments that point at a table. */
export const ownerField = (table: string): string | undefined => (OWNERS.has(table) ? `owner_${table}` : undefined);

const owned = (kind: "comment" | "attachment"): Compute => (world, entity) => {
  const field = ownerField(world.schema.tableOf(entity.type));
  return field ? world.pointing(field, refOf(entity)).filter((one) => one.type === kind).map(refOf) : [];
};

const has = (kind: "comment" | "attachment"): Compute => (world, entity) => {
  const field = ownerField(world.schema.tableOf(entity.type));
  if (!field || !world.isPointedAt(field, refOf(entity))) return false;
  return world.pointing(field, refOf(entity)).some((one) => one.type === kind);
};

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

const children = (world: World, entity: Entity): readonly Entity[] => world.pointing("parent", refOf(entity));

const childCount = (type: string): Compute => (world, entity) => children(world, entity).filter((child) => child.type === type).length;

const tasks = (world: World, entity: Entity): readonly Entity[] => world.pointing("story", refOf(entity));

const taskSum = (field: string): Compute => (world, entity) => tasks(world, entity).reduce((sum, one) => sum + number(one.v[field]), 0);

const pointSum: Compute = (world, entity) =>
  children(world, entity).reduce((sum, child) => sum + (child.type === "feature" ? number(pointSum(world, child, 0)) : number(child.v.story_points)), 0);

const scale = (world: World, value: unknown): number => (isRef(value) ? Number(world.get("list_node", value.id)?.v.name ?? 0) : 0);

const wsjf: Compute = (world, entity) => {
  const cost = scale(world, entity.v.business_value) + scale(world, entity.v.time_criticality) + scale(world, entity.v.rroe);
  const size = number(entity.v.job_size);
  return size > 0 && cost > 0 ? Math.round((cost / size) * 100) / 100 : null;
};

const inRelease = (world: World, entity: Entity): readonly Entity[] => world.pointing("release", refOf(entity)).filter((one) => world.schema.tableOf(one.type) === "work_item");

const isDone = (world: World, item: Entity): boolean => {
  const phase = refsOf(item.v.phase)[0];
  const meta = refsOf(phase && world.get("phase", phase.id)?.v.metaphase)[0];
  return meta !== undefined && world.get("metaphase", meta.id)?.v.logical_name === "metaphase.work_item.done";
};

const workIn = (done: boolean): Compute => (world, entity) =>
  inRelease(world, entity).filter((item) => item.type !== "feature" && isDone(world, item) === done).reduce((sum, item) => sum + number(item.v.story_points), 0);

const span = (entity: Entity): readonly [number, number] => [readTime(String(entity.v.start_date)) ?? 0, (readTime(String(entity.v.end_date)) ?? 0) + DAY];

const nameOfRelease: Compute = (world, entity) => {
  const owner = refsOf(entity.v.story)[0];
  const release = refsOf(owner && world.get("work_item", owner.id)?.v.release)[0];
  return release ? (world.get("release", release.id)?.v.name ?? null) : null;
};

/** Ids of the ancestors, the way from the root. */
const path: Compute = (world, entity) => {
  const own = entity.num.toString(36).toUpperCase().padStart(6, "0");
  const above = refsOf(entity.v.parent)[0];
  const parent = above && world.get(world.schema.tableOf(above.type), above.id);
  return (parent ? String(path(world, parent, 0)) : "0000000000") + own;
};

const EVERYWHERE: Readonly<Record<string, Compute>> = {
  comments: owned("comment"),
  has_comments: has("comment"),
  attachments: owned("attachment"),
  has_attachments: has("attachment"),
  has_children: (world, entity) => world.isPointedAt("parent", refOf(entity)),
  list_nodes: (world, entity) => world.pointing("list_root", refOf(entity)).map(refOf),
  num_of_sprints: (world, entity) => world.pointing("release", refOf(entity)).filter((one) => one.type === "sprint").length,
  number_of_members: (_, entity) => refsOf(entity.v.members).length,
  team_members: (world, entity) => world.pointing("team", refOf(entity)).filter((one) => one.type === "team_member").map(refOf),
  user_stories: childCount("story"),
  quality_stories: childCount("quality_story"),
  defects: childCount("defect"),
  tasks_number: (world, entity) => tasks(world, entity).length,
  actual_story_points: pointSum,
  wsjf_score: wsjf,
  expected_velocity: () => 0,
  done_work: workIn(true),
  remaining_work: workIn(false),
  features_estimation: (world, entity) => inRelease(world, entity).filter((item) => item.type === "feature").reduce((sum, item) => sum + number(item.v.story_points), 0),
  working_days: (_, entity) => workDays(...span(entity)),
  number_of_work_days_till: (_, entity, now) => workDays(now, span(entity)[0]),
  number_of_remaining_work_days: (_, entity, now) => workDays(Math.max(now, span(entity)[0]), span(entity)[1]),
  covering_tests: () => 0,
  reopens: () => 0,
  path,
  manual: (_, entity) => entity.type === "test_manual",
  is_root: (_, entity) => refsOf(entity.v.parent)[0]?.type !== "requirement_document",
};

const OWN: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  epic: { features: childCount("feature") },
  task: { release: nameOfRelease },
  work_item: { estimated_hours: taskSum("estimated_hours"), invested_hours: taskSum("invested_hours"), remaining_hours: taskSum("remaining_hours") },
  metaphase: { phase: (world, entity) => world.rows("phase", 0).filter((one) => refsOf(one.v.metaphase)[0]?.id === entity.id).map(refOf) },
  team_sprint: { expected_velocity: (_, entity) => entity.v.expected_velocity ?? null },
};

const computeFor = (world: World, entity: Pick<Entity, "type">, field: string): Compute | undefined =>
  OWN[entity.type]?.[field] ?? OWN[world.schema.tableOf(entity.type)]?.[field] ?? EVERYWHERE[field];

/** The value of a field as the server holds it: references as {type, id}, several as a list, null when empty. */
export const valueOf = (world: World, entity: Entity, field: string, now: number): unknown => {
  if (field === "id") return entity.id;
  if (field === "type") return entity.type;
  if (field === "subtype") return entity.type;
  if (field === "workspace_id") return entity.ws;
  const stored = entity.v[field];
  if (stored !== undefined) return stored;
  const type = world.schema.types.get(entity.type);
  if (!type?.fields.has(field)) return null;
  const compute = computeFor(world, entity, field);
  if (compute) return compute(world, entity, now);
  return type.fields.get(field)?.multiple ? [] : null;
};

export const targetOf = (world: World, ref: Ref): Entity | undefined => world.get(world.schema.tableOf(ref.type), ref.id);
