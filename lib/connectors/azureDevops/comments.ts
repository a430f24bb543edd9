// Comments of a work item (azure-devops.md §14): by their own interface, a preview in every version; where a Server has none,
// by the texts of its revisions. A new comment is a new revision of its item, so `changes` tells of it; that an edit
// is one too is assumed here alone (unconfirmed): nothing public tells of edits in bulk, so there is no `changedSince`.

import { RemoteError } from "../../core/errors.ts";
import { plainText } from "../../core/text/normal.ts";
import type { Comment, CommentDoor } from "../connector.ts";
import { mapLimit } from "../json.ts";
import { COMMENT_PAGE, isGoneItem } from "./assumed.ts";
import { tokenIn } from "./changes.ts";
import type { Ask, Reply } from "./client.ts";
import { COMMENT_COUNT, revOf } from "./items.ts";
import type { People } from "./people.ts";
import { readText, writeText } from "./texts.ts";
import type { Site } from "./session.ts";
import type { ItemPlace, Place } from "./types.ts";
import { idOf, instantOf, isObject, type Json, numberOf, own, sameWord, segment, textAt, textOf } from "./wire.ts";

/** Read one item at a time; the door sends no more than it may. */
const COMMENTS_AT_ONCE = 8;

/** undefined: a type that has neither comments nor files. */
export type OpenItems = (type: string, project: string) => Promise<ItemPlace | undefined>;

const commentOf = (people: People, raw: Json): Comment => {
  const createdAt = instantOf(own(raw, "createdDate")) ?? "1970-01-01T00:00:00.000Z";
  const form = sameWord(textAt(raw, "format"), "markdown") ? "markdown" : "html";
  // Early previews call the id differently.
  return { id: idOf(raw) || textAt(raw, "commentId"), author: people.learn(own(raw, "createdBy")) ?? null, createdAt, changedAt: instantOf(own(raw, "modifiedDate")) ?? createdAt, text: readText(textAt(raw, "text"), form), restricted: false };
};

const revisionComment = (people: People, raw: Json): Comment => {
  const createdAt = instantOf(own(raw, "revisedDate")) ?? "1970-01-01T00:00:00.000Z";
  return { id: textAt(raw, "revision"), author: people.learn(own(raw, "revisedBy")) ?? null, createdAt, changedAt: createdAt, text: readText(textAt(raw, "text")), restricted: false };
};

const addressOf = (place: Place, id: string, comment?: string): string => `/${segment(place.project.id)}/_apis/wit/workItems/${segment(id)}/comments${comment === undefined ? "" : `/${segment(comment)}`}`;

const byAge = (a: Comment, b: Comment): number => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : Number(a.id) - Number(b.id));

/** Version of the older, read-only interface. */
const OLD_WAY = "5.0-preview.2";

/** What a site that does not tell its versions was found to speak; null: none but the older way. */
const spoken = new WeakMap<Site, string | null>();

/** §3, §19: this version is not there, or nothing at this address is. */
const isNoVersion = ({ status, body }: Reply): boolean => (status === 400 && /^Vss(VersionOutOfRange|InvalidPreviewVersion|InvalidApiVersion)Exception$/.test(textAt(body, "typeKey"))) || (status === 404 && body === undefined);

/** §14: an item counts the comments of their own interface. Of comments that are texts of revisions nobody says that it does. */
const countsComments = (site: Site): boolean => (spoken.has(site) ? spoken.get(site) !== null : site.commentVersions.length === 1);

/** Comments are read one item at a time, but for those that count none. */
export const commentsIn = ({ site }: ItemPlace, raw: Json): readonly Comment[] | undefined => (countsComments(site) && numberOf(own(own(raw, "fields"), COMMENT_COUNT)) === 0 ? [] : undefined);

const candidatesOf = (site: Site): readonly (string | null)[] => {
  const known = spoken.get(site);
  if (known !== undefined) return [known];
  return site.commentVersions.length === 1 ? site.commentVersions : [...site.commentVersions, null];
};

interface Asked {
  readonly ask: Ask;
  readonly reply: Reply;
}

/** In the best version there is. */
const askPage = async (place: Place, id: string, token: string | undefined): Promise<Asked> => {
  const { site } = place;
  const page = { $top: COMMENT_PAGE, ...(token === undefined ? {} : { continuationToken: token }), order: "asc" };
  let last: Asked | undefined;
  for (const version of candidatesOf(site)) {
    const ask: Ask = { method: "GET", path: addressOf(place, id), query: version === null ? {} : page, version: version ?? OLD_WAY };
    last = { ask, reply: await site.client.ask(ask) };
    if (isNoVersion(last.reply)) continue;
    if (last.reply.status < 300) spoken.set(site, version);
    break;
  }
  return last as Asked;
};

/** The forms differ by version (§14), and what a server sends is what it speaks. */
const shown = (place: Place, id: string, raw: Json): Comment => {
  const comment = idOf(raw) === "" && textAt(raw, "commentId") === "" ? revisionComment(place.people, raw) : commentOf(place.people, raw);
  // Read as empty, it would count as removed.
  const lacking = comment.id === "" ? "number" : own(raw, "text") === undefined ? "text" : undefined;
  if (lacking !== undefined) throw new RemoteError(`${place.site.name}: a comment of work item ${id} came without its ${lacking}`, "does a proxy change what Azure DevOps answers? run it again");
  return comment;
};

const readComments = async (place: Place, id: string): Promise<readonly Comment[]> => {
  const { client } = place.site;
  const all: Comment[] = [];
  for (let token: string | undefined; ; ) {
    const { ask, reply } = await askPage(place, id, token);
    // §7, §19: an item that is gone has no comments; an address that leads nowhere says nothing of them.
    if (reply.status === 404 && isGoneItem(reply.status, textAt(reply.body, "message"), textAt(reply.body, "typeKey"))) return [];
    if (reply.status >= 300) throw client.failure(ask, reply);
    all.push(...client.demandList(ask, reply.body, "comments").filter((comment) => own(comment, "isDeleted") !== true).map((comment) => shown(place, id, comment)));
    const next = textOf(own(reply.body, "continuationToken")) ?? tokenIn(textAt(reply.body, "nextPage"));
    if (next !== undefined && next === token) throw new RemoteError(`${client.name}: the comments of work item ${id} say there is more, but not where`, "run it again");
    if (next === undefined) return all.filter(({ text }) => plainText(text).trim() !== "" || text.includes("<img")).sort(byAge);
    token = next;
  }
};

/** The version to write in; undefined: there is none. Where nobody told it, the item's own comments are asked. */
const writingVersion = async (place: Place, id: string): Promise<string | undefined> => {
  const { site } = place;
  if (!spoken.has(site) && site.commentVersions.length > 1) await readComments(place, id);
  const known = spoken.get(site);
  return known === null ? undefined : (known ?? site.commentVersions[0]);
};

/** Nothing is said of a format: without a word it is HTML, everywhere. */
const written = async (place: Place, version: string, id: string, comment: string | undefined, text: string): Promise<Comment> => {
  const ask: Ask = { method: comment === undefined ? "POST" : "PATCH", path: addressOf(place, id, comment), json: { text: writeText(text) }, version, ...(comment === undefined ? {} : { repeatable: true }) };
  const reply = await place.site.client.ask(ask);
  if (reply.status >= 300 || !isObject(reply.body)) throw place.site.client.failure(ask, reply);
  return shown(place, id, { text: writeText(text), ...reply.body });
};

/** §14: the text of a revision is a comment, on every server. */
const addByHistory = async (place: Place, id: string, text: string): Promise<Comment> => {
  const { client, api, me } = place.site;
  const ask: Ask = { method: "PATCH", path: `/_apis/wit/workitems/${segment(id)}`, operations: [{ op: "add", path: "/fields/System.History", value: writeText(text) }], version: api };
  const reply = await client.ask(ask);
  if (reply.status >= 300 || !isObject(reply.body)) throw client.failure(ask, reply);
  const revision = String(revOf(reply.body));
  const at = instantOf(own(own(reply.body, "fields"), "System.ChangedDate")) ?? "1970-01-01T00:00:00.000Z";
  const found = (await readComments(place, id)).find((comment) => comment.id === revision);
  return found ?? { id: revision, author: { person: me.id, name: me.name }, createdAt: at, changedAt: at, text, restricted: false };
};

export const commentDoor = (open: OpenItems): CommentDoor => {
  const demand = async (type: string, project: string): Promise<ItemPlace> => {
    const place = await open(type, project);
    if (place === undefined) throw new RemoteError(`a ${type} of Azure DevOps has no comments`, "switch comments off in the type mapping");
    return place;
  };
  const demandVersion = async (place: Place, id: string): Promise<string> => {
    const version = await writingVersion(place, id);
    if (version === undefined) throw new RemoteError(`${place.site.name}: this Server is too old to change or remove a comment`, "Azure DevOps Server 2019 Update 1 can; until then let comments flow from here only");
    return version;
  };
  return {
    read: async ({ type, project, ids }) => {
      const place = await open(type, project);
      return new Map(await mapLimit(ids, COMMENTS_AT_ONCE, async (id) => [id, place === undefined ? [] : await readComments(place, id)] as const));
    },
    add: async (type, project, id, text) => {
      const place = await demand(type, project);
      const version = await writingVersion(place, id);
      return version === undefined ? addByHistory(place, id, text) : written(place, version, id, undefined, text);
    },
    change: async (type, project, id, comment, text) => {
      const place = await demand(type, project);
      return written(place, await demandVersion(place, id), id, comment, text);
    },
    remove: async (type, project, id, comment) => {
      const place = await demand(type, project);
      const ask: Ask = { method: "DELETE", path: addressOf(place, id, comment), version: await demandVersion(place, id) };
      const reply = await place.site.client.ask(ask);
      if (reply.status >= 300 && reply.status !== 404) throw place.site.client.failure(ask, reply);
    },
  };
};
