// Runs a JQL query: over the live issues, or over what a lagging index still shows. Queries bounded by `updated` start at a binary search.

import { sees, type Runtime } from "./call.ts";
import { compileNode } from "./jqlCompile.ts";
import { instantOf, JqlDateProblem, usesClock } from "./jqlDates.ts";
import { catalogue } from "./jqlFields.ts";
import { JqlProblem } from "./jqlLex.ts";
import { parseJql, type Clause, type Node, type Query, type Sort } from "./jqlParse.ts";
import type { Catalogue, Compiler, JqlContext, Test } from "./jqlSpec.ts";
import type { Issue, User } from "./model.ts";
import { JiraProblem } from "./problem.ts";
import type { World } from "./world.ts";

export type SortKey = string | number | null;

export interface Ask {
  readonly jql: string;
  readonly user: User | null;
  readonly strict: boolean;
  /** Ids that must be seen as they are now. */
  readonly reconcile: ReadonlySet<number>;
  /** A further condition, of agile lists. */
  readonly also?: Test;
  readonly usualSort?: readonly Sort[];
  /** Rows after these sort keys only, and no more than this many: for cursors, which need no total. */
  readonly after?: readonly SortKey[];
  readonly most?: number;
}

interface Answer {
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
  readonly keysOf: (issue: Issue) => readonly SortKey[];
}

/** Errors of a query: `warningMessages` stands in place of `errors` (sheet §5.3). */
export const jqlRefusal = (messages: readonly string[]): JiraProblem => new JiraProblem(400, { errorMessages: messages, warningMessages: [] });

interface Order {
  readonly keys: (doc: Issue) => readonly SortKey[];
  readonly compare: (one: readonly SortKey[], two: readonly SortKey[]) => number;
}

/** Keys by project, then by number: AB-9 stands before AB-10, and all of AB before ABC. */
const keyText = (doc: Issue): string => {
  const dash = doc.key.lastIndexOf("-") + 1;
  return doc.key.slice(0, dash) + doc.key.slice(dash).padStart(12, "0");
};

const sorter = (fields: Catalogue, sort: Sort, errors: string[]): ((doc: Issue) => SortKey) => {
  const name = sort.field.toLowerCase();
  if (name === "id") return (doc) => doc.id;
  const spec = fields(sort.field)[0];
  if (spec?.kind === "key") return keyText;
  if (spec?.sort) return spec.sort;
  if (spec?.kind === "number") return spec.number;
  errors.push(spec ? `Not able to sort using field '${sort.field}'.` : `Field '${sort.field}' does not exist or you do not have permission to view it.`);
  return () => null;
};

const compareKeys = (one: SortKey, two: SortKey): number => {
  if (one === two) return 0;
  if (one === null) return 1;
  if (two === null) return -1;
  return one < two ? -1 : 1;
};

/** Without an order the newest key comes first; ties are settled by id, so that pages never overlap. */
const orderOf = (fields: Catalogue, sorts: readonly Sort[], errors: string[]): Order => {
  const list = sorts.length > 0 ? sorts : [{ field: "key", down: true }];
  const readers = list.map((sort) => sorter(fields, sort, errors));
  const downs = list.map((sort) => sort.down);
  return {
    keys: (doc) => [...readers.map((read) => read(doc)), doc.id],
    compare: (one, two) => {
      for (const [at, down] of downs.entries()) {
        const difference = compareKeys(one[at] ?? null, two[at] ?? null);
        if (difference !== 0) return down ? -difference : difference;
      }
      return Number(one.at(-1)) - Number(two.at(-1));
    },
  };
};

const conjuncts = (node: Node | null): readonly Clause[] => (node === null ? [] : node.kind === "clause" ? [node] : node.kind === "and" ? node.parts.flatMap(conjuncts) : []);

/** The lowest `updated` that can match, from a bound that every match must keep. */
const lowestUpdated = (context: JqlContext, query: Query): number => {
  let lowest = Number.NEGATIVE_INFINITY;
  for (const clause of conjuncts(query.where)) {
    if (!/^updated(date)?$/i.test(clause.field) || (clause.operator !== ">=" && clause.operator !== ">") || clause.operand.kind === "list") continue;
    try {
      lowest = Math.max(lowest, instantOf(context, clause.operand, clause.field));
    } catch (problem) {
      if (!(problem instanceof JqlDateProblem)) throw problem;
    }
  }
  return lowest;
};

const isUpdatedUp = (sorts: readonly Sort[]): boolean => sorts[0] !== undefined && /^updated(date)?$/i.test(sorts[0].field) && !sorts[0].down;

/** Candidates in index order; stops early where the order allows it and nobody asks for a total. */
const gather = (world: World, query: Query, test: Test, lowest: number, ask: Ask, seen: readonly Issue[] | null): readonly Issue[] => {
  const found: Issue[] = [];
  const rows = seen ?? world.byUpdated();
  const early = ask.most !== undefined && isUpdatedUp(query.sorts);
  const resumed = early && ask.after ? Math.max(lowest, Number(ask.after[0])) : lowest;
  const start = seen !== null || resumed === Number.NEGATIVE_INFINITY ? 0 : world.firstUpdatedAt(resumed);
  let fresh = 0;
  for (let at = start; at < rows.length; at += 1) {
    const doc = rows[at] as Issue;
    if (early && fresh > (ask.most ?? 0) && doc.updated > (found.at(-1)?.updated ?? 0)) break;
    if (doc.archived || !sees(world, ask.user, doc) || !test(doc)) continue;
    found.push(doc);
    if (!ask.after || doc.updated > Number(ask.after[0])) fresh += 1;
  }
  return found;
};

const contextOf = (world: World, ask: Ask): JqlContext => ({ world, user: ask.user, now: world.now(), zone: ask.user?.timeZone ?? world.options.siteZone, strict: ask.strict, warnings: [] });

const parse = (world: World, jql: string): Query => {
  try {
    return parseJql(world, jql);
  } catch (problem) {
    if (problem instanceof JqlProblem) throw jqlRefusal([problem.message]);
    throw problem;
  }
};

interface Plan {
  readonly query: Query;
  readonly test: Test;
  readonly order: Order;
  readonly context: JqlContext;
}

const planOf = (world: World, ask: Ask): Plan => {
  const parsed = parse(world, ask.jql);
  const query = parsed.sorts.length > 0 ? parsed : { ...parsed, sorts: ask.usualSort ?? [] };
  if (world.cloud && query.sorts.length > 7) throw jqlRefusal(["The maximum number of sort fields allowed in a query is 7."]);
  const context = contextOf(world, ask);
  const compiler: Compiler = { context, fields: catalogue(world), errors: [], depth: 0 };
  let test: Test;
  try {
    test = compileNode(compiler, query.where);
  } catch (problem) {
    if (problem instanceof JqlProblem || problem instanceof JqlDateProblem) throw jqlRefusal([problem.message]);
    throw problem;
  }
  const order = orderOf(compiler.fields, query.sorts, compiler.errors);
  if (compiler.errors.length > 0) throw jqlRefusal([...new Set(compiler.errors)]);
  return { query, test, order, context };
};

export const checkJql = (world: World, user: User | null, jql: string): Query => planOf(world, { jql, user, strict: true, reconcile: new Set() }).query;

/** Tells whether issues match, without searching. */
export const matcher = (world: World, user: User | null, jql: string): Test => planOf(world, { jql, user, strict: true, reconcile: new Set() }).test;

const sorted = (order: Order, issues: readonly Issue[], after: readonly SortKey[] | undefined): readonly Issue[] => {
  const keyed = issues.map((issue) => ({ issue, keys: order.keys(issue) }));
  const kept = after ? keyed.filter((row) => order.compare(after, row.keys) < 0) : keyed;
  return kept.sort((one, two) => order.compare(one.keys, two.keys)).map((row) => row.issue);
};

const remember = (runtime: Runtime, name: string, revision: number, issues: readonly Issue[]): void => {
  if (runtime.searches.size >= 8) runtime.searches.delete([...runtime.searches.keys()][0] ?? "");
  runtime.searches.set(name, { revision, issues });
};

export const runSearch = (world: World, runtime: Runtime, ask: Ask): Answer => {
  const plan = planOf(world, ask);
  const seen = world.searchView(ask.reconcile);
  const also = ask.also;
  const test: Test = also ? (doc) => also(doc) && plan.test(doc) : plan.test;
  // What depends on the clock or on a lagging index cannot be kept; nor need a query that stops early.
  const name = seen !== null || also !== undefined || ask.after !== undefined || ask.most !== undefined || usesClock(ask.jql) ? null : `${ask.user?.id ?? ""}|${plan.context.zone}|${ask.jql}`;
  const known = name === null ? undefined : runtime.searches.get(name);
  if (known?.revision === world.revision()) return { issues: known.issues, warnings: plan.context.warnings, keysOf: plan.order.keys };
  const issues = sorted(plan.order, gather(world, plan.query, test, lowestUpdated(plan.context, plan.query), ask, seen), ask.after);
  if (name !== null) remember(runtime, name, world.revision(), issues);
  return { issues, warnings: plan.context.warnings, keysOf: plan.order.keys };
};
