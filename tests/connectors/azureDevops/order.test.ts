// The answers of a batch in another order than its parts: no item may be taken for another's.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WriteResult } from "../../../lib/connectors/connector.ts";
import { type AzureWorld, list, PROJECT, startAzure, workItem } from "./scripted.ts";
import { item, type Operation, type Part, patch, title } from "./writing.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

const said = (result: WriteResult): string => (result.ok ? `made ${result.id}` : `${result.kind}: ${result.reason}`);
const value = (operations: readonly Operation[], path: string): unknown => operations.find((operation) => operation.path === path)?.value;

/** Makes item 11 of the first part, 12 of the second …, and answers in this order of parts; a title "no" is refused. */
const answeringInOrder = (order: readonly number[], shown: boolean): void =>
  world.answer(({ path, body }) => {
    if (!path.endsWith("/$batch")) return undefined;
    const answers = (body as readonly Part[]).map(({ uri, body: operations }, at) => {
      const name = value(operations, "/fields/System.Title");
      if (name === "no") return { code: 400, body: JSON.stringify({ message: "refused", typeKey: "X" }) };
      const id = /\/(\d+)\?/.exec(uri)?.[1];
      const fields = { "System.Title": name, ...(shown ? { "Custom.TandemId": value(operations, "/fields/Custom.TandemId") } : {}) };
      return { code: 200, body: JSON.stringify(workItem(id === undefined ? 11 + at : Number(id), 2, fields, shown ? { relations: [value(operations, "/relations/-")].filter((one) => one !== undefined) } : {})) };
    });
    return list(order.map((at) => answers[at] ?? {}));
  });

const ODD = "doubtful: the reply came in another order and does not tell what became of it";

describe("answers of a batch", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, readonly string[], readonly number[], boolean, readonly string[]]>([
    ["as sent", {}, ["a", "b", "c"], [0, 1, 2], true, ["made 11", "made 12", "made 13"]],
    ["turned round, told apart by the marking link", {}, ["a", "b", "c"], [2, 1, 0], true, ["made 11", "made 12", "made 13"]],
    ["turned round, told apart by the marking field", { intentField: "Custom.TandemId" }, ["a", "b"], [1, 0], true, ["made 11", "made 12"]],
    ["with a refusal nobody can place", {}, ["a", "no", "c"], [2, 0, 1], true, ["made 11", ODD, "made 13"]],
    ["with a refusal in its place", {}, ["a", "no", "c"], [0, 1, 2], true, ["made 11", "refused: refused", "made 13"]],
    ["that show no mark go by their place", {}, ["a", "b"], [0, 1], false, ["made 11", "made 12"]],
  ])("%s", async (_what, options, names, order, shown, results) => {
    const connector = await world.open(options);
    answeringInOrder(order, shown);
    expect((await connector.create("Bug", PROJECT, names.map((name) => title(name)))).map(said)).toEqual(results);
  });

  it("of changes are told apart by their ids", async () => {
    const connector = await world.open();
    answeringInOrder([1, 0], true);
    const results = await connector.update("Bug", PROJECT, ["1", "2"].map((id) => patch({ "System.Title": `t${id}` }, item(3, {}, id))));
    expect(results.map((result) => (result.ok ? [result.id, result.after?.item.fields["System.Title"]] : said(result)))).toEqual([["1", "t1"], ["2", "t2"]]);
  });
});
