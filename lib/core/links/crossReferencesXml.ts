// The product's CrossReferences.xml (connect-product.md 2.3): <sets>, one <set syncsetguid="…"> per sync set, with adds and
// removes. What a pair looks like inside is not documented: it is read in every plausible form, and whatever is not
// understood is told with its place. What we write is the first of these forms.

import { badData, type Chunks, type Place } from "../users/decode.ts";
import { readXml, xmlAttribute, type XmlHandler } from "../users/xmlStream.ts";
import { type Action, badId, type Instruction, type ReadLink, type SetName, setText } from "./model.ts";

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** What an id is called inside an element that says whose it is: <source><id>1</id><type>Defect</type></source>. */
const INNER_IDS = new Set(["id", "artifactid", "itemid"]);

/** Names, without case and signs, under which an id of either side may stand as attribute or element. */
const MASTER_IDS = ["master", "masterid", "masterartifact", "masterartifactid", "masteritem", "masteritemid", "source", "sourceid", "sourceartifact", "sourceartifactid", "sourceitem", "sourceitemid", "from", "fromid"];
const TARGET_IDS = ["target", "targetid", "targetartifact", "targetartifactid", "targetitem", "targetitemid", "destination", "destinationid", "to", "toid"];

interface Ends {
  readonly master: ReadonlySet<string>;
  readonly target: ReadonlySet<string>;
}

/** Names that a person gives, or those that are known. */
const endsWith = (names: EndNames | undefined): Ends => ({ master: new Set(names === undefined ? MASTER_IDS : [bare(names.master)]), target: new Set(names === undefined ? TARGET_IDS : [bare(names.target)]) });
const PARTS: Readonly<Record<string, Action>> = { adds: "add", add: "add", removes: "remove", remove: "remove", deletes: "remove" };
const SET_NAMES: Readonly<Record<string, keyof SetName>> = {
  syncsetguid: "guid", guid: "guid", syncset: "key", key: "key", mastertype: "masterType", targettype: "targetType", sourcetype: "masterType", masterproject: "masterProject", targetproject: "targetProject", sourceproject: "masterProject",
};

export interface EndNames {
  /** Attribute or element that holds the master's id, and the target's; without case and signs. */
  readonly master: string;
  readonly target: string;
}

const setOf = (attributes: Readonly<Record<string, string>>): SetName => {
  const set: Partial<Record<keyof SetName, string>> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known = SET_NAMES[bare(name)];
    if (known !== undefined && value !== "") set[known] = value;
  }
  return set;
};

interface Pair {
  readonly name: string;
  readonly place: Place;
  readonly depth: number;
  master: string | undefined;
  target: string | undefined;
  text: string;
  /** The element just open holds no other. */
  leaf: boolean;
}

const newPair = (ends: Ends, name: string, place: Place, depth: number, attributes: Readonly<Record<string, string>>): Pair => {
  const pair: Pair = { name, place, depth, master: undefined, target: undefined, text: "", leaf: false };
  for (const [attribute, value] of Object.entries(attributes)) take(ends, pair, attribute, value);
  return pair;
};

const namesAnEnd = (ends: Ends, attributes: Readonly<Record<string, string>>): boolean => Object.keys(attributes).some((name) => ends.master.has(bare(name)) || ends.target.has(bare(name)));

const take = (ends: Ends, pair: Pair, name: string, value: string): void => {
  if (ends.master.has(bare(name))) pair.master ??= value.trim();
  else if (ends.target.has(bare(name))) pair.target ??= value.trim();
};

const finished = (pair: Pair, action: Action, set: SetName): ReadLink => {
  const { place, master, target, name } = pair;
  if (master === undefined || target === undefined) return { note: { ...place, reason: `<${name}> names no ${master === undefined ? "master" : "target"} id that is understood` } };
  const bad = badId("master", master) ?? badId("target", target);
  return bad === undefined ? { instruction: { action, set, masterId: master, targetId: target, ...place } } : { note: { ...place, reason: bad } };
};

const createHandler = (ends: Ends, done: (read: ReadLink) => void): XmlHandler => {
  const path: string[] = [];
  const told = new Set<string>();
  let set: SetName | undefined;
  let action: Action | undefined;
  let pair: Pair | undefined;
  let skipped = 0;
  const skip = (place: Place, reason: string): void => {
    done({ note: { ...place, reason } });
    skipped = path.length;
  };
  const open: XmlHandler["open"] = (name, attributes, place) => {
    path.push(name);
    if (skipped > 0) return;
    if (path.length === 1) {
      if (bare(name) !== "sets") throw badData(place, `the file begins with <${name}>`, "a cross reference file begins with <sets>");
    } else if (path.length === 2) {
      if (bare(name) !== "set") return skip(place, `<${name}> between the sets is not understood`);
      for (const attribute of Object.keys(attributes)) {
        if (SET_NAMES[bare(attribute)] !== undefined || told.has(attribute)) continue;
        told.add(attribute);
        done({ note: { ...place, reason: `the attribute ${attribute} of <set> is not understood and left out`, isHarmless: true } });
      }
      set = setOf(attributes);
      if (setText(set).replaceAll("\u0001", "") === "") skip(place, "a <set> that does not say which sync set it is (syncsetguid)");
    } else if (path.length === 3) {
      action = PARTS[bare(name)];
      if (action === undefined) skip(place, `<${name}> in a set is not understood; adds and removes are`);
      // A pair that stands in the set itself, without a part around it.
      else if (["add", "remove"].includes(bare(name)) && namesAnEnd(ends, attributes)) pair = newPair(ends, name, place, 3, attributes);
    } else if (pair === undefined) {
      pair = newPair(ends, name, place, 4, attributes);
    } else {
      pair.text = "";
      pair.leaf = true;
      const id = attributes["id"];
      if (id !== undefined) take(ends, pair, name, id);
    }
  };
  const close: XmlHandler["close"] = (name) => {
    if (skipped === 0 && pair !== undefined && set !== undefined && action !== undefined) {
      // What holds other elements says nothing by their texts.
      if (path.length > pair.depth && pair.leaf && pair.text.trim() !== "") take(ends, pair, INNER_IDS.has(bare(name)) ? (path.at(-2) ?? name) : name, pair.text);
      pair.leaf = false;
      if (path.length === pair.depth) {
        done(finished(pair, action, set));
        pair = undefined;
      }
    }
    if (skipped === path.length) skipped = 0;
    path.pop();
  };
  return { open, close, text: (text) => void (pair !== undefined && path.length > pair.depth && (pair.text += text)) };
};

/** Instructions and notes in the order of the file; a set's removes may stand behind its adds and still go first. `names`: instead of those that are known. */
export const readCrossReferences = async function* (chunks: Chunks, names?: EndNames): AsyncGenerator<readonly ReadLink[]> {
  let batch: ReadLink[] = [];
  yield* readXml(chunks, createHandler(endsWith(names), (read) => void batch.push(read)), () => {
    if (batch.length === 0) return undefined;
    const full = batch;
    batch = [];
    return full as readonly ReadLink[];
  });
};

const ATTRIBUTES: readonly (readonly [keyof SetName, string])[] = [["guid", "syncsetguid"], ["key", "syncset"], ["masterType", "mastertype"], ["targetType", "targettype"], ["masterProject", "masterproject"], ["targetProject", "targetproject"]];

type Written = Pick<Instruction, "action" | "set" | "masterId" | "targetId">;

const partXml = (name: string, element: string, pairs: readonly Written[]): string =>
  pairs.length === 0 ? "" : `    <${name}>\n${pairs.map((pair) => `      <${element} master="${xmlAttribute(pair.masterId)}" target="${xmlAttribute(pair.targetId)}"/>\n`).join("")}    </${name}>\n`;

const openSet = (set: SetName): string => `  <set${ATTRIBUTES.map(([key, name]) => (set[key] === undefined ? "" : ` ${name}="${xmlAttribute(set[key])}"`)).join("")}>\n`;

/** A file in pieces. Instructions of one set stand together in what is given; removes are written first, as they are done. */
export const writeCrossReferences = async function* (batches: AsyncIterable<readonly Written[]> | Iterable<readonly Written[]>): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<sets>\n';
  let open: string | undefined;
  for await (const batch of batches) {
    const groups = new Map<string, Written[]>();
    for (const each of batch) {
      const text = setText(each.set);
      const group = groups.get(text);
      if (group === undefined) groups.set(text, [each]);
      else group.push(each);
    }
    for (const [text, group] of groups) {
      if (open !== text) {
        if (open !== undefined) yield "  </set>\n";
        yield openSet(group[0]?.set ?? {});
        open = text;
      }
      yield partXml("removes", "remove", group.filter((each) => each.action === "remove")) + partXml("adds", "add", group.filter((each) => each.action === "add"));
    }
  }
  if (open !== undefined) yield "  </set>\n";
  yield "</sets>\n";
};

/** A file with sets to be filled in: who writes pairs by hand need not know how a set is named. */
export const writeFrame = (sets: readonly SetName[]): string => `<?xml version="1.0" encoding="UTF-8"?>\n<sets>\n${sets.map((set) => `${openSet(set)}    <removes>\n    </removes>\n    <adds>\n    </adds>\n  </set>\n`).join("")}</sets>\n`;
