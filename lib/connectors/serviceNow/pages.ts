// Reading tables page by page, never by a moving offset: by sys_id, or by (time, sys_id). Nothing is missed while others
// write or where rows are hidden from us; the same row may come twice.

import { isForbidden, RemoteError } from "../../core/errors.ts";
import { sendOnce } from "./batch.ts";
import { both, condition, type Groups, queryText } from "./encodedQuery.ts";
import { encoded } from "../json.ts";
import { pageEnds } from "../paging.ts";
import { CutError, type Reply, reasonOf, type Session } from "./session.ts";
import { instantOf, type Json, objectsOf, own, storedText, wireTime } from "./wire.ts";

export interface Reading {
  /** "table/incident", or "attachment". */
  readonly path: string;
  /** Names for sysparm_fields; not given: all. */
  readonly fields?: readonly string[];
  readonly where: Groups;
  readonly limit: number;
  /** Stored and shown values side by side. */
  readonly shown?: boolean;
  /** Told when rows are counted that the account is not shown. */
  readonly onHidden?: () => void;
}

interface Page {
  readonly rows: readonly Json[];
  /** Rows the query matches, hidden ones probably too (unconfirmed, servicenow.md §3). */
  readonly total: number | undefined;
  readonly next: boolean;
}

/** Beyond this an address gets into trouble on the way (servicenow.md §14); the batch interface carries it in a body. */
const LONGEST_QUERY = 6000;
const SMALLEST_PAGE = 5;
/** As many as the instance gives at once (servicenow.md §3). */
const WIDEST_PAGE = 10_000;
/** One after the other, before a list is given up. */
const MOST_CUTS = 5;

const shape = (reading: Reading): Readonly<Record<string, string>> => ({
  ...(reading.fields === undefined ? {} : { sysparm_fields: [...new Set(reading.fields)].join(",") }),
  sysparm_display_value: reading.shown === true ? "all" : "false",
  sysparm_exclude_reference_link: "true",
});

/** "?a=b&c=d": what shapes the rows of an answer, for writes too. */
export const shapeQuery = (reading: Reading): string => `?${new URLSearchParams(shape(reading)).toString().replaceAll("+", "%20")}`;

const fetchPage = async (session: Session, path: string, query: Readonly<Record<string, string>>): Promise<Pick<Reply, "status" | "body" | "header">> => {
  const text = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  const answer = text.length > LONGEST_QUERY && session.batch ? (await sendOnce(session, [{ method: "GET", path: `${path}?${text}` }], [0]))?.get(0) : undefined;
  return answer === undefined || "doubt" in answer ? session.ask({ method: "GET", path, query }) : answer;
};

/** A list without a match is 404 in the oldest version (servicenow.md §1). */
const isNoMatch = ({ status, body }: Pick<Reply, "status" | "body">): boolean => status === 404 && /no record/i.test(reasonOf(body, status));

/** The instance has no such table (servicenow.md §13): said so, or a path that leads nowhere. */
export class NoTableError extends RemoteError {}

const isNoTable = ({ status, body }: Pick<Reply, "status" | "body">): boolean => status === 404 || (status === 400 && /invalid table|does not represent any resource/i.test(reasonOf(body, status)));

interface Cut {
  readonly limit: number;
  readonly offset: number;
  /** Counting a large table takes the instance long (servicenow.md §14). */
  readonly count: boolean;
}

const readPage = async (session: Session, reading: Reading, where: Groups, orderBy: readonly string[], { limit, offset, count }: Cut): Promise<Page> => {
  const query = { sysparm_query: queryText(both(where, reading.where), orderBy), ...shape(reading), sysparm_limit: String(limit), ...(offset === 0 ? {} : { sysparm_offset: String(offset) }), ...(count ? {} : { sysparm_no_count: "true" }) };
  const reply = await fetchPage(session, reading.path, query);
  if (isNoMatch(reply)) return { rows: [], total: 0, next: false };
  if (reply.status >= 300) {
    const error = session.failure({ method: "GET", path: reading.path }, reply);
    throw isNoTable(reply) ? new NoTableError(error.message, error.advice) : error;
  }
  const result = own(reply.body, "result");
  if (!Array.isArray(result)) throw new RemoteError(`${session.name}: ${reading.path} was answered without a list`, "does a proxy or a login page in between answer in ServiceNow's place?");
  const total = reply.header("x-total-count");
  return { rows: objectsOf(result), total: /^\d+$/.test(total) ? Number(total) : undefined, next: /rel="?next"?/.test(reply.header("link")) };
};

/** Where a reading stands: the last row seen. */
interface Mark {
  readonly time: string;
  readonly id: string;
}

interface Order {
  readonly fields: readonly string[];
  readonly markOf: (row: Json) => Mark;
  /** What lies behind a mark. */
  readonly behind: (mark: Mark) => Groups;
}

const isHex = (id: string): boolean => /^[0-9a-f]{32}$/i.test(id);

/** How a database orders ids made by hand is its own affair; these can only not come again. */
const isLaterId = (one: string, two: string): boolean => (isHex(one) && isHex(two) ? one.toLowerCase() > two.toLowerCase() : one !== two);

const isAfter = (one: Mark, two: Mark | undefined): boolean => two === undefined || one.time > two.time || (one.time === two.time && isLaterId(one.id, two.id));

/** A dropped condition shows in rows that lie before the mark, a dropped order in rows out of order. */
const inOrder = (order: Order, rows: readonly Json[], mark: Mark | undefined): boolean => rows.map(order.markOf).every((one, index, all) => isAfter(one, index === 0 ? mark : all[index - 1]));

class DisorderError extends RemoteError {}

/** A column the account may not read is missing from the row, or empty (servicenow.md §13). */
const hides = (row: Json, fields: readonly string[]): boolean => fields.some((field) => storedText(row, field) === "");

const disorder = (session: Session, reading: Reading): DisorderError => new DisorderError(`${session.name}: ${reading.path} comes in another order than asked for`, "may the account read sys_id and the times of these rows?");

/** How much to ask for: less after a cut, slowly more again, and a count only where the end may be near. */
class Appetite {
  readonly #whole: number;
  #size: number;
  #most: number;
  #cuts = 0;
  #left: number | undefined;
  wide = false;
  constructor(limit: number) {
    this.#whole = limit;
    this.#size = limit;
    this.#most = limit;
  }

  ask(offset: number): Cut {
    const limit = this.wide ? Math.max(WIDEST_PAGE, this.#whole) : this.#size;
    return { limit, offset, count: this.#left === undefined || this.#left <= limit };
  }

  /** One more try after a list that broke off? */
  less(limit: number): boolean {
    this.#most = Math.min(limit, Math.max(SMALLEST_PAGE, Math.floor(limit / 2)));
    this.#size = Math.min(limit, Math.max(SMALLEST_PAGE, Math.floor(limit / 4)));
    return ++this.#cuts <= MOST_CUTS;
  }

  took(rows: number, total: number | undefined, offset: number): void {
    this.#cuts = 0;
    this.#size = Math.min(this.#most, this.#size * 2);
    this.#left = total !== undefined ? total - offset - rows : rows === 0 || this.#left === undefined ? undefined : this.#left - rows;
    if (rows > 0) this.wide = false;
  }
}

/**
 * A page may be short or empty because rows are hidden after the limit was applied (servicenow.md §3): the end is where the
 * count says so. An empty page that is not the end is stepped over inside the same range; at its end a wide look makes sure,
 * because it may be only the visible rows that are counted, or nothing (a proxy may take the count away).
 */
async function* walk(session: Session, reading: Reading, order: Order, start: Groups, from?: Mark): AsyncGenerator<readonly Json[]> {
  const appetite = new Appetite(reading.limit);
  let mark = from;
  let offset = 0;
  const ends = pageEnds();
  for (;;) {
    const ask = appetite.ask(offset);
    let page: Page;
    try {
      page = await readPage(session, reading, mark === undefined ? start : order.behind(mark), order.fields, ask);
    } catch (error) {
      if (!(error instanceof CutError) || !appetite.less(ask.limit)) throw error;
      continue;
    }
    const { rows, total, next } = page;
    const last = rows.at(-1);
    appetite.took(rows.length, total, offset);
    if (last === undefined) {
      if (total !== undefined && total > offset) reading.onHidden?.();
      if (next || (total !== undefined && offset + ask.limit < total)) offset += ask.limit;
      else if (!ask.count) continue;
      else if (appetite.wide || total === 0) return;
      else [appetite.wide, offset] = [true, 0];
      continue;
    }
    if (rows.some((row) => hides(row, ["sys_id"])) || !inOrder(order, rows, mark)) throw disorder(session, reading);
    yield rows;
    // Asked of every page: it learns from each whether the count can be trusted.
    const isEnd = ends(rows.length, total === undefined ? undefined : total - offset, ask.limit);
    if (isEnd && !next) return;
    if (hides(last, order.fields)) throw disorder(session, reading);
    mark = order.markOf(last);
    offset = 0;
  }
}

const byId: Order = {
  fields: ["sys_id"],
  markOf: (row) => ({ time: "", id: storedText(row, "sys_id") }),
  behind: (mark) => [[condition("sys_id", ">", mark.id)]],
};

/** Everything, in the order of sys_id. `sys_id` must be among the fields. */
export const readById = (session: Session, reading: Reading): AsyncGenerator<readonly Json[]> => walk(session, reading, byId, [[]]);

export const readAll = async (session: Session, reading: Reading): Promise<readonly Json[]> => {
  const all: Json[] = [];
  for await (const rows of readById(session, reading)) all.push(...rows);
  return all;
};

/** The same of a table that may be missing in a release or closed to us, where that is no loss. */
export const readMaybe = async (session: Session, reading: Reading): Promise<readonly Json[]> => {
  try {
    return await readAll(session, reading);
  } catch (error) {
    if (isForbidden(error) || error instanceof NoTableError) return [];
    throw error;
  }
};

const byTime = (clock: string): Order => ({
  fields: [clock, "sys_id"],
  markOf: (row) => ({ time: storedText(row, clock), id: storedText(row, "sys_id") }),
  behind: ({ time, id }) => [[condition(clock, "=", time), condition("sys_id", ">", id)], [condition(clock, ">", time)]],
});

/** The same in requests without ^NQ: first the rest of a second, then what is later. */
async function* inTwoSteps(session: Session, reading: Reading, clock: string, start: Groups, from: Mark | undefined): AsyncGenerator<readonly Json[]> {
  const order = byTime(clock);
  let mark = from;
  for (;;) {
    const rest: Mark | undefined = mark;
    if (rest !== undefined) {
      const second = { ...reading, where: both([[condition(clock, "=", rest.time)]], reading.where) };
      yield* walk(session, second, byId, [[]], { time: "", id: rest.id });
    }
    const later: Order = { ...order, behind: ({ time }) => [[condition(clock, ">", time)]] };
    const [first] = await firstOf(walk(session, reading, later, rest === undefined ? start : later.behind(rest)));
    if (first === undefined) return;
    yield first;
    mark = order.markOf(first.at(-1) as Json);
  }
}

const firstOf = async <T>(all: AsyncGenerator<T>): Promise<readonly T[]> => {
  for await (const one of all) return [one];
  return [];
};

/**
 * Everything whose `clock` is at or after `since`, in the order of (clock, sys_id). Where an instance cannot keep an order
 * over ^NQ (servicenow.md §7) it goes on from the last good row with two requests in its place.
 */
export async function* readByTime(session: Session, reading: Reading, clock: string, since: string | undefined): AsyncGenerator<readonly Json[]> {
  const order = byTime(clock);
  const start: Groups = since === undefined ? [[]] : [[condition(clock, ">=", wireTime(since))]];
  let mark: Mark | undefined;
  try {
    for await (const rows of walk(session, reading, order, start)) {
      yield rows;
      mark = order.markOf(rows.at(-1) as Json);
    }
  } catch (error) {
    if (!(error instanceof DisorderError) || mark === undefined || instantOf(mark.time) === undefined) throw error;
    yield* inTwoSteps(session, reading, clock, start, mark);
  }
}

/** Rows of one page, for a question whose answer is small. */
export const readSome = async (session: Session, reading: Reading): Promise<Page> => readPage(session, reading, [[]], [], { limit: reading.limit, offset: 0, count: true });
