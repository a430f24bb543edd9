// The small objects that issues are made of, as they look on the wire: people, projects, types, statuses, versions …

import type { Component, Field, FieldOption, Group, Issue, IssueLink, IssueType, LinkType, Named, Project, Status, User, Version, Visibility } from "./model.ts";
import { CATEGORIES } from "./seed.ts";
import { friendlyDate, localDate } from "./time.ts";
import type { World } from "./world.ts";

/** All that an answer depends on beside the records. A `Call` is one. */
export interface View {
  readonly world: World;
  readonly api: 2 | 3;
  readonly root: string;
  readonly user: User | null;
}

export type Shown = Readonly<Record<string, unknown>>;

export const base = (view: View): string => `${view.root}/rest/api/${view.api}`;

const avatars = (root: string, path: string): Shown => Object.fromEntries([["48x48", ""], ["24x24", "size=small&"], ["16x16", "size=xsmall&"], ["32x32", "size=medium&"]].map(([size, word]) => [size, `${root}/secure/${path}?${word}avatarId=10122`]));

/** Present, absent, empty or null, as each person has it (sheet §16). The caller always sees the own address. */
const emailOf = (view: View, user: User): Shown => {
  const { options, cloud } = view.world;
  if (!cloud || options.emails === "visible" || view.user?.id === user.id) return { emailAddress: user.email };
  if (options.emails === "hidden" || user.emailShown === "hidden") return {};
  return { emailAddress: user.emailShown === "shown" ? user.email : user.emailShown === "empty" ? "" : null };
};

export const showUser = (view: View, id: string | null): Shown | null => {
  const user = id === null ? undefined : view.world.tables.users.get(id);
  if (!user) return null;
  const common = { avatarUrls: avatars(view.root, "useravatar"), displayName: user.displayName, active: user.active, timeZone: user.timeZone };
  if (view.world.cloud) return { self: `${base(view)}/user?accountId=${encodeURIComponent(user.id)}`, accountId: user.id, ...emailOf(view, user), ...common, accountType: user.accountType };
  return { self: `${base(view)}/user?username=${encodeURIComponent(user.name)}`, name: user.name, key: user.id, ...emailOf(view, user), ...common };
};

export const fullUser = (view: View, user: User): Shown => ({
  ...showUser(view, user.id), locale: user.locale, ...(view.world.cloud ? {} : { deleted: false }),
});

export const showGroup = (view: View, group: Group): Shown => ({
  name: group.name, ...(view.world.cloud ? { groupId: group.id } : {}),
  self: view.world.cloud ? `${base(view)}/group?groupId=${group.id}` : `${base(view)}/group?groupname=${encodeURIComponent(group.name)}`,
});

export const showProject = (view: View, project: Project): Shown => ({
  self: `${base(view)}/project/${project.id}`, id: project.id, key: project.key, name: project.name, projectTypeKey: project.typeKey,
  ...(view.world.cloud ? { simplified: project.simplified } : {}), avatarUrls: avatars(view.root, "projectavatar"),
});

export const showType = (view: View, type: IssueType): Shown => ({
  self: `${base(view)}/issuetype/${type.id}`, id: type.id, description: type.description, iconUrl: `${view.root}/secure/viewavatar?size=medium&avatarId=${type.avatarId}&avatarType=issuetype`,
  name: type.name, ...(view.world.cloud ? { untranslatedName: type.name } : {}), subtask: type.subtask, avatarId: type.avatarId, ...(view.world.cloud ? { hierarchyLevel: type.hierarchyLevel } : {}),
});

export const showCategory = (view: View, id: number): Shown => {
  const category = CATEGORIES.find((one) => one.id === id) ?? CATEGORIES[0];
  return { self: `${base(view)}/statuscategory/${category.id}`, id: category.id, key: category.key, colorName: category.colorName, name: category.name };
};

export const showStatus = (view: View, status: Status): Shown => ({
  self: `${base(view)}/status/${status.id}`, description: status.description, iconUrl: `${view.root}/images/icons/statuses/generic.png`, name: status.name,
  ...(view.world.cloud ? { untranslatedName: status.name } : {}), id: status.id, statusCategory: showCategory(view, status.category),
});

const COLOURS: Readonly<Record<string, string>> = { 1: "#d04437", 2: "#f15C75", 3: "#f79232", 4: "#707070", 5: "#999999" };

export const showPriority = (view: View, priority: Named): Shown => ({
  self: `${base(view)}/priority/${priority.id}`, iconUrl: `${view.root}/images/icons/priorities/${priority.name.toLowerCase()}.svg`, name: priority.name, id: priority.id,
});

export const fullPriority = (view: View, priority: Named): Shown => ({
  ...showPriority(view, priority), statusColor: COLOURS[priority.id] ?? "#707070", description: priority.description, ...(view.world.cloud ? { isDefault: priority.id === "3" } : {}),
});

export const showResolution = (view: View, resolution: Named): Shown => ({ self: `${base(view)}/resolution/${resolution.id}`, id: resolution.id, description: resolution.description, name: resolution.name });

export const showComponent = (view: View, component: Component): Shown => ({
  self: `${base(view)}/component/${component.id}`, id: component.id, name: component.name, ...(component.description ? { description: component.description } : {}),
});

export const fullComponent = (view: View, component: Component): Shown => {
  const project = view.world.tables.projects.get(component.projectId);
  const lead = component.lead ? { lead: showUser(view, component.lead) } : {};
  return {
    ...showComponent(view, component), ...lead, assigneeType: component.assigneeType, realAssigneeType: component.assigneeType, isAssigneeTypeValid: false, project: project?.key,
    projectId: Number(component.projectId), ...(view.world.cloud ? {} : { archived: false, deleted: false }),
  };
};

export const showVersion = (view: View, version: Version): Shown => ({
  self: `${base(view)}/version/${version.id}`, id: version.id, ...(version.description ? { description: version.description } : {}), name: version.name, archived: version.archived,
  released: version.released, ...(version.releaseDate ? { releaseDate: version.releaseDate } : {}),
});

export const fullVersion = (view: View, version: Version): Shown => {
  const today = localDate(view.world.now(), view.world.options.siteZone);
  return {
    ...showVersion(view, version),
    ...(version.startDate ? { startDate: version.startDate, userStartDate: friendlyDate(version.startDate) } : {}),
    ...(version.releaseDate ? { overdue: !version.released && version.releaseDate < today, userReleaseDate: friendlyDate(version.releaseDate) } : {}),
    projectId: Number(version.projectId),
  };
};

export const showOption = (view: View, option: FieldOption): Shown => ({
  self: `${base(view)}/customFieldOption/${option.id}`, value: option.value, id: option.id, ...(view.world.cloud ? {} : { disabled: option.disabled ?? false }),
});

export const findOption = (field: Field, id: string): FieldOption | undefined => {
  for (const option of field.options ?? []) {
    if (option.id === id) return option;
    const child = option.children?.find((one) => one.id === id);
    if (child) return child;
  }
  return undefined;
};

export const showLinkType = (view: View, type: LinkType): Shown => ({ id: type.id, name: type.name, inward: type.inward, outward: type.outward, self: `${base(view)}/issueLinkType/${type.id}` });

/** The short form of a linked, parent or child issue. */
export const issueStub = (view: View, issue: Issue): Shown => {
  const { tables } = view.world;
  const status = tables.statuses.get(issue.statusId);
  const type = tables.types.get(issue.typeId);
  const priority = tables.priorities.get(String(issue.values["priority"]));
  return {
    id: String(issue.id), key: issue.key, self: `${base(view)}/issue/${issue.id}`,
    fields: { summary: issue.values["summary"], status: status ? showStatus(view, status) : null, ...(priority ? { priority: showPriority(view, priority) } : {}), issuetype: type ? showType(view, type) : null },
  };
};

/** A link as one of its two issues shows it: the source lists the other end as outward (sheet §14.1). */
export const linkEntry = (view: View, link: IssueLink, here: number): Shown | null => {
  const type = view.world.tables.linkTypes.get(link.typeId);
  const other = view.world.issues.get(link.from === here ? link.to : link.from);
  if (!type || !other) return null;
  return { id: link.id, self: `${base(view)}/issueLink/${link.id}`, type: showLinkType(view, type), [link.from === here ? "outwardIssue" : "inwardIssue"]: issueStub(view, other) };
};

export const showVisibility = (view: View, visibility: Visibility): Shown => ({
  type: visibility.type, value: visibility.value, ...(view.world.cloud ? { identifier: visibility.identifier ?? visibility.value } : {}),
});

