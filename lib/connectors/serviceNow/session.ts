// One call to one ServiceNow instance: login, and what an answer means before anybody looks at its content. Knows no
// table. A good status proves nothing here: the body has to be JSON and without an error (servicenow.md §2.2, §13).

import PQueue from "p-queue";
import { AccessError, BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { DataSourceSettings } from "../connector.ts";
import { DoubtfulError, type Http, type HttpRequest, type HttpResponse } from "../http.ts";
import { jsonIn } from "../json.ts";
import { refuseLoginPage } from "../loginPage.ts";
import { isSentOnce } from "../upload.ts";
import { type Login, loginOf } from "./login.ts";
import type { ServiceNowOptions } from "./options.ts";
import { isObject, own, textAt } from "./wire.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below /api/now/. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  /** undefined for an empty body, and for a refusal that is no JSON. */
  readonly body: unknown;
  readonly header: (name: string) => string;
}

/** The server gave up in the middle of a list: what came is worth nothing, a smaller page may work. */
export class CutError extends RemoteError {}

/** Statuses that are an answer to the caller; 429 and 502–504 are waited out, repeated or thrown by the HTTP layer. */
const ANSWERS: readonly number[] = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 431, 500, 501];
/** A few at once: each node has a small number of places for programs (servicenow.md §14). */
const AT_ONCE = 3;
/** Tries for an answer of 202: the request stood in a full queue and was not executed (servicenow.md §2.1). */
const QUEUE_TRIES = 3;

const ASLEEP = "is the instance asleep or under maintenance? does a login page or a proxy stand in between? open the address in a browser";

/** What ServiceNow said, as one line. */
export const reasonOf = (body: unknown, status: number): string => {
  const error = own(body, "error");
  const said = [textAt(error, "message") || (typeof error === "string" ? error : ""), textAt(error, "detail")].filter((part) => part !== "");
  return said.length === 0 ? `answered ${status} without a reason` : [...new Set(said)].join(": ").replace(/\s+/g, " ").trim();
};

/** An empty word about errors is none. */
export const hasError = (body: unknown): boolean => ![undefined, null, ""].includes(own(body, "error") as string | null | undefined) || textAt(body, "status") === "failure";

export class Session {
  readonly http: Http;
  readonly settings: DataSourceSettings;
  readonly options: ServiceNowOptions;
  readonly login: Login;
  /** Off for good once the instance refuses the batch interface. */
  batch: boolean;
  /** How many calls are under way at a time, at the most. */
  readonly width: number;
  readonly #queue: PQueue;
  /** Failed logins lock the user out: the first refusal is the last try. */
  #denied: LoginError | undefined;

  constructor(http: Http, settings: DataSourceSettings, options: ServiceNowOptions) {
    this.http = http;
    this.settings = settings;
    this.options = options;
    this.login = loginOf(http, settings);
    this.batch = options.batch;
    this.width = settings.network.concurrency ?? AT_ONCE;
    this.#queue = new PQueue({ concurrency: this.width });
  }

  get name(): string {
    return this.settings.name;
  }

  get base(): string {
    return this.settings.url.replace(/\/+$/, "");
  }

  #refused(place: string, headers: HttpResponse["headers"]): LoginError {
    const mfa = String(headers["x-mfa_token"] ?? "") !== "";
    this.#denied = new LoginError(`${this.name}: ${place}: ServiceNow refused the login${mfa ? ": it wants a second factor" : ""}`, mfa ? "use an integration user without multi-factor authentication, or OAuth" : "check user and password; is the user active, with “web service access only”? newer releases refuse Basic for people: use OAuth then");
    return this.#denied;
  }

  /** With the login; once more with a new token where the old one was refused. */
  async raw(ask: Ask): Promise<HttpResponse> {
    const { method, path, query, json, body } = ask;
    for (let again = false; ; again = true) {
      if (this.#denied !== undefined) throw this.#denied;
      const login = await this.login.headers();
      const request: HttpRequest = {
        method,
        path: `/api/now/${path}`,
        headers: { accept: "application/json", ...ask.headers, ...login },
        redirect: "none",
        allow: ANSWERS,
        ...(query === undefined ? {} : { query }),
        ...(json === undefined ? {} : { json }),
        ...(body === undefined ? {} : { body }),
      };
      const response = await this.#queue.add(() => this.http.request(request));
      if (response.status !== 401) return response;
      if (again || !this.login.renew(login)) throw this.#refused(`${method} ${path}`, response.headers);
      if (isSentOnce(body)) throw new BusyError(`${this.name}: the token ended before an upload`, "the next run tries again");
    }
  }

  /** Any understandable answer as a value, refusals too. Throws AccessError, BusyError, RemoteError, CutError (a list), DoubtfulError (a write that may have been executed). */
  async ask(ask: Ask): Promise<Reply> {
    const reading = ask.method === "GET";
    for (let tries = 1; ; tries++) {
      const response = await this.raw(ask);
      const place = `${this.name}: ${ask.method} ${ask.path.replace(/\?.*$/, "")}`;
      refuseLoginPage(place, response, reading);
      if (response.status >= 300 && response.status < 400) throw new RemoteError(`${place} was sent on to another page`, ASLEEP);
      const empty = response.text.trim() === "";
      const queued = response.status === 202 || (reading && response.status < 300 && empty);
      if (queued && reading && tries < QUEUE_TRIES) continue;
      if (queued && reading) throw new BusyError(`${place} was answered with nothing (${response.status}): too many requests wait in the instance`, "try again later; network.concurrency and network.callsPerSecond ask less at once");
      const body = jsonIn(response.text);
      if (!reading) this.#demandWritten(place, response, body);
      else if (response.status < 300 && (!isObject(body) || hasError(body))) throw this.#notRead(place, response.text, body);
      return { status: response.status, body, header: (name) => [response.headers[name]].flat()[0]?.toString() ?? "" };
    }
  }

  #notRead(place: string, text: string, body: unknown): RemoteError {
    if (isObject(body)) return new CutError(`${place} broke off: ${reasonOf(body, 200)}`, "ask for less: options.pageSize; is the filter's field indexed?");
    if (/^\s*\{/.test(text)) return new CutError(`${place} was answered with a cut text`, "ask for less: options.pageSize");
    return new RemoteError(`${place} was answered with something else than JSON`, ASLEEP);
  }

  #demandWritten(place: string, { status, text }: HttpResponse, body: unknown): void {
    const good = status < 300;
    const understood = status !== 202 && (text.trim() === "" || (isObject(body) && !hasError(body)));
    if (status >= 500 || (good && !understood)) throw new DoubtfulError(`${place} was answered with ${good ? (text.trim() === "" ? "nothing" : isObject(body) ? reasonOf(body, status) : "something else than JSON") : reasonOf(body, status)} (${status}); nobody knows whether it was executed`, good && !isObject(body) ? ASLEEP : undefined);
  }

  failure({ method, path }: Pick<Ask, "method" | "path">, { status, body }: Pick<Reply, "status" | "body">): RemoteError | AccessError {
    const message = `${this.name}: ${method} ${path}: ${reasonOf(body, status)}`;
    if (status === 403) return new AccessError(message, "the account lacks a right: see the rights it needs in docs/systems/serviceNow.md");
    return new RemoteError(message, body === undefined ? ASLEEP : undefined);
  }

  close = (): Promise<void> => this.http.close();
}
