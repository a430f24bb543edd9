// One call to Redmine: credentials, headers, and what an answer means before anybody looks at its content. Knows no
// resource.

import { AccessError, LoginError, RemoteError } from "../../core/errors.ts";
import { basic } from "../basic.ts";
import type { DataSourceSettings } from "../connector.ts";
import { DoubtfulError, type Http, type HttpResponse } from "../http.ts";
import { parseJson } from "../json.ts";
import { refuseLoginPage } from "../loginPage.ts";
import { isLastPage, type PageEnds } from "../paging.ts";
import { isObject, type Json, listAt, numberOf, objectsAt, own, textOf } from "./wire.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Record<string, string | number | undefined>;
  readonly json?: unknown;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** GET, PUT and DELETE say the same however often they are sent; a PUT with notes or files does not. */
  readonly repeatable?: boolean;
  /** Login of the person whose call it is, with that person's rights alone. Redmine heeds it of administrators only. */
  readonly as?: string;
}

export interface Reply {
  readonly status: number;
  /** The answer as JSON; undefined for an empty body. */
  readonly body: unknown;
  /** What Redmine calls wrong (422), as people would read it. */
  readonly errors: readonly string[];
  /** A web page came in place of JSON. */
  readonly page?: true;
}

/** Statuses that are an answer to the caller; 429 and 5xx are waited out, repeated or thrown below. */
const ANSWERS: readonly number[] = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422];

const loginOf = ({ credentials, name }: DataSourceSettings): Readonly<Record<string, string>> => {
  const { apiKey, user, password } = credentials;
  if (apiKey !== undefined) return { "x-redmine-api-key": apiKey };
  if (user !== undefined && password !== undefined) return { authorization: basic(user, password) };
  throw new AccessError(`${name}: no usable credentials`, "give apiKey (My account → API access key), or user and password");
};

export interface Page {
  readonly rows: readonly Json[];
  /** Nothing follows, as far as the answer tells: it names its total and the size it was given, which may be less than asked for. */
  readonly last: boolean;
}

/** `before`: rows that were skipped. */
export const pageOf = (rows: readonly Json[], body: unknown, asked: number, before = 0, ends: PageEnds = isLastPage): Page => {
  const total = numberOf(own(body, "total_count"));
  return { rows, last: ends(rows.length, total === undefined ? undefined : total - before, Math.min(asked, numberOf(own(body, "limit")) ?? asked)) };
};

export class RedmineClient {
  readonly http: Http;
  readonly name: string;
  readonly #login: Readonly<Record<string, string>>;
  /** Where people sign in against a directory, failed logins lock the account out: the first refusal is the last try. */
  #denied: LoginError | undefined;

  constructor(http: Http, settings: DataSourceSettings) {
    this.http = http;
    this.name = settings.name;
    this.#login = loginOf(settings);
  }

  headers(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { accept: "application/json", "user-agent": "tandem", ...this.#login, ...more };
  }

  /** Any answer below 500, as a value. Throws LoginError, RemoteError, DoubtfulError (a write that may have been executed). */
  async ask(ask: Ask): Promise<Reply> {
    const { method, path, query, json, body } = ask;
    if (this.#denied !== undefined) throw this.#denied;
    const response = await this.http.request({
      method,
      path,
      headers: this.headers({ ...(body === undefined ? {} : { "content-type": "application/octet-stream" }), ...(ask.as === undefined ? {} : { "x-redmine-switch-user": ask.as }) }),
      repeatable: ask.repeatable ?? method !== "POST",
      redirect: "none",
      allow: ANSWERS,
      ...(query === undefined ? {} : { query }),
      ...(json === undefined ? {} : { json }),
      ...(body === undefined ? {} : { body }),
    });
    refuseLoginPage(`${this.name}: ${method} ${path}`, response, method === "GET");
    this.checkStatus(`${method} ${path}`, response);
    const parsed = this.#parsed(ask, response);
    return { status: response.status, body: parsed, errors: listAt(parsed, "errors").flatMap((error) => textOf(error) ?? []), ...(/^\s*</.test(response.text) ? { page: true } : {}) };
  }

  checkStatus(place: string, response: Pick<HttpResponse, "status">): void {
    if (response.status === 401) throw (this.#denied = this.refused(`${place} answered 401`));
    if (response.status >= 300 && response.status < 400) throw new RemoteError(`${this.name}: ${place} was sent on to another page: not an answer of Redmine's interface`, "is the address complete (https, sub-path)? is there a login page in between?");
  }

  refused(why: string): LoginError {
    return new LoginError(`${this.name}: Redmine refused the login: ${why}`, "check the API key (My account → API access key) and that the account is active");
  }

  #parsed(ask: Ask, response: HttpResponse): unknown {
    if (response.text.trim() === "") return undefined;
    try {
      return parseJson(response.text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (response.status >= 400) return undefined;
      const place = `${this.name}: ${ask.method} ${ask.path}`;
      if (ask.method !== "GET" && !/^\s*</.test(response.text)) throw new DoubtfulError(`${place} answered with a cut or unreadable body`, "whether it was done is looked for the next time; is there a login page or a proxy in between?");
      throw new RemoteError(`${place} answered with something else than JSON`, "does the address lead to Redmine itself, without a login page in between?");
    }
  }

  /** The body of a successful answer; anything else is an error with what Redmine said. */
  async must(ask: Ask): Promise<unknown> {
    const reply = await this.ask(ask);
    if (reply.status >= 400) throw this.failure(ask, reply);
    return reply.body;
  }

  /** The one thing in an answer; a good status without it is nobody's answer. */
  demandOne(ask: Pick<Ask, "method" | "path">, body: unknown, name: string): Json {
    const one = own(body, name);
    if (!isObject(one)) throw new RemoteError(`${this.name}: ${ask.method} ${ask.path} was answered without ${name}`, "does a proxy or a login page in between answer in Redmine's place?");
    return one;
  }

  /** The list in an answer. What holds none is no empty one: it may be of somebody in between. */
  demandList(ask: Pick<Ask, "method" | "path">, body: unknown, name: string): readonly Json[] {
    if (!Array.isArray(own(body, name))) throw new RemoteError(`${this.name}: ${ask.method} ${ask.path} was answered without a list`, "does a proxy or a login page in between answer in Redmine's place?");
    return objectsAt(body, name);
  }

  /** Redmine refuses its interface's callers without a page; its own page comes for a resource that the release does not know. */
  failure(ask: Ask, reply: Reply): RemoteError | AccessError {
    if (reply.page === true) {
      const [message, advice] = [`${this.name}: ${ask.method} ${ask.path} answered ${reply.status} with a page instead of JSON`, "does a proxy, a firewall or a login page in between answer in Redmine's place? is the address complete (sub-path)? does this release know the resource?"];
      return reply.status === 403 ? new AccessError(message, advice) : new RemoteError(message, advice);
    }
    const message = `${this.name}: ${ask.method} ${ask.path}: ${complaint(reply)}`;
    return reply.status === 403 ? new AccessError(message, "give the account's role the permission it lacks, or switch on the REST interface (Administration → Settings → API)") : new RemoteError(message, "the last words are Redmine's own; docs/systems/redmine.md tells of those that are known");
  }
}

export const complaint = (reply: Reply): string => {
  if (reply.errors.length > 0) return reply.errors.join("; ");
  if (reply.status === 403) return "the account has no right to do this";
  return reply.status === 404 ? "there is no such thing, or the account may not see it" : `answered ${reply.status} without a reason`;
};
