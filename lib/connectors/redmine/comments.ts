// Notes of an issue's journal as comments. Redmine gives them one issue at a time, and confirms a new note without its
// number. A note moves the issue's own time of change; in older releases a changed note does not show when.

import { RemoteError } from "../../core/errors.ts";
import type { Person } from "../../core/types.ts";
import type { Comment, CommentDoor } from "../connector.ts";
import { encoded } from "../json.ts";
import { complaint } from "./client.ts";
import { journalsOf } from "./evidence.ts";
import type { Texts } from "./fields.ts";
import { namingNobody } from "./mentions.ts";
import { type Site, stillSignedIn } from "./session.ts";
import { textsOf } from "./texts.ts";
import type { TypeDef } from "./types.ts";
import { idOf, instantOf, type Json, own, textAt } from "./wire.ts";

export type Opened = (type: string, project: string) => Promise<{ readonly site: Site; readonly type: TypeDef }>;

const personOf = (user: unknown): Person | null => (idOf(user) === "" ? null : { person: idOf(user), ...(textAt(user, "name") === "" ? {} : { name: textAt(user, "name") }) });

const commentOf = (journal: Json, texts: Texts): Comment => {
  const createdAt = instantOf(own(journal, "created_on")) ?? "1970-01-01T00:00:00.000Z";
  return { id: idOf(journal), author: personOf(own(journal, "user")), createdAt, changedAt: instantOf(own(journal, "updated_on")) ?? createdAt, text: texts.read(textAt(journal, "notes")), restricted: own(journal, "private_notes") === true };
};

interface Notes {
  /** Number of the newest entry of the journal, 0 without one: numbers only grow. */
  readonly newest: number;
  readonly comments: readonly (Comment & { readonly raw: string })[];
}

const NONE: Notes = { newest: 0, comments: [] };

const readNotes = async (site: Site, id: string): Promise<Notes> => {
  const ask = { method: "GET", path: `/issues/${encoded(id)}.json`, query: { include: "journals" } } as const;
  const reply = await site.client.ask(ask);
  if (reply.status === 404) {
    await stillSignedIn(site);
    return NONE;
  }
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  const texts = textsOf(site.options.textFormat);
  const journals = journalsOf(site.client.demandOne(ask, reply.body, "issue"));
  const notes = journals.filter((journal) => textAt(journal, "notes").trim() !== "");
  return { newest: Number(idOf(journals.at(-1))) || 0, comments: notes.map((journal) => ({ ...commentOf(journal, texts), raw: textAt(journal, "notes") })) };
};

const bare = ({ raw: _, ...comment }: Notes["comments"][number]): Comment => comment;

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

const demandIssue = (site: Site, type: TypeDef): void => {
  if (type.tracker === undefined) throw new RemoteError(`${site.name}: Redmine's versions have no comments`, "switch comments off in the type mapping");
};

const MOST_SEEN = 1_000;

/** How far the journals of the issues last read went: a note is added right after its issue's notes were read, and need not read them once more. */
const createSeen = () => {
  const newest = new Map<string, number>();
  return {
    note: (id: string, last: number): void => {
      newest.delete(id);
      newest.set(id, last);
      if (newest.size > MOST_SEEN) newest.delete(newest.keys().next().value ?? id);
    },
    take: (id: string): number | undefined => {
      const last = newest.get(id);
      newest.delete(id);
      return last;
    },
  };
};

const sourceOf = ({ options: { textFormat } }: Site, text: string): string => namingNobody(textsOf(textFormat).write(text), textFormat);

const putNote = async (site: Site, journal: string, notes: string): Promise<void> => {
  const reply = await site.client.ask({ method: "PUT", path: `/journals/${encoded(journal)}.json`, json: { journal: { notes } } });
  // The address is there since release 5; before, only people could change a note.
  if (reply.status >= 400) throw new RemoteError(`${site.name}: note ${journal} cannot be changed: ${complaint(reply)}`, "the account needs the permission to edit notes; releases before 5.0 cannot do this at all");
};

export const commentDoor = (open: Opened): CommentDoor => {
  const seen = createSeen();
  const read = async (site: Site, id: string): Promise<Notes> => {
    const notes = await readNotes(site, id);
    seen.note(id, notes.newest);
    return notes;
  };
  const noted = async (site: Site, id: string, comment: (all: Notes["comments"]) => Notes["comments"][number] | undefined): Promise<Comment> => {
    const found = comment((await read(site, id)).comments);
    if (found === undefined) throw new RemoteError(`${site.name}: the note written to issue ${id} cannot be found there`, "may the account see and edit notes in this project?");
    return bare(found);
  };
  return {
    read: async ({ type, project, ids }) => {
      const opened = await open(type, project);
      const all = new Map<string, readonly Comment[]>();
      for (const id of ids) all.set(id, opened.type.tracker === undefined ? [] : (await read(opened.site, id)).comments.map(bare));
      return all;
    },
    add: async (type, project, id, text) => {
      const opened = await open(type, project);
      const { site } = opened;
      demandIssue(site, opened.type);
      const written = sourceOf(site, text);
      const notes = written === "none" ? "none " : written;
      const known = seen.take(id) ?? (await read(site, id)).newest;
      const ask = { method: "PUT", path: `/issues/${encoded(id)}.json`, json: { issue: { notes } }, repeatable: false } as const;
      const reply = await site.client.ask(ask);
      if (reply.status >= 400) throw site.client.failure(ask, reply);
      // Another program may say something with the same account meanwhile: the one that says what was written is ours.
      return noted(site, id, (all) => {
        const fresh = all.filter((comment) => Number(comment.id) > known && comment.author?.person === site.me.id);
        return fresh.findLast((comment) => plain(comment.raw) === plain(notes)) ?? fresh.at(-1);
      });
    },
    change: async (type, project, id, commentId, text) => {
      const opened = await open(type, project);
      demandIssue(opened.site, opened.type);
      await putNote(opened.site, commentId, sourceOf(opened.site, text));
      return noted(opened.site, id, (all) => all.find((comment) => comment.id === commentId));
    },
    remove: async (type, project, _id, commentId) => {
      const { site } = await open(type, project);
      await putNote(site, commentId, "");
    },
  };
};
