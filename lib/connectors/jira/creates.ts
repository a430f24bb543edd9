// Creating issues in bulk, the intent's uuid inside the same call (jira.md §9.2, §9.6). A create is never sent again after
// doubt; what was definitely refused because of a field is sent once more without that field.

import { BusyError, LoginError, RemoteError } from "../../core/errors.ts";
import type { Fields } from "../../core/types.ts";
import type { Draft, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { isDoubtful } from "../http.ts";
import { complaintOf, complaintText, type Reply } from "./client.ts";
import { fetchIssues, isLacking } from "./fetch.ts";
import { browseUrl, INTENT } from "./issues.ts";
import type { IssueType, Jira, Project, Status } from "./model.ts";
import { mediaOfIssue } from "./media.ts";
import { givenTexts, type Parts, partsOf, prepareWriting, projectFields } from "./parts.ts";
import { type BackReader, type Done, startReadingBack } from "./readBack.ts";
import { dropFields, edit, type Failure, noteWritten, problemsFor, putInSprint, shorten, writeAround } from "./writes.ts";
import { chunks, isObject, listOf, mapLimit, numberOf, objectsOf, own, textAt } from "./wire.ts";

export const CREATE_AT_ONCE = 50;
const SPRINT_AT_ONCE = 50;
const MOST_ROUNDS = 8;

interface Making {
  readonly draft: Draft;
  readonly parts: Parts;
  /** Values that wait for the issue, because Jira refused it without a word about which of them it does not take. */
  late?: Parts["fields"];
  result?: Failure | { readonly ok: true; readonly id: string; readonly key: string };
}

const failed = (kind: Failure["kind"], reason: string, parts?: Parts): Failure => ({ ok: false, kind, reason, problems: parts?.problems ?? [] });

/** A new epic of Data Center must have a name of its own (jira.md §24.21). */
const epicName = (project: Project, type: IssueType, parts: Parts): Fields | undefined => {
  const field = project.epicNameField;
  if (field === undefined || type.fields.get(field)?.onScreen.create !== true || parts.fields[field] !== undefined) return undefined;
  return { [field]: String(parts.fields["summary"] ?? "").slice(0, 255) };
};

const bodyOf = (project: Project, type: IssueType, making: Making): unknown => ({
  fields: { ...making.parts.fields, ...epicName(project, type, making.parts), ...projectFields(project, type) },
  properties: [{ key: INTENT, value: { intent: making.draft.intent } }],
});

interface Complaint {
  readonly status: number;
  readonly body: unknown;
}

/** The complaint about one entry, by its place in the request. */
const errorsOf = (reply: Reply): ReadonlyMap<number, Complaint> =>
  new Map(
    objectsOf(own(reply.body, "errors")).flatMap((error) => {
      const place = numberOf(own(error, "failedElementNumber"));
      return place === undefined ? [] : [[place, { status: numberOf(own(error, "status")) ?? reply.status, body: own(error, "elementErrors") }] as const];
    }),
  );

/** No issue is made without: Jira would refuse it, or more people would see it. */
const isNeeded = (type: IssueType, field: string): boolean => field === "summary" || field === "security" || [...type.fields.values()].some((binding) => binding.rest === field && binding.schema.required);

/** Keeps only what the issue needs; the rest is given to it afterwards, where each value is refused by itself. Answers whether that is less. */
const leaveForLater = (type: IssueType, making: Making): boolean => {
  const { fields } = making.parts;
  const optional = Object.keys(fields).filter((field) => !isNeeded(type, field));
  if (making.late !== undefined || optional.length === 0) return false;
  making.late = Object.fromEntries(optional.map((field) => [field, fields[field]]));
  for (const field of optional) delete fields[field];
  return true;
};

/** Settles an entry that was refused, unless it can be sent again without the fields complained about. */
const refuse = (type: IssueType, making: Making, { status, body }: Complaint): void => {
  const { parts } = making;
  const { messages, fields } = complaintOf(body);
  const ours = new Map([...fields].filter(([field]) => parts.fields[field] !== undefined));
  const needed = [...ours.keys()].some((field) => isNeeded(type, field));
  if (ours.size > 0 && ours.size === fields.size) {
    const left = shorten(parts, ours);
    if (left.size < ours.size) return;
    if (!needed) return dropFields(parts, left);
  }
  if (status === 400 && fields.size === 0 && leaveForLater(type, making)) return;
  const reason = [...messages, ...[...fields].map(([field, message]) => `${type.fields.get(field)?.schema.label ?? field}: ${message}`)].join("; ");
  making.result = failed("refused", reason === "" ? "Jira refused it without a reason" : reason, parts);
};

const settle = (type: IssueType, batch: readonly Making[], reply: Reply): void => {
  const errors = errorsOf(reply);
  const made = objectsOf(own(reply.body, "issues"));
  const able = batch.filter((_, index) => !errors.has(index));
  // Errors without a place: where something was made as well, nobody knows what.
  const places = objectsOf(own(reply.body, "errors")).length;
  if (made.length > 0 && (reply.status >= 400 ? errors.size === 0 : places > errors.size)) {
    for (const making of batch) making.result = failed("doubtful", "Jira's answer does not tell which issues were created", making.parts);
    return;
  }
  if (reply.status >= 400 && errors.size === 0) {
    // One reason for all of them: a body of another shape.
    const [alone] = batch;
    if (batch.length === 1 && alone !== undefined && reply.status === 400 && isObject(reply.body)) return refuse(type, alone, reply);
    for (const making of batch) making.result = failed("refused", complaintText(reply), making.parts);
    return;
  }
  batch.forEach((making, index) => {
    const complaint = errors.get(index);
    if (complaint !== undefined) refuse(type, making, complaint);
  });
  able.forEach((making, index) => {
    const issue = made[index];
    // Successes come in the order of the request; where their number does not fit, nobody knows which is which.
    const sure = made.length === able.length && isObject(issue) && textAt(issue, "id") !== "";
    making.result = sure ? { ok: true, id: textAt(issue, "id"), key: textAt(issue, "key") } : failed("doubtful", "Jira's answer does not tell which issues were created", making.parts);
  });
};

/** Refused whole, in words about no entry, and nothing made: one of them may be too much for Jira to say so (too large, unreadable). */
const isRefusedWhole = (reply: Reply): boolean => [400, 413, 422].includes(reply.status) && errorsOf(reply).size === 0 && listOf(own(reply.body, "issues")).length === 0;

/** Calls that may be spent on finding the bad entries of one request. */
const MOST_SPLITS = 24;

/** The answer to one create as a bulk create would have given it. */
const asBulk = (reply: Reply): Reply => ({ ...reply, body: reply.status < 300 ? { issues: [reply.body], errors: [] } : { issues: [], errors: [{ status: reply.status, elementErrors: reply.body, failedElementNumber: 0 }] } });

/** All in one call, or one of them where the server knows nothing else. undefined: it does not, and nothing was made. */
const post = async (jira: Jira, bodies: readonly unknown[]): Promise<Reply | undefined> => {
  const { client, api, lacks } = jira.site;
  if (!lacks.has("issue/bulk")) {
    const reply = await client.ask({ method: "POST", path: `${api}/issue/bulk`, json: { issueUpdates: bodies }, mayLack: true });
    if (!isLacking(reply)) return reply;
    lacks.add("issue/bulk");
  }
  return bodies.length === 1 ? asBulk(await client.ask({ method: "POST", path: `${api}/issue`, json: bodies[0] })) : undefined;
};

const send = async (jira: Jira, project: Project, type: IssueType, batch: readonly Making[], stop: Stop | undefined, budget = { left: MOST_SPLITS }): Promise<void> => {
  if (stop?.aborted === true) return;
  let lacking: boolean;
  try {
    const reply = await post(jira, batch.map((making) => bodyOf(project, type, making)));
    lacking = reply === undefined;
    if (reply !== undefined) {
      if (reply.status < 300 && listOf(own(reply.body, "issues")).length === 0 && listOf(own(reply.body, "errors")).length === 0) throw new RemoteError("the answer names no issue", "the next iteration looks for it");
      if (batch.length === 1 || budget.left <= 0 || !isRefusedWhole(reply)) return settle(type, batch, reply);
    }
  } catch (error) {
    if (!isDoubtful(error) && !(error instanceof RemoteError)) throw error;
    for (const making of batch) making.result = failed("doubtful", error.message, making.parts);
    return;
  }
  if (!lacking) budget.left -= 2;
  const half = Math.ceil(batch.length / 2);
  await send(jira, project, type, batch.slice(0, half), stop, budget);
  await send(jira, project, type, batch.slice(half), stop, budget);
};

/** Turned away as a whole: nothing was made by that call. */
const isTurnedAway = (error: unknown): error is BusyError | LoginError => error instanceof BusyError || error instanceof LoginError;

/** `made` is told of what a call created, while others are still under way. */
const sendAll = async (jira: Jira, project: Project, type: IssueType, all: readonly Making[], stop: Stop | undefined, made: (batch: readonly Making[]) => void): Promise<void> => {
  for (let round = 0; round < MOST_ROUNDS && stop?.aborted !== true; round++) {
    const failures: unknown[] = [];
    await mapLimit(chunks(all.filter((making) => making.result === undefined), CREATE_AT_ONCE), jira.site.width, async (batch) => {
      if (failures.length > 0) return;
      try {
        await send(jira, project, type, batch, stop);
      } catch (error) {
        failures.push(error);
      }
      // Part of it may have been made before the rest failed.
      made(batch);
    });
    if (failures.length === 0) continue;
    // What was created must not be forgotten because of what could not be sent any more.
    const grave = failures.find((error) => !isTurnedAway(error)) ?? failures[0];
    if (!isTurnedAway(grave) || !all.some((making) => making.result?.ok === true)) throw grave;
    for (const making of all) making.result ??= failed("doubtful", grave.message, making.parts);
    return;
  }
  // What has no result was not sent, or refused and not sent again: nothing of it was made.
  for (const making of all) making.result ??= stop?.aborted === true ? LEFT : failed("refused", "Jira refuses one field after the other", making.parts);
};

interface Made {
  readonly id: string;
  readonly key: string;
  readonly parts: Parts;
  readonly late: Parts["fields"] | undefined;
  /** Calls Jira's rules asked for beyond the create. */
  demanded: number;
}

/** Sprints of all new issues, fifty issues to a call. */
const putSprints = async (jira: Jira, project: Project, made: readonly Made[]): Promise<void> => {
  const sprints = new Set(made.flatMap(({ parts }) => parts.sprint ?? []));
  for (const sprint of sprints) {
    for (const part of chunks(made.filter(({ parts }) => parts.sprint === sprint), SPRINT_AT_ONCE)) {
      const reason = await putInSprint(jira, part.map(({ id }) => id), sprint);
      if (reason !== undefined) for (const { parts } of part) problemsFor(parts, project.sprintField === undefined ? [] : [project.sprintField], reason);
    }
  }
};

/** Where new issues stand by themselves: the status wanted may need no transition. */
const firstStatuses = async (jira: Jira, made: readonly Made[]): Promise<ReadonlyMap<string, Status>> => {
  const moving = made.filter(({ parts }) => parts.status !== undefined);
  if (moving.length === 0) return new Map();
  const issues = await fetchIssues(jira.site, moving.map(({ id }) => id), { fields: ["status"] });
  const statuses = issues.map((issue) => [textAt(issue, "id"), own(own(issue, "fields"), "status")] as const);
  return new Map(statuses.map(([id, status]) => [id, { id: textAt(status, "id"), name: textAt(status, "name") }]));
};

const finishOne = async (jira: Jira, project: Project, type: IssueType, made: Made, at: Status | undefined): Promise<void> => {
  const { id, key, parts, late } = made;
  if (late !== undefined) {
    const failure = await edit(jira, id, { ...parts, fields: late, update: {} });
    if (failure !== undefined) problemsFor(parts, Object.keys(late), failure.reason);
  }
  const settled = at !== undefined && at.id === parts.status?.id;
  if (Object.keys(parts.later).length > 0) {
    const media = await mediaOfIssue(jira, type, id, parts.later);
    const later = partsOf({ jira, type, mode: "update", before: {}, media }, parts.later);
    const failure = await edit(jira, id, later);
    if (failure !== undefined) problemsFor(later, later.names.keys(), failure.reason);
    parts.problems.push(...later.problems);
  }
  const { sprint: _, status, ...rest } = parts;
  if (settled) for (const field of parts.withTransition.keys()) problemsFor(parts, [field], "can only be given together with a change of status");
  const around = await writeAround(jira, project, type, { id, key }, settled ? { ...rest, withTransition: new Map() } : { ...rest, ...(status === undefined ? {} : { status }) }, at === undefined ? {} : { at });
  made.demanded += around.demanded + (Object.keys(parts.later).length > 0 ? 1 : 0) + (late === undefined ? 0 : 1);
};

/** What cannot travel with the create. A failure here is a problem of a field, never a reason to create again. */
const finish = async (jira: Jira, project: Project, type: IssueType, made: readonly Made[]): Promise<void> => {
  const guarded = async (of: readonly Made[], work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RemoteError) && !(error instanceof BusyError) && !isDoubtful(error)) throw error;
      for (const { parts, late } of of) {
        const open = [...(parts.status === undefined ? [] : ["status"]), ...parts.links.map((link) => link.binding.schema.name), ...Object.keys(parts.later), ...Object.keys(late ?? {}).flatMap((rest) => parts.names.get(rest) ?? [rest])];
        for (const field of open) if (!parts.problems.some((problem) => problem.field === field)) parts.problems.push({ field, reason: (error as Error).message });
      }
    }
  };
  await guarded(made, () => putSprints(jira, project, made));
  let first: ReadonlyMap<string, Status> = new Map();
  await guarded([], async () => {
    first = await firstStatuses(jira, made);
  });
  await mapLimit(made, jira.site.width, (one) => guarded([one], () => finishOne(jira, project, type, one, first.get(one.id))));
};

/** Nothing of it is written after the create: it can be read back at once. */
const isWhole = ({ sprint, status, links, later }: Parts): boolean => sprint === undefined && status === undefined && links.length === 0 && Object.keys(later).length === 0;

/** Fields whose read-back anybody will ask for: those that were ever read of this type, and those written. Nobody read any: all. */
const namesBack = (jira: Jira, type: IssueType, drafts: readonly Draft[]): readonly string[] => {
  const read = jira.read.get(type.id);
  return read === undefined ? [...type.fields.keys()] : [...new Set([...read, ...drafts.flatMap(({ fields }) => Object.keys(fields))])].filter((name) => type.fields.has(name));
};

const madeOf = ({ result, parts, late }: Making): readonly Made[] => (result?.ok === true ? [{ id: result.id, key: result.key, parts, late, demanded: 0 }] : []);

/** Where all are whole, they are read back while others are still being made. A link that one gets afterwards shows in others too. */
const carryOut = async (jira: Jira, project: Project, type: IssueType, all: readonly Making[], stop: Stop | undefined, back: BackReader, doneOf: (made: Made) => Done): Promise<ReadonlyMap<string, Made>> => {
  const atOnce = all.every(({ parts }) => isWhole(parts));
  const made: Made[] = [];
  await sendAll(jira, project, type, all, stop, (batch) => {
    const some = batch.flatMap(madeOf);
    jira.refs.learnAll(some.map(({ id, key, parts }) => ({ id, key, fields: { summary: parts.fields["summary"], issuetype: { name: type.name } } })));
    made.push(...some);
    if (atOnce) back.add(some.filter(({ late }) => late === undefined).map(doneOf));
  });
  noteWritten(jira, made.map(({ id }) => id));
  await finish(jira, project, type, made);
  back.add(made.filter(({ late }) => !atOnce || late !== undefined).map(doneOf));
  return new Map(made.map((one) => [one.id, one]));
};

/** One result per draft, in order. */
export const createIssues = async (jira: Jira, project: Project, type: IssueType, drafts: readonly Draft[], stop?: Stop): Promise<readonly WriteResult[]> => {
  await prepareWriting(jira, type, drafts.map((draft) => draft.fields));
  const all = drafts.map((draft): Making => ({ draft, parts: partsOf({ jira, type, mode: "create", before: {}, media: undefined }, draft.fields) }));
  const names = namesBack(jira, type, drafts);
  const reader = startReadingBack(jira, project, type);
  try {
    const made = await carryOut(jira, project, type, all, stop, reader, ({ id, parts }) => ({ id, names, written: [...parts.names.values()].flat() }));
    const back = await reader.end();
    return all.map(({ result, parts, late }): WriteResult => {
      if (result?.ok !== true) return result ?? failed("doubtful", "no outcome", parts);
      const read = back.get(result.id);
      return { ok: true, id: result.id, key: result.key, url: browseUrl(jira, result.key), problems: parts.problems, given: givenTexts(jira, type, { ...parts.fields, ...late }), demanded: made.get(result.id)?.demanded ?? 0, ...(read === undefined ? {} : { after: read.after, ...(read.overwritten.length === 0 ? {} : { overwritten: read.overwritten }) }) };
    });
  } finally {
    await reader.leave();
  }
};
