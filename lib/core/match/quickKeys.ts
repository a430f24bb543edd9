// The keys of somebody whose name was read letter by letter: those of lists.ts, told from the numbers of the words alone.

import { addKey, hashCouple, hashNameLetters, type KeyList, withSalt } from "./hash.ts";
import { initialKey, initialKeyOfCode, shortKeyOf } from "./keys.ts";
import type { QuickReader } from "./quickReader.ts";
import { wholeNames } from "./spell.ts";

type Lists = Readonly<Record<"address" | "full" | "spelled" | "written" | "ends" | "others" | "short", KeyList>>;

const MOST = 256;
const starts = new Int32Array(MOST);
const ends = new Int32Array(MOST);
/** Words of the name that are no initials. */
const full = new Int32Array(MOST);

/** Number of couples that remain of a longer name: see addOtherPairs. */
const enterName = ({ lexicon: { words }, scanner, word }: QuickReader, lists: Lists, index: number): number => {
  const { table } = words;
  const { count } = scanner;
  let length = 0;
  for (let at = 0; at < count; at++) {
    const number = word(at);
    const start = (starts[at] = table.start(number));
    const size = table.length(number);
    ends[at] = start + size;
    if (size > 1) full[length++] = words.hash(number);
  }
  addKey(lists.full, index, hashNameLetters(table.letters(), starts, ends, 0, count));
  if (length < 2) return length;
  const last = length - 1;
  const couple = (list: KeyList, one: number, other: number): void => addKey(list, index, hashCouple(full[one] as number, full[other] as number));
  couple(lists.ends, 0, last);
  if (last === 2) {
    couple(lists.others, 0, 1);
    couple(lists.others, 1, 2);
  } else if (last > 2) {
    couple(lists.others, 0, 1);
    couple(lists.others, 1, last);
    couple(lists.others, 0, last - 1);
    couple(lists.others, 0, 2);
  }
  return length;
};

/** "G. Bear", in all its spellings. */
const enterInitials = ({ lexicon, scanner }: QuickReader, list: KeyList, index: number): void => {
  const forms = Array.from(scanner.forms.subarray(0, scanner.count), lexicon.form);
  const alternatives = forms.some((form) => form.list !== undefined) ? forms.map((form) => form.list ?? [form.word.text]) : undefined;
  for (const words of wholeNames(forms.map((form) => form.word.text), alternatives)) {
    const key = initialKey(words);
    if (key !== undefined) addKey(list, index, key);
  }
};

const enterLogins = ({ scanner, logins, isHandle }: QuickReader, lists: Lists, index: number): void => {
  const isShort = scanner.count < 2 || isHandle;
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
      continue;
    }
    const initial = logins.length(login, 0) === 1 ? 0 : 1;
    if (size === 2 && logins.length(login, initial) === 1 && logins.length(login, 1 - initial) > 1) addKey(lists.short, index, initialKeyOfCode(logins.word(login, 1 - initial), logins.first(login, initial)));
  }
};

export const enterQuick = (lists: Lists, reader: QuickReader, index: number): void => {
  const { logins, scanner } = reader;
  if (logins.hasAddress) addKey(lists.address, index, logins.address);
  const full = enterName(reader, lists, index);
  if (full < scanner.count) enterInitials(reader, lists.short, index);
  if (logins.count > 0) enterLogins(reader, lists, index);
};
