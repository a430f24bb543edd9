// Times and cookies as servers write them: other legal forms than the usual one, whatever zone this machine is in.

import { describe, expect, it } from "vitest";
import { lastSegment } from "../../lib/connectors/azureDevops/wire.ts";
import { takeCookies } from "../../lib/connectors/cookies.ts";
import { parseXml } from "../../lib/connectors/almQc/xml.ts";
import { allParts, instantOf, jsonIn, parseJson } from "../../lib/connectors/json.ts";
import { isLastPage, pageEnds } from "../../lib/connectors/paging.ts";
import { ConfigError, RemoteError, said } from "../../lib/core/errors.ts";

it.each([
  ["https://dev.azure.com/acme/_apis/wit/workItems/12", "12"],
  ["https://dev.azure.com/acme/Acme%20Shop", "Acme Shop"],
  ["https://dev.azure.com/acme/100%", "100%"],
  ["", ""],
])("the end of the address %j is %j", (address, last) => expect(lastSegment(address)).toBe(last));

it.each([
  ['{"a":[1,{"b":"]}"}]}', true],
  [`${"[".repeat(3000)}${"]".repeat(3000)}`, true],
  [`${"[".repeat(3001)}${"]".repeat(3001)}`, false],
  [`${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}`, false],
  [JSON.stringify({ wiki: "[".repeat(10_000), path: "\\\\", quote: '"[{', end: "\\" }), true],
  [`[${'{"a":"\\\\"},'.repeat(5000)}1]`, true],
  ['"[', false],
  ["[", false],
] as const)("answer %# is read: its depth counts, brackets in texts do not", (text, good) => {
  if (good) expect(parseJson(text)).toEqual(JSON.parse(text));
  else expect(() => parseJson(text)).toThrow(SyntaxError);
});

it("what is no JSON, or nothing, is none; a mark of the byte order may come first", () => {
  expect(['{"a":1}', "\uFEFF [1]\n", '"x"', "0", "", " \n", "<html>", '{"a":', "[".repeat(5_000)].map(jsonIn)).toEqual([{ a: 1 }, [1], "x", 0, undefined, undefined, undefined, undefined, undefined]);
});

it("an answer in XML that is nested without end is none", () => {
  expect(() => parseXml(`${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}`)).toThrow(SyntaxError);
  expect(parseXml(`${"<a>".repeat(900)}x${"</a>".repeat(900)}`).name).toBe("a");
});

it("what a system says is kept to its first words, in errors too", () => {
  const long = "x".repeat(50_000);
  expect([new RemoteError(long).message.length, new RemoteError(long).message.endsWith("x… (40000 more letters)"), new ConfigError([{ message: "a" }]).message]).toEqual([expect.any(Number), true, "a"]);
  expect(said("short")).toBe("short");
});

it.each<[unknown, string | undefined]>([
  ["2024-05-03T09:14:22Z", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03T09:14:22.143Z", "2024-05-03T09:14:22.143Z"],
  ["2024-05-03T09:14:22.1435678Z", "2024-05-03T09:14:22.143Z"],
  ["2024-05-03T09:14:22,5z", "2024-05-03T09:14:22.500Z"],
  ["2024-05-03T09:14:22.000+0000", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03T11:14:22+02:00", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03T11:14:22+02", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03T03:44:22 -0530", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03T09:14Z", "2024-05-03T09:14:00.000Z"],
  ["2024-05-03T09:14:22", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03 09:14:22", "2024-05-03T09:14:22.000Z"],
  ["2024-05-03", "2024-05-03T00:00:00.000Z"],
  [" 2024-05-03 ", "2024-05-03T00:00:00.000Z"],
  ["2024-13-03", undefined],
  ["5", undefined],
  ["yesterday", undefined],
  ["", undefined],
  [null, undefined],
  [1714727662000, undefined],
])("the time %j is %s", (text, at) => {
  expect(instantOf(text)).toBe(at);
});

describe("cookies", () => {
  const jarAfter = (date: string | undefined, ...lines: readonly string[]): Record<string, string> => {
    const jar = new Map([["A", "old"]]);
    takeCookies(jar, { "set-cookie": lines, ...(date === undefined ? {} : { date }) });
    return Object.fromEntries(jar);
  };
  it.each<[string, string, Record<string, string>]>([
    ["a new one takes the old one's place, signs of equality and all", "A=b==; Path=/; Secure", { A: "b==" }],
    ["one that ended by the server's clock is gone", "A=x; Expires=Tue, 24 Nov 2015 13:05:00 GMT", { }],
    ["one that still lives stays", "A=x; expires=Tue, 24 Nov 2015 13:05:02 GMT", { A: "x" }],
    ["an age goes before a date", "A=x; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", { A: "x" }],
    ["an age of nothing is its end", "A=x; max-age=0", {}],
    ["a line without a value is none", "Secure", { A: "old" }],
  ])("%s", (_title, line, kept) => {
    expect(jarAfter("Tue, 24 Nov 2015 13:05:01 GMT", line)).toEqual(kept);
  });
});

it.each<[number, number | undefined, number, boolean]>([
  [0, 5, 10, true],
  [3, 3, 10, true],
  [3, 9, 10, false],
  [3, undefined, 10, false],
  [10, 10, 10, false],
  [10, 4, 10, false],
  [3, 0, 10, false],
])("%d rows of %s in all, %d asked for: the end is %s", (rows, total, asked, last) => {
  expect(isLastPage(rows, total, asked)).toBe(last);
});

it("a full page that just reaches the total is the end where the total once was more", () => {
  const ends = pageEnds();
  expect([ends(10, 20, 10), ends(10, 10, 10)]).toEqual([false, true]);
});

describe("all parts at once", () => {
  const work = async (part: number): Promise<string> => {
    if (part < 0) throw new Error(`broken ${part}`);
    return `done ${part}`;
  };
  const broken = (part: number, error: unknown): string => `${part}: ${error instanceof Error ? error.message : ""}`;

  it("loses nothing that went through, and waits for all", async () => {
    expect(await allParts([1, -2, 3], 2, work, broken)).toEqual(["done 1", "-2: broken -2", "done 3"]);
    expect(await allParts([], 2, work, broken)).toEqual([]);
  });

  it("throws what broke every one of them", async () => {
    await expect(allParts([-1, -2], 2, work, broken)).rejects.toThrow("broken -1");
  });

  it("has no more of them in hand than it may", async () => {
    let now = 0;
    let most = 0;
    await allParts([1, 2, 3, 4, 5], 2, async () => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
    }, () => undefined);
    expect(most).toBe(2);
  });
});
