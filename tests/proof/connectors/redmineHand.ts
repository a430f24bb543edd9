// What tests of the Redmine connector have in hand: a real server for the file, connectors of its accounts, and short ways to make,
// read and change an issue.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import type { Connector, Draft, WriteResult } from "../../../lib/connectors/connector.ts";
import { createHttp, type HttpMore } from "../../../lib/connectors/http.ts";
import { createRedmine } from "../../../lib/connectors/redmine/index.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { type Redmine, redmineSettings, startRedmine } from "../../support/systems/redmine.ts";

export const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};

const read = async (connector: Connector, id: string, fields: readonly string[], type = "Feature"): Promise<Item> => {
  const [item] = await connector.get({ type, project: "demo", ids: [id], fields });
  if (item === undefined) throw new Error(`no ${type} ${id}`);
  return item;
};

const draft = (subject: string, more: Fields = {}): Draft => ({ intent: randomUUID(), fields: { subject, ...more } });

/** To be called where tests are described: starts the server before them and closes all after them. */
export const redmineHand = () => {
  let server: Redmine;
  const opened: Connector[] = [];
  let usual: Connector | undefined;
  beforeAll(async () => {
    server = await startRedmine();
  });
  afterAll(async () => {
    await Promise.all(opened.map((connector) => connector.close()));
    await server.close();
  });
  const open = (account: keyof Redmine["keys"] = "tandem", options: Record<string, unknown> = {}, more: HttpMore = {}): Connector => {
    const settings = redmineSettings(server, account, { settleSeconds: 0, ...options });
    const connector = createRedmine(settings, createHttp(settings, more));
    opened.push(connector);
    return connector;
  };
  return {
    server: () => server,
    open,
    /** The administrator's connector without options, signed in once. */
    tandem: (): Connector => (usual ??= open()),
    cf: (name: string): string => `cf_${server.ids[`field:${name}`]}`,
    user: (login: string): { readonly person: string } => ({ person: String(server.ids[`user:${login}`]) }),
    draft,
    create: async (connector: Connector, subject: string, more: Fields = {}, type = "Feature") => ok((await connector.create(type, "demo", [draft(subject, more)]))[0]),
    read,
    update: async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult> => {
      const [result] = await connector.update(before.type, "demo", [{ id: before.id, fields, before }]);
      if (result === undefined) throw new Error("no result");
      return result;
    },
  };
};
