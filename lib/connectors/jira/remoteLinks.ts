// Remote links: addresses of other systems that people and tools attach to issues (jira.md §14.2).

import { encoded } from "../json.ts";
import type { Jira } from "./model.ts";
import { listOf, mapLimit, objectsOf, own, textAt } from "./wire.ts";

const linksOf = async ({ site }: Jira, id: string): Promise<readonly string[]> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/${encoded(id)}/remotelink`, mayLack: true });
  if (reply.status >= 300) return [];
  return objectsOf(listOf(reply.body)).flatMap((link) => textAt(own(link, "object"), "url") || []);
};

/** The addresses by id of the issue, in Jira's order; an issue that is not there has none. Throws AccessError where links may not be seen. */
export const readRemoteLinks = async (jira: Jira, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> =>
  new Map(await mapLimit(ids, jira.site.width, async (id) => [id, await linksOf(jira, id)] as const));
