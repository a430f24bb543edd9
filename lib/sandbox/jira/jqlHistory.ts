// WAS and CHANGED: what a field once held, read from the change history.

import { instantOf } from "./jqlDates.ts";
import { userByWords, type Ids, type JqlContext } from "./jqlSpec.ts";
import type { Clause, Operand, Single } from "./jqlParse.ts";
import type { Issue } from "./model.ts";

interface Step {
  readonly at: number;
  readonly by: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const stepsOf = (doc: Issue, names: readonly string[]): readonly Step[] =>
  doc.histories.flatMap((history) => history.items.filter((line) => names.includes(line.field)).map((line) => ({ at: history.created, by: history.author, from: line.from, to: line.to })));

interface Span {
  readonly value: string | null;
  readonly from: number;
  readonly until: number;
  readonly by: string | null;
}

/** The values one after the other; versions are lists and are taken as what was ever added. */
const spansOf = (doc: Issue, names: readonly string[], now: Ids): readonly Span[] => {
  const steps = stepsOf(doc, names);
  const spans: Span[] = [];
  let value = steps[0] ? steps[0].from : now[0] ?? null;
  let [from, by] = [doc.created, doc.creator];
  for (const step of steps) {
    spans.push({ value, from, until: step.at, by });
    [value, from, by] = [step.to, step.at, step.by];
  }
  return [...spans, { value, from, until: Number.POSITIVE_INFINITY, by }];
};

const singles = (operand: Operand): readonly Single[] => (operand.kind === "list" ? operand.items : [operand]);

interface Bounds {
  readonly after: number;
  readonly before: number;
  readonly by: ReadonlySet<string> | null;
  readonly from: ReadonlySet<string | null> | null;
  readonly to: ReadonlySet<string | null> | null;
}

const DAY = 86_400_000;

const boundsOf = (context: JqlContext, clause: Clause, ids: (operand: Operand) => ReadonlySet<string | null>): Bounds => {
  let bounds: Bounds = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY, by: null, from: null, to: null };
  for (const { word, operand } of clause.predicates) {
    const parts = singles(operand);
    const first = parts[0] as Single;
    if (word === "after") bounds = { ...bounds, after: instantOf(context, first, clause.field) };
    else if (word === "before") bounds = { ...bounds, before: instantOf(context, first, clause.field) };
    else if (word === "on") bounds = { ...bounds, after: instantOf(context, first, clause.field), before: instantOf(context, first, clause.field) + DAY };
    else if (word === "during") bounds = { ...bounds, after: instantOf(context, first, clause.field), before: instantOf(context, parts[1] ?? first, clause.field) };
    else if (word === "by") bounds = { ...bounds, by: new Set(parts.flatMap((part) => (part.kind === "value" ? userByWords(context, part) ?? [] : part.kind === "function" && context.user ? [context.user.id] : []))) };
    else if (word === "from") bounds = { ...bounds, from: ids(operand) };
    else bounds = { ...bounds, to: ids(operand) };
  }
  return bounds;
};

export const historyTest = (context: JqlContext, clause: Clause, names: readonly string[], values: (doc: Issue) => Ids, ids: (operand: Operand) => ReadonlySet<string | null>): ((doc: Issue) => boolean) => {
  const bounds = boundsOf(context, clause, ids);
  if (clause.operator === "changed") {
    return (doc) => stepsOf(doc, names).some((step) => step.at >= bounds.after && step.at <= bounds.before && (!bounds.by || bounds.by.has(step.by ?? "")) && (!bounds.from || bounds.from.has(step.from)) && (!bounds.to || bounds.to.has(step.to)));
  }
  const wanted = ids(clause.operand);
  const was = (doc: Issue): boolean => spansOf(doc, names, values(doc)).some((span) => wanted.has(span.value) && span.until >= bounds.after && span.from <= bounds.before && (!bounds.by || bounds.by.has(span.by ?? "")));
  return clause.operator === "was" || clause.operator === "was in" ? was : (doc) => !was(doc);
};
