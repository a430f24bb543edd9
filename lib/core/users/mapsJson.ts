// User maps as JSON: what scripts hand each other. [{ "name": "Gary Bear", "users": [{ "dataSource": "jira", "name": "gbear" }] }]
// A name to be read only has "readOnly": true beside it, in either form.
// What is sent to the product's own interface (connect-product.md 2.2) is read too:
// { "UserMap": [{ "name": "Gary Bear", "User": [{ "type": "DATA_SOURCE", "value": "jira", "name": "gbear" }] }] }

import type { Chunks } from "./decode.ts";
import { placedList } from "./jsonList.ts";
import { createChecker, isDataSource, type ReadMap, type UserMap, type UserName, userName } from "./userMap.ts";

const BATCH = 1000;

const asUser = (user: unknown): UserName | undefined => {
  if (typeof user !== "object" || user === null || !("dataSource" in user) || typeof user.dataSource !== "string" || !("name" in user) || typeof user.name !== "string") return undefined;
  const mark = "readOnly" in user ? (user.readOnly ?? false) : false;
  return typeof mark === "boolean" ? userName(user.dataSource, user.name, mark) : undefined;
};

const asMap = (value: unknown): UserMap | undefined => {
  if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string" || !("users" in value) || !Array.isArray(value.users)) return undefined;
  const users = (value.users as readonly unknown[]).flatMap((user) => asUser(user) ?? []);
  return users.length === value.users.length ? { name: value.name, users } : undefined;
};

interface Sent {
  readonly name: string;
  readonly User: readonly { readonly type?: unknown; readonly value?: unknown; readonly name?: unknown; readonly readOnly?: unknown }[];
}

const isSent = (value: unknown): value is Sent => typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" && "User" in value && Array.isArray(value.User) && value.User.every((user) => typeof user === "object" && user !== null);

/** The same in our words; anything else stays as it is. */
const ownWords = (value: unknown): unknown =>
  isSent(value) && value.User.every(({ type }) => type === undefined || isDataSource(String(type))) ? { name: value.name, users: value.User.map((user) => ({ dataSource: user.value, name: user.name, readOnly: user.readOnly })) } : value;

/** Why an entry is none. */
const oddOf = (value: unknown): string => {
  const odd = isSent(value) ? value.User.find(({ type }) => type !== undefined && !isDataSource(String(type))) : undefined;
  const marks = typeof value === "object" && value !== null ? Object.values(value).flat().flatMap((user: unknown) => (typeof user === "object" && user !== null && "readOnly" in user && typeof (user.readOnly ?? false) !== "boolean" ? [user.readOnly] : [])) : [];
  if (marks.length > 0) return `readOnly is ${JSON.stringify(marks[0])}: it is true or left out`;
  if (typeof value === "object" && value !== null && "dataSource" in value && "id" in value) return "this is a person as exportUsers writes them: buildUserMaps makes user maps of such tables";
  return odd === undefined ? "this is no user map with name and users" : `a user of type ${JSON.stringify(odd.type)}: only DATA_SOURCE is known`;
};

/** Batches of maps and rejects. Throws DataError where it is no list. */
export const readUserMapsJson = async function* (chunks: Chunks): AsyncGenerator<readonly ReadMap[]> {
  const { entries, placeOf } = await placedList(chunks, { of: "user maps", ifNoJson: "the file is damaged or cut off", key: "UserMap", ifNoList: 'write [{ "name": …, "users": [{ "dataSource": …, "name": … }] }]' });
  const checker = createChecker();
  const read = entries.map((value, at): ReadMap => {
    const map = asMap(ownWords(value));
    if (map === undefined) return { ...placeOf(at), reason: oddOf(value) };
    const reason = checker.check(map);
    if (reason !== undefined) return { ...placeOf(at), reason };
    // Where somebody stands is asked of few.
    return { map, get line() { return placeOf(at).line; }, get column() { return placeOf(at).column; } };
  });
  for (let at = 0; at < read.length; at += BATCH) yield read.slice(at, at + BATCH);
};
