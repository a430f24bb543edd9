// What a connection may be called: its name is that of its file, on every system. Pure.

const MOST = 100;
/** Windows opens a device instead of a file, whatever the ending. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Undefined: it may. */
export const nameProblem = (name: string): string | undefined => {
  if (name.trim() === "") return "is empty";
  if (name.length > MOST) return `has ${name.length} letters, ${MOST} are the most`;
  const odd = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.exec(name)?.[0];
  if (odd !== undefined) return `holds ${/[!-~]/.test(odd) ? `"${odd}"` : `the letter U+${(odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`}, which no file's name may`;
  if (/^[.\s-]|[.\s]$/.test(name)) return "begins with a dot, a dash or a blank, or ends with a dot or a blank";
  return DEVICES.test(name) ? "is a device on Windows" : undefined;
};
