// HTTP as it comes over the wire and goes back: bodies, headers, cut connections. Knows nothing of imitations' contents.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { SandboxReply, SandboxRequest } from "./imitation.ts";

export class BodyTooLarge extends Error {}

/** The whole body, chunked or not. One over the limit is read to its end and thrown away, so that the client hears of it. */
export const readBody = async (incoming: IncomingMessage, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > limit) throw new BodyTooLarge(`the body has ${length} bytes, this sandbox takes ${limit}`);
  return Buffer.concat(chunks);
};

/** The raw target, without the origin that a client behind a proxy puts before it. */
export const targetOf = (incoming: IncomingMessage): string => {
  const raw = (incoming.url ?? "/").replace(/^https?:\/\/[^/?]*(?=[/?]|$)/i, "");
  const rooted = raw.startsWith("/") || raw === "*" ? raw : `/${raw}`;
  return /[\u0080-\u00ff]/.test(rooted) ? Buffer.from(rooted, "latin1").toString("utf8") : rooted;
};

export const pathOf = (target: string): string => target.split("?", 1)[0] ?? "/";

export const requestOf = (incoming: IncomingMessage, body: Buffer): SandboxRequest => {
  const target = targetOf(incoming);
  const path = pathOf(target);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
  // Addresses in answers begin as the one that was called.
  const scheme = "encrypted" in incoming.socket && headers["x-forwarded-proto"] === undefined ? { "x-forwarded-proto": "https" } : {};
  return { method: incoming.method ?? "GET", target, path, query: new URLSearchParams(target.slice(path.length + 1)), headers: { ...headers, ...scheme }, body };
};

interface Payload {
  readonly bytes: Buffer;
  readonly contentType?: string;
}

const payloadOf = (body: unknown): Payload => {
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (typeof body === "string") return { bytes: Buffer.from(body, "utf8"), contentType: "text/plain;charset=UTF-8" };
  if (body instanceof Uint8Array) return { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType: "application/octet-stream" };
  return { bytes: Buffer.from(JSON.stringify(body), "utf8"), contentType: "application/json;charset=UTF-8" };
};

const hasNoBody = (status: number): boolean => status === 204 || status === 304;

/** Sends the reply. With `cutAfter` the connection ends after so many bytes of the body, though more were promised. */
export const send = (response: ServerResponse, reply: SandboxReply, now: Date, cutAfter?: number): void => {
  if (response.destroyed) return; // The client has gone; nobody is there to be told.
  const payload = payloadOf(reply.body);
  for (const name of response.getHeaderNames()) response.removeHeader(name); // Left by a reply that could not be sent.
  response.sendDate = false;
  response.statusCode = reply.status;
  response.setHeader("Date", now.toUTCString());
  if (!hasNoBody(reply.status)) {
    if (payload.contentType !== undefined) response.setHeader("Content-Type", payload.contentType);
    response.setHeader("Content-Length", payload.bytes.length);
  }
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (cutAfter === undefined || cutAfter >= payload.bytes.length) {
    response.end(hasNoBody(reply.status) ? undefined : payload.bytes);
    return;
  }
  response.flushHeaders();
  response.write(payload.bytes.subarray(0, cutAfter), () => response.socket?.destroySoon());
};

/** Ends the connection without a word. */
export const cut = (response: ServerResponse): void => {
  response.socket?.destroy();
};
