// Opens the doors a deed needs and closes them again: store, connectors, the compiled connection.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Connector, DataSourceSettings, NetworkSettings } from "../../connectors/connector.ts";
import type { HttpMore, HttpPace } from "../../connectors/http.ts";
import { decodeText } from "../../core/decode.ts";
import type { Connection } from "../../core/mapping/model.ts";
import type { Account, ProjectInfo, Side, TypeSchema } from "../../core/types.ts";
import { advised, BusyError, ConfigError, type Problem } from "../../core/errors.ts";
import type { ConnectionContext, Doors } from "../../run/context.ts";
import { createPaces, type PaceSettings } from "../../run/turns/pace.ts";
import { onBothSides } from "../../run/steps/bothSides.ts";
import type { OpenOptions } from "../../store/open.ts";
import { NO_SERVER, type Queue } from "../../store/queue/queue.ts";
import type { BackupDoor, Lease, SchemaDoor, Store } from "../../store/store.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import { connectionPath } from "../definitions/directory.ts";
import { holdingLock, lockWaitOf } from "./lock.ts";
import type { RefusedLogins } from "./refusedLogins.ts";
import type { ScriptCall } from "../script/script.ts";
import { registerAddress } from "../output/redact.ts";
import { resolveCredentials, resolveSecret } from "../definitions/secrets.ts";
import { storeFolder } from "../files/storeFolder.ts";
import { loadTransforms } from "../definitions/transforms.ts";

const storeOptions = (call: ScriptCall, definitions: Definitions): OpenOptions => {
  const databaseUrl = process.env.DATABASE_URL ?? definitions.settings.databaseUrl;
  const url = databaseUrl === undefined ? undefined : resolveSecret(databaseUrl, definitions.directory, { file: "settings.yaml", path: "databaseUrl" });
  if (url !== undefined) registerAddress(url);
  return {
    ...(url === undefined ? {} : { databaseUrl: url }),
    directory: storeFolder(definitions.directory),
    lockWaitSeconds: lockWaitOf(call, definitions),
    holder: { host: hostname(), pid: process.pid, script: call.script },
    now: () => new Date().toISOString(),
  };
};

/**
 * Opens the store late, gives it to `work`, closes it in any case. `migrate`: an older schema of a server is brought up to date. Throws
 * ConfigError where it is older otherwise, or newer than this version; RemoteError; BusyError where another process has the embedded one.
 */
export const withStore = async <T>(call: ScriptCall, definitions: Definitions, work: (doors: Doors) => Promise<T>, how: { readonly migrate?: boolean } = {}): Promise<T> => {
  const { openStore } = await import("../../store/open.ts");
  const options = storeOptions(call, definitions);
  const store: Store = await openStore({ ...options, ...how });
  try {
    return await work({ store, log: call.output.log, progress: call.output.progress, now: options.now, newId: randomUUID, stop: call.stop, host: hostname(), pid: process.pid });
  } finally {
    await store.close();
  }
};

/** Opens the database whatever its schema, gives it to `work`, closes it in any case. */
export const withSchema = async <T>(call: ScriptCall, definitions: Definitions, work: (schema: SchemaDoor) => Promise<T>): Promise<T> => {
  const { openSchema } = await import("../../store/open.ts");
  const schema = await openSchema(storeOptions(call, definitions));
  try {
    return await work(schema);
  } finally {
    await schema.close();
  }
};

/** Opens the database for backing up or restoring, gives it to `work`, closes it in any case. */
export const withBackup = async <T>(call: ScriptCall, definitions: Definitions, work: (door: BackupDoor) => Promise<T>, how: { readonly damagedToo?: boolean } = {}): Promise<T> => {
  const { openBackup } = await import("../../store/backup/openBackup.ts");
  const { door, setAside } = await openBackup({ ...storeOptions(call, definitions), environment: process.env }, how);
  try {
    if (setAside !== undefined) call.output.log.warn(`the embedded store did not open: it was set aside as ${setAside}`);
    return await work(door);
  } finally {
    await door.close();
  }
};

const networkOf = (definitions: Definitions, name: string, network: NonNullable<Definitions["dataSources"][string]["network"]>): NetworkSettings => {
  const { passphrase, proxy, ...rest } = network;
  const resolved = (key: "passphrase" | "proxy", value: string | undefined) => (value === undefined ? {} : { [key]: resolveSecret(value, definitions.directory, definitions.dataSourcePlace(["dataSources", name, "network", key])) });
  const secret = { ...resolved("passphrase", passphrase), ...resolved("proxy", proxy) };
  if ("proxy" in secret) registerAddress(String(secret.proxy));
  return Object.fromEntries(Object.entries({ ...rest, ...secret }).filter(([, value]) => value !== undefined));
};

/** With secrets resolved, and told to the log so that it blanks them. Throws ConfigError for a name that is not defined, or a secret that is not there. */
export const dataSourceSettings = (definitions: Definitions, name: string): DataSourceSettings => {
  const source = definitions.dataSources[name];
  if (source === undefined) throw new ConfigError([{ file: join(definitions.directory, "dataSources.yaml"), message: `no data source is called "${name}"`, advice: `it has ${Object.keys(definitions.dataSources).join(", ") || "none"}: correct the name, or make one with \`npx tandem initDataSource ${name}\`` }]);
  return {
    name,
    system: source.system,
    url: source.url,
    credentials: resolveCredentials(source.credentials, definitions.directory, (key) => definitions.dataSourcePlace(["dataSources", name, "credentials", key])),
    scope: source.scope ?? {},
    options: source.options ?? {},
    network: networkOf(definitions, name, source.network ?? {}),
    ...(source.sampleProject === undefined ? {} : { sampleProject: source.sampleProject }),
  };
};

/** Opens a connector from settings, gives it to `work`, closes it in any case. */
export const withSettings = async <T>(settings: DataSourceSettings, work: (connector: Connector) => Promise<T>, more: HttpMore = {}): Promise<T> => {
  const { openConnector } = await import("../../connectors/registry.ts");
  const connector = await openConnector(settings, more);
  try {
    return await work(connector);
  } finally {
    await connector.close();
  }
};

/** The rates of calls that all processes keep together, where there is a store they share. */
export type Paces = (settings: PaceSettings) => HttpPace;

/** undefined with the embedded store: it serves one process, which keeps the rate by itself. */
export const pacesOf = (store: Store, stop?: AbortSignal): Paces | undefined => (store.kind === "server" ? createPaces(store.tokens, stop) : undefined);

const DEFAULT_MAX_WAIT = 300;

/** Nothing where the data source sets no rate, or no processes share one. */
export const paced = ({ name, url, network }: DataSourceSettings, paces: Paces | undefined): HttpMore => {
  const { callsPerSecond, maxWaitSeconds } = network;
  return paces === undefined || callsPerSecond === undefined ? {} : { pace: paces({ name, url, callsPerSecond, maxWaitSeconds: maxWaitSeconds ?? DEFAULT_MAX_WAIT }) };
};

/**
 * Opens the connector of a data source, gives it to `work`, closes it in any case. Throws ConfigError for a name that dataSources.yaml
 * does not have, or a secret that is not there. Not given `paces`: the rate of calls is kept by this process alone.
 */
export const withConnector = <T>(definitions: Definitions, name: string, work: (connector: Connector) => Promise<T>, paces?: Paces, stop?: AbortSignal): Promise<T> => {
  const settings = dataSourceSettings(definitions, name);
  return withSettings(settings, work, { ...paced(settings, paces), ...(stop === undefined ? {} : { stop }) });
};

const projectsOf = (definition: ConnectionDefinition, side: Side): readonly string[] => [
  ...new Set([...(definition.file.projects ?? []), ...definition.file.types.flatMap((type) => type.projects ?? [])].map((pair) => pair[side])),
];

/** By its id and by its key, a project would be in two slices at once. */
const checkAliases = ({ file, place }: ConnectionDefinition, side: Side, known: readonly ProjectInfo[]): void => {
  if (file.slices === undefined) return;
  for (const { id, key } of known) if (key !== undefined && key !== id && projectsOf({ file, place }, side).filter((project) => project === id || project === key).length > 1) throw new ConfigError([{ ...place(["slices"]), message: `${id} and ${key} are one project of ${file[side]}, and in two pairs of projects`, advice: "leave out `slices`, or give each project one partner" }]);
};

/** The first word with a system: what is wrong with it is most often wrong in its entry. */
export const signIn = async (connector: Pick<Connector, "account">, url: string, { file, line }: Pick<Problem, "file" | "line">): Promise<Account> => {
  try {
    return await connector.account();
  } catch (error) {
    throw advised(error, `its address is ${url}${file === undefined ? "" : `, from ${file}${line === undefined ? "" : `:${line}`}`}`);
  }
};

/** Where a script may end before anything is begun: between the schemas of two projects, and behind the last. Throws BusyError. */
const endIfAsked = (stop: AbortSignal | undefined): void => {
  if (stop?.aborted === true) throw new BusyError("stopped as asked, before anything was begun", "run it again");
};

/** Reads the schemas of all projects the connection names, until it is told to stop: throws BusyError then. A project nobody can see is left out: compiling says so. `logins`: what other connections of this start were refused. */
export const readSchemas = async (definitions: Pick<Definitions, "dataSources" | "dataSourcePlace">, definition: ConnectionDefinition, connectors: Readonly<Record<Side, Connector>>, stop?: AbortSignal, logins?: RefusedLogins): Promise<(side: Side, project: string) => readonly TypeSchema[] | undefined> => {
  const found = await onBothSides(async (side) => {
    const name = definition.file[side];
    const enter = (): Promise<Account> => signIn(connectors[side], definitions.dataSources[name]?.url ?? "", definitions.dataSourcePlace(["dataSources", name, "url"]));
    await (logins === undefined ? enter() : logins.heed(definitions, name, enter));
    const known = await connectors[side].projects();
    const there = projectsOf(definition, side).filter((project) => known.some((candidate) => candidate.id === project || candidate.key === project));
    const schemas = new Map<string, readonly TypeSchema[]>();
    checkAliases(definition, side, known);
    for (const project of there) {
      endIfAsked(stop);
      schemas.set(project, await connectors[side].types(project));
    }
    endIfAsked(stop);
    return schemas;
  });
  return (side, project) => found[side].get(project);
};

/** The compiled connection. Throws ConfigError with all its problems, BusyError where it is told to stop. */
export const compile = async (definitions: Definitions, definition: ConnectionDefinition, connectors: Readonly<Record<Side, Connector>>, stop?: AbortSignal, logins?: RefusedLogins): Promise<Connection> => {
  const sources = { master: definitions.dataSources[definition.file.master], target: definitions.dataSources[definition.file.target] };
  if (sources.master === undefined || sources.target === undefined) throw new ConfigError([{ ...definition.place([]), message: `${[definition.file.master, definition.file.target].filter((name) => definitions.dataSources[name] === undefined).join(" and ")}: no data source is called so`, advice: `dataSources.yaml has ${Object.keys(definitions.dataSources).join(", ") || "none"}` }]);
  const [{ compileConnection }, { addressOf, neighboursOf }] = await Promise.all([import("../../core/mapping/compile.ts"), import("../../core/mapping/beside.ts")]);
  const { connection, problems } = compileConnection({ file: definition.file, place: definition.place, sources: { master: sources.master, target: sources.target }, schemas: await readSchemas(definitions, definition, connectors, stop, logins), transforms: await loadTransforms(definitions.directory, definition.file) });
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...connection, addresses: { master: addressOf(sources.master), target: addressOf(sources.target) }, beside: neighboursOf(definition.file, definitions.connections.map(({ file }) => file), definitions.dataSources) };
};

/** Both connectors of a connection, as withConnector opens one. */
export const withConnectors = async <T>(definitions: Definitions, definition: ConnectionDefinition, work: (connectors: Readonly<Record<Side, Connector>>) => Promise<T>, paces?: Paces, stop?: AbortSignal): Promise<T> =>
  withConnector(definitions, definition.file.master, (master) => withConnector(definitions, definition.file.target, (target) => work({ master, target }), paces, stop), paces, stop);

/** For looking: both systems, the compiled connection and the store, without a lock. Throws ConfigError with all problems of the mapping. */
export const withConnection = async <T>(call: ScriptCall, definitions: Definitions, definition: ConnectionDefinition, work: (context: ConnectionContext) => Promise<T>, how: { readonly logins?: RefusedLogins } = {}): Promise<T> =>
  withConnectors(definitions, definition, async (connectors) => {
    const connection = await compile(definitions, definition, connectors, call.stop, how.logins);
    return withStore(call, definitions, (doors) => work({ ...doors, connection, connectors }));
  }, undefined, call.stop);

export type Opened = Pick<ConnectionContext, "connection" | "connectors">;

export interface LockedHow<T> {
  /** Also where a person has stopped the connection. */
  readonly evenIfStopped?: boolean;
  /** Only this slice of the connection, beside others. */
  readonly slice?: string | undefined;
  /** Before the lock is taken. */
  readonly first?: (doors: Doors) => Promise<void>;
  /** Of a process that works on many connections; not given: its own. */
  readonly paces?: Paces | undefined;
  /** Gives both systems and the compiled connection to `work`; not given: opened for it and closed behind it. */
  readonly through?: (work: (opened: Opened) => Promise<T>, paces: Paces | undefined) => Promise<T>;
  /** Of other connections that have their turn in this start; not with `through`. */
  readonly logins?: RefusedLogins;
  /** When the lock is free again. */
  readonly after?: (doors: Doors, result: T) => Promise<void>;
}

/**
 * Asked under the lock: whoever waited for the store, or for the turn of other connections, may hold a mapping whose cross references
 * were deleted or handed to another since it was read, and would create everything anew. Throws BusyError.
 */
const demandDefinition = ({ directory }: Definitions, { file: { name }, text }: ConnectionDefinition): void => {
  const path = connectionPath(directory, name);
  if (path === undefined) throw new BusyError(`the definition of connection ${name} was removed after this script had read it; nothing was done`, "its next start goes by what stands there then");
  if (text !== undefined && decodeText(readFileSync(path)) !== text) throw new BusyError(`${path} was changed after this script had read it; nothing was done`, "its next start goes by what stands there then");
};

/** The same under the connection's lock, in a store that is open; the lock is taken before either system is asked for anything. Throws BusyError. */
export const inLockedConnection = async <T>(call: ScriptCall, definitions: Definitions, definition: ConnectionDefinition, doors: Doors, work: (context: ConnectionContext, lease: Lease) => Promise<T>, how: LockedHow<T> = {}): Promise<T> => {
  await how.first?.(doors);
  const paces = how.paces ?? pacesOf(doors.store, doors.stop);
  const through = how.through ?? ((inside) => withConnectors(definitions, definition, async (connectors) => inside({ connection: await compile(definitions, definition, connectors, doors.stop, how.logins), connectors }), paces, doors.stop));
  const locked = async (lease: Lease): Promise<T> => {
    demandDefinition(definitions, definition);
    return through((opened) => work({ ...doors, ...opened }, lease), paces);
  };
  const result = await holdingLock(doors, definition.file.name, call, locked, { ...how, waitSeconds: lockWaitOf(call, definitions) });
  await how.after?.(doors, result);
  return result;
};

/**
 * For writing: the same under the connection's lock, which is taken before either system is asked for anything; `lease` is for the deed.
 * Throws BusyError where another run holds it, where a person stopped the connection, and where its definition changed meanwhile.
 */
export const withLockedConnection = async <T>(call: ScriptCall, definitions: Definitions, definition: ConnectionDefinition, work: (context: ConnectionContext, lease: Lease) => Promise<T>, how: LockedHow<T> = {}): Promise<T> =>
  withStore(call, definitions, (doors) => inLockedConnection(call, definitions, definition, doors, work, how));

/** The store of a server and the queue in it. Throws ConfigError, and opens nothing, where there is no server. */
export const withQueue = async <T>(call: ScriptCall, definitions: Definitions, concurrency: number, work: (doors: Doors & { readonly queue: Queue }) => Promise<T>): Promise<T> => {
  if (storeOptions(call, definitions).databaseUrl === undefined) throw new ConfigError([NO_SERVER]);
  return withStore(call, definitions, async (doors) => {
    const queue = await doors.store.openQueue(concurrency);
    try {
      return await work({ ...doors, queue });
    } finally {
      await queue.close();
    }
  });
};
