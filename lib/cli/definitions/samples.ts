// The projects on which a connection's mapping was made, and the gate that a new or changed definition passes first.

import type { Samples } from "../../run/check/checkDefinition.ts";
import { changedSets } from "../../run/check/changedSets.ts";
import type { ConnectionContext } from "../../run/context.ts";
import type { Lease } from "../../store/store.ts";
import { checkBeside } from "./beside.ts";
import type { ConnectionDefinition, Definitions } from "./config.ts";

export const samplesOf = (definitions: Definitions, { file }: ConnectionDefinition): Samples =>
  Object.fromEntries(
    (["master", "target"] as const).flatMap((side) => {
      const sample = definitions.dataSources[file[side]]?.sampleProject;
      return sample === undefined ? [] : [[side, sample]];
    }),
  );

/** An iteration behind the gate. */
export const gated =
  <T>(definitions: Definitions, connection: ConnectionDefinition, work: (context: ConnectionContext, lease: Lease) => Promise<T>, slice?: string) =>
  async (context: ConnectionContext, lease: Lease): Promise<T> => {
    await checkBeside(definitions, connection, context.store);
    const changed = await changedSets(context, slice);
    if (changed.length > 0) await (await import("../../run/check/gate.ts")).passGate(context, changed, samplesOf(definitions, connection));
    return work(context, lease);
  };
