// One memo, many comments (alm-qc.md §15): taken apart at rule lines that a head follows, and put together again without
// touching a letter of anybody else's. Pure.

import { createHash } from "node:crypto";
import { fromHtml } from "../../core/text/html.ts";
import type { AlmOptions } from "./options.ts";
import { COMMENT_HEAD, COMMENT_RULE } from "./unconfirmed.ts";
import { memoOf, memoText } from "./values.ts";
import { escapeXml } from "./xml.ts";

export interface MemoPart {
  /** Stays when the text is edited and when others append. */
  readonly id: string;
  readonly name: string;
  readonly login: string;
  /** Wall time, yyyy-MM-dd or yyyy-MM-dd HH:mm:ss; "" where the head tells none. */
  readonly when: string;
  readonly text: string;
  /** Where the words of this comment stand in the memo, head left out; and where all of it does, rule line included. */
  readonly body: readonly [number, number];
  readonly whole: readonly [number, number];
}

interface Letters {
  readonly text: string;
  /** Where each letter of the text begins in the source. */
  readonly at: readonly number[];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " ", apos: "'" };

const decoded = (entity: string): string => {
  const code = /^&#(x?)([0-9a-f]+);$/i.exec(entity);
  if (code !== null) return String.fromCodePoint(Math.min(Number.parseInt(code[2] ?? "", code[1] === "" ? 10 : 16) || 32, 0x10ffff));
  return ENTITIES[entity.slice(1, -1).toLowerCase()] ?? "?";
};

/** What a reader sees of the beginning, with the places it stands at; block tags end a line. */
const lettersOf = (source: string, most: number): Letters => {
  let text = "";
  const at: number[] = [];
  for (const match of source.matchAll(/<[^>]*>|&#?\w{1,10};|[\s\S]/g)) {
    const [sign] = match;
    if (text.length > most) break;
    const shown = sign.length > 1 && sign.startsWith("<") ? (/^<\/?(br|p|div|li|ul|ol|table|tr|hr|h\d|pre|blockquote)\b/i.test(sign) ? "\n" : "") : sign.length > 1 ? decoded(sign) : sign;
    for (const letter of shown) {
      text += letter;
      for (let unit = 0; unit < letter.length; unit++) at.push(match.index);
    }
  }
  return { text, at: [...at, source.length] };
};

const pad = (text: string, length = 2): string => text.padStart(length, "0");

/** Dates come as the clients' settings had them. A dotted date begins with the day, a first figure above 12 cannot be a month. */
const wallOf = (text: string, order: AlmOptions["commentDates"]): string => {
  const [, first = "", sign = "", second = "", third = "", hour, minute, seconds = "00", half] = /^(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])M)?)?/i.exec(text) ?? [];
  const dayFirst = sign === "." || Number(first) > 12 || (order === "dayFirst" && Number(second) <= 12);
  const [year, month, day] = first.length === 4 ? [first, second, third] : [third.length === 2 ? `20${third}` : third, ...(dayFirst ? [second, first] : [first, second])];
  const date = `${pad(year ?? "", 4)}-${pad(month ?? "")}-${pad(day ?? "")}`;
  const shift = half === undefined ? 0 : /p/i.test(half) ? (Number(hour) < 12 ? 12 : 0) : Number(hour) === 12 ? -12 : 0;
  const wall = hour === undefined ? date : `${date} ${pad(String(Number(hour) + shift))}:${minute}:${seconds}`;
  return Number.isNaN(Date.parse(`${wall.replace(" ", "T")}${wall.length > 10 ? "Z" : ""}`)) ? "" : wall;
};

/** Tags that only close or break belong to the rule line before, tags that only open to the one after. */
const LEADING = /^(?:<\/[a-z]\w*\s*>|<br\s*\/?>|\s|&nbsp;)+/i;
const TRAILING = /(?:<br\s*\/?>|<(?:font|b|strong|span|p|div)\b[^>]*>|\s|&nbsp;)+$/i;

const insideOf = (memo: string): readonly [number, number] => {
  const open = /<body[^>]*>/i.exec(memo);
  const start = open === null ? 0 : open.index + open[0].length;
  const end = memo.search(/<\/body\s*>/i);
  return [start, end < start ? memo.length : end];
};

interface Head {
  readonly name: string;
  readonly login: string;
  readonly when: string;
  readonly length: number;
}

const headOf = (source: string, order: AlmOptions["commentDates"]): Head | undefined => {
  const { text, at } = lettersOf(source, 400);
  const match = COMMENT_HEAD.exec(text);
  const { name = "", login = "", when = "" } = match?.groups ?? {};
  if (match === null) return undefined;
  return { name, login, when: wallOf(when, order), length: at[match[0].length] ?? source.length };
};

const fragment = (source: string): string => fromHtml(source.replace(LEADING, "").replace(TRAILING, ""));

/** In the order of the memo. What stands before the first head is a comment of nobody known. */
export const partsOf = (memo: string, order: AlmOptions["commentDates"]): readonly MemoPart[] => {
  const [start, end] = insideOf(memo);
  const cuts = [...memo.slice(start, end).matchAll(/_{15,}/g)].map((match) => ({ at: start + match.index, after: start + match.index + match[0].length })).filter(({ after }) => headOf(memo.slice(after, end), order) !== undefined);
  const pieces = [{ at: start, after: start }, ...cuts].map((cut, index, all) => ({ ...cut, end: all[index + 1]?.at ?? end }));
  const counts = new Map<string, number>();
  return pieces.flatMap((piece): readonly MemoPart[] => {
    const head = headOf(memo.slice(piece.after, piece.end), order);
    const from = piece.after + (head?.length ?? 0);
    const text = fragment(memo.slice(from, piece.end));
    if (text === "" && head === undefined) return [];
    const key = head === undefined ? "" : `${(head.login || head.name).toLowerCase()}|${head.when}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const id = createHash("sha256").update(`${key}|${count}`).digest("hex").slice(0, 20);
    return [{ id, name: head?.name ?? "", login: head?.login ?? "", when: head?.when ?? "", text, body: [from, piece.end], whole: [piece.at, piece.end] }];
  });
};

export interface Writer {
  readonly name: string;
  readonly login: string;
  /** Wall time, yyyy-MM-dd HH:mm:ss. */
  readonly when: string;
}

const shownDate = (when: string, order: AlmOptions["commentDates"]): string => {
  const [year, month, day] = [when.slice(0, 4), when.slice(5, 7), when.slice(8, 10)];
  return `${order === "dayFirst" ? `${day}/${month}` : `${month}/${day}`}/${year}${when.slice(10)}`;
};

const coloured = (inside: string): string => `<font color="#000080"><b>${inside}</b></font>`;
const RULE = `<br />${coloured(COMMENT_RULE)}<br />`;

/** Commas and brackets in a name would end it. */
const plainName = (name: string): string => name.replace(/[<>,:\n]+/g, " ").replace(/\s+/g, " ").trim();

/** Words that would pass for the end of a comment and the head of another are no such thing. */
const harmless = (normal: string, order: AlmOptions["commentDates"]): string => {
  const html = memoText(normal);
  return partsOf(`_${html}`, order).length > 1 ? html.replace(/_{15,}/g, "_".repeat(14)) : html;
};

/** The memo with one more comment at its end; everything that stood there stands there unchanged. */
export const appended = (memo: string, writer: Writer, normal: string, order: AlmOptions["commentDates"]): string => {
  const [start, end] = insideOf(memo);
  const before = memo.slice(start, end);
  const head = coloured(escapeXml(`${plainName(writer.name)} <${writer.login}>, ${shownDate(writer.when, order)}: `));
  return memoOf(`${before}${fromHtml(before) === "" ? "" : RULE}${head}${harmless(normal, order)}`);
};

/** undefined: there is no such comment any more. */
export const changed = (memo: string, id: string, normal: string, order: AlmOptions["commentDates"]): string | undefined => {
  const part = partsOf(memo, order).find((candidate) => candidate.id === id);
  if (part === undefined) return undefined;
  const [start, end] = insideOf(memo);
  const old = memo.slice(part.body[0], part.body[1]);
  const [lead = ""] = LEADING.exec(old) ?? [];
  const [tail = ""] = TRAILING.exec(old.slice(lead.length)) ?? [];
  return memoOf(`${memo.slice(start, part.body[0])}${lead}${harmless(normal, order)}${tail}${memo.slice(part.body[1], end)}`);
};

/** What is gone already stays gone: undefined. */
export const cut = (memo: string, id: string, order: AlmOptions["commentDates"]): string | undefined => {
  const all = partsOf(memo, order);
  const part = all.find((candidate) => candidate.id === id);
  if (part === undefined) return undefined;
  const [start, end] = insideOf(memo);
  // The first comment takes the rule line after it along, every other the one before it.
  const next = part === all[0] ? all[1] : undefined;
  const rest = next === undefined ? `${memo.slice(start, part.whole[0])}${memo.slice(part.whole[1], end)}` : memo.slice(next.whole[0] + (/^_+/.exec(memo.slice(next.whole[0], end))?.[0].length ?? 0), end).replace(LEADING, "");
  return memoOf(rest.replace(TRAILING, ""));
};
