// A small lively backlog for the imitated Jira: the ticket shop of a ferry line. To be applied edit by edit on a fresh sandbox:
// keys and sprint numbers are those that a fresh one gives. Texts are wiki markup; Cloud turns them into its own form.

import type { PersonEdit } from "../imitation.ts";
import { bugs, epics, stories, type DemoBug, type DemoStory } from "./demoTexts.ts";

const PEOPLE = ["Anna Berg", "Bo Chen", "Carla Díaz"] as const;
const person = (at: number): string => PEOPLE[at % PEOPLE.length] ?? PEOPLE[0];

type Fields = Readonly<Record<string, unknown>>;

const create = (author: string, type: string, fields: Fields): PersonEdit => ({ author, action: "create", type, project: "DEMO", fields });

const plan: readonly PersonEdit[] = [
  create("Anna Berg", "version", { name: "Spring timetable", description: "Goes live with the spring timetable", startDate: "2026-01-12", releaseDate: "2026-03-27" }),
  create("Anna Berg", "version", { name: "Summer season", description: "Everything for the busy months", startDate: "2026-03-30", releaseDate: "2026-06-12" }),
  create("Anna Berg", "component", { name: "Booking", description: "Search, seat map, payment" }),
  create("Anna Berg", "component", { name: "Harbour screens", description: "Departure boards on the piers" }),
  create("Anna Berg", "component", { name: "Crew app" }),
  create("Anna Berg", "sprint", { name: "Tide 1", goal: "Passengers can buy a ticket", startDate: "2026-02-02T09:00:00.000+01:00", endDate: "2026-02-13T17:00:00.000+01:00" }),
  create("Anna Berg", "sprint", { name: "Tide 2", goal: "Crews can check tickets [on board, offline]", startDate: "2026-02-16T09:00:00.000+01:00", endDate: "2026-02-27T17:00:00.000+01:00" }),
  create("Anna Berg", "sprint", { name: "Tide 3" }),
];

const epicEdit = (epic: (typeof epics)[number], at: number, cloud: boolean): PersonEdit =>
  create("Anna Berg", "Epic", { summary: epic.summary, description: epic.description, labels: ["roadmap"], ...(cloud ? {} : { "Epic Name": epic.name }), fixVersions: [{ name: at < 2 ? "Spring timetable" : "Summer season" }] });

const EPIC_KEYS = ["DEMO-1", "DEMO-2", "DEMO-3"] as const;

const upward = (epic: number, cloud: boolean): Fields => {
  const key = EPIC_KEYS[epic] ?? EPIC_KEYS[0];
  return cloud ? { parent: { key } } : { "Epic Link": key };
};

const storyEdit = (story: DemoStory, at: number, cloud: boolean): PersonEdit =>
  create(person(at), "Story", {
    summary: story.summary, description: story.description, "Acceptance criteria": story.accept, "Story Points": story.points, ...upward(story.epic, cloud), ...(story.sprint === null ? {} : { Sprint: story.sprint }),
    ...(story.assignee === null ? {} : { assignee: story.assignee }), priority: { name: story.priority }, components: [{ name: story.component }], labels: story.labels,
    fixVersions: [{ name: story.epic < 2 ? "Spring timetable" : "Summer season" }],
  });

const bugEdit = (bug: DemoBug, at: number): PersonEdit =>
  create(person(at + 1), "Bug", {
    summary: bug.summary, description: bug.description, environment: bug.environment, Severity: { value: bug.severity }, priority: { name: bug.priority }, components: [{ name: bug.component }], versions: [{ name: "Spring timetable" }],
    ...(bug.assignee === null ? {} : { assignee: bug.assignee }), ...(bug.sprint === null ? {} : { Sprint: bug.sprint }), "Found at": bug.foundAt, labels: ["from-the-pier"],
  });

const key = (kind: "story" | "bug", at: number): string => `DEMO-${(kind === "story" ? 4 : 4 + stories.length) + at}`;

const update = (author: string, id: string, fields: Fields): PersonEdit => ({ author, action: "update", type: "issue", id, fields });
const comment = (author: string, id: string, text: string, more: Fields = {}): PersonEdit => ({ author, action: "comment", type: "issue", id, fields: { text, ...more } });
const link = (author: string, type: string, from: string, to: string): PersonEdit => ({ author, action: "create", type: "link", fields: { type, inwardIssue: { key: from }, outwardIssue: { key: to } } });

const moves = (): readonly PersonEdit[] => [
  ...stories.flatMap((story, at) => (story.status === "To Do" ? [] : [update(story.assignee ?? person(at), key("story", at), { status: { name: story.status } })])),
  ...bugs.flatMap((bug, at) => (bug.status === "Open" ? [] : [update(bug.assignee ?? person(at), key("bug", at), { status: { name: bug.status }, ...(bug.resolution === null ? {} : { resolution: { name: bug.resolution } }) })])),
];

const SKETCH = "Pier 1        Pier 2\n[ board ]     [ board ]\n   |             |\n   +--- feed ----+\n";

const talk = (): readonly PersonEdit[] => [
  comment("Bo Chen", key("story", 0), "The timetable service answers in 80 ms now. I left the numbers in the *README*."),
  comment("Carla Díaz", key("story", 0), "Tried it on the old tablet at pier 2:\n* search: fine\n* return trip: fine\n* group of 12: {color:red}too slow{color}"),
  comment("Anna Berg", key("story", 4), "Legal wants the wording checked before we ship.", { visibility: { type: "role", value: "Developers" } }),
  comment("Anna Berg", key("bug", 0), "Happens to me as well, every time the phone sleeps.\n{noformat}\n12:04:11 seat 14C released by timer\n12:04:12 payment authorised\n{noformat}"),
  comment("Bo Chen", key("bug", 3), "Not our clock: the supplier sends local time without saying so."),
  { author: "Carla Díaz", action: "attach", type: "issue", id: key("story", 7), fields: { name: "pier sketch.txt", content: SKETCH, contentType: "text/plain" } },
  { author: "Bo Chen", action: "attach", type: "issue", id: key("bug", 0), fields: { name: "Protokoll größer.log", content: "12:04:11 seat 14C released by timer\n12:04:12 payment authorised\n", contentType: "text/plain" } },
  link("Bo Chen", "Blocks", key("bug", 0), key("story", 2)),
  link("Anna Berg", "Relates", key("story", 7), key("story", 8)),
  link("Carla Díaz", "Duplicate", key("bug", 9), key("bug", 1)),
  { author: "Bo Chen", action: "create", type: "worklog", id: key("story", 0), fields: { timeSpentSeconds: 7200, comment: "Measured on the pier" } },
];

const sprintMoves: readonly PersonEdit[] = [
  { author: "Anna Berg", action: "update", type: "sprint", id: "1", fields: { state: "active" } },
  { author: "Anna Berg", action: "update", type: "sprint", id: "1", fields: { state: "closed" } },
  { author: "Anna Berg", action: "update", type: "sprint", id: "2", fields: { state: "active" } },
];

/** Two versions, three sprints, three epics, twenty-five stories, fifteen bugs, and what people said about them. */
export const demoEdits = (cloud: boolean): readonly PersonEdit[] => [
  ...plan,
  ...epics.map((epic, at) => epicEdit(epic, at, cloud)),
  ...stories.map((story, at) => storyEdit(story, at, cloud)),
  ...bugs.map(bugEdit),
  ...moves(),
  ...talk(),
  ...sprintMoves,
];
