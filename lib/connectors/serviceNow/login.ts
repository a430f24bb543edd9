// Who we say we are: Basic, an API key, or a token that is fetched, refreshed and fetched anew. Knows no resource. Keeps no
// cookie: a session's requests would queue behind each other, and a full queue is answered without being executed
// (servicenow.md §2.1).

import { AccessError, LoginError, RemoteError } from "../../core/errors.ts";
import { basic } from "../basic.ts";
import type { DataSourceSettings } from "../connector.ts";
import type { Http } from "../http.ts";
import { jsonIn } from "../json.ts";
import { type Json, isObject, textAt } from "./wire.ts";

type Headers = Readonly<Record<string, string>>;

export interface Login {
  /** Login name, where it is known. */
  readonly user: string | undefined;
  headers(): Promise<Headers>;
  /** After a 401 to these headers: is there something new to try? */
  renew(used: Headers): boolean;
}

/** So long before its end a token is not used any more. */
const EARLY_MS = 30_000;

interface Token {
  readonly access: string;
  readonly refresh: string;
  readonly until: number;
}

class Tokens implements Login {
  readonly user: string | undefined;
  readonly #http: Http;
  readonly #settings: DataSourceSettings;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;
  /** Failed logins lock the user out: the first refusal is the last try. */
  #denied: LoginError | undefined;

  constructor(http: Http, settings: DataSourceSettings) {
    this.#http = http;
    this.#settings = settings;
    this.user = settings.credentials["user"];
  }

  async headers(): Promise<Headers> {
    const fresh = this.#token !== undefined && Date.now() < this.#token.until;
    const token = fresh && this.#token !== undefined ? this.#token : await this.#fetch();
    return { authorization: `Bearer ${token.access}` };
  }

  renew(used: Headers): boolean {
    if (this.#token !== undefined && used["authorization"] === `Bearer ${this.#token.access}`) this.#token = { ...this.#token, until: 0 };
    return true;
  }

  /** One fetch however many requests wait for it. */
  #fetch(): Promise<Token> {
    if (this.#denied !== undefined) return Promise.reject(this.#denied);
    this.#fetching ??= this.#renewed().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #renewed(): Promise<Token> {
    const old = this.#token?.refresh ?? "";
    this.#token = undefined;
    const refreshed = old === "" ? undefined : await this.#ask({ grant_type: "refresh_token", refresh_token: old });
    const answer = refreshed === undefined || textAt(refreshed, "access_token") === "" ? await this.#ask(this.#grant()) : refreshed;
    const access = textAt(answer, "access_token");
    if (access === "") throw (this.#denied = new LoginError(`${this.#settings.name}: ServiceNow gave no token: ${textAt(answer, "error_description") || textAt(answer, "error") || "no reason told"}`, "check clientId and clientSecret (System OAuth → Application Registry), user and password; without a user the client credentials grant must be switched on"));
    const seconds = Number(textAt(answer, "expires_in")) || 60;
    this.#token = { access, refresh: textAt(answer, "refresh_token"), until: Date.now() + Math.max(seconds * 500, seconds * 1000 - EARLY_MS) };
    return this.#token;
  }

  #grant(): Readonly<Record<string, string>> {
    const { user, password } = this.#settings.credentials;
    return user === undefined || password === undefined ? { grant_type: "client_credentials" } : { grant_type: "password", username: user, password };
  }

  /** Form-encoded: JSON bodies are refused (servicenow.md §2). */
  async #ask(fields: Readonly<Record<string, string>>): Promise<Json> {
    const { clientId = "", clientSecret = "" } = this.#settings.credentials;
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret }).toString();
    const response = await this.#http.request({ method: "POST", path: "/oauth_token.do", body, reads: true, redirect: "none", allow: [400, 401, 403], headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" } });
    const answer = jsonIn(response.text);
    if (!isObject(answer) && response.status === 401) return {};
    if (!isObject(answer)) throw new RemoteError(`${this.#settings.name}: asking for a token was answered with something else than JSON (${response.status})`, "is the address the root of a ServiceNow instance? does the instance sleep?");
    return answer;
  }
}

const fixed = (user: string | undefined, headers: Headers): Login => ({ user, headers: async () => headers, renew: () => false });

/** Throws AccessError where nothing usable is given. */
export const loginOf = (http: Http, settings: DataSourceSettings): Login => {
  const { user, password, clientId, clientSecret, apiKey } = settings.credentials;
  if (clientId !== undefined && clientSecret !== undefined) return new Tokens(http, settings);
  if (apiKey !== undefined) return fixed(user, { "x-sn-apikey": apiKey });
  if (user !== undefined && password !== undefined) return fixed(user, { authorization: basic(user, password) });
  throw new AccessError(`${settings.name}: no usable credentials`, "give user and password, or clientId and clientSecret of an OAuth application, with or without user and password");
};
