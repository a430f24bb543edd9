// How a name of a thing may be written otherwise, for suggestions only: its words and numbers in any order, dates and quarters in
// any notation, versions with or without a "v" and their last zeros. Never a pair: numbers that do not look alike are two numbers
// until a person says so.

const NUMBER = /^\p{N}/u;
const ROMAN = /^(?=.)x{0,3}(?:ix|iv|v?i{0,3})$/;
const DIGITS: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };
/** Of the numerals up to 39. */
export const romanValue = (word: string): string | undefined => (ROMAN.test(word) ? String(Array.from(word, (digit) => DIGITS[digit] ?? 0).reduce((sum, value, at, all) => sum + ((all[at + 1] ?? 0) > value ? -value : value), 0)) : undefined);

const MONTHS = ["jan|januar|january|janvier|enero|ene|gennaio|gen|janeiro|januari", "feb|februar|february|fevrier|fev|febrero|febbraio|fevereiro|februari", "mar|marz|maerz|mrz|march|mars|marzo|marco|maart", "apr|april|avril|avr|abril|abr|aprile", "may|mai|mayo|maggio|mag|maio|mei", "jun|juni|june|juin|junio|giugno|giu|junho", "jul|juli|july|juillet|juil|julio|luglio|lug|julho", "aug|august|aout|agosto|ago|augustus", "sep|sept|september|septembre|septiembre|settembre|set|setembro", "oct|okt|october|oktober|octobre|octubre|ottobre|ott|outubro|out", "nov|november|novembre|noviembre|novembro", "dec|dez|december|dezember|decembre|diciembre|dic|dicembre|dezembro"];
const MONTH: ReadonlyMap<string, number> = new Map(MONTHS.flatMap((names, at) => names.split("|").map((name) => [name, at + 1] as const)));
/** Said of a number, and left out as well. */
const SILENT: ReadonlySet<string> = new Set(["v", "ver", "vers", "version", "no", "nr", "num", "number"]);
const ORDINAL = /^(?:st|nd|rd|th)$/;
const QUARTER = /^(?:quarter|quartal|trimestre|kvartal|kwartaal|kwartal)$/;

/** 20240115 is a day, and 24 a year as 2024 is. */
const parted = (number: string): readonly string[] => /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(number) ? [number.slice(0, 4), number.slice(4, 6), number.slice(6)] : [number];
const yearless = (number: string): string => (/^20\d\d$/.test(number) ? number.slice(2) : number);
const unpadded = (number: string): string => number.replace(/^0+(?=.)/, "");

/** What is the same of all ways to write a name: its words and its numbers, each in the order of the alphabet. */
export interface Loosely {
  readonly words: string;
  readonly numbers: string;
}

export const loosely = (reading: readonly string[]): Loosely => {
  const words: string[] = [];
  const numbers: string[] = [];
  reading.forEach((word, at) => {
    const [before = "", after = ""] = [reading[at - 1], reading[at + 1]];
    const month = MONTH.get(word);
    if (word === "") return;
    if (NUMBER.test(word)) numbers.push(...word.replace(/(?<=\d)(?:[.,]0+)+$/, "").split(/[.,]/).flatMap(parted).map((number) => yearless(unpadded(number))));
    else if (SILENT.has(word) && NUMBER.test(after)) return;
    else if (ORDINAL.test(word) && NUMBER.test(before)) return;
    else if (month !== undefined && (NUMBER.test(before) || NUMBER.test(after))) numbers.push(String(month));
    else if (romanValue(word) !== undefined && at > 0) numbers.push(romanValue(word) ?? "");
    else words.push(QUARTER.test(word) ? "q" : word);
  });
  return { words: words.sort().join(" "), numbers: numbers.sort().join(" ") };
};
