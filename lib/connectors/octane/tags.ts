// User tags are entities; people know them by name. Known once per workspace, missing ones are made in bulk before a write.

import { RemoteError } from "../../core/errors.ts";
import { asList, type Fields } from "../../core/types.ts";
import type { OctaneType } from "./model.ts";
import { readAll } from "./pages.ts";
import { reasonOf } from "./answers.ts";
import type { Session } from "./session.ts";
import { isObject, type Json, objectsOf, own, textAt } from "./wire.ts";

type Tags = Map<string, string>;

const load = async (session: Session, path: string): Promise<Tags> => new Map((await readAll(session, `${path}/user_tags`, "id,name")).map((tag) => [textAt(tag, "name"), textAt(tag, "id")]));

const tagFields = (type: OctaneType): readonly string[] => [...type.fields.values()].filter((field) => field.codec === "tag").map((field) => field.schema.name);

const refsIn = (entity: Json, field: string): readonly Json[] => objectsOf(own(own(entity, field), "data"));

const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

/** Which display fields a reference brings is the server's choice (octane.md §5.2): a tag without its name is not none. */
export const lacksTagNames = (type: OctaneType, entity: Json): boolean => tagFields(type).some((field) => refsIn(entity, field).some((tag) => textAt(tag, "name") === ""));

/** The entities with the names of their tags, which are read where one lacks them. */
export const withTagNames = async (session: Session, path: string, type: OctaneType, entities: readonly Json[]): Promise<readonly Json[]> => {
  if (!entities.some((entity) => lacksTagNames(type, entity))) return entities;
  const names = new Map([...(await load(session, path))].map(([name, id]) => [id, name]));
  const named = (tag: Json): Json => ({ ...tag, name: textAt(tag, "name") || names.get(textAt(tag, "id")) });
  return entities.map((entity) => ({ ...entity, ...Object.fromEntries(tagFields(type).flatMap((field) => (own(entity, field) === undefined ? [] : [[field, { ...objectOf(own(entity, field)), data: refsIn(entity, field).map(named) }]]))) }));
};

const namesIn = (type: OctaneType, writes: readonly Fields[]): readonly string[] => {
  const fields = tagFields(type);
  return [...new Set(writes.flatMap((write) => fields.flatMap((name) => asList(write[name]).map(String))))].filter((name) => name !== "");
};

/** Names of tags that differ in case only are one tag to Octane: the existing one serves. */
const alias = (tags: Tags, names: readonly string[]): readonly string[] => {
  const folded = new Map([...tags].map(([name, id]) => [name.trim().toLowerCase(), id]));
  return names.filter((name) => {
    const id = tags.get(name) ?? folded.get(name.trim().toLowerCase());
    if (id !== undefined) tags.set(name, id);
    return id === undefined;
  });
};

export const createTags = (session: Session) => {
  const known = new Map<string, Promise<Tags>>();
  const of = (path: string): Promise<Tags> => {
    const loading = known.get(path) ?? load(session, path);
    known.set(path, loading);
    loading.catch(() => known.delete(path));
    return loading;
  };

  return async (path: string, type: OctaneType, writes: readonly Fields[]): Promise<ReadonlyMap<string, string>> => {
    const names = namesIn(type, writes);
    if (names.length === 0) return new Map();
    const missing = alias(await of(path), names);
    if (missing.length === 0) return of(path);
    const make = session.ask({ method: "POST", path: `${path}/user_tags`, query: { fields: "id,name" }, json: { data: missing.map((name) => ({ name })) } });
    // Whatever becomes of the call, the list known so far is old.
    const reply = await make.finally(() => known.delete(path));
    if (reply.status >= 500) throw new RemoteError(`${session.name}: tags cannot be made: ${reasonOf(reply.body, reply.status)}`, "a fault of the server: it is tried again by the next iteration");
    // Somebody else may have made one meanwhile: the list is read again. What it does not hold stays unknown, and is a problem of
    // the field that wants it: an account without the right to make tags still writes everything else.
    const tags = await of(path);
    alias(tags, names);
    return tags;
  };
};
