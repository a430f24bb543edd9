// Rows by their ids, each through the index. Asked for a list of ids, a table that grew within the hour and whose statistics are of
// before looks so small to PostgreSQL that it reads all rows of a sync set: a first load then takes longer for each page it has got
// through. "offset 0" keeps it from choosing.

import { cleanTexts } from "./text.ts";

const MOST_IDS = 5000;

/** What stands in the place of a table, as `l`: the rows of `select` for each id of one `text[]` binding, where `w.id` is the id. Its own bindings come behind that. */
export const oneByOne = (select: string): string => `unnest(?::text[]) as w (id) cross join lateral (${select} offset 0) as l`;

/** The ids for it, in parts of so many: as the store writes them, each once, or its rows would come twice. */
export const idParts = (ids: readonly string[]): readonly string[][] => {
  const each = [...new Set(cleanTexts(ids))];
  return Array.from({ length: Math.ceil(each.length / MOST_IDS) }, (_, index) => each.slice(index * MOST_IDS, (index + 1) * MOST_IDS));
};
