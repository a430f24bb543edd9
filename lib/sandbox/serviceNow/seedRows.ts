// People, rights, places, properties and rules that are there after reset(). Data only; references are by name.

export interface SeedUser {
  readonly login: string;
  readonly first: string;
  readonly last: string;
  readonly password: string;
  readonly email: string;
  readonly zone: string;
  readonly roles: string;
  readonly groups: string;
  readonly more?: Readonly<Record<string, string>>;
}

const PASSWORD = "snow-pass";

const person = (login: string, first: string, last: string, zone: string, roles: string, groups: string, more: Readonly<Record<string, string>> = {}): SeedUser => ({ login, first, last, password: PASSWORD, email: `${login}@example.com`, zone, roles, groups, more });

/** The well-known id of the first administrator (sheet §12.2). */
export const ADMIN_ID = "6816f79cc0a8016401c5a33be04be441";

export const USERS: readonly SeedUser[] = [
  { login: "admin", first: "System", last: "Administrator", password: "admin", email: "admin@example.com", zone: "US/Pacific", roles: "admin", groups: "" },
  { login: "sync", first: "Sync", last: "Service", password: "sync-pass", email: "sync@example.com", zone: "UTC", roles: "itil, scrum_master, personalize_dictionary, audit_reader, import_transformer", groups: "", more: { web_service_access_only: "true" } },
  person("anna.berg", "Anna", "Berg", "Europe/Berlin", "itil, scrum_master", "Ferry Shop, Piers", { department: "Passengers", location: "Berlin", date_format: "dd.MM.yyyy", title: "Product owner" }),
  person("bo.chen", "Bo", "Chen", "Asia/Shanghai", "itil, scrum_user", "Ferry Shop", { department: "Boats", location: "Shanghai", manager: "anna.berg" }),
  person("carla.diaz", "Carla", "Díaz", "America/Bogota", "itil, scrum_user", "Piers", { department: "Passengers", location: "Bogotá", manager: "anna.berg", date_format: "dd/MM/yyyy", time_format: "hh:mm:ss a" }),
  person("emil.novak", "Emil", "Novák", "Europe/Zurich", "itil", "Piers"),
  person("max.muster", "Max", "Muster", "Europe/Zurich", "", ""),
  person("max.muster2", "Max", "Muster", "Europe/Zurich", "", "", { email: "max.muster@example.com" }),
  person("vera.stone", "Vera", "Stone", "", "", "", { email: "" }),
  person("ivo.inactive", "Ivo", "Inactive", "Europe/Berlin", "", "", { active: "false" }),
  person("dirk.olsen", "Dirk", "Olsen", "", "itil", "Ferry Shop", { active: "false" }),
];

export const ROLES: readonly (readonly [name: string, description: string, contains: string])[] = [
  ["admin", "May do everything", ""],
  ["itil", "Works on tasks", "rest_service"],
  ["scrum_master", "Plans sprints", "scrum_user"],
  ["scrum_user", "Works on stories", ""],
  ["personalize_dictionary", "Reads the dictionary", ""],
  ["audit_reader", "Reads what was changed and deleted", ""],
  ["import_transformer", "Loads import sets", ""],
  ["user_admin", "Keeps users and groups", ""],
  ["rest_service", "Calls web services", ""],
  ["snc_read_only", "Changes nothing", ""],
];

export const GROUPS = [
  { name: "Ferry Shop", description: "Booking and payment", manager: "anna.berg", email: "ferry.shop@example.com" },
  { name: "Piers", description: "Boards and gates", manager: "carla.diaz", email: "piers@example.com" },
  { name: "Service Desk", description: "First on the phone", manager: "emil.novak", email: "desk@example.com" },
] as const;

export const DEPARTMENTS = [
  { name: "Ferry Line", id: "01", parent: "", dept_head: "anna.berg" },
  { name: "Passengers", id: "0101", parent: "Ferry Line", dept_head: "anna.berg" },
  { name: "Boats", id: "0102", parent: "Ferry Line", dept_head: "bo.chen" },
] as const;

export const LOCATIONS = [
  { name: "Berlin", city: "Berlin", country: "Germany" },
  { name: "Shanghai", city: "Shanghai", country: "China" },
  { name: "Bogotá", city: "Bogotá", country: "Colombia" },
] as const;

export const COMPANIES = [{ name: "Ferry Line", city: "Berlin", country: "Germany" }, { name: "Board Maker", city: "Shanghai", country: "China" }] as const;

export const ITEMS = [
  { table: "cmdb_ci_service", name: "Ticket Shop", short_description: "Where passengers buy" },
  { table: "cmdb_ci_service", name: "Departure Boards", short_description: "What hangs on the piers" },
  { table: "cmdb_ci_server", name: "tide-web-01", short_description: "Serves the shop" },
] as const;

export const PROPERTIES: Readonly<Record<string, string>> = {
  "glide.sys.default.tz": "US/Pacific",
  "glide.sys.date_format": "yyyy-MM-dd",
  "glide.sys.time_format": "HH:mm:ss",
  "glide.invalid_query.returns_no_rows": "false",
  "glide.oauth.inbound.client.credential.grant_type.enabled": "true",
  "com.glide.attachment.max_size": "1024",
  "glide.attachment.extensions": "",
  "glide.attachment.role": "",
  instance_name: "sandbox",
};

/** Name, operations, roles, condition. */
export const RULES: readonly (readonly [name: string, operations: string, roles: string, condition?: string])[] = [
  ["task", "read", "itil, scrum_user, snc_read_only"],
  ["task", "read", "", "opened_by=javascript:gs.getUserID()"],
  ["task", "write, create", "itil, scrum_user"],
  ["task", "delete", "itil"],
  ["incident", "create", ""],
  ["incident", "read", "itil, snc_read_only"],
  ["incident", "read", "", "caller_id=javascript:gs.getUserID()^ORopened_by=javascript:gs.getUserID()"],
  ["incident", "write", "itil"],
  ["incident", "write", "", "caller_id=javascript:gs.getUserID()"],
  ["task.work_notes", "read, write, create", "itil, scrum_user"],
  ["task.comments_and_work_notes", "read", "itil, scrum_user"],
  ["sys_journal_field", "read", "itil"],
  ["sys_journal_field", "write, create, delete", "admin"],
  ["sys_audit", "read", "audit_reader"],
  ["sys_audit_delete", "read", "audit_reader"],
  ["sys_audit", "write, create, delete", "admin"],
  ["sys_audit_delete", "write, create, delete", "admin"],
  ["sys_db_object", "read", "personalize_dictionary, itil"],
  ["sys_dictionary", "read", "personalize_dictionary"],
  ["sys_dictionary_override", "read", "personalize_dictionary"],
  ["sys_properties", "read", "admin"],
  ["oauth_entity", "read", "admin"],
  ["sys_security_acl", "read", "admin"],
  ["sys_rate_limit_rules", "read", "admin"],
  ["sys_user", "write, create, delete", "user_admin"],
  ["sys_user.locked_out", "read", "user_admin, itil"],
  ["sys_user_group", "write, create, delete", "user_admin"],
  ["sys_user_grmember", "write, create, delete", "user_admin"],
  ["sys_user_has_role", "write, create, delete", "user_admin"],
  ["sys_import_set_row", "read, write, create", "import_transformer"],
  ["kb_knowledge", "write, create, delete", "itil"],
  ["cmdb", "write, create, delete", "itil"],
  ["sys_attachment", "read, create, write, delete", ""],
  ["sys_filter", "read", "", "userISEMPTY^groupISEMPTY^NQuser=javascript:gs.getUserID()^NQgroupISNOTEMPTY^groupINjavascript:gs.getMyGroups()"],
  ["sys_filter", "create", ""],
  ["sys_filter", "write, delete", "", "user=javascript:gs.getUserID()"],
  ["scrum_theme", "write, create, delete", "scrum_user"],
  ["scrum_pp_team", "write, create, delete", "scrum_user"],
  ["m2m_story_dependencies", "write, create, delete", "scrum_user"],
  ["m2m_release_group", "write, create, delete", "scrum_user"],
  ...["sys_db_object", "sys_dictionary", "sys_dictionary_override", "sys_documentation", "sys_choice", "sys_number", "sys_properties", "sys_script", "sys_data_policy2", "sys_data_policy_rule", "sys_security_acl", "sys_user_role", "sys_rate_limit_rules", "oauth_entity", "sys_transform_map", "sys_transform_entry"].map(
    (name) => [name, "write, create, delete", "admin"] as const,
  ),
  ["*", "write, create, delete", "itil"],
];

export const DYNAMIC_FILTERS = [
  { id: "90d1921e5f510100a9ad2572f2b477fe", label: "Me", script: "gs.getUserID()", table: "sys_user" },
  { id: "d6435e965f510100a9ad2572f2b477fe", label: "One of My Groups", script: "getMyGroups()", table: "sys_user_group" },
] as const;

/** Saved filters: without user and group for everyone, else for him or them. */
export const FILTERS = [
  { title: "Open incidents", table: "incident", filter: "active=true^ORDERBYDESCnumber", user: "", group: "" },
  { title: "Changed in the last 7 days", table: "incident", filter: "sys_updated_onONLast 7 days@javascript:gs.beginningOfLast7Days()@javascript:gs.endOfLast7Days()^EQ", user: "", group: "" },
  { title: "My open work", table: "task", filter: "active=true^assigned_to=javascript:gs.getUserID()^EQ", user: "sync", group: "" },
  { title: "Stories of the shop", table: "rm_story", filter: "active=true^assignment_group.name=Ferry Shop^EQ", user: "", group: "Ferry Shop" },
  { title: "Open incidents", table: "incident", filter: "stateIN1,2^EQ", user: "anna.berg", group: "" },
] as const;

/** Resolving and closing an incident needs a code and notes (sheet §6). */
export const POLICY = { name: "Make close info mandatory when resolved or closed", table: "incident", condition: "stateIN6,7", fields: ["close_code", "close_notes"] } as const;

export const VIEWS = [
  { table: "incident", name: "", title: "Default view", fields: "number, opened_at, short_description, caller_id, priority, state, category, assignment_group, assigned_to, sys_updated_on, sys_updated_by" },
  { table: "incident", name: "ess", title: "Self Service", fields: "number, short_description, state, caller_id, opened_at, sys_updated_on" },
  { table: "incident", name: "mobile", title: "Mobile", fields: "number, short_description, priority, assigned_to, caller_id.email" },
  { table: "rm_story", name: "scrum", title: "Scrum", fields: "number, short_description, state, sprint, epic, story_points, assigned_to" },
  { table: "sys_user", name: "ess", title: "Self Service", fields: "user_name, name, email, active" },
] as const;

/** A staging table with its map: sent rows become incidents, found again by correlation_id (sheet §11). */
export const IMPORT = {
  table: "u_incident_import",
  label: "Incident import",
  map: "Import to incident",
  target: "incident",
  fields: [["u_external_id", "correlation_id", true], ["u_title", "short_description", false], ["u_text", "description", false], ["u_state", "state", false], ["u_assigned_to", "assigned_to", false], ["u_note", "comments", false]] as const,
} as const;
