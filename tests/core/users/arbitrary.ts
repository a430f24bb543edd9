// Random user maps with everything a name may hold, and how bytes are handed to readers: in pieces of any size.

import fc from "fast-check";
import { badMap, createChecker, sortMaps, type UserMap, userName } from "../../../lib/core/users/userMap.ts";

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z.]{1,6}$/) },
  { weight: 3, arbitrary: fc.constantFrom('"', '""', "'", "\n", "\r\n", "\r", "\t", ",", ";", "<>", "<", ">", "&", "&amp;", "]]>", "=", "+", "-", "@", "'=", "''@", " ", "ü", "Иван", "Γ", "مرحبا", "שלום", "\u202e", "👩‍💻", "𝒳", "\ufffd", "王", "\u00a0", "\ue000") },
  { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: "grapheme" }) },
);
const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")).filter((name) => badMap({ name, users: [] }) === undefined);

const map: fc.Arbitrary<UserMap> = fc.record({ name: text, users: fc.array(fc.tuple(fc.constantFrom("jira", "octane", "ALM, QC", "=ds", "Ω\"1\"", "jira (read only)", "jira (written)"), text, fc.boolean()).map((user) => userName(...user)), { maxLength: 4 }) });

/** In canonical order; labels and names unique. */
export const userMaps = fc.array(map, { maxLength: 5 }).map((maps) => {
  const { check } = createChecker();
  return sortMaps(maps.filter((each) => check(each) === undefined));
});

export const pieces = (bytes: Uint8Array, size: number): readonly Uint8Array[] => Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

export const utf8 = (content: string): readonly Uint8Array[] => [new TextEncoder().encode(content)];

export const collect = async <T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
};

export const joined = async (parts: AsyncIterable<string>): Promise<string> => {
  let all = "";
  for await (const part of parts) all += part;
  return all;
};

export const together = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
};
