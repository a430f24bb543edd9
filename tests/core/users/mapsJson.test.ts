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
    expect(await read([GARY])).toEqual([{ line: 1, column: 1, map: GARY }]);
    expect(await read(sent)).toEqual([{ line: 1, column: 1, map: GARY }]);
  });

  it("tell a record of the product's that is none, and go on", async () => {
    const found = await read({ UserMap: [{ name: "a", User: [user("GROUP", "jira", "x")] }, { name: "b", User: [user("DATA_SOURCE", 1, "x")] }, { name: "c" }, { name: "d", User: [] }] });
    expect(found.map((each) => ("reason" in each ? each.reason : each.map))).toEqual([...Array.from({ length: 3 }, () => "is no user map with name and users"), { name: "d", users: [] }]);
  });

  it.each([[{ UserMaps: [] }], ["x"], [{ UserMap: {} }]])("refuse %j as no list", async (document) => {
    await expect(read(document)).rejects.toThrow("the document is no list of user maps");
  });
});

it("the product's XML may call a data source as its interface does", async () => {
  const xml = "<UserMaps><UserMap><name>Gary</name><User><type>DATA_SOURCE</type><value>jira</value><name>gbear</name></User></UserMap></UserMaps>";
  expect(await collect(readUserMapsXml(utf8(xml)))).toMatchObject([{ map: { name: "Gary", users: [{ dataSource: "jira", name: "gbear" }] } }]);
});
