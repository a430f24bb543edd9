// One value from ALM's texts into the normal form and back. Pure. What cannot be written is a reason.

import { fromHtml, toHtml } from "../../core/text/html.ts";
import { asList, isChoice, isItemRef, isPerson, type Single, type Value } from "../../core/types.ts";
import { folded } from "../json.ts";
import type { Field, Project } from "./model.ts";
import { personOf } from "./people.ts";
import { namesAsWords } from "./pictures.ts";
import { isId } from "./query.ts";
import { wallMs, wallText, type Zone } from "./time.ts";
import type { Held } from "./wire.ts";

export interface Context {
  readonly project: Pick<Project, "byLogin">;
  readonly zone: Zone;
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

const single = (field: Field, { value, label }: Held, { project, zone }: Context): Single | null => {
  switch (field.codec) {
    case "string":
      return value;
    case "memo":
      return fromHtml(value) || null;
    case "number": {
      const number = Number(value.trim());
      return value.trim() === "" || !Number.isFinite(number) ? null : number;
    }
    case "date":
      return /^\d{4}-\d\d-\d\d/.exec(value.trim())?.[0] ?? null;
    case "dateTime":
      return zone.instantOf(value) ?? null;
    case "choice":
      return { choice: value, id: value };
    case "subtype":
      return { choice: field.schema.choices?.find((choice) => choice.id === value)?.name ?? label ?? value, id: value };
    case "person":
      return personOf(project.byLogin, value);
    case "reference":
      // A root is nobody's item: below it means below nothing. So does a reference to 0 or less.
      return field.roots.includes(value) || !isId(value) || (field.schema.name !== "parent-id" && value === "0") ? null : { ref: value, ...(field.target === undefined ? {} : { type: field.target }), ...(label === undefined ? {} : { name: label }) };
  }
};

export const readValue = (field: Field, held: readonly Held[], context: Context): Value => {
  const members = held.flatMap((one) => single(field, one, context) ?? []);
  return field.schema.multiple ? members : (members[0] ?? null);
};

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type Encoded = { readonly values: readonly string[] } | { readonly reason: string };

const fail = (reason: string): Encoded => ({ reason });
const good = (value: string): Encoded => ({ values: [value] });

/** Memos are whole documents; bare line breaks would be lost, inside blocks of code too (alm-qc.md §17). */
export const memoOf = (inside: string): string => `<html><body>${inside}</body></html>`;
export const memoText = (normal: string): string => toHtml(namesAsWords(normal)).replace(/<pre[\s>][\s\S]*?<\/pre>/gi, (block) => block.replaceAll("\n", "<br />"));

const choice = (field: Field, value: Single): Encoded => {
  const wanted = isChoice(value) ? value.choice : String(value);
  const choices = field.schema.choices ?? [];
  const known = choices.find((candidate) => candidate.name === wanted) ?? choices.find((candidate) => folded(candidate.name) === folded(wanted));
  // Some servers split it, and two wrong values would stand there (alm-qc.md §8).
  if (field.schema.multiple && (known?.id ?? wanted).includes(";")) return fail(`"${wanted}" holds a semicolon, which ALM takes for the end of a value`);
  if (known !== undefined) return good(known.id);
  return field.codec === "subtype" || (field.verified && choices.length > 0) ? fail(`there is no value "${wanted}"`) : good(wanted);
};

const person = (field: Field, value: Single, { project }: Context): Encoded => {
  if (!isPerson(value)) return fail("holds no person");
  const record = project.byLogin.get(value.person.toLowerCase());
  if (record !== undefined) return good(record.id);
  return field.verified && project.byLogin.size > 0 ? fail(`${value.name ?? value.person} is no user of the project`) : good(value.person);
};

const number = (value: Single): Encoded => {
  // Digits, "-" and "." only (alm-qc.md §17).
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : "";
  return /^-?\d+(\.\d+)?$/.test(text) ? good(text) : fail("is no number that ALM can hold");
};

const one = (field: Field, value: Single, context: Context): Encoded => {
  switch (field.codec) {
    case "string": {
      const { maxLength } = field.schema;
      const text = String(value);
      return maxLength !== undefined && text.length > maxLength ? fail(`is longer than ${maxLength} letters`) : good(text);
    }
    case "memo":
      return good(memoOf(memoText(String(value))));
    case "number":
      return number(value);
    case "date": {
      const date = /^\d{4}-\d\d-\d\d/.exec(String(value))?.[0];
      return date === undefined || wallMs(date) === undefined ? fail("is no date") : good(date);
    }
    case "dateTime":
      return Number.isNaN(Date.parse(String(value))) ? fail("is no time") : good(wallText(context.zone.wall(String(value))));
    case "choice":
    case "subtype":
      return choice(field, value);
    case "person":
      return person(field, value, context);
    case "reference":
      return isItemRef(value) && isId(value.ref) ? good(value.ref) : fail("holds no reference");
  }
};

export const writeValue = (field: Field, value: Value, context: Context): Encoded => {
  const members = asList(value).filter((member) => member !== "");
  if (members.length === 0) {
    if (field.codec === "subtype") return fail("cannot be emptied");
    return { values: field.roots.slice(0, 1) };
  }
  const encoded = (field.schema.multiple ? members : members.slice(0, 1)).map((member) => one(field, member, context));
  const bad = encoded.find((member) => "reason" in member);
  return bad ?? { values: encoded.flatMap((member) => ("values" in member ? member.values : [])) };
};
