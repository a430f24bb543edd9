import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterFailing, afterTelling, decideNotice, type Notice, type NoticeRules, type NoticeState, recentOf } from "../../lib/core/notify/decide.ts";
import { pingAddress } from "../../lib/core/notify/pingAddress.ts";
import { noticeBody, noticeSubject, oneLine } from "../../lib/core/notify/text.ts";
import { isDue } from "../../lib/core/schedule/turn.ts";

const START = Date.parse("2026-11-24T12:00:00.000Z");
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();
const RULES: NoticeRules = { quietMinutes: 60, digestHours: 24, mayTell: true };

type Step = readonly [minute: number, good: boolean, more?: { readonly waiting?: number; readonly repeated?: boolean; readonly message?: string; readonly lost?: boolean; readonly mayTell?: boolean }];

/** What people were sent, step by step. */
const play = (steps: readonly Step[]): readonly string[] => {
  let state: NoticeState | undefined;
  const sent: string[] = [];
  for (const [minute, good, more = {}] of steps) {
    const decided = decideNotice("c", state, { at: at(minute), good, waiting: more.waiting ?? 0, ...(good ? {} : { message: more.message ?? "no route" }), ...(more.repeated === true ? { repeated: true } : {}) }, { ...RULES, mayTell: more.mayTell !== false });
    state = decided.state;
    if (decided.notice === undefined) continue;
    if (more.lost === true) state = afterFailing(state, at(minute));
    else {
      sent.push(`${minute} ${decided.notice.kind}${decided.notice.untold > 1 ? ` ${decided.notice.untold}` : ""}`);
      state = afterTelling(state, decided.notice);
    }
  }
  return sent;
};

const each = (from: number, to: number, good: boolean): readonly Step[] => Array.from({ length: to - from }, (_, n) => [from + n, good]);

describe("when people are told", () => {
  it.each<[string, readonly Step[], readonly string[]]>([
    ["nothing, while all is well", each(0, 3000, true), []],
    ["the first failure at once, the recovery at once", [[0, true], [1, false], [2, false], [3, true], [4, true]], ["1 failure", "3 recovery"]],
    ["a first iteration that fails", [[0, false]], ["0 failure"]],
    ["a failure that lasts: once, then once a day", each(0, 3000, false), ["0 failure", "1440 digest 1440", "2880 digest 1440"]],
    ["a connection that flaps each minute: twice an hour at the most", Array.from({ length: 121 }, (_, n): Step => [n, n % 2 === 1]), ["0 failure", "1 recovery", "60 failure 30", "61 recovery", "120 failure 30"]],
    ["a failure inside the quiet time that lasts: told when the quiet is over", [[0, false], [1, true], ...each(2, 70, false)], ["0 failure", "1 recovery", "60 failure 59"]],
    ["a failure inside the quiet time that passes: in the next digest", [[0, false], [1, true], [2, false], [3, true], ...each(4, 1500, true)], ["0 failure", "1 recovery", "1441 digest"]],
    ["items that wait for a person: once a day", [[0, true, { waiting: 3 }], [720, true, { waiting: 3 }], [1440, true, { waiting: 3 }], [1500, true, { waiting: 4 }]], ["1440 digest"]],
    ["a message that could not be sent: again after five minutes", [[0, false, { lost: true }], [1, false], [4, false], [5, false]], ["5 failure 4"]],
    ["a site that may send no more: as soon as it may", [[0, false, { mayTell: false }], [30, false]], ["30 failure 2"]],
    ["the same told again: no further failure", [[0, false], [1, false, { repeated: true }], [2, true, { repeated: true }]], ["0 failure", "2 recovery"]],
  ])("%s", (_, steps, expected) => expect(play(steps)).toEqual(expected));

  it("two messages about failing are never closer than the quiet time, each has one recovery at the most, and at the end people know how it stands", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 200 }), (moves) => {
        let minute = 0;
        const steps = moves.map(([pause, good]): Step => [(minute += pause), good]);
        const sent = play(steps).filter((line) => !line.includes("digest"));
        const failures = sent.filter((line) => line.includes("failure")).map((line) => Number(line.split(" ")[0]));
        for (const [n, moment] of failures.entries()) expect(moment - (failures[n - 1] ?? -60)).toBeGreaterThanOrEqual(60);
        for (const [n, line] of sent.entries()) expect(line.includes("failure")).toBe(n % 2 === 0);
        const last = steps.at(-1);
        const settled = play([...steps, ...(last === undefined ? [] : [[last[0] + 61, last[1]] as Step])]).filter((line) => !line.includes("digest")).at(-1) ?? "recovery";
        if (last !== undefined) expect(settled.includes("recovery")).toBe(last[1]);
      }),
      { numRuns: 300 },
    );
  });

  it("counts what a site sent within the last hour", () => {
    expect(recentOf([at(-61), at(-59), at(0), at(5)], at(0))).toEqual([at(-59), at(0)]);
  });
});

describe("the words", () => {
  const notice: Notice = { kind: "failure", subject: "octane-jira", at: at(0), good: false, since: at(0), failures: 1, untold: 1, waiting: 0 };

  it.each([
    ["a header of one's own", "a\r\nBcc: evil@example.com", "a Bcc: evil@example.com"],
    ["marks that turn the writing", "a\u202Eb\u2066c\u200Bd", "a b c d"],
    ["line ends of other alphabets", "a\u2028b\u0085c", "a b c"],
    ["nothing but control characters", "\u0000\u0007", ""],
    ["half a character", "a\uD800b", "a b"],
    ["very long ones", "x".repeat(1000), `${"x".repeat(149)}…`],
  ])("take %s out of a subject", (_, text, expected) => expect(oneLine(text)).toBe(expected));

  it("tell what happened, since when, and what to do", () => {
    expect(noticeSubject({ ...notice, subject: "x\r\ny" })).toBe("Tandem: x y fails");
    expect(noticeBody({ ...notice, message: "no route to jira", advice: "check the network", run: "r1", waiting: 2 })).toBe(
      "octane-jira fails since 2026-11-24 12:00 UTC.\n\nno route to jira\n→ check the network\n\n2 items wait for a person: npx tandem connectionStatus --connection octane-jira\n\nRun r1: npx tandem runHistory --run r1\n",
    );
    expect(noticeBody({ ...notice, kind: "recovery", good: true, at: at(90), failures: 90, untold: 89, message: "old" })).toBe("octane-jira works again since 2026-11-24 13:30 UTC. It had failed since 2026-11-24 12:00 UTC (90 min).\n");
    expect(noticeBody({ ...notice, kind: "digest", at: at(1440), failures: 1440 })).toContain("octane-jira still fails, since 2026-11-24 12:00 UTC (24 h), 1440 times.");
    expect(noticeBody({ ...notice, kind: "digest", good: true, untold: 3 })).toContain("octane-jira works.\nIt failed 3 times since the last message, and recovered each time.");
    expect(noticeBody({ ...notice, message: "y".repeat(9000) }).length).toBeLessThan(5000);
  });
});

describe("a dead-man switch is called", () => {
  it.each([
    ["https://ping.example.com/uuid", undefined, "https://ping.example.com/uuid/start"],
    ["https://ping.example.com/uuid/", 0, "https://ping.example.com/uuid/0"],
    ["https://ping.example.com/uuid?rid=1", 69, "https://ping.example.com/uuid/69?rid=1"],
    ["https://x.example.com/p?state={status}&code={code}", undefined, "https://x.example.com/p?state=start&code="],
    ["https://x.example.com/p?state={status}&code={code}", 0, "https://x.example.com/p?state=success&code=0"],
    ["https://x.example.com/{status}", 1, "https://x.example.com/fail"],
  ])("%s, exit status %s: at %s", (address, code, expected) => expect(pingAddress(address, code === undefined ? { phase: "start" } : { phase: "end", code })).toBe(expected));
});

describe("whose turn it is", () => {
  const seconds = (n: number): string => new Date(START + n * 1000).toISOString();
  it.each([
    [undefined, 60, true],
    [seconds(-60), 60, true],
    [seconds(-56), 60, true],
    [seconds(-50), 60, false],
    [seconds(-885), 900, true],
    [seconds(-875), 900, false],
    [seconds(-86_379), 86_400, false],
    // Of another machine whose clock is fast, and of a clock that has been put back.
    [seconds(60), 3600, false],
    [seconds(360), 3600, true],
  ])("last start %s, every %i s: %s", (last, frequency, expected) => expect(isDue(last, frequency, at(0))).toBe(expected));

  it("starts each minute, by a scheduler that is up to three seconds late, keep every frequency from start to start", () => {
    for (const frequency of [60, 120, 300, 900, 3600]) {
      let last: string | undefined;
      let starts = 0;
      for (let minute = 0; minute < 600; minute++) {
        const now = new Date(START + minute * 60_000 + ((minute * 7919) % 3000)).toISOString();
        if (!isDue(last, frequency, now)) continue;
        [last, starts] = [now, starts + 1];
      }
      expect([frequency, starts]).toEqual([frequency, 36_000 / frequency]);
    }
  });
});
