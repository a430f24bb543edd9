// A second mix of people with the truth about them, made otherwise than names.ts: other languages, whole real names instead of
// syllables, many namesakes, addresses that mislead, and the odd ways directories write people. Its tables are its own.

import type { NameEntry } from "../../../lib/core/match/model.ts";
import { type Random, seeded } from "./names.ts";

interface Tongue {
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** How the other system writes it in Latin letters; the same by default. */
  readonly latin?: readonly ((text: string) => string)[];
  readonly surnameFirst?: boolean;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const spaced = (list: readonly string[]): readonly string[] => list.map((word) => word.replaceAll("_", " "));

const letters = (pairs: string): ((text: string) => string) => {
  const map = new Map(pairs.trim().split(/\s+/).map((pair) => pair.split("=") as [string, string]));
  return (text) => [...text].map((letter) => {
    const low = letter.toLowerCase();
    const made = map.get(low) ?? low;
    return letter === low ? made : made.slice(0, 1).toUpperCase() + made.slice(1);
  }).join("");
};

const UKRAINIAN = "а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ь= ю=iu я=ia";
const BULGARIAN = "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh щ=sht ъ=a ь=y ю=yu я=ya";
const SERBIAN = "а=a б=b в=v г=g д=d ђ=đ е=e ж=ž з=z и=i ј=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p р=r с=s т=t ћ=ć у=u ф=f х=h ц=c ч=č џ=dž ш=š";
const GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o ά=a έ=e ή=i ί=i ό=o ύ=y ώ=o";
const greek = (text: string): string => letters(GREEK)(text.replace(/ού|ου/g, "\u0001").replace(/^Ου/, "\u0002")).replaceAll("\u0001", "ou").replaceAll("\u0002", "Ou");

const TONGUES: Readonly<Record<string, Tongue>> = {
  ukrainian: { given: words("Олександр Андрій Тетяна Наталія Сергій Ірина Володимир Юлія Богдан Оксана Микола Галина Тарас Лариса"), family: words("Шевченко Коваленко Бондаренко Ткаченко Кравченко Олійник Шевчук Поліщук Бондар Мельник Марченко Савченко Руденко Петренко Павленко Левченко Гончаренко Харченко"), latin: [letters(UKRAINIAN), letters(UKRAINIAN.replace("ю=iu я=ia", "ю=yu я=ya").replace("й=i", "й=y"))] },
  bulgarian: { given: words("Георги Иван Димитър Николай Мария Елена Десислава Петър Христо Стоян Весела Радка"), family: words("Иванов Георгиев Димитров Петров Николов Христов Стоянов Тодоров Илиев Ангелов Василев Атанасов Желязков Цветанов"), latin: [letters(BULGARIAN)] },
  serbian: { given: words("Јован Милица Драган Јелена Никола Ђорђе Љубица Зоран Снежана Живко"), family: words("Јовановић Петровић Николић Ђорђевић Марковић Живковић Љубичић Стојановић Цвијановић Шћепановић"), latin: [letters(SERBIAN)] },
  greek: { given: words("Δημήτριος Μαρία Ιωάννης Ελένη Κωνσταντίνος Αικατερίνη Γεώργιος Βασιλική Νικόλαος Σοφία Χρήστος Αναστασία"), family: words("Παπαδόπουλος Νικολάου Γεωργίου Οικονόμου Καραγιάννης Μακρής Αθανασίου Λαμπράκης Τσιμπούκης Ζαχαρίου Μπακάλης Ντόκος"), latin: [greek] },
  romanian: { given: words("Ștefan Andreea Mihai Ioana Răzvan Elena Cătălin Ana-Maria Gheorghe Țuțu Sânziana"), family: words("Popescu Ionescu Dumitrescu Stănescu Țurcanu Munteanu Bălan Șerban Drăgulescu Nistor Câmpeanu") },
  icelandic: { given: words("Guðrún Jón Sigríður Þórður Ásta Ólafur Kristín Björn Halldóra Æsa"), family: words("Jónsdóttir Sigurðsson Þórðarson Ólafsdóttir Björnsson Guðmundsdóttir Einarsson Ásgeirsdóttir") },
  danish: { given: words("Søren Kirsten Jørgen Lærke Åge Bjørn Signe Poul Ørjan Mette"), family: words("Sørensen Kjærgaard Nørgaard Østergård Møller Ågesen Bækgaard Højlund Skovgård Thygesen") },
  swiss: { given: words("Urs Beat Reto Jürg Käthi Regula Ueli Vreni Röbi Annegret"), family: words("Müller Meier Meyer Maier Mayer Keller Brönnimann Zürcher Bühler Grünenfelder Zbinden Aeschbacher Rüegg Ruegg") },
  polish: { given: words("Łukasz Małgorzata Paweł Grażyna Michał Bożena Rafał Świętosława Żaneta Zdzisław"), family: words("Kowalski Wiśniewska Wójcik Kamińska Lewandowski Zieliński Szymańska Dąbrowski Kozłowska Jabłońska Grzegrzółka") },
  turkish: { given: words("Çağrı Şule İsmail Işıl Gökhan Ümit Ayşegül Oğuzhan Özlem Cem"), family: words("Yılmaz Şahin Çelik Öztürk Yıldırım Güneş Kılıç Özdemir Çağlar Işık") },
  spanish: { given: words("María_José Juan_Carlos Begoña Íñigo José_Luis Ana Núria Ángel"), family: words("García_López Fernández_Ruiz Núñez Ibáñez_de_la_Peña Muñoz Sánchez_Mora Peña De_la_Cruz") },
  arabic: { given: words("Muhammad Ahmed Fatima Khalid Youssef Abdul_Rahman Aisha Hassan"), family: words("Al-Sayed El-Masry Al_Hashimi Haddad Khoury Abdel_Nasser Bin_Rashid Mansour") },
  korean: { given: words("Min-jun Seo-yeon Ji-hoon Ha-eun Sung-min Eun-ji"), family: words("Kim Lee Park Choi Jung Kang Yoon"), surnameFirst: true },
  japanese: { given: words("Haruto Yui Kenji Sakura Shō Yūko Taro Jun'ichi"), family: words("Satō Suzuki Takahashi Tanaka Itō Ōno Kobayashi Katō"), surnameFirst: true },
  vietnamese: { given: words("Minh_Anh Thị_Hương Văn_Dũng Quốc_Bảo Thùy_Linh Đức_Thắng"), family: words("Nguyễn Trần Lê Phạm Võ Đặng"), surnameFirst: true },
  english: { given: words("Catherine Kathryn Stephen Steven Geoffrey Jeffrey Sarah Sara Ann Anne Ian Iain Alan Allan Robert William Elizabeth Margaret Thomas John Jon"), family: words("Smith Smyth Clarke Clark Reid Read Brown Browne Thompson Thomson Stevens Stephens O'Neill O'Neal MacDonald McDonald St_John Fitzgerald Harper-Jones") },
  hungarian: { given: words("Gergő Zsuzsanna Ákos Ildikó Tünde Lőrinc"), family: words("Nagy Kovácsné Szűcs Győrffy Tőkés Bíró Weöres"), surnameFirst: true },
  czech: { given: words("Jiří Kateřina Řehoř Zdeňka Ľubomír Žofie"), family: words("Dvořák Dvořáková Černý Černá Procházka Šťastný Řezníček Kříž") },
};

interface Human {
  readonly number: number;
  readonly tongue: Tongue;
  readonly given: string;
  readonly family: string;
  readonly middle: string;
}

export interface OtherLists {
  readonly masters: readonly NameEntry[];
  readonly targets: readonly NameEntry[];
  /** Master id → target id of the same human. */
  readonly truth: ReadonlyMap<string, string>;
  /** Master ids that spelling or address tells, and nobody else could be meant. */
  readonly matchable: ReadonlySet<string>;
  /** Master ids whose human has a namesake on one of the sides. */
  readonly homonyms: ReadonlySet<string>;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const bare = (text: string): string => text.replace(/ß/g, "ss").replace(/[øØ]/g, "o").replace(/[łŁ]/g, "l").replace(/[đĐð]/g, "d").replace(/ı/g, "i").replace(/[æÆ]/g, "ae").replace(/þ/g, "th").replace(/Þ/g, "Th").normalize("NFD").replace(/\p{M}/gu, "");
const login = (text: string): string => bare(text).toLowerCase().replace(/[^a-z0-9]/g, "");
const german = (text: string): string => bare(text.replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue").replace(/Ü/g, "Ue").replace(/Ö/g, "Oe").replace(/å/g, "aa").replace(/Å/g, "Aa").replace(/ø/g, "oe").replace(/Ø/g, "Oe"));

type Style = (human: Human, random: Random) => string;
const latin = (human: Human, random: Random): readonly [string, string] => {
  const custom = human.tongue.latin === undefined ? (text: string) => text : pick(random, human.tongue.latin);
  return [custom(human.given), custom(human.family)];
};
const own: Style = ({ tongue, given, family }) => (tongue.surnameFirst === true ? `${family} ${given}` : `${given} ${family}`);

/** Ways in which a careful reader still knows the person. */
const CLEAR: readonly Style[] = [
  own, own, own,
  (human, random) => latin(human, random).join(" "),
  (human, random) => latin(human, random).toReversed().join(", "),
  (human, random) => bare(latin(human, random).join(" ")),
  (human, random) => german(latin(human, random).join(" ")),
  (human, random) => `${latin(human, random)[1].toUpperCase()} ${latin(human, random)[0]}`,
  (human, random) => `${pick(random, ["Dr. ", "Prof. dr hab. inż. ", "Ing. ", "Mgr. ", "Mr ", "Frau "])}${own(human, random)}`,
  (human, random) => `${own(human, random)}${pick(random, [" (EXT)", " [external]", " (contractor)", " (Ext.)", " - extern", " (inactive)"])}`,
  (human, random) => own(human, random).normalize("NFD"),
  (human, random) => `\u200b${own(human, random).replaceAll(" ", "\u00a0")} `,
  (human, random) => own(human, random).toUpperCase(),
  (human, random) => latin(human, random).map((part) => login(part)).join("."),
  (human, random) => `CORP\\${latin(human, random).map((part) => login(part)).join(".")}`,
];
/** Ways in which nobody can be sure. */
const VAGUE: readonly Style[] = [
  (human, random) => `${latin(human, random)[0].slice(0, 1)}. ${latin(human, random)[1]}`,
  (human, random) => login(latin(human, random)[0]).slice(0, 1) + login(latin(human, random)[1]),
  (human, random) => latin(human, random)[0],
  (human) => `${human.given} ${human.family}-${pick(() => 0.3, ["Weber", "Silva", "Novak"])}`,
  (human, random) => `${latin(human, random)[0]} ${pick(random, ["Schneider", "Rossi", "Larsen", "Dupont"])}`,
  (human, random) => own(human, random).replace(/(\p{L})(\p{L})(?=\p{L}*$)/u, "$2$1"),
  (human, random) => `${own(human, random)} ${2 + Math.floor(random() * 3)}`,
  (human, random) => `${human.given.slice(0, 3)} ${latin(human, random)[1]}`,
];
const SERVICES = words("svc-backup jenkins-agent sonar_scan administrator noreply api.gateway root-build monitoring no-reply scan-to-mail mail.admin test.user.1 qa.automation");

const mailbox = (human: Human, random: Random, kind: number): string => {
  const [given, family] = latin(human, random).map(login) as [string, string];
  if (kind < 0.5) return `${given}.${family}${human.number}@acme.example`;
  return kind < 0.8 ? `${given.slice(0, 1)}${family}.${human.number}@acme.example` : `u${100_000 + human.number}@acme.example`;
};

/** Names are drawn with replacement from real ones: namesakes come by themselves and are many. */
export const makeOtherLists = (count: number, seed: number): OtherLists => {
  const random = seeded(seed ^ 0x5ca1ab1e);
  const [masters, targets]: [NameEntry[], NameEntry[]] = [[], []];
  const truth = new Map<string, string>();
  const humans: Human[] = [];
  const bearers = new Map<string, number>();
  const keyOf = (human: Human): string => [bare(latin(human, () => 0)[0]), bare(latin(human, () => 0)[1])].map((part) => part.toLowerCase().replace(/[^a-z]/g, "")).toSorted().join(" ");
  const names = Object.keys(TONGUES);
  for (let number = 0; number < count; number++) {
    const tongue = TONGUES[pick(random, names)] ?? { given: [], family: [] };
    const part = (list: readonly string[]): string => pick(random, spaced(list));
    // A second surname makes most people one of a kind, as in a real directory.
    const family = part(tongue.family);
    const human: Human = { number, tongue, given: part(tongue.given), middle: part(tongue.given), family: random() < 0.85 ? `${family}${tongue.latin === undefined ? "-" : " "}${part(tongue.family)}` : family };
    humans.push(human);
    bearers.set(keyOf(human), (bearers.get(keyOf(human)) ?? 0) + 1);
  }
  const matchable = new Set<string>();
  const homonyms = new Set<string>();
  for (const human of humans) {
    const [master, target] = [`m${human.number}`, `t${human.number}`];
    const alone = bearers.get(keyOf(human)) === 1;
    // A namesake whom only one system knows would fool anybody: namesakes stand on both sides, under names that show it.
    const where = random() * (alone ? 1 : 0.8);
    const clear = random() < 0.85 || !alone;
    const mail = random() < 0.4 ? mailbox(human, random, random()) : undefined;
    const entry = (id: string, style: Style, email: string | undefined): NameEntry => ({ id, name: style(human, random), ...(email === undefined ? {} : { email }) });
    // The other system may know another address, of another company.
    const other = mail === undefined ? undefined : random() < 0.15 ? mail.replace("acme.example", "partner.example") : mail;
    if (where < 0.9) masters.push(entry(master, pick(random, CLEAR), mail));
    if (where >= 0.9 || where < 0.8) targets.push(entry(target, pick(random, clear ? CLEAR : VAGUE), other));
    if (where >= 0.8) continue;
    truth.set(master, target);
    if (!alone) homonyms.add(master);
    if ((clear && alone) || (mail !== undefined && mail === other)) matchable.add(master);
  }
  for (const [at, name] of SERVICES.entries()) {
    masters.push({ id: `ms${at}`, name });
    targets.push({ id: `ts${at}`, name: at % 3 === 0 ? `${name}2` : name });
  }
  return { masters, targets, truth, matchable, homonyms };
};
