// Of several connections in one start that sign in with the same account: once it is refused, no other tries it again. Each failure
// brings the account nearer to a CAPTCHA or a lock.

import { LoginError } from "../../core/errors.ts";
import type { Definitions } from "../definitions/config.ts";

export interface RefusedLogins {
  /** What `signIn` answers; its refusal is remembered. Throws LoginError without asking where this account was refused before. */
  heed<T>(definitions: Pick<Definitions, "dataSources">, name: string, signIn: () => Promise<T>): Promise<T>;
}

/** Two data sources that reach one system with the same account are one: an entry is as it is written, its secrets by their names. */
const keyOf = ({ dataSources }: Pick<Definitions, "dataSources">, name: string): string => {
  const source = dataSources[name];
  return JSON.stringify(source === undefined ? name : [source.system, source.url, source.credentials]);
};

/** Of one start: a later one asks anew. */
export const createRefusedLogins = (): RefusedLogins => {
  const refused = new Map<string, LoginError>();
  return {
    heed: async (definitions, name, signIn) => {
      const key = keyOf(definitions, name);
      const before = refused.get(key);
      if (before !== undefined) throw new LoginError(`${name}: not tried again in this start: ${before.message}`, before.advice, { cause: before });
      try {
        return await signIn();
      } catch (error) {
        if (error instanceof LoginError) refused.set(key, error);
        throw error;
      }
    },
  };
};
