// Writes a connection's file from proposals: what is sure as mappings, every doubt as a comment beside it. Pure.

import { type FieldProposal, missingRequired, type Proposal } from "../mapping/autoMap.ts";
import { onlyWay, unlocking, writable } from "../mapping/compileFields.ts";
import type { Direction } from "../mapping/model.ts";
import { type FieldSchema, type Side, SIDES, type TypeSchema } from "../types.ts";

export interface TypeDraft {
  readonly types: Proposal<TypeSchema>;
  readonly fields: readonly FieldProposal[];
  readonly direction: Direction;
}

/** What a creation demands that nothing gives, by the side it is made on. */
const demandedOf = ({ types, fields, direction }: TypeDraft): Readonly<Record<Side, readonly FieldSchema[]>> => ({ master: missingRequired(types.master, fields, "master", direction), target: missingRequired(types.target, fields, "target", direction) });

/** Nothing is made on a side that demands what nothing gives; where both do, the file is refused until somebody decides. */
const directionOf = (draft: TypeDraft, demanded: Readonly<Record<Side, readonly FieldSchema[]>>): Direction => {
  const [master, target] = SIDES.map((side) => demanded[side].length > 0);
  if (draft.direction !== "biDirectional" || master === target) return draft.direction;
  return master === true ? "fromMaster" : "toMaster";
};

/** Without those that could only go against the direction of their type. */
const fieldsOf = (draft: TypeDraft, direction: Direction): readonly FieldProposal[] =>
  draft.fields.filter((field) => {
    const only = onlyWay(field);
    return only === undefined || [only.direction, "biDirectional"].includes(direction) || writable(field[only.from]);
  });

/** How many fields the proposal of a type maps. */
export const mappedOf = (draft: TypeDraft): number => fieldsOf(draft, directionOf(draft, demandedOf(draft))).length;

/** How many doubts stand in the proposal of a type. */
export const doubtsOf = (draft: TypeDraft): number => fieldsOf(draft, directionOf(draft, demandedOf(draft))).filter((field) => field.unmapped.length > 0).length + SIDES.reduce((sum, side) => sum + demandedOf(draft)[side].length, 0);

export interface ConnectionDraft {
  readonly name: string;
  readonly master: string;
  readonly target: string;
  readonly schemaPath: string;
  readonly projects: readonly { readonly master: string; readonly target: string }[];
  readonly types: readonly TypeDraft[];
  /** Types of either side without a partner. */
  readonly left: { readonly master: readonly string[]; readonly target: readonly string[] };
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

/** A scalar that YAML reads back as this text. */
export const scalar = (text: string): string => (PLAIN.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text));

/** Comments are one line each, whatever a label holds. */
const comment = (text: string): string => `# ${text.replace(/[\r\n\u2028\u2029]+/g, " ")}`;

const fieldLines = (field: FieldProposal, direction: Direction): string[] => {
  const note = field.master.label === field.master.name && field.target.label === field.target.name ? "" : `  ${comment(`${field.master.label} ~ ${field.target.label}`)}`;
  const lines = [`      - master: ${scalar(field.master.name)}${note}`, `        target: ${scalar(field.target.name)}`];
  const only = onlyWay(field);
  if (only !== undefined && direction === "biDirectional") lines.push(`        direction: ${only.direction}  ${comment(`${only.why}${unlocking(field[only.from])}`)}`);
  if (field.values !== undefined) {
    lines.push("        values:");
    for (const pair of field.values) lines.push(`          - { master: ${scalar(pair.master)}, target: ${scalar(pair.target)} }`);
    if (field.values.length === 0) lines[lines.length - 1] = "        values: []";
  }
  if (field.unmapped.length > 0) lines.push(`        ${comment(`doubt: without a partner: ${field.unmapped.join(", ")}; items holding them keep this field waiting until the value is mapped`)}`);
  return lines;
};

const typeLines = (draft: TypeDraft): string[] => {
  const demanded = demandedOf(draft);
  const direction = directionOf(draft, demanded);
  const fields = fieldsOf(draft, direction);
  const lines = [`  - master: ${scalar(draft.types.master.name)}  ${comment(draft.types.why)}`, `    target: ${scalar(draft.types.target.name)}`, `    direction: ${direction}`, fields.length === 0 ? "    fields: []" : "    fields:"];
  for (const field of fields) lines.push(...fieldLines(field, direction));
  const until = direction === draft.direction ? "" : `; until then nothing is made there (direction: ${direction})`;
  for (const side of SIDES) for (const field of demanded[side]) lines.push(`    ${comment(`doubt: ${field.label} (${field.name}) is required to create ${draft.types[side].name} on the ${side}: map a field to it or set a value${until}`)}`);
  return lines;
};

/** The whole file. Doubts are comments, never mappings. */
export const connectionText = (draft: ConnectionDraft): string => {
  const lines = [
    `# yaml-language-server: $schema=${draft.schemaPath}`,
    comment("Proposed by name and kind; read every line before the first iteration. A dry run shows what it would do."),
    `name: ${scalar(draft.name)}`,
    `master: ${scalar(draft.master)}`,
    `target: ${scalar(draft.target)}`,
    "projects:",
    ...draft.projects.map((pair) => `  - { master: ${JSON.stringify(pair.master)}, target: ${JSON.stringify(pair.target)} }`),
    "types:",
    ...draft.types.flatMap(typeLines),
  ];
  for (const side of SIDES) if (draft.left[side].length > 0) lines.push(comment(`not mapped on the ${side}: ${draft.left[side].join(", ")}`));
  return `${lines.join("\n")}\n`;
};
