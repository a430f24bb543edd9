import { describe, expect, it } from "vitest";
import { isPairSheet, readPairSheet } from "../../../lib/core/users/pairSheet.ts";
import { utf8 } from "./arbitrary.ts";

const HEAD = "UserMapName,UsernameMaster,SystemMaster,UsernameTarget,SystemTarget";
const user = (dataSource: string, name: string) => ({ dataSource, name });

describe("a table of pairs of people", () => {
  it.each<[string, string, readonly (readonly [string, ...ReturnType<typeof user>[]])[], readonly string[]]>([
    ["a row is a person", `${HEAD}\nEmil,emil@x,Octane Prod,enovak,Jira\n`, [["Emil", user("Jira", "enovak"), user("Octane Prod", "emil@x")]], []],
    ["rows of one name are one person", `${HEAD}\nEmil,emil@x,o,enovak,j\nEmil,emil@x,o,emil2,j\n`, [["Emil", user("j", "emil2"), user("j", "enovak"), user("o", "emil@x")]], []],
    ["columns stand anywhere, among others, as a spreadsheet parts them", "Note;System Master;UserMapName;UsernameTarget;SystemTarget;UsernameMaster\r\nx;o;Emil;e;j;m\r\n;;;;;\r\n", [["Emil", user("j", "e"), user("o", "m")]], []],
    ["a person of one system only is one", `${HEAD}\nEmil,emil@x,o,,j\nBo,,,bo,j\n`, [["Bo", user("j", "bo")], ["Emil", user("o", "emil@x")]], []],
    ["what was kept from a spreadsheet is itself again", `${HEAD}\nEmil,'=x,o,e,j\n`, [["Emil", user("j", "e"), user("o", "=x")]], []],
    ["a name without a system is refused with its line", `${HEAD}\nEmil,emil@x,,e,j\n`, [], ['2: "emil@x" stands in no system: the column SystemMaster is empty']],
    ["a row without a name of the map is refused", `${HEAD}\n,emil@x,o,e,j\n`, [], ["2: the UserMapName is empty"]],
    ["a number that a spreadsheet rounded is refused", `${HEAD}\nEmil,5.57058E+23,o,e,j\n`, [], ['2: "5.57058E+23" is a long number that a spreadsheet has rounded: have the column as text there']],
    ["a row that is too long is refused", `${HEAD}\nBerg, Anna,a,o,e,j\n`, [], ["2: 6 cells where the first line has 5"]],
  ])("%s", async (_, text, maps, rejected) => {
    expect(isPairSheet(text)).toBe(true);
    const found = await readPairSheet(utf8(text));
    expect(found.maps.map(({ name, users }) => [name, ...users])).toEqual(maps);
    expect(found.rejected.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(rejected);
  });

  it.each([["name,octane,jira\nEmil,a,b\n"], ["UserMapName,UsernameMaster\n"], ["a,<>,b\n"]])("%j is none", (text) => {
    expect(isPairSheet(text)).toBe(false);
  });

  it.each([
    [`${HEAD},SystemTarget\n`, "the column systemtarget stands there twice"],
    [`${HEAD.replace(",SystemMaster", "")}\n`, "the column systemmaster stands there nowhere"],
  ])("a head %j is damage", async (text, message) => {
    await expect(readPairSheet(utf8(text))).rejects.toThrow(message);
  });
});
