// Everything a call needs to know of one instance: who we are, its tables as item types, what a project is. Asked once per
// connector; a failure is not kept.

import { ConfigError, RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import { type TypeDef, typeOf } from "./fields.ts";
import { createLookups, type Lookups } from "./lookups.ts";
import { Catalog } from "./metadata.ts";
import { type Me, People, readMe } from "./people.ts";
import type { Session } from "./session.ts";

/** Offered where the instance has them. */
const USUAL = ["incident", "problem", "change_request", "rm_epic", "rm_story", "rm_defect", "rm_enhancement", "rm_scrum_task", "rm_sprint", "rm_release_scrum"];

/** The project of everything that has no other. */
export const DEFAULT_PROJECT = "default";

const FRESH_MS = 5_000;

/** Keeps an answer, not a failure. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= make().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
};

export class Site {
  readonly session: Session;
  readonly catalog: Catalog;
  people: People;
  lookups: Lookups;
  readonly me: () => Promise<Me>;
  readonly types: () => Promise<ReadonlyMap<string, TypeDef>>;
  /** The instance put another sys_id on a new row than ours: it cannot be found again by it. */
  ignoresSysId = false;

  constructor(session: Session) {
    this.session = session;
    this.catalog = new Catalog(session);
    this.people = new People(session);
    this.lookups = createLookups(session, this.catalog);
    this.me = once(() => readMe(session));
    this.types = once(() => this.#study());
  }

  /** What was learnt of rows and people; tables and who we are stay. */
  forget(): void {
    this.people = new People(this.session);
    this.lookups = createLookups(this.session, this.catalog);
  }

  get name(): string {
    return this.session.name;
  }

  async #study(): Promise<ReadonlyMap<string, TypeDef>> {
    const { options } = this.session;
    const tables = await this.catalog.demandSome([...new Set([...USUAL, ...options.types])]);
    const absent = options.types.filter((name) => !tables.has(name));
    if (absent.length > 0) throw new ConfigError([{ path: `dataSources.${this.name}.options.types`, message: `the instance has no table ${absent.join(", ")}, or the account may not see it`, advice: "write the name of the table, not its label" }]);
    await this.catalog.learnChoices([...tables.values()]);
    const types = new Map([...tables].map(([name, table]) => [name, typeOf(this.catalog, table, tables, options)] as const));
    const unmarked = options.marker === "sysId" ? [] : [...types.values()].filter((type) => !type.table.columns.has(options.marker)).map((type) => type.table.name);
    if (unmarked.length === types.size) throw new ConfigError([{ path: `dataSources.${this.name}.options.marker`, message: `no table has a column ${options.marker}`, advice: "name a text column of the tables, such as correlation_id" }]);
    for (const name of unmarked) types.delete(name);
    return types;
  }

  async type(name: string): Promise<TypeDef> {
    const types = await this.types();
    const type = types.get(name);
    if (type === undefined) throw new RemoteError(`${this.name}: there is no type ${name}`, `known are ${[...types.keys()].join(", ")}; options.types offers more tables`);
    return type;
  }

  /** The clock of the last answer; where none is fresh the cheapest question is asked for it. */
  async now(): Promise<Instant> {
    const { http } = this.session;
    const seen = http.serverClock();
    if (seen !== undefined && Date.now() - seen.seenAt < FRESH_MS) return seen.at;
    await readMe(this.session);
    const clock = http.serverClock();
    if (clock === undefined) throw new RemoteError(`${this.name}: the instance does not tell its time`, "let the web server before it send a Date header");
    return clock.at;
  }
}
