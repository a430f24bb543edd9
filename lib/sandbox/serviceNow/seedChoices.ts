// The choices of a fresh instance, as value=label in order (sheet §12.1). A colon after the element names the value of the controlling column.

export interface SeedChoice {
  readonly table: string;
  readonly element: string;
  readonly dependent?: string;
  readonly values: string;
}

const of = (table: string, element: string, values: string, dependent?: string): SeedChoice => ({ table, element, values, ...(dependent === undefined ? {} : { dependent }) });

const INCIDENT = "1=New, 2=In Progress, 3=On Hold, 6=Resolved, 7=Closed, 8=Canceled";
const PROBLEM = "101=New, 102=Assess, 103=Root Cause Analysis, 104=Fix in Progress, 106=Resolved, 107=Closed";
const STORY = "-6=Draft, 1=Ready, 2=Work in progress, -7=Ready for testing, -8=Testing, 3=Complete, 4=Cancelled";
const SCRUM = "-6=Draft, 1=Ready, 2=Work in progress, 3=Complete, 4=Cancelled";
const SEVERITY = "1=1 - High, 2=2 - Medium, 3=3 - Low";

export const CHOICES: readonly SeedChoice[] = [
  of("task", "state", "-5=Pending, 1=Open, 2=Work in Progress, 3=Closed Complete, 4=Closed Incomplete, 7=Closed Skipped"),
  of("task", "priority", "1=1 - Critical, 2=2 - High, 3=3 - Moderate, 4=4 - Low, 5=5 - Planning"),
  of("task", "impact", SEVERITY),
  of("task", "urgency", SEVERITY),
  of("task", "approval", "not requested=Not Yet Requested, requested=Requested, approved=Approved, rejected=Rejected"),
  of("task", "escalation", "0=Normal, 1=Moderate, 2=High, 3=Overdue"),
  of("task", "contact_type", "email=Email, phone=Phone, self-service=Self-service, walk-in=Walk-in, integration=Integration"),
  of("task", "upon_approval", "proceed=Proceed to Next Task, do_nothing=Wait for a User to Close this task"),
  of("task", "upon_reject", "cancel=Cancel all future Tasks, goto=Go to a previous Task"),
  of("incident", "state", INCIDENT),
  of("incident", "incident_state", INCIDENT),
  of("incident", "severity", SEVERITY),
  of("incident", "category", "inquiry=Inquiry / Help, software=Software, hardware=Hardware, network=Network, database=Database"),
  of("incident", "subcategory", "antivirus=Antivirus, email=Email, internal application=Internal Application", "inquiry"),
  of("incident", "subcategory", "email=Email, os=Operating System", "software"),
  of("incident", "subcategory", "cpu=CPU, disk=Disk, keyboard=Keyboard, memory=Memory, monitor=Monitor, mouse=Mouse", "hardware"),
  of("incident", "subcategory", "dhcp=DHCP, dns=DNS, ip address=IP Address, vpn=VPN, wireless=Wireless", "network"),
  of("incident", "subcategory", "db2=DB2, oracle=Oracle, sql server=MS SQL Server", "database"),
  of("incident", "hold_reason", "1=Awaiting Caller, 3=Awaiting Problem, 4=Awaiting Vendor, 5=Awaiting Change"),
  of("incident", "close_code", "Solution provided=Solution provided, Workaround provided=Workaround provided, Resolved by caller=Resolved by caller, Duplicate=Duplicate, Known error=Known error, No resolution provided=No resolution provided, User error=User error"),
  of("incident", "notify", "1=Do Not Notify, 2=Send Email, 3=Telephone"),
  of("problem", "state", PROBLEM),
  of("problem", "problem_state", PROBLEM),
  of("problem", "resolution_code", "fix_applied=Fix Applied, risk_accepted=Risk Accepted, duplicate=Duplicate, canceled=Canceled"),
  of("problem", "category", "software=Software, hardware=Hardware, network=Network, database=Database"),
  of("change_request", "state", "-5=New, -4=Assess, -3=Authorize, -2=Scheduled, -1=Implement, 0=Review, 3=Closed, 4=Canceled"),
  of("change_request", "type", "normal=Normal, standard=Standard, emergency=Emergency"),
  of("change_request", "risk", "1=Very High, 2=High, 3=Moderate, 4=Low"),
  of("change_request", "phase", "requested=Requested, plan=Plan, build=Build, complete=Complete"),
  of("change_request", "category", "Hardware=Hardware, Software=Software, Service=Service, Network=Network, Other=Other"),
  of("change_request", "close_code", "successful=Successful, successful_issues=Successful with issues, unsuccessful=Unsuccessful"),
  of("sc_task", "state", "-5=Pending, 1=Open, 2=Work in Progress, 3=Closed Complete, 4=Closed Incomplete, 7=Closed Skipped"),
  of("sc_request", "request_state", "requested=Pending Approval, in_process=Approved, closed_complete=Closed Complete, closed_cancelled=Closed Cancelled"),
  of("sc_request", "stage", "requested=Requested, delivery=Delivery, closed_complete=Completed"),
  of("sc_req_item", "stage", "waiting_for_approval=Waiting for Approval, fulfillment=Fulfillment, complete=Completed"),
  of("rm_story", "state", STORY),
  of("rm_story", "classification", "Feature=Feature, Defect=Defect, Enhancement=Enhancement"),
  of("rm_story", "type", "Development=Development, Documentation=Documentation, Spike=Spike"),
  of("rm_story", "backlog_type", "product=Product, release=Release"),
  of("rm_epic", "state", SCRUM),
  of("rm_defect", "state", STORY),
  of("rm_defect", "severity", SEVERITY),
  of("rm_enhancement", "state", SCRUM),
  of("rm_scrum_task", "state", SCRUM),
  of("rm_scrum_task", "type", "analysis=Analysis, coding=Coding, documentation=Documentation, testing=Testing"),
  of("rm_sprint", "state", "-6=Draft, 1=Planning, 2=Current, 3=Complete, 4=Cancelled"),
  of("rm_release_scrum", "state", "-6=Draft, 1=Planning, 2=Current, 3=Complete, 4=Cancelled"),
  of("cmdb", "install_status", "1=Installed, 2=On Order, 3=In Maintenance, 6=In Stock, 7=Retired"),
  of("cmdb_ci", "operational_status", "1=Operational, 2=Non-Operational, 6=Retired"),
  of("cmdb_ci", "environment", "Production=Production, Test=Test, Development=Development"),
  of("kb_knowledge", "workflow_state", "draft=Draft, review=Review, published=Published, retired=Retired"),
  of("sysapproval_approver", "state", "requested=Requested, approved=Approved, rejected=Rejected, not requested=Not Yet Requested"),
  of("sys_user", "notification", "1=Disable, 2=Enable"),
  of("sys_user", "time_zone", "UTC=UTC, US/Pacific=US/Pacific, Europe/Berlin=Europe/Berlin, Europe/Zurich=Europe/Zurich, Asia/Shanghai=Asia/Shanghai"),
  of("sys_user", "date_format", "yyyy-MM-dd=yyyy-MM-dd, MM-dd-yyyy=MM-dd-yyyy, dd/MM/yyyy=dd/MM/yyyy, dd-MM-yyyy=dd-MM-yyyy, dd.MM.yyyy=dd.MM.yyyy"),
  of("sys_user", "time_format", "HH:mm:ss=HH:mm:ss, hh:mm:ss a=hh:mm:ss a"),
  of("sys_dictionary", "choice", "0=None, 1=Dropdown with --None--, 2=Suggestion, 3=Dropdown without --None-- (must specify default)"),
];

/** Defaults that a subclass changes, and what stands for a row where it is not the parent's column. */
export const OVERRIDES: readonly (readonly [table: string, base: string, element: string, byDefault: string | null])[] = [
  ["problem", "task", "state", "101"],
  ["change_request", "task", "state", "-5"],
  ["rm_story", "task", "state", "-6"],
  ["rm_epic", "task", "state", "-6"],
  ["rm_defect", "task", "state", "-6"],
  ["rm_enhancement", "task", "state", "-6"],
  ["rm_scrum_task", "task", "state", "-6"],
  ["rm_sprint", "task", "state", "-6"],
  ["rm_release_scrum", "task", "state", "-6"],
  ["incident", "task", "priority", "5"],
  ["rm_story", "task", "short_description", null],
  ["rm_epic", "task", "short_description", null],
  ["rm_sprint", "task", "short_description", null],
  ["rm_release_scrum", "task", "short_description", null],
];

export const TYPES = "string integer decimal float boolean glide_date glide_date_time due_date glide_duration timer reference glide_list document_id choice journal journal_input journal_list html translated_text translated_html currency price url email ph_number GUID user_image conditions table_name field_name sys_class_name domain_id domain_path script password password2 percent_complete char color ip_addr related_tags user_roles template_value collection longint glide_time";
