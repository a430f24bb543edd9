// New pairs of projects for a connection, mapped like a pair that is mapped already: every type with its fields, calculated
// values, criteria and filters. Answers the file's new text; writes nothing itself.

import type { Connector } from "../connectors/connector.ts";
import { type AddedSet, copyPairs, type ProjectPair } from "../core/config/copyPairs.ts";
import type { NamedPair } from "../core/config/syncSetsBag.ts";
import type { ConnectionFile } from "../core/config/schema.ts";
import { UsageError } from "../core/errors.ts";
import { closest } from "../core/mapping/closest.ts";
import { type ProjectInfo, type Side, SIDES } from "../core/types.ts";

export interface CopySyncSetsInput {
  readonly text: string;
  readonly file: ConnectionFile;
  readonly template: NamedPair;
  readonly to: readonly NamedPair[];
  /** Not given: projects are taken as they are named. */
  readonly connectors?: Readonly<Record<Side, Connector>>;
}

export interface CopySyncSetsResult {
  readonly connection: string;
  readonly text: string;
  readonly added: readonly AddedSet[];
  readonly refused: readonly (ProjectPair & { readonly reason: string })[];
}

const namesOf = (project: ProjectInfo): readonly string[] => [project.id, ...(project.key === undefined ? [] : [project.key]), project.name];

/** By id, key or, where only one has it, name. */
const find = (projects: readonly ProjectInfo[], told: string): ProjectInfo | undefined => {
  const exact = projects.find((project) => project.id === told || project.key === told);
  const named = projects.filter((project) => project.name === told);
  return exact ?? (named.length === 1 ? named[0] : undefined);
};

/** A key and a name that mean two projects: nobody knows which is meant. */
const contradiction = (projects: readonly ProjectInfo[], { target, targetName }: NamedPair): string | undefined => {
  const [project, other] = [find(projects, target), targetName === undefined ? undefined : find(projects, targetName)];
  if (project === undefined || targetName === undefined || project === other || namesOf(project).includes(targetName)) return undefined;
  return `${target} is called "${project.name}", not "${targetName}"`;
};

const mappedPairs = (file: ConnectionFile): readonly ProjectPair[] => [...(file.projects ?? []), ...file.types.flatMap((type) => type.projects ?? [])];

/** The template as the file writes it: a person may name its projects otherwise. */
const asWritten = (file: ConnectionFile, told: ProjectPair, projects: Readonly<Record<Side, readonly ProjectInfo[]>>): ProjectPair => {
  const means = (side: Side, written: string): boolean => {
    const project = find(projects[side], told[side]);
    return written === told[side] || (project !== undefined && (written === project.id || written === project.key));
  };
  const pairs = mappedPairs(file);
  const found = pairs.find((pair) => SIDES.every((side) => means(side, pair[side])));
  if (found === undefined) throw new UsageError(`${file.name} maps no pair of projects ${told.master}~${told.target}`, `it maps ${[...new Set(pairs.map((pair) => `${pair.master}~${pair.target}`))].join(", ")}`);
  return found;
};

/** A new project, named as the template is: by key where that one is, else by id. */
const likeTemplate = (projects: readonly ProjectInfo[], template: string, told: string): string | undefined => {
  const project = find(projects, told);
  const pattern = find(projects, template);
  if (project === undefined) return undefined;
  return pattern?.key === template && template !== pattern.id ? (project.key ?? project.id) : project.id;
};

/** Answers the new text; writes nothing. `connectors` not given: projects are taken as they are named. Throws UsageError for a template that is not mapped. */
export const copySyncSets = async (input: CopySyncSetsInput): Promise<CopySyncSetsResult> => {
  const { text, file, connectors } = input;
  const projects: Record<Side, readonly ProjectInfo[]> = { master: [], target: [] };
  for (const side of SIDES) {
    if (connectors === undefined) continue;
    await connectors[side].account();
    projects[side] = await connectors[side].projects();
  }
  const odd = contradiction(projects.target, input.template);
  if (odd !== undefined) throw new UsageError(`the template: ${odd}`, "say which project is meant: by its key alone, or by both as the system has them");
  const template = asWritten(file, input.template, projects);
  const refused: (ProjectPair & { reason: string })[] = [];
  const wanted: ProjectPair[] = [];
  for (const { targetName, ...told } of input.to) {
    const against = contradiction(projects.target, { ...told, ...(targetName === undefined ? {} : { targetName }) });
    if (against !== undefined) {
      refused.push({ ...told, reason: against });
      continue;
    }
    const named = { master: likeTemplate(projects.master, template.master, told.master), target: likeTemplate(projects.target, template.target, told.target) };
    const unknown = connectors === undefined ? [] : SIDES.filter((side) => named[side] === undefined);
    if (unknown.length === 0) wanted.push({ master: named.master ?? told.master, target: named.target ?? told.target });
    else refused.push({ ...told, reason: unknown.map((side) => `${file[side]} has no project "${told[side]}" that the account sees; it has ${closest(told[side], [...new Set(projects[side].flatMap(namesOf))])}`).join("; ") });
  }
  const copied = copyPairs(text, template, wanted);
  return { connection: file.name, text: copied.text, added: copied.added, refused: [...refused, ...copied.refused] };
};
