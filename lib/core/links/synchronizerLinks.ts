// What the older synchronizers leave behind (connect-product.md 4): LinkIdsMap.xml and, for Jira, files of keys and ids. Their
// inner form is not documented. Both readers take what can only be meant in one way and tell everything else with its place.

import type { Chunks } from "../users/decode.ts";
import { decode } from "../users/decode.ts";
import { readXml, type XmlHandler } from "../users/xmlStream.ts";
import type { Side } from "../types.ts";
import { badId, type Note, type ReadLink } from "./model.ts";

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

export interface LinkIdNames {
  /** Attribute or element that holds the master's id, and the target's; without case and signs. */
  readonly master: string;
  readonly target: string;
}

export interface LinkIdsHow {
  /** Where the reader does not know them. */
  readonly names?: LinkIdNames;
  /** What the connection's sides are: names that say a system tell which end is the master's. */
  readonly systems?: Readonly<Record<Side, string>>;
}

/** Names that say whose id they hold. */
const SYSTEM_OF: Readonly<Record<string, string>> = { almid: "almQc", qcid: "almQc", octaneid: "octane", jiraid: "jira", jirakey: "jira" };
const OF_SYSTEMS: readonly LinkIdNames[] = Object.keys(SYSTEM_OF).flatMap((master, at, all) => all.slice(at + 1).flatMap((target) => (SYSTEM_OF[master] === SYSTEM_OF[target] ? [] : [{ master, target }])));

/** Pairs of names that can only mean the two ends of a link. */
const KNOWN: readonly LinkIdNames[] = [
  { master: "masterid", target: "targetid" }, { master: "sourceid", target: "targetid" }, { master: "sourceid", target: "destinationid" }, { master: "id1", target: "id2" }, { master: "ep1id", target: "ep2id" }, { master: "endpoint1id", target: "endpoint2id" },
  { master: "leftid", target: "rightid" }, { master: "fromid", target: "toid" }, ...OF_SYSTEMS,
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
  /** What the ends that stood inside say of their types. */
  readonly ends: string[];
}

/** <source id="1" type="Defect"/>: says whose id it holds by its name, and is no record by itself. */
const isEnd = (frame: Frame, names: LinkIdNames | undefined): boolean =>
  frame.values.has("id") && (names === undefined ? KNOWN : [{ master: bare(names.master), target: bare(names.target) }]).some(({ master, target }) => [master, target].includes(bare(frame.name)));

interface Ends {
  readonly master: string;
  readonly target: string;
}

/** As the connection has them: the other way round where its sides are these systems the other way round. */
const turned = (ends: Ends, { master, target }: LinkIdNames, systems: LinkIdsHow["systems"]): Ends => {
  const [one, other] = [SYSTEM_OF[master], SYSTEM_OF[target]];
  if (systems === undefined || one === undefined || other === undefined || systems.master === one || systems.target === other) return ends;
  return systems.master === other || systems.target === one ? { master: ends.target, target: ends.master } : ends;
};

/** Whether the names are those of both systems of the connection: where a record tells ids of three, they are the ones meant. */
const isOfBoth = ({ master, target }: LinkIdNames, systems: LinkIdsHow["systems"]): boolean =>
  systems !== undefined && systems.master !== systems.target && [systems.master, systems.target].every((system) => [SYSTEM_OF[master], SYSTEM_OF[target]].includes(system));

const wanted = ({ names, systems }: LinkIdsHow): readonly LinkIdNames[] => (names === undefined ? KNOWN.toSorted((one, other) => Number(isOfBoth(other, systems)) - Number(isOfBoth(one, systems))) : [{ master: bare(names.master), target: bare(names.target) }]);

const pairOf = (values: ReadonlyMap<string, string>, names: readonly LinkIdNames[], systems: LinkIdsHow["systems"]): Ends | undefined => {
  for (const known of names) {
    const [one, other] = [values.get(known.master), values.get(known.target)];
    if (one !== undefined && other !== undefined) return turned({ master: one, target: other }, known, systems);
  }
  return undefined;
};

/** Words by which records of different kinds are told apart. */
const TYPES = ["type", "entitytype", "entity", "mastertype", "sourcetype", "targettype"];
const GROUP = ["name", "linkname", "link", ...TYPES];
const said = ({ values }: Frame, words: readonly string[]): readonly string[] => words.flatMap((word) => values.get(word) ?? []).filter((text) => text !== "");

/** What the file calls the link a record belongs to: names and types of the elements around it, below the root, and its own types. */
const groupOf = (frame: Frame, around: readonly Frame[]): string => [...around.slice(1).flatMap((each) => said(each, GROUP)), ...said(frame, TYPES), ...frame.ends].join("/");

const closed = (frame: Frame, around: readonly Frame[], how: LinkIdsHow, names: readonly LinkIdNames[]): ReadLink | undefined => {
  const place = { line: frame.line, column: frame.column };
  const pair = pairOf(frame.values, names, how.systems);
  if (pair !== undefined) {
    const bad = badId("master", pair.master) ?? badId("target", pair.target);
    const group = groupOf(frame, around);
    return bad === undefined ? { instruction: { action: "add", set: group === "" ? {} : { guid: group }, masterId: pair.master, targetId: pair.target, ...place } } : { note: { ...place, reason: bad } };
  }
  if (isEnd(frame, how.names)) return undefined;
  // A record of several values that holds no pair may be one we should have known; a container or a single value is none.
  const says = [...frame.values.keys()];
  return around.length > 0 && !frame.hasPair && (says.length > 1 || frame.hasEnd) ? { note: { ...place, reason: `<${frame.name}> is not understood; it holds ${says.slice(0, 6).join(", ")}` } } : undefined;
};

/** Pairs of what the file calls one link bear that name as their set. */
export const readLinkIdsMap = async function* (chunks: Chunks, how: LinkIdsHow = {}): AsyncGenerator<readonly ReadLink[]> {
  let batch: ReadLink[] = [];
  const stack: Frame[] = [];
  const names = wanted(how);
  const handler: XmlHandler = {
    open: (name, attributes, place) => void stack.push({ name, ...place, values: new Map(Object.entries(attributes).map(([key, value]) => [bare(key), value.trim()])), text: "", hasPair: false, hasEnd: false, ends: [] }),
    text: (text) => {
      const frame = stack[stack.length - 1];
      if (frame !== undefined) frame.text += text;
    },
    close: () => {
      const frame = stack.pop();
      const parent = stack[stack.length - 1];
      if (frame === undefined) return;
      const read = closed(frame, stack, how, names);
      if (read !== undefined) batch.push(read);
      if (parent === undefined) return;
      parent.hasPair ||= frame.hasPair || read !== undefined;
      if (isEnd(frame, how.names)) {
        parent.hasEnd = true;
        parent.ends.push(...said(frame, TYPES));
      }
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
