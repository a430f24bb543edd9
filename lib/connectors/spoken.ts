// What a server says back of what it was told. Some repeat a request in their refusal, headers and body, and refusals go into
// messages, records and reports: nothing of ours that is secret may stand in one. Pure.

import { blanked, createBlanking, LEAST_SECRET } from "../core/blank.ts";
import { encoded } from "./json.ts";

const SECRET_KEY = /secret|token|password|passphrase|key$/i;
/** Servers keep settings in cookies too (`true`, a number), which are words of every answer; what says who we are is long. */
const LEAST_IN_COOKIE = 12;

const formsOf = (secret: string): readonly string[] => {
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const plain = [secret, encoded(secret), encoded(secret).replaceAll("%20", "+"), Buffer.from(secret).toString("base64"), xml, xml.replaceAll('"', "&quot;")];
  return plain.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
};

/** The values of headers that say who we are: each word of a login, each value of a cookie. */
const inHeaders = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers).flatMap(([name, value]) => {
    if (/^(proxy-)?authorization$/i.test(name)) return [value.replace(/^\S+\s+/, "")];
    if (/^cookie$/i.test(name)) return value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf("=") + 1)).filter((kept) => kept.length >= LEAST_IN_COOKIE);
    return /token|api-?key$/i.test(name) ? [value] : [];
  });

/** Blanks out the secrets among these credentials, and what these headers of a request said of us. JSON and XML stay what they are. */
export const unspoken = (text: string, credentials: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>): string => {
  const secrets = [...Object.entries(credentials).flatMap(([name, value]) => (SECRET_KEY.test(name) ? [value] : [])), ...inHeaders(headers)].filter((secret) => secret.length >= LEAST_SECRET);
  return blanked(text, createBlanking(secrets.flatMap(formsOf)));
};
