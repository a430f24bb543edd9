import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonFault } from "../../../lib/core/users/jsonFault.ts";

/** What the engine says against it; undefined: it is JSON. */
const against = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a text stops being JSON", () => {
  it.each([
    ['[1,\n 2,|]', "a comma too many"],
    ['{"a": 1,|}', "a comma too many in an object"],
    ['{"a":\n  |nothing}', "a word without quotes"],
    ["[|tru]", "half a word"],
    ["[|truex]", "a word that goes on"],
    ['{"a" |1}', "a colon that is missing"],
    ["[1 |2]", "a comma that is missing"],
    ["[1|}", "another bracket"],
    ["{|1: 2}", "a key that is none"],
    ['[|"abc', "a text without its end"],
    ["0|1", "a number with a zero in front"],
    ["[] |[]", "a second document"],
    ['{"a": [1, {"b": 2}]|', "an end too early"],
    ["|", "nothing at all"],
  ])("%s: %s", (marked) => {
    const at = marked.indexOf("|");
    const text = marked.replace("|", "");
    expect([against(text) === undefined, jsonFault(text)]).toEqual([false, at]);
  });

  it("nowhere where it is JSON, and never behind the place that the engine tells", () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.tuple(fc.json(), fc.nat(), fc.constantFrom(",", "}", "]", ":", "x", '"', "\u00a0")).map(([json, seed, sign]) => json.slice(0, seed % (json.length + 1)) + sign + json.slice(seed % (json.length + 1))));
    fc.assert(fc.property(text, (tried) => {
      const message = against(tried);
      const told = /position (\d+)/.exec(message ?? "")?.[1];
      const at = jsonFault(tried);
      if (message === undefined) expect(at).toBe(tried.length);
      else if (told !== undefined) expect(at).toBeLessThanOrEqual(Number(told));
      else if (at === tried.length) expect(message).toContain("end of JSON");
    }));
  });
});
