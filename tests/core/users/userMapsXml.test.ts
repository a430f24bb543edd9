import { describe, expect, it } from "vitest";
import { DataError } from "../../../lib/core/errors.ts";
import { readUserMapsXml, writeUserMapsXml } from "../../../lib/core/users/userMapsXml.ts";
import { collect, joined, pieces, utf8 } from "./arbitrary.ts";

const GARY = "<UserMap><name>Gary</name><User><type>DataSource</type><value>jira</value><name>gbear</name></User></UserMap>";
const block = (inside: string): string => `<UserMaps>\n${inside}\n</UserMaps>`;
const read = async (text: string) => collect(readUserMapsXml(utf8(text)));

describe("the product's user map XML", () => {
  it("gives one map per person, inside whatever the export holds around it", async () => {
    const text = `<?xml version="1.0"?>\n<export><other><UserMap/></other>${block(GARY)}<rest/></export>`;
    expect(await read(text)).toEqual([{ line: 3, column: 9, map: { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }] } }].map((each) => ({ ...each, column: expect.any(Number) })));
  });

  it.each([
    ['<User readOnly="true">', true],
    ['<User readOnly=" 1 ">', true],
    ["<User>", undefined],
    ['<User readOnly="false">', undefined],
  ])("knows by %s whether a name is read only", async (tag, readOnly) => {
    expect(await read(block(GARY.replace("<User>", tag)))).toEqual([expect.objectContaining({ map: { name: "Gary", users: [{ dataSource: "jira", name: "gbear", ...(readOnly === true ? { readOnly } : {}) }] } })]);
  });

  it("is written as the product has it where no name is read only", async () => {
    const users = [{ dataSource: "jira", name: "gbear" }, { dataSource: "octane", name: "g@x", readOnly: true as const }];
    const xml = async (...some: typeof users) => joined(writeUserMapsXml([[{ name: "Gary", users: some }]]));
    expect(await xml(...users.slice(0, 1))).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<UserMaps>\n  <UserMap>\n    <name>Gary</name>\n    <User>\n      <type>DataSource</type>\n      <value>jira</value>\n      <name>gbear</name>\n    </User>\n  </UserMap>\n</UserMaps>\n');
    expect((await xml(...users)).match(/<User .*>/g)).toEqual(['<User readOnly="true">']);
  });

  it("takes names that an editor has put on lines of their own, and no other blank away", async () => {
    const laidOut = "<UserMap>\n <name>\n  Gary\n </name>\n <User>\n  <type>\r\n DataSource </type><value>\r\n\tjira\r\n</value><name> gbear </name></User></UserMap>";
    expect(await read(block(laidOut))).toMatchObject([{ map: { name: "Gary", users: [{ dataSource: "jira", name: " gbear " }] } }]);
  });

  it.each([
    ["no name", "<UserMap><User><type>DataSource</type><value>a</value><name>b</name></User></UserMap>", "no <name>"],
    ["an empty name", "<UserMap><name/></UserMap>", "the label is empty"],
    ["two names", "<UserMap><name>a</name><name>b</name></UserMap>", "two <name> in one <UserMap>"],
    ["a user of another type", "<UserMap><name>a</name><User><type>Group</type><value>a</value><name>b</name></User></UserMap>", 'a <User> of type "Group": only DataSource is known'],
    ["a user without value", "<UserMap><name>a</name><User><type>DataSource</type><name>b</name></User></UserMap>", "a <User> without <value>"],
    ["a mark that says neither yes nor no", `<UserMap><name>a</name><User readOnly="yes"><type>DataSource</type><value>a</value><name>b</name></User></UserMap>`, 'a <User> with readOnly="yes": it is "true" or left out'],
    ["an unknown element", "<UserMap><name>a</name><email>x</email></UserMap>", "<email> is not known here"],
    ["text between", "<UserMap>oops<name>a</name></UserMap>", "text between its elements"],
    ["a label that stood before", `${GARY}\n<UserMap><name>Gary</name></UserMap>`, 'the label "Gary" stands in the file before'],
    ["a name that belongs to another", `${GARY}\n${GARY.replace("Gary", "Bob")}`, '"gbear" in jira belongs to another person further up'],
    ["a name too long for the database", `<UserMap><name>${"x".repeat(1001)}</name></UserMap>`, "the label is longer than 1000 bytes"],
  ])("rejects a record with %s, with its line and reason, and goes on", async (_, record, reason) => {
    const found = await read(block(`${record}\n<UserMap><name>Zoe</name></UserMap>`));
    expect(found.filter((each) => "reason" in each)).toMatchObject([{ reason, line: record.startsWith(GARY) ? 3 : 2 }]);
    expect(found[found.length - 1]).toMatchObject({ map: { name: "Zoe" } });
  });

  const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><UserMaps><UserMap><name>&b;</name></UserMap></UserMaps>`;
  it.each([
    ["an entity bomb", bomb, /document type that declares something is not allowed/],
    ["an unknown entity", block("<UserMap><name>&x;</name></UserMap>"), /line 2, column \d+: not well-formed XML: undefined entity/],
    ["a & that begins no entity, where it stands", block(`<UserMap><name>R&D</name></UserMap>\n${GARY}\n<UserMap><name>a&amp;b</name></UserMap>`), /line 2, column 17: not well-formed XML: a & that begins nothing/],
    ["such a one without any semicolon behind it", `<UserMaps>\n<!-- a & b -->${GARY}\n<UserMap><name>R & D</name></UserMap></UserMaps>`, /line 3, column 18: not well-formed XML: a & that begins nothing/],
    ["a file cut off in an entity", `<UserMaps><!-- a & b --><UserMap><name>R&am`, /line 1, column \d+: not well-formed XML: unclosed tag/],
    ["a file cut off", `<UserMaps><UserMap><name>Ga`, /line 1, column \d+: not well-formed XML/],
    ["wrong end tags", block("<UserMap><name>a</nam></UserMap>"), /line 2, column \d+: not well-formed XML/],
    ["nesting without end", "<UserMaps>".concat("<a>".repeat(10)).replace("<UserMaps>", "<r>".repeat(40)), /more than 32 elements inside each other/],
    ["no block", "<export/>", /no <UserMaps> block/],
    ["an empty file", "", /not well-formed XML|no <UserMaps>/],
    ["no XML at all", "name,jira\na,b\n", /line \d, column \d+: not well-formed XML/],
    ["something else in the block", block("<Group/>"), /<Group> inside <UserMaps>/],
    ["two blocks", `<r>${block(GARY)}${block("")}</r>`, /a second <UserMaps> block/],
    ["a NUL", block("<UserMap><name>a\u0000b</name></UserMap>"), /line 2, column 17: a NUL character/],
    ["an encoding nobody knows", `<?xml version="1.0" encoding="x-klingon"?><UserMaps/>`, /the encoding x-klingon is not known/],
    ["a declaration that lies", `<?xml version="1.0" encoding="UTF-16"?><UserMaps/>`, /the file says utf-16 but is not/],
  ])("refuses %s whole, with line and column", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(read(text)).rejects.toBeInstanceOf(DataError);
    await expect(read(text)).rejects.toThrow(/line \d+, column \d+/);
  });

  it("gives up on a text without end before the memory is full", async () => {
    const endless = function* (): Generator<Uint8Array> {
      yield Buffer.from("<UserMaps><UserMap><name>");
      for (;;) yield Buffer.alloc(65_536, 0x61);
    };
    await expect(collect(readUserMapsXml(endless()))).rejects.toThrow(/more than \d+ letters/);
  });

  it.each([
    ["UTF-8 with a mark", Buffer.from(`\ufeff${block(GARY.replace("Gary", "Jürgen 👩"))}`)],
    ["UTF-16LE", Buffer.from(`\ufeff${block(GARY.replace("Gary", "Jürgen 👩"))}`, "utf16le")],
    ["UTF-16BE", Buffer.from(`\ufeff${block(GARY.replace("Gary", "Jürgen 👩"))}`, "utf16le").swap16()],
    ["UTF-16LE without a mark", Buffer.from(block(GARY.replace("Gary", "Jürgen 👩")), "utf16le")],
  ])("reads %s, in pieces of any size", async (_, bytes) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(await collect(readUserMapsXml(pieces(bytes, size)))).toMatchObject([{ map: { name: "Jürgen 👩" } }]);
  });

  it("reads the old eight-bit encodings a declaration names", async () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?>${block(GARY.replace("Gary", "Jürgen"))}`;
    expect(await collect(readUserMapsXml([Buffer.from(text, "latin1")]))).toMatchObject([{ map: { name: "Jürgen" } }]);
    // Saved as UTF-8 by an editor that does not look at the declaration: every name would be somebody else's.
    for (const size of [1, 7, 1000]) await expect(collect(readUserMapsXml(pieces(Buffer.from(text), size)))).rejects.toThrow("line 1, column 1: the file says windows-1252, and is UTF-8");
    await expect(collect(readUserMapsXml([Buffer.from(block("<UserMap><name>Jürgen</name></UserMap>"), "latin1")]))).rejects.toThrow("line 2, column 17: the file is not UTF-8");
  });
});
