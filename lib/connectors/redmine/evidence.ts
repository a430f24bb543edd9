// Who changed what: an issue's journal → the fields of others, and values of others that our write replaced. Pure.

import { sameValue } from "../../core/sync/fingerprint.ts";
import { asList, type Instant, type Item, type Value } from "../../core/types.ts";
import type { InterruptedUpdate, Overwritten } from "../connector.ts";
import type { FieldDef } from "./fields.ts";
import type { TypeDef } from "./types.ts";
import { idOf, instantOf, type Json, objectsAt, own, textAt, textOf } from "./wire.ts";

interface Entry {
  readonly journal: string;
  readonly author: string;
  readonly authorName: string;
  readonly at: Instant;
  readonly field: FieldDef;
  readonly before: string | null;
  readonly after: string | null;
}

export interface Evidence {
  readonly others: readonly string[];
  readonly overwritten: readonly Overwritten[];
}

/** What a detail of a journal calls the attribute, where it differs from what is written. */
const ATTRIBUTES: Readonly<Record<string, string>> = { parent_id: "parent_issue_id" };

const fieldOf = (type: TypeDef, detail: Json): FieldDef | undefined => {
  const property = textAt(detail, "property");
  const name = textAt(detail, "name");
  const kind = property === "attr" ? "attribute" : property === "cf" ? "custom" : property === "relation" ? "relation" : undefined;
  return [...type.fields.values()].find((field) => field.place.kind === kind && field.place.name === (kind === "attribute" ? (ATTRIBUTES[name] ?? name) : name));
};

/** The journal in the order it was written. Some accounts are shown the newest first. */
export const journalsOf = (issue: Json): readonly Json[] => objectsAt(issue, "journals").toSorted((a, b) => Number(idOf(a)) - Number(idOf(b)));

const entriesOf = (type: TypeDef, issue: Json): readonly Entry[] =>
  journalsOf(issue).flatMap((journal) =>
    objectsAt(journal, "details").flatMap((detail): readonly Entry[] => {
      const field = fieldOf(type, detail);
      const user = own(journal, "user");
      const raw = (name: string): string | null => textOf(own(detail, name)) ?? null;
      return field === undefined ? [] : [{ journal: idOf(journal), author: idOf(user), authorName: textAt(user, "name"), at: instantOf(own(journal, "created_on")) ?? "", field, before: raw("old_value"), after: raw("new_value") }];
    }),
  );

const valueOf = (field: FieldDef, raw: string | null): Value => (raw === null ? null : field.decode(raw));

/**
 * Does the value that was read show this change already? Times cannot tell: they know seconds only, and a journal may be
 * stamped a second after its issue. A change and its way back are no news.
 */
const isShown = (entry: Entry, before: Pick<Item, "fields">): boolean => {
  const held = before.fields[entry.field.schema.name];
  // Nobody compares a field that was not read.
  if (held === undefined) return true;
  const { schema } = entry.field;
  if (!schema.multiple) return sameValue(held, valueOf(entry.field, entry.after), schema);
  const members = asList(held);
  const holds = (raw: string | null): boolean => raw !== null && members.some((member) => sameValue(member, valueOf(entry.field, raw), { kind: schema.kind, multiple: false }));
  return (entry.after === null || holds(entry.after)) && (entry.before === null || !holds(entry.before));
};

/** Changes of one field that came after `before` was read. */
const news = (entries: readonly Entry[], before: Pick<Item, "changedAt" | "fields">): readonly Entry[] => {
  const since = entries.filter((entry) => entry.at >= before.changedAt);
  const known = since.findLastIndex((entry) => isShown(entry, before));
  return since.slice(known + 1);
};

/** Our own journals of this write: at most `writes`, the newest that touch only what we wrote or what follows from it. */
const ourJournals = (entries: readonly Entry[], me: string, written: readonly string[], writes: number): ReadonlySet<string> => {
  const mine = [...new Set(entries.filter((entry) => entry.author === me).map((entry) => entry.journal))];
  const ours = mine.filter((journal) => entries.some((entry) => entry.journal === journal && written.includes(entry.field.schema.name)));
  return new Set(writes === 0 ? [] : ours.slice(-writes));
};

/**
 * What others changed between the reading of `before` and `issue`, as the journal tells. `written` are the fields of our
 * writes in between, `writes` how many there were. Whatever is not ours counts as somebody else's, our own account too:
 * it may serve another program.
 */
export const evidenceOf = (type: TypeDef, issue: Json, before: Pick<Item, "changedAt" | "fields">, me: string, written: readonly string[], writes: number): Evidence => {
  const all = entriesOf(type, issue);
  const ours = ourJournals(all.filter((entry) => entry.at >= before.changedAt), me, written, writes);
  const others: string[] = [];
  const overwritten: Overwritten[] = [];
  for (const field of type.fields.values()) {
    const { name, multiple } = field.schema;
    const fresh = news(all.filter((entry) => entry.field === field && !ours.has(entry.journal)), before);
    const own = all.findLast((entry) => entry.field === field && ours.has(entry.journal));
    const replaced = fresh.filter((entry) => own !== undefined && Number(entry.journal) < Number(own.journal));
    if (replaced.length < fresh.length) others.push(name);
    const last = replaced.at(-1);
    if (own !== undefined && last !== undefined) overwritten.push({ field: name, value: multiple ? replaced.flatMap((entry) => asList(valueOf(field, entry.after))) : valueOf(field, own.before), by: last.authorName, at: last.at });
  }
  return { others, overwritten };
};

/** What an update replaced of others if it was carried out: then a journal of ours brought other values than those it was to replace. */
export const replacedIn = (type: TypeDef, issue: Json, me: string, { at, before, after }: InterruptedUpdate): readonly Overwritten[] => {
  const all = entriesOf(type, issue);
  const wrote = (name: string): boolean => all.some((entry) => entry.field.schema.name === name && entry.author === me && entry.at >= at && !isShown(entry, { fields: before }));
  return evidenceOf(type, issue, { changedAt: at, fields: before }, me, Object.keys(after).filter(wrote), Number.MAX_SAFE_INTEGER).overwritten;
};
