// Each system there is an imitation of, as one end of a connection: what its items, fields and people are called.

import type { Side } from "../../lib/core/types.ts";

export interface SystemEnd {
  readonly title: string;
  /** As the sandbox calls it; Redmine is the real one. */
  readonly system: string;
  readonly type: string;
  readonly project: string;
  readonly name: string;
  readonly text: string;
  readonly points: string;
  readonly status: string;
  /** Not begun, in hand, over; the last one takes two steps of a workflow in Jira. */
  readonly statuses: readonly [string, string, string];
  /** What an item can be planned into. */
  readonly release: { readonly type: string; readonly name: string; readonly start?: string; readonly end: string; readonly ref: string };
  /** What a person needs to make an item. */
  readonly required?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** How far its searches may be behind, as its connector takes for possible by itself. */
  readonly lagSeconds: number;
  /** Of a person. */
  readonly hand: { readonly credentials: Readonly<Record<string, string>>; readonly options?: Readonly<Record<string, unknown>>; readonly author: string };
}

const jira = (title: string, system: string, credentials: Readonly<Record<string, string>>): SystemEnd => ({
  title,
  system,
  type: "Story",
  project: "DEMO",
  name: "summary",
  text: "description",
  points: system === "jira-dc" ? "customfield_10106" : "customfield_10016",
  status: "status",
  statuses: ["To Do", "In Progress", "Done"],
  release: { type: "version", name: "name", start: "startDate", end: "releaseDate", ref: "fixVersions" },
  options: { routes: { Story: [["To Do", "In Progress", "Done"]] }, searchLagSeconds: 0 },
  lagSeconds: 60,
  hand: { credentials, options: { transitionFields: { Resolution: "Done" }, routes: { Story: [["To Do", "In Progress", "Done"]] } }, author: "Bo Chen" },
});

export const ENDS = {
  octane: { title: "ALM Octane", system: "octane", lagSeconds: 30, type: "story", project: "1002", name: "name", text: "description", points: "story_points", status: "phase", statuses: ["New", "In Progress", "Done"], release: { type: "release", name: "name", start: "start_date", end: "end_date", ref: "release" }, hand: { credentials: { user: "sync@example.com", password: "octane-pass" }, author: "anna.berg@example.com" } },
  cloud: jira("Jira Cloud", "jira-cloud", { email: "anna.berg@example.com", token: "jira-token" }),
  dc: jira("Jira Data Center", "jira-dc", { user: "anna.berg", password: "jira-pass" }),
  azure: { title: "Azure DevOps", system: "azure-devops", lagSeconds: 10, type: "Product Backlog Item", project: "DEMO", name: "System.Title", text: "System.Description", points: "Microsoft.VSTS.Scheduling.Effort", status: "System.State", statuses: ["New", "Committed", "Done"], release: { type: "release", name: "name", start: "start_date", end: "end_date", ref: "release" }, hand: { credentials: { token: "ado-pat" }, options: { intentLink: false }, author: "bo.chen@example.com" } },
  alm: { title: "ALM/QC", system: "alm-qc", lagSeconds: 30, type: "defect", project: "DEMO", name: "name", text: "description", points: "user-04", status: "status", statuses: ["New", "Open", "Fixed"], release: { type: "release", name: "name", start: "start-date", end: "end-date", ref: "target-rel" }, required: { severity: { choice: "2-Medium" } }, options: { settleSeconds: 0 }, hand: { credentials: { user: "anna.berg", password: "alm-pass" }, options: { zone: "America/New_York", defaults: { defect: { severity: "2-Medium" } } }, author: "bo.chen" } },
  serviceNow: { title: "ServiceNow", system: "servicenow", lagSeconds: 60, type: "rm_story", project: "default", name: "short_description", text: "acceptance_criteria", points: "story_points", status: "state", statuses: ["Draft", "Work in progress", "Complete"], release: { type: "rm_release_scrum", name: "short_description", start: "start_date", end: "end_date", ref: "release" }, options: { settleSeconds: 0 }, hand: { credentials: { user: "admin", password: "admin" }, author: "bo.chen" } },
  redmine: { title: "Redmine", system: "redmine", lagSeconds: 0, type: "Feature", project: "demo", name: "subject", text: "description", points: "estimated_hours", status: "status", statuses: ["New", "In Progress", "Resolved"], release: { type: "version", name: "name", end: "due_date", ref: "fixed_version" }, options: { intentField: "Tandem id", settleSeconds: 0 }, hand: { credentials: { account: "anna" }, author: "anna" } },
} as const satisfies Readonly<Record<string, SystemEnd>>;

export interface EndPair {
  readonly title: string;
  readonly ends: Readonly<Record<Side, SystemEnd>>;
}

const pairOf = (master: SystemEnd, target: SystemEnd): EndPair => ({ title: `${master.title} with ${target.title}`, ends: { master, target } });

/** A ring: each system is the master once and the target once. */
export const RING: readonly EndPair[] = [pairOf(ENDS.octane, ENDS.cloud), pairOf(ENDS.cloud, ENDS.azure), pairOf(ENDS.azure, ENDS.dc), pairOf(ENDS.dc, ENDS.alm), pairOf(ENDS.alm, ENDS.serviceNow), pairOf(ENDS.serviceNow, ENDS.octane)];

/** The same with the real Redmine, which is the target once and the master once. */
export const REDMINE: readonly EndPair[] = [pairOf(ENDS.octane, ENDS.redmine), pairOf(ENDS.redmine, ENDS.cloud)];

export interface Definition {
  /** Lines of the connection itself. */
  readonly lines?: readonly string[];
  /** Lines of the type of items. */
  readonly of?: (ends: EndPair["ends"]) => readonly string[];
  /** Of the releases. */
  readonly ofReleases?: readonly string[];
  readonly withoutPoints?: boolean;
}

export const yamlOf = ({ ends: { master, target } }: EndPair, { lines = [], of, ofReleases = [], withoutPoints = false }: Definition = {}): string => `
name: demo
master: master
target: target
projects:
  - { master: "${master.project}", target: "${target.project}" }
${lines.join("\n")}
types:
  - master: ${master.release.type}
    target: ${target.release.type}
    direction: fromMaster
${ofReleases.map((line) => `    ${line}\n`).join("")}    fields:
      - { master: ${master.release.name}, target: ${target.release.name} }
${master.release.start === undefined || target.release.start === undefined ? "" : `      - { master: ${master.release.start}, target: ${target.release.start} }`}
      - { master: ${master.release.end}, target: ${target.release.end} }
  - master: ${master.type}
    target: ${target.type}
${(of?.({ master, target }) ?? []).map((line) => `    ${line}\n`).join("")}    fields:
      - { master: ${master.name}, target: ${target.name} }
      - { master: ${master.text}, target: ${target.text} }
      - { master: ${master.release.ref}, target: ${target.release.ref} }
      - master: ${master.status}
        target: ${target.status}
        values:
${master.statuses.map((status, at) => `          - { master: "${status}", target: "${target.statuses[at]}" }`).join("\n")}
${withoutPoints ? "" : `      - { master: ${master.points}, target: ${target.points} }`}
`;
