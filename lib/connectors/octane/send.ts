// One bulk write and what became of each of its parts. A request refused whole is halved until the bad part is found, so
// that one bad item does not stop the others. Knows nothing of fields' meaning.

import { TandemError } from "../../core/errors.ts";
import { DoubtfulError } from "../http.ts";
import { reasonOf, type Refusal, refusalOf, refusalsOf, sortAnswers } from "./answers.ts";
import type { Session } from "./session.ts";
import { envelopeOf, type Json, textAt } from "./wire.ts";

export type Sent = { readonly entity: Json } | { readonly refusal: Refusal } | { readonly doubt: string };

export interface Bulk {
  readonly session: Session;
  readonly method: "POST" | "PUT";
  readonly path: string;
  /** Fields wanted in the answer: reading back costs no further call (octane.md §7.1). */
  readonly fields: string;
}

/** Calls that may be spent on finding the bad parts of one request. */
const MOST_SPLITS = 24;

const whole = (parts: readonly unknown[], sent: Sent): readonly Sent[] => parts.map(() => sent);

/** Refused whole because of one part? In Octane's own words, or by somebody before it to whom the request was too long or unreadable. */
const mayBeOne = (status: number, refusal: Refusal): boolean => (refusal.code === "" ? [400, 413, 422].includes(status) : !refusal.stale);

interface RefusedWhole {
  readonly refused: Refusal;
  readonly divisible: boolean;
}

const sendOnce = async (bulk: Bulk, parts: readonly Json[]): Promise<readonly Sent[] | RefusedWhole> => {
  try {
    const { session, method, path, fields } = bulk;
    const { status, body } = await session.ask({ method, path, query: { fields }, json: { data: parts } });
    // A lock mismatch is documented as 500 although nothing was written (octane.md §11), but a create has no stamp that could
    // be stale; any other 500 leaves doubt.
    const lock = method === "PUT" && (refusalsOf(body, status) ?? [refusalOf(body, status)]).some((refusal) => refusal.stale);
    if ((status >= 500 || status === 408) && !lock) return whole(parts, { doubt: `${status}: ${reasonOf(body, status)}` });
    // What tells of entities was carried out in part (octane.md §9.3), also where it does not tell of the refusals.
    const sorted = status < 300 || refusalsOf(body, status) !== undefined || envelopeOf(body).data.some((entity) => textAt(entity, "id") !== "");
    if (sorted) return sortAnswers(body, status, parts.map((part) => ({ name: textAt(part, "name"), ...(method === "PUT" ? { id: textAt(part, "id") } : {}) }))).map((answer) => (answer === undefined || ("entity" in answer && textAt(answer.entity, "id") === "") ? { doubt: "the reply does not tell what became of it" } : answer));
    const refused = refusalOf(body, status);
    return { refused, divisible: mayBeOne(status, refused) };
  } catch (error) {
    if (error instanceof DoubtfulError) return whole(parts, { doubt: error.message });
    throw error;
  }
};

/** One result per part, in order. Throws what concerns the whole server. */
export const sendBulk = async (bulk: Bulk, parts: readonly Json[], budget = { left: MOST_SPLITS }): Promise<readonly Sent[]> => {
  if (parts.length === 0) return [];
  const sent = await sendOnce(bulk, parts);
  if (!("refused" in sent)) return sent;
  if (parts.length === 1 || budget.left <= 0 || !sent.divisible) return whole(parts, { refusal: sent.refused });
  budget.left -= 2;
  const half = Math.ceil(parts.length / 2);
  const first = await sendBulk(bulk, parts.slice(0, half), budget);
  try {
    return [...first, ...(await sendBulk(bulk, parts.slice(half), budget))];
  } catch (error) {
    // What the first half wrote is not forgotten because of what could not be sent any more.
    if (!(error instanceof TandemError) || !first.some((one) => "entity" in one)) throw error;
    return [...first, ...whole(parts.slice(half), { doubt: error.message })];
  }
};
