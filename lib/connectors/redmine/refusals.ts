// What Redmine calls wrong (422) → which fields it means. The sentences come in the account's language and begin with the
// field's name; what cannot be told apart is tried field by field (writes.ts). Pure.

import type { FieldProblem } from "../connector.ts";
import type { TypeDef } from "./types.ts";

/** Names that Redmine's messages use where they are not the label of our schema. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  parent_issue: ["Parent issue", "Parent task"],
  fixed_version: ["Target version", "Fixed version"],
  estimated_hours: ["Estimated time", "Estimated hours"],
  done_ratio: ["% Done", "Done ratio"],
  due_date: ["Due date", "Date"],
};

/** Problems by field, and the sentences that name none. A field is only blamed if it was sent. */
export const blame = (type: TypeDef, errors: readonly string[], sent: readonly string[]): { readonly problems: readonly FieldProblem[]; readonly rest: readonly string[] } => {
  const problems: FieldProblem[] = [];
  const rest: string[] = [];
  const named = sent
    .flatMap((field) => [type.fields.get(field)?.schema.label ?? field, ...(ALSO[field] ?? [])].map((label) => ({ field, label: label.toLowerCase() })))
    .toSorted((a, b) => b.label.length - a.label.length);
  for (const error of errors) {
    const found = named.find(({ label }) => error.toLowerCase().startsWith(`${label} `));
    if (found === undefined) rest.push(error);
    else problems.push({ field: found.field, reason: error });
  }
  return { problems, rest };
};
