// Texts of systems on a terminal. Names come from people anywhere: a control sequence in one could clear the screen, rewrite what
// stands there, answer in the reader's place or turn the writing round. Pure.

/** Controls but tab and line feed, and the marks that turn the direction of what follows; a return counts where it does not end a line. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g;

/** The same text with such signs written out, as JSON writes them: what is a JSON text stays the same document. */
export const visible = (text: string): string => text.replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A name inside a line: with line breaks it would look like further lines of ours. */
export const inLine = (name: string): string => name.replace(/\s+/g, " ");
