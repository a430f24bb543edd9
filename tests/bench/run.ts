// npm run bench [-- NAME…] [--json]: measures side by side with what one would take instead, and prints the ratios.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure } from "./measure.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("-"));
const known = readdirSync(here).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []);

const print = (figures: readonly Figure[]): void => {
  const rows = figures.map((figure) => [figure.bench, figure.what, figure.ours, figure.theirs, figure.ratio === undefined ? "" : `${figure.ratio.toFixed(2)} x`, figure.asked ?? ""]);
  const head = ["bench", "what", "ours", "beside", "ratio", "asked"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  for (const row of [head, ...rows]) process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`);
  process.stdout.write(`\nNode ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}; medians of at least 5 with the spread of the middle half\n`);
};

if (words.includes("--help")) {
  process.stdout.write(`npm run bench [-- NAME…] [--json]\n\nMeasures ${known.join(", ")}; all of them without a name.\n--json  the figures as JSON instead of a table\n`);
  process.exit(0);
}
const unknown = words.filter((word) => !known.includes(word) && word !== "--json");
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(", ")}\n→ there are ${known.join(", ")}\n`);
  process.exit(64);
}
const folder = mkdtempSync(join(tmpdir(), "tandem-bench-"));
const out = join(folder, "figures.jsonl");
const files = names.map((name) => `tests/bench/${name}.bench.ts`);
const { status } = spawnSync(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--config", "tests/bench/vitest.config.ts", "--reporter=dot", ...files], { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, TANDEM_BENCH_OUT: out } });
const figures = existsSync(out) ? readFileSync(out, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Figure) : [];
if (words.includes("--json")) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
else print(figures);
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
