// Brings the database to the schema this version needs: all that is missing, or nothing.

import type { SchemaDoor } from "../store/store.ts";

export interface MigrateResult {
  readonly location: string;
  /** Number of the schema before and after. */
  readonly from: number;
  readonly to: number;
  /** Names of the files applied; with `dryRun`, that would be. */
  readonly files: readonly string[];
  readonly dryRun: boolean;
}

/** Throws ConfigError when the database is newer than this program. */
export const migrateDatabase = async (doors: { readonly schema: Omit<SchemaDoor, "close"> }, options: { readonly dryRun?: boolean }): Promise<MigrateResult> => {
  const { schema } = doors;
  const before = await schema.status();
  if (options.dryRun === true) return { location: schema.location, from: before.current, to: before.newest, files: before.pending, dryRun: true };
  // Another process may be migrating too: what counts is what was left for us.
  const files = await schema.migrate();
  return { location: schema.location, from: before.current, to: (await schema.status()).current, files, dryRun: false };
};
