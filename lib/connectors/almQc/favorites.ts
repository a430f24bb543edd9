// Saved views as filters: `favorite:NAME` (alm-qc.md §19). Names are compared here, never put into a query.

import { ConfigError, RemoteError } from "../../core/errors.ts";
import { folded } from "../json.ts";
import type { Place } from "./items.ts";
import { readAll } from "./pages.ts";
import { type Conditions, parseFilter } from "./query.ts";
import { favoriteConditions, favoriteFilterOf, isFavoriteOf } from "./unconfirmed.ts";
import { textAt } from "./wire.ts";

const PREFIX = /^\s*favou?rite\s*:\s*/i;

const wrong = (message: string, advice: string): ConfigError => new ConfigError([{ path: "filter", message, advice }]);

const parsed = ({ type }: Place, filter: string): Conditions => {
  const conditions = parseFilter(filter, (field) => type.known.has(field), (field) => type.known.get(field)?.choices ?? []);
  const closed = [...conditions.keys()].find((field) => type.known.get(field)?.filterable === false);
  if (closed !== undefined) throw wrong(`${JSON.stringify(filter)}: ALM lets nobody filter by ${closed} of a ${type.name}`, "filter by another field, or by criteria of the type mapping");
  return conditions;
};

const readFavorite = async (place: Place, name: string): Promise<Conditions> => {
  const { session, project } = place;
  // All fields: those that matter have no published names.
  const all = await readAll(session, { path: `${project.path}/favorites`, fields: [], limit: session.options.pageSize, more: { "include-shared-with-me": "y" } });
  const exact = all.filter((favorite) => textAt(favorite, "name") === name);
  const named = exact.length > 0 ? exact : all.filter((favorite) => folded(textAt(favorite, "name")) === folded(name));
  const columnOf = (column: string): string | undefined => [...place.type.known].find(([field, { column: own }]) => own === column || field === column)?.[0];
  // Of several with one name the one of this type's own module is meant.
  const ofType = named.filter((favorite) => isFavoriteOf(favorite, place.type.name));
  const readable = (named.length > 1 && ofType.length > 0 ? ofType : named).flatMap((favorite) => favoriteConditions(favoriteFilterOf(favorite), columnOf) ?? []);
  if (named.length === 0) throw wrong(`there is no favorite ${JSON.stringify(name)}`, `the account sees ${all.map((favorite) => textAt(favorite, "name")).join(", ") || "none"}: save it as a public one, or write the filter in ALM's own words`);
  const [conditions] = readable;
  if (conditions === undefined) throw wrong(`the filter of favorite ${JSON.stringify(name)} is not understood for a ${place.type.name}`, 'write the filter in ALM\'s own words: {status["Open" Or "New"]}');
  if (readable.length > 1) throw wrong(`several favorites are called ${JSON.stringify(name)}`, "rename one of them");
  return parsed(place, conditions);
};

/** The filter of a type mapping as conditions. Throws ConfigError, RemoteError. */
export const filterOf = async (place: Place, filter: string | undefined): Promise<Conditions | undefined> => {
  if (filter === undefined || filter.trim() === "") return undefined;
  if (!PREFIX.test(filter)) return parsed(place, filter);
  const name = filter.replace(PREFIX, "").trim();
  if (name === "") throw new RemoteError(`${place.session.name}: a favorite without a name`, "write favorite:NAME");
  return readFavorite(place, name);
};
