// Who calls: PATs as Basic or Bearer, and what an unusable one gets, which is seldom a plain 401 (sheet §2).

import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import type { Runtime } from "./call.ts";
import { AdoError, errorBody } from "./errors.ts";
import type { User } from "./model.ts";
import { everyone } from "./people.ts";
import { guid } from "./text.ts";
import type { World } from "./world.ts";

const SIGN_IN_PAGE = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html lang="en"><head><title>Azure DevOps Services | Sign In</title></head>
<body><h1>Sign in</h1><p>Sign in to your organization to continue.</p></body></html>
`;

const tokenIn = (request: SandboxRequest, bearers: boolean): { readonly token: string; readonly bearer: boolean } | null => {
  const [scheme = "", value = ""] = (request.headers["authorization"] ?? "").split(/\s+/, 2);
  if (/^basic$/i.test(scheme)) return { token: Buffer.from(value, "base64").toString("utf8").replace(/^[^:]*:/, ""), bearer: false };
  return /^bearer$/i.test(scheme) ? { token: bearers ? value : "", bearer: true } : null;
};

export const syncUser = (world: World): User => {
  const found = everyone(world).find((user) => user.mail === "sync@example.com");
  if (found === undefined) throw new Error("the sandbox lost its sync user");
  return found;
};

const refuse401 = (reason: string): SandboxReply => {
  const error = new AdoError(401, "UnauthorizedRequestException", `TF400813: The user '${guid("nobody")}' is not authorized to access this resource.`);
  return {
    status: 401,
    headers: { "Content-Type": "application/json; charset=utf-8", "WWW-Authenticate": ["Bearer authorization_uri=https://login.example.com/common", 'Basic realm="https://tandem.example.com/"', "TFS-Federated"], "X-TFS-ServiceError": encodeURIComponent(reason) },
    body: errorBody(error),
  };
};

const refuse = (world: World, request: SandboxRequest, reason: string, bearer: boolean, anonymous: boolean): SandboxReply => {
  const { badToken } = world.options;
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-TFS-ServiceError": encodeURIComponent(reason), "X-TFS-FedAuthRealm": "https://tandem.example.com/" };
  const suppressed = world.options.suppressHonoured && /^suppress$/i.test(request.headers["x-tfs-fedauthredirect"] ?? "");
  if (badToken === "401" || suppressed) return refuse401(reason);
  if (badToken === "mixed" && (bearer || request.method === "PATCH")) return refuse401(reason);
  const browser = anonymous && (request.headers["accept"] ?? "").includes("text/html");
  if (badToken === "302" || browser) {
    const back = encodeURIComponent(`http://${request.headers["host"] ?? "localhost"}${request.target}`);
    return { status: 302, headers: { ...headers, Location: `http://${request.headers["host"] ?? "localhost"}/_signin?realm=tandem&reply_to=${back}` }, body: `<html><head><title>Object moved</title></head><body><h2>Object moved</h2></body></html>` };
  }
  return { status: 203, headers, body: SIGN_IN_PAGE };
};

export const signInPage = (): SandboxReply => ({ status: 203, headers: { "Content-Type": "text/html; charset=utf-8" }, body: SIGN_IN_PAGE });

/** The caller, or what a stranger gets. */
export const authenticate = (world: World, runtime: Runtime, request: SandboxRequest): User | SandboxReply => {
  const given = tokenIn(request, world.options.patAsBearer);
  if (given === null) return refuse(world, request, "TF400813: Resource not available for anonymous access. Client authentication required.", false, true);
  if (given.token !== world.options.pat) return refuse(world, request, "TF400813: The user is not authorized to access this resource: the personal access token is invalid or has been revoked.", given.bearer, false);
  if (world.options.expiredPat || runtime.patExpired) return refuse(world, request, "The Personal Access Token used has expired.", given.bearer, false);
  return syncUser(world);
};

export const isUser = (answer: User | SandboxReply): answer is User => "uniqueName" in answer;
