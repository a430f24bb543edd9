// One request from the socket to the reply: whose it is, whether it may pass, which route answers, and the headers every answer carries.

import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { forged, login, notSignedIn, openSession, type Login } from "./auth.ts";
import type { Call, Route, Runtime } from "./call.ts";
import { JiraProblem } from "./problem.ts";
import { chargeRead, limit } from "./rate.ts";
import { agileRoutes, listRoutes } from "./routesAgile.ts";
import { attachmentRoutes } from "./routesAttachment.ts";
import { commentRoutes } from "./routesComment.ts";
import { filterRoutes } from "./routesFilter.ts";
import { issueRoutes } from "./routesIssue.ts";
import { labelRootRoutes, labelRoutes } from "./routesLabel.ts";
import { metaRoutes } from "./routesMeta.ts";
import { taskRoutes } from "./bulkTasks.ts";
import { bulkRoutes } from "./routesBulk.ts";
import { bulkEditRoutes } from "./routesBulkEdit.ts";
import { moreRoutes, templateRoutes } from "./routesMore.ts";
import { projectRoutes } from "./routesProject.ts";
import { createRouter, under, type Router } from "./router.ts";
import { searchRoutes } from "./routesSearch.ts";
import { roleRoutes } from "./routesRole.ts";
import { rootRoutes, serverRoutes } from "./routesServer.ts";
import { settingRoutes } from "./routesSetting.ts";
import { userRoutes } from "./routesUser.ts";
import { versionRoutes } from "./routesVersion.ts";
import { webhookRoutes } from "./routesWebhook.ts";
import { workRoutes } from "./routesWork.ts";
import type { World } from "./world.ts";

const platform: readonly Route[] = [
  ...serverRoutes, ...searchRoutes, ...issueRoutes, ...metaRoutes, ...projectRoutes, ...labelRoutes, ...versionRoutes, ...commentRoutes, ...workRoutes, ...attachmentRoutes, ...userRoutes, ...filterRoutes, ...roleRoutes, ...settingRoutes, ...moreRoutes, ...bulkRoutes, ...bulkEditRoutes, ...taskRoutes,
];

export const routerFor = (world: World): Router => {
  const prefixes = world.cloud ? ["/rest/api/2", "/rest/api/3", "/rest/api/latest"] : ["/rest/api/2", "/rest/api/latest"];
  const agile = world.cloud ? ["/rest/agile/1.0", "/rest/agile/latest"] : ["/rest/agile/1.0", "/rest/agile/latest"];
  const all = [...rootRoutes, ...labelRootRoutes, ...templateRoutes, ...webhookRoutes, ...under(prefixes, platform), ...under(agile, [...agileRoutes, ...listRoutes]), ...(world.cloud ? under(["/rest/software/1.0"], listRoutes) : [])];
  return createRouter(all.filter((route) => route.only === undefined || route.only === world.flavour));
};

interface Place {
  /** Below the context path or the gateway's prefix. */
  readonly path: string;
  readonly root: string;
  readonly gateway: boolean;
}

const HTML = { "Content-Type": "text/html;charset=UTF-8" };
const lost = (): SandboxReply => ({ status: 404, headers: HTML, body: "<html><head><title>Oops, you&#39;ve found a dead link.</title></head><body><h1>Oops, you&#39;ve found a dead link.</h1></body></html>" });

const placeOf = (world: World, request: SandboxRequest): Place | null => {
  const { contextPath, baseUrl, cloudId } = world.options;
  // A base address that ends in a slash, and a path that begins with one.
  const raw = (request.target.startsWith("/") ? request.target.split(/[?#]/)[0] ?? "/" : request.path).replace(/\/{2,}/g, "/");
  const scheme = request.headers["x-forwarded-proto"] ?? "http";
  const root = baseUrl || `${scheme}://${request.headers["host"] ?? "localhost"}${contextPath}`;
  const gateway = /^\/ex\/jira\/([^/]+)(\/.*)$/.exec(raw);
  if (gateway) return world.cloud && gateway[1] === cloudId ? { path: gateway[2] ?? "/", root, gateway: true } : null;
  if (contextPath === "") return { path: raw, root, gateway: false };
  return raw === contextPath || raw.startsWith(`${contextPath}/`) ? { path: raw.slice(contextPath.length) || "/", root, gateway: false } : null;
};

const apiOf = (world: World, path: string): 2 | 3 => (world.cloud && /^\/rest\/api\/(3|latest)\//.test(path) ? 3 : 2);

const unknownPath = (world: World, place: Place): SandboxReply => {
  if (!place.path.startsWith("/rest/") || world.options.htmlErrors || (!world.cloud && place.path.startsWith("/rest/api/3"))) return lost();
  if (world.cloud) return { status: 404, body: { errorMessages: ["The requested resource was not found."], errors: {} } };
  return { status: 404, body: { message: `null for uri: ${place.root}${place.path}`, "status-code": 404 } };
};

/** A body must say that it is JSON (sheet §3). */
const wrongType = (request: SandboxRequest, upload: boolean): boolean =>
  !upload && (request.method === "POST" || request.method === "PUT") && request.body.length > 0 && !/^application\/([\w.-]+\+)?json\b/i.test(request.headers["content-type"] ?? "");

/** Resources answer JSON, files anything: who accepts neither that nor a wildcard gets nothing (sheet §20). */
const wantsOther = (request: SandboxRequest, path: string): boolean => {
  const accept = request.headers["accept"] ?? "";
  return accept !== "" && path.startsWith("/rest/") && !/\/attachment\/(content|thumbnail)\//.test(path) && !/json|\*/i.test(accept);
};

const issueIdOf = (world: World, params: Readonly<Record<string, string>>): number | null => {
  const key = params["key"];
  if (key === undefined) return null;
  return (/^\d+$/.test(key) ? world.issues.get(Number(key)) : world.byKey(key))?.id ?? null;
};

const answer = (route: Route, call: Call): SandboxReply => {
  try {
    return route.run(call);
  } catch (problem) {
    if (!(problem instanceof JiraProblem)) throw problem;
    const page = call.world.options.htmlErrors && problem.status >= 500;
    return { status: problem.status, headers: page ? HTML : problem.headers, ...(problem.body === "" ? {} : { body: page ? "<html><body><h1>Service Unavailable</h1></body></html>" : problem.body }) };
  }
};

interface Passage {
  readonly reply: SandboxReply;
  readonly rateHeaders: Readonly<Record<string, string>>;
}

const pass = (world: World, runtime: Runtime, router: Router, request: SandboxRequest, place: Place, who: Login, node: number): Passage => {
  const upload = request.method === "POST" && place.path.endsWith("/attachments");
  const found = router.find(request.method, place.path);
  const params = found.kind === "route" ? found.params : {};
  const verdict = limit(world, runtime, { method: request.method, route: found.kind === "route" ? found.route.path : place.path, issueId: issueIdOf(world, params), user: who.user, node });
  const end = (reply: SandboxReply): Passage => ({ reply, rateHeaders: verdict.headers });
  if (verdict.refusal) return end(verdict.refusal);
  if (who.refused && (!world.cloud || !world.options.anonymousFallback)) return end(notSignedIn(world, who.reason));
  if (found.kind === "nothing") return end(unknownPath(world, place));
  if (found.kind === "wrongMethod") return end({ status: 405, headers: { Allow: found.allowed.join(", ") }, body: { errorMessages: ["Method Not Allowed"], errors: {} } });
  if (!who.user && !found.route.anonymous) return end(notSignedIn(world, who.reason));
  const forgery = forged(world, request, upload);
  if (forgery) return end(forgery);
  if (wrongType(request, upload)) return end({ status: 415, body: { errorMessages: ["Unsupported Media Type"], errors: {} } });
  if (wantsOther(request, place.path)) return end({ status: 406, body: { errorMessages: ["Not Acceptable"], errors: {} } });
  const call: Call = { world, runtime, request: { ...request, path: place.path }, method: request.method, api: apiOf(world, place.path), root: place.root, user: who.user, params, query: request.query };
  const reply = answer(found.route, call);
  if (world.options.rateLimits?.quota !== undefined) chargeRead(runtime, reply.body);
  return end(reply);
};

const hex = (number: number): string => {
  let out = "";
  for (let part = 1; part <= 4; part += 1) out += (Math.imul(number + part, 0x9e3779b1 ^ (part * 0x85ebca6b)) >>> 0).toString(16).padStart(8, "0");
  return out;
};

const cloudHeaders = (runtime: Runtime, who: Login): Record<string, string> => {
  const trace = hex(runtime.requests);
  const uuid = `${trace.slice(0, 8)}-${trace.slice(8, 12)}-${trace.slice(12, 16)}-${trace.slice(16, 20)}-${trace.slice(20)}`;
  return {
    Server: "AtlassianEdge", "X-Arequestid": hex(runtime.requests + 77), "Atl-Traceid": trace, "Atl-Request-Id": uuid, "Timing-Allow-Origin": "*",
    ...(who.user ? { "X-AAccountId": encodeURIComponent(who.user.id) } : {}), ...(who.reason ? { "X-Seraph-LoginReason": who.reason } : {}),
  };
};

const dcHeaders = (world: World, runtime: Runtime, who: Login, node: number, place: Place): Record<string, string | readonly string[]> => {
  const session = who.how === "basic" && who.user ? openSession(runtime, who.user.id, node) : null;
  const cookie = session ? { "Set-Cookie": [`JSESSIONID=${session}; Path=${world.options.contextPath || "/"}; HttpOnly`] } : {};
  const minutes = Math.floor((world.now() % 86_400_000) / 60_000);
  return {
    "X-AREQUESTID": `${minutes}x${runtime.requests}x1`, "X-AUSERNAME": who.user ? encodeURIComponent(who.user.name) : "anonymous", ...(node > 0 ? { "X-ANODEID": `node${node}` } : {}),
    ...(session ?? who.sessionId ? { "X-ASESSIONID": (session ?? who.sessionId ?? "").slice(0, 8).toLowerCase() } : {}), ...(who.reason ? { "X-Seraph-LoginReason": who.reason } : {}),
    ...(place.path.startsWith("/rest/auth/") ? {} : cookie),
  };
};

const dressed = (world: World, runtime: Runtime, passage: Passage, who: Login, node: number, place: Place): SandboxReply => {
  const { reply } = passage;
  const own = world.cloud ? cloudHeaders(runtime, who) : dcHeaders(world, runtime, who, node, place);
  const json = reply.body !== undefined && typeof reply.body !== "string" && !Buffer.isBuffer(reply.body) ? { "Content-Type": "application/json;charset=UTF-8" } : {};
  return {
    ...reply,
    headers: { Date: new Date(world.now()).toUTCString(), "Cache-Control": "no-cache, no-store, no-transform", "X-Content-Type-Options": "nosniff", ...json, ...own, ...passage.rateHeaders, ...reply.headers },
  };
};

const nodeOf = (world: World, runtime: Runtime, request: SandboxRequest): number => {
  if (world.cloud || world.options.nodes <= 1) return 0;
  const cookie = /JSESSIONID=([^;]+)/.exec(request.headers["cookie"] ?? "")?.[1] ?? "";
  return runtime.sessions.get(cookie)?.node ?? (runtime.requests % world.options.nodes) + 1;
};

const nobody: Login = { user: null, refused: false, reason: null, sessionId: null, how: "none" };

export const serve = (world: World, runtime: Runtime, router: Router, request: SandboxRequest): SandboxReply => {
  runtime.requests += 1;
  const place = placeOf(world, request);
  if (!place) return lost();
  const node = nodeOf(world, runtime, request);
  world.useNode(node);
  let who = nobody;
  let passage: Passage;
  try {
    // The media host has its own tokens, and signing in is not judged by what is sent along.
    if (!place.path.startsWith("/media/") && !(request.method === "POST" && place.path.startsWith("/rest/auth/"))) who = login(world, runtime, request, place.root, place.gateway);
    passage = pass(world, runtime, router, request, place, who, node);
  } catch (problem) {
    if (!(problem instanceof JiraProblem)) throw problem;
    passage = { reply: { status: problem.status, headers: problem.headers, body: problem.body }, rateHeaders: {} };
  }
  return dressed(world, runtime, passage, who, node, place);
};
