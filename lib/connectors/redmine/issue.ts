// One issue at its own address.

import { encoded } from "../json.ts";
import type { Reply } from "./client.ts";
import type { Site } from "./session.ts";
import type { Json } from "./wire.ts";

/** As it is now, with journals, relations and the statuses our account may set. undefined: not there, or not for us. */
export const readIssue = async (site: Site, id: string): Promise<Json | undefined> => {
  const ask = { method: "GET", path: `/issues/${encoded(id)}.json`, query: { include: "journals,relations,allowed_statuses" } } as const;
  const reply = await site.client.ask(ask);
  if (reply.status === 404) return undefined;
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  return site.client.demandOne(ask, reply.body, "issue");
};

export const putIssue = (site: Site, id: string, body: Json): Promise<Reply> => site.client.ask({ method: "PUT", path: `/issues/${encoded(id)}.json`, json: { issue: body } });
