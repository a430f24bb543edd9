// Reading collections page by page, never by a moving offset: by id, or by (last_modified, id). Nothing is missed while
// others write; the same entity may come twice.

import { RemoteError } from "../../core/errors.ts";
import { encoded } from "../json.ts";
import { type PageEnds, pageEnds } from "../paging.ts";
import type { Session } from "./session.ts";
import { allOf, collectionOf, envelopeOf, instantOf, isObject, type Json, quoted, queryOf, textAt, wireTime } from "./wire.ts";

export interface Reading {
  readonly path: string;
  readonly fields: string;
  /** A condition besides ours. */
  readonly where?: string | undefined;
  readonly limit: number;
  /** There cannot be more than so many. */
  readonly most?: number;
  readonly more?: Readonly<Record<string, string>>;
}

interface Page {
  readonly data: readonly Json[];
  /** Nothing follows (octane.md §7.2). */
  readonly last: boolean;
}

const readPage = async (session: Session, reading: Reading, condition: string | undefined, orderBy: string, ends: PageEnds, offset = 0): Promise<Page> => {
  const query = { ...reading.more, fields: reading.fields, order_by: orderBy, query: queryOf(allOf(reading.where, condition)), ...(offset === 0 ? {} : { offset }) };
  const { body, limit } = await session.readPage(reading.path, query, reading.limit);
  const collection = collectionOf(body);
  if (collection === undefined) throw new RemoteError(`${session.name}: GET ${reading.path} was answered without a collection`, "does a proxy in between answer in Octane's place?");
  // The total counts what lies before the offset too.
  return { data: collection.data, last: ends(collection.data.length, collection.total === undefined ? undefined : collection.total - offset, limit) };
};

/** Numbers that grow: only these are known to be compared as they are sorted. */
const isGrowing = (ids: readonly string[]): boolean => ids.every((id, index) => /^\d+$/.test(id) && (index === 0 || Number(id) > Number(ids[index - 1])));

/**
 * In the order of ids. Lists and phases have names for ids (octane.md §5.2), which nobody says how to compare, and hardly ever
 * change: they are read by offset. So is what a server sorts as text.
 */
export async function* readById(session: Session, reading: Reading): AsyncGenerator<readonly Json[]> {
  let after: string | undefined;
  let count = 0;
  let byOffset = false;
  const ends = pageEnds();
  for (;;) {
    const page = await readPage(session, reading, after === undefined || byOffset ? undefined : `id GT ${quoted(after)}`, "id", ends, byOffset ? count : 0);
    if (page.data.length > 0) yield page.data;
    const end = textAt(page.data.at(-1), "id");
    count += page.data.length;
    byOffset ||= !isGrowing([...(after === undefined ? [] : [after]), ...page.data.map((entity) => textAt(entity, "id"))]);
    if (page.last || count >= (reading.most ?? Number.POSITIVE_INFINITY)) return;
    if (end === "" || end === after) throw new RemoteError(`${session.name}: ${reading.path} does not go on after id ${end}`, "does a proxy change the query? run it again");
    after = end;
  }
}

/** Each once, however often pages show it. */
export const readAll = async (session: Session, path: string, fields: string, more?: Reading["more"]): Promise<readonly Json[]> => {
  const all = new Map<string, Json>();
  for await (const page of readById(session, { path, fields, limit: session.options.pageSize, ...(more === undefined ? {} : { more }) })) for (const entity of page) all.set(textAt(entity, "id"), entity);
  return [...all.values()];
};

/** Entities at their own addresses, where no index stands between; what is gone or hidden is left out. */
export const readSingly = async (session: Session, { path, fields }: Pick<Reading, "path" | "fields">, ids: readonly string[]): Promise<readonly Json[]> => {
  const read = async (id: string): Promise<readonly Json[]> => {
    const body = await session.readOne(`${path}/${encoded(id)}`, { fields });
    if (body === undefined) return [];
    // Bare, or in an envelope of one.
    const [inside] = envelopeOf(body).data;
    const entity = inside ?? body;
    if (!isObject(entity) || textAt(entity, "id") !== id) throw new RemoteError(`${session.name}: GET ${path}/${id} was answered with something else than this entity`, "does a proxy in between answer in Octane's place?");
    return [entity];
  };
  return (await Promise.all(ids.map(read))).flat();
};

const secondOf = (entity: Json): number => {
  const at = instantOf(textAt(entity, "last_modified"));
  if (at === undefined) throw new RemoteError(`an entity without last_modified came: ${textAt(entity, "type")} ${textAt(entity, "id")}`, "may the account see this field, and does a proxy change what Octane answers? run it again");
  return Math.floor(Date.parse(at) / 1000) * 1000;
};

/** A second that holds more than a page is read by id: the ids of one second do not move. */
async function* readSecond(session: Session, reading: Reading, second: number): AsyncGenerator<readonly Json[]> {
  const within = `last_modified GE ${quoted(wireTime(second))};last_modified LT ${quoted(wireTime(second + 1000))}`;
  yield* readById(session, { ...reading, where: allOf(reading.where, within) });
}

/**
 * Everything changed at or after `since`, in the order of (last_modified, id). Each page begins at the second the last one
 * ended in: wire times may be cut to seconds while the server compares finer (octane.md §5.2, §18), so equality and
 * "greater" cannot be trusted within a second. Every page gets at least one second further.
 */
export async function* readChanges(session: Session, reading: Reading, since: string | undefined): AsyncGenerator<readonly Json[]> {
  let from = since === undefined ? undefined : Math.floor(Date.parse(since) / 1000) * 1000;
  let seen = new Set<string>();
  const ends = pageEnds();
  for (;;) {
    const page = await readPage(session, reading, from === undefined ? undefined : `last_modified GE ${quoted(wireTime(from))}`, "last_modified,id", ends);
    const fresh = page.data.filter((entity) => !seen.has(versionKey(entity)));
    if (fresh.length > 0) yield fresh;
    if (page.last) return;
    const end = secondOf(page.data.at(-1) as Json);
    if (from !== undefined && end <= from) {
      // The whole page lies in one second: that second by id, then on with the next.
      yield* readSecond(session, reading, end);
      from = end + 1000;
    } else from = end;
    seen = new Set(page.data.map(versionKey));
  }
}

const versionKey = (entity: Json): string => `${textAt(entity, "id")} ${textAt(entity, "version_stamp")} ${textAt(entity, "last_modified")}`;
