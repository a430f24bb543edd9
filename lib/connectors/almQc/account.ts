// Who we are and what time it is there, and whether its clock is the one we were told of.

import { RemoteError } from "../../core/errors.ts";
import type { Account, Instant } from "../../core/types.ts";
import { NOT_THERE, type Session } from "./session.ts";
import { own } from "./wire.ts";
import { allNamed, childText } from "./xml.ts";

const CHECK = "/rest/is-authenticated";
const FRESH_MS = 5_000;
/** Time stamps of the database and the web server's clock differ by little; a wrong zone by half an hour at least. */
const CLOCK_SLACK_MS = 20 * 60_000;

/** Signs in by asking. Only XML is answered everywhere (alm-qc.md §2.3). Throws AccessError, RemoteError. */
export const readAccount = async (session: Session): Promise<Account> => {
  const ask = { method: "GET", path: CHECK } as const;
  const reply = await session.ask(ask);
  const { body } = reply;
  // Where nobody answers this question, the sign-in has.
  if (NOT_THERE.includes(reply.status) && session.login !== "") return { id: session.login, name: session.login, zone: session.options.zone };
  if (reply.status >= 300) throw session.failure(ask, reply);
  const name = body.kind === "xml" ? childText(body.root, "Username") || (allNamed(body.root, "Username")[0]?.text.trim() ?? "") : String(own(own(body.kind === "json" ? body.value : undefined, "AuthenticationInfo"), "Username") ?? "");
  if (name === "") throw new RemoteError(`${session.name}: the server does not tell who we are`, "is the address of the data source the root of an ALM server?");
  return { id: name, name, zone: session.options.zone };
};

/** The server's clock. A Date header of the last seconds serves; it is not moved on: a clock read too early costs only an overlap. */
export const serverNow = async (session: Session): Promise<Instant> => {
  const seen = session.http.serverClock();
  if (seen !== undefined && Math.abs(Date.now() - seen.seenAt) < FRESH_MS) return seen.at;
  const ask = { method: "GET", path: CHECK } as const;
  const reply = await session.ask(ask);
  if (reply.status >= 300 && !NOT_THERE.includes(reply.status)) throw session.failure(ask, reply);
  const clock = session.http.serverClock();
  if (clock === undefined) throw new RemoteError(`${session.name}: the server does not tell its time`, "is a proxy taking the Date header away?");
  return clock.at;
};

/**
 * Watches that times of change fit the zone of the options (alm-qc.md §17). With a wrong one, changes would be passed over
 * without a word. A stamp from the future proves it on any reading, one from the past only right after a write of ours.
 */
export class ClockWatch {
  readonly #session: Session;
  #wrong: string | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  seen(changedAt: Instant, byUsNow: boolean): void {
    const clock = this.#session.http.serverClock();
    if (clock === undefined) return;
    const { zone } = this.#session;
    // In the hour the clock shows twice, instants and wall times may each look wrong; a wrong zone looks wrong both ways.
    const both = [Date.parse(changedAt) - Date.parse(clock.at), zone.wall(changedAt) - zone.wall(clock.at)];
    const [least, most] = [Math.min(...both), Math.max(...both)];
    if (least > CLOCK_SLACK_MS) this.#wrong ??= `a change is stamped ${Math.round(least / 60_000)} minutes ahead of the server's clock`;
    if (byUsNow && most < -CLOCK_SLACK_MS) this.#wrong ??= `what we wrote is stamped ${Math.round(-most / 60_000)} minutes behind the server's clock`;
  }

  /** Throws RemoteError. What was written before is told first: this is asked when reading begins or goes on. */
  demand(): void {
    if (this.#wrong === undefined) return;
    throw new RemoteError(`${this.#session.name}: ${this.#wrong}: ${this.#session.options.zone} is not the zone of its database`, `correct options.zone of ${this.#session.name}, then run a sweep`);
  }
}
