// The deprecated JSON API below /qcbin/api (sheet, section 22): plain objects, another grammar, offsets from 0. The same rows and rules.

import type { SandboxReply } from "../imitation.ts";
import type { ProjectCall } from "./call.ts";
import { valuesOf } from "./computed.ts";
import { create, type Fields, update } from "./deeds.ts";
import { badBody, badParameter, noSuchPath, notFound, unknownField, wrongMethod } from "./errors.ts";
import { refusing } from "./list.ts";
import type { EntityType, Field, Row } from "./model.ts";
import { parseOldQuery } from "./oldQuery.ts";
import { remove } from "./remove.ts";
import { belongs } from "./render.ts";
import { jsonOf } from "./wire.ts";

const json = (status: number, body: unknown): SandboxReply => ({ status, headers: { "Content-Type": "application/json;charset=utf-8" }, body: JSON.stringify(body) });

const shownValue = (field: Field, value: string): unknown => {
  if (field.type === "Reference" && field.refers !== null) return { type: field.refers, id: Number(value) };
  return field.type === "Number" ? Number(value) : value;
};

const shownRow = ({ scope }: ProjectCall, type: EntityType, row: Row, asked: ReadonlySet<string> | null): unknown => {
  const fields = [...type.fields.values()].filter((field) => belongs(type, row, field) && (asked === null || asked.has(field.name) || field.name === "id"));
  const entries = fields.map((field): readonly [string, unknown] => {
    const values = valuesOf(scope.project, row, field.name).map((value) => shownValue(field, value));
    return [field.name, field.multi ? values : (values[0] ?? null)];
  });
  return { type: type.name, ...Object.fromEntries(entries) };
};

const textOf = (value: unknown): string => {
  if (value === null) return "";
  if (typeof value === "object" && "id" in value) return String(value.id);
  if (typeof value === "object") throw badBody("a value is no text");
  return String(value);
};

const fieldsOf = (body: unknown): Fields => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badBody("an object is expected");
  return Object.entries(body)
    .filter(([name]) => name !== "type" && name !== "id")
    .map(([name, value]: readonly [string, unknown]) => [name, (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== "")]);
};

const number = (call: ProjectCall, name: string, otherwise: number, most: number): number => {
  const text = call.request.params.get(name);
  if (text === undefined || text === "") return otherwise;
  if (!/^\d+$/.test(text) || Number(text) > most) throw badParameter(name, text);
  return Number(text);
};

const asked = (call: ProjectCall, type: EntityType): ReadonlySet<string> | null => {
  const names = (call.request.params.get("fields") ?? "").split(",").filter((name) => name !== "");
  for (const name of names) if (!type.fields.has(name)) throw unknownField(type.name, name);
  return names.length === 0 ? null : new Set(names);
};

/** `-name` goes down. */
const ordered = (call: ProjectCall, type: EntityType, rows: readonly Row[]): readonly Row[] => {
  const names = (call.request.params.get("order-by") ?? "").replace(/"/g, "").split(",").filter((name) => name !== "");
  for (const name of names) if (!type.fields.has(name.replace(/^-/, ""))) throw badParameter("order-by", name);
  const key = (row: Row, name: string): string | number => {
    const value = valuesOf(call.scope.project, row, name)[0] ?? "";
    return type.fields.get(name)?.type === "Number" ? Number(value) : value;
  };
  return rows.toSorted((a, b) => {
    for (const name of names) {
      const field = name.replace(/^-/, "");
      const [one, other] = [key(a, field), key(b, field)];
      if (one !== other) return (one < other ? -1 : 1) * (name.startsWith("-") ? -1 : 1);
    }
    return a.id - b.id;
  });
};

const listed = (call: ProjectCall, type: EntityType): SandboxReply => {
  const { scope, request, now } = call;
  const known = (name: string): boolean => type.fields.get(name)?.filterable === true;
  const query = refusing(scope.options, () => parseOldQuery(request.params.get("query") ?? "", known));
  const rows = scope.project.rows(type.name).flatMap((row) => scope.project.seen(row, now) ?? []).filter((row) => query((name) => valuesOf(scope.project, row, name)));
  const limit = number(call, "limit", scope.options.pageSize, scope.options.maxPageSize);
  const offset = number(call, "offset", 0, Number.MAX_SAFE_INTEGER);
  const names = asked(call, type);
  return json(200, { data: ordered(call, type, rows).slice(offset, offset + limit).map((row) => shownRow(call, type, row, names)), "total-count": rows.length });
};

const metadata = (type: EntityType): SandboxReply => json(200, { data: [...type.fields.values()].map(({ name, label, type: kind, required, multi }) => ({ name, label, type: kind, required: required !== null, "multi-value": multi })) });

/** One object, or several below `data`. */
const posted = (call: ProjectCall, type: EntityType): SandboxReply => {
  const body = jsonOf(call.request.body.toString("utf8"));
  const many = typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data) ? body.data : [body];
  const rows = many.map((one: unknown) => shownRow(call, type, create(call.scope, type, fieldsOf(one)), null));
  return json(201, { data: rows, "total-count": rows.length });
};

const single = (call: ProjectCall, type: EntityType, id: string): SandboxReply => {
  const { scope, request } = call;
  const row = /^-?\d+$/.test(id) ? scope.project.get(type.name, Number(id)) : undefined;
  if (!row) throw notFound(type.name, id);
  if (request.method === "GET") return json(200, shownRow(call, type, row, asked(call, type)));
  if (request.method === "PUT") return json(200, shownRow(call, type, update(scope, row, fieldsOf(jsonOf(request.body.toString("utf8")))), null));
  if (request.method !== "DELETE") throw wrongMethod(request.method);
  remove(scope, row, false);
  return json(200, { type: type.name, id: row.id });
};

export const oldRoute = (call: ProjectCall, [name = "", id, more]: readonly string[]): SandboxReply => {
  const { request, scope } = call;
  const type = scope.schema.byCollection.get(name);
  if (!type?.writable) throw noSuchPath(request.path);
  if (id === "$metadata" && more === "fields") return metadata(type);
  if (more !== undefined) throw noSuchPath(request.path);
  if (id !== undefined) return single(call, type, id);
  if (request.method === "GET") return listed(call, type);
  if (request.method === "POST") return posted(call, type);
  throw wrongMethod(request.method);
};
