// Text search: words of a query against words of a text, with phrases, wildcards, + and - (sheet §5.3).

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** A crude stem, so that "crash" finds "crashes". */
const stem = (word: string): string => (/^[a-z]{4,}$/.test(word) ? word.replace(/(ing|ies|es|ed|s)$/, "") : word);

const wildcard = (pattern: string): RegExp => new RegExp(`^${pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "u");

type Test = (words: readonly string[]) => boolean;

const termTest = (term: string): Test => {
  if (/[*?]/.test(term)) {
    const pattern = wildcard(term);
    return (words) => words.some((word) => pattern.test(word));
  }
  const parts = wordsOf(term).map(stem);
  return parts.length === 0 ? () => true : (words) => parts.every((part) => words.some((word) => stem(word) === part));
};

const phraseTest = (phrase: string): Test => {
  const parts = wordsOf(phrase);
  return (words) => parts.length === 0 || words.some((_word, at) => parts.every((part, offset) => words[at + offset] === part));
};

interface Term {
  readonly test: Test;
  readonly wanted: boolean;
}

/** Made once per clause; answers for each text. Terms are all wanted, unless OR stands between two of them. */
export const textTest = (query: string): ((text: string) => boolean) => {
  const groups: Term[][] = [];
  let joined = false;
  let negated = false;
  for (const found of query.matchAll(/([+-]?)(?:"([^"]*)"(?:~\d*)?|([^\s"()]+))/g)) {
    const word = found[3];
    if (word === "OR" || word === "||") joined = true;
    else if (word === "NOT" || word === "!") negated = true;
    else if (word !== "AND" && word !== "&&") {
      const test = word === undefined ? phraseTest(found[2] ?? "") : termTest(word.replace(/~[\d.]*$/, "").replace(/\^[\d.]+$/, "").replace(/\\/g, ""));
      const term: Term = { test, wanted: found[1] !== "-" && !negated };
      const last = groups.at(-1);
      if (joined && last) last.push(term);
      else groups.push([term]);
      [joined, negated] = [false, false];
    }
  }
  return (text) => {
    const words = wordsOf(text);
    return groups.every((group) => group.some(({ test, wanted }) => test(words) === wanted));
  };
};
