// The item types that are no work items: releases and sprints (iterations by their level) and areas (azure-devops.md §16).

import type { TypeSchema } from "../../core/types.ts";
import { schemaOf } from "../schemaOf.ts";
import { AREA, RELEASE, SPRINT } from "./levels.ts";
import type { Group } from "./nodes.ts";

export interface NodeType {
  readonly name: string;
  readonly group: Group;
  readonly schema: TypeSchema;
}

const MOST_NAME = 255;

const nodeType = (name: string, label: string, group: Group, parents: readonly string[]): NodeType => ({
  name,
  group,
  schema: {
    name,
    label,
    nameField: "name",
    canCreate: true,
    canDelete: true,
    fields: [
      schemaOf("name", "Name", "string", { required: true, maxLength: MOST_NAME }),
      ...(group === "areas" ? [] : [schemaOf("start_date", "Start date", "date"), schemaOf("end_date", "Finish date", "date")]),
      // What a sprint lies in is its release: other systems call it so.
      schemaOf("parent", name === SPRINT ? "Release" : "Parent", "reference", { refersTo: parents }),
      schemaOf("path", "Path", "string", { onCreate: false, onUpdate: false }),
    ],
  },
});

export const NODE_TYPES: readonly NodeType[] = [
  nodeType(RELEASE, "Release (iteration of an upper level)", "iterations", [RELEASE]),
  nodeType(SPRINT, "Sprint (iteration)", "iterations", [RELEASE, SPRINT]),
  nodeType(AREA, "Area", "areas", [AREA]),
];
