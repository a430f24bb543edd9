// Words that tests of writing to ServiceNow share.

import { Buffer } from "node:buffer";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { type Bend, json } from "./server.ts";

export const intent = (n: number): string => `6f1a0a52-7a4a-4f0e-9c3b-${String(n).padStart(12, "0")}`;
export const idOf = (n: number): string => intent(n).replaceAll("-", "");
export const draft = (n: number, fields: Fields = {}): Draft => ({ intent: intent(n), fields: { short_description: `i${n}`, ...fields } });
export const create = (connector: Connector, drafts: readonly Draft[]): Promise<readonly WriteResult[]> => connector.create("incident", "default", drafts);
export const kinds = (results: readonly WriteResult[]): readonly string[] => results.map((result) => (result.ok ? "ok" : result.kind));
export const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};
export const read = async (connector: Connector, id: string, fields: readonly string[] = ["description", "state", "assigned_to", "impact", "priority"]): Promise<Item> => {
  const [item] = await connector.get({ type: "incident", project: "default", ids: [id], fields });
  if (item === undefined) throw new Error(`no incident ${id}`);
  return item;
};
export const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult> => (await connector.update("incident", "default", [{ id: before.id, fields, before }]))[0] as WriteResult;

export interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body?: string;
}

/** Answers single parts of a batch otherwise; undefined lets one be as it is. */
export const bendParts = (bend: (part: Part, index: number) => { readonly status: number; readonly body: unknown } | "unserviced" | undefined): Bend => async (request, next) => {
  if (!request.path.endsWith("/v1/batch")) return next();
  const parts = (request.json as { readonly rest_requests: Part[] }).rest_requests;
  const bent = new Map(parts.map((part, index) => [part.id, bend(part, index)]));
  const kept = parts.filter((part) => bent.get(part.id) === undefined);
  parts.splice(0, parts.length, ...kept);
  const answer = JSON.parse((await next()).text) as { serviced_requests: unknown[]; unserviced_requests: string[] };
  for (const [id, one] of bent) {
    if (one === "unserviced") answer.unserviced_requests.push(id);
    else if (one !== undefined) answer.serviced_requests.push({ id, status_code: one.status, body: Buffer.from(typeof one.body === "string" ? one.body : JSON.stringify(one.body)).toString("base64") });
  }
  return json(200, answer);
};

export const error = (message: string, detail: string | null = null) => ({ error: { message, detail }, status: "failure" });
