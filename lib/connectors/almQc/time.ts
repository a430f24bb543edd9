// Wall times of the server's clock ⇄ instants. The server tells no zone (alm-qc.md §17), so it is an option; between two
// readings only wall times are compared, so that a change of the zone's offset cannot lose anything.

import type { Instant } from "../../core/types.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const QUARTER = 900_000;

const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?/;

/** A wall time as if it were UTC, for arithmetic; undefined when it is none. */
export const wallMs = (text: string): number | undefined => {
  const [, year, month, day, hour = "00", minute = "00", second = "00"] = WALL.exec(text.trim()) ?? [];
  const ms = year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** yyyy-MM-dd HH:mm:ss, the only form the server reads. */
export const wallText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }

  /** Milliseconds the wall clock is ahead of UTC. No zone changes inside a quarter of an hour. */
  #offset(at: number): number {
    const slot = Math.floor(at / QUARTER) * QUARTER;
    const known = this.#offsets.get(slot);
    if (known !== undefined) return known;
    const { year, month, day, hour, minute, second } = Object.fromEntries(this.#format.formatToParts(slot).map((part) => [part.type, part.value]));
    const offset = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - slot;
    this.#offsets.set(slot, offset);
    return offset;
  }

  /** As wall milliseconds. */
  wall(instant: Instant): number {
    const at = Date.parse(instant);
    return Math.floor((at + this.#offset(at)) / 1000) * 1000;
  }

  /**
   * Of two instants with the same wall time the earlier, or the later one that is not after `latest`: a stamp read after the
   * clock was set back must not look older than one from before. A wall time that never was is read with the offset before.
   */
  instant(wall: number, latest = Number.NEGATIVE_INFINITY): Instant {
    const offsets = [this.#offset(wall - DAY), this.#offset(wall + DAY)];
    const fitting = offsets.map((offset) => wall - offset).filter((at) => at + this.#offset(at) === wall);
    const later = Math.max(...fitting);
    return new Date(fitting.length === 0 ? wall - (offsets[0] ?? 0) : later <= latest ? later : Math.min(...fitting)).toISOString();
  }

  instantOf(text: string, latest?: number): Instant | undefined {
    const wall = wallMs(text);
    return wall === undefined ? undefined : this.instant(wall, latest);
  }

  /** Lower bound of a reading: near a change of the offset one wall time stands for two instants, so an hour more is read. */
  bound(since: Instant): number {
    const at = Date.parse(since);
    const changes = this.#offset(at - DAY) !== this.#offset(at) || this.#offset(at + DAY) !== this.#offset(at);
    return this.wall(since) - (changes ? HOUR : 0);
  }

  /** The calendar day there. */
  day(instant: Instant): string {
    return wallText(this.wall(instant)).slice(0, 10);
  }
}
