// Updates of issues: one edit each, what else is needed around it, and one reading back for all of them with the proof of
// what others did meanwhile (jira.md §9.3, §10).

import { BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Fields } from "../../core/types.ts";
import type { FieldProblem, Patch, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { isDoubtful } from "../http.ts";
import { encoded } from "../json.ts";
import { complaintOf, complaintText, type Reply } from "./client.ts";
import { writeLinks } from "./links.ts";
import type { IssueType, Jira, Project, Status } from "./model.ts";
import { mediaOfIssue } from "./media.ts";
import { givenTexts, type Parts, partsOf, prepareWriting } from "./parts.ts";
import { type Done, readBack } from "./readBack.ts";
import { moveTo } from "./transitions.ts";
import { mapLimit, own } from "./wire.ts";

const refusal = (reply: Reply): Failure => ({ ok: false, kind: reply.status === 404 ? "missing" : "refused", reason: complaintText(reply), problems: [] });

export type Failure = Extract<WriteResult, { ok: false }>;

/** The fields Jira complains about, as ours; everything it names must be one of those sent. */
const complainedOf = (reply: Reply, parts: Parts): ReadonlyMap<string, string> => {
  const sent = new Set(sentIn(parts));
  return new Map([...complaintOf(reply.body).fields].filter(([field]) => sent.has(field)));
};

/** Changes `parts`: these are not sent again, and each is told as a problem. */
export const dropFields = (parts: Parts, complaints: ReadonlyMap<string, string>): void => {
  for (const [rest, reason] of complaints) {
    delete parts.fields[rest];
    delete parts.update[rest];
    for (const field of parts.names.get(rest) ?? [rest]) parts.problems.push({ field, reason });
  }
};

/** Puts shorter texts in the place of long ones that were refused, which may be too long there; answers the other complaints. */
export const shorten = (parts: Parts, complaints: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...complaints].filter(([rest]) => {
      const next = parts.fields[rest] === undefined ? undefined : parts.shorter.get(rest)?.next();
      if (next?.done === false) parts.fields[rest] = next.value;
      return next?.done !== false;
    }),
  );

const MOST_TRIES = 8;

/** Values may be set twice: what somebody else set in between stands in the log. A member that was added or taken back in between would be lost without a trace. */
const maySendAgain = (update: Parts["update"]): boolean => !Object.values(update).flat().some((operation) => own(operation, "add") !== undefined || own(operation, "remove") !== undefined);

const put = (jira: Jira, id: string, fields: Parts["fields"], update: Parts["update"]): Promise<Reply> => {
  const json = { ...(Object.keys(fields).length > 0 ? { fields } : {}), ...(Object.keys(update).length > 0 ? { update } : {}) };
  return jira.site.client.ask({ method: "PUT", path: `${jira.site.api}/issue/${encoded(id)}`, json, repeatable: maySendAgain(update) });
};

const sentIn = (parts: Parts): readonly string[] => [...Object.keys(parts.fields), ...Object.keys(parts.update)];

/** Fields that are worth a call of their own where Jira does not say which of them it refuses. */
const MOST_ALONE = 12;

/** Refused without a word about which field: each by itself, so that what is good is written and what is bad is named. */
const editSingly = async (jira: Jira, id: string, parts: Parts, refused: Failure): Promise<Failure | undefined> => {
  let written = false;
  for (const rest of sentIn(parts)) {
    const [value, operations] = [parts.fields[rest], parts.update[rest]];
    const reply = await put(jira, id, value === undefined ? {} : { [rest]: value }, operations === undefined ? {} : { [rest]: operations });
    if (reply.status === 404) return refusal(reply);
    if (reply.status < 300) written = true;
    else dropFields(parts, new Map([[rest, complaintOf(reply.body).fields.get(rest) ?? complaintText(reply)]]));
  }
  return written ? undefined : { ...refused, problems: parts.problems };
};

/** One edit. A field that is refused is left out and named, so that the others are not lost with it. */
export const edit = async (jira: Jira, id: string, parts: Parts): Promise<Failure | undefined> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const sent = sentIn(parts);
    if (sent.length === 0) return undefined;
    const reply = await put(jira, id, parts.fields, parts.update);
    if (reply.status < 300) return undefined;
    const complaints = complainedOf(reply, parts);
    if (reply.status === 400 && complaints.size === 0 && sent.length > 1 && sent.length <= MOST_ALONE) return editSingly(jira, id, parts, refusal(reply));
    if (reply.status === 404 || complaints.size === 0) return refusal(reply);
    dropFields(parts, shorten(parts, complaints));
  }
  return { ok: false, kind: "refused", reason: "Jira refuses one field after the other", problems: parts.problems };
};

/** The sprint by its own resource, where no screen shows the field. */
export const putInSprint = async (jira: Jira, issues: readonly string[], sprint: number | null): Promise<string | undefined> => {
  const path = sprint === null ? "/rest/agile/1.0/backlog/issue" : `/rest/agile/1.0/sprint/${sprint}/issue`;
  const reply = await jira.site.client.ask({ method: "POST", path, json: { issues }, repeatable: true });
  return reply.status < 300 ? undefined : complaintText(reply);
};

/** Changes `parts`; a field that has a problem already keeps that one. */
export const problemsFor = (parts: Parts, rest: Iterable<string>, reason: string): void => {
  for (const field of rest) for (const name of parts.names.get(field) ?? [field]) if (!parts.problems.some((problem) => problem.field === name)) parts.problems.push({ field: name, reason });
};

/** An issue made just now. */
export interface Fresh {
  readonly at?: Status;
}

export interface Around {
  readonly moved: boolean;
  /** Calls that Jira's rules asked for: a transition is read and taken, a link is made, a sprint is set. */
  readonly demanded: number;
}

/** The status, and what can only be given together with it. Answers whether it moved, and the calls it took. */
const changeStatus = async (jira: Jira, project: Project, type: IssueType, id: string, parts: Parts, fresh: Fresh | undefined): Promise<Around> => {
  if (parts.status === undefined) {
    problemsFor(parts, parts.withTransition.keys(), "can only be given together with a change of status");
    return { moved: false, demanded: 0 };
  }
  const moved = await moveTo(jira, project, type, id, parts.status, parts.withTransition, fresh !== undefined, fresh?.at);
  if (moved.problem !== undefined) parts.problems.push({ field: "status", reason: moved.problem });
  problemsFor(parts, [...parts.withTransition.keys()].filter((field) => !moved.used.has(field)), "no transition that was taken asks for it");
  return moved;
};

/** Everything around the edit itself. Needs the id and key of an issue that exists. */
export const writeAround = async (jira: Jira, project: Project, type: IssueType, issue: { readonly id: string; readonly key: string }, parts: Parts, fresh: Fresh | undefined): Promise<Around> => {
  if (parts.sprint !== undefined) {
    const reason = await putInSprint(jira, [issue.id], parts.sprint);
    if (reason !== undefined && project.sprintField !== undefined) problemsFor(parts, [project.sprintField], reason);
  }
  const { moved, demanded } = await changeStatus(jira, project, type, issue.id, parts, fresh);
  for (const link of parts.links) {
    const reason = await writeLinks(jira, issue.id, issue.key, link, fresh !== undefined);
    if (reason !== undefined) parts.problems.push({ field: link.binding.schema.name, reason });
  }
  return { moved, demanded: (parts.sprint === undefined ? 0 : 1) + demanded + parts.links.length };
};

/** Fields that an issue's present status keeps from being edited are tried again once it has moved on (jira.md §10). */
const editAfterMove = async (jira: Jira, type: IssueType, id: string, values: Fields, parts: Parts, before: Fields): Promise<void> => {
  const again = parts.problems.filter((problem) => problem.field !== "status" && type.fields.get(problem.field)?.onScreen.edit === true && /screen|unknown|edit/i.test(problem.reason)).map((problem) => problem.field);
  if (again.length === 0) return;
  const retry = partsOf({ jira, type, mode: "update", before, media: undefined }, Object.fromEntries(Object.entries(values).filter(([name]) => again.includes(name))));
  const failure = await edit(jira, id, retry);
  if (failure !== undefined) return;
  const still = new Set(retry.problems.map((problem) => problem.field));
  for (let at = parts.problems.length - 1; at >= 0; at--) if (again.includes(parts.problems[at]?.field ?? "") && !still.has(parts.problems[at]?.field ?? "")) parts.problems.splice(at, 1);
};

/** Keys change with a move; the one read before is only a guess where nothing newer is known. */
const keyFor = (jira: Jira, patch: Patch): string => jira.refs.byId(patch.id)?.key ?? patch.before.key ?? patch.id;

type Outcome = Failure | { readonly ok: true; readonly problems: readonly FieldProblem[]; readonly given: Fields; readonly demanded: number };

const updateOne = async (jira: Jira, project: Project, type: IssueType, patch: Patch): Promise<Outcome> => {
  try {
    const media = await mediaOfIssue(jira, type, patch.id, patch.fields);
    const parts = partsOf({ jira, type, mode: "update", before: patch.before.fields, media }, patch.fields);
    const failure = await edit(jira, patch.id, parts);
    if (failure !== undefined && (failure.kind === "missing" || parts.status === undefined)) return { ...failure, problems: parts.problems };
    if (failure !== undefined) problemsFor(parts, sentIn(parts), failure.reason);
    const { moved, demanded } = await writeAround(jira, project, type, { id: patch.id, key: keyFor(jira, patch) }, parts, undefined);
    if (moved) await editAfterMove(jira, type, patch.id, patch.fields, parts, patch.before.fields);
    return { ok: true, problems: parts.problems, given: givenTexts(jira, type, parts.fields), demanded };
  } catch (error) {
    if (isDoubtful(error)) return { ok: false, kind: "doubtful", reason: error.message, problems: [] };
    // What one issue cannot do is its own affair; a login or a wait is everybody's.
    if (error instanceof RemoteError) return { ok: false, kind: "refused", reason: error.message, problems: [] };
    throw error;
  }
};

const notSent = (busy: BusyError | LoginError): Failure => ({ ok: false, kind: "doubtful", reason: busy.message, problems: [] });

const RECENT = 200;

/** Changes `jira.written`, which holds the latest few. */
export const noteWritten = (jira: Jira, ids: readonly string[]): void => {
  jira.written.push(...ids);
  jira.written.splice(0, Math.max(jira.written.length - RECENT, 0));
};

/** One result per patch, in order. */
export const updateIssues = async (jira: Jira, project: Project, type: IssueType, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> => {
  await prepareWriting(jira, type, patches.map((patch) => patch.fields));
  let busy: BusyError | LoginError | undefined;
  const outcomes = await mapLimit(patches, jira.site.width, async (patch): Promise<Outcome> => {
    if (busy === undefined && stop?.aborted === true) return LEFT;
    try {
      return busy === undefined ? await updateOne(jira, project, type, patch) : notSent(busy);
    } catch (error) {
      // What was written before must not be forgotten because of what could not be sent any more.
      if (!(error instanceof BusyError || error instanceof LoginError)) throw error;
      busy = error;
      return notSent(error);
    }
  });
  if (busy !== undefined && !outcomes.some((outcome) => outcome.ok)) throw busy;
  noteWritten(jira, patches.map((patch) => patch.id));
  const done = patches.flatMap((patch, index): Done[] => {
    const outcome = outcomes[index];
    return outcome?.ok === true ? [{ id: patch.id, names: [...new Set([...Object.keys(patch.before.fields), ...Object.keys(patch.fields)])], before: { at: patch.before.changedAt, fields: patch.before.fields }, written: Object.keys(patch.fields) }] : [];
  });
  const back = await readBack(jira, project, type, done);
  return patches.map((patch, index): WriteResult => {
    const outcome = outcomes[index];
    if (outcome === undefined || !outcome.ok) return outcome ?? { ok: false, kind: "doubtful", reason: "no outcome", problems: [] };
    const read = back.get(patch.id);
    const key = read?.after.item.key;
    const url = read?.after.item.url;
    return { ok: true, id: patch.id, ...(key === undefined ? {} : { key }), ...(url === undefined ? {} : { url }), problems: outcome.problems, given: outcome.given, demanded: outcome.demanded, ...(read === undefined ? {} : { after: read.after, ...(read.overwritten.length === 0 ? {} : { overwritten: read.overwritten }) }) };
  });
};
