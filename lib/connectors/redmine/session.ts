// Getting to know one Redmine: our account, its projects, its clock. Asked once per connector, except what may change
// under us: the clock and whether we are still who we were.

import { AccessError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Instant, ProjectInfo } from "../../core/types.ts";
import type { DataSourceSettings } from "../connector.ts";
import { pageOf, type RedmineClient } from "./client.ts";
import type { RedmineOptions } from "./options.ts";
import { idOf, instantOf, type Json, objectsAt, own, sameWord, textAt } from "./wire.ts";

export interface Me {
  readonly id: string;
  readonly name: string;
  /** Only administrators may read the definitions of custom fields and the list of users. */
  readonly admin: boolean;
}

export interface Clock {
  /** Of the server, up to some seconds old. Throws RemoteError where it tells none. */
  now(): Promise<Instant>;
  /** The next one is asked anew. */
  forget(): void;
}

export interface Project extends ProjectInfo {
  /** Redmine's number. `id` is the identifier, which people know and nobody can change. */
  readonly number: string;
  readonly trackers: readonly Json[];
  readonly categories: readonly Json[];
  readonly customFields: readonly Json[];
}

/** Everything a call needs to know of the site. */
export interface Site {
  readonly name: string;
  readonly client: RedmineClient;
  readonly options: RedmineOptions;
  readonly base: string;
  readonly me: Me;
  readonly clock: Clock;
  projects(): Promise<readonly Project[]>;
  /** By identifier, number or name. Throws AccessError for one that we cannot see. */
  project(asked: string): Promise<Project>;
}

export const MOST_PER_PAGE = 100;

/**
 * Throws LoginError for anything but an account. A key that was withdrawn is not refused elsewhere: Redmine then shows
 * what everybody may see, so this is asked again before an absence is believed.
 */
export const readMe = async (client: RedmineClient): Promise<Me> => {
  const reply = await client.ask({ method: "GET", path: "/users/current.json" });
  if (reply.status === 403) throw new LoginError(`${client.name}: Redmine's REST interface refuses the account`, "switch it on (Administration → Settings → API → Enable REST web service); an account that must change its password is refused too");
  const user = own(reply.body, "user");
  if (reply.status === 404) throw new RemoteError(`${client.name}: GET /users/current.json is unknown there`, "check the address of the data source, with its sub-path");
  if (reply.status >= 300 || idOf(user) === "") throw client.refused(`it does not say who we are (${reply.status})`);
  const login = textAt(user, "login");
  return { id: idOf(user), name: `${textAt(user, "firstname")} ${textAt(user, "lastname")}`.trim() || login, admin: own(user, "admin") === true };
};

/** Throws LoginError where the server takes us for somebody else by now, or for nobody. */
export const stillSignedIn = async (site: Site): Promise<void> => {
  const me = await readMe(site.client);
  if (me.id !== site.me.id) throw site.client.refused(`the account changed from ${site.me.name} to ${me.name}`);
};

/** All of a paged collection that no filter or order can make stable; projects and people change seldom. */
export const allOf = async (client: RedmineClient, path: string, name: string, query: Record<string, string | number> = {}): Promise<readonly Json[]> => {
  const all = new Map<string, Json>();
  for (let offset = 0; ; ) {
    const ask = { method: "GET", path, query: { ...query, limit: MOST_PER_PAGE, offset } } as const;
    const body = await client.must(ask);
    const { rows, last } = pageOf(client.demandList(ask, body, name), body, MOST_PER_PAGE, offset);
    const before = all.size;
    for (const entry of rows) all.set(idOf(entry), entry);
    // Nothing new ends it as well: a release that does not page gives everything again.
    if (last || all.size === before) return [...all.values()];
    offset += rows.length;
  }
};

const projectOf = (raw: Json): Project => ({
  id: textAt(raw, "identifier") || idOf(raw),
  key: textAt(raw, "identifier") || idOf(raw),
  name: textAt(raw, "name"),
  number: idOf(raw),
  trackers: objectsAt(raw, "trackers"),
  categories: objectsAt(raw, "issue_categories"),
  customFields: objectsAt(raw, "issue_custom_fields"),
});

const FRESH_MS = 5_000;

interface Told {
  readonly at: Instant;
  /** Our Date.now() then. */
  readonly seenAt: number;
}

const isFresh = (told: Told | undefined): told is Told => told !== undefined && Date.now() - told.seenAt < FRESH_MS;

/**
 * The server's clock, never ours. Redmine's own server sends no Date header, only the web server before it does; where
 * there is none the feed of an empty list tells the time, because it is stamped when it is made. That costs a call, so it holds for a moment.
 */
const createClock = (client: RedmineClient): Clock => {
  let feed: Told | undefined;
  const ask = async (): Promise<Instant> => {
    const { http } = client;
    const seen = http.serverClock();
    if (isFresh(seen)) return seen.at;
    if (isFresh(feed)) return feed.at;
    const seenAt = Date.now();
    const response = await http.request({ method: "GET", path: "/issues.atom", query: { issue_id: 0, status_id: "*" }, headers: client.headers({ accept: "application/atom+xml" }), repeatable: true, redirect: "none", allow: [302, 401, 403, 404, 406] });
    const header = http.serverClock();
    if (isFresh(header)) return header.at;
    const at = instantOf(/<updated>([^<]+)<\/updated>/.exec(response.text)?.[1]);
    if (at === undefined) throw new RemoteError(`${client.name}: Redmine does not tell its time`, "let the web server before it send a Date header");
    feed = { at, seenAt };
    return at;
  };
  return {
    now: ask,
    forget: () => {
      feed = undefined;
    },
  };
};

/** Signs in and asks what must be known before anything is read. Throws AccessError, RemoteError. */
export const connect = async (client: RedmineClient, settings: DataSourceSettings, options: RedmineOptions): Promise<Site> => {
  const me = await readMe(client);
  let known: Promise<readonly Project[]> | undefined;
  const projects = (): Promise<readonly Project[]> => {
    // Closed projects can be read; only archived ones are gone.
    known ??= allOf(client, "/projects.json", "projects", { include: "trackers,issue_categories,issue_custom_fields", status: "1|5" })
      .then((all) => all.map(projectOf))
      .catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    return known;
  };
  const project = async (asked: string): Promise<Project> => {
    const all = await projects();
    const found = all.find((one) => one.id === asked || one.number === asked) ?? all.find((one) => sameWord(one.name, asked));
    if (found === undefined) throw new AccessError(`${client.name}: there is no project ${asked}, or ${me.name} may not see it`, "name it by its identifier (the last part of its address)");
    return found;
  };
  return { name: client.name, client, options, base: settings.url.replace(/\/+$/, ""), me, clock: createClock(client), projects, project };
};
