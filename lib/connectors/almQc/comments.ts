// Comments of an item: parts of one memo that a write replaces whole (alm-qc.md §15). So: lock, read, change one part, write,
// and look at the reply; what somebody else wrote is never overwritten.

import { isDeepStrictEqual } from "node:util";
import { RemoteError } from "../../core/errors.ts";
import type { PersonRecord } from "../../core/types.ts";
import type { Comment, CommentDoor } from "../connector.ts";
import { chunks } from "../paging.ts";
import { type Fault, reasonOf } from "./faults.ts";
import { withCheckOut, withLocks } from "./guard.ts";
import { type Place, pathOf, readSingly, stampOf } from "./items.ts";
import { appended, changed, cut, type MemoPart, partsOf } from "./memo.ts";
import { readAll } from "./pages.ts";
import { peopleNamed, personOf } from "./people.ts";
import { anyId, isId, where } from "./query.ts";
import type { Session } from "./session.ts";
import { wallText } from "./time.ts";
import { isVague } from "./unconfirmed.ts";
import { type Entity, envelopeOf, textAt, writeEntity } from "./wire.ts";

export interface Extras {
  readonly session: Session;
  /** A type in its project; throws when there is none. */
  readonly placeOf: (type: string, project: string) => Promise<Place>;
  readonly me: () => Promise<PersonRecord>;
  /** Id of our account, as `account` tells it. */
  readonly self: () => Promise<string>;
  readonly now: () => Promise<string>;
}

export const MOST_IDS = 100;
const BEFORE_ALL = "1970-01-01T00:00:00.000Z";
/** What ALM's own clients write above a comment: no time of day (alm-qc.md §15). */
const DAY_ALONE = /^\s*\d{4}-\d\d-\d\d\s*$/;

/** Logins are the same whatever their case: ourselves are known by the id of our account. */
const authorOf = (place: Place, part: MemoPart, self: string): Comment["author"] => {
  const author = writerOf(place, part);
  return author !== null && author.person.toLowerCase() === self.toLowerCase() ? { ...author, person: self } : author;
};

const writerOf = ({ project }: Place, part: MemoPart): Comment["author"] => {
  if (part.login !== "") return personOf(project.byLogin, part.login);
  if (part.name === "") return null;
  const [person, ...more] = peopleNamed(project.people, part.name);
  return person === undefined || more.length > 0 ? { person: part.name, name: part.name } : personOf(project.byLogin, person.id);
};

const commentsOf = (place: Place, entity: Entity, memo: string, self: string): readonly Comment[] => {
  const { zone, options } = place.session;
  const birth = textAt(entity, "creation-time");
  return partsOf(memo, options.commentDates).map((part) => {
    const told = [part.when, birth].find((wall) => zone.instantOf(wall) !== undefined) ?? "";
    const at = zone.instantOf(told) ?? BEFORE_ALL;
    return { id: part.id, author: authorOf(place, part, self), createdAt: at, ...(DAY_ALONE.test(told) ? { day: told.trim() } : {}), changedAt: at, text: part.text, restricted: false };
  });
};

/** Comments of an entity that came with its memo; `self`: id of our account. */
export const commentsIn = (place: Place, entity: Entity, self: string): readonly Comment[] | undefined => {
  const { commentField } = place.type;
  if (commentField === undefined) return [];
  return entity.values.has(commentField) ? commentsOf(place, entity, textAt(entity, commentField), self) : undefined;
};

const demandMemo = ({ session, type }: Place): string => {
  if (type.commentField === undefined) throw new RemoteError(`${session.name}: a ${type.name} takes no comments`, "leave comments out of this type mapping");
  return type.commentField;
};

const fieldsOf = (place: Place, memo: string): readonly string[] => ["id", memo, ...["ver-stamp", "creation-time"].filter((name) => place.type.known.has(name))];

const readMemos = (place: Place, memo: string, ids: readonly string[]): Promise<readonly Entity[]> =>
  readAll(place.session, { path: pathOf(place), fields: fieldsOf(place, memo), where: where("id", anyId(ids)), limit: MOST_IDS, most: new Set(ids).size });

/** The entity with its memo. One that came without is asked for whole: if it shows empty fields but not the memo, nobody knows what stands there. */
const withMemo = async (place: Place, memo: string, entity: Entity): Promise<Entity | undefined> => {
  if (entity.values.has(memo)) return entity;
  const reply = await place.session.ask({ method: "GET", path: pathOf(place, textAt(entity, "id")), accept: place.session.options.format });
  const [whole] = reply.status < 300 ? (envelopeOf(reply.body)?.entities ?? []) : [];
  if (whole?.values.has(memo) === true) return whole;
  return whole === undefined || [...whole.values.values()].some((held) => held.length === 0) ? undefined : entity;
};

/** A lock is one item's trouble: the next run tries again. */
const refused = (place: Place, id: string, fault: Fault): RemoteError => new RemoteError(`${place.session.name}: comments of ${place.type.name} ${id}: ${reasonOf(fault)}`, "the last words are ALM's own; docs/systems/almQc.md tells of those that are known");

/** Lock and check-out around the work, as far as the options and the project ask for them. */
const guarded = async <T>(place: Place, id: string, work: () => Promise<T>): Promise<T> => {
  const versioned = async (): Promise<T> => {
    if (!place.type.versioned) return work();
    const done = await withCheckOut(place, id, work, () => true);
    if ("refused" in done) throw refused(place, id, done.refused);
    if (done.unfinished !== undefined) throw refused(place, id, done.unfinished);
    return done.result;
  };
  if (place.session.options.locking === "never") return versioned();
  return withLocks(place, [id], async (locked) => {
    const fault = locked.get(id);
    if (fault !== undefined) throw refused(place, id, fault);
    return versioned();
  });
};

interface Rewritten {
  readonly before: string;
  readonly after: string;
  readonly entity: Entity;
}

/** `change` gives the new memo, or undefined for nothing to do. The stamp is looked at right before the write. */
const rewrite = (place: Place, id: string, change: (memo: string) => string | undefined): Promise<Rewritten | undefined> =>
  guarded(place, id, async () => {
    const { session } = place;
    const memo = demandMemo(place);
    const read = async (): Promise<Entity> => {
      // At its own address: written whole from an older memo, it would lose what was said since.
      const [entity] = isId(id) ? await readSingly(place, [id]) : [];
      if (entity === undefined) throw new RemoteError(`${session.name}: ${place.type.name} ${id} does not exist, or the account may not see it`, "if it is there, give the account the right to see it; if not, a sweep notices that it is gone");
      // Taken for empty, it would be written without the comments that stand there.
      const told = await withMemo(place, memo, entity);
      if (told === undefined) throw new RemoteError(`${session.name}: ${place.type.name} ${id} comes without ${memo}`, "may the account see this field?");
      return told;
    };
    const before = await read();
    const wanted = change(textAt(before, memo));
    if (wanted === undefined) return undefined;
    const content = writeEntity(session.options.format, place.type.name, new Map([[memo, [wanted]]]));
    const reply = await session.ask({ method: "PUT", path: pathOf(place, id), accept: session.options.format, content });
    if (reply.status >= 300) {
      // A refused write may have been executed all the same (alm-qc.md §8): the item itself is asked.
      const now = reply.status >= 500 && isVague(reply.fault) ? await read() : before;
      const wrote = partsOf(wanted, session.options.commentDates).map((part) => part.id);
      const stands = partsOf(textAt(now, memo), session.options.commentDates).map((part) => part.id);
      if (textAt(now, memo) === textAt(before, memo) || !isDeepStrictEqual(stands, wrote)) throw refused(place, id, reply.fault);
      return { before: textAt(before, memo), after: textAt(now, memo), entity: now };
    }
    const [told] = envelopeOf(reply.body)?.entities ?? [];
    const entity = told?.values.has(memo) === true ? told : await read();
    return { before: textAt(before, memo), after: textAt(entity, memo), entity };
  });

/** Every comment that was there is there; throws when the server, or somebody, took one away. */
const demandKept = (place: Place, id: string, { before, after }: Rewritten, except: string | undefined): void => {
  const order = place.session.options.commentDates;
  const kept = new Set(partsOf(after, order).map((part) => part.id));
  const lost = partsOf(before, order).filter((part) => part.id !== except && !kept.has(part.id));
  if (lost.length > 0) throw new RemoteError(`${place.session.name}: after our write, ${lost.length} comments of ${place.type.name} ${id} cannot be found any more`, `they stood there before: ${lost.map((part) => `${part.name || "nobody"} ${part.when}`).join(", ")}; look at the item`);
};

/** Memos as of the stamps that items are known to have reached: what a query shows older is read at its own address. */
const readKnown = async (place: Place, memo: string, ids: readonly string[], known: ReadonlyMap<string, string> | undefined): Promise<readonly Entity[]> => {
  const read = await readMemos(place, memo, ids);
  const told = new Map(read.map((entity) => [textAt(entity, "id"), entity]));
  const isBehind = (id: string): boolean => {
    const version = known?.get(id);
    return version !== undefined && (told.get(id) === undefined || Number(textAt(told.get(id), "ver-stamp")) < stampOf(version));
  };
  for (const entity of await readSingly(place, ids.filter(isBehind))) told.set(textAt(entity, "id"), entity);
  return [...told.values()];
};

export const createComments = ({ session, placeOf, me, self, now }: Extras): CommentDoor => ({
  lagSeconds: session.options.settleSeconds,
  read: async ({ type: name, project, ids, known }) => {
    const place = await placeOf(name, project);
    const { commentField } = place.type;
    if (commentField === undefined) return new Map(ids.map((id) => [id, []]));
    const found = new Map<string, readonly Comment[]>();
    const account = await self();
    for (const part of chunks(ids.filter(isId), MOST_IDS)) for (const entity of await readKnown(place, commentField, part, known)) {
        const told = await withMemo(place, commentField, entity);
        if (told !== undefined) found.set(textAt(told, "id"), commentsOf(place, told, textAt(told, commentField), account));
      }
    return found;
  },
  add: async (name, project, id, text) => {
    const place = await placeOf(name, project);
    const { options, zone } = place.session;
    const { id: login, name: shown } = await me();
    const when = wallText(zone.wall(await now()));
    const done = await rewrite(place, id, (memo) => appended(memo, { name: shown, login, when }, text, options.commentDates));
    if (done === undefined) throw new RangeError("appending leaves nothing as it was");
    demandKept(place, id, done, undefined);
    const known = new Set(partsOf(done.before, options.commentDates).map((part) => part.id));
    const made = commentsOf(place, done.entity, done.after, await self()).findLast((comment) => !known.has(comment.id));
    if (made === undefined) throw new RemoteError(`${place.session.name}: the new comment of ${name} ${id} cannot be found after it was written`, "does the site cut or clean the comments of this type? look at the item");
    return made;
  },
  change: async (name, project, id, commentId, text) => {
    const place = await placeOf(name, project);
    const { commentDates } = place.session.options;
    const done = await rewrite(place, id, (memo) => changed(memo, commentId, text, commentDates));
    const comment = done === undefined ? undefined : commentsOf(place, done.entity, done.after, await self()).find((candidate) => candidate.id === commentId);
    if (done === undefined || comment === undefined) throw new RemoteError(`${place.session.name}: comment ${commentId} of ${name} ${id} is not there any more`, "somebody removed or rewrote it: the next iteration reads the comments anew");
    demandKept(place, id, done, commentId);
    return comment;
  },
  remove: async (name, project, id, commentId) => {
    const place = await placeOf(name, project);
    await rewrite(place, id, (memo) => cut(memo, commentId, place.session.options.commentDates));
  },
});
