// The keys of somebody whose name was read letter by letter: those of lists.ts, told from the numbers of the words alone.

import { askInitial, askInitialText, askLogin, lettersOf } from "../words/asked.ts";
import { longerInts } from "../words/flat.ts";
import { addKey, hashCouple, hashNameLetters, hashWord, type KeyList, withSalt } from "../words/hash.ts";
import { addEnds, addFull, initialKey, initialKeyOfCode, type Salt, shortKeyOf } from "../words/keys.ts";
import { plainerOf } from "./faces.ts";
import type { QuickReader } from "./quickReader.ts";
import { wholeNames } from "../words/spell.ts";

type Lists = Readonly<Record<"address" | "full" | "spelled" | "written" | "ends" | "others" | "short" | "asked", KeyList>>;

let starts = new Int32Array(16);
let ends = new Int32Array(16);
/** Words of the name that are no initials. */
let full = new Int32Array(16);

const enterCouple = (list: KeyList, index: number, one: number, other: number, salt: Salt): void => addKey(list, index, withSalt(hashCouple(full[one] as number, full[other] as number), salt));

/** First and last of the full words, and the couples a longer name may be cut down to: see addEnds and addOtherPairs. */
const enterCouples = (lists: Lists, index: number, length: number, salt: Salt): void => {
  if (length < 2) return;
  const last = length - 1;
  enterCouple(lists.ends, index, 0, last, salt);
  if (last === 2) {
    enterCouple(lists.others, index, 0, 1, salt);
    enterCouple(lists.others, index, 1, 2, salt);
  } else if (last > 2) {
    enterCouple(lists.others, index, 0, 1, salt);
    enterCouple(lists.others, index, 1, last, salt);
    enterCouple(lists.others, index, 0, last - 1, salt);
    enterCouple(lists.others, index, 0, 2, salt);
  }
};

/** "G. Bear", in all its spellings: see initialKey. */
const enterInitials = (reader: QuickReader, { short, asked }: Lists, index: number, length: number): void => {
  const { lexicon, count } = reader;
  const { table } = lexicon.words;
  const enter = (words: readonly string[]): void => {
    const key = initialKey(words);
    if (key === undefined) return;
    addKey(short, index, key);
    askInitialText(asked, words);
  };
  let initial = -1;
  let one = -1;
  let isOdd = false;
  for (let at = 0; at < count; at++) {
    isOdd ||= lexicon.kindOf(reader.forms[at] as number) === "odd";
    if (table.length(reader.word(at)) > 1) one = at;
    else if (initial < 0) initial = at;
  }
  if (isOdd) {
    const forms = Array.from(reader.forms.subarray(0, count), lexicon.form);
    for (const words of wholeNames(forms.map((form) => form.word.text), forms.map((form) => form.list ?? [form.word.text]))) enter(words);
  } else if (length === 2) enter(Array.from({ length: count }, (_, at) => table.text(reader.word(at))));
  else if (length === 1) {
    const letter = table.letters()[table.start(reader.word(initial))] as number;
    const form = reader.forms[one] as number;
    for (const word of lexicon.hasSeveral(form) ? (lexicon.form(form).list ?? []) : [table.text(reader.word(one))]) {
      addKey(short, index, initialKeyOfCode(hashWord(word), letter));
      askInitial(asked, lettersOf(word), letter);
    }
  }
  if (reader.extra.loose === undefined) return;
  enter(plainerOf(Array.from({ length: count }, (_, at) => table.text(reader.word(at))), reader.extra.loose));
};

const enterName = (reader: QuickReader, lists: Lists, index: number, salt: Salt): void => {
  const { lexicon, count, word, extra } = reader;
  const { words } = lexicon;
  const { table } = words;
  if (count > starts.length) [starts, ends, full] = [longerInts(starts, count * 2), longerInts(ends, count * 2), longerInts(full, count * 2)];
  let length = 0;
  let isTwofold = false;
  for (let at = 0; at < count; at++) {
    const number = word(at);
    isTwofold ||= lexicon.isTwofold(reader.forms[at] as number);
    const start = (starts[at] = table.start(number));
    const size = table.length(number);
    ends[at] = start + size;
    if (size > 1) full[length++] = words.hash(number);
  }
  if (isTwofold) {
    const others = Array.from(reader.forms.subarray(0, count), (form) => lexicon.otherwise(form) ?? lexicon.form(form).word.text);
    addFull(lists.full, index, others, salt);
    addEnds(lists.ends, index, others, salt);
  }
  addKey(lists.full, index, withSalt(hashNameLetters(table.letters(), starts, ends, 0, count), salt));
  enterCouples(lists, index, length, salt);
  if (length < count && extra.number === "") enterInitials(reader, lists, index, length);
  if (extra.loose === undefined) return;
  let plainer = 0;
  for (let at = 0; at < count; at++) {
    const loose = extra.loose[at];
    const size = loose?.length ?? table.length(word(at));
    if (size > 1) full[plainer++] = loose === undefined ? words.hash(word(at)) : hashWord(loose);
  }
  enterCouples(lists, index, plainer, salt);
};

const enterLogins = ({ count, logins, isHandle, extra }: QuickReader, lists: Lists, index: number): void => {
  const isShort = extra.number === "" && (count < 2 || isHandle);
  for (let login = 0; login < logins.count; login++) {
    const salt = logins.salt(login);
    if (logins.keyLength(login) > 4) addKey(lists.spelled, index, withSalt(logins.name(login), salt));
    addKey(lists.written, index, logins.key(login));
  }
  // Logins that may be gbear, bearg, garyb; g.bear and bear.g.
  for (let login = 0; isShort && login < logins.count; login++) {
    if (logins.hasNumber(login)) continue;
    const size = logins.size(login);
    if (size === 1) {
      addKey(lists.short, index, shortKeyOf(logins.word(login, 0)));
      askLogin(lists.asked, logins.letters(login, 0));
      continue;
    }
    const initial = logins.length(login, 0) === 1 ? 0 : 1;
    if (size !== 2 || logins.length(login, initial) !== 1 || logins.length(login, 1 - initial) < 2) continue;
    addKey(lists.short, index, initialKeyOfCode(logins.word(login, 1 - initial), logins.first(login, initial)));
    askInitial(lists.asked, logins.letters(login, 1 - initial), logins.first(login, initial));
  }
};

export const enterQuick = (lists: Lists, reader: QuickReader, index: number, salt: Salt): void => {
  const { logins } = reader;
  if (logins.hasAddress) addKey(lists.address, index, logins.address);
  enterName(reader, lists, index, salt);
  if (logins.count > 0) enterLogins(reader, lists, index);
};
