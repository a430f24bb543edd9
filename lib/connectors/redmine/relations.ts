// Relations between issues. Redmine makes and removes them one by one, each with its own id; a field holds all of a kind.

import { asList, isItemRef, type Item } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import { complaint } from "./client.ts";
import { otherEnd } from "./fields.ts";
import { ALL_RELATIONS } from "./items.ts";
import type { Sent } from "./payload.ts";
import type { Site } from "./session.ts";
import { idOf, type Json, objectsAt } from "./wire.ts";

export interface RelationResult {
  readonly problems: readonly FieldProblem[];
  readonly calls: number;
}

/**
 * An issue shows its relations to those issues that the account may see; the list at their own address is of all. Nothing is hidden
 * from administrators. Asked one after the other: small instances on SQLite refuse calls that come at the same time.
 */
export const withAllRelations = async (site: Site, issues: readonly Json[]): Promise<readonly Json[]> => {
  if (site.me.admin) return issues;
  const whole: Json[] = [];
  for (const issue of issues) {
    const ask = { method: "GET", path: `/issues/${idOf(issue)}/relations.json` } as const;
    const reply = await site.client.ask(ask);
    // Gone meanwhile, or closed to us: then what is shown has to do.
    if (reply.status === 403 || reply.status === 404) whole.push(issue);
    else if (reply.status >= 400) throw site.client.failure(ask, reply);
    else whole.push({ ...issue, [ALL_RELATIONS]: site.client.demandList(ask, reply.body, "relations") });
  }
  return whole;
};

const knownOf = (before: Item | undefined, name: string): readonly string[] | undefined => (before === undefined || !(name in before.fields) ? undefined : asList(before.fields[name]).flatMap((ref) => (isItemRef(ref) ? [ref.ref] : [])));

/**
 * Makes the issue's relations of the sent kinds what they should be. A refusal is a problem of that field. What others related since
 * `before` was read stays: only what was known of is taken away.
 */
export const writeRelations = async (site: Site, issue: Json, sent: readonly Sent[], before?: Item): Promise<RelationResult> => {
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
    const known = knownOf(before, name);
    for (const [other, relation] of held) if (!wish.has(other) && known?.includes(other) !== false) await call(name, { method: "DELETE", path: `/relations/${relation}.json` }, true);
    for (const other of wish) if (!held.has(other)) await call(name, { method: "POST", path: `/issues/${id}/relations.json`, json: { relation: { issue_to_id: other, relation_type: name } } }, false);
  }
  return { problems, calls };
};
