import { describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { type Flavour, startJira, type World } from "./sandbox.ts";

const add = (connector: Connector, id: string, name: string, size: number): Promise<{ readonly id: string }> => {
  if (connector.attachments === undefined) throw new Error("no attachments");
  const content = (async function* () {
    yield new Uint8Array(size);
  })();
  return connector.attachments.add("Story", "DEMO", id, { name, contentType: "text/plain", size, content });
};

const sent = (world: World, path: string): number => world.server.calls().filter((call) => call.path.includes(path)).length;

const UPLOAD = "/attachments";
const META = "/attachment/meta";

describe.each<Flavour>(["cloud", "dc"])("what Jira takes of attachments (%s)", (flavour) => {
  it("is asked once, with the first file, and what is larger is not sent", async () => {
    const world = await startJira(flavour, { uploadLimit: 6 });
    try {
      const { id } = await world.create({ summary: "Has files" });
      expect(sent(world, META)).toBe(0);
      await add(world.connector, id, "a.txt", 6);
      await expect(add(world.connector, id, "b.txt", 7)).rejects.toMatchObject({ message: 'jira: "b.txt" is larger than Jira takes (7 bytes, of 6 at most)', advice: expect.stringContaining("size limit") });
      expect([sent(world, META), sent(world, UPLOAD)]).toEqual([1, 1]);
    } finally {
      await world.close();
    }
  });

  it.each([
    ["is told to be nothing: then no file is sent", { status: 200, body: { enabled: false, uploadLimit: 10 } }, /switched off in Jira/],
    ["is not told: then each file is tried", { status: 404, body: "<html>no</html>" }, undefined],
  ])("%s", async (_, effect, refused) => {
    const world = await startJira(flavour);
    try {
      const { id } = await world.create({ summary: "Has files" });
      world.server.faults.add({ match: { path: META }, effect: { headers: { "content-type": typeof effect.body === "string" ? "text/html" : "application/json" }, ...effect } });
      if (refused === undefined) expect(await add(world.connector, id, "a.txt", 3)).toMatchObject({ id: expect.any(String) });
      else await expect(add(world.connector, id, "a.txt", 3)).rejects.toThrow(refused);
      expect(sent(world, UPLOAD)).toBe(refused === undefined ? 1 : 0);
    } finally {
      await world.close();
    }
  });
});
