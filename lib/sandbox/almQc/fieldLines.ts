// Reads the field tables of the schema: one field a line, `name|label|type|flags`.
// Flags: R required, ro the server's own, h in the history, nf not filterable, multi, free (list without check), types=3,4 only on these subtypes.

import type { Field, FieldType } from "./model.ts";

const SIZES: Readonly<Partial<Record<FieldType, number>>> = { Memo: -1, Number: 10, Date: 10, DateTime: 20, LookupList: 70, UsersList: 60, Reference: 10 };
const WORDS: Readonly<Record<string, FieldType>> = { List: "LookupList", Users: "UsersList", Ref: "Reference" };

/** Physical names that do not follow the rule. */
const PHYSICAL: Readonly<Record<string, string>> = { "last-modified": "VTS", "ver-stamp": "VTS_STAMP", "dev-comments": "DEV_COMMENTS" };

const readField = (line: string, prefix: string): Field => {
  const [name = "", label = "", kind = "String", flagText = ""] = line.trim().split("|");
  const [word = "", ...rest] = kind.split(" ");
  const type = WORDS[word] ?? (word as FieldType);
  const argument = rest.join(" ");
  const flags = flagText.split(" ");
  const subtypes = flags.find((flag) => flag.startsWith("types="))?.slice(6).split(",") ?? null;
  const system = !name.startsWith("user-");
  return {
    name,
    label,
    type,
    physical: `${prefix}_${PHYSICAL[name] ?? name.toUpperCase().replace(/-/g, "_")}`,
    size: type === "String" ? Number(argument || 255) : (SIZES[type] ?? 255),
    required: flags.includes("R") ? "system" : flags.includes("RC") ? "custom" : null,
    serverOwned: flags.includes("ro"),
    history: flags.includes("h"),
    filterable: type !== "Memo" && !flags.includes("nf"),
    verify: (type === "LookupList" && !flags.includes("free")) || type === "UsersList",
    multi: flags.includes("multi"),
    system,
    list: type === "LookupList" ? argument : null,
    refers: type === "Reference" && argument !== "" ? argument : null,
    subtypes,
  };
};

const read = new Map<string, readonly Field[]>();

/** A server is made for every test; its tables are always the same. */
const fieldsIn = (prefix: string, table: string): readonly Field[] => {
  const key = `${prefix}\n${table}`;
  const known = read.get(key);
  if (known) return known;
  const made = table.split("\n").filter((line) => line.trim() !== "").map((line) => readField(line, prefix));
  read.set(key, made);
  return made;
};

export const readFields = (prefix: string, ...tables: readonly string[]): ReadonlyMap<string, Field> =>
  new Map(
    tables
      .flatMap((table) => fieldsIn(prefix, table))
      .map((field) => [field.name, field]),
  );
