// JSON in one order: two equal contents are equal byte for byte.

export const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return canonical(value.toJSON());
  const entries = Object.entries(value).filter(([, content]) => content !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, content]) => [key, canonical(content)]));
};
