// What a person shows of a name besides the words as they stand: all spellings together, other names told, and the mailbox.

import type { Person } from "./person.ts";
import { wholeNames } from "../words/spell.ts";

export type Face = Pick<Person, "words" | "alternatives" | "surname" | "extra">;

/** The names somebody tells of himself besides the shown one: by the maiden name, or by the nickname in quotes. */
export const calledOf = ({ words, surname, extra }: Person): readonly Face[] => words.length < 2 ? [] : extra.also.flatMap((word) => {
  const from = surname ?? words.length - 1;
  const face = (all: readonly string[], at: number): Face => ({ words: all, alternatives: undefined, surname: surname === undefined ? undefined : at, extra: { ...extra, loose: undefined } });
  return [face([...words.slice(0, from), word], from), face([word, ...words.slice(from)], 1)];
});

export type Whole = readonly (readonly string[])[];
export const wholeOf = (person: Pick<Person, "words" | "alternatives">): Whole => wholeNames(person.words, person.alternatives);

/** Without the particles that only join. */
export const plainerOf = (words: readonly string[], loose: Readonly<Record<number, string>>): readonly string[] => words.map((word, at) => loose[at] ?? word);

export const addressKey = (email: string): string => (email.includes("+") ? email.replace(/\+[^@]*@/, "@") : email);
