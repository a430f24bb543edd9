// Calls a dead-man switch: it raises the alarm when these calls stop coming. A call that fails is told, never more.

import { EnvHttpProxyAgent, request } from "undici";
import { type PingPhase, pingAddress } from "../core/notify/pingAddress.ts";

const LIMIT_MS = 5_000;

/** Answers why it could not be called; undefined when it was. */
export const ping = async (address: string, phase: PingPhase): Promise<string | undefined> => {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const answer = await request(pingAddress(address, phase), { method: "POST", dispatcher, headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS, signal: AbortSignal.timeout(LIMIT_MS) });
    await answer.body.dump();
    return answer.statusCode < 300 ? undefined : `it answers ${answer.statusCode}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await dispatcher.destroy();
  }
};
