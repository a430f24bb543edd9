// Comments of issues. Restricted ones are said to be so, and stay restricted when they are changed (jira.md §15.1).

import { RemoteError } from "../../core/errors.ts";
import type { Comment, CommentDoor } from "../connector.ts";
import { encoded } from "../json.ts";
import type { Ask } from "./client.ts";
import { fetchKnown } from "./fetch.ts";
import type { Jira } from "./model.ts";
import { tryReadAll } from "./pages.ts";
import { isNameless, knowMentioned, type Media, mediaIn, peopleIn, readText, shorterTexts, showsFiles, writeText } from "./texts.ts";
import { instantOf } from "./time.ts";
import { isObject, type Json, numberOf, objectsOf, own, textAt } from "./wire.ts";

const COMMENT_PAGE = 100;

const commentOf = (jira: Jira, raw: Json): Comment => {
  const createdAt = instantOf(own(raw, "created")) ?? new Date(0).toISOString();
  return {
    id: textAt(raw, "id"),
    author: jira.users.learn(own(raw, "author")) ?? null,
    createdAt,
    changedAt: instantOf(own(raw, "updated")) ?? createdAt,
    text: readText(jira, own(raw, "body")),
    restricted: isObject(own(raw, "visibility")) || own(raw, "jsdPublic") === false,
  };
};

/** Not told is not empty: read so, what was copied of it would be emptied. */
const demandBodies = (jira: Jira, raws: readonly Json[]): void => {
  const bare = raws.find((raw) => !Object.hasOwn(raw, "body"));
  if (bare !== undefined) throw new RemoteError(`${jira.site.name}: comment ${textAt(bare, "id")} came without its body`, "does a proxy or an app change what Jira answers? run it again");
};

/** The issue may show only some of its comments, or none at all: then undefined. */
const shownIn = (issue: Json): readonly Json[] | undefined => {
  const page = own(own(issue, "fields"), "comment");
  const shown = objectsOf(own(page, "comments"));
  const total = numberOf(own(page, "total")) ?? (shown.length < (numberOf(own(page, "maxResults")) ?? Number.POSITIVE_INFINITY) ? shown.length : undefined);
  return isObject(page) && total !== undefined && shown.length >= total ? shown : undefined;
};

/** Comments that an issue shows with itself, where it shows all of them. Whom their texts name without a name would have to be asked for: then they are read. */
export const commentsIn = (jira: Jira, issue: Json): readonly Comment[] | undefined => {
  const raws = shownIn(issue);
  const isPlain = raws?.every((raw) => Object.hasOwn(raw, "body") && !isNameless(jira, own(raw, "body")));
  return isPlain === true ? raws?.map((raw) => commentOf(jira, raw)).toSorted(byTime) : undefined;
};

/** What the issue does not show is read as a list. undefined: nobody tells. */
const rawOf = async (jira: Jira, issue: Json): Promise<readonly Json[] | undefined> => {
  const shown = shownIn(issue);
  if (shown !== undefined) return shown;
  return tryReadAll(jira.site.client, { path: `${jira.site.api}/issue/${textAt(issue, "id")}/comment`, query: { orderBy: "created" } }, COMMENT_PAGE);
};

const byTime = (a: Comment, b: Comment): number => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : Number(a.id) - Number(b.id));

const pathOf = (jira: Jira, id: string, comment = ""): string => `${jira.site.api}/issue/${encoded(id)}/comment${comment === "" ? "" : `/${encoded(comment)}`}`;

const answered = async (jira: Jira, raw: unknown): Promise<Comment> => {
  // One without its number could be neither told from others nor changed: the next look at the issue finds it.
  if (!isObject(raw) || textAt(raw, "id") === "") throw new RemoteError(`${jira.site.name}: Jira did not answer with the comment`, "the next iteration looks for it; does a proxy in between change what Jira answers?");
  await knowMentioned(jira, [own(raw, "body")]);
  return commentOf(jira, raw);
};

/** A long text that is refused may be too long there: it is sent shorter. */
const written = async (jira: Jira, ask: Ask, text: string, media?: Media, more: Json = {}): Promise<Comment> => {
  let form = writeText(jira, text, media);
  const shorter = shorterTexts(jira, text, form, media);
  for (;;) {
    const reply = await jira.site.client.ask({ ...ask, json: { body: form ?? "", ...more } });
    if (reply.status < 300) return answered(jira, reply.body);
    const next = reply.status === 400 ? shorter.next() : undefined;
    if (next?.done !== false) throw jira.site.client.failure(ask, reply);
    form = next.value;
  }
};

/** `lag`: seconds that an answer may be behind. `open` gives nothing for versions and sprints: they have no comments. */
export const commentDoor = (lag: () => number, open: (type: string, project: string) => Promise<Jira | undefined>): CommentDoor => {
  const demand = async (type: string, project: string): Promise<Jira> => {
    const jira = await open(type, project);
    if (jira === undefined) throw new RemoteError(`a ${type} of Jira has no comments`, "leave comments out of this type mapping");
    return jira;
  };
  return {
    takes: async (type, project) => (await open(type, project)) !== undefined,
    get lagSeconds() {
      return lag();
    },
    read: async ({ type, project, ids, known }) => {
      const jira = await open(type, project);
      if (jira === undefined) return new Map(ids.map((id) => [id, []]));
      const issues = await fetchKnown(jira.site, ids, ["comment"], known);
      const all: (readonly [string, readonly Json[]])[] = [];
      for (const issue of issues) {
        const raws = await rawOf(jira, issue);
        if (raws === undefined) continue;
        demandBodies(jira, raws);
        all.push([textAt(issue, "id"), raws]);
      }
      await knowMentioned(jira, all.flatMap(([, raws]) => raws.map((raw) => own(raw, "body"))));
      return new Map(all.map(([id, raws]) => [id, raws.map((raw) => commentOf(jira, raw)).toSorted(byTime)]));
    },
    add: async (type, project, id, text) => {
      const jira = await demand(type, project);
      await jira.users.know(jira.site, peopleIn(text));
      return written(jira, { method: "POST", path: pathOf(jira, id) }, text);
    },
    change: async (type, project, id, commentId, text) => {
      const jira = await demand(type, project);
      await jira.users.know(jira.site, peopleIn(text));
      const before = await jira.site.client.must({ method: "GET", path: pathOf(jira, id, commentId) });
      const visibility = own(before, "visibility");
      const media = jira.site.cloud && showsFiles(text) ? mediaIn(own(before, "body")) : undefined;
      return written(jira, { method: "PUT", path: pathOf(jira, id, commentId) }, text, media, isObject(visibility) ? { visibility } : {});
    },
    remove: async (type, project, id, commentId) => {
      const jira = await demand(type, project);
      const ask = { method: "DELETE", path: pathOf(jira, id, commentId) } as const;
      const reply = await jira.site.client.ask(ask);
      if (reply.status >= 400 && reply.status !== 404) throw jira.site.client.failure(ask, reply);
    },
  };
};
