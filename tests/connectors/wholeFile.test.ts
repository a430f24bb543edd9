// Files that are not what was announced: too little tells a cut download, too much may never end.

import { describe, expect, it } from "vitest";
import { imageReader } from "../../lib/connectors/azureDevops/textImages.ts";
import { uploadBody } from "../../lib/connectors/upload.ts";
import { wholeFile, within } from "../../lib/connectors/wholeFile.ts";
import { failure } from "../support/failure.ts";

const source = (parts: number, size: number): { readonly body: AsyncIterable<Uint8Array>; readonly given: () => number; readonly ended: () => boolean } => {
  let given = 0;
  let ended = false;
  const body = (async function* () {
    try {
      for (; given < parts; given++) yield new Uint8Array(size);
    } finally {
      ended = true;
    }
  })();
  return { body, given: () => given, ended: () => ended };
};

const read = async (body: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  for await (const part of body) size += part.length;
  return size;
};

describe("a file that goes on behind its announced end", () => {
  it("is broken off there, and the connection it comes by with it", async () => {
    for (const cut of [(body: AsyncIterable<Uint8Array>) => wholeFile(body, { name: "a", size: 25 }), (body: AsyncIterable<Uint8Array>) => within(body, "a", 25)]) {
      const { body, given, ended } = source(Number.POSITIVE_INFINITY, 10);
      expect((await failure(read(cut(body)))).message).toMatch(/the attachment "a" has 25 bytes but 30 came|more than the 25 bytes/);
      expect([given(), ended()]).toEqual([2, true]);
    }
  });

  it("is not gathered without end where small files are held whole", async () => {
    const { body, ended } = source(Number.POSITIVE_INFINITY, 100_000);
    expect((await failure(uploadBody(body, 5))).message).toContain("a file of 5 bytes goes on behind");
    expect(ended()).toBe(true);
  });

  it("is measured to no more than anybody carries, where nothing but its content tells its size", async () => {
    const part = new Uint8Array(64 * 1024 * 1024);
    let ended = false;
    const body = async function* () {
      try {
        for (;;) yield part;
      } finally {
        ended = true;
      }
    };
    const fields = new Map([["text", { place: { kind: "field", codec: "html", reference: "System.Description" } }]]);
    const place = { type: { fields }, project: { id: "p" }, site: { api: "7.0", client: { stream: async () => ({ body: body() }) } } } as unknown as Parameters<ReturnType<typeof imageReader>>[0];
    const raw = { fields: { "System.Description": '<img src="https://dev.azure.com/a/_apis/wit/attachments/0a1b2c3d-0000-4000-8000-000000000000?fileName=x.png">' } };
    const [image] = await imageReader()(place, raw, []);
    expect([image?.name, (image?.size ?? 0) > 512 * 1024 * 1024, ended]).toEqual(["x.png", true, true]);
  });

  it("passes where it is as announced, or its size is not told", async () => {
    expect(await read(wholeFile(source(3, 10).body, { name: "a", size: 30 }))).toBe(30);
    expect(await read(within(source(3, 10).body, "a", 30))).toBe(30);
    expect(((await uploadBody(source(30, 100_000).body, 0)) as Uint8Array).length).toBe(3_000_000);
    expect((await failure(read(wholeFile(source(2, 10).body, { name: "a", size: 30 })))).message).toContain("30 bytes but 20 came");
  });
});
