// What a process that stays keeps between two iterations: connectors, each with its session and schemas, and the compiled
// connection. Each is lent to one iteration at a time. Whatever was in hand when something went wrong is closed, never kept.

import { createHash } from "node:crypto";
import type { Connector, DataSourceSettings } from "../../connectors/connector.ts";
import type { HttpMore } from "../../connectors/http.ts";
import type { Connection } from "../../core/mapping/model.ts";
import { endsRun, LoginError, TandemError } from "../../core/errors.ts";
import type { Log } from "../../run/context.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import { loadTransforms } from "../definitions/transforms.ts";
import { compile, dataSourceSettings, type Opened, paced, type Paces } from "./wiring.ts";

/** Schemas are read anew after so long. */
export const MOST_AGE_SECONDS = 600;

/**
 * clean    everything is as it was expected: connectors may be kept
 * unclean  it is done as far as it goes; the next iteration begins with nothing kept
 * failed   it stopped: where something kept was in use, it is done again at once with nothing kept
 */
export type End = "clean" | "unclean" | "failed";

export interface Keeper {
  /** Gives both systems and the compiled connection to `work`. */
  through<T>(definitions: Definitions, definition: ConnectionDefinition, paces: Paces | undefined, work: (opened: Opened) => Promise<T>, endOf: (result: T) => End): Promise<T>;
  /** How many rest now. */
  resting(): number;
  /** Signs out everywhere. */
  close(): Promise<void>;
}

export interface KeeperDoors {
  readonly open: (settings: DataSourceSettings, more: HttpMore) => Promise<Connector>;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  /** Calls back after so many milliseconds; answers how to call that off. Holds no process. */
  readonly later: (ms: number, work: () => void) => () => void;
  readonly log: Pick<Log, "debug" | "warn">;
  /** Nothing is begun once more then. */
  readonly isEnding: () => boolean;
  /** What is opened waits for no busy server any more then. */
  readonly stop?: AbortSignal;
}

interface Kept {
  readonly key: string;
  readonly connector: Connector;
  readonly openedAt: number;
  /** Used by an earlier iteration. */
  isOld: boolean;
  callOff?: () => void;
}

type Pair = Readonly<Record<"master" | "target", Kept>>;

/** Two data sources are one where every setting and secret is the same; a changed password makes it another. */
const keyOf = (settings: DataSourceSettings): string => createHash("sha256").update(JSON.stringify(settings)).digest("base64url");

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Done again with nothing kept: what was kept may be to blame. Not where somebody else is, where a login was refused (a second try may lock the account), or our own bug. */
const mayBeKept = (error: unknown): boolean => error instanceof TandemError && !endsRun(error);

class Shelf implements Keeper {
  readonly #doors: KeeperDoors;
  readonly #resting = new Map<string, Kept[]>();
  readonly #compiled = new WeakMap<ConnectionDefinition, WeakMap<Connector, { readonly target: Connector; readonly digest: string | undefined; readonly connection: Connection }>>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(doors: KeeperDoors) {
    this.#doors = doors;
  }

  resting = (): number => [...this.#resting.values()].reduce((sum, all) => sum + all.length, 0);

  /** Closing never changes how an iteration ended. */
  #end(kept: Kept): Promise<void> {
    kept.callOff?.();
    const closing = kept.connector.close().catch((error: unknown) => this.#doors.log.warn(`${kept.connector.dataSource}: it was not closed well: ${wordsOf(error)}`));
    this.#closing.add(closing);
    return closing.finally(() => this.#closing.delete(closing));
  }

  #takeOut(key: string): Kept | undefined {
    const all = this.#resting.get(key);
    const kept = all?.pop();
    if (all?.length === 0) this.#resting.delete(key);
    kept?.callOff?.();
    return kept;
  }

  async #dropResting(key: string): Promise<void> {
    const closing: Promise<void>[] = [];
    for (let kept = this.#takeOut(key); kept !== undefined; kept = this.#takeOut(key)) closing.push(this.#end(kept));
    await Promise.all(closing);
  }

  async #lend(settings: DataSourceSettings, more: HttpMore): Promise<Kept> {
    const key = keyOf(settings);
    for (let kept = this.#takeOut(key); kept !== undefined; kept = this.#takeOut(key)) {
      if (this.#doors.now() - kept.openedAt < MOST_AGE_SECONDS * 1000) {
        try {
          await kept.connector.keeping?.renew();
          return kept;
        } catch (error) {
          if (!(error instanceof TandemError)) throw error;
          // What was kept may be to blame; but a second try with a password brings the account nearer to its lock.
          if (error instanceof LoginError && settings.credentials["password"] !== undefined) {
            await this.#end(kept);
            throw error;
          }
          this.#doors.log.debug(`${settings.name}: what was kept is of no use any more: ${error.message}`);
        }
      }
      await this.#end(kept);
    }
    return { key, connector: await this.#doors.open(settings, more), openedAt: this.#doors.now(), isOld: false };
  }

  async #giveBack(kept: Kept): Promise<void> {
    const { keeping } = kept.connector;
    if (keeping === undefined || this.#isClosed || this.#doors.now() - kept.openedAt >= MOST_AGE_SECONDS * 1000) return this.#end(kept);
    kept.isOld = true;
    this.#resting.set(kept.key, [...(this.#resting.get(kept.key) ?? []), kept]);
    kept.callOff = this.#doors.later(keeping.restSeconds * 1000, () => {
      const rest = (this.#resting.get(kept.key) ?? []).filter((one) => one !== kept);
      if (rest.length === 0) this.#resting.delete(kept.key);
      else this.#resting.set(kept.key, rest);
      void this.#end(kept);
    });
  }

  async #pair(definitions: Definitions, { file }: ConnectionDefinition, paces: Paces | undefined): Promise<Pair> {
    const [master, target] = [dataSourceSettings(definitions, file.master), dataSourceSettings(definitions, file.target)];
    const both = await Promise.allSettled([this.#lend(master, paced(master, paces)), this.#lend(target, paced(target, paces))]);
    const [first, second] = both;
    if (first.status === "fulfilled" && second.status === "fulfilled") return { master: first.value, target: second.value };
    for (const one of both) if (one.status === "fulfilled") await this.#end(one.value);
    throw first.status === "rejected" ? first.reason : second.status === "rejected" ? second.reason : new Error("unreachable");
  }

  /** Compiled before from this very definition, with schemas that are still in use. */
  async #connectionOf(definitions: Definitions, definition: ConnectionDefinition, connectors: Opened["connectors"]): Promise<Connection> {
    const digest = (await loadTransforms(definitions.directory, definition.file))?.digest;
    const known = this.#compiled.get(definition) ?? new WeakMap();
    const before = known.get(connectors.master);
    if (before !== undefined && before.target === connectors.target && before.digest === digest) return before.connection;
    const connection = await compile(definitions, definition, connectors);
    known.set(connectors.master, { target: connectors.target, digest, connection });
    this.#compiled.set(definition, known);
    return connection;
  }

  async through<T>(definitions: Definitions, definition: ConnectionDefinition, paces: Paces | undefined, work: (opened: Opened) => Promise<T>, endOf: (result: T) => End): Promise<T> {
    for (;;) {
      const pair = await this.#pair(definitions, definition, paces);
      const isOld = pair.master.isOld || pair.target.isOld;
      let end: End = "failed";
      try {
        const connectors = { master: pair.master.connector, target: pair.target.connector };
        const result = await work({ connection: await this.#connectionOf(definitions, definition, connectors), connectors });
        end = endOf(result);
        if (end !== "failed" || !isOld || this.#doors.isEnding()) return result;
      } catch (error) {
        if (!isOld || !mayBeKept(error) || this.#doors.isEnding()) throw error;
        this.#doors.log.debug(`${definition.file.name}: ${wordsOf(error)}`);
      } finally {
        await Promise.all([pair.master, pair.target].map(async (kept) => (end === "clean" ? this.#giveBack(kept) : Promise.all([this.#end(kept), this.#dropResting(kept.key)]).then(() => undefined))));
      }
      this.#doors.log.debug(`${definition.file.name}: once more, with nothing kept`);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#resting.keys()].map((key) => this.#dropResting(key)));
    await Promise.all(this.#closing);
  }
}

/** Of this process, by its own clock. */
export const createKeeper = (log: KeeperDoors["log"], doors: Partial<KeeperDoors> = {}): Keeper =>
  new Shelf({
    open: async (settings, more) => (await import("../../connectors/registry.ts")).openConnector(settings, { ...more, ...(doors.stop === undefined ? {} : { stop: doors.stop }) }),
    now: () => performance.now(),
    later: (ms, work) => {
      const timer = setTimeout(work, ms).unref();
      return () => clearTimeout(timer);
    },
    log,
    isEnding: () => false,
    ...doors,
  });
