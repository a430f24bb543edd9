// Looking for what an earlier create may have made. Where it carries a marker that decides; else the account, the name and
// the time do, and two candidates are no answer. A marker field may have been unknown when the create was made (an account
// that is no administrator learns of it from the first issue that shows it), so its absence proves nothing.

import type { FindResult, SoughtIntent } from "../connector.ts";
import { sameName } from "../keptName.ts";
import { linkOf } from "./items.ts";
import { issuesById, issuesByMarker, issuesSince, ownIssuesSince } from "./pages.ts";
import type { Site } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { readVersions } from "./versions.ts";
import { chunks, idOf, instantOf, type Json, laterBy, objectsAt, own, secondOf, textAt, textOf } from "./wire.ts";

type Found = Map<string, { readonly id: string; readonly url: string }>;

/** Two clocks may differ; a marker cannot be mistaken, so the search can begin early. */
const EARLY_SECONDS = 3600;

/** Clocks of Redmine and of the web server before it, which dates the answers, differ by little. */
const SLACK_SECONDS = 5;

/** Whether an issue of ours may have been made by somebody else. */
const impersonates = ({ options, me }: Site, type: TypeDef): boolean => options.impersonate && me.admin && type.intentField !== undefined;

const markerOf = (type: TypeDef, issue: Json): string | undefined => textOf(own(objectsAt(issue, "custom_fields").find((field) => idOf(field) === type.intentField?.id), "value"));

const earliest = (intents: readonly SoughtIntent[]): string => intents.reduce((first, { since }) => (since < first ? since : first), intents[0]?.since ?? "");

const MARKERS_PER_CALL = 50;

/** A field that is no filter is left out silently and everything comes back, so the content is looked at in any case. */
const findByMarker = async (site: Site, type: TypeDef, field: string, intents: readonly SoughtIntent[]): Promise<Found> => {
  const found: Found = new Map();
  const take = (issues: readonly Json[]): void => {
    // Copies carry the mark too: of those that do, the first that was made is the one.
    for (const issue of issues.toSorted((a, b) => Number(idOf(a)) - Number(idOf(b)))) {
      const marker = markerOf(type, issue);
      if (marker !== undefined && !found.has(marker) && intents.some(({ intent }) => intent === marker)) found.set(marker, linkOf(site.base, type, idOf(issue)));
    }
  };
  let isFilter = true;
  for (const part of chunks(intents, MARKERS_PER_CALL)) {
    const wanted = part.map(({ intent }) => intent);
    const issues = await issuesByMarker(site, field, wanted);
    take(issues);
    if (issues.some((issue) => !wanted.includes(markerOf(type, issue) ?? ""))) isFilter = false;
  }
  const begin = laterBy(earliest(intents), -EARLY_SECONDS);
  if (!isFilter) for await (const issues of impersonates(site, type) ? issuesSince(site, begin, {}) : ownIssuesSince(site, type, begin)) take(issues);
  return found;
};

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** Made by our account itself. */
  readonly isOurs: boolean;
}

/**
 * What our account made that carries no marker. Where others make issues for us, theirs too, whatever the tracker: who may not write the
 * field for the marker, or make an issue of the tracker, makes one without it, or of another (inName.ts).
 */
const candidatesOf = async (site: Site, type: TypeDef, project: string, intents: readonly SoughtIntent[]): Promise<readonly Candidate[]> => {
  const found: Json[] = [];
  if (type.tracker === undefined) found.push(...(await readVersions(site, project)));
  else {
    const { number } = await site.project(project);
    const isOurs = (issue: Json): boolean => idOf(own(issue, "author")) === site.me.id;
    const begin = laterBy(earliest(intents), -SLACK_SECONDS);
    for await (const issues of impersonates(site, type) ? issuesSince(site, begin, { project_id: number, subproject_id: "!*" }) : ownIssuesSince(site, type, begin)) found.push(...issues.filter((issue) => idOf(own(issue, "project")) === number && (markerOf(type, issue) ?? "") === "" && (!isOurs(issue) || idOf(own(issue, "tracker")) === type.tracker)));
  }
  return found.map((item) => ({ id: idOf(item), name: textAt(item, type.tracker === undefined ? "name" : "subject"), createdAt: instantOf(own(item, "created_on")) ?? "", isOurs: type.tracker === undefined || idOf(own(item, "author")) === site.me.id }));
};

export const findIntents = async (site: Site, type: TypeDef, project: string, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> => {
  if (intents.length === 0) return { found: new Map(), undecided: new Set() };
  // The clock first: what is not there by then and long enough ago is surely absent.
  const now = await site.clock.now();
  const undecided = new Set<string>();
  const several = new Map<string, readonly string[]>();
  const found: Found = type.intentField === undefined ? new Map() : await findByMarker(site, type, type.intentField.id, intents);
  const unmarked = intents.filter(({ intent }) => !found.has(intent));
  const candidates = unmarked.length === 0 ? [] : await candidatesOf(site, type, project, unmarked);
  for (const { intent, name, since } of unmarked) {
    const hits = candidates.filter((one) => taken?.has(one.id) !== true && sameName(one.name, name) && secondOf(one.createdAt) >= secondOf(laterBy(since, -SLACK_SECONDS)));
    const [hit] = hits;
    if (hits.length === 1 && hit?.isOurs === true) found.set(intent, linkOf(site.base, type, hit.id));
    else if (hits.length > 0 || laterBy(since, site.options.settleSeconds) > now) undecided.add(intent);
    if (undecided.has(intent)) several.set(intent, hits.map(({ id }) => id));
  }
  return { found, undecided, candidates: several };
};

const ISSUES_PER_CALL = 100;

/** Those of these issues that our account created, or had created by others; undefined for versions, which name nobody. */
export const ownIssues = async (site: Site, type: TypeDef, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> => {
  if (type.tracker === undefined) return undefined;
  const made = new Set<string>();
  for (const part of chunks([...new Set(ids)], ISSUES_PER_CALL)) for (const issue of await issuesById(site, part)) if (idOf(own(issue, "author")) === site.me.id || (impersonates(site, type) && (markerOf(type, issue) ?? "") !== "")) made.add(idOf(issue));
  return made;
};
