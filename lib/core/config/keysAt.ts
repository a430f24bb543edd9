// The keys a definition file may have at a place, read from its schema: for whoever misspelled one. Pure.

import type { z } from "zod";

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly in?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
}

const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as Def;

/** What stands behind optional, lazy and piped schemas; of a union each branch. */
const branches = (schema: z.core.$ZodType): readonly Def[] => {
  const def = defOf(schema);
  const inner = def.innerType ?? def.in ?? def.getter?.();
  if (inner !== undefined) return branches(inner);
  return def.type === "union" ? (def.options ?? []).flatMap(branches) : [def];
};

const below = (def: Def, part: string | number): readonly Def[] => {
  const next = def.type === "array" ? def.element : def.type === "record" ? def.valueType : def.shape?.[part];
  return next === undefined ? [] : branches(next);
};

/** None where the place takes any. */
export const keysAt = (schema: z.core.$ZodType, path: readonly (string | number)[]): readonly string[] => {
  const at = path.reduce<readonly Def[]>((defs, part) => defs.flatMap((def) => below(def, part)), branches(schema));
  return [...new Set(at.flatMap((def) => Object.keys(def.shape ?? {})))];
};
