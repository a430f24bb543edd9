// Example content for the ALM/QC sandbox: releases, a tree of requirements, defects, tests, talk, as edits by people in the order in which they happened.

import type { PersonEdit } from "../imitation.ts";
import { BUGS, type DemoBug, type DemoWish, TOPICS } from "./demoTexts.ts";

type Fields = Readonly<Record<string, unknown>>;

const ANNA = "Anna Berg";
const BO = "Bo Chen";
const CARLA = "Carla Díaz";

const make = (type: string, fields: Fields, author = ANNA): PersonEdit => ({ author, action: "create", type, project: "DEMO", fields });
const change = (type: string, id: string, fields: Fields, author = ANNA): PersonEdit => ({ author, action: "update", type, project: "DEMO", id, fields });
const say = (author: string, type: string, id: string, text: string): PersonEdit => ({ author, action: "comment", type, project: "DEMO", id, fields: { text } });
const attach = (author: string, type: string, id: string, name: string, content: string): PersonEdit => ({ author, action: "attach", type, project: "DEMO", id, fields: { name, content } });

const RELEASES = [
  { name: "Spring 2027", start: "2026-11-02", end: "2027-03-26", theme: "Ready for the first warm day" },
  { name: "Autumn 2027", start: "2027-04-05", end: "2027-09-30", theme: "Bills that nobody asks about" },
] as const;

const CYCLES = [
  { release: "Spring 2027", name: "Spring alpha", start: "2026-11-02", end: "2026-12-18" },
  { release: "Spring 2027", name: "Spring beta", start: "2027-01-04", end: "2027-03-12" },
  { release: "Autumn 2027", name: "Autumn alpha", start: "2027-04-05", end: "2027-06-30" },
] as const;

const html = (inner: string): string => `<html><body>${inner}</body></html>`;

const plan = (): readonly PersonEdit[] => [
  make("release-folder", { name: "Bicycle hire", description: html("<p>All releases of the hire.</p>") }),
  ...RELEASES.map((release) => make("release", { name: release.name, "parent-id": "Bicycle hire", "start-date": release.start, "end-date": release.end, description: html(`<p>${release.theme}.</p>`), "user-01": release.theme })),
  ...CYCLES.map((cycle) => make("release-cycle", { name: cycle.name, "parent-id": cycle.release, "start-date": cycle.start, "end-date": cycle.end })),
  make("milestone", { name: "Stations are built", "parent-id": "Spring 2027", "start-date": "2027-02-01", "end-date": "2027-02-26" }),
];

const wishFields = (topic: string, wish: DemoWish): Fields => ({
  name: wish.name,
  "type-id": wish.type,
  "parent-id": topic,
  description: html(`<p>${wish.text}</p>`),
  "req-priority": wish.priority,
  "req-reviewed": wish.reviewed ? "Reviewed" : "Not Reviewed",
  "user-01": wish.progress,
  "user-02": wish.value,
  ...(wish.accept === undefined ? {} : { "user-03": html(`<p><b>Accepted when</b></p><ul>${wish.accept.replaceAll("&", "&amp;").split("; ").map((line) => `<li>${line}</li>`).join("")}</ul>`) }),
  ...(wish.labels === undefined ? {} : { "user-04": wish.labels }),
  ...(wish.release === null ? {} : { "target-rel": RELEASES[wish.release].name }),
});

const wishes = (): readonly PersonEdit[] => [
  make("requirement", { name: "Bicycle hire", "type-id": "Folder", description: html("<p>What the city has ordered.</p>") }),
  ...TOPICS.flatMap((topic, at) => [
    make("requirement", { name: topic.name, "type-id": "Folder", "parent-id": "Bicycle hire", description: html(`<p>${topic.why}</p>`) }),
    ...topic.wishes.map((wish) => make("requirement", wishFields(topic.name, wish), [ANNA, BO, CARLA][at % 3])),
  ]),
];

const bugFields = (bug: DemoBug): Fields => ({
  name: bug.name,
  description: html(`<p><b>Steps</b></p><ol>${bug.steps.map((step) => `<li>${step}</li>`).join("")}</ol><p><b>Seen:</b> ${bug.seen.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`),
  status: "New",
  severity: bug.severity,
  priority: bug.priority,
  "user-01": bug.component,
  "user-03": `build ${400 + bug.name.length}`,
  "user-04": bug.points,
  "detected-in-rel": RELEASES[bug.release].name,
  "detected-in-rcyc": bug.cycle,
  "target-rel": RELEASES[bug.release].name,
  reproducible: bug.severity === "1-Low" ? "N" : "Y",
  ...(bug.owner === null ? {} : { owner: bug.owner }),
});

/** The ways a status goes, so that the demo also fits a server that keeps to them. */
const STEPS: Readonly<Record<string, readonly string[]>> = { Open: ["Open"], Fixed: ["Open", "Fixed"], Closed: ["Open", "Fixed", "Closed"], Reopen: ["Open", "Fixed", "Reopen"], Rejected: ["Rejected"] };

const bugs = (): readonly PersonEdit[] => BUGS.flatMap((bug, at) => [
  make("defect", bugFields(bug), [CARLA, ANNA, BO][at % 3]),
  ...(STEPS[bug.status] ?? []).map((status) => change("defect", bug.name, { status, ...(status === "Closed" ? { "closing-date": "2026-11-20" } : {}) }, bug.owner ?? ANNA)),
]);

const tests = (): readonly PersonEdit[] => [
  make("test-folder", { name: "Bicycle hire", "parent-id": "2" }, CARLA),
  ...["Map shows free bicycles", "Ride is billed once", "Station without network"].map((name) => make("test", { name, "parent-id": "Bicycle hire", description: html("<p>By hand, at the test station.</p>") }, CARLA)),
  make("requirement-coverage", { "requirement-id": "Show free bicycles on the map", "test-id": "Map shows free bicycles", "entity-type": "test" }, CARLA),
];

const talk = (): readonly PersonEdit[] => [
  say(CARLA, "defect", "Two bills for one ride", "Seen again this morning, with build 431."),
  say("Emil Novák", "defect", "Two bills for one ride", "The key of the payment is made anew at the second press.\nI keep it for ten minutes now."),
  say(BO, "defect", "Map jumps to the town hall", "Only where the phone knows no place yet."),
  say(ANNA, "requirement", "Station works without network", "The city asks for eight hours, in writing."),
  attach(CARLA, "defect", "Umlauts in station names break the export", "stations.csv", "name;docks\nMühlenplatz;12\nAm Öhrchen;8\n"),
  attach(ANNA, "requirement", "Monthly bill as PDF", "sample bill.txt", "2027-03-01  08:12–08:31  19 min  € 1.90\n"),
  make("defect-link", { "first-endpoint-id": 4, "second-endpoint-id": 3, "second-endpoint-type": "defect", "link-type": "Related" }),
  make("defect-link", { "first-endpoint-id": 12, "second-endpoint-id": 13, "second-endpoint-type": "requirement" }),
];

/** Applied one by one on a fresh server; later edits name what earlier ones made. */
export const demoEdits = (): readonly PersonEdit[] => [...plan(), ...wishes(), ...bugs(), ...tests(), ...talk()];
