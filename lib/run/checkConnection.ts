// Looks for what would go wrong before it does: clocks, zones, languages, rights, projects that differ, workflows, boards, list
// values and people in actual use. The definition itself was compiled before this runs. Reads only.

import { languageFindings, needsWorkflow, projectFindings, workflowFindings, zoneFindings } from "../core/check/definition.ts";
import type { Finding, FindingCategory, Note } from "../core/check/finding.ts";
import { convert } from "../core/sync/convert.ts";
import { fieldsToRead } from "../core/sync/pair.ts";
import { inOrder } from "../core/sync/order.ts";
import { clockObjection } from "../core/sync/watermark.ts";
import { flows, givenByPeriod, type SyncSet } from "../core/mapping/model.ts";
import { type Account, type FieldSchema, type Instant, type Item, type Side, isUnseen, otherSide } from "../core/types.ts";
import type { Inspection } from "../connectors/connector.ts";
import type { ConnectionContext } from "./context.ts";
import { createResolver, type Resolver } from "./steps/lookUp/resolve.ts";

export type { Finding, FindingCategory, Note } from "../core/check/finding.ts";

export interface CheckResult {
  readonly connection: string;
  readonly findings: readonly Finding[];
  /** What the endpoints tell of licences and workflows, and what they do not. */
  readonly notes: readonly Note[];
  readonly itemsRead: number;
}

const SIDES = ["master", "target"] as const;
/** Enough to meet the usual values and people; --live reads everything. */
const SAMPLE = 500;
const LOOK_BACK_DAYS: readonly number[] = [7, 90];

const checkClocks = async (context: ConnectionContext): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const objection = clockObjection(await context.connectors[side].now(), context.now(), undefined);
    if (objection !== undefined) findings.push({ severity: "error", category: "clock", side, message: `${context.connectors[side].dataSource}: ${objection.message}`, repair: objection.advice });
  }
  return findings;
};

const checkRights = (set: SyncSet): readonly Finding[] =>
  SIDES.flatMap((side): readonly Finding[] => {
    if (!flows(set.direction, otherSide(side)) || set[side].allowCreate) return [];
    return [{ severity: "warning", category: "rights", syncSet: set.key, side, message: `${set[side].type} items are never created in ${set[side].dataSource}: Allow Create is off or the account has no right to`, repair: "give the account the right, or turn the type's direction" }];
  });

/** Without a marker an item whose create left doubt is known by its name alone. */
const checkMarkers = (set: SyncSet): readonly Finding[] =>
  SIDES.flatMap((side): readonly Finding[] => {
    const { noMarker, type, dataSource, allowCreate } = set[side];
    if (noMarker === undefined || !allowCreate || !flows(set.direction, otherSide(side))) return [];
    return [{ severity: "warning", category: "mapping", syncSet: set.key, side, message: `${type} in ${dataSource} has no text field "${noMarker}", which intentField names: what is made there bears no marker, and is known by name and time alone after a lost reply`, repair: `add the field to ${type}, or correct options.intentField of the data source` }];
  });

/** The field by which new items of this side are made in the name of others. */
const namingField = ({ connectors }: ConnectionContext, set: SyncSet, side: Side): FieldSchema | undefined => {
  const { impersonation } = connectors[side].capabilities;
  if (impersonation === undefined || !set[side].allowCreate || !flows(set.direction, otherSide(side))) return undefined;
  const fields = [...set.fields.map((mapping) => mapping[side]), ...set.sets.flatMap((rule) => (rule.side === side ? [rule.field] : []))];
  return fields.find((field) => field.name === impersonation && field.onCreate);
};

/** Made in another's name, an item without a marker cannot be told from one that this person made. */
const checkImpersonation = (context: ConnectionContext, set: SyncSet): readonly Finding[] =>
  SIDES.flatMap((side): readonly Finding[] => {
    const field = namingField(context, set, side);
    const { type, dataSource } = set[side];
    if (field === undefined || context.connectors[side].capabilities.marker === "create") return [];
    const { label } = field;
    return [{ severity: "warning", category: "mapping", syncSet: set.key, side, field: label, message: `${type} items are made in ${dataSource} in the name of whoever ${label} says, and bear no marker: one whose create got no reply cannot be told for ours, and waits for a person`, repair: "name a text field for the marker in options.intentField of the data source" }];
  });

const readSome = async (context: ConnectionContext, set: SyncSet, side: Side, since: Instant | undefined, most: number): Promise<readonly Item[]> => {
  const items = new Map<string, Item>();
  const own = set[side];
  for await (const page of context.connectors[side].changes({ type: own.type, project: own.project, fields: fieldsToRead(set, side), ...(since === undefined ? {} : { since }), ...(own.filter === undefined ? {} : { filter: own.filter }) })) {
    for (const item of page.items) items.set(item.id, item);
    context.progress.update(`reading ${own.type} of ${own.dataSource}`, items.size);
    if (items.size >= most) break;
  }
  return [...items.values()];
};

/** Readings begin with what rested longest, and that tells little of what is in use: so ever longer times are looked back. */
const sample = async (context: ConnectionContext, set: SyncSet, side: Side, everything: boolean): Promise<readonly Item[]> => {
  if (everything) return readSome(context, set, side, undefined, Number.POSITIVE_INFINITY);
  const now = Date.parse(await context.connectors[side].now());
  for (const days of LOOK_BACK_DAYS) {
    const items = await readSome(context, set, side, new Date(now - days * 86_400_000).toISOString(), SAMPLE);
    if (items.length >= SAMPLE) return items;
  }
  return readSome(context, set, side, undefined, SAMPLE);
};

const categoryOf = (kind: string, reason: string): FindingCategory => (kind === "person" ? "people" : kind === "reference" ? "references" : reason.includes("value") ? "values" : "mapping");

const REPAIRS: Readonly<Record<FindingCategory, string>> = {
  clock: "set the clocks",
  rights: "give the account the right",
  values: "add the value to the field's value map; --out FILE makes a table of them to be filled in, --findings FILE takes it back",
  people: "add the person to the user map (matchByName --type user proposes), or name a fallback user",
  references: "map the referred type, or leave the field out",
  required: "map a field to it or set a value",
  workflow: "extend the workflow, or map to another status",
  mapping: "change the mapping of the field",
  projects: "compare the projects",
  zones: "name the zone",
  language: "keep the account's language",
  boards: "extend the filter of a board",
  licences: "give the account a licence",
};

/** What of these items could not be carried over, one finding per field and reason. */
const checkItems = async (set: SyncSet, side: Side, items: readonly Item[], resolver: Resolver): Promise<readonly Finding[]> => {
  const mappings = set.fields.filter((mapping) => flows(mapping.direction, side) || flows(set.direction, side));
  await resolver.prepare(items.map((item) => ({ side, item, mappings })));
  const found = new Map<string, Finding & { items: number }>();
  for (const item of items) {
    for (const mapping of mappings) {
      const converted = convert(item.fields[mapping[side].name], mapping, side, resolver.lookups);
      if (converted.ok || converted.awaits !== undefined) continue;
      const key = `${mapping.key} ${converted.reason}`;
      const known = found.get(key);
      const category = categoryOf(mapping[side].kind, converted.reason);
      found.set(key, { severity: "warning", category, syncSet: set.key, side, field: mapping[side].label, mapping: mapping.key, ...(category === "values" ? { value: /"([^"]*)"/.exec(converted.reason)?.[1] ?? "" } : {}), message: converted.reason, repair: REPAIRS[category], items: (known?.items ?? 0) + 1, example: known?.example ?? item.key ?? item.id });
    }
  }
  return [...found.values()];
};

/** What the account may not see in some items stays as it is there. */
const checkUnseen = (set: SyncSet, side: Side, items: readonly Item[]): readonly Finding[] =>
  set.fields.flatMap((mapping): readonly Finding[] => {
    const hidden = items.filter((item) => isUnseen(item, mapping[side].name));
    const [first] = hidden;
    if (first === undefined) return [];
    return [{ severity: "warning", category: "rights", syncSet: set.key, side, field: mapping[side].label, message: `${mapping[side].label} may not be read in some items: it is carried neither way there`, repair: REPAIRS.rights, items: hidden.length, example: first.key ?? first.id }];
  });

const requiredEmpty = (set: SyncSet, side: Side, items: readonly Item[]): readonly Finding[] => {
  const to = otherSide(side);
  if (!flows(set.direction, side) || !set[to].allowCreate) return [];
  return set.fields.flatMap((mapping): readonly Finding[] => {
    if (!mapping[to].required || givenByPeriod(set[to].period, mapping[to].name)) return [];
    const empty = items.filter((item) => {
      if (isUnseen(item, mapping[side].name)) return false;
      const value = item.fields[mapping[side].name] ?? null;
      return value === null || value === "" || (Array.isArray(value) && value.length === 0);
    });
    const [first] = empty;
    if (first === undefined) return [];
    return [{ severity: "warning", category: "required", syncSet: set.key, side, field: mapping[side].label, message: `${mapping[to].label} is required to create ${set[to].type} in ${set[to].dataSource}, but empty here`, repair: REPAIRS.required, items: empty.length, example: first.key ?? first.id }];
  });
};

/** A default release that is not there would keep every new sprint out. */
const checkReleases = async (context: ConnectionContext, set: SyncSet): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const { period, project, dataSource } = set[side];
    const wanted = period?.defaultRelease;
    if (period?.release === undefined || wanted === undefined) continue;
    let there = false;
    for await (const page of context.connectors[side].changes({ type: period.release.type, project, fields: [] })) if (page.items.some((item) => item.id === wanted || item.name === wanted)) there = true;
    if (!there) findings.push({ severity: "error", category: "references", syncSet: set.key, side, ...(period.within === undefined ? {} : { field: period.within.label }), message: `${dataSource} has no ${period.release.type} "${wanted}", which is the default release`, repair: `make it, or name another one at period.${side}.defaultRelease` });
  }
  return findings;
};

/** The project from which each side's mapping was made, where it is another than the one that is synchronized. */
export type Samples = Partial<Readonly<Record<Side, string>>>;

const checkProjects = async (context: ConnectionContext, set: SyncSet, samples: Samples): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const side of SIDES) {
    const sample = samples[side];
    if (sample === undefined || sample === set[side].project) continue;
    const types = await context.connectors[side].types(sample);
    findings.push(...projectFindings(set, side, types.find(({ name }) => name === set[side].type) ?? null));
  }
  return findings;
};

interface Looked {
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

const workflowView = (set: SyncSet, side: Side, inspection: Inspection | undefined): Looked => {
  const { workflow, unseen, untold } = inspection ?? {};
  if (workflow === "any") return { findings: [], notes: [] };
  const note = (message: string): Note => ({ about: "workflow", syncSet: set.key, side, told: false, message: `${message}${untold === undefined ? "" : `: ${untold}`}` });
  if (workflow === undefined) return { findings: [], notes: [note(`whether the workflow of ${set[side].type} leads to every mapped status cannot be known`)] };
  const { findings, unknown } = workflowFindings(set, side, workflow, unseen);
  return { findings, notes: unknown.length === 0 ? [] : [note(`whether the workflow of ${set[side].type} leads to ${unknown.map((status) => `"${status}"`).join(", ")} cannot be known`)] };
};

const checkWays = async (context: ConnectionContext, set: SyncSet): Promise<Looked> => {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  for (const side of SIDES) {
    const connector = context.connectors[side];
    const { type, project, dataSource, filter } = set[side];
    const inspection = await connector.inspect?.({ type, project, ...(filter === undefined ? {} : { filter }) });
    if (needsWorkflow(set, side)) {
      const view = workflowView(set, side, inspection);
      findings.push(...view.findings);
      notes.push(...view.notes);
    }
    const { misread, mistyped, unnameable } = inspection ?? {};
    if (mistyped !== undefined) findings.push({ severity: "warning", category: "mapping", syncSet: set.key, side, message: `${dataSource}: ${mistyped.says}`, repair: mistyped.repair, items: mistyped.items, example: mistyped.example });
    const naming = unnameable === undefined ? undefined : namingField(context, set, side);
    if (naming !== undefined) findings.push({ severity: "warning", category: "rights", syncSet: set.key, side, field: naming.label, message: `no ${type} can be made in ${dataSource} in the name of whoever ${naming.label} says, only in our own: ${unnameable}`, repair: "give the account the right, or leave the field out" });
    if (misread !== undefined) findings.push({ severity: "warning", category: "zones", syncSet: set.key, side, message: `${dataSource}: ${misread.says}`, repair: misread.repair });
    for (const { place, items, example } of inspection?.hiding ?? [])
      findings.push({ severity: "warning", category: "boards", syncSet: set.key, side, message: `no board of ${dataSource} shows them: the filter of ${place} leaves them out`, repair: "extend the filter of a board, or tell people where to look for them", items, example });
  }
  return { findings, notes };
};

const checkLicences = async (context: ConnectionContext): Promise<Looked> => {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  for (const side of SIDES) {
    const connector = context.connectors[side];
    const { dataSource, system } = connector;
    const licence = await connector.licence?.();
    notes.push({ about: "licences", side, told: licence !== undefined, message: `${dataSource}: ${licence?.says ?? `${system} does not tell the account's licences`}` });
    if (licence?.lacking === true) findings.push({ severity: "error", category: "licences", side, message: `${dataSource}: ${licence.says}`, repair: REPAIRS.licences });
  }
  return { findings, notes };
};

const accountsOf = async (context: ConnectionContext): Promise<Readonly<Record<Side, Account>>> => ({ master: await context.connectors.master.account(), target: await context.connectors.target.account() });

/** Everything that needs no item. `asking`: workflows, boards and licences too, which cost calls. */
export const checkDefinition = async (context: ConnectionContext, sets: readonly SyncSet[], samples: Samples, { asking }: { readonly asking: boolean }): Promise<Looked> => {
  const accounts = await accountsOf(context);
  const findings: Finding[] = [...(await checkClocks(context)), ...languageFindings(accounts, { master: context.connection.masterSource, target: context.connection.targetSource })];
  const notes: Note[] = [];
  const look = async (looking: Promise<Looked>): Promise<void> => {
    const looked = await looking;
    findings.push(...looked.findings);
    notes.push(...looked.notes);
  };
  if (asking) await look(checkLicences(context));
  for (const set of sets) {
    findings.push(...checkRights(set), ...checkMarkers(set), ...checkImpersonation(context, set), ...zoneFindings(set, accounts), ...(await checkProjects(context, set, samples)), ...(await checkReleases(context, set)));
    if (asking) await look(checkWays(context, set));
  }
  return { findings, notes };
};

/** Throws what the connectors throw. */
export const checkConnection = async (context: ConnectionContext, options: { readonly everything?: boolean; readonly samples?: Samples } = {}): Promise<CheckResult> => {
  const sets = inOrder(context.connection.syncSets);
  const rows = await context.store.syncSets.ensure(context.connection.name, sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: sets.map((set, index) => ({ set, id: rows[index]?.id ?? 0 })) });
  const looked = await checkDefinition(context, sets, options.samples ?? {}, { asking: true });
  const findings: Finding[] = [...looked.findings];
  for (const notice of context.connection.notices) findings.push({ severity: "warning", category: "mapping", message: notice.message, repair: "say so in the file, or map another field" });
  let itemsRead = 0;
  for (const set of sets) {
    for (const side of SIDES) {
      const items = await sample(context, set, side, options.everything === true);
      itemsRead += items.length;
      findings.push(...(await checkItems(set, side, items, resolver)), ...requiredEmpty(set, side, items), ...checkUnseen(set, side, items));
    }
  }
  context.progress.done();
  return { connection: context.connection.name, findings, notes: looked.notes, itemsRead };
};
