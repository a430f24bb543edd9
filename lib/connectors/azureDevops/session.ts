// Getting to know one organisation or collection: our account, the versions it speaks, its projects, its clock. Asked once
// per connector, except the clock.

import { AccessError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Instant, ProjectInfo } from "../../core/types.ts";
import type { Ask, AzureClient } from "./client.ts";
import type { AzureOptions } from "./options.ts";
import { type Me, readMe } from "./whoAmI.ts";
import { idOf, isObject, type Json, objectsAt, sameWord, segment, textAt } from "./wire.ts";

export interface Project {
  readonly id: string;
  readonly name: string;
}

/** Everything a call needs to know of the site. */
export interface Site {
  readonly name: string;
  readonly client: AzureClient;
  readonly options: AzureOptions;
  /** Address of the organisation or collection, without a slash at its end. */
  readonly base: string;
  readonly me: Me;
  /** Services, not a Server of somebody's own. */
  readonly hosted: boolean;
  /** Version of the interface for everything that is no preview. */
  readonly api: string;
  /** Preview versions of the comments, the best first; none where they go by the text of a revision only (§14), several where the server does not tell. */
  readonly commentVersions: readonly string[];
  projects(): Promise<readonly ProjectInfo[]>;
  /** By name or id. Throws AccessError for one that we cannot see. */
  project(asked: string): Promise<Project>;
}

const NEWEST = 7.1;
const OLDEST = "5.0";
const WORK_ITEMS = "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b";
const COMMENTS = "608aac0a-32e1-4493-a863-b9cf4566d257";

/** Previews of the comments, the best first (§3). */
const COMMENT_VERSIONS: readonly (readonly [version: number, revision: number])[] = [
  [7.1, 4],
  [7.1, 3],
  [6.0, 3],
  [5.1, 3],
];

const commentVersionsOf = (location: Json | undefined): readonly string[] => {
  const most = Number(textAt(location, "maxVersion"));
  const revision = Number(textAt(location, "resourceVersion")) || 3;
  return versionTexts(COMMENT_VERSIONS.filter(([version, step]) => version <= most && step <= revision).slice(0, 1));
};

const versionTexts = (versions: typeof COMMENT_VERSIONS): readonly string[] => versions.map(([version, step]) => `${version.toFixed(1)}-preview.${step}`);

/** What turns this verb away may answer with a page of its own; whether the login is good was asked before. */
const readLocations = async (client: AzureClient): Promise<readonly Json[]> => {
  try {
    const reply = await client.ask({ method: "OPTIONS", path: "/_apis/wit" });
    return reply.status < 300 ? objectsAt(reply.body, "value") : [];
  } catch (error) {
    if (error instanceof LoginError) return [];
    throw error;
  }
};

/** §4.1: one question tells which versions of everything are there. */
const readVersions = async (client: AzureClient, options: AzureOptions): Promise<Pick<Site, "api" | "commentVersions">> => {
  const locations = await readLocations(client);
  const at = (id: string): Json | undefined => locations.find((location) => sameWord(idOf(location), id));
  const released = Number(textAt(at(WORK_ITEMS), "releasedVersion"));
  const api = options.apiVersion ?? (released >= Number(OLDEST) ? Math.min(released, NEWEST).toFixed(1) : OLDEST);
  // Web servers are often set to turn OPTIONS away: then what is there shows when it is asked for (§3).
  return { api, commentVersions: locations.length === 0 ? versionTexts(COMMENT_VERSIONS) : commentVersionsOf(at(COMMENTS)) };
};

const PROJECTS_PER_PAGE = 100;

const readProjects = async (client: AzureClient, version: string): Promise<readonly ProjectInfo[]> => {
  const all = new Map<string, ProjectInfo>();
  for (let token: string | undefined; ; ) {
    const ask: Ask = { method: "GET", path: "/_apis/projects", query: { stateFilter: "wellFormed", $top: PROJECTS_PER_PAGE, ...(token === undefined ? { $skip: all.size } : { continuationToken: token }) }, version };
    const reply = await client.ask(ask);
    if (reply.status >= 300) throw client.failure(ask, reply);
    const page = client.demandList(ask, reply.body, "value");
    const before = all.size;
    // Items, queries and mappings name a project by its name.
    for (const project of page) all.set(idOf(project), { id: textAt(project, "name"), name: textAt(project, "name") });
    const next = reply.headers["x-ms-continuationtoken"];
    token = typeof next === "string" && next !== "" ? next : undefined;
    // A server may give less than asked for: without a token the next place is asked for until nothing new comes.
    if (all.size === before) return [...all.values()];
  }
};

const readProject = async (client: AzureClient, version: string, asked: string, me: Me): Promise<Project> => {
  const ask: Ask = { method: "GET", path: `/_apis/projects/${segment(asked)}`, version };
  const reply = await client.ask(ask);
  if (reply.status === 404) throw new AccessError(`${client.name}: there is no project ${asked}, or ${me.name} may not see it`, "name it as it stands in its address, and give the account the group Contributors there");
  if (reply.status >= 300 || !isObject(reply.body)) throw client.failure(ask, reply);
  return { id: idOf(reply.body), name: textAt(reply.body, "name") || asked };
};

/** Remembers what was found; a failure is not kept. */
export const remembered = <T>(read: (asked: string) => Promise<T>): ((asked: string) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (asked) => {
    const found =
      known.get(asked) ??
      read(asked).catch((error: unknown) => {
        known.delete(asked);
        throw error;
      });
    known.set(asked, found);
    return found;
  };
};

/** Signs in and asks what must be known before anything is read. Throws AccessError, RemoteError. */
export const connect = async (client: AzureClient, options: AzureOptions): Promise<Site> => {
  const { me, hosted } = await readMe(client);
  const versions = await readVersions(client, options);
  const projects = remembered(() => readProjects(client, versions.api));
  return { name: client.name, client, options, base: client.base, me, hosted, ...versions, projects: () => projects(""), project: remembered((asked) => readProject(client, versions.api, asked, me)) };
};

const FRESH_MS = 5_000;

/** The server's clock, never ours: the Date header of the last answer. */
export const serverNow = async (site: Site): Promise<Instant> => {
  const seen = site.client.http.serverClock();
  if (seen !== undefined && Date.now() - seen.seenAt < FRESH_MS) return seen.at;
  // Refused or not, it is answered with the time.
  await site.client.ask({ method: "GET", path: "/_apis/connectionData" });
  const fresh = site.client.http.serverClock();
  if (fresh === undefined) throw new RemoteError(`${site.name}: Azure DevOps does not tell its time`, "let the proxy before it pass the Date header");
  return fresh.at;
};
