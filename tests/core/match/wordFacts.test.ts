import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayBeServiceAccount } from "../../../lib/core/match/words/service.ts";
import { createLexicon } from "../../../lib/core/match/words/lexicon.ts";
import { hashName, hashWord } from "../../../lib/core/match/words/hash.ts";
import { spellings } from "../../../lib/core/match/words/spell.ts";
import { isServiceAccount } from "../../../lib/core/match/words/words.ts";

const lettersOf = (text: string): Uint16Array => Uint16Array.from(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));

/** Letters that count once, letters that are left out behind others, and some more. */
const piece = fc.constantFrom("a", "e", "o", "s", "sh", "h", "z", "t", "ts", "rz", "n", "ny", "b", "ü", "ß", "ж", "é", "c", "ch", "x");
const word = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(""));

describe("what is known of a word", () => {
  it("makes the hash of every name of such words", () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (texts) => {
      const lexicon = createLexicon();
      const words = texts.map((text) => lexicon.wordOf(lexicon.spell(text)));
      expect(lexicon.words.nameHash(Int32Array.from(words), words.length)).toBe(hashName(words.map((word) => lexicon.words.table.text(word))));
      expect(words.map(lexicon.words.hash)).toEqual(words.map((number) => hashWord(lexicon.words.table.text(number))));
    }), { numRuns: 2000 });
  });

  it("tells where its spellings may stand under several keys", () => {
    const spelled = "äöüßåøæœőűþðđšžşșřčćțţçəñ";
    const next = [...spelled, ..."abcdefghijklmnopqrstuvwxyz"];
    const lexicon = createLexicon();
    const unsaid = [];
    for (const before of ["b", "t", "s", "ca", "dz"]) for (const letter of spelled) for (const one of next) for (const other of ["", "b", "h", "j", "s", "z", "š"]) {
      const text = before + letter + one + other;
      const form = lexicon.spell(text);
      if (lexicon.hasSeveral(form) && !lexicon.mayPart(form) && new Set(spellings(text).map((spelling) => hashWord(spelling))).size > 1) unsaid.push(text);
    }
    expect(unsaid).toEqual([]);
    expect(lexicon.mayPart(lexicon.spell("bəba"))).toBe(true);
    expect(lexicon.mayPart(lexicon.spell("müller"))).toBe(false);
  });
});

it("accounts of machines and offices are asked for by their texts, and hardly any other", () => {
  const part = fc.constantFrom("gary", "bear", "svc", "svcsync", "srvx", "adm", "a", "t", "sa", "bot", "jenkins", "2", "priv", "api", "ci3", "no-reply", "garybot", "$", "ß", "SVC", "Jobs", "root1");
  fc.assert(fc.property(fc.array(fc.tuple(part, fc.constantFrom(".", "-", "_", "", "@", " ", "'")), { minLength: 1, maxLength: 4 }), (parts) => {
    const text = parts.flat().join("");
    if (isServiceAccount(text)) expect(mayBeServiceAccount(lettersOf(text), 0, text.length), text).toBe(true);
  }), { numRuns: 3000 });
  const asked = ["gary.bear", "gbear", "anna_smith2", "sally.svensson", "tom.adams", "robert"].filter((text) => mayBeServiceAccount(lettersOf(text), 0, text.length));
  expect(asked).toEqual([]);
});
