// One bulk write and what became of each of its parts (alm-qc.md §9). A request refused whole is halved until the bad part
// is found, so that one bad item does not stop the others. Knows nothing of fields' meaning.

import { DoubtfulError } from "../http.ts";
import { sameName } from "../keptName.ts";
import { type BulkEntry, bulkEntriesOf, type Fault, isSpoken } from "./faults.ts";
import type { Verdict } from "./find.ts";
import type { Session } from "./session.ts";
import { entriesInOrder, isVague } from "./unconfirmed.ts";
import { type Entity, envelopeOf, textAt, type Values, writeEntities, writeEntity } from "./wire.ts";

export type Sent = { readonly entity: Entity } | { readonly fault: Fault } | { readonly doubt: string };

export interface Bulk {
  readonly session: Session;
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly type: string;
  /** One part alone travels as one entity: nobody says that these may come as a collection. */
  readonly singly?: true;
  /** A refused create may have been executed all the same (alm-qc.md §8): looks for these parts. */
  readonly verify?: (parts: readonly Values[]) => Promise<readonly Verdict[]>;
}

/** Calls that may be spent on finding the bad parts of one request. */
const MOST_SPLITS = 24;

const UNTOLD = "the reply does not tell what became of it";

const idOf = (values: Values): string => values.get("id")?.[0] ?? "";
const nameOf = (values: Values): string | undefined => values.get("name")?.[0];

interface Told {
  readonly id: string;
  readonly entity?: Entity;
  readonly sent: Sent;
}

const toldOf = (entry: BulkEntry): Told => {
  const id = (entry.entity === undefined ? "" : textAt(entry.entity, "id")) || entry.entityId;
  if (!entry.good) return { id, sent: { fault: entry.fault } };
  const entity = entry.entity ?? { type: "", values: new Map(id === "" ? [] : [["id", [{ value: id }]]]) };
  return { id, entity, sent: id === "" ? { doubt: UNTOLD } : { entity } };
};

/** Updates by id; creates by their place, if the names agree, else by a name that only one has. */
const sorted = (bulk: Bulk, parts: readonly Values[], told: readonly Told[]): readonly Sent[] => {
  const inOrder = told.length === parts.length;
  if (bulk.method === "PUT") return parts.map((part, index) => (told.find((one) => one.id === idOf(part)) ?? (inOrder && told[index]?.id === "" ? told[index] : undefined))?.sent ?? { doubt: UNTOLD });
  if (inOrder && entriesInOrder(parts.map(nameOf), told.map((one) => one.entity))) return told.map((one) => one.sent);
  return parts.map((part) => {
    const name = nameOf(part);
    const named = told.filter((one) => one.entity !== undefined && name !== undefined && sameName(textAt(one.entity, "name"), name));
    return named.length === 1 && parts.filter((other) => sameName(nameOf(other) ?? "", name ?? "")).length === 1 ? (named[0]?.sent ?? { doubt: UNTOLD }) : { doubt: UNTOLD };
  });
};

const sendOnce = async (bulk: Bulk, parts: readonly Values[]): Promise<readonly Sent[] | { readonly refused: Fault }> => {
  const { session, method, path, type } = bulk;
  // Without ids a PUT on a collection would change every entity of the project (alm-qc.md §8).
  if (method === "PUT" && parts.some((part) => !/^\d+$/.test(idOf(part)))) throw new RangeError("an update without an id");
  try {
    const { format } = session.options;
    const { status, body, fault } = await session.ask({ method, path, accept: format, content: bulk.singly === true && parts.length === 1 ? writeEntity(format, type, parts[0] ?? new Map()) : writeEntities(format, type, parts) });
    const entries = status < 300 ? undefined : bulkEntriesOf(body, status);
    if (entries !== undefined) return sorted(bulk, parts, entries.map(toldOf));
    // A failure that is not ALM's own words may be anybody's, before the work or after it.
    if (status >= 500 && fault.id === "" && !isSpoken(body)) return parts.map(() => ({ doubt: fault.title }));
    if (status >= 300) return { refused: fault };
    const entities = envelopeOf(body)?.entities ?? [];
    return sorted(bulk, parts, entities.map((entity) => toldOf({ good: true, entityId: "", entity, fault })));
  } catch (error) {
    if (error instanceof DoubtfulError) return parts.map(() => ({ doubt: error.message }));
    throw error;
  }
};

/** Those that a refused create made all the same; the server has answered, so it is done with the rest. */
const surelyRefused = async (bulk: Bulk, parts: readonly Values[], sent: readonly Sent[]): Promise<readonly Sent[]> => {
  const doubtful = parts.filter((_part, index) => isRefusedVaguely(sent[index]));
  if (bulk.verify === undefined || doubtful.length === 0) return sent;
  const verdicts = [...(await bulk.verify(doubtful))];
  return sent.map((one) => {
    if (!isRefusedVaguely(one)) return one;
    const verdict = verdicts.shift() ?? "unknown";
    if (verdict === "absent") return one;
    return verdict === "unknown" ? { doubt: `refused, but something like it is there: ${"fault" in one ? one.fault.title : ""}` } : { entity: verdict };
  });
};

const isRefusedVaguely = (sent: Sent | undefined): boolean => sent !== undefined && "fault" in sent && sent.fault.status >= 500 && isVague(sent.fault);

/** One result per part, in order. Throws what concerns the whole server. */
export const sendBulk = async (bulk: Bulk, parts: readonly Values[], budget = { left: MOST_SPLITS }): Promise<readonly Sent[]> => {
  if (parts.length === 0) return [];
  const answer = await sendOnce(bulk, parts);
  if (!("refused" in answer)) return surelyRefused(bulk, parts, answer);
  const sent = await surelyRefused(bulk, parts, parts.map(() => ({ fault: answer.refused })));
  const open = parts.filter((_part, index) => "fault" in (sent[index] ?? {}));
  // A call without rights is refused for all alike.
  if (parts.length === 1 || open.length === 0 || budget.left <= 0 || answer.refused.status === 403) return sent;
  budget.left -= 2;
  const half = Math.ceil(open.length / 2);
  const again = [...(await sendBulk(bulk, open.slice(0, half), budget)), ...(await sendBulk(bulk, open.slice(half), budget))];
  return sent.map((one) => ("fault" in one ? (again.shift() ?? one) : one));
};
