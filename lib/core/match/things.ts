// Names of releases, sprints and all other items: words in their order and numbers that never fold. "Sprint-1", "sprint 1"
// and "SPRINT #1" are one name; "Sprint 10", "Sprint 01" and "Sprint 1.0" are others.

import type { NameEntry } from "./model.ts";
import { createGraph, type Graph, layer } from "./graph.ts";
import { createAbroad } from "./abroad.ts";
import { addKey, createKeys, hashText, type KeyList } from "./words/hash.ts";
import { distance } from "./words/distance.ts";
import { LetterTable } from "./words/letterTable.ts";
import { loosely, romanValue } from "./thingsLoosely.ts";
import { plain, spellings, tidy } from "./words/spell.ts";

/** Letters, numbers with their inner dots, and the signs that change what is meant: those of reckoning and money, the sharp of C#, the star of A*, and a minus before a number, for sprint -1 is not sprint 1. */
const PARTS = /\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}']+|[%&]|![=]|(?![|~])[\p{Sm}\p{Sc}]|(?<=(?<![\p{L}\p{N}])\p{L})#|(?<=[\p{L}\p{N}])\*+(?![\p{L}\p{N}*])|(?<=^|\s)-(?=\p{N})/gu;
/** What stands above a number is no digit more of it: 10² is not 102. */
const RAISED = /(?<=\p{N})(?=[\u00b2\u00b3\u00b9\u2070-\u2079\u00bc-\u00be])/gu;
const NUMBER = /^\p{N}/u;

/** "R&amp;D" is R&D, stored as a page of the web has it. */
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
const tidied = (name: string): string => tidy((name.includes("&") ? name.replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, sign: string) => NAMED[sign] ?? "") : name).replace(RAISED, " "));

const partsOf = (name: string): readonly string[] => tidied(name).match(PARTS) ?? [];
/** A full stop between digits is part of the number; so numbers are kept apart from their neighbours. */
const keyOf = (words: readonly string[]): string => words.map((word) => (NUMBER.test(word) ? ` ${word} ` : word)).join("");

const readings = (parts: readonly string[]): readonly (readonly string[])[] => {
  let all: string[][] = [[]];
  for (const part of parts) {
    const each = NUMBER.test(part) ? [plain(part)] : part === "&" ? ["and"] : spellings(part.replaceAll("'", ""));
    all = each.length === 1 || all.length * each.length > 8 ? all.map((head) => [...head, each[0] ?? ""]) : each.flatMap((word) => all.map((head) => [...head, word]));
  }
  return all;
};

/** The folded form of a name: equal forms are one name to a careful reader. */
export const foldName = (name: string): string => keyOf(readings(partsOf(name))[0] ?? []).trim().replace(/ {2,}/g, " ");

interface Thing {
  readonly entry: NameEntry;
  readonly spelled: readonly (readonly string[])[];
}

export interface Things {
  readonly entries: readonly NameEntry[];
  readonly things: readonly Thing[];
}

export const readThings = (entries: readonly NameEntry[]): Things => ({ entries, things: entries.map((entry) => ({ entry, spelled: readings(partsOf(entry.name)) })) });

const scoped = (thing: Thing | undefined, key: string): string => `${thing?.entry.scope ?? ""}\u0001${key}`;

const fullKeys = (thing: Thing, spelled: readonly (readonly string[])[]): readonly string[] => [...new Set(spelled.filter((words) => words.length > 0).map((words) => scoped(thing, keyOf(words))))];

/** Flags, hands and circles in colours; of one and the same it matters neither how many nor where. */
const PICTURE = /\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*/gu;
const MAY_PICTURE = /[\u203c-\u3299\ud83c-\ud83e]/;
const picturesOf = (name: string): string => (MAY_PICTURE.test(name) ? [...new Set(name.match(PICTURE)?.map((picture) => picture.replaceAll("\ufe0f", "")))].sort().join("") : "");
/** A picture is an ornament beside a name without one; beside another it may tell two apart. */
const haveOtherPictures = (one: string, other: string): boolean => {
  const [mine, theirs] = [picturesOf(one), picturesOf(other)];
  return mine !== "" && theirs !== "" && mine !== theirs;
};
const PICTURED = { score: 0.66, reason: "same name, but the pictures in it differ" };

/** Joins names that have one of their keys in common. */
const meetUnder = (graph: Graph, sides: readonly [Things, Things], keys: (thing: Thing) => readonly string[], evidence: "exact" | "folded" | "crossed"): void => {
  const lists = sides.map(({ things }) => {
    const list = createKeys();
    things.forEach((thing, index) => keys(thing).forEach((key) => addKey(list, index, hashText(key))));
    return list;
  }) as unknown as readonly [KeyList, KeyList];
  layer(graph, lists, (master, target) => {
    const [one, other] = [sides[0].things[master], sides[1].things[target]];
    if (one === undefined || other === undefined) return;
    const mine = keys(one);
    if (!keys(other).some((key) => mine.includes(key)) || graph.has(master, target)) return;
    if (haveOtherPictures(one.entry.name, other.entry.name)) graph.hint(master, target, PICTURED);
    else graph.add(master, target, evidence);
  }, "folded");
};

const lettersOf = (words: readonly string[]): readonly string[] => words.filter((word) => !NUMBER.test(word));

export const meetThings = (masters: Things, targets: Things): Graph => {
  const sides = [masters, targets] as const;
  const graph = createGraph([masters.things.length, targets.things.length]);
  meetUnder(graph, sides, (thing) => (thing.entry.name === "" ? [] : [scoped(thing, tidied(thing.entry.name))]), "exact");
  meetUnder(graph, sides, (thing) => fullKeys(thing, thing.spelled), "folded");
  const words = new LetterTable();
  for (const word of new Set(sides.flatMap((side) => side.things.flatMap((thing) => lettersOf(thing.spelled[0] ?? []))))) words.addText(word);
  for (const script of ["cyrillic", "greek"] as const) {
    const abroad = createAbroad(script, words);
    if (abroad === undefined) continue;
    // Words of letters cross the script; numbers stay where they stand.
    meetUnder(graph, sides, (thing) => {
      const words = thing.spelled[0] ?? [];
      const letters = lettersOf(words);
      return fullKeys(thing, letters.length === 0 ? [] : abroad.readings({ words: letters, alternatives: undefined }).map((reading) => {
        let at = 0;
        return words.map((word) => (NUMBER.test(word) ? word : (reading[at++] ?? "")));
      }));
    }, "crossed");
  }
  return graph;
};

/** Numbers by value, whatever their form: 01 and 1, II and 2, 2024.1 and 2024-1. */
const looseParts = (thing: Thing): { readonly words: string; readonly numbers: string } => {
  const reading = thing.spelled[0] ?? [];
  const numbers = reading.flatMap((word) => (NUMBER.test(word) ? word.split(/[.,]/).map((digits) => digits.replace(/^0+(?=.)/, "")) : (romanValue(word) ?? [])));
  return { words: reading.filter((word) => !NUMBER.test(word) && romanValue(word) === undefined).join(""), numbers: numbers.join(" ") };
};

const isLoosely = (one: Thing, other: Thing): boolean => {
  const [mine, theirs] = [loosely(one.spelled[0] ?? []), loosely(other.spelled[0] ?? [])];
  return mine.words === theirs.words && mine.numbers === theirs.numbers;
};

const BUCKET = 12;
/** Short words differ by one letter and are others. */
const slack = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  return length > 8 ? 2 : length > 4 ? 1 : 0;
};

/** Suggestions among names left over on both sides: another form of the same number, a typing error, a word more. */
export const suggestThings = (graph: Graph, masters: Things, targets: Things, left: readonly [readonly number[], readonly number[]]): void => {
  const buckets = new Map<string, number[]>();
  const keysOf = (thing: Thing): readonly string[] => {
    const { words, numbers } = looseParts(thing);
    const cuts = words.length > 3 && words.length < 60 ? Array.from({ length: Math.min(words.length, 24) }, (_, at) => words.slice(0, at) + words.slice(at + 1)) : [];
    const first = numbers === "" ? [] : [`^${lettersOf(thing.spelled[0] ?? [])[0] ?? ""}|${numbers}`];
    const free = loosely(thing.spelled[0] ?? []);
    return [...new Set([`${words}|${numbers}`, `~${free.words}|${free.numbers}`, ...first, ...cuts.map((cut) => `${cut}|${numbers}`), ...(words.length > 7 ? [`<${words.slice(0, 8)}|${numbers}`, `>${words.slice(-8)}|${numbers}`] : [])])].map((key) => scoped(thing, key));
  };
  for (const target of left[1]) {
    const thing = targets.things[target];
    if (thing === undefined || thing.spelled[0]?.length === 0) continue;
    for (const key of keysOf(thing)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [target]);
      else bucket.push(target);
    }
  }
  for (const master of left[0]) {
    const thing = masters.things[master];
    if (thing === undefined || thing.spelled[0]?.length === 0) continue;
    const mine = looseParts(thing);
    const seen = new Set(keysOf(thing).flatMap((key) => (buckets.get(key) ?? []).slice(0, BUCKET)));
    for (const target of seen) {
      const other = targets.things[target];
      if (other === undefined) continue;
      const theirs = looseParts(other);
      if (mine.words === theirs.words && mine.numbers === theirs.numbers) graph.hint(master, target, { score: 0.65, reason: "same words; the numbers are written differently" });
      else if (isLoosely(thing, other)) graph.hint(master, target, { score: 0.6, reason: "same words and numbers, written in another order or notation" });
      else if (mine.numbers !== theirs.numbers) continue;
      else if (distance(mine.words, theirs.words, 2) <= slack(mine.words, theirs.words)) graph.hint(master, target, { score: 0.6, reason: "the words differ by little, the numbers are the same" });
      else if (Math.min(mine.words.length, theirs.words.length) > 3 && (mine.words.includes(theirs.words) || theirs.words.includes(mine.words))) graph.hint(master, target, { score: 0.5, reason: "one name holds the other, the numbers are the same" });
    }
  }
};
