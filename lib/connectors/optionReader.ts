// Reads what stands under `options` of a data source. Everything that is wrong is told at once, in the same words for all systems.
// An option that is misspelled would be passed over: a marker that nobody writes, a lag that nobody waits for. One that is like none
// of ours (a default release, say) is nobody's mistake.

import { ConfigError, type Problem } from "../core/errors.ts";
import { meant } from "../core/mapping/closest.ts";
import type { DataSourceSettings } from "./connector.ts";

export interface OptionReader {
  /** The option is there and cannot be meant so. `advice`: what to write. */
  wrong(name: string, advice: string): void;
  /** As `wrong`, of a part of `scope`. */
  wrongScope(name: string, advice: string): void;
  /** Any other problem; `place`: "options.impersonate". */
  problem(place: string, message: string, advice: string): void;
  /** An option without a value counts as not given, here and below; what is wrong is told, and `otherwise` answered. */
  number(name: string, otherwise: number, least: number, most: number): number;
  /** Of what can be counted: no system gives half an item. */
  whole(name: string, otherwise: number, least: number, most: number): number;
  seconds<T extends number | undefined>(name: string, otherwise: T, most?: number): number | T;
  flag(name: string, otherwise?: boolean): boolean;
  oneOf<T extends string>(name: string, all: readonly T[], otherwise: T): T;
  /** Throws ConfigError with all that was wrong, in the order in which it was found; misspelled names come first. */
  end(): void;
}

const misspelled = (options: Readonly<Record<string, unknown>>, known: readonly string[]): readonly (readonly [string, string])[] =>
  Object.keys(options).flatMap((name) => {
    const other = known.includes(name) ? undefined : meant(name, known);
    return other === undefined ? [] : [[name, other] as const];
  });

/** `known`: the names of all options that the system has. */
export const createOptionReader = ({ name: dataSource, options }: Pick<DataSourceSettings, "name" | "options">, known: readonly string[]): OptionReader => {
  const problems: Problem[] = [];
  const problem = (place: string, message: string, advice: string): void => void problems.push({ path: `dataSources.${dataSource}.${place}`, message, advice });
  const wrong = (name: string, advice: string): void => problem(`options.${name}`, "is not understood", advice);
  const inside = (value: unknown, least: number, most: number): value is number => typeof value === "number" && value >= least && value <= most;
  for (const [name, other] of misspelled(options, known)) wrong(name, `did you mean ${other}?`);
  return {
    wrong,
    wrongScope: (name, advice) => problem(`scope.${name}`, "is not understood", advice),
    problem,
    number: (name, otherwise, least, most) => {
      const value = options[name] ?? otherwise;
      if (inside(value, least, most)) return value;
      wrong(name, `write a number from ${least} to ${most}`);
      return otherwise;
    },
    whole: (name, otherwise, least, most) => {
      const value = options[name] ?? otherwise;
      if (inside(value, least, most) && Number.isInteger(value)) return value;
      wrong(name, `write a whole number from ${least} to ${most}`);
      return otherwise;
    },
    seconds: (name, otherwise, most = Number.POSITIVE_INFINITY) => {
      const value = options[name] ?? undefined;
      if (value === undefined) return otherwise;
      if (inside(value, 0, most)) return value;
      wrong(name, "write a number of seconds");
      return otherwise;
    },
    flag: (name, otherwise = false) => {
      const value = options[name] ?? otherwise;
      if (typeof value !== "boolean") wrong(name, "write true or false");
      return value === true;
    },
    oneOf: (name, all, otherwise) => {
      const found = all.find((one) => one === (options[name] ?? otherwise));
      if (found === undefined) wrong(name, `write one of ${all.join(", ")}`);
      return found ?? otherwise;
    },
    end: () => {
      if (problems.length > 0) throw new ConfigError(problems);
    },
  };
};
