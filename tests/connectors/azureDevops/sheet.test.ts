// Traps of the vendor's sheet that no other test of our Azure DevOps connector walks into: bodies too large, rights that are
// lacking for nodes, addresses that lead nowhere, images that no link names, texts longer than a field.

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fittingText } from "../../../lib/connectors/azureDevops/texts.ts";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { type Answer, PROJECT as SHOP, startAzure } from "./scripted.ts";

const PROJECT = "DEMO";
const BUG = "Bug";
const TITLE = "System.Title";
const TEXT = "System.Description";

const within = async (options: Readonly<Record<string, unknown>>, work: (connector: Connector, server: SandboxServer) => Promise<void>): Promise<void> => {
  const server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T09:00:00.000Z"), options });
  const connector = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: PROJECT, options: { settleSeconds: 0 }, network: { proxy: "none" } }, { sleep: async () => undefined });
  try {
    await work(connector, server);
  } finally {
    await connector.close();
    await server.close();
  }
};

const all = async <T>(pages: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
};

const draft = (fields: Readonly<Record<string, string | null>>) => ({ intent: randomUUID(), fields });
const told = (result: WriteResult): string => (result.ok ? "made" : `${result.kind}: ${result.reason}`);

describe("a body that is too large (§19)", () => {
  it("makes many writes go one by one, and stops only the one that is too large by itself", () =>
    within({ bodyLimit: 1500 }, async (connector) => {
      const results = await connector.create(BUG, PROJECT, [draft({ [TITLE]: "a", [TEXT]: `<p>${"a ".repeat(200)}</p>` }), draft({ [TITLE]: "b", [TEXT]: `<p>${"b ".repeat(2000)}</p>` }), draft({ [TITLE]: "c", [TEXT]: `<p>${"c ".repeat(200)}</p>` })]);
      expect(results.map(told)).toEqual(["made", expect.stringMatching(/^refused: The request has \d+ bytes/), "made"]);
      // Refused before anything was executed: nothing was made twice.
      const ids = (await all(connector.list({ type: BUG, project: PROJECT }))).flat().map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(results.flatMap((result) => (result.ok ? [result.id] : []))));
      expect(new Set(ids).size).toBe(ids.length);
    }));

  it("is told as one where a server in between says so with a page", async () => {
    const world = await startAzure();
    world.answer(({ method, path }): Answer | undefined => (method === "POST" && path.includes("/workitems/$") ? { status: 413, headers: { "content-type": "text/html" }, body: "<html>too large</html>" } : undefined));
    try {
      const results = await (await world.open()).create(BUG, SHOP, [draft({ [TITLE]: "a" })]);
      expect(results.map(told)).toEqual(["refused: answered 413 without a reason"]);
    } finally {
      await world.close();
    }
  });
});

describe("a right that the account lacks for areas and iterations (§19)", () => {
  it.each([403, 400])("is said of the node it is about: %i", (areaRefusal) =>
    within({ nodePermission: false, areaRefusal }, async (connector) => {
      expect((await connector.create("release", PROJECT, [draft({ name: "R 1" })])).map(told)).toEqual([expect.stringMatching(/^refused: TF50309/)]);
      const pages = await all(connector.list({ type: "release", project: PROJECT }));
      const [release] = await connector.get({ type: "release", project: PROJECT, ids: pages.flat().slice(0, 1).map(({ id }) => id), fields: ["name", "parent"] });
      if (release === undefined) throw new Error("no release");
      expect((await connector.update("release", PROJECT, [{ id: release.id, before: release, fields: { name: "other" } }])).map(told)).toEqual([expect.stringMatching(/^refused: TF50309/)]);
    }));
});

describe("an address that leads nowhere (§19)", () => {
  it("is neither an item that is gone nor one without comments", async () => {
    const world = await startAzure();
    world.answer(({ method, path }): Answer | undefined => (method === "DELETE" || path.endsWith("/comments") ? { status: 404, headers: { "content-type": "text/plain" }, body: "The controller for path was not found." } : undefined));
    try {
      const connector = await world.open();
      expect((await connector.remove(BUG, SHOP, ["1"])).map(told)).toEqual([expect.stringMatching(/^refused: The controller/)]);
      await expect(connector.comments?.read({ type: BUG, project: SHOP, ids: ["1"] })).rejects.toThrow("controller");
    } finally {
      await world.close();
    }
  });
});

describe("an image that a person put into a text (§9.4)", () => {
  it("is carried as a file although no link names it, once, and not at all where it is not there", () =>
    within({}, async (connector, server) => {
      const bytes = Buffer.from("an image");
      const put = await fetch(`${server.url}/tandem/${PROJECT}/_apis/wit/attachments?fileName=a%20b.png&api-version=7.1`, { method: "POST", headers: { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}`, "content-type": "application/octet-stream" }, body: bytes });
      const { id: image, url } = (await put.json()) as { readonly id: string; readonly url: string };
      const gone = url.replace(image, "00000000-0000-4000-8000-000000000000");
      const [made] = await connector.create("Product Backlog Item", PROJECT, [draft({ [TITLE]: "x", [TEXT]: `<p>See <img src="${url}"> and <img src="${url}&amp;x=1"> and <img src="${gone}"></p>` })]);
      const id = made?.ok === true ? made.id : "";
      const list = async () => (await connector.attachments?.list({ type: "Product Backlog Item", project: PROJECT, ids: [id] }))?.get(id) ?? [];
      const [file, ...more] = await list();
      expect([file, more]).toMatchObject([{ id: image, name: "a b.png", size: bytes.length }, []]);
      if (file === undefined) throw new Error("no file");
      const content = await connector.attachments?.open("Product Backlog Item", PROJECT, id, file);
      if (content === undefined) throw new Error("no content");
      expect(Buffer.concat(await all(content)).equals(bytes)).toBe(true);
      const calls = connector.calls();
      await list();
      expect(connector.calls() - calls).toBe(1);
    }));
});

describe("a text longer than the field takes (§21)", () => {
  it.each(["html", "markdown"] as const)("is cut between words and says so: %s", (form) => {
    const whole = `<p>${"some <b>words</b> ".repeat(40)}</p>`;
    const cut = fittingText(whole, form, 300);
    expect(cut.length).toBeLessThanOrEqual(300);
    expect(plainText(cut)).toContain("the whole text is in the original");
    expect(fittingText("<p>short</p>", form, 300)).not.toContain("original");
  });
});
