// Redmine's versions as an item type of their own. They come in one answer per project, have no journal, so nothing proves
// who changed them, and their names are unique within a project: that finds one again after doubt.

import { RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import type { Draft, FieldProblem, Patch, WriteResult } from "../connector.ts";
import { encoded } from "../json.ts";
import type { Reply } from "./client.ts";
import { itemOf, linkOf } from "./items.ts";
import { bodyOf, droppedOf, encodeAll, type Sent, touchedSince } from "./payload.ts";
import { blame } from "./refusals.ts";
import type { Site } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { idOf, instantOf, type Json, own } from "./wire.ts";
import { doubtOf, refusal, refusalOf, type Target } from "./writes.ts";

const changedAt = (version: Json): Instant => instantOf(own(version, "updated_on")) ?? instantOf(own(version, "created_on")) ?? "";

/** Versions of the project itself, not those that others share with it; in the order of their last change. */
export const readVersions = async (site: Site, project: string): Promise<readonly Json[]> => {
  const { number } = await site.project(project);
  const ask = { method: "GET", path: `/projects/${number}/versions.json` } as const;
  const versions = site.client.demandList(ask, await site.client.must(ask), "versions");
  return versions.filter((version) => idOf(own(version, "project")) === number).toSorted((a, b) => (changedAt(a) < changedAt(b) ? -1 : changedAt(a) > changedAt(b) ? 1 : Number(idOf(a)) - Number(idOf(b))));
};

/** Throws RemoteError for a filter: Redmine has none for versions. */
export const versionsSince = async (site: Site, project: string, since: Instant | undefined, filter: string | undefined): Promise<readonly Json[]> => {
  if (filter !== undefined) throw new RemoteError(`${site.name}: Redmine has no filter for versions`, "use criteria in the type mapping instead");
  const from = since === undefined ? "" : `${since.slice(0, 19)}.000Z`;
  return (await readVersions(site, project)).filter((version) => changedAt(version) === "" || changedAt(version) >= from);
};

const readVersion = async (site: Site, id: string): Promise<Json | undefined> => {
  const ask = { method: "GET", path: `/versions/${encoded(id)}.json` } as const;
  const reply = await site.client.ask(ask);
  if (reply.status === 404) return undefined;
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  return site.client.demandOne(ask, reply.body, "version");
};

/** After a refusal the fields it names are left out; what names none refuses the whole. */
const send = async (type: TypeDef, sent: readonly Sent[], call: (some: readonly Sent[]) => Promise<Reply>): Promise<{ readonly reply: Reply; readonly sent: readonly Sent[]; readonly problems: readonly FieldProblem[] }> => {
  const reply = await call(sent);
  const found = reply.status === 422 ? blame(type, reply.errors, sent.map(({ name }) => name)).problems.filter((problem) => problem.field !== "name") : [];
  const rest = sent.filter(({ name }) => !found.some((problem) => problem.field === name));
  if (found.length === 0 || rest.length === 0) return { reply, sent, problems: found };
  const again = await send(type, rest, call);
  return { ...again, problems: [...found, ...again.problems] };
};

const written = ({ site, type, project }: Target, version: Json, sent: readonly Sent[], problems: readonly FieldProblem[], before?: Patch["before"]): WriteResult => ({
  ok: true,
  ...linkOf(site.base, type, idOf(version)),
  problems: [...problems, ...droppedOf(sent, version, before, [])],
  after: { item: itemOf(site.base, type, project, version, [...type.fields.keys()]), others: null },
});

export const createVersion = async (target: Target, draft: Draft): Promise<WriteResult> => {
  const { site, type } = target;
  const { sent, problems } = encodeAll(type, draft.fields, "onCreate");
  if (!sent.some(({ name }) => name === "name")) return refusal("refused", "Name cannot be empty", problems);
  const { number } = await site.project(target.project);
  try {
    const done = await send(type, sent, (some) => site.client.ask({ method: "POST", path: `/projects/${number}/versions.json`, json: { version: bodyOf(some) } }));
    const version = own(done.reply.body, "version");
    if (done.reply.status >= 400) {
      const result = await refusalOf(site, done.reply, [...problems, ...done.problems]);
      return result.kind === "missing" ? { ...result, kind: "refused" } : result;
    }
    if (idOf(version) === "") return refusal("doubtful", "Redmine confirmed the new version without naming it");
    return written(target, version as Json, done.sent, [...problems, ...done.problems]);
  } catch (error) {
    return doubtOf(error);
  }
};

export const updateVersion = async (target: Target, patch: Patch): Promise<WriteResult> => {
  const { site, type } = target;
  const { sent, problems } = encodeAll(type, patch.fields, "onUpdate");
  if (sent.length === 0) return refusal("refused", problems[0]?.reason ?? "nothing to write", problems);
  try {
    const now = await readVersion(site, patch.id);
    // Nothing else would tell of it: versions have no journal.
    const touched = now === undefined ? [] : touchedSince(sent, patch.before, now);
    if (touched.length > 0) return refusal("changed", `somebody changed ${touched.join(", ")} since it was read`);
    const done = await send(type, sent, (some) => site.client.ask({ method: "PUT", path: `/versions/${encoded(patch.id)}.json`, json: { version: bodyOf(some) } }));
    if (done.reply.status >= 400) return await refusalOf(site, done.reply, [...problems, ...done.problems]);
    const version = await readVersion(site, patch.id);
    return version === undefined ? refusal("missing", "the version was removed while it was written") : written(target, version, done.sent, [...problems, ...done.problems], patch.before);
  } catch (error) {
    return doubtOf(error);
  }
};

export const removeVersion = async ({ site }: Target, id: string): Promise<WriteResult> => {
  try {
    const reply = await site.client.ask({ method: "DELETE", path: `/versions/${encoded(id)}.json` });
    return reply.status < 300 ? { ok: true, id, problems: [] } : await refusalOf(site, reply, []);
  } catch (error) {
    return doubtOf(error);
  }
};
