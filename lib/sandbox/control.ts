// What tests and people may do to a sandbox from outside, under /_sandbox/, never under an imitated path.

import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { clockOrder } from "./clock.ts";
import type { Controls } from "./controls.ts";
import { type Fault, faultSchema } from "./faults.ts";
import { BodyTooLarge, readBody, requestOf, send } from "./http.ts";
import type { Imitation, PersonEdit, SandboxReply, SandboxRequest } from "./imitation.ts";
import { page } from "./page.ts";

/** What the caller sent makes no sense; answered with 400. */
class BadInput extends Error {}

const ROOT = "/_sandbox";

/** True for control paths, and for a browser at `/` where the system itself has nothing there. */
export const isControl = (incoming: IncomingMessage, path: string, imitation: Imitation): boolean => {
  if (path === ROOT || path.startsWith(`${ROOT}/`)) return true;
  return path === "/" && imitation.claimsRoot !== true && incoming.method === "GET" && (incoming.headers.accept ?? "").includes("text/html");
};

const editSchema = z
  .strictObject({
    author: z.string().min(1).optional(),
    action: z.enum(["create", "update", "delete", "comment", "attach"]),
    type: z.string().min(1),
    project: z.string().min(1).optional(),
    id: z.string().min(1).optional(),
    fields: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((edit) => edit.action === "create" || edit.id !== undefined, "id is missing: only create goes without");

const check = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadInput(z.prettifyError(parsed.error));
  return parsed.data;
};

/** Throws an Error that says what is wrong with it. */
export const parseEdit = (edit: unknown): PersonEdit => check<unknown>(editSchema, edit) as PersonEdit;

const json = (request: SandboxRequest): unknown => {
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch (error) {
    throw new BadInput(`the body is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** The imitation refuses in words of its own. */
const tried = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
};

const ok = (body: unknown): SandboxReply => ({ status: 200, body: `${JSON.stringify(body, null, 2)}\n`, headers: { "Content-Type": "application/json;charset=UTF-8" } });

const addFaults = (controls: Controls, given: unknown): SandboxReply => {
  // All are checked before the first is added: a bad list changes nothing.
  const faults = check<unknown>(z.array(faultSchema), Array.isArray(given) ? given : [given]) as readonly Fault[];
  for (const fault of faults) controls.faults.add(fault);
  return ok(controls.faults.list());
};

const removeFaults = (controls: Controls, id: string | null): SandboxReply => {
  if (id === null) controls.faults.clear();
  else if (!controls.faults.remove(Number(id))) throw new BadInput(`no fault has the id ${id}`);
  return ok(controls.faults.list());
};

const edit = (controls: Controls, given: unknown): SandboxReply => ok(Array.isArray(given) ? given.map((one) => tried(() => controls.edit(one as PersonEdit))) : tried(() => controls.edit(given as PersonEdit)));

const doing = (work: () => void): SandboxReply => {
  work();
  return ok({ done: true });
};

type Handler = (controls: Controls, request: SandboxRequest) => SandboxReply;

const HANDLERS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "": { GET: (controls, { query }) => page(controls, query.get("q") ?? "") },
  reset: { POST: (controls) => doing(controls.reset) },
  state: { GET: (controls) => ok(controls.state()), PUT: (controls, request) => doing(() => tried(() => controls.load(json(request)))) },
  calls: { GET: (controls) => ok(controls.calls()), DELETE: (controls) => doing(controls.clearCalls) },
  clock: {
    GET: (controls) => ok(controls.clock.state()),
    POST: (controls, request) => {
      controls.clock.order(check(clockOrder, json(request)));
      return ok(controls.clock.state());
    },
  },
  faults: {
    GET: (controls) => ok(controls.faults.list()),
    POST: (controls, request) => addFaults(controls, json(request)),
    DELETE: (controls, request) => removeFaults(controls, request.query.get("id")),
  },
  edit: { POST: (controls, request) => edit(controls, json(request)) },
  items: { GET: (controls) => ok(controls.items()) },
};

const list = Object.entries(HANDLERS).flatMap(([name, methods]) => Object.keys(methods).map((method) => `${method} ${ROOT}/${name}`));

/** A page of another site may send requests to this machine; it must not steer a sandbox. */
const isForeign = (request: SandboxRequest): boolean => request.headers.origin !== undefined && request.headers.origin !== `${request.headers["x-forwarded-proto"] ?? "http"}://${request.headers.host}`;

/**
 * A page of another site whose name leads here for a moment is of one origin with us to a browser. Where only this machine reaches
 * us, it calls us by a name of this machine.
 */
const isStrangeName = (request: SandboxRequest, localAddress: string | undefined): boolean => {
  if (localAddress === undefined || !/^(?:::ffff:)?127\.|^::1$/.test(localAddress)) return false;
  const name = (request.headers.host ?? "localhost").replace(/:\d+$/, "").toLowerCase();
  return !/^(?:localhost|[\w.-]+\.localhost|[\d.]+|\[[0-9a-f:.]+\])$/.test(name);
};

const answer = (controls: Controls, request: SandboxRequest, localAddress: string | undefined): SandboxReply => {
  if (isStrangeName(request, localAddress)) return { status: 403, body: { error: "this sandbox is controlled from its own machine, by the name localhost or its number" } };
  if (isForeign(request)) return { status: 403, body: { error: "only the sandbox's own page may control it from a browser" } };
  const name = request.path === "/" ? "" : request.path.slice(ROOT.length + 1).replace(/\/$/, "");
  const methods = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (methods === undefined) return { status: 404, body: { error: `no such control: ${request.path}`, controls: list } };
  const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (handler === undefined) return { status: 405, headers: { Allow: Object.keys(methods).join(", ") }, body: { error: `${request.path} takes ${Object.keys(methods).join(" or ")}, not ${request.method}` } };
  return handler(controls, request);
};

/** Answers a call to /_sandbox/… or the page. */
export const control = async (controls: Controls, incoming: IncomingMessage, response: ServerResponse, maxBodyBytes: number): Promise<void> => {
  try {
    send(response, answer(controls, requestOf(incoming, await readBody(incoming, maxBodyBytes)), incoming.socket.localAddress), controls.clock.now());
  } catch (error) {
    const status = error instanceof BadInput ? 400 : error instanceof BodyTooLarge ? 413 : 500;
    send(response, { status, body: { error: error instanceof Error ? error.message : String(error) } }, controls.clock.now());
  }
};
