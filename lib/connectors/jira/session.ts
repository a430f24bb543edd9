// Getting to know one Jira: its flavour, our account, its clock, how it reads dates. Asked once per connector, except
// what a person may change meanwhile.

import { LoginError, RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import type { DataSourceSettings } from "../connector.ts";
import { type JiraClient, NoRestError, type Reply } from "./client.ts";
import type { Flavour, JiraOptions } from "./options.ts";
import { askSearch } from "./query.ts";
import { type DateForm, instantOf, textDates, zoneNamed } from "./time.ts";
import { listOf, objectsOf, own, textAt, textOf } from "./wire.ts";

interface Me {
  /** Cloud: the account id. Data Center: the key, which survives a renaming (jira.md §16). */
  readonly id: string;
  readonly login?: string;
  readonly name: string;
  readonly zone?: string;
  readonly language?: string;
}

/** Everything a call needs to know of the site. */
export interface QueryDates {
  /** How they are written now. */
  form(): Promise<DateForm>;
  /** A search has found something. */
  issuesShown(): void;
}

export interface Site {
  readonly name: string;
  readonly client: JiraClient;
  readonly options: JiraOptions;
  readonly flavour: Flavour;
  readonly cloud: boolean;
  /** /rest/api/3 or /rest/api/2 */
  readonly api: string;
  readonly me: Me;
  readonly dates: QueryDates;
  /** Calls at a time (jira.md §19.3). */
  readonly width: number;
  /** Where people look at it. */
  readonly browse: string;
  /** Resources of this flavour that this server does not have. */
  readonly lacks: Set<"issue/bulk" | "issue/bulkfetch">;
}

/** A good guess before the first call, for the plan of calls. */
export const guessFlavour = (settings: DataSourceSettings, options: JiraOptions): Flavour => {
  if (options.flavour !== undefined) return options.flavour;
  const host = URL.canParse(settings.url) ? new URL(settings.url).host : "";
  return settings.credentials["email"] !== undefined || /(^|\.)(atlassian\.net|atlassian\.com|jira\.com)$/.test(host) ? "cloud" : "dataCenter";
};

/**
 * Asked without credentials first: which form of login is right is not known yet, and a wrong one counts as a failed login. Where a
 * door in between sends every guest to its own login page, a token may pass.
 */
const serverInfo = async (client: JiraClient): Promise<Reply> => {
  const ask = { method: "GET", path: "/rest/api/2/serverInfo" } as const;
  try {
    const reply = await client.ask({ ...ask, anonymous: true });
    if (reply.status < 300) return reply;
  } catch (error) {
    if (!(error instanceof NoRestError)) throw error;
  }
  return client.ask(ask);
};

interface Server {
  readonly flavour: Flavour;
  readonly browse?: string;
}

const readServer = async (client: JiraClient, settings: DataSourceSettings, options: JiraOptions): Promise<Server> => {
  const reply = await serverInfo(client);
  const type = textAt(reply.body, "deploymentType");
  if (reply.status >= 300 || (type === "" && listOf(own(reply.body, "versionNumbers")).length === 0))
    throw new RemoteError(`${settings.name}: ${settings.url} does not answer like Jira`, "check the address of the data source, with its context path");
  const browse = textOf(own(reply.body, "displayUrl")) ?? textOf(own(reply.body, "baseUrl"));
  const found: Flavour = type === "Cloud" ? "cloud" : "dataCenter";
  return { flavour: options.flavour ?? found, ...(browse === undefined ? {} : { browse: browse.replace(/\/+$/, "") }) };
};

/** Throws LoginError for anything but a person of ours: an anonymous view must never pass for the truth (jira.md §2.1). */
export const readMe = async (client: JiraClient, name: string, api: string): Promise<Me> => {
  const reply = await client.ask({ method: "GET", path: `${api}/myself` });
  const { body } = reply;
  const id = textOf(own(body, "accountId")) ?? textOf(own(body, "key")) ?? textOf(own(body, "name"));
  if (reply.status >= 300 || id === undefined) throw new LoginError(`${name}: Jira does not say who we are (${reply.status})`, "check the credentials of the data source");
  const login = textOf(own(body, "name"));
  const zone = zoneNamed(textOf(own(body, "timeZone")));
  const language = textOf(own(body, "locale"));
  return {
    id,
    name: textOf(own(body, "displayName")) ?? login ?? id,
    ...(login === undefined ? {} : { login }),
    ...(zone === undefined ? {} : { zone }),
    ...(language === undefined ? {} : { language }),
  };
};

const FRESH_MS = 5_000;

/**
 * The server's clock, never ours. A Date header of the last seconds serves; it is not moved on, because a clock read too
 * early costs only an overlap.
 */
export const serverNow = async (client: JiraClient, name: string): Promise<Instant> => {
  const seen = client.http.serverClock();
  if (seen !== undefined && Date.now() - seen.seenAt < FRESH_MS) return seen.at;
  const { body } = await serverInfo(client);
  const at = instantOf(own(body, "serverTime")) ?? client.http.serverClock()?.at;
  if (at === undefined) throw new RemoteError(`${name}: Jira does not tell its time`, "let what stands before Jira pass the Date header");
  return at;
};

/** Before any issue of today's servers. */
const LONG_AGO = Date.UTC(2000, 0, 1);

/**
 * Does this server take a bare number as epoch milliseconds (jira.md §6 recipe a)? Asked for what changed before tomorrow: a server that
 * leaves numbers out of the question, compares them with nothing or takes them for other units shows nothing then, and whatever it was
 * asked by number later would be missed. undefined: it shows nothing, which one without any issue does too.
 */
const takesNumbers = async (client: JiraClient, cloud: boolean, now: Instant): Promise<boolean | undefined> => {
  const tomorrow = Math.floor(Date.parse(now) / 1000) * 1000 + 86_400_000;
  const reply = await askSearch(client, { api: cloud ? "/rest/api/3" : "/rest/api/2", cloud }, { jql: `updated >= ${LONG_AGO} AND NOT updated >= ${tomorrow}`, maxResults: 1, fields: ["id"] });
  if (reply.status >= 300 || listOf(own(reply.body, "warningMessages")).length > 0) return false;
  return objectsOf(own(reply.body, "issues")).length > 0 ? true : undefined;
};

/** So long the zone that signing in told is that of the account. */
const ZONE_KEPT_MS = 60_000;

/**
 * How dates are written in JQL: otherwise than by number, in the account's zone, which a person may have changed meanwhile. A site without
 * any issue cannot tell, and has nothing to miss: it is asked again once it has shown one.
 */
const createDates = async (client: JiraClient, name: string, api: string, cloud: boolean, me: Me): Promise<QueryDates> => {
  const ask = async (): Promise<boolean | undefined> => takesNumbers(client, cloud, await serverNow(client, name));
  const signedIn = performance.now();
  let numbers = await ask();
  let hasIssues = false;
  return {
    form: async () => {
      // With issues, none shown means that numbers are not taken.
      if (numbers === undefined && hasIssues) numbers = (await ask()) ?? false;
      if (numbers === undefined) return textDates(performance.now() - signedIn < ZONE_KEPT_MS ? me.zone : undefined);
      return numbers ? { kind: "epoch" } : textDates((await readMe(client, name, api)).zone);
    },
    issuesShown: () => {
      hasIssues = true;
    },
  };
};

/** Signs in and asks what must be known before anything is read. Throws LoginError, RemoteError. */
export const connect = async (client: JiraClient, settings: DataSourceSettings, options: JiraOptions): Promise<Site> => {
  const server = await readServer(client, settings, options);
  const cloud = server.flavour === "cloud";
  if (!cloud) client.useBearer();
  const api = cloud ? "/rest/api/3" : "/rest/api/2";
  const me = await readMe(client, settings.name, api);
  const dates = await createDates(client, settings.name, api, cloud, me);
  const width = Math.min(settings.network.concurrency ?? (cloud ? 8 : 4), cloud ? 8 : 4);
  return { name: settings.name, client, options, flavour: server.flavour, cloud, api, me, dates, width, browse: server.browse ?? settings.url.replace(/\/+$/, ""), lacks: new Set() };
};
