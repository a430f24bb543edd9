// Names of connections become names of files on every system.

import { describe, expect, it } from "vitest";
import { nameProblem } from "../../../lib/core/config/connectionName.ts";

describe("the name of a connection", () => {
  it.each(["octane-jira", "Büro 2 & Co", "a.b", "接続", "100%", "a'b", "console", "x".repeat(100)])("may be %s", (name) => expect(nameProblem(name)).toBeUndefined());
  it.each(["", " ", "../evil", "a/b", "a\\b", "C:x", "a*", "a?", 'a"b', "a|b", "<a>", "a\nb", "a\u0000b", "a\u202eb", "a\ud800b", ".hidden", "-x", " a", "a ", "a.", "con", "NUL", "aux.txt", "Com1", "lpt9.x", "x".repeat(101)])("may not be %j", (name) => expect(nameProblem(name)).toMatch(/\w/));
});
