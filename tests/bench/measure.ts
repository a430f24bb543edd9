// Medians side by side: both ways take turns, so that whatever else the machine does hits both.

import { appendFileSync } from "node:fs";

export interface Figure {
  readonly bench: string;
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio?: number;
  /** What the ratio should be. */
  readonly asked?: string;
}

/** Kept for the table; printed by run.ts. */
export const keep = (figure: Figure): void => {
  const out = process.env.TANDEM_BENCH_OUT;
  if (out !== undefined) appendFileSync(out, `${JSON.stringify(figure)}\n`);
};

const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);
const at = (numbers: readonly number[], part: number): number => sorted(numbers)[Math.floor((numbers.length - 1) * part)] ?? 0;

export const median = (numbers: readonly number[]): number => at(numbers, 0.5);

export const shown = (numbers: readonly number[]): string => `${Math.round(median(numbers))} ms (${Math.round(at(numbers, 0.25))}–${Math.round(at(numbers, 0.75))})`;

export interface Times {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** Milliseconds that the work took. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

/** Milliseconds of each; one turn of both beforehand does not count. */
export const sideBySide = async (ours: () => Promise<unknown>, theirs: () => Promise<unknown>, times = 7): Promise<Times> => {
  await ours();
  await theirs();
  const found: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let n = 0; n < times; n++) {
    found.ours.push(await timed(ours));
    found.theirs.push(await timed(theirs));
  }
  return found;
};

export const keepTimes = (bench: string, what: string, times: Times, asked?: string): void => {
  keep({ bench, what, ours: shown(times.ours), theirs: shown(times.theirs), ratio: median(times.ours) / median(times.theirs), ...(asked === undefined ? {} : { asked }) });
};
