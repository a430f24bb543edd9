// Reads both sample projects, proposes mappings and answers the text of the connection's file. Writes nothing itself.

import type { Connector } from "../connectors/connector.ts";
import { type ConnectionDraft, connectionText, doubtsOf, mappedOf } from "../core/config/connectionText.ts";
import { ConfigError, UsageError } from "../core/errors.ts";
import { proposeFields, proposeTypes, type Proposal } from "../core/mapping/autoMap.ts";
import { closest } from "../core/mapping/closest.ts";
import type { Direction } from "../core/mapping/model.ts";
import type { Side, TypeSchema } from "../core/types.ts";

export interface InitConnectionOptions {
  readonly name: string;
  readonly master: string;
  readonly target: string;
  readonly projects: readonly { readonly master: string; readonly target: string }[];
  /** Pairs asked for; none: by name. */
  readonly types: readonly { readonly master: string; readonly target: string }[];
  readonly direction: Direction;
  readonly schemaPath: string;
}

export interface InitConnectionResult {
  readonly text: string;
  readonly types: readonly { readonly master: string; readonly target: string; readonly fields: number; readonly doubts: number }[];
}

const schemasOf = async (connector: Connector, project: string): Promise<readonly TypeSchema[]> => {
  const projects = await connector.projects();
  if (!projects.some((candidate) => candidate.id === project || candidate.key === project))
    throw new ConfigError([{ message: `${connector.dataSource} has no project "${project}"`, advice: `the account sees ${closest(project, projects.map((candidate) => candidate.id))}` }]);
  return connector.types(project);
};

const asked = (wanted: InitConnectionOptions["types"], schemas: Readonly<Record<Side, readonly TypeSchema[]>>): readonly Proposal<TypeSchema>[] =>
  wanted.map((pair) => {
    const find = (side: Side): TypeSchema => {
      const type = schemas[side].find((candidate) => candidate.name.toLowerCase() === pair[side].toLowerCase());
      if (type === undefined) throw new UsageError(`the ${side} has no item type "${pair[side]}"`, `it has ${closest(pair[side], schemas[side].map((candidate) => candidate.name))}`);
      return type;
    };
    return { master: find("master"), target: find("target"), why: "as asked" };
  });

/** Proposes by the schemas of the first pair of projects; writes nothing. Throws UsageError where no types are asked for and none are alike. */
export const initConnection = async (connectors: Readonly<Record<Side, Connector>>, options: InitConnectionOptions): Promise<InitConnectionResult> => {
  const [first] = options.projects;
  if (first === undefined) throw new UsageError("which projects?", "give at least one --projects master~target");
  const schemas = { master: await schemasOf(connectors.master, first.master), target: await schemasOf(connectors.target, first.target) };
  const types = options.types.length > 0 ? asked(options.types, schemas) : proposeTypes(schemas.master, schemas.target);
  if (types.length === 0) {
    const names = (side: Side): string => schemas[side].map((type) => type.name).join(", ") || "none";
    throw new UsageError("no item types of the two sides have a name or a meaning in common", `name pairs with --types master~target; the master has ${names("master")}; the target has ${names("target")}`);
  }
  const drafts = types.map((pair) => ({ types: pair, fields: proposeFields(pair.master, pair.target, types), direction: options.direction }));
  const left = (side: Side): readonly string[] => schemas[side].filter((type) => !types.some((pair) => pair[side] === type)).map((type) => type.name);
  const draft: ConnectionDraft = { ...options, types: drafts, left: { master: left("master"), target: left("target") } };
  return {
    text: connectionText(draft),
    types: drafts.map((one) => ({ master: one.types.master.name, target: one.types.target.name, fields: mappedOf(one), doubts: doubtsOf(one) })),
  };
};
