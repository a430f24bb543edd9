// The keys of somebody whose name was read letter by letter: those of lists.ts, told from the numbers of the words alone.

import { askInitial, askInitialText, askLogin } from "../words/asked.ts";
import { addKey, hashCouple, hashLetters, hashWord, type KeyList, withSalt } from "../words/hash.ts";
import { addEnds, addFull, initialKey, initialKeyOfCode, type Salt, shortKeyOf } from "../words/keys.ts";
import { codesOf, longerShorts } from "../words/flat.ts";
import type { Words } from "../words/wordFacts.ts";
import { plainerOf } from "./faces.ts";
import type { QuickReader } from "./quickReader.ts";
import { wholeNames } from "../words/spell.ts";

type Lists = Readonly<Record<"address" | "full" | "spelled" | "written" | "ends" | "others" | "short" | "asked", KeyList>>;

/** The words of the name. */
let numbers = new Int32Array(16);
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

const enterInitialOf = ({ short, asked }: Lists, index: number, words: readonly string[]): void => {
  const key = initialKey(words);
  if (key === undefined) return;
  addKey(short, index, key);
  askInitialText(asked, words);
};

/** Of words that need a closer look, in all their spellings. */
const enterOddInitials = ({ lexicon, forms, count }: QuickReader, lists: Lists, index: number): void => {
  const all = Array.from(forms.subarray(0, count), lexicon.form);
  for (const words of wholeNames(all.map((form) => form.word.text), all.map((form) => form.list ?? [form.word.text]))) enterInitialOf(lists, index, words);
};

/** The letters of a surname: one word, or two put together. */
let surname = new Uint16Array(64);
const putWord = ({ table }: Words, word: number, from: number): number => {
  const [start, size] = [table.start(word), table.length(word)];
  if (from + size > surname.length) surname = longerShorts(surname, (from + size) * 2);
  const letters = table.letters();
  for (let at = 0; at < size; at++) surname[from + at] = letters[start + at] as number;
  return from + size;
};

/** "G. Bear", in all its spellings, and "G. García López": see initialKey. */
const enterInitials = (reader: QuickReader, lists: Lists, index: number, length: number): void => {
  const { lexicon, count, forms } = reader;
  const { words } = lexicon;
  const { table } = words;
  let initial = -1;
  let size = 0;
  let isOdd = false;
  let hasSeveral = false;
  let parting = -1;
  for (let at = 0; at < count; at++) {
    const form = forms[at] as number;
    isOdd ||= lexicon.kindOf(form) === "odd";
    hasSeveral ||= lexicon.hasSeveral(form);
    if (lexicon.mayPart(form)) parting = form;
    if (!lexicon.isShort(form)) size = length < 3 ? putWord(words, reader.word(at), size) : 0;
    else if (initial < 0 && table.length(reader.word(at)) === 1) initial = table.letters()[table.start(reader.word(at))] as number;
  }
  // Where two words meet a spelling may part, too.
  if (isOdd && (parting >= 0 || (hasSeveral && length === 2))) enterOddInitials(reader, lists, index);
  else if (initial >= 0 && size > 0) {
    if (length === 2 || parting < 0) {
      addKey(lists.short, index, initialKeyOfCode(hashLetters(surname, 0, size), initial));
      askInitial(lists.asked, surname, 0, size, initial);
    } else for (const word of lexicon.form(parting).list ?? []) {
      addKey(lists.short, index, initialKeyOfCode(hashWord(word), initial));
      askInitial(lists.asked, codesOf(word), 0, word.length, initial);
    }
  }
  if (reader.extra.loose !== undefined) enterInitialOf(lists, index, plainerOf(Array.from({ length: count }, (_, at) => table.text(reader.word(at))), reader.extra.loose));
};

const enterName = (reader: QuickReader, lists: Lists, index: number, salt: Salt): void => {
  const { lexicon, count, forms, extra } = reader;
  const { words } = lexicon;
  if (count > full.length) [numbers, full] = [new Int32Array(count * 2), new Int32Array(count * 2)];
  let length = 0;
  let isTwofold = false;
  for (let at = 0; at < count; at++) {
    const form = forms[at] as number;
    isTwofold ||= lexicon.isTwofold(form);
    const word = (numbers[at] = lexicon.wordOf(form));
    if (!lexicon.isShort(form)) full[length++] = words.hash(word);
  }
  if (isTwofold) {
    const others = Array.from(forms.subarray(0, count), (form) => lexicon.otherwise(form) ?? lexicon.form(form).word.text);
    addFull(lists.full, index, others, salt);
    addEnds(lists.ends, index, others, salt);
  }
  addKey(lists.full, index, withSalt(words.nameHash(numbers, count), salt));
  enterCouples(lists, index, length, salt);
  if (length < count && extra.number === "") enterInitials(reader, lists, index, length);
  if (extra.loose === undefined) return;
  let plainer = 0;
  for (let at = 0; at < count; at++) {
    const loose = extra.loose[at];
    if (loose === undefined ? !lexicon.isShort(forms[at] as number) : loose.length > 1) full[plainer++] = loose === undefined ? words.hash(numbers[at] as number) : hashWord(loose);
  }
  enterCouples(lists, index, plainer, salt);
};

const enterLogins = ({ count, logins, isHandle, extra }: QuickReader, lists: Lists, index: number): void => {
  const isNumbered = extra.number !== "";
  const isShort = (!isNumbered && count < 2) || isHandle;
  for (let login = 0; login < logins.count; login++) {
    const salt = logins.salt(login);
    if (logins.keyLength(login) > 4) addKey(lists.spelled, index, withSalt(logins.name(login), salt));
    if (isHandle && logins.countsNamesakes(login)) addKey(lists.spelled, index, logins.name(login));
    addKey(lists.written, index, logins.key(login));
  }
  // Logins that may be gbear, bearg, garyb; g.bear and bear.g.
  for (let login = 0; isShort && login < logins.count; login++) {
    if (logins.hasNumber(login) ? !logins.countsNamesakes(login) : isNumbered) continue;
    const size = logins.size(login);
    if (size === 1) {
      addKey(lists.short, index, shortKeyOf(logins.word(login, 0)));
      askLogin(lists.asked, logins.letters, logins.start(login, 0), logins.end(login, 0));
      continue;
    }
    const initial = logins.length(login, 0) === 1 ? 0 : 1;
    if (size !== 2 || logins.length(login, initial) !== 1 || logins.length(login, 1 - initial) < 2) continue;
    addKey(lists.short, index, initialKeyOfCode(logins.word(login, 1 - initial), logins.first(login, initial)));
    askInitial(lists.asked, logins.letters, logins.start(login, 1 - initial), logins.end(login, 1 - initial), logins.first(login, initial));
  }
};

export const enterQuick = (lists: Lists, reader: QuickReader, index: number, salt: Salt): void => {
  const { logins } = reader;
  if (logins.hasAddress) addKey(lists.address, index, logins.address);
  enterName(reader, lists, index, salt);
  if (logins.count > 0) enterLogins(reader, lists, index);
};
