// Issue links and remote links (sheet §14.1, §14.2). A link writes history on both issues; a remote link on its own.

import { change, item } from "./change.ts";
import type { Issue, IssueLink, LinkType, RemoteLink } from "./model.ts";
import { demand } from "./permissions.ts";
import { badField, missing } from "./problem.ts";
import type { Actor } from "./rich.ts";
import { base, issueStub, showLinkType, type Shown, type View } from "./shapes.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const linkTypeOf = (world: World, raw: unknown): LinkType => {
  const { id, name, inward, outward } = (raw ?? {}) as { id?: unknown; name?: unknown; inward?: unknown; outward?: unknown };
  const found = [...world.tables.linkTypes.values()].find((type) => (id !== undefined ? type.id === String(id) : name !== undefined ? type.name === name : type.inward === inward || type.outward === outward));
  if (!found) throw missing(`No issue link type with name '${String(name ?? id)}' found.`);
  return found;
};

const words = (type: LinkType, other: Issue, source: boolean): string => `This issue ${source ? type.outward : type.inward} ${other.key}`;

const note = (actor: Actor, issueId: number, other: Issue, text: string, added: boolean): void => {
  const issue = actor.world.issues.get(issueId);
  if (!issue) return;
  const line = added ? item("Link", null, null, other.key, text) : item("Link", other.key, text, null, null);
  change(actor.world, actor.user.id, issue, issue, { extra: [line] });
};

/** `from` is the source: it "blocks" the other. Posting an existing link again makes no second one. */
const addLink = (actor: Actor, type: LinkType, from: Issue, to: Issue): void => {
  const { world } = actor;
  demand(actor, "LINK_ISSUES", "No Link Issue Permission for issue.");
  if (from.id === to.id) throw badField("issuelink", "You cannot link an issue to itself.");
  if (world.linksOf(from.id).some((link) => link.typeId === type.id && link.from === from.id && link.to === to.id)) return;
  world.saveLink({ id: String(world.next("link")), typeId: type.id, from: from.id, to: to.id });
  note(actor, from.id, to, words(type, to, true), true);
  note(actor, to.id, from, words(type, from, false), true);
};

export const removeLink = (actor: Actor, link: IssueLink): void => {
  const { world } = actor;
  demand(actor, "LINK_ISSUES", "No Link Issue Permission for issue.");
  const [from, to] = [world.issues.get(link.from), world.issues.get(link.to)];
  const type = world.tables.linkTypes.get(link.typeId);
  world.removeLink(link.id);
  if (!from || !to || !type) return;
  note(actor, from.id, to, words(type, to, true), false);
  note(actor, to.id, from, words(type, from, false), false);
};

export const issueOfLink = (world: World, raw: unknown): Issue => {
  const { id, key } = typeof raw === "string" ? { id: undefined, key: raw } : ((raw ?? {}) as { id?: unknown; key?: unknown });
  const found = id !== undefined ? world.issues.get(Number(id)) : world.byKey(String(key));
  if (!found) throw missing(world.cloud ? "Issue does not exist or you do not have permission to see it." : `No issue can be found for key '${String(key ?? id)}'.`);
  return found;
};

export const linkFromRequest = (actor: Actor, input: Json, here?: Issue): void => {
  const { world } = actor;
  const type = linkTypeOf(world, input["type"]);
  const from = input["inwardIssue"] === undefined && here ? here : issueOfLink(world, input["inwardIssue"]);
  const to = input["outwardIssue"] === undefined && here ? here : issueOfLink(world, input["outwardIssue"]);
  addLink(actor, type, from, to);
};

export const showLink = (view: View, link: IssueLink): Shown => {
  const { world } = view;
  const [from, to] = [world.issues.get(link.from), world.issues.get(link.to)];
  const type = world.tables.linkTypes.get(link.typeId);
  if (!from || !to || !type) throw missing("No issue link with this id exists.");
  return { id: link.id, self: `${base(view)}/issueLink/${link.id}`, type: showLinkType(view, type), inwardIssue: issueStub(view, from), outwardIssue: issueStub(view, to) };
};

const remoteWords = (link: RemoteLink): string => {
  const application = link.application as { name?: unknown } | null;
  return `This issue links to "${String(link.object["title"])}${application?.name ? ` (${String(application.name)})` : " (Web Link)"}"`;
};

const readRemote = (id: string, input: Json): RemoteLink => {
  const object = input["object"] as Json | undefined;
  if (!object || typeof object !== "object") throw badField("object", "'object' is required.");
  if (typeof object["url"] !== "string" || object["url"].trim() === "") throw badField("url", "'url' is required.");
  if (typeof object["title"] !== "string" || object["title"].trim() === "") throw badField("title", "'title' is required.");
  const globalId = input["globalId"];
  if (typeof globalId === "string" && globalId.length > 255) throw badField("globalId", "globalId is too long: it must be no longer than 255 characters.");
  if (object["title"].length > 255) throw badField("title", "title is too long: it must be no longer than 255 characters.");
  return { id, globalId: typeof globalId === "string" && globalId !== "" ? globalId : null, application: input["application"] ?? {}, relationship: typeof input["relationship"] === "string" ? input["relationship"] : null, object };
};

const saveRemotes = (actor: Actor, issue: Issue, remoteLinks: readonly RemoteLink[], line: ReturnType<typeof item>): Issue =>
  change(actor.world, actor.user.id, issue, { ...issue, remoteLinks }, { extra: [line], moves: actor.world.options.remoteLinkMovesUpdated });

/** The same global id on the same issue is an update; what is left out becomes null. */
export const putRemote = (actor: Actor, issue: Issue, input: Json): { readonly link: RemoteLink; readonly fresh: boolean } => {
  demand(actor, "LINK_ISSUES", "No Link Issue Permission for issue.");
  const known = typeof input["globalId"] === "string" && input["globalId"] !== "" ? issue.remoteLinks.find((link) => link.globalId === input["globalId"]) : undefined;
  const link = readRemote(known?.id ?? "", input);
  const kept: RemoteLink = known ? link : { ...link, id: String(actor.world.next("remoteLink")) };
  const all = known ? issue.remoteLinks.map((one) => (one.id === known.id ? kept : one)) : [...issue.remoteLinks, kept];
  saveRemotes(actor, issue, all, item("RemoteIssueLink", known ? known.id : null, known ? remoteWords(known) : null, kept.id, remoteWords(kept)));
  return { link: kept, fresh: !known };
};

export const replaceRemote = (actor: Actor, issue: Issue, old: RemoteLink, input: Json): void => {
  demand(actor, "LINK_ISSUES", "No Link Issue Permission for issue.");
  const next = readRemote(old.id, input);
  saveRemotes(actor, issue, issue.remoteLinks.map((one) => (one.id === old.id ? next : one)), item("RemoteIssueLink", old.id, remoteWords(old), next.id, remoteWords(next)));
};

export const removeRemote = (actor: Actor, issue: Issue, old: RemoteLink): void => {
  demand(actor, "LINK_ISSUES", "No Link Issue Permission for issue.");
  saveRemotes(actor, issue, issue.remoteLinks.filter((one) => one.id !== old.id), item("RemoteIssueLink", old.id, remoteWords(old), null, null));
};

export const showRemote = (view: View, issue: Issue, link: RemoteLink): Shown => ({
  id: Number(link.id), self: `${base(view)}/issue/${issue.key}/remotelink/${link.id}`, ...(link.globalId === null ? {} : { globalId: link.globalId }), application: link.application,
  ...(link.relationship === null ? {} : { relationship: link.relationship }), object: { ...link.object, icon: link.object["icon"] ?? {}, status: link.object["status"] ?? { icon: {} } },
});
