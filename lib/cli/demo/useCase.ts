// The walk through the published Octane/Jira use case, with what a person adds to the proposed connection.

import { readFileSync, writeFileSync } from "node:fs";
import { RemoteError } from "../../core/errors.ts";
import { control, find, rowsOf, type SandboxLine } from "./sandboxes.ts";
import type { InitConnectionDocument, Walk } from "./walk.ts";

/** Values that no name tells: a person decides. */
const DECIDED = [["Proposed Closed", "Resolved"], ["Duplicate", "Closed"], ["Rejected", "Closed"], ["Deferred", "Open"]].map(([master, target]) => `          - { master: ${master}, target: ${target} }\n`).join("");

/** What a person adds: comments and attachments go both ways; a sprint of Jira comes under the default release of Octane. */
const byHand = (text: string): string =>
  text
    .replace(/^target: .*$/m, (line) => `${line}\ncomments: biDirectional\nattachments: biDirectional\nfallbackUser: { master: sync@example.com, target: Sync Service }`)
    .replace(/^ {10}- \{ master: New, target: Open \}\n/m, (line) => DECIDED + line)
    .replace(/^( {2}- master: sprint .*\n {4}target: sprint\n) {4}direction: fromMaster\n/m, (_lines, head: string) => `${head}    direction: biDirectional\n    set:\n      - { side: master, field: release, onCreate: true, findFirst: { type: release, from: { field: name, operator: equals, value: Default release } } }\n      - { side: master, field: start_date, onCreate: true, value: "2026-12-01T00:00:00+00:00" }\n      - { side: master, field: end_date, onCreate: true, value: "2026-12-14T00:00:00+00:00" }\n`);

const connection = async (walk: Walk, step: string, projects: string, types: readonly string[]): Promise<void> => {
  const words = [walk.name, "--master", "octane", "--target", "jira", "--projects", projects, ...types.flatMap((type) => ["--types", type]), "--force"];
  const done = await walk.script<InitConnectionDocument>("initConnection", words);
  writeFileSync(done.file, byHand(readFileSync(done.file, "utf8")));
  walk.say(step, `${done.types.length} types, ${done.types.reduce((sum, type) => sum + type.fields, 0)} fields mapped by name and meaning, ${done.types.reduce((sum, type) => sum + type.doubts, 0)} doubts left as comments in the file`);
};

const editByHand = async (walk: Walk, octane: SandboxLine, jira: SandboxLine): Promise<void> => {
  const stories = (await rowsOf(octane)).filter((row) => row.type === "story");
  const [first, second] = stories;
  if (first === undefined || second === undefined) throw new RemoteError("the sandbox octane has no stories", "start the demo again; what it made is thrown away with it");
  const [one, two] = [await find(jira, "story", first.name), await find(jira, "story", second.name)];
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "update", type: "story", project: octane.dataSource.sampleProject, id: first.id, fields: { description: "<html><body><h2>Why</h2><p>Because of the <b>new rules</b>:</p><ul><li>one click</li><li>no <i>surprises</i></li></ul></body></html>" } });
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "comment", type: "story", project: octane.dataSource.sampleProject, id: first.id, fields: { text: "<p>Agreed with <b>sales</b>.</p>" } });
  await control(jira, "/edit", { author: "Bo Chen", action: "attach", type: "Story", id: one.id, fields: { name: "sketch.txt", contentType: "text/plain", content: "A sketch of the new screen." } });
  // The same field on both sides: the master wins, the value that lost is kept.
  await control(octane, "/edit", { author: "anna.berg@example.com", action: "update", type: "story", project: octane.dataSource.sampleProject, id: second.id, fields: { name: `${second.name} (Octane)` } });
  await control(jira, "/edit", { author: "Bo Chen", action: "update", type: "Story", id: two.id, fields: { summary: `${two.name} (Jira)` } });
  walk.say("people edit both sides", "a description, a comment, an attachment, and one name on both sides at once");
};

export const walkUseCase = async (walk: Walk, octane: SandboxLine, jira: SandboxLine): Promise<void> => {
  walk.say("sandboxes", `ALM Octane with ${octane.items} items, Jira with ${jira.items}`);
  await walk.dataSource("octane", octane);
  await walk.dataSource("jira", jira);
  const projects = `${octane.dataSource.sampleProject}~${jira.dataSource.sampleProject}`;
  const standalone = ["feature~Epic", "story~Story", "defect~Bug"];
  await connection(walk, "connection of the standalone types", projects, standalone);
  await walk.check();
  await walk.iterate("first iteration");
  await connection(walk, "releases, sprints and the links to them", projects, ["release~version", "sprint~sprint", ...standalone]);
  await walk.iterate("second iteration");
  await walk.iterate("once more");
  await editByHand(walk, octane, jira);
  await walk.iterate("iteration after the edits");
  await walk.iterate("once more");
};
