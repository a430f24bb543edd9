// The fields of backlog items, tasks and requirements, one line each (sheet, section 6). Data only.

import type { FieldLines } from "./model.ts";

export const system: FieldLines = {
  id: "string readonly",
  type: "string readonly",
  logical_name: "string readonly",
  workspace_id: "integer readonly",
  creation_time: "date_time readonly",
  last_modified: "date_time readonly",
  version_stamp: "integer readonly",
  client_lock_stamp: "integer unfilterable quiet invisible",
};

export const subtyped: FieldLines = { subtype: "string readonly" };

const wsjf: FieldLines = {
  business_value: "list:wsjf_scale_type",
  time_criticality: "list:wsjf_scale_type",
  rroe: "list:wsjf_scale_type label:RR|OE",
  job_size: "integer",
  wsjf_score: "float readonly",
};

const hours: FieldLines = {
  estimated_hours: "integer readonly",
  invested_hours: "integer readonly",
  remaining_hours: "integer readonly",
  tasks_number: "integer readonly",
};

const backlog: FieldLines = {
  ...system,
  ...subtyped,
  name: "string required",
  phase: "ref:phase required",
  author: "ref:workspace_user",
  owner: "ref:workspace_user",
  description: "memo unfilterable",
  program: "ref:program",
  priority: "list:priority",
  story_points: "integer",
  user_tags: "refs:user_tag",
  attachments: "refs:attachment quiet",
  comments: "refs:comment readonly quiet",
  milestone: "ref:milestone",
  has_attachments: "boolean readonly",
  has_comments: "boolean readonly",
  has_children: "boolean readonly",
  closed_on: "date_time",
  done_date: "date_time",
  ordering: "string unfilterable quiet invisible",
  path: "string readonly",
  item_origin: "list:item_origin",
  original_id: "string",
  actual_story_points: "integer readonly quiet",
};

const planned: FieldLines = {
  release: "ref:release",
  sprint: "ref:sprint",
  team: "ref:team",
  product_areas: "refs:product_area",
  requirements: "refs:requirement_document quiet",
  depends_on: "refs:story|quality_story|defect|feature|epic quiet",
  dependence: "refs:story|quality_story|defect|feature|epic quiet",
  taxonomies: "refs:taxonomy_node",
  covering_tests: "integer readonly quiet",
};

/** On the four main types, as the mapping of a partner's keys needs them. */
const userDefined: FieldLines = {
  jira_key_udf: "string quiet label:Jira_key",
  tandem_id_udf: "string quiet label:Tandem_id",
  customer_tier_udf: "list:customer_tier_ln quiet label:Customer_tier",
  impact_score_udf: "float quiet label:Impact_score",
  target_date_udf: "date_time quiet label:Target_date",
  customer_visible_udf: "boolean quiet label:Customer_visible",
  reviewer_udf: "ref:workspace_user quiet label:Reviewer",
  platforms_udf: "lists:platforms_ln quiet label:Platforms",
  acceptance_udf: "memo quiet unfilterable label:Acceptance",
  builds_udf: "integer quiet label:Builds",
};

const parentOfLeaf: FieldLines = { parent: "ref:work_item_root|feature required" };

const leafLinks: FieldLines = {
  blocked: "boolean",
  blocked_reason: "string unsortable",
  linked_items1: "refs:story|quality_story|defect quiet",
  linked_items2: "refs:story|quality_story|defect quiet",
  test: "refs:test_manual|gherkin_test|test_suite|test_automated quiet",
};

export const workItemRoot: FieldLines = { ...system, ...subtyped, name: "string readonly" };

export const story: FieldLines = { ...backlog, ...planned, ...parentOfLeaf, ...leafLinks, ...hours, ...userDefined };

export const qualityStory: FieldLines = {
  ...backlog,
  ...planned,
  ...parentOfLeaf,
  ...leafLinks,
  ...hours,
  quality_story_type: "list:quality_story_type",
  linked_tests: "refs:test_manual|gherkin_test|test_suite|test_automated quiet",
  linked_runs: "refs:run_manual|run_suite|run_automated quiet",
};

export const defect: FieldLines = {
  ...backlog,
  ...planned,
  ...parentOfLeaf,
  ...leafLinks,
  ...hours,
  severity: "list:severity",
  defect_type: "list:defect_type",
  defect_root_level: "list:defect_root_level",
  detected_by: "ref:workspace_user",
  qa_owner: "ref:workspace_user",
  detected_in_release: "ref:release",
  detected_in_build: "integer",
  fixed_in_build: "integer",
  fixed_on: "date_time",
  run: "refs:run_manual|run_suite|run_automated quiet",
  reopens: "integer readonly",
  ...userDefined,
};

export const feature: FieldLines = {
  ...backlog,
  ...planned,
  parent: "ref:epic|work_item_root",
  feature_type: "list:feature_type",
  initial_estimate: "integer",
  ...wsjf,
  user_stories: "integer readonly",
  quality_stories: "integer readonly",
  defects: "integer readonly",
  ...userDefined,
};

export const epic: FieldLines = {
  ...backlog,
  parent: "ref:work_item_root required",
  epic_type: "list:epic_type",
  ...wsjf,
  features: "integer readonly",
  depends_on: "refs:story|quality_story|defect|feature|epic quiet",
  dependence: "refs:story|quality_story|defect|feature|epic quiet",
  linked_items1: "refs:epic quiet",
  linked_items2: "refs:epic quiet",
  ...userDefined,
};

export const task: FieldLines = {
  ...system,
  name: "string required",
  phase: "ref:phase required",
  story: "ref:story|defect|quality_story required",
  author: "ref:workspace_user",
  owner: "ref:workspace_user",
  description: "memo unfilterable",
  item_type: "list:task_item_type",
  estimated_hours: "integer",
  invested_hours: "integer",
  remaining_hours: "integer",
  release: "string readonly",
  attachments: "refs:attachment quiet",
  comments: "refs:comment readonly quiet",
  has_attachments: "boolean readonly",
  has_comments: "boolean readonly",
};

export const requirementRoot: FieldLines = { ...system, ...subtyped, name: "string readonly" };

const requirement: FieldLines = {
  ...system,
  ...subtyped,
  name: "string required",
  author: "ref:workspace_user",
  owner: "ref:workspace_user",
  description: "memo unfilterable",
  user_tags: "refs:user_tag",
  attachments: "refs:attachment quiet",
  comments: "refs:comment readonly quiet",
  has_attachments: "boolean readonly",
  has_comments: "boolean readonly",
  has_children: "boolean readonly",
  ordering: "string unfilterable quiet invisible",
};

export const requirementDocument: FieldLines = {
  ...requirement,
  phase: "ref:phase required",
  parent: "ref:requirement_folder|requirement_document|requirement_root required",
  release: "refs:release",
  features: "refs:story|quality_story|defect|feature|epic quiet",
  test: "refs:test_manual|gherkin_test|test_suite|test_automated quiet",
  related_from_requirements: "refs:requirement_document quiet",
  related_to_requirement: "refs:requirement_document quiet",
  product_areas: "refs:product_area",
  is_root: "boolean readonly",
};

export const requirementFolder: FieldLines = { ...requirement, parent: "ref:requirement_root|requirement_folder required" };
