// How two names of people stand to each other: the same, the same but for what people leave out, or at odds.

import type { Lexicon } from "./words/lexicon.ts";
import { isChineseSurname, isSyllable, isTwofold } from "./words/chinese.ts";
import { distance } from "./words/distance.ts";
import { nickGroups, sameNick } from "./words/nicknames.ts";
import { FILIATIONS, isIberian, isSpanish, VIETNAMESE } from "./words/words.ts";

/** Which names are given names (above 0) or surnames (below 0), learnt from the lists themselves. */
export type Habits = (word: string) => number;

/** The same of a word of the lexicon, by its number. */
export type Leaning = (word: number) => number;

export interface Named {
  readonly words: readonly string[];
  readonly surname: number | undefined;
  readonly loose?: Readonly<Record<number, string>> | undefined;
  /** The words are a reading of another script. */
  readonly crossed?: boolean;
  /** All spellings of each word, where there are several. */
  readonly alternatives?: readonly (readonly string[])[] | undefined;
}

/** So many times more one than the other. */
const SURE = 2;

export type Relation =
  /** Every word has its partner. */
  | "same"
  /** Every word has its partner, some only as initials. */
  | "initials"
  /** A middle name, a second surname or a particle stands on one side only. */
  | "shorter"
  /** One full word and the initial of the other. */
  | "surnameInitial"
  /** Looks alike but a person has to say so. */
  | "doubtful"
  | "apart";

const meet = (word: string, spellings: readonly string[] | undefined, match: string, others: readonly string[] | undefined): boolean => {
  if (spellings === undefined) return others !== undefined && word.length > 1 && others.includes(word);
  return others === undefined ? match.length > 1 && spellings.includes(match) : spellings.some((each) => others.includes(each));
};

/** "Bin Ali" beside Ali: between two names the particle is not even read. */
const isChildOf = (word: string, parent: string): boolean => word.length > parent.length && word.endsWith(parent) && FILIATIONS.has(word.slice(0, -parent.length));

const equalWords = (one: Named, index: number, other: Named, position: number): "full" | "loose" | "initial" | undefined => {
  const word = one.words[index] ?? "";
  const match = other.words[position] ?? "";
  if (word === match) return word.length > 1 ? "full" : "initial";
  if (meet(word, one.alternatives?.[index], match, other.alternatives?.[position])) return "full";
  if (word.length === 1 || match.length === 1) return word[0] === match[0] ? "initial" : undefined;
  const plainWord = one.loose?.[index];
  const plainMatch = other.loose?.[position];
  if ((plainWord !== undefined || plainMatch !== undefined) && (isChildOf(word, match) || isChildOf(match, word))) return "full";
  return (plainWord !== undefined && (plainWord === match || plainWord === plainMatch)) || (plainMatch !== undefined && plainMatch === word) ? "loose" : undefined;
};

/** Words are marked in bit sets: this is the innermost loop of everything. */
interface Paired {
  readonly full: number;
  readonly loose: number;
  readonly initial: number;
  /** Words without a partner, of one and of the other. */
  readonly left: number;
  readonly over: number;
  readonly fullAt: number;
  readonly fullOver: number;
  /** The given name of one is only an initial of the other's. */
  readonly givenInitial: boolean;
  /** Partner of each word, where each has one. */
  readonly order: readonly number[];
}

const MOST_WORDS = 30;
const KINDS = ["full", "loose", "initial"] as const;

const pairWords = (one: Named, other: Named): Paired => {
  const sizes = [Math.min(one.words.length, MOST_WORDS), Math.min(other.words.length, MOST_WORDS)] as const;
  let left = (1 << sizes[0]) - 1;
  let over = (1 << sizes[1]) - 1;
  const counts = [0, 0, 0];
  let fullAt = -1;
  let fullOver = -1;
  let givenInitial = false;
  const order: number[] = [];
  for (let kind = 0; kind < 3 && left !== 0 && over !== 0; kind++) {
    for (let index = 0; index < sizes[0]; index++) {
      if ((left & (1 << index)) === 0) continue;
      for (let position = 0; position < sizes[1]; position++) {
        if ((over & (1 << position)) === 0 || equalWords(one, index, other, position) !== KINDS[kind]) continue;
        left &= ~(1 << index);
        over &= ~(1 << position);
        counts[kind] = (counts[kind] ?? 0) + 1;
        order[index] = position;
        if (kind < 2 && fullAt < 0) [fullAt, fullOver] = [index, position];
        if (kind === 2 && index === 0 && position === 0) givenInitial = true;
        break;
      }
    }
  }
  return { full: counts[0] ?? 0, loose: counts[1] ?? 0, initial: counts[2] ?? 0, left, over, fullAt, fullOver, givenInitial, order };
};

const bits = (set: number, from = 0): number => {
  let count = 0;
  for (let rest = set >>> from; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** A single surname that one name shows stands before all else in the other: then what is left out behind it is a second surname, or behind the given name a second given one. */
const isBehindSurname = (longer: Named, dropped: number): boolean => {
  const { words } = longer;
  if (dropped === 2) return words.length > 2 && words.slice(0, 2).some(isIberian);
  return dropped === 1 << (words.length - 1) && words.length > 2 && !isVietnamese(words) && !words.some(isSyllable);
};

/** Whether the words a longer name has over a shorter one are such as people leave out; `first` says that its first word is the surname. */
const mayDrop = (longer: Named, dropped: number, habits: Habits, first: boolean): boolean => {
  if (first && longer.crossed !== true && isBehindSurname(longer, dropped)) return true;
  // A second given name or a second surname, but hardly both at once.
  if (longer.surname !== undefined && bits(dropped, longer.surname) > 0 && longer.words.slice(0, longer.surname).some((word, index) => word.length > 1 && (dropped & (1 << index)) !== 0)) return false;
  for (let index = 0; index < longer.words.length; index++) if ((dropped & (1 << index)) !== 0 && !mayDropAt(longer, index, dropped, habits)) return false;
  return true;
};

/** Of a name with two surnames nothing but a second given name. */
const dropsMiddle = ({ words, surname }: Named, dropped: number): boolean => dropped === 2 && words.length === 4 && (surname === undefined || surname === 2);

const PATRONYMIC = /(?:[oe]v|i)i?C$|[oei]vna$|iCna$/;
/** What begins like a Russian surname does: of a Serbian name the last word is another surname. */
const FAMILY = /(?:[oe]va?|ina?|ski|skaia|enko|uk)$/;
const CYRILLIC_PATRONYMIC = /(?:ович|евич|ьич|івна|овна|евна|ична|йович)$/;

/** Chinese and Korean given names are of two syllables, of which nobody leaves one out: Min Kim is not Min Su Kim. */
const isOfSyllables = ({ words }: Named): boolean => words.length > 2 && words.every(isSyllable) && !isVietnamese(words);

const mayDropAt = (longer: Named, index: number, dropped: number, habits: Habits): boolean => {
  const last = longer.words.length - 1;
  if ((longer.words[index]?.length ?? 0) === 1) return index > 0 || last > 1;
  if (longer.surname !== undefined) return index < longer.surname ? index > 0 && !isOfSyllables(longer) : bits(dropped, longer.surname) <= last - longer.surname && longer.words.slice(longer.surname).some(isIberian) && !(index === longer.surname && isSpanish(longer.words[index] ?? ""));
  if (index === 0 || isOfSyllables(longer)) return false;
  // Across scripts nothing is known of a word but its sound: only a patronymic is left out without asking, before the surname or behind the given name.
  if (longer.crossed === true) return PATRONYMIC.test(longer.words[index] ?? "") && (index < last || (last === 2 && FAMILY.test(longer.words[0] ?? "")));
  // What is mostly a surname in these lists is no middle name: whoever bears two of them may be somebody else.
  if (index < last) return habits(longer.words[index] ?? "") >= 0 || CYRILLIC_PATRONYMIC.test(longer.words[index] ?? "");
  if (![longer.words[last - 1] ?? "", longer.words[last] ?? ""].some(isIberian) && habits(longer.words[last] ?? "") <= 0) return false;
  // The last word left out: a second surname after a first one, or a middle name where the surname stands first.
  const before = habits(longer.words[last - 1] ?? "");
  return before < 0 ? habits(longer.words[last] ?? "") <= 0 : isSurnameBefore(habits(longer.words[0] ?? ""), before, habits(longer.words[last] ?? ""));
};

/** Before two words that are given names to all who know them, what nobody knows is the surname. */
const isSurnameBefore = (first: number, given: number, second: number): boolean => second > 0 && (first < 0 || (first === 0 && given > SURE && second > SURE));

const surnameClash = (one: Named, other: Named): boolean => {
  if (one.surname === undefined || other.surname === undefined) return false;
  const family = one.words.slice(one.surname);
  return !other.words.slice(other.surname).some((word, position) => family.some((mine, index) => mine === word || equalWords(one, (one.surname ?? 0) + index, other, (other.surname ?? 0) + position) !== undefined));
};

/** "G. Bear" and "Gary Bear": the full word must be the surname, the initial the given name's. */
const surnameInitial = (one: Named, other: Named, paired: Paired, habits: Habits): Relation => {
  const { words, surname } = other.words.filter((word) => word.length > 1).length > 1 ? other : one;
  const at = words === other.words ? paired.fullOver : paired.fullAt;
  const short = words === other.words ? one : other;
  const shared = words[at] ?? "";
  if (isOtherVietnamese(short, words === other.words ? other : one)) return "doubtful";
  if (surname === undefined && short.surname !== undefined) return (words === other.words ? paired.fullAt : paired.fullOver) >= short.surname && (at === 0 || at === words.length - 1) ? "surnameInitial" : "doubtful";
  if (surname !== undefined) return at < surname ? "doubtful" : "surnameInitial";
  if (at !== 0 && at !== words.length - 1) return "doubtful";
  const shortFirst = short.words[0] === shared;
  if (at === 0 && !shortFirst && habits(shared) > 0) return "doubtful";
  return shortFirst && habits(shared) > 0 ? "doubtful" : "surnameInitial";
};

/** The surname may stand first or last, with all its words; García López is not López García. */
const isTurned = (order: readonly number[]): boolean => order.every((position, index) => index === 0 || position === ((order[index - 1] ?? 0) + 1) % order.length);
/** The same of the words that both have: each by how many of those partners stand before its own. */
const ranksOf = (order: readonly number[]): readonly number[] => {
  const kept = order.filter((position) => position !== undefined);
  return kept.map((position) => kept.filter((other) => other < position).length);
};
/** "Cheng Yuk Shan Kevin" is "Cheng, Kevin Yuk Shan". */
const isTurnedWithin = (one: Named, other: Named): boolean => {
  const [known, open] = one.surname === undefined ? [other, one] : [one, other];
  const surname = known.surname === known.words.length - 1 ? (known.words[known.surname] ?? "") : "";
  return isChineseSurname(surname) && (open.surname === undefined ? [open.words[0], open.words[open.words.length - 1]].includes(surname) : open.words[open.surname] === surname) && [known, open].every(({ words }) => isTwofold(words.filter((word) => word !== surname)));
};
const isVietnamese = (words: readonly string[]): boolean => words.some((word) => VIETNAMESE.has(word));

/** Which word may be the given name of a Vietnamese: the last one, before or behind the surname; as others write it, also the first. */
const givenOfVietnamese = ({ words, surname }: Named): readonly string[] => {
  const last = words.length - 1;
  if (surname !== undefined) return words.slice(surname - 1, surname);
  const isSurname = (at: number): boolean => VIETNAMESE.has(words[at] ?? "");
  return [...(isSurname(0) ? words.slice(last) : []), ...(isSurname(last) ? [words[last - 1] ?? "", ...(isSurname(0) ? [] : words.slice(0, 1))] : [])];
};

/** "Đ. Lê" is not Lê Đức Cường, who is Cường. */
const isOtherVietnamese = (short: Named, long: Named): boolean => {
  if (long.words.length < 3 || !isVietnamese(long.words)) return false;
  const given = givenOfVietnamese(long);
  return given.length > 0 && !given.some((word) => short.words.includes(word.charAt(0)));
};

/** Vietnamese leave out what stands between surname and given name, never the given name itself: Phan Huu Hung is not Phan Huu Hung Nhien. */
const haveOtherVietnamese = (one: Named, other: Named): boolean => {
  if (!isVietnamese(one.words) || !isVietnamese(other.words)) return false;
  const theirs = givenOfVietnamese(other);
  return theirs.length > 0 && !givenOfVietnamese(one).some((word) => theirs.includes(word));
};

export const relate = (one: Named, other: Named, habits: Habits): Relation => {
  const paired = pairWords(one, other);
  const { full, loose, initial, left, over, givenInitial, order } = paired;
  if (left !== 0 && over !== 0) return full > 0 ? "doubtful" : "apart";
  const dropped = left | over;
  const [longer, shorter] = left !== 0 ? [one, other] : [other, one];
  const drops = dropped !== 0 && !mayDrop(longer, dropped, habits, longer.surname === undefined && shorter.surname === shorter.words.length - 1 && (left !== 0 ? order[0] === shorter.surname : order[shorter.surname] === 0));
  if (full + loose >= 2) {
    if (drops || (dropped !== 0 && haveOtherVietnamese(one, other)) || (loose > 0 && dropped !== 0) || surnameClash(one, other)) return "doubtful";
    if (givenInitial) return dropped === 0 || dropsMiddle(left !== 0 ? one : other, dropped) ? "surnameInitial" : "doubtful";
    if (dropped !== 0) return isTurned(ranksOf(order)) || isVietnamese(longer.words) ? "shorter" : "doubtful";
    if (order.length > 2 && !isTurned(order) && !isVietnamese(one.words) && !isTurnedWithin(one, other)) return "doubtful";
    return initial > 0 ? "initials" : loose > 0 ? "shorter" : "same";
  }
  // Of initials nothing else says that van de Berg is a van der Berg.
  if (loose === 1 && full === 0 && one.loose?.[paired.fullAt] !== undefined && other.loose?.[paired.fullOver] !== undefined) return "doubtful";
  if (full + loose === 1 && initial > 0 && one.words.length > 1 && other.words.length > 1) return drops ? "doubtful" : surnameInitial(one, other, paired, habits);
  if (full === 1 && one.words.length === 1 && other.words.length === 1) return "same";
  return full > 0 ? "doubtful" : "apart";
};

/** What the lists taught: from names with a known order, and from the others by where well-known given names stand in them. */
export const leaningOf = ({ words }: Lexicon, orders: readonly { readonly first: number; readonly last: number }[]): Leaning => {
  const [one = 1, other = 1] = orders.map(({ first, last }) => (last > first * 1.5 ? -1 : 1));
  return (word) => words.leaning(word, one, other);
};

/** The same of any text. */
export const habitsOf = (lexicon: Lexicon, leaning: Leaning): Habits => (text) => {
  const word = lexicon.find(text);
  if (word === undefined) return nickGroups(text).length > 0 ? 3 : 0;
  return leaning(word);
};

/** The first surname word: known, or plain from what both words of a name mostly are in these lists. */
export const surnameOf = ({ words, surname }: Named, habits: Habits): number | undefined => {
  if (surname !== undefined || words.length !== 2) return surname;
  return surnameOfTwo(habits(words[0] ?? ""), habits(words[1] ?? ""));
};

/** Whether of two words the first one is a given name to these lists, and the other one none: then it is hardly the surname. */
export const isGivenFirst = (one: number, other: number): boolean => one > SURE && other <= 0;

export const surnameOfTwo = (one: number, other: number): 1 | undefined => (one > SURE && other < -SURE ? 1 : undefined);

const near = (one: string, other: string): boolean => one.length > 3 && other.length > 3 && (one.startsWith(other.slice(0, 4)) || distance(one, other, 2) <= (Math.min(one.length, other.length) > 6 ? 2 : 1));

/** Whether anything ties two names together, where an address or a login says they are one person. Of a mere initial too many names begin with it. */
export const sharesSomething = (one: readonly string[], other: readonly string[]): boolean =>
  one.some((word) => word.length > 1 && other.some((match) => match.length > 1 && (word === match || sameNick(word, match) || near(word, match))));
/** The same of initials, which are little, and no more than a doubt. */
export const sharesInitial = (one: readonly string[], other: readonly string[]): boolean => one.some((word) => other.some((match) => (word.length === 1 || match.length === 1) && word[0] === match[0]));

/** Same surname, and given names that stand for each other. */
export const nicknamed = (one: readonly string[], other: readonly string[]): boolean =>
  one.length > 1 && other.length > 1 && one.some((word) => word.length > 1 && other.includes(word)) && one.some((word) => other.some((match) => word !== match && (sameNick(word, match) || (word.length > 2 && match.length > 2 && (word.startsWith(match) || match.startsWith(word))))));
