// Moving an issue through its workflow (sheet §10).

import { change, stamp } from "./change.ts";
import { addAll, requestOf } from "./issueDeeds.ts";
import type { Issue, Stored } from "./model.ts";
import { holds } from "./permissions.ts";
import { bad, badFields, refuse } from "./problem.ts";
import { isEmpty } from "./readValue.ts";
import type { Actor } from "./rich.ts";
import { transitionFields } from "./screens.ts";
import { setFields, type Draft, type Json } from "./setFields.ts";
import { demanded, leaving, typeOf, type Transition } from "./workflow.ts";

const chosen = (actor: Actor, issue: Issue, body: Json): Transition => {
  const { world } = actor;
  const given = body["transition"];
  if (given === undefined || given === null) throw refuse(400, ["Missing 'transition' identifier"]);
  const id = String(typeof given === "object" ? (given as Json)["id"] : given);
  const allowed = actor.person || holds(world, actor.user, "TRANSITION_ISSUES") ? leaving(world, issue) : [];
  const found = allowed.find((transition) => transition.id === id);
  if (!found) throw refuse(world.cloud ? 400 : world.options.wrongTransitionStatus, [`Transition id '${id}' is not valid for this issue.`]);
  return found;
};

const missingFields = (wanted: readonly string[], values: Readonly<Record<string, Stored>>, names: (id: string) => string): Record<string, string> =>
  Object.fromEntries(wanted.filter((id) => isEmpty(values[id])).map((id) => [id, `${names(id)} is required.`]));

/** Takes one transition; fields must stand on its screen. */
export const transit = (actor: Actor, issue: Issue, transition: Transition, body: Json): Issue => {
  const { world, user } = actor;
  const before: Draft = { values: issue.values, parentId: issue.parentId, epicId: issue.epicId, sprints: issue.sprints };
  const { draft, additions } = setFields({ ...actor, person: false }, requestOf(body), before, typeOf(world, issue), { projectId: issue.projectId, issue }, transitionFields(world, transition));
  const errors = missingFields(demanded(world, transition), draft.values, (id) => world.tables.fields.get(id)?.name ?? id);
  if (Object.keys(errors).length > 0) throw badFields(errors);
  const resolution = transition.resolution === undefined ? draft.values["resolution"] ?? null : transition.resolution;
  const resolved = resolution === null ? null : issue.values["resolution"] === resolution ? issue.resolved : stamp(world);
  const after = change(world, user.id, issue, { ...issue, ...draft, statusId: transition.to, resolved, values: { ...draft.values, resolution } });
  // A screen without a comment field loses the comment without a word.
  const heard = transition.screen?.comment === true || world.options.transitionComment === "kept" || actor.person;
  addAll(actor, issue.id, heard ? additions : { ...additions, comments: [] });
  return world.issues.get(issue.id) ?? after;
};

export const takeTransition = (actor: Actor, issue: Issue, body: Json): Issue => {
  if (body["transition"] === undefined && body["fields"] === undefined) throw bad("Missing 'transition' identifier");
  return transit(actor, issue, chosen(actor, issue, body), body);
};
