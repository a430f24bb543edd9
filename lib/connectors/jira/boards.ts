// The board whose sprints are a project's sprints. Only boards of kind scrum (and team-managed ones) have any.

import { ConfigError } from "../../core/errors.ts";
import { tryReadAll } from "./pages.ts";
import type { Site } from "./session.ts";
import type { Board } from "./model.ts";
import { type Json, numberOf, own, sameWord, textAt } from "./wire.ts";

const BOARD_PAGE = 50;

const boardOf = (board: Json): Board => ({ id: numberOf(own(board, "id")) ?? 0, name: textAt(board, "name") });

const lowest = (boards: readonly Json[]): Json | undefined => boards.toSorted((a, b) => boardOf(a).id - boardOf(b).id)[0];

/** The board named in the options; "none" means none. Otherwise the oldest scrum board that lives in the project. */
export const chooseBoard = async (site: Site, projectKey: string): Promise<Board | undefined> => {
  const wanted = site.options.board;
  if (wanted !== undefined && sameWord(wanted, "none")) return undefined;
  const all = await tryReadAll(site.client, { path: "/rest/agile/1.0/board", query: { projectKeyOrId: projectKey }, mayLack: true }, BOARD_PAGE);
  if (wanted === undefined) {
    // Without Jira Software there is nothing to ask.
    const able = (all ?? []).filter((board) => textAt(board, "type") !== "kanban");
    const home = able.filter((board) => textAt(own(board, "location"), "projectKey") === projectKey);
    const chosen = lowest(home.length > 0 ? home : able);
    return chosen === undefined ? undefined : boardOf(chosen);
  }
  const found = (all ?? []).filter((board) => textAt(board, "id") === wanted || sameWord(textAt(board, "name"), wanted));
  const [only] = found;
  if (found.length === 1 && only !== undefined) return boardOf(only);
  if (/^\d+$/.test(wanted)) return { id: Number(wanted), name: wanted };
  const offered = (all ?? []).map((board) => `${textAt(board, "name")} (${textAt(board, "id")})`).join(", ") || "no board";
  throw new ConfigError([{ path: `dataSources.${site.name}.options.board`, message: `${found.length === 0 ? "no board is" : "several boards are"} called "${wanted}"`, advice: `write the id; project ${projectKey} has ${offered}` }]);
};
