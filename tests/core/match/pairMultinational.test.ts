import { describe, expect, it } from "vitest";
import type { NameEntry, PairResult } from "../../../lib/core/match/model.ts";
import { pairByName } from "../../../lib/core/match/pairByName.ts";

/** "Gary Bear ~gbear@acme.com ^gbear": name, address, login. */
const entries = (side: "m" | "t", texts: readonly string[]): readonly NameEntry[] =>
  texts.map((text, at) => {
    const [, name = "", email, login] = /^(.*?)(?: ~(\S+))?(?: \^(\S+))?$/u.exec(text) ?? [];
    return { id: `${side}${at}`, name, ...(email === undefined ? {} : { email }), ...(login === undefined ? {} : { login }) };
  });

const pair = (masters: readonly string[], targets: readonly string[]): PairResult => pairByName(entries("m", masters), entries("t", targets), { kind: "person" });
const foundPairs = (result: PairResult): readonly string[] => result.verdicts.filter((verdict) => verdict.situation === "found").map((verdict) => `${verdict.entry.id}-${verdict.candidates[0]?.entry.id ?? ""}`);

describe("people of a company in many countries whom a careful reader pairs", () => {
  it.each([
    // Two mailboxes that one name makes, and a private one.
    ["Karoline Østby ~karoline.ostby@acme.com", "Østby, Karoline ~kostby@acme.com"], ["Liz Freitas Peixoto ~liz.freitas@acme.com", "Freitas Peixoto, Liz ~lfreitas@acme.com"], ["Eman Asfour ~eman.asfour@acme.com", "Eman Asfour ~emanasfour97@gmail.com"], ["Gary Bear ~gary.bear@acme.com", "Gary Bear ~garybear2@web.de"],
    // Remarks that a system cut off.
    ["Frieda Favre ~frieda.favre@acme.de", "Frieda Favre (DevOps ~frieda.favre@acme.de"], ["Frieda Favre (DevO", "Frieda Favre (DevOps)"], ["Gary Bear", "Gary Bear [Exter"],
    // One address, and names in other scripts or by other customs.
    ["윤미우 ~miwoo.yun@acme.com", "Miwoo Yun ~miwoo.yun@acme.com"], ["구시은 ~sieun.koo@acme.com", "Koo Si Eun ~sieun.koo@acme.com"], ["大塚裕美 ~hiromi.ohtsuka@acme.com", "Ohtsuka Hiromi ~hiromi.ohtsuka@acme.com"], ["服部一平 ~ippei.hattori@acme.com", "Ippei Hattori ~ippei.hattori@acme.com"],
    ["Gang Do-kyung ~dokyung.gang@acme.com", "Gang, Do-gyeong ~dokyung.gang@acme.com"], ["Kang Miyeon ~miyeon.kang@acme.com", "Gang, Mi Yeon ~miyeon.kang@acme.com"], ["Jung Ji-hun ~jihun.jung@acme.com", "Jung, Ji Hoon ~jihun.jung@acme.com"], ["Kuznetsov Anany ~anany.kuznetsov@acme.com", "Kusnetsow, Ananij ~anany.kuznetsov@acme.com"],
    ["Lam Tsz-Wah ~jacky.lam@acme.com", "Lam, Jacky ~jacky.lam@acme.com"], ["So Pui Yi ~fiona.so@acme.com", "Fiona So ~fiona.so@acme.com"], ["Chan, Ka-Chung ~winnie.chan@acme.com", "Chan, Winnie ~winnie.chan@acme.com"], ["SZETO Ho-Yin ~peter.szeto@acme.com", "Peter Szeto ~peter.szeto@acme.com"],
    ["Küsters Tanja ~tanja.kuesters@acme.de", "Bachmann, Tanja ~tanja.kuesters@acme.de"], ["Aisha el-Sayed ~aisha.elsayed@acme.com", "Aisha Weber ~aisha.elsayed@acme.com"],
    ["Elena Blanche Rau ^elena.rau", "Eleta Blanche Rau ^elena.rau"],
    ["Amr Abaza ~amr.abaza@acme.com ^aabaza2", "Amr Aabza ^amr.abaza@acme.com"], ["Melisa Arnold ~melisa.arnold@acme.de ^marnold11", "Melisa Wolpert ^Melisa.Arnold@acme.de"], ["Adriana Beck ~adriana.beck2@acme.de ^abeck14", "Beeck, Adriana ^adriana.beck2@acme.de"],
    // An English given name before or behind the Chinese one.
    ["Cheng Yuk Shan Kevin", "Cheng, Kevin Yuk Shan"], ["Tsui Chi-Fai Cherry", "Tsui, Cherry Chi-Fai"], ["CHENG Yuk Shan Kevin", "Kevin Yuk Shan Cheng"],
    ["Cao Sơn Quốc", "Cao Quốc Sơn"], ["Tô Mỹ Ngọc", "To, Ngoc My"],
    ["Mendes Alice", "Mendes Gomes, Alice"], ["Ana Alcalá Aragón", "Alcala, Ana"], ["Archuleta Anaya Lourdes", "Archuleta, Lourdes"],
    ["Edmundo Villena", "Edmundo Villena Torrijos"], ["Verónica Uriarte", "URIARTE BALLESTER Verónica"], ["Aurelia Olga Quintanilla Ruano", "Quintanilla Ruano, Aurelia"],
    // Japanese names by two customs, and with long vowels or without.
    ["Hirosi Huzita", "Fujita, Hiroshi"], ["OHNO Yuuki", "Yuki Ono"], ["Oono Yūki", "Ohno, Yuhki"], ["Tutomu Satoh", "Satō Tsutomu"], ["Zyun Homma", "Jun Honma"], ["H. Huzita", "Hiroshi Fujita"],
    ["Itoh Satiko ~sachiko.ito4@acme.com", "Sachiko Ito ~sachiko.ito4@acme.com"], ["YOSIDA Yuuki ^yuki.yoshida2", "YOSHIDA Yuki ^yuki.yoshida2"],
    // Korean names that sound the same, with one login or address.
    ["Jung Sung-mi ^sungmi.jung2", "JEONG Seongmee ^sungmi.jung2"], ["PARK KYUNG-JIN ^kyungjin.park", "Pak Gyeongjin ^kyungjin.park"], ["Yoon Woo-mi ~wmyoon@acme.com", "YUN Umee ~wmyoon@acme.com"],
    // Arabic names by other customs.
    ["Abdulrahman Kassem", "Abd al-Rahman Qasim"], ["Abdel Rahman Hassan", "Hasan, Abdulrahman"], ["AL SAYED Abd al-Rahman", "Abdul Rahman Elsayed"], ["Youssef Abdul Aziz", "Abdelaziz, Yusuf"], ["Abdallah Khouri", "Abdullah Khoury"],
    ["Mohammed Shaheen", "Shahin, Muhammad"], ["Aly Al-Otaibi", "ALOTAIBI Ali"], ["Noura Elmasry", "Nora Al-Masri"], ["Fatma Al-Harbi", "Fatima Mohammed El Harbi"], ["Khaled A. Ghanem", "Khalid A. Ghanim"], ["Mohamed Hamdan ^hamdan2", "Mohammad Hamdan ^hamdan2"],
    ["Kamal Salih", "ksalih (EXT)"], ["Salih Kamal", "ksalih - Acme"],
  ])("%s and %s", (master, target) => {
    expect(foundPairs(pair([master], [target]))).toEqual(["m0-t0"]);
    expect(foundPairs(pair([target], [master]))).toEqual(["m0-t0"]);
  });
});

describe("people of whom somebody has to say whether they are one", () => {
  it.each([
    ["Gary Bear ~gary.bear@acme.com", "Gary Bear ~gbear2@acme.com", "ambiguous"], ["Gary Bear ~gary.bear@acme.com", "Gary Bear ~gary.bear2@acme.de", "ambiguous"], ["Gary Bear ~garybear1@gmail.com", "Gary Bear ~garybear2@gmail.com", "ambiguous"], ["Gary Bear ~gary.bear12345@acme.com", "Gary Bear ~gary.bear54321@acme.com", "ambiguous"],
    ["Anna Lee ~jacky.lee@acme.com", "Jacky Lee ~jacky.lee@acme.com", "near"], ["Agata Horvat ~agata.horvat@a.com ^ahorvat2", "Horvat, Anđelina ^agata.horvat@a.com", "near"], ["Wang Xiao Ming ~lei.wang@acme.com", "Lei Wang ~lei.wang@acme.com", "near"],
    ["Maria Anna Lee", "Lee, Anna Maria", "near"], ["Kim Lee Rossi", "Rossi, Lee Kim", "near"], ["Min Su Kim", "Kim, Min", "near"], ["Gary Bear (2", "Gary Bear", "near"],
    ["Simon Sato", "Shimon Sato", "near"], ["Tu Min", "Tsu Min", "near"], ["Mori, Hirosi", "Hiroshi, Mori", "near"],
    ["Arellano Barrientos, José", "José Barrientos", "near"], ["Enrique Manu Piñol Tejedor", "Enrique Tejedor Piñol", "near"], ["Guimaraes Rodrigues, Pedro Henrique", "Pedro R. Guimaraes", "near"], ["Gary Bear", "Gary Bear ^gbear-adm", "near"],
  ])("%s and %s", (master, target, situation) => {
    for (const result of [pair([master], [target]), pair([target], [master])]) {
      const verdict = result.verdicts.find(({ side }) => side === "master");
      expect(verdict?.situation).toBe(situation);
      expect(verdict?.candidates).toHaveLength(1);
    }
  });
});

describe("a name that somebody else bears by another custom of romanising", () => {
  it.each([
    [["Mohammed Haddad", "Mohamed Haddad"], ["Mohammed Haddad"]], [["Aly Al-Otaibi", "Ali Alotaibi"], ["Aly Al-Otaibi"]], [["Abd al-Rahman Saleh", "Abdulrahman Salih"], ["Abdul Rahman Saleh"]],
    [["Takasi Sato", "Takashi Sato"], ["Takasi Sato"]], [["Ohno Yuki", "Ono Yuki"], ["Ono Yuuki"]], [["T. Satoh", "Takashi Sato"], ["Takasi Sato"]]])("%s and %s", (masters, targets) => {
    for (const result of [pair(masters, targets), pair(targets, masters)]) {
      expect(foundPairs(result)).toEqual([]);
      expect(result.verdicts.map(({ situation }) => situation)).toEqual(["ambiguous", "ambiguous", "ambiguous"]);
    }
  });

  it("is another of names that only might be of such a language", () => {
    expect(foundPairs(pair(["Hu Jun", "Tito Romano"], ["Fu Jun", "Chito Romano"]))).toEqual([]);
    expect(foundPairs(pair(["Jung Sung-mi", "Kim Ji-hyun"], ["Jeong Seongmee", "Kim Jee-hoon"]))).toEqual([]);
    expect(foundPairs(pair(["Nora Weber", "Ali Khan", "Said Bouazizi", "Hassan Hussein"], ["Noura Weber", "Aly Khan", "Sayed Bouazizi", "Husain Husain"]))).toEqual([]);
  });

  it("is told by the account that both systems count alike", () => {
    const many = Array.from({ length: 12 }, (_, at) => `Gary Bear${String.fromCharCode(97 + at)} ^gbear${String.fromCharCode(97 + at)}2`);
    expect(foundPairs(pair([...many, "Takasi Sato ^tsato2", "Takashi Sato ^tsato3"], [...many, "Takashi Sato ^tsato2", "Takasi Sato ^tsato3"])).slice(-2)).toEqual(["m12-t12", "m13-t13"]);
  });
});

it("an account of a machine that is called like somebody is told", () => {
  expect(pair(["Gary Bear"], ["Bear, Gary ^gbear-adm"]).verdicts[0]).toMatchObject({ situation: "near", reason: "same name, but one of them is an account of a machine or office" });
});

describe("the mailbox of a team", () => {
  const many = Array.from({ length: 40 }, (_, at) => `Gary Bear${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + (at >> 3))} ~qa-team@acme.com`);

  it("makes no crowd of those who have it, however many they are", () => {
    const result = pair([...many, "Anna Holm ~qa-team@acme.com"], [...many, "Anna Holm"]);
    expect(foundPairs(result)).toHaveLength(41);
  });

  it("ties nobody in another domain", () => {
    expect(foundPairs(pair(["אוחיון גל ~qa-team@acme.de"], ["Hong Gun Chul ~qa-team@acme.com"]))).toEqual([]);
  });
});

describe("initials that many names may be meant by", () => {
  const given = Array.from({ length: 40 }, (_, at) => `S${"aeiou".charAt(at % 5)}${"bdfghklm".charAt(at >> 3)}${"aeiou".charAt(at % 5)}${"nrst".charAt(at % 4)}`);
  const short = Array.from({ length: 30 }, () => "S. Kumar");

  it("leave no doubt of those who are written out on both sides", () => {
    const result = pair([...given.map((name) => `${name} Kumar`), ...short], [...given.map((name) => `Kumar, ${name}`), "S. Kumar"]);
    expect(foundPairs(result)).toEqual(given.map((_, at) => `m${at}-t${at}`));
    const verdict = result.verdicts.find(({ side, entry }) => side === "master" && entry.name === "S. Kumar");
    expect(verdict?.situation).toBe("ambiguous");
    expect((verdict?.candidates.length ?? 0) + (verdict?.more ?? 0)).toBe(41);
    expect(verdict?.candidates[0]?.reason).not.toContain("same name but for");
  });
});

it("a name that may be any of very many longer ones is listed with them", () => {
  const longer = Array.from({ length: 40 }, (_, at) => `Gary Q${"aeiou".charAt(at % 5)}${"bdfghklm".charAt(at >> 3)}${"aeiou".charAt(at % 5)}${"nrst".charAt(at % 4)} Bear`);
  const result = pair([...longer, "Gary Max Bear"], [...Array.from({ length: 30 }, () => "Bear Gary"), "Gary Max Bear"]);
  expect(result.verdicts.filter(({ situation }) => situation === "ambiguous")).toHaveLength(70);
  expect(foundPairs(result)).toEqual(["m40-t30"]);
  const verdict = result.verdicts.find(({ side }) => side === "target");
  expect((verdict?.candidates.length ?? 0) + (verdict?.more ?? 0)).toBeGreaterThanOrEqual(40);
});

describe("who is one of two namesakes", () => {
  it("is not doubted for somebody of half the name whom an address tells apart", () => {
    const masters = ["Gary Lee Bear ~gary.bear2@acme.com", "Gary Max Bear"];
    expect(foundPairs(pair(masters, ["Gary Lee Bear", "Gary Bear ~gary.bear@acme.com"]))).toContain("m0-t0");
  });

  it("is not doubted for a mailbox that leaves a second given name out", () => {
    expect(foundPairs(pair(["Banerjee, Aadidev ~aadidev.banerjee2@acme.com", "Banerjee, Aadidev Chakra ~aadidev.banerjee@acme.com"], ["Aadidev Banerjee", "Aadidev Chakra Banerjee"]))).toEqual(["m0-t0", "m1-t1"]);
  });

  it("is in doubt where nobody else bears the longer name", () => {
    expect(foundPairs(pair(["Banerjee, Aadidev ~aadidev.banerjee2@acme.com", "Banerjee, Aadidev Chakra ~aadidev.banerjee@acme.com"], ["Aadidev Banerjee"]))).toEqual([]);
  });
});

describe("what the lists teach of the order of names", () => {
  /** Each system writes the surname first, with well-known given names behind it. */
  const known = ["Bear Gary", "Fox Thomas", "Hart Robert", "Wolf William", "Lamb Michael", "Crane Daniel", "Abeyta Richard", "Abeyta Edward", "Abeyta Joseph"];

  it("a second surname between the first and the given names is left out", () => {
    const [masters, targets] = [[...known, "Armendáriz Abeyta Jorge"], ["Armendariz, Jorge"]];
    expect(foundPairs(pair(masters, targets))).toEqual(["m9-t0"]);
    expect(foundPairs(pair(targets, masters))).toEqual(["m0-t9"]);
  });

  it("a second given name is left out behind a surname that nobody else has", () => {
    const given = ["Bear Robert", "Fox Robert", "Hart Thomas", "Wolf Thomas"];
    const [masters, targets] = [[...known, ...given, "Knippel Robert Thomas"], ["Knippel Robert", "Thomas Crow", "Robert Finch", "Edward Stone"]];
    expect(foundPairs(pair(masters, targets))).toEqual(["m13-t0"]);
  });
});

it("one login does not tie two who have counted mailboxes of one domain", () => {
  const others = Array.from({ length: 12 }, (_, at) => `Bo Fox${"abcdefghijkl".charAt(at)} ^bfox${"abcdefghijkl".charAt(at)}2`);
  const result = pair([...others, "Ali Hassan ~ali.hassan2@acme.com ^ahassan4"], [...others, "Ali Hassan ~ali.hassan3@acme.com ^ahassan4"]);
  expect(foundPairs(result)).toHaveLength(12);
  expect(result.verdicts.find(({ entry }) => entry.id === "m12")?.situation).toBe("ambiguous");
});

describe("addresses of another domain", () => {
  /** So many that both systems are seen to use the same logins. */
  const many = Array.from({ length: 10 }, (_, at) => `Gary Bear${"abcdefghij".charAt(at)}`);
  const both = (domain: string): readonly string[] => many.map((name) => `${name} ~${name.toLowerCase().replace(" ", ".")}2@${domain}`);

  it("do not outdo somebody of that very name", () => {
    const [masters, targets] = [[...both("acme.com"), "Maria Antonakis ~maria.antonakis@acme.com"], [...both("acme.de"), "Maria Antonakis", "Maria Kouvelis ~maria.antonakis@acme.de"]];
    expect(foundPairs(pair(masters, targets))).not.toContain("m10-t11");
  });
});
