// Where a dead-man switch is called. Pure.

export type PingPhase = { readonly phase: "start" } | { readonly phase: "end"; readonly code: number };

const wordOf = (ping: PingPhase): string => (ping.phase === "start" ? "start" : ping.code === 0 ? "success" : "fail");

/**
 * {status} (start, success, fail) and {code} in the address are filled in; an address without them gets /start or the exit
 * status as one more step of its path.
 */
export const pingAddress = (address: string, ping: PingPhase): string => {
  const code = ping.phase === "start" ? "" : String(ping.code);
  if (/\{(status|code)\}/.test(address)) return address.replaceAll("{status}", wordOf(ping)).replaceAll("{code}", code);
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${ping.phase === "start" ? "start" : code}`;
  return url.href;
};
