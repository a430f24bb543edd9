// Boards: one per team and backlog level, with columns that map states (used for System.BoardColumn and by the work routes).

import type { FieldDef, ProcessDef, Project, Team, TypeDef } from "./model.ts";
import { guid, same } from "./text.ts";
import { processOf, typeOf, type World } from "./world.ts";

export interface Column {
  readonly id: string;
  readonly name: string;
  readonly itemLimit: number;
  readonly stateMappings: Readonly<Record<string, string>>;
  readonly columnType: "incoming" | "inProgress" | "outgoing";
  readonly isSplit?: boolean;
  readonly description?: string;
}

export type Backlog = ProcessDef["backlogs"][number];

export const backlogTypes = (world: World, project: Project, team: Team, backlog: Backlog): readonly TypeDef[] => {
  const { categories } = processOf(project);
  const bugs = team.bugsBehavior === (backlog.kind === "requirement" ? "asRequirements" : "asTasks") && backlog.kind !== "portfolio" ? (categories.find((one) => one.referenceName === "Microsoft.BugCategory")?.types ?? []) : [];
  const names = [...(categories.find((one) => one.referenceName === backlog.id)?.types ?? []), ...bugs];
  return names.flatMap((name) => typeOf(world, project, name) ?? []);
};

export const boardBacklogs = (project: Project): readonly Backlog[] => processOf(project).backlogs.filter((backlog) => backlog.kind !== "task");

export const boardId = (team: Team, backlog: Backlog): string => guid(`board/${team.id}/${backlog.id}`);
/** The field of a board's column, e.g. WEF_0123…_Kanban.Column. */
export const boardField = (team: Team, backlog: Backlog, part: string): string => `WEF_${boardId(team, backlog).replaceAll("-", "").toUpperCase()}_Kanban.${part}`;

const standardColumns = (world: World, project: Project, team: Team, backlog: Backlog): readonly Column[] => {
  const types = backlogTypes(world, project, team, backlog);
  const states = (types[0]?.states ?? []).filter((state) => state.category !== "Removed");
  const mapped = (at: number): Readonly<Record<string, string>> => Object.fromEntries(types.map((type) => [type.name, type.states.find((state) => same(state.name, states[at]?.name ?? ""))?.name ?? type.states[Math.min(at, type.states.length - 1)]?.name ?? ""]));
  return states.map((state, at) => ({
    id: guid(`column/${team.id}/${backlog.id}/${at}`), name: state.name, itemLimit: at === 0 || at === states.length - 1 ? 0 : 5, stateMappings: mapped(at), ...(at === 0 || at === states.length - 1 ? {} : { isSplit: false, description: "" }),
    columnType: at === 0 ? "incoming" : at === states.length - 1 ? "outgoing" : "inProgress",
  }));
};

export const columnsOf = (world: World, project: Project, team: Team, backlog: Backlog): readonly Column[] => (team.boards[boardId(team, backlog)]?.["columns"] as readonly Column[] | undefined) ?? standardColumns(world, project, team, backlog);

const defaultTeam = (world: World, project: Project): Team | undefined => world.tables.teams.get(project.defaultTeamId);

interface Board {
  readonly team: Team;
  readonly backlog: Backlog;
  readonly columns: readonly Column[];
}

/** Every item shown asks for its column; a changed team is another object. */
const known = new WeakMap<Team, Map<string, Board | null>>();

const boardOfType = (world: World, project: Project, type: string): Board | null => {
  const team = defaultTeam(world, project);
  if (team === undefined) return null;
  const own = known.get(team) ?? new Map<string, Board | null>();
  known.set(team, own);
  const found = own.get(type);
  if (found !== undefined) return found;
  const backlog = boardBacklogs(project).find((one) => backlogTypes(world, project, team, one).some((candidate) => candidate.name === type));
  const board = backlog === undefined ? null : { team, backlog, columns: columnsOf(world, project, team, backlog) };
  own.set(type, board);
  return board;
};

/** Where the default team's board shows an item; nowhere for a type without a board. */
export const columnOf = (world: World, project: Project, type: string, state: string): string | undefined => {
  return boardOfType(world, project, type)?.columns.find((column) => column.stateMappings[type] === state)?.name;
};

/** The state that a move into a column means. */
export const stateOfColumn = (world: World, project: Project, type: string, name: string): string | undefined => {
  return boardOfType(world, project, type)?.columns.find((column) => same(column.name, name))?.stateMappings[type];
};

/** Boards have fields of their own, one set for each team and level. */
export const boardFields = (world: World): readonly FieldDef[] =>
  [...world.tables.teams.values()].flatMap((team) => {
    const project = world.tables.projects.get(team.projectId);
    return project === undefined ? [] : boardBacklogs(project).flatMap((backlog) => BOARD_PARTS.map(([part, name, type]): FieldDef => ({ referenceName: boardField(team, backlog, part), name: `${boardField(team, backlog, part)} ${name}`, type, readOnly: false, canSortBy: true, isQueryable: true, isPicklist: false, isPicklistSuggested: false, isLocked: false, isDeleted: false, description: "" })));
  });

const BOARD_PARTS: readonly (readonly [string, string, FieldDef["type"]])[] = [["Column", "Board Column", "string"], ["Column.Done", "Board Column Done", "boolean"], ["Lane", "Board Lane", "string"]];

export const columnField = (world: World, project: Project, type: string): string | undefined => {
  const board = boardOfType(world, project, type);
  return board === null ? undefined : boardField(board.team, board.backlog, "Column");
};
