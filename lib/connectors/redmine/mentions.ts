// Redmine (5.0 and later) tells whoever is named by @login in a description or a note that was just written, and looks for it in the
// source, whatever a reader sees of it. In a text that comes from elsewhere the word means somebody of another system, or nobody:
// the sign is written as an entity, which reads as the same letter and names no one. Pure.

import type { TextFormat } from "./options.ts";
import { textsOf } from "./texts.ts";

/** Wider than Redmine's own pattern, which has changed between releases; an address of mail has a letter before the sign. No login is longer. */
const MENTION = /(?<![A-Za-z0-9_])@([A-Za-z0-9_.@-]{0,79}[A-Za-z0-9_])/g;

/** As release 5.0 looks for them: where it finds less, more counts as newly named. */
const NAMED = /(?:^|[^A-Za-z0-9_])@([A-Za-z0-9_.@-]{0,80}?)(?=[\p{P}$+<=>^`|~][^A-Za-z0-9_/]|,|\.+$|\s|\]|<|$)/gmu;
/** What it does not look into: quoted lines and code. */
const OVERLOOKED = /\r\n(?:>\s)+.*?\r\n|<pre>.*?<\/pre>|(?:~~~|```).*?(?:~~~|```)/gs;

/** Logins that the text names already: naming them once more tells them nothing. */
const namedIn = (source: string): ReadonlySet<string> => new Set([...source.replace(OVERLOOKED, "").matchAll(NAMED)].map(([, login = ""]) => login));

const entity = (sign: string): string => `&#${sign.codePointAt(0)};`;

/** How code is marked where the sign itself marks it, or where it cannot be an entity: there the code is written as a tag. */
const AS_TAG: Readonly<Partial<Record<TextFormat, RegExp>>> = { textile: /@([^@\n]+)@/y, commonMark: /`([^`\n]+)`/y, commonMarkSoftBreaks: /`([^`\n]+)`/y };

/** A part of the text, and what stands in its place. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** How the sign at this place might be written otherwise; undefined: not in this way. */
type Way = (source: string, at: number, format: TextFormat) => Edit | undefined;

const entityAt = (source: string, at: number): Edit => ({ from: at, to: at + 1, by: entity(source[at] ?? "") });

const tagAt: Way = (source, at, format) => {
  const code = AS_TAG[format];
  if (code === undefined) return undefined;
  // The code may begin at the sign itself, or further ahead on its line.
  for (let from = at; from >= 0 && source[from] !== "\n"; from--) {
    code.lastIndex = from;
    const match = code.exec(source);
    if (match !== null && from + match[0].length > at) return { from, to: from + match[0].length, by: `<code>${(match[1] ?? "").replaceAll("@", entity)}</code>` };
  }
  return undefined;
};

/** Each is tried where those before it would read as something else. */
const WAYS: readonly Way[] = [entityAt, tagAt, (source, at) => entityAt(source, at + 1)];

const edited = (source: string, edits: readonly Edit[]): string => {
  let [result, next] = ["", 0];
  for (const { from, to, by } of edits) {
    result += source.slice(next, from) + by;
    next = to;
  }
  return result + source.slice(next);
};

/** Reading a text takes as long as it is, and others write the text: beyond so many letters read for one way, what is left stays as it is. */
const MOST_READ = 1_000_000;
const LEAST_READINGS = 30;

/** The edits that can be made together without the text reading as something else; halved until the ones that cannot are alone. */
const harmless = (edits: readonly Edit[], readsTheSame: (edits: readonly Edit[]) => boolean): readonly Edit[] => {
  if (edits.length === 0 || readsTheSame(edits)) return edits;
  const half = edits.length >> 1;
  return half === 0 ? [] : [...harmless(edits.slice(0, half), readsTheSame), ...harmless(edits.slice(half), readsTheSame)];
};

/** One edit for each sign that can be written in this way; of those that overlap, the first. */
const editsOf = (source: string, format: TextFormat, way: Way, signs: readonly number[]): readonly Edit[] => {
  const edits: Edit[] = [];
  for (const at of signs) {
    const edit = way(source, at, format);
    if (edit !== undefined && edit.from >= (edits.at(-1)?.to ?? 0)) edits.push(edit);
  }
  return edits;
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
  for (const way of WAYS) {
    let readings = Math.max(LEAST_READINGS, Math.floor(MOST_READ / source.length));
    const signs = [...quiet.matchAll(MENTION)].flatMap(({ 1: login = "", index }) => (known.has(login) ? [] : [index]));
    const written = quiet;
    const readsTheSame = (edits: readonly Edit[]): boolean => readings-- > 0 && texts.read(edited(written, edits)) === meaning;
    quiet = edited(written, harmless(editsOf(written, format, way, signs), readsTheSame));
  }
  return quiet;
};
