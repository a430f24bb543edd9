// An issue as Jira shows it → an item. What the issue itself does not tell (keys of epics, logins in texts, names of
// sprints) is made known for a whole page at once.

import { RemoteError } from "../../core/errors.ts";
import type { Instant, Item } from "../../core/types.ts";
import type { WantedExtras } from "../connector.ts";
import { type Tellers, telling } from "../told.ts";
import { attachmentsIn } from "./attachments.ts";
import { commentsIn } from "./comments.ts";
import type { Binding, IssueType, Jira, Project } from "./model.ts";
import { knowSprints } from "./sprints.ts";
import { untoldSprints } from "./sprintValue.ts";
import { knowMentioned } from "./texts.ts";
import { instantOf } from "./time.ts";
import { hiddenFields, unseenIn } from "./unseen.ts";
import { readValue } from "./values.ts";
import { type Json, listOf, objectsOf, own, textAt, textOf } from "./wire.ts";

/** The property that carries the intent's uuid with the create (jira.md §9.6). */
export const INTENT = "tandem-intent";

/** The resolution is mostly empty: it shows how the server writes that. */
const ALWAYS = ["summary", "issuetype", "project", "status", "created", "updated", "resolution"];

const bindingsOf = (type: IssueType, names: readonly string[]): readonly Binding[] => names.flatMap((name) => type.fields.get(name) ?? []);

/** What to ask Jira for to get these fields. */
export const restFields = (type: IssueType, names: readonly string[], extras: WantedExtras = {}): readonly string[] => [
  ...new Set([...ALWAYS, ...bindingsOf(type, names).map((binding) => binding.rest), ...(extras.comments === true ? ["comment"] : []), ...(extras.attachments === true ? ["attachment"] : [])]),
];

/** The intent an issue was created for, where the answer tells. */
export const intentOf = (issue: unknown): string | undefined => {
  const value = own(own(issue, "properties"), INTENT);
  return textOf(own(value, "intent")) ?? textOf(value);
};

/** Makes known what the issues only hint at, in few calls for all of them. */
const prepareReading = async (jira: Jira, type: IssueType, issues: readonly Json[], names: readonly string[]): Promise<void> => {
  jira.refs.learnAll(issues);
  const keys: string[] = [];
  const texts: unknown[] = [];
  const sprints: number[] = [];
  for (const binding of bindingsOf(type, names)) {
    for (const issue of issues) {
      const raw = own(own(issue, "fields"), binding.rest);
      if (binding.codec === "epic" && textOf(raw) !== undefined) keys.push(textOf(raw) ?? "");
      if (binding.codec === "text") texts.push(raw);
      if (binding.codec === "sprint") sprints.push(...untoldSprints(raw));
      if (binding.codec === "user") for (const user of [raw, ...listOf(raw)]) jira.users.learn(user);
    }
  }
  await jira.refs.resolveKeys(jira.site, keys);
  await knowMentioned(jira, texts);
  await knowSprints(jira, sprints);
};

/**
 * Data Center keeps whole seconds on many databases (jira.md §3). What was changed within the second in which it was read
 * may change again in it without being seen: such a version is marked as not final, and the next reading counts as news.
 */
const versionOf = (jira: Jira, updated: Instant): string => {
  const clock = jira.site.client.http.serverClock();
  const unsettled = !jira.site.cloud && updated.endsWith(".000Z") && clock !== undefined && Date.parse(clock.at) - Date.parse(updated) < 2000;
  return unsettled ? `${updated}?` : updated;
};

export const browseUrl = (jira: Jira, key: string): string => `${jira.site.browse}/browse/${key}`;

const typeOf = (project: Project, issue: Json): IssueType | undefined => project.types.find((type) => type.id === textAt(own(own(issue, "fields"), "issuetype"), "id"));

/** Is it still an issue of this project and type? A move or a change of type takes it out of scope; an answer that does not tell, never. */
export const inScope = (project: Project, type: IssueType, issue: Json): boolean => {
  const fields = own(issue, "fields");
  const [at, kind] = [textAt(own(fields, "project"), "id"), textAt(own(fields, "issuetype"), "id")];
  if (at === "" || kind === "") throw new RemoteError(`Jira shows ${textAt(issue, "key") || textAt(issue, "id")} without its project or its type`, "does a proxy or an app change what Jira answers? run it again");
  return at === project.id && kind === type.id;
};

/** Call after prepareReading. An issue that was moved says so by its project and type. */
const itemOf = (jira: Jira, project: Project, type: IssueType, issue: Json, names: readonly string[], hidden: ReadonlySet<string>): Item => {
  const raw = own(issue, "fields");
  const at = own(raw, "project");
  const changedAt = instantOf(own(raw, "updated")) ?? instantOf(own(raw, "created")) ?? new Date(0).toISOString();
  const createdAt = instantOf(own(raw, "created"));
  const key = textAt(issue, "key");
  const intent = intentOf(issue);
  const unseen = unseenIn(type, issue, hidden);
  return {
    type: typeOf(project, issue)?.name ?? (textAt(own(raw, "issuetype"), "name") || type.name),
    id: textAt(issue, "id"),
    key,
    url: browseUrl(jira, key),
    project: textAt(at, "id") === project.id || textAt(at, "id") === "" ? project.named : textAt(at, "key"),
    name: textAt(raw, "summary"),
    version: versionOf(jira, changedAt),
    changedAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(intent === undefined ? {} : { intent }),
    fields: Object.fromEntries(names.filter((name) => !unseen.includes(name)).map((name) => [name, fieldOf(jira, type, name, raw)])),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
};

const fieldOf = (jira: Jira, type: IssueType, name: string, raw: unknown): Item["fields"][string] => {
  const binding = type.fields.get(name);
  return binding === undefined ? null : readValue(jira, binding, own(raw, binding.rest));
};

/** Items of these issues, everything made known first. */
export const itemsOf = async (jira: Jira, project: Project, type: IssueType, issues: readonly Json[], names: readonly string[], extras: WantedExtras = {}): Promise<readonly Item[]> => {
  await prepareReading(jira, type, issues, names);
  const hidden = await hiddenFields(jira, type, issues, names);
  const tellers = (issue: Json): Tellers => ({ ...(extras.comments === true ? { comments: () => commentsIn(jira, issue) } : {}), ...(extras.attachments === true ? { attachments: () => attachmentsIn(jira, issue) } : {}) });
  return objectsOf(issues).map((issue) => telling(itemOf(jira, project, type, issue, names, hidden), tellers(issue)));
};
