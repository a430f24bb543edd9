// Example content: the backlog of a city library's lending desk, written by persons one edit at a time.

import type { PersonEdit } from "../imitation.ts";

const ANNA = "anna.berg@example.com";
const BO = "bo.chen@example.com";
const CARLA = "carla.diaz@example.com";
const DIRK = "dirk.olsen@example.com";
const EMIL = "emil.novak@example.com";

type Fields = Readonly<Record<string, unknown>>;
const make = (author: string, type: string, title: string, fields: Fields = {}): PersonEdit => ({ author, action: "create", type, project: "DEMO", fields: { "System.Title": title, ...fields } });
const below = (parent: string): Fields => ({ links: [{ rel: "System.LinkTypes.Hierarchy-Reverse", target: parent }] });
const sprint = (number: number): Fields => ({ "System.IterationPath": `DEMO\\Sprint ${number}` });
const area = (name: string): Fields => ({ "System.AreaPath": `DEMO\\${name}` });

const EPICS = [["Borrow without a desk", "Readers help themselves; the desk is for questions."], ["Know every copy", "Each copy can be found within a minute."]] as const;

const FEATURES = [["Self-service kiosk", 0, "Web", "In Progress"], ["Reader's app", 0, "Mobile", "In Progress"], ["Inventory by radio tag", 1, "Backend", "New"]] as const;

interface Story {
  readonly title: string;
  readonly feature: number;
  readonly text: string;
  readonly effort: number;
  readonly state: string;
  readonly sprint: number | null;
  readonly who: string;
  readonly tags?: string;
}

const STORIES: readonly Story[] = [
  { title: "Return a book at the kiosk", feature: 0, text: "The drawer opens when the tag is read.", effort: 5, state: "Done", sprint: 1, who: BO, tags: "kiosk; hardware" },
  { title: "Pay a fee by card", feature: 0, text: "Fees under one euro are waived.", effort: 8, state: "Committed", sprint: 2, who: BO, tags: "kiosk; payment" },
  { title: "Print a receipt only when asked", feature: 0, text: "Most readers want none.", effort: 2, state: "Approved", sprint: 2, who: CARLA, tags: "kiosk" },
  { title: "Speak five languages", feature: 0, text: "Sign in with a card that knows the reader's language.", effort: 5, state: "New", sprint: null, who: DIRK },
  { title: "See my loans", feature: 1, text: "Due dates first, overdue in red.", effort: 3, state: "Done", sprint: 1, who: CARLA, tags: "app" },
  { title: "Extend a loan", feature: 1, text: "Twice at most, and not when somebody waits.", effort: 3, state: "Committed", sprint: 2, who: CARLA, tags: "app" },
  { title: "Reserve a copy that is out", feature: 1, text: "The queue shows the place in it, not the names.", effort: 5, state: "New", sprint: 3, who: EMIL, tags: "app" },
  { title: "Scan a shelf in one go", feature: 2, text: "A shelf of 200 copies takes ten seconds.", effort: 13, state: "New", sprint: null, who: EMIL, tags: "hardware" },
  { title: "Report missing copies", feature: 2, text: "Missing for three scans means missing.", effort: 5, state: "New", sprint: null, who: EMIL },
];

interface Defect {
  readonly title: string;
  readonly steps: string;
  readonly severity: string;
  readonly priority: number;
  readonly state: string;
  readonly who: string | null;
  readonly environment: string;
}

const BUGS: readonly Defect[] = [
  { title: "Drawer stays open after a power cut", steps: "<ol><li>Open the drawer</li><li>Pull the plug</li><li>Plug it in again</li></ol>", severity: "1 - Critical", priority: 1, state: "Committed", who: BO, environment: "Production" },
  { title: "Umlauts are missing on receipts", steps: "<p>Return <i>Die Räuber</i>; the receipt says <b>R?uber</b>.</p>", severity: "3 - Medium", priority: 3, state: "Done", who: CARLA, environment: "Staging" },
  { title: "App shows yesterday's loans after midnight", steps: "<p>Leave the app open over night.</p>", severity: "2 - High", priority: 2, state: "New", who: null, environment: "Production" },
];

const stories = (): readonly PersonEdit[] =>
  STORIES.map((story, at) =>
    make([ANNA, CARLA, DIRK][at % 3] ?? ANNA, "Product Backlog Item", story.title, {
      ...below(FEATURES[story.feature]?.[0] ?? ""), ...area(FEATURES[story.feature]?.[2] ?? "Web"), ...(story.sprint === null ? {} : sprint(story.sprint)), "System.Description": `<div>${story.text}</div>`, "System.AssignedTo": story.who, "System.State": story.state,
      "Microsoft.VSTS.Scheduling.Effort": story.effort, "Microsoft.VSTS.Common.BacklogPriority": (at + 1) * 1000, "Microsoft.VSTS.Common.AcceptanceCriteria": `<ul><li>${story.text}</li><li>Tried with three readers</li></ul>`, ...(story.tags === undefined ? {} : { "System.Tags": story.tags }),
    }),
  );

const bugs = (): readonly PersonEdit[] =>
  BUGS.map((bug) =>
    make(DIRK, "Bug", bug.title, {
      ...area("Web"), ...sprint(2), "Microsoft.VSTS.TCM.ReproSteps": bug.steps, "Microsoft.VSTS.TCM.SystemInfo": "<div>Kiosk 3, build 2.14.0</div>", "Microsoft.VSTS.Common.Severity": bug.severity, "Microsoft.VSTS.Common.Priority": bug.priority,
      "Microsoft.VSTS.Build.FoundIn": "2.14.0", "Custom.Environment": bug.environment, "System.State": bug.state, ...(bug.who === null ? {} : { "System.AssignedTo": bug.who }),
    }),
  );

const tasks: readonly PersonEdit[] = [
  make(BO, "Task", "Choose a card terminal", { ...below("Pay a fee by card"), ...sprint(2), "Microsoft.VSTS.Common.Activity": "Design", "Microsoft.VSTS.Scheduling.RemainingWork": 0, "System.AssignedTo": BO, "System.State": "Done" }),
  make(BO, "Task", "Connect the terminal", { ...below("Pay a fee by card"), ...sprint(2), "Microsoft.VSTS.Common.Activity": "Development", "Microsoft.VSTS.Scheduling.RemainingWork": 12, "System.AssignedTo": BO, "System.State": "In Progress" }),
  make(CARLA, "Task", "Write the help page", { ...below("Extend a loan"), ...sprint(2), "Microsoft.VSTS.Common.Activity": "Documentation", "Microsoft.VSTS.Scheduling.RemainingWork": 3 }),
  make(ANNA, "Impediment", "The card contract is not signed", { ...sprint(2), "System.Description": "<div>Waits for the city treasurer.</div>", "System.AssignedTo": ANNA }),
  make(DIRK, "Test Case", "Return with a wet tag", { "Microsoft.VSTS.TCM.Steps": '<steps id="0" last="1"><step id="2" type="ActionStep"><parameterizedString isformatted="true">Wet the tag</parameterizedString><parameterizedString isformatted="true">It is still read</parameterizedString><description/></step></steps>' }),
];

const SKETCH = "  +--------+\n  | kiosk  |---- drawer\n  +--------+\n";

const talk: readonly PersonEdit[] = [
  { author: CARLA, action: "comment", type: "Product Backlog Item", id: "Pay a fee by card", fields: { text: "<div>The treasurer wants a <b>daily</b> report.</div>" } },
  { author: BO, action: "comment", type: "Product Backlog Item", id: "Pay a fee by card", fields: { text: "<div>Then we need a closing time. 20:00?</div>" } },
  { author: BO, action: "comment", type: "Bug", id: "Drawer stays open after a power cut", fields: { text: "<div>The lock is a normally-open one. New part ordered.</div>" } },
  { author: DIRK, action: "attach", type: "Product Backlog Item", id: "Return a book at the kiosk", fields: { name: "kiosk sketch.txt", content: SKETCH, contentType: "text/plain" } },
  { author: CARLA, action: "attach", type: "Bug", id: "Umlauts are missing on receipts", fields: { name: "Quittung größer.txt", content: "Die R?uber   0,00 €\n", contentType: "text/plain", comment: "As printed" } },
  { author: ANNA, action: "update", type: "Bug", id: "Drawer stays open after a power cut", fields: { links: [{ rel: "System.LinkTypes.Related", target: "Return a book at the kiosk", comment: "same drawer" }], "System.Tags": "hardware" } },
  { author: ANNA, action: "update", type: "Impediment", id: "The card contract is not signed", fields: { hyperlink: "https://contracts.example.com/4711", links: [{ rel: "System.LinkTypes.Dependency-Forward", target: "Pay a fee by card" }] } },
];

/** Two epics, three features, nine backlog items, three bugs, tasks, an impediment and a test case; later edits name what earlier ones made. */
export const demoEdits = (): readonly PersonEdit[] => [
  ...EPICS.map(([title, text]) => make(ANNA, "Epic", title, { "System.Description": `<div>${text}</div>`, "System.State": "In Progress", "System.AssignedTo": ANNA })),
  ...FEATURES.map(([title, epic, where, state]) => make(ANNA, "Feature", title, { ...below(EPICS[epic]?.[0] ?? ""), ...area(where), "System.State": state })),
  ...stories(),
  ...bugs(),
  ...tasks,
  ...talk,
];
