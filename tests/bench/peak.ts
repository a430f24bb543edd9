// The most memory a process of its own took, told by itself at its end.

import type { Ended } from "../support/scripts/process.ts";

// peakMemory of tests/support, in words that node takes without a loader.
const TELL = `
  import { readFileSync } from "node:fs";
  const peak = () => (process.platform === "linux" ? /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] : process.resourceUsage().maxRSS);
  process.on("exit", () => process.stderr.write(\`\\nPEAK \${peak()}\\n\`));
`;

/** For NODE_OPTIONS. */
export const PEAK = `--import=data:text/javascript,${encodeURIComponent(TELL)}`;

/** Megabytes. */
export const peakOf = ({ err }: Pick<Ended, "err">): number => Number(/^PEAK (\d+)$/m.exec(err)?.[1] ?? Number.NaN) / 1024;
