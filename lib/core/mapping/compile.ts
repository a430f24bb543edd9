// Makes a connection's file into sync sets: names looked up in both endpoints' schemas, directions inherited, everything
// that could go wrong at run time for reasons known now refused here, all of it at once. Pure.

import type { ConnectionFile, DataSourceFile, TypeMappingFile } from "../config/schema.ts";
import type { Place } from "../config/parse.ts";
import type { Problem } from "../errors.ts";
import { DEFAULT_MAX_BYTES } from "../sync/attachments.ts";
import { inOrder } from "../sync/order.ts";
import { type FieldSchema, type Side, SIDES, type TypeSchema } from "../types.ts";
import { compileFields, findField } from "./compileFields.ts";
import { checkCriterion, compileSets } from "./compileSets.ts";
import { readyCriterion } from "./criterion.ts";
import { compilePeriod } from "./compilePeriod.ts";
import { fingerprintsOf, wholeFingerprint } from "./fingerprints.ts";
import { loops } from "./beside.ts";
import { closest } from "./closest.ts";
import type { Report } from "./report.ts";
import { checkSlices } from "./slices.ts";
import type { Transforms } from "./transform.ts";
import { type Connection, type Criterion, type DeletionPolicy, flows, givenByPeriod, type Notice, type SyncSet, type SyncSetSide } from "./model.ts";

export interface CompileInput {
  readonly file: ConnectionFile;
  readonly place: Place;
  readonly sources: Readonly<Record<Side, DataSourceFile>>;
  /** Types of a project as the endpoint tells them; undefined where the project does not exist or may not be seen. */
  readonly schemas: (side: Side, project: string) => readonly TypeSchema[] | undefined;
  /** The site's own functions; undefined where it has none. */
  readonly transforms?: Transforms | undefined;
}

export interface Compiled {
  readonly connection: Connection;
  readonly problems: readonly Problem[];
}

const bySide = <T>(value: T | { readonly master?: T | undefined; readonly target?: T | undefined } | undefined, side: Side): T | undefined =>
  typeof value === "object" && value !== null ? (value as { readonly master?: T; readonly target?: T })[side] : value;

const findType = (types: readonly TypeSchema[], name: string): TypeSchema | undefined => types.find((type) => type.name === name) ?? types.find((type) => type.name.toLowerCase() === name.toLowerCase());

type Pair = NonNullable<ConnectionFile["projects"]>[number];

/** The same projects mapped twice for a type would make every item twice (connect-product §1.1, trap 7): refused. */
const checkPairs = (input: CompileInput, report: Report): void => {
  input.file.types.forEach((type, index) => {
    if (type.projects !== undefined && (input.file.projects?.length ?? 0) > 0)
      report.problem(["types", index, "projects"], `${type.master} ~ ${type.target} has projects of its own while the connection has common projects`, "keep one of the two: both would synchronize the same items twice");
    if (type.projects === undefined && (input.file.projects?.length ?? 0) === 0) report.problem(["types", index], `no projects are mapped for ${type.master} ~ ${type.target}`, "add `projects` to the connection or to this type");
  });
};

/** One item must not fall under two sync sets that both create: it would get two partners. */
const checkOverlap = (sets: readonly SyncSet[], report: Report): void => {
  for (const [index, set] of sets.entries()) {
    for (const other of sets.slice(index + 1)) {
      for (const side of SIDES) {
        const to: Side = side === "master" ? "target" : "master";
        const same = set[side].type === other[side].type && set[side].project === other[side].project;
        const apart = [set, other].some((one) => one[side].filter !== undefined || one[side].criteria !== undefined);
        const sameTarget = set[to].type === other[to].type && set[to].project === other[to].project;
        if (!same || apart || sameTarget || !flows(set.direction, side) || !flows(other.direction, side)) continue;
        report.problem(["types"], `${set[side].type} of ${set[side].project} would be created both as ${set[to].type} of ${set[to].project} and as ${other[to].type} of ${other[to].project}`, "separate them by criteria or filter, or turn one direction");
      }
    }
  }
};

/** Type names are met as everywhere, whatever their case: a switch that is overlooked makes items nobody wanted. */
const allowedCreate = (source: DataSourceFile, schema: TypeSchema): boolean => {
  const said = Object.entries(source.allowCreate ?? {});
  const [, allowed] = said.find(([name]) => name === schema.name) ?? said.find(([name]) => name.toLowerCase() === schema.name.toLowerCase()) ?? [];
  return allowed ?? schema.canCreate;
};

/** A data source serves several connections: a name that says nothing here may say something elsewhere, so it is told, not refused. */
const checkAllowCreate = (input: CompileInput, report: Report): void => {
  for (const side of SIDES) {
    const pairs = [...(input.file.projects ?? []), ...input.file.types.flatMap((type) => type.projects ?? [])];
    const known = [...new Set(pairs.flatMap((pair) => input.schemas(side, pair[side]) ?? []).map((schema) => schema.name))];
    if (known.length === 0) continue;
    for (const name of Object.keys(input.sources[side].allowCreate ?? {})) {
      if (!known.some((type) => type.toLowerCase() === name.toLowerCase())) report.notice([side], `allowCreate of ${input.file[side]} names "${name}", which is no item type of the mapped projects: it switches nothing (they have ${closest(name, known)})`);
    }
  }
};

interface Closing {
  readonly deletion: DeletionPolicy;
  readonly closeStatus: string | undefined;
  readonly schema: TypeSchema;
  readonly path: readonly (string | number)[];
  readonly side: Side;
}

/** The policy may be meant for other types of the connection: without a status it is told, and each deletion waits for a person. */
const checkClosing = ({ deletion, closeStatus, schema, path, side }: Closing, report: Report): void => {
  const choices = schema.fields.find((field) => field.name === schema.statusField)?.choices;
  if (closeStatus !== undefined && choices !== undefined && !choices.some((choice) => choice.name === closeStatus)) report.problem([...path, "closeStatus", side], `${schema.name} has no status "${closeStatus}"`, `it has ${closest(closeStatus, choices.map((choice) => choice.name))}`);
  if (deletion === "close" && (closeStatus === undefined || schema.statusField === undefined)) report.notice(path, `deletion is close for ${schema.name} on the ${side}, but ${schema.statusField === undefined ? "it has no status" : "no closeStatus is given"}: every deletion of a partner waits for a person`);
};

const compileSide = (input: CompileInput, report: Report, type: TypeMappingFile, index: number, pair: Pair, side: Side, schema: TypeSchema): SyncSetSide => {
  const period = compilePeriod(type.period?.[side], schema, input.schemas(side, pair[side]) ?? [], { index, side }, report);
  const source = input.sources[side];
  const filter = bySide(type.filter, side);
  const given = bySide(type.criteria as never, side) as Criterion | undefined;
  const criteria = given === undefined ? undefined : readyCriterion(given, schema);
  const unmatched = type.unmatched?.[side];
  if (unmatched !== undefined && criteria === undefined) report.problem(["types", index, "unmatched", side], "says nothing without criteria on that side", "add `criteria`, or leave it out");
  checkCriterion(criteria, schema, ["types", index, "criteria", side], report);
  const deletion: DeletionPolicy = bySide(type.deletion, side) ?? bySide(input.file.deletion, side) ?? "ignore";
  const closeStatus = bySide(type.closeStatus, side);
  checkClosing({ deletion, closeStatus, schema, path: ["types", index], side }, report);
  return {
    dataSource: input.file[side],
    system: source.system,
    url: source.url,
    type: schema.name,
    project: pair[side],
    allowCreate: allowedCreate(source, schema),
    deletion,
    ...(filter === undefined ? {} : { filter }),
    ...(criteria === undefined ? {} : { criteria }),
    ...(unmatched === undefined || unmatched === "keep" ? {} : { unmatched }),
    ...(source.zone === undefined ? {} : { zone: source.zone }),
    ...(schema.nameField === undefined ? {} : { nameField: schema.nameField }),
    ...(schema.statusField === undefined ? {} : { statusField: schema.statusField }),
    ...(schema.noMarker === undefined ? {} : { noMarker: schema.noMarker }),
    ...(closeStatus === undefined ? {} : { closeStatus }),
    ...(period === undefined ? {} : { period }),
  };
};

const schemasFor = (input: CompileInput, report: Report, type: TypeMappingFile, index: number, pair: Pair): Record<Side, TypeSchema> | undefined => {
  const found: Partial<Record<Side, TypeSchema>> = {};
  for (const side of SIDES) {
    const types = input.schemas(side, pair[side]);
    if (types === undefined) {
      const own = type.projects?.indexOf(pair);
      const path = own === undefined ? ["projects", input.file.projects?.indexOf(pair) ?? 0, side] : ["types", index, "projects", own, side];
      report.problem(path, `project ${pair[side]} of ${input.file[side]} does not exist or may not be seen`, "check the project mapping and the account's rights");
      continue;
    }
    const schema = findType(types, type[side]);
    if (schema === undefined) {
      const known = types.map((candidate) => candidate.name);
      report.problem(["types", index, side], `${input.file[side]} (project ${pair[side]}) has no item type "${type[side]}"`, `it has ${closest(type[side], known)}`);
    } else found[side] = schema;
  }
  return found.master !== undefined && found.target !== undefined ? { master: found.master, target: found.target } : undefined;
};

/** A mapping that was refused for a word of it may be the very one that gives what is demanded: it is told by itself. */
const mayBeGiven = (type: TypeMappingFile, side: Side, schema: TypeSchema, { name, label }: FieldSchema): boolean =>
  type.fields.some((mapping) => mapping[side] === name || mapping[side].toLowerCase() === label.toLowerCase() || findField(schema, mapping[side]) === undefined);

/** What a creation on this side demands must come from somewhere (connect-product §1.11). */
const checkRequired = (input: CompileInput, report: Report, index: number, set: SyncSet, schemas: Record<Side, TypeSchema>, type: TypeMappingFile): void => {
  for (const side of SIDES) {
    const from: Side = side === "master" ? "target" : "master";
    if (!flows(set.direction, from) || !set[side].allowCreate) continue;
    for (const field of schemas[side].fields) {
      if (!field.required || set.fields.some((mapping) => mapping[side].name === field.name) || set.sets.some((rule) => rule.side === side && rule.field.name === field.name) || givenByPeriod(set[side].period, field.name)) continue;
      if (mayBeGiven(type, side, schemas[side], field)) continue;
      report.problem(["types", index, "fields"], `${field.label} (${field.name}) is required to create ${set[side].type} in ${input.file[side]}, but nothing sets it`, `map a field to it or set a value with \`set\``);
    }
  }
};

/** Comments and attachments as this type, else the connection, has them. */
const extrasOf = (input: CompileInput, type: TypeMappingFile): Pick<SyncSet, "comments" | "attachments"> => {
  const comments = type.comments ?? input.file.comments;
  const attachments = type.attachments ?? input.file.attachments;
  return {
    ...(comments === undefined ? {} : { comments: typeof comments === "string" ? { direction: comments, restricted: false } : { direction: comments.direction, restricted: comments.restricted ?? false } }),
    ...(attachments === undefined ? {} : { attachments: { direction: typeof attachments === "string" ? attachments : attachments.direction, maxBytes: typeof attachments === "string" || attachments.maxMegabytes === undefined ? DEFAULT_MAX_BYTES : Math.floor(attachments.maxMegabytes * 1024 * 1024) } }),
  };
};

const compileSet = (input: CompileInput, report: Report, type: TypeMappingFile, index: number, pair: Pair): SyncSet | undefined => {
  const schemas = schemasFor(input, report, type, index, pair);
  if (schemas === undefined) return undefined;
  const fields = compileFields({ file: input.file, transforms: input.transforms, sources: input.sources, type, pair, index, schemas, report });
  const sets = compileSets({ type, index, schemas, report, types: (side) => input.schemas(side, pair[side]) ?? [], fields });
  const sides = { master: compileSide(input, report, type, index, pair, "master", schemas.master), target: compileSide(input, report, type, index, pair, "target", schemas.target) };
  const extras = extrasOf(input, type);
  const direction = type.direction ?? input.file.direction ?? "biDirectional";
  const set: SyncSet = {
    key: `${input.file.name}/${schemas.master.name}~${schemas.target.name}/${pair.master}~${pair.target}`,
    connection: input.file.name,
    ...sides,
    direction,
    fields,
    sets,
    ...extras,
    fingerprint: wholeFingerprint({ fields, sets, sides, extras, direction }),
    fieldFingerprints: fingerprintsOf({ fields, sets, sides, extras, direction }),
  };
  checkRequired(input, report, index, set, schemas, type);
  return set;
};

/** Each type with each of its pairs of projects. Of two that are the same one is refused, however their types are spelled. */
const compileSetsOf = (input: CompileInput, report: Report): readonly SyncSet[] => {
  const sets = new Map<string, { readonly set: SyncSet; readonly index: number }>();
  input.file.types.forEach((type, index) => {
    (type.projects ?? input.file.projects ?? []).forEach((pair, position) => {
      const set = compileSet(input, report, type, index, pair);
      if (set === undefined) return;
      const before = sets.get(set.key);
      if (before === undefined) return void sets.set(set.key, { set, index });
      const path = before.index !== index ? ["types", index] : type.projects === undefined ? ["projects", position] : ["types", index, "projects", position];
      report.problem(path, `${set.master.type} of ${pair.master} ~ ${set.target.type} of ${pair.target} is mapped twice`, "remove one: every item would be synchronized twice");
    });
  });
  return [...sets.values()].map(({ set }) => set);
};

/** On one server an item may be its own partner's original: copies of copies, without end. */
const checkLoops = (input: CompileInput, report: Report): void => {
  const sources = { [input.file.master]: input.sources.master, [input.file.target]: input.sources.target };
  for (const { index, what, other } of loops(input.file, sources)) {
    if (other === undefined) report.problem(["types", index], `${what}: both sides are the same items of the same server, and each copy would be copied again`, "name another project or type on one side");
    else report.problem(["types", index], `${what} leads back to where ${other} comes from: each copy would be copied again`, "turn the direction of one of them, or separate both by filter or criteria on each side from which they take new items");
  }
};

/** Compiles a connection. `problems` is empty exactly if it may run. */
export const compileConnection = (input: CompileInput): Compiled => {
  const problems: Problem[] = [];
  const notices: Notice[] = [];
  const report: Report = {
    problem: (path, message, advice) => problems.push({ ...input.place(path), message, ...(advice === undefined ? {} : { advice }) }),
    notice: (path, message) => {
      if (!notices.some((notice) => notice.message === message)) notices.push({ path: input.place(path).path ?? "", message });
    },
  };
  if (input.file.master === input.file.target) report.problem(["target"], "master and target are the same data source", "define a second data source for the same server");
  checkPairs(input, report);
  checkSlices(input.file, report);
  checkAllowCreate(input, report);
  checkLoops(input, report);
  const sets = compileSetsOf(input, report);
  checkOverlap(sets, report);
  const unique = problems.filter((problem, position) => problems.findIndex((other) => other.message === problem.message && other.path === problem.path) === position);
  return {
    problems: unique,
    connection: {
      name: input.file.name,
      masterSource: input.file.master,
      targetSource: input.file.target,
      syncSets: inOrder(sets),
      frequencySeconds: input.file.frequency ?? 60,
      ...(input.file.slices === undefined ? {} : { slices: input.file.slices }),
      groups: input.file.groups ?? [],
      notices,
    },
  };
};
