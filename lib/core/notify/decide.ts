// Who is told what and when: at the first failure and at the recovery, then at most a reminder a day; never a flood. State and
// event in, state and perhaps a notice out. Pure.

import type { Instant } from "../types.ts";

/** How one iteration of a connection (or any other thing that is watched) ended. */
export interface NoticeEvent {
  readonly at: Instant;
  readonly good: boolean;
  /** What went wrong. */
  readonly message?: string;
  readonly advice?: string;
  readonly run?: string;
  /** Items that need a person. */
  readonly waiting: number;
  /** Tells again what is known already: counts no further failure. */
  readonly repeated?: boolean;
}

export interface NoticeState {
  readonly good: boolean;
  /** Since when it is so. */
  readonly since: Instant;
  readonly lastAt: Instant;
  /** Failures since it fails. */
  readonly failures: number;
  readonly message?: string;
  readonly advice?: string;
  /** What people believe. */
  readonly told: "good" | "bad";
  readonly failureToldAt?: Instant;
  /** When it began to fail, as people were told; for the recovery. */
  readonly toldSince?: Instant;
  /** Failures nobody was told of, since the last notice. */
  readonly untold: number;
  /** The last notice of any kind, or the first event. */
  readonly digestAt: Instant;
  /** The last notice could not be sent: not again before this. */
  readonly notBefore?: Instant;
}

export interface NoticeRules {
  readonly quietMinutes: number;
  readonly digestHours: number;
  /** false: the site has sent as much as it may in an hour. */
  readonly mayTell: boolean;
}

export interface Notice {
  readonly kind: "failure" | "recovery" | "digest" | "test";
  readonly subject: string;
  readonly at: Instant;
  readonly good: boolean;
  readonly since: Instant;
  readonly failures: number;
  readonly untold: number;
  readonly waiting: number;
  readonly message?: string;
  readonly advice?: string;
  readonly run?: string;
}

const MINUTE_MS = 60_000;
/** A mail server that is away is not asked each minute. */
const RETRY_MINUTES = 5;

const passed = (from: Instant | undefined, minutes: number, now: Instant): boolean => from === undefined || Date.parse(now) - Date.parse(from) >= minutes * MINUTE_MS;

const begin = (event: NoticeEvent): NoticeState => ({ good: true, since: event.at, lastAt: event.at, failures: 0, told: "good", untold: 0, digestAt: event.at });

const move = (state: NoticeState, event: NoticeEvent): NoticeState => {
  const turned = state.good !== event.good;
  const more = event.good || event.repeated === true ? 0 : 1;
  const { message: _message, advice: _advice, ...rest } = state;
  return {
    ...rest,
    good: event.good,
    since: turned ? event.at : state.since,
    lastAt: event.at,
    failures: event.good ? (turned ? state.failures : 0) : (turned ? 0 : state.failures) + more,
    untold: state.untold + more,
    ...(event.message === undefined ? (event.good || state.message === undefined ? {} : { message: state.message }) : { message: event.message }),
    ...(event.advice === undefined ? (event.good || state.advice === undefined ? {} : { advice: state.advice }) : { advice: event.advice }),
  };
};

const kindOf = (state: NoticeState, event: NoticeEvent, rules: NoticeRules): Notice["kind"] | undefined => {
  if (!rules.mayTell || (state.notBefore !== undefined && event.at < state.notBefore)) return undefined;
  if (state.good && state.told === "bad") return "recovery";
  if (!state.good && state.told === "good" && passed(state.failureToldAt, rules.quietMinutes, event.at)) return "failure";
  const isWorth = !state.good || event.waiting > 0 || state.untold > 0;
  return isWorth && passed(state.digestAt, rules.digestHours * 60, event.at) ? "digest" : undefined;
};

export interface Decided {
  readonly state: NoticeState;
  readonly notice?: Notice;
}

/** `before`: what was kept after the last event, not given at the first. A notice that is answered has not been sent: then afterTelling or afterFailing is kept. */
export const decideNotice = (subject: string, before: NoticeState | undefined, event: NoticeEvent, rules: NoticeRules): Decided => {
  const state = move(before ?? begin(event), event);
  const kind = kindOf(state, event, rules);
  if (kind === undefined) return { state };
  const since = kind === "recovery" ? (state.toldSince ?? state.since) : state.since;
  const notice: Notice = {
    kind,
    subject,
    at: event.at,
    good: state.good,
    since,
    failures: state.failures,
    untold: state.untold,
    waiting: event.waiting,
    ...(state.message === undefined ? {} : { message: state.message }),
    ...(state.advice === undefined ? {} : { advice: state.advice }),
    ...(event.run === undefined ? {} : { run: event.run }),
  };
  return { state, notice };
};

/** The state once the notice went out. */
export const afterTelling = (state: NoticeState, { kind, at }: Notice): NoticeState => {
  const { notBefore: _notBefore, ...rest } = state;
  if (kind === "test") return rest;
  return { ...rest, told: state.good ? "good" : "bad", untold: 0, digestAt: at, ...(kind === "failure" ? { failureToldAt: at, toldSince: state.since } : {}) };
};

/** The state when it could not be sent. */
export const afterFailing = (state: NoticeState, at: Instant): NoticeState => ({ ...state, notBefore: new Date(Date.parse(at) + RETRY_MINUTES * MINUTE_MS).toISOString() });

/** Times of what the site sent within the last hour. */
export const recentOf = (sent: readonly Instant[], now: Instant): readonly Instant[] => sent.filter((at) => at <= now && !passed(at, 60, now));
