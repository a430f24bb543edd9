// issue.property[key].path in JQL: only for properties that an installed app has declared (sheet §9.6, §14.3).

import type { Clause } from "./jqlParse.ts";
import { complain, unsupported, type Compiler, type Test } from "./jqlSpec.ts";
import { textTest } from "./jqlWords.ts";
import type { Issue } from "./model.ts";

const NAME = /^issue\.property\[(.+)\](?:\.(.+))?$/i;

const valuesAt = (value: unknown, path: readonly string[]): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined || value === null ? [] : [value];
  return typeof value === "object" && value !== null && Object.hasOwn(value, step) ? valuesAt((value as Readonly<Record<string, unknown>>)[step], rest) : [];
};

export const propertyTest = (compiler: Compiler, clause: Clause): Test => {
  const parts = NAME.exec(clause.field);
  const key = parts?.[1]?.replace(/^["']|["']$/g, "") ?? "";
  if (!compiler.context.world.options.indexedProperties.includes(key)) {
    complain(compiler, `Field '${clause.field}' does not exist or you do not have permission to view it.`);
    return () => false;
  }
  const path = (parts?.[2] ?? "").split(".").filter((step) => step !== "");
  const own = (doc: Issue): readonly unknown[] => (Object.hasOwn(doc.properties, key) ? valuesAt(doc.properties[key], path) : []);
  const { operator, operand } = clause;
  if (operand.kind === "empty") return operator === "is" || operator === "=" ? (doc) => own(doc).length === 0 : (doc) => own(doc).length > 0;
  const wanted = (operand.kind === "list" ? operand.items : [operand]).map((one) => (one.kind === "value" ? one.text : ""));
  const first = wanted[0] ?? "";
  switch (operator) {
    case "=": case "in": return (doc) => own(doc).some((value) => wanted.includes(String(value)));
    case "!=": case "not in": return (doc) => own(doc).length > 0 && !own(doc).some((value) => wanted.includes(String(value)));
    case "~": return (doc) => own(doc).some((value) => textTest(first)(String(value)));
    case "!~": return (doc) => own(doc).length > 0 && !own(doc).some((value) => textTest(first)(String(value)));
    case "<": return (doc) => own(doc).some((value) => Number(value) < Number(first));
    case "<=": return (doc) => own(doc).some((value) => Number(value) <= Number(first));
    case ">": return (doc) => own(doc).some((value) => Number(value) > Number(first));
    case ">=": return (doc) => own(doc).some((value) => Number(value) >= Number(first));
    default: return unsupported(compiler, clause);
  }
};
