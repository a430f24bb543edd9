// The file with a site's own functions: found by its name, loaded anew when it changes, told apart from data.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadTransforms } from "../../lib/cli/definitions/transforms.ts";
import { connectionSchema, type ConnectionFile } from "../../lib/core/config/schema.ts";

const file = (transform?: string): ConnectionFile => connectionSchema.parse({ name: "c", master: "a", target: "b", types: [{ master: "x", target: "y", fields: [{ master: "n", target: "n", ...(transform === undefined ? {} : { transform }) }] }] });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-transforms-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

describe("the file of transforms", () => {
  it.each([
    ["transforms.mjs", "export const upper = (value) => String(value).toUpperCase();\nexport const limit = 3;\n"],
    ["transforms.ts", "export const upper = (value: unknown): string => String(value).toUpperCase();\n"],
  ])("gives the functions of %s", async (name, text) => {
    write(name, text);
    const loaded = await loadTransforms(folder, file("upper"));
    expect(Object.keys(loaded?.functions ?? {})).toEqual(["upper"]);
    expect(loaded?.functions.upper?.("abc", { to: "target", master: "n", target: "n" })).toBe("ABC");
    expect(loaded?.file).toBe(name);
  });

  it("is loaded anew, under another digest, when it changes", async () => {
    write("transforms.mjs", "export const f = () => 1;\n");
    const first = await loadTransforms(folder, file("f"));
    write("transforms.mjs", "export const f = () => 2;\n");
    const second = await loadTransforms(folder, file("f"));
    expect([first?.functions.f?.(null, { to: "target", master: "", target: "" }), second?.functions.f?.(null, { to: "target", master: "", target: "" })]).toEqual([1, 2]);
    expect(first?.digest).not.toBe(second?.digest);
  });

  it("is not touched where nobody names a function", async () => {
    write("transforms.mjs", "throw new Error('loaded');\n");
    expect(await loadTransforms(folder, file())).toBeUndefined();
  });

  it("may be missing: the compiler says so with the place", async () => {
    expect(await loadTransforms(folder, file("f"))).toBeUndefined();
  });

  it("that cannot be loaded is a wrong configuration", async () => {
    write("transforms.mjs", "export const f = (;\n");
    await expect(loadTransforms(folder, file("f"))).rejects.toMatchObject({ exitCode: 78 });
  });
});
