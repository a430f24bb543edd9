// What the bench of flatness works on: a connection between two endless systems, a store with any number of cross references.

import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Connection } from "../../lib/core/mapping/model.ts";
import { fingerprint } from "../../lib/core/sync/fingerprint.ts";
import type { Connector } from "../../lib/connectors/connector.ts";
import type { Fields, Side } from "../../lib/core/types.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Link, LinkEnd, Store } from "../../lib/store/store.ts";
import { compileText, MASTER_TYPES, TARGET_TYPES } from "../support/engine/worlds.ts";
import { createWorld } from "../../lib/connectors/memoryWorld.ts";
import { BEGIN, createEndless, type Endless, itemOf } from "./endless.ts";

const YAML = `
name: flat
master: alpha
target: beta
projects:
  - { master: "P", target: "Q" }
types:
  - master: story
    target: Story
    fields:
      - { master: name, target: name }
      - { master: description, target: body }
      - { master: points, target: estimate }
      - { master: tags, target: labels }
`;

/** Read again at each iteration: what changed within the overlap. */
const RECENT = 200;
const CLOCK = BEGIN + 3_600_000;

const textOf = (n: number): string => `<p>What number ${n} is about, in a few words, as people write them: <b>first</b> this, then that.</p><ul><li>${n}</li><li>${n * 7}</li></ul>`;
const MASTER_FIELDS = (n: number): Fields => ({ name: `item ${n}`, description: textOf(n), points: n % 13, tags: [`t${n % 5}`] });
const TARGET_FIELDS = (n: number): Fields => ({ name: `item ${n}`, body: textOf(n), estimate: n % 13, labels: [`t${n % 5}`] });

const systems = (items: number, targets: number): Readonly<Record<Side, Endless>> => ({ master: { dataSource: "alpha", prefix: "", items, fieldsOf: MASTER_FIELDS }, target: { dataSource: "beta", prefix: "t", items: targets, fieldsOf: TARGET_FIELDS } });

const clock = (): number => CLOCK;
const world = (types: typeof MASTER_TYPES, project: string) => createWorld({ prefix: "", projects: [{ id: project, name: project }], types, people: [], clock });

export const openFlatStore = (databaseUrl: string): Promise<Store> => openStore({ databaseUrl, directory: "", lockWaitSeconds: 5, holder: { host: "bench", pid: process.pid, script: "bench" }, now: () => new Date().toISOString() });

export const contextOf = (store: Store, connectors: Readonly<Record<Side, Connector>>): ConnectionContext => ({
  store,
  log: { info: () => undefined, warn: () => undefined, debug: () => undefined },
  progress: { update: () => undefined, done: () => undefined },
  now: () => new Date(CLOCK).toISOString(),
  newId: randomUUID,
  stop: new AbortController().signal,
  host: "here",
  pid: process.pid,
  connection: connectionOf(),
  connectors,
});

const connectionOf = (): Connection => compileText(YAML, { master: world(MASTER_TYPES, "P"), target: world(TARGET_TYPES, "Q") });

export const connectorsOf = (items: number, targets: number) => {
  const both = systems(items, targets);
  return { master: createEndless(both.master), target: createEndless(both.target) };
};

/** As if `items` pairs had been in step for long: all but the last ones straight into the table, in seconds. */
export const prepare = async (databaseUrl: string, store: Store, items: number): Promise<void> => {
  const set = connectionOf().syncSets[0];
  if (set === undefined) throw new Error("the connection has no sync set");
  const [row] = await store.syncSets.ensure("flat", [{ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints }]);
  const id = row?.id ?? 0;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const prints = JSON.stringify(Object.fromEntries(set.fields.map((field) => [field.key, "0123456789abcdef0123456789abcdef"])));
  await client.query(
    "insert into links (sync_set, master_id, target_id, master_key, target_key, master_version, target_version, master_changed_at, target_changed_at, master_prints, target_prints) select $1, n::text, 't' || n, 'P-' || n, 'Q-' || n, '1', '1', to_timestamp($4::float8 / 1000 + n / 1000.0), to_timestamp($4::float8 / 1000 + n / 1000.0), $2, $2 from generate_series(1, $3::int) n",
    [id, prints, items - RECENT, BEGIN],
  );
  await client.query("vacuum analyze links");
  await client.end();
  const both = systems(items, items);
  const end = (side: Side, n: number): LinkEnd => {
    const item = itemOf(both[side], "", side === "master" ? "P" : "Q", n);
    return { id: item.id, version: item.version, changedAt: item.changedAt, prints: Object.fromEntries(set.fields.map((field) => [field.key, fingerprint(item.fields[field[side].name], field[side])])) };
  };
  const links = Array.from({ length: RECENT }, (_, index): Link => ({ syncSet: id, state: "active", master: end("master", items - index), target: end("target", items - index) }));
  // The overlap of five seconds begins where the last ones begin.
  const mark = new Date(BEGIN + items - RECENT + 1 + 5000).toISOString();
  await store.record({ links, watermarks: (["master", "target"] as const).map((side) => ({ syncSet: id, side, at: mark })) });
};
