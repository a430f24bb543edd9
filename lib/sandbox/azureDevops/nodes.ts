// Areas and iterations: paths, trees and how deep they go (sheet §16). Items hold node ids, so a renamed node renames their paths.

import type { Node, Project } from "./model.ts";
import { same } from "./text.ts";
import { projectOf, type World } from "./world.ts";

export const chainOf = (world: World, id: number): readonly Node[] => {
  const node = world.tables.nodes.get(id);
  if (node === undefined) return [];
  return node.parentId === null ? [node] : [...chainOf(world, node.parentId), node];
};

const nameOf = (world: World, node: Node): string => (node.parentId === null ? projectOf(world, node.projectId).name : node.name);

/** As a field shows it: Project\Node\Sub. */
export const fieldPath = (world: World, id: number): string => chainOf(world, id).map((node) => nameOf(world, node)).join("\\");

/** As the node itself shows it: a leading backslash and an artificial second segment (the path trap). */
export const nodePath = (world: World, node: Node): string => {
  const segment = world.options.nodeSegment || (node.kind === "area" ? "Area" : "Iteration");
  const [first = "", ...rest] = chainOf(world, node.id).map((one) => nameOf(world, one));
  return `\\${[first, segment, ...rest].join("\\")}`;
};

export const childrenOf = (world: World, id: number): readonly Node[] => [...world.tables.nodes.values()].filter((node) => node.parentId === id);

export const rootOf = (world: World, project: Project, kind: Node["kind"]): Node => {
  const found = [...world.tables.nodes.values()].find((node) => node.projectId === project.id && node.kind === kind && node.parentId === null);
  if (found === undefined) throw new Error(`the sandbox lost the ${kind} root of ${project.name}`);
  return found;
};

const segmentsOf = (path: string): readonly string[] => path.split(/[\\/]/).filter((segment) => segment !== "");

/** Below the root, without the project's name. */
export const findBelow = (world: World, project: Project, kind: Node["kind"], path: string): Node | undefined => {
  let node: Node | undefined = rootOf(world, project, kind);
  for (const segment of segmentsOf(path)) node = node && childrenOf(world, node.id).find((child) => same(child.name, segment));
  return node;
};

/** A field's value, starting with the project's name. */
export const findByFieldPath = (world: World, kind: Node["kind"], path: string): Node | undefined => {
  const [first, ...rest] = segmentsOf(path);
  const project = [...world.tables.projects.values()].find((one) => same(one.name, first ?? ""));
  return project && findBelow(world, project, kind, rest.join("\\"));
};

export const isUnder = (world: World, id: number, ancestor: number): boolean => chainOf(world, id).some((node) => node.id === ancestor);

export const allBelow = (world: World, id: number): readonly Node[] => childrenOf(world, id).flatMap((child) => [child, ...allBelow(world, child.id)]);

export const nodeByIdentifier = (world: World, identifier: string): Node | undefined => [...world.tables.nodes.values()].find((node) => same(node.identifier, identifier));
