// What a new entity must be given besides its mapped fields: the desktop client fills it in and the server does not
// (alm-qc.md §8, §13). Options go before our own. Changes nothing that is there already.

import { asList, type Fields, type Instant, isItemRef } from "../../core/types.ts";
import { chunks } from "../paging.ts";
import type { Place } from "./items.ts";
import { readAll } from "./pages.ts";
import { anyId, isId, where } from "./query.ts";
import { writeValue } from "./values.ts";
import { textAt } from "./wire.ts";

/** A defect's cycle and the release it lies in: choosing the one in the client sets the other. */
const PERIODS: readonly (readonly [string, string])[] = [
  ["target-rcyc", "target-rel"],
  ["detected-in-rcyc", "detected-in-rel"],
];
const IDS_PER_CALL = 100;
/** The type of a test that people carry out (alm-qc.md §6). */
const PLAIN_TEST = "MANUAL";

const cycleIn = (fields: Fields, [cycle, release]: readonly [string, string]): readonly string[] => (asList(fields[release]).length > 0 ? [] : asList(fields[cycle]).flatMap((one) => (isItemRef(one) && isId(one.ref) ? [one.ref] : [])));

/** Cycle → its release, for those cycles that new defects are given without one. */
export const releasesOfCycles = async ({ session, project, type }: Place, drafts: readonly { readonly fields: Fields }[]): Promise<ReadonlyMap<string, string>> => {
  const pairs = type.name === "defect" ? PERIODS.filter((pair) => pair.every((name) => type.fields.has(name))) : [];
  const cycles = [...new Set(drafts.flatMap(({ fields }) => pairs.flatMap((pair) => cycleIn(fields, pair))))];
  const parts = chunks(cycles, IDS_PER_CALL).map((part) => readAll(session, { path: `${project.path}/release-cycles`, fields: ["id", "parent-id"], where: where("id", anyId(part)), limit: IDS_PER_CALL, most: part.length }));
  return new Map((await Promise.all(parts)).flat().map((cycle) => [textAt(cycle, "id"), textAt(cycle, "parent-id")]));
};

/** Changes `values`: what the project demands and nobody gave. What was given stays. */
export const fillIn = ({ place, me, now }: { readonly place: Place; readonly me: string; readonly now: Instant }, values: Map<string, readonly string[]>, releases: ReadonlyMap<string, string>): void => {
  const { type, project, session } = place;
  const give = (name: string, texts: readonly string[]): void => void (values.has(name) || !type.known.has(name) || texts.length === 0 || values.set(name, texts));
  for (const [name, text] of Object.entries(session.options.defaults[type.name] ?? {})) {
    const field = type.fields.get(name);
    const encoded = field === undefined ? { values: [text] } : writeValue(field, field.codec === "reference" ? { ref: text } : field.codec === "person" ? { person: text } : field.codec === "number" ? Number(text) : text, { project, zone: session.zone });
    if ("values" in encoded) give(name, encoded.values);
  }
  if (type.name === "defect") {
    give("status", (type.known.get("status")?.choices ?? []).filter((choice) => choice === "New"));
    give("detected-by", [me]);
    for (const [cycle, release] of PERIODS) give(release, (values.get(cycle) ?? []).flatMap((id) => releases.get(id) || []));
  }
  if (["defect", "requirement", "test"].includes(type.name)) give("creation-time", [session.zone.day(now)]);
  if (type.name === "requirement") give("parent-id", type.roots.slice(0, 1));
  if (type.name === "test") give("subtype-id", [PLAIN_TEST]);
  if (type.name === "test" && project.testFolder !== undefined) give("parent-id", [project.testFolder]);
  if (type.name === "release" && project.releaseFolder !== undefined) give("parent-id", [project.releaseFolder]);
};
