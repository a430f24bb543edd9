import { describe, expect, it } from "vitest";
import { readUserMapsJson } from "../../../lib/core/users/mapsJson.ts";
import { readUserMapsXml } from "../../../lib/core/users/userMapsXml.ts";
import { collect, utf8 } from "./arbitrary.ts";

const read = async (document: unknown) => collect(readUserMapsJson(utf8(JSON.stringify(document))));
const GARY = { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }, { dataSource: "octane", name: "gary@acme.example" }] };
const user = (type: string, value: unknown, name: string): object => ({ name, type, value });

describe("user maps as JSON", () => {
  it("are read in our words and in those of the product's interface", async () => {
    const sent = { UserMap: [{ name: "Gary", User: [user("DATA_SOURCE", "jira", "gbear"), user("DATA_SOURCE", "octane", "gary@acme.example")] }] };
    expect(await read([GARY])).toEqual([{ line: 1, column: 2, map: GARY }]);
    expect(await read(sent)).toEqual([{ line: 1, column: 13, map: GARY }]);
  });

  it("say which names are read only, in either form", async () => {
    const users = [{ dataSource: "jira", name: "gbear", readOnly: true }, { dataSource: "octane", name: "g@x" }];
    for (const marks of [[true], [true, false], [true, null]]) {
      expect(await read([{ name: "Gary", users: users.map((each, at) => ({ ...each, readOnly: marks[at] })) }])).toMatchObject([{ map: { name: "Gary", users } }]);
      expect((await read({ UserMap: [{ name: "Gary", User: users.map((each, at) => ({ ...user("DATA_SOURCE", each.dataSource, each.name), readOnly: marks[at] })) }] })).map((each) => "map" in each && each.map)).toEqual([{ name: "Gary", users }]);
    }
    expect(await read([{ name: "Gary", users: [{ dataSource: "jira", name: "gbear", readOnly: "yes" }] }])).toMatchObject([{ reason: 'readOnly is "yes": it is true or left out' }]);
  });

  it("tell a record of the product's that is none, and go on", async () => {
    const found = await read({ UserMap: [{ name: "a", User: [user("GROUP", "jira", "x")] }, { name: "b", User: [user("DATA_SOURCE", 1, "x")] }, { name: "c" }, { name: "d", User: [] }] });
    expect(found.map((each) => ("reason" in each ? each.reason : each.map))).toEqual(['a user of type "GROUP": only DATA_SOURCE is known', ...Array.from({ length: 2 }, () => "this is no user map with name and users"), { name: "d", users: [] }]);
  });

  it("tell where a record stands that is none, and each map", async () => {
    const own = '[\n  {"name": "a[,]\\"", "users": []},\n\n  7, {"name": "b",\n"users": [1, {"x": [2]}]},\n {"name": "c", "users": []}]';
    const places = async (text: string) => (await collect(readUserMapsJson(utf8(text)))).map(({ line, column }) => [line, column]);
    expect(await places(own)).toEqual([[2, 3], [4, 3], [4, 6], [6, 2]]);
    expect(await places(`{"note": ["UserMap", [1, 2]],\n"UserMap": ${own}, "more": [1, 2]}`)).toEqual([[3, 3], [5, 3], [5, 6], [7, 2]]);
  });

  it.each([[{ UserMaps: [] }], ["x"], [{ UserMap: {} }]])("refuse %j as no list", async (document) => {
    await expect(read(document)).rejects.toThrow("the document is no list of user maps");
  });
});

it("the product's XML may call a data source as its interface does", async () => {
  const xml = "<UserMaps><UserMap><name>Gary</name><User><type>DATA_SOURCE</type><value>jira</value><name>gbear</name></User></UserMap></UserMaps>";
  expect(await collect(readUserMapsXml(utf8(xml)))).toMatchObject([{ map: { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }] } }]);
});
