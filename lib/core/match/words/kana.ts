// Japanese names in kana, which spell what is said: ヤマグチ サチコ is Yamaguchi Sachiko to everybody who reads them, other than the
// readings of Han characters.

/** By the katakana's place from ァ (U+30A1) on. Small vowels and the small tsu are told apart below. */
const SYLLABLES = `a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi ji tsu tsu zu te de to do na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa i e o n vu ka ke`.split(" ");
const FIRST = 0x30a1;
const SMALL_TSU = "ッ";
const LONG = "ー";
const SMALL = "ァィゥェォャュョヮ";
const HIRAGANA = /[\u3041-\u3096]/g;

/** What stands before a small letter loses its vowel: kiya is kya, shiya sha, fua fa. */
const joined = (before: string, small: string): string => {
  const glide = small.startsWith("y");
  if (before === "u" && !glide) return `w${small}`;
  const onset = before.slice(0, -1);
  return glide && /(?:sh|ch|j)$/.test(onset) ? onset + small.slice(1) : onset + small;
};

/** A word of katakana and the long sign. A long a, i or e is not written in names. */
const wordOf = (kana: string): string => {
  let latin = "";
  let last = "";
  let doubles = false;
  for (const letter of kana) {
    if (letter === LONG) {
      if (/[ou]$/.test(latin)) latin += latin.slice(-1);
      continue;
    }
    if (letter === SMALL_TSU) {
      doubles = true;
      continue;
    }
    const syllable = SYLLABLES[letter.charCodeAt(0) - FIRST] ?? "";
    if (SMALL.includes(letter) && last !== "") {
      const both = joined(last, syllable);
      latin = latin.slice(0, latin.length - last.length) + both;
      last = both;
      continue;
    }
    const doubled = doubles && !/^[aiueon]/.test(syllable) ? (syllable.startsWith("ch") ? "t" : syllable.charAt(0)) : "";
    doubles = false;
    latin += doubled + syllable;
    last = syllable;
  }
  return latin;
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const KANA = /[\u3041-\u3096\u30a1-\u30f6]/;
/** All of a name, or all that stands in brackets: kana behind Han characters are a part of a word that is read otherwise. */
const WHOLE = /(^|[(（])([\u3041-\u3096\u30a1-\u30f6ー・･\s]+)(?=$|[)）])/gu;

/** A text with the names in it that are written in kana throughout in Latin letters, by Hepburn, long o and u as two letters; else as it is. */
export const readKana = (shown: string): string => {
  const text = /[\uff66-\uff9f]/.test(shown) ? shown.normalize("NFKC") : shown;
  if (!KANA.test(text)) return shown;
  const read = text.replace(WHOLE, (whole, open: string, kana: string) => {
    if (!KANA.test(kana)) return whole;
    const katakana = kana.replace(HIRAGANA, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60));
    return open + katakana.split(/([\s・･]+)/).map((part, at) => (at % 2 === 1 ? " " : capital(wordOf(part)))).join("");
  });
  return read === text ? shown : read;
};
