// Who changed what: an entity's audits (alm-qc.md §20). They hold only fields whose history is kept and no memos, so they
// prove what they tell and nothing by silence.

import { isForbidden, RemoteError } from "../../core/errors.ts";
import type { Item } from "../../core/types.ts";
import type { InterruptedUpdate, Overwritten } from "../connector.ts";
import { type Place, pathOf } from "./items.ts";
import { auditsIn } from "./unconfirmed.ts";
import { wallMs } from "./time.ts";
import { readValue, writeValue } from "./values.ts";
import { childNamed, childrenNamed, childText, type Tag } from "./xml.ts";

const MOST = 2000;

interface Entry {
  readonly audit: number;
  readonly user: string;
  readonly wall: number;
  readonly name: string;
  readonly after: string;
}

const entriesOf = (audit: Tag): readonly Entry[] =>
  childrenNamed(childNamed(audit, "Properties"), "Property").map((property) => ({
    audit: Number(childText(audit, "Id") || Number.NaN),
    user: childText(audit, "User"),
    wall: wallMs(childText(audit, "Time")) ?? 0,
    name: property.attributes["Name"] ?? "",
    after: childNamed(property, "NewValue")?.text ?? "",
  }));

const readEntries = async (place: Place, id: string): Promise<readonly Entry[] | undefined> => {
  try {
    const body = await place.session.read(`${pathOf(place, id)}/audits`, { "page-size": MOST, "start-index": 1 });
    const audits = auditsIn(body);
    // Half of them would prove what they do not tell.
    if (audits.length >= MOST || body.kind !== "xml" || !["Audits", "Audit"].includes(body.root.name) || Number(body.root.attributes["TotalResults"] ?? audits.length) > audits.length) return undefined;
    return audits.flatMap(entriesOf).toSorted((a, b) => a.audit - b.audit);
  } catch (error) {
    // A project without history, or an account that may not see it: no evidence.
    if (isForbidden(error) || error instanceof RemoteError) return undefined;
    throw error;
  }
};

export interface Evidence {
  /** Whether our write stands in them. */
  readonly told: boolean;
  readonly others: readonly string[];
  readonly overwritten: readonly Overwritten[];
}

/**
 * What somebody else wrote between `base`, the reading right before our write, and our write. `written`: the fields of our
 * write with the texts sent. Our own audit is the last one of our account that holds one of them with our value.
 */
export const evidenceOf = async (place: Place, base: Pick<Item, "id" | "changedAt" | "fields">, written: ReadonlyMap<string, readonly string[]>, me: string): Promise<Evidence | undefined> => {
  const all = await readEntries(place, base.id);
  if (all === undefined) return undefined;
  const since = place.session.zone.wall(base.changedAt);
  const fresh = all.filter((entry) => entry.wall >= since);
  const ours = fresh.findLast((entry) => entry.user.toLowerCase() === me.toLowerCase() && written.get(entry.name)?.join(";") === entry.after)?.audit;
  const theirs = fresh.filter((entry) => entry.audit !== ours && place.type.fields.has(entry.name));
  // Times know seconds only: a change that the reading shows already is no news.
  const context = { project: place.project, zone: place.session.zone };
  const overwritten = [...written.keys()].flatMap((name): readonly Overwritten[] => {
    const field = place.type.fields.get(name);
    const last = theirs.findLast((entry) => entry.name === name && (ours === undefined || entry.audit < ours));
    if (field === undefined || last === undefined || field.schema.multiple) return [];
    const value = readValue(field, last.after === "" ? [] : [{ value: last.after }], context);
    if (JSON.stringify(value) === JSON.stringify(base.fields[name] ?? null)) return [];
    return [{ field: name, value, by: last.user, at: place.session.zone.instant(last.wall) }];
  });
  const later = theirs.filter((entry) => !written.has(entry.name) || (ours !== undefined && entry.audit > ours)).map((entry) => entry.name);
  return { told: ours !== undefined, others: [...new Set(later)], overwritten };
};

/** By id: what interrupted updates replaced of others, where the audits tell that they were carried out at all. */
export const replacedBy = async (place: Place, me: string, updates: readonly InterruptedUpdate[]): Promise<ReadonlyMap<string, readonly Overwritten[]>> => {
  const context = { project: place.project, zone: place.session.zone };
  const found = new Map<string, readonly Overwritten[]>();
  for (const { id, at, before, after } of updates) {
    const written = Object.entries(after).flatMap(([name, value]) => {
      const field = place.type.fields.get(name);
      const encoded = field === undefined || field.link !== undefined ? undefined : writeValue(field, value, context);
      return encoded === undefined || "reason" in encoded ? [] : [[name, encoded.values] as const];
    });
    const evidence = await evidenceOf(place, { id, changedAt: at, fields: before }, new Map(written), me);
    if (evidence?.told === true) found.set(id, evidence.overwritten);
  }
  return found;
};
