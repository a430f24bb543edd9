// Japanese names in Latin letters: Hepburn writes Hiroshi and Fujita, Kunrei Hirosi and Huzita, and a long vowel is written in
// several ways or not at all (Ono, Oono, Ohno). All of them are brought to Hepburn without long vowels. Words of other languages may
// be made of such syllables too, Tu and Tsu, Simon and Shimon: names are compared that way beside a Japanese surname alone.

import { A, B, C, E, H, I, K, M, N, O, P, S, T, U, Y, Z } from "./codes.ts";
import { codesOf } from "./flat.ts";
import { hashEnd, hashOn, hashStart } from "./hash.ts";
import { nickGroups } from "./nicknames.ts";

/** Syllables as Hepburn writes them, by their numbers; with them the n that ends one, and the first of a doubled consonant. */
const HEPBURN = ["", "n", "k", "s", "t", "p"];
const [CLOSING, DOUBLE_K, DOUBLE_S, DOUBLE_T, DOUBLE_P] = [1, 2, 3, 4, 5];
const FIRST_WHOLE = HEPBURN.length;

/** The number of each syllable by its letters: a vowel, and up to two before it. */
const NUMBERS = new Uint8Array(32 * 32 * 32);
const placeOf = (text: string): number => Array.from(text).reduce((place, letter) => (place << 5) | (letter.charCodeAt(0) & 31), 0);
const add = (written: string, hepburn = written): void => {
  const known = HEPBURN.indexOf(hepburn, FIRST_WHOLE);
  NUMBERS[placeOf(written)] = known < 0 ? HEPBURN.push(hepburn) - 1 : known;
};
for (const vowel of "aiueo") for (const onset of ["", ..."kgsztdnhbpmr"]) if (!"si ti tu hu zi di du".split(" ").includes(onset + vowel)) add(onset + vowel);
for (const vowel of "auo") for (const onset of ["ky", "gy", "ny", "hy", "by", "py", "my", "ry", "j", "sh", "ch", "y"]) add(onset + vowel);
for (const vowel of "auo") for (const [onset, hepburn] of [["sy", "sh"], ["ty", "ch"], ["zy", "j"], ["jy", "j"]] as const) add(onset + vowel, hepburn + vowel);
for (const other of "shi chi fu ji tsu wa she che je".split(" ")) add(other);
for (const [written, hepburn] of [["si", "shi"], ["ti", "chi"], ["tu", "tsu"], ["hu", "fu"], ["zi", "ji"], ["di", "ji"], ["du", "zu"], ["dzu", "zu"], ["wo", "o"]] as const) add(written, hepburn);

const isVowel = (code: number): boolean => code === A || code === E || code === I || code === O || code === U;
const opens = (code: number): boolean => isVowel(code) || code === Y;

/** An n, or an m before a lip, that ends a syllable. */
const isClosing = (code: number, next: number): boolean => (code === N && !opens(next)) || (code === M && (next === B || next === M || next === P));
/** The first of a doubled consonant, as Hepburn writes it. */
const doubleOf = (code: number, next: number): number =>
  code === T ? (next === T || next === C ? DOUBLE_T : 0) : code !== next ? 0 : code === K ? DOUBLE_K : code === S ? DOUBLE_S : code === P ? DOUBLE_P : 0;
/** Whether a letter behind an o or u does no more than make it long: Oono, Ouno, Ohno, Yuuki, Yuhki. */
const isLong = (vowel: number, code: number, next: number): boolean =>
  code === U || (code === O && vowel === O) || (code === H && !opens(next));

/** The numbers of the syllables that were asked for last. */
const syllables: number[] = [];

/** Takes letters apart, and says how many syllables there are; 0 of what is not made of such. Most words end at their last letter or the first syllables: all words of all names are looked at. */
const part = (letters: Uint16Array, from: number, to: number): number => {
  const last = to > from ? (letters[to - 1] as number) : 0;
  if (!isVowel(last) && last !== N && last !== H) return 0;
  let count = 0;
  let at = from;
  while (at < to) {
    const code = letters[at] as number;
    if (code < A || code > Z) return 0;
    const next = at + 1 < to ? (letters[at + 1] as number) : 0;
    let place = code & 31;
    let vowel = code;
    if (!isVowel(code)) {
      const single = isClosing(code, next) ? CLOSING : doubleOf(code, next);
      if (single !== 0) {
        syllables[count++] = single;
        at++;
        continue;
      }
      place = (place << 5) | (next & 31);
      vowel = next;
      at++;
      if (!isVowel(next)) {
        if (++at >= to) return 0;
        vowel = letters[at] as number;
        if (!isVowel(vowel)) return 0;
        place = (place << 5) | (vowel & 31);
      }
    }
    const number = NUMBERS[place] as number;
    if (number === 0) return 0;
    syllables[count++] = number;
    at++;
    if ((vowel === O || vowel === U) && at < to && isLong(vowel, letters[at] as number, at + 1 < to ? (letters[at + 1] as number) : 0)) at++;
  }
  return count;
};

/** A key of a word of Japanese syllables, one for all customs; 0 of all other words. */
export const hepburnKey = (letters: Uint16Array, from: number, to: number): number => {
  const count = part(letters, from, to);
  if (count === 0) return 0;
  let hash = hashStart;
  for (let at = 0; at < count; at++) hash = hashOn(hash, syllables[at] as number);
  return hashEnd(hash) || 1;
};

/** Such a word in Hepburn without long vowels; undefined of all others. */
export const hepburnOf = (word: string): string | undefined => {
  const count = part(codesOf(word), 0, word.length);
  return count === 0 ? undefined : syllables.slice(0, count).map((number) => HEPBURN[number] ?? "").join("");
};

/** Surnames that are of no other language, or of Japanese mostly. */
const SURNAMES = `sato suzuki ito kato saito goto kondo endo kudo ando sudo muto naito shindo adachi abe ono oda ota oki oba oku omi ozeki ozaki mori kubo kono koga kojima kobayashi hayashi hasegawa hattori hirano hirata higuchi honda hori hoshino
  ueda ueno uchida uno inoue inagaki iwasaki iwata ikeda imai ishii ishida ishihara igarashi iida arai araki asano aoki aoyama sakai sakaguchi sakurai sasaki sano sawada seki shibata shimizu shimada shimura sugiura sugiyama takagi takahashi takeda takeuchi tamura tanaka taniguchi
  chiba tsuchiya tsuda tsuji toda tominaga doi nagai nagata nakai nakano narita nishi nishida noguchi noda nomura hamada hara harada haraguchi hino fukuda fukui fujii fujita fujiwara furuya matsuda matsui matsuo maeda maruyama masuda mikami mizuno miura miyata miyake mochizuki morita
  yasuda yano yamada yamaguchi yamauchi yamazaki yoshida yoshino yokota wada watanabe watanuki konishi kinoshita kimura kitagawa kawai kawasaki kaneko kamata kataoka katsumata kikuchi kuroda kurihara kuwahara komatsu okada okamoto okubo onishi onuki oshima osawa ogawa ogata honma okuno`.split(/\s+/);
const parts = (text: string): string => text.split(/\s+/).join("|");
const BEGINNINGS = parts(`ao aka aki ara asa ashi awa chi ebi eda ena etsu fuji fuka fuku fune furu futa hama hana hara hashi hase hata haya hayashi higashi hira hiro hira hon hori hoshi ichi ike ima ina ino inu iri ishi ita iwa kado kaji kaki kama kame kami kana kane kashi kata katsu kawa kiku kita kishi
  koba ko kubo kuma kuri kuro kusa kuwa kage maki maru masu matsu michi minami mine mitsu miya mizu momo mori moto mura muro naga naka nami nari nashi nishi nomi numa o oka oku ono sai saka saki saku sakura sasa sato sawa seki shiba shima shimo shio shira shiro sone sugi sumi suzu taka take taki tama tani tate tera toku
  tomi tori toyo tsuchi tsuka tsuki tsuji tsuru tsune uchi ue ume unu wata wataka yabu yagi yama yana yasu yoko yone yoshi yuki`);
const ENDINGS = parts(`bayashi hayashi be buchi fuchi uchi guchi kuchi da ta be gaki kaki gami kami gane kane gashira gawa kawa gishi kishi gome hama bara hara bashi hashi bata hata hira hori ide ike iri ishi iwa kado kai gai kashi gashi gata kata kaya giri kiri ki gi kita kubo kuma kura gura kuwa gusa kusa maki maru masu matsu michi
  mine miya miyama mizo mizu mori moto mura muro naga naka nashi nishi no nuki numa oka saka zaka saki zaki sato sawa zawa seki zeki shima jima shio shita shiro so suda sugi sumi dani tani date tate dera tera dome domi tomi dori tori tsu tsuka zuka tsuki zuki tsuji tsuru uchi ue ume ura wara waki yanagi yashiki yama yasu zoe`);
const COMPOUND = new RegExp(`^(?:${BEGINNINGS})(?:${ENDINGS})$`);
/** Of fewer letters words of many languages are made. */
const LEAST_COMPOUND = 6;

let surnames: ReadonlySet<string> | undefined;

/** Whether a word, as `hepburnOf` writes it, is a Japanese surname: Yamashita is put together of what such names are. */
export const isJapaneseSurname = (hepburn: string): boolean => (surnames ??= new Set(SURNAMES.map((word) => hepburnOf(word) ?? word))).has(hepburn) || (hepburn.length >= LEAST_COMPOUND && COMPOUND.test(hepburn));

/** Given names of others, beside any surname: Simon is no Shimon. */
const ELSEWHERE: ReadonlySet<string> = new Set("simon shimon simone tito chito tino chino tina china zina sina hugo juan".split(" "));
const isKnownElsewhere = (word: string): boolean => ELSEWHERE.has(word) || nickGroups(word).length > 0;

/** Two names, one Japanese surname among their words at least, and initials at most: their words as Hepburn writes them; undefined of names that may be of another language. */
export const hepburnOfBoth = (one: readonly string[], other: readonly string[]): readonly [readonly string[], readonly string[]] | undefined => {
  const [mine, theirs] = [hepburnNames(one), hepburnNames(other)];
  if (mine === undefined || theirs === undefined || !mine.some((word) => theirs.includes(word) && isJapaneseSurname(word))) return undefined;
  const isOdd = (words: readonly string[], hepburn: readonly string[], others: readonly string[], otherHepburn: readonly string[]): boolean =>
    words.some((word, at) => !others.includes(word) && otherHepburn.includes(hepburn[at] ?? "") && isKnownElsewhere(word));
  return isOdd(one, mine, other, theirs) || isOdd(other, theirs, one, mine) ? undefined : [mine, theirs];
};

const hepburnNames = (words: readonly string[]): readonly string[] | undefined => {
  if (words.length < 2) return undefined;
  const made: string[] = [];
  for (const word of words) {
    const hepburn = word.length === 1 ? word : hepburnOf(word);
    if (hepburn === undefined) return undefined;
    made.push(hepburn);
  }
  return made;
};
