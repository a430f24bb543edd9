// What tests of writing to Octane share.

import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { PROJECT, readOne } from "./bent.ts";

/** Requests to addresses with this in them. */
export const of = (part: string) => (request: HttpRequest): boolean => request.path.includes(part);

export const bodyOf = (request: HttpRequest | undefined): { data: Record<string, unknown>[] } => request?.json as { data: Record<string, unknown>[] };

export const draft = (name: string, fields: Fields = {}, intent = "6f1a0a52-7a4a-4f0e-9c3b-000000000001"): Draft => ({ intent, fields: { name, ...fields } });

/** One item, as it is read right before. */
export const update = async (connector: Connector, type: string, id: string, fields: Fields, read: readonly string[] = ["name", ...Object.keys(fields)]): Promise<readonly WriteResult[]> =>
  connector.update(type, PROJECT, [{ id, fields, before: await readOne(connector, type, id, read) }]);
