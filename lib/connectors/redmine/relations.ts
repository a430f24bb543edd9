// Relations between issues. Redmine makes and removes them one by one, each with its own id; a field holds all of a kind.

import { asList, isItemRef } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import { complaint } from "./client.ts";
import { otherEnd } from "./fields.ts";
import type { Sent } from "./payload.ts";
import type { Site } from "./session.ts";
import { idOf, type Json, objectsAt } from "./wire.ts";

export interface RelationResult {
  readonly problems: readonly FieldProblem[];
  readonly calls: number;
}

/** Makes the issue's relations of the sent kinds what they should be. A refusal is a problem of that field. */
export const writeRelations = async (site: Site, issue: Json, sent: readonly Sent[]): Promise<RelationResult> => {
  const problems: FieldProblem[] = [];
  let calls = 0;
  const id = idOf(issue);
  const call = async (name: string, ask: Parameters<Site["client"]["ask"]>[0], missingIsFine: boolean): Promise<void> => {
    const reply = await site.client.ask(ask);
    calls++;
    if (reply.status >= 400 && !(missingIsFine && reply.status === 404)) problems.push({ field: name, reason: complaint(reply) });
  };
  for (const { name, wanted } of sent) {
    const wish = new Set(asList(wanted).flatMap((ref) => (isItemRef(ref) ? [ref.ref] : [])));
    const held = new Map(objectsAt(issue, "relations").flatMap((relation): [string, string][] => {
      const other = otherEnd(relation, id, name);
      return other === undefined ? [] : [[other, idOf(relation)]];
    }));
    for (const [other, relation] of held) if (!wish.has(other)) await call(name, { method: "DELETE", path: `/relations/${relation}.json` }, true);
    for (const other of wish) if (!held.has(other)) await call(name, { method: "POST", path: `/issues/${id}/relations.json`, json: { relation: { issue_to_id: other, relation_type: name } } }, false);
  }
  return { problems, calls };
};
