// How else a name may be written in a user map: addresses and logins are the same in capitals, and lists of people from a
// directory write "Anna.Berg@acme.example" for anna.berg@acme.example. The store finds names as they are written, so each is asked for.

const titled = (text: string): string => text.toLowerCase().replace(/(^|[^\p{L}\p{N}])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

/** Common spellings of a text in other letters' cases, without the text itself. */
export const spellings = (text: string): readonly string[] => {
  const at = text.lastIndexOf("@");
  const [local, domain] = at > 0 ? [text.slice(0, at), text.slice(at)] : [text, ""];
  const heads = [local, local.toLowerCase(), local.toUpperCase(), titled(local)];
  const tails = domain === "" ? [""] : [...new Set([domain, domain.toLowerCase(), domain.toUpperCase(), titled(domain)])];
  return [...new Set(heads.flatMap((head) => tails.map((tail) => head + tail)))].filter((each) => each !== text);
};
