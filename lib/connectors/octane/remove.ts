// Deleting by id, in bulk. A delete with a wrong or empty query could empty a whole collection (octane.md §8, §21.7): every
// id is checked, and a list without ids is never sent.

import type { WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { DoubtfulError } from "../http.ts";
import { chunks } from "../paging.ts";
import { type Refusal, reasonOf, refusalsOf } from "./answers.ts";
import type { Session } from "./session.ts";
import { envelopeOf, idsIn, isSafe, queryOf, textAt } from "./wire.ts";

const MOST_IDS = 100;

type Existing = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

const removeChunk = async (session: Session, path: string, ids: readonly string[], existing: Existing): Promise<ReadonlyMap<string, WriteResult>> => {
  const results = new Map<string, WriteResult>();
  const fail = (id: string, kind: "refused" | "doubtful" | "missing", reason: string): void => void results.set(id, { ok: false, kind, reason, problems: [] });
  let refusals: readonly Refusal[] = [];
  let reason = "it is still there";
  try {
    const { status, body } = await session.ask({ method: "DELETE", path, query: { query: queryOf(idsIn(ids)) } });
    for (const entity of envelopeOf(body).data) results.set(textAt(entity, "id"), { ok: true, id: textAt(entity, "id"), problems: [] });
    refusals = refusalsOf(body, status) ?? [];
    if (status >= 300) reason = reasonOf(body, status);
  } catch (error) {
    if (!(error instanceof DoubtfulError)) throw error;
    for (const id of ids) fail(id, "doubtful", error.message);
  }
  const left = ids.filter((id) => !results.has(id));
  if (left.length === 0) return results;
  const there = await existing(left);
  for (const id of left) {
    if (!there.has(id)) fail(id, "missing", `${id} does not exist`);
    else fail(id, "refused", refusals.find((refusal) => refusal.entityId === id)?.reason ?? reason);
  }
  return results;
};

export const removeIds = async (session: Session, path: string, ids: readonly string[], existing: Existing, stop?: Stop): Promise<readonly WriteResult[]> => {
  const results = new Map<string, WriteResult>();
  for (const part of chunks([...new Set(ids)].filter(isSafe), MOST_IDS)) for (const [id, result] of stop?.aborted === true ? part.map((one) => [one, LEFT] as const) : await removeChunk(session, path, part, existing)) results.set(id, result);
  return ids.map((id) => results.get(id) ?? { ok: false, kind: "missing", reason: `${id} is no id`, problems: [] });
};
