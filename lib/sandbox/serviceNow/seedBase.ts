// The other tables of a fresh instance: people, places, metadata, journals, files, rules. Same notation as seedTask.ts.

import type { SeedTable } from "./seedTask.ts";

const people: readonly SeedTable[] = [
  {
    name: "sys_user", label: "User", words: "audit",
    columns: `
user_name | string | User ID | len=40 unique
name | string | Name | disp len=151
first_name | string | First name | len=50
middle_name | string | Middle name | len=50
last_name | string | Last name | len=50
email | email | Email | len=100
active | boolean | Active | def=true
locked_out | boolean | Locked out | def=false
title | string | Title | len=60
phone | ph_number | Business phone
mobile_phone | ph_number | Mobile phone
time_zone | string | Time zone | choice=1
date_format | string | Date format | choice=1
time_format | string | Time format | choice=1
department | reference | Department | ref=cmn_department
location | reference | Location | ref=cmn_location
company | reference | Company | ref=core_company
manager | reference | Manager | ref=sys_user
employee_number | string | Employee number | len=40
preferred_language | string | Language | len=3
vip | boolean | VIP | def=false
gender | string | Gender
home_phone | ph_number | Home phone
street | string | Street | len=255
city | string | City
state | string | State / Province
zip | string | Zip / Postal code
country | string | Country code | len=3
building | string | Building
cost_center | reference | Cost center | ref=cmn_cost_center
schedule | string | Schedule
federated_id | string | Federated ID | len=255
introduction | string | Prefix
avatar | user_image | Avatar
notification | integer | Notification | choice=3 def=2
web_service_access_only | boolean | Web service access only | def=false
internal_integration_user | boolean | Internal Integration User | def=false
enable_multifactor_authn | boolean | Enable Multifactor Authentication | def=false
user_password | password | Password | len=255
last_login | glide_date | Last login
last_login_time | glide_date_time | Last login time
failed_attempts | integer | Failed login attempts | def=0
source | string | Source | len=255
roles | user_roles | Roles
sys_class_name | sys_class_name | Class | len=80
sys_domain | domain_id | Domain | len=32`,
  },
  {
    name: "sys_user_group", label: "Group", words: "audit",
    columns: "\nname | string | Name | disp len=80\ndescription | string | Description | len=1000\nemail | email | Group email | len=100\nmanager | reference | Manager | ref=sys_user\nparent | reference | Parent | ref=sys_user_group\ntype | glide_list | Type | len=1024\nactive | boolean | Active | def=true\ninclude_members | boolean | Include members | def=false\nexclude_manager | boolean | Exclude manager | def=false",
  },
  { name: "sys_user_grmember", label: "Group Member", columns: "\nuser | reference | User | ref=sys_user\ngroup | reference | Group | ref=sys_user_group" },
  { name: "sys_user_preference", label: "User Preference", columns: "\nname | string | Name | disp len=100\nuser | reference | User | ref=sys_user\nvalue | string | Value | len=4000\ntype | string | Type | def=string" },
  { name: "sys_user_delegate", label: "Delegate", columns: "\nuser | reference | User | ref=sys_user\ndelegate | reference | Delegate | ref=sys_user\nstarts | glide_date_time | Starts\nends | glide_date_time | Ends" },
  { name: "sys_user_role", label: "Role", columns: "\nname | string | Name | disp len=100\ndescription | string | Description | len=4000\nelevated_privilege | boolean | Elevated privilege | def=false\nassignable_by | reference | Assignable by | ref=sys_user_role" },
  { name: "sys_user_has_role", label: "User Role", columns: "\nuser | reference | User | ref=sys_user\nrole | reference | Role | ref=sys_user_role\ninherited | boolean | Inherited | def=false\nstate | string | State | def=active\ngranted_by | reference | Granted by | ref=sys_user_group" },
  { name: "sys_group_has_role", label: "Group Role", columns: "\ngroup | reference | Group | ref=sys_user_group\nrole | reference | Role | ref=sys_user_role\ninherits | boolean | Inherits | def=true" },
  { name: "sys_user_role_contains", label: "Contained Role", columns: "\nrole | reference | Role | ref=sys_user_role\ncontains | reference | Contains | ref=sys_user_role" },
  { name: "cmn_department", label: "Department", columns: "\nname | string | Name | disp len=100\ndescription | string | Description | len=1000\nid | string | ID\nparent | reference | Parent | ref=cmn_department\ndept_head | reference | Department head | ref=sys_user\nprimary_contact | reference | Primary contact | ref=sys_user\ncompany | reference | Company | ref=core_company\ncost_center | reference | Cost center | ref=cmn_cost_center" },
  { name: "cmn_cost_center", label: "Cost Center", columns: "\nname | string | Name | disp len=100\ncode | string | Code\nmanager | reference | Manager | ref=sys_user" },
  { name: "cmn_location", label: "Location", columns: "\nname | string | Name | disp len=100\nfull_name | string | Full name | len=255\nstreet | string | Street | len=255\ncity | string | City\nstate | string | State / Province\nzip | string | Zip / Postal Code\ncountry | string | Country\nlatitude | decimal | Latitude\nlongitude | decimal | Longitude\ntime_zone | string | Time zone\nparent | reference | Parent | ref=cmn_location\ncontact | reference | Contact | ref=sys_user\ncompany | reference | Company | ref=core_company" },
  { name: "core_company", label: "Company", columns: "\nname | string | Name | disp len=80\nstreet | string | Street | len=255\ncity | string | City\ncountry | string | Country\nphone | ph_number | Phone\nwebsite | url | Website | len=1024\nparent | reference | Parent | ref=core_company\ncontact | reference | Contact | ref=sys_user\ncustomer | boolean | Customer | def=false\nvendor | boolean | Vendor | def=false\nmanufacturer | boolean | Manufacturer | def=false\nnotes | string | Notes | len=4000" },
];

const things: readonly SeedTable[] = [
  { name: "cmdb", label: "Base Configuration Item", columns: "\nname | string | Name | disp len=255\nshort_description | string | Description | len=1000\nasset_tag | string | Asset tag\nserial_number | string | Serial number | len=255\nassigned_to | reference | Assigned to | ref=sys_user\nsupport_group | reference | Support group | ref=sys_user_group\nlocation | reference | Location | ref=cmn_location\ncompany | reference | Company | ref=core_company\ninstall_status | integer | Install Status | choice=3 def=1\nsys_class_name | sys_class_name | Class | len=80\nsys_domain | domain_id | Domain | len=32" },
  { name: "cmdb_ci", label: "Configuration Item", parent: "cmdb", columns: "\noperational_status | integer | Operational status | choice=3 def=1\ncategory | string | Category\nsubcategory | string | Subcategory\nip_address | ip_addr | IP Address\nfqdn | string | Fully qualified domain name | len=255\nowned_by | reference | Owned by | ref=sys_user\nmanaged_by | reference | Managed by | ref=sys_user\nenvironment | string | Environment | choice=1\ncorrelation_id | string | Correlation ID | len=512\ndiscovery_source | string | Discovery source\nfirst_discovered | glide_date_time | First discovered\ncost | currency | Cost" },
  { name: "cmdb_ci_service", label: "Service", parent: "cmdb_ci", columns: "\nbusiness_criticality | string | Business criticality\nversion | string | Version" },
  { name: "cmdb_ci_appl", label: "Application", parent: "cmdb_ci", columns: "\nversion | string | Version" },
  { name: "cmdb_ci_hardware", label: "Hardware", parent: "cmdb_ci", columns: "" },
  { name: "cmdb_ci_computer", label: "Computer", parent: "cmdb_ci_hardware", columns: "\nos | string | Operating System\nram | integer | RAM (MB)\ncpu_count | integer | CPU count\nhost_name | string | Host name" },
  { name: "cmdb_ci_server", label: "Server", parent: "cmdb_ci_computer", columns: "\nclassification | string | Classification" },
  { name: "cmdb_ci_linux_server", label: "Linux Server", parent: "cmdb_ci_server", columns: "\nkernel_release | string | Kernel release" },
  { name: "cmdb_ci_win_server", label: "Windows Server", parent: "cmdb_ci_server", columns: "" },
  { name: "cmdb_ci_database", label: "Database", parent: "cmdb_ci_appl", columns: "\ntype | string | Type" },
  { name: "alm_asset", label: "Asset", columns: "\ndisplay_name | string | Display name | disp len=255\nasset_tag | string | Asset tag\nserial_number | string | Serial number | len=255\nmodel | reference | Model | ref=cmdb_model\nci | reference | Configuration Item | ref=cmdb_ci\nassigned_to | reference | Assigned to | ref=sys_user\ninstall_status | integer | State | def=1\ncost | currency | Cost\nsys_class_name | sys_class_name | Class | len=80" },
  { name: "alm_hardware", label: "Hardware Asset", parent: "alm_asset", columns: "" },
  { name: "sc_category", label: "Catalog Category", columns: "\ntitle | string | Title | disp len=100\nactive | boolean | Active | def=true" },
  { name: "sc_cat_item", label: "Catalog Item", columns: "\nname | string | Name | disp len=100\nshort_description | string | Short description | len=200\ndescription | html | Description | len=8000\ncategory | reference | Category | ref=sc_category\nprice | price | Price\nactive | boolean | Active | def=true\nsys_class_name | sys_class_name | Type | len=80" },
  { name: "contract_sla", label: "SLA Definition", columns: "\nname | string | Name | disp len=100\ncollection | table_name | Table\nduration | glide_duration | Duration\nactive | boolean | Active | def=true" },
  { name: "sys_email", label: "Email", columns: "\nsubject | string | Subject | disp len=1000\nbody | html | Body | len=100000\nrecipients | string | Recipients | len=4000\ntype | string | Type\ninstance | GUID | Target | len=32\ntarget_table | table_name | Target table" },
  { name: "syslog", label: "Log Entry", columns: "\nlevel | integer | Level\nmessage | string | Message | len=4000\nsource | string | Source" },
  { name: "sys_scope", label: "Application", columns: "\nname | string | Name | disp len=100\nscope | string | Scope | len=18\nversion | string | Version\nactive | boolean | Active | def=true" },
  { name: "sys_script_include", label: "Script Include", columns: "\nname | string | Name | disp len=100\napi_name | string | API Name | len=200\nscript | script | Script | len=65000\nactive | boolean | Active | def=true\ndescription | string | Description | len=1000" },
  { name: "cmdb_model", label: "Product Model", columns: "\nname | string | Name | len=255\ndisplay_name | string | Display name | disp len=255\nshort_description | string | Short description | len=1000\nmanufacturer | reference | Manufacturer | ref=core_company\nowner | reference | Owner | ref=sys_user\nstatus | string | Status\nsys_class_name | sys_class_name | Class | len=80" },
  { name: "cmdb_rel_type", label: "CI Relationship Type", columns: "\nname | string | Name | disp len=255\nparent_descriptor | string | Parent descriptor\nchild_descriptor | string | Child descriptor" },
  { name: "cmdb_rel_ci", label: "CI Relationship", columns: "\nparent | reference | Parent | ref=cmdb_ci\nchild | reference | Child | ref=cmdb_ci\ntype | reference | Type | ref=cmdb_rel_type" },
  { name: "kb_knowledge_base", label: "Knowledge Base", columns: "\ntitle | string | Title | disp len=100\ndescription | string | Description | len=1000\nowner | reference | Owner | ref=sys_user\nactive | boolean | Active | def=true" },
  { name: "kb_knowledge", label: "Knowledge", prefix: "KB", columns: "\nnumber | string | Number | disp len=40\nshort_description | string | Short description | len=160\ntext | html | Article body | len=65000\nkb_knowledge_base | reference | Knowledge base | ref=kb_knowledge_base\nworkflow_state | string | Workflow | choice=3 def=draft\nauthor | reference | Author | ref=sys_user\npublished | glide_date | Published\nvalid_to | glide_date | Valid to | def=2100-01-01\nactive | boolean | Active | def=true\nsource | reference | Source | ref=task\nsys_class_name | sys_class_name | Class | len=80" },
  { name: "task_ci", label: "CIs Affected", columns: "\ntask | reference | Task | ref=task\nci_item | reference | Configuration Item | ref=cmdb_ci" },
  { name: "task_sla", label: "Task SLA", columns: "\ntask | reference | Task | ref=task\nstage | string | Stage\nhas_breached | boolean | Has breached | def=false\nstart_time | glide_date_time | Start time\nend_time | glide_date_time | Stop time" },
  { name: "sysapproval_approver", label: "Approval", columns: "\napprover | reference | Approver | ref=sys_user\nsysapproval | reference | Approval for | ref=task\nstate | string | State | choice=3 def=requested\ncomments | journal_input | Comments | len=4000" },
];

const metadata: readonly SeedTable[] = [
  { name: "sys_metadata", label: "Application File", columns: "\nsys_class_name | sys_class_name | Class | len=80\nsys_name | string | Display name | len=255\nsys_policy | string | Protection policy\nsys_update_name | string | Update name | len=250" },
  { name: "sys_db_object", label: "Table", columns: "\nname | string | Name | len=80 unique\nlabel | string | Label | disp len=80\nsuper_class | reference | Extends table | ref=sys_db_object\nis_extendable | boolean | Extensible | def=false\nnumber_ref | reference | Auto number | ref=sys_number\naccess | string | Accessible from | def=public\nsys_scope | string | Application | def=global" },
  {
    name: "sys_dictionary", label: "Dictionary Entry",
    columns: "\nname | table_name | Table | len=80\nelement | string | Column name | len=80\ncolumn_label | string | Column label | disp len=80\ninternal_type | reference | Type | ref=sys_glide_object key=name len=40\nmax_length | integer | Max length\nmandatory | boolean | Mandatory | def=false\nread_only | boolean | Read only | def=false\nreference | reference | Reference | ref=sys_db_object key=name len=80\nreference_key | string | Reference key\nchoice | integer | Choice | choice=3\ndefault_value | string | Default value | len=512\nactive | boolean | Active | def=true\ndisplay | boolean | Display | def=false\nunique | boolean | Unique | def=false\ndependent_on_field | field_name | Dependent on field\nattributes | string | Attributes | len=1000\nvirtual | boolean | Calculated | def=false\naudit | boolean | Audit | def=false\ncomments | string | Comments | len=1000\nuse_dependent_field | boolean | Use dependent field | def=false",
  },
  { name: "sys_dictionary_override", label: "Dictionary Entry Override", columns: "\nname | table_name | Table | len=80\nbase_table | table_name | Base table | len=80\nelement | string | Column name | len=80\ndefault_value_override | boolean | Override default value | def=false\ndefault_value | string | Default value | len=512\nmandatory_override | boolean | Override mandatory | def=false\nmandatory | boolean | Mandatory | def=false\nread_only_override | boolean | Override read only | def=false\nread_only | boolean | Read only | def=false\ndisplay_override | boolean | Override display value | def=false" },
  { name: "sys_documentation", label: "Field Label", columns: "\nname | table_name | Table | len=80\nelement | string | Element | len=80\nlabel | string | Label | disp len=80\nplural | string | Plural\nlanguage | string | Language | def=en\nhint | string | Hint | len=1000\nhelp | string | Help | len=4000" },
  { name: "sys_choice", label: "Choice", columns: "\nname | table_name | Table | len=80\nelement | string | Element | len=80\nvalue | string | Value | len=100\nlabel | string | Label | disp len=255\nlanguage | string | Language | def=en\nsequence | integer | Sequence\ninactive | boolean | Inactive | def=false\ndependent_value | string | Dependent value\nhint | string | Hint | len=255" },
  { name: "sys_glide_object", label: "Field class", columns: "\nname | string | Name | disp len=80\nlabel | string | Label | len=80\nscalar_type | string | Extends\nscalar_length | integer | Length" },
  { name: "sys_number", label: "Number", columns: "\ncategory | table_name | Table | disp len=80\nprefix | string | Prefix\nnumber | integer | Number\nmaximum_digits | integer | Number of digits | def=7" },
  { name: "sys_properties", label: "System Property", columns: "\nname | string | Name | disp len=100 unique\nvalue | string | Value | len=4000\ntype | string | Type | def=string\ndescription | string | Description | len=4000\nprivate | boolean | Private | def=false" },
  { name: "sys_ui_view", label: "View", columns: "\nname | string | Name | len=80\ntitle | string | Title | disp len=80" },
  { name: "sys_ui_list", label: "List", columns: "\nname | table_name | Table | disp len=80\nview | reference | View | ref=sys_ui_view" },
  { name: "sys_ui_list_element", label: "List Element", columns: "\nlist_id | reference | List | ref=sys_ui_list\nelement | string | Element | len=200\nposition | integer | Position" },
  { name: "sys_filter", label: "Filter", columns: "\ntitle | string | Title | disp len=80\ntable | table_name | Table | len=80\nfilter | conditions | Filter | len=4000\nuser | reference | User | ref=sys_user\ngroup | reference | Group | ref=sys_user_group\nsys_domain | domain_id | Domain | len=32" },
  { name: "sys_filter_option_dynamic", label: "Dynamic Filter Option", columns: "\nlabel | string | Label | disp len=100\nscript | script | Script | len=4000\nfield_type | string | Field type | def=reference\ntable | table_name | Reference table\nactive | boolean | Active | def=true" },
];

const records: readonly SeedTable[] = [
  { name: "sys_journal_field", label: "Journal Entry", columns: "\nname | string | Name | len=80\nelement_id | GUID | Element ID | len=32\nelement | string | Element | len=80\nvalue | string | Value | len=4000\norder | integer | Order" },
  { name: "sys_audit", label: "Audit", columns: "\ntablename | table_name | Table name | len=80\nfieldname | string | Field name | len=80\ndocumentkey | string | Document key | len=32\noldvalue | string | Old value | len=4000\nnewvalue | string | New value | len=4000\nuser | string | User | len=40\nreason | string | Reason\nrecord_checkpoint | integer | Update count" },
  { name: "sys_audit_delete", label: "Audit Deleted Record", columns: "\ntablename | table_name | Table name | len=80\ndocumentkey | string | Document key | len=32\ndisplay_value | string | Display value | disp len=255\npayload | string | Payload | len=100000" },
  {
    name: "sys_attachment", label: "Attachment",
    columns: "\nfile_name | string | File name | disp len=100\ncontent_type | string | Content type | len=100\nsize_bytes | integer | Size bytes\nsize_compressed | integer | Size compressed\ncompressed | boolean | Compressed | def=true\ntable_name | string | Table name | len=80\ntable_sys_id | char | Table sys ID | len=32\nstate | string | State | def=available\nhash | string | Hash | len=256\nimage_width | integer | Image width\nimage_height | integer | Image height\naverage_image_color | color | Average image color\nchunk_size_bytes | integer | Chunk size bytes\nencryption_context | string | Encryption context | len=32",
  },
  { name: "sys_import_set", label: "Import Set", prefix: "ISET", columns: "\nnumber | string | Number | disp len=40\ntable_name | table_name | Table | len=80\nstate | string | State | def=loading\nmode | string | Mode\nshort_description | string | Short description | len=160\nload_completed | glide_date_time | Completed" },
  { name: "sys_import_set_row", label: "Import Set Row", columns: "\nsys_import_set | reference | Set | ref=sys_import_set\nsys_import_row | integer | Row\nsys_import_state | string | State | def=pending\nsys_import_state_comment | string | Comment | len=4000\nsys_target_table | table_name | Target table\nsys_target_sys_id | GUID | Target record\nsys_transform_map | reference | Transform map | ref=sys_transform_map\nsys_class_name | sys_class_name | Class | len=80" },
  { name: "sys_transform_map", label: "Table Transform Map", columns: "\nname | string | Name | disp len=100\nsource_table | table_name | Source table\ntarget_table | table_name | Target table\nactive | boolean | Active | def=true\norder | integer | Order | def=100\nrun_business_rules | boolean | Run business rules | def=true" },
  { name: "sys_transform_entry", label: "Field Map", columns: "\nmap | reference | Map | ref=sys_transform_map\nsource_field | string | Source field\ntarget_field | string | Target field\ncoalesce | boolean | Coalesce | def=false" },
];

const rules: readonly SeedTable[] = [
  { name: "sys_security_acl", label: "Access Control", columns: "\nname | string | Name | disp len=255\noperation | string | Operation | def=read\nactive | boolean | Active | def=true\ncondition | conditions | Condition | len=4000\nroles | string | Roles | len=1000\ndescription | string | Description | len=1000" },
  { name: "sys_script", label: "Business Rule", columns: "\nname | string | Name | disp len=100\ncollection | table_name | Table\nwhen | string | When | def=before\norder | integer | Order | def=100\nactive | boolean | Active | def=true\naction_insert | boolean | Insert | def=false\naction_update | boolean | Update | def=false\naction_delete | boolean | Delete | def=false\nfilter_condition | conditions | Filter Conditions | len=4000\ntemplate | template_value | Set field values | len=4000\nabort_action | boolean | Abort action | def=false\nmessage | string | Message | len=1000" },
  { name: "sys_data_policy2", label: "Data Policy", columns: "\nshort_description | string | Short description | disp len=100\nmodel_table | table_name | Table\nconditions | conditions | Conditions | len=4000\nactive | boolean | Active | def=true\ninherit | boolean | Inherit | def=false" },
  { name: "sys_data_policy_rule", label: "Data Policy Rule", columns: "\nsys_data_policy | reference | Data Policy | ref=sys_data_policy2\ntable | table_name | Table\nfield | field_name | Field name\nmandatory | boolean | Mandatory | def=false\ndisabled | boolean | Read only | def=false" },
  { name: "sys_rate_limit_rules", label: "Rate Limit Rule", columns: "\nname | string | Name | disp len=100\nrate_limit | integer | Request limit per hour\nresource | string | REST resource | len=100\nuser | reference | User | ref=sys_user\nrole | reference | Role | ref=sys_user_role\nactive | boolean | Active | def=true" },
  { name: "oauth_entity", label: "Application Registry", columns: "\nname | string | Name | disp len=100\nclient_id | string | Client ID | len=100\nclient_secret | password2 | Client Secret | len=255\naccess_token_lifespan | integer | Access Token Lifespan | def=1800\nrefresh_token_lifespan | integer | Refresh Token Lifespan | def=8640000\nuser | reference | OAuth Application User | ref=sys_user\nredirect_url | string | Redirect URL | len=1024\nactive | boolean | Active | def=true" },
];

/** What an instance is configured with extends one table: clients page through all of it there. */
export const APPLICATION_FILES: ReadonlySet<string> = new Set([
  "sys_db_object", "sys_dictionary", "sys_dictionary_override", "sys_documentation", "sys_choice", "sys_properties", "sys_number", "sys_ui_view", "sys_user_role", "sys_security_acl", "sys_script", "sys_script_include",
  "sys_data_policy2", "sys_data_policy_rule", "sys_transform_map", "sys_transform_entry",
]);

export const baseTables: readonly SeedTable[] = [...people, ...things, ...metadata, ...records, ...rules].map((table) => (APPLICATION_FILES.has(table.name) ? { ...table, parent: "sys_metadata" } : table));
