// One undici dispatcher per server: proxy, certificates, time limits, keep-alive. The server's certificate is always
// verified; a private authority is named with caFile, never switched off.

import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from "undici";
import { ConfigError } from "../core/errors.ts";
import type { NetworkSettings } from "./connector.ts";
import { lookupFor } from "./elsewhere.ts";

export const DEFAULT_TIMEOUT_SECONDS = 120;
const CONNECT_SECONDS = 20;

const read = (source: string, setting: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([{ path: `${source}.network.${setting}`, message: `the file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, advice: "correct the path, or let the account that runs the scripts read it" }]);
  }
};

/** Certificates of ours and authorities of theirs, read from their files. Throws ConfigError. */
export const tlsOf = (source: string, network: NetworkSettings) => ({
  ...(network.caFile === undefined ? {} : { ca: read(source, "caFile", network.caFile) }),
  ...(network.certFile === undefined ? {} : { cert: read(source, "certFile", network.certFile) }),
  ...(network.keyFile === undefined ? {} : { key: read(source, "keyFile", network.keyFile) }),
  ...(network.pfxFile === undefined ? {} : { pfx: read(source, "pfxFile", network.pfxFile) }),
  ...(network.passphrase === undefined ? {} : { passphrase: network.passphrase }),
  rejectUnauthorized: true,
});

/** TLS of the server goes into `connect` without a proxy and into `requestTls` with one; the environment decides only at the first call, so it gets both (dependencies.md §5). */
export const createDispatcher = (source: string, network: NetworkSettings, lookup?: LookupFunction): Dispatcher => {
  const limit = (network.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  const timeout = Math.min(limit, CONNECT_SECONDS * 1000);
  const tls = tlsOf(source, network);
  const common = { headersTimeout: limit, bodyTimeout: limit, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 30_000, connect: { ...tls, timeout, ...(lookup === undefined ? {} : { lookup }) } };
  if (network.proxy === "none") return new Agent(common);
  const both = { ...common, requestTls: { ...tls, timeout }, proxyTls: { timeout, ...(tls.ca === undefined ? {} : { ca: tls.ca }) } };
  if (network.proxy === undefined) return new EnvHttpProxyAgent(both);
  if (!URL.canParse(network.proxy)) throw new ConfigError([{ path: `${source}.network.proxy`, message: "is not an address", advice: "write it as http://host:port, or none" }]);
  return new ProxyAgent({ ...both, uri: network.proxy });
};

/** For a host that a server sends us on to: who we are is not shown to it, no certificate of ours either. */
export const createForeignDispatcher = (source: string, network: NetworkSettings, home: URL): Dispatcher => {
  const { certFile: _cert, keyFile: _key, pfxFile: _pfx, passphrase: _passphrase, ...rest } = network;
  return createDispatcher(source, rest, lookupFor(home));
};
