// Comments: a collection of their own (octane.md §16). An item's changed-at need not tell of them, so changes are asked for
// here (octane.md §18).

import { RemoteError } from "../../core/errors.ts";
import { fromHtml } from "../../core/text/html.ts";
import type { Person } from "../../core/types.ts";
import type { ChangedExtra, Comment, CommentDoor } from "../connector.ts";
import { encoded } from "../json.ts";
import { chunks } from "../paging.ts";
import type { Authors } from "./account.ts";
import { reasonOf } from "./answers.ts";
import type { OctaneType, Workspace } from "./model.ts";
import { readById, readChanges } from "./pages.ts";
import type { Ask, Reply, Session } from "./session.ts";
import { memoOf, shorterMemo } from "./values.ts";
import { envelopeOf, idsIn, instantOf, type Json, own, quoted, textAt } from "./wire.ts";

export interface Extras {
  readonly session: Session;
  /** A type and its workspace; throws when there is none. */
  readonly typeOf: (type: string, project: string) => Promise<{ readonly workspace: Workspace; readonly type: OctaneType }>;
  readonly authors: Authors;
}

const MOST_OWNERS = 100;
const FIELDS = "text,author{id,name,full_name,email},creation_time,last_modified";

const commentOf = (raw: Json, authorOf: (raw: Json) => Person | null): Comment => {
  const createdAt = instantOf(textAt(raw, "creation_time")) ?? "";
  return { id: textAt(raw, "id"), author: authorOf(raw), createdAt, changedAt: instantOf(textAt(raw, "last_modified")) ?? createdAt, text: fromHtml(textAt(raw, "text")), restricted: false };
};

/** Not told is neither "none" nor "of nobody": read so, a comment would be emptied, or a change never seen. */
const demand = (session: Session, raw: Json, name: string): void => {
  if (!Object.hasOwn(raw, name)) throw new RemoteError(`${session.name}: ${textAt(raw, "type")} ${textAt(raw, "id")} came without its ${name}`, "does a proxy in between change what Octane answers?");
};

/** Entities that hang on items by `owner`, by the id of their item. */
export const readOwned = async (session: Session, path: string, owner: string, fields: string, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Json[]>> => {
  const found = new Map<string, Json[]>(ids.map((id) => [id, []]));
  for (const part of chunks(ids, MOST_OWNERS)) {
    for await (const page of readById(session, { path, fields: `id,${owner},${fields}`, where: `${owner} EQ {${idsIn(part)}}`, limit: session.options.pageSize })) for (const raw of page) {
      const held = found.get(textAt(own(raw, owner), "id"));
      // Asked for by their owner: left out, it would count as deleted.
      if (held === undefined) throw new RemoteError(`${session.name}: ${textAt(raw, "type")} ${textAt(raw, "id")} came without its ${owner}`, "does a proxy in between change what Octane answers?");
      held.push(raw);
    }
  }
  return found;
};

/** Entities that changed and hang on items by `owner`, with those items. Owners come with their own type, or at least with an aggregate's. */
export const changedOwned = async (session: Session, path: string, owner: string, types: Workspace["types"], since: string, fields: readonly string[] = []): Promise<readonly { readonly raw: Json; readonly owner: Pick<ChangedExtra, "item" | "type"> }[]> => {
  const changed: { readonly raw: Json; readonly owner: Pick<ChangedExtra, "item" | "type"> }[] = [];
  for await (const page of readChanges(session, { path, fields: ["id", "last_modified", owner, ...fields].join(), where: `!(${owner} EQ {null})`, limit: session.options.pageSize }, since))
    for (const raw of page) {
      demand(session, raw, owner);
      const held = own(raw, owner);
      const kind = textAt(held, "subtype") || textAt(held, "type");
      if (textAt(held, "id") !== "") changed.push({ raw, owner: { item: textAt(held, "id"), ...(types.has(kind) ? { type: kind } : {}) } });
    }
  return changed;
};

/** The one entity of an answer to a write, or an error with what Octane said. */
export const written = (session: Session, what: string, reply: { readonly status: number; readonly body: unknown }): Json => {
  const [entity] = envelopeOf(reply.body).data;
  const bare = entity ?? (reply.body as Json | undefined);
  if (reply.status >= 300 || textAt(bare, "id") === "") throw new RemoteError(`${session.name}: ${what}: ${reasonOf(reply.body, reply.status)}`, "the last words are Octane's own; docs/systems/octane.md tells of those that are known");
  return bare as Json;
};

/** A long text that is refused may be too long there: it is sent shorter. Other refusals are the same for every form. */
const said = async (session: Session, text: string, askOf: (memo: string) => Ask): Promise<Reply> => {
  for (let memo = memoOf(text); ; ) {
    const reply = await session.ask(askOf(memo));
    const shorter = [400, 409].includes(reply.status) ? shorterMemo(text, memo) : undefined;
    if (shorter === undefined) return reply;
    memo = shorter;
  }
};

export const createComments = ({ session, typeOf, authors }: Extras): CommentDoor => {
  const ownerOf = (type: OctaneType): string => {
    if (type.commentOwner === undefined) throw new RemoteError(`${session.name}: a ${type.name} takes no comments`, "leave comments out of this type mapping");
    return type.commentOwner;
  };
  /** The whole comment, where the server chose what its answer holds. */
  const told = async (path: string, raw: Json): Promise<Json> => (own(raw, "creation_time") === undefined || own(raw, "text") === undefined ? written(session, "comment", await session.ask({ method: "GET", path: `${path}/${encoded(textAt(raw, "id"))}`, query: { fields: FIELDS } })) : raw);
  const made = async (path: string, raw: Json): Promise<Comment> => {
    const whole = await told(path, raw);
    return commentOf(whole, await authors([whole]));
  };
  return {
    lagSeconds: session.options.searchLagSeconds,
    takes: async (type, project) => (await typeOf(type, project)).type.commentOwner !== undefined,
    read: async ({ type: name, project, ids }) => {
      const { workspace, type } = await typeOf(name, project);
      if (type.commentOwner === undefined || ids.length === 0) return new Map(ids.map((id) => [id, []]));
      const found = await readOwned(session, `${workspace.path}/comments`, type.commentOwner, FIELDS, ids);
      for (const raw of [...found.values()].flat()) demand(session, raw, "text");
      const authorOf = await authors([...found.values()].flat());
      return new Map([...found].map(([id, raws]) => [id, raws.map((raw) => commentOf(raw, authorOf)).toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0))]));
    },
    changedSince: async ({ type: name, project, since }) => {
      const { workspace, type } = await typeOf(name, project);
      if (type.commentOwner === undefined) return [];
      const changed = await changedOwned(session, `${workspace.path}/comments`, type.commentOwner, workspace.types, since, ["text"]);
      return changed.map(({ raw, owner }) => ({ ...owner, id: textAt(raw, "id"), ...(Object.hasOwn(raw, "text") ? { text: fromHtml(textAt(raw, "text")) } : {}) }));
    },
    askedWith: async (type, project) => (await typeOf(type, project)).type.commentOwner,
    add: async (name, project, id, text) => {
      const { workspace, type } = await typeOf(name, project);
      const owner = { [ownerOf(type)]: { type: type.name, id } };
      const reply = await said(session, text, (memo) => ({ method: "POST", path: `${workspace.path}/comments`, query: { fields: FIELDS }, json: { data: [{ ...owner, text: memo }] } }));
      return made(`${workspace.path}/comments`, written(session, `comment on ${name} ${id}`, reply));
    },
    change: async (name, project, id, commentId, text) => {
      const { workspace } = await typeOf(name, project);
      const path = `${workspace.path}/comments/${encoded(commentId)}`;
      const reply = await said(session, text, (memo) => ({ method: "PUT", path, query: { fields: FIELDS }, json: { id: commentId, text: memo } }));
      return made(`${workspace.path}/comments`, written(session, `comment ${commentId} on ${name} ${id}`, reply));
    },
    remove: async (name, project, _id, commentId) => {
      const { workspace } = await typeOf(name, project);
      await removeOne(session, `${workspace.path}/comments`, commentId);
    },
  };
};

/** What is gone already is removed. The id is checked: a delete without one would empty the collection (octane.md §8). */
export const removeOne = async (session: Session, path: string, id: string): Promise<void> => {
  quoted(id);
  const reply = await session.ask({ method: "DELETE", path: `${path}/${encoded(id)}` });
  if (reply.status >= 300 && reply.status !== 404) throw new RemoteError(`${session.name}: DELETE ${path}/${id}: ${reasonOf(reply.body, reply.status)}`, "the last words are Octane's own; docs/systems/octane.md tells of those that are known");
};
