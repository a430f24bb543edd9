// From definition files to the door to people: whom a connection tells, by which channel, under which rules; and the calls of
// dead-man switches.

import { join, resolve } from "node:path";
import type { PingPhase } from "../../core/notify/pingAddress.ts";
import { ConfigError, type Problem, UsageError } from "../../core/errors.ts";
import { createNotifier, type Notifier, type NotifierSettings } from "../../notify/notifier.ts";
import type { TellRules } from "../../run/sendNotifications.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import { resolveSecret } from "../definitions/secrets.ts";
import type { ScriptCall } from "../script/script.ts";

const DEFAULTS: TellRules = { quietMinutes: 60, digestHours: 24, mostPerHour: 20 };

export interface Audience {
  readonly notifier: Notifier;
  readonly rules: TellRules;
}

const settingsPlace = (definitions: Definitions, path: string) => ({ file: join(definitions.directory, "settings.yaml"), path: `notify.${path}` });

const mailOf = (definitions: Definitions, to: readonly string[] | undefined): NotifierSettings["mail"] => {
  const mail = definitions.settings.notify?.mail;
  if (mail === undefined || to === undefined || to.length === 0) return undefined;
  const { password, caFile, security, port, user, ...rest } = mail;
  return {
    ...rest,
    to,
    security: security ?? "startTls",
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: resolveSecret(password, definitions.directory, settingsPlace(definitions, "mail.password")) }),
    ...(caFile === undefined ? {} : { caFile: resolve(definitions.directory, caFile) }),
  };
};

type Wishes = NonNullable<ConnectionDefinition["file"]["notify"]>;

const audience = (definitions: Definitions, own: Wishes, ownPlace: (key: string) => Omit<Problem, "message">): Audience | undefined => {
  const site = definitions.settings.notify ?? {};
  if (own.off === true) return undefined;
  const mail = mailOf(definitions, own.to ?? site.to);
  const at = (key: string) => (own.webhook === undefined ? settingsPlace(definitions, key) : ownPlace(key));
  const webhook = own.webhook ?? site.webhook;
  const secret = own.webhook === undefined ? site.webhookSecret : (own.webhookSecret ?? site.webhookSecret);
  if (mail === undefined && webhook === undefined) return undefined;
  const notifier = createNotifier({
    ...(mail === undefined ? {} : { mail }),
    ...(webhook === undefined ? {} : { webhook: { url: resolveSecret(webhook, definitions.directory, at("webhook")), ...(secret === undefined ? {} : { secret: resolveSecret(secret, definitions.directory, at("webhookSecret")) }) } }),
  });
  const rules = { quietMinutes: own.quietMinutes ?? site.quietMinutes ?? DEFAULTS.quietMinutes, digestHours: own.digestHours ?? site.digestHours ?? DEFAULTS.digestHours, mostPerHour: site.mostPerHour ?? DEFAULTS.mostPerHour };
  return { notifier, rules };
};

/** Undefined where nobody wants to hear of this connection. Throws ConfigError for a secret that is not there. */
export const audienceOf = (definitions: Definitions, { file, place }: ConnectionDefinition): Audience | undefined => audience(definitions, file.notify ?? {}, (key) => place(["notify", key]));

/** Whom the settings name, for what concerns the whole site. Throws ConfigError where they name nobody. */
export const siteAudience = (definitions: Definitions): Audience => {
  const site = audience(definitions, {}, (key) => settingsPlace(definitions, key));
  if (site === undefined) throw new ConfigError([{ file: join(definitions.directory, "settings.yaml"), path: "notify", message: "names nobody to be told", advice: "name recipients (notify.mail and notify.to) or a webhook, see docs/notifications.md" }]);
  return site;
};

export type Ping = (phase: PingPhase) => Promise<void>;

/** Calls these addresses; says so where one cannot be called, and goes on. 75 is no end: another run is at it, or the next goes on. */
const pinging =
  (call: ScriptCall, addresses: readonly string[]): Ping =>
  async (phase) => {
    if (phase.phase === "end" && phase.code === 75) return;
    const { ping } = await import("../../notify/ping.ts");
    for (const failure of await Promise.all(addresses.map((address) => ping(address, phase)))) if (failure !== undefined) call.output.log.warn(`the dead-man switch cannot be called: ${failure}`);
  };

const checked = (address: string): string => {
  const parsed = URL.canParse(address.replaceAll(/\{(status|code)\}/g, "x")) ? new URL(address.replaceAll(/\{(status|code)\}/g, "x")) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) throw new UsageError("--ping, or ping of a connection: is no http or https address", "write the address, or ${env:NAME} where it stands");
  return address;
};

/** The switch of the call. Undefined without --ping. */
export const pingOfCall = (call: ScriptCall, definitions: Definitions): Ping | undefined => {
  const { ping } = call.options;
  return ping === undefined ? undefined : pinging(call, [checked(resolveSecret(ping, definitions.directory, { path: "--ping" }))]);
};

/** The switch of a connection. */
export const pingOfConnection = (call: ScriptCall, definitions: Definitions, { file, place }: ConnectionDefinition): Ping | undefined =>
  file.ping === undefined ? undefined : pinging(call, [checked(resolveSecret(file.ping, definitions.directory, place(["ping"])))]);

/** Work between its start and its end, as the switch is told. The code of what is thrown counts as well. */
export const withPing = async <T>(ping: Ping | undefined, codeOf: (end: { readonly value: T } | { readonly error: unknown }) => number, work: () => Promise<T>): Promise<T> => {
  if (ping === undefined) return work();
  await ping({ phase: "start" });
  try {
    const value = await work();
    await ping({ phase: "end", code: codeOf({ value }) });
    return value;
  } catch (error) {
    await ping({ phase: "end", code: codeOf({ error }) });
    throw error;
  }
};
