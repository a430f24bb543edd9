// Identities: how people are named on input, and how they are shown (sheet §13).

import type { User } from "./model.ts";
import { isGuid, same } from "./text.ts";
import type { World } from "./world.ts";

export const everyone = (world: World): readonly User[] => [...world.tables.users.values()];

export type Found = { readonly user: User } | "unknown" | "ambiguous";

const only = (users: readonly User[]): Found => {
  const [user] = users;
  if (user === undefined) return "unknown";
  return users.length > 1 ? "ambiguous" : { user };
};

const byText = (world: World, text: string): Found => {
  const users = everyone(world).filter((user) => user.active);
  if (isGuid(text)) return only(everyone(world).filter((user) => same(user.id, text)));
  const combined = /^(.*?)\s*<(.+)>$/.exec(text);
  const unique = (combined?.[2] ?? text).trim();
  const direct = unique === "" ? [] : users.filter((user) => same(user.uniqueName, unique) || same(user.mail, unique) || same(user.descriptor, unique));
  if (direct.length > 0) return only(direct);
  return combined === null ? only(users.filter((user) => same(user.name, text))) : "unknown";
};

/** Whatever may stand for a person; "" and null are nobody and must be handled before. */
export const findUser = (world: World, given: unknown): Found => {
  if (typeof given === "string") return byText(world, given.trim());
  if (typeof given !== "object" || given === null) return "unknown";
  const { id, descriptor, uniqueName, displayName } = given as Readonly<Record<string, unknown>>;
  for (const key of [id, descriptor, uniqueName, displayName]) {
    if (typeof key !== "string" || key === "") continue;
    return byText(world, key);
  }
  return "unknown";
};

export const identityText = (user: User): string => `${user.name} <${user.uniqueName}>`;

export const identityRef = (user: User, base: string): Readonly<Record<string, unknown>> => {
  const image = `${base}/_apis/GraphProfile/MemberAvatars/${user.descriptor}`;
  return {
    displayName: user.name, url: `${base}/_apis/Identities/${user.id}`, _links: { avatar: { href: image } }, id: user.id, uniqueName: user.uniqueName, imageUrl: image,
    ...(user.active ? {} : { inactive: true }), ...(user.kind === "group" ? { isContainer: true } : {}), descriptor: user.descriptor,
  };
};

/** As the identities API shows people. */
export const identity = (user: User): Readonly<Record<string, unknown>> => {
  const property = (value: string): unknown => ({ $type: "System.String", $value: value });
  const isWindows = user.uniqueName.includes("\\");
  return {
    id: user.id,
    descriptor: isWindows ? `System.Security.Principal.WindowsIdentity;S-1-5-21-${user.id.slice(0, 8)}` : `Microsoft.IdentityModel.Claims.ClaimsIdentity;${user.id.slice(24)}\\${user.uniqueName}`,
    subjectDescriptor: user.descriptor, providerDisplayName: user.name, isActive: user.active, ...(user.kind === "group" ? { isContainer: true } : {}), members: [], memberOf: [], memberIds: [],
    properties: {
      SchemaClassName: property(user.kind === "group" ? "Group" : "User"), Description: property(""), Domain: property(isWindows ? "EXAMPLE" : user.id.slice(24)), Account: property(isWindows ? user.uniqueName.split("\\")[1] ?? "" : user.uniqueName),
      DN: property(""), Mail: property(user.mail), SpecialType: property("Generic"),
    },
    resourceVersion: 2, metaTypeId: 0,
  };
};
