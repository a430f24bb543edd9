// What is always loaded together becomes one file: a start that opens sixty small ones spends a quarter of its time at that.
// esbuild puts into one file what the same entry points reach; so every entry point of a kind is given the same things to reach.

import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Each holds these files and all that stands at the top of them. */
const LAYERS = {
  /** Of every script. */
  floor: ["cli/script/script", "cli/doors/wiring", "cli/definitions/config", "cli/files/files", "cli/script/ask", "cli/notices/notices", "cli/output/printIteration", "cli/definitions/samples", "cli/notices/told", "cli/doors/turns", "core/types", "core/mapping/closest", "core/schedule/zone"],
  /** Of whatever reads definitions and opens the store. */
  site: ["cli/definitions/readDefinitions", "store/open"],
  /** Of whatever works on items. */
  work: ["connectors/registry", "connectors/cookies", "connectors/multipart", "connectors/paging", "core/mapping/compile", "core/text/reduce", "run/syncIteration"],
};

/** What stands below a file that is loaded where it is needed, or below an entry point; the first that fits. */
const BELOW = [
  [/^(scripts|lib\/sandbox)\/|^lib\/(notify|core\/(links|users|report\/audit))|^lib\/run\/(import|export|build|matchTables|userMaps\/|writeSchedule)/, ["floor"]],
  [/^lib\/(cli\/definitions\/(readDef|writeDef|liveDef)|core\/config\/|store\/)/, ["floor", "site"]],
  [/^lib\/index\.ts$/, ["floor", "work"]],
  [/^lib\//, ["floor", "site", "work"]],
];

/** A module of Node's own. Imported, Node makes a copy of all it exports, for which it loads rare parts of it (webcrypto, streams); asked for, it is only handed over.
 * Each name by itself, so that what nobody uses is dropped: a name that this Node has may warn, or be gone, in the one that runs it (`fs.F_OK`). */
const handedOver = (path) => {
  const names = Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(path))).filter(([name, { value }]) => value !== undefined && /^[A-Za-z_]\w*$/.test(name) && name !== "default");
  return `const whole = process.getBuiltinModule(${JSON.stringify(path)}); export default whole; ${names.map(([name]) => `export const ${name} = /* @__PURE__ */ (() => whole.${name})();`).join(" ")}`;
};

/** For esbuild, of the project in this folder: what is loaded where it is needed is reached through a door that says what stands below it. */
export const together = (root) => {
  const below = (path) => {
    const file = relative(root, path).replaceAll("\\", "/");
    const [, layers = []] = BELOW.find(([pattern]) => pattern.test(file)) ?? [];
    return layers.map((layer) => `import "layer:${layer}";`).join("");
  };
  return {
    name: "together",
    setup: (build) => {
      build.onResolve({ filter: /^node:/ }, ({ kind, path }) => (kind === "import-statement" ? { path, namespace: "node" } : undefined));
      build.onLoad({ filter: /.*/, namespace: "node" }, ({ path }) => ({ contents: handedOver(path) }));
      build.onResolve({ filter: /^layer:/ }, ({ path }) => ({ path: path.slice("layer:".length), namespace: "layer" }));
      build.onLoad({ filter: /.*/, namespace: "layer" }, ({ path }) => ({ contents: LAYERS[path].map((file) => `import "./lib/${file}.ts";`).join(""), resolveDir: root }));
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => (kind === "dynamic-import" ? { path: join(resolveDir, path), namespace: "door" } : undefined));
      build.onLoad({ filter: /.*/, namespace: "door" }, ({ path }) => ({ contents: `${below(path)}export * from ${JSON.stringify(path)};`, resolveDir: dirname(path) }));
      build.onLoad({ filter: /[\\/](scripts[\\/]\w+|lib[\\/]index)\.ts$/ }, ({ path }) => ({ contents: below(path) + readFileSync(path, "utf8"), loader: "ts" }));
    },
  };
};
