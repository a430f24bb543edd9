// One call to Azure DevOps: credentials, headers, and what an answer means before anybody looks at its content. A sign-in
// page that passes for success is caught here, for every answer (azure-devops.md §2.1). Knows no resource.

import { setTimeout as wait } from "node:timers/promises";
import { AccessError, BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import { basic } from "../basic.ts";
import type { DataSourceSettings } from "../connector.ts";
import { DoubtfulError, type Http, type HttpRequest, type HttpResponse, HttpStatusError, type HttpStream } from "../http.ts";
import { jsonIn } from "../json.ts";
import { lacksRight } from "./assumed.ts";
import { type Json, objectsAt, own, segment, textAt } from "./wire.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  /** A list of operations; sent as the one media type that is taken for them (§8). */
  readonly operations?: readonly unknown[];
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Version of the interface; undefined leaves it to the server (allowed for reading only, §3). */
  readonly version?: string;
  /** A write that may be sent again. GET and OPTIONS always may. */
  readonly repeatable?: boolean;
  /** A POST that only reads. */
  readonly reads?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  /** The answer as JSON; undefined for an empty body and for anything else. */
  readonly body: unknown;
  readonly text: string;
}

/** Statuses that are an answer to the caller; 429 and 5xx are waited out, repeated or thrown below. */
const ANSWERS: readonly number[] = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415];

const headerOf = (headers: HttpResponse["headers"], name: string): string | undefined => {
  const found = headers[name];
  return typeof found === "object" ? found[0] : found;
};

/** Words and numbers alone are no answer of its. */
const parsed = (text: string): unknown => (/^\uFEFF?\s*[[{]/.test(text) ? jsonIn(text) : undefined);

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
};

const TOKEN_ADVICE = "the personal access token is missing, wrong, revoked or expired: make a new one (User settings → Personal access tokens) with the scopes Work Items (Read & write), Project and Team (Read), Identity (Read)";

const PASSWORD_ADVICE = "a password is taken only where the Server's web server allows Basic authentication: make a personal access token of the account (User settings → Personal access tokens) and give it as token, in the place of user and password";

/** §2: a web server that offers Windows logins alone. */
const wantsWindows = (headers: HttpResponse["headers"]): boolean => {
  const offered = [headers["www-authenticate"] ?? ""].flat().join(", ");
  return /\b(NTLM|Negotiate)\b/i.test(offered) && !/\bBasic\b/i.test(offered);
};

/** An Entra token, in three parts; a personal access token has no dots. */
const isBearer = (token: string): boolean => /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

/** §2: beside a personal access token the user name is ignored; a Server's own accounts sign in with their password. */
const loginOf = ({ credentials: { token, user, password }, name }: DataSourceSettings): string => {
  const bare = token?.trim() ?? "";
  if (bare !== "") return isBearer(bare) ? `Bearer ${bare}` : basic("", bare);
  if (user !== undefined && user !== "" && password !== undefined && password !== "") return basic(user, password);
  throw new AccessError(`${name}: no usable credentials`, "give token: a personal access token (User settings → Personal access tokens); a Server whose web server allows it takes user and password too");
};

const DEFAULT_MAX_WAIT_SECONDS = 300;

export type Sleep = (ms: number) => Promise<void>;

export class AzureClient {
  readonly http: Http;
  readonly name: string;
  /** Address of the organisation or collection, without a slash at its end. */
  readonly base: string;
  readonly #prefix: string;
  readonly #login: string;
  readonly #hasToken: boolean;
  /** Of a directory's account failed logins lock it out: a password's first refusal is its last try. */
  #denied: LoginError | undefined;
  readonly #most: number;
  readonly #sleep: Sleep;
  #restUntil = 0;

  constructor(http: Http, settings: DataSourceSettings, sleep: Sleep = wait) {
    this.http = http;
    this.name = settings.name;
    // It may stand in the address, or beside it.
    const { collection } = settings.scope;
    this.#prefix = collection === undefined || collection === "" ? "" : `/${segment(collection)}`;
    this.base = `${settings.url.replace(/\/+$/, "")}${this.#prefix}`;
    this.#login = loginOf(settings);
    this.#hasToken = (settings.credentials.token?.trim() ?? "") !== "";
    this.#most = (settings.network.maxWaitSeconds ?? DEFAULT_MAX_WAIT_SECONDS) * 1000;
    this.#sleep = sleep;
  }

  #request({ method, path, query, json, operations, body, headers, version, repeatable, reads }: Ask): HttpRequest {
    const content = operations === undefined ? body : JSON.stringify(operations);
    return {
      method,
      path: `${this.#prefix}${path}`,
      query: { ...query, ...(version === undefined ? {} : { "api-version": version }) },
      headers: {
        accept: "application/json",
        "user-agent": "tandem",
        authorization: this.#login,
        // §2.1: asks for a clean refusal instead of a sign-in page; not every answer obeys.
        "x-tfs-fedauthredirect": "Suppress",
        "x-vss-forcemsapassthrough": "true",
        ...(operations === undefined ? {} : { "content-type": "application/json-patch+json" }),
        ...(body === undefined ? {} : { "content-type": "application/octet-stream" }),
        ...headers,
      },
      repeatable: repeatable ?? (reads === true || method === "GET" || method === "OPTIONS"),
      ...(reads === true || method === "OPTIONS" ? { reads: true } : {}),
      redirect: "none",
      allow: ANSWERS,
      ...(json === undefined ? {} : { json }),
      ...(content === undefined ? {} : { body: content }),
    };
  }

  /** Any answer below 500 but a refused login, as a value. Throws LoginError, RemoteError, BusyError, DoubtfulError. */
  async ask(ask: Ask): Promise<Reply> {
    this.#demandLogin();
    await this.#rest();
    const response = await this.#told(() => this.http.request(this.#request(ask)));
    this.#note(response);
    this.#checkLogin(ask, response, response.text);
    const body = parsed(response.text);
    if (response.status < 300 && body === undefined && response.text.trim() !== "") {
      if (ask.method !== "GET" && ask.method !== "OPTIONS" && ask.repeatable !== true && ask.reads !== true) throw new DoubtfulError(`${this.name}: ${ask.method} ${ask.path} answered with a cut or unreadable body`, "whether it was done is looked for the next time; is there a login page or a proxy in between?");
      throw new RemoteError(`${this.name}: ${ask.method} ${ask.path} answered with something else than JSON`, "does the address lead to Azure DevOps itself, with its collection, and without a login page in between?");
    }
    return { status: response.status, headers: response.headers, body, text: response.text };
  }

  async stream(ask: Ask): Promise<HttpStream> {
    this.#demandLogin();
    await this.#rest();
    const { allow: _allow, ...request } = this.#request(ask);
    const response = await this.#told(() => this.http.stream({ ...request, headers: { ...request.headers, accept: "*/*" } }));
    this.#note(response);
    this.#checkLogin(ask, response, "");
    return response;
  }

  /** A fault of the server, with what it says of itself (§19). */
  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.status < 500) throw error;
      const { response } = error;
      const said = complaint({ ...response, body: parsed(response.text) });
      // A number of its own messages: it is no proxy's page.
      const advice = error.status === 503 && /\bTF\d{5,}/.test(said) ? "the collection is stopped or being serviced: try again later" : error.advice;
      throw new HttpStatusError(`${error.message}: ${said}`, response, advice);
    }
  }

  /** §20: a pause may be asked for with a good answer; whoever comes next keeps it. */
  #note({ status, headers }: Pick<HttpResponse, "status" | "headers">): void {
    const seconds = Number(headerOf(headers, "retry-after"));
    if (status < 429 && seconds > 0) this.#restUntil = Math.max(this.#restUntil, Date.now() + seconds * 1000);
  }

  async #rest(): Promise<void> {
    const ms = this.#restUntil - Date.now();
    if (ms <= 0) return;
    if (ms > this.#most) throw new BusyError(`${this.name}: Azure DevOps asks us to pause for ${Math.ceil(ms / 1000)} s, longer than may be waited`, "try again later; network.maxWaitSeconds allows more, network.callsPerSecond asks less");
    await this.#sleep(ms);
  }

  #demandLogin(): void {
    if (this.#denied !== undefined) throw this.#denied;
  }

  #checkLogin({ method, path }: Ask, response: Pick<HttpResponse, "status" | "headers">, text: string): void {
    const { status, headers } = response;
    const place = `${method} ${path}`;
    // A file that is a page itself comes as one to be saved.
    const page = headerOf(headers, "content-disposition") === undefined && /^text\/html\b/i.test(headerOf(headers, "content-type") ?? "");
    const said = headerOf(headers, "x-tfs-serviceerror");
    const why = said === undefined ? textAt(parsed(text), "message") : unescaped(said);
    if (status === 401) {
      const refused = this.refused(`${place} answered 401${why === "" ? "" : `: ${why}`}`, wantsWindows(headers));
      // A web server may turn the verb OPTIONS away, whoever asks.
      if (!this.#hasToken && method !== "OPTIONS") this.#denied = refused;
      throw refused;
    }
    // §2.1: 203 lies among the successes but is none; a redirect leads to the sign-in page.
    if (status === 203 || (status >= 300 && status < 400) || (page && (status < 400 || status === 403))) throw this.refused(`${place} answered ${status} with its sign-in page${why === "" ? "" : `: ${why}`}`);
  }

  /** `windows`: it asks for a login that Tandem does not speak. */
  refused(why: string, windows = false): LoginError {
    const advice = `${windows ? "the server asks for a Windows login (NTLM, Kerberos), which Tandem does not speak; " : ""}${this.#hasToken ? TOKEN_ADVICE : PASSWORD_ADVICE}`;
    return new LoginError(`${this.name}: Azure DevOps refused the login: ${why}`, advice);
  }

  /** The body of a successful answer; anything else is an error with what Azure DevOps said. */
  async must(ask: Ask): Promise<unknown> {
    const reply = await this.ask(ask);
    if (reply.status >= 300) throw this.failure(ask, reply);
    return reply.body;
  }

  /** The list in an answer. What holds none is no empty one: it may be of somebody in between. */
  demandList(ask: Pick<Ask, "method" | "path">, body: unknown, name: string): readonly Json[] {
    if (!Array.isArray(own(body, name))) throw new RemoteError(`${this.name}: ${ask.method} ${ask.path} was answered without a list`, "does a proxy or a login page in between answer in Azure DevOps' place?");
    return objectsAt(body, name);
  }

  /** A list that was read. */
  async list(ask: Ask, name = "value"): Promise<readonly Json[]> {
    return this.demandList(ask, await this.must(ask), name);
  }

  failure(ask: Pick<Ask, "method" | "path">, reply: Reply): RemoteError | AccessError {
    const activity = headerOf(reply.headers, "activityid");
    const message = `${this.name}: ${ask.method} ${ask.path}: ${complaint(reply)}${activity === undefined ? "" : ` (activity ${activity})`}`;
    if (lacksRight(reply.status, message)) return new AccessError(message, "give the account the right it lacks (project or area permissions), and its token the scope Work Items (Read & write)");
    if (textAt(reply.body, "typeKey") === "VssVersionOutOfRangeException") return new RemoteError(message, "the server is older than the interface asked for: leave the option apiVersion out, or name a version it has");
    return new RemoteError(message, "the last words are Azure DevOps's own; docs/systems/azureDevops.md tells of those that are known");
  }
}

/** What was said, for people: never to be read by a program, for a Server speaks its own language (§19). */
export const complaint = (reply: Pick<Reply, "status" | "body" | "text">): string => {
  const said = textAt(reply.body, "message") || (reply.body === undefined && !reply.text.trimStart().startsWith("<") ? reply.text.trim().slice(0, 300) : "");
  if (said !== "") return said;
  if (reply.status === 403) return "the account has no right to do this";
  return reply.status === 404 ? "there is no such thing, or the account may not see it" : `answered ${reply.status} without a reason`;
};
