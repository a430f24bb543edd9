// Fills an empty world with what a fresh server has: people, roles, workspaces with their roots, lists, phases, transitions, one release, no items.

import type { OctaneOptions } from "./options.ts";
import { token } from "./errors.ts";
import type { Entity, Ref, Values } from "./model.ts";
import { LISTS, METAPHASES, PHASES, ROLES, USERS, WAYS, WORKSPACES } from "./seedData.ts";
import { wireTime } from "./time.ts";
import { SHARED, type World } from "./world.ts";

interface Sower {
  readonly world: World;
  readonly options: OctaneOptions;
  readonly now: string;
}

const sow = (sower: Sower, type: string, ws: number, v: Values, ownId?: string): Entity => {
  const num = sower.world.nextNum(sower.world.schema.tableOf(type));
  const id = ownId ?? String(num);
  const logical_name = v.logical_name ?? token(`${ws}/${type}/${id}`);
  return sower.world.add({ type, id, num, ws, v: { creation_time: sower.now, last_modified: sower.now, version_stamp: 1, client_lock_stamp: 1, ...v, logical_name } });
};

const ref = (entity: Entity): Ref => ({ type: entity.type, id: entity.id });

const named = (sower: Sower, type: string, logicalName: string, v: Values): Entity =>
  sow(sower, type, 0, { ...v, logical_name: logicalName }, sower.options.listIds === "logicalName" ? logicalName : undefined);

const sowLists = (sower: Sower): void => {
  for (const list of LISTS) {
    const root = named(sower, "list_node", list.root, { name: list.name, list_root: null, index: 0, activity_level: 0, is_system: !list.root.endsWith("_ln") });
    const own = list.root.endsWith("_ln");
    list.values.forEach(([suffix, name], at) => {
      const logical = own ? `${list.root.slice(0, -3)}_${suffix}_ln` : `${list.root}.${suffix}`;
      named(sower, "list_node", logical, { name, list_root: ref(root), index: at + (sower.options.listIds === "number" ? 1 : 0), activity_level: 0, is_system: !own });
    });
  }
};

const COLORS = { new: "#5216ac", inprogress: "#1668c1", intesting: "#ebb700", done: "#00a982" } as const;

const waysOf = (type: string, suffixes: readonly string[]): readonly (readonly [string, string, boolean])[] => {
  const own = WAYS[type];
  if (own) return Object.entries(own).flatMap(([from, targets]) => targets.map((to, at) => [from, to, at === 0] as const));
  return suffixes.flatMap((from, at) => [
    ...(suffixes[at + 1] ? [[from, suffixes[at + 1]!, true] as const] : []),
    ...(at > 0 ? [[from, suffixes[at - 1]!, false] as const] : []),
  ]);
};

const sowPhases = (sower: Sower): void => {
  const meta = new Map(METAPHASES.map(({ key, name }, at) => [key, named(sower, "metaphase", `metaphase.work_item.${key}`, { name, entity: "work_item", index: at + 1 })]));
  for (const [type, phases] of Object.entries(PHASES)) {
    const made = new Map<string, Entity>();
    phases.forEach(([suffix, name, key], index) => {
      const v = { name, entity: type, metaphase: ref(meta.get(key)!), index, is_start_phase: index === 0, is_hidden: false, is_system: true, color_hex: COLORS[key] };
      made.set(suffix, named(sower, "phase", `phase.${type}.${suffix}`, v));
    });
    const way = (from: Entity | null, to: Entity, primary: boolean): void => {
      sow(sower, "transition", 0, { entity: type, source_phase: from ? ref(from) : null, target_phase: ref(to), is_primary: primary });
    };
    if (sower.options.startTransitions) way(null, made.get(phases[0]![0])!, true);
    for (const [from, to, primary] of waysOf(type, phases.map(([suffix]) => suffix))) way(made.get(from)!, made.get(to)!, primary);
  }
};

const sowPeople = (sower: Sower): void => {
  const roles = new Map<string, Entity>(ROLES.map((role) => [role.key, sow(sower, "workspace_role", 0, { name: role.name, logical_name: role.logicalName, activity_level: 0 })]));
  for (const user of USERS) {
    const entity = sow(sower, "workspace_user", 0, {
      name: user.login,
      email: user.apiKey ? null : user.login,
      first_name: user.first,
      last_name: user.last,
      full_name: `${user.first} ${user.last}`,
      phone1: null,
      uid: token(`uid/${user.login}`),
      language: "lang.en",
      activity_level: user.active === false ? 3 : 0,
      is_api_key: user.apiKey === true,
      roles: [ref(roles.get(user.role)!)],
    });
    sower.world.passwords.set(entity.id, user.password);
  }
};

const LABELLED = "epic feature story quality_story defect task requirement_document requirement_folder release sprint milestone test_manual gherkin_test test_suite test_automated run_manual comment".split(" ");

const sowLabels = (sower: Sower): void => {
  for (const type of LABELLED) {
    const label = sower.world.schema.typeNamed(type).label;
    const plural = label.endsWith("y") ? `${label.slice(0, -1)}ies` : `${label}s`;
    const initials = label.split(" ").map((word) => word.charAt(0)).join("");
    sow(sower, "entity_label", 0, { entity_type: type, language: "lang.en", name: label.toLowerCase(), plural_name: plural.toLowerCase(), initials, plural_capitalized: plural });
  }
};

/** A new workspace: the roots that the server owns, and its first release. */
export const sowWorkspace = (world: World, options: OctaneOptions, now: Date, ws: number): void => {
  const sower: Sower = { world, options, now: wireTime(now, options.timePrecision) };
  sow(sower, "work_item_root", ws, { name: "Backlog" });
  sow(sower, "requirement_root", ws, { name: "Requirements" });
  sow(sower, "product_area", ws, { name: "Product areas", parent: null });
  if (ws === SHARED) return;
  const year = now.getUTCFullYear();
  const scrum = world.byLogicalName("list_node.release_agile_type.scrum", 0);
  sow(sower, "release", ws, {
    name: "Default release",
    start_date: wireTime(new Date(Date.UTC(year, 0, 1)), options.timePrecision),
    end_date: wireTime(new Date(Date.UTC(year, 11, 31)), options.timePrecision),
    agile_type: scrum ? ref(scrum) : null,
    activity_level: 0,
  });
};

export const seedWorld = (world: World, options: OctaneOptions, now: Date): void => {
  world.clear();
  const sower: Sower = { world, options, now: wireTime(now, options.timePrecision) };
  sowLists(sower);
  sowPhases(sower);
  sowPeople(sower);
  sowLabels(sower);
  world.nextNum("workspace");
  for (const { id, name } of WORKSPACES) {
    sow(sower, "workspace", 0, { name, description: null, activity_level: 0 }, String(id));
    sowWorkspace(world, options, now, id);
  }
  sowWorkspace(world, options, now, SHARED);
};
