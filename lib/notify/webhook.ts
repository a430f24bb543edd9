// Notices as a JSON document by POST: `text` for chat systems, the rest for programs. Redirects are not followed.

import { createHmac } from "node:crypto";
import { EnvHttpProxyAgent, request } from "undici";
import type { Notice } from "../core/notify/decide.ts";
import { chatText, noticeBody, noticeSubject } from "../core/notify/text.ts";

const LIMIT_MS = 10_000;

/** Throws an Error without the address: it may be a secret. */
export const callWebhook = async ({ url, secret }: { readonly url: string; readonly secret?: string }, notice: Notice): Promise<void> => {
  const body = JSON.stringify({ text: chatText(`${noticeSubject(notice)}\n${noticeBody(notice)}`.trimEnd()), ...notice });
  const signature = secret === undefined ? {} : { "x-tandem-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const answer = await request(url, { method: "POST", headers: { "content-type": "application/json", ...signature }, body, dispatcher, headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS, signal: AbortSignal.timeout(LIMIT_MS) });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`the webhook answers ${answer.statusCode}`);
  } finally {
    await dispatcher.destroy();
  }
};
