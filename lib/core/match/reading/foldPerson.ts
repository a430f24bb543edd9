// One text that is the same for all spellings of a person's name a careful reader accepts without asking, for keys and logs.
// Pairing itself compares the names: two texts that differ may still be one name across scripts.

import { parsePerson } from "./person.ts";

/** Words in order of the alphabet, so that the order of given name and surname does not matter. */
export const foldPerson = (name: string): string => {
  const { words, extra } = parsePerson({ name });
  return [...words].sort().join(" ") + extra.number;
};
