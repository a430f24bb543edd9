
import { afterEach, beforeEach } from "vitest";
import type { Connector, Patch, WriteResult } from "../../../lib/connectors/connector.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { type Answer, type AzureWorld, list, PROJECT, refusal, type Request, startAzure } from "./scripted.ts";

/** The area of teams' settings in an address. */
export const WORK = "_apis/work";

export let world: AzureWorld;

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

export interface Part {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Operation[];
}

/** What each write came with: parts of a batch and single ones alike. */
const writesOf = (request: Request): readonly { readonly to: string; readonly operations: readonly Operation[] }[] => {
  if (request.path.endsWith("/$batch")) return (request.body as readonly Part[]).map(({ uri, body }) => ({ to: decodeURIComponent(uri.replace(/\?.*/, "")), operations: body }));
  return /\/workitems\/[^/]+$/.test(request.path) && ["PATCH", "POST"].includes(request.method) ? [{ to: request.path, operations: request.body as readonly Operation[] }] : [];
};

export const writes = () => world.asked.flatMap(writesOf);

export type Decide = (to: string, operations: readonly Operation[], count: number) => Answer;

/** Answers every write, in a batch or alone, as told. */
export const answering = (decide: Decide): void => {
  let count = 0;
  world.answer((request) => {
    const found = writesOf(request);
    if (found.length === 0) return undefined;
    const answers = found.map(({ to, operations }) => decide(to, operations, count++));
    return request.path.endsWith("/$batch") ? list(answers.map(({ status = 200, body }) => ({ code: status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }))) : (answers[0] ?? {});
  });
};

export const held = (...items: readonly object[]): void => world.answer(({ path, body }) => (path.endsWith("/workitemsbatch") ? list((body as { readonly ids: readonly number[] }).ids.map((id) => items.find((item) => (item as { readonly id: number }).id === id) ?? null)) : undefined));

export const queryAsked = (): string => ((world.to("/wiql")[0]?.body ?? { query: "" }) as { readonly query: string }).query;

export const valueOf = (operations: readonly Operation[], field: string): unknown => operations.find(({ path }) => path === `/fields/${field}`)?.value;

export const title = (name: string, more: Fields = {}) => ({ intent: `intent ${name}`, fields: { "System.Title": name, ...more } });

export const item = (rev: number, fields: Fields = {}, id = "1"): Item => ({ type: "Bug", id, project: PROJECT, name: "item 1", version: String(rev), changedAt: "2026-03-02T10:00:00.000Z", fields: { "System.Title": "item 1", ...fields } });

export const patch = (fields: Fields, before = item(3)): Patch => ({ id: before.id, fields, before });

export const update = async (connector: Connector, ...patches: readonly Patch[]): Promise<readonly WriteResult[]> => connector.update("Bug", PROJECT, patches);

export const rule = (field: string, message = `TF401320: Rule Error for field ${field}. Error code: HasValues, LimitedToValues, InvalidListValue.`): Answer =>
  refusal(400, "RuleValidationException", message, { customProperties: { ErrorMessage: message, FieldReferenceName: null, RuleValidationErrors: [{ fieldReferenceName: field, fieldStatusFlags: "invalidListValue", errorMessage: message }] } });

/** A world of its own for each test; once in each file of tests. */
export const freshWorld = (): void => {
  beforeEach(async () => {
    world = await startAzure();
  });
  afterEach(() => world.close());
};
