import { describe, expect, it } from "vitest";
import { spellings } from "../../../lib/core/users/spellings.ts";

describe("other spellings of a name", () => {
  it.each([
    ["gbear", ["GBEAR", "Gbear"]],
    ["Gary Bear", ["gary bear", "GARY BEAR"]],
    ["éva.o'neil", ["ÉVA.O'NEIL", "Éva.O'Neil"]],
    ["12345", []],
    ["", []],
  ])("%j", (text, expected) => expect(spellings(text)).toEqual(expected));

  it("take the two parts of an address apart", () => {
    expect(spellings("anna.berg@acme.example")).toEqual(expect.arrayContaining(["Anna.Berg@acme.example", "ANNA.BERG@acme.example", "ANNA.BERG@ACME.EXAMPLE", "Anna.Berg@Acme.Example", "anna.berg@ACME.EXAMPLE"]));
    expect(spellings("anna.berg@acme.example")).not.toContain("anna.berg@acme.example");
  });
});
