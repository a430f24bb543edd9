// The entity types of the imitated server, their collections, trees and relations (sheet, sections 5, 11, 12).

import { readFields } from "./fieldLines.ts";
import type { EntityType, Field } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { DEFECT_FIELDS, REQUIREMENT_FIELDS, REQUIREMENT_TYPES } from "./schemaDefect.ts";
import * as other from "./schemaOther.ts";

const TEST_TYPES = ["MANUAL", "QUICKTEST_TEST", "VAPI-XP-TEST", "SERVICE-TEST", "LEANFT-TEST", "EXTERNAL-TEST", "BUSINESS-PROCESS", "FLOW"].map((id) => ({ id, name: id, more: {} }));

const kinds = (prefix: string, names: string): EntityType["subtypes"] => names.split(" ").map((name) => ({ id: `hp.qc.${prefix}.${name}`, name, more: {} }));

interface Shape {
  readonly name: string;
  readonly label: string;
  readonly prefix: string;
  readonly fields: string;
  readonly more?: Partial<EntityType>;
}

const SHAPES: readonly Shape[] = [
  { name: "defect", label: "Defect", prefix: "BG", fields: DEFECT_FIELDS, more: { attachable: true } },
  { name: "defect-link", label: "Defect Link", prefix: "LN", fields: other.DEFECT_LINK_FIELDS },
  { name: "requirement", label: "Requirement", prefix: "RQ", fields: REQUIREMENT_FIELDS, more: { attachable: true, versioned: true, parent: "requirement", defaultParent: "0", subtypeField: "type-id", subtypes: REQUIREMENT_TYPES } },
  { name: "requirement-coverage", label: "Coverage", prefix: "RC", fields: other.COVERAGE_FIELDS },
  { name: "req-trace", label: "Trace", prefix: "RT", fields: other.TRACE_FIELDS },
  { name: "release-folder", label: "Release Folder", prefix: "RF", fields: other.RELEASE_FOLDER_FIELDS, more: { attachable: true, parent: "release-folder" } },
  { name: "release", label: "Release", prefix: "REL", fields: other.RELEASE_FIELDS, more: { attachable: true, parent: "release-folder" } },
  { name: "release-cycle", label: "Cycle", prefix: "RCYC", fields: other.CYCLE_FIELDS, more: { attachable: true, parent: "release" } },
  { name: "milestone", label: "Milestone", prefix: "MS", fields: other.MILESTONE_FIELDS, more: { parent: "release" } },
  { name: "test", label: "Test", prefix: "TS", fields: other.TEST_FIELDS, more: { attachable: true, versioned: true, parent: "test-folder", subtypeField: "subtype-id", subtypes: TEST_TYPES } },
  { name: "test-folder", label: "Test Folder", prefix: "AL", fields: other.TEST_FOLDER_FIELDS, more: { attachable: true, parent: "test-folder" } },
  { name: "design-step", label: "Design Step", prefix: "DS", fields: other.DESIGN_STEP_FIELDS, more: { attachable: true, parent: "test" } },
  { name: "test-config", label: "Test Configuration", prefix: "TSC", fields: other.TEST_CONFIG_FIELDS, more: { parent: "test" } },
  { name: "test-parameter", label: "Test Parameter", prefix: "TP", fields: other.TEST_PARAMETER_FIELDS, more: { parent: "test" } },
  { name: "step-parameter", label: "Step Parameter", prefix: "SP", fields: other.STEP_PARAMETER_FIELDS, more: { parent: "design-step" } },
  { name: "resource-folder", label: "Resource Folder", prefix: "RFO", fields: other.RESOURCE_FOLDER_FIELDS, more: { parent: "resource-folder" } },
  { name: "resource", label: "Resource", prefix: "RSC", fields: other.RESOURCE_FIELDS, more: { attachable: true, versioned: true, parent: "resource-folder" } },
  { name: "test-set", label: "Test Set", prefix: "CY", fields: other.TEST_SET_FIELDS, more: { attachable: true, parent: "test-set-folder", subtypeField: "subtype-id", subtypes: kinds("test-set", "default performance external") } },
  { name: "test-set-folder", label: "Test Set Folder", prefix: "CF", fields: other.TEST_SET_FOLDER_FIELDS, more: { attachable: true, parent: "test-set-folder" } },
  { name: "test-instance", label: "Test Instance", prefix: "TC", fields: other.TEST_INSTANCE_FIELDS, more: { attachable: true, subtypeField: "subtype-id", subtypes: kinds("test-instance", "MANUAL QUICKTEST_TEST external-test") } },
  { name: "run", label: "Run", prefix: "RN", fields: other.RUN_FIELDS, more: { attachable: true, subtypeField: "subtype-id", subtypes: kinds("run", "MANUAL QUICKTEST_TEST external-test") } },
  { name: "run-step", label: "Run Step", prefix: "ST", fields: other.RUN_STEP_FIELDS, more: { attachable: true, parent: "run" } },
  { name: "attachment", label: "Attachment", prefix: "CR", fields: other.ATTACHMENT_FIELDS, more: { writable: false } },
  { name: "favorite", label: "Favorite", prefix: "FV", fields: other.FAVORITE_FIELDS },
  { name: "favorite-folder", label: "Favorite Folder", prefix: "FF", fields: other.FAVORITE_FOLDER_FIELDS },
  { name: "list-item", label: "List Item", prefix: "AL", fields: other.LIST_ITEM_FIELDS, more: { writable: false } },
  { name: "audit", label: "Audit", prefix: "AU", fields: other.AUDIT_FIELDS, more: { writable: false } },
];

/** A field that ends another's relation: where it points, and the name under which queries reach it. */
export interface Relation {
  readonly name: string;
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly alias: string;
  /** The field of `from` that names `to`; or, `back`, the field of `to` that names `from`; or a link entity. */
  readonly way: { readonly kind: "field"; readonly field: string } | { readonly kind: "back"; readonly field: string } | { readonly kind: "link"; readonly entity: string };
}

export interface Schema {
  readonly types: ReadonlyMap<string, EntityType>;
  readonly byCollection: ReadonlyMap<string, EntityType>;
  readonly relations: readonly Relation[];
  typeNamed(name: string): EntityType;
}

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const capital = (name: string): string => camel(`-${name}`);

const fieldRelations = (type: EntityType): readonly Relation[] => {
  const fields = [...type.fields.values()].filter((field) => field.refers !== null && field.refers !== "requirement-type");
  return fields.flatMap((field): readonly Relation[] => {
    const to = field.refers ?? "";
    const alone = fields.filter((one) => one.refers === to).length === 1 && to !== type.name;
    const name = `${camel(type.name)}To${capital(to)}By${capital(field.name)}`;
    return [
      { name, label: field.label, from: type.name, to, alias: alone ? to : field.name, way: { kind: "field", field: field.name } },
      { name: `${name}Reverse`, label: type.label, from: to, to: type.name, alias: alone ? type.name : `${type.name}-${field.name}`, way: { kind: "back", field: field.name } },
    ];
  });
};

const LINKED = ["requirement", "test", "run", "run-step", "test-set", "test-instance"];

const linkRelations = (): readonly Relation[] => [
  { name: "defectToDefectConnection", label: "Linked Defects", from: "defect", to: "defect", alias: "connected-to-defect", way: { kind: "link", entity: "defect-link" } },
  ...LINKED.flatMap((to): readonly Relation[] => [
    { name: `defectTo${capital(to)}Connection`, label: "Linked Entities", from: "defect", to, alias: `connected-to-${to}`, way: { kind: "link", entity: "defect-link" } },
    { name: `${camel(to)}ToDefectConnection`, label: "Linked Defects", from: to, to: "defect", alias: "connected-to-defect", way: { kind: "link", entity: "defect-link" } },
  ]),
];

const withRequired = (fields: ReadonlyMap<string, Field>, custom: readonly string[]): ReadonlyMap<string, Field> =>
  new Map([...fields].map(([name, field]) => [name, custom.includes(name) && field.required === null ? { ...field, required: "custom" as const } : field]));

export const buildSchema = (options: AlmQcOptions): Schema => {
  const types = new Map(
    SHAPES.map(({ name, label, prefix, fields, more = {} }): readonly [string, EntityType] => [
      name,
      {
        ...{ name, label, collection: `${name}s`, subtypeField: null, subtypes: [], parent: null, defaultParent: null, writable: true, attachable: false },
        ...more,
        fields: withRequired(readFields(prefix, fields, ...(options.moreFields[name] ?? [])), options.required[name] ?? []),
        versioned: more.versioned === true && options.versionControl,
      },
    ]),
  );
  return {
    types,
    byCollection: new Map([...types.values()].map((type) => [type.collection, type])),
    relations: [...[...types.values()].flatMap(fieldRelations), ...linkRelations()],
    typeNamed: (name) => {
      const type = types.get(name);
      if (!type) throw new Error(`sandbox almQc: there is no type ${name}; known: ${[...types.keys()].join(", ")}`);
      return type;
    },
  };
};
