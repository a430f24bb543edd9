// Adds pairs to the value maps of a connection's file; all else in it, comments too, stays. Pure.

import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { FieldSchema } from "../types.ts";
import type { NewPair } from "./findingsCsv.ts";

const isNamed = (word: unknown, field: FieldSchema): boolean => [field.name, field.label].some((name) => name.toLowerCase() === String(word).toLowerCase());

const membersOf = (map: YAMLMap, name: string): readonly YAMLMap[] => {
  const list = map.get(name);
  return isSeq(list) ? list.items.filter((item): item is YAMLMap => isMap(item)) : [];
};

/** The field of the file that this mapping was compiled from. */
const nodeOf = (types: readonly YAMLMap[], { set, mapping }: NewPair): YAMLMap | undefined => {
  const fits = types.flatMap((type) => membersOf(type, "fields").filter((field) => isNamed(field.get("master"), mapping.master) && isNamed(field.get("target"), mapping.target)).map((field) => ({ type, field })));
  const own = fits.filter(({ type }) => String(type.get("master")).toLowerCase() === set.master.type.toLowerCase() && String(type.get("target")).toLowerCase() === set.target.type.toLowerCase());
  const [only, ...more] = own.length > 0 ? own : fits;
  return more.length === 0 ? only?.field : undefined;
};

/** Values that met by their names so far go on doing so. */
const metByName = ({ mapping }: NewPair): readonly { readonly master: string; readonly target: string }[] =>
  (mapping.master.choices ?? []).flatMap(({ name }) => {
    const partner = (mapping.target.choices ?? []).find((choice) => choice.name.toLowerCase() === name.toLowerCase());
    return partner === undefined ? [] : [{ master: name, target: partner.name }];
  });

/** Answers the new text, and the pairs whose field was not found in it. */
export const addValues = (text: string, pairs: readonly NewPair[]): { readonly text: string; readonly added: number; readonly lost: readonly NewPair[] } => {
  const document = parseDocument(text);
  const types = isMap(document.contents) ? membersOf(document.contents, "types") : [];
  const lost: NewPair[] = [];
  let added = 0;
  for (const pair of pairs) {
    const field = nodeOf(types, pair);
    if (field === undefined) {
      lost.push(pair);
      continue;
    }
    if (!isSeq(field.get("values"))) field.set("values", document.createNode(metByName(pair)));
    const values = field.get("values");
    const isThere = isSeq(values) && values.items.some((item) => isMap(item) && item.get("master") === pair.master && item.get("target") === pair.target);
    if (!isSeq(values) || isThere) continue;
    const node = document.createNode({ master: pair.master, target: pair.target });
    node.flow = true;
    values.add(node);
    added++;
  }
  return { text: added === 0 ? text : document.toString({ lineWidth: 0 }), added, lost };
};
