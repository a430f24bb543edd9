// docs/configuration.md names every key of the definition files, and its example is one that is taken.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../lib/core/config/parse.ts";
import { dataSourcesSchema, jsonSchemas } from "../../lib/core/config/schema.ts";
import { OPTIONS } from "../../lib/cli/script/options.ts";

const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

/** Keys of a schema and of everything inside it; those of free records are people's own. */
const keysOf = (schema: unknown): readonly string[] => {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => (key === "properties" && typeof value === "object" && value !== null ? [...Object.keys(value), ...Object.values(value).flatMap(keysOf)] : keysOf(value)));
};

/** Words of criteria are explained on their own page. */
const ELSEWHERE = ["operator", "all", "any", "not"];

describe("docs/configuration.md", () => {
  it.each(Object.entries(jsonSchemas()))("names every key of %s", (_file, schema) => {
    const missing = [...new Set(keysOf(schema))].filter((key) => !ELSEWHERE.includes(key) && !new RegExp(`\\b${key}\\b`).test(page));
    expect(missing).toEqual([]);
  });

  it("names every variable that stands for an option", () => {
    const variables = Object.values(OPTIONS).flatMap((option) => ("env" in option && option.env !== undefined ? [option.env] : []));
    expect(variables.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it("shows a data source that is taken", () => {
    const [, yaml = ""] = /```yaml\n(dataSources:[\s\S]*?)```/.exec(page) ?? [];
    expect(parseFile("dataSources.yaml", yaml, dataSourcesSchema)).toMatchObject({ ok: true });
  });
});
