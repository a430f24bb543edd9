// The page of each system: what an administrator must know before the account exists.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { systems } from "../../lib/connectors/registry.ts";

const FOLDER = fileURLToPath(new URL("../../docs/systems/", import.meta.url));

describe("docs/systems", () => {
  it("has a page for each system there is a connector for", () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(systems.map((system) => `${system}.md`).toSorted());
  });

  it.each(systems.map((system) => [system]))("%s: rights, a key, what is carried, what is not and why, limits, and what to do", (system) => {
    const page = readFileSync(`${FOLDER}${system}.md`, "utf8");
    const parts = new Map([...page.matchAll(/^## (.*)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([, title = "", text = ""]) => [title, text]));
    for (const title of ["What it needs", "Options", "Not synchronized, and why", "Limits", "When something is wrong"]) expect([title, (parts.get(title) ?? "").trim().length > 100]).toEqual([title, true]);
    expect([...parts.keys()].some((title) => title.includes("ields"))).toBe(true);
    expect(parts.get("What it needs")).toMatch(/API (access|token|key|keys)|access token|OAuth/i);
    expect(parts.get("What it needs")).toMatch(/role|right|permission|group|\*Browse Projects\*/i);
  });
});
