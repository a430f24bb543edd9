// Encoded queries: put together so that no value can add a condition, and taken apart so that a filter of the user can be
// checked before ServiceNow silently drops what it does not understand (servicenow.md §4). Pure.

/** Conditions that must all hold. */
export type Group = readonly string[];
/** One of the groups must hold. */
export type Groups = readonly Group[];

const FIELD = /^[a-z0-9_]+(\.[a-z0-9_]+)*$/;

/** A caret begins a new condition (doubling it is unconfirmed, §4), "javascript:" is executed, control characters are nobody's value. */
export const isSafe = (value: string): boolean => value !== "" && !/[\^\p{Cc}]/u.test(value) && !/javascript:/i.test(value);

const demandField = (field: string): string => {
  if (!FIELD.test(field)) throw new RangeError(`${JSON.stringify(field)} cannot be a field in a query`);
  return field;
};

/** Throws RangeError for a value that holds what parts conditions (^): it cannot be escaped. */
export const condition = (field: string, operator: "=" | ">" | ">=" | "STARTSWITH" | "LIKE" | "!=", value: string): string => {
  if (!isSafe(value)) throw new RangeError(`${JSON.stringify(value)} cannot stand in a query`);
  return `${demandField(field)}${operator}${value}`;
};

/** Throws RangeError for no values, and for one with a comma: neither can be said. */
export const inList = (field: string, values: readonly string[]): string => {
  const bad = values.find((value) => !isSafe(value) || value.includes(","));
  if (bad !== undefined || values.length === 0) throw new RangeError(`${JSON.stringify(bad ?? "")} cannot stand in a list of a query`);
  return `${demandField(field)}IN${values.join(",")}`;
};

/** A condition that finds at least every row holding this text; the caller compares. undefined: nothing of it can be asked for. */
export const atLeast = (field: string, value: string): string | undefined => {
  const parts = value.split(/[\^\p{Cc}]|javascript:/iu);
  const first = parts[0]?.trim() ?? "";
  if (isSafe(first)) return condition(field, "STARTSWITH", first);
  const longest = parts.map((part) => part.trim()).reduce((best, part) => (part.length > best.length ? part : best), "");
  return isSafe(longest) ? condition(field, "LIKE", longest) : undefined;
};

/** Every pair of groups: a OR-of-ANDs within a OR-of-ANDs. */
export const both = (a: Groups, b: Groups): Groups => a.flatMap((one) => b.map((two) => [...one, ...two]));

/** Every filter stands in each group: ^NQ begins anew (servicenow.md §7). */
export const queryText = (groups: Groups, orderBy: readonly string[]): string => {
  const wheres = groups.map((group) => group.join("^")).filter((group) => group !== "");
  const where = wheres.length < groups.length ? "" : wheres.join("^NQ");
  return [...(where === "" ? [] : [where]), ...orderBy.map((field) => `ORDERBY${demandField(field)}`)].join("^");
};

// ── a filter of the user ──────────────────────────────────────────────────────────────────────────────────────────

const OPERATORS = [
  "DOES NOT CONTAIN", "GT_OR_EQUALS_FIELD", "LT_OR_EQUALS_FIELD", "GT_FIELD", "LT_FIELD", "STARTSWITH", "ENDSWITH", "IN_HIERARCHY", "INSTANCEOF", "ISNOTEMPTY", "EMPTYSTRING",
  "RELATIVEGE", "RELATIVEGT", "RELATIVELE", "RELATIVELT", "RELATIVEEE", "NOT LIKE", "NOTLIKE", "CONTAINS", "ANYTHING", "MORETHAN", "LESSTHAN", "DATEPART", "BETWEEN", "ISEMPTY", "NSAMEAS", "SAMEAS", "DYNAMIC",
  "NOT IN", "NOTON", "LIKE", "IN", "ON", ">=", "<=", "!=", "!*", "=", ">", "<", "%", "*",
] as const;

const escaped = OPERATORS.map((operator) => operator.replace(/[*]/g, "\\$&"));
const TERM = new RegExp(`^([a-z0-9_]+(?:\\.[a-z0-9_]+)*)(${escaped.join("|")})`);

export interface Filter {
  /** As written, without orders. One text per ^NQ group. */
  readonly groups: readonly string[];
  /** Every field it names, dotted ones too. */
  readonly fields: readonly string[];
}

const partsOf = (text: string): readonly string[] => text.replaceAll("^^", "\u0000").split("^").map((part) => part.replaceAll("\u0000", "^^"));

/** A reason where it is no encoded query, or holds a condition that would be dropped silently. */
export const parseFilter = (text: string): Filter | { readonly reason: string } => {
  if (/\p{Cc}/u.test(text)) return { reason: "holds a control character" };
  const groups: string[][] = [[]];
  const fields = new Set<string>();
  let related = false;
  for (const part of partsOf(text.trim())) {
    if (related || /^(RLQUERY|JOIN)/.test(part)) {
      // Conditions of another table: they are its own, and end where they say so.
      groups.at(-1)?.push(part);
      related = part.startsWith("RLQUERY") ? true : related && part !== "ENDRLQUERY";
      continue;
    }
    if (part === "" || part === "EQ" || /^(ORDERBY|GROUPBY)/.test(part)) continue;
    const begins = part.startsWith("NQ");
    const rest = begins ? part.slice(2) : part;
    if (begins && groups.at(-1)?.length !== 0) groups.push([]);
    const term = TERM.exec(rest.replace(/^OR/, ""));
    if (term === null) return { reason: `"${rest}" is no condition` };
    if (rest.startsWith("OR") && groups.at(-1)?.length === 0) return { reason: `"${rest}" follows nothing` };
    fields.add(term[1] ?? "");
    groups.at(-1)?.push(rest);
  }
  return { groups: groups.filter((group) => group.length > 0).map((group) => group.join("^")), fields: [...fields] };
};
