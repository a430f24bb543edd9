// Blanks secrets out of what is said. A password may be a word of everybody's (true, error, id): then names, numbers and marks of a
// document stay what they are, and only words of it are blanked. Pure.

const BLANK = "•••";

/** A secret with fewer letters would blank out what everybody says, and tell by its absence what it is. */
export const LEAST_SECRET = 4;

/** Such a secret counts only where it stands as a word of its own. */
const WORD = /^\p{L}{1,11}$/u;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export interface Blanking {
  /** Of words that people read. */
  words(text: string): string;
  /** Of a name that programs read: what is surely nobody's word. */
  name(text: string): string;
}

/** Secrets of fewer than LEAST_SECRET letters are left in. The longest go first: one may hold another. */
export const createBlanking = (secrets: Iterable<string>): Blanking => {
  const forms = [...new Set(secrets)].filter((secret) => secret.length >= LEAST_SECRET).toSorted((a, b) => b.length - a.length);
  const sure = forms.filter((form) => !WORD.test(form));
  const bounded = forms.filter((form) => WORD.test(form)).map((form) => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(form)}(?![\\p{L}\\p{N}_])`, "gu"));
  const name = (text: string): string => sure.reduce((said, form) => said.replaceAll(form, BLANK), text);
  return { name, words: (text) => bounded.reduce((said, form) => said.replace(form, BLANK), name(text)) };
};

const isJson = (text: string): boolean => {
  if (!/^\s*[{["]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};

const LITERAL = /"(?:[^"\\]|\\.)*"(?:\s*:)?/g;

/** In the strings of a JSON document, which stays the same document: numbers are left as they are written, however long. */
export const inJson = (text: string, { words, name }: Blanking): string =>
  text.replace(LITERAL, (literal) => {
    const end = literal.lastIndexOf('"') + 1;
    const told = JSON.parse(literal.slice(0, end)) as string;
    const said = end === literal.length ? words(told) : name(told);
    return said === told ? literal : `${JSON.stringify(said)}${literal.slice(end)}`;
  });

/** A tag with its name and the names of its attributes, whose values are words. */
const TAG = /<[^>]*>/g;

const inMarkup = (text: string, { words, name }: Blanking): string => {
  const tag = (whole: string): string => whole.split(/("[^"]*"|'[^']*')/).map((part, index) => (index % 2 === 0 ? name(part) : words(part))).join("");
  let said = "";
  let from = 0;
  for (const { 0: whole, index } of text.matchAll(TAG)) {
    said += words(text.slice(from, index)) + tag(whole);
    from = index + whole.length;
  }
  return said + words(text.slice(from));
};

/** Of whatever a server answers: JSON, XML, a page or plain words. */
export const blanked = (text: string, blanking: Blanking): string => (isJson(text) ? inJson(text, blanking) : /^\s*<[/!?\w]/.test(text) ? inMarkup(text, blanking) : blanking.words(text));
