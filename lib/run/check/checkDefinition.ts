// Looks for what would go wrong whatever the items hold: clocks, zones, languages, rights, projects that differ, workflows, boards,
// licences. Reads only.

import { languageFindings, needsWorkflow, projectFindings, workflowFindings, zoneFindings } from "../../core/check/definition.ts";
import type { Finding, Note } from "../../core/check/finding.ts";
import { clockObjection } from "../../core/sync/watermark.ts";
import { flows, type SyncSet } from "../../core/mapping/model.ts";
import { type Account, type FieldSchema, otherSide, type Side, SIDES } from "../../core/types.ts";
import type { Inspection } from "../../connectors/connector.ts";
import type { ConnectionContext } from "../context.ts";
import { REPAIRS } from "./repairs.ts";

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
