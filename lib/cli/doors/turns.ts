// Asks whose turn it is, with a store that is open no longer than the question.

import { slicesOf } from "../../core/mapping/slices.ts";
import { turnOf, turnOfAll } from "../../run/turns/due.ts";
import type { ConnectionDefinition, Definitions } from "../definitions/config.ts";
import type { ScriptCall } from "../script/script.ts";
import { withStore } from "./wiring.ts";

const DEFAULT_FREQUENCY = 60;

/** Takes the turn where it is one, except when only looking. */
export const isTurnOf = async (call: ScriptCall, definitions: Definitions, { file }: ConnectionDefinition): Promise<boolean> => {
  const turn = await withStore(call, definitions, (doors) => {
    const [frequency, take, slices] = [file.frequency ?? DEFAULT_FREQUENCY, call.options.dryRun !== true && call.options.plan === undefined, slicesOf(file)];
    return slices.length === 0 ? turnOf(doors, file.name, frequency, take) : turnOfAll(doors, file.name, slices, frequency, take);
  });
  if (!turn.due) call.output.log.info(`${file.name}: not its turn: ${turn.why}`);
  return turn.due;
};
