// Names that two customs of romanising write in two ways, both in Latin letters: Hirosi Huzita and Hiroshi Fujita, Mohammed Abdel
// Rahman and Mohamed Abdulrahman. A namesake in the other custom is one, and seen as such.

import { relationInOneSpelling } from "../company.ts";
import { meetUnder, type Work } from "./meeting.ts";
import { addName } from "./wholeNames.ts";
import type { Person } from "../reading/person.ts";
import type { People } from "../reading/lists.ts";
import { arabicOf, isArabic, isServant, sureArabic } from "../words/arabic.ts";
import { A, B, D } from "../words/codes.ts";
import { addKey, createKeys, hashCouple, hashText, type KeyList, withSalt } from "../words/hash.ts";
import { hepburnKey, hepburnOf, isJapaneseSurname } from "../words/japanese.ts";
import type { Lexicon } from "../words/lexicon.ts";

/** Of two words each: all that can be doubtful is their order. */
const areOfOneSize = (one: Person, other: Person): boolean => one.words.length === 2 && other.words.length === 2;

/** Whoever meets under a key of one spelling: the names are read in it, and stand to each other as they do there. */
const meetingOf = (work: Work) => (master: number, target: number): void => {
  if (work.graph.has(master, target)) return;
  const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
  const relation = relationInOneSpelling(work, one, other);
  if (relation === "same") addName(work, master, target, "crossed");
  else if (relation === "initials") addName(work, master, target, "middleInitial");
  else if (relation === "shorter") addName(work, master, target, "shorter");
  else if (relation === "surnameInitial") addName(work, master, target, "initial");
  else if (relation === "doubtful" && areOfOneSize(one, other)) work.graph.hint(master, target, { score: 0.65, reason: "same words in another transliteration, but given name and surname are exchanged" });
};

/** What is known of each word. */
interface Romanized {
  /** Of a word of Japanese syllables its key, 0 of all others. */
  readonly keys: Int32Array;
  /** Whether some word of another spelling has it too. */
  readonly isTwofold: Uint8Array;
  isSurname(word: number): boolean;
}

const romanizedOf = ({ words: { table } }: Lexicon): Romanized | undefined => {
  const letters = table.letters();
  const size = table.size();
  const [keys, isTwofold] = [new Int32Array(size), new Uint8Array(size)];
  const first = new Map<number, number>();
  let some = false;
  for (let word = 0; word < size; word++) {
    const from = table.start(word);
    const length = table.length(word);
    const key = length < 2 ? 0 : hepburnKey(letters, from, from + length);
    if (key === 0) continue;
    keys[word] = key;
    const before = first.get(key);
    if (before === undefined) first.set(key, word);
    else {
      isTwofold[before] = isTwofold[word] = 1;
      some = true;
    }
  }
  if (!some) return undefined;
  const surnames = new Int8Array(size);
  const isSurname = (word: number): boolean => keys[word] !== 0 && (surnames[word] ||= isJapaneseSurname(hepburnOf(table.text(word)) ?? "") ? 1 : -1) > 0;
  return { keys, isTwofold, isSurname };
};

/** Names of two words, one of which at least is spelled in another way by somebody; and those of them that show one word and an initial. */
const keysOf = (side: People, { keys, isTwofold, isSurname }: Romanized, { words: { table } }: Lexicon): { readonly full: KeyList; readonly long: KeyList; readonly short: KeyList } => {
  const { size, starts, words, salts } = side;
  /** Tikara is Chikara, but his initial is seldom written so. */
  const initialOf = (word: number): number => table.letters()[table.start(word)] as number;
  const [full, long, short] = [createKeys(), createKeys(), createKeys()];
  for (let index = 0; index < size; index++) {
    const from = starts[index] as number;
    if ((starts[index + 1] as number) - from !== 2) continue;
    const [one, other] = [words[from] as number, words[from + 1] as number];
    if ((isTwofold[one] as number) + (isTwofold[other] as number) === 0 || !(isSurname(one) || isSurname(other)) || !side.hasName(index)) continue;
    const [first, second] = [keys[one] as number, keys[other] as number];
    const salt = salts[index] ?? 0;
    if (first !== 0 && second !== 0) {
      addKey(full, index, withSalt(hashCouple(first, second), salt));
      addKey(long, index, withSalt(withSalt(first, initialOf(other)), salt));
      addKey(long, index, withSalt(withSalt(second, initialOf(one)), salt));
    } else {
      const brief = first === 0 ? one : other;
      if (table.length(brief) === 1) addKey(short, index, withSalt(withSalt(first + second, initialOf(brief)), salt));
    }
  }
  return { full, long, short };
};

export const byJapanese = (work: Work, lexicon: Lexicon): void => {
  const romanized = romanizedOf(lexicon);
  if (romanized === undefined) return;
  const [mine, theirs] = [keysOf(work.sides[0], romanized, lexicon), keysOf(work.sides[1], romanized, lexicon)];
  const meeting = meetingOf(work);
  meetUnder(work, [mine.full, theirs.full], "folded", meeting);
  meetUnder(work, [mine.short, theirs.long], "initial", meeting);
  meetUnder(work, [mine.long, theirs.short], "initial", meeting);
};

/** Of each word whether it says that a name is Arabic, and whether the next one belongs to it. */
const [SURE, SERVANT] = [1, 2];
const arabicWords = ({ find, words: { table } }: Lexicon): Uint8Array | undefined => {
  const marks = new Uint8Array(table.size());
  let some = false;
  const mark = (word: number, as: number): void => {
    marks[word] = as;
    some = true;
  };
  for (const text of sureArabic) {
    const word = find(text);
    if (word !== undefined) mark(word, SURE);
  }
  const letters = table.letters();
  for (let word = 0; word < marks.length; word++) {
    const from = table.start(word);
    if (letters[from] !== A || letters[from + 1] !== B || letters[from + 2] !== D || table.length(word) < 3) continue;
    const text = table.text(word);
    if (isArabic(text)) mark(word, isServant(text) ? SERVANT : SURE);
  }
  return some ? marks : undefined;
};

interface ArabicKeys {
  /** Of names of two words. */
  readonly full: KeyList;
  /** Of longer ones each two. */
  readonly long: KeyList;
}
const MOST_WORDS = 5;

/** Of both sides with one memory of the words. */
const createArabicKeys = (marks: Uint8Array): ((side: People) => ArabicKeys) => {
  const known = new Int32Array(marks.length);
  const keyOf = (side: People, index: number, at: number): number => (known[side.wordAt(index, at)] ||= hashText(arabicOf([side.textAt(index, at)])[0] ?? "") || 1);
  const names = (side: People, index: number, size: number): readonly number[] => {
    let isParted = false;
    for (let at = 0; at < size; at++) isParted ||= marks[side.wordAt(index, at)] === SERVANT;
    return isParted ? arabicOf(Array.from({ length: size }, (_, at) => side.textAt(index, at))).map((text) => hashText(text) || 1) : Array.from({ length: size }, (_, at) => keyOf(side, index, at));
  };
  return (side) => {
    const [full, long] = [createKeys(), createKeys()];
    const { starts, words } = side;
    for (let index = 0; index < side.size; index++) {
      const from = starts[index] as number;
      const to = starts[index + 1] as number;
      let at = from;
      while (at < to && marks[words[at] as number] === 0) at++;
      if (at === to || to - from < 2 || to - from > MOST_WORDS || !side.hasName(index)) continue;
      const keys = names(side, index, to - from);
      const list = keys.length === 2 ? full : long;
      for (let one = 0; one < keys.length; one++) for (let other = one + 1; other < keys.length; other++) addKey(list, index, withSalt(hashCouple(keys[one] as number, keys[other] as number), side.salts[index] ?? 0));
    }
    return { full, long };
  };
};

export const byArabic = (work: Work, lexicon: Lexicon): void => {
  const marks = arabicWords(lexicon);
  if (marks === undefined) return;
  const keysOf = createArabicKeys(marks);
  const [mine, theirs] = [keysOf(work.sides[0]), keysOf(work.sides[1])];
  const meeting = meetingOf(work);
  meetUnder(work, [mine.full, theirs.full], "folded", meeting);
  meetUnder(work, [mine.long, theirs.full], "shorter", meeting);
  meetUnder(work, [mine.full, theirs.long], "shorter", meeting);
  meetUnder(work, [mine.long, theirs.long], "shorter", meeting);
};
