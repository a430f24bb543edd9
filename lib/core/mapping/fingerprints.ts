// Fingerprints of a definition: what changed since it ran last. Pure.

import { createHash } from "node:crypto";
import { type Side, SIDES } from "../types.ts";
import type { FieldMapping, SetField, SyncSet, SyncSetSide } from "./model.ts";

/** Stand among the field fingerprints of a sync set; no field is called so. */
export const COMMENTS = "(comments)";
export const ATTACHMENTS = "(attachments)";
/** Which items take part, and which get a partner. */
export const SCOPE = "(scope)";
/** What is set without a field of the other side. */
export const SETS = "(set)";

/** The value map of a field as it is: an entry more touches only who holds that value. */
export const valuesKey = (mapping: string): string => `(values) ${mapping}`;

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** What a period says of the fields it looks after. */
const periodOf = (sides: Readonly<Record<Side, SyncSetSide>>, mapping: FieldMapping): readonly unknown[] =>
  SIDES.flatMap((side) => {
    const { period } = sides[side];
    if (period === undefined || ![period.start, period.end, period.within].some((field) => field?.name === mapping[side].name)) return [];
    return [[side, period.start.name, period.end.name, period.within?.name, period.release?.start.name, period.release?.end.name, period.defaultRelease, period.noDates, period.days, period.outside, period.mayMove]];
  });

/** Of one field mapping: changes when the mapping does. */
export const fieldDigest = (mapping: FieldMapping, sides: Readonly<Record<Side, SyncSetSide>>): string =>
  digest([...periodOf(sides, mapping), mapping.master.name, mapping.master.kind, mapping.target.name, mapping.target.kind, mapping.direction, mapping.values ?? null, mapping.userMap, mapping.fallback ?? null, ...Object.entries(mapping.transform ?? {}).map(([side, { name, digest: file }]) => [side, name, file])]);

const setDigest = (rule: SetField): string => digest([rule.side, rule.field.name, rule.onCreate, rule.value, rule.when ?? null]);

/** The same system under another address is no other mapping, nor is one whose creates bear a marker from now on. */
const withoutUrls = ({ master: { url: _1, noMarker: _3, ...master }, target: { url: _2, noMarker: _4, ...target } }: Readonly<Record<Side, SyncSetSide>>) => ({ master, target });

/** What of a changed definition makes items due for another look, besides field mappings. */
const scopeDigest = (sides: Readonly<Record<Side, SyncSetSide>>, direction: SyncSet["direction"]): string => digest([direction, ...SIDES.map((side) => [sides[side].allowCreate, sides[side].filter, sides[side].criteria, sides[side].unmatched])]);

/** What of a definition is compared with the one that ran before. */
export interface Defined extends Pick<SyncSet, "fields" | "sets" | "direction"> {
  readonly sides: Readonly<Record<Side, SyncSetSide>>;
  readonly extras: Pick<SyncSet, "comments" | "attachments">;
}

/** Of the definition as a whole. */
export const wholeFingerprint = ({ direction, fields, sets, sides, extras }: Defined): string => digest([direction, fields.map((mapping) => fieldDigest(mapping, sides)), sets.map(setDigest), withoutUrls(sides), extras]);

/** Comments turned on later make every pair due once, like a new field. */
export const fingerprintsOf = ({ direction, fields, sets, sides, extras }: Defined): SyncSet["fieldFingerprints"] => {
  const repeated = sets.filter((rule) => !rule.onCreate);
  return {
    ...Object.fromEntries(fields.flatMap((mapping) => [[mapping.key, fieldDigest(mapping, sides)], ...(mapping.values === undefined ? [] : [[valuesKey(mapping.key), JSON.stringify(mapping.values)]])])),
    [SCOPE]: scopeDigest(sides, direction),
    ...(repeated.length === 0 ? {} : { [SETS]: digest(repeated.map(setDigest)) }),
    ...(extras.comments === undefined ? {} : { [COMMENTS]: digest(extras.comments) }),
    ...(extras.attachments === undefined ? {} : { [ATTACHMENTS]: digest(extras.attachments) }),
  };
};
