// The fields every collection has (sheet §9.1): names, types and who may write them. What a type makes of them is in processes*.ts.

import type { FieldDef, FieldType } from "./model.ts";

interface Marks {
  readonly readOnly?: boolean;
  readonly picklist?: "limited" | "suggested";
  readonly notQueryable?: boolean;
  readonly notSortable?: boolean;
}

const field = (referenceName: string, name: string, type: FieldType, marks: Marks = {}): FieldDef => ({
  referenceName, name, type, readOnly: marks.readOnly ?? false, canSortBy: !marks.notSortable && !["html", "history", "plainText"].includes(type), isQueryable: !marks.notQueryable, isPicklist: marks.picklist !== undefined,
  isPicklistSuggested: marks.picklist === "suggested", isLocked: false, isDeleted: false, description: "",
});

const fixed: Marks = { readOnly: true };
const levels = (what: "Area" | "Iteration"): readonly FieldDef[] => [1, 2, 3, 4, 5, 6, 7].map((level) => field(`System.${what}Level${level}`, `${what} Level ${level}`, "string", fixed));

const system: readonly FieldDef[] = [
  field("System.Id", "ID", "integer", fixed), field("System.Rev", "Rev", "integer", fixed), field("System.Watermark", "Watermark", "integer", fixed), field("System.Title", "Title", "string"), field("System.TeamProject", "Team Project", "string"),
  field("System.WorkItemType", "Work Item Type", "string"), field("System.State", "State", "string"), field("System.Reason", "Reason", "string"), field("System.AssignedTo", "Assigned To", "identity"),
  field("System.CreatedBy", "Created By", "identity", fixed), field("System.CreatedDate", "Created Date", "dateTime", fixed), field("System.ChangedBy", "Changed By", "identity", fixed), field("System.ChangedDate", "Changed Date", "dateTime", fixed),
  field("System.AuthorizedAs", "Authorized As", "identity", fixed), field("System.AuthorizedDate", "Authorized Date", "dateTime", fixed), field("System.RevisedDate", "Revised Date", "dateTime", fixed), field("System.PersonId", "PersonId", "integer", fixed),
  field("System.AreaId", "Area ID", "integer"), field("System.AreaPath", "Area Path", "treePath"), field("System.IterationId", "Iteration ID", "integer"), field("System.IterationPath", "Iteration Path", "treePath"), field("System.NodeName", "Node Name", "string", fixed),
  ...levels("Area"), ...levels("Iteration"), field("System.Description", "Description", "html"), field("System.History", "History", "history"), field("System.Tags", "Tags", "plainText"), field("System.CommentCount", "Comment Count", "integer", fixed),
  field("System.AttachedFileCount", "Attached File Count", "integer", fixed), field("System.HyperLinkCount", "Hyperlink Count", "integer", fixed), field("System.RelatedLinkCount", "Related Link Count", "integer", fixed),
  field("System.ExternalLinkCount", "External Link Count", "integer", fixed), field("System.RemoteLinkCount", "Remote Link Count", "integer", fixed), field("System.Parent", "Parent", "integer", fixed), field("System.IsDeleted", "Is Deleted", "boolean", fixed),
  field("System.BoardColumn", "Board Column", "string", fixed), field("System.BoardColumnDone", "Board Column Done", "boolean", fixed), field("System.BoardLane", "Board Lane", "string", fixed), field("System.AttachedFiles", "Attached Files", "string", { readOnly: true, notQueryable: true, notSortable: true }),
  field("System.BISLinks", "BISLinks", "string", { readOnly: true, notQueryable: true }), field("System.LinkedFiles", "Linked Files", "string", { readOnly: true, notQueryable: true }), field("System.RelatedLinks", "Related Links", "string", { readOnly: true, notQueryable: true }),
];

const links: readonly FieldDef[] = [field("System.Links.LinkType", "Link Type", "string", fixed)];

const common: readonly FieldDef[] = [
  field("Microsoft.VSTS.Common.Priority", "Priority", "integer", { picklist: "limited" }), field("Microsoft.VSTS.Common.Severity", "Severity", "string", { picklist: "limited" }), field("Microsoft.VSTS.Common.StackRank", "Stack Rank", "double"),
  field("Microsoft.VSTS.Common.BacklogPriority", "Backlog Priority", "double"), field("Microsoft.VSTS.Common.ValueArea", "Value Area", "string", { picklist: "limited" }), field("Microsoft.VSTS.Common.Risk", "Risk", "string", { picklist: "limited" }),
  field("Microsoft.VSTS.Common.Activity", "Activity", "string", { picklist: "suggested" }), field("Microsoft.VSTS.Common.Discipline", "Discipline", "string", { picklist: "limited" }), field("Microsoft.VSTS.Common.Triage", "Triage", "string", { picklist: "limited" }),
  field("Microsoft.VSTS.Common.AcceptanceCriteria", "Acceptance Criteria", "html"), field("Microsoft.VSTS.Common.ResolvedReason", "Resolved Reason", "string", fixed), field("Microsoft.VSTS.Common.Resolution", "Resolution", "html"),
  field("Microsoft.VSTS.Common.ActivatedDate", "Activated Date", "dateTime", fixed), field("Microsoft.VSTS.Common.ActivatedBy", "Activated By", "identity", fixed), field("Microsoft.VSTS.Common.ResolvedDate", "Resolved Date", "dateTime", fixed),
  field("Microsoft.VSTS.Common.ResolvedBy", "Resolved By", "identity", fixed), field("Microsoft.VSTS.Common.ClosedDate", "Closed Date", "dateTime", fixed), field("Microsoft.VSTS.Common.ClosedBy", "Closed By", "identity", fixed),
  field("Microsoft.VSTS.Common.StateChangeDate", "State Change Date", "dateTime", fixed), field("Microsoft.VSTS.Common.BusinessValue", "Business Value", "integer"), field("Microsoft.VSTS.Common.TimeCriticality", "Time Criticality", "double"),
  field("Microsoft.VSTS.CMMI.Blocked", "Blocked", "string", { picklist: "limited" }), field("Microsoft.VSTS.CMMI.RequirementType", "Requirement Type", "string", { picklist: "limited" }),
  field("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points", "double"), field("Microsoft.VSTS.Scheduling.Effort", "Effort", "double"), field("Microsoft.VSTS.Scheduling.Size", "Size", "double"), field("Microsoft.VSTS.Scheduling.OriginalEstimate", "Original Estimate", "double"),
  field("Microsoft.VSTS.Scheduling.RemainingWork", "Remaining Work", "double"), field("Microsoft.VSTS.Scheduling.CompletedWork", "Completed Work", "double"), field("Microsoft.VSTS.Scheduling.StartDate", "Start Date", "dateTime"),
  field("Microsoft.VSTS.Scheduling.FinishDate", "Finish Date", "dateTime"), field("Microsoft.VSTS.Scheduling.TargetDate", "Target Date", "dateTime"), field("Microsoft.VSTS.Scheduling.DueDate", "Due Date", "dateTime"),
  field("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps", "html"), field("Microsoft.VSTS.TCM.SystemInfo", "System Info", "html"), field("Microsoft.VSTS.TCM.Steps", "Steps", "html"), field("Microsoft.VSTS.TCM.Parameters", "Parameters", "html"),
  field("Microsoft.VSTS.TCM.LocalDataSource", "Local Data Source", "html"), field("Microsoft.VSTS.TCM.AutomationStatus", "Automation status", "string", fixed), field("Microsoft.VSTS.TCM.AutomatedTestName", "Automated Test Name", "string"),
  field("Microsoft.VSTS.TCM.AutomatedTestId", "Automated Test Id", "string"), field("Microsoft.VSTS.Build.FoundIn", "Found In", "string"), field("Microsoft.VSTS.Build.IntegrationBuild", "Integration Build", "string"),
];

export const STOCK_FIELDS: readonly FieldDef[] = [...system, ...links, ...common];

/** Shown only with $expand=all or when asked for by name (sheet §6). */
export const HIDDEN_FIELDS: ReadonlySet<string> = new Set([
  "System.Id", "System.Rev", "System.Watermark", "System.AreaId", "System.IterationId", "System.NodeName", "System.AuthorizedAs", "System.AuthorizedDate", "System.RevisedDate", "System.PersonId",
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((level) => [`System.AreaLevel${level}`, `System.IterationLevel${level}`]),
]);

/** Counted from the item when they are asked for, never in the plain answer. */
export const ON_REQUEST_FIELDS: ReadonlySet<string> = new Set(["System.AttachedFileCount", "System.HyperLinkCount", "System.RelatedLinkCount", "System.ExternalLinkCount", "System.RemoteLinkCount", "System.IsDeleted"]);

/** Read-only fields that bypassRules opens (sheet §8.2). */
export const BYPASS_FIELDS: ReadonlySet<string> = new Set(["System.CreatedBy", "System.CreatedDate", "System.ChangedBy", "System.ChangedDate"]);

export const isText = (type: FieldType): boolean => type === "html" || type === "plainText" || type === "history";
export const isNumber = (type: FieldType): boolean => ["integer", "double", "picklistInteger", "picklistDouble"].includes(type);

/** What may be asked of a field in a query. */
export const operationsOf = (type: FieldType): readonly (readonly [string, string])[] => {
  const equals: readonly (readonly [string, string])[] = [["Equals", "="], ["NotEquals", "<>"]];
  const order: readonly (readonly [string, string])[] = [["GreaterThan", ">"], ["LessThan", "<"], ["GreaterThanEquals", ">="], ["LessThanEquals", "<="]];
  const ever: readonly (readonly [string, string])[] = [["WasEver", "Was Ever"]];
  const fieldToField: readonly (readonly [string, string])[] = [["EqualsField", "= [Field]"], ["NotEqualsField", "<> [Field]"]];
  const lists: readonly (readonly [string, string])[] = [["In", "In"], ["NotIn", "Not In"]];
  if (type === "html" || type === "history") return [["ContainsWords", "Contains Words"], ["NotContainsWords", "Does Not Contain Words"], ["IsEmpty", "Is Empty"], ["IsNotEmpty", "Is Not Empty"]];
  if (type === "plainText") return [["Contains", "Contains"], ["NotContains", "Does Not Contain"], ["IsEmpty", "Is Empty"], ["IsNotEmpty", "Is Not Empty"]];
  if (type === "treePath") return [["Under", "Under"], ["NotUnder", "Not Under"], ...equals, ...lists];
  if (type === "boolean") return [...equals, ...fieldToField];
  if (isNumber(type) || type === "dateTime") return [...equals, ...order, ...fieldToField, ...lists, ...ever];
  return [...equals, ...order, ["Contains", "Contains"], ["NotContains", "Does Not Contain"], ...lists, ["InGroup", "In Group"], ["NotInGroup", "Not In Group"], ...ever, ...fieldToField];
};
