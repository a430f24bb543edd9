// Searching by words and counting by group (sheet, section 7.5).

import { valueOf } from "./computed.ts";
import { CODES, OctaneError } from "./errors.ts";
import { parseJson } from "../foreignJson.ts";
import { plainText } from "../htmlWords.ts";
import { type Entity, type EntityType, isRef, refsOf } from "./model.ts";
import { render, type RenderScope } from "./render.ts";

const badParameter = (text: string): OctaneError => new OctaneError(400, CODES.badParameter, text);

/** The words asked for; raw JSON in the URL. */
export const searchWords = (parameter: string): readonly string[] => {
  let asked: unknown;
  try {
    asked = parseJson(parameter);
  } catch (error) {
    throw badParameter(`text_search is no JSON: ${String(error)}`);
  }
  if (typeof asked !== "object" || asked === null || !("text" in asked) || typeof asked.text !== "string") throw badParameter('text_search needs {"type":"global","text":"…"}.');
  return asked.text.toLowerCase().split(/\s+/).filter((word) => word !== "");
};

const textsOf = (entity: Entity): Readonly<Record<"name" | "description", string>> => ({
  name: String(entity.v.name ?? ""),
  description: plainText(String(entity.v.description ?? "")),
});

export const hasWords = (words: readonly string[]) => (entity: Entity): boolean => {
  const { name, description } = textsOf(entity);
  const text = `${entity.id} ${name} ${description}`.toLowerCase();
  return words.length > 0 && words.every((word) => text.includes(word));
};

const marked = (text: string, words: readonly string[]): string => {
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return pattern === "" ? text : text.replace(new RegExp(pattern, "gi"), (found) => `<em>${found}</em>`);
};

export const searchResult = (entity: Entity, words: readonly string[]): Readonly<Record<string, string>> => {
  const { name, description } = textsOf(entity);
  return { name: marked(name, words), description: marked(description.slice(0, 200), words) };
};

const sumField = (parameter: string | undefined): string | undefined => {
  if (parameter === undefined) return undefined;
  const found = /^sum\((\w+)\)$/.exec(parameter.trim());
  if (!found) throw badParameter(`group_data is sum(field), not ${parameter}.`);
  return found[1];
};

interface Group {
  readonly value: unknown;
  count: number;
  sum: number;
}

/** An entity with several values counts in each of its groups. */
export const groupsOf = (scope: RenderScope, type: EntityType, rows: readonly Entity[], params: ReadonlyMap<string, string>): unknown => {
  const field = type.fields.get(params.get("group_by") ?? "");
  if (!field) throw badParameter(`The parameter group_by must name a field of ${type.name}.`);
  const summed = sumField(params.get("group_data"));
  if (summed !== undefined && !type.fields.has(summed)) throw badParameter(`The field ${summed} does not exist on ${type.name}.`);
  const numeric = params.get("use_numeric_id") === "true";
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const value = valueOf(scope.world, row, field.name, scope.now);
    const keys = field.kind === "reference" ? refsOf(value) : [value];
    for (const key of keys.length > 0 ? keys : [null]) {
      const name = isRef(key) ? `${key.type}/${key.id}` : String(key);
      const group = groups.get(name) ?? { value: groupValue(scope, row, field.name, key, numeric), count: 0, sum: 0 };
      group.count += 1;
      group.sum += summed ? Number(valueOf(scope.world, row, summed, scope.now) ?? 0) : 0;
      groups.set(name, group);
    }
  }
  const list = [...groups.values()].map(({ value, count, sum }) => ({ value, count, ...(summed ? { data: [{ field: summed, function: "sum", value: sum }] } : {}) }));
  return { groups: list, groupsTotalCount: list.length };
};

const groupValue = (scope: RenderScope, row: Entity, field: string, key: unknown, numeric: boolean): unknown => {
  if (!isRef(key)) return key;
  const holder: Entity = { ...row, v: { ...row.v, [field]: key } };
  const type = scope.world.schema.typeNamed(row.type);
  const shown = render(scope, type, holder, [{ name: field, inner: null }])[field];
  const single = Array.isArray((shown as { data?: unknown } | null)?.data) ? (shown as { data: readonly unknown[] }).data[0] : shown;
  const target = scope.world.get(scope.world.schema.tableOf(key.type), key.id);
  return numeric && target && typeof single === "object" ? { ...single, id: String(target.num) } : single;
};
