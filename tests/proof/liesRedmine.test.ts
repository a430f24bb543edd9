// Lied to by a real Redmine, or by what stands before it: whatever is answered, after quiet both sides are as they would have been,
// nothing is there twice and nothing is lost. The same for the sandboxes: lies.test.ts.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TandemError } from "../../lib/core/errors.ts";
import { type IterationOptions, syncIteration } from "../../lib/run/syncIteration.ts";
import type { SandboxReply, SandboxRequest } from "../../lib/sandbox/imitation.ts";
import { type Redmine, redmineAvailable, startRedmine } from "../support/systems/redmine.ts";
import { figure } from "./figures.ts";
import { REDMINE } from "./systemEnds.ts";
import { edit, make } from "./systemScenarios.ts";
import { idOf, type Lie, openStage, type SystemStage } from "./systemStage.ts";

/** 1: at each call. Each costs the real Redmine more than an imitation. */
const STEP = Number(process.env.TANDEM_LIE_STEP ?? 11);

const HTML = "<!DOCTYPE html><html><body><form action=\"/login\">Sign in</form></body></html>";
const page = (status: number): SandboxReply => ({ status, headers: { "content-type": "text/html; charset=utf-8" }, body: HTML });
const lost = (): never => {
  throw Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
};

type Told = (request: SandboxRequest, handle: () => Promise<SandboxReply>) => Promise<SandboxReply> | SandboxReply;

const bytes = (reply: SandboxReply): Buffer => reply.body as Buffer;

const halved = (reply: SandboxReply): SandboxReply => {
  if (!String(reply.headers?.["content-type"]).includes("json") || bytes(reply).length === 0) return reply;
  const parsed = JSON.parse(bytes(reply).toString("utf8")) as Readonly<Record<string, unknown>>;
  return { ...reply, body: Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, Array.isArray(value) ? value.slice(0, Math.floor(value.length / 2)) : value])))) };
};

/** Told about each write in turn. */
const WRITE_LIES: Readonly<Record<string, Told>> = {
  "a reply lost after the call was executed": async (_request, handle) => (await handle(), lost()),
  "502 after the commit": async (_request, handle) => (await handle(), page(502)),
  "a login page with 200 after the commit": async (_request, handle) => (await handle(), page(200)),
};

/** Told about any call, each beginning elsewhere. */
const LIES: Readonly<Record<string, Told>> = {
  "a body cut off": async (_request, handle) => {
    const reply = await handle();
    return { ...reply, body: bytes(reply).subarray(0, 20) };
  },
  "a login page with 200 instead": () => page(200),
  "the way to a login page": () => ({ ...page(302), headers: { location: "http://target.test/login", "content-type": "text/html" } }),
  "429 with a time to wait": () => ({ status: 429, headers: { "retry-after": "30" }, body: "" }),
  "503 without one": () => page(503),
  "half of the list": async (_request, handle) => halved(await handle()),
};

const withRedmine = redmineAvailable();
const [KIND] = REDMINE;
let told = 0;
afterAll(() => figure(`lies by Redmine: told at ${told} calls`));

describe.skipIf(!withRedmine)("ALM Octane and a real Redmine", () => {
  let redmine: Redmine;
  let stage: SystemStage;
  let ready: () => Promise<void>;
  let expected: unknown;

  beforeAll(async () => {
    redmine = await startRedmine();
    if (KIND === undefined) throw new Error("no pair with Redmine");
    stage = await openStage(KIND);
    await stage.define({ lines: ["deletion: delete"] });
    await make(stage, "master", { name: "Alpha", points: 1 });
    await make(stage, "target", { name: "Beta" });
    await stage.finish((context) => syncIteration(context, {}));
    // People go on working on both sides: what a lie is told about.
    await edit(stage, "master", "Alpha", { name: "Alpha 2", points: 4711 });
    await edit(stage, "target", "Beta", { name: "Beta 2" });
    await make(stage, "master", { name: "From master" });
    await make(stage, "target", { name: "From target" });
    ready = await stage.save();
    expected = await stage.finish((context) => syncIteration(context, {}), "undisturbed");
  });
  afterAll(async () => {
    await stage?.close();
    await redmine?.close();
  });

  const iterate = (options: IterationOptions = {}) => stage.run((context) => syncIteration(context, options));

  /** Stopped is allowed, our own bug is not. */
  const endure = async (options: IterationOptions = {}): Promise<string> => {
    try {
      return (await iterate(options)).status;
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
      return "refused";
    }
  };

  const settled = async (about: unknown, wanted: unknown = expected): Promise<void> => {
    stage.lie("target");
    stage.later(600);
    await endure();
    expect({ about, contents: await stage.finish((context) => syncIteration(context, { sweep: true }), about) }).toEqual({ about, contents: wanted });
  };

  /** The lie about the n-th of these calls; answers whether it was told. */
  const tell = async (name: string, lie: Told, n: number, isMeant: (request: SandboxRequest) => boolean, options: IterationOptions = {}): Promise<boolean> => {
    let calls = 0;
    await ready();
    stage.lie("target", async (request, handle) => (isMeant(request) && ++calls === n ? lie(request, () => handle(request)) : handle(request)));
    await endure(options);
    if (calls < n) return false;
    await settled(`${name}, call ${n}`);
    told++;
    return true;
  };

  it.each(Object.entries(WRITE_LIES))("at each write in turn: %s", async (name, lie) => {
    const before = told;
    for (let n = 1; await tell(name, lie, n, ({ method }) => method !== "GET"); n++);
    expect(told - before).toBeGreaterThanOrEqual(2);
  });

  it.each(Object.entries(LIES).map(([name, lie], index) => [name, lie, index] as const))("at calls of every kind: %s", async (name, lie, index) => {
    const before = told;
    for (let n = 1 + (index % STEP); await tell(name, lie, n, () => true, { sweep: name === "half of the list" }); n += STEP);
    expect(told - before).toBeGreaterThanOrEqual(1);
  });

  it("takes us for nobody from any call on, and shows less without a word: nothing is deleted, nothing lost", async () => {
    for (const from of [1, 4, 9]) {
      let calls = 0;
      await ready();
      stage.lie("target", (request, handle) => handle(++calls < from ? request : { ...request, headers: { ...request.headers, "x-redmine-api-key": undefined } }));
      await endure({ sweep: true });
      expect(calls).toBeGreaterThanOrEqual(from);
      await settled(`nobody from call ${from} on`);
    }
  });

  it("takes us out of the project in the middle of a run, and puts us in again: nothing is deleted, nothing lost", async () => {
    const robot = `User.find_by_login("robot")`;
    for (const from of [3, 8]) {
      let calls = 0;
      await ready();
      stage.lie("target", async (request, handle) => {
        if (++calls === from) await redmine.ruby(`project = Project.find("demo"); project.update_columns(is_public: false); Member.where(project: project, user: ${robot}).destroy_all; true`);
        return handle(request);
      });
      await endure({ sweep: true });
      await endure({ sweep: true });
      expect(calls).toBeGreaterThanOrEqual(from);
      await redmine.ruby(`project = Project.find("demo"); project.update_columns(is_public: true); Member.create!(project: project, user: ${robot}, roles: [Role.find_by!(name: "Developer")]); true`);
      await settled(`outside from call ${from} on`);
    }
  });

  it("shows no issue for a while, with an answer as of an empty project: nothing is deleted, nothing lost", async () => {
    await ready();
    stage.lie("target", async (request, handle) => (request.path === "/issues.json" ? { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify({ issues: [], total_count: 0, offset: 0, limit: 100 })) } : handle(request)));
    await endure({ sweep: true });
    await settled("an empty list");
  });

  /** A person's edit beside the first write that carries this text. */
  const beside = (text: string, when: "before" | "after", fields: Readonly<Record<string, unknown>>, id: string): Lie => {
    let done = false;
    return async (request, handle) => {
      const due = !done && request.method !== "GET" && request.body.includes(text);
      done ||= due;
      const person = (): Promise<string> => stage.hosts.target.edit({ action: "update", author: "bert", type: "Feature", id, fields });
      if (due && when === "before") await person();
      const reply = await handle(request);
      if (due && when === "after") await person();
      return reply;
    };
  };

  const pairOf = (contents: unknown, name: string): readonly unknown[] =>
    ["master", "target"].map((side) => (contents as Readonly<Record<string, readonly { readonly name: string; readonly fields: Readonly<Record<string, unknown>> }[]>>)[side]?.find((item) => item.name === name)?.fields[side === "master" ? "story_points" : "estimated_hours"]);

  it.each(["before", "after"] as const)("lets a person edit another field just %s our write: nothing is lost", async (when) => {
    await ready();
    const id = await idOf(stage, "target", "Alpha");
    await edit(stage, "master", "Alpha 2", { name: "Alpha 3" });
    stage.lie("target", beside("Alpha 3", when, { due_date: "2026-12-24", description: "by hand" }, id));
    await iterate();
    stage.lie("target");
    const contents = await stage.finish((context) => syncIteration(context, {}));
    expect([pairOf(contents, "Alpha 3"), JSON.stringify(contents).split("by hand").length - 1]).toEqual([[4711, 4711], 2]);
  });

  it("lets a person edit the same field just after our write: it is a change of theirs", async () => {
    await ready();
    const id = await idOf(stage, "target", "Alpha");
    stage.lie("target", beside("4711", "after", { estimated_hours: 8 }, id));
    await iterate();
    stage.lie("target");
    expect(pairOf(await stage.finish((context) => syncIteration(context, {})), "Alpha 2")).toEqual([8, 8]);
  });
});
