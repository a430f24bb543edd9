// Images of texts that are files of their item: shown on the other side under the name the copy has there, also where a text
// cannot show a file before it is attached.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { filesIn, withFiles } from "../../lib/core/text/images.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

/** As Jira Cloud: a file that the item does not have yet is its name in brackets. */
const worlds = (): Worlds => {
  const w: Worlds = createWorlds(hand.store, {
    connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", "target: beta\nattachments: fromMaster\n"),
    target: {
      storedAs: (name, value) => {
        if (name !== "body" || typeof value !== "string") return value;
        const there = new Set(itemsOf(w.target, "Story").flatMap((item) => item.attachments.map((file) => file.name)));
        return value.replace(/<img src="([^"]*)"(?: alt="([^"]*)")?>/g, (image, src: string, alt: string | undefined) => (there.has(src) ? image : `[${alt ?? src}]`));
      },
    },
  });
  return w;
};

let serial = 0;
const attach = (w: Worlds, side: "master" | "target", item: MemoryItem, name: string, content: string): void => {
  w.time.ms += 1000;
  const bytes = new TextEncoder().encode(content);
  item.attachments.push({ id: `f${++serial}`, name, size: bytes.length, contentType: "image/png", author: { person: side === "master" ? "anna" : "u1" }, createdAt: w[side].now(), content: bytes });
  item.revision++;
  item.changedAt = w[side].now();
};

const copyOf = (w: Worlds): MemoryItem => {
  const [copy] = itemsOf(w.target, "Story");
  if (copy === undefined) throw new Error("nothing was made");
  return copy;
};

const quiet = async (w: Worlds): Promise<void> => {
  const before = revisions(w);
  for (let n = 0; n < 2; n++) {
    w.time.ms += 60_000;
    const result = await w.iterate();
    expect([total(result, "updated"), total(result, "attachments"), total(result, "failed")]).toEqual([0, 0, 0]);
  }
  expect(revisions(w)).toBe(before);
};

describe("an image that is a file of its item", () => {
  it("is shown in the very iteration that makes the item and copies the file, and nothing echoes", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A", description: '<p>See <img src="a.png"> and <b><img src="b.png" alt="the other"></b>.</p>' });
    attach(w, "master", story, "a.png", "one");
    attach(w, "master", story, "b.png", "two");
    await w.iterate();
    expect(copyOf(w).fields.body).toBe('<p>See <img src="a.png"> and <img src="b.png" alt="the other">.</p>');
    await quiet(w);
    edit(w, "master", story, { description: String(story.fields.description).replace("See", "Look at") });
    await w.iterate();
    expect(copyOf(w).fields.body).toBe('<p>Look at <img src="a.png"> and <img src="b.png" alt="the other">.</p>');
    await quiet(w);
  });

  it("keeps what a person on the other side wrote around it meanwhile", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A", description: '<p>See <img src="a.png"> here</p>' });
    await w.iterate();
    expect(copyOf(w).fields.body).toBe("<p>See [a.png] here</p>");
    await quiet(w);
    edit(w, "target", copyOf(w), { body: "<p>See [a.png] there</p>" });
    attach(w, "master", story, "a.png", "one");
    await w.iterate();
    await w.iterate();
    expect(copyOf(w).fields.body).toBe('<p>See <img src="a.png"> there</p>');
    expect(story.fields.description).toBe('<p>See <img src="a.png"> there</p>');
    await quiet(w);
  });

  it("is shown by the name of its copy where that name was taken", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A", description: "<p>x</p>" });
    await w.iterate();
    attach(w, "target", copyOf(w), "plan.png", "a person's own");
    edit(w, "master", story, { description: '<p>x <img src="plan.png"></p>' });
    attach(w, "master", story, "plan.png", "ours");
    await w.iterate();
    expect(copyOf(w).attachments.map((file) => file.name)).toEqual(["plan.png", "plan (2).png"]);
    expect(copyOf(w).fields.body).toBe('<p>x <img src="plan (2).png"></p>');
    expect(story.fields.description).toBe('<p>x <img src="plan.png"></p>');
    await quiet(w);
  });
});

describe("a system that shows files by an address", () => {
  it("is written to once more when the file is there; names stay names on the other side, and one word is one word", async () => {
    const w: Worlds = createWorlds(hand.store, {
      connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", "target: beta\nattachments: fromMaster\n"),
      how: { capabilities: { target: { filesByAddress: true } } },
      target: { storedAs: (name, value) => (name === "body" && typeof value === "string" && itemsOf(w.target, "Story").some((item) => item.attachments.length > 0) ? value.replace('src="a.png"', 'src="https://x.y/files/1?n=a.png"') : value) },
    });
    const story = make(w, "master", "story", { name: "A", description: '<p>See <img src="a.png"> here</p>' });
    attach(w, "master", story, "a.png", "one");
    await w.iterate();
    expect(copyOf(w).fields.body).toBe('<p>See <img src="https://x.y/files/1?n=a.png"> here</p>');
    await quiet(w);
    edit(w, "target", copyOf(w), { body: String(copyOf(w).fields.body).replace("here", "there") });
    await w.iterate();
    expect(story.fields.description).toBe('<p>See <img src="a.png"> there</p>');
    await quiet(w);
    edit(w, "master", story, { description: String(story.fields.description).replace("See", "Look at") });
    await w.iterate();
    expect(copyOf(w).fields.body).toBe('<p>Look at <img src="https://x.y/files/1?n=a.png"> there</p>');
    await quiet(w);
  });
});

describe("files in a text", () => {
  it("are found in reading order, addresses are not", () => {
    expect(filesIn('<p><img src="https://x.y/z.png"><img src="a.png" alt="A"></p><ul><li><img src="b.png"></li></ul>')).toEqual([{ src: "a.png", alt: "A" }, { src: "b.png", alt: "" }]);
  });

  it("take the place of their brackets, but not in code", () => {
    expect(withFiles("<p>a [b.png] <b>c [b.png]</b> <code>[b.png]</code></p>", [{ src: "b.png", alt: "", name: "b (2).png" }])).toBe('<p>a <img src="b (2).png"> <b>c</b> <img src="b (2).png"> <code>[b.png]</code></p>');
  });
});
