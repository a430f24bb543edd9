// The types of the imitated server: collections, methods, aggregates (sheet, section 4). Built once; the one switch is the wire type of user-defined dates.

import { type EntityType, type Field, type FieldLines, fieldsOf } from "./model.ts";
import * as b from "./schemaBacklog.ts";
import * as o from "./schemaOther.ts";

const ALL = ["GET", "POST", "PUT", "DELETE"];
const NO_DELETE = ["GET", "POST", "PUT"];
const READ = ["GET"];

interface Line {
  readonly name: string;
  readonly collections: readonly string[];
  readonly fields: FieldLines;
  readonly methods?: readonly string[];
  readonly of?: string;
  readonly label?: string;
  readonly level?: EntityType["level"];
  readonly table?: string;
}

const LINES: readonly Line[] = [
  { name: "work_item_root", collections: ["work_item_roots"], fields: b.workItemRoot, methods: READ, of: "work_item", label: "Backlog" },
  { name: "epic", collections: ["epics"], fields: b.epic, of: "work_item" },
  { name: "feature", collections: ["features"], fields: b.feature, of: "work_item" },
  { name: "story", collections: ["stories"], fields: b.story, of: "work_item", label: "User Story" },
  { name: "quality_story", collections: ["quality_stories"], fields: b.qualityStory, of: "work_item", label: "Quality Story" },
  { name: "defect", collections: ["defects"], fields: b.defect, of: "work_item" },
  { name: "task", collections: ["tasks"], fields: b.task },
  { name: "requirement_root", collections: ["requirement_roots"], fields: b.requirementRoot, methods: READ, of: "requirement" },
  { name: "requirement_folder", collections: ["requirement_folders"], fields: b.requirementFolder, of: "requirement", label: "Requirement Folder" },
  { name: "requirement_document", collections: ["requirement_documents"], fields: b.requirementDocument, of: "requirement", label: "Requirement Document" },
  { name: "release", collections: ["releases"], fields: o.release, level: "both" },
  { name: "sprint", collections: ["sprints"], fields: o.sprint },
  { name: "milestone", collections: ["milestones"], fields: o.milestone },
  { name: "program", collections: ["programs"], fields: o.program, level: "both" },
  { name: "team", collections: ["teams"], fields: o.team },
  { name: "team_sprint", collections: ["team_sprints"], fields: o.teamSprint, methods: ["GET", "PUT"] },
  { name: "team_member", collections: ["team_members"], fields: o.teamMember, methods: ["GET", "PUT"] },
  { name: "workspace_user", collections: ["workspace_users"], fields: o.workspaceUser, methods: NO_DELETE, label: "User" },
  { name: "sharedspace_user", collections: ["users"], fields: o.workspaceUser, methods: NO_DELETE, label: "User", level: "both", table: "workspace_user" },
  { name: "workspace_role", collections: ["workspace_roles", "roles"], fields: o.workspaceRole, methods: READ, label: "Role", level: "both" },
  { name: "phase", collections: ["phases"], fields: o.phase, methods: NO_DELETE },
  { name: "metaphase", collections: ["metaphases"], fields: o.metaphase, methods: READ },
  { name: "transition", collections: ["transitions"], fields: o.transition },
  { name: "list_node", collections: ["list_nodes"], fields: o.listNode, methods: NO_DELETE, label: "List node", level: "both" },
  { name: "comment", collections: ["comments"], fields: o.comment },
  { name: "attachment", collections: ["attachments"], fields: o.attachment },
  { name: "user_tag", collections: ["user_tags"], fields: o.userTag, methods: ["GET", "POST"], label: "User tag" },
  { name: "product_area", collections: ["product_areas", "application_modules"], fields: o.productArea, label: "Application Module" },
  { name: "taxonomy_item_node", collections: ["taxonomy_item_nodes"], fields: o.taxonomyNode, of: "taxonomy_node", label: "Environment" },
  { name: "taxonomy_category_node", collections: ["taxonomy_category_nodes"], fields: o.taxonomyNode, of: "taxonomy_node", label: "Environment type" },
  { name: "test_manual", collections: ["manual_tests"], fields: o.test, of: "test", label: "Manual Test" },
  { name: "gherkin_test", collections: ["gherkin_tests"], fields: o.test, of: "test", label: "Gherkin Test" },
  { name: "test_suite", collections: ["test_suites"], fields: o.test, of: "test", label: "Test Suite" },
  { name: "test_automated", collections: ["automated_tests"], fields: o.test, of: "test", label: "Automated Test" },
  { name: "run_manual", collections: ["manual_runs"], fields: o.run, of: "run", label: "Manual Run" },
  { name: "run_suite", collections: ["suite_run"], fields: o.run, of: "run", label: "Suite Run" },
  { name: "run_automated", collections: ["automated_runs"], fields: o.run, of: "run", label: "Automated Run" },
  { name: "run_step", collections: ["run_steps"], fields: o.unused, methods: ["GET", "PUT"], label: "Run Step" },
  { name: "previous_run", collections: ["previous_runs"], fields: o.unused, methods: READ, label: "Previous Run" },
  { name: "test_suite_link_to_manual_test", collections: ["test_suite_link_to_manual_tests"], fields: o.suiteLink, of: "test_suite_link_to_test", label: "Suite Link" },
  { name: "test_suite_link_to_gherkin_test", collections: ["test_suite_link_to_gherkin_tests"], fields: o.suiteLink, of: "test_suite_link_to_test", label: "Suite Link" },
  { name: "test_suite_link_to_automated_test", collections: ["test_suite_link_to_automated_tests"], fields: o.suiteLink, of: "test_suite_link_to_test", label: "Suite Link" },
  { name: "ci_build", collections: ["ci_builds"], fields: o.unused, methods: READ, label: "Build" },
  { name: "pipeline_node", collections: ["pipeline_nodes"], fields: o.unused, methods: READ, label: "Pipeline Step" },
  { name: "pipeline_run", collections: ["pipeline_runs"], fields: o.unused, methods: READ, label: "Pipeline Run" },
  { name: "scm_commit", collections: ["scm_commits"], fields: o.unused, methods: READ, label: "Commit" },
  { name: "history_record", collections: ["history_records"], fields: o.historyRecord, methods: READ, label: "History" },
  { name: "history_log", collections: ["history_logs"], fields: o.historyRecord, methods: READ, label: "History", table: "history_record" },
  { name: "audit", collections: ["audits"], fields: o.historyRecord, methods: READ, table: "history_record", level: "both" },
  { name: "workspace", collections: ["workspaces"], fields: o.workspace, methods: NO_DELETE, level: "space" },
  { name: "entity_label", collections: ["entity_labels"], fields: o.entityLabel, methods: READ },
  { name: "user_item", collections: ["user_items"], fields: o.userItem, methods: READ },
];

const AGGREGATES: readonly { readonly name: string; readonly collection: string; readonly label: string; readonly methods: readonly string[] }[] = [
  { name: "work_item", collection: "work_items", label: "Work Item", methods: ALL },
  { name: "requirement", collection: "requirements", label: "Requirement", methods: ["GET", "PUT"] },
  { name: "test", collection: "tests", label: "Test", methods: ALL },
  { name: "run", collection: "runs", label: "Run", methods: ALL },
  { name: "test_suite_link_to_test", collection: "test_suite_link_to_tests", label: "Suite Link", methods: ALL },
  { name: "taxonomy_node", collection: "taxonomy_nodes", label: "Environment", methods: ALL },
];

const titled = (name: string): string => name.replace(/(^|_)(\w)/g, (_, gap: string, letter: string) => (gap ? " " : "") + letter.toUpperCase());

const withDates = (lines: FieldLines, udfDateType: string): FieldLines =>
  udfDateType === "date" && "target_date_udf" in lines ? { ...lines, target_date_udf: lines.target_date_udf!.replace("date_time", "date") } : lines;

export interface Schema {
  readonly types: ReadonlyMap<string, EntityType>;
  readonly byCollection: ReadonlyMap<string, EntityType>;
  /** A known type, or an error of the sandbox itself. */
  typeNamed(name: string): EntityType;
  /** The concrete type and, if it has one, its aggregate are one thing (sheet, section 4). */
  tableOf(name: string): string;
}

const concreteTypes = (udfDateType: string): readonly EntityType[] =>
  LINES.map((line) => ({
    name: line.name,
    label: line.label ?? titled(line.name),
    collections: line.collections,
    table: line.table ?? line.of ?? line.name,
    methods: line.methods ?? ALL,
    ...(line.of ? { subtypeOf: line.of } : {}),
    fields: fieldsOf(withDates(line.fields, udfDateType)),
    level: line.level ?? "workspace",
  }));

/** An aggregate has every field of its subtypes; where they differ the targets are united. */
const united = (types: readonly EntityType[]): ReadonlyMap<string, Field> => {
  const fields = new Map<string, Field>();
  for (const field of types.flatMap((type) => [...type.fields.values()])) {
    const known = fields.get(field.name);
    const more = known ? field.targets.filter((target) => !known.targets.some((other) => other.type === target.type && other.logicalName === target.logicalName)) : [];
    fields.set(field.name, known ? { ...known, targets: [...known.targets, ...more], required: known.required && field.required } : field);
  }
  return fields;
};

export const buildSchema = (udfDateType: "date_time" | "date"): Schema => {
  const concrete = concreteTypes(udfDateType);
  const aggregates = AGGREGATES.map((aggregate): EntityType => {
    const subtypes = concrete.filter((type) => type.subtypeOf === aggregate.name);
    return {
      name: aggregate.name,
      label: aggregate.label,
      collections: [aggregate.collection],
      table: aggregate.name,
      methods: aggregate.methods,
      subtypes: subtypes.map((type) => type.name),
      fields: united(subtypes),
      level: "workspace",
    };
  });
  const types = new Map([...concrete, ...aggregates].map((type) => [type.name, type]));
  const byCollection = new Map([...types.values()].flatMap((type) => type.collections.map((collection) => [collection, type] as const)));
  const typeNamed = (name: string): EntityType => {
    const type = types.get(name);
    if (!type) throw new Error(`sandbox octane: the schema has no type ${name}`);
    return type;
  };
  return { types, byCollection, typeNamed, tableOf: (name) => types.get(name)?.table ?? name };
};
