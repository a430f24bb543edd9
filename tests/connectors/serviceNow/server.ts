// A ServiceNow of a few tables in memory, as the tests of its connector need one: no network, every call kept, every answer
// can be bent. It knows only what the connector asks, and drops what it does not understand, as the real one does.

import { Buffer } from "node:buffer";
import type { Connector, DataSourceSettings } from "../../../lib/connectors/connector.ts";
import type { Http, HttpRequest, HttpResponse, HttpStream } from "../../../lib/connectors/http.ts";
import { createServiceNow } from "../../../lib/connectors/serviceNow/index.ts";

export type Row = Record<string, string>;
export type Bend = (request: HttpRequest, next: () => Promise<HttpResponse>) => Promise<HttpResponse> | HttpResponse;

export const json = (status: number, body: unknown, headers: HttpResponse["headers"] = {}): HttpResponse => ({ status, headers: { "content-type": "application/json", ...headers }, text: typeof body === "string" ? body : JSON.stringify(body) });
export const refuse = (status: number, message: string, detail: string | null = null): HttpResponse => json(status, { error: { message, detail }, status: "failure" });

const column = (name: string, element: string, type: string, more: Row = {}): Row => ({ name, element, column_label: element.replaceAll("_", " "), internal_type: type, active: "true", ...more });
const choice = (name: string, element: string, value: string, label: string, more: Row = {}): Row => ({ name, element, value, label, language: "en", inactive: "false", ...more });
const id = (n: number): string => n.toString(16).padStart(32, "0");

export const ADA = id(0xada);
export const BOB = id(0xb0b);
export const TEAM = id(0x7ea);

const sysColumns = (): Row[] => ["sys_id", "sys_created_by", "sys_updated_by", "sys_class_name"].map((name) => column("task", name, name === "sys_id" ? "GUID" : "string")).concat(["sys_created_on", "sys_updated_on"].map((name) => column("task", name, "glide_date_time")), column("task", "sys_mod_count", "integer"));

const content = (): Record<string, Row[]> => ({
  sys_db_object: [
    { name: "task", label: "Task", super_class: "" },
    { name: "incident", label: "Incident", super_class: "task" },
    { name: "problem", label: "Problem", super_class: "task" },
    { name: "sys_user_group", label: "Group", super_class: "" },
    { name: "sys_user", label: "User", super_class: "" },
  ],
  sys_dictionary: [
    ...sysColumns(),
    { name: "incident", element: "", internal_type: "collection", active: "true" },
    column("task", "number", "string", { max_length: "40", display: "true" }),
    column("task", "short_description", "string", { max_length: "160", mandatory: "true" }),
    column("task", "description", "string", { max_length: "4000" }),
    column("task", "state", "integer", { choice: "3", default_value: "1" }),
    column("task", "priority", "integer", { choice: "3", default_value: "4", read_only: "true" }),
    column("task", "impact", "integer", { choice: "3" }),
    column("task", "assigned_to", "reference", { reference: "sys_user" }),
    column("task", "assignment_group", "reference", { reference: "sys_user_group" }),
    column("task", "watch_list", "glide_list", { reference: "sys_user" }),
    column("task", "parent", "reference", { reference: "task" }),
    column("task", "due_date", "due_date"),
    column("task", "time_worked", "glide_duration"),
    column("task", "comments", "journal_input"),
    column("task", "work_notes", "journal_input"),
    column("task", "correlation_id", "string", { max_length: "100" }),
    column("incident", "category", "string", { choice: "3" }),
    column("incident", "subcategory", "string", { choice: "3", dependent_on_field: "category" }),
    column("incident", "notes_html", "html", { max_length: "4000" }),
    column("incident", "reopened", "integer"),
    column("incident", "vip", "boolean"),
    column("sys_user_group", "name", "string", { display: "true" }),
    column("sys_user", "name", "string", { display: "true" }),
    column("sys_user", "email", "email"),
    column("sys_user", "user_name", "string"),
  ],
  sys_dictionary_override: [{ name: "incident", element: "priority", read_only_override: "true", read_only: "false" }],
  sys_choice: [
    choice("task", "state", "1", "Open"),
    choice("task", "state", "3", "Closed"),
    choice("incident", "state", "6", "Resolved", { sequence: "3" }),
    choice("incident", "state", "1", "New", { sequence: "1" }),
    choice("incident", "state", "2", "In Progress", { sequence: "2" }),
    choice("incident", "state", "9", "Retired", { sequence: "4", inactive: "true" }),
    choice("task", "priority", "1", "1 - Critical"),
    choice("task", "priority", "4", "4 - Low"),
    choice("task", "impact", "1", "1 - High"),
    choice("incident", "category", "hardware", "Hardware"),
    choice("incident", "category", "software", "Software"),
    choice("incident", "subcategory", "other_hw", "Other", { dependent_value: "hardware" }),
    choice("incident", "subcategory", "other_sw", "Other", { dependent_value: "software" }),
  ],
  sys_user: [
    { sys_id: id(1), user_name: "tandem", name: "Tandem Sync", email: "tandem@example.com", active: "true", time_zone: "UTC" },
    { sys_id: ADA, user_name: "ada", name: "Ada Byron", email: "ada@example.com", active: "true" },
    { sys_id: BOB, user_name: "bob", name: "Bob ^Roe", email: "bob@example.com", active: "false" },
  ],
  sys_user_group: [{ sys_id: TEAM, name: "Team A" }, { sys_id: id(0x7eb), name: "Twins" }, { sys_id: id(0x7ec), name: "Twins" }],
  sys_filter: [{ title: "Open ones", table: "incident", filter: "state=1^ORDERBYnumber" }, { title: "Broken", table: "incident", filter: "stat=1" }],
  sys_journal_field: [],
  sys_audit: [],
  sys_audit_delete: [],
  sys_attachment: [],
  incident: [],
  problem: [],
});

export class Instance {
  readonly tables: Record<string, Row[]> = content();
  readonly sent: HttpRequest[] = [];
  readonly inner: { readonly method: string; readonly path: string }[] = [];
  /** table.column that a write leaves out silently. */
  readonly readOnly = new Set<string>();
  /** Rows counted but never shown. */
  hidden: (table: string, row: Row) => boolean = () => false;
  countsHidden = true;
  keepsSysId = true;
  now = Date.parse("2026-03-02T09:00:00Z");
  #bend: Bend | undefined;
  #number = 0;

  constructor() {
    let n = 0x1000;
    for (const rows of Object.values(this.tables)) for (const row of rows) row["sys_id"] ??= id(n++);
  }

  bend(bend: Bend | undefined): void {
    this.#bend = bend;
  }

  time = (): string => new Date(this.now).toISOString().slice(0, 19).replace("T", " ");

  add(table: string, fields: Row): Row {
    const user = fields["sys_created_by"] ?? "ada";
    const row: Row = { sys_id: id(0x9000 + ++this.#number), number: `INC${String(this.#number).padStart(7, "0")}`, state: "1", priority: "4", ...Object.fromEntries((this.tables["sys_dictionary"] ?? []).filter((one) => ["task", table].includes(one["name"] ?? "") && one["element"] !== "" && !["comments", "work_notes", "state", "priority", "number", "sys_id"].includes(one["element"] ?? "")).map((one) => [one["element"] ?? "", ""])), sys_created_on: this.time(), sys_updated_on: this.time(), sys_created_by: user, sys_updated_by: user, sys_mod_count: "0", sys_class_name: table, ...fields };
    (this.tables[table] ??= []).push(row);
    return row;
  }

  edit(row: Row, fields: Row, user = "ada"): void {
    Object.assign(row, fields, { sys_updated_on: this.time(), sys_updated_by: user, sys_mod_count: String(Number(row["sys_mod_count"]) + 1) });
  }

  #find(table: string, key: string): Row | undefined {
    return (this.tables[table] ?? []).find((row) => row["sys_id"] === key || (table === "sys_db_object" && row["name"] === key));
  }

  #walk(row: Row, dotted: string): string {
    const [first = "", ...rest] = dotted.split(".");
    const held = row[first] ?? "";
    if (rest.length === 0) return held;
    const target = first === "super_class" ? "sys_db_object" : (this.tables["sys_dictionary"]?.find((one) => one["element"] === first)?.["reference"] ?? "");
    const next = [target, "incident", "problem"].map((name) => this.#find(name, held)).find((found) => found !== undefined);
    return next === undefined ? "" : this.#walk(next, rest.join("."));
  }

  #test(row: Row, term: string): boolean {
    const parts = /^([a-z_.]+)(STARTSWITH|ISNOTEMPTY|LIKE|IN|>=|=|>)(.*)$/s.exec(term);
    if (parts === null) return true;
    const [, field = "", operator, raw = ""] = parts;
    if (!(field.split(".")[0] ?? "" in row) || !((field.split(".")[0] ?? "") in row)) return true;
    const held = this.#walk(row, field).toLowerCase();
    const value = (raw === "javascript:gs.getUserName()" ? "tandem" : raw).toLowerCase();
    if (operator === "=") return held === value;
    if (operator === ">") return held > value;
    if (operator === ">=") return held >= value;
    if (operator === "IN") return value.split(",").includes(held);
    if (operator === "LIKE") return held.includes(value);
    return operator === "STARTSWITH" ? held.startsWith(value) : held !== "";
  }

  select(table: string, query: string): Row[] {
    const terms = query.split("^");
    const orders = terms.filter((term) => term.startsWith("ORDERBY")).map((term) => ({ name: term.replace(/^ORDERBY(DESC)?/, ""), sign: term.startsWith("ORDERBYDESC") ? -1 : 1 }));
    const groups = terms.filter((term) => !term.startsWith("ORDERBY")).join("^").split("^NQ").map((group) => group.split("^").filter((term) => term !== ""));
    const holds = (row: Row, group: readonly string[]): boolean => group.map((term, at) => [term, ...group.slice(at + 1, group.findIndex((next, later) => later > at && !next.startsWith("OR")) === -1 ? undefined : group.findIndex((next, later) => later > at && !next.startsWith("OR")))]).filter(([first]) => !(first ?? "").startsWith("OR")).every((any) => any.some((term) => this.#test(row, term.replace(/^OR/, ""))));
    const rows = (this.tables[table] ?? []).filter((row) => groups.some((group) => holds(row, group)));
    return rows.toSorted((a, b) => orders.map(({ name, sign }) => ((a[name] ?? "") < (b[name] ?? "") ? -sign : (a[name] ?? "") > (b[name] ?? "") ? sign : 0)).find((sign) => sign !== 0) ?? 0);
  }

  #shown(row: Row, field: string): string {
    const value = this.#walk(row, field);
    const definition = this.tables["sys_dictionary"]?.find((one) => one["element"] === field && one["internal_type"] !== "string");
    if (value === "" || definition?.["internal_type"] === "glide_list") return value.split(",").map((one) => this.#find("sys_user", one)?.["name"] ?? one).join(", ");
    const named = [definition?.["reference"] ?? "", "incident", "problem"].map((one) => this.#find(one, value)).find((one) => one !== undefined);
    return named?.["name"] ?? named?.["number"] ?? this.tables["sys_choice"]?.find((one) => one["element"] === field && one["value"] === value)?.["label"] ?? value;
  }

  view(row: Row, query: URLSearchParams): Record<string, unknown> {
    const names = query.get("sysparm_fields")?.split(",") ?? Object.keys(row);
    const all = query.get("sysparm_display_value") === "all";
    return Object.fromEntries(names.filter((name) => (name.split(".")[0] ?? "") in row).map((name) => [name, all ? { value: this.#walk(row, name), display_value: this.#shown(row, name) } : this.#walk(row, name)]));
  }

  #list(table: string, query: URLSearchParams): HttpResponse {
    if (this.tables[table] === undefined) return refuse(400, `Invalid table ${table}`);
    const found = this.select(table, query.get("sysparm_query") ?? "");
    const offset = Number(query.get("sysparm_offset") ?? 0);
    const limit = Number(query.get("sysparm_limit") ?? 10_000);
    const total = this.countsHidden ? found.length : found.filter((row) => !this.hidden(table, row)).length;
    const rows = found.slice(offset, offset + limit).filter((row) => !this.hidden(table, row));
    return json(200, { result: rows.map((row) => this.view(row, query)) }, { ...(query.get("sysparm_no_count") === "true" ? {} : { "x-total-count": String(total) }), ...(offset + limit < total ? { link: '<https://x>;rel="next"' } : {}) });
  }

  #write(table: string, row: Row, body: Row): void {
    for (const [name, value] of Object.entries(body)) {
      if (name === "comments" || name === "work_notes") this.tables["sys_journal_field"]?.push({ sys_id: id(0xc000 + ++this.#number), name: table, element_id: row["sys_id"] ?? "", element: name, value, sys_created_on: this.time(), sys_created_by: "tandem" });
      else if (name in row && !name.startsWith("sys_") && !this.readOnly.has(`${table}.${name}`)) row[name] = value.slice(0, Number(this.tables["sys_dictionary"]?.find((one) => one["element"] === name)?.["max_length"] ?? 4000));
    }
  }

  #table(method: string, table: string, key: string | undefined, query: URLSearchParams, body: Row): HttpResponse {
    if (method === "GET" && key === undefined) return this.#list(table, query);
    if (method === "POST") {
      if (this.#find(table, body["sys_id"] ?? "") !== undefined) return refuse(403, "Operation Failed", "Error during insert: Duplicate entry for key PRIMARY");
      const row = this.add(table, { sys_created_by: "tandem", ...(this.keepsSysId && body["sys_id"] !== undefined ? { sys_id: body["sys_id"] } : {}) });
      this.#write(table, row, body);
      return json(201, { result: this.view(row, query) });
    }
    const row = this.#find(table, key ?? "");
    if (row === undefined || this.hidden(table, row)) return refuse(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
    if (method === "GET") return json(200, { result: this.view(row, query) });
    if (method === "DELETE") {
      this.tables[table] = (this.tables[table] ?? []).filter((one) => one !== row);
      return { status: 204, headers: {}, text: "" };
    }
    this.#write(table, row, body);
    this.edit(row, {}, "tandem");
    return json(200, { result: this.view(row, query) });
  }

  #route(method: string, path: string, query: URLSearchParams, body: unknown): HttpResponse {
    const [, family = "", name = "", key] = /^\/api\/now\/(table|attachment|v1|stats)\/?([^/]*)\/?([^/]*)$/.exec(path) ?? [];
    if (family === "table") return this.#table(method, name, key === "" ? undefined : key, query, (body ?? {}) as Row);
    if (family === "attachment") return method === "GET" ? this.#list("sys_attachment", query) : method === "POST" ? this.#attach(query) : { status: 204, headers: {}, text: "" };
    if (family === "v1" && name === "batch") return this.#batch(body as { readonly rest_requests: readonly { readonly id: string; readonly method: string; readonly url: string; readonly body?: string }[] });
    return refuse(400, "Requested URI does not represent any resource");
  }

  #attach(query: URLSearchParams): HttpResponse {
    const row: Row = { sys_id: id(0xa000 + ++this.#number), file_name: query.get("file_name") ?? "", table_name: query.get("table_name") ?? "", table_sys_id: query.get("table_sys_id") ?? "", size_bytes: "3", content_type: "text/plain", sys_created_on: this.time(), sys_updated_on: this.time(), sys_created_by: "tandem" };
    this.tables["sys_attachment"]?.push(row);
    return json(201, { result: row });
  }

  #batch(batch: { readonly rest_requests: readonly { readonly id: string; readonly method: string; readonly url: string; readonly body?: string }[] }): HttpResponse {
    const serviced = batch.rest_requests.map((part) => {
      const url = new URL(part.url, "https://x");
      this.inner.push({ method: part.method, path: url.pathname });
      const answer = this.#route(part.method, url.pathname, url.searchParams, part.body === undefined ? undefined : JSON.parse(Buffer.from(part.body, "base64").toString("utf8")));
      return { id: part.id, status_code: answer.status, status_text: "", body: Buffer.from(answer.text, "utf8").toString("base64"), headers: Object.entries(answer.headers).map(([header, value]) => ({ name: header, value: String(value) })) };
    });
    return json(200, { batch_request_id: "1", serviced_requests: serviced.toReversed(), unserviced_requests: [] });
  }

  http(): Http {
    const request = async (one: HttpRequest): Promise<HttpResponse> => {
      this.sent.push(one);
      const next = async (): Promise<HttpResponse> => {
        const url = new URL(one.path, "https://x");
        for (const [name, value] of Object.entries(one.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
        return this.#route(one.method, url.pathname, url.searchParams, one.json);
      };
      return this.#bend === undefined ? next() : this.#bend(one, next);
    };
    const stream = async (one: HttpRequest): Promise<HttpStream> => {
      const { text, ...answer } = await request(one);
      return { ...answer, body: (async function* () { yield Buffer.from(text, "utf8"); })() };
    };
    return { width: 6, request, stream, calls: () => this.sent.length, close: async () => undefined, serverClock: () => ({ at: new Date(this.now).toISOString(), seenAt: Date.now() }) };
  }

  open(options: Readonly<Record<string, unknown>> = {}, credentials: Readonly<Record<string, string>> = { user: "tandem", password: "secret" }): Connector {
    const settings: DataSourceSettings = { name: "now", system: "serviceNow", url: "https://acme.example.com", credentials, scope: {}, options, network: {} };
    return createServiceNow(settings, this.http());
  }
}

export const queryOf = (request: HttpRequest): string => String(request.query?.["sysparm_query"] ?? "");
