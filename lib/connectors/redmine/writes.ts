// Creating, changing and removing issues, one call each: Redmine has no bulk. Every write is read back, because what is
// forbidden is left out without a word. Refused fields are left out and the rest is written; a create is sent again only
// after a definite no.

import type { Fields } from "../../core/types.ts";
import type { Draft, FieldProblem, InterruptedUpdate, Overwritten, Patch, WriteResult } from "../connector.ts";
import { eachUntil, type Stop } from "../left.ts";
import { isDoubtful } from "../http.ts";
import { encoded } from "../json.ts";
import { complaint, type Reply } from "./client.ts";
import { evidenceOf, replacedIn } from "./evidence.ts";
import { includeFor, itemOf, linkOf } from "./items.ts";
import { AUTHOR } from "./fields.ts";
import { type Named, nameOf, notTheirs, settle } from "./inName.ts";
import { putIssue, readIssue } from "./issue.ts";
import { bodyOf, droppedOf, encodeAll, type Sent, touchedSince } from "./payload.ts";
import { namingNobody } from "./mentions.ts";
import { blame } from "./refusals.ts";
import { withAllRelations, writeRelations } from "./relations.ts";
import { issuesById } from "./pages.ts";
import { type Site, stillSignedIn } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { chunks, idOf, type Json, objectsAt, own, textAt } from "./wire.ts";

export interface Target {
  readonly site: Site;
  readonly type: TypeDef;
  /** As the caller named it. */
  readonly project: string;
}

type Refusal = Extract<WriteResult, { readonly ok: false }>;

export const refusal = (kind: Refusal["kind"], reason: string, problems: readonly FieldProblem[] = []): Refusal => ({ ok: false, kind, reason, problems });

/** A write's error as a value where it leaves doubt; everything else goes on upwards. */
export const doubtOf = (error: unknown): Refusal => {
  if (isDoubtful(error)) return refusal("doubtful", error.message);
  throw error;
};

/** What went wrong with an item's own address. A lost login looks like a missing item, so it is asked for first. */
export const refusalOf = async (site: Site, reply: Reply, problems: readonly FieldProblem[]): Promise<Refusal> => {
  if (reply.status === 403 || reply.status === 404) await stillSignedIn(site);
  return refusal(reply.status === 404 ? "missing" : "refused", complaint(reply), problems);
};

const allNames = (type: TypeDef): readonly string[] => [...type.fields.keys()];

const fieldsIn = (sent: readonly Sent[]): readonly string[] => sent.map(({ name }) => name);

interface Attempt {
  readonly reply: Reply;
  /** What was taken, as far as the answer tells. */
  readonly sent: readonly Sent[];
  readonly problems: readonly FieldProblem[];
  readonly writes: number;
}

/** Sends; after a refusal that names fields, sends again without these. Ends at the first other answer. */
const sendLess = async (type: TypeDef, sent: readonly Sent[], keep: (name: string) => boolean, send: (sent: readonly Sent[]) => Promise<Reply>): Promise<Attempt> => {
  let left = sent;
  const problems: FieldProblem[] = [];
  for (;;) {
    const reply = await send(left);
    if (reply.status !== 422) return { reply, sent: left, problems, writes: reply.status < 300 ? 1 : 0 };
    const found = blame(type, reply.errors, fieldsIn(left)).problems.filter((problem) => !keep(problem.field));
    if (found.length === 0) return { reply, sent: left, problems, writes: 0 };
    problems.push(...found);
    left = left.filter(({ name }) => !found.some((problem) => problem.field === name));
  }
};

/** Fields that Redmine checks against each other go together. */
const groupsOf = (sent: readonly Sent[]): readonly (readonly Sent[])[] => {
  const dates = sent.filter(({ name }) => name === "start_date" || name === "due_date");
  return [...(dates.length === 0 ? [] : [dates]), ...sent.filter((one) => !dates.includes(one)).map((one) => [one])];
};

/** Writes what can be written. Where Redmine's sentence names no field, each is tried alone to find the culprit. */
const change = async (site: Site, type: TypeDef, id: string, sent: readonly Sent[]): Promise<Attempt> => {
  let puts = 0;
  const put = async (some: readonly Sent[]): Promise<Reply> => {
    if (some.length === 0) return { status: 204, body: undefined, errors: [] };
    const reply = await putIssue(site, id, bodyOf(some));
    if (reply.status < 300) puts++;
    return reply;
  };
  const first = { ...(await sendLess(type, sent, () => false, put)), writes: puts };
  if (first.reply.status !== 422 || first.sent.length < 2) return first.reply.status === 422 ? { ...first, sent: [], problems: [...first.problems, ...fieldsIn(first.sent).map((field) => ({ field, reason: complaint(first.reply) }))] } : first;
  const problems = [...first.problems];
  const done: Sent[] = [];
  let writes = 0;
  let last = first.reply;
  for (const group of groupsOf(first.sent)) {
    last = await putIssue(site, id, bodyOf(group));
    if (last.status < 300) {
      done.push(...group);
      writes++;
    } else if (last.status === 422) problems.push(...fieldsIn(group).map((field) => ({ field, reason: complaint(last) })));
    else break;
  }
  return { reply: writes > 0 && last.status === 422 ? { ...last, status: 204 } : last, sent: done, problems, writes };
};

const isRelation = ({ field }: Sent): boolean => field.place.kind === "relation";

const written = (target: Target, issue: Json, problems: readonly FieldProblem[], others: readonly string[], more: Partial<Extract<WriteResult, { ok: true }>> = {}): WriteResult => ({
  ok: true,
  ...linkOf(target.site.base, target.type, idOf(issue)),
  problems,
  after: { item: itemOf(target.site.base, target.type, target.project, issue, allNames(target.type)), others },
  ...more,
});

/** Texts as they were sent, in the formatting of this Redmine. */
const givenTexts = (sent: readonly Sent[]): Fields => Object.fromEntries(sent.flatMap(({ name, field, wire }) => (field.schema.kind === "text" ? [[name, field.decode(String(wire))] as const] : [])));

/** Issues looked at in one call before they are written one after the other. More would make the look old. */
export const LOOK_AT_ONCE = 25;

/** One result per patch, in order. There is no condition on a write, so a look right before has to do. */
export const updateIssues = (target: Target, patches: readonly Patch[], stop?: Stop): Promise<readonly WriteResult[]> => {
  const { site, type } = target;
  const look = (part: readonly Patch[]): Promise<readonly Json[] | Refusal> => issuesById(site, part.map(({ id }) => id), includeFor(type, part.flatMap(({ fields }) => Object.keys(fields)))).catch(doubtOf);
  const parts = new Map(chunks(patches, LOOK_AT_ONCE).flatMap((part) => part.map((patch) => [patch, part] as const)));
  let looked: { readonly part: readonly Patch[]; readonly seen: readonly Json[] | Refusal } | undefined;
  return eachUntil(patches, stop, async (patch) => {
    const part = parts.get(patch) ?? [patch];
    if (looked?.part !== part) looked = { part, seen: await look(part) };
    const { seen } = looked;
    return "kind" in seen ? seen : updateIssue(target, patch, seen.find((issue) => idOf(issue) === patch.id));
  });
};

/** A description tells nobody whom it did not name before. `now`: the issue as it stands. */
const quietly = (site: Site, sent: readonly Sent[], now?: Json): readonly Sent[] => sent.map((one) => (one.name === "description" && typeof one.wire === "string" ? { ...one, wire: namingNobody(one.wire, site.options.textFormat, textAt(now, "description")) } : one));

const updateIssue = async (target: Target, patch: Patch, seen: Json | undefined): Promise<WriteResult> => {
  const { site, type } = target;
  const { sent, problems } = encodeAll(type, patch.fields, "onUpdate");
  if (sent.length === 0) return refusal("refused", problems[0]?.reason ?? "nothing to write", problems);
  const relations = sent.filter(isRelation);
  try {
    // Lists leave out what stands in closed projects.
    const now = seen ?? (await readIssue(site, patch.id));
    if (now === undefined) return await refusalOf(site, { status: 404, body: undefined, errors: [] }, problems);
    const touched = touchedSince(sent, patch.before, now);
    if (touched.length > 0) return refusal("changed", `somebody changed ${touched.join(", ")} since it was read`);
    const attempt = await change(site, type, patch.id, quietly(site, sent, now).filter((one) => !isRelation(one)));
    if (attempt.writes === 0 && attempt.reply.status >= 400 && attempt.reply.status !== 422) return await refusalOf(site, attempt.reply, problems);
    const linked = await writeRelations(site, now, relations, patch.before);
    const refused = [...problems, ...attempt.problems, ...linked.problems];
    if (attempt.writes + linked.calls === 0 && refused.length > 0) return refusal("refused", refused.map((problem) => problem.reason).join("; "), refused);
    return await readBack(target, patch, [...attempt.sent, ...relations], refused, attempt.writes + linked.calls);
  } catch (error) {
    return doubtOf(error);
  }
};

const readBack = async (target: Target, patch: Patch, sent: readonly Sent[], refused: readonly FieldProblem[], writes: number): Promise<WriteResult> => {
  const { site, type } = target;
  const shown = await readIssue(site, patch.id);
  if (shown === undefined) return refusal("missing", "the issue was removed while it was written");
  const [issue = shown] = includeFor(type, [...(patch.before.unseen ?? []), ...fieldsIn(sent)]) === undefined ? [shown] : await withAllRelations(site, [shown]);
  const { others, overwritten } = evidenceOf(type, issue, patch.before, site.me.id, fieldsIn(sent), writes);
  const able = sent.filter(({ name }) => !refused.some((problem) => problem.field === name));
  const dropped = droppedOf(able, issue, patch.before, others);
  return written(target, issue, [...refused, ...dropped], others, { given: givenTexts(able), ...(overwritten.length === 0 ? {} : { overwritten }) });
};

/** By id: what interrupted updates replaced of others, as the journals tell; nothing where an issue cannot be read. */
export const replacedBy = async ({ site, type }: Target, updates: readonly InterruptedUpdate[]): Promise<ReadonlyMap<string, readonly Overwritten[]>> => {
  const found = new Map<string, readonly Overwritten[]>();
  for (const update of updates) {
    const issue = await readIssue(site, update.id);
    if (issue !== undefined) found.set(update.id, replacedIn(type, issue, site.me.id, update));
  }
  return found;
};

/** The statuses a new issue can have are not those it can get: what was left out at first is tried as a change. */
const lateStatus = async (site: Site, issue: Json, sent: readonly Sent[]): Promise<number> => {
  const status = sent.find(({ name }) => name === "status");
  if (status === undefined || droppedOf([status], issue, undefined, []).length === 0) return 0;
  const reply = await putIssue(site, idOf(issue), bodyOf([status]));
  return reply.status < 300 ? 1 : 0;
};

/**
 * Redmine begins a new issue today unless told otherwise, and then refuses a due date in the past. What has no start date
 * begins at none.
 */
const startOf = (type: TypeDef, some: readonly Sent[]): Json => (type.fields.has("start_date") && some.some(({ name }) => name === "due_date") && !some.some(({ name }) => name === "start_date") ? { start_date: "" } : {});

/** After a definite no that names no field: only what must be there is sent, the rest follows as changes. */
const createBare = async (sent: readonly Sent[], send: (sent: readonly Sent[]) => Promise<Reply>): Promise<{ readonly attempt: Attempt; readonly later: readonly Sent[] }> => {
  const needed = sent.filter(({ field }) => field.schema.required);
  const reply = await send(needed);
  return { attempt: { reply, sent: needed, problems: [], writes: 0 }, later: reply.status < 300 ? sent.filter((one) => !needed.includes(one)) : [] };
};

interface Begun {
  readonly attempt: Attempt;
  /** What is to follow as changes. */
  readonly later: readonly Sent[];
}

const begin = async (type: TypeDef, able: readonly Sent[], send: (some: readonly Sent[]) => Promise<Reply>): Promise<Begun> => {
  const attempt = await sendLess(type, able, (name) => type.fields.get(name)?.schema.required === true, send);
  if (attempt.reply.status !== 422 || blame(type, attempt.reply.errors, fieldsIn(attempt.sent)).rest.length === 0 || !attempt.sent.some(({ field }) => !field.schema.required)) return { attempt, later: [] };
  const bare = await createBare(attempt.sent, send);
  return { attempt: { ...bare.attempt, problems: attempt.problems }, later: bare.later };
};

export const createIssue = async (target: Target, draft: Draft): Promise<WriteResult> => {
  const { site, type } = target;
  const { sent: all, problems } = encodeAll(type, draft.fields, "onCreate");
  const sent = all.filter(({ name }) => name !== AUTHOR);
  if (!sent.some(({ name, wire }) => name === "subject" && wire !== "")) return refusal("refused", "Subject cannot be empty", problems);
  const project = await site.project(target.project);
  const marker = type.intentField === undefined ? [] : [{ id: Number(type.intentField.id), value: draft.intent }];
  const sendAs = (as?: string) => (some: readonly Sent[]): Promise<Reply> => site.client.ask({ method: "POST", path: "/issues.json", ...(as === undefined ? {} : { as }), json: { issue: bodyOf(some, { project_id: Number(project.number), tracker_id: Number(type.tracker), ...startOf(type, some) }, marker) } });
  try {
    const able = quietly(site, sent).filter((one) => !isRelation(one));
    const relations = sent.filter(isRelation);
    const { login, person, problems: nameless } = await nameOf(site, draft.fields);
    const told = [...problems, ...nameless];
    if (login !== undefined) {
      const theirs = await begin(type, able, sendAs(login));
      const left = able.filter((one) => !theirs.attempt.sent.includes(one));
      if (theirs.attempt.reply.status < 400) return await finish(target, { ...theirs.attempt, problems: [] }, [...left, ...relations], told, { person, marker: draft.intent });
      // A definite no: nothing was made.
      told.push(notTheirs(theirs.attempt.reply));
    }
    const { attempt, later } = await begin(type, able, sendAs());
    if (attempt.reply.status >= 400) return await refusedCreate(site, type, attempt, told);
    return await finish(target, attempt, [...later, ...relations], told, { person: site.me.id, marker: draft.intent });
  } catch (error) {
    return doubtOf(error);
  }
};

const refusedCreate = async (site: Site, type: TypeDef, attempt: Attempt, problems: readonly FieldProblem[]): Promise<WriteResult> => {
  const named = blame(type, attempt.reply.errors, fieldsIn(attempt.sent)).problems;
  const result = await refusalOf(site, attempt.reply, [...problems, ...attempt.problems, ...named]);
  return result.kind === "missing" ? { ...result, kind: "refused" } : result;
};

/** What a person made without being allowed to say it is said by us. */
const missedBy = (attempt: Attempt, issue: Json): readonly Sent[] => attempt.sent.filter((one) => one.name !== "status" && droppedOf([one], issue, undefined, []).length > 0);

/** From here on the issue exists: whatever fails is a problem of a field, never a reason to create again. */
const finish = async (target: Target, attempt: Attempt, planned: readonly Sent[], problems: readonly FieldProblem[], named: Named): Promise<WriteResult> => {
  const { site, type } = target;
  const answered = own(attempt.reply.body, "issue");
  const id = idOf(answered);
  if (id === "") return refusal("doubtful", "Redmine confirmed the new issue without naming it");
  const refused = [...problems, ...attempt.problems];
  const link = linkOf(site.base, type, id);
  // The answer shows what its maker sees.
  const isOurs = named.person === site.me.id && ["", type.tracker].includes(idOf(own(answered, "tracker")));
  let later = planned;
  try {
    const settled = isOurs ? { issue: answered as Json, problems: [], demanded: 0 } : await settle(site, type, id, named);
    refused.push(...settled.problems);
    const { issue } = settled;
    const gone = (sent: readonly Sent[]): WriteResult => ({ ok: true, ...link, problems: [...refused, ...fieldsIn(sent).map((field) => ({ field, reason: "the issue cannot be seen any more right after it was created" }))] });
    if (issue === undefined) return gone([...attempt.sent, ...later]);
    if (!isOurs) later = [...missedBy(attempt, issue), ...later];
    const made = itemOf(site.base, type, target.project, issue, allNames(type));
    let writes = await lateStatus(site, issue, attempt.sent);
    const changed = await change(site, type, id, later.filter((one) => !isRelation(one)));
    const linked = await writeRelations(site, issue, later.filter(isRelation));
    writes += changed.writes + linked.calls;
    refused.push(...changed.problems, ...linked.problems);
    const sent = [...attempt.sent.filter((one) => !later.includes(one)), ...changed.sent, ...later.filter(isRelation)].filter(({ name }) => !refused.some((problem) => problem.field === name));
    const now = later.length === 0 && writes === 0 && droppedOf(sent, issue, undefined, []).length === 0 ? issue : await readIssue(site, id);
    // Removed, or hidden from us by what was written into it: it was made, and making it again would be the second.
    if (now === undefined) return gone(sent);
    const others = writes === 0 && now === issue ? [] : evidenceOf(type, now, made, site.me.id, fieldsIn(sent), writes).others;
    return written(target, now, [...refused, ...droppedOf(sent, now, undefined, others)], others, { given: givenTexts(sent), ...(settled.demanded === 0 ? {} : { demanded: settled.demanded }) });
  } catch (error) {
    // The item is known; only what came after it is in doubt. The next reading tells.
    if (!isDoubtful(error)) throw error;
    return { ok: true, ...link, problems: [...refused, ...fieldsIn(later).map((field) => ({ field, reason: error.message }))], given: givenTexts(attempt.sent) };
  }
};

/** Redmine removes subtasks together with their parent, which nobody planned. */
export const removeIssue = async ({ site }: Target, id: string): Promise<WriteResult> => {
  const path = `/issues/${encoded(id)}.json`;
  try {
    if (!site.options.deleteSubtasks) {
      const reply = await site.client.ask({ method: "GET", path, query: { include: "children" } });
      if (reply.status >= 400) return await refusalOf(site, reply, []);
      const children = objectsAt(site.client.demandOne({ method: "GET", path }, reply.body, "issue"), "children").length;
      if (children > 0) return refusal("refused", `its ${children} subtasks would be removed with it; remove them first, or set the option deleteSubtasks`);
    }
    const reply = await site.client.ask({ method: "DELETE", path });
    return reply.status < 300 ? { ok: true, id, problems: [] } : await refusalOf(site, reply, []);
  } catch (error) {
    return doubtOf(error);
  }
};
