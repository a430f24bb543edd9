// Rich text on its way in and out: ADF on Cloud's version 3, wiki markup on version 2 and on Data Center (sheet §22.1).

import { adfProblem, isAdf, paragraphsOf, plainOf, tidyAdf } from "./adf.ts";
import { adfToHtml } from "./adfToHtml.ts";
import { adfToWiki } from "./adfToWiki.ts";
import type { Rich, User } from "./model.ts";
import { refuse, ValueProblem } from "./problem.ts";
import { wikiToAdf } from "./wikiToAdf.ts";
import type { World } from "./world.ts";

/** On whose behalf something is changed. A person works in the browser: no request form, no screens, names in any spelling. */
export interface Actor {
  readonly world: World;
  readonly user: User;
  readonly api: 2 | 3;
  readonly person: boolean;
}

export const plainText = (rich: Rich | null): string => (rich === null ? "" : typeof rich === "string" ? rich : plainOf(rich));

const tooLong = (world: World, rich: Rich): boolean => {
  const most = world.options.textLimit;
  if (most <= 0) return false;
  if (typeof rich === "string") return rich.length > most;
  return (world.options.adfLength === "json" ? JSON.stringify(rich).length : plainOf(rich).length) > most;
};

const limitText = (world: World): string => `The entered text is too long. It exceeds the allowed limit of ${world.options.textLimit.toLocaleString("en-US")} characters.`;

const cloudRich = (actor: Actor, raw: unknown, notAdf: string): Rich => {
  const { world, api, person } = actor;
  if (typeof raw === "string" && (api === 2 || person)) return world.options.normaliseAdf ? tidyAdf(wikiToAdf(raw)) : wikiToAdf(raw);
  if (api === 2 && !person) throw new ValueProblem("Operation value must be a string");
  if (!isAdf(raw)) throw new ValueProblem(notAdf);
  if (adfProblem(raw) !== null) throw notAdf.startsWith("Comment") ? new ValueProblem(notAdf) : refuse(400, ["INVALID_INPUT"]);
  return world.options.normaliseAdf ? tidyAdf(raw) : raw;
};

const NOT_ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";

/** Null clears. Throws the wording of the refusal. */
export const readRich = (actor: Actor, raw: unknown, notAdf = NOT_ADF): Rich | null => {
  const { world } = actor;
  if (raw === null || raw === undefined) return null;
  if (!world.cloud && typeof raw !== "string") throw new ValueProblem("Operation value must be a string");
  // A browser sends CRLF, and Data Center keeps it.
  const rich = world.cloud ? cloudRich(actor, raw, notAdf) : actor.person ? String(raw).replace(/\r?\n/g, "\r\n") : String(raw);
  if (tooLong(world, rich)) throw new ValueProblem(limitText(world));
  return rich === "" ? null : rich;
};

export const showRich = (world: World, api: 2 | 3, rich: Rich | null): unknown => {
  if (rich === null) return null;
  if (typeof rich === "string") return world.cloud && api === 3 ? paragraphsOf(rich) : rich;
  return api === 3 ? rich : adfToWiki(rich);
};

export const htmlOf = (rich: Rich | null): string => (rich === null ? "" : adfToHtml(typeof rich === "string" ? wikiToAdf(rich) : rich));

/** What the change log shows. */
export const logText = (rich: Rich | null): string | null => (rich === null ? null : typeof rich === "string" ? rich : adfToWiki(rich));
