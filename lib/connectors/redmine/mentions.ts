// Redmine (5.0 and later) tells whoever is named by @login in a description or a note that was just written, and looks for it in the
// source, whatever a reader sees of it. In a text that comes from elsewhere the word means somebody of another system, or nobody:
// the sign is written as an entity, which reads as the same letter and names no one. Pure.

import type { TextFormat } from "./options.ts";
import { textsOf } from "./texts.ts";

/** Wider than Redmine's own pattern, which has changed between releases; an address of mail has a letter before the sign. */
const MENTION = /(?<![A-Za-z0-9_])@([A-Za-z0-9_.@-]*[A-Za-z0-9_])/g;

/** As release 5.0 looks for them: where it finds less, more counts as newly named. */
const NAMED = /(?:^|[^A-Za-z0-9_])@([A-Za-z0-9_.@-]*?)(?=[\p{P}$+<=>^`|~][^A-Za-z0-9_/]|,|\.+$|\s|\]|<|$)/gmu;
/** What it does not look into: quoted lines and code. */
const OVERLOOKED = /\r\n(?:>\s)+.*?\r\n|<pre>.*?<\/pre>|(?:~~~|```).*?(?:~~~|```)/gs;

/** Logins that the text names already: naming them once more tells them nothing. */
const namedIn = (source: string): ReadonlySet<string> => new Set([...source.replace(OVERLOOKED, "").matchAll(NAMED)].map(([, login = ""]) => login));

const entity = (sign: string): string => `&#${sign.codePointAt(0)};`;

/** How code is marked where the sign itself marks it, or where it cannot be an entity: there the code is written as a tag. */
const AS_TAG: Readonly<Partial<Record<TextFormat, RegExp>>> = { textile: /@([^@\n]+)@/y, commonMark: /`([^`\n]+)`/y, commonMarkSoftBreaks: /`([^`\n]+)`/y };

interface Step {
  readonly source: string;
  /** Where the next one is looked for. */
  readonly next: number;
}

const replaced = (source: string, from: number, length: number, by: string): Step => ({ source: `${source.slice(0, from)}${by}${source.slice(from + length)}`, next: from + by.length });

const asTag = (source: string, at: number, format: TextFormat): Step | undefined => {
  const code = AS_TAG[format];
  if (code === undefined) return undefined;
  // The code may begin at the sign itself, or further ahead on its line.
  for (let from = at; from >= 0 && source[from] !== "\n"; from--) {
    code.lastIndex = from;
    const match = code.exec(source);
    if (match !== null && from + match[0].length > at) return replaced(source, from, match[0].length, `<code>${(match[1] ?? "").replaceAll("@", entity)}</code>`);
  }
  return undefined;
};

/**
 * The same text, naming nobody who is not named in `before`. Only what reads as the same is taken; plain texts, and code in the older
 * Markdown, have no other way to be written, and stay as they are.
 */
export const namingNobody = (source: string, format: TextFormat, before = ""): string => {
  const texts = textsOf(format);
  if (format === "plain" || !source.includes("@")) return source;
  const known = namedIn(before);
  const meaning = texts.read(source);
  let quiet = source;
  let from = 0;
  for (;;) {
    MENTION.lastIndex = from;
    const match = MENTION.exec(quiet);
    if (match === null) return quiet;
    const { index } = match;
    const ways = known.has(match[1] ?? "") ? [] : [replaced(quiet, index, 1, entity("@")), asTag(quiet, index, format), replaced(quiet, index + 1, 1, entity(quiet[index + 1] ?? ""))];
    const step = ways.find((way) => way !== undefined && texts.read(way.source) === meaning);
    quiet = step?.source ?? quiet;
    from = step?.next ?? index + 1;
  }
};
