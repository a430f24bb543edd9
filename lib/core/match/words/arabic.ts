// Arabic names in Latin letters: each country romanises by its own custom, and so does each family (Mohammed, Mohamed, Muhammad;
// Abdulrahman, Abdel Rahman, Abd al-Rahman; Al-Masri, Elmasry). All are brought to one spelling, but only beside a given name that
// nobody else has: Nora and Noura, Said and Saeed are two elsewhere.

/** Given names and surnames with their spellings, of which the first stands for all: such as are of Arabic or of Islam alone. */
const SURE = `muhammad=mohammed,mohamed,mohammad,muhammed,mohamad,muhamad,mouhamed ahmad=ahmed mahmud=mahmoud,mahmood mustafa=moustafa,mostafa,mustapha,moustapha yusuf=youssef,yousef,yousif,youssouf,yussuf,yusef,yousuf,yousof khalid=khaled
  hasan=hassan husain=hussein,hossein,hussain,husayn,hosein,houssein ibrahim=ebrahim fatima=fatma,fatimah,fatema aisha=aicha,ayesha,aysha,aishah,aischa tariq=tarek,tareq,tarik rashid=rasheed,rachid walid=waleed,oualid hisham=hesham,hicham
  salih=saleh faruq=farouk,farooq,faruk,farook qasim=kassem,kasim,qassim,kassim,qasem,kasem ghanim=ghanem uthman=othman,usman,osman yasin=yassin,yaseen,yassine,yasine nabil=nabeel tawfiq=toufik,taoufik,tawfik,tewfik zainab=zaynab,zeinab,zineb,zeynab
  khadija=khadijah,khadidja,khadeeja hamza=hamzah ismail=esmail,ismaeel,ismaiel sulaiman=suleiman,soliman,sulayman,souleymane yunus=younes,younis,younus,yunis mansur=mansour,mansoor masud=masoud,massoud,masood murad=mourad rauf=raouf
  dawud=daoud,dawood,daud harun=haroun,haroon jafar=jaafar,gaafar,jaffar hatim=hatem munir=mounir,muneer musa=moussa,mousa usama=osama,oussama ayman=aymen,aiman basim=bassem,basem,bassim marwan=marouane,merouane,marouan ziad=ziyad,zeyad
  abubakr=aboubakr,abubaker,aboubaker bilal=belal samir=sameer nasir=nasser,naser`;
/** The same of names that others bear as well. */
const SHARED = `ali=aly umar=omar,omer karim=kareem said=saeed,saied layla=leila,laila,leyla mariam=maryam,meriem,meryem nura=noura,nora,norah sara=sarah yasmin=yasmine,yasmeen,jasmin amina=aminah,ameena jamal=gamal,djamel jamil=jameel,gamil mahdi=mehdi
  nur=nour,noor rahim=raheem hamid=hameed majid=majeed sharif=cherif,shareef,sherif habib=habeeb latif=lateef imad=emad ihab=ehab adil=adel amir=ameer amin=ameen wail=wael`;

/** Surnames of Arabs, mostly behind the article, and some without it. */
const FAMILIES = "harbi otaibi utaibi ghamdi qahtani zahrani dosari dossari dawsari masri sayed mutairi shammari anazi enezi subaie balawi juhani maliki amri shehri shahrani qarni rashidi hashimi baghdadi halabi khatib najjar haddad jaber tamimi yami sharqi mansoori maktoum nahyan sabah";
const ALONE = "haddad najjar khoury";

const spellingsOf = (text: string): readonly (readonly [string, string])[] =>
  text.split(/\s+/).flatMap((each) => {
    const [name = "", others = ""] = each.split("=");
    return [name, ...others.split(",")].filter((word) => word !== "").map((word) => [word, name] as const);
  });
const SPELLINGS: ReadonlyMap<string, string> = new Map([...spellingsOf(SURE), ...spellingsOf(SHARED)]);
const SURE_NAMES: ReadonlySet<string> = new Set(spellingsOf(SURE).map(([, name]) => name));

/** "Servant of", with the article behind it: what follows is one of the ninety-nine names. */
const SERVANT = /^abd(?:[aeou]l)?$/;
const SERVANT_WITHIN = /^abd(?:[aeou]l|(?=[aeou](?:rr|ss|sh|zz|nn))[aeou])(?=[a-z]{2})/;
const ARTICLE = /^(?:al|el|ul)-?(?=[a-z]{3})/;
/** One letter for what is written in several ways. */
const plainer = (word: string): string => word.replace(/ee|ie(?=.)/g, "i").replace(/ou|oo/g, "u").replace(/aa/g, "a").replaceAll("q", "k").replace(/(?<=.)y(?![aeiou])/g, "i").replace(/(?<=a)h$/, "");
/** The same, doubled consonants once: only of a name that is known, for Hassalri may be another than Hasalri. */
const plainest = (word: string): string => plainer(word).replace(/([^aeiou])\1/g, "$1");

/** As they stand in a name, with the article where there is one. */
const families: ReadonlySet<string> = new Set([...FAMILIES.split(" ").map((word) => `al${plainest(word)}`), ...ALONE.split(" ").map(plainest)]);

const spelledName = (word: string): string => {
  const article = word.length > 5 ? (ARTICLE.exec(word)?.[0] ?? "") : "";
  const rest = word.slice(article.length);
  const spelled = `${article === "" ? "" : "al"}${plainer(SPELLINGS.get(rest) ?? rest)}`;
  const family = plainest(spelled);
  return families.has(family) ? family : spelled;
};
// Few words make many names.
const made = new Map<string, string>();
const MOST_MADE = 4_000;
const nameOf = (word: string): string => {
  const before = SPELLINGS.get(word) ?? made.get(word);
  if (before !== undefined) return before;
  if (made.size >= MOST_MADE) made.clear();
  const name = spelledName(word);
  made.set(word, name);
  return name;
};
/** Whose servant: without the article. */
const servantOf = (word: string): string => {
  const rest = word.replace(ARTICLE, "");
  const name = SPELLINGS.get(rest) ?? rest;
  // Abdullah and Abdallah hold the article twice.
  return `abdul${plainest(name).replace(/^l(?=ah?$)/, "")}`;
};

/** Whether such a spelling is of Arabic or of Islam alone. */
const isSure = (name: string): boolean => SURE_NAMES.has(name) || families.has(name) || (name.length > 5 && name.startsWith("abdul"));

/** What says by itself that a name is Arabic, but for servants: given names, and surnames with their articles. */
export const sureArabic: readonly string[] = [
  ...spellingsOf(SURE).map(([word]) => word),
  ...[...FAMILIES.split(" ").flatMap((word) => [`al${word}`, `el${word}`]), ...ALONE.split(" ")].flatMap((word) => [word, word.replace(/i$/, "y"), word.replace(/y$/, "i"), word.replace("ou", "u").replace(/y$/, "i")]),
];
const sureWords: ReadonlySet<string> = new Set(sureArabic);

/** "Abd", "Abdel" alone: the next word belongs to it. */
export const isServant = (word: string): boolean => SERVANT.test(word);
/** Whether a word says by itself that a name is Arabic. */
export const isArabic = (word: string): boolean => sureWords.has(word) || (word.startsWith("abd") && (isServant(word) || SERVANT_WITHIN.test(word)));

const spelledWord = (word: string): string => (word.startsWith("abd") && SERVANT_WITHIN.test(word) ? servantOf(word.replace(SERVANT_WITHIN, "")) : word.length === 1 ? word : nameOf(word));
/** The words of a name in the one spelling; what stands behind "Abd al-" is one word with it. */
export const arabicOf = (words: readonly string[]): readonly string[] => {
  const made: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const next = words[at + 1] ?? "";
    if (isServant(word) && next.length > 2) {
      made.push(servantOf(next));
      at++;
    } else made.push(spelledWord(word));
  }
  return made;
};

/** Two names that have a sure one in common, in the one spelling; undefined of all others. */
export const arabicOfBoth = (one: readonly string[], other: readonly string[]): readonly [readonly string[], readonly string[]] | undefined => {
  if (one.length < 2 || other.length < 2 || !one.some(isArabic) || !other.some(isArabic)) return undefined;
  const [mine, theirs] = [arabicOf(one), arabicOf(other)];
  return mine.length > 1 && theirs.length > 1 && mine.some((word) => isSure(word) && theirs.includes(word)) ? [mine, theirs] : undefined;
};
