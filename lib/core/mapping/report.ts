// Where the compiler of a connection puts what it finds: problems stop the run, notices are told.

export interface Report {
  problem(path: readonly (string | number)[], message: string, advice?: string): void;
  notice(path: readonly (string | number)[], message: string): void;
}
