// Which signals ask a script to end, and which it does not mind. Pure.

export interface Signals {
  /** Finish the item in hand, record, leave with 75. */
  readonly stop: readonly NodeJS.Signals[];
  readonly ignore: readonly NodeJS.Signals[];
}

/** Windows knows no SIGTERM from outside: closing the console comes as SIGHUP, and some ten seconds later the system ends us. */
export const signalsOf = (platform: string, atTerminal: boolean): Signals => {
  if (platform === "win32") return { stop: ["SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"], ignore: [] };
  // logrotate and the like say SIGHUP to everybody who may hold the log open: we hold nothing. At a terminal it means good-bye.
  return { stop: ["SIGINT", "SIGTERM"], ignore: atTerminal ? [] : ["SIGHUP"] };
};
