// What every deed is handed: the content, the dictionary, the switches, who asks and when. Answers small questions about people and properties.

import { type Row, truthy } from "./model.ts";
import { type ServiceNowOptions, withProperties } from "./options.ts";
import type { Schema } from "./schema.ts";
import { isZone } from "./time.ts";
import type { World } from "./world.ts";

export interface Person {
  readonly sysId: string;
  readonly login: string;
  readonly name: string;
  readonly roles: ReadonlySet<string>;
  readonly zone: string;
  readonly dateFormat: string;
  readonly timeFormat: string;
  /** Of the labels he is shown. */
  readonly language: string;
  /** Groups by sys_id. */
  readonly groups: readonly string[];
}

export interface Scope {
  readonly world: World;
  readonly schema: Schema;
  readonly options: ServiceNowOptions;
  readonly person: Person;
  readonly now: number;
  /** Searches see a write so many seconds later. */
  readonly lag: number;
  /** "https://host", without a slash at its end. */
  readonly base: string;
  /** Access rules: may the person read this row, or this field of it. */
  readonly mayRead: (table: string, row: Row, field?: string) => boolean;
  /** May the person name this path in a query. */
  readonly mayQuery: (table: string, field: string) => boolean;
}

const indexes = new WeakMap<World, { version: number; values: ReadonlyMap<string, string> }>();

const properties = (world: World): ReadonlyMap<string, string> => {
  const version = world.version("sys_properties");
  const known = indexes.get(world);
  if (known?.version === version) return known.values;
  const values = new Map(world.rows("sys_properties").map((row) => [row.name ?? "", row.value ?? ""]));
  indexes.set(world, { version, values });
  return values;
};

export const property = (world: World, name: string): string => properties(world).get(name) ?? "";

export const optionsNow = (world: World, options: ServiceNowOptions): ServiceNowOptions => withProperties(options, properties(world));

/** Roles contain others (sys_user_role_contains); groups bring theirs (sys_group_has_role). */
const rolesOf = (world: World, user: string, groups: readonly string[]): ReadonlySet<string> => {
  const ids = [...world.rows("sys_user_has_role").filter((row) => row.user === user).map((row) => row.role ?? ""), ...world.rows("sys_group_has_role").filter((row) => groups.includes(row.group ?? "")).map((row) => row.role ?? "")];
  const contained = world.rows("sys_user_role_contains");
  for (const id of ids) for (const row of contained) if (row.role === id && row.contains !== undefined && !ids.includes(row.contains)) ids.push(row.contains);
  return new Set(ids.map((id) => world.get("sys_user_role", id)?.name ?? id));
};

export const personOf = (world: World, user: Row): Person => {
  const sysId = user.sys_id ?? "";
  const groups = world.rows("sys_user_grmember").filter((row) => row.user === sysId).map((row) => row.group ?? "");
  const zone = [user.time_zone ?? "", property(world, "glide.sys.default.tz"), "UTC"].find((name) => name !== "" && isZone(name)) ?? "UTC";
  return {
    sysId,
    login: user.user_name ?? "",
    name: user.name ?? user.user_name ?? "",
    roles: rolesOf(world, sysId, groups),
    zone,
    dateFormat: user.date_format ?? (property(world, "glide.sys.date_format") || "yyyy-MM-dd"),
    timeFormat: user.time_format ?? (property(world, "glide.sys.time_format") || "HH:mm:ss"),
    language: user.preferred_language ?? (property(world, "glide.sys.language") || "en"),
    groups,
  };
};

export const userNamed = (world: World, login: string): Row | undefined => world.by("sys_user", login)[0];

export const mayEnter = (user: Row): boolean => user.active !== "false" && !truthy(user.locked_out);

export const hiddenUntil = (scope: Scope): number | undefined => (scope.lag > 0 ? scope.now + scope.lag * 1000 : undefined);
