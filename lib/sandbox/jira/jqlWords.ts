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

/** Made once per clause; answers for each text. */
export const textTest = (query: string): ((text: string) => boolean) => {
  const tests: { readonly test: Test; readonly wanted: boolean }[] = [];
  for (const found of query.matchAll(/([+-]?)(?:"([^"]*)"|([^\s"]+))/g)) {
    const word = found[3];
    if (word === undefined) tests.push({ test: phraseTest(found[2] ?? ""), wanted: found[1] !== "-" });
    else if (!/^(AND|OR|NOT)$/.test(word)) tests.push({ test: termTest(word.replace(/~\d*$/, "").replace(/\\/g, "")), wanted: found[1] !== "-" });
  }
  return (text) => {
    const words = wordsOf(text);
    return tests.every(({ test, wanted }) => test(words) === wanted);
  };
};
