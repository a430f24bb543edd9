// What helps against a finding, by its kind.

import type { FindingCategory } from "../../core/check/finding.ts";

export const REPAIRS: Readonly<Record<FindingCategory, string>> = {
  clock: "set the clocks",
  rights: "give the account the right",
  values: "add the value to the field's value map; --out FILE makes a table of them to be filled in, --findings FILE takes it back",
  people: "add the person to the user map (matchByName --type user proposes), or name a fallback user",
  references: "map the referred type, or leave the field out",
  required: "map a field to it or set a value",
  workflow: "extend the workflow, or map to another status",
  mapping: "change the mapping of the field",
  projects: "compare the projects",
  zones: "name the zone",
  language: "keep the account's language",
  boards: "extend the filter of a board",
  licences: "give the account a licence",
};
