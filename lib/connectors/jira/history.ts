// The change log of issues: who changed which field when. Proof for the engine that a value read back is ours, and the
// values of others that a write of ours replaced (jira.md §17.1).

import { plainText } from "../../core/text/normal.ts";
import { asList, type Instant, isChoice, isItemRef, isPerson, type Single, type Value } from "../../core/types.ts";
import type { Overwritten } from "../connector.ts";
import type { Binding, IssueType, Jira } from "./model.ts";
import { readText } from "./texts.ts";
import { instantOf } from "./time.ts";
import { chunks, type Json, numberOf, objectsOf, own, textAt, textOf } from "./wire.ts";

interface HistoryItem {
  /** Field id where the log tells it, else its name. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly toText: string;
}

export interface HistoryEntry {
  readonly at: Instant;
  readonly by?: string;
  readonly items: readonly HistoryItem[];
}

/** Sorted by time: neither order nor ids can be relied on. */
export const entriesOf = (histories: unknown): readonly HistoryEntry[] =>
  objectsOf(histories)
    .flatMap((history): (HistoryEntry & { readonly id: number })[] => {
      const at = instantOf(own(history, "created")) ?? (typeof own(history, "created") === "number" ? new Date(Number(own(history, "created"))).toISOString() : undefined);
      if (at === undefined) return [];
      const author = own(history, "author");
      const by = textOf(own(author, "accountId")) ?? textOf(own(author, "key")) ?? textOf(own(author, "name"));
      const items = objectsOf(own(history, "items")).map((item) => ({ field: textAt(item, "fieldId") || textAt(item, "field"), from: textAt(item, "from"), to: textAt(item, "to"), toText: textAt(item, "toString") }));
      return [{ id: numberOf(own(history, "id")) ?? 0, at, items, ...(by === undefined ? {} : { by }) }];
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id));

/** Names of the log that differ from the ids of fields. */
const LOGGED: Readonly<Record<string, readonly string[]>> = {
  "fix version": ["fixVersions"],
  version: ["versions"],
  component: ["components"],
  parent: ["parent"],
  issueparentassociation: ["parent"],
  "epic link": ["parent"],
  timeoriginalestimate: ["timetracking.originalEstimate"],
  timeestimate: ["timetracking.remainingEstimate"],
  timespent: ["timetracking.timeSpent"],
};

const isLogged = (binding: Binding, field: string): boolean => {
  const word = field.toLowerCase();
  const { name, label } = binding.schema;
  if (binding.codec === "links") return word === "link" || word === "issuelinks";
  return name.toLowerCase() === word || binding.rest.toLowerCase() === word || (Object.hasOwn(LOGGED, word) && LOGGED[word]?.includes(name) === true) || label.toLowerCase() === word;
};

const words = (value: string): string => value.replace(/[^\p{L}\p{N}]+/gu, "");

const isShown = (jira: Jira, binding: Binding, value: Single, item: HistoryItem): boolean => {
  if (isChoice(value)) return value.id === item.to || value.choice === item.toText || value.choice.endsWith(item.toText);
  if (isPerson(value)) return [value.person, value.login, value.name].some((word) => word !== undefined && (word === item.to || word === item.toText));
  if (isItemRef(value)) return item.to.split(/,\s*/).includes(value.ref) || value.name === item.toText;
  if (binding.schema.kind === "text") return words(plainText(String(value))) === words(plainText(jira.site.cloud ? item.toText : readText(jira, item.toText)));
  return String(value) === item.toText || String(value) === item.to || words(item.toText).includes(words(String(value)));
};

/** Was what the log tells already in the value read before? Asked only where times are too close to say. */
const wasRead = (jira: Jira, binding: Binding, value: Value | undefined, item: HistoryItem): boolean => {
  const held = asList(value);
  if (item.toText === "" && item.to === "") return held.length === 0 || binding.schema.multiple;
  return held.some((single) => isShown(jira, binding, single, item));
};

export interface Before {
  readonly at: Instant;
  readonly fields: Readonly<Record<string, Value>>;
}

/** `updated` may be a second behind its own log entry (jira.md §3). */
const CLOSE_MS = 1000;

interface Touch {
  readonly entry: HistoryEntry;
  readonly item: HistoryItem;
}

const touchesOf = (jira: Jira, entries: readonly HistoryEntry[], binding: Binding, before: Before | undefined): readonly Touch[] =>
  entries.flatMap((entry) => {
    if (before !== undefined && entry.at <= before.at) return [];
    const close = before !== undefined && Date.parse(entry.at) < Date.parse(before.at) + CLOSE_MS;
    return entry.items
      .filter((item) => isLogged(binding, item.field))
      .filter((item) => !(close && before !== undefined && wasRead(jira, binding, before.fields[binding.schema.name], item)))
      .map((item) => ({ entry, item }));
  });

const valueOf = (jira: Jira, binding: Binding, { item }: Touch): Value => {
  const { to, toText } = item;
  if (to === "" && toText === "") return binding.schema.multiple ? [] : null;
  const one = (): Single => {
    switch (binding.schema.kind) {
      case "choice":
        return { choice: toText || to, ...(to === "" ? {} : { id: to }) };
      case "person":
        return { person: to || toText, ...(toText === "" ? {} : { name: toText }) };
      case "reference":
        return { ref: to || toText, ...(toText === "" ? {} : { name: toText }) };
      case "text":
        return readText(jira, toText);
      case "number":
        return numberOf(toText) ?? numberOf(to) ?? toText;
      case "date":
        return (to || toText).slice(0, 10);
      case "dateTime":
        return instantOf(to) ?? instantOf(toText) ?? toText;
      default:
        return toText;
    }
  };
  if (binding.codec === "label") return toText.split(/\s+/).filter((word) => word !== "");
  return binding.schema.multiple ? [one()] : one();
};

interface Evidence {
  readonly others: readonly string[];
  readonly overwritten: readonly Overwritten[];
}

/** What others did to the issue since `before` was read (or since it was created), and what of that our write replaced. */
export const evidenceOf = (jira: Jira, type: IssueType, entries: readonly HistoryEntry[], before: Before | undefined, written: readonly string[]): Evidence => {
  // Of new issues the log is mostly empty, and a type may have hundreds of fields.
  if (entries.length === 0) return { others: [], overwritten: [] };
  const { me } = jira.site;
  const isOurs = (touch: Touch): boolean => touch.entry.by === me.id || (touch.entry.by !== undefined && touch.entry.by === me.login);
  const others: string[] = [];
  const overwritten: Overwritten[] = [];
  for (const binding of type.fields.values()) {
    const { name, multiple } = binding.schema;
    const touches = touchesOf(jira, entries, binding, before);
    const write = written.includes(name) && !multiple ? touches.findLastIndex(isOurs) : -1;
    if (touches.slice(write + 1).some((touch) => !isOurs(touch))) others.push(name);
    const theirs = touches.slice(0, Math.max(write, 0)).findLast((touch) => !isOurs(touch));
    if (theirs !== undefined) overwritten.push({ field: name, value: valueOf(jira, binding, theirs), ...(theirs.entry.by === undefined ? {} : { by: theirs.entry.by }), at: theirs.entry.at });
  }
  return { others, overwritten };
};

export const LOGS_AT_ONCE = 1000;
const MOST_ENTRIES = 10_000;

/** Change logs of many issues; undefined where the site does not give them. */
export const readHistories = async (jira: Jira, ids: readonly string[]): Promise<ReadonlyMap<string, readonly HistoryEntry[]> | undefined> => {
  const { site } = jira;
  const found = new Map<string, HistoryEntry[]>(ids.map((id) => [id, []]));
  for (const part of chunks(ids, LOGS_AT_ONCE)) {
    for (let token: string | undefined; ; ) {
      const json: Json = { issueIdsOrKeys: part, maxResults: MOST_ENTRIES, ...(token === undefined ? {} : { nextPageToken: token }) };
      const reply = await site.client.ask({ method: "POST", path: `${site.api}/changelog/bulkfetch`, json, reads: true, mayLack: true });
      if (reply.status >= 400 || !Array.isArray(own(reply.body, "issueChangeLogs"))) return undefined;
      for (const log of objectsOf(own(reply.body, "issueChangeLogs"))) found.get(textAt(log, "issueId"))?.push(...entriesOf(own(log, "changeHistories")));
      const next = textOf(own(reply.body, "nextPageToken"));
      if (next === undefined) break;
      // Half of a log would prove what it does not tell.
      if (next === token) return undefined;
      token = next;
    }
  }
  return new Map([...found].map(([id, entries]) => [id, entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))]));
};
