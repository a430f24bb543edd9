// What stands around the words of a name comes again and again: "Dr. … …", "…, … (extern)", "… … - External". What a closer look
// finds of a name is the same for all names that hold other plain words in the same places: found out once for each pattern.
// A plain word says nothing but itself (lexicon.ts), whether it is written small, and whether it is Vietnamese, beside which no
// particle is one: were it anything else, it would be part of the pattern.

import { textOf } from "../words/flat.ts";
import { LetterTable } from "../words/letterTable.ts";
import { hashOn, hashStart } from "../words/hash.ts";
import type { Lexicon } from "../words/lexicon.ts";
import type { Chunks } from "./chunks.ts";
import { byIndex } from "./nameOrder.ts";
import type { Word } from "./nameParts.ts";
import { createPatternWords, NO_WORD, PARTICLE } from "./patternWords.ts";
import { type Extra, NOTHING, type Shown } from "./shown.ts";

/** A name whose plain words are taken out of it. What was read last is good until the next. */
export interface Patterns {
  forms: Int32Array;
  count: number;
  /** First surname word; 0 where nothing tells it. */
  surname: number;
  extra: Extra;
  /** Whether the pattern of a name of these letters is known. */
  read(letters: Uint16Array, length: number): boolean;
  /** What a closer look found of the name that was read last. */
  learn(shown: Shown): void;
}

/** What stands in a place of a name that is taken apart: one of its plain words, with particles drawn to it; or else what is always there. */
interface Place {
  readonly word: number;
  readonly held: string;
  readonly isLoose: boolean;
  readonly fixed: number;
}

interface Pattern {
  readonly places: readonly Place[];
  readonly surname: number;
  /** Without what belongs to the words. */
  readonly extra: Extra;
  /** Some word may stand without its particles. */
  readonly isLoose: boolean;
}

const isPlain = ({ generation, number, staff, tag, also }: Extra): boolean => generation === "" && number === "" && staff === "" && tag === "" && also.length === 0;

const MOST = 200;
const MOST_WORDS = 12;
/** Most of what stands around names is among the first. */
const MOST_PATTERNS = 2_000;
const [SPACE, COMMA, AT] = [32, 44, 64];

export const createPatterns = (lexicon: Lexicon, chunks: Chunks): Patterns => {
  const table = new LetterTable();
  const patterns: Pattern[] = [];
  const taker = createPatternWords(lexicon, chunks);
  /** The name in hand: its pattern, its words, and its particles. */
  const pattern = new Uint16Array(MOST + 1);
  const forms = new Int32Array(MOST_WORDS);
  const words = new Array<Word | undefined>(MOST_WORDS).fill(undefined);
  /** Begin and end of each particle in the pattern. */
  const particles = new Int32Array(MOST);
  let particlesSize = 0;
  let count = 0;
  let size = 0;
  let hash = 0;
  let isOdd = false;
  let hasWords = false;

  const put = (code: number): void => {
    pattern[size++] = code;
    hash = hashOn(hash, code);
  };

  /** Words stand together, among particles: before them and behind them is the pattern, and commas between them. */
  const scan = (letters: Uint16Array, length: number): boolean => {
    particlesSize = count = size = 0;
    hash = hashStart;
    isOdd = hasWords = false;
    let isBehind = false;
    for (let at = 0; at < length; ) {
      let to = at;
      while (to < length && letters[to] !== SPACE) {
        const code = letters[to++] as number;
        // Below the space are the signs of words.
        if (code === AT || code < SPACE) return false;
      }
      const end = to > at && letters[to - 1] === COMMA ? to - 1 : to;
      const place: number = isBehind || count === MOST_WORDS ? NO_WORD : taker.take(letters, at, end);
      if (place > 0) {
        forms[count] = taker.form;
        words[count++] = taker.word;
        hasWords ||= taker.word !== undefined && (taker.word.loose !== undefined || taker.word.pieces !== undefined);
        put(place);
      } else {
        if (place === PARTICLE) {
          particles[particlesSize++] = size;
          particles[particlesSize++] = size + end - at;
        }
        isBehind ||= place !== PARTICLE && count > 0 && to > at;
        for (let each = at; each < end; each++) put(letters[each] as number);
      }
      if (end < to) put(COMMA);
      if (to < length) put(SPACE);
      at = to + 1;
    }
    return count > 0;
  };

  const extraOf = (extra: Extra, places: readonly Place[]): Extra => {
    const ordered = places.map(({ word }) => words[word]);
    let loose: Record<number, string> | undefined = byIndex(ordered, (word) => word.loose);
    places.forEach(({ word, isLoose }, at) => {
      if (isLoose) (loose ??= {})[at] = lexicon.words.table.text(lexicon.wordOf(forms[word] as number));
    });
    return { ...extra, loose, pieces: byIndex(ordered, (word) => word.pieces) };
  };
  const show = ({ places, surname, extra, isLoose }: Pattern): void => {
    if (places.length > shown.forms.length) shown.forms = new Int32Array(places.length * 2);
    for (let at = 0; at < places.length; at++) {
      const { word, held, fixed } = places[at] as Place;
      shown.forms[at] = word < 0 ? fixed : held === "" ? (forms[word] as number) : taker.drawn(held, forms[word] as number);
    }
    shown.count = places.length;
    shown.surname = surname;
    shown.extra = hasWords || isLoose ? extraOf(extra, places) : extra;
  };

  /** Where a form that was found comes from; undefined where nobody knows. */
  const placeOf = (form: number, isLoose: boolean): Place | undefined => {
    const word = forms.subarray(0, count).indexOf(form);
    if (word >= 0) return { word, held: "", isLoose: false, fixed: -1 };
    const text = lexicon.textOf(form);
    for (let from = 0; from < particlesSize; from += 2) {
      let held = "";
      for (let to = from; to < particlesSize; to += 2) {
        held += textOf(pattern, particles[to] as number, particles[to + 1] as number);
        if (to === from && text === held) return { word: -1, held: "", isLoose: false, fixed: form };
        for (let at = 0; at < count; at++) if (words[at] === undefined && text === held + lexicon.textOf(forms[at] as number)) return { word: at, held, isLoose, fixed: -1 };
      }
    }
    return undefined;
  };

  const shown: Patterns = {
    forms: new Int32Array(MOST_WORDS), count: 0, surname: 0, extra: NOTHING,
    read: (letters, length) => {
      isOdd = length < 1 || length > MOST || !scan(letters, length);
      const number = isOdd ? -1 : table.find(hash, pattern, 0, size);
      if (number < 0) return false;
      show(patterns[number] as Pattern);
      return true;
    },
    learn: ({ forms: all, surname, handle, service, extra }) => {
      if (isOdd || handle || service || patterns.length === MOST_PATTERNS || table.find(hash, pattern, 0, size) >= 0) return;
      const places: Place[] = [];
      for (const [at, form] of all.entries()) {
        const place = placeOf(form, extra.loose?.[at] !== undefined);
        if (place === undefined) return;
        places.push(place);
      }
      const used = places.filter(({ word }) => word >= 0);
      // Each word is there once: one that came twice may be either, and what is left out somebody has to look at.
      if (used.length !== count || new Set(used.map(({ word }) => word)).size < count) return;
      table.add(hash, pattern, 0, size);
      patterns.push({ places, surname: surname ?? 0, extra: isPlain(extra) ? NOTHING : { ...extra, loose: undefined, pieces: undefined }, isLoose: places.some((place) => place.isLoose) });
    },
  };
  return shown;
};
