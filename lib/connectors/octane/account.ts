// Who we are and what time it is there.

import { isForbidden, RemoteError } from "../../core/errors.ts";
import type { Account, Instant, Person, PersonRecord } from "../../core/types.ts";
import { reasonOf } from "./answers.ts";
import type { Session } from "./session.ts";
import { personOf } from "./values.ts";
import { type Json, own, textAt } from "./wire.ts";

export interface Me extends Account {
  readonly login: string;
}

/** Who made each of these entities. */
export type Authors = (raws: readonly Json[]) => Promise<(raw: Json) => Person | null>;

const sameLogin = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/**
 * A space's and a workspace's user may differ in id, and the id of one be that of somebody else in the other: ourselves are known by our
 * login. Which display fields a reference brings is the server's choice (octane.md §5.2); where the login is not among them, the
 * workspace's people tell our id there.
 */
export const createAuthors = (me: () => Promise<Me>, findPeople: (text: string) => Promise<readonly PersonRecord[]>): Authors => {
  const idsOfUs = async (us: Me): Promise<ReadonlySet<string>> => {
    try {
      const found = (await findPeople(us.login)).filter(({ login }) => sameLogin(login, us.login)).map(({ id }) => id);
      return new Set(found.length > 0 ? found : [us.id]);
    } catch (error) {
      if (isForbidden(error)) return new Set([us.id]);
      throw error;
    }
  };
  return async (raws) => {
    const us = await me();
    const isNameless = raws.some((raw) => personOf(own(raw, "author"))?.login === undefined && textAt(own(raw, "author"), "id") !== "");
    const ids = isNameless ? await idsOfUs(us) : new Set<string>();
    return (raw) => {
      const author = personOf(own(raw, "author"));
      if (author === null) return null;
      const isUs = author.login === undefined ? ids.has(author.person) : sameLogin(author.login, us.login);
      return isUs ? { ...author, person: us.login } : author;
    };
  };
};

const CURRENT = "/api/current_user";
const FRESH_MS = 5_000;

/** Signs in by asking. A server that does not tell is asked for the user of our login. Throws AccessError, RemoteError. */
export const readMe = async (session: Session, findPeople: (text: string) => Promise<readonly PersonRecord[]>): Promise<Me> => {
  const { clientId, user } = session.settings.credentials;
  const login = clientId ?? user ?? "";
  const reply = await session.ask({ method: "GET", path: CURRENT });
  if (reply.status < 300 && textAt(reply.body, "id") !== "") {
    const name = textAt(reply.body, "full_name") || textAt(reply.body, "name") || login;
    const language = textAt(reply.body, "language");
    return { id: textAt(reply.body, "id"), name, login: textAt(reply.body, "name") || login, ...(language === "" ? {} : { language }) };
  }
  // Not every account may ask: an API access is no person. Who may do nothing is refused by the list of people.
  if (reply.status >= 300 && reply.status !== 501 && (reply.status < 400 || reply.status >= 500)) throw new RemoteError(`${session.name}: GET ${CURRENT}: ${reasonOf(reply.body, reply.status)}`, "the last words are Octane's own; docs/systems/octane.md tells of those that are known");
  // Signed in by mail address, an account's authors still bear its login.
  const [person] = (await findPeople(login)).filter((record) => [record.login, record.email].some((word) => word?.toLowerCase() === login.toLowerCase()));
  return { id: person?.id ?? login, name: person?.name ?? login, login: person?.login ?? login };
};

/** The server's clock. A Date header of the last seconds serves; it is not moved on: a clock read too early costs only an overlap. */
export const serverNow = async (session: Session): Promise<Instant> => {
  const seen = session.http.serverClock();
  if (seen !== undefined && Math.abs(Date.now() - seen.seenAt) < FRESH_MS) return seen.at;
  await session.ask({ method: "GET", path: CURRENT });
  const clock = session.http.serverClock();
  if (clock === undefined) throw new RemoteError(`${session.name}: the server does not tell its time`, "is a proxy taking the Date header away?");
  return clock.at;
};
