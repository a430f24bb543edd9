// The shapes of the imitated ALM: fields, entity types, rows. Everything a row holds is text, as on the wire (sheet, section 4).

export type FieldType = "String" | "Memo" | "Number" | "Date" | "DateTime" | "LookupList" | "UsersList" | "Reference";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly physical: string;
  readonly type: FieldType;
  readonly size: number;
  /** "custom": a project made it so; a header switches the check off. */
  readonly required: "system" | "custom" | null;
  /** Written by the server alone; sending it is refused. */
  readonly serverOwned: boolean;
  readonly history: boolean;
  readonly filterable: boolean;
  readonly verify: boolean;
  readonly multi: boolean;
  readonly system: boolean;
  /** Name of the list of a LookupList. */
  readonly list: string | null;
  /** Entity type of a Reference. */
  readonly refers: string | null;
  /** Only on these subtypes; null: on all. */
  readonly subtypes: readonly string[] | null;
}

export interface Subtype {
  readonly id: string;
  readonly name: string;
  readonly more: Readonly<Record<string, string>>;
}

export interface EntityType {
  readonly name: string;
  readonly collection: string;
  readonly label: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Field that names the subtype. */
  readonly subtypeField: string | null;
  readonly subtypes: readonly Subtype[];
  /** Type of the row that `parent-id` names. */
  readonly parent: string | null;
  /** Taken where no parent is given. */
  readonly defaultParent: string | null;
  /** False: kept for reading, and written only through resources of its own. */
  readonly writable: boolean;
  /** Under version control where the project is. */
  readonly versioned: boolean;
  readonly attachable: boolean;
}

/** Absent: empty. */
export type Values = Readonly<Record<string, readonly string[]>>;

export interface Row {
  readonly type: string;
  readonly id: number;
  readonly v: Values;
}

export interface ListItem {
  /** Of the item as an entity; absent until the list was edited. */
  readonly id?: number;
  readonly value: string;
  readonly logicalName?: string;
  readonly items?: readonly ListItem[];
}

export interface ValueList {
  readonly id: number;
  readonly name: string;
  readonly logicalName: string;
  readonly items: readonly ListItem[];
}

export interface User {
  readonly name: string;
  readonly fullName: string;
  readonly email: string;
  readonly phone: string;
  readonly active: boolean;
  readonly role: "admin" | "member" | "viewer";
  readonly password: string;
}

export interface ApiKey {
  readonly id: string;
  readonly secret: string;
  readonly user: string;
  readonly active: boolean;
}

export interface AuditProperty {
  readonly name: string;
  readonly label: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface Audit {
  readonly id: number;
  readonly action: "UPDATE" | "CREATE" | "DELETE";
  readonly parentId: number;
  readonly parentType: string;
  readonly time: string;
  readonly user: string;
  readonly properties: readonly AuditProperty[];
}

export const first = (row: { readonly v: Values }, field: string): string => row.v[field]?.[0] ?? "";

export const flatItems = (items: readonly ListItem[]): readonly string[] => items.flatMap((item) => [item.value, ...flatItems(item.items ?? [])]);
