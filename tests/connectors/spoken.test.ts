import { describe, expect, it } from "vitest";
import { unspoken } from "../../lib/connectors/spoken.ts";

const SESSION = "a7c31f0e99b24d5e";

describe("what a server says back of us", () => {
  const cases: readonly (readonly [what: string, text: string, credentials: Record<string, string>, headers: Record<string, string>, said: string])[] = [
    ["a password", "login of anna with se<ret failed", { username: "anna", password: "se<ret" }, {}, "login of anna with ••• failed"],
    ["a password, as XML has it", "<Title>se&lt;ret</Title>", { password: "se<ret" }, {}, "<Title>•••</Title>"],
    ["a login", "Basic YTpi0000 is no login", {}, { authorization: "Basic YTpi0000" }, "Basic ••• is no login"],
    ["a session", `{"detail":"${SESSION} has expired"}`, {}, { cookie: `LWSSO=${SESSION}` }, '{"detail":"••• has expired"}'],
    ["no ordinary words: settings in a cookie", '{"stale":true,"size":2026}', {}, { cookie: `remember=true; year=2026; LWSSO=${SESSION}` }, '{"stale":true,"size":2026}'],
    ["no short words", '{"id":7}', { password: "id" }, {}, '{"id":7}'],
  ];
  it.each(cases)("%s", (_what, text, credentials, headers, said) => {
    expect(unspoken(text, credentials, headers)).toBe(said);
  });
});
