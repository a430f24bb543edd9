// Tells people how connections fare, from what an iteration just did or from the records of runs. What was told is kept in the
// store, so that nobody hears the same twice.

import { afterFailing, afterTelling, decideNotice, type Notice, type NoticeEvent, type NoticeState, recentOf } from "../core/notify/decide.ts";
import { punctuality } from "../core/schedule/missed.ts";
import type { Timetable } from "../core/schedule/timetable.ts";
import { latestBy } from "../core/time.ts";
import type { Instant } from "../core/types.ts";
import type { Notifier } from "../notify/notifier.ts";
import type { RunRow, Store } from "../store/store.ts";
import type { Doors } from "./context.ts";

export interface Told {
  readonly subject: string;
  /** Undefined: there was nothing to tell. */
  readonly notice?: Notice;
  readonly sent: boolean;
  readonly failures: readonly string[];
}

export interface TellRules {
  readonly quietMinutes: number;
  readonly digestHours: number;
  readonly mostPerHour: number;
}

type TellDoors = Pick<Doors, "store" | "now" | "log"> & { readonly notifier: Notifier };

const SENT_FACT = "notify:sent";
/** Name of the fact under which the state of a subject is kept. */
export const noticeFactOf = (subject: string): string => `notify:about:${subject}`;

const stateOf = async (store: Store, subject: string): Promise<NoticeState | undefined> => (await store.facts.get(noticeFactOf(subject)))?.value as NoticeState | undefined;

/** Items that wait for a person. */
export const waitingOf = async (store: Store, connection: string): Promise<number> => (await store.quarantine.count(connection)) + (await store.conflicts.list(connection)).length;

const deliver = async ({ notifier, log }: TellDoors, notice: Notice): Promise<{ readonly sent: boolean; readonly failures: readonly string[] }> => {
  const deliveries = await notifier.send(notice);
  const failures = deliveries.filter(({ failure }) => failure !== undefined).map(({ channel, failure }) => `${channel}: ${failure}`);
  for (const failure of failures) log.warn(`${notice.subject}: nobody could be told by ${failure}`);
  return { sent: failures.length < deliveries.length, failures };
};

/** Decides, sends, remembers. */
export const tell = async (doors: TellDoors, subject: string, event: NoticeEvent, rules: TellRules, how: { readonly dryRun?: boolean } = {}): Promise<Told> => {
  const { store } = doors;
  const sentBefore = recentOf(((await store.facts.get(SENT_FACT))?.value ?? []) as readonly Instant[], event.at);
  const { state, notice } = decideNotice(subject, await stateOf(store, subject), event, { ...rules, mayTell: sentBefore.length < rules.mostPerHour });
  if (how.dryRun === true) return { subject, sent: false, failures: [], ...(notice === undefined ? {} : { notice }) };
  const fact = (value: NoticeState): Promise<void> => store.facts.set([{ name: noticeFactOf(subject), value, at: event.at }]);
  if (notice === undefined) {
    await fact(state);
    return { subject, sent: false, failures: [] };
  }
  const { sent, failures } = await deliver(doors, notice);
  await fact(sent ? afterTelling(state, notice) : afterFailing(state, event.at));
  if (sent) await store.facts.set([{ name: SENT_FACT, value: [...sentBefore, event.at], at: event.at }]);
  return { subject, notice, sent, failures };
};

/** A message of every channel that changes nothing. */
const tellTest = async (doors: TellDoors, subject: string, how: { readonly dryRun?: boolean } = {}): Promise<Told> => {
  const at = doors.now();
  const notice: Notice = { kind: "test", subject, at, good: true, since: at, failures: 0, untold: 0, waiting: 0 };
  return { subject, notice, ...(how.dryRun === true ? { sent: false, failures: [] } : await deliver(doors, notice)) };
};

const isBad = ({ status, message }: RunRow): boolean => status === "failed" || status === "refused" || (status === "partly" && message !== undefined);
const isGood = (run: RunRow): boolean => !isBad(run) && (run.status === "done" || run.status === "partly");

/** What the last runs of a slice say, and those of the whole connection. */
interface Fared {
  readonly success?: RunRow;
  readonly last?: RunRow;
}

type FaredDoors = Pick<Doors, "store" | "now">;

const fared = async ({ store, now }: FaredDoors, connection: string, slice: string | undefined): Promise<Fared> => {
  const runs = (await store.runs.list(connection, 200, slice, latestBy(now()))).filter(({ script }) => script === "syncIteration");
  const [success, last] = [runs.find(isGood), runs.find((run) => isBad(run) || isGood(run))];
  return { ...(success === undefined ? {} : { success }), ...(last === undefined ? {} : { last }) };
};

/** One where the connection has no slices. */
const allFared = async (doors: FaredDoors, connection: string, slices: readonly string[]): Promise<readonly Fared[]> => {
  const all: Fared[] = [];
  for (const slice of slices.length === 0 ? [undefined] : slices) all.push(await fared(doors, connection, slice));
  return all;
};

/** A failure that a clock noted which has been put back since was before all that came by now. */
const isSince = (success: RunRow, before: NoticeState, now: Instant): boolean => success.startedAt > before.since || before.since > latestBy(now);

/** A slice that did well says nothing of the others: the connection is well again once each did well since it began to fail. */
export const isWellAgain = async (doors: FaredDoors, connection: string, slices: readonly string[]): Promise<boolean> => {
  const before = await stateOf(doors.store, connection);
  if (before === undefined || before.good) return true;
  return (await allFared(doors, connection, slices)).every(({ success, last }) => success !== undefined && last === success && isSince(success, before, doors.now()));
};

/** What the records say, where no iteration tells it itself: a scheduler that has stopped, a reminder that is due. */
const eventOf = async ({ store, now }: Pick<Doors, "store" | "now">, { name: connection, frequencySeconds, timetable, slices = [] }: SendOptions["connections"][number]): Promise<NoticeEvent | undefined> => {
  // Whoever stopped it knows.
  if ((await store.connections.get(connection))?.started === false) return undefined;
  const before = await stateOf(store, connection);
  const all = await allFared({ store, now }, connection, slices);
  const event = { at: now(), waiting: await waitingOf(store, connection), repeated: true } as const;
  const bad = all.find(({ last }) => last !== undefined && isBad(last))?.last;
  if (bad !== undefined) return { ...event, good: false, message: bad.message ?? `the last run ${bad.status}`, run: bad.id };
  for (const { success } of all) {
    const { state, missed } = punctuality({ started: true, ...(success === undefined ? {} : { lastSuccess: success.startedAt }), frequencySeconds, now: now(), ...(timetable === undefined ? {} : { timetable }) });
    if (state === "late") return { ...event, good: false, message: `it has not run since ${success?.startedAt ?? "ever"}: ${missed} starts were missed`, advice: "look at the scheduler; checkSchedule tells more" };
  }
  // Failures before a run began (a login refused) are in the state alone: only a newer success ends them.
  const isRecovered = before === undefined || before.good || all.every(({ success }) => success !== undefined && isSince(success, before, now()));
  return { ...event, good: isRecovered };
};

export interface SendOptions {
  readonly connections: readonly { readonly name: string; readonly frequencySeconds: number; readonly timetable?: Timetable; readonly slices?: readonly string[]; readonly rules: TellRules; readonly notifier: Notifier }[];
  readonly test?: boolean;
  readonly dryRun?: boolean;
}

/** Sends what is due about these connections. */
export const sendNotifications = async (doors: Pick<Doors, "store" | "now" | "log">, options: SendOptions): Promise<readonly Told[]> => {
  const told: Told[] = [];
  for (const connection of options.connections) {
    const { name, rules, notifier } = connection;
    const own = { ...doors, notifier };
    if (options.test === true) {
      told.push(await tellTest(own, name, { dryRun: options.dryRun === true }));
      continue;
    }
    const event = await eventOf(doors, connection);
    told.push(event === undefined ? { subject: name, sent: false, failures: [] } : await tell(own, name, event, rules, { dryRun: options.dryRun === true }));
  }
  return told;
};
