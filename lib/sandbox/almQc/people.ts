// Users of a project and of the site (sheet, section 18).

import { badBody, forbidden, notFound } from "./errors.ts";
import type { User } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { type Doc, type QcRequest, readBody } from "./wire.ts";
import type { World } from "./world.ts";
import { childText, element, leaf } from "./xml.ts";

const mailNames = ({ userMail }: AlmQcOptions): readonly [string, string] => (userMail === "lower" ? ["email", "phone"] : ["Email", "Phone"]);

const userXml = (options: AlmQcOptions, { name, fullName, email, phone, active }: User): string => {
  const [mailName, phoneName] = mailNames(options);
  return element("User", [["Name", name], ["FullName", fullName]], leaf(mailName, email) + leaf(phoneName, phone) + leaf("UserActive", active));
};

const userJson = (options: AlmQcOptions, { name, fullName, email, phone, active }: User): unknown => {
  const [mailName, phoneName] = mailNames(options);
  const facts = { [mailName]: email, [phoneName]: phone };
  return options.usersJson === "upper" ? { Name: name, FullName: fullName, ...facts, UserActive: active } : { name, fullName, ...facts, userActive: active };
};

export const usersDoc = (world: World, options: AlmQcOptions): Doc => ({
  xml: () => element("Users", [], world.users.map((user) => userXml(options, user)).join("")),
  json: () => ({ users: world.users.map((user) => userJson(options, user)) }),
});

const userNamed = (world: World, name: string): User => {
  const user = world.user(name);
  if (!user) throw notFound("user", name);
  return user;
};

export const userDoc = (world: World, options: AlmQcOptions, name: string): Doc => {
  const user = userNamed(world, name);
  return { xml: () => userXml(options, user), json: () => userJson(options, user) };
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
      : { fullName: text(json.FullName) ?? text(json.fullName), email: text(json.email) ?? text(json.Email), phone: text(json.phone) ?? text(json.Phone) };
  const changed = { ...user, fullName: given.fullName ?? user.fullName, email: given.email ?? user.email, phone: given.phone ?? user.phone };
  world.users = world.users.map((one) => (one === user ? changed : one));
};

/** Site level; needs the rights of the site. */
export const siteUsers = (world: World, by: User): unknown => {
  if (by.role !== "admin") throw forbidden("Only a site administrator may read the users of the site.");
  return { users: { user: world.users.map(({ name, fullName, email, phone, active }, at) => ({ id: String(at + 1), name, "full-name": fullName, email, phone, "is-active": active })) } };
};
