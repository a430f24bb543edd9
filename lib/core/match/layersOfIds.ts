// Evidence that does not take a name apart: e-mail addresses, the name as written, accounts of machines, logins.

import { addressKey, fits, shortens, sounds, wholeOf } from "./company.ts";
import { layer } from "./graph.ts";
import { addKey, hashName, hashText, type KeyList, withSalt } from "./hash.ts";
import { addFull, saltOf } from "./keys.ts";
import { both, keysOf, loginsAt, meetUnder, nameAt, type Which, type Work } from "./meeting.ts";
import type { Login, Person } from "./person.ts";

export const byAddress = (work: Work): void => {
  const keys = both((which) => keysOf(work, which, (list, person, index) => person.email !== "" && addKey(list, index, hashText(addressKey(person.email)))));
  layer(work.graph, keys, (master, target) => {
    const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
    if (one === undefined || other === undefined || addressKey(one.email) !== addressKey(other.email)) return;
    if (one.service !== other.service) return work.graph.hint(master, target, { score: 0.5, reason: "same e-mail address, but one of them is an account of a machine or office" });
    const fit = one.service ? "unknown" : shortens(one, other) || shortens(other, one) ? "fits" : fits(work, one, other);
    if (fit === "no") return work.graph.hint(master, target, { score: 0.6, reason: "same e-mail address, but the names have nothing in common" });
    work.graph.add(master, target, fit === "fits" ? "addressAndName" : "address");
  }, true);
};

export const byExactName = (work: Work): void => {
  const keys = both((which) => keysOf(work, which, (list, _, index, salt) => {
    const name = nameAt(work, which, index);
    if (name !== "") addKey(list, index, withSalt(hashText(name), salt));
  }));
  meetUnder(work, keys, true, (one, other, master, target) => {
    if (one.service === other.service && nameAt(work, 0, master) === nameAt(work, 1, target)) work.graph.add(master, target, "exact");
  });
};

/** "svc-jira" and "svc_jira": an account of a machine may differ by what parts its words, by nothing else. */
export const byServiceName = (work: Work): void => {
  const parted = (which: Which, index: number): readonly string[] => [nameAt(work, which, index).split(/[\s._-]+/).join(" "), ...loginsAt(work, which, index).map((login) => `=${login.key}`)];
  const keys = both((which) => keysOf(work, which, (list, person, index, salt) => {
    if (person.service) for (const key of parted(which, index)) if (key !== "") addKey(list, index, withSalt(hashText(key), salt));
  }));
  meetUnder(work, keys, true, (_, __, master, target) => {
    const mine = parted(0, master);
    if (parted(1, target).some((key) => mine.includes(key))) work.graph.add(master, target, "folded");
  });
};

/** A login ties two people only where their shown names do not say otherwise. */
const tie = (work: Work, one: Person, other: Person, master: number, target: number, evidence: "login" | "loginSpells"): void => {
  const fit = fits(work, one, other);
  if (fit === "fits" || fit === "unknown") return work.graph.add(master, target, evidence);
  const reason = evidence === "login" ? "same login" : "the login of one spells the name of the other";
  work.graph.hint(master, target, { score: fit === "partly" ? 0.66 : 0.4, reason: `${reason}, but the names differ` });
};

const rotates = (person: Person, login: Login): boolean =>
  login.number === person.extra.number && (login.words.length > 1 ? sounds(wholeOf(person), [login.words]) : wholeOf(person).some((words) => words.some((_, from) => [...words.slice(from), ...words.slice(0, from)].join("") === login.words[0])));

/** Logins against names ("gary.bear", "garybear") and against logins. */
export const byLogin = (work: Work): void => {
  const names = (which: Which): KeyList => keysOf(work, which, (list, person, index, salt) => !person.service && !person.handle && person.words.length > 1 && addFull(list, index, person.words, salt));
  const logins = both((which) => keysOf(work, which, (list, person, index) => {
    if (person.service) return;
    const scope = work.sides[which].entries[index]?.scope;
    for (const login of loginsAt(work, which, index)) if (login.key.length > 4) addKey(list, index, withSalt(hashName(login.words), saltOf(scope, login.number)));
  }));
  meetUnder(work, [names(0), logins[1]], false, (one, other, master, target) => loginsAt(work, 1, target).some((login) => rotates(one, login)) && tie(work, one, other, master, target, "loginSpells"));
  meetUnder(work, [logins[0], names(1)], false, (one, other, master, target) => loginsAt(work, 0, master).some((login) => rotates(other, login)) && tie(work, one, other, master, target, "loginSpells"));
  const keys = both((which) => keysOf(work, which, (list, person, index) => {
    const scope = work.sides[which].entries[index]?.scope;
    if (!person.service) for (const login of loginsAt(work, which, index)) addKey(list, index, withSalt(hashText(login.key), saltOf(scope, "")));
  }));
  meetUnder(work, keys, true, (one, other, master, target) => {
    const mine = loginsAt(work, 0, master);
    if (loginsAt(work, 1, target).some(({ key }) => mine.some((login) => login.key === key))) tie(work, one, other, master, target, "login");
  });
};
