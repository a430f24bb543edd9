// The signs of Jira wiki markup that reader and printer must agree on: emoticons, marks, entities, addresses. Pure.

import type { MarkName } from "./node.ts";

interface Emoticon {
  readonly sign: string;
  readonly value: string;
  readonly text: string;
}

/** The first sign of a value is the one that is written. */
export const EMOTICONS: readonly Emoticon[] = (
  [
    [":)", ":slight_smile:", "🙂"],
    [":-)", ":slight_smile:", "🙂"],
    [":(", ":disappointed:", "😞"],
    [":-(", ":disappointed:", "😞"],
    [":P", ":stuck_out_tongue:", "😛"],
    [":p", ":stuck_out_tongue:", "😛"],
    [":D", ":smiley:", "😃"],
    [";)", ":wink:", "😉"],
    [";-)", ":wink:", "😉"],
    ["(y)", ":thumbsup:", "👍"],
    ["(n)", ":thumbsdown:", "👎"],
    ["(i)", ":info:", ":info:"],
    ["(/)", ":check_mark:", ":check_mark:"],
    ["(x)", ":cross_mark:", ":cross_mark:"],
    ["(!)", ":warning:", ":warning:"],
    ["(+)", ":plus:", ":plus:"],
    ["(-)", ":minus:", ":minus:"],
    ["(?)", ":question:", ":question:"],
    ["(on)", ":light_bulb_on:", ":light_bulb_on:"],
    ["(off)", ":light_bulb_off:", ":light_bulb_off:"],
    ["(*)", ":yellow_star:", ":yellow_star:"],
    ["(*y)", ":yellow_star:", ":yellow_star:"],
    ["(*r)", ":red_star:", ":red_star:"],
    ["(*g)", ":green_star:", ":green_star:"],
    ["(*b)", ":blue_star:", ":blue_star:"],
    ["(flag)", ":flag_on:", ":flag_on:"],
    ["(flagoff)", ":flag_off:", ":flag_off:"],
  ] as const
).map(([sign, value, text]) => ({ sign, value, text }));

/** Letters and digits, and whatever is no ASCII: beside them a mark does not act. NBSP is a space to Jira. */
export const isWord = (letter: string): boolean => /[\p{L}\p{N}]/u.test(letter) || (letter > "\u007f" && letter !== "\u00a0");

/** The emoticon that begins at `at`, unless a letter follows. */
export const emoticonAt = (text: string, at: number): Emoticon | undefined => {
  const first = text[at];
  if (first !== ":" && first !== ";" && first !== "(") return undefined;
  const found = EMOTICONS.filter(({ sign }) => text.startsWith(sign, at)).toSorted((a, b) => b.sign.length - a.sign.length)[0];
  return found === undefined || isWord(text[at + found.sign.length] ?? "") ? undefined : found;
};

export interface Phrase {
  readonly sign: string;
  readonly close: string;
  readonly mark: MarkName;
}

/** Longer signs first: "??" before "?" would be, "{{" before "{". */
export const PHRASES: readonly Phrase[] = [
  { sign: "{{", close: "}}", mark: "code" },
  { sign: "??", close: "??", mark: "em" },
  { sign: "*", close: "*", mark: "strong" },
  { sign: "_", close: "_", mark: "em" },
  { sign: "+", close: "+", mark: "underline" },
  { sign: "-", close: "-", mark: "strike" },
  { sign: "^", close: "^", mark: "sup" },
  { sign: "~", close: "~", mark: "sub" },
];

/** What a backslash makes a plain letter of. */
export const isEscapable = (letter: string): boolean => letter !== "" && "*_-+^~?{}[]|!#():;&@%".includes(letter);

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", copy: "©", reg: "®", trade: "™", mdash: "—", ndash: "–", hellip: "…", euro: "€" };

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/y;

/** The entity that begins at `at`, as the letter it stands for. */
export const entityAt = (text: string, at: number): { readonly letter: string; readonly length: number } | undefined => {
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  if (match === null) return undefined;
  const code = match[1] !== undefined ? Number(match[1]) : match[2] !== undefined ? Number.parseInt(match[2], 16) : undefined;
  const letter = code === undefined ? (Object.hasOwn(ENTITIES, match[3] ?? "") ? ENTITIES[match[3] ?? ""] : undefined) : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
  return letter === undefined ? undefined : { letter, length: match[0].length };
};

const BARE_URL = /(?:https?|ftps?):\/\/[\p{L}\p{N}][^\s"'<>\\^`{|}[\]()*!\ue000\u00a0\u00ad\u200b-\u200f]{0,2000}/iuy;

/** An address that is a link by itself, without the full stop, comma or entity after it. */
export const bareUrlAt = (text: string, at: number): string | undefined => {
  BARE_URL.lastIndex = at;
  return BARE_URL.exec(text)?.[0].replace(/&#[\s\S]*$/, "").replace(/[.,;:?_~+-]+$/, "");
};

/** The target of a link in brackets that is one: an address, a place, a file of the item, a person. */
export const isTarget = (target: string): boolean => /^(?:[a-z][a-z0-9+.-]{1,30}:\S|\/|#\S|\^\S|\\\\|www\.)/i.test(target) && !/[\r\n]/.test(target);

/** "!a.png!", "!a.png|width=20!", from the first "!" on. A name has a dot or a slash, so that "wow! great!" is none. */
export const IMAGE = /!([^\s!|][^!|\n]{0,1000}?)(?:\|([^!\n]{0,1000}))?!/y;

/** What the markup takes for a file between exclamation marks, and reads back as the same. */
export const isImageName = (name: string): boolean => name === name.trim() && /[./]/.test(name) && !/[!|\n\r\\{}\ue000]/.test(name);
