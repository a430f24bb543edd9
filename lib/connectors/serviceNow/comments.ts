// Comments: entries of a journal column, read from their table because the column itself reads as empty, and written by
// changing the record (servicenow.md §8). Entries cannot be changed or removed, only followed by others. Work notes are for
// the staff only.

import { AccessError, RemoteError } from "../../core/errors.ts";
import { fromHtml, toHtml } from "../../core/text/html.ts";
import { fromPlain, plainText } from "../../core/text/normal.ts";
import type { ChangedExtra, Comment, CommentDoor } from "../connector.ts";
import { chunks } from "../paging.ts";
import { condition, inList } from "./encodedQuery.ts";
import { IDS_PER_CALL, rowsById } from "./items.ts";
import { readAll, readByTime } from "./pages.ts";
import type { Scope } from "./scope.ts";
import type { Site } from "./site.ts";
import { instantOf, isId, type Json, sameWord, storedText } from "./wire.ts";

export type Opened = (type: string, project: string) => Promise<{ readonly site: Site; readonly scope: Scope }>;

const PAGE = 500;
const FIELDS = ["sys_id", "name", "element_id", "element", "value", "sys_created_on", "sys_created_by"];
/** No entry is without them: one that is does not show them to the account (servicenow.md §5). */
const TOLD = ["element_id", "element", "sys_created_on", "sys_created_by"];
const OPEN = "[code]";
const CLOSE = "[/code]";

/** Plain text, in which [code] marks a stretch of HTML. */
export const readEntry = (value: string): string => {
  if (!/\[code\]/i.test(value)) return fromPlain(value);
  const small = value.replace(/\[\/?CODE\]/gi, (sign) => sign.toLowerCase());
  const html: string[] = [];
  let at = 0;
  // Once over the text: an entry full of openings without an end would otherwise be read to its end for each of them.
  for (let open = small.indexOf(OPEN); open >= 0; open = small.indexOf(OPEN, at)) {
    const close = small.indexOf(CLOSE, open + OPEN.length);
    if (close < 0) break;
    const plain = value.slice(at, open);
    if (plain.trim() !== "") html.push(fromPlain(plain.trim()));
    html.push(value.slice(open + OPEN.length, close));
    at = close + CLOSE.length;
  }
  const rest = value.slice(at);
  return fromHtml(`${html.join("")}${rest.trim() === "" ? "" : fromPlain(rest.trim())}`);
};

/** What would end the stretch of HTML, or begin one in plain text, is parted. */
export const writeEntry = (normal: string, formatted: boolean): string => (formatted ? `[code]${toHtml(normal).replace(/\[(\/?)code\]/gi, "[$1&#99;ode]")}[/code]` : plainText(normal).replace(/\[(\/?)code\]/gi, "[$1 code]"));

/** Where comments are the channel, work notes are there too, marked as restricted; where work notes are, comments stay out. */
const elementsOf = (site: Site): readonly string[] => (site.session.options.commentField === "comments" ? ["comments", "work_notes"] : ["work_notes"]);

const commentOf = (site: Site, row: Json): Comment => {
  const at = instantOf(storedText(row, "sys_created_on")) ?? "1970-01-01T00:00:00.000Z";
  return {
    id: storedText(row, "sys_id"),
    author: site.people.known(storedText(row, "sys_created_by")) ?? null,
    createdAt: at,
    changedAt: at,
    text: readEntry(storedText(row, "value")),
    restricted: storedText(row, "element") !== site.session.options.commentField,
  };
};

const byTime = (a: Json, b: Json): number => `${storedText(a, "sys_created_on")} ${storedText(a, "sys_id")}`.localeCompare(`${storedText(b, "sys_created_on")} ${storedText(b, "sys_id")}`);

const readEntries = async (site: Site, ids: readonly string[]): Promise<readonly Json[]> => {
  const rows: Json[] = [];
  for (const part of chunks([...new Set(ids)].filter(isId), IDS_PER_CALL)) {
    let hidden = false;
    const onHidden = (): void => void (hidden = true);
    const found = await readAll(site.session, { path: "table/sys_journal_field", where: [[inList("element_id", part), inList("element", elementsOf(site))]], fields: FIELDS, limit: PAGE, onHidden });
    // Entries that are there but not shown would look like removed ones.
    if (hidden && found.length === 0) throw new AccessError(`${site.name}: the entries of sys_journal_field are not shown to the account`, "give the account read access to sys_journal_field, or switch comments off in the mapping");
    const untold = TOLD.filter((column) => found.some((row) => storedText(row, column) === ""));
    if (untold.length > 0) throw new AccessError(`${site.name}: entries of sys_journal_field come without ${untold.join(", ")}`, "let the account read these columns, or switch comments off in the mapping: copies could not be told from what people wrote");
    rows.push(...found.filter((row) => part.includes(storedText(row, "element_id")) && elementsOf(site).includes(storedText(row, "element"))));
  }
  return rows.toSorted(byTime);
};

/** Entries of the items read last: what is ours and not among them is new. One reading's worth is kept. */
const readLast = new WeakMap<Site, Map<string, readonly Json[]>>();

const byItem = (ids: readonly string[], rows: readonly Json[]): Map<string, readonly Json[]> => {
  const items = new Map<string, Json[]>(ids.map((id) => [id, []]));
  for (const row of rows) items.get(storedText(row, "element_id"))?.push(row);
  return new Map(items);
};

const knownEntries = async (site: Site, id: string): Promise<readonly Json[]> => readLast.get(site)?.get(id) ?? readEntries(site, [id]);

const sameEntry = (a: string, b: string): boolean => a.replace(/\s+/g, " ").trim() === b.replace(/\s+/g, " ").trim();

const isOurs = (row: Json, element: string, login: string): boolean => storedText(row, "element") === element && sameWord(storedText(row, "sys_created_by"), login);

interface Place {
  readonly site: Site;
  readonly scope: Scope;
  readonly id: string;
}

/** The answer does not tell the entry's id: it is the new one of ours with our text (servicenow.md §8). */
const append = async ({ site, scope, id }: Place, value: string, before: readonly Json[]): Promise<Comment> => {
  const { commentField } = site.session.options;
  const { name } = scope.type.table;
  if (!scope.type.table.columns.has(commentField)) throw new RemoteError(`${site.name}: ${name} has no column ${commentField}`, "switch comments off in the type mapping");
  const { login } = await site.me();
  const known = new Set(before.map((row) => storedText(row, "sys_id")));
  const ask = { method: "PATCH", path: `table/${name}/${id}`, query: { sysparm_fields: "sys_id" }, json: { [commentField]: value } } as const;
  const reply = await site.session.ask(ask);
  if (reply.status >= 300) throw site.session.failure(ask, reply);
  const now = await readEntries(site, [id]);
  readLast.get(site)?.set(id, now);
  const fresh = now.filter((row) => !known.has(storedText(row, "sys_id")) && isOurs(row, commentField, login));
  const entry = fresh.findLast((row) => sameEntry(storedText(row, "value"), value)) ?? fresh.at(-1);
  if (entry === undefined) throw new AccessError(`${site.name}: the comment written to ${name} ${id} is not in the journal`, `may the account write ${commentField}, and read sys_journal_field?`);
  await site.people.learn([login]);
  return commentOf(site, entry);
};

/** A journal only grows: a correction is an entry behind the old one. One that stands there already is not written twice. */
const correct = async (place: Place, commentId: string, what: string, valueFor: (old: Json | undefined) => string): Promise<Comment> => {
  const { site } = place;
  if (site.session.options.corrections === "refuse") throw new RemoteError(`${site.name}: a journal entry of ServiceNow cannot be ${what}`, "options.corrections: append adds an entry behind it instead");
  const entries = await readEntries(site, [place.id]);
  const at = entries.findIndex((row) => storedText(row, "sys_id") === commentId);
  const value = valueFor(entries[at]);
  const { login } = await site.me();
  const last = entries.slice(at + 1).findLast((row) => isOurs(row, site.session.options.commentField, login));
  return last !== undefined && sameEntry(storedText(last, "value"), value) ? commentOf(site, last) : append(place, value, entries);
};

const FIRST_WORDS = 80;

/** Said in the open, because the words stay readable. */
const withdrawal = (old: Json | undefined): string => {
  const words = plainText(readEntry(storedText(old ?? {}, "value"))).replace(/\s+/g, " ").trim();
  return `Withdrawn where it was written: "${words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS)}…` : words}"`;
};

const changedSince = async (site: Site, scope: Scope, since: string): Promise<readonly ChangedExtra[]> => {
  const changed: ChangedExtra[] = [];
  const reading = { path: "table/sys_journal_field", where: [[condition("name", "=", scope.type.table.name), inList("element", elementsOf(site))]], fields: ["sys_id", "name", "element_id", "value", "sys_created_on"], limit: PAGE };
  for await (const rows of readByTime(site.session, reading, "sys_created_on", since)) for (const row of rows) {
    // Passed over, it would be a change that nobody ever reads.
    if (storedText(row, "name") === "" || storedText(row, "element_id") === "") throw new AccessError(`${site.name}: entries of sys_journal_field come without name or element_id`, "let the account read these columns, or switch comments off in the mapping");
    if (storedText(row, "name") === scope.type.table.name) changed.push({ item: storedText(row, "element_id"), id: storedText(row, "sys_id"), text: readEntry(storedText(row, "value")) });
  }
  return inScope(site, scope, changed);
};

/** Those of items in scope. */
export const inScope = async (site: Site, scope: Scope, changed: readonly ChangedExtra[]): Promise<readonly ChangedExtra[]> => {
  if (scope.value === undefined) return changed;
  const there = new Set((await rowsById(site, scope, [...new Set(changed.map(({ item }) => item))], [])).map((row) => storedText(row, "sys_id")));
  return changed.filter(({ item }) => there.has(item));
};

export const commentDoor = (lagSeconds: number, open: Opened): CommentDoor => ({
  lagSeconds,
  read: async ({ type, project, ids }) => {
    const { site } = await open(type, project);
    const rows = await readEntries(site, ids);
    await site.people.learn(rows.map((row) => storedText(row, "sys_created_by")));
    const entries = byItem(ids, rows);
    readLast.set(site, entries);
    return new Map([...entries].map(([id, own]) => [id, own.map((row) => commentOf(site, row))]));
  },
  changedSince: async ({ type, project, since }) => {
    const { site, scope } = await open(type, project);
    return changedSince(site, scope, since);
  },
  add: async (type, project, id, text) => {
    const place = { ...(await open(type, project)), id };
    return append(place, writeEntry(text, place.site.session.options.formattedComments), await knownEntries(place.site, id));
  },
  change: async (type, project, id, commentId, text) => {
    const place = { ...(await open(type, project)), id };
    return correct(place, commentId, "changed", () => writeEntry(text, place.site.session.options.formattedComments));
  },
  remove: async (type, project, id, commentId) => {
    const place = { ...(await open(type, project)), id };
    await correct(place, commentId, "removed", withdrawal);
  },
});
