// What a route knows of the call it answers.

import type { Locks } from "./locks.ts";
import type { AlmQcOptions } from "./options.ts";
import type { Schema } from "./schema.ts";
import type { Signed } from "./session.ts";
import type { WriteScope } from "./values.ts";
import type { QcRequest } from "./wire.ts";
import type { World } from "./world.ts";

export interface Call {
  readonly world: World;
  readonly schema: Schema;
  readonly options: AlmQcOptions;
  readonly locks: Locks;
  readonly request: QcRequest;
  readonly signed: Signed;
  readonly now: number;
  readonly lag: number;
  /** Positions that fail in the next bulk write; asked once. */
  takeFailures(): readonly number[];
}

export interface ProjectCall extends Call {
  readonly scope: WriteScope;
  readonly address: string;
}
