// Who we are and what time it is there.

import { RemoteError } from "../../core/errors.ts";
import type { Account, Instant, PersonRecord } from "../../core/types.ts";
import { reasonOf } from "./answers.ts";
import type { Session } from "./session.ts";
import { textAt } from "./wire.ts";

export interface Me extends Account {
  readonly login: string;
}

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
  if (reply.status >= 300 && reply.status !== 501 && (reply.status < 400 || reply.status >= 500)) throw new RemoteError(`${session.name}: GET ${CURRENT}: ${reasonOf(reply.body, reply.status)}`);
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
