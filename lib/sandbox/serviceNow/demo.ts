// A small lively instance for the imitated ServiceNow: incidents, problems, changes and a backlog of a ferry line. To be applied edit by edit on a fresh sandbox:
// numbers are those that a fresh one gives.

import type { PersonEdit } from "../imitation.ts";
import { CHANGES, EPICS, INCIDENTS, PROBLEMS, SCRUM_TASKS, STORIES } from "./demoTexts.ts";

const PEOPLE = ["anna.berg", "bo.chen", "carla.diaz"] as const;
const person = (at: number): string => PEOPLE[at % PEOPLE.length] ?? PEOPLE[0];
const GROUPS = ["Ferry Shop", "Piers"] as const;
const group = (at: number): string => GROUPS[at % GROUPS.length] ?? GROUPS[0];

type Fields = Readonly<Record<string, unknown>>;

const create = (author: string, type: string, fields: Fields): PersonEdit => ({ author, action: "create", type, fields });
const update = (author: string, type: string, id: string, fields: Fields): PersonEdit => ({ author, action: "update", type, id, fields });
const comment = (author: string, type: string, id: string, text: string, element = "comments"): PersonEdit => ({ author, action: "comment", type, id, fields: { text, element } });

const numbered = (prefix: string, at: number): string => `${prefix}${String(10_001 + at).padStart(7, "0")}`;

const plan: readonly PersonEdit[] = [
  create("anna.berg", "rm_release_scrum", { short_description: "Autumn timetable", state: "Current", start_date: "2026-01-12 08:00:00", end_date: "2026-03-27 17:00:00" }),
  create("anna.berg", "rm_sprint", { short_description: "Ebb 1", release: numbered("SREL", 0), state: "Complete", goal: "Passengers can buy a ticket", start_date: "2026-02-02 08:00:00", end_date: "2026-02-13 16:00:00", assignment_group: "Ferry Shop" }),
  create("anna.berg", "rm_sprint", { short_description: "Ebb 2", release: numbered("SREL", 0), state: "Current", goal: "Crews can check tickets [on board, offline]", start_date: "2026-02-16 08:00:00", end_date: "2026-02-27 16:00:00", assignment_group: "Ferry Shop" }),
  create("anna.berg", "rm_sprint", { short_description: "Ebb 3", release: numbered("SREL", 0), assignment_group: "Piers" }),
];

const backlog = (): readonly PersonEdit[] => [
  ...EPICS.map((epic) => create("anna.berg", "rm_epic", { ...epic, state: "Work in progress", assigned_to: "anna.berg", release: numbered("SREL", 0) })),
  ...STORIES.map(({ title, text, accept, points, epic, sprint, state }, at) =>
    create(person(at), "rm_story", {
      short_description: title, description: text, acceptance_criteria: accept, story_points: points, epic: numbered("EPIC", epic), state, assigned_to: person(at), assignment_group: group(epic), priority: (at % 4) + 1, product: epic < 2 ? "Ticket Shop" : "Departure Boards",
      ...(sprint === null ? {} : { sprint: numbered("SPNT", sprint) }), release: numbered("SREL", 0),
    }),
  ),
  ...SCRUM_TASKS.map(([title, story, hours, type], at) => create(person(at), "rm_scrum_task", { short_description: title, story: numbered("STRY", story), planned_hours: hours, remaining_hours: Math.max(0, hours - 2), type, state: at % 3 === 0 ? "Complete" : "Ready", assigned_to: person(at) })),
  create("bo.chen", "rm_defect", { short_description: "Seat is lost while the payment waits", description: "Paid, but the seat belongs to someone else.", severity: "1", product: "Ticket Shop", state: "Work in progress", assigned_to: "bo.chen", steps_to_reproduce: "<ol><li>choose 14C</li><li>let the phone sleep</li><li>pay</li></ol>" }),
  create("carla.diaz", "rm_defect", { short_description: "Boards drift by three minutes", description: "Only in fog, only at the lighthouse.", severity: "2", product: "Departure Boards", state: "Draft" }),
];

const desk = (): readonly PersonEdit[] => [
  ...INCIDENTS.map(({ title, text, category, impact, urgency, caller }, at) =>
    create(caller, "incident", { short_description: title, description: text, category, impact, urgency, caller_id: caller, assignment_group: group(at), assigned_to: at % 3 === 2 ? "" : person(at), cmdb_ci: at % 2 === 0 ? "Ticket Shop" : "Departure Boards", contact_type: "phone" }),
  ),
  ...PROBLEMS.map(([title, text, impact, urgency], at) => create("anna.berg", "problem", { short_description: title, description: text, impact, urgency, assigned_to: person(at + 1), ...(at === 0 ? { workaround: "<p>Drop the second answer by hand.</p>" } : {}) })),
  ...CHANGES.map(([title, text, type], at) => create(person(at), "change_request", { short_description: title, description: text, type, assignment_group: group(at), start_date: `2026-03-0${at + 1} 20:00:00`, end_date: `2026-03-0${at + 1} 22:00:00`, risk: String((at % 3) + 2) })),
];

const CLOSING = { close_code: "Solution provided", close_notes: "Answered once, mailed once." } as const;

const talk = (): readonly PersonEdit[] => [
  comment("bo.chen", "incident", numbered("INC", 0), "Is it every phone, or only old ones?"),
  comment("vera.stone", "incident", numbered("INC", 0), "Mine is two years old.\nMy daughter's is new, and it happens there too."),
  comment("bo.chen", "incident", numbered("INC", 0), "12:04:11 seat 14C released by timer\n12:04:12 payment authorised", "work_notes"),
  update("bo.chen", "incident", numbered("INC", 0), { state: "In Progress" }),
  update("anna.berg", "incident", numbered("INC", 2), { state: "Resolved", ...CLOSING }),
  update("carla.diaz", "incident", numbered("INC", 3), { state: "On Hold", hold_reason: "Awaiting Vendor" }),
  update("anna.berg", "change_request", numbered("CHG", 0), { state: "Assess" }),
  comment("anna.berg", "rm_story", numbered("STRY", 4), "Legal wants the wording checked before we ship."),
  comment("carla.diaz", "rm_story", numbered("STRY", 0), "Tried it on the old tablet at pier 2: search is fine, a group of twelve is too slow.", "work_notes"),
  { author: "bo.chen", action: "attach", type: "incident", id: numbered("INC", 0), fields: { name: "Protokoll größer.log", content: "12:04:11 seat 14C released by timer\n12:04:12 payment authorised\n", contentType: "text/plain" } },
  { author: "carla.diaz", action: "attach", type: "rm_story", id: numbered("STRY", 7), fields: { name: "pier sketch.txt", content: "Pier 1        Pier 2\n[ board ]     [ board ]\n", contentType: "text/plain" } },
  create("anna.berg", "kb_knowledge", { short_description: "How to wake a dead board", text: "<p>Pull the plug, <b>count to ten</b>, put it back.</p>", kb_knowledge_base: "IT", workflow_state: "published", author: "anna.berg" }),
];

/** A release, three sprints, epics, stories and their tasks, defects, incidents, changes, and what people said about them. */
export const demoEdits = (): readonly PersonEdit[] => [...plan, ...backlog(), ...desk(), ...talk()];
