// Answers that nobody meant: nested without end, with keys that objects inherit, with halves of characters, with refusals as long as
// a book. Whatever a system says, it costs no more than its own sync sets, and both sides come to rest once it is over.

import { describe, expect, it } from "vitest";
import { TandemError } from "../../lib/core/errors.ts";
import type { SandboxReply } from "../../lib/sandbox/imitation.ts";
import { type Bend, inStep, KINDS } from "./lying.ts";

const SIGN_IN = /authent|sign_in|sign_out|site-session|logout|oauth/;

const textOf = ({ body }: SandboxReply): string | undefined => (typeof body === "string" ? body : body === undefined || body instanceof Uint8Array ? undefined : JSON.stringify(body));

/** Bends the JSON of good answers. */
const bending = (change: (json: string) => string): Bend => ({
  reply: (request, reply) => {
    const text = textOf(reply);
    if (reply.status >= 300 || text === undefined || !/^[[{]/.test(text) || SIGN_IN.test(request.path)) return reply;
    return { ...reply, body: change(text), headers: { "Content-Type": "application/json", ...reply.headers } };
  },
});

const NOWHERE = "/nowhere";

const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;

const BENDS: Readonly<Record<string, Bend>> = {
  "nested without end": bending((json) => json.replace(/^\{/, `{"zz":${deep},`)),
  "with keys that objects inherit": bending((json) => json.replace(/\{(?=")/g, '{"__proto__":{"bent":1,"name":"x"},"constructor":{"prototype":{"bent":1}},"toString":1,')),
  "with halves of characters": bending((json) => json.replace(/:"(?=[A-Za-z])/g, ':"\\u0000\\ud800')),
  "with refusals as long as a book": {
    // What is refused is not carried out.
    request: (request) => (request.method === "GET" || SIGN_IN.test(request.path) ? request : { ...request, method: "GET", path: NOWHERE, target: NOWHERE }),
    reply: (request, reply) => {
      const book = "x".repeat(2_000_000);
      return request.path !== NOWHERE ? reply : { status: 400, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ errorMessages: [book], message: book, description: book, Title: book, error: { message: book } }) };
    },
  },
};

describe.each(Object.values(KINDS).map((kind) => [kind.title, kind] as const))("answers of %s", (_title, kind) => {
  it.each(Object.entries(BENDS))("%s", async (_name, bend) => {
    const { world, expected } = await inStep(kind);
    try {
      world.create("master", "One more");
      world.create("target", "Another");
      expected.push("One more", "Another");
      world.bend("target", bend);
      const result = await world.endure({ sweep: true });
      const said = result instanceof TandemError ? [result.message] : result.failedSets.map(({ message }) => message);
      expect(said.filter((message) => message.length > 11_000)).toEqual([]);
      expect(JSON.stringify(world.store.content()).length).toBeLessThan(200_000);
      expect(Reflect.get({}, "bent")).toBe(undefined);
      world.bend("target");
      world.later(7200);
      // What was held for a while is looked at again when its time has come.
      for (let n = 0; n < 3; n++) {
        await world.endure();
        world.later(7200);
      }
      await world.quiet(expected, { sweep: true });
    } finally {
      await world.close();
    }
  });
});
