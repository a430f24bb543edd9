// Limits: rows of sys_rate_limit_rules count calls per hour; a session with too long a queue is answered 202 with nothing (sheet §2.1, §14).

import { type Row, SnowError } from "./model.ts";
import type { Person } from "./scope.ts";
import type { World } from "./world.ts";

const HOUR = 3_600_000;

const APIS: Readonly<Record<string, string>> = { table: "Table API", attachment: "Attachment API", stats: "Aggregate API", import: "Import Set API", batch: "Batch API" };

export interface Limits {
  /** Headers of the rule that applies; throws 429 once it is used up. */
  charge(person: Person, api: string, now: number): Readonly<Record<string, string>>;
  /** True where the session has had its calls for this second. */
  queueFull(session: string, most: number, now: number): boolean;
  clear(): void;
}

const applies = (world: World, rule: Row, person: Person, api: string): boolean => {
  if (rule.active === "false" || rule.rate_limit === undefined) return false;
  if (rule.resource !== undefined && rule.resource.toLowerCase() !== api.toLowerCase()) return false;
  if (rule.user !== undefined) return rule.user === person.sysId;
  return rule.role === undefined || person.roles.has(world.get("sys_user_role", rule.role)?.name ?? "");
};

/** A rule for one user goes before one for a role, that before one for all. */
const weight = (rule: Row): number => (rule.user !== undefined ? 2 : rule.role !== undefined ? 1 : 0);

export const createLimits = (world: World): Limits => {
  const used = new Map<string, number>();
  const queues = new Map<string, { readonly second: number; count: number }>();
  return {
    charge: (person, segment, now) => {
      const api = APIS[segment] ?? segment;
      const [rule] = world.rows("sys_rate_limit_rules").filter((row) => applies(world, row, person, api)).toSorted((a, b) => weight(b) - weight(a));
      if (!rule) return {};
      const hour = Math.floor(now / HOUR);
      const key = `${rule.sys_id} ${person.sysId} ${hour}`;
      const count = (used.get(key) ?? 0) + 1;
      used.set(key, count);
      const reset = (hour + 1) * 3600;
      const headers = { "X-RateLimit-Limit": rule.rate_limit ?? "", "X-RateLimit-Reset": String(reset), "X-RateLimit-Rule": rule.sys_id ?? "" };
      if (count <= Number(rule.rate_limit)) return headers;
      throw new SnowError(429, "Rate limit exceeded", `Rate limit of ${rule.rate_limit} requests per hour for ${api} exceeded`, { ...headers, "Retry-After": String(Math.max(1, reset - Math.floor(now / 1000))) });
    },
    queueFull: (session, most, now) => {
      const second = Math.floor(now / 1000);
      const queue = queues.get(session);
      if (queue?.second !== second) {
        queues.set(session, { second, count: 1 });
        return most < 1;
      }
      queue.count += 1;
      return queue.count > most;
    },
    clear: () => {
      used.clear();
      queues.clear();
    },
  };
};
