// Asks whose turn it is, with a store that is open no longer than the question.

import { turnOf } from "../run/due.ts";
import type { ConnectionDefinition, Definitions } from "./config.ts";
import type { ScriptCall } from "./script.ts";
import { withStore } from "./wiring.ts";

const DEFAULT_FREQUENCY = 60;

/** Takes the turn where it is one, except when only looking. */
export const isTurnOf = async (call: ScriptCall, definitions: Definitions, { file }: ConnectionDefinition): Promise<boolean> => {
  const turn = await withStore(call, definitions, (doors) => turnOf(doors, file.name, file.frequency ?? DEFAULT_FREQUENCY, call.options.dryRun !== true));
  if (!turn.due) call.output.log.info(`${file.name}: not its turn: ${turn.why}`);
  return turn.due;
};
