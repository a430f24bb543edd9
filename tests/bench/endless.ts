// A system with any number of items, each made up when it is asked for: nothing of it stays in memory, so that what a
// process holds is ours.

import type { Capabilities, ChangePage, Connector, Draft, ListedItem, WriteResult } from "../../lib/connectors/connector.ts";
import type { Fields, Item } from "../../lib/core/types.ts";

export const BEGIN = Date.parse("2026-03-02T08:00:00.000Z");

const CAN: Capabilities = {
  marker: "create",
  pageSize: 1000,
  idPageSize: 5000,
  bulkGet: 200,
  bulkCreate: 200,
  bulkUpdate: 200,
  readBackCalls: () => 0,
  overlapSeconds: 5,
  conditionalUpdate: false,
  comments: false,
  attachments: false,
  deletionEvidence: "none",
};

export interface Endless {
  readonly dataSource: string;
  readonly prefix: string;
  /** Items there are: prefix1 … prefixN, each changed a millisecond after the one before. */
  readonly items: number;
  readonly fieldsOf: (n: number) => Fields;
}

const at = (n: number): string => new Date(BEGIN + n).toISOString();

export const itemOf = ({ prefix, fieldsOf }: Endless, type: string, project: string, n: number): Item => ({ type, id: `${prefix}${n}`, key: `${project}-${n}`, project, name: `item ${n}`, version: "1", changedAt: at(n), fields: fieldsOf(n) });

const range = (from: number, to: number): readonly number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

export const createEndless = (world: Endless): Connector & { readonly made: () => number } => {
  let [calls, made] = [0, 0];
  const numberOf = (id: string): number => Number(id.slice(world.prefix.length));
  const makeOne = (type: string, project: string, { intent, fields }: Draft): WriteResult => {
    const n = world.items + ++made;
    const item: Item = { type, id: `${world.prefix}${n}`, key: `${project}-${n}`, project, name: String(fields.name), version: "1", changedAt: at(n), intent, fields };
    return { ok: true, id: item.id, key: `${project}-${n}`, problems: [], after: { item, others: [] } };
  };
  const none = async (): Promise<never> => {
    throw new Error("nobody asks this of an endless system");
  };
  return {
    system: "memory",
    dataSource: world.dataSource,
    capabilities: CAN,
    made: () => made,
    calls: () => calls,
    account: async () => ({ id: "sync", name: "Sync" }),
    now: async () => new Date(BEGIN + 3_600_000).toISOString(),
    projects: async () => [],
    types: async () => [],
    changes: async function* ({ type, project, since }): AsyncGenerator<ChangePage> {
      const first = since === undefined ? 1 : Math.max(1, Date.parse(since) - BEGIN);
      for (let from = first; ; from += CAN.pageSize) {
        calls++;
        const page = range(from, Math.min(world.items, from + CAN.pageSize - 1));
        if (page.length > 0) yield { items: page.map((n) => itemOf(world, type, project, n)) };
        if (page.length < CAN.pageSize) return;
      }
    },
    list: async function* (): AsyncGenerator<readonly ListedItem[]> {
      for (let from = 1; from <= world.items; from += CAN.idPageSize) {
        calls++;
        yield range(from, Math.min(world.items, from + CAN.idPageSize - 1)).map((n) => ({ id: `${world.prefix}${n}`, version: "1" }));
      }
    },
    get: async ({ type, project, ids }) => {
      calls += Math.ceil(ids.length / CAN.bulkGet);
      return ids.map((id) => itemOf(world, type, project, numberOf(id)));
    },
    create: async (type, project, drafts) => {
      calls += Math.ceil(drafts.length / CAN.bulkCreate);
      return drafts.map((draft) => makeOne(type, project, draft));
    },
    update: none,
    find: none,
    remove: none,
    people: async function* () {
      yield [];
    },
    findPeople: async () => [],
    close: async () => undefined,
  };
};
