// The kinds of links and the relations of one item, in the order the system lists them (sheet §10).

import type { LinkRow, RelationNote, Resource, Value } from "./model.ts";
import type { World } from "./world.ts";

interface LinkType {
  readonly ref: string;
  /** [forward name, reverse name]; one name where both ways are the same. */
  readonly names: readonly [string, string] | readonly [string];
  readonly topology: "tree" | "network" | "dependency" | "directedNetwork";
  readonly acyclic: boolean;
  readonly singleTarget: boolean;
  readonly remote?: boolean;
}

export const LINK_TYPES: readonly LinkType[] = [
  { ref: "System.LinkTypes.Hierarchy", names: ["Child", "Parent"], topology: "tree", acyclic: true, singleTarget: true },
  { ref: "System.LinkTypes.Related", names: ["Related"], topology: "network", acyclic: false, singleTarget: false },
  { ref: "System.LinkTypes.Dependency", names: ["Successor", "Predecessor"], topology: "dependency", acyclic: true, singleTarget: false },
  { ref: "System.LinkTypes.Duplicate", names: ["Duplicate", "Duplicate Of"], topology: "tree", acyclic: true, singleTarget: true },
  { ref: "Microsoft.VSTS.Common.TestedBy", names: ["Tested By", "Tests"], topology: "dependency", acyclic: true, singleTarget: false },
  { ref: "Microsoft.VSTS.Common.Affects", names: ["Affects", "Affected By"], topology: "dependency", acyclic: true, singleTarget: false },
  { ref: "Microsoft.VSTS.TestCase.SharedStepReferencedBy", names: ["Test Case", "Shared Steps"], topology: "dependency", acyclic: true, singleTarget: false },
  { ref: "Microsoft.VSTS.TestCase.SharedParameterReferencedBy", names: ["Referenced By", "References"], topology: "dependency", acyclic: true, singleTarget: false },
  { ref: "System.LinkTypes.Remote.Related", names: ["Remote Related"], topology: "network", acyclic: false, singleTarget: false, remote: true },
  { ref: "System.LinkTypes.Remote.Dependency", names: ["Consumes From", "Produces For"], topology: "dependency", acyclic: true, singleTarget: false, remote: true },
];

export const RESOURCE_RELS = ["Hyperlink", "AttachedFile", "ArtifactLink"] as const;
const RESOURCE_NAMES: Readonly<Record<string, string>> = { Hyperlink: "Hyperlink", AttachedFile: "Attached File", ArtifactLink: "Artifact Link" };

/** A relation type's end: which link, and whether its owner is the source. */
export interface End {
  readonly type: LinkType;
  readonly rel: string;
  readonly name: string;
  readonly forward: boolean;
}

export const ENDS: readonly End[] = LINK_TYPES.flatMap((type): readonly End[] =>
  type.names.length === 1 ? [{ type, rel: type.ref, name: type.names[0], forward: true }] : [{ type, rel: `${type.ref}-Forward`, name: type.names[0], forward: true }, { type, rel: `${type.ref}-Reverse`, name: type.names[1], forward: false }],
);

export const endOf = (rel: string): End | undefined => ENDS.find((end) => end.rel.toLowerCase() === rel.toLowerCase());

const opposite = (end: End): string => ENDS.find((other) => other.type === end.type && other.forward !== end.forward)?.rel ?? end.rel;

export const relationType = (rel: string, base: string): Readonly<Record<string, unknown>> | undefined => {
  const end = endOf(rel);
  const resource = RESOURCE_RELS.find((one) => one.toLowerCase() === rel.toLowerCase());
  if (end === undefined && resource === undefined) return undefined;
  const url = `${base}/_apis/wit/workItemRelationTypes/${end?.rel ?? resource}`;
  if (end === undefined) return { attributes: { usage: "resourceLink", editable: false, enabled: true }, referenceName: resource, name: RESOURCE_NAMES[resource ?? ""], url };
  const { type } = end;
  const attributes = {
    usage: "workItemLink", editable: false, enabled: true, acyclic: type.acyclic, directional: type.names.length > 1, singleTarget: type.singleTarget && !end.forward, topology: type.topology, remote: type.remote ?? false, isForward: end.forward, oppositeEndReferenceName: opposite(end),
  };
  return { attributes, referenceName: end.rel, name: end.name, url };
};

/** One entry of `relations`. */
export type Relation = { readonly kind: "link"; readonly link: LinkRow; readonly end: End; readonly otherId: number; readonly order: number } | { readonly kind: "resource"; readonly resource: Resource; readonly order: number };

const linkRelation = (itemId: number, link: LinkRow): Relation => {
  const forward = link.sourceId === itemId;
  const end = ENDS.find((one) => one.type.ref === link.type && (one.forward === forward || one.type.names.length === 1));
  if (end === undefined) throw new Error(`the sandbox lost the link type ${link.type}`);
  return { kind: "link", link, end, otherId: forward ? link.targetId : link.sourceId, order: Date.parse(link.createdDate) };
};

/** Not the order of insertion: what was linked later may come first (sheet §10). */
export const relationsOf = (world: World, itemId: number, links: readonly LinkRow[], resources: readonly Resource[]): readonly Relation[] => {
  const ordered = [...links.map((link) => linkRelation(itemId, link)), ...resources.map((resource): Relation => ({ kind: "resource", resource, order: Date.parse(resource.authorizedDate) }))].toSorted((a, b) => a.order - b.order);
  return world.options.relationOrder === "newestFirst" ? ordered.toReversed() : ordered;
};

const filled = (attributes: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> => Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, Value] => entry[1] !== undefined));

/** A relation without its address: what updates keep of it. */
export const noteOf = (relation: Relation): RelationNote => {
  if (relation.kind === "link") return { rel: relation.end.rel, targetId: relation.otherId, attributes: filled({ isLocked: relation.link.locked, comment: relation.link.comment, name: relation.end.name }) };
  const { resource } = relation;
  return {
    rel: resource.rel, url: resource.url,
    attributes: filled({ authorizedDate: resource.authorizedDate, id: resource.id, resourceCreatedDate: resource.createdDate, resourceModifiedDate: resource.modifiedDate, revisedDate: "9999-01-01T00:00:00Z", comment: resource.comment, name: resource.name, resourceSize: resource.size }),
  };
};
