// The keys under which people meet across a script: of all who are written in it, and of those few whose Latin names may be such
// names. Most are told by their words alone, which are looked at once each, and end there.

import { type Abroad, MOST_READINGS, type Readings, scriptOf } from "../abroad.ts";
import { codesOf, longerInts, Run } from "../words/flat.ts";
import { addKey, createKeys, hashCouple, hashLetters, hashNameLetters, type KeyList, withSalt } from "../words/hash.ts";
import { initialKey, putInitialKeys, putShortKeys, shortKeyOf } from "../words/keys.ts";
import type { Lexicon } from "../words/lexicon.ts";
import type { People } from "../reading/lists.ts";
import { isSerbian } from "../words/romanize.ts";
import { EMPTY } from "../words/skeletonTable.ts";
import { someSpelling } from "../words/variants.ts";

/** What a form of a word may be: of this script, Serbian even, of another, a Latin word that may be one of this script, an initial, or none of these. */
const IS_NOT = 0;
const OWN = 1;
const SERBIAN = 2;
const OTHER = 3;
const MAY_BE = 4;
const INITIAL = 5;

/** Of each form. */
const kindsOf = (abroad: Abroad, lexicon: Lexicon): Uint8Array => {
  const { words, forms } = lexicon;
  const { table } = words;
  const kinds = new Uint8Array(lexicon.size());
  const letters = table.letters();
  const kindOfForeign = (word: number): number => {
    const text = table.text(word);
    if (scriptOf([text]) !== abroad.script) return OTHER;
    return abroad.script === "cyrillic" && isSerbian([text]) ? SERBIAN : OWN;
  };
  const fits = (spelled: Uint16Array, size: number): boolean => size > 1 && abroad.listOf(spelled, 0, size) !== EMPTY;
  const fitsText = (text: string): boolean => fits(codesOf(text), text.length);
  const mayBe = (form: number, word: number): boolean => {
    const start = table.start(word);
    if (!lexicon.hasSeveral(form)) return table.length(word) > 0 && abroad.listOf(letters, start, start + table.length(word)) !== EMPTY;
    const from = forms.start(form);
    const to = from + forms.length(form);
    return someSpelling(forms.letters(), from, to, fits) ?? (lexicon.form(form).list ?? []).some(fitsText);
  };
  for (let form = 0; form < kinds.length; form++) {
    const word = lexicon.wordOf(form);
    kinds[form] = words.isForeign(word) ? kindOfForeign(word) : table.length(word) === 1 ? INITIAL : mayBe(form, word) ? MAY_BE : IS_NOT;
  }
  return kinds;
};

/** What a name may be: of this script, a Latin one that may be of it, or neither. */
const NEITHER = 0;
const OF_SCRIPT = 1;
export const IN_LATIN = 2;

const isOfScript = (kind: number): boolean => kind === OWN || kind === SERBIAN;

/** The first foreign word says which script a name is of. */
const foreignKind = (kinds: Uint8Array, forms: Int32Array, from: number, to: number): number => {
  for (let at = from; at < to; at++) {
    const kind = kinds[forms[at] as number] as number;
    if (kind === OTHER) return NEITHER;
    if (isOfScript(kind)) return OF_SCRIPT;
  }
  return NEITHER;
};

/** Of all names of a side. Most have no word that is any of it, and end with that. */
const nameKinds = (abroad: Abroad, kinds: Uint8Array, side: People): Uint8Array => {
  const { size, starts, forms } = side;
  const names = new Uint8Array(size);
  for (let index = 0; index < size; index++) {
    const from = starts[index] as number;
    const to = starts[index + 1] as number;
    let fitting = 0;
    let initials = 0;
    let foreign = 0;
    for (let at = from; at < to; at++) {
      const kind = kinds[forms[at] as number] as number;
      if (kind === IS_NOT) continue;
      if (kind === MAY_BE) fitting++;
      else if (kind === INITIAL) initials++;
      else foreign++;
    }
    if (foreign + fitting === 0 || !side.hasName(index)) continue;
    if (foreign > 0) names[index] = foreignKind(kinds, forms, from, to);
    else if (fitting + initials >= abroad.least(to - from)) names[index] = IN_LATIN;
  }
  return names;
};

export interface AbroadKeys {
  readonly full: KeyList;
  readonly ends: KeyList;
  readonly others: KeyList;
  readonly short: KeyList;
  readonly long: KeyList;
  /** What each name may be. */
  readonly kinds: Uint8Array;
}

/** Enters the readings of one name after the other, each a row of skeletons. */
const createEntry = (abroad: Abroad): { begin(keys: AbroadKeys, index: number, surname: number | undefined, salt: number, isOwn: boolean): void; enter(row: Int32Array, from: number, size: number): void } => {
  const { table } = abroad;
  const texts = table.table;
  let [starts, ends, full] = [new Int32Array(16), new Int32Array(16), new Int32Array(16)];
  let [owner, salt]: [number, number] = [0, 0];
  let surname: number | undefined;
  let isOwn = false;
  let keys: AbroadKeys;
  const long = new Run(64);
  const addSalted = (list: KeyList, key: number): void => addKey(list, owner, withSalt(key, salt));
  const addCouple = (list: KeyList, one: number, other: number): void => addSalted(list, hashCouple(full[one] as number, full[other] as number));
  /** First and last of the full words, and the couples a longer name may be cut down to: see addEnds and addOtherPairs. */
  const addCouples = (last: number): void => {
    if (last > 0) addCouple(keys.ends, 0, last);
    if (last === 2) {
      addCouple(keys.others, 0, 1);
      addCouple(keys.others, 1, 2);
    } else if (last > 2) {
      addCouple(keys.others, 0, 1);
      addCouple(keys.others, 1, last);
      addCouple(keys.others, 0, last - 1);
      addCouple(keys.others, 0, 2);
    }
  };
  return {
    begin: (list, index, from, by, own) => {
      keys = list;
      owner = index;
      surname = from;
      salt = by;
      isOwn = own;
    },
    enter: (row, from, size) => {
      if (size > starts.length) [starts, ends, full] = [longerInts(starts, size * 2), longerInts(ends, size * 2), longerInts(full, size * 2)];
      let count = 0;
      for (let at = 0; at < size; at++) {
        const skeleton = row[from + at] as number;
        const start = texts.start(skeleton);
        const length = texts.length(skeleton);
        starts[at] = start;
        ends[at] = start + length;
        if (length > 1) full[count++] = table.hash(skeleton);
      }
      addSalted(keys.full, hashNameLetters(texts.letters(), starts, ends, 0, size));
      addCouples(count - 1);
      const words = new Array<string>(size);
      for (let at = 0; at < size; at++) words[at] = texts.text(row[from + at] as number);
      const initial = initialKey(words);
      if (initial !== undefined) addSalted(keys.short, initial);
      long.size = 0;
      putInitialKeys(long, words, surname);
      if (isOwn) putShortKeys(long, words, surname);
      for (let at = 0; at < long.size; at++) addSalted(keys.long, long.keys[at] as number);
    },
  };
};

/** All that words may be read as together, of which not too many: the list of each word at hand, or what it is usually read as where it has none. */
const createRows = ({ lists }: Abroad): { numbers: Int32Array; count: number; fill(size: number, listAt: (at: number) => number, usualAt: (at: number) => number): void } => {
  const rows = {
    numbers: new Int32Array(MOST_READINGS * 16),
    count: 0,
    fill: (size: number, listAt: (at: number) => number, usualAt: (at: number) => number): void => {
      if (size * MOST_READINGS > rows.numbers.length) rows.numbers = new Int32Array(size * MOST_READINGS * 2);
      const { numbers } = rows;
      let count = 1;
      for (let at = 0; at < size; at++) {
        const list = listAt(at);
        const length = lists.size(list);
        const before = count;
        const isOpen = length > 1 && before * length <= MOST_READINGS;
        if (isOpen) {
          for (let way = 1; way < length; way++) numbers.copyWithin(way * before * size, 0, before * size);
          count *= length;
        }
        for (let row = 0; row < count; row++) numbers[row * size + at] = list === EMPTY ? usualAt(at) : lists.at(list, isOpen ? Math.floor(row / before) : 0);
      }
      rows.count = count;
    },
  };
  return rows;
};

/** The keys of one side after the other. */
export const createAbroadKeys = (abroad: Abroad, lexicon: Lexicon): ((side: People) => AbroadKeys) => {
  const { table } = abroad;
  const words = lexicon.words.table;
  const letters = words.letters();
  const kindOfForm = kindsOf(abroad, lexicon);
  const [rows, entry] = [createRows(abroad), createEntry(abroad)];
  const [listOfWord, usualOfWord] = [new Int32Array(words.size()).fill(-1), new Int32Array(words.size()).fill(-1)];
  const listOf = (word: number): number => {
    const before = listOfWord[word] as number;
    return before >= 0 ? before : (listOfWord[word] = abroad.listOf(letters, words.start(word), words.start(word) + words.length(word)));
  };
  const usualOf = (word: number): number => {
    const before = usualOfWord[word] as number;
    if (before >= 0) return before;
    const made = abroad.skeletonsOf(letters, words.start(word), words.start(word) + words.length(word));
    return (usualOfWord[word] = table.number(made.letters, 0, made.ends[0] as number));
  };
  let [side, index]: [People, number] = [undefined as never, 0];
  const wordAt = (at: number): number => side.words[(side.starts[index] as number) + at] as number;
  const listAt = (at: number): number => listOf(wordAt(at));
  const usualAt = (at: number): number => usualOf(wordAt(at));
  /** Whether its readings are told by texts alone: it is Serbian, or has words of several spellings. */
  const isOdd = (kind: number): boolean => {
    for (let at = 0; at < side.wordsAt(index); at++) {
      const form = side.numberAt(index, at);
      if (kind === OF_SCRIPT ? kindOfForm[form] === SERBIAN : lexicon.hasSeveral(form)) return true;
    }
    return false;
  };
  const enterTexts = (readings: Readings): void => {
    for (const each of readings) {
      const row = new Int32Array(each.length);
      for (let at = 0; at < row.length; at++) row[at] = table.number(codesOf(each[at] ?? ""), 0, (each[at] ?? "").length);
      entry.enter(row, 0, row.length);
    }
  };
  /** A word of its script that cannot be read leaves none. */
  const hasUnread = (size: number): boolean => {
    for (let at = 0; at < size; at++) if (listAt(at) === EMPTY) return true;
    return false;
  };
  const enterName = (keys: AbroadKeys, kind: number): void => {
    entry.begin(keys, index, side.surnameAt(index), side.salts[index] ?? 0, kind === OF_SCRIPT);
    if (isOdd(kind)) return enterTexts(abroad.readings(side.at(index)));
    const size = side.wordsAt(index);
    if (kind === OF_SCRIPT && hasUnread(size)) return;
    rows.fill(size, listAt, usualAt);
    for (let row = 0; row < rows.count; row++) entry.enter(rows.numbers, row * size, size);
  };
  const enterLogin = (keys: AbroadKeys): void => {
    const word = wordAt(0);
    const made = abroad.skeletonsOf(letters, words.start(word), words.start(word) + words.length(word));
    for (let at = 0, from = 0; at < made.count; from = made.ends[at++] as number) addKey(keys.short, index, withSalt(shortKeyOf(hashLetters(made.letters, from, made.ends[at] as number)), side.salts[index] ?? 0));
  };
  return (people) => {
    side = people;
    const keys: AbroadKeys = { full: createKeys(), ends: createKeys(), others: createKeys(), short: createKeys(), long: createKeys(), kinds: nameKinds(abroad, kindOfForm, people) };
    const { starts } = people;
    for (index = 0; index < people.size; index++) {
      const kind = keys.kinds[index] as number;
      if (kind !== NEITHER) enterName(keys, kind);
      if ((starts[index + 1] as number) - (starts[index] as number) === 1 && people.isHandle(index) && people.hasName(index)) enterLogin(keys);
    }
    return keys;
  };
};
