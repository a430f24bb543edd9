// Secrets are registered once, when they are resolved, and never printed by anything that goes through here.

import { type Blanking, createBlanking, inJson, LEAST_SECRET } from "../../core/blank.ts";

const secrets = new Set<string>();

let known: Blanking | undefined;

/** Registers a secret and the forms it takes on the wire. */
export const registerSecret = (secret: string): void => {
  if (secret.length < LEAST_SECRET) return;
  known = undefined;
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), JSON.stringify(secret).slice(1, -1)]) secrets.add(form);
};

/** A pair whose "user:secret" form travels base64-encoded in a Basic header. */
export const registerBasic = (user: string, secret: string): void => {
  if (secret === "") return;
  known = undefined;
  secrets.add(Buffer.from(`${user}:${secret}`).toString("base64"));
};

/** The password inside an address, of the database or of a proxy: it may be said without the rest. */
export const registerAddress = (address: string): void => {
  if (!URL.canParse(address)) return;
  const { username, password } = new URL(address);
  registerSecret(password);
  try {
    registerSecret(decodeURIComponent(password));
    registerBasic(decodeURIComponent(username), decodeURIComponent(password));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
};

/** For a process that runs scripts of several sites one after the other: what is a secret of one may be a word of the next. */
export const forgetSecrets = (): void => {
  secrets.clear();
  known = undefined;
};

const withoutLogins = (text: string): string => text.replace(/(:\/\/[^\s/:@]+:)[^\s/@]+@/g, "$1•••@");

/** Secrets that have been registered by now, and logins in addresses. */
export const redact = (text: string): string => withoutLogins((known ??= createBlanking(secrets)).words(text));

/** The same in the strings of a JSON document, which stays one, whatever words are secrets of this site. */
export const redactJson = (text: string): string => {
  // Most documents hold none: then no string of them need be looked at.
  if (redact(text) === text) return text;
  const { words, name } = (known ??= createBlanking(secrets));
  return inJson(text, { words: (told) => withoutLogins(words(told)), name: (told) => withoutLogins(name(told)) });
};
