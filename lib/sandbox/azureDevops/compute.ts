// What a field holds in one revision: stored, or worked out from ids, links, comments and neighbours. Values are the wire's, persons are ids.

import { columnOf } from "./boards.ts";
import type { Item, LinkRow, Revision, Value } from "./model.ts";
import { chainOf, fieldPath } from "./nodes.ts";
import { byTime, FAR_FUTURE } from "./text.ts";
import { lastOf, projectOf, type World } from "./world.ts";

const HIERARCHY = "System.LinkTypes.Hierarchy";

/** Links whose other end is not in the recycle bin. */
export const liveLinks = (world: World, itemId: number): readonly LinkRow[] =>
  world.linksOf(itemId).filter((link) => world.tables.items.get(link.sourceId === itemId ? link.targetId : link.sourceId)?.deleted === null);

export const parentOf = (world: World, itemId: number): number | undefined => liveLinks(world, itemId).find((link) => link.type === HIERARCHY && link.targetId === itemId)?.sourceId;
export const childrenIds = (world: World, itemId: number): readonly number[] => liveLinks(world, itemId).filter((link) => link.type === HIERARCHY && link.sourceId === itemId).map((link) => link.targetId);

const nextOf = (item: Item, revision: Revision): Revision | undefined => item.revisions.find((one) => one.rev === revision.rev + 1);

const counted = (revision: Revision, rel: string): number => revision.resources.filter((resource) => resource.rel === rel).length;

type Reader = (world: World, item: Item, revision: Revision) => Value | undefined;

const stored = (ref: string): Reader => (_world, _item, revision) => revision.fields[ref];
const nodeId = (revision: Revision, what: "Area" | "Iteration"): number => Number(revision.fields[`System.${what}Id`]);

/** What is known of comments at a revision: those made up to it. */
const commentCount: Reader = (world, item, revision) => {
  const current = lastOf(item) === revision;
  const at = String(revision.fields["System.ChangedDate"]);
  return world.commentsOf(item.id).filter((comment) => !comment.versions.at(-1)?.deleted && (current || byTime(comment.createdDate, at) <= 0)).length;
};

const levelReader = (what: "Area" | "Iteration", level: number): Reader => (world, _item, revision) => {
  const path = fieldPath(world, nodeId(revision, what)).split("\\");
  return path[level - 1];
};

const boardColumn: Reader = (world, _item, revision) => {
  const { fields } = revision;
  const own = fields["System.BoardColumn"];
  return own ?? columnOf(world, projectOf(world, String(fields["System.TeamProject"])), String(fields["System.WorkItemType"]), String(fields["System.State"]));
};

const READERS: Readonly<Record<string, Reader>> = {
  "System.Id": (_world, item) => item.id,
  "System.Rev": (_world, _item, revision) => revision.rev,
  "System.Watermark": (_world, _item, revision) => revision.watermark,
  "System.TeamProject": (world, _item, revision) => projectOf(world, String(revision.fields["System.TeamProject"])).name,
  "System.AreaPath": (world, _item, revision) => fieldPath(world, nodeId(revision, "Area")),
  "System.IterationPath": (world, _item, revision) => fieldPath(world, nodeId(revision, "Iteration")),
  "System.NodeName": (world, _item, revision) => fieldPath(world, nodeId(revision, "Area")).split("\\").at(-1),
  "System.AuthorizedAs": (_world, _item, revision) => revision.authorizedAs,
  "System.AuthorizedDate": stored("System.ChangedDate"),
  "System.RevisedDate": (_world, item, revision) => nextOf(item, revision)?.fields["System.ChangedDate"] ?? FAR_FUTURE,
  "System.PersonId": (_world, _item, revision) => Number.parseInt(String(revision.fields["System.ChangedBy"]).slice(-6), 16),
  "System.CommentCount": commentCount,
  "System.History": (_world, _item, revision) => revision.history,
  "System.AttachedFileCount": (_world, _item, revision) => counted(revision, "AttachedFile"),
  "System.HyperLinkCount": (_world, _item, revision) => counted(revision, "Hyperlink"),
  "System.ExternalLinkCount": (_world, _item, revision) => counted(revision, "ArtifactLink"),
  "System.RelatedLinkCount": (world, item) => liveLinks(world, item.id).length,
  "System.RemoteLinkCount": () => 0,
  "System.Parent": (world, item) => parentOf(world, item.id),
  "System.BoardColumn": boardColumn,
  "System.BoardColumnDone": (world, item, revision) => (boardColumn(world, item, revision) === undefined ? undefined : false),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].flatMap((level): readonly (readonly [string, Reader])[] => [[`System.AreaLevel${level}`, levelReader("Area", level)], [`System.IterationLevel${level}`, levelReader("Iteration", level)]])),
};

export const valueOf = (world: World, item: Item, revision: Revision, ref: string): Value | undefined => {
  const reader = Object.hasOwn(READERS, ref) ? READERS[ref] : undefined;
  return reader === undefined ? revision.fields[ref] : reader(world, item, revision);
};

const ORDER = [
  "System.Id", "System.AreaId", "System.AreaPath", "System.TeamProject", "System.NodeName", ...[1, 2, 3, 4, 5, 6, 7].map((level) => `System.AreaLevel${level}`), "System.Rev", "System.AuthorizedDate", "System.RevisedDate", "System.IterationId", "System.IterationPath",
  ...[1, 2, 3, 4, 5, 6, 7].map((level) => `System.IterationLevel${level}`), "System.WorkItemType", "System.State", "System.Reason", "System.AssignedTo", "System.CreatedDate", "System.CreatedBy", "System.ChangedDate", "System.ChangedBy", "System.AuthorizedAs", "System.PersonId",
  "System.Watermark", "System.CommentCount", "System.Title", "System.BoardColumn", "System.BoardColumnDone",
];
const LAST = ["System.Description", "System.History", "System.Tags", "System.Parent"];
const PLACED = new Set([...ORDER, ...LAST]);

/** Every field that holds something, in the order the system lists them. */
export const filledRefs = (revision: Revision): readonly string[] => [...ORDER, ...Object.keys(revision.fields).filter((ref) => !PLACED.has(ref)), ...LAST];

/** Within one tick dates run ahead of the clock, with bypassed rules behind it. */
const startOf = (revision: Revision): number => Math.min(revision.savedAt, Date.parse(String(revision.fields["System.ChangedDate"])));

/** The revision that was current at a time; none before the item was made. */
export const revisionAt = (item: Item, at: number): Revision | undefined => item.revisions.findLast((revision) => startOf(revision) <= at);

/** What searches and feeds see: nothing that was saved in the lag before now. */
export const visibleRevision = (world: World, item: Item): Revision | undefined => {
  if (world.lag === 0 && world.options.lateCommitSeconds === 0) return lastOf(item);
  const edge = world.now() - world.lag * 1000;
  return item.revisions.findLast((revision) => revision.savedAt <= edge);
};

const areaOf = (revision: Revision): number => nodeId(revision, "Area");
export const isInAreas = (world: World, revision: Revision, paths: readonly string[]): boolean =>
  paths.some((path) => chainOf(world, areaOf(revision)).some((node) => fieldPath(world, node.id).toLowerCase() === path.toLowerCase()));
