// Lenient access to what Redmine answers: nothing here trusts a shape, because releases and plugins differ.

export { chunks, idOf, instantOf, isObject, type Json, laterBy, listAt, numberOf, objectsAt, own, sameWord, textAt, textOf } from "../json.ts";

/** The second an instant lies in, as Redmine's filters read it. */
export const secondOf = (instant: string): string => `${instant.slice(0, 19)}Z`;
