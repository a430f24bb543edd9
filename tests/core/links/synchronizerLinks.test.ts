import { describe, expect, it } from "vitest";
import { readJiraKeys, readLinkIdsMap } from "../../../lib/core/links/synchronizerLinks.ts";
import { read, utf8 } from "./arbitrary.ts";

describe("what the older synchronizers leave behind", () => {
  it.each([
    ["attributes", '<LinkIds><Link name="x" qcId="1" jiraKey="A-1"/></LinkIds>'],
    ["elements", "<LinkIdsMap><entry><sourceId>1</sourceId><targetId>A-1</targetId></entry></LinkIdsMap>"],
    ["ends with ids", '<map><link><master id="1"/><target id="A-1"/></link></map>'],
    ["ends that say more than their ids", '<LinkIds><Link><Source Id="1" Type="Defect"/><Target Type="Bug"><Id>A-1</Id><Name>x</Name></Target></Link></LinkIds>'],
    ["nesting", "<a><b><c><id_1>1</id_1><id_2>A-1</id_2></c></b></a>"],
  ])("LinkIdsMap.xml gives pairs from %s", async (_, text) => {
    const { instructions, notes } = await read(readLinkIdsMap(utf8(text)));
    expect(instructions).toMatchObject([{ action: "add", masterId: "1", targetId: "A-1", line: 1 }]);
    expect(notes).toEqual([]);
  });

  it("LinkIdsMap.xml tells a link that lacks an end", async () => {
    const { instructions, notes } = await read(readLinkIdsMap(utf8('<LinkIds>\n<Link><Source Id="1" Type="Defect"/></Link>\n</LinkIds>')));
    expect([instructions, notes]).toMatchObject([[], [{ line: 2, reason: "<Link> is not understood; it holds source" }]]);
  });

  it("LinkIdsMap.xml tells records it does not understand, and is told the names", async () => {
    const text = '<map>\n<row alpha="1" beta="2"/>\n<row alpha="3" beta="4"/>\n</map>';
    const blind = await read(readLinkIdsMap(utf8(text)));
    expect(blind.instructions).toEqual([]);
    expect(blind.notes).toMatchObject([{ line: 2, reason: "<row> is not understood; it holds alpha, beta" }, { line: 3 }]);
    const told = await read(readLinkIdsMap(utf8(text), { names: { master: "Alpha", target: "beta" } }));
    expect(told.instructions.map(({ masterId, targetId }) => [masterId, targetId])).toEqual([["1", "2"], ["3", "4"]]);
  });

  it.each([
    ["nothing", '<map><Link name="an item" id1="1" id2="2"/></map>', undefined],
    ["the link around it", '<LinkIdsMap name="all"><Link name="Defects"><p id1="1" id2="2"/></Link></LinkIdsMap>', "Defects"],
    ["a name in an element of its own", "<LinkIdsMap><Link><Name>Defects</Name><p><id1>1</id1><id2>2</id2></p></Link></LinkIdsMap>", "Defects"],
    ["its own types", '<map><p type="Defect" id1="1" id2="2"/></map>', "Defect"],
    ["the types of its ends", '<map><p><Source Id="1" Type="Defect"/><Target Id="2" Type="Bug"/></p></map>', "Defect/Bug"],
  ])("LinkIdsMap.xml names the link of a pair by %s", async (_, text, guid) => {
    const { instructions } = await read(readLinkIdsMap(utf8(text)));
    expect(instructions.map(({ set, masterId }) => [set.guid, masterId])).toEqual([[guid, "1"]]);
  });

  it.each([
    ["as they are", "almQc", "jira", ["1", "A-1"]],
    ["turned", "jira", "almQc", ["A-1", "1"]],
    ["turned where one of them says so", "jira", "octane", ["A-1", "1"]],
    ["as they are between systems that one of them fits", "octane", "jira", ["1", "A-1"]],
    ["as they are between others", "octane", "redmine", ["1", "A-1"]],
  ])("LinkIdsMap.xml gives ends that name their systems %s", async (_, master, target, ends) => {
    const { instructions, notes } = await read(readLinkIdsMap(utf8('<LinkIds><Link almId="1" jiraKey="A-1"/></LinkIds>'), { systems: { master, target } }));
    expect([instructions.map(({ masterId, targetId }) => [masterId, targetId]), notes]).toEqual([[ends], []]);
  });

  it.each([
    ["octane", "jira", '<Link octaneId="1" jiraKey="A-1"/>', ["1", "A-1"]],
    ["jira", "octane", "<Link><OctaneId>1</OctaneId><JiraKey>A-1</JiraKey></Link>", ["A-1", "1"]],
    ["octane", "jira", '<Link almId="7" octaneId="1" jiraKey="A-1"/>', ["1", "A-1"]],
    ["octane", "almQc", '<Link octaneId="1" almId="7"/>', ["1", "7"]],
  ])("LinkIdsMap.xml between %s and %s gives the ids of these: %s", async (master, target, link, ends) => {
    const { instructions, notes } = await read(readLinkIdsMap(utf8(`<LinkIds>${link}</LinkIds>`), { systems: { master, target } }));
    expect([instructions.map(({ masterId, targetId }) => [masterId, targetId]), notes]).toEqual([[ends], []]);
  });

  it("the key files give one id per key, whatever parts them", async () => {
    const { ids, notes } = await readJiraKeys(utf8("# keys\r\nDEMO-1 10001\n10002\tdemo-2\n\"DEMO-3\",\"10003\"\nDEMO-4=10004\n\nDEMO-1 10001\n"));
    expect([...ids]).toEqual([["DEMO-1", "10001"], ["DEMO-2", "10002"], ["DEMO-3", "10003"], ["DEMO-4", "10004"]]);
    expect(notes).toEqual([]);
  });

  it.each([
    ["DEMO-1", '"DEMO-1" is not one issue key and one id'],
    ["DEMO-1 DEMO-2", '"DEMO-1 DEMO-2" is not one issue key and one id'],
    ["10001 Some summary", '"10001 Some summary" is not one issue key and one id'],
    ["OK-1 2", "OK-1 has the id 1 further up and 2 here"],
  ])("the key files tell a line that is not understood: %j", async (line, reason) => {
    expect((await readJiraKeys(utf8(`OK-1 1\n${line}\n`))).notes).toEqual([{ line: 2, column: 1, reason }]);
  });
});
