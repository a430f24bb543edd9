// Cross references as files tell them: a list of instructions, not an image. A pair that is missing from a file stays.

export const ACTIONS = ["add", "remove"] as const;
export type Action = (typeof ACTIONS)[number];

/** The sync set a file means, in whatever words it uses; who reads it finds the sync set of the configuration. */
export interface SetName {
  /** What the file itself calls the set: the product's GUID, or the name of a synchronizer's link. */
  readonly guid?: string;
  /** Our key. */
  readonly key?: string;
  readonly masterType?: string;
  readonly targetType?: string;
  readonly masterProject?: string;
  readonly targetProject?: string;
}

export interface Instruction {
  readonly action: Action;
  readonly set: SetName;
  readonly masterId: string;
  readonly targetId: string;
  /** Where it stands in the file, from 1; 0 where there is no file. */
  readonly line: number;
  readonly column: number;
}

/** A part of a file that was not understood, or that cannot be carried out. */
export interface Note {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** No pair was left out for it: nobody has to do anything. */
  readonly isHarmless?: true;
}

export type ReadLink = { readonly instruction: Instruction } | { readonly note: Note };

/** What our key of a sync set says: "<connection>/<master type>~<target type>/<master project>~<target project>". */
export const setOfKey = (key: string, connection: string): SetName => {
  const [, masterType, targetType, masterProject, targetProject] = /^([^~]*)~(.*)\/([^/~]*)~([^/~]*)$/.exec(key.slice(connection.length + 1)) ?? [];
  if (masterType === undefined || targetType === undefined || masterProject === undefined || targetProject === undefined) return { key };
  return { key, masterType, targetType, masterProject, targetProject };
};

/** One text per sync set that a file may mean: equal texts, equal sets. */
export const setText = (set: SetName): string => [set.guid ?? "", set.key ?? "", set.masterType ?? "", set.targetType ?? "", set.masterProject ?? "", set.targetProject ?? ""].join("\u0001");

/** Why nobody knows which sync set is meant, and what would say it. */
export const unknownSet = (set: SetName): string => {
  const { key, guid, masterType, targetType, masterProject, targetProject } = set;
  if (key === undefined && [masterType, targetType, masterProject, targetProject].every((part) => part === undefined)) return guid === undefined ? "it does not say which sync set is meant: types beside it (masterType, targetType) say that, or --sync-set" : `no sync set is ${guid}: --set "${guid}=KEY" says which is meant`;
  if (key === "user") return "is a pair of people: give the file to importUserMaps";
  return `no sync set is ${setLabel(set)}${key === undefined ? "" : `; of a file of another connection, --set "${key}=KEY" says which is meant here`}`;
};

/** For people. */
const setLabel = (set: SetName): string => {
  const types = set.masterType === undefined && set.targetType === undefined ? "" : `${set.masterType ?? "?"} ↔ ${set.targetType ?? "?"}`;
  const projects = set.masterProject === undefined && set.targetProject === undefined ? "" : `${set.masterProject ?? "?"} ↔ ${set.targetProject ?? "?"}`;
  return [set.key ?? set.guid ?? "", types, projects].filter((part) => part !== "").join(" · ");
};

const MOST_ID = 500;

/** Why an id cannot be one. */
export const badId = (side: string, id: string): string | undefined => {
  if (id.trim() === "") return `the ${side} id is empty`;
  if (id.length > MOST_ID) return `the ${side} id is longer than ${MOST_ID} letters`;
  return /[\u0000-\u001f]/.test(id) ? `the ${side} id holds a control character` : undefined;
};
