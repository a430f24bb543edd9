// Systems without a wire: the real connectors' calls are handed to who answers for the system as they would have come over HTTP.
// What a real wire adds is proved elsewhere (processes.test.ts, lies.test.ts).

import { Dispatcher } from "undici";
import type { SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";

export interface Reached {
  handle(request: SandboxRequest): Promise<SandboxReply>;
  now(): Date;
  /** A call was carried out; its reply is on the way. */
  executed(request: SandboxRequest): void;
}

const bytesOf = (body: SandboxReply["body"]): { readonly bytes: Buffer; readonly type?: string } => {
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (typeof body === "string") return { bytes: Buffer.from(body), type: "text/plain;charset=UTF-8" };
  if (body instanceof Uint8Array) return { bytes: Buffer.from(body), type: "application/octet-stream" };
  return { bytes: Buffer.from(JSON.stringify(body)), type: "application/json;charset=UTF-8" };
};

const bodyOf = async (body: Dispatcher.DispatchOptions["body"]): Promise<Buffer> => {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body as Uint8Array);
  const parts: Buffer[] = [];
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
};

const requestOf = async (options: Dispatcher.DispatchOptions): Promise<SandboxRequest> => {
  const target = options.path;
  const path = target.split("?", 1)[0] ?? "/";
  const headers = Object.fromEntries(Object.entries((options.headers ?? {}) as Readonly<Record<string, string>>).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: options.method, target, path, query: new URLSearchParams(target.slice(path.length + 1)), headers: { host: new URL(String(options.origin)).host, ...headers }, body: await bodyOf(options.body) };
};

/** As a parser of HTTP gives them: names and values in turn. */
const rawHeaders = (reply: SandboxReply, now: Date, type: string | undefined, length: number): Buffer[] => {
  const own: Record<string, string | readonly string[]> = { date: now.toUTCString(), "content-length": String(length), ...(type === undefined ? {} : { "content-type": type }) };
  for (const [name, value] of Object.entries(reply.headers ?? {})) own[name.toLowerCase()] = value;
  return Object.entries(own).flatMap(([name, value]) => [value].flat().flatMap((one) => [Buffer.from(name), Buffer.from(one)]));
};

/** Carries the calls to these addresses; others fail. */
export class InProcess extends Dispatcher {
  readonly #reached: ReadonlyMap<string, Reached>;

  constructor(reached: ReadonlyMap<string, Reached>) {
    super();
    this.#reached = reached;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    let aborted = false;
    const fail = (error: unknown): void => handler.onError?.(error instanceof Error ? error : new Error(String(error)));
    handler.onConnect?.((error) => {
      aborted = true;
      fail(error ?? new Error("aborted"));
    });
    this.#carry(options, handler, () => aborted).catch((error: unknown) => {
      if (!aborted) fail(error);
    });
    return true;
  }

  async #carry(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, isAborted: () => boolean): Promise<void> {
    const system = this.#reached.get(String(options.origin));
    if (system === undefined) throw new Error(`nobody listens at ${String(options.origin)}`);
    const request = await requestOf(options);
    const reply = await system.handle(request);
    system.executed(request);
    if (isAborted()) return;
    const hasBody = reply.status !== 204 && reply.status !== 304 && options.method !== "HEAD";
    const { bytes, type } = bytesOf(hasBody ? reply.body : undefined);
    handler.onHeaders?.(reply.status, rawHeaders(reply, system.now(), type, bytes.length), () => undefined, "");
    if (bytes.length > 0) handler.onData?.(bytes);
    handler.onComplete?.([]);
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | undefined {
    if (callback === undefined) return Promise.resolve();
    callback();
    return undefined;
  }

  override destroy(): Promise<void>;
  override destroy(error: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> | undefined {
    const done = typeof error === "function" ? error : callback;
    if (done === undefined) return Promise.resolve();
    done();
    return undefined;
  }
}
