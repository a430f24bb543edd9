// User maps: who is called what in which data source.

import type { OpenDatabase } from "../database.ts";
import type { PartnerName, UserMap, UserMapTable } from "../store.ts";
import { idParts, oneByOne } from "../tables/oneByOne.ts";
import { cleanTexts } from "../tables/text.ts";
import { bringUserMaps } from "./userMapBring.ts";
import { heldBy, namesIn, namesOf } from "./userMapRows.ts";
import { writeUserMaps } from "./userMapWrite.ts";

const MOST_NAMES = 5000;
const NAMES = namesIn("user_maps");

export const createUserMaps = (open: OpenDatabase, db = open.db): UserMapTable => ({
  scan: async function* (pageSize = 1000) {
    let after: string | null = null;
    for (;;) {
      const { rows }: { rows: { name: string; users: UserMap["users"] | null }[] } = await db.raw(
        `select f.person as name, ${heldBy("f.person")} as users
         from (select distinct person from (select person from user_maps where ?::text is null or person > ? order by person limit ?) l) f order by f.person`,
        [after, after, pageSize],
      );
      // The last of a page are told whole: the limit counts rows, and who begins below it comes with all names.
      if (rows.length === 0) return;
      yield rows.map((row): UserMap => ({ name: row.name, users: row.users ?? [] }));
      after = rows[rows.length - 1]?.name ?? null;
    }
  },
  lookup: async (from, to, names) => {
    const found = new Map<string, PartnerName[]>();
    for (const part of idParts(names)) {
      const { rows }: { rows: { name: string; partner: string; read_only: boolean }[] } = await db.raw(
        // The same from a person to the names.
        `select l.user_name as name, t.user_name as partner, t.read_only
         from ${oneByOne(`select f.user_name, f.person from ${NAMES} f where f.data_source = ? and f.user_name = w.id`)}
         cross join lateral (select n.user_name, n.read_only from user_maps m cross join lateral ${namesOf("m")} where m.person = l.person and n.data_source = ? offset 0) t
         order by 1, 2`,
        [part, from, to],
      );
      for (const row of rows) {
        const partners = found.get(row.name) ?? [];
        if (!partners.some(({ name }) => name === row.partner)) partners.push({ name: row.partner, ...(row.read_only ? { readOnly: true } : {}) });
        found.set(row.name, partners);
      }
    }
    return found;
  },
  count: async () => Number((await db.raw("select count(*) as n from (select person from user_maps group by person) p")).rows[0].n),
  countNames: async () => Number((await db.raw("select count(*) + count(other_user_name) as n from user_maps")).rows[0].n),
  files: async () => (await db.raw('select digest, people, nameless, names, all_people as "allPeople", all_names as "allNames" from user_map_files order by at desc, digest')).rows,
  holders: async (users) => {
    const found: (string | undefined)[] = [];
    for (let at = 0; at < users.length; at += MOST_NAMES) {
      const page = users.slice(at, at + MOST_NAMES);
      const { rows }: { rows: { at: string; person: string }[] } = await db.raw(
        `select u.at, t.person from unnest(?::text[], ?::text[]) with ordinality as u (data_source, user_name, at)
         cross join lateral (select n.person from ${NAMES} n where n.data_source = u.data_source collate "C" and n.user_name = u.user_name collate "C" offset 0) t`,
        [cleanTexts(page.map((user) => user.dataSource)), cleanTexts(page.map((user) => user.name))],
      );
      for (const row of rows) found[at + Number(row.at) - 1] = row.person;
    }
    return users.map((_, at) => found[at]);
  },
  bring: (maps, how) => bringUserMaps(open, maps, how),
  write: (changes, { mode }) => writeUserMaps(open, changes, mode, true),
  diff: (changes, { mode }) => writeUserMaps(open, changes, mode, false),
});
