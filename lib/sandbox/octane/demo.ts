// Example content for the Octane sandbox: a small lively backlog, as edits by people in the order in which they happened.

import type { PersonEdit } from "../imitation.ts";
import { AREAS, DEFECTS, type DemoDefect, type DemoFeature, type DemoStory, EPICS, FEATURES, STORIES, TAGS, TEAMS } from "./demoData.ts";

const ANNA = "anna.berg@example.com";
const BO = "bo.chen@example.com";
const CARLA = "carla.diaz@example.com";

type Fields = Readonly<Record<string, unknown>>;

const html = (inner: string): string => `<html><body>\n${inner}\n</body></html>`;

const named = (type: string, name: string): Fields => ({ type, name });

const person = (name: string): Fields => named("workspace_user", name);

const make = (type: string, fields: Fields, author = ANNA): PersonEdit => ({ author, action: "create", type, fields });

const RELEASES = [
  { name: "2026.4 Aurora", start_date: "2026-10-01T00:00:00Z", end_date: "2026-12-31T00:00:00Z", description: html("<p>Booking, price and the public invoice. <b>Code freeze: 11 December.</b></p>") },
  { name: "2027.1 Borealis", start_date: "2027-01-01T00:00:00Z", end_date: "2027-03-31T00:00:00Z", description: html("<p>Redirecting, messages and the depots.</p>") },
] as const;

const SPRINTS = [
  { release: 0, name: "Aurora Sprint 1", start_date: "2026-10-26T00:00:00Z", end_date: "2026-11-13T00:00:00Z" },
  { release: 0, name: "Aurora Sprint 2", start_date: "2026-11-16T00:00:00Z", end_date: "2026-12-04T00:00:00Z" },
  { release: 1, name: "Borealis Sprint 1", start_date: "2027-01-04T00:00:00Z", end_date: "2027-01-22T00:00:00Z" },
  { release: 1, name: "Borealis Sprint 2", start_date: "2027-01-25T00:00:00Z", end_date: "2027-02-12T00:00:00Z" },
] as const;

/** An item's release is its sprint's: the server does not see to it. */
const planned = (sprint: number | null): Fields =>
  sprint === null ? {} : { release: named("release", RELEASES[SPRINTS[sprint]!.release].name), sprint: named("sprint", SPRINTS[sprint]!.name) };

const foundations = (): readonly PersonEdit[] => [
  ...TAGS.map((name) => make("user_tag", { name })),
  ...AREAS.map((name) => make("product_area", { name, business_impact: named("list_node", "Medium") })),
  ...RELEASES.map((release) => make("release", release)),
  ...SPRINTS.map(({ release, ...sprint }) => make("sprint", { ...sprint, release: named("release", RELEASES[release].name) })),
  ...TEAMS.map((team) => make("team", { name: team.name, team_lead: person(team.lead), members: { data: team.members.map(person) } })),
  make("milestone", { name: "Public invoice in force", date: "2027-01-01T00:00:00Z", release: named("release", RELEASES[0].name), description: html("<p>The law leaves no grace.</p>") }),
];

const epics = (): readonly PersonEdit[] =>
  EPICS.map((epic, at) =>
    make("epic", {
      name: epic.name,
      description: html(`<p>${epic.why}</p>\n<p>Measured each quarter, see <a href="https://wiki.example.com/goals/${at + 1}">the goal page</a>.</p>`),
      owner: person(epic.owner),
      phase: named("phase", epic.phase),
      epic_type: named("list_node", epic.kind),
      priority: named("list_node", at === 0 ? "Very High" : "Medium"),
    }),
  );

const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const row = (cells: readonly (string | number)[], at: number): string => `<tr>${cells.map((cell) => (at === 0 ? `<th>${cell}</th>` : `<td>${cell}</td>`)).join("")}</tr>`;
  return `<table border="1"><tbody>${rows.map(row).join("")}</tbody></table>`;
};

const featureFields = (feature: DemoFeature): Fields => ({
  name: feature.name,
  description: html(`<h2>Aim</h2>\n<p>${feature.what}</p>\n${table([["Figure", "Today", "Goal"], ["Complaints a week", feature.points * 3, feature.points]])}`),
  parent: named("epic", EPICS[feature.epic]!.name),
  owner: person(feature.owner),
  phase: named("phase", feature.phase),
  initial_estimate: feature.points,
  team: named("team", feature.epic === 1 ? "Lighthouse" : "Harbour"),
  product_areas: { data: [named("product_area", AREAS[feature.epic]!)] },
  ...(feature.release === null ? {} : { release: named("release", RELEASES[feature.release].name) }),
});

const storyFields = (story: DemoStory): Fields => ({
  name: story.name,
  description: html(`<p>As a <b>${story.role}</b> I want this so that <i>${story.benefit}</i>.</p>\n<p>Accepted when:</p>\n<ul>\n${story.accept.map((line) => `<li>${line}</li>`).join("\n")}\n</ul>`),
  parent: named("feature", FEATURES[story.feature]!.name),
  phase: named("phase", story.phase),
  story_points: story.points,
  team: named("team", FEATURES[story.feature]!.epic === 1 ? "Lighthouse" : "Harbour"),
  priority: named("list_node", story.points >= 8 ? "High" : "Medium"),
  ...planned(story.sprint),
  ...(story.owner ? { owner: person(story.owner) } : {}),
  ...(story.tags ? { user_tags: { data: story.tags.map((tag) => named("user_tag", tag)) } } : {}),
});

const defectFields = (defect: DemoDefect, at: number): Fields => ({
  name: defect.name,
  description: html(`<p><b>Steps</b></p>\n<ol>\n${defect.steps.map((step) => `<li>${step}</li>`).join("\n")}\n</ol>\n<p><b>Seen:</b> ${defect.seen}</p>\n<pre>build ${defect.build}\nbrowser Firefox 132</pre>`),
  phase: named("phase", defect.phase),
  severity: named("list_node", defect.severity),
  priority: named("list_node", at % 3 === 0 ? "High" : "Medium"),
  defect_type: named("list_node", at % 4 === 0 ? "Escaped" : "Pre-Release"),
  detected_by: person(at % 2 === 0 ? "Carla Díaz" : "Dirk Olsen"),
  detected_in_build: defect.build,
  story_points: (at % 3) + 1,
  ...(defect.feature === null ? {} : { parent: named("feature", FEATURES[defect.feature]!.name) }),
  ...planned(defect.sprint),
  ...(defect.owner ? { owner: person(defect.owner) } : {}),
});

const tasks = (): readonly PersonEdit[] =>
  ["Pick a receiver from the address book", "Show the price on the first page", "Pay with a phone wallet", "Map with the van's last position"].flatMap((owner, at) => [
    make("task", {
      name: "Build",
      story: named("story", owner),
      owner: person(at % 2 === 0 ? "Bo Chen" : "Emil Novák"),
      phase: named("phase", at < 2 ? "Completed" : "In Progress"),
      ...(at < 2 ? { estimated_hours: 12, invested_hours: 14, remaining_hours: 0 } : { estimated_hours: 12, invested_hours: 5, remaining_hours: 7 }),
    }),
    make("task", { name: "Write the help page", story: named("story", owner), owner: person("Carla Díaz"), estimated_hours: 3, invested_hours: 0, remaining_hours: 3 }),
  ]);

const requirements = (): readonly PersonEdit[] => [
  make("requirement_folder", { name: "Law and contracts", description: html("<p>What others demand of us.</p>") }, BO),
  make("requirement_document", {
    name: "Invoices to authorities are electronic",
    parent: named("requirement_folder", "Law and contracts"),
    phase: named("phase", "Approved"),
    description: html("<p>From 1 January every invoice to an authority is sent in the public format.</p>"),
    release: { data: [named("release", RELEASES[0].name)] },
  }, BO),
  make("requirement_document", {
    name: "Photos show no faces",
    parent: named("requirement_folder", "Law and contracts"),
    phase: named("phase", "In Review"),
    description: html("<p>Photos of deliveries are checked before they are stored.</p>"),
  }, CARLA),
];

const XML = '<?xml version="1.0"?>\n<Invoice><Buyer>Bezirk Oberösterreich</Buyer></Invoice>\n';

const talk = (): readonly PersonEdit[] => [
  { author: BO, action: "comment", type: "story", id: "Complete an address while typing", fields: { text: html("<p>The register answers in 180 ms on average, 95 % under 260 ms. <b>Good enough</b>?</p>") } },
  { author: ANNA, action: "comment", type: "story", id: "Complete an address while typing", fields: { text: html("<p>Yes. Please log the slow ones.</p>") } },
  { author: CARLA, action: "comment", type: "defect", id: "Expected hour jumps back and forth", fields: { text: html("<p>Two models disagree; see <code>eta.blend()</code>.</p>") } },
  { author: BO, action: "comment", type: "defect", id: "Validator refuses invoices without discount", fields: { text: html("<p>Fixed in build 414, the validator is content.</p>") } },
  { author: BO, action: "attach", type: "defect", id: "Umlaut in the authority's name breaks the XML", fields: { name: "invoice-oö.xml", content: XML, contentType: "application/xml" } },
  { author: CARLA, action: "attach", type: "story", id: "Milestones in plain words", fields: { name: "words.csv", content: "code,words\nDEP01,On its way\nDEP07,In your town\n", contentType: "text/csv" } },
  { author: ANNA, action: "update", type: "story", id: "Complete an address while typing", fields: { user_tags: { data: [named("user_tag", "web"), named("user_tag", "api"), named("user_tag", "quick win")] } } },
  { author: CARLA, action: "update", type: "defect", id: "Expected hour jumps back and forth", fields: { blocked: true, blocked_reason: "Waits for the new model of the data team" } },
  { author: BO, action: "update", type: "defect", id: "Two receipts for one payment", fields: { fixed_in_build: 414, linked_items1: { data: [named("defect", "Wallet payment hangs after a refusal")] } } },
];

/** Applied one by one; later edits name what earlier ones made. */
export const demoEdits = (): readonly PersonEdit[] => [
  ...foundations(),
  ...epics(),
  ...FEATURES.map((feature) => make("feature", featureFields(feature), feature.epic === 1 ? CARLA : ANNA)),
  ...STORIES.map((story, at) => make("story", storyFields(story), [ANNA, BO, CARLA][at % 3]!)),
  ...DEFECTS.map((defect, at) => make("defect", defectFields(defect, at), [CARLA, BO][at % 2]!)),
  ...tasks(),
  ...requirements(),
  ...talk(),
];
