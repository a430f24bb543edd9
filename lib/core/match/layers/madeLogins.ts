// Logins made of an initial and a surname, beside the names they may be made of: of two surnames one has the say.

import { shortLogins } from "../words/keys.ts";
import { isGivenFirst, relate, surnameOf, type Habits, type Named } from "../relate.ts";
import type { Login, Person } from "../reading/person.ts";
import { wholeOf } from "../reading/faces.ts";
import { isIberian, isSpanish } from "../words/words.ts";

/** The first of two surnames: known, or told where the lists know the word before as a given name and those behind are surnames of Iberia. */
const firstOfTwo = ({ words, surname }: Named, habits: Habits): number | undefined => {
  const last = words.length - 1;
  if (last < 2) return undefined;
  if (surname !== undefined) return surname > 0 && surname === last - 1 ? surname : undefined;
  const [first, second] = [words[last - 1] ?? "", words[last] ?? ""];
  return [first, second].every((word) => word.length > 1 && habits(word) <= 0) && (isIberian(first) || isIberian(second)) && habits(words[0] ?? "") > 0 ? last - 1 : undefined;
};

/** Two words behind a given name that are surnames to these lists, of which nobody knows which one has the say. */
const areTwoSurnames = ({ words, surname }: Named, habits: Habits): boolean => surname === undefined && words.length === 3 && habits(words[0] ?? "") > 0 && words.slice(1).every((word) => word.length > 1 && habits(word) < 0);

/** elisa.worth of "Worth Lund, Elisa": the given name and the first of two surnames, with the second one left out. */
export const isOfFirstSurname = (login: Person, { words, surname = 0 }: Person): boolean => {
  if (!login.handle || login.words.length !== 2 || surname === 0 || surname === words.length - 1) return false;
  const [one = "", other = ""] = login.words;
  return (one === words[0] && other === words[surname]) || (other === words[0] && one === words[surname]);
};

/** Both ways to write an initial and a surname as one word, or as two. */
const isMadeOf = ({ words: [one = "", other = ""] }: Login, initial: string, family: string): boolean => (other === "" ? one === initial + family || one === family + initial : (one === initial && other === family) || (other === initial && one === family));

type Made = "initial" | "secondSurname" | "turned";

/**
 * What a login that shows no more than an initial beside a surname says of a full name: that it is made of it, or only of its second
 * surname where the first one has the say, as among Spaniards: mromero is Marcia Romero's before it is Matilde Piñeiro Romero's;
 * or only if its given name were the surname: gbryan is George Bryan's before it is Bryan Greij's.
 */
export const madeOf = (login: Login, full: Person, habits: Habits): Made | undefined => {
  const first = firstOfTwo(full, habits);
  if (first !== undefined) {
    const { words, surname } = full;
    const [family, second] = [words[first] ?? "", words[words.length - 1] ?? ""];
    const isFirst = surname !== undefined || isSpanish(family) || isSpanish(second);
    const initial = words[0]?.[0] ?? "";
    if (isMadeOf(login, initial, family)) return isFirst ? "initial" : "secondSurname";
    if (isMadeOf(login, initial, second) && isFirst) return "secondSurname";
  }
  if (areTwoSurnames(full, habits) && isMadeOf(login, full.words[0]?.[0] ?? "", full.words[1] ?? "")) return "initial";
  if (login.words.length > 1) return relate({ words: login.words, surname: undefined }, { words: full.words, alternatives: full.alternatives, surname: full.surname, loose: full.extra.loose }, habits) === "surnameInitial" ? "initial" : undefined;
  const surname = first ?? surnameOf(full, habits);
  const isShort = (from: number | undefined): boolean => wholeOf(full).some((each) => shortLogins(each, from).includes(login.words[0] ?? ""));
  if (!isShort(surname)) return undefined;
  return surname === undefined && full.words.length === 2 && isGivenFirst(habits(full.words[0] ?? ""), habits(full.words[1] ?? "")) && !isShort(1) ? "turned" : "initial";
};
