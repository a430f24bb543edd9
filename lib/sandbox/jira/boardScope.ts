// Which issues stand on a board: those of its filter.

import type { Call } from "./call.ts";
import type { Board, Issue } from "./model.ts";
import { matcher } from "./search.ts";

export const compileBoard = (call: Call, board: Board): ((issue: Issue) => boolean) => {
  const filter = call.world.tables.filters.get(board.filterId);
  return filter ? matcher(call.world, call.user, filter.jql) : () => false;
};
