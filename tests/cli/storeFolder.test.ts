import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeFolder } from "../../lib/cli/files/storeFolder.ts";

let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "tandem-folders-")));
  mkdirSync(join(home, "site", "tandem"), { recursive: true });
  mkdirSync(join(home, "elsewhere"));
  symlinkSync(join("..", "site", "tandem"), join(home, "elsewhere", "link"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const named = () => storeFolder(join(home, "site", "tandem"), {});
const linked = () => storeFolder(join(home, "elsewhere", "link"), {});

describe("the folder of the embedded store", () => {
  it("is one and the same by whatever name the definitions are reached", () => {
    expect([named(), linked()]).toEqual([join(home, "site", ".tandem"), join(home, "site", ".tandem")]);
    expect(storeFolder(join(home, "nowhere"), {})).toBe(join(home, ".tandem"));
    expect(storeFolder(join(home, "elsewhere", "link"), { TANDEM_STORE: "/store" })).toBe("/store");
  });

  it("stays beside the link where it was made there", () => {
    mkdirSync(join(home, "elsewhere", ".tandem"));
    expect(linked()).toBe(join(home, "elsewhere", ".tandem"));
  });

  it("is not guessed where there are two, unless one is a link to the other", () => {
    mkdirSync(join(home, "site", ".tandem"));
    symlinkSync(join(home, "site", ".tandem"), join(home, "elsewhere", ".tandem"));
    expect(linked()).toBe(join(home, "site", ".tandem"));
    rmSync(join(home, "elsewhere", ".tandem"));
    mkdirSync(join(home, "elsewhere", ".tandem"));
    expect(linked).toThrow("there is an embedded store beside each");
  });
});
