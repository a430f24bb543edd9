// Compiles scripts/ and lib/index.ts into one folder of plain JavaScript: what `npm pack` ships, what schedulers start, and
// what the tests of scripts run. A bundle starts in a fifth of the time the same script takes through tsx.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { together } from "./together.js";
import { trim } from "./trim.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Databases knex knows and we do not use; PGlite brings files of its own beside its code. */
const STAY_OUTSIDE = ["@electric-sql/pglite", "pg-native", "better-sqlite3", "sqlite3", "mysql", "mysql2", "mariadb", "oracledb", "tedious", "typescript"];

/** CommonJS libraries inside an ES module ask for these. */
const BANNER = `const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
const __filename = process.getBuiltinModule("node:url").fileURLToPath(import.meta.url);
const __dirname = process.getBuiltinModule("node:path").dirname(__filename);`;

const scripts = () => readdirSync(join(root, "scripts")).filter((file) => file.endsWith(".ts")).map((file) => `scripts/${file}`);

/** Writes scripts/*.js and lib/index.js (or other entry points), and their common parts/, into `folder` (absolute). */
export const compile = async (folder, entryPoints = [...scripts(), "lib/index.ts"]) => {
  for (const part of ["scripts", "lib", "parts"]) rmSync(join(folder, part), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints,
    outbase: root,
    outdir: folder,
    chunkNames: "parts/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: STAY_OUTSIDE.flatMap((name) => [name, `${name}/*`]),
    // Half the text to read at each start; names stay, for whoever reads a stack.
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: BANNER },
    plugins: [trim, together(root)],
    logLevel: "warning",
  });
};

/** The empty database of the embedded engine, made once per version of it: a new store and a trial of a backup unpack it. */
export const packEmptyStore = async (folder) => {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", "@electric-sql", "pglite", "package.json"), "utf8"));
  const file = join(folder, `emptyStore-pglite-${version}.tar.gz`);
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((name) => name.startsWith("emptyStore-"))) rmSync(join(folder, name));
  const { PGlite } = await import("@electric-sql/pglite");
  const made = await PGlite.create();
  const packed = await made.dumpDataDir("gzip");
  await made.close();
  // Whole before it is seen.
  writeFileSync(`${file}.${process.pid}`, Buffer.from(await packed.arrayBuffer()));
  renameSync(`${file}.${process.pid}`, file);
};

/** What an editor knows of the library, into this folder. */
export const declare = (folder) => {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const words = ["--outDir", folder, "--rootDir", join(root, "lib"), "--declaration", "--emitDeclarationOnly", "--noEmit", "false", "--allowImportingTsExtensions"];
  rmSync(folder, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(root, ".ci", "types.json"), ...words], { stdio: "inherit" });
  if (status !== 0) throw new Error("the types of the library could not be written");
};

/** The manual as man pages, from the compiled scripts. */
const writeManual = () => {
  const { status } = spawnSync(process.execPath, [join(root, "dist", "scripts", "help.js"), "--out", join(root, "dist", "man"), "-q"], { stdio: "inherit", cwd: join(root, "dist") });
  if (status !== 0) throw new Error("the man pages could not be written");
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await compile(join(root, "dist"));
  await packEmptyStore(join(root, "dist"));
  rmSync(join(root, "dist", "man"), { recursive: true, force: true });
  writeManual();
  declare(join(root, "dist", "types"));
}
