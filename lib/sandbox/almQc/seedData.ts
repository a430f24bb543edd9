// Lists, people and keys that every fresh server has (sheet, section 6: shipped lists; the others are a project's own).

import type { ApiKey, ListItem, User, ValueList } from "./model.ts";

const item = (value: string, prefix: string): ListItem => ({ value, logicalName: `${prefix}.${value.toLowerCase().replace(/^\d-/, "").replace(/[^a-z0-9]+/g, "-")}` });

const list = (id: number, name: string, logicalName: string, values: string): ValueList => ({ id, name, logicalName, items: values.split(", ").map((value) => item(value, logicalName)) });

const LEVELS = "1-Low, 2-Medium, 3-High, 4-Very High, 5-Urgent";

const tree: ValueList = {
  id: 312,
  name: "Component",
  logicalName: "",
  items: [
    { value: "Booking", items: [{ value: "Address" }, { value: "Price" }, { value: "Payment" }] },
    { value: "Tracking", items: [{ value: "Map" }, { value: "Messages" }] },
    { value: "Depot" },
    { value: "Invoice" },
  ],
};

export const LISTS: readonly ValueList[] = [
  list(1, "YesNo", "hp.qc.yes-no", "N, Y"),
  list(276, "Bug Status", "hp.qc.bug-status", "Closed, Fixed, New, Open, Rejected, Reopen"),
  list(279, "Severity", "hp.qc.severity", LEVELS),
  list(280, "Priority", "hp.qc.priority", LEVELS),
  list(283, "Review Status", "hp.qc.review-status", "Not Reviewed, Reviewed"),
  list(284, "Coverage Status", "hp.qc.coverage-status", "Blocked, Failed, N/A, No Run, Not Completed, Not Covered, Passed"),
  list(285, "Test Status", "hp.qc.test-status", "Design, Imported, Ready, Repair"),
  list(286, "Exec Status", "hp.qc.exec-status", "Blocked, Failed, N/A, No Run, Not Completed, Passed"),
  list(290, "Link Type", "hp.qc.link-type", "Duplicate, Related"),
  list(301, "All Versions", "", "Version 1.01, Version 1.02, Version 2.01"),
  list(302, "All Projects", "", "Project 1, Project 2"),
  list(311, "Progress", "", "Draft, Ready, In Work, Done, Dropped"),
  tree,
  list(313, "Labels", "", "api, mobile, quick win, regulation, web"),
];

const person = (name: string, fullName: string, more: Partial<User> = {}): User => ({ name, fullName, email: `${name}@example.com`, phone: "", active: true, role: "member", password: "alm-pass", ...more });

export const USERS: readonly User[] = [
  person("sync", "Sync Service", { password: "sync-pass", role: "admin" }),
  person("anna.berg", "Anna Berg", { phone: "+49 40 1234" }),
  person("bo.chen", "Bo Chen"),
  person("carla.diaz", "Carla Díaz"),
  person("dirk.olsen", "Dirk Olsen", { active: false }),
  person("vera.stone", "Vera Stone", { role: "viewer" }),
  person("emil.novak", "Emil Novák"),
];

export const KEYS: readonly ApiKey[] = [
  { id: "tandem_client", secret: "tandem_secret", user: "sync", active: true },
  { id: "idle_client", secret: "idle_secret", user: "sync", active: false },
];

export const PROJECTS = [
  { domain: "DEFAULT", name: "DEMO" },
  { domain: "DEFAULT", name: "PLAYGROUND" },
  { domain: "LAB", name: "TRIAL" },
] as const;
