// "My work" (sheet, section 4): what the caller owns and has not finished. Worked out at each call, never stored.

import type { SandboxReply } from "../imitation.ts";
import { rowsOf } from "./list.ts";
import { compileQuery } from "./match.ts";
import { type Entity, type EntityType, refOf, refsOf } from "./model.ts";
import { parseQuery } from "./query.ts";
import { type CallScope, json, wantedFields } from "./read.ts";
import { envelope, render } from "./render.ts";

const isOpen = (scope: CallScope, entity: Entity): boolean => {
  const phase = refsOf(entity.v.phase)[0];
  const meta = refsOf(phase && scope.world.get("phase", phase.id)?.v.metaphase)[0];
  return meta === undefined || scope.world.get("metaphase", meta.id)?.v.logical_name !== "metaphase.work_item.done";
};

const itemFor = (scope: CallScope, entity: Entity): Entity => {
  const table = scope.world.schema.tableOf(entity.type);
  const { creation_time, last_modified } = entity.v;
  const own = { entity_type: table, origin: 2, reason: "assigned", is_new: false, user: refOf(scope.user), [`my_follow_items_${table}`]: refOf(entity) };
  const v = { ...own, creation_time, last_modified, version_stamp: 1, logical_name: null };
  return { type: "user_item", id: `${entity.num}${table.length}`, num: entity.num, ws: scope.ws, v };
};

export const userItems = (scope: CallScope, type: EntityType): SandboxReply => {
  const owned = ["work_item", "task", "test"].flatMap((name) => rowsOf(scope.world, scope.world.schema.typeNamed(name), scope.ws));
  const mine = owned.filter((row) => refsOf(row.v.owner)[0]?.id === scope.user.id && isOpen(scope, row)).map((row) => itemFor(scope, row));
  const query = scope.request.params.get("query")?.trim();
  const test = query ? compileQuery(scope, type, parseQuery(query)) : null;
  const rows = test ? mine.filter(test) : mine;
  const wanted = wantedFields(scope, type);
  return json(envelope(rows.map((row) => render(scope, type, row, wanted))));
};
