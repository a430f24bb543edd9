// Rich text on its way in and out: ADF on Cloud, wiki markup on Data Center, the normal form on our side. People in texts
// are known by the same ids as in fields. Plain texts (goals, version descriptions) have a form of their own.

import { type AdfOptions, fromAdf, mediaOf, toAdf } from "../../core/text/adf.ts";
import { cutText, fromPlain, plainText } from "../../core/text/normal.ts";
import { fromWiki, toWiki } from "../../core/text/wiki.ts";
import type { Jira } from "./model.ts";
import { isObject, own, textOf } from "./wire.ts";

/** Jira's limit is 32,767 letters of its own form; how ADF is counted is not told, so there is room left (jira.md §21). */
const MOST_ADF = 30_000;
const MOST_WIKI = 32_700;

export type Media = NonNullable<AdfOptions["resolveMedia"]>;

/** Normal form of what Jira shows. */
export const readText = (jira: Jira, raw: unknown): string => {
  const { site, users } = jira;
  if (site.cloud)
    return fromAdf(raw, {
      resolveMention: (id, name) => {
        const shown = name === id ? users.byId(id)?.name : undefined;
        return shown === undefined ? undefined : { id, name: shown };
      },
    });
  if (typeof raw !== "string") return "";
  return fromWiki(raw, {
    resolveMention: (login) => {
      const person = users.byLogin(login);
      return person === undefined ? undefined : { id: person.person, name: person.name ?? login };
    },
  });
};

const fitted = (normal: string, most: number): string => cutText(normal, most, (text) => toWiki(text).length);

const formOf = ({ site, users }: Jira, normal: string, media?: Media): unknown => {
  if (site.cloud) {
    const resolveMention: AdfOptions["resolveMention"] = (id, name) => (users.byId(id) === undefined ? undefined : { id, name: users.byId(id)?.name ?? name });
    return toAdf(normal, { resolveMention, ...(media === undefined ? {} : { resolveMedia: media }) });
  }
  return toWiki(normal, {
    resolveMention: (id, name) => {
      const login = users.byId(id)?.login;
      return login === undefined ? undefined : { id: login, name };
    },
  });
};

/** What Jira is to be given; null for the empty text. A person unknown here is written as plain text. */
export const writeText = (jira: Jira, normal: string, media?: Media): unknown => (normal === "" ? null : formOf(jira, fitted(normal, jira.site.cloud ? MOST_ADF : MOST_WIKI), media));

const lengthOf = (form: unknown): number => (typeof form === "string" ? form : JSON.stringify(form)).length;

/** The limit Jira comes with, on the whole of the form, and such as a site may have set for itself. */
const ROOMS = [32_000, 16_000, 8_000, 4_000, 2_000];

/** Cut by letters of the normal form, which costs little: as many as will do if the rest is like the whole, else fewer. */
const formWithin = (jira: Jira, normal: string, room: number, length: number, media?: Media): unknown => {
  for (let most = Math.floor((Math.min(normal.length, 2 * MOST_WIKI) * room) / length); ; most = Math.floor(most * 0.7)) {
    const form = formOf(jira, cutText(normal, most, (text) => text.length), media);
    if (lengthOf(form) <= room || most === 0) return form;
  }
};

/**
 * Shorter and shorter forms of a text that was refused as `form`: it may be too long for this server, which may have a limit of its own,
 * and how the document format is counted is not told (jira.md §21). None for what is short.
 */
export function* shorterTexts(jira: Jira, normal: string, form: unknown, media?: Media): Generator<unknown, undefined> {
  const length = lengthOf(form);
  for (const room of ROOMS) if (room < length) yield formWithin(jira, normal, room, length, media);
  return undefined;
}

/** Logins of the people a wiki text names. */
export const loginsIn = (raw: unknown): readonly string[] => (typeof raw === "string" ? [...raw.matchAll(/\[~([^\]|\n]{1,255})\]/g)].map((match) => match[1] ?? "") : []);

/** A mention of ADF need not say its name; it is then shown by its id alone. */
const namelessIn = (raw: unknown): readonly string[] => {
  const ids: string[] = [];
  const stack: unknown[] = [raw];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) stack.push(...node);
    if (!isObject(node)) continue;
    const attrs = own(node, "attrs");
    const id = textOf(own(attrs, "id"));
    if (node["type"] === "mention" && id !== undefined && /^[\s@]*$/.test(textOf(own(attrs, "text")) ?? "")) ids.push(id);
    stack.push(own(node, "content"));
  }
  return ids;
};

/** Does the text name anybody by an id or a login alone? */
export const isNameless = ({ site }: Jira, raw: unknown): boolean => (site.cloud ? namelessIn(raw) : loginsIn(raw)).length > 0;

/** Makes the people known whom texts name without saying their names. To be called before the texts are read. */
export const knowMentioned = async ({ site, users }: Jira, raws: readonly unknown[]): Promise<void> => (site.cloud ? users.know(site, raws.flatMap(namelessIn)) : users.knowLogins(site, raws.flatMap(loginsIn)));

/** Ids of the people a normal form names, to make them known before it is written. */
export const peopleIn = (normal: string): readonly string[] => [...normal.matchAll(/data-person="([^"]{1,255})"/g)].map((match) => (match[1] ?? "").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));

/** Does it show a file of the item itself? On Cloud only the item's own text says which media that is. */
export const showsFiles = (normal: string): boolean => /<img src="(?![a-z][a-z0-9+.-]*:|\/\/)/i.test(normal);

export const mediaIn = (raw: unknown): Media => {
  const files = mediaOf(raw);
  return (name) => files.get(name);
};

export const readPlain = (raw: unknown): string => (typeof raw === "string" ? fromPlain(raw) : "");

export const writePlain = (normal: string): string => plainText(normal);
