// JSON as strangers send it: an object may have keys that JavaScript itself asks objects for, and must still be told as a text.

const NAMES = ["toString", "valueOf"] as const;

/** Objects that say something else under `toString` (items of Jira's changelog do) are a text all the same: not one that means anything, but no failure. */
const tellable = (_key: string, value: unknown): unknown => {
  if (typeof value === "object" && value !== null && NAMES.some((name) => Object.hasOwn(value, name))) Object.defineProperty(value, Symbol.toPrimitive, { value: () => "[object Object]" });
  return value;
};

/** A byte order mark in front is passed over, as the vendors' readers do. @throws SyntaxError where the text is no JSON. */
export const parseJson = (text: string): unknown => JSON.parse(text.replace(/^\ufeff/, ""), tellable) as unknown;
