import { describe, expect, it } from "vitest";
import { inWords } from "../../lib/store/failures.ts";

const failing = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe("errors of the database in words", () => {
  it.each([
    ["a full disk", "53100", 'insert into links (a, b) select a, b from x - could not extend file "base/1": No space left on device', 'the database here has run out of something: could not extend file "base/1": No space left on device'],
    ["a statement of several lines", "42501", "insert into w as t (a)\n select a from x on conflict (a) do update set a = t.a - permission denied for table w", "the database here does not allow it: permission denied for table w"],
    ["words without a statement", "57014", "canceling statement due to user request", "the database here cancelled a statement: canceling statement due to user request"],
    ["a deadlock, which is no bug of ours", "40P01", 'lock table "locks" in access exclusive mode - deadlock detected', "in the database here another session was in the way: deadlock detected"],
  ])("%s: what it said, not what it was asked", (_title, code, message, words) => expect(inWords(failing(code, message), "here")).toMatchObject({ message: words }));

  it("take no word of a statement for the state of the server", () => {
    const error = failing("22P02", "update items set name = 'terminated' - invalid input syntax for type json");
    expect(inWords(error, "here")).toBe(error);
  });
});
