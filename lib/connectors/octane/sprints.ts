// A scrum release makes its own sprints (octane.md §14). A sprint that is to be created where such a one waits, untouched
// and with the same days, takes it over instead of standing beside it.

import type { Draft } from "../connector.ts";
import { chunks } from "../paging.ts";
import { isItemRef } from "../../core/types.ts";
import type { ItemPlace } from "./items.ts";
import { readById } from "./pages.ts";
import type { Session } from "./session.ts";
import type { Part } from "./writePart.ts";
import { idsIn, instantOf, isSafe, type Json, own, textAt } from "./wire.ts";

/** A release and the sprints it makes come into the world together. */
const TOGETHER_MS = 2_000;

const MOST_IDS = 100;

const releaseOf = (session: Session, draft: Draft): string => {
  const { release } = draft.fields;
  return isItemRef(release) ? release.ref : (session.options.defaultRelease ?? "");
};

const time = (entity: Json | undefined, name: string): number => Date.parse(instantOf(textAt(entity, name)) ?? "");
const day = (entity: Json, name: string): string => textAt(entity, name).slice(0, 10);

/** Made by the release itself and untouched since. */
const isAutomatic = (sprint: Json, release: Json | undefined): boolean =>
  Math.abs(time(sprint, "creation_time") - time(release, "creation_time")) <= TOGETHER_MS && Math.abs(time(sprint, "last_modified") - time(sprint, "creation_time")) <= TOGETHER_MS;

/** Draft → the sprint waiting for it. `taken`: sprints this process made. */
export const waitingSprints = async (session: Session, place: ItemPlace, drafts: readonly Draft[], taken: ReadonlyMap<string, string>): Promise<ReadonlyMap<Draft, Json>> => {
  const found = new Map<Draft, Json>();
  const ids = [...new Set(drafts.map((draft) => releaseOf(session, draft)).filter(isSafe))];
  if (ids.length === 0) return found;
  const { limit, path } = { limit: session.options.pageSize, path: place.workspace.path };
  const releases = new Map<string, Json>();
  for await (const page of readById(session, { path: `${path}/releases`, fields: "id,creation_time,sprint_duration", where: idsIn(ids), limit })) for (const release of page) releases.set(textAt(release, "id"), release);
  const scrum = [...releases.values()].filter((release) => textAt(release, "sprint_duration") !== "").map((release) => textAt(release, "id"));
  if (scrum.length === 0) return found;
  const free: Json[] = [];
  const fields = "id,name,release,start_date,end_date,creation_time,last_modified,version_stamp,client_lock_stamp";
  for await (const page of readById(session, { path: `${path}/sprints`, fields, where: `release EQ {${idsIn(scrum)}}`, limit }))
    free.push(...page.filter((sprint) => !taken.has(textAt(sprint, "id")) && isAutomatic(sprint, releases.get(textAt(own(sprint, "release"), "id")))));
  for (const draft of drafts) {
    const { start_date: start, end_date: end } = draft.fields;
    const at = free.findIndex((sprint) => textAt(own(sprint, "release"), "id") === releaseOf(session, draft) && day(sprint, "start_date") === start && day(sprint, "end_date") === end);
    if (at >= 0) found.set(draft, ...(free.splice(at, 1) as [Json]));
  }
  return found;
};

/**
 * Backlog items hold sprint and release apart, and both must fit (octane.md §14): an item that gets a sprint and stands in no
 * release gets the sprint's. Only for what was refused: a release nobody gave flows on to the other side.
 */
export const besideSprint = async (session: Session, place: ItemPlace, parts: readonly Part[]): Promise<readonly Part[]> => {
  if (place.type.fields.get("release")?.schema.multiple !== false) return parts;
  const lacks = ({ json, before }: Part): boolean => textAt(json["sprint"], "id") !== "" && json["release"] === undefined && (before === undefined || before.fields["release"] === null);
  const homes = new Map<string, string>();
  for (const ids of chunks([...new Set(parts.filter(lacks).map(({ json }) => textAt(json["sprint"], "id")).filter(isSafe))], MOST_IDS))
    for await (const page of readById(session, { path: `${place.workspace.path}/sprints`, fields: "id,release", where: idsIn(ids), limit: MOST_IDS, most: ids.length }))
      for (const sprint of page) homes.set(textAt(sprint, "id"), textAt(own(sprint, "release"), "id"));
  return parts.map((part) => {
    const release = lacks(part) ? (homes.get(textAt(part.json["sprint"], "id")) ?? "") : "";
    return release === "" ? part : { ...part, json: { ...part.json, release: { type: "release", id: release } }, fields: { ...part.fields, release: { ref: release, type: "release" } } };
  });
};
