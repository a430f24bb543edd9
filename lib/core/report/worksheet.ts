// The planning worksheet of a connection: what the people who decide must agree on, filled in from the definition and both
// schemas. Markdown; what still needs a decision has a box. Pure.

import type { Connection, Criterion, FieldMapping, SyncSet } from "../mapping/model.ts";
import { type FieldSchema, otherSide, type Side, SIDES, type TypeSchema } from "../types.ts";

/** One cell: no bars, no line ends, nothing that Markdown would read as a tag. */
const cell = (text: string): string => text.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => (rows.length === 0 ? ["nothing"] : [row(head), row(head.map(() => "---")), ...rows.map(row)]);

const arrow = (direction: FieldMapping["direction"]): string => ({ biDirectional: "↔", fromMaster: "→", toMaster: "←" })[direction];

const named = (field: FieldSchema): string => (field.label === field.name ? field.name : `${field.label} (${field.name})`);

const criterionText = (criterion: Criterion): string => {
  if ("all" in criterion) return criterion.all.map(criterionText).join(" and ");
  if ("any" in criterion) return `(${criterion.any.map(criterionText).join(" or ")})`;
  if ("not" in criterion) return `not ${criterionText(criterion.not)}`;
  return `${criterion.field} ${criterion.operator} ${JSON.stringify(criterion.value)}`;
};

const fieldRows = (set: SyncSet): readonly (readonly string[])[] =>
  set.fields.map((field) => [named(field.master), field.master.kind, arrow(field.direction), named(field.target), field.target.kind, field.conflict, field.transform === undefined ? "" : "own function"]);

const missingValues = (field: FieldMapping, side: Side): readonly string[] =>
  field.values === undefined ? [] : (field[side].choices ?? []).map((choice) => choice.name).filter((name) => !field.values?.some((pair) => pair[side].toLowerCase() === name.toLowerCase()));

const valueLines = (set: SyncSet): readonly string[] =>
  set.fields.flatMap((field) => {
    if (field.values === undefined) return [];
    const open = SIDES.flatMap((side) => missingValues(field, side).map((name) => `- [ ] ${set[side].dataSource}: "${cell(name)}" has no partner: items holding it keep this field waiting`));
    return ["", `**${cell(named(field.master))} ↔ ${cell(named(field.target))}**`, "", ...table([set.master.dataSource, set.target.dataSource, "default on the way back"], field.values.map((pair) => [pair.master, pair.target, pair.default === true ? "yes" : ""])), ...(open.length === 0 ? [] : ["", ...open])];
  });

const peopleLines = (set: SyncSet): readonly string[] =>
  set.fields
    .filter((field) => field.master.kind === "person" && field.target.kind === "person")
    .map((field) => `- ${cell(named(field.master))} ${arrow(field.direction)} ${cell(named(field.target))}: ${field.userMap ? "user map, then " : ""}same e-mail, login or name${SIDES.map((side) => (field.fallback?.[side] === undefined ? "" : `; else ${cell(field.fallback[side])} in ${set[side].dataSource}`)).join("")}${field.fallback === undefined ? "; [ ] nobody is named for unknown people: the field waits" : ""}`);

/** Required fields of a side that nothing fills when an item is created there. */
const openRequired = (set: SyncSet, side: Side, schema: TypeSchema | undefined): readonly FieldSchema[] => {
  const creates = set[side].allowCreate && (set.direction === "biDirectional" || (set.direction === "fromMaster") === (side === "target"));
  if (!creates) return [];
  return (schema?.fields ?? []).filter((field) => field.required && !set.fields.some((mapping) => mapping[side].name === field.name) && !set.sets.some((rule) => rule.side === side && rule.field.name === field.name));
};

const creating = (set: SyncSet): string => {
  const makes = (from: Side): string => `new ${set[from].type} in ${set[from].dataSource} make a ${set[otherSide(from)].type} in ${set[otherSide(from)].dataSource}`;
  return { biDirectional: `${makes("master")}, and ${makes("target")}`, fromMaster: makes("master"), toMaster: makes("target") }[set.direction];
};

export type SchemaOf = (side: Side, project: string, type: string) => TypeSchema | undefined;

const setLines = (set: SyncSet, schemas: SchemaOf): readonly string[] => {
  const required = SIDES.flatMap((side) => openRequired(set, side, schemas(side, set[side].project, set[side].type)).map((field) => `- [ ] ${set[side].dataSource}: ${cell(named(field))} must be given to create a ${set[side].type}, and nothing fills it`));
  const filters = SIDES.flatMap((side) => [...(set[side].filter === undefined ? [] : [`- ${set[side].dataSource}: filter \`${set[side].filter}\``]), ...(set[side].criteria === undefined ? [] : [`- ${set[side].dataSource}: only where ${cell(criterionText(set[side].criteria))}`])]);
  const read = SIDES.flatMap((side) => set.fields.filter((field) => !field[side].onCreate && !field[side].onUpdate).map((field) => `- ${set[side].dataSource}: ${cell(named(field[side]))} can only be read there`));
  const values = valueLines(set);
  const people = peopleLines(set);
  return [
    "",
    `## ${set.master.type} ↔ ${set.target.type} (${set.master.project} ↔ ${set.target.project})`,
    "",
    `- Who creates what: ${creating(set)}`,
    `- Comments: ${set.comments === undefined ? "not carried" : arrow(set.comments.direction)}; attachments: ${set.attachments === undefined ? "not carried" : `${arrow(set.attachments.direction)} up to ${Math.round(set.attachments.maxBytes / 1048576)} MB`}`,
    `- When an item is gone: ${SIDES.map((side) => `in ${set[side].dataSource} its partner: ${set[side].deletion}`).join("; ")}`,
    ...filters,
    "",
    "### Fields",
    "",
    ...table([set.master.dataSource, "kind", "", set.target.dataSource, "kind", "who wins", ""], fieldRows(set)),
    ...(read.length === 0 ? [] : ["", ...read]),
    ...(set.sets.length === 0 ? [] : ["", ...set.sets.map((rule) => `- ${set[rule.side].dataSource}: ${cell(named(rule.field))} is set by a rule (${rule.value.kind}${rule.onCreate ? ", on creation" : ""}${rule.when === undefined ? "" : `, when ${cell(criterionText(rule.when))}`})`)]),
    ...(required.length === 0 ? [] : ["", "### Required fields", "", ...required]),
    ...(values.length === 0 ? [] : ["", "### Values and workflow", ...values]),
    ...(people.length === 0 ? [] : ["", "### People", "", ...people]),
  ];
};

/** Types with what is not mapped last, so that the page begins with what is decided. */
export const worksheetText = (connection: Connection, schemas: SchemaOf): string => {
  const [first] = connection.syncSets;
  const head = [
    `# Planning worksheet: ${connection.name}`,
    "",
    `Master (wins where nothing else is said): ${connection.masterSource} · target: ${connection.targetSource} · every ${connection.frequencySeconds} seconds`,
    "",
    `Boxes are decisions still to be made. The definition is \`connections/${connection.name}.yaml\`; this page is written from it and from both systems.`,
    "",
    ...table([first?.master.dataSource ?? "master", "", first?.target.dataSource ?? "target", "projects"], connection.syncSets.map((set) => [set.master.type, arrow(set.direction), set.target.type, `${set.master.project} ↔ ${set.target.project}`])),
    ...connection.notices.map((notice) => `\n- ${cell(notice.message)}`),
  ];
  const tail = ["", "## Before go-live", "", ...["an account of its own in each system, with the rights its page names", "a dry run read by somebody from each team", "users matched (`matchByName --type user`), sprints and releases matched", "notifications, a schedule and a backup set up", "who looks at held conflicts and the quarantine, and how often"].map((text) => `- [ ] ${text}`), ""];
  return [...head, ...connection.syncSets.flatMap((set) => setLines(set, schemas)), ...tail].join("\n");
};
