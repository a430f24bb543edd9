// The tables of work that a fresh instance has: task and what extends it (sheet §12.1). One line per column: name | type | label | further words.
// Words: len= longest text, ref= target table, key= what references hold, choice= 1 or 3, def= default, dep= controlling column, disp unique mand ro.

export interface SeedTable {
  readonly name: string;
  readonly label: string;
  readonly parent?: string;
  /** Prefix of its numbers. */
  readonly prefix?: string;
  /** Words on the line of the table itself: audit, no_audit_delete, final (cannot be extended). */
  readonly words?: string;
  readonly columns: string;
}

const task: SeedTable = {
  name: "task",
  label: "Task",
  prefix: "TASK",
  words: "audit",
  columns: `
number | string | Number | disp len=40
short_description | string | Short description | len=160
description | string | Description | len=4000
state | integer | State | choice=3 def=1
priority | integer | Priority | choice=3 def=4
impact | integer | Impact | choice=3 def=3
urgency | integer | Urgency | choice=3 def=3
active | boolean | Active | def=true
assigned_to | reference | Assigned to | ref=sys_user
assignment_group | reference | Assignment group | ref=sys_user_group
opened_by | reference | Opened by | ref=sys_user
opened_at | glide_date_time | Opened
closed_by | reference | Closed by | ref=sys_user
closed_at | glide_date_time | Closed
close_notes | string | Close notes | len=4000
due_date | due_date | Due date
expected_start | glide_date_time | Expected start
work_start | glide_date_time | Actual start
work_end | glide_date_time | Actual end
parent | reference | Parent | ref=task
comments | journal_input | Additional comments | len=4000
work_notes | journal_input | Work notes | len=4000
comments_and_work_notes | journal_list | Comments and Work notes | len=4000
correlation_id | string | Correlation ID | len=100
correlation_display | string | Correlation display | len=100
cmdb_ci | reference | Configuration item | ref=cmdb_ci
company | reference | Company | ref=core_company
location | reference | Location | ref=cmn_location
watch_list | glide_list | Watch list | ref=sys_user len=4000
work_notes_list | glide_list | Work notes list | ref=sys_user len=4000
additional_assignee_list | glide_list | Additional assignee list | ref=sys_user len=4000
approval | string | Approval | choice=3 def=not requested
escalation | integer | Escalation | choice=3 def=0
made_sla | boolean | Made SLA | def=true
knowledge | boolean | Knowledge | def=false
contact_type | string | Contact type | choice=1
order | integer | Order
reassignment_count | integer | Reassignment count | def=0
time_worked | timer | Time worked
business_duration | glide_duration | Business duration
calendar_duration | glide_duration | Duration
sla_due | due_date | SLA due
upon_approval | string | Upon approval | choice=3 def=proceed
upon_reject | string | Upon reject | choice=3 def=cancel
follow_up | glide_date_time | Follow up
activity_due | due_date | Activity due
approval_history | journal | Approval history | len=4000
approval_set | glide_date_time | Approval set
business_service | reference | Service | ref=cmdb_ci_service
service_offering | reference | Service offering | ref=cmdb_ci_service
group_list | glide_list | Group list | ref=sys_user_group len=4000
task_effective_number | string | Effective number | len=40
user_input | string | User input | len=4000
route_reason | integer | Transfer reason
sys_class_name | sys_class_name | Task type | len=80
sys_domain | domain_id | Domain | len=32
sys_domain_path | domain_path | Domain Path | len=255`,
};

const service: readonly SeedTable[] = [
  {
    name: "incident", label: "Incident", parent: "task", prefix: "INC",
    columns: `
caller_id | reference | Caller | ref=sys_user
category | string | Category | choice=3 def=inquiry
subcategory | string | Subcategory | choice=1 dep=category
incident_state | integer | Incident state | choice=3 def=1
hold_reason | integer | On hold reason | choice=1
close_code | string | Resolution code | choice=1
severity | integer | Severity | choice=3 def=3
resolved_at | glide_date_time | Resolved
resolved_by | reference | Resolved by | ref=sys_user
reopened_time | glide_date_time | Last reopened at
reopen_count | integer | Reopen count | def=0
problem_id | reference | Problem | ref=problem
rfc | reference | Change Request | ref=change_request
caused_by | reference | Caused by Change | ref=change_request
parent_incident | reference | Parent Incident | ref=incident
child_incidents | integer | Child Incidents | def=0
notify | integer | Notify | choice=3 def=1
business_stc | integer | Business resolve time
calendar_stc | integer | Resolve time
business_impact | string | Probable cause | len=4000
cause | string | Cause | len=4000`,
  },
  {
    name: "problem", label: "Problem", parent: "task", prefix: "PRB",
    columns: `
problem_state | integer | Problem state | choice=3 def=101
known_error | boolean | Known error | def=false
workaround | html | Workaround | len=4000
cause_notes | html | Cause notes | len=4000
fix_notes | html | Fix notes | len=4000
resolution_code | string | Resolution code | choice=1
first_reported_by_task | reference | First reported by | ref=task
category | string | Category | choice=1
related_incidents | integer | Related Incidents | def=0
resolved_at | glide_date_time | Resolved
resolved_by | reference | Resolved by | ref=sys_user`,
  },
  {
    name: "change_request", label: "Change Request", parent: "task", prefix: "CHG",
    columns: `
type | string | Type | choice=3 def=normal
risk | integer | Risk | choice=3 def=3
category | string | Category | choice=1 def=Other
phase | string | Phase | choice=3 def=requested
requested_by | reference | Requested by | ref=sys_user
start_date | glide_date_time | Planned start date
end_date | glide_date_time | Planned end date
justification | string | Justification | len=4000
implementation_plan | string | Implementation plan | len=4000
backout_plan | string | Backout plan | len=4000
test_plan | string | Test plan | len=4000
risk_impact_analysis | string | Risk and impact analysis | len=4000
close_code | string | Close code | choice=1
cab_required | boolean | CAB required | def=false
on_hold | boolean | On hold | def=false
on_hold_reason | string | On hold reason | len=4000`,
  },
  { name: "change_task", label: "Change Task", parent: "task", prefix: "CTASK", columns: "\nchange_request | reference | Change request | ref=change_request\nplanned_start_date | glide_date_time | Planned start date\nplanned_end_date | glide_date_time | Planned end date" },
  { name: "sc_request", label: "Request", parent: "task", prefix: "REQ", columns: "\nrequested_for | reference | Requested for | ref=sys_user\nrequest_state | string | Request state | choice=3 def=requested\nstage | string | Stage | choice=3 def=requested\nprice | price | Price" },
  { name: "sc_req_item", label: "Requested Item", parent: "task", prefix: "RITM", columns: "\nrequest | reference | Request | ref=sc_request\nquantity | integer | Quantity | def=1\nprice | price | Price\nstage | string | Stage | choice=3 def=waiting_for_approval" },
  { name: "sc_task", label: "Catalog Task", parent: "task", prefix: "SCTASK", columns: "\nrequest | reference | Request | ref=sc_request\nrequest_item | reference | Request item | ref=sc_req_item" },
  { name: "incident_task", label: "Incident Task", parent: "task", prefix: "TASK", columns: "\nincident | reference | Incident | ref=incident" },
  { name: "problem_task", label: "Problem Task", parent: "task", prefix: "PTASK", columns: "\nproblem | reference | Problem | ref=problem\nproblem_task_type | string | Problem task type | choice=1" },
  { name: "change_phase", label: "Change Phase", parent: "task", prefix: "CPHASE", columns: "\nchange_request | reference | Change request | ref=change_request" },
  { name: "change_request_imac", label: "IMAC", parent: "task", prefix: "IMAC", columns: "\nmove_to | reference | Move to | ref=cmn_location" },
  { name: "ast_transfer_order", label: "Transfer Order", parent: "task", prefix: "TO", columns: "" },
  { name: "sysapproval_group", label: "Group approval", parent: "task", prefix: "GAPRV", columns: "" },
  { name: "issue", label: "Issue", parent: "task", prefix: "ISS", columns: "" },
  { name: "ticket", label: "Ticket", parent: "task", prefix: "TKT", columns: "" },
  { name: "kb_submission", label: "KB Submission", parent: "task", prefix: "KBSUB", columns: "\ntext | html | Text | len=65000" },
];

const story = `
story_points | integer | Points
epic | reference | Epic | ref=rm_epic
sprint | reference | Sprint | ref=rm_sprint
release | reference | Release | ref=rm_release_scrum
product | reference | Product | ref=cmdb_model
theme | reference | Theme | ref=scrum_theme
acceptance_criteria | html | Acceptance criteria | len=4000
blocked | boolean | Blocked | def=false
blocked_reason | string | Blocked reason | len=4000
classification | string | Classification | choice=1 def=Feature
type | string | Type | choice=1 def=Development
rank | integer | Rank
global_rank | integer | Global Rank
backlog_type | string | Backlog type | choice=1
split_from | reference | Split from | ref=rm_story
original_story | reference | Original story | ref=rm_story
defect | reference | Defect | ref=rm_defect
enhancement | reference | Enhancement | ref=rm_enhancement
prerequisites | reference | Prerequisites | ref=rm_story
business_application | reference | Application | ref=cmdb_ci`;

/** The chain is not published: two readings (option agileChain). */
const agileTables = (chain: "planned" | "flat"): readonly SeedTable[] => {
  const under = (parent: string): string => (chain === "planned" ? parent : "task");
  const planned: SeedTable = { name: "planned_task", label: "Planned Task", parent: "task", prefix: "PTSK", columns: "\nstart_date | glide_date_time | Planned start date\nend_date | glide_date_time | Planned end date\nduration | glide_duration | Planned duration\npercent_complete | percent_complete | Percent complete\neffort | glide_duration | Planned effort\nwork_effort | glide_duration | Actual effort\ntop_task | reference | Top task | ref=planned_task" };
  return [
    planned,
    { name: "rm_task", label: "SDLC task", parent: under("planned_task"), prefix: "RTSK", columns: "" },
    { name: "rm_feature", label: "Feature", parent: under("planned_task"), prefix: "FEAT", columns: "" },
    { name: "rm_story", label: "Story", parent: under("rm_feature"), prefix: "STRY", columns: story },
    { name: "rm_enhancement", label: "Enhancement", parent: under("rm_feature"), prefix: "ENHC", columns: "\nproduct | reference | Product | ref=cmdb_model\nsubmitted_by | reference | Submitted by | ref=sys_user" },
    { name: "rm_doc", label: "Documentation", parent: under("rm_feature"), prefix: "DOC", columns: "\nstory | reference | Story | ref=rm_story" },
    { name: "rm_test", label: "Test", parent: under("rm_task"), prefix: "TEST", columns: "\nstory | reference | Story | ref=rm_story" },
    {
      name: "rm_defect", label: "Defect", parent: under("rm_feature"), prefix: "DFCT",
      columns: "\nproduct | reference | Product | ref=cmdb_model\nsubmitted_by | reference | Submitted by | ref=sys_user\nseverity | integer | Severity | choice=1 def=3\nrelease | reference | Release | ref=rm_release_scrum\nsprint | reference | Sprint | ref=rm_sprint\nepic | reference | Epic | ref=rm_epic\nsteps_to_reproduce | html | Steps to reproduce | len=4000\nrank | integer | Rank",
    },
    { name: "rm_epic", label: "Epic", parent: under("planned_task"), prefix: "EPIC", columns: "\nproduct | reference | Product | ref=cmdb_model\ntheme | reference | Theme | ref=scrum_theme\nparent_epic | reference | Parent epic | ref=rm_epic\nrelease | reference | Release | ref=rm_release_scrum\nrank | integer | Rank\npoints_total | integer | Total points | def=0\ncolor | string | Color | len=40" },
    { name: "rm_sprint", label: "Sprint", parent: under("planned_task"), prefix: "SPNT", columns: "\nrelease | reference | Release | ref=rm_release_scrum\nstory_points | integer | Story points\ngroup_capacity_points | integer | Group capacity (points)\nretrospective | html | Retrospective | len=4000\ngoal | string | Goal | len=4000" },
    { name: "rm_release", label: "Release", parent: under("planned_task"), prefix: "RLSE", columns: "\nproduct | reference | Product | ref=cmdb_model" },
    { name: "rm_release_scrum", label: "Scrum release", parent: under("rm_release"), prefix: "SREL", columns: "\nstory_points | integer | Story points\nteam | reference | Team | ref=scrum_pp_team" },
    { name: "rm_scrum_task", label: "Scrum task", parent: under("rm_task"), prefix: "STSK", columns: "\nstory | reference | Story | ref=rm_story\ntype | string | Type | choice=1 def=coding\nplanned_hours | integer | Planned hours\nremaining_hours | integer | Remaining hours\nhours | integer | Actual hours\nblocked | boolean | Blocked | def=false\nblocked_reason | string | Blocked reason | len=4000" },
    { name: "sn_safe_feature", label: "Feature (SAFe)", parent: under("rm_feature"), prefix: "SFEA", columns: "\nepic | reference | Epic | ref=rm_epic\npoints | integer | Points\nbenefit_hypothesis | html | Benefit hypothesis | len=4000" },
    { name: "pm_project", label: "Project", parent: under("planned_task"), prefix: "PRJ", columns: "\nproject_manager | reference | Project manager | ref=sys_user\nphase | string | Phase" },
    { name: "pm_project_task", label: "Project Task", parent: under("planned_task"), prefix: "PRJTASK", columns: "" },
    { name: "scrum_theme", label: "Theme", columns: "\nshort_description | string | Short description | disp len=160\ndescription | string | Description | len=4000\nproduct | reference | Product | ref=cmdb_model\nactive | boolean | Active | def=true" },
    { name: "scrum_pp_team", label: "Team", columns: "\nname | string | Name | disp len=100\ndescription | string | Description | len=4000\nassignment_group | reference | Group | ref=sys_user_group" },
    { name: "m2m_story_dependencies", label: "Story dependency", columns: "\ndependent_story | reference | Dependent story | ref=rm_story\nprerequisite_story | reference | Prerequisite story | ref=rm_story" },
    { name: "m2m_product_release", label: "Product release", columns: "\nproduct | reference | Product | ref=cmdb_model\nrelease | reference | Release | ref=rm_release_scrum" },
    { name: "m2m_release_group", label: "Release team", columns: "\nrelease | reference | Release | ref=rm_release_scrum\ngroup | reference | Group | ref=sys_user_group" },
  ];
};

export const workTables = (chain: "planned" | "flat"): readonly SeedTable[] => [task, ...service, ...agileTables(chain)];
