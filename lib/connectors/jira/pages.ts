// Lists that come in pages, in the styles of jira.md §3: page bean, offset with total, bare array. The server may lower
// the page size silently, so each page begins where the last one really ended.

import { RemoteError } from "../../core/errors.ts";
import type { Ask, JiraClient } from "./client.ts";
import { type Json, numberOf, objectsOf, own } from "./wire.ts";

const NAMES = ["values", "issueTypes", "fields", "results", "comments", "worklogs", "histories"] as const;

/** undefined: the answer holds no list. */
const membersOf = (body: unknown): readonly Json[] | undefined => {
  if (Array.isArray(body)) return objectsOf(body);
  const name = NAMES.find((candidate) => Array.isArray(own(body, candidate)));
  return name === undefined ? undefined : objectsOf(own(body, name));
};

const isLast = (body: unknown, reached: number): boolean => {
  if (Array.isArray(body)) return true;
  if (own(body, "isLast") === true) return true;
  if (own(body, "isLast") === false) return false;
  const total = numberOf(own(body, "total"));
  return total !== undefined && reached >= total;
};

/**
 * All members; undefined when the list may not be seen or does not exist. Sprints leave out `total`; then `isLast` or an
 * empty page ends the list.
 */
export const tryReadAll = async (client: JiraClient, ask: Pick<Ask, "path" | "query" | "mayLack">, pageSize: number): Promise<readonly Json[] | undefined> => {
  const all: Json[] = [];
  let before = "";
  for (;;) {
    const page: Ask = { ...ask, method: "GET", query: { ...ask.query, startAt: all.length, maxResults: pageSize } };
    const reply = await client.ask(page);
    if (reply.status >= 400 && all.length > 0) throw client.failure(page, reply);
    if (reply.status >= 400) return undefined;
    const members = membersOf(reply.body);
    if (members === undefined) throw new RemoteError(`${client.name}: GET ${ask.path} was answered without a list`, "does a proxy or a login page in between answer in Jira's place?");
    const first = JSON.stringify(members[0] ?? null);
    if (members.length > 0 && first === before) throw new RemoteError(`${client.name}: GET ${ask.path} gives the same page again and again`, "try again later");
    before = first;
    all.push(...members);
    if (members.length === 0 || isLast(reply.body, all.length)) return all;
  }
};

/** All members. Throws RemoteError when the list may not be seen. */
export const readAll = async (client: JiraClient, ask: Pick<Ask, "path" | "query" | "mayLack">, pageSize: number): Promise<readonly Json[]> => {
  const all = await tryReadAll(client, ask, pageSize);
  if (all === undefined) throw new RemoteError(`${client.name}: GET ${ask.path} cannot be read`, "does the account lack a permission there?");
  return all;
};
