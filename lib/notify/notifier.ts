// The door to people: a notice goes out by mail, by webhook or both. What a channel throws is a value: a message that cannot be
// sent never changes how an iteration ends. Decides nothing.

import type { Notice } from "../core/notify/decide.ts";
import type { MailSettings } from "./mail.ts";

export interface NotifierSettings {
  readonly mail?: MailSettings & { readonly to: readonly string[] };
  readonly webhook?: { readonly url: string; readonly secret?: string };
}

export interface Delivery {
  readonly channel: "mail" | "webhook";
  /** Why it did not go out. */
  readonly failure?: string;
}

export interface Notifier {
  send(notice: Notice): Promise<readonly Delivery[]>;
}

const attempt = async (channel: Delivery["channel"], work: () => Promise<void>): Promise<Delivery> => {
  try {
    await work();
    return { channel };
  } catch (error) {
    return { channel, failure: error instanceof Error ? error.message : String(error) };
  }
};

/** Loads a channel only when it sends: most runs have nothing to tell. */
export const createNotifier = ({ mail, webhook }: NotifierSettings): Notifier => ({
  send: async (notice) => {
    const deliveries: Promise<Delivery>[] = [];
    if (mail !== undefined) deliveries.push(attempt("mail", async () => (await import("./mail.ts")).sendMail(mail, mail.to, notice)));
    if (webhook !== undefined) deliveries.push(attempt("webhook", async () => (await import("./webhook.ts")).callWebhook(webhook, notice)));
    return Promise.all(deliveries);
  },
});
