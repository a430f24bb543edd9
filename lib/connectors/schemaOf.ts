// What most fields are, so that a connector says only in what one differs.

import type { FieldKind, FieldSchema } from "../core/types.ts";

/** A single value that may be written at any time and need not be given, if `more` does not say otherwise. */
export const schemaOf = (name: string, label: string, kind: FieldKind, more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label, kind, multiple: false, onCreate: true, onUpdate: true, required: false, ...more });
