// The shapes of the imitated server: types, fields, stored entities; and the short notation in which the schema is written.

export type Kind = "string" | "memo" | "integer" | "float" | "boolean" | "date_time" | "date" | "object" | "reference";

export interface Target {
  readonly type: string;
  /** List root, for references to list values. */
  readonly logicalName?: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: Kind;
  readonly multiple: boolean;
  readonly targets: readonly Target[];
  readonly required: boolean;
  readonly editable: boolean;
  readonly final: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly unique: boolean;
  readonly byDefault: boolean;
  readonly visible: boolean;
  readonly userDefined: boolean;
  readonly writeOnly: boolean;
  readonly maxLength: number | null;
}

export interface EntityType {
  readonly name: string;
  readonly label: string;
  readonly collections: readonly string[];
  /** Ids are unique within a table; the aggregate and its subtypes share one. */
  readonly table: string;
  readonly methods: readonly string[];
  readonly subtypeOf?: string;
  readonly subtypes?: readonly string[];
  readonly fields: ReadonlyMap<string, Field>;
  /** Where the type can be reached: in a workspace, at the space, or both. */
  readonly level: "workspace" | "space" | "both";
}

export interface Ref {
  readonly type: string;
  readonly id: string;
}

export type Values = Readonly<Record<string, unknown>>;

export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly num: number;
  /** 0 belongs to the space and is seen in every workspace, 500 is the shared workspace. */
  readonly ws: number;
  readonly v: Values;
}

const KINDS = new Set(["string", "memo", "integer", "float", "boolean", "date_time", "date", "object"]);

const labelOf = (name: string): string => {
  const words = name.replace(/_udf$/, "").replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const targetsOf = (kindWord: string): readonly Target[] => {
  const list = /^lists?:(\w+)$/.exec(kindWord);
  if (list) return [{ type: "list_node", logicalName: list[1]!.endsWith("_ln") ? list[1]! : `list_node.${list[1]}` }];
  const refs = /^refs?:(.+)$/.exec(kindWord);
  return refs ? refs[1]!.split("|").map((type) => ({ type })) : [];
};

/** "ref:epic|work_item_root required", "lists:severity", "string max:255 unique": one line of the schema. */
const fieldOf = (name: string, notation: string): Field => {
  const [kindWord = "", ...flags] = notation.split(" ");
  const has = (flag: string): boolean => flags.includes(flag);
  const value = (key: string): string | undefined => flags.find((flag) => flag.startsWith(`${key}:`))?.slice(key.length + 1);
  const targets = targetsOf(kindWord);
  const multiple = /^(refs|lists):/.test(kindWord);
  if (targets.length === 0 && !KINDS.has(kindWord)) throw new Error(`sandbox octane: field ${name} has the unknown kind ${kindWord}`);
  const max = value("max");
  return {
    name,
    label: value("label")?.replace(/_/g, " ") ?? labelOf(name),
    kind: targets.length > 0 ? "reference" : (kindWord as Kind),
    multiple,
    targets,
    required: has("required"),
    editable: !has("readonly"),
    final: has("final"),
    filterable: !has("unfilterable") && !has("writeonly"),
    sortable: !multiple && kindWord !== "memo" && !has("unsortable") && !has("writeonly"),
    unique: has("unique"),
    byDefault: !has("quiet") && !has("writeonly"),
    visible: !has("invisible"),
    userDefined: name.endsWith("_udf"),
    writeOnly: has("writeonly"),
    maxLength: max ? Number(max) : kindWord === "string" ? 255 : null,
  };
};

export type FieldLines = Readonly<Record<string, string>>;

export const fieldsOf = (...lines: readonly FieldLines[]): ReadonlyMap<string, Field> =>
  new Map(Object.entries(Object.assign({}, ...lines) as Record<string, string>).map(([name, notation]) => [name, fieldOf(name, notation)]));

export const isRef = (value: unknown): value is Ref => typeof value === "object" && value !== null && "id" in value && "type" in value;

export const refOf = (entity: Entity): Ref => ({ type: entity.type, id: entity.id });

export const refsOf = (value: unknown): readonly Ref[] => (Array.isArray(value) ? value.filter(isRef) : isRef(value) ? [value] : []);
