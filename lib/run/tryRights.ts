// Tries the rights that an iteration will need, by using them: one item of each type that is written is made, changed, commented
// and taken away again. Nothing is tried whose trace could not be removed. The caller holds the connection's lock and has asked.

import type { Connector, WriteResult } from "../connectors/connector.ts";
import type { Finding } from "../core/check/finding.ts";
import { AccessError, RemoteError } from "../core/errors.ts";
import { flows, type SyncSet } from "../core/mapping/model.ts";
import { type Fields, type Item, otherSide, type Side, type TypeSchema, type Value } from "../core/types.ts";
import type { ConnectionContext } from "./context.ts";

const SIDES = ["master", "target"] as const;

interface Trial {
  readonly context: ConnectionContext;
  readonly connector: Connector;
  readonly set: SyncSet;
  readonly side: Side;
  readonly schema: TypeSchema;
  readonly name: string;
  readonly findings: Finding[];
}

const note = ({ findings, set, side }: Trial, severity: Finding["severity"], message: string, repair: string): void => void findings.push({ severity, category: "rights", syncSet: set.key, side, message, repair });

const whyNot = (result: Extract<WriteResult, { readonly ok: false }>): string => [result.reason, ...result.problems.map(({ field, reason }) => `${field}: ${reason}`)].filter((text) => text !== "").join("; ");

const wordOf = (error: unknown): string | undefined => (error instanceof AccessError || error instanceof RemoteError ? error.message : undefined);

/** What the right was refused with is a finding, all else is not ours to judge. */
const attempt = async (trial: Trial, what: string, work: () => Promise<WriteResult | undefined>): Promise<Extract<WriteResult, { readonly ok: true }> | undefined> => {
  const { set, side } = trial;
  const repair = "give the account the right";
  try {
    const result = await work();
    if (result?.ok === true) return result;
    if (result !== undefined) note(trial, "error", `${set[side].type} in ${set[side].dataSource} cannot be ${what}: ${whyNot(result)}`, repair);
  } catch (error) {
    const word = wordOf(error);
    if (word === undefined) throw error;
    note(trial, "error", `${set[side].type} in ${set[side].dataSource} cannot be ${what}: ${word}`, repair);
  }
  return undefined;
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
  const made = await attempt(trial, "created", async () => (await connector.create(type, project, [{ intent, fields }]))[0]);
  if (made === undefined) return;
  try {
    const [before] = await connector.get({ type, project, ids: [made.id], fields: schema.nameField === undefined ? [] : [schema.nameField] });
    const nameField = schema.nameField;
    if (before === undefined) note(trial, "error", `${type} ${made.key ?? made.id} was made in ${dataSource} and cannot be read`, "give the account the right to see what it makes");
    else if (nameField !== undefined) await attempt(trial, "changed", async () => (await connector.update(type, project, [{ id: made.id, fields: { [nameField]: `${name}, changed` }, before }]))[0]);
    await tryComment(trial, made.id);
  } finally {
    const [gone] = await connector.remove(type, project, [made.id]);
    if (gone?.ok !== true && gone?.kind !== "missing") note(trial, "error", `the trial item ${made.key ?? made.id} of ${dataSource} could not be removed: ${gone === undefined ? "no answer" : whyNot(gone)}`, "remove it by hand before the next iteration");
  }
};

/** Each type of each project once, although several sync sets may write it. */
export const tryRights = async (context: ConnectionContext, sets: readonly SyncSet[]): Promise<{ readonly findings: readonly Finding[]; readonly tried: number }> => {
  const findings: Finding[] = [];
  const done = new Set<string>();
  for (const set of sets)
    for (const side of SIDES) {
      const { type, project, allowCreate, dataSource } = set[side];
      const connector = context.connectors[side];
      if (!flows(set.direction, otherSide(side)) || !allowCreate || done.has(`${side} ${type} ${project}`)) continue;
      const schema = (await connector.types(project)).find((candidate) => candidate.name === type);
      if (schema === undefined) continue;
      const trial: Trial = { context, connector, set, side, schema, name: `Tandem tries its rights, ${context.now()}: may be removed`, findings };
      if (!schema.canDelete) {
        note(trial, "warning", `${type} in ${dataSource} was not tried: the account may not delete, so the trial item would stay`, "lend the account the right for the trial, or make and change an item by hand under this account");
        continue;
      }
      done.add(`${side} ${type} ${project}`);
      await tryOne(trial);
    }
  return { findings, tried: done.size };
};
