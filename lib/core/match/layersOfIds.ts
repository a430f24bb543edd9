// Evidence that does not take a name apart: e-mail addresses, accounts of machines, logins.

import { addressKey, fits, shortens, sounds, wholeOf } from "./company.ts";
import { layer } from "./graph.ts";
import type { KeyList } from "./hash.ts";
import { serviceNames } from "./lists.ts";
import { both, loginsAt, meetUnder, nameAt, wantedOf, type Which, type Work } from "./meeting.ts";
import type { Login, Person } from "./person.ts";

export const byAddress = (work: Work): void => {
  layer(work.graph, both(work, "address"), (master, target) => {
    const [one, other] = [work.sides[0].at(master), work.sides[1].at(target)];
    if (addressKey(one.email) !== addressKey(other.email)) return;
    if (one.service !== other.service) return work.graph.hint(master, target, { score: 0.5, reason: "same e-mail address, but one of them is an account of a machine or office" });
    const fit = one.service ? "unknown" : shortens(one, other) || shortens(other, one) ? "fits" : fits(work, one, other);
    if (fit === "no") return work.graph.hint(master, target, { score: 0.6, reason: "same e-mail address, but the names have nothing in common" });
    work.graph.add(master, target, fit === "fits" ? "addressAndName" : "address");
  }, true);
};

/** Accounts of machines, and names without a letter: as written, for they are not folded. */
export const byExactName = (work: Work): void => {
  meetUnder(work, both(work, "exact"), true, (master, target) => {
    if (work.sides[0].at(master).service === work.sides[1].at(target).service && nameAt(work, 0, master) === nameAt(work, 1, target)) work.graph.add(master, target, "exact");
  });
};

export const byServiceName = (work: Work): void => {
  const names = (which: Which, index: number): readonly string[] => serviceNames(work.sides[which].entries[index] ?? { id: "", name: "" }, loginsAt(work, which, index));
  meetUnder(work, both(work, "service"), true, (master, target) => {
    const mine = names(0, master);
    if (names(1, target).some((key) => mine.includes(key))) work.graph.add(master, target, "folded");
  });
};

/** A login ties two people only where their shown names do not say otherwise. */
const tie = (work: Work, master: number, target: number, evidence: "login" | "loginSpells"): void => {
  const fit = fits(work, work.sides[0].at(master), work.sides[1].at(target));
  if (fit === "fits" || fit === "unknown") return work.graph.add(master, target, evidence);
  const reason = evidence === "login" ? "same login" : "the login of one spells the name of the other";
  work.graph.hint(master, target, { score: fit === "partly" ? 0.66 : 0.4, reason: `${reason}, but the names differ` });
};

const rotates = (person: Person, login: Login): boolean =>
  login.number === person.extra.number && (login.words.length > 1 ? sounds(wholeOf(person), [login.words]) : wholeOf(person).some((words) => words.some((_, from) => [...words.slice(from), ...words.slice(0, from)].join("") === login.words[0])));

/** Logins against names ("gary.bear", "garybear") and against logins. */
export const byLogin = (work: Work): void => {
  const spelled = both(work, "spelled");
  const full = both(work, "full");
  const names = (which: Which): KeyList => wantedOf(full[which], spelled[which === 0 ? 1 : 0], (index) => {
    const person = work.sides[which].at(index);
    return !person.handle && person.words.length > 1;
  });
  meetUnder(work, [names(0), spelled[1]], false, (master, target) => {
    const one = work.sides[0].at(master);
    if (loginsAt(work, 1, target).some((login) => rotates(one, login))) tie(work, master, target, "loginSpells");
  });
  meetUnder(work, [spelled[0], names(1)], false, (master, target) => {
    const other = work.sides[1].at(target);
    if (loginsAt(work, 0, master).some((login) => rotates(other, login))) tie(work, master, target, "loginSpells");
  });
  meetUnder(work, both(work, "written"), true, (master, target) => {
    const mine = loginsAt(work, 0, master);
    if (loginsAt(work, 1, target).some(({ key }) => mine.some((login) => login.key === key))) tie(work, master, target, "login");
  });
};
