// Finding people: as a request names them, as a person would type them, and as the user searches match them.

import type { User } from "./model.ts";
import { ValueProblem } from "./problem.ts";
import type { Actor } from "./rich.ts";
import type { World } from "./world.ts";

export const everyone = (world: World): readonly User[] => [...world.tables.users.values()];

const fold = (text: string): string => text.toLowerCase();

/** Logins are kept in small letters, and found however they are written. */
export const isLogin = (user: User, given: unknown): boolean => typeof given === "string" && fold(user.name) === fold(given);

/** By id, login, mail or display name; two of the same name are nobody. */
export const findPerson = (world: World, words: string): User | null => {
  const wanted = fold(words);
  const exact = everyone(world).find((user) => user.id === words || fold(user.name) === wanted || fold(user.email) === wanted);
  if (exact) return exact;
  const named = everyone(world).filter((user) => fold(user.displayName) === wanted);
  return named.length === 1 ? named[0] ?? null : null;
};

/** Prefixes of a name's words or of the mail, hidden ones too (sheet §16); Data Center takes any part, and "." lists all. */
export const matches = (world: World, user: User, words: string): boolean => {
  const wanted = fold(words.trim());
  if (wanted === "") return true;
  if (!world.cloud) return wanted === "." || [user.name, user.displayName, user.email].some((text) => fold(text).includes(wanted));
  const name = fold(user.displayName);
  return fold(user.email).startsWith(wanted) || name.startsWith(wanted) || name.split(/\s+/).some((part) => part.startsWith(wanted));
};

const nameGiven = (world: World, raw: Readonly<Record<string, unknown>>): string | null | undefined => {
  const given = world.cloud ? raw["accountId"] ?? raw["id"] : raw["name"] ?? raw["key"];
  if (given === undefined) return (world.cloud ? "accountId" : "name") in raw ? null : undefined;
  return given === null || given === "" ? null : String(given);
};

/** "-1" asks for the automatic assignee: the lead of the project. */
const automatic = (world: World, projectId: string): string | null => world.tables.projects.get(projectId)?.lead ?? null;

const unknownUser = (world: World, name: string): ValueProblem => new ValueProblem(world.cloud ? `User '${name}' does not exist.` : `User '${name}' does not exist.`);

/** A user value of a request; null clears. */
export const readUser = (actor: Actor, raw: unknown, projectId: string): string | null => {
  const { world, person } = actor;
  if (raw === null || raw === undefined) return null;
  if (person && typeof raw === "string") {
    const found = findPerson(world, raw);
    if (!found) throw unknownUser(world, raw);
    return found.id;
  }
  if (typeof raw !== "object" || Array.isArray(raw)) throw new ValueProblem("data was not an object");
  const own = raw as Readonly<Record<string, unknown>>;
  const name = nameGiven(world, own) ?? (person ? (own["displayName"] ?? own["emailAddress"] ?? own["name"] ?? null) as string | null : nameGiven(world, own));
  if (name === undefined) throw new ValueProblem(world.cloud ? "accountId must be provided" : "expected 'name' property to be present");
  if (name === null) return null;
  if (name === "-1") return automatic(world, projectId);
  const user = person ? findPerson(world, name) : world.cloud ? world.tables.users.get(name) : everyone(world).find((one) => isLogin(one, name) || one.id === name);
  if (!user) throw unknownUser(world, name);
  return user.id;
};

export const assignable = (user: User): boolean => user.active;

export const requireAssignable = (world: World, id: string | null): string | null => {
  const user = id === null ? undefined : world.tables.users.get(id);
  if (user && !assignable(user)) throw new ValueProblem(`User '${world.cloud ? user.id : user.name}' cannot be assigned issues.`);
  return id;
};

export const userName = (world: World, id: string | null): string | null => (id === null ? null : world.tables.users.get(id)?.displayName ?? id);
