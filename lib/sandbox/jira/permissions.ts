// The permissions of the account, by the names of `mypermissions`. All are held unless the switch `deniedPermissions` takes one away.

import { forbidden } from "./problem.ts";
import type { Actor } from "./rich.ts";
import type { User } from "./model.ts";
import type { World } from "./world.ts";

interface Permission {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type: "PROJECT" | "GLOBAL";
}

const project = (id: string, key: string, name: string): Permission => ({ id, key, name, type: "PROJECT" });
const global = (id: string, key: string, name: string): Permission => ({ id, key, name, type: "GLOBAL" });

export const PERMISSIONS: readonly Permission[] = [
  global("0", "ADMINISTER", "Administer Jira"), global("44", "SYSTEM_ADMIN", "Jira System Administrators"), global("27", "USER_PICKER", "Browse Users"),
  global("22", "CREATE_SHARED_OBJECTS", "Create Shared Objects"), global("33", "BULK_CHANGE", "Bulk Change"),
  project("23", "ADMINISTER_PROJECTS", "Administer Projects"), project("10", "BROWSE_PROJECTS", "Browse Projects"), project("11", "CREATE_ISSUES", "Create Issues"),
  project("12", "EDIT_ISSUES", "Edit Issues"), project("13", "ASSIGN_ISSUES", "Assign Issues"), project("17", "ASSIGNABLE_USER", "Assignable User"), project("18", "CLOSE_ISSUES", "Close Issues"),
  project("14", "RESOLVE_ISSUES", "Resolve Issues"), project("46", "TRANSITION_ISSUES", "Transition Issues"), project("28", "SCHEDULE_ISSUES", "Schedule Issues"), project("25", "MOVE_ISSUES", "Move Issues"),
  project("30", "MODIFY_REPORTER", "Modify Reporter"), project("21", "LINK_ISSUES", "Link Issues"), project("26", "SET_ISSUE_SECURITY", "Set Issue Security"), project("16", "DELETE_ISSUES", "Delete Issues"),
  project("15", "ADD_COMMENTS", "Add Comments"), project("34", "EDIT_ALL_COMMENTS", "Edit All Comments"), project("35", "EDIT_OWN_COMMENTS", "Edit Own Comments"),
  project("36", "DELETE_ALL_COMMENTS", "Delete All Comments"), project("37", "DELETE_OWN_COMMENTS", "Delete Own Comments"), project("19", "CREATE_ATTACHMENTS", "Create Attachments"),
  project("38", "DELETE_ALL_ATTACHMENTS", "Delete All Attachments"), project("39", "DELETE_OWN_ATTACHMENTS", "Delete Own Attachments"), project("20", "WORK_ON_ISSUES", "Work On Issues"),
  project("40", "EDIT_OWN_WORKLOGS", "Edit Own Worklogs"), project("41", "EDIT_ALL_WORKLOGS", "Edit All Worklogs"), project("42", "DELETE_OWN_WORKLOGS", "Delete Own Worklogs"),
  project("43", "DELETE_ALL_WORKLOGS", "Delete All Worklogs"), project("31", "VIEW_VOTERS_AND_WATCHERS", "View Voters and Watchers"), project("32", "MANAGE_WATCHERS", "Manage Watchers"),
  project("-1", "MANAGE_SPRINTS_PERMISSION", "Manage Sprints"), project("45", "VIEW_READONLY_WORKFLOW", "View Read-Only Workflow"), project("29", "VIEW_DEV_TOOLS", "View Development Tools"),
];

const ADMIN = new Set(["ADMINISTER", "SYSTEM_ADMIN", "ADMINISTER_PROJECTS"]);

export const isAdmin = (user: User): boolean => user.groups.includes("jira-administrators");

export const holds = (world: World, user: User | null, key: string): boolean => {
  if (!user || world.options.deniedPermissions.includes(key)) return false;
  return !ADMIN.has(key) || isAdmin(user);
};

/** People in the browser are taken to have every right; the account is not. */
export const demand = (actor: Actor, key: string, message: string): void => {
  if (!actor.person && !holds(actor.world, actor.user, key)) throw forbidden(message);
};
