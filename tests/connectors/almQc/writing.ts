// A world of rows of ALM for tests of writing, and the words such tests share.

import { afterEach, beforeEach } from "vitest";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { type AlmWorld, below, entities, PROJECT, type Row, startAlm, xml } from "./scripted.ts";

export let world: AlmWorld;
export let rows: Map<string, Row>;

export const have = (...all: readonly Row[]): void => all.forEach((one) => rows.set(String(one["id"]), one));
export const calls = (method: string, path = "/defects"): readonly HttpRequest[] => world.sent.filter((request) => request.method === method && below(request) === path);
export const on = (method: string, path: string, answer: (request: HttpRequest, index: number) => ReturnType<Parameters<AlmWorld["answer"]>[0]>): void => {
  let index = 0;
  world.answer((request) => (request.method === method && below(request) === path ? answer(request, index++) : undefined));
};
export const draft = (name: string, fields: Fields = {}): Draft => ({ intent: `6f1a0a52-0000-4000-8000-${name.padStart(12, "0")}`, fields: { name, severity: { choice: "2-Medium" }, ...fields } });
export const create = (connector: Connector, ...drafts: readonly Draft[]): Promise<readonly WriteResult[]> => connector.create("defect", PROJECT, drafts);
export const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult | undefined> => (await connector.update("defect", PROJECT, [{ id: before.id, fields, before }]))[0];
export const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
};
/** Sent values by field, in their order. */
export const sentFields = (request: HttpRequest | undefined, index = 0): readonly (readonly string[])[] => {
  const part = String(request?.body).split("<Entity ")[index + 1] ?? "";
  return [...part.matchAll(/<Field Name="([^"]+)">(.*?)<\/Field>/gs)].map(([, name = "", values = ""]) => [name, ...[...values.matchAll(/<Value>(.*?)<\/Value>/gs)].map(([, value = ""]) => value)]);
};
export const entry = (good: boolean, id: string, inside: string): string => `<BulkEntry Successful="${good}" EntityId="${id}" EntityType="defect">${inside}</BulkEntry>`;
export const bulkFault = (status: number, ...entries: readonly string[]) =>
  xml(status, `<QCRestException><Id>qccore.bulk-operation-failed</Id><Title>bulk</Title><ExceptionProperties><ExceptionProperty name="qccore.bulk-operation-failed"><value><BulkOperationFailed>${entries.join("")}</BulkOperationFailed></value></ExceptionProperty></ExceptionProperties></QCRestException>`);
export const says = (id: string, title: string): string => `<Id>${id}</Id><Title>${title}</Title><StackTrace>x</StackTrace>`;

/** A world of its own for each test; once in each file of tests. */
export const freshWorld = (): void => {
  beforeEach(() => {
    world = startAlm();
    rows = new Map();
    // The rows by id, for every reading.
    world.answer((request) => {
      if (below(request) !== "/defects" || request.method !== "GET") return undefined;
      const query = String(request.query?.["query"] ?? "");
      const ids = /^\{id\[([\d Or]+)\]\}$/.exec(query)?.[1]?.split(" Or ");
      return entities("defect", ids === undefined ? [...rows.values()] : ids.map((id) => rows.get(id)).filter((one) => one !== undefined));
    });
  });
  afterEach(() => world.close());
};
