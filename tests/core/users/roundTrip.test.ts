import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText, type ReadMap, type UserMap } from "../../../lib/core/users/userMap.ts";
import { createColumns, readUserMapsCsv, writeUserMapsCsv } from "../../../lib/core/users/sheetCsv.ts";
import { readUserMapsXml, replaceUserMaps, writeUserMapsXml } from "../../../lib/core/users/userMapsXml.ts";
import { collect, joined, pieces, together, userMaps } from "./arbitrary.ts";

/** Two or three maps a run: 10,000 of them with the FC_RUNS=750 of CI. */
const RUNS = 6 * Number(process.env["FC_RUNS"] ?? 100);
const mapsOf = (read: readonly ReadMap[]): readonly UserMap[] => read.map((each) => {
  if ("reason" in each) throw new Error(`line ${each.line}: ${each.reason}`);
  return each.map;
});

describe("user maps on a round trip", () => {
  it("come back the same from XML, CSV and XML again, whatever their names hold and however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(userMaps, fc.integer({ min: 1, max: 50 }), async (maps, size) => {
        const xml = await joined(writeUserMapsXml([maps]));
        const fromXml = mapsOf(await collect(readUserMapsXml(pieces(Buffer.from(xml), size))));
        expect(fromXml).toEqual(maps);
        const columns = createColumns();
        for (const map of maps) for (const user of map.users) columns.add(user);
        const csv = await joined(writeUserMapsCsv([fromXml], columns.all()));
        const fromCsv = mapsOf(await collect(readUserMapsCsv(pieces(Buffer.from(csv), size))));
        expect(await joined(writeUserMapsXml([fromCsv]))).toBe(xml);
      }),
      { numRuns: RUNS },
    );
  });

  it("leave every byte outside the block alone, in any encoding", async () => {
    const outside = fc.constantFrom("", "<!-- ü 👩 -->", "<DataSources>\r\n <x a='1'>&amp;é</x>\r\n</DataSources>", "\r\n\t", "<?pi x?>");
    const block = fc.constantFrom("<UserMaps/>", "<UserMaps></UserMaps>", "<UserMaps>\r\n   <UserMap><name>x</name></UserMap>\r\n  </UserMaps>", "<UserMaps  a='b'\n></UserMaps >");
    const encode = { utf8: (text: string) => Buffer.from(text), mark8: (text: string) => Buffer.from(`\ufeff${text}`), utf16: (text: string) => Buffer.from(`\ufeff${text}`, "utf16le"), utf16be: (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16() };
    const names = Object.keys(encode) as (keyof typeof encode)[];
    await fc.assert(
      fc.asyncProperty(outside, block, outside, fc.constantFrom(...names), userMaps, async (before, middle, after, name, maps) => {
        const bytes = encode[name](`<export>${before}${middle}${after}</export>`);
        const made = await together(replaceUserMaps(bytes, [maps]));
        expect(mapsOf(await collect(readUserMapsXml([made])))).toEqual(maps);
        const again = await together(replaceUserMaps(made, [maps]));
        expect(again.equals(made)).toBe(true);
        const plain = name.startsWith("utf16") ? Buffer.from(made).toString("latin1") : made.toString("latin1");
        const side = (text: string): string => Buffer.from(encode[name](text).subarray(name === "utf8" ? 0 : name === "mark8" ? 3 : 2)).toString("latin1");
        expect(plain).toContain(side(`<export>${before}<UserMaps`));
        expect(plain.endsWith(side(`${after}</export>`))).toBe(true);
      }),
      { numRuns: Math.ceil(RUNS / 24) },
    );
  });

  it.each([
    ["a prefix of its elements", '<c:x xmlns:c="urn:c"><c:UserMaps>\n</c:UserMaps></c:x>', "  <c:UserMap>\n    <c:name>"],
    ["a prefix of an empty block", '<c:x xmlns:c="urn:c"><c:UserMaps /></c:x>', "  <c:UserMap>\n    <c:name>"],
    ["line ends", "<?xml version='1.0'?>\r\n<x>\r\n<UserMaps>\r\n</UserMaps></x>", "  <UserMap>\r\n    <name>"],
    ["a document type that declares nothing", '<!DOCTYPE x SYSTEM "maps.dtd"><x><UserMaps></UserMaps></x>', "  <UserMap>\n    <name>"],
    ["an encoding without accents", '<?xml version="1.0" encoding="US-ASCII"?><x><UserMaps></UserMaps></x>', "<name>J&#252;rgen"],
  ])("keep to %s in the block", async (_, text, inside) => {
    const maps = [{ name: "Jürgen\n👩", users: [{ dataSource: "jira", name: "gbear" }] }];
    const made = await together(replaceUserMaps(Buffer.from(text), [maps]));
    expect(made.toString()).toContain(inside);
    expect(mapsOf(await collect(readUserMapsXml([made])))).toEqual(maps);
    expect((await together(replaceUserMaps(made, [maps]))).equals(made)).toBe(true);
    const empty = await together(replaceUserMaps(made, [[]]));
    const hull = (of: string): string => of.replace(/(<(?:c:)?UserMaps) ?(?:\/>|>\s*<\/(?:c:)?UserMaps>)/, "$1/>");
    expect(hull(empty.toString())).toBe(hull(text));
  });

  it("stand in the order of code points, as the database has them", () => {
    const names = ["b", "a", "\u{1f600}", "\ue000", "Z", "é", "ab", ""];
    expect(names.toSorted(compareText)).toEqual(names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
  });
});
