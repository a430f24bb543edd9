// People of the workspaces in use, deactivated ones too. Read once, searched here: names are free text and never get into a query.

import { isForbidden } from "../../core/errors.ts";
import type { PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import type { PeopleQuery } from "../connector.ts";
import { folded } from "../json.ts";
import { readById } from "./pages.ts";
import type { Session } from "./session.ts";
import { envelopeOf, type Json, numberAt, textAt } from "./wire.ts";

const FIELDS = ["id", "name", "full_name", "first_name", "last_name", "email", "activity_level"];

/** What stands in columns of its own, or is ours to know and no attribute of a person. */
const KNOWN = ["id", "name", "full_name", "email", "activity_level", "type", "subtype", "workspace_id", "version_stamp", "client_lock_stamp", "last_modified"];

/** Kinds of fields that say something by themselves. */
const PLAIN = ["string", "integer", "float", "boolean", "date", "date_time"];

/** The fields of people that this workspace has, a site's own among them; a server that tells none gives the usual ones. */
const fieldsOf = async (session: Session, path: string): Promise<readonly string[]> => {
  const told = envelopeOf(await session.read(`${path}/metadata/fields`)).data.filter((field) => textAt(field, "entity_name") === "workspace_user" && PLAIN.includes(textAt(field, "field_type")));
  return [...new Set([...FIELDS, ...told.map((field) => textAt(field, "name")).filter((name) => !KNOWN.includes(name))])];
};

const recordOf = (user: Json): PersonRecord => {
  const [login, email] = [textAt(user, "name"), textAt(user, "email")];
  const full = textAt(user, "full_name") || [textAt(user, "first_name"), textAt(user, "last_name")].filter((part) => part !== "").join(" ");
  return { id: textAt(user, "id"), name: full || login || textAt(user, "id"), ...(login === "" ? {} : { login }), ...(email === "" ? {} : { email }), active: (numberAt(user, "activity_level") ?? 0) === 0, attributes: attributesOf(user, KNOWN) };
};

async function* membersOf(session: Session, path: string, { everything }: PeopleQuery): AsyncGenerator<readonly PersonRecord[]> {
  const fields = everything === true ? await fieldsOf(session, path) : FIELDS;
  const reading = { path: `${path}/workspace_users`, fields: fields.join(","), limit: session.options.pageSize, more: { show_hidden_entities: "true" } };
  for await (const page of readById(session, reading)) yield page.map(recordOf);
}

/** The members of the first workspace, and who else is a member of the others: those may be closed to this account. */
export async function* readPeople(session: Session, paths: readonly string[], how: PeopleQuery = {}): AsyncGenerator<readonly PersonRecord[]> {
  const seen = new Set<string>();
  for (const [index, path] of paths.entries()) {
    try {
      for await (const page of membersOf(session, path, how)) {
        const further = page.filter((person) => !seen.has(person.id));
        for (const person of further) seen.add(person.id);
        yield further;
      }
    } catch (error) {
      if (index === 0 || !isForbidden(error)) throw error;
    }
  }
}

/** Everybody once, and anew where a further workspace came into use; then by id, login, e-mail or shown name. */
export const createPeople = (session: Session, paths: () => Promise<readonly string[]>) => {
  let known: { readonly of: string; readonly everybody: Promise<readonly PersonRecord[]> } | undefined;
  const load = async (from: readonly string[]): Promise<readonly PersonRecord[]> => {
    const all: PersonRecord[] = [];
    for await (const page of readPeople(session, from)) all.push(...page);
    return all;
  };
  return async (text: string): Promise<readonly PersonRecord[]> => {
    const from = await paths();
    const of = from.join(" ");
    if (known?.of !== of) known = { of, everybody: load(from) };
    const { everybody } = known;
    everybody.catch(() => {
      if (known?.everybody === everybody) known = undefined;
    });
    const wanted = folded(text);
    return (await everybody).filter((person) => [person.id, person.login, person.email, person.name].some((name) => name !== undefined && folded(name) === wanted));
  };
};
