// What a client sends to sign in: XML, JSON, JSON without quotes, or Basic (sheet, sections 2.1 and 2.4).

import { badBody } from "./errors.ts";
import { jsonOf, mediaType, type QcRequest, xmlOf } from "./wire.ts";
import { childText } from "./xml.ts";

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

const textOf = (request: QcRequest): string => request.body.toString("utf8").trim();

const isJson = (request: QcRequest): boolean => mediaType(request.header("content-type")) === "application/json" || textOf(request).startsWith("{");

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined);

const pair = (name: string | undefined, password: string | undefined): Credentials | null => (name === undefined || password === undefined ? null : { name, password });

/** `<alm-authentication><user/><password/></alm-authentication>`, or the same in JSON. */
export const fromBody = (request: QcRequest): Credentials | null => {
  if (textOf(request) === "") throw badBody("it is empty");
  if (!isJson(request)) {
    const root = xmlOf(textOf(request));
    return pair(childText(root, "user"), childText(root, "password"));
  }
  const body = jsonOf(textOf(request));
  const inner = typeof body === "object" && body !== null && "alm-authentication" in body ? body["alm-authentication"] : null;
  const { user, password } = (inner ?? {}) as { readonly user?: unknown; readonly password?: unknown };
  return pair(text(user), text(password));
};

const LOOSE = /^\{\s*["']?clientId["']?\s*:\s*["']?([^"',}\s]+)["']?\s*,\s*["']?secret["']?\s*:\s*["']?([^"',}\s]+)["']?\s*\}$/;

/** A shipped client writes this JSON without quotes. */
export const fromKeyBody = (request: QcRequest): Credentials | null => {
  const sent = textOf(request);
  const loose = LOOSE.exec(sent);
  if (loose) return pair(loose[1], loose[2]);
  const { clientId, secret } = (jsonOf(sent) ?? {}) as { readonly clientId?: unknown; readonly secret?: unknown };
  return pair(text(clientId), text(secret));
};

export const fromBasic = (request: QcRequest): Credentials | null => {
  const [scheme = "", value = ""] = (request.header("authorization") ?? "").split(/\s+/);
  if (!/^basic$/i.test(scheme)) return null;
  const [name = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return { name, password: password.join(":") };
};

/** The body of a new session may be missing; one that cannot be read is refused. */
export const checkSessionBody = (request: QcRequest): void => {
  const sent = textOf(request);
  if (sent === "") return;
  if (isJson(request)) jsonOf(sent);
  else xmlOf(sent);
};
