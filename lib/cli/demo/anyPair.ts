// The walk for any two systems: the types that both have, first those that stand alone, then releases, sprints and the links.

import { readFileSync, writeFileSync } from "node:fs";
import { RemoteError } from "../../core/errors.ts";
import { decide, type People } from "./decide.ts";
import { control, rowsOf, type Row, type SandboxLine } from "./sandboxes.ts";
import { type InitConnectionDocument, namesakes, type Walk } from "./walk.ts";

type Types = InitConnectionDocument["types"];

/** Releases and sprints, by the names the systems have for them. */
const PLANNING = /^(release|version|sprint|release-cycle|rm_release_scrum|rm_sprint)$/;

interface Person {
  readonly author: string;
  readonly nameField: string;
}

/** Somebody of the example content, and what the system calls the name of an item. */
const PEOPLE: Readonly<Record<string, Person>> = {
  octane: { author: "anna.berg@example.com", nameField: "name" },
  jira: { author: "Bo Chen", nameField: "summary" },
  almQc: { author: "bo.chen", nameField: "name" },
  azureDevops: { author: "bo.chen@example.com", nameField: "System.Title" },
  serviceNow: { author: "bo.chen", nameField: "short_description" },
};

const edit = async (line: SandboxLine, action: "rename" | "comment" | "attach", row: Row, text: string): Promise<void> => {
  const person = PEOPLE[line.dataSource.system];
  if (person === undefined) throw new RemoteError(`nobody is known in the sandbox ${line.sandbox}`, "start the demo again; what it made is thrown away with it");
  const fields = { rename: { [person.nameField]: text }, comment: { text }, attach: { name: "sketch.txt", contentType: "text/plain", content: text } }[action];
  await control(line, "/edit", { author: person.author, action: action === "rename" ? "update" : action, type: row.type, ...(row.project === "" ? {} : { project: row.project }), id: row.id, fields });
};

const connection = async (walk: Walk, step: string, [master, target]: readonly [SandboxLine, SandboxLine], types: Types, people: People): Promise<Types> => {
  const projects = `${master.dataSource.sampleProject}~${target.dataSource.sampleProject}`;
  const words = [walk.name, "--master", master.sandbox, "--target", target.sandbox, "--projects", projects, ...types.flatMap((type) => ["--types", `${type.master}~${type.target}`])];
  const done = await walk.script<InitConnectionDocument>("initConnection", [...words, "--force"]);
  const decided = decide(readFileSync(done.file, "utf8"), people);
  writeFileSync(done.file, decided);
  const kept = done.types.filter((type) => new RegExp(`^  - master: "?${type.master}"?(\\s|$)`, "m").test(decided));
  const left = done.types.filter((type) => !kept.includes(type)).map((type) => type.master);
  walk.say(step, `${kept.map((type) => `${type.master} ~ ${type.target}`).join(", ")}; ${kept.reduce((sum, type) => sum + type.fields, 0)} fields mapped by name and meaning, ${kept.reduce((sum, type) => sum + type.doubts, 0)} doubts decided by rule${left.length === 0 ? "" : `; left out, as both sides ask for more: ${left.join(", ")}`}`);
  return kept;
};

/** The types that both have, as they would be proposed. */
const proposed = (walk: Walk, master: SandboxLine, target: SandboxLine): Promise<InitConnectionDocument> =>
  walk.script<InitConnectionDocument>("initConnection", [walk.name, "--master", master.sandbox, "--target", target.sandbox, "--projects", `${master.dataSource.sampleProject}~${target.dataSource.sampleProject}`, "--dry-run"]);

const editByHand = async (walk: Walk, master: SandboxLine, target: SandboxLine, types: Types): Promise<void> => {
  const [first, second] = namesakes(await rowsOf(master), await rowsOf(target), types);
  if (first === undefined || second === undefined) throw new RemoteError("the two sandboxes have no items in common", "choose another pair with --pair");
  await edit(master, "rename", first.master, `${first.master.name} (revised)`);
  await edit(master, "comment", first.master, "Agreed with sales.");
  await edit(target, "attach", first.target, "A sketch of the new screen.");
  // The same field on both sides: the master wins, the value that lost is kept.
  await edit(master, "rename", second.master, `${second.master.name} (${master.sandbox})`);
  await edit(target, "rename", second.target, `${second.target.name} (${target.sandbox})`);
  walk.say("people edit both sides", "a name, a comment, an attachment, and one name on both sides at once");
};

export const walkAnyPair = async (walk: Walk, master: SandboxLine, target: SandboxLine): Promise<void> => {
  walk.say("sandboxes", `${master.sandbox} with ${master.items} items, ${target.sandbox} with ${target.items} items`);
  const people = { master: await walk.dataSource(master.sandbox, master), target: await walk.dataSource(target.sandbox, target) };
  const { types } = await proposed(walk, master, target);
  const lines = [master, target] as const;
  const standalone = await connection(walk, "connection of the standalone types", lines, types.filter((type) => !PLANNING.test(type.master)), people);
  await walk.check();
  await walk.iterate("first iteration");
  const planning = types.filter((type) => PLANNING.test(type.master));
  if (planning.length > 0) await connection(walk, "releases, sprints and the links to them", lines, [...planning, ...standalone], people);
  await walk.iterate("second iteration");
  await walk.iterate("once more");
  await editByHand(walk, master, target, standalone);
  await walk.iterate("iteration after the edits");
  await walk.iterate("once more");
};
