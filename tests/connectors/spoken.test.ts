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
    ["a word of JSON: marks, names and numbers stay", '{"error":true,"id":12345678901234567890,"message":"login error for id"}', { password: "error" }, {}, '{"error":true,"id":12345678901234567890,"message":"login ••• for id"}'],
    ["a word of JSON that is no string", '{"ok":true,"said":"true"}', { token: "true" }, {}, '{"ok":true,"said":"•••"}'],
    ["a word inside others", '{"message":"InternalError: terrorism, error_code"}', { password: "error" }, {}, '{"message":"InternalError: terrorism, error_code"}'],
    ["what is nobody's word, wherever it stands", '{"s3cret-7":"as3cret-7b"}', { password: "s3cret-7" }, {}, '{"•••":"a•••b"}'],
    ["a password with signs that JSON writes otherwise", JSON.stringify({ said: 'x a"b\\c y' }), { password: 'a"b\\c' }, {}, '{"said":"x ••• y"}'],
    ["a word of XML: tags stay", '<Title lang="Title">Title of <b>error</b></Title>', { password: "Title" }, {}, '<Title lang="•••">••• of <b>error</b></Title>'],
    ["a word in plain text", "login of anna with geheim failed, geheimer", { password: "geheim" }, {}, "login of anna with ••• failed, geheimer"],
    ["what only looks like JSON", '{"cut":"geheim', { password: "geheim" }, {}, '{"cut":"•••'],
    ["no short words", '{"id":7}', { password: "id" }, {}, '{"id":7}'],
  ];
  it.each(cases)("%s", (_what, text, credentials, headers, said) => {
    expect(unspoken(text, credentials, headers)).toBe(said);
  });
});
