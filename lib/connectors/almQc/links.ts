// Links of defects and traces of requirements: rows of their own without a time of change (alm-qc.md §14). A field holds all
// of one kind. They are read in bulk, for many items at once or all of a project, and joined to the entities they belong to.

import { createHash } from "node:crypto";
import type { FieldSchema } from "../../core/types.ts";
import { chunks } from "../paging.ts";
import type { AlmType, Field, Kind, LinkKind, Project } from "./model.ts";
import { readAll } from "./pages.ts";
import { anyId, isId, where } from "./query.ts";
import type { Session } from "./session.ts";
import { PLAIN_LINK_TYPE } from "./unconfirmed.ts";
import { type Entity, type Held, textAt } from "./wire.ts";

/** What a defect can be linked with besides defects and requirements. No items here: shown by number and name. */
const SHOWN: readonly (readonly [string, string])[] = [
  ["test", "Linked Tests"],
  ["run", "Linked Runs"],
  ["run-step", "Linked Run Steps"],
  ["test-set", "Linked Test Sets"],
  ["test-instance", "Linked Test Instances"],
];

const FIRST = "first-endpoint-id";
const SECOND = "second-endpoint-id";
const SECOND_TYPE = "second-endpoint-type";

/** Link rows are small: the site's own limit of a page. */
const ROWS_PER_PAGE = 2000;
const IDS_PER_CALL = 100;

const fieldOf = (name: string, label: string, link: LinkKind, target: string | undefined): Field => {
  const open = target !== undefined;
  const schema: FieldSchema = { name, label, kind: open ? "reference" : "string", multiple: true, onCreate: open, onUpdate: open, required: false, ...(open ? { refersTo: [target] } : {}) };
  return { schema, codec: open ? "reference" : "string", column: "", verified: false, roots: [], link, ...(open ? { target } : {}) };
};

const ROW = { rows: "defect-links", type: "defect-link" } as const;
const TRACE = { rows: "req-traces", type: "req-trace" } as const;
const COVERAGE = { rows: "requirement-coverages", type: "requirement-coverage", told: ["entity-type", "test"] } as const;

type Offered = (type: string) => boolean;

const ofDefects = (typed: readonly string[], plain: Pick<LinkKind, "writtenType">, offered: Offered): readonly Field[] => {
  const to = (second: string) => ({ ...ROW, own: FIRST, other: SECOND, told: [SECOND_TYPE, second] }) as const;
  return [
    fieldOf("link:defect", "Linked Defects", { ...to("defect"), both: true, not: typed, ...plain }, "defect"),
    ...typed.map((type) => fieldOf(`link:defect:${type}`, `Linked Defects: ${type}`, { ...to("defect"), both: true, only: type, writtenType: type }, "defect")),
    ...(offered("requirement") ? [fieldOf("link:requirement", "Linked Requirements", { ...to("requirement"), ...plain }, "requirement")] : []),
    ...SHOWN.map(([type, label]) => fieldOf(`link:${type}`, label, { ...to(type), ...plain }, offered(type) ? type : undefined)),
  ];
};

/** `linkTypes`: the list of link types. Those that mean more than "has to do with" are fields of their own between defects. */
export const linkFields = (kind: Kind, linkTypes: readonly string[], offered: Offered): readonly Field[] => {
  const typed = linkTypes.filter((type) => type !== PLAIN_LINK_TYPE);
  const plain = linkTypes.includes(PLAIN_LINK_TYPE) ? { writtenType: PLAIN_LINK_TYPE } : {};
  if (kind.name === "defect") return ofDefects(typed, plain, offered);
  if (kind.name !== "requirement" && kind.name !== "test") return [];
  const defects = fieldOf("link:defect", "Linked Defects", { ...ROW, own: SECOND, other: FIRST, told: [SECOND_TYPE, kind.name], ...plain }, "defect");
  if (kind.name === "test") return [defects, ...(offered("requirement") ? [fieldOf("coverage:requirement", "Covered Requirements", { ...COVERAGE, own: "test-id", other: "requirement-id" }, "requirement")] : [])];
  return [
    defects,
    fieldOf("trace:to", "Trace To", { ...TRACE, own: "from-req-id", other: "to-req-id" }, "requirement"),
    fieldOf("trace:from", "Trace From", { ...TRACE, own: "to-req-id", other: "from-req-id" }, "requirement"),
    ...(offered("test") ? [fieldOf("coverage:test", "Covered by Tests", { ...COVERAGE, own: "requirement-id", other: "test-id" }, "test")] : []),
  ];
};

export const isLink = (type: AlmType, name: string): boolean => type.fields.get(name)?.link !== undefined;

/** One row; `column` → its text. */
export interface LinkRow {
  readonly id: string;
  readonly rows: LinkKind["rows"];
  readonly at: ReadonlyMap<string, string>;
}

export type LinkedField = Field & { readonly link: LinkKind };

export const linkedFields = (type: AlmType, names: readonly string[]): readonly LinkedField[] =>
  names.flatMap((name) => {
    const field = type.fields.get(name);
    return field?.link === undefined ? [] : [{ ...field, link: field.link }];
  });

const COLUMNS: Readonly<Record<LinkKind["rows"], readonly string[]>> = { "defect-links": [FIRST, SECOND, SECOND_TYPE, "second-endpoint-name", "link-type"], "req-traces": ["from-req-id", "to-req-id"], "requirement-coverages": ["requirement-id", "test-id", "entity-type"] };

const rowOf = (rows: LinkKind["rows"], entity: Entity): LinkRow => ({ id: textAt(entity, "id"), rows, at: new Map(COLUMNS[rows].map((column) => [column, textAt(entity, column)])) });

/** Collection and column to be asked, each once; there is no "or" across columns (alm-qc.md §7.4). */
const questionsOf = (fields: readonly LinkedField[]): readonly { readonly rows: LinkKind["rows"]; readonly column: string }[] => {
  const asked = fields.flatMap(({ link }) => [link.own, ...(link.both === true ? [link.other] : [])].map((column) => ({ rows: link.rows, column })));
  return asked.filter((one, index) => asked.findIndex((other) => other.rows === one.rows && other.column === one.column) === index);
};

export interface LinkReading {
  readonly rows: readonly LinkRow[];
  readonly calls: number;
}

/** Rows of these items in these fields; `ids` undefined: all of the project. Each row once. */
export const readLinkRows = async ({ session, project }: { readonly session: Session; readonly project: Pick<Project, "path"> }, fields: readonly LinkedField[], ids: readonly string[] | undefined): Promise<LinkReading> => {
  const questions = questionsOf(fields);
  const reading = (rows: LinkKind["rows"]) => ({ path: `${project.path}/${rows}`, fields: ["id", ...COLUMNS[rows]], limit: ROWS_PER_PAGE });
  const parts = ids === undefined ? [undefined] : chunks([...new Set(ids)].filter(isId), IDS_PER_CALL);
  const asked = parts.flatMap((part) => (part === undefined ? [...new Set(questions.map(({ rows }) => rows))].map((rows) => ({ rows, more: {} })) : questions.map(({ rows, column }) => ({ rows, more: { where: where(column, anyId(part)) } }))));
  const found = await Promise.all(asked.map(async ({ rows, more }) => (await readAll(session, { ...reading(rows), ...more })).map((entity) => rowOf(rows, entity))));
  return { rows: [...new Map(found.flat().map((row) => [`${row.rows} ${row.id}`, row])).values()], calls: asked.length };
};

/** Kind and id of those rows that are there still. */
export const rowsStillThere = async ({ session, project }: Parameters<typeof readLinkRows>[0], rows: readonly LinkRow[]): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  for (const kind of new Set(rows.map((row) => row.rows)))
    for (const part of chunks(rows.filter((row) => row.rows === kind), IDS_PER_CALL))
      for (const entity of await readAll(session, { path: `${project.path}/${kind}`, fields: ["id"], where: where("id", anyId(part.map(({ id }) => id))), limit: ROWS_PER_PAGE })) keys.add(`${kind} ${textAt(entity, "id")}`);
  return keys;
};

/** The item at the other end of this row, seen from `id`; undefined when the row is none of this field and item. */
export const otherEnd = ({ link }: LinkedField, row: LinkRow, id: string): string | undefined => {
  if (row.rows !== link.rows || (link.told !== undefined && row.at.get(link.told[0])?.toLowerCase() !== link.told[1])) return undefined;
  const linkType = row.at.get("link-type") ?? "";
  if ((link.only !== undefined && link.only !== linkType) || link.not?.includes(linkType) === true) return undefined;
  const [own, other] = [row.at.get(link.own), row.at.get(link.other)];
  if (isSelf(link, own, other)) return undefined;
  if (own === id) return other;
  return link.both === true && other === id ? own : undefined;
};

/** Ids count per type: a defect may well be linked with the requirement of its number. */
export const isSelf = ({ both, rows }: LinkKind, id: string | undefined, other: string | undefined): boolean => (both === true || rows === "req-traces") && id === other;

/** Rows by the ids at their ends: what is looked up once per item must not walk through all. */
export interface LinkBook {
  readonly rowsOf: (id: string) => readonly LinkRow[];
}

export const bookOf = (rows: readonly LinkRow[]): LinkBook => {
  const byId = new Map<string, LinkRow[]>();
  for (const row of rows)
    for (const id of new Set(Object.values(COLUMNS).flat().filter((column) => column.endsWith("-id")).map((column) => row.at.get(column)))) {
      if (id === undefined) continue;
      const held = byId.get(id);
      if (held === undefined) byId.set(id, [row]);
      else held.push(row);
    }
  return { rowsOf: (id) => byId.get(id) ?? [] };
};

/** Each other end once, in the order of numbers. */
const heldOf = (field: LinkedField, book: LinkBook, id: string): readonly Held[] => {
  const held = new Map<string, Held>();
  for (const row of book.rowsOf(id)) {
    const other = otherEnd(field, row, id);
    if (other === undefined || held.has(other)) continue;
    const label = field.link.other === SECOND && row.at.get(SECOND) === other ? (row.at.get("second-endpoint-name") ?? "") : "";
    held.set(other, field.codec === "string" ? { value: `${other} ${label}`.trim() } : { value: other, ...(label === "" ? {} : { label }) });
  }
  return [...held.values()].toSorted((a, b) => Number.parseInt(a.value, 10) - Number.parseInt(b.value, 10));
};

/** The entities with their links as if these were fields. */
export const joined = (fields: readonly LinkedField[], entities: readonly Entity[], book: LinkBook): readonly Entity[] =>
  fields.length === 0 ? entities : entities.map((entity) => ({ ...entity, values: new Map([...entity.values, ...linksOf(fields, book, textAt(entity, "id"))]) }));

export const linksOf = (fields: readonly LinkedField[], book: LinkBook, id: string): ReadonlyMap<string, readonly Held[]> => new Map(fields.map((field) => [field.schema.name, heldOf(field, book, id)]));

/** A link may come and go without a new stamp of its ends (alm-qc.md §17): so a version tells of it too. "" without any. */
export const linkMark = (links: ReadonlyMap<string, readonly Held[]>): string => {
  const text = [...links].filter(([, held]) => held.length > 0).map(([name, held]) => `${name}=${held.map(({ value }) => value).join(",")}`).toSorted().join(";");
  return text === "" ? "" : createHash("sha1").update(text).digest("hex").slice(0, 10);
};
