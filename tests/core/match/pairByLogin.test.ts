import { describe, expect, it } from "vitest";
import type { NameEntry } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

/** "Gary Bear ~gbear@acme.com ^gbear": name, address, login. */
const entries = (side: "m" | "t", texts: readonly string[]): readonly NameEntry[] =>
  texts.map((text, at) => {
    const [, name = "", email, login] = /^(.*?)(?: ~(\S+))?(?: \^(\S+))?$/u.exec(text) ?? [];
    return { id: `${side}${at}`, name, ...(email === undefined ? {} : { email }), ...(login === undefined ? {} : { login }) };
  });

/** The found ones as "m0-t1", and of the masters that are not found the situation with the candidates: "m1 ambiguous t0 t2". */
const told = (masters: readonly string[], targets: readonly string[]): readonly string[] =>
  pairByName(entries("m", masters), entries("t", targets), { kind: "person" }).verdicts
    .filter(({ side, situation }) => side === "master" && situation !== "absent")
    .map(({ entry, situation, candidates }) => (situation === "found" ? `${entry.id}-${candidates[0]?.entry.id ?? ""}` : `${entry.id} ${situation} ${candidates.map((each) => each.entry.id).sort().join(" ")}`));

describe("personnel numbers as logins that one of two systems shows without the zeros before them", () => {
  const COMPANY = ["Ann Archer", "Ben Bowman", "Cleo Carver", "Dan Draper", "Eve Elder", "Finn Farmer", "Gus Glover", "Hal Hunter", "Ivy Irons"];
  const with0 = (more: readonly string[]): readonly string[] => [...COMPANY.map((name, at) => `${name} ^0012345${at}`), ...more];
  const without0 = (more: readonly string[]): readonly string[] => [...COMPANY.map((name, at) => `${name} ^12345${at}`), ...more];
  const others = (masters: readonly string[], targets: readonly string[]): readonly string[] => told(with0(masters), without0(targets)).filter((text) => !/^m[0-8]-/.test(text));

  it.each([
    ["tell a name and a row that shows the number alone", ["Gary Bear ^00099001"], ["99001 ^99001"], ["m9-t9"]],
    ["tell two rows that show nothing but the number", ["00099001 ^00099001"], ["99001 ^99001"], ["m9-t9"]],
    ["tell old numbers of four digits", ["Gary Bear ^00009901", "Hella Bach ^00009902"], ["9901 ^9901", "9902 ^9902"], ["m9-t9", "m10-t10"]],
    ["tell those of contractors", ["Gary Bear ^C014711"], ["c14711 ^c14711"], ["m9-t9"]],
    ["tell namesakes apart", ["Gary Bear ^00099001", "Gary Bear ^00199002"], ["Gary Bear ^199002", "Gary Bear ^99001"], ["m9-t10", "m10-t9"]],
    ["tell the row without a name beside a namesake", ["Gary Bear ^00099001"], ["99001 ^99001", "Gary Bear ^299001"], ["m9-t9"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(others(masters, targets)).toEqual(expected);
  });

  it.each([
    ["of another number", "Gary Bear ^00099001", "Gary Bear ^299001"], ["of a shorter one", "Gary Bear ^00099001", "Bear, Gary ^29901"], ["of a contractor's", "Gary Bear ^C334175", "Gary Bear ^264050"],
  ])("keep somebody of the same name %s apart", (_, master, target) => {
    expect(others([master], [target])).toEqual(["m9 ambiguous t9"]);
  });

  it("are not read into short logins: 007 and 7 are two accounts", () => {
    expect(told(["007 ^007"], ["7 ^7"])).toEqual([]);
  });
});

describe("logins that count namesakes, in lists that show nothing else", () => {
  it.each([
    ["an initial and a surname may be the first of two", ["k.galtala", "k.galtala2"], ["Galtala, Kaja"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["so may one word", ["kgaltala", "KGALTALA2"], ["Kaja Galtala"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["so may what is spelled out", ["kaja.galtala", "kaja.galtala2"], ["Galtala, Kaja"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["so may what is spelled out, of whoever shows a second surname", ["kaja.galtala", "kaja.galtala2"], ["Galtala Santos, Kaja"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["so may an address, of whoever shows a middle initial", ["kaja.galtala@acme.com", "kaja.galtala2@acme.com"], ["Galtala, Kaja W."], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["a long number counts nobody who shows more either", ["kaja.galtala", "kaja.galtala4711"], ["Galtala, Kaja W."], ["m0-t0"]],
    ["so may an address", ["k.galtala@acme.com", "k.galtala2@acme.com"], ["Galtala, Kaja"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["one that counts is only suggested", ["ACME\\k.galtala2"], ["Galtala, Kaja"], ["m0 near t0"]],
    ["a whole name says more", ["Kaja Galtala", "k.galtala2"], ["Galtala, Kaja"], ["m0-t0", "m1 near t0"]],
    ["who shows a name is told by it, whatever the login counts", ["k.galtala", "Karl Galtala ^k.galtala2"], ["Galtala, Kaja", "Galtala, Karl"], ["m0 ambiguous t0 t1", "m1-t1"]],
    ["a long number counts nobody", ["k.galtala", "k.galtala4711"], ["Galtala, Kaja"], ["m0-t0"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(told(masters, targets)).toEqual(expected);
    expect(told(targets, masters)).toHaveLength(targets.length);
  });
});

describe("logins of an initial and one of two surnames", () => {
  const SPANIARDS = ["Lopez Vega, Matilde", "Vega Gomez, Marcia", "Gil Vega, Matilde", "Soto Gomez, Marcia"];
  const others = (masters: readonly string[], targets: readonly string[]): readonly string[] => told(masters, [...targets, ...SPANIARDS]);

  it.each([
    ["of the first one", "mcarrillo", "Matilde Carrillo Ruiz", ["m0-t0"]],
    ["of the first one behind which the initial stands", "carrillom", "Carrillo Romero, Matilde", ["m0-t0"]],
    ["of the first one with a dot", "m.carrillo", "Carrillo Romero, Matilde Ana", ["m0-t0"]],
    ["of the second one, which is only suggested", "mruiz", "Matilde Carrillo Ruiz", ["m0 near t0"]],
  ] as const)("are made %s", (_, login, name, expected) => {
    expect(others([login], [name])).toEqual(expected);
  });

  it("are those of whom they are the first surname", () => {
    expect(others(["mruiz", "mcarrillo"], ["Matilde Carrillo Ruiz", "Marcia Ruiz Carrillo"])).toEqual(["m0-t1", "m1-t0"]);
  });
});

describe("logins of a given name and one of two surnames", () => {
  const SURNAMES = ["Marta Stone", "Peter Stone", "Peter Worth", "Marta Worth"];
  it.each([
    ["are made of the first one", ["elisa.worth"], ["Worth Lund, Elisa"], ["m0-t0"]],
    ["turned as well, and without a second given name", ["worth.elisa"], ["Worth Lund, Elisa Maria"], ["m0-t0"]],
    ["are only suggested where nothing shows that it is a surname", ["elisa.worth"], ["Elisa Worth Stone", ...SURNAMES], ["m0 near t0"]],
    ["may be anybody's who bears it first", ["elisa.worth"], ["Worth Lund, Elisa", "Worth Fox, Elisa"], ["m0 ambiguous t0 t1"]],
    ["are whose other surname has a login as well", ["elisa.worth", "elisa.lund"], ["Worth Lund, Elisa"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["may be counted", ["elisa.worth", "elisa.worth2"], ["Worth Lund, Elisa"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["are not made of the second one", ["elisa.lund"], ["Worth Lund, Elisa"], ["m0 near t0"]],
    ["a name that is shown says more than a login does", ["Elisa Worth"], ["Worth Lund, Elisa"], ["m0 near t0"]],
    ["an initial and either may be meant", ["eworth", "estone"], ["Elisa Worth Stone", ...SURNAMES], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["an initial and the first one are enough where there is no other", ["eworth"], ["Elisa Worth Stone", ...SURNAMES], ["m0-t0"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(told(masters, targets)).toEqual(expected);
  });
});

describe("logins beside names whose given name may be a surname", () => {
  const GIVEN = ["Gary Archer", "Gary Bowman", "Gary Carver", "Gary Draper", "Frank Elder", "Frank Farmer", "Frank Glover", "Frank Hunter"];
  it("are those of the surname, here or not", () => {
    expect(told(["gzarf", "zgary"], ["Gary Zarf", ...GIVEN])).toEqual(["m0-t0", "m1 near t0"]);
  });
  it("are only suggested where nobody bears the surname", () => {
    expect(told(["zgary"], ["Gary Zarf", ...GIVEN])).toEqual(["m0 near t0"]);
  });
});

it("a number that is all a row shows is that of the name it stands behind, whosever initials are near", () => {
  expect(told(["x118207", "fgalak"], ["Galak, Fabian (x118207)"])).toEqual(["m0-t0", "m1 near t0"]);
});

describe("where somebody works, and as what", () => {
  it.each([["Gary Bear (T-Systems)", "Gary Bear"], ["Gary Bear - T-Sec", "Bear, Gary (T-Sec)"], ["Gary Bear [A-Team]", "Bear, Gary"], ["Gary J. Bear (EXT) ~ext.gary.bear@acme.com", "Gary Bear ~gary.bear@acme.com"], ["Gary Bear ~gary.bear.ext@acme.com", "Gary Lee Bear ~gary.bear@acme.com"]])("%s is %s", (master, target) => {
    expect(told([master], [target])).toEqual(["m0-t0"]);
  });
  it.each([["Gary Bear (a-gbear)", "Gary Bear"], ["Gary Bear (T-SVC)", "Gary Bear"], ["Gary J. Bear ~ext.gary.bear2@acme.com", "Gary Bear ~gary.bear@acme.com"]])("%s is not for sure %s", (master, target) => {
    expect(told([master], [target])).not.toContain("m0-t0");
  });
});

describe("one login beside names of which a letter is typed otherwise", () => {
  const COUNTED = Array.from({ length: 12 }, (_, at) => `Person Num${String.fromCharCode(97 + at)}x ^pnum${String.fromCharCode(97 + at)}x${at + 2}`);
  const NORAS = ["Nora Archer", "Nora Bowman", "Nora Carver", "Noa Draper", "Noa Elder", "Noa Farmer"];
  const others = (masters: readonly string[], targets: readonly string[]): readonly string[] => told([...COUNTED, ...masters], [...COUNTED, ...targets, ...NORAS]).filter((text) => /^m1[2-9]/.test(text));

  it.each([
    ["is one person's", ["Rebecca Arnold ^rarnold"], ["Rbeecca Arnold ^rarnold"], ["m12-t12"]],
    ["is one person's who has a counted login", ["Walker, Rebecca ^rwalker3"], ["Rebecca Wlker ^rwalker3"], ["m12-t12"]],
    ["says more than an equal name without a login", ["Peer Vendemir ^pvendemir"], ["Peer Vendemir", "Peeer Vendemir ^pvendemir"], ["m12-t13"]],
    ["says nothing where several have it", ["Rebecca Arnold ^rarnold"], ["Rbeecca Arnold ^rarnold", "Rita Arnold ^rarnold"], ["m12 near t12 t13"]],
    ["may be handed on from one name to another", ["Nora Glover ^nglover"], ["Noa Glover ^nglover"], ["m12 near t12"]],
    ["is handed on where more than a letter differs", ["Jane Arnold ^jarnold"], ["John Arnold ^jarnold"], ["m12 near t12"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(others(masters, targets)).toEqual(expected);
  });

  it("is not told where each system has its own logins", () => {
    expect(told(["Rebecca Arnold ^rarnold"], ["Rbeecca Arnold ^rarnold"])).toEqual(["m0 near t0"]);
  });
});

describe("a mailbox that spells the name of somebody who is called otherwise", () => {
  it.each([
    ["is theirs where nobody else is", ["Cohen, Yosef ^ycohen6"], ["Yosef Kohen ~yosef.cohen@acme.com"], ["m0-t0"]],
    ["may be that of a namesake with a doubled letter", ["Cohen, Yosef ^ycohen6"], ["Yosef Kohen ~yosef.cohen@acme.com", "Yossef Cohen"], ["m0 ambiguous t0 t1"]],
    ["or of one on the same side", ["Yosef Kohen ~yosef.cohen@acme.com", "Yossef Cohen"], ["Cohen, Yosef ^ycohen6"], ["m0 ambiguous t0", "m1 ambiguous t0"]],
    ["is theirs where the namesake is somebody else's", ["Cohen, Yosef ^ycohen6", "Yossef Cohen"], ["Yosef Kohen ~yosef.cohen@acme.com", "Cohen, Yossef"], ["m0-t0", "m1-t1"]],
    ["is theirs where a namesake has another letter", ["Cohen, Yosef ^ycohen6"], ["Yosef Kohen ~yosef.cohen@acme.com", "Yozef Cohen"], ["m0-t0"]],
  ] as const)("%s", (_, masters, targets, expected) => {
    expect(told(masters, targets)).toEqual(expected);
  });
});

describe("a login of an initial and a surname that many bear", () => {
  const OTHERS = ["Rita Miller", "Rolf Meyer", "Adam Archer", "Anna Bowman", "Ben Carver", "Bea Draper"];
  const JOHNSONS = ["Rebecca Johnson", "Adam Johnson", "Anna Johnson", "Ben Johnson", "Bea Johnson"];

  it.each(["rjohnson", "johnsonr", "r.johnson"])("may be that of another one who is not in the list: %s", (login) => {
    expect(told([login], [...JOHNSONS, ...OTHERS])).toEqual(["m0 ambiguous t0"]);
    expect(told([...JOHNSONS, ...OTHERS], [login])).toEqual(["m0 ambiguous t0"]);
  });

  it.each([
    ["few bear the surname", ["rmiller"], [...JOHNSONS, ...OTHERS], "m0-t5"],
    ["few bear such an initial", ["zjohnson"], ["Zoe Johnson", ...JOHNSONS, ...OTHERS], "m0-t0"],
    ["the name is a given name to the others", ["radam"], ["Rita Adam", "Adam Archer", "Adam Bowman", "Adam Carver", "Adam Draper", "Anna Miller", "Ben Meyer"], "m0-t0"],
    ["it is spelled out", ["rebecca.johnson"], [...JOHNSONS, ...OTHERS], "m0-t0"],
  ] as const)("is told where %s", (_, masters, targets, expected) => {
    expect(told(masters, targets)).toEqual([expected]);
  });
});
