// What an entity does not show. ALM spells out what is empty, in one of four forms (alm-qc.md §4.3); a field that does not come
// at all is hidden from the account's group, or belongs to another subtype (§12). Only the latter is empty.

import { isForbidden, RemoteError } from "../../core/errors.ts";
import { encoded } from "../json.ts";
import type { Place } from "./items.ts";
import { isLink } from "./links.ts";
import type { Session } from "./session.ts";
import { type Entity, textAt } from "./wire.ts";
import { childrenNamed } from "./xml.ts";

/** Servers that were seen to spell out what is empty; of others nobody knows, and there what is missing is empty. */
const spelling = new WeakSet<Session>();

const note = ({ session, type }: Place, entities: readonly Entity[]): void => {
  if (!spelling.has(session) && entities.some(({ values }) => [...values].some(([name, held]) => held.length === 0 && !isLink(type, name)))) spelling.add(session);
};

type Fields = ReadonlySet<string> | undefined;
const asked = new WeakMap<Place["project"], Map<string, Promise<Fields>>>();

const readFields = async ({ session, project, type }: Place, subtype: string): Promise<Fields> => {
  try {
    const body = await session.read(`${project.path}/customization/entities/${type.name}/types/${encoded(subtype)}/fields`);
    return new Set(childrenNamed(body.kind === "xml" ? body.root : undefined, "Field").map((field) => field.attributes["Name"] ?? ""));
  } catch (error) {
    // Not told: then everything may be hidden.
    if (isForbidden(error) || error instanceof RemoteError) return undefined;
    throw error;
  }
};

/** Fields of one subtype, asked for once, and only where one of them did not come. */
const fieldsOfSubtype = (place: Place, subtype: string): Promise<Fields> => {
  const known = asked.get(place.project) ?? new Map<string, Promise<Fields>>();
  asked.set(place.project, known);
  const key = `${place.type.name} ${subtype}`;
  const fields = known.get(key) ?? readFields(place, subtype);
  known.set(key, fields);
  fields.catch(() => known.delete(key));
  return fields;
};

const unseenOf = async (place: Place, entity: Entity, names: readonly string[]): Promise<readonly string[]> => {
  const missing = names.filter((name) => !isLink(place.type, name) && !entity.values.has(name));
  const { subtypeField } = place.type;
  const subtype = subtypeField === undefined || missing.length === 0 ? "" : textAt(entity, subtypeField);
  const own = subtype === "" ? undefined : await fieldsOfSubtype(place, subtype);
  return own === undefined || own.size === 0 ? missing : missing.filter((name) => own.has(name));
};

/** For each entity the names of those fields that it should have and does not show. */
export const unseenIn = async (place: Place, entities: readonly Entity[], names: readonly string[]): Promise<ReadonlyMap<Entity, readonly string[]>> => {
  note(place, entities);
  const unseen = new Map<Entity, readonly string[]>();
  if (!spelling.has(place.session)) return unseen;
  for (const entity of entities) {
    const missing = await unseenOf(place, entity, names);
    if (missing.length > 0) unseen.set(entity, missing);
  }
  return unseen;
};
