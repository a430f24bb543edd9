// One walk for every pair of systems: items made on both sides, worked on by people of both sides, commented, with files,
// and in step after each iteration with few calls; then nothing is left to write.

import { expect } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { Fields, Item, Person, Side, TypeSchema } from "../../../lib/core/types.ts";
import type { IterationResult } from "../../../lib/run/syncIteration.ts";
import type { Store } from "../../../lib/store/store.ts";
import { missedKinds, type Said } from "./kinds.ts";
import { type Pair, trouble, writesOf } from "./pair.ts";

export interface Flow {
  readonly side: Side;
  readonly type: string;
  readonly count: number;
  /** May name items of the flows before it, whose ids are given. */
  readonly draft: (index: number, made: readonly (readonly string[])[]) => Fields;
  /** What a person of that side makes of the first of them later. */
  readonly edit: (item: Item, index: number) => Fields;
}

export interface Walked {
  /** Ids by flow, in the order of the drafts. */
  readonly ids: readonly (readonly string[])[];
  readonly first: IterationResult;
  readonly edited: IterationResult;
  readonly quiet: IterationResult;
  readonly inStep: number;
}

export interface WalkHow {
  readonly store: Store;
  /** Moves both clocks on where a system tells times in seconds. */
  readonly later?: () => void;
  /** Items of these names stay alone on their side. */
  readonly alone?: readonly string[];
  /** Kinds of fields that both sides have and this pair does not carry, each as it is told: see kinds.ts. */
  readonly without?: readonly string[];
  /** Before people edit: what came over from the other side has an id by now. */
  readonly between?: () => Promise<void>;
  /** Of each flow so many are edited. */
  readonly edits?: number;
  /** Who comments and attaches, where that is not the hand that makes and edits. */
  readonly people?: Partial<Readonly<Record<Side, Connector>>>;
  /** Adds a comment in the name of a person where the side has no other account to sign in with. */
  readonly say?: Partial<Readonly<Record<Side, (type: string, id: string, text: string) => void>>>;
}

const file = (text: string): { readonly name: string; readonly contentType: string; readonly size: number; readonly content: AsyncIterable<Uint8Array> } => {
  const bytes = Buffer.from(text);
  return { name: "plan ü.txt", contentType: "text/plain", size: bytes.length, content: (async function* () { yield bytes; })() };
};

const MOST = 1.2;
/** People, tags, types of the other ends of links: asked about once, however many items there are, and no part of the least. */
const ASKED_ONCE = 14;

const expectFewCalls = ({ calls, leastCalls }: IterationResult): void => expect(calls.master + calls.target).toBeLessThanOrEqual(MOST * (leastCalls.master + leastCalls.target) + ASKED_ONCE);

const filesAndComments = async (pair: Pair, flows: readonly Flow[], ids: Walked["ids"], { say = {}, people = {} }: WalkHow): Promise<void> => {
  for (const [at, { side, type }] of flows.entries()) {
    const project = pair.connection.syncSets.find((set) => set[side].type === type)?.[side].project ?? "";
    const [first = "", second = ""] = ids[at] ?? [];
    const text = `<p>A comment on <b>${type}</b></p>`;
    const [speak, person] = [say[side], people[side] ?? pair.hands[side]];
    if (speak === undefined) await person.comments?.add(type, project, first, text);
    else speak(type, first, text);
    await person.attachments?.add(type, project, second, file(`made with ${type}\n`));
  }
};

/** Every kind of field that both sides have was written by people of both sides and is mapped both ways. */
const expectAllKinds = async (pair: Pair, said: readonly Said[], without: readonly string[] = []): Promise<void> => {
  const schemasOf = async (side: Side): Promise<readonly TypeSchema[]> => (await Promise.all([...new Set(pair.connection.syncSets.map((set) => set[side].project))].map((project) => pair.hands[side].types(project)))).flat();
  expect(missedKinds(pair.connection, { master: await schemasOf("master"), target: await schemasOf("target") }, said)).toEqual(without);
};

/** `flows` in the order in which they may refer to each other: an item may name one made before by its id. */
export const walkPair = async (pair: Pair, flows: readonly Flow[], how: WalkHow): Promise<Walked> => {
  const { store, later = () => undefined, edits = 20 } = how;
  const calm = async (result: IterationResult): Promise<void> => expect(await trouble(store, result.run)).toEqual([]);
  const ids: (readonly string[])[] = [];
  const said: Said[] = [];
  const saying = ({ side, type }: Flow, fields: Fields): Fields => {
    said.push({ side, type, fields });
    return fields;
  };
  for (const flow of flows) ids.push(await pair.make(flow.side, flow.type, Array.from({ length: flow.count }, (_, n) => saying(flow, flow.draft(n, ids)))));
  later();
  const first = await pair.iterate();
  await calm(first);
  expect(first.status).toBe("done");
  expectFewCalls(first);
  const again = await pair.iterate();
  expect([writesOf(again), await trouble(store, again.run)]).toEqual([0, []]);
  later();
  await how.between?.();
  for (const [at, flow] of flows.entries()) await pair.change(flow.side, flow.type, (ids[at] ?? []).slice(0, edits), (item, n) => saying(flow, flow.edit(item, n)));
  await filesAndComments(pair, flows, ids, how);
  later();
  const edited = await pair.iterate();
  await calm(edited);
  const sum = (what: "updated" | "comments" | "attachments"): number => edited.counts.master[what] + edited.counts.target[what];
  expect([sum("updated"), sum("comments"), sum("attachments")]).toEqual([flows.reduce((all, flow) => all + Math.min(edits, flow.count), 0), flows.length, flows.length]);
  expectFewCalls(edited);
  const inStep = await pair.expectInStep(how.alone);
  await expectAllKinds(pair, said, how.without);
  const quiet = await pair.iterate();
  expect([writesOf(quiet), await trouble(store, quiet.run)]).toEqual([0, []]);
  return { ids, first, edited, quiet, inStep };
};

/** The person of this address (or login) on that side. */
export const personOf = async (pair: Pair, side: Side, text: string): Promise<Person> => {
  const [found] = await pair.hands[side].findPeople(text);
  if (found === undefined) throw new Error(`the ${side} has nobody called ${text}`);
  return { person: found.id };
};

/** The item of this name on that side, with all its fields. */
export const itemNamed = async (pair: Pair, side: Side, type: string, name: string): Promise<Item> => {
  const project = pair.connection.syncSets.find((set) => set[side].type === type)?.[side].project ?? "";
  const fields = (await pair.hands[side].types(project)).find((schema) => schema.name === type)?.fields.map((field) => field.name) ?? [];
  for await (const page of pair.hands[side].changes({ type, project, fields })) for (const item of page.items) if (item.name === name) return item;
  throw new Error(`the ${side} has no ${type} "${name}"`);
};
