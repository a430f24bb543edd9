// A name as any system keeps it, for knowing an item again by its name. Systems leave out signs they cannot hold (controls, half
// characters, what XML does not allow), write others for them, and make one blank of several. Pure.

const HALVES = /[\p{Surrogate}\ufffd\ufffe\uffff]/gu;
const CONTROLS = /[^\P{Cc}\s]/gu;

/** As endpoints keep it: without control signs and halves of characters, blanks as one, NFC. */
export const keptName = (name: string): string => name.replace(HALVES, "").replace(CONTROLS, "").normalize("NFC").replace(/\s+/g, " ").trim();

/** Case counts. */
export const sameName = (a: string, b: string): boolean => keptName(a) === keptName(b);
