import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EndNames, readCrossReferences, writeCrossReferences } from "../../../lib/core/links/crossReferencesXml.ts";
import type { Instruction } from "../../../lib/core/links/model.ts";
import { joined, read, utf8 } from "./arbitrary.ts";

const found = async (text: string, names?: EndNames) => read(readCrossReferences(utf8(text), names));
const set = (inside: string, attributes = 'syncsetguid="G1"'): string => `<sets><set ${attributes}>${inside}</set></sets>`;

describe("CrossReferences.xml", () => {
  it.each([
    ["ids as attributes", '<adds><add master="1" target="A-1"/></adds>'],
    ["ids in the product's words", '<adds><artifact sourceId="1" targetId="A-1"/></adds>'],
    ["ids as elements", "<adds><xref><source>1</source><target>A-1</target></xref></adds>"],
    ["ids inside elements", '<adds><pair><master id="1"/><target id="A-1"/></pair></adds>'],
    ["ids among other words of each end", "<adds><xref><source><id>1</id><type>Defect</type></source><target><type>Bug</type><artifactId>A-1</artifactId></target></xref></adds>"],
    ["artifacts as elements", "<adds><xref><sourceArtifact>1</sourceArtifact><targetArtifact>A-1</targetArtifact></xref></adds>"],
    ["no part around them", '<add source="1" target="A-1"/>'],
    ["other cases and signs", '<Adds><Add Master-Id="1" target_artifact_id="A-1"/></Adds>'],
  ])("is read with %s", async (_, inside) => {
    const { instructions, notes } = await found(set(inside));
    expect(instructions).toMatchObject([{ action: "add", set: { guid: "G1" }, masterId: "1", targetId: "A-1", line: 1 }]);
    expect(notes).toEqual([]);
  });

  it.each(['<adds><x one="1" other="A-1"/></adds>', "<adds><x><one>1</one><other>A-1</other></x></adds>", '<add One="1" Other="A-1"/>'])("is read with words that a person names: %s", async (inside) => {
    expect((await found(set(inside), { master: "one", target: "Other" })).instructions).toMatchObject([{ masterId: "1", targetId: "A-1" }]);
    // Then no others count.
    expect((await found(set('<adds><x master="1" target="A-1"/></adds>'), { master: "one", target: "Other" })).instructions).toEqual([]);
  });

  it("tells adds from removes and set from set, and counts an absent pair as nothing", async () => {
    const { instructions } = await found('<sets><set syncsetguid="G1"><adds><add master="1" target="2"/></adds><removes><r master="3" target="4"/></removes></set><set syncsetguid="G2"><adds/></set></sets>');
    expect(instructions.map(({ action, set: { guid }, masterId }) => [action, guid, masterId])).toEqual([["add", "G1", "1"], ["remove", "G1", "3"]]);
  });

  it.each([
    ["a pair with one end", set('<adds><add master="1"/></adds>'), "<add> names no target id that is understood"],
    ["a pair in unknown words", set('<adds><add alpha="1" beta="2"/></adds>'), "<add> names no master id that is understood"],
    ["an end that names more than an id", set("<adds><add><source><name>x</name><type>Defect</type></source><target>2</target></add></adds>"), "<add> names no master id that is understood"],
    ["an empty id", set('<adds><add master="" target="2"/></adds>'), "the master id is empty"],
    ["another part", set('<changes><add master="1" target="2"/></changes>'), "<changes> in a set is not understood; adds and removes are"],
    ["a set without a name", set('<adds><add master="1" target="2"/></adds>', 'x="y"'), "a <set> that does not say which sync set it is (syncsetguid)"],
    ["another attribute", set("", 'syncsetguid="G" colour="red"'), "the attribute colour of <set> is not understood and left out"],
    ["something between the sets", "<sets><info>x</info></sets>", "<info> between the sets is not understood"],
  ])("tells what it does not understand: %s", async (_, text, reason) => {
    const { instructions, notes } = await found(text);
    expect(instructions).toEqual([]);
    expect(notes.map((note) => note.reason)).toContain(reason);
    expect(notes.every((note) => note.line === 1 && note.column > 0)).toBe(true);
  });

  it.each([
    ["another file", "<links/>", /line 1, column \d+: the file begins with <links>/],
    ["a file cut off", '<sets><set syncsetguid="G"><adds><add master="1"', /not well-formed XML/],
    ["an entity bomb", '<!DOCTYPE a [<!ENTITY b "c">]><sets/>', /document type that declares something is not allowed/],
    ["nothing", "", /line 1, column \d+/],
  ])("refuses %s", async (_, text, message) => {
    await expect(found(text)).rejects.toThrow(message);
  });

  it("reads what it writes, removes first", async () => {
    const id = fc.array(fc.constantFrom("1", "A-1", '"', "<", "&", "ü", "👩", "'"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
    const instruction = fc.record({ action: fc.constantFrom("add" as const, "remove" as const), set: fc.constantFrom({ guid: "G1" }, { key: "story|Story", masterType: "a\"<\n&", targetProject: "P" }), masterId: id, targetId: id });
    await fc.assert(
      fc.asyncProperty(fc.array(instruction, { maxLength: 6 }), async (instructions) => {
        const { instructions: back, notes } = await found(await joined(writeCrossReferences([instructions])));
        const bare = (list: readonly Omit<Instruction, "line" | "column">[]): readonly string[] => list.map(({ action, set: name, masterId, targetId }) => JSON.stringify([action, Object.entries(name).sort(), masterId, targetId])).sort();
        expect(bare(back)).toEqual(bare(instructions));
        expect(notes).toEqual([]);
      }),
      { numRuns: 300 },
    );
    const text = await joined(writeCrossReferences([[{ action: "add", set: { guid: "G" }, masterId: "1", targetId: "2" }, { action: "remove", set: { guid: "G" }, masterId: "1", targetId: "3" }]]));
    expect(text.indexOf("<removes>")).toBeLessThan(text.indexOf("<adds>"));
  });
});
