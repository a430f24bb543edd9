// One value from its stored text into the normal form and back. Pure. What cannot be written is a reason.

import { cutText } from "../../core/text/cut.ts";
import { fromHtml, toHtml } from "../../core/text/html.ts";
import { fromPlain, plainText } from "../../core/text/normal.ts";
import { asList, isChoice, isItemRef, isPerson, type Person, type Single, type Value } from "../../core/types.ts";
import type { Field } from "./fields.ts";
import { instantOf, isId, type Json, sameWord, shownAt, storedAt, storedText, wireTime } from "./wire.ts";

const HOUR_MS = 3_600_000;

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

const personAt = (id: string, name: string, login = "", email = ""): Person => ({ person: id, ...(name === "" ? {} : { name }), ...(login === "" ? {} : { login }), ...(email === "" ? {} : { email }) });

/** One value may have another label beside each value of the column that decides (servicenow.md §12): the one that people see, else the one that fits. */
const choiceOf = (field: Field, stored: string, shown: string, row: Json): Single => {
  const all = field.choices.filter((choice) => choice.value === stored);
  const beside = field.column.dependsOn === "" ? "" : storedText(row, field.column.dependsOn);
  const found = all.find((choice) => choice.label === shown) ?? all.find((choice) => beside !== "" && choice.dependent === beside) ?? all[0];
  return { choice: found?.label ?? (shown || stored), id: stored };
};

const numberOf = (stored: string): number | null => {
  const number = Number(stored.replaceAll(",", ""));
  return Number.isFinite(number) ? number : null;
};

/** A duration is stored as a time counted from 1970 (servicenow.md §5). */
const hoursOf = (stored: string): number | null => {
  const at = instantOf(stored);
  return at === undefined ? null : Date.parse(at) / HOUR_MS;
};

const oneOf = (field: Field, stored: string, shown: string, row: Json): Single | null => {
  const { name, refersTo } = field.schema;
  switch (field.codec) {
    case "string":
      return stored;
    case "plain":
      return fromPlain(stored) || null;
    case "html":
      return fromHtml(stored) || null;
    case "number":
      return numberOf(stored);
    case "hours":
      return hoursOf(stored);
    case "boolean":
      return stored === "true" || stored === "1";
    case "date":
      return /^\d{4}-\d\d-\d\d/.exec(stored)?.[0] ?? null;
    case "dateTime":
      return instantOf(stored) ?? null;
    case "choice":
      return choiceOf(field, stored, shown, row);
    case "person":
      // A list of people may hold bare addresses.
      return stored.includes("@") ? personAt(stored, "", "", stored) : personAt(stored, shown, storedText(row, `${name}.user_name`), storedText(row, `${name}.email`));
    case "reference": {
      const type = refersTo?.length === 1 ? refersTo[0] : refersTo?.find((one) => one === storedText(row, `${name}.sys_class_name`));
      return { ref: stored, ...(type === undefined ? {} : { type }), ...(shown === "" ? {} : { name: shown }) };
    }
    case "named":
      // A reference to a row that was deleted, or that we may not read, keeps its id and shows nothing (servicenow.md §5).
      return { choice: shown || stored, id: stored };
  }
};

const membersOf = (row: Json, name: string, stored: string): readonly { readonly stored: string; readonly shown: string }[] => {
  const ids = stored.split(",").map((id) => id.trim()).filter((id) => id !== "");
  const names = shownAt(row, name).split(",").map((one) => one.trim());
  return ids.map((id, index) => ({ stored: id, shown: names.length === ids.length ? (names[index] ?? "") : "" }));
};

/** undefined: the row does not tell, which is not "empty" (servicenow.md §5). */
export const readValue = (field: Field, row: Json): Value | undefined => {
  const { name, multiple } = field.schema;
  const stored = storedAt(row, name);
  if (stored === undefined) return undefined;
  if (multiple) return membersOf(row, name, stored).flatMap((member) => oneOf(field, member.stored, member.shown, row) ?? []);
  if (stored === "") return field.codec === "boolean" ? false : null;
  return oneOf(field, stored, shownAt(row, name), row);
};

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type Encoded = { readonly wire: string } | { readonly reason: string };

export interface WriteContext {
  /** Rows looked up by name beforehand: table → name in small letters → ids. */
  readonly named: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** What a column holds when this is written, for choices that depend on it. */
  readonly beside: (column: string) => string;
}

const fail = (reason: string): Encoded => ({ reason });

const choice = (field: Field, value: Single, context: WriteContext): Encoded => {
  const { choice: label } = isChoice(value) ? value : { choice: String(value) };
  const beside = field.column.dependsOn === "" ? "" : context.beside(field.column.dependsOn);
  const fitting = field.choices.filter((one) => one.dependent === "" || beside === "" || one.dependent === beside);
  const active = fitting.filter((one) => one.active);
  // Equal labels are told apart by the column that decides; where nobody says what it holds, neither is guessed.
  const alike = beside !== "" || field.column.dependsOn === "" ? [] : active.filter((one) => sameWord(one.label, label));
  if (new Set(alike.map((one) => one.value)).size > 1) return fail(`there are several values "${label}", told apart by ${field.column.dependsOn}: map that field as well`);
  const found = active.find((one) => one.label === label) ?? active.find((one) => sameWord(one.label, label)) ?? active.find((one) => one.value === label) ?? fitting.find((one) => one.label === label);
  if (found !== undefined) return { wire: found.value };
  // Suggestions are only that; anything else would be stored unchecked (servicenow.md §6).
  return field.column.choice === "2" ? { wire: label } : fail(`there is no value "${label}"${field.choices.some((one) => one.label === label) ? ` beside ${field.column.dependsOn} "${beside}"` : ""}`);
};

const named = (field: Field, value: Single, context: WriteContext): Encoded => {
  const name = isChoice(value) ? value.choice : String(value);
  const ids = context.named.get(field.column.reference)?.get(name.normalize("NFC").trim().toLowerCase()) ?? [];
  const [id] = ids;
  if (id === undefined) return fail(`${field.column.reference} has no row called "${name}"`);
  return ids.length > 1 ? fail(`${field.column.reference} has ${ids.length} rows called "${name}"`) : { wire: id };
};

const cut = (field: Field, normal: string, print: (normal: string) => string): Encoded => {
  const { maxLength } = field.schema;
  return { wire: print(maxLength === undefined ? normal : cutText(normal, maxLength, (text) => print(text).length)) };
};

const quoted = (value: Single): string => `"${isChoice(value) ? value.choice : isPerson(value) ? (value.name ?? value.person) : isItemRef(value) ? (value.name ?? value.ref) : String(value)}"`;

const wireOf = (field: Field, value: Single, context: WriteContext): Encoded => {
  const { codec } = field;
  if (codec === "string") return { wire: String(value) };
  if (codec === "plain") return cut(field, String(value), plainText);
  if (codec === "html") return cut(field, String(value), toHtml);
  if (codec === "number") return typeof value === "number" && Number.isFinite(value) ? { wire: String(value) } : fail(`${quoted(value)} is no number`);
  if (codec === "hours") return typeof value === "number" && value >= 0 && Number.isFinite(value) ? { wire: wireTime(value * HOUR_MS) } : fail(`${quoted(value)} is no number of hours`);
  if (codec === "boolean") return typeof value === "boolean" ? { wire: String(value) } : fail(`${quoted(value)} is neither true nor false`);
  if (codec === "date") return /^\d{4}-\d\d-\d\d/.test(String(value)) ? { wire: String(value).slice(0, 10) } : fail(`${quoted(value)} is no date`);
  // A badly formed time would be emptied without a word (servicenow.md §6).
  if (codec === "dateTime") return Number.isNaN(Date.parse(String(value))) ? fail(`${quoted(value)} is no time`) : { wire: wireTime(String(value)) };
  if (codec === "choice") return choice(field, value, context);
  if (codec === "named") return named(field, value, context);
  if (codec === "person") return isPerson(value) && (isId(value.person) || (field.schema.multiple && /^[^,\s]+@[^,\s]+$/.test(value.person))) ? { wire: value.person } : fail("holds no person of this instance");
  return isItemRef(value) && isId(value.ref) ? { wire: value.ref } : fail("holds no reference");
};

/** Everything is a text, empty is "" (servicenow.md §6). */
export const writeValue = (field: Field, value: Value, context: WriteContext): Encoded => {
  const members = asList(value);
  if (members.length === 0 || (members.length === 1 && members[0] === "")) return { wire: "" };
  if (!field.schema.multiple) return wireOf(field, members[0] as Single, context);
  const encoded = members.map((member) => wireOf(field, member, context));
  return encoded.find((member) => "reason" in member) ?? { wire: encoded.map((member) => ("wire" in member ? member.wire : "")).join(",") };
};
