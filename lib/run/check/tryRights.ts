// Tries the rights that an iteration will need, by using them: one item of each type that is written is made, changed, commented
// and taken away again. Nothing is tried whose trace could not be removed. The caller holds the connection's lock and has asked.

import type { Connector, WriteResult } from "../../connectors/connector.ts";
import { DoubtfulError } from "../../connectors/httpErrors.ts";
import type { Finding } from "../../core/check/finding.ts";
import { isForbidden, RemoteError } from "../../core/errors.ts";
import { flows, type SyncSet } from "../../core/mapping/model.ts";
import { type Fields, type Item, otherSide, type Side, SIDES, type TypeSchema, type Value } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";

interface Trial {
  readonly context: ConnectionContext;
  readonly connector: Connector;
  readonly set: SyncSet;
  readonly side: Side;
  readonly schema: TypeSchema;
  readonly name: string;
  readonly findings: Finding[];
}

/** Under the name a person will know it by, as long as the type lets it be. */
const trialName = (schema: TypeSchema, now: string): string => {
  const most = schema.fields.find((field) => field.name === schema.nameField)?.maxLength ?? Number.POSITIVE_INFINITY;
  const name = `Tandem tries its rights, ${now}: may be removed`;
  return name.length + CHANGED.length <= most ? name : `Tandem ${now.slice(11, 23)}`;
};

const CHANGED = ", changed";

const note = ({ findings, set, side }: Trial, severity: Finding["severity"], message: string, repair: string): void => void findings.push({ severity, category: "rights", syncSet: set.key, side, message, repair });

const whyNot = (result: Extract<WriteResult, { readonly ok: false }>): string => [result.reason, ...result.problems.map(({ field, reason }) => `${field}: ${reason}`)].filter((text) => text !== "").join("; ");

const wordOf = (error: unknown): string | undefined => (isForbidden(error) || error instanceof RemoteError ? error.message : undefined);

type Made = Pick<Extract<WriteResult, { readonly ok: true }>, "id" | "key">;

/** What the right was refused with is a finding; "doubtful" where nobody knows whether it was done; all else is not ours to judge. */
const attempt = async (trial: Trial, what: string, work: () => Promise<WriteResult | undefined>): Promise<Made | "doubtful" | undefined> => {
  const { set, side } = trial;
  const repair = "give the account the right";
  try {
    const result = await work();
    if (result?.ok === true) return result;
    if (result === undefined || result.kind === "doubtful") return "doubtful";
    note(trial, "error", `${set[side].type} in ${set[side].dataSource} cannot be ${what}: ${whyNot(result)}`, repair);
  } catch (error) {
    if (error instanceof DoubtfulError) return "doubtful";
    const word = wordOf(error);
    if (word === undefined) throw error;
    note(trial, "error", `${set[side].type} in ${set[side].dataSource} cannot be ${what}: ${word}`, repair);
  }
  return undefined;
};

/** A trial item that stayed would be carried over by the next iteration. */
const mayStay = (trial: Trial, why: string): void => note(trial, "error", `the trial item "${trial.name}" of ${trial.set[trial.side].dataSource} may be there still: ${why}`, "look for it by this name, and remove it by hand before the next iteration");

/** The trial item whose create got no good answer, looked for as an iteration looks. */
const lookFor = async (trial: Trial, intent: string, since: string): Promise<Made | undefined> => {
  const { connector, set, side, name } = trial;
  try {
    const { found, undecided } = await connector.find(set[side].type, set[side].project, [{ intent, name, since }]);
    const made = found.get(intent);
    if (made === undefined && undecided.has(intent)) mayStay(trial, "its create got no good answer, and it cannot be found yet");
    else if (made === undefined) note(trial, "warning", `${set[side].type} in ${set[side].dataSource} was not tried: the create got no good answer and made nothing`, "try again");
    return made;
  } catch (error) {
    const word = wordOf(error);
    if (word === undefined) throw error;
    mayStay(trial, `its create got no good answer, and looking for it failed: ${word}`);
    return undefined;
  }
};

const removeTrial = async (trial: Trial, { id }: Made): Promise<void> => {
  const { connector, set, side } = trial;
  try {
    const [gone] = await connector.remove(set[side].type, set[side].project, [id]);
    if (gone?.ok !== true && gone?.kind !== "missing") mayStay(trial, gone === undefined ? "its removal got no answer" : whyNot(gone));
  } catch (error) {
    const word = wordOf(error);
    if (word === undefined) throw error;
    mayStay(trial, word);
  }
};

const isEmpty = (value: Value | undefined): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** Required fields are filled as an item that is there has them, else with the first value of the list. */
const draftOf = async ({ connector, set, side, schema, name }: Trial): Promise<Fields> => {
  const { type, project } = set[side];
  const required = schema.fields.filter((field) => field.required && field.onCreate && field.name !== schema.nameField);
  let pattern: Item | undefined;
  if (required.length > 0)
    for await (const page of connector.changes({ type, project, fields: required.map((field) => field.name) })) {
      pattern = page.items[0];
      if (pattern !== undefined) break;
    }
  const fields: Record<string, Value> = schema.nameField === undefined ? {} : { [schema.nameField]: name };
  for (const field of required) {
    const seen = pattern?.fields[field.name];
    const [first] = field.choices ?? [];
    if (!isEmpty(seen)) fields[field.name] = seen as Value;
    else if (first !== undefined) fields[field.name] = field.multiple ? [{ choice: first.name, id: first.id }] : { choice: first.name, id: first.id };
  }
  return fields;
};

const tryComment = async (trial: Trial, id: string): Promise<void> => {
  const { connector, set, side, name } = trial;
  if (connector.comments === undefined || set.comments === undefined || !flows(set.comments.direction, otherSide(side))) return;
  // Comments are switched on for a whole connection: what has none loses nothing.
  if ((await connector.comments.takes?.(set[side].type, set[side].project)) === false) return;
  try {
    await connector.comments.add(set[side].type, set[side].project, id, `<p>${name}</p>`);
  } catch (error) {
    const word = wordOf(error);
    if (word === undefined) throw error;
    note(trial, "error", `${set[side].type} in ${set[side].dataSource} cannot be commented: ${word}`, "give the account the right, or switch comments off");
  }
};

const tryOne = async (trial: Trial): Promise<void> => {
  const { context, connector, set, side, schema, name } = trial;
  const { type, project, dataSource } = set[side];
  const intent = context.newId();
  const fields = await draftOf(trial);
  const since = await connector.now();
  const answer = await attempt(trial, "created", async () => (await connector.create(type, project, [{ intent, fields }]))[0]);
  const made = answer === "doubtful" ? await lookFor(trial, intent, since) : answer;
  if (made === undefined) return;
  try {
    const [before] = await connector.get({ type, project, ids: [made.id], fields: schema.nameField === undefined ? [] : [schema.nameField] });
    const nameField = schema.nameField;
    if (before === undefined) note(trial, "error", `${type} ${made.key ?? made.id} was made in ${dataSource} and cannot be read`, "give the account the right to see what it makes");
    else if (nameField !== undefined && (await attempt(trial, "changed", async () => (await connector.update(type, project, [{ id: made.id, fields: { [nameField]: `${name}${CHANGED}` }, before }]))[0])) === "doubtful")
      note(trial, "warning", `changing ${type} in ${dataSource} got no good answer`, "try again");
    await tryComment(trial, made.id);
  } finally {
    await removeTrial(trial, made);
  }
};

export interface TriedRights {
  readonly findings: readonly Finding[];
  /** What was, or would be, made, changed and removed. */
  readonly tried: readonly string[];
}

/** Each type of each project once, although several sync sets may write it. With `dryRun` nothing is made, and no lock is needed. */
export const tryRights = async (context: ConnectionContext, sets: readonly SyncSet[], { dryRun }: { readonly dryRun?: boolean } = {}): Promise<TriedRights> => {
  const findings: Finding[] = [];
  const tried: string[] = [];
  const done = new Set<string>();
  for (const set of sets)
    for (const side of SIDES) {
      const { type, project, allowCreate, dataSource } = set[side];
      const connector = context.connectors[side];
      if (!flows(set.direction, otherSide(side)) || !allowCreate || done.has(`${side} ${type} ${project}`)) continue;
      const schema = (await connector.types(project)).find((candidate) => candidate.name === type);
      if (schema === undefined) continue;
      const trial: Trial = { context, connector, set, side, schema, name: trialName(schema, context.now()), findings };
      if (!schema.canDelete) {
        note(trial, "warning", `${type} in ${dataSource} was not tried: the account may not delete, so the trial item would stay`, "lend the account the right for the trial, or make and change an item by hand under this account");
        continue;
      }
      done.add(`${side} ${type} ${project}`);
      tried.push(`${type} in project ${project} of ${dataSource}`);
      if (dryRun !== true) await tryOne(trial);
    }
  return { findings, tried };
};
