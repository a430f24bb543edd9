// Runs the shell blocks of a page as a reader would paste them: the first command that fails ends the block.

import { spawn } from "node:child_process";
import type { Ended } from "./process.ts";

export const bash = (script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((done, fail) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd, env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (out += part.toString("utf8")));
    child.stderr.on("data", (part: Buffer) => (err += part.toString("utf8")));
    child.once("error", fail).once("close", (code) => done({ code, out, err }));
    child.stdin.end();
  });
