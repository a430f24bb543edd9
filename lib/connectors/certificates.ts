// When the certificates of a data source run out: the server's and its authorities', and our own where one is used. One TLS
// handshake, verified as any call is; nothing is asked of the server.

import { request } from "node:http";
import type { Socket } from "node:net";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { RemoteError } from "../core/errors.ts";
import type { Instant } from "../core/types.ts";
import { basic } from "./basic.ts";
import type { DataSourceSettings } from "./connector.ts";
import { tlsOf } from "./httpAgent.ts";

export interface Certificate {
  readonly what: string;
  readonly expiresAt: Instant;
}

const LIMIT_MS = 15_000;

/** A way through the proxy that the data source names. */
const throughProxy = (proxy: string, to: string): Promise<Socket> =>
  new Promise((done, fail) => {
    const { hostname, port, username, password } = new URL(proxy);
    const headers = username === "" ? {} : { "Proxy-Authorization": basic(decodeURIComponent(username), decodeURIComponent(password)) };
    const call = request({ host: hostname, port: Number(port || 80), method: "CONNECT", path: to, headers, timeout: LIMIT_MS });
    call.once("connect", (answer, socket) => (answer.statusCode === 200 ? done(socket as Socket) : fail(new Error(`the proxy answers ${answer.statusCode}`))));
    call.once("timeout", () => call.destroy(new Error("the proxy does not answer"))).once("error", fail).end();
  });

const shake = (settings: DataSourceSettings, url: URL, socket: Socket | undefined): Promise<TLSSocket> =>
  new Promise((done, fail) => {
    const way = socket === undefined ? { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 443) } : { socket };
    const name = /^[\d.]+$|:/.test(url.hostname) ? {} : { servername: url.hostname };
    const tls = connect({ ...way, ...name, ...tlsOf(settings.name, settings.network) }, () => done(tls));
    tls.setTimeout(LIMIT_MS, () => tls.destroy(new Error(`no answer in ${LIMIT_MS / 1000} s`)));
    tls.once("error", fail);
  });

const instant = (words: string): Instant => new Date(words).toISOString();

/** The chain ends in an authority that signed itself. */
const chainOf = (peer: DetailedPeerCertificate): readonly DetailedPeerCertificate[] => {
  const chain: DetailedPeerCertificate[] = [];
  for (let at: DetailedPeerCertificate | undefined = peer; at?.valid_to !== undefined && !chain.some((seen) => seen.fingerprint256 === at?.fingerprint256); at = at.issuerCertificate) chain.push(at);
  return chain;
};

const nameOf = (certificate: DetailedPeerCertificate): string => [certificate.subject?.CN].flat()[0] ?? "an authority";

const readFrom = (tls: TLSSocket, host: string): readonly Certificate[] => {
  const [server, ...authorities] = chainOf(tls.getPeerCertificate(true));
  const own = tls.getCertificate();
  return [
    ...(server === undefined ? [] : [{ what: `the certificate of ${host}`, expiresAt: instant(server.valid_to) }]),
    ...authorities.map((authority) => ({ what: `the authority ${nameOf(authority)}`, expiresAt: instant(authority.valid_to) })),
    ...(own !== null && "valid_to" in own && typeof own.valid_to === "string" ? [{ what: "our own certificate", expiresAt: instant(own.valid_to) }] : []),
  ];
};

/** Nothing for a server without TLS. Throws RemoteError where there is no verified handshake, ConfigError for our own files. */
export const certificatesOf = async (settings: DataSourceSettings): Promise<readonly Certificate[]> => {
  const url = new URL(settings.url);
  if (url.protocol !== "https:") return [];
  const { proxy } = settings.network;
  const tls = await (async () => {
    try {
      return await shake(settings, url, proxy === undefined || proxy === "none" ? undefined : await throughProxy(proxy, `${url.hostname}:${url.port || 443}`));
    } catch (error) {
      if (!(error instanceof Error) || "exitCode" in error) throw error;
      throw new RemoteError(`no TLS connection to ${url.host}: ${error.message}`, "see its certificate, caFile and proxy", { cause: error });
    }
  })();
  try {
    return readFrom(tls, url.hostname);
  } finally {
    tls.destroy();
  }
};
