// Writes a connection's file from proposals: what is sure as mappings, every doubt as a comment beside it. Pure.

import { type FieldProposal, missingRequired, type Proposal } from "../mapping/autoMap.ts";
import type { Direction } from "../mapping/model.ts";
import type { TypeSchema } from "../types.ts";

export interface TypeDraft {
  readonly types: Proposal<TypeSchema>;
  readonly fields: readonly FieldProposal[];
  readonly direction: Direction;
}

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

const fieldLines = (field: FieldProposal): string[] => {
  const note = field.master.label === field.master.name && field.target.label === field.target.name ? "" : `  ${comment(`${field.master.label} ~ ${field.target.label}`)}`;
  const lines = [`      - master: ${scalar(field.master.name)}${note}`, `        target: ${scalar(field.target.name)}`];
  if (field.direction !== undefined) lines.push(`        direction: ${field.direction}`);
  if (field.values !== undefined) {
    lines.push("        values:");
    for (const pair of field.values) lines.push(`          - { master: ${scalar(pair.master)}, target: ${scalar(pair.target)} }`);
    if (field.values.length === 0) lines[lines.length - 1] = "        values: []";
  }
  if (field.unmapped.length > 0) lines.push(`        ${comment(`doubt: without a partner: ${field.unmapped.join(", ")}; items holding them keep this field waiting until the value is mapped`)}`);
  return lines;
};

const typeLines = (draft: TypeDraft): string[] => {
  const lines = [`  - master: ${scalar(draft.types.master.name)}  ${comment(draft.types.why)}`, `    target: ${scalar(draft.types.target.name)}`, `    direction: ${draft.direction}`, draft.fields.length === 0 ? "    fields: []" : "    fields:"];
  for (const field of draft.fields) lines.push(...fieldLines(field));
  for (const side of ["master", "target"] as const)
    for (const field of missingRequired(draft.types[side], draft.fields, side, draft.direction)) lines.push(`    ${comment(`doubt: ${field.label} (${field.name}) is required to create ${draft.types[side].name} on the ${side}: map a field to it or set a value`)}`);
  return lines;
};

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
  for (const side of ["master", "target"] as const) if (draft.left[side].length > 0) lines.push(comment(`not mapped on the ${side}: ${draft.left[side].join(", ")}`));
  return `${lines.join("\n")}\n`;
};
