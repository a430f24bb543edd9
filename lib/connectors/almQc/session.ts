// The session with one ALM server: both ways to sign in, cookies that stay together, the XSRF header, one new sign-in when
// the session is over, and its end in any case. Knows no entity.

import { AccessError, BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import { basic } from "../basic.ts";
import type { DataSourceSettings } from "../connector.ts";
import { cookieOf, type Jar, takeCookies } from "../cookies.ts";
import { DoubtfulError, type Http, type HttpRequest, type HttpResponse, HttpStatusError, type HttpStream } from "../http.ts";
import { encoded } from "../json.ts";
import { refuseLoginPage } from "../loginPage.ts";
import { isSentOnce } from "../upload.ts";
import { adviceOf, type Fault, faultOf, isExpired } from "./faults.ts";
import type { AlmOptions } from "./options.ts";
import { Zone } from "./time.ts";
import { type Body, bodyOf, type Written } from "./wire.ts";
import { escapeXml } from "./xml.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /qcbin. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly accept?: "xml" | "json";
  readonly content?: Written;
}

export interface Reply {
  readonly status: number;
  readonly body: Body;
  /** What the answer says when it is a refusal. */
  readonly fault: Fault;
}

/** Statuses that are an answer to the caller; the rest is waited out, repeated or thrown by the HTTP layer. */
const ANSWERS: readonly number[] = [301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 500, 501];
const IDENTITY = "LWSSO_COOKIE_KEY";
const SESSION = "QCSession";
const XSRF = "XSRF-TOKEN";
const END_SECONDS = 5;
const CLOCKS_DIFFER_MS = 60_000;
const MOST_OVERTAKEN = 20;
const SITE_SESSION = "/rest/site-session";
/** The server has no such resource. */
export const NOT_THERE: readonly number[] = [404, 405, 501];

const refusal = (response: HttpResponse): Fault => faultOf(bodyOf(response.text), response.status);

async function* nothing(): AsyncGenerator<Uint8Array> {
  // The body of an answer nobody reads.
}

export class Session {
  readonly http: Http;
  readonly options: AlmOptions;
  readonly settings: DataSourceSettings;
  readonly zone: Zone;
  readonly #root: string;
  /** Replaced whole by each sign-in; an answer to an older session leaves it alone. */
  #jar: Jar | undefined;
  /** Sessions we gave up, which the server may not have: they are ended with ours. */
  readonly #givenUp: Jar[] = [];
  #signingIn: Promise<Jar> | undefined;
  /** Failed sign-ins lock the account out: the first refusal is the last try. */
  #refused: LoginError | undefined;
  #closed = false;
  #keepAlive: NodeJS.Timeout | undefined;
  #lastCall = 0;

  constructor(http: Http, settings: DataSourceSettings, options: AlmOptions) {
    this.http = http;
    this.settings = settings;
    this.options = options;
    this.zone = new Zone(options.zone);
    this.#root = /\/qcbin\/*$/i.test(new URL(settings.url).pathname) ? "" : "/qcbin";
  }

  get name(): string {
    return this.settings.name;
  }

  /** Who signed in, as far as the sign-in told. */
  get login(): string {
    return this.settings.credentials.user ?? this.#jar?.get("ALM_USER")?.replace(/^"(.*)"$/, "$1") ?? "";
  }

  projectPath(project: string): string {
    return `/rest/domains/${encoded(this.options.domain)}/projects/${encoded(project)}`;
  }

  /** For people and for texts: an address that is whole. */
  addressOf(path: string): string {
    return `${this.settings.url.replace(/\/+$/, "")}${this.#root}${path}`;
  }

  /** The instant of a stamp just read: it lies in the past, the clocks of database and web server differing by little. */
  stampOf(wall: string): Instant | undefined {
    const clock = this.http.serverClock();
    return this.zone.instantOf(wall, clock === undefined ? undefined : Date.parse(clock.at) + CLOCKS_DIFFER_MS);
  }

  /** One sign-in however many requests wait for it: two would be two sessions. */
  signIn(): Promise<Jar> {
    if (this.#refused !== undefined) return Promise.reject(this.#refused);
    if (this.#closed) return Promise.reject(new RemoteError(`${this.name}: the connection is closed`, "it ended while work went on: run it again"));
    this.#signingIn ??= this.#signIn().finally(() => {
      this.#signingIn = undefined;
    });
    return this.#signingIn;
  }

  async #signIn(): Promise<Jar> {
    const jar: Jar = new Map();
    try {
      await this.#identify(jar);
      if (!jar.has(SESSION)) await this.#openSession(jar);
    } catch (error) {
      if (jar.size > 0) await this.#end(jar);
      if (error instanceof LoginError) this.#refused = error;
      throw error;
    }
    this.#jar = jar;
    this.#stayAlive();
    return jar;
  }

  /** One call of the sign-in. Its cookies are kept before anything else is looked at. */
  async #enter(jar: Jar, request: HttpRequest): Promise<HttpResponse> {
    const response = await this.http.request({ allow: ANSWERS, reads: true, ...request, path: `${this.#root}${request.path}`, headers: { accept: "application/xml", ...this.#clientType(), ...request.headers, ...(jar.size === 0 ? {} : { cookie: cookieOf(jar) }) } });
    takeCookies(jar, response.headers);
    return response;
  }

  #demand(response: HttpResponse, advice: string): void {
    const fault = refusal(response);
    if (response.status === 401 || response.status === 403) throw new LoginError(`${this.name}: ALM refused the login: ${fault.title}`, advice);
    if (response.status >= 300) throw new RemoteError(`${this.name}: signing in was answered with ${response.status}: ${fault.title}`, "is the address of the data source the root of an ALM server?");
  }

  /** API key or password; older servers know less, and are asked the older way (alm-qc.md §2.1). */
  async #identify(jar: Jar): Promise<void> {
    const { clientId, clientSecret, user, password } = this.settings.credentials;
    const unknown = (response: HttpResponse): boolean => NOT_THERE.includes(response.status);
    if (clientId !== undefined && clientSecret !== undefined) {
      const response = await this.#enter(jar, { method: "POST", path: "/rest/oauth2/login", json: { clientId, secret: clientSecret } });
      if (!unknown(response)) this.#demand(response, response.status === 403 ? "the API key is inactive or expired: an administrator can renew it in Site Administration" : "check client id and secret of the API key");
      else await this.#authenticate(jar, clientId, clientSecret);
    } else if (user !== undefined && password !== undefined) await this.#authenticate(jar, user, password);
    else throw new LoginError(`${this.name}: no usable credentials`, "give clientId and clientSecret of an API key, or user and password");
    if (!jar.has(IDENTITY)) throw new LoginError(`${this.name}: signing in gave no session`, "is a login page or a proxy in between? is the address the root of an ALM server?");
  }

  async #authenticate(jar: Jar, user: string, password: string): Promise<void> {
    const body = `<?xml version="1.0" encoding="UTF-8"?><alm-authentication><user>${escapeXml(user)}</user><password>${escapeXml(password)}</password></alm-authentication>`;
    const advice = "check user and password; with single sign-on, programs sign in with an API key only";
    const response = await this.#enter(jar, { method: "POST", path: "/authentication-point/alm-authenticate", headers: { "content-type": "application/xml" }, body });
    if (!NOT_THERE.includes(response.status)) return this.#demand(response, advice);
    this.#demand(await this.#enter(jar, { method: "GET", path: "/authentication-point/authenticate", headers: { authorization: basic(user, password) } }), advice);
  }

  /** Being known opens no session yet (alm-qc.md §24, 10). */
  async #openSession(jar: Jar): Promise<void> {
    const { clientType } = this.options;
    const body = clientType === undefined ? {} : { headers: { "content-type": "application/xml" }, body: `<session-parameters><client-type>${escapeXml(clientType)}</client-type></session-parameters>` };
    const response = await this.#enter(jar, { method: "POST", path: SITE_SESSION, ...body });
    // Old servers open it by themselves with the first call, which is made alone (alm-qc.md §2.3).
    if (NOT_THERE.includes(response.status)) {
      await this.#enter(jar, { method: "GET", path: "/rest/is-authenticated" });
      return;
    }
    this.#demand(response, "the login is right, but the site opens no session for this account");
    if (!jar.has(SESSION)) throw new LoginError(`${this.name}: signing in gave no ${SESSION}`, "is a proxy in between that takes cookies away?");
  }

  #clientType(): Readonly<Record<string, string>> {
    const { clientType } = this.options;
    return clientType === undefined ? {} : { "alm-client-type": clientType };
  }

  /** A session that rests too long ends, and its locks with it. The timer holds no process. */
  #stayAlive(): void {
    clearInterval(this.#keepAlive);
    const every = this.options.keepAliveMinutes * 60_000;
    if (every === 0 || this.#closed) return;
    this.#keepAlive = setInterval(() => void this.#touch(every), every);
    this.#keepAlive.unref();
  }

  async #touch(every: number): Promise<void> {
    const jar = this.#jar;
    if (jar === undefined || Date.now() - this.#lastCall < every / 2) return;
    try {
      takeCookies(jar, (await this.http.request(this.#prepare({ method: "GET", path: SITE_SESSION, timeoutSeconds: END_SECONDS }, jar))).headers);
    } catch (error) {
      // The next real call signs in again; it will meet whatever is wrong.
      if (!(error instanceof RemoteError || error instanceof BusyError || error instanceof AccessError)) throw error;
    }
  }

  #prepare(request: HttpRequest, jar: Jar): HttpRequest {
    const token = request.method === "GET" ? undefined : jar.get(XSRF);
    const lenient = this.options.skipCustomRequired && request.method !== "GET" ? { "x-qc-ignore-customizable-required-fields-validation": "Y" } : {};
    return {
      allow: ANSWERS,
      ...request,
      path: `${this.#root}${request.path}`,
      headers: { accept: "application/xml", ...this.#clientType(), ...lenient, ...request.headers, ...(token === undefined ? {} : { "x-xsrf-token": token }), cookie: cookieOf(jar) },
    };
  }

  /** Sends with the session; signs in again once when it is over. What was refused for that was not executed. */
  async #send<T extends { readonly status: number; readonly headers: HttpResponse["headers"] }>(request: HttpRequest, send: (request: HttpRequest) => Promise<T>, isOver: (response: T) => boolean): Promise<T> {
    for (let again = false, overtaken = 0; ; ) {
      const jar = this.#jar ?? (await this.signIn());
      this.#lastCall = Date.now();
      const identity = jar.get(IDENTITY);
      const response = await send(this.#prepare(request, jar));
      if (!isOver(response)) {
        takeCookies(jar, response.headers);
        return response;
      }
      // Another answer brought newer cookies while this one was on its way.
      if (this.#jar === jar && jar.get(IDENTITY) !== identity && overtaken++ < MOST_OVERTAKEN && !isSentOnce(request.body)) continue;
      if (again) throw new AccessError(`${this.name}: ${request.method} ${request.path} was refused right after signing in`, "may the account enter this project? does a proxy take cookies or the header X-XSRF-TOKEN away?");
      if (this.#jar === jar) {
        this.#jar = undefined;
        this.#givenUp.push(jar);
      }
      again = true;
      if (isSentOnce(request.body)) throw new BusyError(`${this.name}: the session ended before an upload`, "the next run tries again");
    }
  }

  raw(request: HttpRequest): Promise<HttpResponse> {
    return this.#send(
      request,
      (prepared) => this.http.request(prepared),
      (response) => response.status >= 400 && isExpired(refusal(response)),
    );
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    const open = async (prepared: HttpRequest): Promise<HttpStream> => {
      try {
        return await this.http.stream(prepared);
      } catch (error) {
        if (!(error instanceof HttpStatusError)) throw error;
        if (isExpired(refusal(error.response))) return { status: 401, headers: error.response.headers, body: nothing() };
        throw error;
      }
    };
    return this.#send({ ...request, allow: [] }, open, (response) => response.status === 401);
  }

  /** Any answer of ALM as a value. Throws AccessError, BusyError, RemoteError, DoubtfulError (a write that may have been executed). */
  async ask(ask: Ask): Promise<Reply> {
    const { method, path, query, accept = "xml", content } = ask;
    const request: HttpRequest = {
      method,
      path,
      headers: { accept: `application/${accept}`, ...(content === undefined ? {} : { "content-type": content.contentType }) },
      ...(query === undefined ? {} : { query }),
      ...(content === undefined ? {} : { body: content.text }),
    };
    const response = await this.raw(request);
    const body = bodyOf(response.text);
    const place = `${this.name}: ${method} ${path}`;
    refuseLoginPage(place, response, method === "GET");
    if (response.status >= 300 && response.status < 400) throw new RemoteError(`${place} was sent on to another page`, "is there a login page in between? is the address the root of an ALM server?");
    if (response.status < 300 && body.kind === "page") {
      // A write answered by a page went to somebody who is not ALM, or through somebody who lost its reply.
      if (method !== "GET") throw new DoubtfulError(`${place} was answered with a page or a cut text`, "whether it was done is looked for the next time; is there a login page or a proxy in between?");
      throw new RemoteError(`${place} was answered with a page or a cut text`, "is there a login page or a proxy in between?");
    }
    return { status: response.status, body, fault: faultOf(body, response.status) };
  }

  failure(ask: Pick<Ask, "method" | "path">, { fault }: Pick<Reply, "fault">): AccessError | RemoteError {
    const message = `${this.name}: ${ask.method} ${ask.path}: ${fault.title}`;
    return fault.status === 403 ? new AccessError(message, adviceOf(fault)) : new RemoteError(message, adviceOf(fault) ?? (fault.status === 404 ? `is there this project in the domain ${this.options.domain}, and may the account enter it?` : undefined));
  }

  /** A good answer to a GET; anything else is thrown with what ALM said. */
  async read(path: string, query: Ask["query"] = {}, accept: "xml" | "json" = "xml"): Promise<Body> {
    const ask = { method: "GET", path, query, accept } as const;
    const reply = await this.ask(ask);
    if (reply.status >= 300) throw this.failure(ask, reply);
    return reply.body;
  }

  /** Session and identity end one by one; neither is left because the other failed (alm-qc.md §2.3). */
  async #end(jar: Jar): Promise<void> {
    const steps = async (method: "GET" | "POST" | "DELETE", path: string): Promise<number> => {
      try {
        const response = await this.http.request({ ...this.#prepare({ method, path }, jar), timeoutSeconds: END_SECONDS });
        // A rotated identity counts, cookies taken away do not: the second step still needs them.
        const newer: Jar = new Map();
        takeCookies(newer, response.headers);
        for (const [name, value] of newer) jar.set(name, value);
        return response.status;
      } catch (error) {
        // A session that cannot be ended ends by itself; nothing of ours depends on it.
        if (error instanceof RemoteError || error instanceof BusyError || error instanceof AccessError) return 0;
        throw error;
      }
    };
    if (jar.has(SESSION)) await steps("DELETE", SITE_SESSION);
    const status = await steps("POST", "/authentication-point/logout");
    if (status === 404 || status === 405) await steps("GET", "/authentication-point/logout");
  }

  /** Ends every session of ours at the server if that is quick; the connection is closed in any case. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepAlive);
    try {
      await this.#signingIn?.catch(() => undefined);
      clearInterval(this.#keepAlive);
      const jars = [...this.#givenUp.splice(0), ...(this.#jar === undefined ? [] : [this.#jar])];
      this.#jar = undefined;
      for (const jar of jars) await this.#end(jar);
    } finally {
      await this.http.close();
    }
  }
}
