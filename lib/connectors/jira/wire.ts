// Lenient access to what Jira answers: nothing here trusts a shape, because the two flavours, releases and apps differ.
// Own properties only: a history item has a property called "toString" (jira.md §17.1).

import { isObject, type Json } from "../json.ts";

export { chunks, isObject, type Json, listOf, mapLimit, numberOf, objectsOf, own, sameWord, textAt, textOf } from "../json.ts";

export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
