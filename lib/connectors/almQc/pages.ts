// Reading collections page by page, never by a moving offset: by id, or by (last-modified, id). There is no "or" across
// fields, so equal times are told apart here. Nothing is missed while others write; the same entity may come twice.

import { RemoteError } from "../../core/errors.ts";
import { allOf, type Conditions, queryText, where } from "./query.ts";
import { type PageEnds, pageEnds } from "../paging.ts";
import type { Session } from "./session.ts";
import { wallMs, wallText } from "./time.ts";
import { type Entity, envelopeOf, textAt } from "./wire.ts";

export interface Reading {
  readonly path: string;
  readonly fields: readonly string[];
  /** Conditions besides ours. */
  readonly where?: Conditions;
  readonly limit: number;
  /** There cannot be more than so many. */
  readonly most?: number;
  readonly more?: Readonly<Record<string, string>>;
}

interface Page {
  readonly entities: readonly Entity[];
  readonly total: number | undefined;
  /** Nothing follows (alm-qc.md §7.2). */
  readonly last: boolean;
}

const readPage = async (session: Session, reading: Reading, conditions: Conditions | undefined, orderBy: string, ends: PageEnds): Promise<Page> => {
  const query = { ...reading.more, fields: reading.fields.length === 0 ? undefined : reading.fields.join(","), query: queryText(allOf(reading.where, conditions)), "order-by": orderBy, "page-size": reading.limit, "start-index": 1 };
  const envelope = envelopeOf(await session.read(reading.path, query, session.options.format));
  if (envelope === undefined) throw new RemoteError(`${session.name}: GET ${reading.path} was answered with something else than entities`, "is the address of the data source the root of an ALM server?");
  const { entities, total } = envelope;
  return { entities, total, last: ends(entities.length, total, reading.limit) };
};

/** In the order of ids. */
export async function* readById(session: Session, reading: Reading): AsyncGenerator<readonly Entity[]> {
  let after: number | undefined;
  let count = 0;
  const ends = pageEnds();
  for (;;) {
    const page = await readPage(session, reading, after === undefined ? undefined : where("id", `>${after}`), "{id}", ends);
    if (page.entities.length > 0) yield page.entities;
    count += page.entities.length;
    if (page.last || count >= (reading.most ?? Number.POSITIVE_INFINITY)) return;
    const ids = page.entities.map((entity) => Number(textAt(entity, "id") || Number.NaN));
    const end = Math.max(...ids);
    if (!Number.isFinite(end) || ids.at(-1) !== end || (after !== undefined && end <= after)) throw new RemoteError(`${session.name}: ${reading.path} does not go on after id ${after ?? "the first"}`, "does a proxy change the query?");
    after = end;
  }
}

export const readAll = async (session: Session, reading: Reading): Promise<readonly Entity[]> => {
  const all: Entity[] = [];
  for await (const page of readById(session, reading)) all.push(...page);
  return all;
};

const versionKey = (entity: Entity): string => ["id", "ver-stamp", "last-modified"].map((name) => textAt(entity, name)).join(" ");

/** Pages go on from the last time seen: what came in another order would be passed over. Rows without a time count for nothing. */
const demandOrder = (session: Session, reading: Reading, entities: readonly Entity[], from: number | undefined): void => {
  const times = [from, ...entities.map((entity) => wallMs(textAt(entity, "last-modified")))].filter((time) => time !== undefined);
  if (times.some((time, index) => time < (times[index - 1] ?? time))) throw new RemoteError(`${session.name}: ${reading.path} comes in another order than asked for`, "does a proxy change the query?");
};

const fromWall = (wall: number): Conditions => where("last-modified", `>="${wallText(wall)}"`);

/** A second that holds more than a page is read by id: the ids of one second do not move. */
async function* readSecond(session: Session, reading: Reading, second: number): AsyncGenerator<readonly Entity[]> {
  const within = where("last-modified", `>="${wallText(second)}" And <"${wallText(second + 1000)}"`);
  yield* readById(session, { ...reading, where: allOf(reading.where, within) });
}

/**
 * Everything changed at or after this wall time, in the order of (last-modified, id). Each page begins at the second the
 * last one ended in, so that equal times at its edge are read again; every page gets at least one second further.
 */
export async function* readChanges(session: Session, reading: Reading, since: number | undefined): AsyncGenerator<readonly Entity[]> {
  let from = since;
  let seen = new Set<string>();
  const ids = new Set<string>();
  let total: number | undefined;
  let isFirst = true;
  const ends = pageEnds();
  for (;;) {
    const page = await readPage(session, reading, from === undefined ? undefined : fromWall(from), "{last-modified;id}", ends);
    demandOrder(session, reading, page.entities, from);
    // Without a total nobody knows how many have no time.
    if (isFirst) total = page.total ?? Number.POSITIVE_INFINITY;
    isFirst = false;
    const fresh = page.entities.filter((entity) => !seen.has(versionKey(entity)));
    if (since === undefined) for (const entity of fresh) ids.add(textAt(entity, "id"));
    if (fresh.length > 0) yield fresh;
    if (page.last) break;
    const end = wallMs(textAt(page.entities.at(-1), "last-modified"));
    if (end === undefined && since !== undefined) throw new RemoteError(`${session.name}: ${reading.path} came without last-modified`, "does a proxy change the query?");
    if (end === undefined) break;
    if (from !== undefined && end <= from) {
      for await (const part of readSecond(session, reading, end)) {
        if (since === undefined) for (const entity of part) ids.add(textAt(entity, "id"));
        yield part;
      }
      from = end + 1000;
    } else from = end;
    seen = new Set(page.entities.map(versionKey));
  }
  // Rows without a time of change answer to no bound. Whoever wants everything gets them by id.
  if (since === undefined && total !== undefined && ids.size < total) yield* readById(session, reading);
}
