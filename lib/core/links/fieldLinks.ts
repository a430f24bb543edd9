// The other item's id out of what a field of an item holds: ids, keys, or addresses that name one. Pure.

import { decoded, wordsBehind } from "./itemAddress.ts";

const lastSegment = (url: URL): string => decoded(url.pathname.split("/").filter((part) => part !== "").at(-1) ?? "");

/** Where addresses keep the item beside the path: Octane, ServiceNow, Jira's boards, those of Azure DevOps, ALM/QC. */
const NAMING = ["id", "sys_id", "selectedIssue", "workitem", "EntityID"];

const named = (words: URLSearchParams): string | undefined => NAMING.flatMap((name) => words.get(name) ?? [])[0];

/** `undefined` for an address that names no item. */
const idInUrl = (text: string): string | undefined => {
  const url = new URL(text);
  // ServiceNow keeps its own address inside another's, in the query or as a part of the path.
  const inside = /sys_id=(\w+)/.exec(decoded(decoded(`${url.pathname}${url.search}`)))?.[1];
  const found = named(wordsBehind(url)) ?? named(url.searchParams) ?? inside ?? lastSegment(url);
  return /^[^/?&\s]+/.exec(found)?.[0].replace(/\.json$/, "");
};

const isUrl = (word: string): boolean => /^(https?|tds?):\/\//i.test(word) && URL.canParse(word);

/** Ids and keys hold a digit; words of a sentence do not. */
const isId = (word: string): boolean => /^#?[\w.:-]*\d[\w.:-]*$/.test(word);

export interface InText {
  readonly ids: readonly string[];
  /** What stands there and names no item. */
  readonly strange?: string;
  /** Where an address there leads that is not the other system's, or not to its project: a key in it is that of another item. */
  readonly elsewhere?: string;
}

const MOST_SHOWN = 60;

/** Everything that the text names, each once; an empty text names nothing. `elsewhereOf`: where an address leads that is not one of the other system's items; undefined where it is. */
export const idsInText = (text: string, elsewhereOf: (url: URL) => string | undefined = () => undefined): InText => {
  const words = text.trim().split(/[\s,;|]+/).filter((word) => word !== "");
  const [elsewhere] = words.filter(isUrl).flatMap((word) => elsewhereOf(new URL(word)) ?? []);
  if (elsewhere !== undefined) return { ids: [], elsewhere };
  const ids = words.flatMap((word) => (isUrl(word) ? (idInUrl(word) ?? []) : isId(word) ? [word.replace(/^#/, "")] : []));
  if (ids.length === words.length) return { ids: [...new Set(ids)] };
  const trimmed = text.trim().replace(/\s+/g, " ");
  return { ids: [], strange: trimmed.length > MOST_SHOWN ? `${trimmed.slice(0, MOST_SHOWN)} …` : trimmed };
};
