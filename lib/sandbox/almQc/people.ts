// Users of a project and of the site (sheet, section 18).

import { badBody, forbidden, notFound } from "./errors.ts";
import type { User } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { type Doc, type QcRequest, readBody } from "./wire.ts";
import type { World } from "./world.ts";
import { childText, element, leaf } from "./xml.ts";

const userXml = ({ name, fullName, email, phone, active }: User): string => element("User", [["Name", name], ["FullName", fullName]], leaf("email", email) + leaf("phone", phone) + leaf("UserActive", active));

const userJson = ({ usersJson }: AlmQcOptions, { name, fullName, email, phone, active }: User): unknown =>
  usersJson === "upper" ? { Name: name, FullName: fullName, email, phone, UserActive: active } : { name, fullName, email, phone, userActive: active };

export const usersDoc = (world: World, options: AlmQcOptions): Doc => ({
  xml: () => element("Users", [], world.users.map(userXml).join("")),
  json: () => ({ users: world.users.map((user) => userJson(options, user)) }),
});

const userNamed = (world: World, name: string): User => {
  const user = world.user(name);
  if (!user) throw notFound("user", name);
  return user;
};

export const userDoc = (world: World, options: AlmQcOptions, name: string): Doc => {
  const user = userNamed(world, name);
  return { xml: () => userXml(user), json: () => userJson(options, user) };
};

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** PUT: a user's own facts, or anybody's for an administrator. */
export const changeUser = (world: World, request: QcRequest, by: User, name: string): void => {
  const user = userNamed(world, name);
  if (by.role !== "admin" && by.name !== user.name) throw forbidden("Only an administrator may change other users.");
  const body = readBody(request);
  if ("json" in body && (typeof body.json !== "object" || body.json === null)) throw badBody("an object is expected");
  const json = ("json" in body ? body.json : {}) as Readonly<Record<string, unknown>>;
  const given =
    "xml" in body
      ? { fullName: body.xml.attributes.FullName ?? childText(body.xml, "FullName"), email: childText(body.xml, "email"), phone: childText(body.xml, "phone") }
      : { fullName: text(json.FullName) ?? text(json.fullName), email: text(json.email), phone: text(json.phone) };
  const changed = { ...user, fullName: given.fullName ?? user.fullName, email: given.email ?? user.email, phone: given.phone ?? user.phone };
  world.users = world.users.map((one) => (one === user ? changed : one));
};

/** Site level; needs the rights of the site. */
export const siteUsers = (world: World, by: User): unknown => {
  if (by.role !== "admin") throw forbidden("Only a site administrator may read the users of the site.");
  return { users: { user: world.users.map(({ name, fullName, email, phone, active }, at) => ({ id: String(at + 1), name, "full-name": fullName, email, phone, "is-active": active })) } };
};
