// An imitated Jira in both flavours, made from the vendor's document: Cloud (REST v3 and v2, Agile 1.0) and Data Center (REST v2, Agile 1.0).
// Accounts: Cloud sync@example.com / jira-token; Data Center sync / jira-pass, token jira-pat. Switches: jira/options.ts.

import type { Imitation, ImitationFactory, ItemRow, SandboxClock } from "./imitation.ts";
import type { Runtime } from "./jira/call.ts";
import type { Flavour, Issue } from "./jira/model.ts";
import { readOptions } from "./jira/options.ts";
import { editByPerson } from "./jira/person.ts";
import { userName } from "./jira/people.ts";
import { plainText } from "./jira/rich.ts";
import { seed } from "./jira/seed.ts";
import { routerFor, serve } from "./jira/serve.ts";
import { createWorld, type World } from "./jira/world.ts";

const newRuntime = (conflicts: number): Runtime => ({
  sessions: new Map(), failedLogins: new Map(), logins: new Map(), buckets: new Map(), writes: new Map(), quota: { hour: 0, used: 0 }, snapshots: new Map(), mediaTokens: new Map(), failingEntries: new Set(), searches: new Map(),
  requests: 0, conflicts,
});

const names = (rows: ReadonlyMap<string, { readonly name: string }>, ids: unknown): string => (Array.isArray(ids) ? (ids as readonly string[]).map((id) => rows.get(id)?.name ?? id).join(", ") : "");

const issueRow = (world: World, issue: Issue): ItemRow => {
  const { tables } = world;
  const { values } = issue;
  const up = issue.parentId ?? issue.epicId;
  return {
    type: tables.types.get(issue.typeId)?.name ?? issue.typeId, id: String(issue.id), key: issue.key, project: tables.projects.get(issue.projectId)?.key ?? issue.projectId, name: String(values["summary"] ?? ""),
    status: tables.statuses.get(issue.statusId)?.name ?? issue.statusId, changedAt: new Date(issue.updated).toISOString(),
    details: {
      assignee: userName(world, (values["assignee"] as string | null | undefined) ?? null) ?? "", reporter: userName(world, (values["reporter"] as string | null | undefined) ?? null) ?? "", description: plainText((values["description"] ?? null) as string | null),
      priority: tables.priorities.get(String(values["priority"]))?.name ?? "", labels: Array.isArray(values["labels"]) ? values["labels"].join(" ") : "", fixVersions: names(tables.versions, values["fixVersions"]),
      components: names(tables.components, values["components"]), sprint: names(tables.sprints, issue.sprints), parent: up === null ? "" : world.issues.get(up)?.key ?? "", comments: String(issue.comments.length), attachments: String(issue.attachments.length),
    },
  };
};

const otherRows = (world: World): readonly ItemRow[] => {
  const { tables } = world;
  const made = new Date(world.now()).toISOString();
  const keyOf = (projectId: string | null | undefined): string => tables.projects.get(projectId ?? "")?.key ?? "";
  return [
    ...[...tables.versions.values()].map((row): ItemRow => ({ type: "version", id: row.id, project: keyOf(row.projectId), name: row.name, status: row.released ? "released" : "unreleased", changedAt: made, details: { releaseDate: row.releaseDate ?? "", description: row.description } })),
    ...[...tables.sprints.values()].map((row): ItemRow => ({ type: "sprint", id: row.id, project: keyOf(tables.boards.get(row.boardId)?.projectId), name: row.name, status: row.state, changedAt: new Date(row.createdDate).toISOString(), details: { goal: row.goal } })),
  ];
};

const create = (flavour: Flavour, clock: SandboxClock, given: Readonly<Record<string, unknown>> | undefined): Imitation => {
  const options = readOptions(flavour, given);
  const world = createWorld(flavour, options, clock);
  const router = routerFor(world);
  let runtime = newRuntime(options.transitionConflicts);
  const restart = (): void => {
    runtime = newRuntime(options.transitionConflicts);
  };
  const reset = (): void => {
    restart();
    seed(world);
  };
  reset();
  return {
    system: flavour === "cloud" ? "jira-cloud" : "jira-dc",
    handle: (request) => serve(world, runtime, router, request),
    state: () => world.state(),
    load: (state) => {
      restart();
      world.load(state);
    },
    reset,
    edit: (edit) => {
      // Signing in through the browser is what ends a CAPTCHA.
      if (edit.type === "user" && edit.fields?.["captcha"] === false) runtime.failedLogins.clear();
      return editByPerson(world, edit);
    },
    items: () => [...[...world.issues.values()].map((issue) => issueRow(world, issue)), ...otherRows(world)],
    expireSessions: () => runtime.sessions.clear(),
    setSearchLag: (seconds) => world.setLag(seconds),
    failBulkEntries: (positions) => {
      runtime.failingEntries.clear();
      for (const position of positions) runtime.failingEntries.add(position);
    },
  };
};

export const createJiraCloud: ImitationFactory = (clock, options) => create("cloud", clock, options);
export const createJiraDc: ImitationFactory = (clock, options) => create("dc", clock, options);
