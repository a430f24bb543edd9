// Makes the rows of a fresh instance out of the seed files. Ids are made of names, so that two servers have the same ones.

import { hashId, type Snapshot, type World } from "./world.ts";
import type { Row } from "./model.ts";
import type { ServiceNowOptions } from "./options.ts";
import { SYSTEM_COLUMNS } from "./schema.ts";
import { APPLICATION_FILES, baseTables } from "./seedBase.ts";
import { CHOICES, OVERRIDES, TYPES } from "./seedChoices.ts";
import { ADMIN_ID, COMPANIES, DEPARTMENTS, DYNAMIC_FILTERS, FILTERS, GROUPS, IMPORT, ITEMS, LOCATIONS, POLICY, PROPERTIES, ROLES, RULES, USERS, VIEWS } from "./seedRows.ts";
import { type SeedTable, workTables } from "./seedTask.ts";

interface Sower {
  readonly world: World;
  readonly now: string;
}

const idOf = (table: string, name: string): string => hashId(`${table} ${name}`);
const refTo = (table: string, name: string | undefined): string => (name === undefined || name === "" ? "" : name === "admin" && table === "sys_user" ? ADMIN_ID : idOf(table, name));
const words = (text: string): readonly string[] => text.split(",").map((word) => word.trim()).filter((word) => word !== "");

const sow = ({ world, now }: Sower, table: string, name: string, values: Row): string => {
  const id = values.sys_id ?? idOf(table, name);
  world.put(table, { ...values, ...(APPLICATION_FILES.has(table) ? { sys_class_name: table } : {}), sys_id: id, sys_created_on: now, sys_created_by: "system", sys_updated_on: now, sys_updated_by: "system", sys_mod_count: "0" });
  return id;
};

const wordIn = (text: string, name: string): string => new RegExp(`(?:^|\\s)${name}=(.*?)(?=\\s\\w+=|\\s(?:disp|unique|mand|ro)\\b|$)`).exec(text)?.[1]?.trim() ?? "";
const hasWord = (text: string, name: string): boolean => new RegExp(`(?:^|\\s)${name}(?:\\s|$)`).test(text);

const sowColumn = (sower: Sower, table: string, line: string): void => {
  const [element = "", type = "string", label = element, more = ""] = line.split("|").map((part) => part.trim());
  const length = wordIn(more, "len") || (type === "reference" || type === "GUID" ? "32" : "40");
  const flags = Object.fromEntries([["display", "disp"], ["unique", "unique"], ["mandatory", "mand"], ["read_only", "ro"]].map(([column, word]) => [column, hasWord(more, word ?? "") ? "true" : "false"]));
  sow(sower, "sys_dictionary", `${table}.${element}`, {
    name: table, element, column_label: label, internal_type: type, max_length: length, active: "true", reference: wordIn(more, "ref"), reference_key: wordIn(more, "key"),
    choice: wordIn(more, "choice") || "0", default_value: wordIn(more, "def"), dependent_on_field: wordIn(more, "dep"), virtual: "false", audit: "false", ...flags,
  });
  sow(sower, "sys_documentation", `${table}.${element}`, { name: table, element, label, language: "en" });
};

/** The lines that every table without a parent has. */
const systemLines: readonly string[] = SYSTEM_COLUMNS.map(({ name, type, label, length }) => `${name} | ${type} | ${label} | len=${length} ro${name === "sys_id" ? " unique" : ""}`);

export const sowTable = (sower: Sower, table: SeedTable, extendable: boolean): void => {
  const number = table.prefix === undefined ? "" : sow(sower, "sys_number", table.name, { category: table.name, prefix: table.prefix, number: "10000", maximum_digits: "7" });
  sow(sower, "sys_db_object", table.name, { name: table.name, label: table.label, super_class: refTo("sys_db_object", table.parent), is_extendable: String(extendable), number_ref: number, access: "public", sys_scope: "global" });
  const marks = table.words ?? "";
  sow(sower, "sys_dictionary", table.name, { name: table.name, column_label: table.label, internal_type: "collection", active: "true", audit: String(hasWord(marks, "audit")), attributes: hasWord(marks, "no_audit_delete") ? "no_audit_delete=true" : "" });
  for (const line of [...(table.parent === undefined ? systemLines : []), ...table.columns.split("\n")]) if (line.trim() !== "") sowColumn(sower, table.name, line);
};

const sowChoices = (sower: Sower): void => {
  for (const { table, element, dependent = "", values } of CHOICES)
    for (const [at, pair] of values.split(/,\s*(?=[^,]*=)/).entries()) {
      const [value = "", label = ""] = pair.split("=");
      sow(sower, "sys_choice", `${table}.${element}.${dependent}.${value}`, { name: table, element, value, label, language: "en", sequence: String(at + 1), inactive: "false", dependent_value: dependent });
    }
  for (const [table, base, element, byDefault] of OVERRIDES)
    sow(sower, "sys_dictionary_override", `${table}.${element}`, { name: table, base_table: base, element, ...(byDefault === null ? { display_override: "true" } : { default_value_override: "true", default_value: byDefault }) });
};

const importTable: SeedTable = { name: IMPORT.table, label: IMPORT.label, parent: "sys_import_set_row", columns: IMPORT.fields.map(([source]) => `\n${source} | string | ${source.slice(2).replaceAll("_", " ")} | len=4000`).join("") };

const sowTables = (sower: Sower, options: ServiceNowOptions): void => {
  for (const type of TYPES.split(" ")) sow(sower, "sys_glide_object", type, { name: type, label: type.replaceAll("_", " ") });
  const all = [...baseTables, ...workTables(options.agileChain), importTable];
  const parents = new Set(all.map(({ parent }) => parent));
  for (const table of all) sowTable(sower, table, parents.has(table.name));
  sowChoices(sower);
};

const sowPeople = (sower: Sower, options: ServiceNowOptions): void => {
  for (const [name, description] of ROLES) sow(sower, "sys_user_role", name, { name, description });
  for (const [name, , contains] of ROLES) for (const inner of words(contains)) sow(sower, "sys_user_role_contains", `${name} ${inner}`, { role: refTo("sys_user_role", name), contains: refTo("sys_user_role", inner) });
  for (const { name, ...department } of DEPARTMENTS) sow(sower, "cmn_department", name, { name, id: department.id, parent: refTo("cmn_department", department.parent), dept_head: refTo("sys_user", department.dept_head) });
  for (const location of LOCATIONS) sow(sower, "cmn_location", location.name, { ...location, full_name: `${location.country}/${location.name}` });
  for (const company of COMPANIES) sow(sower, "core_company", company.name, { ...company });
  for (const user of USERS) {
    const { department = "", location = "", manager = "", ...more } = user.more ?? {};
    sow(sower, "sys_user", user.login, {
      sys_id: refTo("sys_user", user.login), user_name: user.login, first_name: user.first, last_name: user.last, name: `${user.first} ${user.last}`, email: user.email, user_password: user.password, active: "true", locked_out: "false", vip: "false", notification: "2",
      time_zone: user.login === "sync" ? options.zone : user.zone, department: refTo("cmn_department", department), location: refTo("cmn_location", location), manager: refTo("sys_user", manager), company: refTo("core_company", "Ferry Line"), web_service_access_only: "false", sys_class_name: "sys_user", sys_domain: "global", ...more,
    });
    for (const role of words(user.roles)) sow(sower, "sys_user_has_role", `${user.login} ${role}`, { user: refTo("sys_user", user.login), role: refTo("sys_user_role", role), state: "active", inherited: "false" });
  }
  for (const { manager, ...group } of GROUPS) sow(sower, "sys_user_group", group.name, { ...group, manager: refTo("sys_user", manager), active: "true" });
  for (const user of USERS) for (const group of words(user.groups)) sow(sower, "sys_user_grmember", `${user.login} ${group}`, { user: refTo("sys_user", user.login), group: refTo("sys_user_group", group) });
};

const sowRules = (sower: Sower): void => {
  for (const [at, [name, operations, roles, condition = ""]] of RULES.entries()) for (const operation of words(operations)) sow(sower, "sys_security_acl", `${name} ${operation} ${at}`, { name, operation, active: "true", roles, condition });
  for (const { id, ...filter } of DYNAMIC_FILTERS) sow(sower, "sys_filter_option_dynamic", id, { ...filter, sys_id: id, field_type: "reference", active: "true" });
  for (const { title, table, filter, user, group } of FILTERS) sow(sower, "sys_filter", `${title} ${user}${group}`, { title, table, filter, user: refTo("sys_user", user), group: refTo("sys_user_group", group), sys_domain: "global" });
  const policy = sow(sower, "sys_data_policy2", POLICY.name, { short_description: POLICY.name, model_table: POLICY.table, conditions: POLICY.condition, active: "true", inherit: "false" });
  for (const field of POLICY.fields) sow(sower, "sys_data_policy_rule", field, { sys_data_policy: policy, table: POLICY.table, field, mandatory: "true" });
  for (const [name, value] of Object.entries(PROPERTIES)) sow(sower, "sys_properties", name, { name, value, type: "string" });
  sow(sower, "oauth_entity", "Tandem", { name: "Tandem", client_id: "tandem_client", client_secret: "tandem_secret", user: refTo("sys_user", "sync"), active: "true" });
};

const sowViews = (sower: Sower): void => {
  for (const { table, name, title, fields } of VIEWS) {
    const view = sow(sower, "sys_ui_view", title, { name, title });
    const list = sow(sower, "sys_ui_list", `${table} ${title}`, { name: table, view });
    for (const [position, element] of words(fields).entries()) sow(sower, "sys_ui_list_element", `${table} ${title} ${element}`, { list_id: list, element, position: String(position) });
  }
};

const sowThings = (sower: Sower): void => {
  for (const { table, ...item } of ITEMS) sow(sower, table, item.name, { ...item, sys_class_name: table, install_status: "1", operational_status: "1", sys_domain: "global", company: refTo("core_company", "Ferry Line") });
  sow(sower, "kb_knowledge_base", "IT", { title: "IT", description: "What the desk knows", owner: refTo("sys_user", "anna.berg"), active: "true" });
  sow(sower, "cmdb_model", "Ticket Shop", { name: "Ticket Shop", display_name: "Ticket Shop", sys_class_name: "cmdb_model", owner: refTo("sys_user", "anna.berg") });
  sow(sower, "cmdb_model", "Departure Boards", { name: "Departure Boards", display_name: "Departure Boards", sys_class_name: "cmdb_model", owner: refTo("sys_user", "carla.diaz") });
  sow(sower, "scrum_pp_team", "Tide", { name: "Tide", assignment_group: refTo("sys_user_group", "Ferry Shop") });
  const map = sow(sower, "sys_transform_map", IMPORT.map, { name: IMPORT.map, source_table: IMPORT.table, target_table: IMPORT.target, active: "true", order: "100", run_business_rules: "true" });
  for (const [source, target, coalesce] of IMPORT.fields) sow(sower, "sys_transform_entry", source, { map, source_field: source, target_field: target, coalesce: String(coalesce) });
};

/** The last fresh instance made: many servers in one process start alike. */
let last: { readonly key: string; readonly rows: Snapshot } | undefined;

export const seedWorld = (world: World, options: ServiceNowOptions, now: string): void => {
  const key = `${now} ${options.agileChain} ${options.zone}`;
  if (last?.key === key) return world.adopt(last.rows);
  world.clear();
  const sower: Sower = { world, now };
  sowTables(sower, options);
  sowPeople(sower, options);
  sowRules(sower);
  sowViews(sower);
  sowThings(sower);
  last = { key, rows: world.snapshot() };
};
