// Making and removing links. Nothing keeps a link from being made twice but looking (alm-qc.md §14): the rows are read right
// before, only what is missing is made, and after any doubt the rows are read again instead of asking a second time.

import { AccessError, BusyError, RemoteError } from "../../core/errors.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import { asList, type Fields, isItemRef, type Item } from "../../core/types.ts";
import type { FieldProblem, WriteResult } from "../connector.ts";
import { DoubtfulError } from "../http.ts";
import { chunks } from "../paging.ts";
import { bulkEntriesOf, reasonOf } from "./faults.ts";
import type { Verdict } from "./find.ts";
import { type Place, versionWith } from "./items.ts";
import { bookOf, isSelf, type LinkBook, type LinkedField, linkMark, type LinkRow, linksOf, otherEnd, readLinkRows, rowsStillThere } from "./links.ts";
import { sendBulk, type Sent } from "./send.ts";
import { readValue } from "./values.ts";
import type { Values } from "./wire.ts";

export interface LinkWish {
  readonly field: LinkedField;
  /** Ids at the other end. */
  readonly wanted: readonly string[];
}

export interface LinkJob {
  readonly id: string;
  readonly wishes: readonly LinkWish[];
  /** The item as read when the change was planned; undefined: it is new and has no links yet. */
  readonly before?: Item;
}

type Done = Extract<WriteResult, { ok: true }>;
/** What a result becomes by its links. */
export type Linked = (result: Done) => WriteResult;

/** One row to be made, for one item or for both of its ends. */
interface Making {
  readonly field: LinkedField;
  readonly id: string;
  readonly other: string;
  readonly values: Values;
}

const REMOVED_PER_CALL = 100;

/** What concerns the server is no reason to lose the results of what was written already. */
const tolerable = (error: unknown): error is Error => error instanceof RemoteError || error instanceof AccessError || error instanceof BusyError || error instanceof DoubtfulError;

const valuesOf = ({ link }: LinkedField, id: string, other: string): Values => {
  const ends = link.own < link.other ? [[link.own, [id]], [link.other, [other]]] as const : [[link.other, [other]], [link.own, [id]]] as const;
  return new Map<string, readonly string[]>([...ends, ...(link.told === undefined ? [] : [[link.told[0], [link.told[1]]] as const]), ...(link.writtenType === undefined ? [] : [["link-type", [link.writtenType]] as const])]);
};

const isThere = ({ field, id, other }: Making, book: LinkBook): boolean => book.rowsOf(id).some((row) => otherEnd(field, row, id) === other);

const makingOf = (field: LinkedField, id: string, other: string): Making => ({ field, id, other, values: valuesOf(field, id, other) });

/** The same for both ends of a link without direction. */
const keyOf = ({ field: { link }, id, other, values }: Making): string => JSON.stringify([link.rows, link.told, values.get("link-type"), ...(link.both === true ? [id, other].toSorted() : [values.get(link.own < link.other ? link.own : link.other), values.get(link.own < link.other ? link.other : link.own)])]);

const knownOf = ({ before }: LinkJob, field: LinkedField): readonly string[] | undefined => (before === undefined || !(field.schema.name in before.fields) ? undefined : asList(before.fields[field.schema.name]).flatMap((one) => (isItemRef(one) ? [one.ref] : [])));

interface Plan {
  readonly made: readonly Making[];
  readonly removed: readonly LinkRow[];
}

/** What others linked meanwhile stays: only what was known of is taken away. A link between two of these items is one. */
const planOf = (jobs: readonly LinkJob[], book: LinkBook): Plan => {
  const made = new Map<string, Making>();
  const removed = new Map<string, LinkRow>();
  for (const job of jobs)
    for (const { field, wanted } of job.wishes) {
      const known = knownOf(job, field);
      for (const row of book.rowsOf(job.id)) {
        const other = otherEnd(field, row, job.id);
        if (other !== undefined && !wanted.includes(other) && known?.includes(other) !== false) removed.set(`${row.rows} ${row.id}`, row);
      }
      for (const other of wanted) {
        const making = makingOf(field, job.id, other);
        if (!isSelf(field.link, job.id, other) && !isThere(making, book) && !made.has(keyOf(making))) made.set(keyOf(making), making);
      }
    }
  return { made: [...made.values()], removed: [...removed.values()] };
};

// ── removing ──────────────────────────────────────────────────────────────────────────────────────────────────────

const removeSome = async ({ session, project }: Place, rows: LinkRow["rows"], some: readonly LinkRow[]): Promise<ReadonlyMap<LinkRow, string>> => {
  try {
    const reply = await session.ask({ method: "DELETE", path: `${project.path}/${rows}`, query: { "ids-to-delete": some.map(({ id }) => id).join(",") } });
    if (reply.status < 300) return new Map();
    const good = new Set((bulkEntriesOf(reply.body, reply.status) ?? []).flatMap((entry) => (entry.good ? [entry.entityId] : [])));
    return new Map(some.filter(({ id }) => !good.has(id)).map((row) => [row, reasonOf(reply.fault)]));
  } catch (error) {
    if (!tolerable(error)) throw error;
    return new Map(some.map((row) => [row, error.message]));
  }
};

// ── making ────────────────────────────────────────────────────────────────────────────────────────────────────────

const bookAgain = async (place: Place, makings: readonly Making[]): Promise<LinkBook> => bookOf((await readLinkRows(place, [...new Set(makings.map(({ field }) => field))], makings.map(({ id }) => id))).rows);

const makeSome = async (place: Place, rows: LinkRow["rows"], some: readonly Making[]): Promise<readonly Sent[]> => {
  const byValues = new Map(some.map((making) => [making.values, making]));
  const verify = async (parts: readonly Values[]): Promise<readonly Verdict[]> => {
    const asked = parts.flatMap((values) => byValues.get(values) ?? []);
    const book = await bookAgain(place, asked);
    return parts.map((values): Verdict => {
      const making = byValues.get(values);
      if (making === undefined) return "unknown";
      return isThere(making, book) ? { type: making.field.link.type, values: new Map() } : "absent";
    });
  };
  try {
    return await sendBulk({ session: place.session, method: "POST", path: `${place.project.path}/${rows}`, type: some[0]?.field.link.type ?? "", singly: true, verify }, some.map(({ values }) => values));
  } catch (error) {
    if (!tolerable(error)) throw error;
    return some.map(() => ({ doubt: error.message }));
  }
};

// ── together ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is not as it was meant to be, and why. */
interface Trouble {
  /** By the key of what was to be made. */
  readonly unmade: ReadonlyMap<string, string>;
  readonly left: ReadonlyMap<LinkRow, string>;
}

const reasonIn = (sent: Sent | undefined): string => (sent === undefined || "entity" in sent ? "the reply does not tell what became of it" : "fault" in sent ? reasonOf(sent.fault) : sent.doubt);

const carryOut = async (place: Place, plan: Plan, most: number): Promise<Trouble & { readonly calls: number }> => {
  const left = new Map<LinkRow, string>();
  const unmade = new Map<string, string>();
  let calls = 0;
  for (const rows of ["defect-links", "req-traces", "requirement-coverages"] as const) {
    for (const some of chunks(plan.removed.filter((row) => row.rows === rows), REMOVED_PER_CALL)) {
      for (const [row, reason] of await removeSome(place, rows, some)) left.set(row, reason);
      calls++;
    }
    for (const some of chunks(plan.made.filter(({ field }) => field.link.rows === rows), most)) {
      const sent = await makeSome(place, rows, some);
      calls++;
      some.forEach((making, index) => {
        const one = sent[index];
        if (one === undefined || !("entity" in one)) unmade.set(keyOf(making), reasonIn(one));
      });
    }
  }
  return { left, unmade, calls };
};

/** Where not everything was answered well, the rows themselves are asked. Which of several was refused is told by order alone: so all of them. */
const asItIs = async (place: Place, plan: Plan, trouble: Trouble): Promise<Trouble> => {
  if (trouble.unmade.size === 0 && trouble.left.size === 0) return trouble;
  try {
    const book = trouble.unmade.size === 0 ? bookOf([]) : await bookAgain(place, plan.made);
    const first = [...trouble.unmade.values()][0] ?? reasonIn(undefined);
    const unmade = trouble.unmade.size === 0 ? [] : plan.made.filter((making) => !isThere(making, book)).map((making) => [keyOf(making), trouble.unmade.get(keyOf(making)) ?? first] as const);
    const kept = await rowsStillThere(place, [...trouble.left.keys()]);
    return { unmade: new Map(unmade), left: new Map([...trouble.left].filter(([row]) => kept.has(`${row.rows} ${row.id}`))) };
  } catch (error) {
    if (!tolerable(error)) throw error;
    return trouble;
  }
};

const rowMade = ({ field, values }: Making): LinkRow => ({ id: `new ${JSON.stringify([...values])}`, rows: field.link.rows, at: new Map([...values].map(([name, texts]) => [name, texts[0] ?? ""])) });

const problemsOf = (job: LinkJob, book: LinkBook, { unmade, left }: Trouble): readonly FieldProblem[] =>
  job.wishes.flatMap(({ field, wanted }): readonly FieldProblem[] => {
    const missing = wanted.flatMap((other) => (unmade.has(keyOf(makingOf(field, job.id, other))) ? [`no link with ${other}: ${unmade.get(keyOf(makingOf(field, job.id, other))) ?? ""}`] : []));
    const kept = book.rowsOf(job.id).flatMap((row) => (left.has(row) && otherEnd(field, row, job.id) !== undefined ? [`still a link with ${otherEnd(field, row, job.id) ?? ""}: ${left.get(row) ?? ""}`] : []));
    return [...missing, ...kept].slice(0, 1).map((reason) => ({ field: field.schema.name, reason }));
  });

interface Seen {
  /** As found, and as it is now. */
  readonly book: LinkBook;
  readonly now: LinkBook;
  readonly problems: readonly FieldProblem[];
  readonly calls: number;
}

/** The result with what became of the links. What was found otherwise than planned on is somebody else's. */
const finished = (place: Place, fields: readonly LinkedField[], job: LinkJob, { book, now, problems, calls }: Seen, result: Done): WriteResult => {
  const context = { project: place.project, zone: place.session.zone };
  const valuesIn = (some: LinkBook): Fields => {
    const links = linksOf(fields, some, job.id);
    return Object.fromEntries(fields.map((field) => [field.schema.name, readValue(field, links.get(field.schema.name) ?? [], context)]));
  };
  const found = valuesIn(book);
  const others = fields.map(({ schema }) => schema).filter((schema) => job.before !== undefined && schema.name in job.before.fields && !sameValue(job.before.fields[schema.name], found[schema.name], schema)).map(({ name }) => name);
  const { after, demanded = 0 } = result;
  const told = { ...result, problems: [...result.problems, ...problems], ...(demanded + calls === 0 ? {} : { demanded: demanded + calls }) };
  if (after === undefined) return told;
  const item = { ...after.item, version: versionWith(after.item.version, linkMark(linksOf(fields, now, job.id))), fields: { ...after.item.fields, ...valuesIn(now) } };
  return { ...told, after: { item, others: after.others === null ? null : [...new Set([...after.others, ...others])] } };
};

/** What nobody could read or change is a problem of the fields to be written; the rest of the item stands. */
const withoutLinks = (job: LinkJob, reason: string): Linked => ({ after: _after, ...result }) => ({ ...result, problems: [...result.problems, ...job.wishes.map(({ field }) => ({ field: field.schema.name, reason }))] });

/** One per job, in order: what its result becomes. Reads and writes for all of them at once. `most`: rows per call. */
export const settleLinks = async (place: Place, fields: readonly LinkedField[], jobs: readonly LinkJob[], most: number): Promise<readonly Linked[]> => {
  const old = jobs.flatMap((job) => (job.before === undefined ? [] : [job.id]));
  try {
    const found = old.length === 0 ? { rows: [], calls: 0 } : await readLinkRows(place, fields, old);
    const book = bookOf(found.rows);
    const plan = planOf(jobs, book);
    const { calls, ...done } = await carryOut(place, plan, most);
    const trouble = await asItIs(place, plan, done);
    const gone = new Set(plan.removed.filter((row) => !trouble.left.has(row)));
    const now = bookOf([...found.rows.filter((row) => !gone.has(row)), ...plan.made.filter((making) => !trouble.unmade.has(keyOf(making))).map(rowMade)]);
    return jobs.map((job, index): Linked => (result) => finished(place, fields, job, { book, now, problems: problemsOf(job, book, trouble), calls: index === 0 ? found.calls + calls : 0 }, result));
  } catch (error) {
    if (!tolerable(error)) throw error;
    return jobs.map((job) => withoutLinks(job, error.message));
  }
};
