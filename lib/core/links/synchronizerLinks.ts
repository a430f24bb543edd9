// What the older synchronizers leave behind (connect-product.md 4): LinkIdsMap.xml and, for Jira, files of keys and ids. Their
// inner form is not documented. Both readers take what can only be meant in one way and tell everything else with its place.

import type { Chunks } from "../users/decode.ts";
import { decode } from "../users/decode.ts";
import { readXml, type XmlHandler } from "../users/xmlStream.ts";
import { badId, type Note, type ReadLink } from "./model.ts";

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

export interface LinkIdNames {
  /** Attribute or element that holds the master's id, and the target's; without case and signs. */
  readonly master: string;
  readonly target: string;
}

/** Pairs of names that can only mean the two ends of a link. */
const KNOWN: readonly LinkIdNames[] = [
  { master: "masterid", target: "targetid" }, { master: "sourceid", target: "targetid" }, { master: "sourceid", target: "destinationid" }, { master: "id1", target: "id2" }, { master: "ep1id", target: "ep2id" }, { master: "endpoint1id", target: "endpoint2id" },
  { master: "leftid", target: "rightid" }, { master: "fromid", target: "toid" }, { master: "almid", target: "jiraid" }, { master: "almid", target: "jirakey" }, { master: "qcid", target: "jiraid" }, { master: "qcid", target: "jirakey" }, { master: "almid", target: "octaneid" }, { master: "qcid", target: "octaneid" },
  { master: "master", target: "target" }, { master: "source", target: "target" },
];

interface Frame {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly values: Map<string, string>;
  text: string;
  hasPair: boolean;
  /** One end of a link stood inside as an element of its own. */
  hasEnd: boolean;
}

/** <source id="1" type="Defect"/>: says whose id it holds by its name, and is no record by itself. */
const isEnd = (frame: Frame, names: LinkIdNames | undefined): boolean =>
  frame.values.has("id") && (names === undefined ? KNOWN : [{ master: bare(names.master), target: bare(names.target) }]).some(({ master, target }) => [master, target].includes(bare(frame.name)));

const pairOf = (values: ReadonlyMap<string, string>, names: LinkIdNames | undefined): { readonly master: string; readonly target: string } | undefined => {
  for (const { master, target } of names === undefined ? KNOWN : [{ master: bare(names.master), target: bare(names.target) }]) {
    const [one, other] = [values.get(master), values.get(target)];
    if (one !== undefined && other !== undefined) return { master: one, target: other };
  }
  return undefined;
};

const closed = (frame: Frame, depth: number, names: LinkIdNames | undefined): ReadLink | undefined => {
  const place = { line: frame.line, column: frame.column };
  const pair = pairOf(frame.values, names);
  if (pair !== undefined) {
    const bad = badId("master", pair.master) ?? badId("target", pair.target);
    return bad === undefined ? { instruction: { action: "add", set: {}, masterId: pair.master, targetId: pair.target, ...place } } : { note: { ...place, reason: bad } };
  }
  if (isEnd(frame, names)) return undefined;
  // A record of several values that holds no pair may be one we should have known; a container or a single value is none.
  const says = [...frame.values.keys()];
  return depth > 0 && !frame.hasPair && (says.length > 1 || frame.hasEnd) ? { note: { ...place, reason: `<${frame.name}> is not understood; it holds ${says.slice(0, 6).join(", ")}` } } : undefined;
};

/** `names` says which attributes or elements hold the ids where the reader does not know them. */
export const readLinkIdsMap = async function* (chunks: Chunks, names?: LinkIdNames): AsyncGenerator<readonly ReadLink[]> {
  let batch: ReadLink[] = [];
  const stack: Frame[] = [];
  const handler: XmlHandler = {
    open: (name, attributes, place) => void stack.push({ name, ...place, values: new Map(Object.entries(attributes).map(([key, value]) => [bare(key), value.trim()])), text: "", hasPair: false, hasEnd: false }),
    text: (text) => {
      const frame = stack[stack.length - 1];
      if (frame !== undefined) frame.text += text;
    },
    close: () => {
      const frame = stack.pop();
      const parent = stack[stack.length - 1];
      if (frame === undefined) return;
      const read = closed(frame, stack.length, names);
      if (read !== undefined) batch.push(read);
      if (parent === undefined) return;
      parent.hasPair ||= frame.hasPair || read !== undefined;
      parent.hasEnd ||= isEnd(frame, names);
      const value = frame.values.get("id") ?? frame.text.trim();
      if (value !== "" && !parent.values.has(bare(frame.name))) parent.values.set(bare(frame.name), value);
    },
  };
  yield* readXml(chunks, handler, () => {
    if (batch.length === 0) return undefined;
    const full = batch;
    batch = [];
    return full as readonly ReadLink[];
  });
};

export interface JiraFile {
  readonly project: string;
  readonly type: string;
}

/** Of jira.{projectkey}.{type}.txt; undefined where a file is named otherwise. */
export const jiraFile = (fileName: string): JiraFile | undefined => {
  const match = /^jira\.([^.]+)\.(.+)\.txt$/i.exec(fileName.replace(/^.*[\\/]/, ""));
  return match === null ? undefined : { project: match[1] ?? "", type: match[2] ?? "" };
};

export interface JiraKeys {
  /** Issue key → issue id. */
  readonly ids: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

const KEY = /^[A-Z][A-Z0-9_]*-\d+$/i;
const ID = /^\d+$/;

/** One key and one id a line, in either order, parted by anything; lines of # are comments. */
export const readJiraKeys = async (chunks: Chunks): Promise<JiraKeys> => {
  let text = "";
  for await (const piece of decode(chunks)) text += piece;
  const ids = new Map<string, string>();
  const notes: Note[] = [];
  text.split(/\r\n|\n|\r/).forEach((content, at) => {
    const line = content.trim();
    if (line === "" || line.startsWith("#")) return;
    const note = (reason: string): void => void notes.push({ line: at + 1, column: 1, reason });
    const parts = line.split(/[\s,;=:|]+/).map((part) => part.replace(/^["']|["']$/g, "")).filter((part) => part !== "");
    const [keys, numbers] = [parts.filter((part) => KEY.test(part)), parts.filter((part) => ID.test(part))];
    const [key, id] = [keys[0]?.toUpperCase(), numbers[0]];
    if (key === undefined || id === undefined || parts.length !== 2) return note(`"${line.slice(0, 60)}" is not one issue key and one id`);
    const before = ids.get(key);
    if (before !== undefined && before !== id) return note(`${key} has the id ${before} further up and ${id} here`);
    ids.set(key, id);
  });
  return { ids, notes };
};
