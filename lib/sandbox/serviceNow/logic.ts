// What the platform does by itself when a record is written: priority, closing, numbers, mirrored states, the order of change states (sheet §6, §12.1).

import { operationFailed, type Row } from "./model.ts";
import { property, type Scope } from "./scope.ts";
import { stamp } from "./time.ts";

export interface Draft {
  readonly table: string;
  /** null: it is being created. */
  readonly before: Row | null;
  readonly values: Record<string, string>;
}

const changed = ({ before, values }: Draft, field: string): boolean => (before?.[field] ?? "") !== (values[field] ?? "");

/** Impact and urgency, 1 to 3 each, make a priority from 1 to 5. */
const priority = (scope: Scope, draft: Draft): void => {
  const { values } = draft;
  if (!changed(draft, "impact") && !changed(draft, "urgency") && !changed(draft, "priority")) return;
  const [impact, urgency] = [Number(values.impact ?? "3"), Number(values.urgency ?? "3")];
  if (property(scope.world, "sandbox.computedPriority") === "false" || !(impact >= 1 && impact <= 3 && urgency >= 1 && urgency <= 3)) return;
  values.priority = String(Math.min(5, impact + urgency - 1));
};

const NUMBERED_STATES: Readonly<Record<string, readonly string[]>> = {
  incident: ["7", "8"],
  problem: ["107"],
  change_request: ["3", "4"],
  rm_story: ["3", "4"],
  rm_epic: ["3", "4"],
  rm_defect: ["3", "4"],
  rm_enhancement: ["3", "4"],
  rm_scrum_task: ["3", "4"],
};

const closedStates = (scope: Scope, table: string): readonly string[] => scope.schema.chain(table).map((name) => NUMBERED_STATES[name]).find((list) => list !== undefined) ?? ["3", "4", "7"];

const closing = (scope: Scope, draft: Draft): void => {
  const { values, before } = draft;
  if (!changed(draft, "state")) return;
  const closed = closedStates(scope, draft.table);
  const now = stamp(scope.now);
  if (closed.includes(values.state ?? "")) {
    values.active = "false";
    values.closed_at ||= now;
    values.closed_by ||= scope.person.sysId;
  } else if (before && closed.includes(before.state ?? "")) {
    values.active = "true";
    values.closed_at = "";
    values.closed_by = "";
  }
};

const incident = (scope: Scope, draft: Draft): void => {
  const { values } = draft;
  priority(scope, draft);
  if (changed(draft, "state") && ["6", "7"].includes(values.state ?? "")) {
    values.resolved_at ||= stamp(scope.now);
    values.resolved_by ||= scope.person.sysId;
  } else if (changed(draft, "state") && ["1", "2", "3"].includes(values.state ?? "")) {
    values.resolved_at = "";
    values.resolved_by = "";
  }
};

/** The state stands in two columns; the one that was written leads. */
const mirror = (draft: Draft, twin: string): void => {
  const { values } = draft;
  if (changed(draft, twin) && !changed(draft, "state") && draft.before !== null) values.state = values[twin] ?? "";
  else values[twin] = values.state ?? "";
};

const TWINS: Readonly<Record<string, string>> = { incident: "incident_state", problem: "problem_state" };

/** From where to where a change request may go; canceled is open to all that are not closed. */
const CHANGE_WAYS: Readonly<Record<string, readonly string[]>> = { "-5": ["-4", "-2", "4"], "-4": ["-3", "-5", "4"], "-3": ["-2", "-5", "4"], "-2": ["-1", "-5", "4"], "-1": ["0", "4"], "0": ["3", "-1", "4"], "3": [], "4": [] };

const change = (scope: Scope, draft: Draft): void => {
  const { before, values } = draft;
  if (before === null || !changed(draft, "state") || scope.options.changeTransitions === "free") return;
  const [from, to] = [before.state ?? "-5", values.state ?? ""];
  const ways = CHANGE_WAYS[from];
  if (!ways || ways.includes(to)) return;
  const label = (state: string): string => scope.schema.choices("change_request", "state", "en").find((choice) => choice.value === state)?.label ?? state;
  throw operationFailed(`Operation against file 'change_request' was aborted by Business Rule 'Change Model: Check State Transition^6bd7ef3653230010cc84ddeeff7b12c6'. Error: Invalid state transition from ${label(from)} to ${label(to)}`);
};

const user = (_scope: Scope, draft: Draft): void => {
  const { values } = draft;
  if (changed(draft, "first_name") || changed(draft, "last_name") || (values.name ?? "") === "") values.name = [values.first_name, values.middle_name, values.last_name].filter((part) => part !== undefined && part !== "").join(" ") || (values.name ?? "");
};

const task = (scope: Scope, draft: Draft): void => {
  closing(scope, draft);
  if (draft.before !== null) return;
  draft.values.opened_at ||= stamp(scope.now);
  draft.values.opened_by ||= scope.person.sysId;
  draft.values.active ||= "true";
  draft.values.sys_domain ||= "global";
  draft.values.sys_domain_path ||= "/";
};

const LOGIC: Readonly<Record<string, (scope: Scope, draft: Draft) => void>> = { task, incident, change_request: change, problem: priority, sys_user: user };

/** Changes the draft's values; throws where the platform's own rules abort. From the root down, as rules of parents run for children. */
export const applyLogic = (scope: Scope, draft: Draft): void => {
  const chain = scope.schema.chain(draft.table);
  for (const name of chain) if (TWINS[name] !== undefined) mirror(draft, TWINS[name]);
  for (const name of chain.toReversed()) LOGIC[name]?.(scope, draft);
};

/** The next number of a table: its own row in sys_number, or its nearest parent's. */
export const nextNumber = (scope: Scope, table: string): string => {
  const { world, schema } = scope;
  const chain = schema.chain(table);
  const rows = world.rows("sys_number");
  const own = chain.map((name) => rows.find((row) => row.category === name)).find((row) => row !== undefined);
  if (!own) return "";
  const digits = Number(own.maximum_digits ?? "7");
  for (;;) {
    const number = `${own.prefix ?? ""}${String(world.next(`number ${own.prefix}`, Number(own.number ?? "10000") + 1)).padStart(digits, "0")}`;
    // A number may have been taken by a row that brought its own.
    if (!world.numberTaken(number)) return number;
  }
};
