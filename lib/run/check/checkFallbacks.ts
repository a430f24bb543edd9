// Whether those who stand in for unknown people can do so: a fallback user whom a side does not know keeps every unknown person's field
// waiting, and is met only when somebody is unknown. Reads only.

import type { Finding } from "../../core/check/finding.ts";
import { isForbidden } from "../../core/errors.ts";
import { flows, type SyncSet } from "../../core/mapping/model.ts";
import { otherSide, type PersonRecord, type Side, SIDES } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";
import { REPAIRS } from "./repairs.ts";

interface Doubt {
  readonly message: string;
  readonly repair: string;
}

const NAME_ANOTHER = "name another fallback user";

/** The names, of those that this account is known by in its own data source, that user maps have read only there. */
const readOnlyNames = async ({ connectors, store }: ConnectionContext, side: Side, record: PersonRecord): Promise<readonly string[]> => {
  const { dataSource } = connectors[side];
  const names = [...new Set([record.id, record.login, record.email, record.name].filter((name): name is string => name !== undefined && name !== ""))];
  const held = await store.userMaps.lookup(dataSource, dataSource, names);
  return names.filter((name) => held.get(name)?.some((own) => own.name === name && own.readOnly === true) === true);
};

/** An iteration takes the only active one of several, as it does with everybody. */
const doubtOf = async (context: ConnectionContext, side: Side, fallback: string): Promise<Doubt | undefined> => {
  const { dataSource } = context.connectors[side];
  const found = await context.connectors[side].findPeople(fallback).catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
  if (found === undefined) return { message: `whether ${dataSource} knows the fallback user ${fallback} cannot be seen: this account may not look people up`, repair: REPAIRS.rights };
  const active = found.filter((record) => record.active);
  const [record, ...more] = active.length > 0 ? active : found;
  if (record === undefined) return { message: `the fallback user ${fallback} is unknown in ${dataSource}: the field of whoever is unknown there waits`, repair: NAME_ANOTHER };
  if (more.length > 0) return { message: `the fallback user ${fallback} is ambiguous in ${dataSource}, which has ${more.length + 1} of that name: the field of whoever is unknown there waits`, repair: "name the login, address or id of one of them" };
  if (!record.active) return { message: `the account of the fallback user ${fallback} in ${dataSource} is closed: where such an account is refused, the field of whoever is unknown there waits`, repair: NAME_ANOTHER };
  const names = await readOnlyNames(context, side, record);
  return names.length === 0 ? undefined : { message: `the fallback user ${fallback} is written in ${dataSource} for whoever is unknown there, although the user maps have ${names.join(", ")} read only`, repair: `leave it so if that is meant, or ${NAME_ANOTHER}` };
};

/** Each fallback user of a side once, with the first field that names it. Throws what the connectors throw. */
export const checkFallbacks = async (context: ConnectionContext, sets: readonly SyncSet[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const asked = new Set<string>();
    for (const set of sets) {
      for (const mapping of set.fields) {
        const fallback = mapping.fallback?.[side];
        const from = otherSide(side);
        if (fallback === undefined || asked.has(fallback) || !(flows(mapping.direction, from) || flows(set.direction, from))) continue;
        asked.add(fallback);
        const doubt = await doubtOf(context, side, fallback);
        if (doubt !== undefined) findings.push({ severity: "warning", category: "people", syncSet: set.key, side, field: mapping[side].label, mapping: mapping.key, ...doubt });
      }
    }
  }
  return findings;
};
