// Files of an issue shown in its texts: in Cloud by media ids that only version 2 of the interface gives, in Data Center by name.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { good, startJira, type World } from "./sandbox.ts";

const attach = async (connector: Connector, id: string, name: string): Promise<void> => {
  const bytes = Buffer.from(name);
  await connector.attachments?.add("Story", "DEMO", id, { name, contentType: "image/png", size: bytes.length, content: (async function* () { yield bytes; })() });
};

describe.each(["cloud", "dc"] as const)("an image that is a file of the issue, in Jira %s", (flavour) => {
  let world: World;
  beforeAll(async () => {
    world = await startJira(flavour);
  });
  afterAll(() => world.close());

  const text = async (id: string): Promise<unknown> => (await world.read(id, ["description"])).fields["description"];
  const TEXT = '<h2>Title</h2><p>See <img src="a b.png"></p><table><tr><td colspan="2">wide</td></tr></table><p><img src="c.png" alt="the other"> end</p>';

  it("is its name in brackets while there is no such file, and is shown when the text is written again", async () => {
    const made = await world.create({ summary: "shows files", description: TEXT });
    const before = await text(made.id);
    if (flavour === "cloud") expect(before).toContain("[a b.png]");
    for (const name of ["a b.png", "c.png"]) await attach(world.connector, made.id, name);
    const result = good(await world.update(made.id, { description: TEXT }));
    expect(result.problems).toEqual([]);
    const after = await text(made.id);
    expect(String(after).match(/<img src="(a b|c)\.png"/g)).toHaveLength(2);
    expect(String(after)).not.toMatch(/\[|!/);
    if (flavour === "cloud") expect(after).toContain('<td colspan="2">wide</td>');
    // What it shows already needs no second way.
    const calls = world.connector.calls();
    good(await world.update(made.id, { description: TEXT.replace("See", "Look at") }));
    expect(await text(made.id)).toBe(String(after).replace("See", "Look at"));
    expect(world.connector.calls() - calls).toBeLessThan(8);
  });

  it("counts as nobody else's change", async () => {
    const made = await world.create({ summary: "nobody else" });
    await attach(world.connector, made.id, "d.png");
    const result = good(await world.update(made.id, { description: '<p><img src="d.png"></p>' }));
    expect(result.after?.others ?? []).toEqual([]);
    expect(result.overwritten ?? []).toEqual([]);
    expect(result.after?.item.fields["description"]).toBe('<p><img src="d.png"></p>');
  });
});
