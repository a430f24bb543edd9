// Which kinds of fields a pair of systems really carries: counted from the schemas, the mapping and what people wrote, so that
// a test that says "all kinds" cannot leave one out unseen.

import type { Connection, FieldMapping, SyncSet } from "../../../lib/core/mapping/model.ts";
import { type Fields, type FieldSchema, type Side, SIDES, type TypeSchema, type Value } from "../../../lib/core/types.ts";

/** Names of the kinds, in words of a field's use: releases and sprints are references too, tags are several texts. */
type Kind = string;

const periods: readonly (readonly [RegExp, Kind])[] = [[/release(?!.cycle)|version/i, "release"], [/sprint|cycle/i, "sprint"]];

const kindsIn = (field: FieldSchema, side: Side, connection: Connection): readonly Kind[] => {
  if (field.kind !== "reference") return [field.multiple ? (field.kind === "string" || field.kind === "choice" ? "labels" : `several of ${field.kind}`) : field.kind];
  const carried = connection.syncSets.map((set) => set[side].type).filter((type) => field.refersTo?.includes(type) === true);
  const named = periods.flatMap(([name, kind]) => (carried.some((type) => name.test(type)) ? [kind] : []));
  const items = carried.some((type) => !periods.some(([name]) => name.test(type)));
  return [...named, ...(items ? [field.multiple ? "links" : "parent"] : [])];
};

const isWritable = (field: FieldSchema): boolean => field.onCreate && field.onUpdate;

const isSaid = (value: Value | undefined): boolean => value !== undefined && value !== null && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0);

export interface Said {
  readonly side: Side;
  readonly type: string;
  readonly fields: Fields;
}

const sharedBy = (connection: Connection, set: SyncSet, schemas: Readonly<Record<Side, readonly TypeSchema[]>>): readonly Kind[] => {
  const [there, here] = SIDES.map((side) => (schemas[side].find(({ name }) => name === set[side].type)?.fields ?? []).filter(isWritable).flatMap((field) => kindsIn(field, side, connection)));
  return [...new Set((here ?? []).filter((kind) => there?.includes(kind) === true))];
};

const carries = (connection: Connection, mapping: FieldMapping): readonly Kind[] =>
  mapping.direction === "biDirectional" ? kindsIn(mapping.master, "master", connection).filter((kind) => kindsIn(mapping.target, "target", connection).includes(kind)) : [];

/** What both sides of a set of items have and the mapping does not carry both ways, or people of a side never said. Sorted. */
export const missedKinds = (connection: Connection, schemas: Readonly<Record<Side, readonly TypeSchema[]>>, said: readonly Said[]): readonly string[] => {
  const sets = connection.syncSets.filter((set) => set.direction === "biDirectional");
  const shared = [...new Set(sets.flatMap((set) => sharedBy(connection, set, schemas)))].toSorted();
  return shared.flatMap((kind): readonly string[] => {
    const mapped = sets.flatMap((set) => set.fields.filter((mapping) => carries(connection, mapping).includes(kind)).map((mapping) => ({ set, mapping })));
    if (mapped.length === 0) return [`${kind}: not mapped`];
    const isFrom = (side: Side): boolean => mapped.some(({ set, mapping }) => said.some((one) => one.side === side && one.type === set[side].type && isSaid(one.fields[mapping[side].name])));
    return SIDES.flatMap((side) => (isFrom(side) ? [] : [`${kind}: never from the ${side}`]));
  });
};
