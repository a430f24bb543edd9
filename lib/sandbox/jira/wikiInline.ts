// Wiki markup inside a line or paragraph, read into ADF inline nodes (sheet §22.3).

import type { AdfMark, AdfNode } from "./model.ts";

const SIGNS: Readonly<Record<string, AdfMark>> = {
  "*": { type: "strong" }, _: { type: "em" }, "+": { type: "underline" }, "-": { type: "strike" }, "^": { type: "subsup", attrs: { type: "sup" } }, "~": { type: "subsup", attrs: { type: "sub" } },
};

const COLOURS: Readonly<Record<string, string>> = {
  red: "#ff0000", green: "#008000", blue: "#0000ff", black: "#000000", white: "#ffffff", yellow: "#ffff00", orange: "#ffa500", purple: "#800080", gray: "#808080", grey: "#808080", navy: "#000080",
  maroon: "#800000", teal: "#008080", silver: "#c0c0c0", lime: "#00ff00", aqua: "#00ffff", fuchsia: "#ff00ff", olive: "#808000",
};

const hexColour = (name: string): string | null => {
  const lower = name.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(lower)) return lower;
  if (/^#[0-9a-f]{3}$/.test(lower)) return `#${[...lower.slice(1)].map((digit) => digit + digit).join("")}`;
  return COLOURS[lower] ?? null;
};

const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

const withMark = (marks: readonly AdfMark[], mark: AdfMark): readonly AdfMark[] => (marks.some((known) => known.type === mark.type) ? marks : [...marks, mark]);

const textNode = (text: string, marks: readonly AdfMark[]): AdfNode => (marks.length > 0 ? { type: "text", text, marks } : { type: "text", text });

interface Found {
  readonly nodes: readonly AdfNode[];
  readonly end: number;
}
type Reader = (text: string, at: number, marks: readonly AdfMark[]) => Found | null;

const readCode: Reader = (text, at, marks) => {
  if (!text.startsWith("{{", at)) return null;
  const end = text.indexOf("}}", at + 2);
  if (end <= at + 2) return null;
  const kept = marks.filter((mark) => mark.type === "link");
  return { nodes: [textNode(text.slice(at + 2, end).replace(/\\([{}])/g, "$1"), [...kept, { type: "code" }])], end: end + 2 };
};

const readColour: Reader = (text, at, marks) => {
  const open = /^\{color:([^}]+)\}/.exec(text.slice(at, at + 40));
  if (!open) return null;
  const start = at + open[0].length;
  const end = text.indexOf("{color}", start);
  if (end < 0) return null;
  const colour = hexColour(open[1] ?? "");
  return { nodes: inlineNodes(text.slice(start, end), colour ? withMark(marks, { type: "textColor", attrs: { color: colour } }) : marks), end: end + 7 };
};

const readBraced: Reader = (text, at, marks) => {
  const sign = text[at + 1] ?? "";
  const mark = SIGNS[sign];
  if (text[at] !== "{" || text[at + 2] !== "}" || !mark) return null;
  const close = text.indexOf(`{${sign}}`, at + 3);
  return close < 0 ? null : { nodes: inlineNodes(text.slice(at + 3, close), withMark(marks, mark)), end: close + 3 };
};

const linkTarget = (target: string): string => (/^[\w.+-]+@[\w-]+\.[\w.]+$/.test(target) ? `mailto:${target}` : target);

const readLink: Reader = (text, at, marks) => {
  if (text[at] !== "[") return null;
  const end = text.indexOf("]", at + 1);
  const inner = text.slice(at + 1, end);
  if (end < 0 || inner === "" || inner.includes("\n") || inner.startsWith(" ")) return null;
  if (inner.startsWith("~")) {
    const id = inner.slice(1).replace(/^accountid:/, "");
    return { nodes: [{ type: "mention", attrs: { id, text: `@${id}` } }], end: end + 1 };
  }
  if (inner.startsWith("^")) return { nodes: [textNode(inner.slice(1), marks)], end: end + 1 };
  const parts = inner.split("|");
  const target = (parts.length > 1 ? parts[1] : parts[0]) ?? "";
  if (!/^(https?:|ftp:|mailto:|file:|#|\/)|@/.test(target)) return null;
  if (parts[2] === "smart-link") return { nodes: [{ type: "inlineCard", attrs: { url: target } }], end: end + 1 };
  const linked = withMark(marks, { type: "link", attrs: { href: linkTarget(target) } });
  return { nodes: parts.length > 1 ? inlineNodes(parts[0] ?? "", linked) : [textNode(target.replace(/^mailto:/, ""), linked)], end: end + 1 };
};

const readUrl: Reader = (text, at, marks) => {
  if (isWord(text[at - 1])) return null;
  const found = /^https?:\/\/[^\s|\]<>"{}\\]+/.exec(text.slice(at));
  if (!found) return null;
  const url = found[0].replace(/[.,;:!?)]+$/, "");
  return { nodes: [textNode(url, withMark(marks, { type: "link", attrs: { href: url } }))], end: at + url.length };
};

const readCite: Reader = (text, at, marks) => {
  if (!text.startsWith("??", at)) return null;
  const end = text.indexOf("??", at + 2);
  return end <= at + 2 ? null : { nodes: inlineNodes(text.slice(at + 2, end), withMark(marks, { type: "em" })), end: end + 2 };
};

const readSign: Reader = (text, at, marks) => {
  const sign = text[at] ?? "";
  const mark = SIGNS[sign];
  if (!mark || isWord(text[at - 1]) || /\s/.test(text[at + 1] ?? " ") || text[at + 1] === sign) return null;
  for (let end = text.indexOf(sign, at + 1); end > 0; end = text.indexOf(sign, end + 1)) {
    if (text.slice(at, end).includes("\n")) return null;
    if (/\s/.test(text[end - 1] ?? " ") || text[end - 1] === "\\" || isWord(text[end + 1])) continue;
    return { nodes: inlineNodes(text.slice(at + 1, end), withMark(marks, mark)), end: end + 1 };
  }
  return null;
};

const READERS: Readonly<Record<string, readonly Reader[]>> = {
  "{": [readCode, readColour, readBraced], "[": [readLink], h: [readUrl], "?": [readCite],
  "*": [readSign], _: [readSign], "+": [readSign], "-": [readSign], "^": [readSign], "~": [readSign],
};

/** Reads one paragraph; a newline inside it is a line break. */
export const inlineNodes = (text: string, marks: readonly AdfMark[] = []): readonly AdfNode[] => {
  const nodes: AdfNode[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") nodes.push(textNode(plain, marks));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? "";
    if (letter === "\n" || text.startsWith("\\\\", at)) {
      flush();
      nodes.push({ type: "hardBreak" });
      at += letter === "\n" ? 1 : 2;
      if (letter !== "\n" && text[at] === "\n") at += 1;
      continue;
    }
    if (letter === "\\" && /_|[^\w\s]/.test(text[at + 1] ?? "")) {
      plain += text[at + 1] ?? "";
      at += 2;
      continue;
    }
    let found: Found | null = null;
    for (const reader of READERS[letter] ?? []) found ??= reader(text, at, marks);
    if (found) {
      flush();
      nodes.push(...found.nodes);
      at = found.end;
    } else {
      plain += letter;
      at += 1;
    }
  }
  flush();
  return nodes;
};
