// Block macros of Jira wiki markup: {code}, {noformat}, {quote}, {panel} and its kin are taken out of a text before its lines
// are looked at, and stand in it as single letters of a private range. Pure; linear in the length of the text.

import type { PanelKind } from "./node.ts";

/** A macro taken out, and what was in it. */
export type Macro =
  | { readonly t: "code"; readonly language: string; readonly title: string; readonly text: string }
  | { readonly t: "quote"; readonly body: string }
  | { readonly t: "panel"; readonly kind: PanelKind; readonly title: string; readonly body: string; readonly exact: boolean };

/** A text with one TOKEN per macro, in order. */
interface Lifted {
  readonly text: string;
  readonly macros: readonly Macro[];
}

/** Stands for the next macro. Texts are freed from it before. */
export const TOKEN = "\ue000";

/** Colours that Jira's own editor gives to panels without a macro of their own. */
export const PANEL_COLOURS: Readonly<Partial<Record<PanelKind, string>>> = { success: "#e3fcef", error: "#ffebe6" };
const COLOUR_KINDS: Readonly<Record<string, PanelKind>> = { "#e3fcef": "success", "#ffebe6": "error", "#deebff": "info", "#eae6ff": "note", "#fffae6": "warning" };
const MACRO_PANELS = ["info", "note", "tip", "warning"] as const;

const BLOCK_MACRO = /\\[\s\S]|\{(code|noformat|quote|panel|info|note|tip|warning)(:[^}\n]{0,1000})?\}/g;

type Params = Readonly<Record<string, string>>;

/** "java|title=A" → { "": "java", title: "A" } */
const paramsOf = (text: string): Params => {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of text.split("|")) {
    const equals = part.indexOf("=");
    if (equals < 0) params[""] ??= part.trim();
    else params[part.slice(0, equals).trim().toLowerCase()] ??= part.slice(equals + 1).trim();
  }
  return params;
};

const panelOf = (name: string, params: Params, body: string): Macro => {
  const named = MACRO_PANELS.find((kind) => kind === name);
  const coloured = COLOUR_KINDS[(params["bgcolor"] ?? "").toLowerCase()];
  return { t: "panel", kind: named ?? coloured ?? "info", title: params["title"] ?? "", body, exact: named !== undefined || coloured !== undefined };
};

const NO_LANGUAGE = new Set(["none", "text", "plain"]);

const codeOf = (name: string, params: Params, text: string): Macro => {
  const given = name === "noformat" ? "" : (params[""] ?? params["language"] ?? "");
  return { t: "code", language: NO_LANGUAGE.has(given.toLowerCase()) ? "" : given, title: params["title"] ?? "", text };
};

interface Found {
  readonly name: string;
  readonly params: string | undefined;
  readonly at: number;
  readonly end: number;
}

const tagsOf = (text: string): readonly Found[] => [...text.matchAll(BLOCK_MACRO)].filter((match) => match[1] !== undefined).map((match) => ({ name: match[1] ?? "", params: match[2]?.slice(1), at: match.index, end: match.index + match[0].length }));

const isRaw = (tag: Found | undefined): boolean => tag?.name === "code" || tag?.name === "noformat";

/** Index of the tag that closes each opening one among those that count. A tag with parameters never closes. */
const pairsAmong = (tags: readonly Found[], counts: (index: number) => boolean): ReadonlyMap<number, number> => {
  const closers = new Map<string, number[]>();
  // From the end, so that the next closing tag is always the last of its list.
  for (let index = tags.length - 1; index >= 0; index--) {
    const tag = tags[index];
    if (tag === undefined || tag.params !== undefined || !counts(index)) continue;
    const list = closers.get(tag.name) ?? [];
    list.push(index);
    closers.set(tag.name, list);
  }
  const pairs = new Map<number, number>();
  for (let index = 0; index < tags.length; index++) {
    if (!counts(index)) continue;
    const list = closers.get(tags[index]?.name ?? "") ?? [];
    while (list.length > 0 && (list.at(-1) ?? 0) <= index) list.pop();
    const close = list.at(-1);
    if (close === undefined) continue;
    pairs.set(index, close);
    index = close;
  }
  return pairs;
};

/** The outermost pairs. Tags inside of code are code. */
const pairsOf = (tags: readonly Found[]): ReadonlyMap<number, number> => {
  const inCode = new Set<number>();
  for (const [open, close] of pairsAmong(tags, (index) => isRaw(tags[index]))) for (let index = open + 1; index < close; index++) inCode.add(index);
  return pairsAmong(tags, (index) => !inCode.has(index));
};

/** Takes the outermost macros out. An opening tag without a closing one is text. */
export const liftMacros = (text: string): Lifted => {
  const tags = tagsOf(text);
  const pairs = pairsOf(tags);
  const macros: Macro[] = [];
  const parts: string[] = [];
  let done = 0;
  for (const [open, close] of pairs) {
    const [from, to] = [tags[open], tags[close]];
    if (from === undefined || to === undefined) continue;
    const [params, body] = [paramsOf(from.params ?? ""), text.slice(from.end, to.at)];
    macros.push(isRaw(from) ? codeOf(from.name, params, body) : from.name === "quote" ? { t: "quote", body } : panelOf(from.name, params, body));
    parts.push(text.slice(done, from.at), TOKEN);
    done = to.end;
  }
  parts.push(text.slice(done));
  return { text: parts.join(""), macros };
};
