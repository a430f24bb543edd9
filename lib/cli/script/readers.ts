// What stdout and stderr do when nobody takes their text any more. A reader that leaves (`| head`, a pager, a failed consumer)
// must not end the work half way, as an unheard "error" of a stream would; a result that could not be written must not look done.

import { OutputError } from "../../core/errors.ts";
import { errorText } from "./exit.ts";

const LEFT: ReadonlySet<string | undefined> = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/** Hears the faults of both streams from now on; answers whether a text was lost for another reason than a reader that left. */
export const hearStreams = (script: string): (() => boolean) => {
  let lost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (LEFT.has(error.code) || lost) return;
      lost = true;
      // The last text of a run fails after its end.
      process.exitCode = 73;
      process.stderr.write(`${errorText(script, new OutputError(`the output cannot be written: ${error.message}`, "see where it is sent to: its disk, its rights; what the script did stands in runHistory"))}\n`);
    });
  }
  return () => lost;
};
