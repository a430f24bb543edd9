// Fills a sandbox with its system's example content: edits of persons, written beside each imitation.

import type { Controls } from "./controls.ts";
import { loadSystem } from "./systems.ts";

/** Applies the demo edits of the server's system. Throws where an edit is refused. */
export const loadDemo = async (server: Controls): Promise<void> => {
  const { demoEdits } = await loadSystem(server.system);
  for (const [position, edit] of demoEdits().entries()) {
    try {
      server.edit(edit);
    } catch (error) {
      throw new Error(`demo edit ${position + 1} of ${server.system} (${edit.action} ${edit.type}) was refused: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
};
