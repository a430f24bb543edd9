// Who is known: the rows of sys_user. Logs and journals name people by login, references by sys_id, so both are remembered.

import { LoginError } from "../../core/errors.ts";
import type { Account, Person, PersonRecord } from "../../core/types.ts";
import { attributesOf } from "../attributes.ts";
import type { PeopleQuery } from "../connector.ts";
import { atLeast, condition, type Groups, inList, isSafe } from "./encodedQuery.ts";
import { readById, readSome } from "./pages.ts";
import type { Session } from "./session.ts";
import { chunks } from "../paging.ts";
import { isId, type Json, sameWord, storedText } from "./wire.ts";

export interface Me extends Account {
  readonly login: string;
}

const PAGE = 1000;
const FIELDS = ["sys_id", "user_name", "email", "name", "first_name", "last_name", "active", "locked_out", "time_zone", "title", "employee_number"];
const ATTRIBUTES: Readonly<Record<string, string>> = { first_name: "firstName", last_name: "lastName", locked_out: "lockedOut", time_zone: "timeZone", title: "title", employee_number: "employeeNumber" };

/** What stands in columns of its own, or in the table of people. */
const KNOWN = ["sys_id", "user_name", "email", "name", "active", ...Object.keys(ATTRIBUTES)];

const recordOf = (row: Json): PersonRecord => {
  const at = (name: string): string => storedText(row, name);
  const attributes = [...Object.entries(attributesOf(row, KNOWN)), ...Object.entries(ATTRIBUTES).flatMap(([name, shown]) => (at(name) === "" ? [] : [[shown, at(name)] as const]))];
  return {
    id: at("sys_id"),
    name: at("name") || `${at("first_name")} ${at("last_name")}`.trim() || at("user_name") || at("sys_id"),
    ...(at("user_name") === "" ? {} : { login: at("user_name") }),
    ...(at("email") === "" ? {} : { email: at("email") }),
    active: at("active") !== "false" && at("active") !== "0",
    attributes: Object.fromEntries(attributes),
  };
};

const isCalled = (person: PersonRecord, text: string): boolean => [person.id, person.login, person.email, person.name].some((word) => word !== undefined && sameWord(word, text));

/** The account as sys_user knows it. An answer about somebody else is no answer: a dropped condition gives anybody. */
export const readMe = async (session: Session): Promise<Me> => {
  const { user } = session.login;
  // Client credentials do not tell their user; scripts in queries may be blocked (servicenow.md §18.1).
  const where = user !== undefined && isSafe(user) ? condition("user_name", "=", user) : "user_name=javascript:gs.getUserName()";
  const { rows } = await readSome(session, { path: "table/sys_user", where: [[where]], fields: ["sys_id", "user_name", "name", "time_zone"], limit: 2 });
  const [row] = rows;
  const login = row === undefined ? "" : storedText(row, "user_name");
  if (row === undefined || rows.length > 1 || login === "" || storedText(row, "sys_id") === "" || (user !== undefined && !sameWord(user, login))) throw new LoginError(`${session.name}: ServiceNow does not say who we are`, "let the account read its own row of sys_user; with client credentials name the user of the OAuth application under credentials.user (without a password)");
  const zone = storedText(row, "time_zone");
  return { id: storedText(row, "sys_id"), name: storedText(row, "name") || login, login, ...(zone === "" ? {} : { zone }) };
};

export class People {
  readonly #session: Session;
  readonly #byLogin = new Map<string, Person>();

  constructor(session: Session) {
    this.#session = session;
  }

  #keep(record: PersonRecord): PersonRecord {
    const { id, name, login, email } = record;
    if (login !== undefined) this.#byLogin.set(login.toLowerCase(), { person: id, name, login, ...(email === undefined ? {} : { email }) });
    return record;
  }

  async *#read(where: Groups, { everything }: PeopleQuery = {}): AsyncGenerator<readonly PersonRecord[]> {
    for await (const rows of readById(this.#session, { path: "table/sys_user", where, ...(everything === true ? {} : { fields: FIELDS }), limit: PAGE })) yield rows.map((row) => this.#keep(recordOf(row)));
  }

  /** With `everything` all columns of the table that the account may read, the site's own among them. */
  all(how?: PeopleQuery): AsyncIterable<readonly PersonRecord[]> {
    return this.#read([[]], how);
  }

  /** Asked for by beginnings, because only these surely ignore case (servicenow.md §4); compared here. */
  async find(asked: string): Promise<readonly PersonRecord[]> {
    const text = asked.trim();
    const conditions = ["email", "user_name", "name"].flatMap((field) => atLeast(field, text) ?? []);
    const where: Groups = [...conditions, ...(isId(text) ? [condition("sys_id", "=", text)] : [])].map((one) => [one]);
    if (where.length === 0) return [];
    const found = new Map<string, PersonRecord>();
    for await (const records of this.#read(where)) for (const record of records) if (isCalled(record, text)) found.set(record.id, record);
    return [...found.values()];
  }

  /** Known already: costs no call. A login nobody has stays what it is. */
  known(login: string): Person | undefined {
    return login === "" ? undefined : (this.#byLogin.get(login.toLowerCase()) ?? { person: login, login });
  }

  async learn(logins: readonly string[]): Promise<void> {
    // As they stand there: not every database takes a list without regard to capitals.
    const unknown = [...new Set(logins)].filter((login) => !this.#byLogin.has(login.toLowerCase()) && isSafe(login) && !login.includes(","));
    for (const part of chunks(unknown, 100)) for await (const _ of this.#read([[inList("user_name", part)]]));
    // The system's own names stand in no list of people.
    for (const login of unknown) if (!this.#byLogin.has(login.toLowerCase())) this.#byLogin.set(login.toLowerCase(), { person: login, login });
  }
}
