// A page that asks people to sign in, in the place of an answer: single sign-on or a proxy before the system does not know the account.
// Every further call would get the same page.

import { LoginError } from "../core/errors.ts";
import type { HttpResponse } from "./http.ts";

const ASKS_FOR_PASSWORD = /^\s*<[^]*<input\b[^>]*\btype\s*=\s*["']?password\b/i;

/** By the path: login.jsp, /adfs/ls, /oauth2/authorize, /app/x/sso/saml. */
const LOGIN_PATH = /(?:^|[^a-z])(?:log-?[io]n|sign[-_]?in|sso|saml2?|adfs|oauth2?)(?:[^a-z]|$)/i;

const leadsToLogin = ({ status, headers }: Pick<HttpResponse, "status" | "headers">): boolean => {
  const { location } = headers;
  return status >= 300 && status < 400 && typeof location === "string" && URL.canParse(location, "http://here") && LOGIN_PATH.test(new URL(location, "http://here").pathname);
};

/**
 * Throws LoginError where the answer is a page with a field for a password, or leads to one. `isReading`: a page with a good status that
 * answers a write may hide that it was done, which is another matter: that one is passed over here.
 */
export const refuseLoginPage = (place: string, response: Pick<HttpResponse, "status" | "headers" | "text">, isReading: boolean): void => {
  const isPage = (isReading || response.status >= 300) && ASKS_FOR_PASSWORD.test(response.text);
  if (!isPage && !leadsToLogin(response)) return;
  throw new LoginError(`${place} was answered with a login page: the account is not let in`, "does single sign-on, or a proxy before the system, ask for a login of its own? programs must reach the interface with the credentials of the data source alone, at its complete address; nothing further was tried");
};
