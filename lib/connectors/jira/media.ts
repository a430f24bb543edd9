// Media ids of an issue's files, for Cloud: a text shows a file by the id that the media service has for it, and no resource
// tells that id (jira.md §22.4). What the issue's texts show tells theirs. For other files the text is first written as wiki
// markup by version 2 of the interface, which puts the ids in; they are read there, and the text is then written as it should be.

import { mediaOf } from "../../core/text/adf.ts";
import { filesIn } from "../../core/text/images.ts";
import { toWiki } from "../../core/text/wiki.ts";
import { asList, type Fields } from "../../core/types.ts";
import { encoded } from "../json.ts";
import { fetchIssues } from "./fetch.ts";
import type { IssueType, Jira } from "./model.ts";
import { mediaIn, type Media, showsFiles } from "./texts.ts";
import { type Json, objectsOf, own, textAt } from "./wire.ts";

interface Shown {
  readonly rest: string;
  readonly text: string;
}

const textsThatShow = (type: IssueType, values: Fields): readonly Shown[] =>
  Object.entries(values).flatMap(([name, value]) => {
    const binding = type.fields.get(name);
    const [text] = asList(value);
    return binding?.codec === "text" && typeof text === "string" && showsFiles(text) ? [{ rest: binding.rest, text }] : [];
  });

/** All words stay in place meanwhile: whoever looks in that moment finds the images at the end. */
const withFilesBelow = (text: string, names: readonly string[]): string => [toWiki(text, { resolveMention: () => undefined }), ...names.map((name) => `!${name}!`)].join("\n\n");

/** In the order of the names, where the markup gave no names with the ids. */
const ordered = (adf: unknown, names: readonly string[]): ReadonlyMap<string, { readonly id: string; readonly collection: string }> => {
  const found = mediaOf(adf);
  if (names.every((name) => found.has(name))) return found;
  const last = [...found.values()].toReversed().slice(-names.length);
  return last.length === names.length ? new Map(names.map((name, index) => [name, last[index] as { readonly id: string; readonly collection: string }])) : found;
};

const learn = async (jira: Jira, issue: string, { rest, text }: Shown, names: readonly string[]): Promise<Media> => {
  const { client } = jira.site;
  const reply = await client.ask({ method: "PUT", path: `/rest/api/2/issue/${encoded(issue)}`, json: { fields: { [rest]: withFilesBelow(text, names) } } });
  // The brackets stay, then.
  if (reply.status >= 300) return () => undefined;
  const [found] = await fetchIssues(jira.site, [issue], { fields: [rest] });
  const media = ordered(own(own(found, "fields"), rest), names);
  return (name) => media.get(name);
};

const fileNames = (issue: Json | undefined): ReadonlySet<string> => new Set(objectsOf(own(own(issue, "fields"), "attachment")).map((file) => textAt(file, "filename")));

/** Cloud: the files that the values show and the issue has. One call, and two more where a file is not shown by it yet. */
export const mediaOfIssue = async (jira: Jira, type: IssueType, issue: string, values: Fields): Promise<Media | undefined> => {
  if (!jira.site.cloud) return undefined;
  const texts = textsThatShow(type, values);
  const [first] = texts;
  if (first === undefined) return undefined;
  const [found] = await fetchIssues(jira.site, [issue], { fields: [...texts.map(({ rest }) => rest), "attachment"] });
  const shown = texts.map(({ rest }) => mediaIn(own(own(found, "fields"), rest)));
  const known: Media = (name) => shown.map((media) => media(name)).find((file) => file !== undefined);
  const there = fileNames(found);
  const unknown = [...new Set(texts.flatMap(({ text }) => filesIn(text).map((file) => file.src)))].filter((name) => known(name) === undefined && there.has(name));
  if (unknown.length === 0) return known;
  const learned = await learn(jira, issue, first, unknown);
  return (name) => known(name) ?? learned(name);
};
