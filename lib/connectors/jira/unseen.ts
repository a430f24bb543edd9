// Fields that an issue is shown without. Jira leaves out, without a word, what was hidden, deleted or taken out of the project's
// context: read as empty, it would be emptied on the other side. But some servers leave out what is empty, too.

import { encoded } from "../json.ts";
import type { Binding, IssueType, Jira } from "./model.ts";
import { isObject, type Json, objectOf, own, textAt } from "./wire.ts";

/** What may stand nowhere at all where there is none, and what stands on no screen by its nature. */
const MAY_LACK: readonly Binding["codec"][] = ["parent", "user", "sprint", "epic", "status"];
const ON_NO_SCREEN: readonly string[] = ["issuetype", "resolution", "resolutiondate", "created", "updated"];

const isLacking = (issue: Json, binding: Binding): boolean => own(own(issue, "fields"), binding.rest) === undefined;

/** Can the field be edited in this issue now? undefined: the server does not say. */
export const isOffered = async (jira: Jira, issue: Json, rest: string): Promise<boolean | undefined> => {
  const { site } = jira;
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/${encoded(textAt(issue, "id"))}/editmeta` });
  const fields = own(reply.body, "fields");
  return reply.status < 300 && isObject(fields) ? Object.hasOwn(fields, rest) : undefined;
};

/** Not told rather than empty? Off every screen it cannot be filled either; on one, the issue's own screen decides, asked once. */
const isHidden = async (jira: Jira, type: IssueType, binding: Binding, issue: Json): Promise<boolean> => {
  const { create, edit } = binding.onScreen;
  if (!create && !edit && binding.codec !== "estimate") return true;
  const word = `${type.id} ${binding.rest}`;
  const known = jira.hidden.get(word);
  if (known !== undefined) return known;
  const hidden = (await isOffered(jira, issue, binding.rest)) === false;
  jira.hidden.set(word, hidden);
  return hidden;
};

/** Those of these fields that an issue which lacks them does not tell. Only where the server shows empty fields as null at all. */
export const hiddenFields = async (jira: Jira, type: IssueType, issues: readonly Json[], names: readonly string[]): Promise<ReadonlySet<string>> => {
  const hidden = new Set<string>();
  jira.tellsEmpty ||= issues.some((issue) => Object.values(objectOf(own(issue, "fields"))).includes(null));
  if (!jira.tellsEmpty) return hidden;
  for (const name of names) {
    const binding = type.fields.get(name);
    if (binding === undefined || MAY_LACK.includes(binding.codec) || ON_NO_SCREEN.includes(binding.rest)) continue;
    const lacking = issues.find((issue) => isLacking(issue, binding));
    if (lacking !== undefined && (await isHidden(jira, type, binding, lacking))) hidden.add(name);
  }
  return hidden;
};

export const unseenIn = (type: IssueType, issue: Json, hidden: ReadonlySet<string>): readonly string[] =>
  [...hidden].filter((name) => {
    const binding = type.fields.get(name);
    return binding !== undefined && isLacking(issue, binding);
  });
