import { describe, expect, it } from "vitest";
import { backupHealth, bloatHealth, byGrade, certificateHealth, clockHealth, diskHealth, healthText, memoryHealth, nextSamples, nodeHealth, postgresHealth, quarantineHealth, recordsHealth, type Sample, tokenExpiry, tokenHealth, watermarkHealth, worstOf } from "../../lib/core/health.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const at = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString();
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const [MB, GB] = [1e6, 1e9];

describe("what is measured gets its grade", () => {
  it.each([
    [31, "OK"],
    [29, "WARNING"],
    [6, "CRITICAL"],
    [-1, "CRITICAL"],
  ])("a certificate that ends in %i days: %s", (days, grade) => expect(certificateHealth("s", "it", at(days * DAY), NOW).grade).toBe(grade));

  it.each([
    [15, "OK", "the token is good until 2026-12-09 (15 days)"],
    [13, "WARNING", "(13 days)"],
    [1, "CRITICAL", "(24 h)"],
    [-3, "CRITICAL", "the token ran out on 2026-11-21"],
  ])("a token that ends in %i days: %s", (days, grade, words) => expect(tokenHealth("s", at(days * DAY), NOW)).toMatchObject({ grade, text: expect.stringContaining(words) }));

  it.each([
    [500 * GB, 1000 * GB, "OK"],
    [30 * GB, 1000 * GB, "OK"],
    [15 * GB, 1000 * GB, "WARNING"],
    [4 * GB, 1000 * GB, "CRITICAL"],
    [0.9 * GB, 2 * GB, "WARNING"],
    [0.1 * GB, 0.2 * GB, "CRITICAL"],
    [0, 0, "CRITICAL"],
  ])("%i bytes free of %i: %s", (free, total, grade) => expect(diskHealth("/", free, total).grade).toBe(grade));

  it.each([
    [1, "OK"],
    [-29, "OK"],
    [31, "WARNING"],
    [-301, "CRITICAL"],
  ])("a clock %i seconds off: %s", (seconds, grade) => expect(clockHealth("s", at(seconds * 1000), NOW).grade).toBe(grade));

  it("memory, versions, bloat and records", () => {
    expect([400, 250, 50].map((mb) => memoryHealth("h", mb * MB).grade)).toEqual(["OK", "WARNING", "CRITICAL"]);
    expect([180_004, 130_020, 120_009].map((version) => postgresHealth("d", version, "x").grade)).toEqual(["OK", "WARNING", "CRITICAL"]);
    expect(["v20.19.0", "v24.0.1", "v20.18.3", "v18.20.0"].map((version) => nodeHealth(version, "1.0.0").grade)).toEqual(["OK", "OK", "CRITICAL", "CRITICAL"]);
    expect(bloatHealth("d", [{ name: "small", bytes: MB, live: 1, dead: 9 }]).grade).toBe("OK");
    expect(bloatHealth("d", [{ name: "links", bytes: 80 * MB, live: 10, dead: 11 }])).toMatchObject({ grade: "WARNING", text: "links (80.0 MB) holds 11 dead rows, 10 live ones" });
    expect([backupHealth("d", undefined, NOW), backupHealth("d", at(-2 * DAY), NOW), backupHealth("d", at(-4 * DAY), NOW), backupHealth("d", at(-15 * DAY), NOW)].map(({ grade }) => grade)).toEqual(["OK", "OK", "WARNING", "CRITICAL"]);
    expect([recordsHealth("d", 2 * GB, undefined, NOW), recordsHealth("d", 2 * GB, at(-36 * DAY), NOW), recordsHealth("d", 2 * GB, at(-DAY), NOW), recordsHealth("d", MB, undefined, NOW)].map(({ grade }) => grade)).toEqual(["WARNING", "WARNING", "OK", "OK"]);
  });
});

describe("a token that tells its end", () => {
  const jwt = (body: unknown): string => `e30.${Buffer.from(JSON.stringify(body)).toString("base64url")}.c2ln`;
  it.each([
    ["a token with an end", jwt({ exp: 1_800_000_000 }), "2027-01-15T08:00:00.000Z"],
    ["a token without", jwt({ sub: "x" }), undefined],
    ["an end that is no time", jwt({ exp: "soon" }), undefined],
    ["an end beyond all calendars", jwt({ exp: 1e300 }), undefined],
    ["null inside", jwt(null), undefined],
    ["three words", "one.two.three", undefined],
    ["a password", "correct horse", undefined],
  ])("%s", (_, token, expected) => expect(tokenExpiry(token)).toBe(expected));
});

describe("watermarks", () => {
  const facts = { connection: "c", started: true, frequencySeconds: 60, unread: [], now: NOW };
  it.each([
    ["just read", { oldest: { at: at(-MINUTE), syncSet: "k" } }, "OK"],
    ["two hours behind", { oldest: { at: at(-2 * HOUR), syncSet: "k" } }, "WARNING"],
    ["two hours behind, read each hour", { frequencySeconds: 3600, oldest: { at: at(-2 * HOUR), syncSet: "k" } }, "OK"],
    ["two days behind", { oldest: { at: at(-2 * DAY), syncSet: "k" } }, "CRITICAL"],
    ["two days behind, read each day", { frequencySeconds: 86_400, oldest: { at: at(-2 * DAY), syncSet: "k" } }, "OK"],
    ["one set never read", { oldest: { at: NOW, syncSet: "k" }, unread: ["other"] }, "WARNING"],
    ["nothing read at all", {}, "WARNING"],
    ["stopped by a person", { started: false }, "OK"],
    ["stopped by a script that was ended", { started: false, unfinished: "seedCrossReferences" }, "WARNING"],
    ["from the future", { oldest: { at: at(HOUR), syncSet: "k" } }, "OK"],
  ])("%s", (_, more, grade) => expect(watermarkHealth({ ...facts, ...more }).grade).toBe(grade));
});

describe("the quarantine", () => {
  const ago = (hours: number, count: number): Sample => ({ at: at(-hours * HOUR), count });
  it.each([
    ["never looked at before", 7, [], "OK", "7 items"],
    ["as before", 7, [ago(25, 7)], "OK", "7 items, as many as 25 h ago"],
    ["fewer", 5, [ago(25, 7)], "OK", "5 items, 2 fewer than 25 h ago"],
    ["more than a day ago, the newest day-old number counts", 9, [ago(40, 0), ago(25, 7), ago(2, 9)], "WARNING", "9 items, 2 more than 25 h ago"],
    ["no number is a day old", 9, [ago(3, 4), ago(1, 9)], "WARNING", "9 items, 5 more than 3 h ago"],
    ["many more", 120, [ago(25, 10)], "CRITICAL", "120 items, 110 more than 25 h ago"],
    ["many more of very many", 560, [ago(25, 500)], "WARNING", "560 items, 60 more than 25 h ago"],
  ])("%s", (_, count, samples, grade, text) => expect(quarantineHealth("c", count, samples, NOW)).toMatchObject({ grade, text }));

  it("one number an hour is remembered, two days back, none of the future", () => {
    expect(nextSamples([ago(50, 1), ago(47, 2), ago(2, 3), ago(-1, 4)], NOW, 5)).toEqual([ago(47, 2), ago(2, 3), { at: NOW, count: 5 }]);
    expect(nextSamples([ago(0.5, 3)], NOW, 5)).toEqual([ago(0.5, 3)]);
  });
});

it("lines come worst first, each on one line with its advice", () => {
  const lines = [memoryHealth("h", GB), certificateHealth("s", "it", at(-DAY), NOW), tokenHealth("t", at(5 * DAY), NOW)];
  expect(byGrade(lines).map(({ grade }) => grade)).toEqual(["CRITICAL", "WARNING", "OK"]);
  expect([worstOf(lines), worstOf([])]).toEqual(["CRITICAL", "OK"]);
  expect(healthText(certificateHealth("s", "it", at(-DAY), NOW))).toBe("CRITICAL certificate s: it ran out on 2026-11-23 → renew it");
});
