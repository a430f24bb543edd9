// A kept value as the wire shows it, and as the change log words it.

import type { Cascade, Field, HistoryItem, Kind, Rich, Stored } from "./model.ts";
import { userName } from "./people.ts";
import { isEmpty } from "./readValue.ts";
import { logText, showRich } from "./rich.ts";
import { findOption, fullVersion, showComponent, showGroup, showOption, showPriority, showProject, showResolution, showUser, showVersion, type View } from "./shapes.ts";
import { platformTime } from "./time.ts";
import type { World } from "./world.ts";

const ids = (value: Stored): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);

const listOf = (view: View, kind: Kind, value: Stored, field: Field): readonly unknown[] => {
  const { tables } = view.world;
  return ids(value).flatMap((id): readonly unknown[] => {
    if (kind === "users") return [showUser(view, id)];
    if (kind === "options") {
      const option = findOption(field, id);
      return option ? [showOption(view, option)] : [];
    }
    if (kind === "groups") {
      const group = tables.groups.get(id);
      return group ? [showGroup(view, group)] : [];
    }
    if (kind === "components") {
      const component = tables.components.get(id);
      return component ? [showComponent(view, component)] : [];
    }
    const version = tables.versions.get(id);
    return version ? [showVersion(view, version)] : [];
  });
};

const cascade = (view: View, field: Field, value: Cascade): unknown => {
  const parent = findOption(field, value.parent);
  if (!parent) return null;
  const child = value.child === null ? undefined : findOption(field, value.child);
  return { ...showOption(view, parent), ...(child ? { child: showOption(view, child) } : {}) };
};

const single = (view: View, field: Field, id: string): unknown => {
  const { tables, options } = view.world;
  switch (field.kind) {
    case "user": return showUser(view, id);
    case "option": {
      const option = findOption(field, id);
      return option ? showOption(view, option) : null;
    }
    case "group": {
      const group = tables.groups.get(id);
      return group ? showGroup(view, group) : null;
    }
    case "project": {
      const project = tables.projects.get(id);
      return project ? showProject(view, project) : null;
    }
    case "version": {
      const version = tables.versions.get(id);
      return version ? fullVersion(view, version) : null;
    }
    case "priority": {
      const priority = tables.priorities.get(id);
      return priority ? showPriority(view, priority) : null;
    }
    case "resolution": {
      const resolution = tables.resolutions.get(id);
      return resolution ? showResolution(view, resolution) : null;
    }
    case "security": {
      const level = tables.securityLevels.get(id);
      return level ? { self: `${view.root}/rest/api/${view.api}/securitylevel/${id}`, id, name: level.name, description: level.description } : null;
    }
    case "datetime": return platformTime(Number(id), options.siteZone);
    default: return id;
  }
};

export const showValue = (view: View, field: Field, value: Stored | undefined): unknown => {
  if (field.kind === "labels") return value ?? [];
  if (value === null || value === undefined) return field.kind === "versions" && !field.custom || field.kind === "components" ? [] : null;
  if (field.kind === "rich") return showRich(view.world, view.api, value as Rich);
  if (field.kind === "datetime") return platformTime(Number(value), view.world.options.siteZone);
  if (field.kind === "cascade") return cascade(view, field, value as Cascade);
  if (Array.isArray(value)) return listOf(view, field.kind, value as readonly string[], field);
  return typeof value === "string" ? single(view, field, value) : value;
};

/** Value and words of one side of a change. */
const worded = (world: World, field: Field, value: Stored | undefined): readonly [string | null, string | null] => {
  if (isEmpty(value) || value === null || value === undefined) return field.kind === "labels" ? ["", ""] : [null, null];
  const { tables } = world;
  const optionText = (id: string): string => findOption(field, id)?.value ?? id;
  switch (field.kind) {
    case "rich": return [null, logText(value as Rich)];
    case "number": return [null, String(value)];
    case "date": return [String(value), `${String(value)} 00:00:00.0`];
    case "datetime": return [platformTime(Number(value), world.options.siteZone), platformTime(Number(value), world.options.siteZone)];
    case "option": return [String(value), optionText(String(value))];
    case "options": return [`[${ids(value).join(", ")}]`, ids(value).map(optionText).join(",")];
    case "cascade": {
      const { parent, child } = value as Cascade;
      return [null, `Parent values: ${optionText(parent)}(${parent})${child === null ? "" : `Level 1 values: ${optionText(child)}(${child})`}`];
    }
    case "labels": return ["", ids(value).join(" ")];
    case "user": return [String(value), userName(world, String(value))];
    case "users": return [`[${ids(value).join(", ")}]`, `[${ids(value).map((id) => userName(world, id)).join(", ")}]`];
    case "priority": return [String(value), tables.priorities.get(String(value))?.name ?? null];
    case "resolution": return [String(value), tables.resolutions.get(String(value))?.name ?? null];
    case "security": return [String(value), tables.securityLevels.get(String(value))?.name ?? null];
    case "version": return [String(value), tables.versions.get(String(value))?.name ?? null];
    case "project": return [String(value), tables.projects.get(String(value))?.name ?? null];
    case "group": return [String(value), tables.groups.get(String(value))?.name ?? null];
    case "duration": return [String(value), String(value)];
    default: return [null, Array.isArray(value) ? value.join(",") : String(value)];
  }
};

/** One line per version or component gained or lost. */
const memberItems = (world: World, field: Field, before: readonly string[], after: readonly string[], common: Pick<HistoryItem, "fieldtype" | "fieldId">): readonly HistoryItem[] => {
  const rows: ReadonlyMap<string, { readonly name: string }> = field.kind === "components" ? world.tables.components : world.tables.versions;
  const names: Readonly<Record<string, string>> = { fixVersions: "Fix Version", versions: "Version", components: "Component" };
  const word = names[field.id] ?? field.name;
  const nameOf = (id: string): string => rows.get(id)?.name ?? id;
  return [
    ...before.filter((id) => !after.includes(id)).map((id) => ({ field: word, ...common, from: id, fromText: nameOf(id), to: null, toText: null })),
    ...after.filter((id) => !before.includes(id)).map((id) => ({ field: word, ...common, from: null, fromText: null, to: id, toText: nameOf(id) })),
  ];
};

export const historyItems = (world: World, field: Field, before: Stored | undefined, after: Stored | undefined): readonly HistoryItem[] => {
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null) || (isEmpty(before) && isEmpty(after))) return [];
  const common = { fieldtype: field.custom ? "custom" : "jira", ...(world.cloud ? { fieldId: field.id } : {}) } as const;
  if (field.kind === "components" || field.kind === "versions") return memberItems(world, field, ids(before ?? null), ids(after ?? null), common);
  const [from, fromText] = worded(world, field, before);
  const [to, toText] = worded(world, field, after);
  return [{ field: field.custom ? field.name : field.id, ...common, from, fromText, to, toText }];
};
