// The most memory this process has taken. What the system calls maxRSS begins, on Linux, with what the starting process had.

import { readFileSync } from "node:fs";

/** Kilobytes. */
export const peakMemory = (): number => (process.platform === "linux" ? Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) : process.resourceUsage().maxRSS);
