// A sprint as the agile resource shows it, and as the field of an issue: objects on Cloud, a printed Java object on Data Center (sheet §8.3).

import type { Issue, Sprint } from "./model.ts";
import type { Shown, View } from "./shapes.ts";
import { colonTime, zuluTime } from "./time.ts";
import type { World } from "./world.ts";

const agileTime = (world: World, at: number): string => (world.cloud ? zuluTime(at) : colonTime(at, world.options.siteZone));

const dates = (world: World, sprint: Sprint): Shown => ({
  ...(sprint.startDate === null ? {} : { startDate: agileTime(world, sprint.startDate) }), ...(sprint.endDate === null ? {} : { endDate: agileTime(world, sprint.endDate) }),
  ...(sprint.completeDate === null ? {} : { completeDate: agileTime(world, sprint.completeDate) }),
});

export const showSprint = (view: View, sprint: Sprint): Shown => ({
  id: Number(sprint.id), self: `${view.root}/rest/agile/1.0/sprint/${sprint.id}`, state: sprint.state, name: sprint.name, ...dates(view.world, sprint),
  ...(view.world.cloud ? { createdDate: agileTime(view.world, sprint.createdDate) } : sprint.activatedDate === null ? {} : { activatedDate: agileTime(view.world, sprint.activatedDate) }),
  originBoardId: Number(sprint.boardId), goal: sprint.goal, ...(view.world.cloud ? {} : { synced: false, autoStartStop: false }),
});

const printed = (world: World, sprint: Sprint): string => {
  const when = (at: number | null): string => (at === null ? "<null>" : agileTime(world, at));
  const hash = (Number(sprint.id) * 2_654_435_761 % 0x7fffffff).toString(16);
  return `com.atlassian.greenhopper.service.sprint.Sprint@${hash}[id=${sprint.id},rapidViewId=${sprint.boardId},state=${sprint.state.toUpperCase()},name=${sprint.name},startDate=${when(sprint.startDate)},endDate=${when(sprint.endDate)},completeDate=${when(sprint.completeDate)},activatedDate=${when(sprint.activatedDate)},sequence=${sprint.sequence},goal=${sprint.goal === "" ? "<null>" : sprint.goal},synced=false,autoStartStop=false,incompleteIssuesDestinationId=<null>]`;
};

const asObject = (world: World, sprint: Sprint): Shown => ({ id: Number(sprint.id), name: sprint.name, state: sprint.state, boardId: Number(sprint.boardId), goal: sprint.goal, ...dates(world, sprint) });

export const sprintValue = (world: World, issue: Issue): unknown => {
  const sprints = issue.sprints.map((id) => world.tables.sprints.get(id)).filter((sprint) => sprint !== undefined);
  if (sprints.length === 0) return null;
  return sprints.map((sprint) => (world.cloud ? asObject(world, sprint) : printed(world, sprint)));
};
