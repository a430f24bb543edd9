// Errors of the database in words: what cannot be done, where, what to do next. What is a bug of ours stays as it is.

import type { Knex } from "knex";
import { AccessError, BusyError, codeOf, RemoteError, TandemError } from "../core/errors.ts";

const UNREACHABLE = /^(ECONN|ENOTFOUND|EHOST|ENETUN|EPIPE|ETIMEDOUT|EAI_|57P0|08)/;
const UNREACHABLE_WORDS = /timeout (exceeded|acquiring)|timeout expired|acquiring a connection|terminated|ended unexpectedly|not queryable|socket hang up/i;
const TLS = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS)|does not support SSL/;

/** What the database said, without the statement that knex puts before it. */
const saidBy = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/^\s*(select|insert|update|delete|with|create|alter|drop|lock|set|begin|commit|rollback|savepoint)\b[\s\S]* - /i, "");

/** A transaction that lost against another one and may simply be tried again. */
export const isCollision = (error: unknown): boolean => ["40001", "40P01"].includes(codeOf(error));

/** The error for people; anything that is no trouble of the database or its server as it is. */
export const inWords = (error: unknown, location: string): unknown => {
  if (error instanceof TandemError) return error;
  const code = codeOf(error);
  const message = saidBy(error);
  const cause = { cause: error };
  if (["28P01", "28000"].includes(code)) return new AccessError(`the database ${location} refuses the login: ${message}`, "check user and password in DATABASE_URL", cause);
  if (code === "42501") return new AccessError(`the database ${location} does not allow it: ${message}`, "docs/database.md lists the grants; migrateDatabase and purgeDatabase need the owner of the tables", cause);
  if (code === "3D000") return new RemoteError(`there is no database ${location}`, "create it, or correct DATABASE_URL", cause);
  if (code === "55P03") return new BusyError(`the database ${location} is held by another session: ${message}`, "try again; a migration, backup or long query may be running", cause);
  if (isCollision(error)) return new BusyError(`in the database ${location} another session was in the way: ${message}`, "try again; nothing of it was kept", cause);
  if (code === "57014") return new RemoteError(`the database ${location} cancelled a statement: ${message}`, "raise statement_timeout of this role", cause);
  if (code === "25006") return new RemoteError(`the database ${location} is read-only`, "DATABASE_URL must name the primary, not a standby", cause);
  if (/^53/.test(code)) return new RemoteError(`the database ${location} has run out of something: ${message}`, "look at its disk, memory and max_connections", cause);
  if (TLS.test(code) || TLS.test(message)) return new RemoteError(`no TLS connection to the database ${location}: ${message}`, "see sslmode and sslrootcert in docs/database.md", cause);
  if (UNREACHABLE.test(code) || UNREACHABLE_WORDS.test(message)) return new RemoteError(`the database ${location} cannot be reached (${code === "" ? message : code})`, "check that the server runs and DATABASE_URL names it", cause);
  return error;
};

const isPages = (value: unknown): value is AsyncIterable<unknown> => typeof value === "object" && value !== null && Symbol.asyncIterator in value;

async function* pagesInWords(pages: AsyncIterable<unknown>, location: string): AsyncGenerator<unknown> {
  try {
    yield* pages;
  } catch (error) {
    throw inWords(error, location);
  }
}

/** The same table, every one of its functions failing in words. */
export const speaking = <T extends object>(table: T, location: string): T => {
  const wrap =
    (call: (...args: readonly unknown[]) => unknown) =>
    (...args: readonly unknown[]): unknown => {
      const result = call(...args);
      if (isPages(result)) return pagesInWords(result, location);
      return Promise.resolve(result).catch((error: unknown) => {
        throw inWords(error, location);
      });
    };
  return Object.fromEntries(Object.entries(table).map(([name, call]) => [name, typeof call === "function" ? wrap(call as (...args: readonly unknown[]) => unknown) : call])) as T;
};

/** A row for a month whose partition has been purged since we last looked. */
export const isMissingPartition = (error: unknown): boolean => codeOf(error) === "23514" && error instanceof Error && error.message.startsWith("no partition of relation");

/** Name of the constraint that was broken by a second one of something unique (23505); undefined for any other error. */
export const constraintOf = (error: unknown): string | undefined => (codeOf(error) === "23505" && typeof error === "object" && error !== null && "constraint" in error ? String(error.constraint) : undefined);

interface Begins {
  readonly db: { transaction(how: { readonly isolationLevel: "repeatable read"; readonly readOnly: true }): Promise<Knex.Transaction> };
  readonly location: string;
}

/** One snapshot for several readings. Throws RemoteError: knex hands out a transaction also where it lost the connection before it began. */
export const beginReading = async ({ db, location }: Begins): Promise<Knex.Transaction> => {
  const transaction = await db.transaction({ isolationLevel: "repeatable read", readOnly: true });
  if (transaction.isCompleted()) throw new RemoteError(`the database ${location} cannot be reached (the connection was lost)`, "check that the server runs and DATABASE_URL names it");
  return transaction;
};

/**
 * Ends a transaction that only read: there is nothing to commit. With the connection it has ended by itself, and cannot be ended once
 * more; why the work failed is told by the work, and what was read is whole.
 */
export const endReading = (transaction: { rollback(): Promise<unknown> }): Promise<void> =>
  transaction.rollback().then(
    () => undefined,
    () => undefined,
  );
