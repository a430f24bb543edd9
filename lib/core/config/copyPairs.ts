// Adds pairs of projects to the text of a connection's file, beside a pair that is there: for the same types, and with every
// other byte of the file as a person wrote it. Pure.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

export interface ProjectPair {
  readonly master: string;
  readonly target: string;
}

export interface AddedSet extends ProjectPair {
  readonly masterType: string;
  readonly targetType: string;
}

export interface CopiedPairs {
  readonly text: string;
  /** The sync sets that are new. */
  readonly added: readonly AddedSet[];
  readonly refused: readonly (ProjectPair & { readonly reason: string })[];
  /** No list of the file holds the template. */
  readonly missing: boolean;
}

interface PairList {
  readonly seq: YAMLSeq;
  readonly template: YAMLMap;
  readonly types: readonly { readonly master: string; readonly target: string }[];
}

const textOf = (map: YAMLMap, name: string): string => String(map.get(name) ?? "");
const isPair = (map: YAMLMap, pair: ProjectPair): boolean => textOf(map, "master") === pair.master && textOf(map, "target") === pair.target;
const resolved = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
const membersOf = (document: Document, node: unknown): readonly YAMLMap[] => (isSeq(node) ? node.items.map((item) => resolved(document, item)).filter(isMap) : []);

/** The lists that hold the template: the common one, for every type without its own, and those of types. A shared list comes once. */
const listsWith = (document: Document, template: ProjectPair): readonly PairList[] => {
  const types = membersOf(document, resolved(document, document.get("types", true)));
  const common = resolved(document, document.get("projects", true));
  const found = new Map<YAMLSeq, PairList>();
  for (const type of types) {
    const seq = type.has("projects") ? resolved(document, type.get("projects", true)) : common;
    const pair = membersOf(document, seq).find((member) => isPair(member, template));
    if (!isSeq(seq) || pair === undefined) continue;
    found.set(seq, { seq, template: pair, types: [...(found.get(seq)?.types ?? []), { master: textOf(type, "master"), target: textOf(type, "target") }] });
  }
  return [...found.values()];
};

const rangeOf = (node: unknown): readonly [number, number] => {
  const [start = 0, end = 0] = (node as Node).range ?? [];
  return [start, end];
};

/** The template's own words with other projects in them. */
const copyOf = (text: string, template: YAMLMap, pair: ProjectPair): string => {
  const [start, end] = rangeOf(template);
  const changes = template.items.flatMap((item) => {
    const name = isScalar(item.key) ? item.key.value : undefined;
    return (name === "master" || name === "target") && isScalar(item.value) ? [{ range: rangeOf(item.value), to: JSON.stringify(pair[name]) }] : [];
  });
  let copy = text.slice(start, end);
  for (const { range, to } of changes.toSorted((a, b) => b.range[0] - a.range[0])) copy = copy.slice(0, range[0] - start) + to + copy.slice(range[1] - start);
  return copy.trimEnd();
};

/** Where the next member goes, and what stands before it: a comma, or a line of its own with the dash where the others have it. */
const placeIn = (text: string, { seq, template }: PairList): { readonly at: number; readonly before: string; readonly after: string } => {
  const end = rangeOf(seq.items.at(-1))[1];
  if (seq.flow === true) return { at: end, before: ", ", after: "" };
  const lineEnd = text.indexOf("\n", text.slice(0, end).trimEnd().length);
  const start = rangeOf(template)[0];
  const head = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  // As the lines of the file end.
  return { at: lineEnd === -1 ? text.length : lineEnd, before: `\n${head}`, after: lineEnd > 0 && text[lineEnd - 1] === "\r" ? "\r" : "" };
};

const expectedOf = (document: Document, lists: readonly PairList[], adds: ReadonlyMap<PairList, readonly ProjectPair[]>): Document => {
  const copy = document.clone() as Document;
  const places = new Map(lists.map((list, at) => [at, list]));
  const copies = listsWith(copy, { master: textOf((lists[0] as PairList).template, "master"), target: textOf((lists[0] as PairList).template, "target") });
  copies.forEach((list, at) => {
    const original = places.get(at);
    for (const pair of original === undefined ? [] : (adds.get(original) ?? [])) list.seq.add(copy.createNode({ ...(list.template.toJS(copy) as object), ...pair }, { flow: true }));
  });
  return copy;
};

/** The same whatever the order of the words. */
const contentOf = (document: Document): string =>
  JSON.stringify(document.toJS(), (_, value: unknown) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value));

/** A pair goes into every list that holds the template and does not hold it yet. Answers the text unchanged where nothing is added. */
export const copyPairs = (text: string, template: ProjectPair, pairs: readonly ProjectPair[]): CopiedPairs => {
  const document: Document = parseDocument(text);
  const lists = listsWith(document, template);
  const adds = new Map<PairList, ProjectPair[]>(lists.map((list) => [list, []]));
  const refused: (ProjectPair & { reason: string })[] = [];
  const added: AddedSet[] = [];
  for (const [at, pair] of pairs.entries()) {
    const repeated = pairs.slice(0, at).some((other) => other.master === pair.master && other.target === pair.target);
    const open = lists.filter(({ seq }) => !membersOf(document, seq).some((member) => isPair(member, pair)));
    if (repeated || open.length === 0) refused.push({ ...pair, reason: repeated ? "is named twice" : "is mapped already" });
    else
      for (const list of open) {
        adds.get(list)?.push(pair);
        added.push(...list.types.map((type) => ({ ...pair, masterType: type.master, targetType: type.target })));
      }
  }
  if (lists.length === 0 || added.length === 0) return { text, added: [], refused: lists.length === 0 ? [] : refused, missing: lists.length === 0 };
  let edited = text;
  for (const list of lists.toSorted((a, b) => rangeOf(b.seq)[0] - rangeOf(a.seq)[0])) {
    const { at, before, after } = placeIn(text, list);
    const more = (adds.get(list) ?? []).map((pair) => before + copyOf(text, list.template, pair) + after).join("");
    edited = edited.slice(0, at) + more + edited.slice(at);
  }
  // What nobody writes by hand (anchors on members, tabs …) is left to the library, which may lay it out anew.
  const expected = expectedOf(document, lists, adds);
  const check = parseDocument(edited);
  const isRight = check.errors.length === 0 && contentOf(check) === contentOf(expected);
  return { text: isRight ? edited : expected.toString({ lineWidth: 0 }), added, refused, missing: false };
};
