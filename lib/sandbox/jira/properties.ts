// Entity properties: the same small resource on issues, comments, projects, boards, sprints and users (sheet §14.3).

import type { SandboxReply } from "../imitation.ts";
import { anyJson, created, noContent, ok, param, type Call, type Route } from "./call.ts";
import { bad, missing, refuse } from "./problem.ts";

export type Properties = Readonly<Record<string, unknown>>;

const MOST = 32_768;

const checkOne = (key: string, value: unknown): void => {
  if (key === "" || key.length > 255) throw bad("The property key must be between 1 and 255 characters long.");
  if (value === undefined) throw bad("Property value is not valid JSON.");
  if (JSON.stringify(value).length > MOST) throw bad(`The property value cannot be longer than ${MOST} characters.`);
};

/** The list given with a created or edited issue. */
export const checkProperties = (raw: unknown): Properties => {
  if (raw === undefined || raw === null) return {};
  if (!Array.isArray(raw)) throw bad("'properties' must be an array.");
  const entries = raw.map((one: unknown) => (typeof one === "object" && one !== null ? (one as Readonly<Record<string, unknown>>) : {})).map((entry) => [String(entry["key"] ?? ""), entry["value"]] as const);
  for (const [key, value] of entries) checkOne(key, value);
  return Object.fromEntries(entries);
};

/** Where a family of properties lives and how it is kept. */
interface Shelf<T> {
  readonly path: string;
  readonly only?: "cloud" | "dc";
  readonly find: (call: Call) => T;
  readonly read: (owner: T) => Properties;
  readonly write: (call: Call, owner: T, properties: Properties) => void;
  readonly mayWrite?: (call: Call, owner: T) => void;
}

const put = <T>(shelf: Shelf<T>, call: Call): SandboxReply => {
  const owner = shelf.find(call);
  shelf.mayWrite?.(call, owner);
  const key = param(call, "property");
  let value: unknown;
  try {
    value = anyJson(call);
  } catch {
    throw refuse(400, ["Property value is not valid JSON."]);
  }
  checkOne(key, value);
  const now = shelf.read(owner);
  shelf.write(call, owner, { ...now, [key]: value });
  return key in now ? { status: 200 } : created();
};

const remove = <T>(shelf: Shelf<T>, call: Call): SandboxReply => {
  const owner = shelf.find(call);
  shelf.mayWrite?.(call, owner);
  const key = param(call, "property");
  const now = shelf.read(owner);
  if (!(key in now)) throw missing(`The property with key '${key}' does not exist.`);
  shelf.write(call, owner, Object.fromEntries(Object.entries(now).filter(([name]) => name !== key)));
  return noContent();
};

export const propertyRoutes = <T>(shelf: Shelf<T>): readonly Route[] => {
  const only = shelf.only ? { only: shelf.only } : {};
  const path = `${shelf.path}/properties`;
  return [
    { method: "GET", path, ...only, anonymous: true, run: (call) => ok({ keys: Object.keys(shelf.read(shelf.find(call))).sort().map((key) => ({ self: `${call.root}${call.request.path}/${encodeURIComponent(key)}`, key })) }) },
    {
      method: "GET", path: `${path}/{property}`, ...only, anonymous: true, run: (call) => {
        const key = param(call, "property");
        const now = shelf.read(shelf.find(call));
        if (!Object.hasOwn(now, key)) throw missing(`The property with key '${key}' does not exist.`);
        return ok({ key, value: now[key] });
      },
    },
    { method: "PUT", path: `${path}/{property}`, ...only, run: (call) => put(shelf, call) },
    { method: "DELETE", path: `${path}/{property}`, ...only, run: (call) => remove(shelf, call) },
  ];
};
