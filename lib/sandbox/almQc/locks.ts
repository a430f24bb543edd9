// Locks belong to a session and vanish with it (sheet, section 21). They are no content: not part of the state.

import type { Row } from "./model.ts";
import type { Doc } from "./wire.ts";
import { rowKey } from "./world.ts";
import { element, leaf } from "./xml.ts";

interface Lock {
  readonly session: string;
  readonly user: string;
}

export interface Locks {
  /** Name of the user whose other session holds the row; null where nobody does. */
  heldBy(project: string, type: string, id: number, session: string | null): string | null;
  take(project: string, row: Row, session: string, user: string): void;
  free(project: string, row: Row): void;
  doc(project: string, row: Row, session: string): Doc;
  all(project: string): readonly { readonly key: string; readonly user: string }[];
  clear(): void;
}

export const createLocks = (isLive: (session: string) => boolean): Locks => {
  const locks = new Map<string, Lock>();
  const lockOf = (key: string): Lock | undefined => {
    const lock = locks.get(key);
    if (lock === undefined || isLive(lock.session)) return lock;
    locks.delete(key);
    return undefined;
  };
  const keyOf = (project: string, row: { readonly type: string; readonly id: number }): string => `${project}/${rowKey(row)}`;
  return {
    heldBy: (project, type, id, session) => {
      const lock = lockOf(keyOf(project, { type, id }));
      return lock && lock.session !== session ? lock.user : null;
    },
    take: (project, row, session, user) => void locks.set(keyOf(project, row), { session, user }),
    free: (project, row) => void locks.delete(keyOf(project, row)),
    doc: (project, row, session) => {
      const lock = lockOf(keyOf(project, row));
      const status = lock === undefined ? "UNLOCKED" : lock.session === session ? "LOCKED_BY_ME" : "LOCKED_BY_OTHER";
      const user = lock?.user ?? "";
      return { xml: () => element("LockInfo", [], leaf("LockStatus", status) + leaf("LockUser", user)), json: () => ({ LockStatus: status, LockUser: user }) };
    },
    all: (project) =>
      [...locks.keys()]
        .filter((key) => key.startsWith(`${project}/`))
        .flatMap((key) => {
          const lock = lockOf(key);
          return lock ? [{ key: key.slice(project.length + 1), user: lock.user }] : [];
        }),
    clear: () => locks.clear(),
  };
};
