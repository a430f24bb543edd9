// Fields that the server works out from other rows (sheet, sections 6 and 12): never stored, never written.

import { first, type Row } from "./model.ts";
import type { Project } from "./world.ts";

type Compute = (project: Project, row: Row) => readonly string[];

const count = (number: number): readonly string[] => [String(number)];

const parentOf = (project: Project, row: Row, type: string): Row | undefined => {
  const id = first(row, "parent-id");
  return id === "" ? undefined : project.get(type, Number(id));
};

/** Three letters a level, by the order in which siblings came. */
const letters = (id: number): string => {
  let rest = Math.max(id, 0);
  let text = "";
  while (text.length < 3 || rest > 0) {
    text = String.fromCharCode(65 + (rest % 26)) + text;
    rest = Math.floor(rest / 26);
  }
  return text;
};

const pathOf = (project: Project, row: Row): string => {
  const parent = parentOf(project, row, row.type);
  return parent && parent.id !== row.id ? pathOf(project, parent) + letters(row.id) : letters(row.id);
};

const path: Compute = (project, row) => [pathOf(project, row)];

const tallies = new WeakMap<Project, { version: number; readonly counts: Map<string, number> }>();

/** How many requirements name a release or cycle; counted once per version of the content. */
const requirementsNaming = (project: Project, field: string, id: number): number => {
  const known = tallies.get(project);
  if (known?.version === project.version()) return known.counts.get(`${field}/${id}`) ?? 0;
  const counts = new Map<string, number>();
  for (const row of project.rows("requirement")) for (const name of ["target-rel", "target-rcyc"]) for (const target of row.v[name] ?? []) counts.set(`${name}/${target}`, (counts.get(`${name}/${target}`) ?? 0) + 1);
  tallies.set(project, { version: project.version(), counts });
  return counts.get(`${field}/${id}`) ?? 0;
};

const coverStatus: Compute = (project, row) => {
  const tests = project.pointing("requirement-coverage", "requirement-id", row.id).flatMap((one) => project.get("test", Number(first(one, "test-id"))) ?? []);
  if (tests.length === 0) return ["Not Covered"];
  const statuses = tests.map((test) => execStatus(project, test)[0]);
  for (const status of ["Failed", "Blocked", "Not Completed"]) if (statuses.includes(status)) return [status];
  if (statuses.every((status) => status === "Passed")) return ["Passed"];
  return [statuses.includes("Passed") ? "Not Completed" : "No Run"];
};

const execStatus: Compute = (project, row) => {
  const last = project.pointing("run", "test-id", row.id).at(-1);
  return [last ? first(last, "status") : "No Run"];
};

const endpoint = (project: Project, row: Row): Row | undefined => project.get(first(row, "second-endpoint-type"), Number(first(row, "second-endpoint-id")));

const existing = (text: string | undefined): readonly string[] => (text === undefined || text === "" ? [] : [text]);

const COMPUTED: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  requirement: {
    status: coverStatus,
    "father-name": (project, row) => existing(parentOf(project, row, "requirement")?.v.name?.[0]),
    "hierarchical-path": path,
    "no-of-sons": (project, row) => count(project.pointing("requirement", "parent-id", row.id).length),
    "has-rich-content": (_, row) => [first(row, "req-rich-content") === "" ? "N" : "Y"],
    istemplate: () => ["N"],
  },
  release: {
    "req-count": (project, row) => count(requirementsNaming(project, "target-rel", row.id)),
    "scope-items-count": () => count(0),
    "milestones-count": (project, row) => count(project.pointing("milestone", "parent-id", row.id).length),
  },
  "release-cycle": { "req-count": (project, row) => count(requirementsNaming(project, "target-rcyc", row.id)), "cf-count": () => count(0) },
  "release-folder": { "hierarchical-path": path },
  "test-folder": { "hierarchical-path": path },
  "test-set-folder": { "hierarchical-path": path },
  test: { "exec-status": execStatus, steps: (project, row) => count(project.pointing("design-step", "parent-id", row.id).length) },
  "test-instance": { name: (project, row) => existing(project.get("test", Number(first(row, "test-id")))?.v.name?.[0]) },
  "requirement-coverage": { status: (project, row) => existing(execStatus(project, { type: "test", id: Number(first(row, "test-id")), v: {} })[0]) },
  "defect-link": {
    "second-endpoint-name": (project, row) => existing(endpoint(project, row)?.v.name?.[0]),
    "second-endpoint-status": (project, row) => existing(endpoint(project, row)?.v.status?.[0]),
  },
};

const NONE: readonly string[] = [];

/** All values of a field, stored or worked out; none where it is empty. */
export const valuesOf = (project: Project, row: Row, field: string): readonly string[] => {
  if (field === "id") return [String(row.id)];
  const compute = COMPUTED[row.type]?.[field];
  return compute ? compute(project, row) : (row.v[field] ?? NONE);
};
