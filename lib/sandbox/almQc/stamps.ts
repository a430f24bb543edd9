// The stamps and flags that every write leaves, and the history (sheet, sections 17 and 20).

import type { Audit, AuditProperty, EntityType, Row, Values } from "./model.ts";
import { wallTime } from "./time.ts";
import type { WriteScope } from "./values.ts";

export const hiddenUntil = (scope: WriteScope): number | undefined => (scope.lag > 0 ? scope.now + scope.lag * 1000 : undefined);

const without = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([, content]) => content.length > 0));

/** Writes a row: stamp one up, and the time unless the change only came from elsewhere. */
export const stamp = (scope: WriteScope, row: Row, patch: Values, modified = true): Row => {
  const type = scope.schema.typeNamed(row.type);
  const next: Record<string, readonly string[]> = { ...row.v, ...patch };
  if (type.fields.has("ver-stamp")) next["ver-stamp"] = [String(Number(row.v["ver-stamp"]?.[0] ?? 0) + 1)];
  if (modified) next["last-modified"] = [wallTime(scope.now, scope.options.timeZone)];
  return scope.project.set(row, without(next), hiddenUntil(scope));
};

export const firstStamps = (scope: WriteScope, type: EntityType): Values => ({
  ...(type.fields.has("last-modified") ? { "last-modified": [wallTime(scope.now, scope.options.timeZone)] } : {}),
  ...(type.fields.has("ver-stamp") ? { "ver-stamp": ["1"] } : {}),
});

const record = (scope: WriteScope, row: Row, action: Audit["action"], properties: readonly AuditProperty[]): void => {
  scope.project.audits.push({ id: scope.project.nextId("audit"), action, parentId: row.id, parentType: row.type, time: wallTime(scope.now, scope.options.timeZone), user: scope.user.name, properties });
};

const same = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.length === b.length && a.every((value, at) => value === b[at]);

export const changedNames = (before: Values, after: Iterable<readonly [string, readonly string[]]>): readonly string[] => [...after].filter(([name, values]) => !same(before[name], values)).map(([name]) => name);

/** Only fields that keep a history are recorded; memos, creations and deletions are not. */
export const recordChange = (scope: WriteScope, type: EntityType, row: Row, before: Values): void => {
  const properties = [...type.fields.values()]
    .filter((field) => field.history && !same(before[field.name], row.v[field.name]))
    .map(({ name, label }) => ({ name, label, before: before[name] ?? [], after: row.v[name] ?? [] }));
  if (properties.length > 0) record(scope, row, "UPDATE", properties);
};

/** Switch: some servers also record these. */
export const recordLife = (scope: WriteScope, row: Row, action: "CREATE" | "DELETE"): void => {
  if (scope.options.auditCreations) record(scope, row, action, []);
};

const isLinked = ({ project }: WriteScope, row: Row): readonly [boolean, boolean] => {
  const ends = [...project.pointing("defect-link", "second-endpoint-id", row.id).filter(({ v }) => v["second-endpoint-type"]?.[0] === row.type), ...(row.type === "defect" ? project.pointing("defect-link", "first-endpoint-id", row.id) : [])];
  const defects = ends.filter(({ v }) => v["second-endpoint-type"]?.[0] === "defect" || row.type !== "defect");
  return [defects.length > 0, ends.length > defects.length];
};

/** Sets the flags of both ends of a link. */
export const flagEnds = (scope: WriteScope, link: Values): void => {
  const { project, schema, options } = scope;
  const ends = [["defect", link["first-endpoint-id"]?.[0]], [link["second-endpoint-type"]?.[0], link["second-endpoint-id"]?.[0]]] as const;
  for (const [type, id] of ends) {
    const row = project.get(type ?? "", Number(id));
    if (!row) continue;
    const { fields } = schema.typeNamed(row.type);
    const [linked, others] = isLinked(scope, row);
    const patch = { ...(fields.has("has-linkage") ? { "has-linkage": [linked ? "Y" : "N"] } : {}), ...(fields.has("has-others-linkage") ? { "has-others-linkage": [others ? "Y" : "N"] } : {}) };
    if (options.touchOnLink) stamp(scope, row, patch);
    else project.set(row, { ...row.v, ...patch });
  }
};

/** A child was made or moved here: the stamp counts, the time by switch. */
export const touchParent = (scope: WriteScope, type: EntityType, values: Values): void => {
  const parent = type.parent === null ? undefined : scope.project.get(type.parent, Number(values["parent-id"]?.[0]));
  if (parent) stamp(scope, parent, {}, scope.options.touchOnChild);
};
