// One call to Jira: credentials, headers, and what an answer means before anybody looks at its content. Knows no
// resource. A refused login that looks like success is caught here, for every answer (jira.md §2.1, §2.2).

import { AccessError, LoginError, RemoteError } from "../../core/errors.ts";
import { basic } from "../basic.ts";
import type { DataSourceSettings } from "../connector.ts";
import { DoubtfulError, type Http, type HttpRequest, type HttpResponse } from "../http.ts";
import { jsonIn } from "../json.ts";
import { refuseLoginPage } from "../loginPage.ts";
import { isObject, listOf, own, textOf } from "./wire.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  /** May it be sent again when its reply was lost? Not given: GET, PUT and DELETE may, a POST if it only reads. */
  readonly repeatable?: boolean;
  /** A POST that only reads. */
  readonly reads?: boolean;
  /** Sent without credentials: the server's own description, before we know which login it takes. */
  readonly anonymous?: boolean;
  /** Not every Jira has this resource: then a page that says so is an answer, 404. */
  readonly mayLack?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  /** The answer as JSON; undefined for an empty body and for anything else. */
  readonly body: unknown;
  readonly text: string;
  readonly traceId?: string;
}

const AGENT = "tandem/1.0";

const headerOf = (headers: HttpResponse["headers"], name: string): string | undefined => {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  // Two login filters may each say a word: none of them is passed over.
  return typeof found === "object" ? found.join(", ") : found;
};

/** What Jira says was wrong: field messages by field id, and everything else (jira.md §20: parsed leniently). */
interface Complaint {
  readonly messages: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
}

export const complaintOf = (body: unknown, text = ""): Complaint => {
  const errors = own(body, "errors");
  const fields = new Map(isObject(errors) ? Object.entries(errors).map(([field, message]) => [field, textOf(message) ?? JSON.stringify(message)]) : []);
  const messages = [...listOf(own(body, "errorMessages")), ...listOf(own(body, "warningMessages")), own(body, "message"), own(body, "errorMessage")].flatMap((message) => textOf(message) ?? []);
  if (messages.length === 0 && fields.size === 0 && !isObject(body) && text.trim() !== "" && !text.trimStart().startsWith("<")) messages.push(text.trim().slice(0, 300));
  return { messages, fields };
};

/** Jira's own words, fields by their ids, and the trace id where an administrator can look it up. */
export const complaintText = (reply: Reply): string => {
  const { messages, fields } = complaintOf(reply.body, reply.text);
  const parts = [...messages, ...[...fields].map(([field, message]) => `${field}: ${message}`)];
  const trace = reply.traceId === undefined ? "" : ` (trace ${reply.traceId})`;
  return (parts.length === 0 ? `answered ${reply.status} without a reason` : parts.join("; ")) + trace;
};

/** Somebody else answered in Jira's place: a login page, a proxy, a wrong context path. */
export class NoRestError extends RemoteError {}

/** What to do about a refused login: a word about the other flavour's tokens would lead astray. */
const LOGIN_ADVICE = {
  apiToken: "check the credentials; API tokens expire after a year at most, and scoped tokens work only with https://api.atlassian.com/ex/jira/<cloudId>",
  personalToken: "check the personal access token: has it expired, or was it revoked (profile → Personal Access Tokens)? is its owner active? releases before 8.14 know none and take user and password",
  password: "correct user and password before the next start, for after three failures Jira asks the account for a CAPTCHA; from Jira 11 on passwords are refused unless the site allows them: use a personal access token",
} as const;

const isPage = (text: string): boolean => /^\s*</.test(text);

const REFUSED_LOGINS = ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"];

export class JiraClient {
  readonly #http: Http;
  readonly #settings: DataSourceSettings;
  #authorization: string;
  /** Every further try with a password counts as one more failed login: after the first nothing is sent (jira.md §2.2). */
  #denied: LoginError | undefined;
  /** Seen from a node of a cluster: its search may lag behind another node's write (jira.md §2.2). */
  clustered = false;
  /** The search is refused by POST and answers to GET (query.ts). */
  searchesByGet = false;

  constructor(http: Http, settings: DataSourceSettings) {
    this.#http = http;
    this.#settings = settings;
    this.#authorization = authorizationOf(settings);
  }

  /** Of the data source, for messages. */
  get name(): string {
    return this.#settings.name;
  }

  get http(): Http {
    return this.#http;
  }

  /** An address the server gave, if it is one of its own: credentials go nowhere else. */
  ownAddress(given: string): string | undefined {
    return URL.canParse(given) && new URL(given).host === new URL(this.#settings.url).host ? given : undefined;
  }

  /** Data Center takes a token as a bearer even when an e-mail stands beside it. */
  useBearer(): void {
    const { token } = this.#settings.credentials;
    if (token !== undefined) this.#authorization = `Bearer ${token}`;
  }

  /** JSON content type on everything, DELETE too: Cloud answers 415 to some of them without (jira.md §3). No browser-like agent. */
  headers(more: Readonly<Record<string, string>> = {}, anonymous = false): Record<string, string> {
    const login = anonymous ? {} : { authorization: this.#authorization };
    return { accept: "application/json", "content-type": "application/json", "x-atlassian-token": "no-check", "user-agent": AGENT, ...login, ...more };
  }

  /** The response with its login checked. Throws LoginError when it was given to nobody or to a refused login. */
  checkLogin(response: Pick<HttpResponse, "status" | "headers"> & { readonly text?: string }, anonymous = false): void {
    if (headerOf(response.headers, "x-anodeid") !== undefined) this.clustered = true;
    const denied = headerOf(response.headers, "x-authentication-denied-reason");
    if (denied?.includes("CAPTCHA") === true) throw this.#captcha(denied);
    const seraph = headerOf(response.headers, "x-seraph-loginreason") ?? "";
    const [words] = complaintOf(jsonIn(response.text ?? ""), response.text).messages;
    const said = words === undefined ? "" : `: ${words}`;
    if (!anonymous && REFUSED_LOGINS.some((reason) => seraph.includes(reason))) throw this.#refused(`it answered ${response.status} with ${seraph}${said}`);
    if (anonymous) return;
    if (response.status === 401) throw this.#refused(`it answered 401${said}`);
    if (headerOf(response.headers, "x-ausername")?.split(", ").includes("anonymous") === true) throw this.#refused("it answered as if nobody had signed in");
  }

  #refused(why: string): LoginError {
    const kind = this.#authorization.startsWith("Bearer ") ? "personalToken" : this.#settings.credentials["token"] === undefined ? "password" : "apiToken";
    const error = new LoginError(`${this.#settings.name}: Jira refused the login: ${why}`, LOGIN_ADVICE[kind]);
    if (kind === "password") this.#denied = error;
    return error;
  }

  #demandLogin(anonymous: boolean): void {
    if (!anonymous && this.#denied !== undefined) throw this.#denied;
  }

  /** Another host's login page is not passed on. */
  #captcha(denied: string): LoginError {
    const url = /login-url=(\S+)/.exec(denied)?.[1];
    const same = url !== undefined && URL.canParse(url) && new URL(url).host === new URL(this.#settings.url).host;
    this.#denied = new LoginError(`${this.#settings.name}: Jira asks the account for a CAPTCHA after failed logins`, `sign in once with a browser${same ? ` at ${url}` : ""}, then correct the password here; a personal access token is never asked`);
    return this.#denied;
  }

  /** The raw response, for bodies and streams of another kind. The login is checked; every status is returned. */
  async raw(request: HttpRequest, anonymous = false): Promise<HttpResponse> {
    this.#demandLogin(anonymous);
    const response = await this.#http.request({ ...request, allow: ANSWERS });
    this.checkLogin(response, anonymous);
    return response;
  }

  /** Any answer below 500, as a value. Throws LoginError, RemoteError, DoubtfulError (a write that may have been executed). */
  async ask(ask: Ask): Promise<Reply> {
    const { method, path, query, json, anonymous } = ask;
    const response = await this.raw(
      {
        method,
        path,
        headers: this.headers({}, anonymous),
        repeatable: ask.repeatable ?? (ask.reads === true || method !== "POST"),
        ...(ask.reads === undefined ? {} : { reads: ask.reads }),
        redirect: "none",
        ...(query === undefined ? {} : { query }),
        ...(json === undefined ? {} : { json }),
      },
      anonymous,
    );
    const traceId = headerOf(response.headers, "atl-traceid") ?? headerOf(response.headers, "x-arequestid");
    const reply: Reply = { status: response.status, headers: response.headers, body: jsonIn(response.text), text: response.text, ...(traceId === undefined ? {} : { traceId }) };
    this.#demandRest(ask, reply);
    return reply;
  }

  /** A stream of bytes. Credentials are dropped by the layer below where it is sent on to another host (jira.md §15.2). */
  async stream(request: Pick<HttpRequest, "method" | "path" | "redirect">): Promise<Awaited<ReturnType<Http["stream"]>>> {
    this.#demandLogin(false);
    const response = await this.#http.stream({ ...request, headers: this.headers({ accept: "*/*" }), repeatable: true, allow: ANSWERS });
    // An unread body would hold its connection.
    if (response.status >= 300) for await (const _ of response.body) break;
    this.checkLogin(response);
    return response;
  }

  /** A body of another kind than JSON. Never repeated: nobody knows what became of it. */
  async upload(path: string, contentType: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Reply> {
    const response = await this.raw({ method: "POST", path, headers: this.headers({ "content-type": contentType }), body, repeatable: false, redirect: "none" });
    return { status: response.status, headers: response.headers, body: jsonIn(response.text), text: response.text };
  }

  /** A login page, a proxy's page or a wrong context path must not pass for an answer. */
  #demandRest(ask: Ask, reply: Reply): void {
    const place = `${this.#settings.name}: ${ask.method} ${ask.path}`;
    // A door in between may send guests to its page; who we are was not asked then.
    if (ask.anonymous !== true) refuseLoginPage(place, reply, ask.method === "GET" || ask.reads === true);
    if (reply.status >= 300 && reply.status < 400) throw new NoRestError(`${place} was sent on to another page: not a Jira REST answer`, "is there a login page or a proxy in between? is the address complete (context path)?");
    const html = isPage(reply.text);
    if (reply.status < 300 && reply.text.trim() !== "" && reply.body === undefined) {
      if (!html && ask.method !== "GET") throw new DoubtfulError(`${place} answered with a cut or unreadable body`, "whether it was done is looked for the next time; is there a login page or a proxy in between?");
      throw new NoRestError(`${place} answered with ${html ? "a page" : "text"} instead of JSON: not a Jira REST answer`, html ? "a login page? check the address (context path) and the login" : undefined);
    }
    if (reply.status === 404 && html && ask.mayLack !== true) throw new NoRestError(`${place} is unknown there`, "check the address of the data source: Jira often lives below a context path such as /jira");
  }

  /** The body of a successful answer; anything else is a RemoteError with what Jira said. */
  async must(ask: Ask): Promise<unknown> {
    const reply = await this.ask(ask);
    if (reply.status >= 400) throw this.failure(ask, reply);
    return reply.body;
  }

  /** A good status proves nothing: what holds no list is no empty one (jira.md §2.1). */
  demandList({ method, path }: Pick<Ask, "method" | "path">, body: unknown, name?: string): void {
    if (!Array.isArray(name === undefined ? body : own(body, name))) throw new RemoteError(`${this.#settings.name}: ${method} ${path} was answered without a list`, "does a proxy or a login page in between answer in Jira's place?");
  }

  failure(ask: Ask, reply: Reply): RemoteError | AccessError {
    const place = `${this.#settings.name}: ${ask.method} ${ask.path}`;
    if (isPage(reply.text)) {
      const [message, advice] = [`${place} answered ${reply.status} with a page instead of JSON: not a Jira REST answer`, "does a proxy, a firewall or a login page in between answer in Jira's place? is the address complete (context path)?"];
      return reply.status === 403 ? new AccessError(message, advice) : new NoRestError(message, advice);
    }
    const message = `${place}: ${complaintText(reply)}`;
    return reply.status === 403 ? new AccessError(message, "give the account the permission it lacks: docs/systems/jira.md lists what it needs") : new RemoteError(message, "the last words are Jira's own; docs/systems/jira.md tells of those that are known");
  }
}

/** Statuses that are an answer to the caller; 429 and 5xx are waited out, repeated or thrown below. */
const ANSWERS: readonly number[] = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 422];

const authorizationOf = ({ credentials, name }: DataSourceSettings): string => {
  const { email, user, token, password } = credentials;
  if (email !== undefined && token !== undefined) return basic(email, token);
  if (token !== undefined) return `Bearer ${token}`;
  if (user !== undefined && password !== undefined) return basic(user, password);
  throw new AccessError(`${name}: no usable credentials`, "give email and token (Cloud), token (Data Center, a personal access token) or user and password");
};
