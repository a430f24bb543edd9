// Notices in words. Names and messages come from endpoints: whatever they hold, a subject is one short line. Pure.

import { spanText } from "../health.ts";
import { readableTime } from "../time.ts";
import type { Notice } from "./decide.ts";

/** One line without control characters or marks that turn the writing round; cut where it is long. */
export const oneLine = (text: string, most = 150): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ").replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join("")}…`;
};

const MOST_BODY = 4_000;

/** Signs that make a chat system call people or hide where a link leads, by ones that only look so. */
const LOOKS_SO: Readonly<Record<string, string>> = { "<": "\u2039", ">": "\u203a", "[": "\u27e6", "]": "\u27e7" };

/**
 * For chat systems: names and messages of systems call nobody (`@all`, `<!channel>`, `<@U1>`, `<users/all>`), and no words stand where
 * an address would (`<https://a|b>`, `[b](https://a)`). Each system reads a language of its own, so none of its signs is left.
 */
export const chatText = (text: string): string => text.replace(/[<>[\]]/g, (sign) => LOOKS_SO[sign] ?? sign).replace(/(?<![\p{L}\p{N}._-])@(?=[\p{L}\p{N}_])/gu, "@\u2060");

const HEADS: Readonly<Record<Notice["kind"], string>> = { failure: "fails", recovery: "works again", digest: "needs a look", test: "this is a test" };

/** One line, for the head of a mail. */
export const noticeSubject = ({ kind, subject }: Notice): string => oneLine(`Tandem: ${subject} ${HEADS[kind]}`);

const times = (n: number): string => (n === 1 ? "once" : `${n} times`);

const stateLines = ({ kind, subject, good, since, at, failures, untold }: Notice): readonly string[] => {
  const span = spanText(Date.parse(at) - Date.parse(since));
  if (kind === "test") return [`This is a test message about ${subject}. Nothing is wrong.`];
  if (kind === "failure") return [`${subject} fails since ${readableTime(since)}.`, ...(untold > failures ? [`It failed ${times(untold)} since the last message.`] : [])];
  if (kind === "recovery") return [`${subject} works again since ${readableTime(at)}. It had failed since ${readableTime(since)} (${span}).`];
  return [good ? `${subject} works.` : `${subject} still fails, since ${readableTime(since)} (${span}), ${times(failures)}.`, ...(good && untold > 0 ? [`It failed ${times(untold)} since the last message, and recovered each time.`] : [])];
};

/** Plain text; the message keeps its lines. */
export const noticeBody = (notice: Notice): string => {
  const clean = (text: string): string => text.split(/\r?\n/).map((line) => oneLine(line, 1_000)).join("\n").slice(0, MOST_BODY);
  return [
    ...stateLines(notice).map((line) => oneLine(line, 500)),
    ...(notice.message === undefined || notice.good ? [] : ["", clean(notice.message)]),
    ...(notice.advice === undefined || notice.good ? [] : [`→ ${clean(notice.advice)}`]),
    ...(notice.waiting > 0 ? ["", `${notice.waiting} ${notice.waiting === 1 ? "item waits" : "items wait"} for a person: npx tandem connectionStatus --connection ${oneLine(notice.subject)}`] : []),
    ...(notice.run === undefined ? [] : ["", `Run ${notice.run}: npx tandem runHistory --run ${notice.run}`]),
    "",
  ].join("\n");
};
