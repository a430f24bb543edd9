// The session with one Octane server: sign-in, cookies that rotate with any answer, one new sign-in when it expired. Knows
// no resource. A 401 was not executed, so whatever got it may be sent again.

import { AccessError, BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { DataSourceSettings } from "../connector.ts";
import { cookieOf, type Jar, takeCookies } from "../cookies.ts";
import { DoubtfulError, type Http, type HttpRequest, type HttpResponse, HttpStatusError, type HttpStream } from "../http.ts";
import { jsonIn } from "../json.ts";
import { refuseLoginPage } from "../loginPage.ts";
import { isSentOnce } from "../upload.ts";
import { reasonOf, refusalOf } from "./answers.ts";
import type { OctaneOptions } from "./options.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /api/shared_spaces/{space}/, or from the root of the server with a leading "/". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
}

export interface Reply {
  readonly status: number;
  /** The answer as JSON; undefined for an empty body and for anything else (octane.md §9.4). */
  readonly body: unknown;
  readonly text: string;
}

/** Statuses that are an answer to the caller; the rest is waited out, repeated or thrown by the HTTP layer. */
const ANSWERS: readonly number[] = [301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 500, 501];
const AUTH_COOKIE = "LWSSO_COOKIE_KEY";
const SIGN_OUT_SECONDS = 2;
const MOST_OVERTAKEN = 20;

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No part comes.
}

/** Of a whole request: one part of a bulk write is refused in a form of its own, with 409 (octane.md §9.1). */
const UNKNOWN_FIELD = "platform.unknown_field";

const withoutExpansion = (ask: Ask): Ask => {
  const fields = ask.query?.["fields"];
  return typeof fields === "string" && fields.includes("{") ? { ...ask, query: { ...ask.query, fields: fields.replaceAll(/\{[^}]*\}/g, "") } } : ask;
};

const SHORTER_PAGES = [200, 50] as const;

export class Session {
  readonly http: Http;
  readonly options: OctaneOptions;
  readonly settings: DataSourceSettings;
  /** Replaced whole by each sign-in; an answer to an older session leaves it alone. */
  #jar: Jar | undefined;
  #signingIn: Promise<Jar> | undefined;
  /** Failed sign-ins may lock the account out: the first refusal is the last try. */
  #refused: LoginError | undefined;
  /** Until a server refuses it. */
  #expands = true;
  /** Until a server refuses a longer one. */
  #longestPage = Number.POSITIVE_INFINITY;

  constructor(http: Http, settings: DataSourceSettings, options: OctaneOptions) {
    this.http = http;
    this.settings = settings;
    this.options = options;
  }

  get name(): string {
    return this.settings.name;
  }

  /** One sign-in however many requests wait for it. */
  signIn(): Promise<Jar> {
    if (this.#refused !== undefined) return Promise.reject(this.#refused);
    this.#signingIn ??= this.#signIn()
      .catch((error: unknown) => {
        if (error instanceof LoginError) this.#refused = error;
        throw error;
      })
      .finally(() => {
        this.#signingIn = undefined;
      });
    return this.#signingIn;
  }

  /** With an empty jar and without client headers: newer servers refuse anything else (octane.md §2.1). */
  async #signIn(): Promise<Jar> {
    const { clientId, clientSecret, user, password } = this.settings.credentials;
    const json = clientId !== undefined && clientSecret !== undefined ? { client_id: clientId, client_secret: clientSecret } : { user, password };
    if (clientId === undefined && (user === undefined || password === undefined)) throw new LoginError(`${this.name}: no usable credentials`, "give clientId and clientSecret of an API access, or user and password");
    const response = await this.http.request({ method: "POST", path: "/authentication/sign_in", json, reads: true, allow: ANSWERS });
    const why = reasonOf(jsonIn(response.text), response.status);
    if (response.status === 401 || response.status === 403) throw new LoginError(`${this.name}: Octane refused the login: ${why}`, "check client id and secret of the API access; with single sign-on, programs may sign in only with an API access");
    if (response.status >= 300) throw new RemoteError(`${this.name}: signing in was answered with ${response.status}: ${why}`, "is the address of the data source the root of an Octane server?");
    const jar: Jar = new Map();
    takeCookies(jar, response.headers);
    if (!jar.has(AUTH_COOKIE)) throw new LoginError(`${this.name}: signing in gave no session`, "is a login page or a proxy in between? is the address the root of an Octane server?");
    this.#jar = jar;
    return jar;
  }

  #prepare(request: HttpRequest, jar: Jar): HttpRequest {
    const { clientType } = this.options;
    return {
      allow: ANSWERS,
      ...request,
      path: request.path.startsWith("/") ? request.path : `/api/shared_spaces/${this.options.space}/${request.path}`,
      // History, expansion and attachments of older versions hide behind the preview header (octane.md §3).
      headers: { accept: "application/json", "alm-octane-tech-preview": "true", ...(clientType === undefined ? {} : { hpeclienttype: clientType }), ...request.headers, cookie: cookieOf(jar) },
    };
  }

  /** Sends with the session; signs in again once when it expired. */
  async #send<T extends { readonly status: number; readonly headers: HttpResponse["headers"] }>(request: HttpRequest, send: (request: HttpRequest) => Promise<T>): Promise<T> {
    for (let again = false, overtaken = 0; ; ) {
      const jar = this.#jar ?? (await this.signIn());
      const key = jar.get(AUTH_COOKIE);
      const response = await send(this.#prepare(request, jar));
      if (response.status !== 401) {
        takeCookies(jar, response.headers);
        return response;
      }
      // Another answer brought a newer cookie while this one waited or was on its way.
      if (this.#jar === jar && jar.get(AUTH_COOKIE) !== key && overtaken++ < MOST_OVERTAKEN && !isSentOnce(request.body)) continue;
      if (again) throw new AccessError(`${this.name}: ${request.method} ${request.path} was refused right after signing in`, "does the account still have access to this space and workspace?");
      if (this.#jar === jar) this.#jar = undefined;
      again = true;
      if (isSentOnce(request.body)) throw new BusyError(`${this.name}: the session ended before an upload`, "the next run tries again");
    }
  }

  raw(request: HttpRequest): Promise<HttpResponse> {
    return this.#send(request, (prepared) => this.http.request(prepared));
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    return this.#send({ ...request, allow: [] }, async (prepared): Promise<HttpStream> => {
      try {
        return await this.http.stream(prepared);
      } catch (error) {
        if (error instanceof HttpStatusError && error.status === 401) return { status: 401, headers: error.response.headers, body: nothing() };
        throw error;
      }
    });
  }

  /**
   * An answer below 500, or a 500, as a value. Throws AccessError, BusyError, RemoteError, DoubtfulError (a write that may have been executed).
   * A server that does not know what is behind a reference (octane.md §7.1: in technical preview) is asked for the reference alone.
   */
  async ask(ask: Ask): Promise<Reply> {
    const bare = withoutExpansion(ask);
    if (bare === ask || !this.#expands) return this.#ask(bare);
    const reply = await this.#ask(ask);
    if (reply.status !== 400 || refusalOf(reply.body, reply.status).code !== UNKNOWN_FIELD) return reply;
    const again = await this.#ask(bare);
    if (again.status >= 300) return reply;
    this.#expands = false;
    return again;
  }

  async #ask({ method, path, query, json }: Ask): Promise<Reply> {
    const response = await this.raw({ method, path, ...(query === undefined ? {} : { query }), ...(json === undefined ? {} : { json }) });
    const body = jsonIn(response.text);
    const place = `${this.name}: ${method} ${path}`;
    refuseLoginPage(place, response, method === "GET");
    if (response.status >= 300 && response.status < 400) throw new RemoteError(`${place} was sent on to another page`, "is there a login page in between? is the address the root of an Octane server?");
    if (response.status < 300 && body === undefined && response.text.trim() !== "") {
      // A write answered by a page went to somebody who is not Octane, or through somebody who lost its reply.
      if (method !== "GET") throw new DoubtfulError(`${place} was answered with a page or a cut text instead of JSON`, "whether it was done is looked for the next time; is there a login page or a proxy in between?");
      throw new RemoteError(`${place} was answered with a page or a cut text instead of JSON`, "is there a login page or a proxy in between?");
    }
    return { status: response.status, body, text: response.text };
  }

  /** The body of a good answer; anything else is thrown with what Octane said. */
  async read(path: string, query: Ask["query"] = {}): Promise<unknown> {
    return this.#good(path, await this.ask({ method: "GET", path, query }));
  }

  /** The same of one entity, or of a collection not every server has; undefined where there is none, or none that the account may see. */
  async readOne(path: string, query: Ask["query"] = {}): Promise<unknown> {
    const reply = await this.ask({ method: "GET", path, query });
    return reply.status === 404 || reply.status === 403 ? undefined : this.#good(path, reply);
  }

  /** A page of at most `limit`. The longest a server gives is not published, and a longer one an error (octane.md §7.2): then shorter ones are tried. */
  async readPage(path: string, query: Ask["query"], limit: number): Promise<{ readonly body: unknown; readonly limit: number }> {
    const asked = Math.min(limit, this.#longestPage);
    const reply = await this.ask({ method: "GET", path, query: { ...query, limit: asked } });
    for (const less of reply.status === 400 ? SHORTER_PAGES.filter((length) => length < asked) : []) {
      const { status, body } = await this.ask({ method: "GET", path, query: { ...query, limit: less } });
      if (status >= 300) continue;
      this.#longestPage = less;
      return { body, limit: less };
    }
    return { body: this.#good(path, reply), limit: asked };
  }

  #good(path: string, reply: Reply): unknown {
    if (reply.status < 300) return reply.body;
    const message = `${this.name}: GET ${path}: ${reasonOf(reply.body, reply.status)}`;
    if (reply.status === 403) throw new AccessError(message, "the account lacks a permission: the roles of workspace admin and space admin are advised");
    throw new RemoteError(message, reply.status === 404 ? `is there a space ${this.options.space} and this workspace, and may the account enter it?` : undefined);
  }

  /** Ends the session at the server if that is quick; the connection is closed in any case. */
  async close(): Promise<void> {
    const jar = this.#jar;
    this.#jar = undefined;
    try {
      if (jar !== undefined) await this.http.request({ ...this.#prepare({ method: "POST", path: "/authentication/sign_out" }, jar), timeoutSeconds: SIGN_OUT_SECONDS, allow: ANSWERS });
    } catch (error) {
      // A session that cannot be ended ends by itself; nothing of ours depends on it.
      if (!(error instanceof RemoteError || error instanceof BusyError)) throw error;
    } finally {
      await this.http.close();
    }
  }
}
