// Files of an item shown in its texts, where that takes an address with the file's id: Azure DevOps, ServiceNow and ALM/QC.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openConnector } from "../../lib/connectors/registry.ts";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import type { Fields } from "../../lib/core/types.ts";
import type { ImitationFactory } from "../../lib/sandbox/imitation.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";

interface Case {
  readonly title: string;
  readonly factory: ImitationFactory;
  readonly settings: (url: string) => Omit<Parameters<typeof openConnector>[0], "name" | "network">;
  readonly project: string;
  readonly type: string;
  readonly name: string;
  readonly text: string;
  readonly address: (url: string, file: string) => string;
  /** What stands for a file that is not there. */
  readonly absent: string;
  readonly more?: Fields;
}

const CASES: readonly Case[] = [
  {
    title: "Azure DevOps", factory: createAzureDevops, project: "DEMO", type: "Product Backlog Item", name: "System.Title", text: "System.Description",
    settings: (url) => ({ system: "azureDevops", url: `${url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: {} }),
    address: (url, file) => `${url}/tandem/.*/_apis/wit/attachments/${file}\\?fileName=a.png`,
    absent: '<img src="b.png">',
  },
  {
    title: "ServiceNow", factory: createServiceNow, project: "default", type: "rm_story", name: "short_description", text: "acceptance_criteria",
    settings: (url) => ({ system: "serviceNow", url, credentials: { user: "sync", password: "sync-pass" }, scope: {}, sampleProject: "default", options: {} }),
    address: (url, file) => `${url}/sys_attachment\\.do\\?sys_id=${file}`,
    absent: '<img src="b.png">',
  },
  {
    title: "ALM/QC", factory: createAlmQc, project: "DEMO", type: "defect", name: "name", text: "description",
    settings: (url) => ({ system: "almQc", url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { domain: "DEFAULT" }, sampleProject: "DEMO", options: { zone: "America/New_York" } }),
    address: (url, file) => `${url}/qcbin/rest/domains/DEFAULT/projects/DEMO/attachments/${file}`,
    absent: "[b.png]",
    more: { severity: { choice: "3-High" } },
  },
];

describe.each(CASES)("a text of $title that names a file", ({ factory, settings, project, type, name, text, address, absent, more }) => {
  it("gets its address once the file is there, and keeps what it shows when it is written again", async () => {
    const server = await startServer(factory, { clock: new Date("2026-03-02T09:00:00.000Z") });
    const connector = await openConnector({ name: "one", ...settings(server.url), network: { proxy: "none" } });
    try {
      expect(connector.capabilities.filesByAddress).toBe(true);
      const value = '<p>See <img src="a.png"> and <img src="b.png"></p>';
      const [made] = await connector.create(type, project, [{ intent: randomUUID(), fields: { [name]: "shows a file", [text]: value, ...more } }]);
      const id = made?.ok === true ? made.id : "";
      const file = await connector.attachments?.add(type, project, id, { name: "a.png", contentType: "image/png", size: 1, content: (async function* () { yield new Uint8Array(1); })() });
      const read = async () => (await connector.get({ type, project, ids: [id], fields: [name, text] }))[0];
      for (const words of ["See", "Look at"]) {
        const before = await read();
        if (before === undefined) throw new Error("cannot be read");
        const sent = words === "See" ? value : String(before.fields[text]).replace("See", words);
        const [result] = await connector.update(type, project, [{ id, fields: { [text]: sent }, before }]);
        expect(result).toMatchObject({ ok: true, problems: [] });
        const after = String((await read())?.fields[text]);
        expect(after).toMatch(new RegExp(`${words} <img src="${address(server.url, file?.id ?? "none")}"`));
        expect(after).toContain(absent);
      }
    } finally {
      await connector.close();
      await server.close();
    }
  });
});
