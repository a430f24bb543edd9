// What an administrator does to a server from outside REST (sandbox control): people come and go, lists get other values.

import type { PersonEdit } from "../imitation.ts";
import { newItem, pinned } from "./listItems.ts";
import type { ListItem, User, ValueList } from "./model.ts";
import type { Project, World } from "./world.ts";

type Fields = Readonly<Record<string, unknown>>;

export const isAdminEdit = ({ type }: PersonEdit): boolean => type === "user" || type === "list";

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

const roleOf = (value: unknown, otherwise: User["role"]): User["role"] => (value === "admin" || value === "member" || value === "viewer" ? value : otherwise);

const withFacts = (user: User, fields: Fields): User => ({
  name: user.name,
  fullName: text(fields.fullName, user.fullName),
  email: text(fields.email, user.email),
  phone: text(fields.phone, user.phone),
  active: typeof fields.active === "boolean" ? fields.active : user.active,
  role: roleOf(fields.role, user.role),
  password: text(fields.password, user.password),
});

const changeUser = (world: World, { action, id, fields = {} }: PersonEdit): { readonly id: string } => {
  if (action === "create") {
    const name = text(fields.name, "");
    if (name === "" || world.user(name)) throw new Error(`sandbox almQc: a new user needs a name of its own, not "${name}"`);
    world.users = [...world.users, withFacts({ name, fullName: name, email: `${name}@example.com`, phone: "", active: true, role: "member", password: "alm-pass" }, fields)];
    return { id: name };
  }
  const user = world.user(id ?? "");
  if (!user) throw new Error(`sandbox almQc: there is no user ${id ?? ""}; known: ${world.users.map(({ name }) => name).join(", ")}`);
  if (action === "update") world.users = world.users.map((one) => (one === user ? withFacts(user, fields) : one));
  else if (action === "delete") world.users = world.users.filter((one) => one !== user);
  else throw new Error(`sandbox almQc: a user takes no ${action}`);
  return { id: user.name };
};

const values = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]);

const without = (items: readonly ListItem[], gone: readonly string[]): readonly ListItem[] =>
  items.filter(({ value }) => !gone.includes(value)).map((item) => (item.items === undefined ? item : { ...item, items: without(item.items, gone) }));

/** {add, remove}: values; rows keep what they hold. */
const changeList = (project: Project, { action, id, fields = {} }: PersonEdit): { readonly id: string } => {
  const list = project.lists.find(({ name }) => name === id);
  if (!list || action !== "update") throw new Error(`sandbox almQc: only an update of one of these lists: ${project.lists.map(({ name }) => name).join(", ")}`);
  const changed: ValueList = { ...list, items: [...without(pinned(list).items, values(fields.remove)), ...values(fields.add).map((value) => newItem(project, value))] };
  project.lists = project.lists.map((one) => (one === list ? changed : one));
  return { id: list.name };
};

export const administer = (world: World, project: Project, edit: PersonEdit): { readonly id: string } => (edit.type === "user" ? changeUser(world, edit) : changeList(project, edit));
