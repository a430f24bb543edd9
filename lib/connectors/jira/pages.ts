// Lists that come in pages, in the styles of jira.md §3: page bean, offset with total, bare array. The server may lower
// the page size silently, so each page begins where the last one really ended.

import { RemoteError } from "../../core/errors.ts";
import type { Ask, JiraClient } from "./client.ts";
import { type Json, numberOf, objectsOf, own } from "./wire.ts";

const NAMES = ["values", "issueTypes", "fields", "results", "comments", "worklogs", "histories"] as const;

const membersOf = (body: unknown): readonly Json[] => {
  if (Array.isArray(body)) return objectsOf(body);
  for (const name of NAMES) if (Array.isArray(own(body, name))) return objectsOf(own(body, name));
  return [];
};

const isLast = (body: unknown, reached: number): boolean => {
  if (Array.isArray(body)) return true;
  if (own(body, "isLast") === true) return true;
  const total = numberOf(own(body, "total"));
  return total !== undefined && reached >= total;
};

/**
 * All members; undefined when the list may not be seen or does not exist. Sprints leave out `total`; then `isLast` or an
 * empty page ends the list.
 */
export const tryReadAll = async (client: JiraClient, ask: Pick<Ask, "path" | "query">, pageSize: number): Promise<readonly Json[] | undefined> => {
  const all: Json[] = [];
  for (;;) {
    const page: Ask = { method: "GET", path: ask.path, query: { ...ask.query, startAt: all.length, maxResults: pageSize } };
    const reply = await client.ask(page);
    if (reply.status >= 400 && all.length > 0) throw client.failure(page, reply);
    if (reply.status >= 400) return undefined;
    const members = membersOf(reply.body);
    all.push(...members);
    if (members.length === 0 || isLast(reply.body, all.length)) return all;
  }
};

/** All members. Throws RemoteError when the list may not be seen. */
export const readAll = async (client: JiraClient, ask: Pick<Ask, "path" | "query">, pageSize: number): Promise<readonly Json[]> => {
  const all = await tryReadAll(client, ask, pageSize);
  if (all === undefined) throw new RemoteError(`${ask.path} cannot be read`, "does the account lack a permission there?");
  return all;
};
