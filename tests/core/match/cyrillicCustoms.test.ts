import { expect, it } from "vitest";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

const entries = (side: string, names: readonly string[]): { readonly id: string; readonly name: string }[] => names.map((name, at) => ({ id: `${side}${at}`, name }));
const situations = (masters: readonly string[], targets: readonly string[]): readonly string[] => pairByName(entries("m", masters), entries("t", targets), { kind: "person" }).verdicts.map(({ situation }) => situation);

it.each([
  // French, and Soviet passports.
  ["Щербаков Сергей", "Serguei Chtcherbakov"], ["Юрий Кузнецов", "Iouri Kouznetsov"], ["Рыжов Тимофей", "Timofei Ryjov"], ["Ушаков Алексей", "Alekseï Ouchakov"], ["Лев Наумов", "Naoumov, Lev"], ["Власов Андрей", "Andreï Vlassov"],
  ["Владимиров Сергей", "Serguei Dmitrievitch Vladimirov"], ["Никита Олегович Кожевников", "Nikita Kojevnikov"],
  // The Russian standard for telegrams, which writes x.
  ["Прохорова Екатерина", "Ekaterina Proxorova"], ["Щербаков Юрий", "Shherbakov Yurij"], ["Щербаков Юрий", "Ščerbakov Jurij"],
  // Belarusian ў is a u, ŭ and w.
  ["Юрый Рабцаў", "Yuryy Rabtsaw"], ["Кавалёў Андрэй", "Andrei Kavaliou"], ["Аксана Сакалоўская", "Aksana Sakalowskaya"], ["Новік Станіслаў", "Stanislaw Novik"], ["Иван Иванов", "Ivan Ivanou"],
  // A father's name behind the given one, by any custom.
  ["Ершов Ильдар", "Ershov Ildar Vitalevich"], ["Nikolajew Juri Michailowitsch", "Yury Nikolaev"], ["Татьяна Исаева", "Isaeva Tatyana Leonidovna"], ["Krylova Jana Michailowna", "Krylova Iana"],
  // Nothing but a surname ends so, whatever the lists teach.
  ["Poljakow Jewgeni", "Polyakov, Yevgeniy"], ["Kalashnikov Fedor", "Kalashnikov Fyodor"],
])("%s is %s", (one, other) => {
  expect(situations([one], [other])).toEqual(["found"]);
  expect(situations([other], [one])).toEqual(["found"]);
});

it.each([
  // A ch is a sh where the word shows that it is French; a j inside a given name is none.
  ["Shapovalov Stanislav", "Chapovalov Stanislav"], ["Chumakov Ivan", "Shumakov Ivan"], ["Bojan Petrov", "Bozhan Petrov"], ["Christine Petrova", "Christin Petrova"], ["Yosef Cohen", "Yossef Cohen"], ["Xielin Ivan", "Khelin Ivan"],
  // Of a Serbian name the last word is a second surname.
  ["Ана Петровић", "Petrović Ana Jovanović"],
])("%s is not %s", (one, other) => {
  expect(situations([one], [other])).not.toContain("found");
  expect(situations([other], [one])).not.toContain("found");
});

it.each([
  [["Жуков Игорь", "Igor Zhukov"], ["Igor Joukov"]], [["Прохоров Иван", "Prokhorov Ivan"], ["Ivan Proxorov"]], [["Ершов Ильдар", "Ершов Ильдар Витальевич"], ["Ershov Ildar Vitalevich"]], [["Vlasov Ivan", "Власов Иван"], ["Ivan Vlassov"]], [["Novik Stanislau", "Новік Станіслаў"], ["Stanislaw Novik"]],
])("of %s somebody has to say who is %s", (some, others) => {
  for (const told of [situations(some, others), situations(others, some)]) expect(told).toEqual(["ambiguous", "ambiguous", "ambiguous"]);
});
