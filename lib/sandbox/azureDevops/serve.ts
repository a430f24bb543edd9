// From request to reply: place, sign-in, rate limit, discovery, version, route; and the headers every answer has (sheet §4, §19).

import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { authenticate, isUser, signInPage, syncUser } from "./auth.ts";
import { type Call, type Handlers, listed, type Runtime, type Version } from "./call.ts";
import { AdoError, errorReply, localised, NoController, WrongVerb } from "./errors.ts";
import { type Location, locationsOf, optionsEntry } from "./locations.ts";
import type { User } from "./model.ts";
import { createRouter, decodeSegment, type Found, type Router } from "./router.ts";
import { guid, same } from "./text.ts";
import { throttle } from "./throttle.ts";
import { versionOf } from "./version.ts";
import type { World } from "./world.ts";

export interface Site {
  readonly world: World;
  readonly locations: readonly Location[];
  readonly router: Router;
  readonly handlers: Handlers;
}

export const createSite = (world: World, handlers: Handlers): Site => {
  const locations = locationsOf(world.options);
  return { world, locations, router: createRouter(locations), handlers };
};

interface Place {
  readonly origin: string;
  readonly base: string;
  /** Segments below the collection. */
  readonly rest: readonly string[];
  readonly vssps: boolean;
}

/** Where the collection ends: /tandem, /tfs/tandem, /vssps/tandem, or the old host name with nothing. */
const placeOf = (world: World, request: SandboxRequest): Place | null => {
  const { collection, virtualDir, flavour } = world.options;
  const host = request.headers["host"] ?? "localhost";
  const origin = `${/^https$/i.test(request.headers["x-forwarded-proto"] ?? "") ? "https" : "http"}://${host}`;
  const segments = request.path.split("/").filter((part) => part !== "").map(decodeSegment);
  // Old addresses name a collection that has been the only one for long.
  const below = (rest: readonly string[]): readonly string[] => (flavour === "services" && same(rest[0] ?? "", "DefaultCollection") ? rest.slice(1) : rest);
  if (flavour === "services" && host.toLowerCase().startsWith(`${collection.toLowerCase()}.`)) return { origin, base: origin, rest: below(segments), vssps: false };
  const first = flavour === "services" && same(segments[0] ?? "", "vssps") ? ["vssps"] : virtualDir === "" ? [] : [virtualDir];
  const prefix = [...first, collection];
  if (!prefix.every((part, at) => same(part, segments[at] ?? ""))) return null;
  const base = `${origin}/${[...(first[0] === "vssps" ? [] : first), collection].map(encodeURIComponent).join("/")}`;
  return { origin, base, rest: below(segments.slice(prefix.length)), vssps: first[0] === "vssps" };
};

const optionsOf = (site: Site, after: readonly string[]): SandboxReply => {
  const { options } = site.world;
  const wanted = site.locations.filter((one) => after[0] === undefined || same(one.area, after[0]));
  return listed(wanted.map((one) => optionsEntry(options, one)));
};

const verbsOf = (site: Site, found: Found): Handlers[string] => site.handlers[found.location.key] ?? {};

const methodOf = (request: SandboxRequest): string => request.headers["x-http-method-override"]?.toUpperCase() ?? (request.method === "HEAD" ? "GET" : request.method);

/** Two generations of comments share one address: the version tells them apart. */
const chosen = (site: Site, request: SandboxRequest, candidates: readonly Found[], method: string): Found | undefined => {
  const able = candidates.filter((found) => verbsOf(site, found)[method] !== undefined);
  for (const found of able.slice(0, 2)) {
    if (able.length < 2 || found.location.key !== "comments") break;
    try {
      versionOf(site.world.options, request, found.location);
      return found;
    } catch (error) {
      const old = able.find((one) => one.location.key === "commentsByRevision");
      if (!(error instanceof AdoError) || old === undefined || error.typeKey !== "VssVersionOutOfRangeException" || /preview\.[4-9]/.test(request.target + (request.headers["accept"] ?? ""))) return found;
      return old;
    }
  }
  return able[0];
};

const peoplesAreas = new Set(["IMS", "Graph", "Profile"]);

const route = (site: Site, place: Place, request: SandboxRequest): { readonly found: Found; readonly method: string } => {
  const { options } = site.world;
  const at = place.rest.findIndex((segment) => same(segment, "_apis"));
  if (at < 0 || at > 2) throw new NoController();
  const method = methodOf(request);
  const candidates = site.router.find(place.rest.slice(0, at), place.rest.slice(at + 1)).filter(({ location }) => {
    const peoples = peoplesAreas.has(location.area);
    return place.vssps ? peoples || location.area === "Location" : !peoples || options.identitiesAtCollection;
  });
  if (candidates.length === 0) throw new NoController();
  const found = chosen(site, request, candidates, method);
  if (found === undefined) throw new WrongVerb();
  return { found, method };
};

const answer = (site: Site, runtime: Runtime, place: Place, request: SandboxRequest, user: User): { readonly reply: SandboxReply; readonly version?: Version } => {
  const at = place.rest.findIndex((segment) => same(segment, "_apis"));
  if (request.method === "OPTIONS" && at === 0) return { reply: optionsOf(site, place.rest.slice(1)) };
  const { found, method } = route(site, place, request);
  const handler = verbsOf(site, found)[method];
  if (handler === undefined) throw new WrongVerb();
  const version = versionOf(site.world.options, request, found.location);
  const { world } = site;
  const call: Call = {
    world, runtime, request, user, params: found.params, version, base: place.base, origin: place.origin,
    view: { world, base: place.base, versionNumber: version.number, identitiesAsText: world.options.identities === "string" || version.number < 5 },
  };
  return { reply: handler(call), version };
};

/** An entry of a batch: signed in and limited already. */
export const answerInner = (site: Site, runtime: Runtime, call: Call, entry: { readonly method: string; readonly target: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }): SandboxReply => {
  const path = entry.target.split("?", 1)[0] ?? "/";
  const { host = "localhost" } = call.request.headers;
  const request: SandboxRequest = { method: entry.method, target: entry.target, path, query: new URLSearchParams(entry.target.slice(path.length + 1)), headers: { ...entry.headers, host }, body: Buffer.from(entry.body, "utf8") };
  const place = placeOf(site.world, request);
  return place === null ? errorReply(new NoController(), path, entry.method) : tried(site, runtime, place, request, call.user);
};

const STOPPED = "\ufeffTF24668: The following team project collection is stopped: tandem. Start the collection and then try again.";

/** Files have a limit of their own (sheet §18, §19). */
const isTooLarge = ({ options }: World, { headers, body }: SandboxRequest): boolean => options.bodyLimit > 0 && body.length > options.bodyLimit && !/^application\/octet-stream\b/i.test(headers["content-type"] ?? "");

const placed = (site: Site, runtime: Runtime, request: SandboxRequest): SandboxReply => {
  const { world } = site;
  if (/^\/_signin$/i.test(request.path)) return signInPage();
  if (world.options.collectionStopped) return { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: STOPPED };
  const place = placeOf(world, request);
  const user = authenticate(world, runtime, request);
  if (!isUser(user)) return user;
  if (place === null) return errorReply(new AdoError(404, "HostDoesNotExistException", `TF401019: There is no collection at ${request.path.split("/").slice(0, 2).join("/")}.`), request.path, request.method);
  if (isTooLarge(world, request)) return errorReply(new AdoError(413, "RequestEntityTooLargeException", `The request has ${request.body.length} bytes; at most ${world.options.bodyLimit} are taken.`), request.path, request.method);
  const limited = throttle(world, runtime);
  if (limited.blocked !== null) return limited.blocked;
  const outcome = tried(site, runtime, place, request, user);
  return { ...outcome, headers: { ...outcome.headers, ...limited.headers } };
};

const tried = (site: Site, runtime: Runtime, place: Place, request: SandboxRequest, user: User): SandboxReply => {
  try {
    const { reply, version } = answer(site, runtime, place, request, user);
    const isJson = typeof reply.body === "object" && reply.body !== null && !Buffer.isBuffer(reply.body);
    const type = version === undefined ? "application/json; charset=utf-8" : `application/json; charset=utf-8; api-version=${version.text}`;
    return { ...reply, headers: { ...(isJson ? { "Content-Type": type } : {}), ...reply.headers } };
  } catch (error) {
    return errorReply(site.world.options.localised ? localised(error) : error, request.path, request.method);
  }
};

/** Every answer says which activity it was; one header names the caller and must stay out of logs. */
export const serve = (site: Site, runtime: Runtime, request: SandboxRequest): SandboxReply => {
  const reply = placed(site, runtime, request);
  runtime.answered += 1;
  const activity = guid(`activity/${runtime.answered}`);
  const signedIn = reply.status !== 203 && reply.status !== 302 && reply.status !== 401;
  const headers = {
    "Cache-Control": "no-cache", Pragma: "no-cache", Expires: "-1", "X-TFS-ProcessId": guid("process"), "X-TFS-Session": guid("session"), ActivityId: activity, "X-VSS-E2EID": activity, "X-Content-Type-Options": "nosniff",
    ...(signedIn ? { "X-VSS-UserData": `${syncUser(site.world).id}:sync@example.com` } : {}),
  };
  return { ...reply, headers: { ...headers, ...reply.headers } };
};
