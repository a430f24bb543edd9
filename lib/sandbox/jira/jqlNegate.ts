// NOT as the vendor reads it: pushed down to the clauses, where it turns each operator into its opposite. So what has no value stays out of
// `NOT labels = red` as it stays out of `labels != red`.

import type { Clause, Node, Operator } from "./jqlParse.ts";

const PAIRS: readonly (readonly [Operator, Operator])[] = [["=", "!="], ["~", "!~"], ["<", ">="], [">", "<="], ["in", "not in"], ["is", "is not"], ["was", "was not"], ["was in", "was not in"]];

const OPPOSITES: ReadonlyMap<Operator, Operator> = new Map(PAIRS.flatMap(([one, two]) => [[one, two], [two, one]] as const));

/** CHANGED has no opposite operator: it stays below a NOT. */
const oppositeClause = (clause: Clause): Node => {
  const operator = OPPOSITES.get(clause.operator);
  return operator === undefined ? { kind: "not", part: clause } : { ...clause, operator };
};

/** The node that holds where this one does not, without a NOT above anything but CHANGED. */
export const opposite = (node: Node): Node => {
  switch (node.kind) {
    case "clause": return oppositeClause(node);
    case "not": return straight(node.part);
    case "and": case "or": return { kind: node.kind === "and" ? "or" : "and", parts: node.parts.map(opposite) };
  }
};

const straight = (node: Node): Node => {
  switch (node.kind) {
    case "clause": return node;
    case "not": return opposite(node.part);
    case "and": case "or": return { kind: node.kind, parts: node.parts.map(straight) };
  }
};
