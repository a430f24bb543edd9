// People as the directories of two companies that became one would list them, with what such lists do to names: wrong encodings,
// personnel numbers, office mailboxes, addresses handed on, maiden names, surnames left out. The truth is made with the lists.

import type { NameEntry } from "../../../lib/core/match/model.ts";

interface Person {
  readonly given: string;
  readonly family: string;
  readonly second: string;
  readonly born: string;
  readonly number: number;
}

type Shown = Omit<NameEntry, "id">;
export interface Strangers {
  readonly masters: readonly NameEntry[];
  readonly targets: readonly NameEntry[];
  /** Master id → target id. */
  readonly truth: ReadonlyMap<string, string>;
  /** Masters a careful reader pairs without asking. */
  readonly matchable: ReadonlySet<string>;
  /** Masters of whom somebody has to say who they are: pairing one is a guess, leaving one out of the list loses a person. */
  readonly doubtful: ReadonlySet<string>;
}

const words = (text: string): readonly string[] => text.split(" ");
const CULTURES = [
  { given: words("Jürgen Ulrike Günther Sabine Björn Käthe Detlef Annegret Rüdiger Heike Matthäus Liesl"), family: words("Müller Köhler Schäfer Größmann Vögele Bähr Lindner Haberkorn Rößler Wüst Zöllner Kühnast Drechsler Fährmann Obermüller Strößner") },
  { given: words("Małgorzata Łukasz Zbigniew Jadwiga Grażyna Świętosław Żaneta Radosław Bogumiła Czesław Wanda Leszek"), family: words("Wiśniewski Dąbrowski Zieliński Górecki Łuczak Pająk Środa Żurek Śliwa Czyżewski Młynarczyk Gołąb Wójtowicz Ostrowski") },
  { given: words("Şükrü Gülşen Çağla Özgür Ayşe Uğur İlker Nurşen Tülay Oğuzhan Müge Erdoğan"), family: words("Öztürk Çelik Şahin Yıldırım Güneş Koçoğlu Karadağ Türkmen Aydoğan Bayındır Çobanoğlu Demirtaş") },
  { given: words("Sébastien Hélène François Zoé Gaëlle Benoît Éloïse Jérôme Noémie Rémi Capucine Aurélie"), family: words("Lefèvre Béranger Châtelain Duprè Fréchette Garçon Hébert Lacôte Mélisse Noël Prévost Thévenet") },
  { given: words("Søren Åse Bjørn Kåre Øystein Märta Håkan Göran Inger Torbjörn Ærling Lovisa"), family: words("Ødegård Sjöblom Bækkelund Åkesson Nørgaard Hägglund Kjærsgaard Ström Lønberg Öhman Brække Fjällström") },
] as const;
const IBERIA = { given: words("Íñigo Begoña Ramón Inés Sebastián Lucía Andrés Verónica Óscar Úrsula Joaquín Mónica"), family: words("García Muñoz Peña Gutiérrez Ibáñez Núñez Cárdenas Rincón Zúñiga Bolaños Ordóñez Tejada") };
const RUSSIA = words("Сергей:Sergey Дмитрий:Dmitry Юрий:Yury Евгений:Evgeny Алексей:Alexey Тимофей:Timofey Василий:Vasily Григорий:Grigory");
const RUSSIANS = words("Хохлов:Khokhlov Щербаков:Shcherbakov Цветков:Tsvetkov Яковлев:Yakovlev Чайкин:Chaykin Журавлёв:Zhuravlev Ершов:Ershov Лыжин:Lyzhin");

const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
};
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[łøıßæđ]/gi, (letter) => ({ ł: "l", Ł: "L", ø: "o", Ø: "O", ı: "i", ß: "ss", æ: "ae", Æ: "Ae", đ: "d" })[letter] ?? letter);
const mailbox = (given: string, family: string): string => `${plain(given)}.${plain(family)}`.toLowerCase();
const misread = (text: string): string => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");

const same = ({ given, family }: Person): Shown => ({ name: `${given} ${family}` });
const turned = ({ given, family }: Person): Shown => ({ name: `${family}, ${given}` });
/** Ways to write a person that leave no doubt who is meant. */
const CLEAR: readonly ((person: Person) => readonly [Shown, Shown])[] = [
  (person) => [same(person), turned(person)],
  (person) => [same(person), { name: misread(turned(person).name) }],
  (person) => [{ name: misread(same(person).name) }, { name: plain(turned(person).name).toUpperCase() }],
  (person) => [{ name: `${same(person).name} (${person.number})` }, turned(person)],
  (person) => [same(person), { name: `${person.number} ${turned(person).name}` }],
  (person) => [{ ...same(person), email: `office.${person.number}@old.example` }, { ...turned(person), email: `${mailbox(person.given, person.family)}@old.example` }],
  (person) => [{ ...same(person), email: "info@old.example" }, turned(person)],
  (person) => [same(person), { name: `${person.given} ${person.born}-Adler (geb. ${person.family})` }],
  (person) => [{ ...same(person), email: `${mailbox(person.given, person.family)}@new.example` }, { name: `${person.born}, ${person.given}`, email: `${mailbox(person.given, person.family)}@new.example` }],
  (person) => [{ name: `\u200f${same(person).name}\u200f` }, { name: turned(person).name.replace(" ", "\u00a0\u200b") }],
  (person) => [{ name: `${same(person).name} - Extern` }, { name: `Dr. ${plain(same(person).name)}` }],
];

export const makeStrangers = (count: number, seed: number): Strangers => {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const lists: readonly [NameEntry[], NameEntry[]] = [[], []];
  const truth = new Map<string, string>();
  const matchable = new Set<string>();
  const doubtful = new Set<string>();
  const used = new Set<string>();
  const put = (side: 0 | 1, shown: Shown): string => {
    const id = `${side === 0 ? "m" : "t"}${lists[side].length}`;
    lists[side].push({ id, ...shown });
    return id;
  };
  const pair = (master: Shown, target: Shown, group: Set<string>): void => {
    const id = put(0, master);
    truth.set(id, put(1, target));
    group.add(id);
  };
  // Nobody is a namesake by chance: surnames are lengthened, and each with a given name is taken once.
  const fresh = (cultures: readonly { readonly given: readonly string[]; readonly family: readonly string[] }[] = CULTURES): Person => {
    for (let misses = 0; misses < 10_000; misses++) {
      const { given, family } = pick(cultures);
      const person = { given: pick(given), family: `${pick(family)}${pick(["", "", "stein", "berg", "owa", "sen", "tal", "ecki", "ovan", "hof"])}`, second: pick(family), born: `${pick(family)}sdal`, number: 100_000 + used.size * 7 };
      const key = `${plain(person.given)} ${plain(person.family)}`;
      if (used.has(key) || person.second === person.family) continue;
      used.add(key).add(`${plain(person.given)} ${plain(person.born)}`);
      return person;
    }
    throw new Error(`there are no names for ${count} strangers`);
  };
  for (let at = 0; lists[0].length < count; at++) {
    const [master, target] = pick(CLEAR)(fresh());
    pair(master, target, matchable);
    if (at % 12 === 0) {
      // Two of one name, told apart by nothing, or by a personnel number.
      const person = fresh();
      for (const [mine, theirs] of [[same(person), turned(person)], [same(person), turned(person)]] as const) pair(mine, theirs, doubtful);
      const other = fresh();
      for (const login of [`u${other.number}`, `u${other.number + 3}`]) pair({ ...same(other), login }, { ...turned(other), login }, matchable);
    }
    if (at % 20 === 0) {
      // Who left, and who has the address now.
      const [one, other] = [fresh(), fresh()];
      const email = `${mailbox(one.given, one.family)}@new.example`;
      if (plain(one.given).slice(0, 1) !== plain(other.given).slice(0, 1)) {
        put(0, { ...same(one), email });
        put(1, { ...turned(other), email });
      }
      // The first surname alone is how people of two are called.
      const spaniard = fresh([IBERIA]);
      pair({ name: `${spaniard.given} ${spaniard.family} ${spaniard.second}` }, { name: `${spaniard.family}, ${spaniard.given}` }, matchable);
    }
  }
  RUSSIA.forEach((given, at) => {
    const [[own = "", latin = ""], [family = "", romanised = ""]] = [given.split(":"), (RUSSIANS[at] ?? "").split(":")];
    pair({ name: `${family} ${own} Петрович` }, { name: `${latin} ${romanised}` }, matchable);
  });
  return { masters: lists[0], targets: lists[1], truth, matchable, doubtful };
};
