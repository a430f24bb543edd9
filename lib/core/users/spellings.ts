// How else a name may be written in a user map: addresses and logins are the same in capitals, lists of people from a directory write
// "Anna.Berg@acme.example" for anna.berg@acme.example, and an accent is one letter or two. The store finds names as they are written,
// so each is asked for.

/** What two spellings of a name have in common. */
export const foldedName = (text: string): string => text.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();

const titled = (text: string): string => text.toLowerCase().replace(/(^|[^\p{L}\p{N}])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

const cased = (text: string): readonly string[] => {
  const at = text.lastIndexOf("@");
  const [local, domain] = at > 0 ? [text.slice(0, at), text.slice(at)] : [text, ""];
  const heads = [local, local.toLowerCase(), local.toUpperCase(), titled(local)];
  const tails = domain === "" ? [""] : [...new Set([domain, domain.toLowerCase(), domain.toUpperCase(), titled(domain)])];
  return heads.flatMap((head) => tails.map((tail) => head + tail));
};

/** Common spellings of a text in other letters' cases, with accents in one letter or two, without outer blanks; without the text itself. */
export const spellings = (text: string): readonly string[] => {
  const bare = text.normalize("NFC").replace(/\s+/g, " ").trim();
  const written = [text, bare].flatMap(cased);
  return [...new Set([...written, ...written.map((each) => each.normalize("NFD"))])].filter((each) => each !== text);
};
