// The trees of areas and iterations of one project (azure-devops.md §16). Nodes are known by their identifier: a renamed or
// moved node changes the path that all its items show, and nothing else tells of it.

import { RemoteError } from "../../core/errors.ts";
import { fieldPath } from "./assumed.ts";
import type { Project, Site } from "./session.ts";
import { type Json, numberOf, objectsAt, own, segment, textAt } from "./wire.ts";

export type Group = "areas" | "iterations";

export interface Node {
  /** The identifier; the number is for moving it only. */
  readonly id: string;
  readonly number: number;
  readonly name: string;
  /** As a field holds it: Project\Release 1\Sprint 1. */
  readonly path: string;
  /** 0 is the project itself. */
  readonly level: number;
  readonly parent?: string;
  readonly children: number;
  readonly start: string | null;
  readonly finish: string | null;
}

const DEEPEST = 14;

const dayOf = (raw: unknown): string | null => (typeof raw === "string" && /^\d{4}-\d\d-\d\d/.test(raw) ? raw.slice(0, 10) : null);

export const nodeOf = (raw: Json, level: number, parent?: string): Node => {
  const dates = own(raw, "attributes");
  return {
    id: textAt(raw, "identifier").toLowerCase(),
    number: numberOf(own(raw, "id")) ?? 0,
    name: textAt(raw, "name"),
    path: fieldPath(textAt(raw, "path")),
    level,
    children: objectsAt(raw, "children").length,
    ...(parent === undefined ? {} : { parent }),
    start: dayOf(own(dates, "startDate")),
    finish: dayOf(own(dates, "finishDate")),
  };
};

/** Address of a node by the names on its way; the project itself has none. */
export const nodeAddress = (project: Project, group: Group, path: string): string => {
  const [, ...names] = path.split("\\");
  return `/${segment(project.id)}/_apis/wit/classificationnodes/${group}${names.map((name) => `/${segment(name)}`).join("")}`;
};

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export class Nodes {
  readonly #site: Site;
  readonly #project: Project;
  readonly #absent = new Set<string>();
  #trees: Promise<Readonly<Record<Group, readonly Node[]>>> | undefined;
  /** What `known` answers from: the trees as last read. */
  #last: Readonly<Record<Group, readonly Node[]>> = { areas: [], iterations: [] };

  constructor(site: Site, project: Project) {
    this.#site = site;
    this.#project = project;
  }

  #load(): Promise<Readonly<Record<Group, readonly Node[]>>> {
    const read = async (): Promise<Readonly<Record<Group, readonly Node[]>>> => {
      const [areas, iterations] = await this.#roots();
      return { areas, iterations };
    };
    const trees = read().then(
      (found) => {
        this.#last = found;
        return found;
      },
      (error: unknown) => {
        this.#trees = undefined;
        throw error;
      },
    );
    this.#trees = trees;
    return trees;
  }

  async #roots(): Promise<readonly [readonly Node[], readonly Node[]]> {
    const roots = await this.#site.client.list({ method: "GET", path: `/${segment(this.#project.id)}/_apis/wit/classificationnodes`, query: { $depth: DEEPEST }, version: this.#site.api });
    const walk = async (type: string, group: Group): Promise<readonly Node[]> => {
      const root = roots.find((node) => textAt(node, "structureType") === type);
      // Every project has both roots; a tree that is not told is no empty one.
      if (root === undefined) throw new RemoteError(`${this.#site.name}: the ${group} of project ${this.#project.name} are not told`, "may the account see the project's areas and iterations?");
      return this.#walk(group, root, 0);
    };
    return [await walk("area", "areas"), await walk("iteration", "iterations")];
  }

  /** Children come only down to the depth asked for; what says it has more is asked again. */
  async #walk(group: Group, raw: Json, level: number, parent?: string): Promise<readonly Node[]> {
    let whole = raw;
    if (own(raw, "hasChildren") === true && objectsAt(raw, "children").length === 0) {
      const path = nodeAddress(this.#project, group, fieldPath(textAt(raw, "path")));
      whole = { ...raw, children: objectsAt(await this.#site.client.must({ method: "GET", path, query: { $depth: DEEPEST }, version: this.#site.api }), "children") };
    }
    const node = nodeOf(whole, level, parent);
    const all = [node];
    for (const child of objectsAt(whole, "children")) all.push(...(await this.#walk(group, child, level + 1, node.id)));
    return all;
  }

  /** The whole tree, read anew. */
  async fresh(group: Group): Promise<readonly Node[]> {
    return (await this.#load())[group];
  }

  async all(group: Group): Promise<readonly Node[]> {
    return (await (this.#trees ?? this.#load()))[group];
  }

  /** Reads the trees again if one of these paths or identifiers is not known yet; once for each that stays unknown. */
  async learn(wanted: readonly { readonly group: Group; readonly path?: string; readonly id?: string }[]): Promise<void> {
    if (wanted.length === 0) return;
    await (this.#trees ?? this.#load());
    const missing = (): readonly string[] => wanted.flatMap(({ group, path, id }) => ((path === undefined ? this.byId(group, id ?? "") : this.byPath(group, path)) === undefined ? [`${group} ${path ?? id ?? ""}`] : []));
    if (missing().every((name) => this.#absent.has(name))) return;
    await this.#load();
    for (const name of missing()) this.#absent.add(name);
  }

  byPath(group: Group, path: string): Node | undefined {
    return this.#last[group].find((node) => isSame(node.path, path));
  }

  byId(group: Group, id: string): Node | undefined {
    return this.#last[group].find((node) => isSame(node.id, id));
  }

  root(group: Group): Node | undefined {
    return this.#last[group].find((node) => node.level === 0);
  }

  /** After a write of ours: the next question reads the trees again. */
  forget(): void {
    this.#trees = undefined;
    this.#absent.clear();
  }
}

