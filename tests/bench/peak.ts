// The most memory a process of its own took, told by itself at its end.

import type { Ended } from "../support/process.ts";

/** For NODE_OPTIONS. */
export const PEAK = `--import=data:text/javascript,${encodeURIComponent('process.on("exit",()=>process.stderr.write(`\\nPEAK ${process.resourceUsage().maxRSS}\\n`))')}`;

/** Megabytes. */
export const peakOf = ({ err }: Pick<Ended, "err">): number => Number(/^PEAK (\d+)$/m.exec(err)?.[1] ?? Number.NaN) / 1024;
