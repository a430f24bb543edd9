// Inside which item a name is compared (a sprint in its release), said alike on both sides.

import type { Connector } from "../../connectors/connector.ts";
import { UsageError } from "../../core/errors.ts";
import type { SyncSet } from "../../core/mapping/model.ts";
import { foldName } from "../../core/match/things.ts";
import { asList, isItemRef, type Item, type Side, SIDES } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";
import { readItems } from "./readItems.ts";

/** The field of a type that says inside which item a name stands. */
const scopeField = async (connector: Connector, type: string, project: string, within: string): Promise<string> => {
  const schema = (await connector.types(project)).find((candidate) => candidate.name === type);
  const field = schema?.fields.find((candidate) => candidate.kind === "reference" && candidate.refersTo?.includes(within) === true);
  if (field === undefined) throw new UsageError(`--within: in ${connector.dataSource} ${type} has no field that refers to ${within}`, "leave --within out, or map these names by hand");
  return field.name;
};

type Scope = (item: Item) => string | undefined;

interface Outer {
  /** Id → name, folded as the names inside are. */
  readonly names: ReadonlyMap<string, string>;
  /** Folded names that several bear: whose sprints are meant by one of them, nobody can tell. */
  readonly shared: ReadonlySet<string>;
}

const readOuter = async (context: ConnectionContext, sets: readonly SyncSet[], side: Side): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>();
  for (const set of sets) for (const [id, item] of await readItems(context, set, side, [])) names.set(id, foldName(item.name));
  return names;
};

/** Of those that were read, and of those that items refer to besides: one that is archived, or that a filter leaves out, bears its name too. */
const outerOf = (read: ReadonlyMap<string, string>, items: Iterable<Item>, field: string): Outer => {
  const names = new Map(read);
  for (const item of items) for (const ref of asList(item.fields[field])) if (isItemRef(ref) && !names.has(ref.ref) && (ref.name ?? "") !== "") names.set(ref.ref, foldName(ref.name ?? ""));
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of names.values()) (seen.has(name) ? shared : seen).add(name);
  return { names, shared };
};

export interface Scopes {
  readonly field: Readonly<Record<Side, string>>;
  of(items: Readonly<Record<Side, Iterable<Item>>>): Readonly<Record<Side, Scope>>;
}

/** Scopes are said alike on both sides: by the master's id where the outer item is paired, else by its name if that is one item's alone. */
export const scopesOf = async (context: ConnectionContext, set: SyncSet, within: string): Promise<Scopes> => {
  const outer = context.connection.syncSets.filter((candidate) => candidate.master.project === set.master.project && candidate.target.project === set.target.project && (candidate.master.type === within || candidate.target.type === within));
  const [first] = outer;
  if (first === undefined) throw new UsageError(`--within: ${context.connection.name} maps no type ${within} in the projects of ${set.key}`, `it maps ${[...new Set(context.connection.syncSets.flatMap((each) => SIDES.map((side) => each[side].type)))].join(", ")}`);
  const rows = (await context.store.syncSets.list(context.connection.name)).filter((row) => outer.some((candidate) => candidate.key === row.key));
  const toMaster = new Map<string, string>();
  const masters = new Set<string>();
  for (const row of rows) for await (const page of context.store.links.scan(row.id, "master")) for (const link of page) {
    // An ended pair says nothing of what is inside.
    if (link.state === "unlinked") continue;
    toMaster.set(link.target.id, link.master.id);
    masters.add(link.master.id);
  }
  const field = { master: await scopeField(context.connectors.master, set.master.type, set.master.project, first.master.type), target: await scopeField(context.connectors.target, set.target.type, set.target.project, first.target.type) };
  const read = { master: await readOuter(context, outer, "master"), target: await readOuter(context, outer, "target") };
  return {
    field,
    of: (items) => {
      const outers = { master: outerOf(read.master, items.master, field.master), target: outerOf(read.target, items.target, field.target) };
      const scope = (side: Side): Scope => (item) => {
        const [ref] = asList(item.fields[field[side]]);
        if (ref === undefined || !isItemRef(ref)) return undefined;
        const id = side === "target" ? toMaster.get(ref.ref) : masters.has(ref.ref) ? ref.ref : undefined;
        if (id !== undefined) return `id ${id}`;
        const name = outers[side].names.get(ref.ref) ?? "";
        return name === "" || SIDES.some((each) => outers[each].shared.has(name)) ? `${side} ${ref.ref}` : `name ${name}`;
      };
      return { master: scope("master"), target: scope("target") };
    },
  };
};
