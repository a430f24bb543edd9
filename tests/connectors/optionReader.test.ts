import { describe, expect, it } from "vitest";
import type { DataSourceSettings } from "../../lib/connectors/connector.ts";
import * as almQc from "../../lib/connectors/almQc/options.ts";
import * as azureDevops from "../../lib/connectors/azureDevops/options.ts";
import * as jira from "../../lib/connectors/jira/options.ts";
import * as octane from "../../lib/connectors/octane/options.ts";
import * as redmine from "../../lib/connectors/redmine/options.ts";
import * as serviceNow from "../../lib/connectors/serviceNow/options.ts";
import { ConfigError } from "../../lib/core/errors.ts";

interface Reader {
  readonly OPTION_NAMES: readonly string[];
  readOptions(settings: DataSourceSettings): unknown;
}

const READERS: readonly (readonly [string, Reader])[] = Object.entries({ almQc, azureDevops, jira, octane, redmine, serviceNow });

const settings = (options: Readonly<Record<string, unknown>>): DataSourceSettings => ({ name: "source", system: "any", url: "http://localhost", credentials: {}, scope: { space: "1001", domain: "DEFAULT" }, options, network: {} });

describe.each(READERS)("options of %s", (_system, { OPTION_NAMES, readOptions }) => {
  it("are all known by name", () => {
    const asked = new Set<string>();
    readOptions(settings(new Proxy({ zone: "UTC" } as Record<string, unknown>, { get: (target, name) => { if (typeof name === "string") asked.add(name); return target[name as string]; }, ownKeys: () => [] })));
    expect([...OPTION_NAMES].toSorted()).toEqual([...asked].toSorted());
  });

  it("are told where they are misspelled, and left alone where they are like none of ours", () => {
    for (const name of OPTION_NAMES) {
      const wrong = name.length > 4 ? `${name}x` : name.toUpperCase();
      try {
        readOptions(settings({ zone: "UTC", [wrong]: 1 }));
        expect.unreachable(wrong);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.problems.map(({ path, advice }) => [path, advice])).toEqual([[`dataSources.source.options.${wrong}`, `did you mean ${name}?`]]);
      }
    }
    expect(() => readOptions(settings({ zone: "UTC", somethingElse: 1 }))).not.toThrow();
  });

  it("are told where they count items and are no whole numbers", () => {
    for (const name of ["pageSize", "bulkSize"].filter((one) => OPTION_NAMES.includes(one))) {
      expect(() => readOptions(settings({ zone: "UTC", [name]: 20 }))).not.toThrow();
      expect(() => readOptions(settings({ zone: "UTC", [name]: 20.5 }))).toThrow(expect.objectContaining({ exitCode: 78, problems: [{ path: `dataSources.source.options.${name}`, message: "is not understood", advice: expect.stringMatching(/^write a whole number from 1 to \d+$/) }] }));
    }
  });

  it("count as not given where a line of the file has no value, and are told by their place where it makes no sense", () => {
    expect(readOptions(settings({ zone: "UTC", overlapSeconds: null }))).toEqual(readOptions(settings({ zone: "UTC" })));
    for (const value of ["soon", -1, true]) {
      try {
        readOptions(settings({ zone: "UTC", overlapSeconds: value }));
        expect.unreachable(String(value));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.problems).toEqual([{ path: "dataSources.source.options.overlapSeconds", message: "is not understood", advice: expect.stringMatching(/^write a number (of seconds|from 0 to \d+)$/) }]);
      }
    }
  });
});
