// The four stock processes (sheet §9.3): types, states, ways between them, categories and backlog levels.

import type { Category, ProcessDef, ProcessName, TypeDef } from "./model.ts";
import { type Edge, parts, states, TEST_CASE, TEST_PLAN, TEST_SUITE, typeDef } from "./processParts.ts";

const portfolio = [["New", "Proposed"], ["In Progress", "InProgress"], ["Done", "Completed"], ["Removed", "Removed"]] as const;
const REMOVED = "Removed from the backlog";

const scrumEdges = (fresh: string): readonly Edge[] => [
  ["", "New", fresh], ["New", "In Progress", "Implementation started"], ["New", "Removed", REMOVED], ["In Progress", "Done", "Work finished"], ["In Progress", "New", "Implementation halted"], ["In Progress", "Removed", REMOVED],
  ["Done", "In Progress", "Additional work found"], ["Removed", "New", "Reconsidered"],
];
const backlogEdges = (fresh: string, again: string): readonly Edge[] => [
  ["", "New", fresh], ["New", "Approved", "Approved by the Product Owner"], ["New", "Committed", "Commitment made by the team"], ["New", "Done", "Work finished"], ["New", "Removed", REMOVED, "Duplicate", "Not a bug"], ["Approved", "New", "Reconsidered"],
  ["Approved", "Committed", "Commitment made by the team"], ["Approved", "Removed", REMOVED, "Duplicate"], ["Committed", "Done", "Work finished"], ["Committed", "Approved", "Work stopped"], ["Committed", "New", "Work stopped"], ["Committed", "Removed", REMOVED],
  ["Done", "Committed", again], ["Removed", "New", "Reconsidered"],
];
const backlogStates = states(["New", "Proposed"], ["Approved", "Proposed"], ["Committed", "InProgress"], ["Done", "Completed"], ["Removed", "Removed"]);

const scrumTypes: readonly TypeDef[] = [
  typeDef({ name: "Product Backlog Item", color: "009CCC", icon: "icon_list", text: "Tracks an activity the user will be able to perform with the product", states: backlogStates, edges: backlogEdges("New backlog item", "Additional work found"), fields: [parts.priority, parts.valueArea, parts.acceptance, parts.effort, parts.backlogPriority, ...parts.build, ...parts.value] }),
  typeDef({ name: "Bug", color: "CC293D", icon: "icon_insect", text: "Describes a divergence between required and actual behavior, and tracks the work done to correct the defect and verify the correction.", states: backlogStates, edges: backlogEdges("New defect reported", "Reactivated"), fields: [parts.priority, parts.severity, parts.valueArea, parts.acceptance, parts.effort, parts.remaining, parts.activity, parts.backlogPriority, ...parts.repro, ...parts.builds] }),
  typeDef({
    name: "Task", color: "F2CB1D", icon: "icon_clipboard", text: "Tracks work that needs to be done.", states: states(["To Do", "Proposed"], ["In Progress", "InProgress"], ["Done", "Completed"], ["Removed", "Removed"]),
    edges: [["", "To Do", "New task"], ["To Do", "In Progress", "Work started"], ["To Do", "Done", "Work finished"], ["To Do", "Removed", REMOVED], ["In Progress", "Done", "Work finished"], ["In Progress", "To Do", "Work stopped"], ["In Progress", "Removed", REMOVED], ["Done", "In Progress", "Additional work found"], ["Done", "To Do", "Additional work found"], ["Removed", "To Do", "Reconsidered"]],
    fields: [parts.priority, parts.activity, parts.remaining, parts.blocked, parts.backlogPriority, ...parts.build],
  }),
  typeDef({ name: "Feature", color: "773B93", icon: "icon_trophy", text: "Tracks a feature that will be released with the product", states: states(...portfolio), edges: scrumEdges("New feature"), fields: [parts.priority, parts.valueArea, parts.acceptance, parts.effort, parts.backlogPriority, ...parts.dates, ...parts.value] }),
  typeDef({ name: "Epic", color: "E06C00", icon: "icon_crown", text: "Epics help teams effectively manage and groom their product backlog", states: states(...portfolio), edges: scrumEdges("New epic"), fields: [parts.priority, parts.valueArea, parts.acceptance, parts.effort, parts.backlogPriority, ...parts.dates, ...parts.value] }),
  typeDef({ name: "Impediment", color: "B4009E", icon: "icon_traffic_cone", text: "Tracks things that prevent the team from making progress.", states: states(["Open", "InProgress"], ["Closed", "Completed"]), edges: [["", "Open", "New impediment"], ["Open", "Closed", "Impediment removed"], ["Closed", "Open", "Reopened"]], fields: [parts.priority, parts.resolution] }),
  TEST_CASE, TEST_PLAN, TEST_SUITE,
];

const agileStates = states(["New", "Proposed"], ["Active", "InProgress"], ["Resolved", "Resolved"], ["Closed", "Completed"], ["Removed", "Removed"]);
const agileEdges = (done: string): readonly Edge[] => [
  ["", "New", "New"], ["New", "Active", "Implementation started"], ["New", "Removed", REMOVED], ["Active", "Resolved", done], ["Active", "New", "Implementation halted"], ["Active", "Removed", REMOVED], ["Active", "Closed", "Acceptance tests pass"],
  ["Resolved", "Closed", "Acceptance tests pass"], ["Resolved", "Active", "Acceptance tests fail"], ["Closed", "Active", "Acceptance tests fail"], ["Closed", "Resolved", done], ["Removed", "New", "Reconsidering the User Story"],
];
const issueEdges: readonly Edge[] = [["", "Active", "New"], ["Active", "Closed", "Issue resolved"], ["Closed", "Active", "Reactivated"]];

const agileTypes: readonly TypeDef[] = [
  typeDef({ name: "User Story", color: "009CCC", icon: "icon_book", text: "Tracks an activity the user will be able to perform with the product", states: agileStates, edges: agileEdges("Code complete and unit tests pass"), fields: [parts.priority, parts.valueArea, parts.risk, parts.acceptance, parts.storyPoints, parts.stackRank, ...parts.plan, ...parts.build, ...parts.resolved] }),
  typeDef({
    name: "Bug", color: "CC293D", icon: "icon_insect", text: "Describes a divergence between required and actual behavior, and tracks the work done to correct the defect and verify the correction.", states: states(["New", "Proposed"], ["Active", "InProgress"], ["Resolved", "Resolved"], ["Closed", "Completed"]),
    edges: [["", "New", "New", "Build Failure"], ["New", "Active", "Approved", "Investigate"], ["New", "Resolved", "Fixed", "As Designed", "Cannot Reproduce", "Deferred", "Duplicate", "Obsolete"], ["New", "Closed", "Cannot Reproduce", "Duplicate"], ["Active", "Resolved", "Fixed", "As Designed", "Cannot Reproduce", "Copied to Backlog", "Deferred", "Duplicate", "Obsolete"], ["Active", "Closed", "Fixed", "Duplicate", "Cannot Reproduce"], ["Active", "New", "Investigation Complete"], ["Resolved", "Closed", "Verified"], ["Resolved", "Active", "Not fixed", "Test Failed"], ["Closed", "Active", "Regression", "Reactivated"], ["Closed", "Resolved", "Fixed"]],
    fields: [parts.priority, parts.severity, parts.valueArea, parts.stackRank, parts.storyPoints, parts.activity, ...parts.hours, ...parts.repro, ...parts.builds, ...parts.resolved],
  }),
  typeDef({
    name: "Task", color: "F2CB1D", icon: "icon_clipboard", text: "Tracks work that needs to be done.", states: states(["New", "Proposed"], ["Active", "InProgress"], ["Closed", "Completed"], ["Removed", "Removed"]),
    edges: [["", "New", "New"], ["New", "Active", "Work started"], ["New", "Closed", "Completed", "Cut", "Deferred", "Obsolete"], ["New", "Removed", REMOVED], ["Active", "Closed", "Completed", "Cut", "Deferred", "Obsolete"], ["Active", "New", "Work stopped"], ["Active", "Removed", REMOVED], ["Closed", "Active", "Reactivated"], ["Removed", "New", "Reconsidered"]],
    fields: [parts.priority, parts.activity, parts.stackRank, ...parts.hours, ...parts.plan, ...parts.build],
  }),
  typeDef({ name: "Feature", color: "773B93", icon: "icon_trophy", text: "Tracks a feature that will be released with the product", states: agileStates, edges: agileEdges("Stories complete"), fields: [parts.priority, parts.valueArea, parts.risk, parts.acceptance, parts.effort, parts.stackRank, ...parts.dates, ...parts.value, ...parts.resolved] }),
  typeDef({ name: "Epic", color: "E06C00", icon: "icon_crown", text: "Epics help teams effectively manage and groom their product backlog", states: agileStates, edges: agileEdges("Features complete"), fields: [parts.priority, parts.valueArea, parts.risk, parts.acceptance, parts.effort, parts.stackRank, ...parts.dates, ...parts.value, ...parts.resolved] }),
  typeDef({ name: "Issue", color: "B4009E", icon: "icon_traffic_cone", text: "Tracks an obstacle to progress.", states: states(["Active", "InProgress"], ["Closed", "Completed"]), edges: issueEdges, fields: [parts.priority, parts.stackRank, parts.due] }),
  TEST_CASE, TEST_PLAN, TEST_SUITE,
];

const basicStates = states(["To Do", "Proposed"], ["Doing", "InProgress"], ["Done", "Completed"]);
const basicEdges: readonly Edge[] = [["", "To Do", "Added to backlog"], ["To Do", "Doing", "Started"], ["To Do", "Done", "Completed"], ["Doing", "Done", "Completed"], ["Doing", "To Do", "Moved to backlog"], ["Done", "Doing", "Restarted"], ["Done", "To Do", "Moved to backlog"]];
const basic = (name: string, color: string, icon: string, fields: Parameters<typeof typeDef>[0]["fields"]): TypeDef => typeDef({ name, color, icon, text: `Tracks ${name.toLowerCase()}s.`, states: basicStates, edges: basicEdges, fields });
const basicTypes: readonly TypeDef[] = [
  basic("Issue", "339947", "icon_clipboard_issue", [parts.priority, parts.effort, parts.stackRank, ...parts.build]),
  basic("Epic", "E06C00", "icon_crown", [parts.priority, parts.effort, parts.stackRank, ...parts.dates]),
  basic("Task", "F2CB1D", "icon_clipboard", [parts.priority, parts.activity, parts.remaining, parts.stackRank, ...parts.build]),
  TEST_CASE, TEST_PLAN, TEST_SUITE,
];

const cmmiStates = states(["Proposed", "Proposed"], ["Active", "InProgress"], ["Resolved", "Resolved"], ["Closed", "Completed"]);
const cmmiEdges: readonly Edge[] = [
  ["", "Proposed", "New"], ["Proposed", "Active", "Accepted", "Investigate"], ["Proposed", "Closed", "Rejected", "Deferred"], ["Active", "Resolved", "Code complete and system test passed", "Fixed"], ["Active", "Proposed", "Investigation Complete", "Postponed"], ["Active", "Closed", "Complete", "Cut"],
  ["Resolved", "Closed", "Validation test passed", "Verified"], ["Resolved", "Active", "Validation test failed"], ["Closed", "Proposed", "Closed in error"], ["Closed", "Active", "Reactivated"],
];
const cmmi = (name: string, color: string, icon: string, fields: Parameters<typeof typeDef>[0]["fields"]): TypeDef => typeDef({ name, color, icon, text: `Tracks ${name.toLowerCase()}s.`, states: cmmiStates, edges: cmmiEdges, fields: [parts.priority, parts.stackRank, ...parts.resolved, ...fields] });
const cmmiTypes: readonly TypeDef[] = [
  cmmi("Requirement", "009CCC", "icon_list", [parts.valueArea, parts.requirementType, parts.size, parts.acceptance, parts.blocked, ...parts.plan, ...parts.build]),
  cmmi("Bug", "CC293D", "icon_insect", [parts.severity, parts.blocked, parts.size, ...parts.hours, ...parts.repro, ...parts.builds]),
  cmmi("Task", "F2CB1D", "icon_clipboard", [parts.discipline, parts.blocked, ...parts.hours, ...parts.plan, ...parts.build]),
  cmmi("Feature", "773B93", "icon_trophy", [parts.valueArea, parts.size, parts.acceptance, ...parts.dates, ...parts.value]),
  cmmi("Epic", "E06C00", "icon_crown", [parts.valueArea, parts.size, parts.acceptance, ...parts.dates, ...parts.value]),
  cmmi("Change Request", "FF00FF", "icon_clipboard", [parts.blocked, ...parts.build]), cmmi("Review", "5688E0", "icon_review", []), cmmi("Risk", "B4009E", "icon_diamond", [parts.blocked, parts.severity]), cmmi("Issue", "B4009E", "icon_traffic_cone", [parts.blocked, parts.due]),
  TEST_CASE, TEST_PLAN, TEST_SUITE,
];

const category = (id: string, name: string, ...types: readonly string[]): Category => ({ referenceName: `Microsoft.${id}Category`, name: `${name} Category`, defaultType: types[0] ?? "", types });

const categories = (requirement: readonly string[], more: readonly Category[]): readonly Category[] => [
  category("Requirement", "Requirement", ...requirement), category("Epic", "Epic", "Epic"), category("Task", "Task", "Task"), ...more, category("TestCase", "Test Case", "Test Case"), category("TestPlan", "Test Plan", "Test Plan"), category("TestSuite", "Test Suite", "Test Suite"),
  category("Hidden", "Hidden Types", "Test Suite", "Test Plan"),
];

type Backlogs = ProcessDef["backlogs"];
const backlogs = (requirement: string, features: boolean): Backlogs => [
  { id: "Microsoft.EpicCategory", name: "Epics", plural: "Epics", kind: "portfolio", color: "E06C00", rank: 4 },
  ...(features ? [{ id: "Microsoft.FeatureCategory", name: "Features", plural: "Features", kind: "portfolio", color: "773B93", rank: 3 } as const] : []),
  { id: "Microsoft.RequirementCategory", name: requirement, plural: requirement, kind: "requirement", color: "009CCC", rank: 2 },
  { id: "Microsoft.TaskCategory", name: "Tasks", plural: "Tasks", kind: "task", color: "F2CB1D", rank: 1 },
];

const bug = category("Bug", "Bug", "Bug");
const feature = category("Feature", "Feature", "Feature");

export const PROCESSES: Readonly<Record<ProcessName, ProcessDef>> = {
  Scrum: {
    name: "Scrum", id: "6b724908-ef14-45cf-84f8-768b5384da45", description: "This template is for teams who follow the Scrum framework.", types: scrumTypes, categories: categories(["Product Backlog Item"], [bug, feature]), backlogs: backlogs("Backlog items", true),
    effortField: "Microsoft.VSTS.Scheduling.Effort", orderField: "Microsoft.VSTS.Common.BacklogPriority",
  },
  Agile: {
    name: "Agile", id: "adcc42ab-9882-485e-a3ed-7678f01f66bc", description: "This template is flexible and will work great for most teams using Agile planning methods.", types: agileTypes, categories: categories(["User Story"], [bug, feature]), backlogs: backlogs("Stories", true),
    effortField: "Microsoft.VSTS.Scheduling.StoryPoints", orderField: "Microsoft.VSTS.Common.StackRank",
  },
  Basic: {
    name: "Basic", id: "b8a3a935-7e91-48b8-a94c-606d37c3e9f2", description: "This template is for simple tracking.", types: basicTypes, categories: categories(["Issue"], []), backlogs: backlogs("Issues", false),
    effortField: "Microsoft.VSTS.Scheduling.Effort", orderField: "Microsoft.VSTS.Common.StackRank",
  },
  CMMI: {
    name: "CMMI", id: "27450541-8e31-4150-9947-dc59f998fc01", description: "This template is for more formal projects that require a framework for process improvement.", types: cmmiTypes, categories: categories(["Requirement"], [bug, feature]), backlogs: backlogs("Requirements", true),
    effortField: "Microsoft.VSTS.Scheduling.Size", orderField: "Microsoft.VSTS.Common.StackRank",
  },
};
