// A fresh server: its projects with the roots of their trees (sheet, section 12). Ids and roots differ from tree to tree, as on a real one.

import { createHash } from "node:crypto";
import type { AlmQcOptions } from "./options.ts";
import { KEYS, LISTS, PROJECTS, USERS } from "./seedData.ts";
import { wallDate, wallTime } from "./time.ts";
import type { Project, World } from "./world.ts";

const ROOTS: readonly (readonly [string, number, string, string])[] = [
  ["requirement", 0, "Requirements", "-1"],
  ["test-folder", -2, "Unattached", "0"],
  ["test-folder", 2, "Subject", "0"],
  ["test-set-folder", 0, "Root", "-1"],
  ["test-set-folder", 1, "Recycle Bin", "0"],
  ["release-folder", 1, "Releases", "-1"],
  ["resource-folder", 1, "Resources", "-1"],
];

const sow = (project: Project, options: AlmQcOptions, now: number): void => {
  project.lists = LISTS;
  for (const [type, id, name, parent] of ROOTS) {
    const more = type === "requirement" ? { "type-id": ["1"], "creation-time": [wallDate(now, options.timeZone)] } : {};
    project.add({ type, id, v: { name: [name], "parent-id": [parent], "last-modified": [wallTime(now, options.timeZone)], "ver-stamp": ["1"], ...more } });
    // Roots use up the ids they have, and those before.
    for (let used = id; used > 0; used -= 1) project.nextId(type);
  }
};

export const seedWorld = (world: World, options: AlmQcOptions, now: number): void => {
  world.clear();
  world.users = USERS;
  world.keys = KEYS;
  for (const { domain, name } of PROJECTS) {
    const digest = createHash("sha1").update(`${domain}/${name}`).digest("hex");
    sow(world.addProject(domain, name, `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20, 32)}`), options, now);
  }
};
