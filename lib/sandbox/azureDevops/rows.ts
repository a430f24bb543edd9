// What the page at `/` shows of a work item.

import type { ItemRow } from "../imitation.ts";
import { parentOf } from "./compute.ts";
import type { Item, Value } from "./model.ts";
import { fieldPath } from "./nodes.ts";
import { plain } from "./text.ts";
import { lastOf, projectOfItem, type World } from "./world.ts";

const personName = (world: World, value: Value | undefined): string => world.tables.users.get(String(value))?.name ?? "";

export const itemRow = (world: World, item: Item): ItemRow => {
  const { fields, resources } = lastOf(item);
  const parent = parentOf(world, item.id);
  return {
    type: String(fields["System.WorkItemType"]), id: String(item.id), project: projectOfItem(world, item).name, name: String(fields["System.Title"] ?? ""), status: item.deleted === null ? String(fields["System.State"]) : "(recycle bin)", changedAt: new Date(String(fields["System.ChangedDate"])).toISOString(),
    details: {
      rev: String(lastOf(item).rev), assignedTo: personName(world, fields["System.AssignedTo"]), createdBy: personName(world, fields["System.CreatedBy"]), changedBy: personName(world, fields["System.ChangedBy"]), area: fieldPath(world, Number(fields["System.AreaId"])), iteration: fieldPath(world, Number(fields["System.IterationId"])),
      description: plain(String(fields["System.Description"] ?? fields["Microsoft.VSTS.TCM.ReproSteps"] ?? "")), priority: String(fields["Microsoft.VSTS.Common.Priority"] ?? ""), tags: String(fields["System.Tags"] ?? ""), parent: parent === undefined ? "" : String(parent),
      comments: String(world.commentsOf(item.id).filter((comment) => !comment.versions.at(-1)?.deleted).length), attachments: String(resources.filter((resource) => resource.rel === "AttachedFile").length),
    },
  };
};
