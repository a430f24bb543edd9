// A small state, as a person writes it into a file: bare rows on top of a fresh server, {"rows": {"defect": [{"name": "…"}]}}.

import { type Desk, editWorld } from "./edit.ts";

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

interface BareState {
  readonly author?: string;
  readonly project?: string;
  readonly rows: Rows;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

export const isBare = (state: unknown): state is BareState => isObject(state) && isObject(state.rows) && !("projects" in state) && Object.values(state.rows).every((list) => Array.isArray(list) && list.every(isObject));

/** Rows are made in the order in which they stand; later ones may name earlier ones. */
export const sowBare = (desk: Desk, { author, project, rows }: BareState): void => {
  for (const [type, list] of Object.entries(rows)) {
    for (const fields of list) editWorld(desk, { action: "create", type, fields, ...(author === undefined ? {} : { author }), ...(project === undefined ? {} : { project }) });
  }
};
