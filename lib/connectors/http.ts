// Calls to one server: waits as told, repeats what may be repeated, and says honestly when nobody knows whether a write was
// executed. Knows no product and no login; every try counts as a call.

import { setMaxListeners } from "node:events";
import PQueue from "p-queue";
import { type Dispatcher, request as send } from "undici";
import { BusyError, RemoteError } from "../core/errors.ts";
import type { Instant } from "../core/types.ts";
import type { DataSourceSettings } from "./connector.ts";
import { demandElsewhere } from "./elsewhere.ts";
import { createDispatcher, createForeignDispatcher, DEFAULT_TIMEOUT_SECONDS } from "./httpAgent.ts";
import { readText, streamOf, TruncatedError } from "./httpBody.ts";
import { DoubtfulError, failureOf } from "./httpErrors.ts";
import { type Sleep, waitedOut } from "./httpPause.ts";
import { growingPause, retryAfter, toldToWait } from "./httpWait.ts";
import { encoded } from "./json.ts";
import { unspoken } from "./spoken.ts";
import { isSentOnce } from "./upload.ts";

export { DoubtfulError };

export interface HttpRequest {
  readonly method: string;
  /** Below the base url, or an absolute url of the same host. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** An iterable is sent once, and such a request never repeated, unless it is a Replayable. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** May be sent again after doubt. GET and HEAD by default, nothing else. */
  readonly repeatable?: boolean;
  /** A POST that changes nothing there, such as a search or signing in: repeatable, and never a write in doubt. */
  readonly reads?: boolean;
  /** Default none: an answer ≥ 300 like others. Following drops the credentials (authorization, cookie, certificate) on another host, and never leaves TLS. */
  readonly redirect?: "none" | "follow";
  /** Statuses ≥ 300 returned as answers instead of thrown. */
  readonly allow?: readonly number[];
  /** A shorter limit for this request, waiting as told included. */
  readonly timeoutSeconds?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  /** Read it to its end or break off the loop: an unread body holds its connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The server answered, but not with what may be used. */
export class HttpStatusError extends RemoteError {
  readonly status: number;
  readonly response: HttpResponse;
  constructor(message: string, response: HttpResponse, advice?: string) {
    super(message, advice);
    this.status = response.status;
    this.response = response;
  }
}

/** May this write have taken effect although no good answer came? */
export const isDoubtful = (error: unknown): error is Error => error instanceof DoubtfulError || (error instanceof HttpStatusError && error.status >= 500);

export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
  /** From the Date header of the last answer; `seenAt` is our Date.now() then. Precise to a second. */
  serverClock(): { readonly at: Instant; readonly seenAt: number } | undefined;
  calls(): number;
  /** How many calls are under way at a time, at the most. */
  readonly width: number;
  close(): Promise<void>;
}

export interface HttpHooks {
  /** Throwing here means: the call was never sent. */
  readonly before?: (request: HttpRequest) => void | Promise<void>;
  /** Throwing here means: the call was executed and its reply lost. */
  readonly after?: (request: HttpRequest, response: { readonly status: number; readonly headers: HttpResponse["headers"] }) => void | Promise<void>;
}

/** Keeps the rate of calls to this endpoint together with others who call it; takes the place of our own counting. */
export interface HttpPace {
  /** Returns when one more call may be made. Throwing here means: the call was never sent. */
  leave(): Promise<void>;
  /** The endpoint told us to wait so many milliseconds: nobody gets leave before. */
  hold(ms: number): Promise<void>;
}

export interface HttpMore {
  readonly hooks?: HttpHooks;
  /** Carries the calls in place of connections of our own; ended with us. */
  readonly dispatcher?: Dispatcher;
  readonly pace?: HttpPace;
  /** Headers of every request, the request's own go before them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly concurrency?: number;
  readonly random?: () => number;
  readonly sleep?: Sleep;
  /** Told to stop, nobody waits for a busy server any more: BusyError. */
  readonly stop?: AbortSignal;
  /** Tries before giving up on failures that pass. */
  readonly tries?: number;
  readonly maxTextBytes?: number;
}

const DEFAULT_MAX_WAIT_SECONDS = 300;
const DEFAULT_CONCURRENCY = 6;
const MAX_TEXT_BYTES = 256 * 1024 * 1024;
/** What another host is told; systems call their keys by names of their own. */
const FOR_ANYBODY = /^(?:accept|content-|user-agent$|range$)/;
const MOST_REDIRECTS = 5;
/** Of gateways: the server behind them may be there again in a moment. From 520 on they are those of a large content network. */
const PASSING: readonly number[] = [502, 503, 504, 520, 521, 522, 523, 524];
/** What only reads: a GET, or a question that is sent as a POST. */
const isReading = ({ method, repeatable, reads }: HttpRequest): boolean => ["GET", "HEAD"].includes(method.toUpperCase()) || reads === true || (method.toUpperCase() === "POST" && repeatable === true);
/** A download may take longer than an answer; between its parts the usual limit holds. */
const STREAM_LIMIT_FACTOR = 30;

type Answer<T> = { readonly status: number; readonly headers: Dispatcher.ResponseData["headers"]; readonly content: T };
type Take<T> = (data: Dispatcher.ResponseData) => Promise<T>;

/** At most a quarter of a second's calls at once, and never more in any stretch of that length: shorter ones lose too much to late timers. */
const queueOf = (settings: DataSourceSettings, more: HttpMore): PQueue => {
  const { concurrency = more.concurrency ?? DEFAULT_CONCURRENCY, callsPerSecond } = settings.network;
  if (callsPerSecond === undefined || more.pace !== undefined) return new PQueue({ concurrency });
  const intervalCap = Math.max(1, Math.floor(callsPerSecond / 4));
  return new PQueue({ concurrency, interval: Math.ceil((1000 * intervalCap) / callsPerSecond), intervalCap, strict: true });
};

/** Told to wait, or too many calls. */
const mustWait = (request: HttpRequest, { status, headers }: { readonly status: number; readonly headers: unknown }): boolean =>
  request.allow?.includes(status) !== true && (status === 429 || (status === 503 && retryAfter(headers as Dispatcher.ResponseData["headers"])));

const NOT_READY = "the server, or a proxy before it, is not ready: is it under maintenance? the next iteration tries again";
const changesNothing = ({ method, reads }: HttpRequest): boolean => reads === true || ["GET", "HEAD"].includes(method.toUpperCase());
const repeatableOf = (request: HttpRequest): boolean => !isSentOnce(request.body) && (request.repeatable ?? changesNothing(request));

const addressOf = (settings: DataSourceSettings, request: HttpRequest): URL => {
  const base = new URL(settings.url);
  const absolute = /^https?:\/\//i.test(request.path);
  const url = new URL(absolute ? request.path : `${base.origin}${base.pathname.replace(/\/+$/, "")}/${request.path.replace(/^\/+/, "")}`);
  if (url.host !== base.host) throw new RemoteError(`${settings.name}: ${url.host} is not the host of this data source`, `give the address the server itself uses as url of ${settings.name}`);
  // The server may know itself as http behind a TLS proxy; ours is the address that was configured.
  url.protocol = base.protocol;
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [`${encoded(name)}=${encoded(String(value))}`]));
  if (query.length > 0) url.search = `${url.search === "" ? "?" : `${url.search}&`}${query.join("&")}`;
  return url;
};

class Server implements Http {
  readonly #settings: DataSourceSettings;
  readonly #more: HttpMore;
  readonly #dispatcher: Dispatcher;
  /** For hosts of others. */
  #foreign: Dispatcher | undefined;
  readonly #queue: PQueue;
  readonly #limit: number;
  readonly width: number;
  #calls = 0;
  /** Requests that wait as told. Everybody waits with them: the limit is the account's. */
  #held = 0;
  #clock: { readonly at: Instant; readonly seenAt: number } | undefined;

  constructor(settings: DataSourceSettings, more: HttpMore) {
    this.#settings = settings;
    this.#more = more;
    this.#dispatcher = more.dispatcher ?? createDispatcher(settings.name, settings.network);
    this.#queue = queueOf(settings, more);
    this.width = this.#queue.concurrency;
    // Each call that waits listens.
    if (more.stop !== undefined) setMaxListeners(0, more.stop);
    this.#limit = (settings.network.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  }

  calls = (): number => this.#calls;
  serverClock = () => this.#clock;
  close = async (): Promise<void> => {
    await Promise.all([this.#dispatcher.destroy(), this.#foreign?.destroy()]);
  };

  async request(request: HttpRequest): Promise<HttpResponse> {
    const most = this.#more.maxTextBytes ?? MAX_TEXT_BYTES;
    const { content, ...answer } = await this.#ask(request, { "accept-encoding": "gzip" }, this.#limit, (data) => readText(data, most));
    return { ...answer, text: content };
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const { content, ...answer } = await this.#ask(request, {}, this.#limit * STREAM_LIMIT_FACTOR, async (data) => streamOf(data, this.#place(request)));
    return { ...answer, body: content };
  }

  #place(request: HttpRequest): string {
    return `${this.#settings.name}: ${request.method} ${request.path.replace(/\?.*$/, "")}`;
  }

  #dispatcherFor(url: URL, home: URL): Dispatcher {
    if (url.origin === home.origin || this.#more.dispatcher !== undefined) return this.#dispatcher;
    this.#foreign ??= createForeignDispatcher(this.#settings.name, this.#settings.network, home);
    return this.#foreign;
  }

  /** One try: one call. */
  async #try<T>(request: HttpRequest, url: URL, headers: Readonly<Record<string, string>>, via: Dispatcher, signal: AbortSignal, take: Take<T>): Promise<Answer<T | string>> {
    this.#calls++;
    const body = request.json === undefined ? request.body : JSON.stringify(request.json);
    const data = await send(url, { method: request.method as Dispatcher.HttpMethod, headers, signal, dispatcher: via, ...(body === undefined ? {} : { body: body as string }) });
    const date = Date.parse(String([data.headers["date"] ?? ""].flat()[0]));
    if (!Number.isNaN(date)) this.#clock = { at: new Date(date).toISOString(), seenAt: Date.now() };
    // A refusal is always read as text, even where a stream was asked for.
    const good = data.statusCode < 300 || request.allow?.includes(data.statusCode) === true;
    const content = good ? await take(data) : await readText(data, this.#more.maxTextBytes ?? MAX_TEXT_BYTES);
    if (data.statusCode < 400) return { status: data.statusCode, headers: data.headers, content };
    const silent = (text: string): string => unspoken(text, this.#settings.credentials, headers);
    // A cookie is taken as it is, and said nowhere.
    const told = Object.fromEntries(Object.entries(data.headers).map(([name, value]) => [name, typeof value === "string" && name !== "set-cookie" ? silent(value) : value]));
    return { status: data.statusCode, headers: told, content: typeof content === "string" ? silent(content) : content };
  }

  /** Follows redirects where asked; a chain is one answer. */
  async #follow<T>(request: HttpRequest, more: Readonly<Record<string, string>>, limit: number, take: Take<T>): Promise<Answer<T | string>> {
    const lower = (headers: Readonly<Record<string, string>> = {}) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    let headers: Record<string, string> = { ...more, ...(request.json === undefined ? {} : { "content-type": "application/json" }), ...lower(this.#more.headers), ...lower(request.headers) };
    let current = request;
    const home = addressOf(this.#settings, request);
    let url = home;
    const signal = AbortSignal.timeout(limit);
    for (let hop = 0; ; hop++) {
      const answer = await this.#try(current, url, headers, this.#dispatcherFor(url, home), signal, take);
      const location = answer.headers["location"];
      if (request.redirect !== "follow" || ![301, 302, 303, 307, 308].includes(answer.status) || typeof location !== "string") return answer;
      if (hop >= MOST_REDIRECTS) throw new RemoteError(`${this.#place(request)}: sent on more than ${MOST_REDIRECTS} times`, "is the address of the data source right, and does a login page in between send us round?");
      if (!URL.canParse(location, url.href)) throw new RemoteError(`${this.#place(request)}: sent on to what is no address`, "is the address of the data source right? ask whoever runs the server or the proxy before it");
      const next = new URL(location, url);
      demandElsewhere(this.#place(request), home, next);
      if (next.origin !== url.origin) headers = Object.fromEntries(Object.entries(headers).filter(([name]) => FOR_ANYBODY.test(name)));
      if (answer.status === 303 || (answer.status < 303 && !["GET", "HEAD"].includes(current.method))) {
        const { json: _json, body: _body, ...bare } = current;
        current = { ...bare, method: current.method === "HEAD" ? "HEAD" : "GET" };
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("content-")));
      } else if (isSentOnce(current.body)) throw new RemoteError(`${this.#place(request)}: sent on elsewhere in the middle of an upload`, "write the address of the data source as the one it sends us to");
      url = next;
    }
  }

  async #once<T>(request: HttpRequest, more: Readonly<Record<string, string>>, limit: number, take: Take<T>): Promise<Answer<T | string>> {
    const answer = await this.#queue.add(async () => {
      await this.#more.hooks?.before?.(request);
      // Leave given before somebody was told to wait is worth nothing by now.
      do await this.#more.pace?.leave();
      while (this.#held > 0 && this.#more.pace !== undefined);
      const started = Date.now();
      try {
        const got = await this.#follow(request, more, limit, take);
        // Here, before the queue sends the next one.
        if (mustWait(request, got)) this.#hold();
        return { got };
      } catch (error) {
        return { error, timedOut: error instanceof DOMException || Date.now() - started >= limit };
      }
    });
    if (!("got" in answer)) throw new Unanswered(answer.error, answer.timedOut);
    const { status, headers } = answer.got;
    try {
      await this.#more.hooks?.after?.(request, { status, headers });
    } catch (error) {
      if (mustWait(request, answer.got)) this.#release();
      throw error;
    }
    return answer.got;
  }

  async #ask<T>(request: HttpRequest, more: Readonly<Record<string, string>>, limit: number, take: Take<T>): Promise<Answer<T>> {
    const most = Math.min(this.#settings.network.maxWaitSeconds ?? DEFAULT_MAX_WAIT_SECONDS, request.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const patience = new Patience(most, this.#more, this.#place(request));
    for (let again = false; ; ) {
      try {
        const answer = await this.#once(request, more, Math.min(limit, (request.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000), take);
        // A fault of the server may be its only one: a reading is asked for once more (jira.md §20, alm-qc.md §10).
        if (answer.status === 500 && !again && isReading(request) && typeof answer.content === "string") {
          again = true;
          await patience.wait(undefined, 500);
          continue;
        }
        if (answer.status < 300 || request.allow?.includes(answer.status) === true) return answer as Answer<T>;
        const { content, ...rest } = answer as Answer<string>;
        await this.#refused(request, { ...rest, text: content }, patience);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        await this.#unanswered(request, error, patience);
      }
    }
  }

  /** Until it is released nothing is sent, not even what stands in the queue already. */
  #hold(): void {
    this.#held++;
    this.#queue.pause();
  }

  #release(): void {
    if (--this.#held === 0) this.#queue.start();
  }

  /** Returns when the request may be sent again, throws otherwise. */
  async #refused(request: HttpRequest, response: HttpResponse, patience: Patience): Promise<void> {
    const { status, headers } = response;
    const place = this.#place(request);
    const raw = headers as Dispatcher.ResponseData["headers"];
    const told = toldToWait(raw, Date.parse(String(raw["date"] ?? "")) || Date.now());
    if (mustWait(request, response)) {
      try {
        if (isSentOnce(request.body)) throw new BusyError(`${place}: the server is too busy for this upload (${status})`, "the next run tries again");
        if (told !== undefined && told > 0) await this.#more.pace?.hold(told);
        await patience.wait(told, status);
      } finally {
        this.#release();
      }
      // Only a 429 is a promise that nothing was executed; a 503 may be of somebody in between who gave up waiting.
      if (status === 429 || repeatableOf(request)) return;
    }
    const passing = PASSING.includes(status);
    if (passing && repeatableOf(request) && patience.again()) return patience.wait(told, status);
    if (passing && !changesNothing(request)) throw new DoubtfulError(`${place}: answered ${status}; nobody knows whether it was executed`, "the next iteration looks for what came of it");
    throw new HttpStatusError(`${place}: answered ${status}`, response, passing ? NOT_READY : status >= 300 && status < 400 ? "the server sends us elsewhere: is the address of the data source complete and right?" : undefined);
  }

  async #unanswered(request: HttpRequest, { reason, timedOut }: Unanswered, patience: Patience): Promise<void> {
    const place = this.#place(request);
    if (reason instanceof RemoteError && !(reason instanceof TruncatedError)) throw reason;
    const failure = failureOf(reason, timedOut);
    const may = repeatableOf(request) || (failure.unsent && !isSentOnce(request.body));
    if (failure.passing && may && patience.again()) return patience.wait(undefined, undefined);
    const error = failure.error(place);
    if (failure.unsent || changesNothing(request)) throw error;
    throw new DoubtfulError(`${error.message}; nobody knows whether it was executed`, error.advice, { cause: error });
  }
}

/** No whole answer came. Internal. */
class Unanswered extends Error {
  readonly reason: unknown;
  readonly timedOut: boolean;
  constructor(reason: unknown, timedOut: boolean) {
    super("no whole answer");
    this.reason = reason;
    this.timedOut = timedOut;
  }
}

const DEFAULT_TRIES = 4;

/** Counts the tries and the waiting of one request. */
class Patience {
  readonly #most: number;
  readonly #more: HttpMore;
  readonly #place: string;
  #waited = 0;
  #pauses = 0;
  #tries = 1;
  constructor(most: number, more: HttpMore, place: string) {
    this.#most = most;
    this.#more = more;
    this.#place = place;
  }

  /** One more try for a failure that passes? */
  again(): boolean {
    return ++this.#tries <= (this.#more.tries ?? DEFAULT_TRIES);
  }

  async wait(told: number | undefined, status: number | undefined): Promise<void> {
    const ms = told === undefined || told === 0 ? growingPause(this.#pauses++, this.#more.random ?? Math.random) : told;
    this.#waited += ms;
    if (this.#waited > this.#most) throw new BusyError(`${this.#place}: the server is busy${status === undefined ? "" : ` (${status})`} for longer than may be waited`, "try again later; network.maxWaitSeconds allows more, network.callsPerSecond asks less");
    if (!(await waitedOut(ms, this.#more.stop, this.#more.sleep))) throw new BusyError(`${this.#place}: told to stop while the server asked to wait`, "the next run goes on where this one was");
  }
}

/** One for each data source: it keeps the number of calls at a time, the rate and the waiting of all of them. */
export const createHttp = (settings: DataSourceSettings, more: HttpMore = {}): Http => new Server(settings, more);
