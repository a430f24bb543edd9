// Looks at everything that stops a site sooner or later: certificates and tokens near their end, logins, clocks, disk and
// memory, the database, watermarks that stand still, a growing quarantine, versions. One line each; changes nothing but
// the numbers it remembers for the next check.

import { TandemError } from "../core/errors.ts";
import { backupHealth, bloatHealth, byGrade, certificateHealth, clockHealth, definitionsHealth, diskHealth, type HealthLine, memoryHealth, nextSamples, nodeHealth, postgresHealth, quarantineHealth, recordsHealth, type Sample, secretsHealth, tokenExpiry, tokenHealth, watermarkHealth } from "../core/health.ts";
import { pausedBetween, type Timetable } from "../core/schedule/timetable.ts";
import { sizeText } from "../core/size.ts";
import type { Instant } from "../core/types.ts";
import { BACKUP_FACT, type Store } from "../store/store.ts";
import type { Doors } from "./context.ts";
import { PURGE_FACT } from "./purgeDatabase.ts";
import { unfinishedOf } from "./steps/guards/heldBack.ts";

/** One data source; the calls are made only when it is looked at. */
export interface EndpointDoor {
  readonly name: string;
  /** Secrets that may say themselves when they run out. */
  readonly secrets: readonly string[];
  /** The day a person wrote down. */
  readonly credentialsExpire?: string;
  certificates(): Promise<readonly { readonly what: string; readonly expiresAt: Instant }[]>;
  /** Signs in and answers who we are and the endpoint's clock. */
  signIn(): Promise<{ readonly account: string; readonly now: Instant }>;
}

export interface MachineDoor {
  readonly disks: readonly { readonly path: string; readonly free: number; readonly total: number }[];
  readonly memoryAvailable: number;
  readonly node: string;
  readonly tandem: string;
  /** Files of secrets that others may read. */
  readonly openSecrets?: readonly string[];
  /** Definitions and folders of them that anybody may write. */
  readonly openDefinitions?: readonly string[];
}

export interface HealthOptions {
  readonly connections: readonly { readonly name: string; readonly frequencySeconds: number; readonly timetable: Timetable }[];
  /** Ask no endpoint. */
  readonly local?: boolean;
}

type OtherDoors = Pick<Doors, "now" | "host" | "progress"> & { readonly endpoints: readonly EndpointDoor[]; readonly machine: MachineDoor };
type HealthDoors = OtherDoors & { readonly store: Store };

const messageOf = (error: unknown): Pick<HealthLine, "text" | "advice"> => {
  if (!(error instanceof TandemError)) throw error;
  return { text: error.message.replace(/\s*\n\s*/g, " "), ...(error.advice === undefined ? {} : { advice: error.advice }) };
};

const tokens = (endpoint: EndpointDoor, now: Instant): readonly HealthLine[] => {
  const told = endpoint.secrets.map(tokenExpiry).filter((at) => at !== undefined);
  const written = endpoint.credentialsExpire === undefined ? [] : [`${endpoint.credentialsExpire}T00:00:00.000Z`];
  const [first] = [...told, ...written].toSorted();
  return first === undefined ? [] : [tokenHealth(endpoint.name, first, now)];
};

const certificates = async (endpoint: EndpointDoor, now: Instant): Promise<readonly HealthLine[]> => {
  try {
    return (await endpoint.certificates()).map(({ what, expiresAt }) => certificateHealth(endpoint.name, what, expiresAt, now));
  } catch (error) {
    return [{ grade: "CRITICAL", check: "certificate", subject: endpoint.name, ...messageOf(error) }];
  }
};

const login = async (endpoint: EndpointDoor, now: () => Instant): Promise<readonly HealthLine[]> => {
  try {
    const seen = await endpoint.signIn();
    return [{ grade: "OK", check: "login", subject: endpoint.name, text: `signed in as ${seen.account}` }, clockHealth(endpoint.name, seen.now, now())];
  } catch (error) {
    return [{ grade: "CRITICAL", check: "login", subject: endpoint.name, ...messageOf(error) }];
  }
};

const machine = ({ machine: { disks, memoryAvailable, node, tandem, openSecrets = [], openDefinitions = [] }, host }: OtherDoors): readonly HealthLine[] => [
  ...disks.map(({ path, free, total }) => diskHealth(path, free, total)),
  memoryHealth(host, memoryAvailable),
  nodeHealth(node, tandem),
  ...openSecrets.map(secretsHealth),
  ...openDefinitions.map(definitionsHealth),
];

const database = async ({ store, now }: HealthDoors): Promise<readonly HealthLine[]> => {
  const seen = await store.health.read();
  const outcomes = seen.tables.filter(({ name }) => name.startsWith("outcomes")).reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    { grade: "OK", check: "database", subject: store.location, text: `${store.kind}, schema ${seen.schema}, ${sizeText(seen.bytes)}` },
    bloatHealth(store.location, seen.tables),
    recordsHealth(store.location, outcomes, (await store.facts.get(PURGE_FACT))?.at, now()),
    backupHealth(store.location, (await store.facts.get(BACKUP_FACT))?.at, now()),
    postgresHealth(store.location, seen.version, seen.versionText),
    clockHealth(store.location, seen.now, now()),
  ];
};

const watermark = async ({ store, now }: HealthDoors, connection: HealthOptions["connections"][number]): Promise<HealthLine> => {
  const read: { readonly at: Instant; readonly syncSet: string }[] = [];
  const unread: string[] = [];
  for (const set of await store.syncSets.list(connection.name)) {
    const marks = [await store.watermarks.get(set.id, "master"), await store.watermarks.get(set.id, "target")].filter((mark) => mark !== undefined);
    if (marks.length === 0) unread.push(set.key);
    for (const { at } of marks) read.push({ at, syncSet: set.key });
  }
  const [oldest] = read.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const started = (await store.connections.get(connection.name))?.started ?? true;
  const [unfinished] = await unfinishedOf({ store }, connection.name);
  const at = now();
  const seen = oldest === undefined ? {} : { oldest, pausedMs: pausedBetween(connection.timetable, Date.parse(oldest.at), Date.parse(at)) };
  return watermarkHealth({ connection: connection.name, started, ...(unfinished === undefined ? {} : { unfinished }), frequencySeconds: connection.frequencySeconds, ...seen, unread, now: at });
};

const quarantine = async ({ store, now }: HealthDoors, connection: string): Promise<HealthLine> => {
  const name = `health:quarantine:${connection}`;
  const samples = ((await store.facts.get(name))?.value ?? []) as readonly Sample[];
  const count = await store.quarantine.count(connection);
  await store.facts.set([{ name, value: nextSamples(samples, now(), count), at: now() }]);
  return quarantineHealth(connection, count, samples, now());
};

const others = async (doors: OtherDoors, options: HealthOptions): Promise<readonly HealthLine[]> => {
  let done = 0;
  const look = async (endpoint: EndpointDoor): Promise<readonly HealthLine[]> => {
    const asked = options.local === true ? [] : [...(await certificates(endpoint, doors.now())), ...(await login(endpoint, doors.now))];
    doors.progress.update("data sources looked at", ++done, doors.endpoints.length);
    return [...tokens(endpoint, doors.now()), ...asked];
  };
  // One that does not answer keeps no other waiting.
  const seen = await Promise.all(doors.endpoints.map(look));
  doors.progress.done();
  return [...machine(doors), ...seen.flat()];
};

/** Worst first. Throws only what is wrong with the store itself. */
export const checkHealth = async (doors: HealthDoors, options: HealthOptions): Promise<readonly HealthLine[]> => {
  const lines: HealthLine[] = [...(await database(doors))];
  for (const connection of options.connections) lines.push(await watermark(doors, connection), await quarantine(doors, connection.name));
  return byGrade([...(await others(doors, options)), ...lines]);
};

/** Where the store cannot be opened: that, and all that can be told without it. */
export const checkHealthWithoutStore = async (doors: OtherDoors, options: HealthOptions, error: TandemError): Promise<readonly HealthLine[]> => byGrade([{ grade: "CRITICAL", check: "database", subject: "store", ...messageOf(error) }, ...(await others(doors, options))]);
