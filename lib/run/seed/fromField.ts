// Reads pairs from a field, or from the addresses beside an item, that name the item of the other system.

import { UsageError } from "../../core/errors.ts";
import { idsInText } from "../../core/links/fieldLinks.ts";
import { isSamePlace } from "../../core/links/itemAddress.ts";
import type { Instruction } from "../../core/links/model.ts";
import type { SyncSet } from "../../core/mapping/model.ts";
import { plainText } from "../../core/text/normal.ts";
import { type FieldSchema, isItemRef, type Item, otherSide, type Side } from "../../core/types.ts";
import type { ConnectionContext } from "../context.ts";
import { caseless } from "./named.ts";

const textsOf = (item: Item, { name, kind }: FieldSchema): readonly string[] => {
  const value = item.fields[name];
  if (kind === "text" && typeof value === "string") return [plainText(value)];
  return (Array.isArray(value) ? value : [value]).flatMap((member: unknown) => (typeof member === "string" || typeof member === "number" ? [String(member)] : isItemRef(member) ? [member.ref] : []));
};

export interface FromField {
  readonly instructions: readonly Instruction[];
  /** Items whose field names more than one, or nothing that could be one, in words. */
  readonly leftOut: readonly string[];
  /** Of items whose field names several, each pair that may be meant. */
  readonly undecided: readonly Instruction[];
}

const MOST_NAMED = 3;

/** A field named as in the schema, or as people see it. */
const fieldNamed = async (context: ConnectionContext, set: SyncSet, side: Side, field: string): Promise<FieldSchema | undefined> => {
  const schema = (await context.connectors[side].types(set[side].project)).find((type) => type.name === set[side].type);
  return schema?.fields.find((candidate) => candidate.name === field || candidate.label.toLowerCase() === field.toLowerCase());
};

/** What --from-field calls the addresses that some systems keep beside the fields of an item. A field of that name goes first. */
const REMOTE_LINKS = "remoteLinks";

/** What to ask for with the items, and the texts that each of them holds. */
interface Source {
  readonly fields: readonly string[];
  /** A list of links, which may lead anywhere: those to other systems are no mistake. */
  readonly isList: boolean;
  of(items: readonly Item[]): Promise<(item: Item) => readonly string[]>;
}

/** The host of a data source, as `addresses` of a connection tell it. */
const hostOf = (home: string | undefined): readonly string[] => /^\S+ ([^/,]+)/.exec(home ?? "")?.slice(1) ?? [];

/**
 * Where an address leads that is none of the other system's items: its host is neither the data source's own nor, behind a gateway,
 * that of its items' pages (clients of ALM put project and domain before it), or it names another place there.
 */
const elsewhereOf = async (context: ConnectionContext, set: SyncSet, side: Side): Promise<(url: URL) => string | undefined> => {
  const { type, project } = set[side];
  const hosts = new Set(hostOf(context.connection.addresses?.[side]));
  let home: URL | undefined;
  for await (const page of context.connectors[side].changes({ type, project, fields: [] })) {
    for (const { url } of page.items) if (url !== undefined && URL.canParse(url)) hosts.add((home = new URL(url)).host);
    if (page.items.length > 0) break;
  }
  return (url) => {
    if (hosts.size > 0 && ![...hosts].some((host) => url.host === host || url.host.endsWith(`.${host}`))) return url.host;
    return isSamePlace(url, home, project) ? undefined : `another place of ${url.host} (${url.href})`;
  };
};

const sourceNamed = async (context: ConnectionContext, set: SyncSet, side: Side, field: string): Promise<Source | undefined> => {
  const schema = await fieldNamed(context, set, side, field);
  if (schema !== undefined) return { fields: [schema.name], isList: schema.multiple, of: async () => (item) => textsOf(item, schema) };
  const connector = context.connectors[side];
  if (connector.remoteLinks === undefined || field.toLowerCase() !== REMOTE_LINKS.toLowerCase()) return undefined;
  const { type, project } = set[side];
  return {
    fields: [],
    isList: true,
    of: async (items) => {
      const links = await connector.remoteLinks?.({ type, project, ids: items.map(({ id }) => id) });
      return ({ id }) => links?.get(id) ?? [];
    },
  };
};

/**
 * One instruction for each item of `side` whose field holds the id, the key or the address of one other item; those that name
 * several, or say something else, are told. `syncSet`: only items of this one. Throws UsageError where no mapped type of that side
 * has the field.
 */
export const instructionsFromField = async (context: ConnectionContext, side: Side, field: string, syncSet?: string): Promise<FromField> => {
  const instructions: Instruction[] = [];
  const undecided: Instruction[] = [];
  const leftOut: string[] = [];
  let known = false;
  for (const set of context.connection.syncSets.filter(({ key }) => syncSet === undefined || key === syncSet)) {
    const source = await sourceNamed(context, set, side, field);
    if (source === undefined) continue;
    known = true;
    const elsewhereIn = await elsewhereOf(context, set, otherSide(side));
    for await (const page of context.connectors[side].changes({ type: set[side].type, project: set[side].project, fields: source.fields })) {
      const textsIn = await source.of(page.items);
      for (const item of page.items) {
        const read = textsIn(item).map((text) => idsInText(text, elsewhereIn));
        // Keys stand there in any letters' case.
        const ids = [...new Map(read.flatMap(({ ids: found }) => found.map((id) => [caseless(id), id] as const))).values()];
        const [other] = ids;
        const [strange] = read.flatMap((one) => one.strange ?? []);
        const [elsewhere] = read.flatMap((one) => one.elsewhere ?? []);
        if (ids.length > 1) leftOut.push(`${side} ${item.key ?? item.id} names several: ${ids.slice(0, MOST_NAMED).join(", ")}${ids.length > MOST_NAMED ? " …" : ""}`);
        else if (other === undefined && elsewhere !== undefined && !source.isList) leftOut.push(`${side} ${item.key ?? item.id} leads to ${elsewhere}, not to ${set[otherSide(side)].dataSource}`);
        else if (other === undefined && strange !== undefined) leftOut.push(`${side} ${item.key ?? item.id} names no item: "${strange}"`);
        for (const id of ids) {
          const ends = { [`${side}Id`]: item.id, [`${otherSide(side)}Id`]: id } as { readonly masterId: string; readonly targetId: string };
          (ids.length > 1 ? undecided : instructions).push({ action: "add", set: { key: set.key }, ...ends, line: 0, column: 0 });
        }
      }
      context.progress.update(`reading ${field} of ${set[side].type} of ${set[side].dataSource}`, instructions.length);
    }
  }
  context.progress.done();
  if (!known) throw new UsageError(`no mapped type of ${context.connection.syncSets[0]?.[side].dataSource ?? side} has a field "${field}"`, "checkConnection lists the fields");
  return { instructions: [...new Map(instructions.map((instruction) => [`${instruction.masterId}\0${instruction.targetId}`, instruction])).values()], leftOut, undecided };
};
