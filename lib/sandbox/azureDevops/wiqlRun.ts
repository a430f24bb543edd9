// Runs a query: flat lists, links one hop away, trees; sorted, limited, and refused above the limit (sheet §17).

import { isInAreas, liveLinks, revisionAt, visibleRevision } from "./compute.ts";
import { bad } from "./errors.ts";
import { ENDS } from "./relations.ts";
import { type Candidate, compare, type Row, sortKey, type Test, testOf } from "./wiqlMatch.ts";
import { type Expression, parseWiql, type Side, type SortColumn, type Statement } from "./wiqlParse.ts";
import { type Scope, timeOfOperand } from "./wiqlValues.ts";
import { lastOf } from "./world.ts";
import type { World } from "./world.ts";

export interface LinkResult {
  readonly rel: string | null;
  readonly source: number | null;
  readonly target: number;
}

export interface Result {
  readonly statement: Statement;
  readonly asOf: number;
  readonly queryType: "flat" | "oneHop" | "tree";
  readonly ids: readonly number[];
  readonly links: readonly LinkResult[];
}

const QUERY_TEXT_LIMIT = 32_000;

const pool = (scope: Scope, asOf: number | null): ReadonlyMap<number, Candidate> => {
  const { world } = scope;
  const found = new Map<number, Candidate>();
  for (const item of world.tables.items.values()) {
    if (item.deleted !== null || isInAreas(world, lastOf(item), world.options.hiddenAreas)) continue;
    const revision = asOf === null ? visibleRevision(world, item) : revisionAt(item, asOf);
    if (revision !== undefined) found.set(item.id, { item, revision });
  }
  return found;
};

const sorter = (world: World, order: readonly SortColumn[], side: Side | null): ((a: Candidate, b: Candidate) => number) => {
  const own = order.filter((column) => side === null || column.side === side || column.side === "item");
  return (a, b) => {
    for (const { field, descending } of own) {
      const [left, right] = [sortKey(world, a, field), sortKey(world, b, field)];
      const result = left === right ? 0 : left === undefined ? -1 : right === undefined ? 1 : compare(left, right);
      if (result !== 0) return descending ? -result : result;
    }
    return a.item.id - b.item.id;
  };
};

const alone = (item: Candidate): Row => ({ item, target: null, rel: null, link: null });

/** Without ORDER BY no order is promised. */
const scattered = (candidates: readonly Candidate[]): readonly Candidate[] => candidates.toSorted((a, b) => ((a.item.id * 7919) % 1013) - ((b.item.id * 7919) % 1013) || a.item.id - b.item.id);

const flat = (scope: Scope, statement: Statement, all: ReadonlyMap<number, Candidate>): readonly number[] => {
  const test = statement.where === null ? () => true : testOf(scope, statement.where);
  const found = [...all.values()].filter((candidate) => test(alone(candidate)));
  const shuffled = statement.order.length === 0 && scope.world.options.shuffleWithoutOrder;
  return (shuffled ? scattered(found) : found.toSorted(sorter(scope.world, statement.order, null))).map((candidate) => candidate.item.id);
};

const sidesOf = (expression: Expression): ReadonlySet<Side> => {
  if (expression.kind === "condition") return new Set([expression.side]);
  return new Set((expression.kind === "not" ? [expression.part] : expression.parts).flatMap((part) => [...sidesOf(part)]));
};

interface Split {
  readonly source: Test;
  readonly target: Test;
  /** Link types, and what speaks of both ends. */
  readonly link: Test;
}

const split = (scope: Scope, where: Expression | null): Split => {
  const parts = where === null ? [] : where.kind === "and" ? where.parts : [where];
  const of = (wanted: (sides: ReadonlySet<Side>) => boolean): Test => {
    const tests = parts.filter((part) => wanted(sidesOf(part))).map((part) => testOf(scope, part));
    return (row) => tests.every((test) => test(row));
  };
  const only = (side: Side) => (sides: ReadonlySet<Side>): boolean => sides.size === 1 && sides.has(side);
  return { source: of(only("source")), target: of(only("target")), link: of((sides) => sides.has("link") || sides.size > 1) };
};

interface Hop {
  readonly rel: string;
  readonly other: Candidate;
}

const hopsOf = (scope: Scope, from: Candidate, all: ReadonlyMap<number, Candidate>, tests: Split): readonly Hop[] =>
  liveLinks(scope.world, from.item.id).flatMap((link): readonly Hop[] => {
    const forward = link.sourceId === from.item.id;
    const end = ENDS.find((one) => one.type.ref === link.type && (one.forward === forward || one.type.names.length === 1));
    const other = all.get(forward ? link.targetId : link.sourceId);
    if (end === undefined || other === undefined) return [];
    return tests.link({ item: from, target: other, rel: end.rel, link }) ? [{ rel: end.rel, other }] : [];
  });

const oneHop = (scope: Scope, statement: Statement, all: ReadonlyMap<number, Candidate>): readonly LinkResult[] => {
  const tests = split(scope, statement.where);
  const bySource = sorter(scope.world, statement.order, "source");
  const byTarget = sorter(scope.world, statement.order, statement.order.some((column) => column.side === "target") ? "target" : null);
  const sources = [...all.values()].filter((candidate) => tests.source(alone(candidate))).toSorted(bySource);
  return sources.flatMap((source): readonly LinkResult[] => {
    const hops = hopsOf(scope, source, all, tests).filter((hop) => tests.target({ item: source, target: hop.other, rel: hop.rel, link: null }));
    const root: LinkResult = { rel: null, source: null, target: source.item.id };
    if (statement.mode === "doesNotContain") return hops.length === 0 ? [root] : [];
    if (hops.length === 0 && statement.mode === "mustContain") return [];
    return [root, ...hops.toSorted((a, b) => byTarget(a.other, b.other)).map((hop) => ({ rel: hop.rel, source: source.item.id, target: hop.other.item.id }))];
  });
};

/** From every match that is not below another one, down through what matches; or up from matching children. */
const tree = (scope: Scope, statement: Statement, all: ReadonlyMap<number, Candidate>): readonly LinkResult[] => {
  const tests = split(scope, statement.where);
  const order = sorter(scope.world, statement.order, null);
  const down = (from: Candidate): readonly Hop[] => hopsOf(scope, from, all, tests);
  const isTarget = (candidate: Candidate): boolean => tests.target({ item: null, target: candidate, rel: null, link: null });
  const keeps = new Map<number, boolean>();
  const kept = (candidate: Candidate): boolean => {
    const known = keeps.get(candidate.item.id);
    if (known !== undefined) return known;
    keeps.set(candidate.item.id, false);
    const answer = isTarget(candidate) || (statement.returnMatchingChildren && down(candidate).some((hop) => kept(hop.other)));
    keeps.set(candidate.item.id, answer);
    return answer;
  };
  const matches = [...all.values()].filter((candidate) => tests.source(alone(candidate)) && (!statement.returnMatchingChildren || kept(candidate)));
  const below = new Set<number>();
  const found: LinkResult[] = [];
  const walk = (from: Candidate, path: ReadonlySet<number>): void => {
    for (const hop of down(from).toSorted((a, b) => order(a.other, b.other))) {
      if (path.has(hop.other.item.id) || !kept(hop.other)) continue;
      found.push({ rel: hop.rel, source: from.item.id, target: hop.other.item.id });
      walk(hop.other, new Set([...path, hop.other.item.id]));
    }
  };
  for (const candidate of matches) for (const hop of down(candidate)) if (kept(hop.other)) below.add(hop.other.item.id);
  for (const root of matches.filter((candidate) => !below.has(candidate.item.id)).toSorted(order)) {
    found.push({ rel: null, source: null, target: root.item.id });
    walk(root, new Set([root.item.id]));
  }
  return found;
};

const checkSize = (scope: Scope, count: number, top: number | null): void => {
  const { queryLimit, topAvoidsLimit } = scope.world.options;
  if (count <= queryLimit || (topAvoidsLimit && top !== null && top < queryLimit + 1)) return;
  throw bad("WorkItemTrackingQueryResultSizeLimitExceededException", `VS402337: The number of work items returned exceeds the size limit of ${queryLimit}. Change the query to return fewer items.`);
};

export const runWiql = (scope: Scope, query: string, top: number | null): Result => {
  if (query.length > QUERY_TEXT_LIMIT) throw bad("WorkItemTrackingQueryTooLongException", `VS402335: The query has ${query.length} characters; the limit is ${QUERY_TEXT_LIMIT}.`);
  const statement = parseWiql(scope.world, query);
  const asOf = statement.asOf === null ? null : timeOfOperand(scope, statement.asOf);
  const all = pool(scope, asOf);
  const kind = !statement.links ? "flat" : statement.mode === "recursive" ? "tree" : "oneHop";
  const ids = kind === "flat" ? flat(scope, statement, all) : [];
  const links = kind === "oneHop" ? oneHop(scope, statement, all) : kind === "tree" ? tree(scope, statement, all) : [];
  checkSize(scope, ids.length + links.length, top);
  return { statement, asOf: asOf ?? scope.world.now(), queryType: kind, ids: top === null ? ids : ids.slice(0, top), links: top === null ? links : links.slice(0, top) };
};
