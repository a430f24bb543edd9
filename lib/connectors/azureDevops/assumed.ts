// What no public source settles, each point in one place (azure-devops.md calls them unconfirmed). Both outcomes are borne
// where that is possible; where a choice had to be made it stands here, with its reason. Pure.

import { type Json, own, textAt } from "./wire.ts";

/** A failed `test /rev` is a 412; some installations are said to answer 409 (§8.1). Both mean: read again. */
export const isStale = (status: number): boolean => status === 412 || status === 409;

/** Entries of one `$batch` (§8.4: 200 is said, nobody promises it). Half of it is surely taken. */
export const MOST_IN_BATCH = 100;

/** Ids of one batch read or of one question to the recycle bin (§7 settles 200 for reads, §15 says nothing of the bin). */
export const MOST_IDS = 200;

/** Comments of one page (§14 names no limit). */
export const COMMENT_PAGE = 200;

/** Results a query may have (§17). Whether `$top` avoids the refusal is told both ways, so a refusal is borne as well. */
export const MOST_RESULTS = 19_999;

export const isTooManyResults = (body: unknown): boolean => textAt(body, "typeKey") === "WorkItemTrackingQueryResultSizeLimitExceededException" || textAt(body, "message").includes("VS402337");

/** A link to an item that is gone is a 400 or a 404 (§10); the number in the sentence is the same as for the item itself. */
export const isGoneItem = (status: number, message: string, typeKey: string): boolean => status < 500 && (message.includes("TF401232") || /WorkItem(UnauthorizedAccess|NotFound)/.test(typeKey));

/** Some refusals for lack of a right come as 400 (§19): they are told as such by their number only. */
export const lacksRight = (status: number, message: string): boolean => status === 403 || /\b(TF237111|TF50309)\b/.test(message);

/** §16: the second segment of a node's path may be localised on Servers, so it is dropped by its position. */
export const fieldPath = (nodePath: string): string => {
  const [project, , ...rest] = nodePath.replace(/^\\/, "").split("\\");
  return [project, ...rest].join("\\");
};

/** §16: one date alone may be refused, so both are sent or both are taken away. */
export const nodeDates = (start: string | null, finish: string | null): Json | undefined => {
  if (start === null && finish === null) return { startDate: null, finishDate: null };
  if (start === null || finish === null) return undefined;
  return { startDate: `${start}T00:00:00Z`, finishDate: `${finish}T00:00:00Z` };
};

/** §16: a name that is taken is a 409; its number is not sure. */
export const isTakenName = (status: number, body: unknown): boolean => status === 409 || textAt(body, "typeKey") === "ClassificationNodeDuplicateNameException";

/** §7: a batch read keeps the place of what it cannot show as null; whether it always does is not needed, ids decide. */
export const shownItems = (value: readonly unknown[]): readonly Json[] => value.filter((entry): entry is Json => typeof entry === "object" && entry !== null && own(entry, "id") !== undefined);

/** §12.1: what a start time is compared with is not told; the overlap of a reading bears a second or two of doubt. */
export const OVERLAP_SECONDS = 60;
