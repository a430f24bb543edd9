import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { DataError } from "../../lib/core/errors.ts";
import { isSealed, SALT_BYTES, seal, unseal } from "../../lib/core/seal.ts";

const SALT = Buffer.alloc(SALT_BYTES, 7);

async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const sealed = (bytes: Uint8Array, passphrase = "open sesame"): Promise<Buffer> => buffer(seal(pieces(bytes), passphrase, SALT, 10));
const opened = (bytes: Uint8Array, passphrase = "open sesame"): Promise<Buffer> => buffer(unseal(pieces(bytes), passphrase));

const CHUNK = 65_536;
const HEAD = 16 + 3 + SALT_BYTES;

describe("a sealed stream", () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])("of %i bytes comes out as it went in, however it is cut", async (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 31) % 256));
    const file = await sealed(bytes);
    expect(isSealed(file)).toBe(true);
    const crumbs = Array.from({ length: Math.ceil(file.length / 1000) }, (_, at) => file.subarray(at * 1000, at * 1000 + 1000));
    expect((await buffer(unseal(pieces(...crumbs), "open sesame"))).equals(bytes)).toBe(true);
  });

  it("opens for the same passphrase in another Unicode form, and for no other", async () => {
    const file = await sealed(Buffer.from("secret"), "Schlüssel");
    expect((await opened(file, "Schlu\u0308ssel")).toString()).toBe("secret");
    await expect(opened(file, "Schlussel")).rejects.toThrow("the passphrase is wrong, or the sealed file was changed");
  });

  it("gives nothing out of a file that was changed, cut off, or whose chunks were moved", async () => {
    const bytes = Buffer.alloc(3 * CHUNK, 1);
    const file = await sealed(bytes);
    const whole = 4 + CHUNK + 16;
    const chunk = (n: number): Buffer => file.subarray(HEAD + n * whole, HEAD + (n + 1) * whole);
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(file);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const bad = {
      "a bit of the salt": flipped(20),
      "a bit of the first chunk": flipped(HEAD + 10),
      "a bit of the last tag": flipped(file.length - 1),
      "a bit of a length": flipped(HEAD + 3),
      "cut between chunks": file.subarray(0, HEAD + 2 * whole),
      "cut inside a chunk": file.subarray(0, HEAD + whole + 99),
      "cut inside the head": file.subarray(0, 20),
      "two chunks exchanged": Buffer.concat([file.subarray(0, HEAD), chunk(1), chunk(0), file.subarray(HEAD + 2 * whole)]),
      "a chunk left out": Buffer.concat([file.subarray(0, HEAD), chunk(0), file.subarray(HEAD + 2 * whole)]),
      "an absurd cost": Buffer.concat([file.subarray(0, 16), Buffer.from([60, 8, 1]), file.subarray(19)]),
    };
    for (const [what, changed] of Object.entries(bad)) {
      const failure = await opened(changed).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect([what, failure instanceof DataError]).toEqual([what, true]);
    }
  });
});
