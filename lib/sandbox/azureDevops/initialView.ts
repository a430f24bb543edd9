// The template of a new work item: what it would hold before anyone wrote into it.

import type { Call } from "./call.ts";
import { newDraft } from "./draft.ts";
import { noType } from "./errors.ts";
import type { Project } from "./model.ts";
import { type Json, PLAIN, shownItem } from "./render.ts";
import { save } from "./save.ts";
import { typeOf } from "./world.ts";

export const initialView = (call: Call, project: Project, typeName: string): Json => {
  const type = typeOf(call.world, project, typeName);
  if (type === undefined) throw noType(typeName, project.name);
  // With bypass nothing is demanded: an empty title is what a template has.
  const { item, revision } = save(newDraft(call.world, call.user, project, type, true), { validateOnly: true });
  const { id: _id, rev: _rev, ...shown } = shownItem(call.view, item, revision, PLAIN);
  return { ...shown, url: `${call.base}/${project.id}/_apis/wit/workItems/$${encodeURIComponent(type.name)}` };
};
