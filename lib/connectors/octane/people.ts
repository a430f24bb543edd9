// People of a workspace, deactivated ones too. Read once, searched here: names are free text and never get into a query.

import type { PersonRecord } from "../../core/types.ts";
import { readById } from "./pages.ts";
import type { Session } from "./session.ts";
import { type Json, numberAt, textAt } from "./wire.ts";

const FIELDS = "id,name,full_name,first_name,last_name,email,activity_level";

const recordOf = (user: Json): PersonRecord => {
  const [login, email] = [textAt(user, "name"), textAt(user, "email")];
  const full = textAt(user, "full_name") || [textAt(user, "first_name"), textAt(user, "last_name")].filter((part) => part !== "").join(" ");
  const attributes = Object.fromEntries(["first_name", "last_name"].flatMap((name) => (textAt(user, name) === "" ? [] : [[name, textAt(user, name)] as const])));
  return { id: textAt(user, "id"), name: full || login || textAt(user, "id"), ...(login === "" ? {} : { login }), ...(email === "" ? {} : { email }), active: (numberAt(user, "activity_level") ?? 0) === 0, attributes };
};

export async function* readPeople(session: Session, path: string): AsyncGenerator<readonly PersonRecord[]> {
  const reading = { path: `${path}/workspace_users`, fields: FIELDS, limit: session.options.pageSize, more: { show_hidden_entities: "true" } };
  for await (const page of readById(session, reading)) yield page.map(recordOf);
}

const folded = (text: string): string => text.normalize("NFC").trim().toLowerCase();

/** Everybody once; then by id, login, e-mail or shown name. */
export const createPeople = (session: Session, path: () => Promise<string>) => {
  let everybody: Promise<readonly PersonRecord[]> | undefined;
  const load = async (): Promise<readonly PersonRecord[]> => {
    const all: PersonRecord[] = [];
    for await (const page of readPeople(session, await path())) all.push(...page);
    return all;
  };
  return async (text: string): Promise<readonly PersonRecord[]> => {
    everybody ??= load();
    everybody.catch(() => {
      everybody = undefined;
    });
    const wanted = folded(text);
    return (await everybody).filter((person) => [person.id, person.login, person.email, person.name].some((name) => name !== undefined && folded(name) === wanted));
  };
};
