// The fields of everything beside the backlog: planning, people, workflow, lists, comments, attachments, tests (sheet, section 6). Data only.

import type { FieldLines } from "./model.ts";
import { subtyped, system } from "./schemaBacklog.ts";

const withFiles: FieldLines = { attachments: "refs:attachment quiet", has_attachments: "boolean readonly" };

export const release: FieldLines = {
  ...system,
  ...withFiles,
  name: "string required unique",
  start_date: "date_time required",
  end_date: "date_time required",
  description: "memo unfilterable",
  agile_type: "list:release_agile_type",
  sprint_duration: "integer",
  activity_level: "integer",
  programs: "refs:program",
  num_of_sprints: "integer readonly quiet",
  expected_velocity: "integer readonly quiet",
  done_work: "integer readonly quiet",
  remaining_work: "integer readonly quiet",
  features_estimation: "integer readonly quiet",
};

export const sprint: FieldLines = {
  ...system,
  name: "string required",
  release: "ref:release required final",
  start_date: "date_time required",
  end_date: "date_time required",
  working_days: "integer readonly",
  number_of_work_days_till: "integer readonly",
  number_of_remaining_work_days: "integer readonly",
};

export const milestone: FieldLines = {
  ...system,
  ...withFiles,
  name: "string required",
  date: "date_time required",
  description: "memo unfilterable",
  release: "ref:release",
  activity_level: "integer",
};

export const program: FieldLines = { ...system, name: "string required unique", description: "memo unfilterable", activity_level: "integer" };

export const team: FieldLines = {
  ...system,
  name: "string required unique",
  team_lead: "ref:workspace_user",
  members: "refs:workspace_user quiet",
  team_members: "refs:team_member readonly quiet",
  releases: "refs:release quiet",
  estimated_velocity: "integer",
  planning_deadline: "integer",
  assign_to_new_releases: "boolean",
  number_of_members: "integer readonly",
};

export const teamSprint: FieldLines = {
  ...system,
  team: "ref:team required final",
  sprint: "ref:sprint required final",
  release: "ref:release",
  expected_velocity: "integer",
  actual_velocity: "integer",
};

export const teamMember: FieldLines = { ...system, team: "ref:team required final", member: "ref:workspace_user required final", fte: "integer", role: "string" };

export const workspaceUser: FieldLines = {
  ...system,
  email: "string required",
  first_name: "string required",
  last_name: "string required",
  phone1: "string required quiet",
  name: "string",
  full_name: "string readonly",
  uid: "string readonly quiet",
  language: "string quiet",
  activity_level: "integer",
  password: "string writeonly",
  is_api_key: "boolean readonly quiet",
  roles: "refs:workspace_role quiet",
};

export const workspaceRole: FieldLines = { ...system, name: "string required", logical_name: "string readonly", activity_level: "integer" };

export const phase: FieldLines = {
  ...system,
  name: "string required",
  entity: "string required",
  metaphase: "ref:metaphase required",
  index: "integer",
  is_start_phase: "boolean",
  is_hidden: "boolean",
  is_system: "boolean readonly",
  color_hex: "string",
};

export const metaphase: FieldLines = { ...system, name: "string required", entity: "string", index: "integer", phase: "refs:phase readonly quiet" };

export const transition: FieldLines = {
  ...system,
  entity: "string required",
  source_phase: "ref:phase",
  target_phase: "ref:phase required",
  is_primary: "boolean",
};

export const listNode: FieldLines = {
  ...system,
  name: "string required",
  logical_name: "string final",
  list_root: "ref:list_node",
  index: "integer",
  activity_level: "integer",
  is_system: "boolean readonly quiet",
  list_nodes: "refs:list_node readonly quiet",
};

const allItems = "story|quality_story|defect|feature|epic|work_item_root";
const tests = "test_manual|gherkin_test|test_suite|test_automated";
const runs = "run_manual|run_suite|run_automated";
const requirements = "requirement_document|requirement_folder|requirement_root";

const commentOwners: FieldLines = {
  owner_work_item: `ref:${allItems} final`,
  owner_requirement: `ref:${requirements} final`,
  owner_task: "ref:task final",
  owner_test: `ref:${tests} final`,
  owner_run: `ref:${runs} final`,
};

export const comment: FieldLines = {
  ...system,
  ...commentOwners,
  owner_pipeline: "ref:pipeline final",
  text: "memo unfilterable",
  author: "ref:workspace_user",
  activity_level: "integer",
};

export const attachment: FieldLines = {
  ...system,
  ...commentOwners,
  owner_release: "ref:release final",
  owner_milestone: "ref:milestone final",
  owner_product_area: "ref:product_area final",
  owner_run_step: "ref:run_step final",
  name: "string required",
  description: "string max:2000",
  size: "integer readonly",
  author: "ref:workspace_user",
};

export const userTag: FieldLines = { ...system, name: "string required unique" };

export const productArea: FieldLines = {
  ...system,
  ...withFiles,
  name: "string required",
  parent: "ref:product_area required",
  description: "memo unfilterable",
  business_impact: "list:business_impact required",
  path: "string readonly quiet",
};

export const taxonomyNode: FieldLines = { ...system, ...subtyped, name: "string required", category: "ref:taxonomy_category_node" };

export const test: FieldLines = {
  ...system,
  ...subtyped,
  ...withFiles,
  name: "string required",
  phase: "ref:phase required",
  author: "ref:workspace_user",
  owner: "ref:workspace_user",
  designer: "ref:workspace_user",
  description: "memo unfilterable",
  test_type: "lists:test_type",
  testing_tool_type: "list:testing_tool_type",
  test_level: "list:test_level",
  estimated_duration: "integer",
  manual: "boolean readonly quiet",
  covered_content: `refs:${allItems} quiet`,
  product_areas: "refs:product_area",
  user_tags: "refs:user_tag",
  comments: "refs:comment readonly quiet",
  has_comments: "boolean readonly",
  steps_num: "integer readonly quiet",
  class_name: "string quiet",
  package: "string quiet",
  component: "string quiet",
};

export const run: FieldLines = {
  ...system,
  ...subtyped,
  ...withFiles,
  name: "string required",
  test: `ref:${tests} required final`,
  parent_suite: "ref:run_suite",
  native_status: "list:run_native_status",
  status: "list:run_status readonly",
  run_by: "ref:workspace_user",
  author: "ref:workspace_user",
  release: "ref:release",
  sprint: "ref:sprint",
  started: "date_time",
  duration: "integer",
  description: "memo unfilterable",
  user_tags: "refs:user_tag",
  comments: "refs:comment readonly quiet",
  has_comments: "boolean readonly",
};

export const historyRecord: FieldLines = {
  ...system,
  timestamp: "date_time readonly",
  entity_type: "string readonly",
  entity_id: "string readonly",
  entity_name: "string readonly",
  field_name: "string readonly",
  action: "string readonly",
  old_value: "string readonly",
  new_value: "string readonly",
  user: "ref:workspace_user readonly",
};

export const workspace: FieldLines = { ...system, name: "string required unique", description: "string", activity_level: "integer", users: "refs:workspace_user quiet" };

export const entityLabel: FieldLines = {
  ...system,
  entity_type: "string readonly",
  language: "string readonly",
  name: "string",
  plural_name: "string",
  initials: "string",
  plural_capitalized: "string",
};

export const userItem: FieldLines = {
  ...system,
  entity_type: "string readonly",
  origin: "integer readonly",
  reason: "string readonly",
  is_new: "boolean readonly",
  user: "ref:workspace_user readonly",
  my_follow_items_work_item: `ref:${allItems} readonly`,
  my_follow_items_task: "ref:task readonly",
  my_follow_items_test: `ref:${tests} readonly`,
};

/** Collections of pipelines and links that nobody here fills. */
export const unused: FieldLines = { ...system, name: "string" };

export const suiteLink: FieldLines = { ...system, ...subtyped, test_suite: "ref:test_suite required final", test: `ref:${tests} required final`, order: "integer", include_in_next_run: "boolean" };
