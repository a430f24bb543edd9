// Japanese names by two customs of romanising, both in Latin letters: Hirosi Huzita and Hiroshi Fujita, Ohno and Ono. A namesake
// in the other custom is one, and seen as such.

import { meetUnder, type Work } from "./meeting.ts";
import { addName } from "./wholeNames.ts";
import { relate } from "../relate.ts";
import type { People } from "../reading/lists.ts";
import { addKey, createKeys, hashCouple, type KeyList, withSalt } from "../words/hash.ts";
import { hepburnKey, hepburnOfBoth } from "../words/japanese.ts";
import type { Lexicon } from "../words/lexicon.ts";

/** What is known of each word. */
interface Romanized {
  /** Of a word of Japanese syllables its key, 0 of all others. */
  readonly keys: Int32Array;
  /** Whether some word of another spelling has it too. */
  readonly isTwofold: Uint8Array;
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
  return some ? { keys, isTwofold } : undefined;
};

/** Names of two words, one of which at least is spelled in another way by somebody; and those of them that show one word and an initial. */
const keysOf = (side: People, { keys, isTwofold }: Romanized, { words: { table } }: Lexicon): { readonly full: KeyList; readonly long: KeyList; readonly short: KeyList } => {
  const { size, starts, words, salts } = side;
  /** Tikara is Chikara, but his initial is seldom written so. */
  const initialOf = (word: number): number => table.letters()[table.start(word)] as number;
  const [full, long, short] = [createKeys(), createKeys(), createKeys()];
  for (let index = 0; index < size; index++) {
    const from = starts[index] as number;
    if ((starts[index + 1] as number) - from !== 2) continue;
    const [one, other] = [words[from] as number, words[from + 1] as number];
    if ((isTwofold[one] as number) + (isTwofold[other] as number) === 0 || !side.hasName(index)) continue;
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
  const meeting = (master: number, target: number): void => {
    if (work.graph.has(master, target)) return;
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    const both = hepburnOfBoth(one.words, other.words);
    if (both === undefined) return;
    const relation = relate({ words: both[0], surname: one.surname }, { words: both[1], surname: other.surname }, work.habits);
    if (relation === "same") addName(work, master, target, "crossed");
    else if (relation === "surnameInitial") addName(work, master, target, "initial");
    else if (relation === "doubtful") work.graph.hint(master, target, { score: 0.65, reason: "same words in another transliteration, but given name and surname are exchanged" });
  };
  meetUnder(work, [mine.full, theirs.full], "folded", meeting);
  meetUnder(work, [mine.short, theirs.long], "initial", meeting);
  meetUnder(work, [mine.long, theirs.short], "initial", meeting);
};
