// What an entity does not tell. Octane spells out what is empty (octane.md §5.2); a field that was asked for and does not come
// is hidden from the account, or by somebody in between: read as empty, it would be emptied on the other side.

import { RemoteError } from "../../core/errors.ts";
import type { ItemPlace } from "./items.ts";
import { readSingly } from "./pages.ts";
import type { Session } from "./session.ts";
import { isObject, type Json, listOf, own, textAt } from "./wire.ts";

const isEmpty = (raw: unknown): boolean => raw === null || (isObject(raw) && Object.hasOwn(raw, "data") && listOf(own(raw, "data")).length === 0);

const spells = (entities: readonly Json[]): boolean => entities.some((entity) => Object.values(entity).some(isEmpty));

/** Whether a server spells out what is empty; told apart once, and only where something is missing. */
const spelling = new WeakMap<Session, Promise<boolean>>();

/** Enough that one of them is empty, and a short address. */
const MOST_NAMES = 80;

/** Asked for all its fields, an item of a server that never says so tells of none that is empty. Where that is no answer, the document counts. */
const askedOnce = async (session: Session, { workspace, type }: ItemPlace, id: string): Promise<boolean> => {
  try {
    const found = await readSingly(session, { path: `${workspace.path}/${type.collection}`, fields: [...type.fields.keys()].slice(0, MOST_NAMES).join(",") }, [id]);
    return found.length === 0 || spells(found);
  } catch (error) {
    if (error instanceof RemoteError) return true;
    throw error;
  }
};

/** Is a field that does not come one that is not told? Otherwise it is empty. Throws AccessError. */
export const isTelling = (session: Session, place: ItemPlace, entities: readonly Json[], names: readonly string[]): Promise<boolean> => {
  if (spells(entities)) spelling.set(session, Promise.resolve(true));
  const lacking = entities.find((entity) => names.some((name) => !Object.hasOwn(entity, name)));
  if (lacking === undefined) return Promise.resolve(true);
  const known = spelling.get(session) ?? askedOnce(session, place, textAt(lacking, "id"));
  spelling.set(session, known);
  known.catch(() => spelling.delete(session));
  return known;
};
