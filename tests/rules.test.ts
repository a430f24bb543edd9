import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { SAFEGUARDS } from "./proof/safeguards.ts";
import { LONG } from "./support/testRun/longFirst.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const modules = new Map([...filesBelow("lib"), ...filesBelow("scripts")].map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Static and dynamic imports, types included. */
const importsOf = (file: string): string[] => [...(modules.get(file) ?? "").matchAll(/^(?:import|export|\}).*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");

const inside = (file: string): string[] => importsOf(file).filter((name) => name.startsWith(".")).map((name) => relative(root, resolve(root, dirname(file), name)));
const outside = (file: string): string[] => importsOf(file).filter((name) => !name.startsWith("."));

/** Loaded with the file itself: neither types nor what is imported where it is needed. */
const loadedWith = (file: string): string[] => [...(modules.get(file) ?? "").matchAll(/^(?:import|export) (?!type )[^;"]*\bfrom "([^"]+)"|^import "([^"]+)"/gm)].map((match) => match[1] ?? match[2] ?? "");

const roomOf = (file: string): string => (file.startsWith("scripts/") ? "scripts" : (/^lib\/([^/]+)/.exec(file)?.[1] ?? "lib"));

/** What each floor may import besides itself. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  connectors: ["core"],
  store: ["core"],
  notify: ["core"],
  run: ["core", "connectors", "store", "notify"],
  cli: ["core", "connectors", "store", "notify", "run"],
  scripts: ["core", "connectors", "store", "notify", "run", "cli"],
  sandbox: [],
  "index.ts": ["core", "connectors", "store", "notify", "run", "cli"],
};

const PURE = ["node:crypto", "node:buffer", "csv-parse", "csv-parse/sync", "csv-stringify/sync", "csv-stringify", "fast-xml-parser", "saxes", "cron-parser", "yaml", "zod", "parse5", "any-ascii", "eta"];

const REFUSAL = /^(?:Usage|Data|MissingInput|Remote|Output|Busy|Locked|Fenced|Access|Guard|Doubtful|HttpStatus|Truncated)Error$/;

/** Where an error for people is made without a word of what to do next. */
const withoutAdvice = (file: string): string[] => {
  const source = ts.createSourceFile(file, modules.get(file) ?? "", ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && REFUSAL.test(node.expression.getText())) {
      const advice = node.arguments?.[node.expression.getText() === "HttpStatusError" ? 2 : 1];
      if (advice === undefined || advice.getText() === "undefined") found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const sourceOf = (file: string): ts.SourceFile => ts.createSourceFile(file, modules.get(file) ?? "", ts.ScriptTarget.Latest, true);

/** What an import or export in braces names, and from which file. */
const handedOn = (source: ts.SourceFile): readonly { readonly names: readonly string[]; readonly from: string; readonly whole: boolean }[] =>
  source.statements.flatMap((statement) => {
    const isExport = ts.isExportDeclaration(statement);
    if (!isExport && !ts.isImportDeclaration(statement)) return [];
    const clause = isExport ? statement.exportClause : statement.importClause?.namedBindings;
    const at = statement.moduleSpecifier;
    if (at === undefined || !ts.isStringLiteral(at) || !at.text.startsWith(".")) return [];
    const names = clause !== undefined && (ts.isNamedExports(clause) || ts.isNamedImports(clause)) ? clause.elements.map(({ name }) => name.text) : [];
    return [{ names, from: relative(root, resolve(root, dirname(source.fileName), at.text)), whole: isExport && clause === undefined }];
  });

/** Where an exported name is declared, through all files that only hand it on. */
const declarationOf = (file: string, name: string): ts.Statement | undefined => {
  const source = sourceOf(file);
  const isIt = (statement: ts.Statement): boolean => (ts.isVariableStatement(statement) ? statement.declarationList.declarations.some((one) => one.name.getText() === name) : "name" in statement && (statement.name as ts.Node | undefined)?.getText() === name);
  const own = source.statements.find(isIt);
  if (own !== undefined) return own;
  const next = handedOn(source).find(({ names }) => names.includes(name));
  return next === undefined ? undefined : declarationOf(next.from, name);
};

describe("the laws of the house", () => {
  it("sees the whole house", () => {
    expect(modules.size).toBeGreaterThan(60);
  });

  it("imports go down, never up and never from door to door", () => {
    const breaches: string[] = [];
    for (const file of modules.keys())
      for (const target of inside(file)) {
        const [from, to] = [roomOf(file), roomOf(target)];
        const trying = from === "scripts" && to === "sandbox" && ["scripts/startSandbox.ts", "scripts/demo.ts"].includes(file);
        if (from !== to && !(FLOORS[from] ?? []).includes(to) && !trying) breaches.push(`${file} imports ${target}`);
      }
    expect(breaches).toEqual([]);
  });

  it("every refusal says what to do next", () => {
    const speaking = [...modules.keys()].filter((file) => !file.startsWith("lib/sandbox/") && /new \w+Error\(/.test(modules.get(file) ?? ""));
    expect(speaking.length).toBeGreaterThan(60);
    expect(speaking.flatMap(withoutAdvice)).toEqual([]);
  });

  it("no program is started with the whole environment, which holds the logins of all systems", () => {
    const starts = [...modules].flatMap(([file, text]) => [...text.matchAll(/\b(?:spawn|spawnSync|execFile|execFileSync|fork)\((?!\))[^\n]*/g)].map(([line]) => ({ file, line })));
    expect(starts.length).toBeGreaterThan(3);
    expect(starts.filter(({ line }) => !/\benv: (?:env as|environmentFor\()/.test(line)).map(({ file }) => file)).toEqual([]);
  });

  it("every import names a file that is there, with its ending", () => {
    const missing: string[] = [];
    for (const file of modules.keys()) for (const target of inside(file)) if (!existsSync(join(root, target)) || !/\.(ts|json|js)$/.test(target)) missing.push(`${file} imports ${target}`);
    expect(missing).toEqual([]);
  });

  it("no file imports itself in a circle, types included", () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      else if (!done.has(file)) {
        for (const target of inside(file)) visit(target, [...path, file]);
        done.add(file);
      }
    };
    for (const file of modules.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("names are read before they meet: words, then people, then pairs", () => {
    const floors: Readonly<Record<string, readonly string[]>> = { "lib/core/match/words/": [], "lib/core/match/reading/": ["lib/core/match/words/"] };
    const breaches: string[] = [];
    // What a pairing is given and gives stands above both.
    for (const file of modules.keys())
      for (const [floor, below] of Object.entries(floors))
        for (const target of file.startsWith(floor) ? inside(file) : []) if (target.startsWith("lib/core/match/") && target !== "lib/core/match/model.ts" && ![floor, ...below].some((each) => target.startsWith(each))) breaches.push(`${file} imports ${target}`);
    expect(breaches).toEqual([]);
  });

  it("core is pure: no files, network, environment, clock, randomness or log", () => {
    const breaches: string[] = [];
    for (const [file, text] of modules) {
      if (roomOf(file) !== "core") continue;
      for (const name of outside(file)) if (!PURE.includes(name)) breaches.push(`${file} imports ${name}`);
      for (const word of ["Date.now(", "new Date()", "Math.random", "process.", "console.", "randomUUID", "setTimeout", "performance."]) if (text.includes(word)) breaches.push(`${file} says ${word}`);
    }
    expect(breaches).toEqual([]);
  });

  it("only store says knex, pg, PGlite or graphile-worker, and only cli reads words and environment", () => {
    const breaches: string[] = [];
    for (const [file, text] of modules) {
      if (roomOf(file) !== "store") for (const name of outside(file)) if (/^(knex|pg|pg-.*|@electric-sql\/.*|graphile-.*)$/.test(name)) breaches.push(`${file} imports ${name}`);
      if (!["cli", "scripts"].includes(roomOf(file)) && /process\.(env|argv|exit)\b/.test(text)) breaches.push(`${file} reads process.env, argv or exits`);
    }
    expect(breaches).toEqual([]);
  });

  it("connectors do not know each other", () => {
    const breaches: string[] = [];
    const house = (file: string): string | undefined => /^lib\/connectors\/([^/]+)\//.exec(file)?.[1];
    for (const file of modules.keys()) for (const target of inside(file)) if (house(file) !== undefined && house(target) !== undefined && house(file) !== house(target)) breaches.push(`${file} imports ${target}`);
    expect(breaches).toEqual([]);
  });

  it("every script has a deed, a test, a page and an npm script of the same name", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const missing: string[] = [];
    for (const file of modules.keys()) {
      const name = /^scripts\/(\w+)\.ts$/.exec(file)?.[1];
      if (name === undefined) continue;
      // These two work on the sandbox, which no deed may import.
      const deed = ["startSandbox", "demo"].includes(name) ? [] : [`lib/run/${name}.ts`];
      for (const path of [...deed, `tests/scripts/${name}.test.ts`, `docs/scripts/${name}.md`]) if (!existsSync(join(root, path))) missing.push(path);
      if (scripts[name] === undefined) missing.push(`package.json script ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it("a script loads no package before it runs but the one that reads its words: whoever asks for help waits for no parser", () => {
    const breaches: string[] = [];
    for (const script of modules.keys()) {
      if (roomOf(script) !== "scripts") continue;
      const ways = new Map([[script, script]]);
      for (const [file, way] of ways)
        for (const name of loadedWith(file)) {
          const target = name.startsWith(".") ? relative(root, resolve(root, dirname(file), name)) : name;
          if (!name.startsWith(".") && !name.startsWith("node:") && name !== "commander") breaches.push(`${way} → ${name}`);
          else if (name.startsWith(".") && !ways.has(target)) ways.set(target, `${way} → ${target}`);
        }
    }
    expect(breaches).toEqual([]);
  });

  it("every safeguard that the proof takes out is where its list says", () => {
    expect(SAFEGUARDS.filter(({ file, from }) => modules.get(file)?.includes(from) !== true).map(({ name }) => name)).toEqual([]);
  });

  it("every test file that is to begin early is there, and named once", () => {
    expect(LONG.filter((name, at) => !existsSync(join(root, "tests", `${name}.test.ts`)) || LONG.indexOf(name) !== at)).toEqual([]);
  });

  it("a room of run, cli or store is taken in at a glance; deeds are as many as scripts", () => {
    const sizes = new Map<string, number>();
    for (const file of modules.keys()) if (["run", "cli", "store"].includes(roomOf(file)) && dirname(file) !== "lib/run") sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
    expect([...sizes].filter(([, size]) => size > 20)).toEqual([]);
  });

  it("what a site's own scripts may import is named one by one, and each is explained where it stands", () => {
    const shown = handedOn(sourceOf("lib/index.ts"));
    expect(shown.filter(({ whole }) => whole)).toEqual([]);
    const names = shown.flatMap(({ names }) => names);
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => ts.getJSDocCommentsAndTags(declarationOf("lib/index.ts", name) ?? sourceOf("lib/index.ts")).length === 0)).toEqual([]);
  });

  it("no file is longer than 400 lines", () => {
    expect([...modules].filter(([, text]) => text.split("\n").length > 401).map(([file]) => file)).toEqual([]);
  });
});
