// Tables made by rows: what a new line in sys_db_object brings along, and what goes with it (sheet §12).

import type { SeedTable } from "./seedTask.ts";
import { hashId } from "./world.ts";
import type { Row } from "./model.ts";
import type { Scope } from "./scope.ts";
import { sowTable } from "./seed.ts";
import { stamp } from "./time.ts";
import type { Written } from "./write.ts";

/** A new table has its line in the dictionary and, without a parent, the columns of the system. */
export const completeTable = (scope: Scope, row: Row): void => {
  const { world } = scope;
  const name = row.name ?? "";
  if (name === "" || world.rows("sys_dictionary").some((line) => line.name === name && line.element === undefined)) return;
  const parent = row.super_class === undefined ? undefined : (world.get("sys_db_object", row.super_class)?.name ?? row.super_class);
  const table: SeedTable = { name, label: row.label ?? name, ...(parent === undefined ? {} : { parent }), columns: "" };
  const { sys_id: id = hashId(`sys_db_object ${name}`) } = row;
  sowTable({ world, now: stamp(scope.now) }, table, false);
  // The seed writes a line of its own: the one that was sent takes its place.
  if (id !== hashId(`sys_db_object ${name}`)) world.remove("sys_db_object", hashId(`sys_db_object ${name}`));
  world.put("sys_db_object", { is_extendable: "true", ...row });
};

export const afterInsert = (scope: Scope, { table, row }: Written): void => {
  if (table === "sys_db_object") completeTable(scope, row);
};

/** A table that has gone takes its rows and its dictionary along. */
export const afterRemove = (scope: Scope, table: string): void => {
  if (table !== "sys_db_object") return;
  const { world, schema } = scope;
  const gone = new Set(world.rows("sys_dictionary").map((line) => line.name ?? "").filter((name) => !schema.has(name)));
  for (const line of world.rows("sys_dictionary")) if (gone.has(line.name ?? "")) world.remove("sys_dictionary", line.sys_id ?? "");
  for (const name of gone) for (const row of world.rows(name)) world.remove(name, row.sys_id ?? "");
};
