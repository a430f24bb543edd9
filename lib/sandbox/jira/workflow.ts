// The two workflows, as graphs. "Done" stands two or three steps from "To Do"; a bug is resolved only with a resolution.
// Two transitions are called "Done" on purpose (sheet §10: never choose by name).

import type { Issue, IssueType, Project } from "./model.ts";
import type { World } from "./world.ts";

interface Screen {
  /** Field ids, in order. */
  readonly fields: readonly string[];
  readonly required: readonly string[];
  readonly comment: boolean;
}

export interface Transition {
  readonly id: string;
  readonly name: string;
  /** Statuses it leaves; absent = from everywhere. */
  readonly from?: readonly string[];
  readonly to: string;
  readonly screen?: Screen;
  /** Set by a post-function; null clears. */
  readonly resolution?: string | null;
}

export interface Workflow {
  readonly name: string;
  readonly initial: string;
  readonly statuses: readonly string[];
  readonly transitions: readonly Transition[];
}

export const TODO = "10000";
export const DONE = "10001";
export const REVIEW = "10002";
export const PROGRESS = "3";
export const OPEN = "1";
export const RESOLVED = "5";
export const CLOSED = "6";

const resolutionScreen = (comment: boolean): Screen => ({ fields: ["resolution", "fixVersions", "assignee"], required: ["resolution"], comment });

const software: Workflow = {
  name: "Software Simplified Workflow",
  initial: TODO,
  statuses: [TODO, PROGRESS, REVIEW, DONE],
  transitions: [
    { id: "11", name: "Start work", from: [TODO], to: PROGRESS },
    { id: "21", name: "Ask for review", from: [PROGRESS], to: REVIEW },
    { id: "31", name: "Stop work", from: [PROGRESS], to: TODO },
    { id: "41", name: "Done", from: [REVIEW], to: DONE, resolution: "10000" },
    { id: "51", name: "Done", from: [PROGRESS], to: DONE, screen: resolutionScreen(false) },
    { id: "61", name: "Back to work", from: [REVIEW], to: PROGRESS },
    { id: "71", name: "Reopen", from: [DONE], to: TODO, resolution: null },
  ],
};

const bug: Workflow = {
  name: "Bug Workflow",
  initial: OPEN,
  statuses: [OPEN, PROGRESS, RESOLVED, CLOSED],
  transitions: [
    { id: "4", name: "Start Progress", from: [OPEN], to: PROGRESS },
    { id: "301", name: "Stop Progress", from: [PROGRESS], to: OPEN },
    { id: "5", name: "Resolve Issue", from: [PROGRESS], to: RESOLVED, screen: resolutionScreen(true) },
    { id: "701", name: "Close Issue", from: [RESOLVED], to: CLOSED, screen: { fields: ["resolution", "fixVersions", "assignee"], required: [], comment: true } },
    { id: "3", name: "Reopen Issue", from: [RESOLVED, CLOSED], to: OPEN, resolution: null },
  ],
};

export const workflowOf = (type: Pick<IssueType, "name">): Workflow => (type.name === "Bug" ? bug : software);

export const workflows = [software, bug] as const;

export const typesOf = (world: World, project: Project): readonly IssueType[] => project.typeIds.map((id) => world.tables.types.get(id)).filter((type) => type !== undefined);

export const typeOf = (world: World, issue: Issue): IssueType => {
  const type = world.tables.types.get(issue.typeId);
  if (!type) throw new Error(`Issue ${issue.key} has the unknown type ${issue.typeId}.`);
  return type;
};

/** What must be filled in on a transition: its screen's own, and what the switch adds. */
export const demanded = (world: World, transition: Transition): readonly string[] => [...(transition.screen?.required ?? []), ...(world.options.requiredTransitionFields[transition.id] ?? [])];

export const leaving = (world: World, issue: Issue): readonly Transition[] => {
  const graph = workflowOf(typeOf(world, issue));
  return graph.transitions.filter((transition) => !transition.from || transition.from.includes(issue.statusId));
};

/** The shortest walk between two statuses, for people's edits; null when there is none. */
export const walk = (type: Pick<IssueType, "name">, from: string, to: string): readonly Transition[] | null => {
  const graph = workflowOf(type);
  const queue: { readonly at: string; readonly path: readonly Transition[] }[] = [{ at: from, path: [] }];
  const seen = new Set([from]);
  for (let head = queue.shift(); head; head = queue.shift()) {
    if (head.at === to) return head.path;
    for (const transition of graph.transitions) {
      if (seen.has(transition.to) || (transition.from && !transition.from.includes(head.at))) continue;
      seen.add(transition.to);
      queue.push({ at: transition.to, path: [...head.path, transition] });
    }
  }
  return null;
};
