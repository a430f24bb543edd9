// The text of queries (alm-qc.md §7.4): conditions per field that must all hold. There is no "or" across fields, and no
// known way to escape free text: names of items never get here. A filter of the user is taken apart, so that it can be
// joined with our own conditions and read before it is believed.

import { ConfigError } from "../../core/errors.ts";

/** Field → what stands in its brackets. */
export type Conditions = ReadonlyMap<string, string>;

const SAFE = /^[\w .:@+-]+$/;

/** Whether a text can stand in a query at all: some signs cannot be escaped there. */
export const isSafe = (text: string): boolean => SAFE.test(text);

/** A quoted text. Unquoted, "Not Completed" would be grammar. */
const literal = (text: string): string => {
  if (!SAFE.test(text)) throw new RangeError(`${JSON.stringify(text)} cannot stand in a query`);
  return `"${text}"`;
};

export const isId = (text: string): boolean => /^\d{1,18}$/.test(text);

/** Throws RangeError for a text that is not safe. */
export const anyOf = (texts: readonly string[]): string => texts.map(literal).join(" Or ");

export const anyId = (ids: readonly string[]): string => {
  const bad = ids.find((id) => !/^-?\d{1,18}$/.test(id));
  if (bad !== undefined) throw new RangeError(`${JSON.stringify(bad)} is no id`);
  return ids.join(" Or ");
};

/** All must hold; two on one field are put into parentheses. */
export const allOf = (...all: readonly (Conditions | undefined)[]): Conditions => {
  const joined = new Map<string, string>();
  for (const conditions of all) for (const [field, condition] of conditions ?? []) joined.set(field, joined.has(field) ? `(${joined.get(field)}) And (${condition})` : condition);
  return joined;
};

export const where = (field: string, condition: string): Conditions => new Map([[field, condition]]);

export const queryText = (conditions: Conditions): string | undefined => (conditions.size === 0 ? undefined : `{${[...conditions].map(([field, condition]) => `${field}[${condition}]`).join(";")}}`);

const refused = (filter: string, message: string): ConfigError =>
  new ConfigError([{ path: "filter", message: `${JSON.stringify(filter)}: ${message}`, advice: 'write {status["Open" Or "New"];severity["4-Very High"]}, or favorite:NAME' }]);

/** Where the brackets that open at `at` end; quotes hide brackets. */
const closing = (text: string, at: number): number => {
  let quote = "";
  for (let index = at + 1; index < text.length; index++) {
    const sign = text[index] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "]") return index;
  }
  return -1;
};

/** Operators and parentheses go, quoted texts become one word: what is left may be one word at a time. */
const hasPhrase = (condition: string): boolean =>
  condition
    .replace(/"[^"]*"|'[^']*'/g, "_")
    .split(/\s*(?:[()]|<>|[<>]=?|=|\b(?:and|or|not|lt|gt|le|ge|eq)\b)\s*/i)
    .some((part) => /\S\s+\S/.test(part.trim()));

/**
 * A filter in ALM's own words, with or without its frame. `names`: values with spaces that a field knows; unquoted, such a
 * value is read as grammar and finds the wrong rows without a word (alm-qc.md §7.4). Throws ConfigError.
 */
export const parseFilter = (filter: string, known: (field: string) => boolean, names: (field: string) => readonly string[]): Conditions => {
  const inner = filter.trim().replace(/^\{([\s\S]*)\}$/, "$1");
  let conditions: Conditions = new Map();
  for (let at = 0; at < inner.length; ) {
    const head = /^[\s;]*([A-Za-z][\w.-]*)\s*\[/.exec(inner.slice(at));
    if (head === null) {
      if (/^[\s;]*$/.test(inner.slice(at))) break;
      throw refused(filter, `not understood from "${inner.slice(at, at + 20)}" on`);
    }
    const open = at + head[0].length - 1;
    const end = closing(inner, open);
    const field = head[1] ?? "";
    const condition = inner.slice(open + 1, end).trim();
    if (end < 0 || condition === "") throw refused(filter, `the brackets of ${field} do not close, or are empty`);
    if (!field.includes(".") && !known(field)) throw refused(filter, `there is no field ${field}`);
    if (hasPhrase(condition) || names(field).some((name) => /\s/.test(name) && name.toLowerCase() === condition.toLowerCase())) throw refused(filter, `${condition} must stand in quotes`);
    conditions = allOf(conditions, where(field, condition));
    at = end + 1;
  }
  return conditions;
};
