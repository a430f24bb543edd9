// Identities, Graph and profile: who there is, by mail, name, id and descriptor (sheet §13).

import { type Call, type Handlers, listed, listOption, nothing, ok, option, requireScope } from "./call.ts";
import { AdoError, bad } from "./errors.ts";
import type { User } from "./model.ts";
import { everyone, identity } from "./people.ts";
import type { Json } from "./render.ts";
import { guid, same } from "./text.ts";

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const FILTERS: Readonly<Record<string, (user: User, value: string) => boolean>> = {
  general: (user, value) => [user.name, user.mail, user.uniqueName].some((text) => same(text, value)) || contains(user.name, value),
  accountname: (user, value) => same(user.uniqueName, value) || same(user.uniqueName.split("\\").at(-1) ?? "", value),
  displayname: (user, value) => same(user.name, value),
  mailaddress: (user, value) => same(user.mail, value),
  localgroupname: () => false,
  directoryalias: (user, value) => same(user.mail.split("@")[0] ?? "", value),
};

/** An id or descriptor that is not there holds its place as null. */
const each = (wanted: readonly string[], find: (key: string) => User | undefined): readonly (Json | null)[] =>
  wanted.map((key) => {
    const user = find(key);
    return user === undefined ? null : identity(user);
  });

const identities = (call: Call): ReturnType<typeof ok> => {
  requireScope(call, "identity");
  const users = everyone(call.world);
  const one = call.params["identityId"];
  if (one !== undefined) {
    const user = users.find((candidate) => same(candidate.id, one) || same(candidate.descriptor, one));
    if (user === undefined) throw new AdoError(404, "IdentityNotFoundException", `TF14045: The identity with TeamFoundationId ${one} could not be found.`);
    return ok(identity(user));
  }
  const ids = listOption(call, "identityIds");
  if (ids !== null) return listed(each(ids, (id) => users.find((user) => same(user.id, id))));
  const subjects = listOption(call, "subjectDescriptors") ?? listOption(call, "descriptors");
  if (subjects !== null) return listed(each(subjects, (key) => users.find((user) => same(user.descriptor, key) || same(String(identity(user)["descriptor"]), key))));
  const filter = option(call, "searchFilter");
  const value = option(call, "filterValue");
  const matches = filter === null ? undefined : FILTERS[filter.toLowerCase()];
  if (matches === undefined || value === null) throw bad("IdentityArgumentException", "VS403283: Give identityIds, subjectDescriptors, or searchFilter with filterValue.");
  return listed(users.filter((user) => matches(user, value)).map(identity));
};

const graphUser = (call: Call, user: User): Json => {
  const url = `${call.origin}/vssps/${call.world.options.collection}/_apis/Graph`;
  return {
    subjectKind: "user", metaType: user.kind === "service" ? "application" : "member", directoryAlias: user.mail.split("@")[0], domain: guid("tenant"), principalName: user.uniqueName, mailAddress: user.mail, origin: "aad", originId: guid(`origin/${user.id}`), displayName: user.name,
    _links: { self: { href: `${url}/Users/${user.descriptor}` }, memberships: { href: `${url}/Memberships/${user.descriptor}` }, membershipState: { href: `${url}/MembershipStates/${user.descriptor}` }, storageKey: { href: `${url}/StorageKeys/${user.descriptor}` } },
    url: `${url}/Users/${user.descriptor}`, descriptor: user.descriptor,
  };
};

const graphUsers = (call: Call): ReturnType<typeof ok> => {
  requireScope(call, "graph");
  const users = everyone(call.world).filter((user) => user.kind !== "group");
  const wanted = call.params["userDescriptor"];
  if (wanted !== undefined) return ok(graphUser(call, subject(call, wanted)));
  const kinds = listOption(call, "subjectTypes");
  const own = users.filter((user) => user.active && (kinds === null || kinds.some((kind) => user.descriptor.startsWith(`${kind}.`))));
  return graphPage(call, own.map((user) => graphUser(call, user)));
};

/** The token of the next page is in a header. */
const graphPage = (call: Call, rows: readonly Json[]): ReturnType<typeof ok> => {
  const start = Number(option(call, "continuationToken") ?? 0) || 0;
  const end = start + call.world.options.graphPage;
  return listed(rows.slice(start, end), end < rows.length ? { "X-MS-ContinuationToken": String(end) } : {});
};

const graphGroup = (call: Call, group: User): Json => {
  const url = `${call.origin}/vssps/${call.world.options.collection}/_apis/Graph/Groups/${group.descriptor}`;
  return { subjectKind: "group", description: "", domain: `vstfs:///Classification/TeamProject/${guid(group.name)}`, principalName: group.name, mailAddress: null, origin: "vsts", originId: group.id, displayName: group.name.split("\\").at(-1), _links: { self: { href: url } }, url, descriptor: group.descriptor };
};

const graphGroups = (call: Call): ReturnType<typeof ok> => {
  requireScope(call, "graph");
  const groups = everyone(call.world).filter((user) => user.kind === "group");
  const wanted = call.params["groupDescriptor"];
  return wanted === undefined ? graphPage(call, groups.map((group) => graphGroup(call, group))) : ok(graphGroup(call, subject(call, wanted)));
};

const subject = (call: Call, descriptor: string): User => {
  const user = everyone(call.world).find((one) => same(one.descriptor, descriptor));
  if (user === undefined) throw new AdoError(404, "GraphSubjectNotFoundException", `VS403325: The Graph subject with descriptor '${descriptor}' could not be found.`);
  return user;
};

const descriptor = (call: Call): ReturnType<typeof ok> => {
  const key = call.params["storageKey"] ?? "";
  const user = everyone(call.world).find((one) => same(one.id, key));
  if (user === undefined) throw new AdoError(404, "StorageKeyNotFoundException", `VS860018: The storage key '${key}' could not be found.`);
  return ok({ value: user.descriptor, _links: { self: { href: `${call.base}/_apis/Graph/Descriptors/${key}` } } });
};

const profile = (call: Call): ReturnType<typeof ok> => {
  const id = call.params["id"] ?? "me";
  const user = same(id, "me") ? call.user : everyone(call.world).find((one) => same(one.id, id));
  if (user === undefined) throw new AdoError(404, "ProfileDoesNotExistException", `VS404304: The profile ${id} does not exist.`);
  return ok({ displayName: user.name, publicAlias: user.id, emailAddress: user.mail, coreRevision: 1, timeStamp: "2026-01-01T00:00:00Z", id: user.id, revision: 1 });
};

export const peopleHandlers: Handlers = {
  identities: { GET: identities },
  graphUsers: { GET: graphUsers, DELETE: () => nothing() },
  graphGroups: { GET: graphGroups },
  descriptors: { GET: descriptor },
  storageKeys: { GET: (call) => ok({ value: subject(call, call.params["subjectDescriptor"] ?? "").id, _links: {} }) },
  profiles: { GET: profile },
};
