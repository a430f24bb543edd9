// Whether a value is an object with names of its own, as JSON has them: no list, not null.

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
