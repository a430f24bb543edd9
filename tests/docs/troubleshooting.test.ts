// The page that starts from the symptom: every exit code and every guard is on it, and its words are those of the program.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../lib/cli/script/exit.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs", "troubleshooting.md"), "utf8");
const sources = ["lib", "scripts"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".ts")).map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")));
const code = sources.join("\n");

/** Words of Node, of TLS and of systemctl, which pass through. */
const FOREIGN = ["ENOTFOUND", "ECONNREFUSED", "unable to get local issuer certificate", "self-signed certificate", "Failed to connect to bus"];

const quotes = [...page.replaceAll("\n", " ").matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
const anchorOf = (title: string): string => title.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
const anchorsOf = (text: string): readonly string[] => [...text.matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1] ?? ""));

describe("docs/troubleshooting.md", () => {
  it("quotes what the program really says", () => {
    expect(quotes.length).toBeGreaterThan(60);
    const unknown = quotes.filter((quote) => !FOREIGN.includes(quote)).flatMap((quote) => quote.split("…").map((part) => part.replace(/^[\s,;.:(]+|[\s,;.:)(]+$/g, "")).filter((part) => part.length > 2 && !code.includes(part)).map((part) => `${part} (of "${quote}")`));
    expect(unknown).toEqual([]);
  });

  it("begins with every exit code but success", () => {
    for (const exit of Object.keys(EXIT_CODES).filter((exit) => exit !== "0")) expect([exit, page.includes(`**Exit code ${exit}`)]).toEqual([exit, true]);
  });

  it.each([
    ["every guard", /message: `\$\{what\} (?<words>[a-z ]+)/g],
    ["every way in which the database fails", /new \w+Error\(`the database \$\{location\} (?<words>is held by another session|is read-only|has run out of something|cannot be reached|does not allow it)/g],
    ["every refusal of a damaged backup", /new DataError\("(?<words>the backup is sealed|the sealed file ends too early)"/g],
  ])("holds %s", (_, pattern) => {
    const found = [...code.matchAll(pattern)].map((match) => (match.groups?.words ?? "").trim());
    expect(found.length).toBeGreaterThan(1);
    for (const words of found) expect([words, page.replaceAll("\n", " ").includes(words.replace(/ to$/, ""))]).toEqual([words, true]);
  });

  it("names every option that insists", () => {
    for (const flag of new Set([...code.matchAll(/flags: "(--accept-[a-z-]+)"/g)].map((match) => match[1] ?? ""))) expect([flag, page.includes(flag)]).toEqual([flag, true]);
  });

  it("links only to pages and places that are there", () => {
    for (const [, target = "", anchor] of page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
      const file = target === "" ? join(root, "docs", "troubleshooting.md") : join(root, "docs", target);
      expect([target, existsSync(file)]).toEqual([target, true]);
      if (anchor !== undefined) expect([target, anchor, anchorsOf(readFileSync(file, "utf8")).includes(anchor)]).toEqual([target, anchor, true]);
    }
  });
});
