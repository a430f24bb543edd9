import { describe, expect, it } from "vitest";
import { spellings } from "../../../lib/core/users/spellings.ts";

describe("other spellings of a name", () => {
  it.each([
    ["gbear", ["GBEAR", "Gbear"]],
    ["Gary Bear", ["gary bear", "GARY BEAR"]],
    ["\u00e9va.o'neil", ["\u00c9VA.O'NEIL", "\u00c9va.O'Neil", "e\u0301va.o'neil", "E\u0301VA.O'NEIL", "E\u0301va.O'Neil"]],
    ["Gary  Bear ", ["gary  bear ", "GARY  BEAR ", "Gary Bear", "gary bear", "GARY BEAR"]],
    ["12345", []],
    ["", []],
  ])("%j", (text, expected) => expect(spellings(text)).toEqual(expected));

  it("take the two parts of an address apart", () => {
    expect(spellings("anna.berg@acme.example")).toEqual(expect.arrayContaining(["Anna.Berg@acme.example", "ANNA.BERG@acme.example", "ANNA.BERG@ACME.EXAMPLE", "Anna.Berg@Acme.Example", "anna.berg@ACME.EXAMPLE"]));
    expect(spellings("anna.berg@acme.example")).not.toContain("anna.berg@acme.example");
  });
});
