// Two lists of people with the truth about them: the same seed gives the same lists. Names of many languages and the ways
// in which two systems come to write one person differently. Its tables are its own: it must not learn from the code it tests.

import type { NameEntry } from "../../../lib/core/match/model.ts";

export type Random = () => number;

/** mulberry32 */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

interface Language {
  readonly given: readonly string[];
  readonly roots: readonly string[];
  readonly ends: readonly string[];
  readonly customs?: readonly ((text: string) => string)[];
  readonly surnameFirst?: boolean;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const table = (pairs: string): ((text: string) => string) => {
  const map = new Map(pairs.trim().split(/\s+/).map((pair) => pair.split("=") as [string, string]));
  return (text) =>
    [...text].map((letter) => {
      const lower = letter.toLowerCase();
      const written = map.get(lower) ?? lower;
      return letter === lower ? written : written.slice(0, 1).toUpperCase() + written.slice(1);
    }).join("");
};
const CYRILLIC = "а=a б=b в=v г=g д=d е=e з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f ы=y ь= ъ= э=e";
const RUSSIAN = [
  table(`${CYRILLIC} ё=e ж=zh й=y х=kh ц=ts ч=ch ш=sh щ=shch ю=yu я=ya`),
  table(`${CYRILLIC} ё=e ж=zh й=i х=kh ц=ts ч=ch ш=sh щ=shch ю=iu я=ia`),
  table(`${CYRILLIC} ё=yo ж=zh й=j х=h ц=c ч=ch ш=sh щ=shh ю=yu я=ya`),
  table(`${CYRILLIC} ё=jo ж=sch й=j х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja в=w`),
];
const GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f ψ=ps ω=o ά=a έ=e ή=i ί=i ό=o ύ=y ώ=o";
const greek = (rest: string) => (text: string) => table(`${GREEK} ${rest}`)(text.replace(/ού|ου/g, "\u0001").replace(/Ου/g, "\u0002")).replaceAll("\u0001", "ou").replaceAll("\u0002", "Ou");

export const LANGUAGES: Readonly<Record<string, Language>> = {
  english: { given: words("James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Emma Oliver Harry Grace Lucy George Ethan Chloe Dylan Owen"), roots: words("Black White Ash Brad Stan Wood Hart Green Fair Lang Wal Mil Hall Bart Whit Red Clay Thorn Win Brook North West Hay Ward Pres Cran"), ends: words("ford ley ton well man worth field ham son wick more dale by cott s er") },
  german: { given: words("Jörg Jürgen Günther Käthe Björn Anna Lukas Sören Ursula Götz Lena Max Felix Hannah Sophie Paul Jonas Leon Mia Clara Friederike Karsten Heike Sabine Torsten Uwe Doris Rainer Bärbel Rüdiger"), roots: words("Müll Schröd Weiß Köhl Bäck Grün Böhm Großm Schäf Hofm Krüg Jäg Lindn Wein Stein Berg Kranz Baum Vog Seid Löw Kön Süß Küh Zieg"), ends: words("er mann berg bach hausen meier haus feld wald ner l ig linger stein hofer dorf") },
  french: { given: words("François Hélène Élodie Jérôme Chloé Zoé Benoît Anaïs Céline Loïc Marie Luc Pierre Sophie Camille Hugo Manon Théo Léa Noémie Gaël Inès Agnès Jean-Luc Anne-Marie Jean-Pierre Marie-Claude"), roots: words("Lef Dub Garn Bouch Font Mor Girard Rous Châtel Beau Lam Per Chev Gauth Mont Vill Bér Lév Dél Maré"), ends: words("ebvre ois ier aine eau ard in ot elle ette art and ault ont euil âtre") },
  spanish: { given: words("José María Juan Ana Luis Carmen Jesús Lucía Andrés Sofía Raúl Inés Iñigo Begoña Óscar Ángel Rocío Álvaro Nuria Mónica Pablo Elena Diego Marta"), roots: words("Garc Mart Rodrí López Hern Gonz Pér Sánch Ram Tor Flor Riv Góm Díaz Mor Muñ Ord Ibá Núñ Cast Dom Vald Salg"), ends: words("ía ínez guez era ández ález ez írez res es oz óñez illo ado ales ero ista") },
  portuguese: { given: words("João Maria António Ana Luís Inês Gonçalo Conceição Sebastião Tiago Rita Pedro Joana Duarte Beatriz Miguel Catarina Nuno Sílvia Zé"), roots: words("Silv Sant Ferr Per Oliv Cost Rodr Mart Sous Fern Gonç Almei Ribei Lop Mora Simõ Guimar Araúj Leit Tei"), ends: words("a os eira eiro a es ino alves das ro ães o ão ais elos inho ado ante") },
  italian: { given: words("Giuseppe Niccolò Maria Giovanni Antonio Francesca Mario Luigi Angelo Chiara Alessandro Giulia Matteo Sara Davide Elisa Simone Ilaria Paolo Noè"), roots: words("Ross Ferr Bianch Esp Rom Colomb Ricc Mar Grec Brun Gall Cont Cost Giord Mancin Rizz Lomb Mor Barb Font"), ends: words("i ari o osito ano etti ini ella one ucci elli ardi otti ello ieri acchi") },
  dutch: { given: words("Jan Pieter Anouk Sjoerd Femke Daan Sanne Bram Lotte Ruud Wouter Maaike Joost Liesbeth Thijs Jasper Marloes Koen Renée"), roots: words("van_der_Berg van_den_Bos de_Vries de_Jong Jansen van_Dijk Bakker Visser Smit Meijer de_Boer Mulder van_de_Ven ter_Horst Dekker van_Leeuwen de_Groot Brouwer van_Houten Koster"), ends: words("_ - s sma stra ink veld huis") },
  polish: { given: words("Łukasz Małgorzata Paweł Agnieszka Michał Grażyna Wojciech Żaneta Stanisław Zofia Jędrzej Bożena Andrzej Ewa Piotr Kinga Rafał Sławomir"), roots: words("Kowal Wiśnie Wójc Kamiń Lewan Zieliń Szymań Woźni Dąbro Kozł Jankow Mazur Krawcz Piotrow Grabow Pawł Michal Król Wróbl Jabłoń"), ends: words("ski wski ik ak czyk owicz ek iak ewicz ecki iński ar") },
  czech: { given: words("Jiří Tomáš Kateřina Lukáš Věra Ondřej Zdeněk Markéta Řehoř Žofie Jan Petr Hana Matěj Štěpán Libuše Dušan Ľubica Božena"), roots: words("Nov Svob Dvoř Černý Proch Kuč Vesel Krej Hor Něm Pokor Poláč Maš Růži Beneš Fial Sedl Dolež Zem Kolá"), ends: words("ák oda ovský ek ázka era ička ka ec čík al áček ínek") },
  nordic: { given: words("Åsa Björn Søren Øyvind Jørgen Kåre Märta Göran Håkon Åge Lars Ingrid Sigrid Anders Freja Mads Linnea Elin Torbjørn Ærling"), roots: words("Ander Sjö Jo Lind Berg Åker Hag Nyg Ström Bjerke Sør Øster Kjær Nørr Håkan Lund Ek Holm Gran Dahl"), ends: words("ström qvist sen sson gren berg gaard strand mark lund dahl by stad vik") },
  finnish: { given: words("Päivi Jyrki Väinö Äänis Yrjö Matti Aino Eero Helmi Pekka Sirpa Ilkka Tuula Hannu Satu"), roots: words("Mäk Virt Niem Hämäl Kosk Jär Lehtim Saar Heik Ylön Pelt Tuom Räs Kärk Ranta"), ends: words("inen anen elä nen äinen vi äki la kinen ala ola istö maa") },
  hungarian: { given: words("László István Zsófia György Erzsébet Ödön Árpád Ágnes Béla Dóra Győző Katalin Sándor Tünde Örs"), roots: words("Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Mészáros Oláh Szűcs Győri Kővá Fülöp"), ends: words("_ i né fi ffy házi völgyi vári helyi"), surnameFirst: true },
  turkish: { given: words("Şükrü Ayşe Çağla Özgür İbrahim Gülşen Ümit Işıl Oğuz Zeynep Mehmet Fatma Emre Elif Tuğba Barış"), roots: words("Yıl Öz Kaya Demir Çelik Şah Ar Doğ Kılı Ay Koç Kurt Öztür Şim Erdo Gün Ak Boz Tek Uç"), ends: words("maz türk an oğlu soy kan er tepe dağ ay daş gil ci baş") },
  russian: { given: words("Сергей Юлия Дмитрий Екатерина Алексей Наталья Андрей Татьяна Михаил Ольга Евгений Ксения Иван Мария Юрий Любовь Виктор Анастасия Илья Яна"), roots: words("Иван Петр Щербак Кузнец Хохл Жук Цветк Чайк Шишк Юд Яковл Бел Гриш Зайц Лебед Морж Соловь Третьяк Фом Ефрем Рыж Тимоф Волк Орл"), ends: words("ов ев ин ский енко ович ких аев евич юк"), customs: RUSSIAN },
  greek: { given: words("Γιώργος Ελένη Δημήτρης Μαρία Κώστας Χρήστος Θανάσης Σοφία Νίκος Ιωάννα Βασίλης Φωτεινή Ξένια Στέλιος"), roots: words("Παπαδ Νικολ Γεωργ Δημητρ Χριστ Καρ Βασιλ Θεοδ Μακρ Σταυρ Κωνσταντιν Αθανασ Ξενάκ Ψαρ Φιλιππ"), ends: words("όπουλος άκης ίδης άτος έας ίου ούλης ιάδης άς"), customs: [greek("χ=ch"), greek("χ=h")] },
  vietnamese: { given: words("Ánh Dũng Hương Linh Tuấn Phương Thảo Đức Quỳnh Hải Yến Nhật Trâm Vỹ Khánh"), roots: words("Nguyễn Trần Lê Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"), ends: words("_Thị _Văn _Minh _Hữu _Ngọc _Thanh _Quang _Đình _Xuân _Bảo"), surnameFirst: true },
  indian: { given: words("Rajesh Priya Anil Sunita Vijay Lakshmi Arjun Deepa Sanjay Kavita Rohan Meera Venkatesh Padma Suresh Divya Gopal Nisha"), roots: words("Krish Subra Rama Venka Chandra Bala Nara Hari Shiva Rajen Swami Maha Gopi Jaya Vish Laks Raghu Sathya Muthu Ganga"), ends: words("nan manian swamy tesan sekaran yan murthy raman nath dran prasad rajan kumar pillai iyer") },
  arabic: { given: words("Mohammed Fatima Omar Layla Hassan Aisha Khalid Noor Yusuf Mariam Tariq Samira Bilal Huda Rashid Zaynab"), roots: words("al-Has al-Mas al-Raj al-Far al-Kha al-Zah el-Say el-Bag Haddad Nass al-Qas al-Jab Mansour Sal al-Tam al-Ghaz"), ends: words("san ri hi si lidi rani ed di im ar eeb ouri awi ani oud") },
  irish: { given: words("Seán Siobhán Pádraig Niamh Ciarán Aoife Máire Eoin Róisín Colm Gráinne Oisín Bríd Tadhg"), roots: words("O'Br O'Conn O'Don O'Sull McCar McDon O'Rei O'Nei MacGrath O'Kee McLough O'Mall"), ends: words("ien or ovan ivan thy ald lly ll man fe lin ey nell agher") },
  chinese: { given: words("Xiaoming Jing Wei Mei-Ling Jianguo Yuhan Zhiqiang Lihua Haoran Yan-Ting Guoqing Siqi"), roots: words("Wang Zhang Ouyang Chen Zhao Huang Zhou Xu Sun Zhu Gao Lin Luo Zheng Liang Xie Tang Deng Feng Cao"), ends: words("_ -_"), surnameFirst: true },
};

export interface Human {
  readonly number: number;
  readonly language: string;
  readonly given: string;
  readonly middle: string;
  readonly family: string;
}

/** How one side writes a person, and whether a careful reader would know them by it alone. */
export type Kind = "plain" | "upper" | "bare" | "expanded" | "comma" | "swapped" | "title" | "tag" | "middle" | "middleInitial" | "initials" | "dotted" | "shortLogin" | "custom" | "spacing" | "nickname" | "married" | "typo";
const SUGGESTED: ReadonlySet<Kind> = new Set(["nickname", "married", "typo"]);

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const ascii = (text: string): string => text.replace(/ß/g, "ss").replace(/[øØ]/g, "o").replace(/[łŁ]/g, "l").replace(/[đĐ]/g, "d").replace(/ı/g, "i").replace(/[æÆ]/g, "ae").normalize("NFD").replace(/\p{M}/gu, "");
const EXPANDED: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", å: "aa", ø: "oe", æ: "ae", Ä: "Ae", Ö: "Oe", Ü: "Ue", Å: "Aa", Ø: "Oe", Æ: "Ae" };
const expanded = (text: string): string => ascii([...text].map((letter) => EXPANDED[letter] ?? letter).join(""));
const keepCase = (text: string, from: string): string => (from[0] === from[0]?.toUpperCase() ? text.slice(0, 1).toUpperCase() + text.slice(1) : text);
const latin = (human: Human, random: Random): Human => {
  const customs = LANGUAGES[human.language]?.customs;
  if (customs === undefined) return human;
  const custom = pick(random, customs);
  return { ...human, given: custom(human.given), middle: custom(human.middle), family: custom(human.family) };
};
const loginWord = (text: string): string => ascii(text).toLowerCase().replace(/[^a-z0-9]/g, "");
const NICKS: Readonly<Record<string, string>> = { James: "Jim", Robert: "Bob", Patricia: "Patty", John: "Jack", Jennifer: "Jen", Michael: "Mike", David: "Dave", Elizabeth: "Liz", William: "Bill", Richard: "Rick", Susan: "Sue", Thomas: "Tom", Charles: "Chuck", Joseph: "Joe" };
const typo = (text: string, random: Random): string => {
  const at = 1 + Math.floor(random() * Math.max(text.length - 2, 1));
  return random() < 0.5 ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
};
const TITLES = ["Dr. ", "Prof. ", "Prof. Dr. ", "Dipl.-Ing. ", "Mr. ", "Mrs ", "Ing. ", "Herr ", "Mme "];
const TAGS = [" (EXT)", " [Contractor]", " (extern)", " - External", " (Consultant)", " (Acme GmbH)", ", PhD", " (intern)", " EXT"];

const written = (human: Human, kind: Kind, random: Random): { readonly name: string; readonly login?: string } => {
  const { given, family, middle } = human;
  const first = LANGUAGES[human.language]?.surnameFirst === true;
  const normal = first ? `${family} ${given}` : `${given} ${family}`;
  const roman = latin(human, random);
  const latinName = { given: loginWord(roman.given), family: loginWord(roman.family) };
  switch (kind) {
    case "plain": return { name: normal };
    case "upper": return { name: random() < 0.5 ? normal.toUpperCase() : normal.toLowerCase() };
    case "bare": return { name: ascii(normal) };
    case "expanded": return { name: expanded(normal) };
    case "comma": return { name: `${family}, ${given}` };
    case "swapped": return { name: first ? `${given} ${family}` : `${family} ${given}` };
    case "title": return { name: pick(random, TITLES) + normal };
    case "tag": return { name: normal + pick(random, TAGS) };
    case "middle": return { name: `${given} ${middle} ${family}` };
    case "middleInitial": return { name: `${given} ${middle.slice(0, 1)}. ${family}` };
    case "initials": return { name: random() < 0.5 ? `${given.slice(0, 1)}. ${family}` : `${family}, ${given.slice(0, 1)}.` };
    case "dotted": return { name: `${latinName.given}${pick(random, [".", "_", "."])}${latinName.family}` };
    case "shortLogin": return { name: `${latinName.given.slice(0, 1)}${latinName.family}` };
    case "custom": return { name: `${roman.given} ${roman.family}` };
    case "spacing": return { name: normal.replace(/[-']/g, pick(random, [" ", "", "’"])).replace(" ", "  ") };
    case "nickname": return { name: `${NICKS[given] ?? given} ${family}` };
    case "married": return { name: `${given} ${pick(random, ["Weber", "Novak", "Rossi", "Moreau", "Lindqvist", "Harrington"])}${family.slice(0, 2).toLowerCase()}` };
    case "typo": return { name: `${given} ${keepCase(typo(family, random), family)}` };
  }
};

const kindsFor = (human: Human): readonly Kind[] => {
  const kinds: Kind[] = ["plain", "plain", "upper", "comma", "comma", "swapped", "title", "tag", "initials", "dotted", "shortLogin"];
  if (ascii(human.given + human.family) !== human.given + human.family && LANGUAGES[human.language]?.customs === undefined) kinds.push("bare", "bare");
  if (/[äöüßåøæ]/i.test(human.given + human.family)) kinds.push("expanded", "expanded");
  if (LANGUAGES[human.language]?.customs !== undefined) kinds.push("custom", "custom", "custom", "custom");
  if (/[-']/.test(human.given + human.family)) kinds.push("spacing", "spacing");
  if (!human.family.includes(" ") && !human.given.includes("-") && LANGUAGES[human.language]?.surnameFirst !== true) kinds.push("middle", "middleInitial");
  if (NICKS[human.given] !== undefined) kinds.push("nickname");
  if (human.family.length > 6) kinds.push("married", "typo");
  return kinds;
};

const createHumans = (count: number, random: Random): readonly Human[] => {
  const names = Object.keys(LANGUAGES);
  const seen = new Set<string>();
  const humans: Human[] = [];
  while (humans.length < count) {
    const language = pick(random, names);
    const { given, roots, ends } = LANGUAGES[language] ?? { given: [], roots: [], ends: [] };
    const dense = humans.length > 2000 && random() < 0.8 ? pick(random, roots).toLowerCase().replace(/[_'-].*/, "") : "";
    const family = (pick(random, roots) + dense + pick(random, ends)).replace(/[_-]+$/, "").replaceAll("_", " ").trim();
    const human: Human = { number: humans.length, language, given: pick(random, given), middle: pick(random, given), family };
    const key = `${ascii(human.given)} ${ascii(human.family)}`.toLowerCase();
    if (seen.has(key) || human.given === human.middle) continue;
    seen.add(key);
    humans.push(human);
  }
  return humans;
};

export interface Lists {
  readonly masters: readonly NameEntry[];
  readonly targets: readonly NameEntry[];
  /** Master id → target id of the same person, with how each side writes them. */
  readonly truth: ReadonlyMap<string, { readonly target: string; readonly kinds: readonly [Kind, Kind]; readonly language: string; readonly address: boolean }>;
  /** Master ids a careful reader would pair: the spelling tells, or the address does. */
  readonly matchable: ReadonlySet<string>;
  /** Master ids of people whose name another person carries too. */
  readonly homonyms: ReadonlySet<string>;
}

const HOMONYMS = 0.02;
const SERVICES = ["svc-jira", "build-bot", "Jenkins", "admin", "Jira Automation", "noreply", "svc_deploy", "QA Test User", "integration.user", "System"];

const addressOf = (human: Human, random: Random): string => {
  const roman = latin(human, random);
  return `${loginWord(roman.given)}.${loginWord(roman.family)}${human.number}@acme.example`;
};

const weak = (kind: Kind): boolean => kind === "initials" || kind === "shortLogin";

export const makeLists = (count: number, seed: number): Lists => {
  const random = seeded(seed);
  const humans = createHumans(count, random);
  const [masters, targets]: [NameEntry[], NameEntry[]] = [[], []];
  const truth = new Map<string, { target: string; kinds: readonly [Kind, Kind]; language: string; address: boolean }>();
  const homonyms = new Set<string>();
  const short = new Map<string, number>();
  const shortOf = (human: Human): string => `${ascii(human.given)[0] ?? ""} ${ascii(human.family)}`.toLowerCase();
  for (const human of humans) short.set(shortOf(human), (short.get(shortOf(human)) ?? 0) + 1);
  const matchable = new Set<string>();
  for (const human of humans) {
    const presence = random();
    const kinds: [Kind, Kind] = [pick(random, kindsFor(human)), pick(random, kindsFor(human))];
    // Nobody could tell a misspelt person from a namesake who is spelt right.
    const namesake = random() < HOMONYMS;
    if (namesake && SUGGESTED.has(kinds[1])) kinds[1] = "plain";
    // One side mostly writes the plain name; two weak forms of one name would tell nobody anything.
    if (random() < 0.7 || weak(kinds[0]) || SUGGESTED.has(kinds[0])) kinds[0] = random() < 0.3 ? "comma" : "plain";
    const address = random() < 0.25;
    const mail = address ? addressOf(human, random) : undefined;
    const ids = [`m${human.number}`, `t${human.number}`] as const;
    const entry = (id: string, kind: Kind): NameEntry => ({ id, ...written(human, kind, random), ...(mail === undefined ? {} : { email: mail }) });
    if (presence < 0.9) masters.push(entry(ids[0], kinds[0]));
    if (presence >= 0.9 || presence < 0.8) targets.push(entry(ids[1], kinds[1]));
    if (presence >= 0.8) continue;
    truth.set(ids[0], { target: ids[1], kinds, language: human.language, address });
    const told = !kinds.some((kind) => SUGGESTED.has(kind)) && !(kinds.some(weak) && (short.get(shortOf(human)) ?? 0) > 1) && !(kinds.some(weak) && LANGUAGES[human.language]?.customs !== undefined);
    if (namesake) {
      homonyms.add(ids[0]);
      const twin = written(human, "plain", random);
      (random() < 0.5 ? masters : targets).push({ id: `x${human.number}`, ...twin });
      if (address) matchable.add(ids[0]);
    } else if (address || told) matchable.add(ids[0]);
  }
  SERVICES.forEach((name, index) => (masters.push({ id: `ms${index}`, name }), targets.push({ id: `ts${index}`, name: index % 2 === 0 ? name : `${name} 2` })));
  return { masters: shuffle(masters, random), targets: shuffle(targets, random), truth, matchable, homonyms };
};

const shuffle = <T>(list: readonly T[], random: Random): readonly T[] => {
  const all = [...list];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
};
