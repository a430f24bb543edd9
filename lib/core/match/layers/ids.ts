// Evidence that does not take a name apart: e-mail addresses, accounts of machines, logins.

import { type Abroad, scriptOf } from "../abroad.ts";
import { agree, atOdds, covers, fits, haveOneInitial, haveOtherRemarks, holds, isHandedOn, isNumberedAlike, isSomebodyElses, relationOf, shortens, sounds } from "../company.ts";
import { areOfOneName } from "../byWords.ts";
import { addressKey, wholeOf } from "../reading/faces.ts";
import { type Evidence, layer } from "../graph.ts";
import { besideGeneration } from "./wholeNames.ts";
import { addKey, createKeys, hashText, type KeyList } from "../words/hash.ts";
import { consider } from "./parts.ts";
import { shortLogins } from "../words/keys.ts";
import { serviceNames } from "../reading/lists.ts";
import { both, foldedAt, hasSharedAddress, isToldAlready, loginsAt, loginsOfBoth, meetUnder, nameAt, wantedOf, type Which, type Work } from "./meeting.ts";
import { countsNamesakes, type Login, parseLogin, type Person } from "../reading/person.ts";
import { sharesInitial, sharesSomething } from "../relate.ts";
import { agreeInSound } from "../words/sound.ts";
import { isOffice } from "../words/words.ts";

/** Müller and Mueller write the same mailbox. */
const unmarked = (text: string): string => text.replace(/(?<=[aou])e/g, "");

/** A mailbox that names the surname and neither of two given names belongs to whoever lives there. */
const isHousehold = (one: Person, other: Person): boolean => {
  const surname = one.words.find((word) => word.length > 2 && other.words.includes(word));
  const [mine, theirs] = [one, other].map(({ words }) => words.filter((word) => word !== surname).map(unmarked));
  const mailbox = one.email.replace(/[+@].*$/, "").split(/[^a-z]+/).map(unmarked).join("");
  if (surname === undefined || mine === undefined || theirs === undefined || mine.length === 0 || theirs.length === 0 || !mailbox.includes(unmarked(surname))) return false;
  const rest = mailbox.replace(unmarked(surname), "");
  return !sharesSomething(mine, theirs) && !sharesInitial(mine, theirs) && ![...mine, ...theirs].some((word) => rest !== "" && (word.startsWith(rest) || rest.startsWith(word)));
};

const areNamesakesOfOneAddress = (work: Work, master: number, target: number): boolean => {
  const [mine, theirs] = work.sides;
  return areOfOneName(work.sides, master, target) && mine.emailAt(master) === theirs.emailAt(target) && !mine.isService(master) && !theirs.isService(target);
};

/** Accounts of machines share the mailbox of those who run them: they are one where their names have a word, and the same numbers, in common. */
const areOneMachine = (work: Work, master: number, target: number, one: Person, other: Person): boolean => {
  const [mine, theirs] = [nameAt(work, 0, master), nameAt(work, 1, target)].map((name) => name.toLowerCase());
  const numbersOf = (name = ""): string => (name.match(/\d+/g) ?? []).map(Number).join(" ");
  const wordsOf = (name = ""): readonly string[] => name.match(/[\p{L}\p{M}]{2,}/gu) ?? [];
  return numbersOf(mine) === numbersOf(theirs) && (wordsOf(mine).some((word) => wordsOf(theirs).includes(word)) || sharesSomething(one.words, other.words));
};

/** gary.bear of Gary Bear, whichever stands first: the whole of a name that is written out. */
const isWholeOf = ({ words }: Login, person: Person): boolean => words.length > 1 && [...words, ...person.words].every((word) => word.length > 1) && sounds(wholeOf(person), [words]);

/**
 * Whether the mailbox of both writes out the one name, and the other cannot say otherwise: it shows initials for it, "K Krishnan" beside Krishnan Kumaran,
 * or is in a script that sounds like it. Then the mailbox is how its owner is written out, and tells as much as an equal name.
 */
const isWrittenOut = (one: Person, other: Person): boolean => {
  const login = parseLogin(one.email);
  if (login === undefined) return false;
  return [[one, other] as const, [other, one] as const].some(([whole, short]) => {
    if (scriptOf(whole.words) !== "latin" || !isWholeOf(login, whole)) return false;
    if (scriptOf(short.words) === "other") return agreeInSound(whole.words, short.words) === "all";
    return short.words.length === whole.words.length && short.words.some((word) => word.length === 1) && covers(whole, short);
  });
};

/** How the names of two stand to each other who have one address that is nobody else's. */
const fitsOfAddress = (work: Work, one: Person, other: Person): ReturnType<typeof fits> => {
  if (shortens(one, other) || shortens(other, one)) return "fits";
  const fit = fits(work, one, other);
  return fit !== "no" && fit !== "fits" && isWrittenOut(one, other) ? "fits" : fit;
};

/** A team's, of which one of two is. */
const isShared = (work: Work, master: number, target: number): boolean => hasSharedAddress(work, 0, master) || hasSharedAddress(work, 1, target);

/** What one address says of two who both have it. What speaks against it is a suggestion. */
const atOneAddress = (work: Work, master: number, target: number, one: Person, other: Person): "addressAndName" | "address" | undefined => {
  if (isShared(work, master, target)) return !one.service && !other.service && agree(work, one, other) ? "addressAndName" : undefined;
  const suggest = (score: number, reason: string): undefined => void work.graph.hint(master, target, { score, reason });
  if (one.service !== other.service) return suggest(0.5, "same e-mail address, but one of them is an account of a machine or office");
  if (one.service && !areOneMachine(work, master, target, one, other)) return suggest(0.5, "same e-mail address, but accounts of other names");
  const fit = one.service ? "unknown" : fitsOfAddress(work, one, other);
  if (fit === "partly" && isHousehold(one, other)) return suggest(0.66, "same e-mail address and surname, but other given names: a household?");
  if (fit === "partly" && !holds(one, other) && (isHandedOn(work, one, other) || haveOneInitial(one, other))) return suggest(0.6, "same e-mail address, but the names are of two people");
  if (fit === "unknown" && !one.service && (isSomebodyElses(one, other) || isSomebodyElses(other, one))) return suggest(0.6, "same e-mail address, but it names somebody else");
  if (fit === "partly" && isOffice(one.email)) return suggest(0.5, "same e-mail address of an office or team, but the names differ");
  if (fit === "no") return suggest(0.6, "same e-mail address, but the names have nothing in common");
  return fit === "fits" ? "addressAndName" : "address";
};

export const byAddress = (work: Work): void => {
  layer(work.graph, both(work, "address"), (master, target) => {
    if (areNamesakesOfOneAddress(work, master, target)) return work.graph.add(master, target, "addressAndName");
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (addressKey(one.email) !== addressKey(other.email)) return;
    const evidence = atOneAddress(work, master, target, one, other);
    if (evidence !== undefined) work.graph.add(master, target, evidence);
  });
};

const ADDRESSED: ReadonlySet<Evidence> = new Set(["addressAndName", "address"]);
const OF_ONE_NAME: ReadonlySet<Evidence> = new Set(["exact", "folded", "crossed", "loginAndName"]);

const hasEdgeOf = ({ graph }: Work, which: Which, index: number, kinds: ReadonlySet<Evidence>): boolean => {
  for (let edge = graph.firstEdge(which, index); edge >= 0; edge = graph.nextEdge(which, edge)) if (kinds.has(graph.evidenceOf(edge))) return true;
  return false;
};

/** Mailboxes of domains of which one took the other's place: as one address, but for whoever has an address of both sides. `placeOf` says where a mailbox of the masters is by now. */
export const byMovedAddress = (work: Work, placeOf: (email: string) => string | undefined): void => {
  const moved = createKeys();
  for (let master = 0; master < work.sizes[0]; master++) {
    const place = work.sides[0].mayHaveEmail(master) ? placeOf(work.sides[0].emailAt(master)) : undefined;
    if (place !== undefined) addKey(moved, master, hashText(addressKey(place)));
  }
  const found: (readonly [master: number, target: number])[] = [];
  const [mine, theirs] = work.sides;
  layer(work.graph, [moved, theirs.lists.address], (master, target) => {
    const email = theirs.emailAt(target);
    if (addressKey(placeOf(mine.emailAt(master)) ?? "") !== addressKey(email) || hasEdgeOf(work, 0, master, ADDRESSED) || hasEdgeOf(work, 1, target, ADDRESSED)) return;
    if (areOfOneName(work.sides, master, target) && !isShared(work, master, target) && !mine.isService(master) && !theirs.isService(target)) return void found.push([master, target]);
    const { words, alternatives, surname, handle, service, extra } = mine.at(master);
    const evidence = atOneAddress(work, master, target, { words, alternatives, surname, handle, service, extra, email }, theirs.at(target));
    // Who left may have had it, and a name that fits is the better one of its owner now.
    if (evidence === "addressAndName" || (evidence === "address" && !hasEdgeOf(work, 0, master, OF_ONE_NAME) && !hasEdgeOf(work, 1, target, OF_ONE_NAME))) found.push([master, target]);
  });
  for (const [master, target] of found) work.graph.add(master, target, "movedAddress");
};

/** Accounts of machines, and names without a letter: as written, for they are not folded. */
export const byExactName = (work: Work): void => {
  meetUnder(work, both(work, "exact"), "folded", (master, target) => {
    if (work.sides[0].isService(master) === work.sides[1].isService(target) && foldedAt(work, 0, master) === foldedAt(work, 1, target)) work.graph.add(master, target, "exact");
  });
};

export const byServiceName = (work: Work): void => {
  const names = (which: Which, index: number): readonly string[] => serviceNames(nameAt(work, which, index), loginsAt(work, which, index));
  meetUnder(work, both(work, "service"), "folded", (master, target) => {
    const mine = names(0, master);
    if (names(1, target).some((key) => mine.includes(key))) work.graph.add(master, target, "folded");
  });
};

/** Initials and a surname in a login say no more than they do in a name. */
const spelledBy = (person: Person): "loginSpells" | "initial" => (person.words.some((word) => word.length === 1) ? "initial" : "loginSpells");

/** May be an initial and a surname. */
const isShort = ({ words, number }: Login): boolean => number === "" && (words.length === 1 || words.some((word) => word.length === 1));

/** The login is what people see and nothing else: neither account nor mailbox. */
const isOnlyShown = (work: Work, which: Which, index: number, { key }: Login): boolean => {
  const side = work.sides[which];
  return side.isHandle(index) && ![side.names.login(index), side.emailAt(index)].some((text) => parseLogin(text)?.key === key);
};

/** Five digits and more number people, not namesakes, and do not come from the name; four do where nothing stands beside them. */
const isPersonnel = ({ number, words }: Login): boolean => number.length > (words.length === 0 ? 4 : 5);

/** What a login spells is what most mailboxes are made of: it says nothing of a generation, nor of more names that one of the two shows. */
const spelledBeside = (work: Work, one: Person, other: Person, fit: string): Evidence => {
  const isOneScript = scriptOf(one.words) === scriptOf(other.words);
  const evidence = fit === "partly" && isOneScript ? "shorter" : isOneScript && one.words.length !== other.words.length && relationOf(work, one, other) === "shorter" ? "spelledShorter" : "loginSpells";
  return besideGeneration(evidence, one.extra.generation, other.extra.generation);
};

/**
 * Both have a login that is made of one of two names, which differ in a letter or in a surname married since: what it spells out is
 * asked as of a mailbox; a mere gbear stands for one given name that both show whole. Whoever shows a gbear2 besides may be the second.
 */
const isKept = (work: Work, one: Person, other: Person, login: Login, isAddress: boolean): boolean => {
  if ((login.number !== "" && !isAddress) || scriptOf(one.words) !== scriptOf(other.words) || ![one, other].some((person) => isMadeOf(work, login, person) || spellsPart(login, person))) return false;
  const isSpelledOut = login.words.length > 1 && login.words.every((word) => word.length > 1);
  if (isSpelledOut) return !isHandedOn(work, { ...one, words: one.words, email: login.words.join(".") }, other);
  const text = login.words.join("");
  return one.words.some((word) => word.length > 2 && other.words.includes(word) && !text.includes(word) && (text.startsWith(word.charAt(0)) || text.endsWith(word.charAt(0))));
};

/** gary.bear of Gary Lee Bear. */
const spellsPart = ({ words }: Login, person: Person): boolean => {
  const names = person.words.map(unmarked);
  return words.length > 1 && words.every((word) => word.length > 1 && names.includes(unmarked(word)));
};

/** gbear2 here and gbear2 there may be two people, as long as nothing else says that they are one. */
const areCounted = (shared: readonly Login[]): boolean => shared.length > 0 && shared.every((login) => login.number !== "" && !isPersonnel(login));

const addressesAt = (work: Work, which: Which, index: number): readonly string[] => [work.sides[which].emailAt(index), work.sides[which].names.login(index).toLowerCase()].filter((text) => text.includes("@"));

/** The login of one is the address of the other, and no team's. */
const haveOneAddress = (work: Work, master: number, target: number): boolean => {
  if (isShared(work, master, target)) return false;
  const theirs = addressesAt(work, 1, target);
  return theirs.length > 0 && addressesAt(work, 0, master).some((text) => theirs.includes(text) && !isOffice(text));
};

/** A login ties two people only where their shown names do not say otherwise. */
const tie = (work: Work, master: number, target: number, evidence: "loginAndName" | "login" | "loginSpells" | "initial", shared: readonly Login[] = []): void => {
  const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
  const odds = atOdds(one.extra, other.extra);
  if (odds !== undefined) return work.graph.hint(master, target, { score: 0.68, reason: odds });
  if (one.extra !== other.extra && haveOtherRemarks(one, other)) return work.graph.add(master, target, "remarked");
  const fit = fits(work, one, other);
  if (evidence === "loginAndName" && fit === "partly" && isNumberedAlike(one, other)) return work.graph.add(master, target, "login");
  if (evidence === "loginAndName" && fit === "unknown" && isNumberedAlike(one, other)) return work.graph.add(master, target, "personnel");
  // Names that are one are no less so for the login: it must not stand in the way of what they say.
  if (evidence === "login" && fit === "fits") consider(work, master, target);
  // Across scripts the given name may be that of another language, Александр and Oleksandr.
  if (evidence === "loginAndName" && fit !== "fits") return tie(work, master, target, "login");
  if (evidence === "login" && areCounted(shared) && (fit === "unknown" || one.handle || other.handle || (fit === "partly" && covers(one, other)))) return work.graph.add(master, target, "sameAccount");
  const isAddress = evidence === "login" && fit === "partly" && haveOneAddress(work, master, target);
  if (isAddress && !isHousehold(one, other) && shared.some((login) => isKept(work, one, other, login, true))) return work.graph.add(master, target, "address");
  if (evidence === "login" && fit === "partly" && shared.some((login) => isKept(work, one, other, login, false)) && !loginsOfBoth(work, master, target).flat().some((login) => areCounted([login]))) return work.graph.add(master, target, "login");
  if (fit === "fits" || fit === "unknown" || (fit === "partly" && (evidence === "login" || evidence === "loginSpells") && covers(one, other)) || (fit === "partly" && scriptOf(one.words) !== scriptOf(other.words))) return work.graph.add(master, target, evidence === "loginSpells" ? spelledBeside(work, one, other, fit) : evidence);
  const reason = evidence === "login" ? "same login" : "the login of one spells the name of the other";
  work.graph.hint(master, target, { score: fit === "partly" ? 0.66 : 0.4, reason: `${reason}, but the names differ` });
};

const rotates = (person: Person, login: Login): boolean =>
  login.number === person.extra.number && (login.words.length > 1 ? sounds(wholeOf(person), [login.words]) : wholeOf(person).some((words) => words.some((_, from) => [...words.slice(from), ...words.slice(0, from)].join("") === login.words[0])));

/** gary.bear2, of whom nothing else is shown, is the second Gary Bear: who is the first, and who of them is on the other side, nobody knows. */
const isCountedFor = (person: Person, counted: Person, logins: readonly Login[]): boolean => counted.handle && person.extra.number === "" && logins.some((login) => countsNamesakes(login) && rotates(person, { ...login, number: "" }));

/** Names are read without it: hbinali is made of Hind bin Ali. */
const FILIATION = /(?<=^.?)(?:bint[ie]?|bin|ibn)(?=[a-z]{3})/;

/** gary.bear, gbear and gbear2 are made of the name, whatever they count; of a name in another script by its sound. */
const isMadeOf = (work: Work, login: Login, person: Person): boolean => {
  const { words, number } = login;
  if (number.length > 4 || person.words.length < 2) return false;
  const texts = [words, words.map((word) => word.replace(FILIATION, ""))];
  if (wholeOf(person).some((each) => texts.some((text) => sounds([each], [text]) || shortLogins(each, person.surname).includes(text.join(""))))) return true;
  const abroad = work.abroad.find(({ script }) => script === scriptOf(person.words));
  return abroad?.readings(person).some((names) => isReadAs(abroad, words, names)) ?? false;
};

/** Whether each word of a login is a name, or an initial, and a single one an initial and another name. */
const isReadAs = ({ skeletons }: Abroad, words: readonly string[], names: readonly string[]): boolean => {
  const isName = (text: string, name: string): boolean => (text.length === 1 ? skeletons(text).some((skeleton) => skeleton[0] === name[0]) : skeletons(text).includes(name));
  const [text = "", ...more] = words;
  if (more.length > 0) return words.some((word) => word.length > 1) && words.every((word) => names.some((name) => isName(word, name)));
  return names.some((given) => names.some((family) => given !== family && ((isName(text.slice(0, 1), given) && isName(text.slice(1), family)) || skeletons(text).includes(given + family))));
};

/** Each of two names has a word written out that the other has not. */
const eachHasAnother = (one: Person, other: Person): boolean => [[one.words, other.words], [other.words, one.words]].every(([words = [], others = []]) => words.some((word) => word.length > 1 && !others.includes(word)));

/** Whether the names agree across a script, which is told where they meet by their sound. */
const areOneAbroad = (work: Work, one: Person, other: Person): boolean => {
  const scripts = [scriptOf(one.words), scriptOf(other.words)];
  const abroad = scripts[0] === scripts[1] ? undefined : work.abroad.find(({ script }) => scripts.includes(script));
  return abroad !== undefined && !["apart", "doubtful"].includes(relationOf(work, one, other, abroad));
};

/**
 * What a login adds that is made of a name. Where both names make it, it says no more than they do: J. Smith is jsmith as well as Jane.
 * Nor where the other name cannot be read and the login is short, or counts.
 */
const tieByMadeLogin = (work: Work, master: number, target: number, shared: readonly Login[]): boolean => {
  const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
  if (!shared.every((login) => isMadeOf(work, login, one) || isMadeOf(work, login, other))) return false;
  if (shared.every((login) => isMadeOf(work, login, one) && isMadeOf(work, login, other))) {
    consider(work, master, target);
    return work.graph.has(master, target) || areOneAbroad(work, one, other) || (scriptOf(one.words) === scriptOf(other.words) && fits(work, one, other) !== "fits" && eachHasAnother(one, other));
  }
  // Who shows a mere gbear may be the second here and the first there.
  if (shared.every(({ number, words }) => number !== "" && [one, other].some((person) => person.handle && person.words.length === 1 && person.extra.number === "" && person.words[0] === words.join("")))) {
    work.graph.add(master, target, "sameAccount");
    return true;
  }
  if (scriptOf(one.words) === scriptOf(other.words) || atOdds(one.extra, other.extra) !== undefined) return false;
  const fit = fits(work, one, other);
  if (fit === "fits" || fit === "no") return false;
  if (fit === "partly" && ![one, other].some(({ words }) => scriptOf(words) === "other")) return false;
  const isCounted = shared.some(({ number }) => number !== "");
  if (fit === "unknown" && !isCounted && shared.some(({ words }) => words.length > 1)) return false;
  work.graph.add(master, target, isCounted || fit === "partly" ? "sameAccount" : "initial");
  return true;
};

/** "qa-team" is the mailbox of a team in any domain, unless somebody is called so. */
const isOfOffice = (work: Work, login: Login, master: number, target: number): boolean => isOffice(login.words.join(".")) && !isMadeOf(work, login, work.sides[0].at(master)) && !isMadeOf(work, login, work.sides[1].at(target));

/** Logins against names ("gary.bear", "garybear") and against logins. */
export const byLogin = (work: Work): void => {
  const spelled = both(work, "spelled");
  const full = both(work, "full");
  const names = (which: Which): KeyList => wantedOf(full[which], spelled[which === 0 ? 1 : 0], (index) => {
    const side = work.sides[which];
    return !side.isHandle(index) && side.wordsAt(index) > 1;
  });
  meetUnder(work, [names(0), spelled[1]], undefined, (master, target) => {
    if (isToldAlready(work, master, target, "loginSpells")) return;
    const one = work.sides[0].at(master);
    const logins = loginsOfBoth(work, master, target)[1];
    if (logins.some((login) => rotates(one, login))) tie(work, master, target, spelledBy(one));
    else if (isCountedFor(one, work.sides[1].at(target), logins)) work.graph.add(master, target, "counted");
  });
  meetUnder(work, [spelled[0], names(1)], undefined, (master, target) => {
    if (isToldAlready(work, master, target, "loginSpells")) return;
    const other = work.sides[1].at(target);
    const logins = loginsOfBoth(work, master, target)[0];
    if (logins.some((login) => rotates(other, login))) tie(work, master, target, spelledBy(other));
    else if (isCountedFor(other, work.sides[0].at(master), logins)) work.graph.add(master, target, "counted");
  });
  // Many of one login are no crowd: nothing is known of their names.
  meetUnder(work, both(work, "written"), undefined, (master, target) => {
    if (isToldAlready(work, master, target, "loginAndName")) return;
    const [mine, theirs] = loginsOfBoth(work, master, target);
    const shared = theirs.filter((login) => mine.some(({ key }) => login.key === key) && !isOfOffice(work, login, master, target));
    if (shared.length === 0 || tieByMadeLogin(work, master, target, shared)) return;
    // A shown "GBear" is an initial and a surname, whatever account it looks like; the account of somebody else may be gbear.
    const isShown = shared.every((login) => isShort(login) && (isOnlyShown(work, 0, master, login) || isOnlyShown(work, 1, target, login)));
    tie(work, master, target, shared.some(isPersonnel) ? "loginAndName" : isShown ? "initial" : "login", shared);
  });
};
