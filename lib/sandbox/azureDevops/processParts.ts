// The bricks of which processes are made: states, edges with their reasons, and the fields that many types share.

import type { FieldUse, StateCategory, StateDef, Transition, TypeDef, Value } from "./model.ts";

const COLORS: Readonly<Record<StateCategory, string>> = { Proposed: "b2b2b2", InProgress: "007acc", Resolved: "ff9d00", Completed: "339933", Removed: "ffffff" };

/** "New:Proposed Active:InProgress" */
export const states = (...pairs: readonly (readonly [string, StateCategory])[]): readonly StateDef[] => pairs.map(([name, category]) => ({ name, category, color: COLORS[category] }));

/** [from, to, default reason, further reasons…] */
export type Edge = readonly [string, string, ...string[]];

const edges = (list: readonly Edge[]): Readonly<Record<string, readonly Transition[]>> => {
  const found: Record<string, Transition[]> = {};
  for (const [from, to, ...reasons] of list) (found[from] ??= []).push({ to, reasons });
  return found;
};

const use = (ref: string, more: Omit<FieldUse, "ref"> = {}): FieldUse => ({ ref, ...more });
const list = (ref: string, allowed: readonly Value[], standard?: Value, suggested = false): FieldUse => use(ref, { allowed, ...(standard === undefined ? {} : { default: standard }), ...(suggested ? { suggested } : {}) });

const SYSTEM_USES: readonly FieldUse[] = [
  use("System.Id"), use("System.Rev"), use("System.TeamProject"), use("System.WorkItemType"), use("System.Title", { required: true, helpText: "The nature of the work" }), use("System.State", { required: true, helpText: "The workflow state of the work item" }),
  use("System.Reason", { helpText: "The reason why the work item is in the current state" }), use("System.AssignedTo", { helpText: "The person currently working on this item" }), use("System.CreatedBy"), use("System.CreatedDate"), use("System.ChangedBy"), use("System.ChangedDate"),
  use("System.AuthorizedAs"), use("System.AuthorizedDate"), use("System.RevisedDate"), use("System.PersonId"), use("System.Watermark"), use("System.AreaId", { required: true }), use("System.AreaPath", { helpText: "The area of the product with which this item is associated" }),
  use("System.IterationId", { required: true }), use("System.IterationPath", { helpText: "The iteration within which this item will be completed" }), use("System.NodeName"), use("System.Description"), use("System.History", { helpText: "Discussion thread plus automatic record of changes" }),
  use("System.Tags"), use("System.CommentCount"), use("System.AttachedFileCount"), use("System.HyperLinkCount"), use("System.RelatedLinkCount"), use("System.ExternalLinkCount"), use("System.RemoteLinkCount"), use("System.Parent"), use("System.BoardColumn"),
  use("System.BoardColumnDone"), use("System.BoardLane"), ...[1, 2, 3, 4, 5, 6, 7].flatMap((level) => [use(`System.AreaLevel${level}`), use(`System.IterationLevel${level}`)]), use("Microsoft.VSTS.Common.StateChangeDate"), use("Microsoft.VSTS.Common.ActivatedDate"),
  use("Microsoft.VSTS.Common.ActivatedBy"), use("Microsoft.VSTS.Common.ClosedDate"), use("Microsoft.VSTS.Common.ClosedBy"),
];

const ACTIVITIES = ["Deployment", "Design", "Development", "Documentation", "Requirements", "Testing"];

export const parts = {
  priority: list("Microsoft.VSTS.Common.Priority", [1, 2, 3, 4], 2),
  severity: list("Microsoft.VSTS.Common.Severity", ["1 - Critical", "2 - High", "3 - Medium", "4 - Low"], "3 - Medium"),
  valueArea: use("Microsoft.VSTS.Common.ValueArea", { allowed: ["Architectural", "Business"], default: "Business", required: true }),
  risk: list("Microsoft.VSTS.Common.Risk", ["1 - High", "2 - Medium", "3 - Low"]),
  activity: list("Microsoft.VSTS.Common.Activity", ACTIVITIES, undefined, true),
  discipline: list("Microsoft.VSTS.Common.Discipline", ["Analysis", "Development", "Test", "User Education", "User Experience"]),
  blocked: list("Microsoft.VSTS.CMMI.Blocked", ["Yes", "No"]),
  requirementType: use("Microsoft.VSTS.CMMI.RequirementType", { allowed: ["Business Objective", "Feature", "Functional", "Interface", "Operational", "Quality of Service", "Safety", "Scenario", "Security"], default: "Functional", required: true }),
  acceptance: use("Microsoft.VSTS.Common.AcceptanceCriteria"),
  stackRank: use("Microsoft.VSTS.Common.StackRank"),
  backlogPriority: use("Microsoft.VSTS.Common.BacklogPriority"),
  effort: use("Microsoft.VSTS.Scheduling.Effort"),
  storyPoints: use("Microsoft.VSTS.Scheduling.StoryPoints"),
  size: use("Microsoft.VSTS.Scheduling.Size"),
  remaining: use("Microsoft.VSTS.Scheduling.RemainingWork"),
  hours: [use("Microsoft.VSTS.Scheduling.OriginalEstimate"), use("Microsoft.VSTS.Scheduling.RemainingWork"), use("Microsoft.VSTS.Scheduling.CompletedWork")],
  dates: [use("Microsoft.VSTS.Scheduling.StartDate"), use("Microsoft.VSTS.Scheduling.TargetDate")],
  plan: [use("Microsoft.VSTS.Scheduling.StartDate"), use("Microsoft.VSTS.Scheduling.FinishDate")],
  due: use("Microsoft.VSTS.Scheduling.DueDate"),
  value: [use("Microsoft.VSTS.Common.BusinessValue"), use("Microsoft.VSTS.Common.TimeCriticality")],
  repro: [use("Microsoft.VSTS.TCM.ReproSteps"), use("Microsoft.VSTS.TCM.SystemInfo")],
  builds: [use("Microsoft.VSTS.Build.FoundIn"), use("Microsoft.VSTS.Build.IntegrationBuild")],
  build: [use("Microsoft.VSTS.Build.IntegrationBuild")],
  resolved: [use("Microsoft.VSTS.Common.ResolvedDate"), use("Microsoft.VSTS.Common.ResolvedBy"), use("Microsoft.VSTS.Common.ResolvedReason")],
  resolution: use("Microsoft.VSTS.Common.Resolution"),
  steps: [use("Microsoft.VSTS.TCM.Steps"), use("Microsoft.VSTS.TCM.Parameters"), use("Microsoft.VSTS.TCM.LocalDataSource"), use("Microsoft.VSTS.TCM.AutomationStatus", { default: "Not Automated" }), use("Microsoft.VSTS.TCM.AutomatedTestName"), use("Microsoft.VSTS.TCM.AutomatedTestId")],
} as const;

interface TypeParts {
  readonly name: string;
  readonly color: string;
  readonly icon: string;
  readonly text: string;
  readonly namespace?: string;
  readonly states: readonly StateDef[];
  readonly edges: readonly Edge[];
  readonly fields: readonly FieldUse[];
}

export const typeDef = ({ name, color, icon, text, namespace, states: own, edges: ways, fields }: TypeParts): TypeDef => ({
  name, color, icon, description: text, disabled: false, referenceName: `Microsoft.VSTS.WorkItemTypes.${namespace ?? name.replaceAll(" ", "")}`, states: own, transitions: edges(ways), fields: [...SYSTEM_USES, ...fields],
});

export const TEST_CASE = typeDef({
  name: "Test Case", color: "004B50", icon: "icon_test_case", text: "Server-side data for a set of steps to be tested.", states: states(["Design", "Proposed"], ["Ready", "InProgress"], ["Closed", "Completed"]),
  edges: [["", "Design", "New"], ["Design", "Ready", "Completed"], ["Design", "Closed", "Deferred", "Duplicate"], ["Ready", "Design", "Update Test Case"], ["Ready", "Closed", "Deferred", "Duplicate"], ["Closed", "Design", "Reactivated"], ["Closed", "Ready", "Reactivated"]],
  fields: [parts.priority, ...parts.steps],
});
const testShell = (name: string, text: string, icon: string): TypeDef =>
  typeDef({
    name, color: "004B50", icon, text, states: states(["Inactive", "Completed"], ["Active", "InProgress"]).toReversed(),
    edges: [["", "Active", "New"], ["Active", "Inactive", "Completed"], ["Inactive", "Active", "Activated"]], fields: [...parts.plan],
  });
export const TEST_PLAN = testShell("Test Plan", "Tracks test activities for a specific milestone or release.", "icon_test_plan");
export const TEST_SUITE = testShell("Test Suite", "Tracks test activities for a specific feature, requirement, or user story.", "icon_test_suite");
export const TEST_TYPES: readonly string[] = ["Test Case", "Test Plan", "Test Suite"];
