// What a failed call means: was it sent, may it pass, and what can the reader do. Knows no server's answers.

import { LoginError, RemoteError, type TandemError } from "../core/errors.ts";

/** A write that may have been executed although no good answer came: look before it is sent again. */
export class DoubtfulError extends RemoteError {}

export interface Failure {
  /** Certainly not received by the server. */
  readonly unsent: boolean;
  /** Worth another try in a moment. */
  readonly passing: boolean;
  readonly error: (place: string) => TandemError;
}

const codeOf = (error: unknown): string => {
  const own = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  if (own !== "" && own !== "UND_ERR") return own;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : own;
};

/** On a connection that stood, a lost route is told by the same codes as one that never came about: then something may have been sent. */
const isLate = (error: unknown): boolean => {
  const call = typeof error === "object" && error !== null && "syscall" in error ? String(error.syscall) : "";
  return call === "" ? error instanceof Error && error.cause !== undefined && isLate(error.cause) : /^(read|write)/.test(call);
};

/** OpenSSL tells thread, number, library, function, reason and place in its source: the reason is what is meant. */
const reasonOf = (message: string): string => /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1] ?? message.trim();

const messageOf = (error: unknown): string => (error instanceof AggregateError && error.message === "" ? error.errors.map(messageOf).join(", ") : error instanceof Error ? reasonOf(error.message) : String(error));

const UNTRUSTED = ["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"];
const ADVICE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate must be renewed (or this machine's clock is wrong)",
  CERT_NOT_YET_VALID: "is this machine's clock right?",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate belongs to another host name: use the address that stands in it",
  ECONNREFUSED: "nothing listens there: check host and port, and whether a proxy is needed (network.proxy)",
  ENOTFOUND: "this host name is unknown here: check the address, the DNS, and whether a proxy is needed (network.proxy)",
  EAI_AGAIN: "the name service does not answer: check the network of this machine",
  EHOSTUNREACH: "no route to this host: check the network, a firewall, or network.proxy",
  ENETUNREACH: "no route to this host: check the network, a firewall, or network.proxy",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time: a firewall? a proxy needed (network.proxy)?",
  ERR_SSL_WRONG_VERSION_NUMBER: "the server does not speak TLS on this port: http:// instead of https://, or another port?",
};

const UNSENT_PASSING = ["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"];
/** TLS alerts arrive under many names; all of them come before a request can be sent. */
const isTls = (code: string): boolean => UNTRUSTED.includes(code) || /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(code);

const adviceOf = (code: string): string | undefined => {
  if (UNTRUSTED.includes(code)) return "name the certificate of your authority with network.caFile";
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/.test(code)) return "the server wants a client certificate it knows: network.certFile and keyFile, or pfxFile";
  return ADVICE[code];
};

/** The failure of a call that got no whole answer. */
export const failureOf = (error: unknown, timedOut: boolean): Failure => {
  const code = codeOf(error);
  const message = messageOf(error);
  const options = { cause: error };
  const proxy = /Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxy === "407") return { unsent: true, passing: false, error: (place) => new LoginError(`${place}: the proxy refuses us (407)`, "give the proxy's user and password in network.proxy", options) };
  if (proxy !== undefined) return { unsent: true, passing: Number(proxy) >= 500, error: (place) => new RemoteError(`${place}: the proxy does not connect us (${proxy})`, "check network.proxy and whether the proxy may reach this host", options) };
  if (timedOut || /TIMEOUT/i.test(code)) {
    const unsent = code === "UND_ERR_CONNECT_TIMEOUT";
    return { unsent, passing: true, error: (place) => new RemoteError(`${place}: no whole answer within the time limit`, adviceOf(code) ?? "is the server busy? network.timeoutSeconds allows more", options) };
  }
  if (code === "ENOTFOUND" || isTls(code)) return { unsent: true, passing: false, error: (place) => new RemoteError(`${place}: ${message || code}`, adviceOf(code), options) };
  return { unsent: UNSENT_PASSING.includes(code) && !isLate(error), passing: true, error: (place) => new RemoteError(`${place}: ${message || code}`, adviceOf(code), options) };
};
