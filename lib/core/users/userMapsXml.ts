// User maps in the product's XML (connect-product.md 2.1): a <UserMaps> block with one <UserMap> per person. Reads row by
// row; writes in canonical order; leaves everything outside the block as it is, byte for byte.

import { badData, type Chunks, type Encoding, isDeclaredAscii, type Place, type Sniffed, sniff } from "./decode.ts";
import { canonical, createChecker, isDataSource, type ReadMap, type UserMap, type UserName, userName, withoutLayout } from "./userMap.ts";
import { readXml, type XmlHandler, xmlText } from "./xmlStream.ts";

const BATCH = 1000;

interface Draft {
  readonly place: Place;
  name: string | undefined;
  readonly users: UserName[];
  user: { type?: string; value?: string; name?: string; isReadOnly?: boolean } | undefined;
  text: string;
  problem: string | undefined;
}

/** Elements as they may stand inside each other; the path is from <UserMaps> on. */
const PATHS = new Set(["UserMap", "UserMap/name", "UserMap/User", "UserMap/User/type", "UserMap/User/value", "UserMap/User/name"]);

const closeUser = (draft: Draft): void => {
  const { type, value, name, isReadOnly = false } = draft.user ?? {};
  draft.user = undefined;
  if (type !== undefined && !isDataSource(type)) draft.problem ??= `a <User> of type "${type.trim()}": only DataSource is known`;
  else if (value === undefined || name === undefined) draft.problem ??= `a <User> without <${value === undefined ? "value" : "name"}>`;
  else draft.users.push(userName(value, name, isReadOnly));
};

/** Ours, and absent from what the product writes: a name that may be written. As XML Schema writes yes and no. */
const READ_ONLY = "readOnly";
const MARKS: ReadonlyMap<string, boolean> = new Map([["true", true], ["1", true], ["false", false], ["0", false]]);

const openUser = (draft: Draft, said: string | undefined): void => {
  const isReadOnly = said === undefined ? false : MARKS.get(said.trim());
  if (isReadOnly === undefined) draft.problem ??= `a <User> with ${READ_ONLY}="${said ?? ""}": it is "true" or left out`;
  draft.user = { isReadOnly: isReadOnly === true };
};

const closeLeaf = (draft: Draft, path: string): void => {
  // As editors lay it out: on a line of its own.
  const text = withoutLayout(draft.text);
  if (path === "UserMap/name") {
    if (draft.name !== undefined) draft.problem ??= "two <name> in one <UserMap>";
    draft.name ??= text;
    return;
  }
  const leaf = path.slice("UserMap/User/".length) as "type" | "value" | "name";
  if (draft.user === undefined) return;
  if (draft.user[leaf] !== undefined) draft.problem ??= `two <${leaf}> in one <User>`;
  draft.user[leaf] ??= text;
};

const finish = (draft: Draft, check: (map: UserMap) => string | undefined): ReadMap => {
  const map: UserMap = { name: draft.name ?? "", users: draft.users };
  const reason = draft.problem ?? (draft.name === undefined ? "no <name>" : check(map));
  return { ...draft.place, ...(reason === undefined ? { map: canonical(map) } : { reason }) };
};

const createHandler = (done: (read: ReadMap) => void): { readonly handler: XmlHandler; readonly blocks: () => number } => {
  const { check } = createChecker();
  const path: string[] = [];
  let inside = false;
  let blocks = 0;
  let draft: Draft | undefined;
  const handler: XmlHandler = {
    open: (name, attributes, place) => {
      if (!inside) {
        inside = name === "UserMaps";
        if (inside && ++blocks > 1) throw badData(place, "a second <UserMaps> block");
        return;
      }
      path.push(name);
      const full = path.join("/");
      if (full === "UserMap") draft = { place, name: undefined, users: [], user: undefined, text: "", problem: undefined };
      else if (draft === undefined && path.length === 1) throw badData(place, `<${name}> inside <UserMaps>, where only <UserMap> may stand`);
      else if (draft !== undefined && !PATHS.has(full)) draft.problem ??= `<${name}> is not known here`;
      if (draft === undefined) return;
      draft.text = "";
      if (full === "UserMap/User") openUser(draft, attributes[READ_ONLY]);
    },
    close: () => {
      if (!inside) return;
      const full = path.join("/");
      if (path.pop() === undefined) inside = false;
      else if (draft === undefined) return;
      else if (full === "UserMap") {
        done(finish(draft, check));
        draft = undefined;
      } else if (full === "UserMap/User") closeUser(draft);
      else if (PATHS.has(full)) closeLeaf(draft, full);
      if (draft !== undefined) draft.text = "";
    },
    text: (text, place) => {
      if (!inside) return;
      if (draft !== undefined && path.length > 1 && path[path.length - 1] !== "User") draft.text += text;
      else if (/\S/.test(text)) {
        if (draft === undefined) throw badData(place, "text between user maps");
        draft.problem ??= "text between its elements";
      }
    },
  };
  return { handler, blocks: () => blocks };
};

/** Batches of maps and rejects, in the order of the file. Throws DataError where the file is no XML or holds no block. */
export const readUserMapsXml = async function* (chunks: Chunks): AsyncGenerator<readonly ReadMap[]> {
  let batch: ReadMap[] = [];
  const { handler, blocks } = createHandler((read) => void batch.push(read));
  const take = (): readonly ReadMap[] | undefined => {
    if (batch.length === 0) return undefined;
    const full = batch;
    batch = [];
    return full;
  };
  yield* readXml(chunks, handler, take);
  if (blocks() === 0) throw badData({ line: 1, column: 1 }, "no <UserMaps> block in the file", "is this a user map export?");
};

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<UserMaps>\n';
const XML_TAIL = "</UserMaps>\n";

/** One person as the block holds it; names in canonical order. `x`: what stands before the names of elements, with its colon. */
const userMapXml = (map: UserMap, x = ""): string => {
  let xml = `  <${x}UserMap>\n    <${x}name>${xmlText(map.name)}</${x}name>\n`;
  for (const { dataSource, name, readOnly } of canonical(map).users) xml += `    <${x}User${readOnly === true ? ` ${READ_ONLY}="true"` : ""}>\n      <${x}type>DataSource</${x}type>\n      <${x}value>${xmlText(dataSource)}</${x}value>\n      <${x}name>${xmlText(name)}</${x}name>\n    </${x}User>\n`;
  return `${xml}  </${x}UserMap>\n`;
};

/** A whole file from maps in order of their label. */
export const writeUserMapsXml = async function* (maps: AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>): AsyncGenerator<string> {
  yield XML_HEAD;
  for await (const batch of maps) if (batch.length > 0) yield batch.map((map) => userMapXml(map)).join("");
  yield XML_TAIL;
};

/** Where the inside of the block lies in the bytes of a file. */
export interface UserMapsBlock {
  readonly encoding: Encoding;
  /** Its declaration allows no letter beyond the first 128. */
  readonly isAscii: boolean;
  readonly start: number;
  readonly end: number;
  /** The block is written <UserMaps/>; start and end then hold its last two letters. */
  readonly selfClosing: boolean;
  /** What stands before the name of the block, with its colon; mostly nothing. */
  readonly prefix: string;
  /** As the lines of the file end. */
  readonly newline: string;
  /** What stands in front of the end tag on its line. */
  readonly indent: string;
}

const byteLength = (text: string, encoding: Encoding): number => (encoding === "utf-8" ? new TextEncoder().encode(text).length : encoding.startsWith("utf-16") ? text.length * 2 : text.length);

/** Finds the block in a file that is held whole. */
const findUserMapsBlock = async (bytes: Uint8Array): Promise<UserMapsBlock> => {
  const sniffed: Sniffed = sniff(bytes);
  const text = new TextDecoder(sniffed.encoding, { ignoreBOM: true }).decode(bytes.subarray(sniffed.mark));
  let found: { start: number; end: number; selfClosing: boolean } | undefined;
  let depth = 0;
  const handler: XmlHandler = {
    open: (name, _, place, position, selfClosing) => {
      if (depth > 0) depth++;
      else if (name === "UserMaps") {
        if (found !== undefined) throw badData(place, "a second <UserMaps> block");
        depth = 1;
        found = { start: selfClosing ? position - 2 : position, end: position, selfClosing };
      }
    },
    close: (_, __, position) => {
      if (depth > 0 && --depth === 0 && found !== undefined && !found.selfClosing) found.end = text.lastIndexOf("</", position - 1);
    },
    text: () => undefined,
  };
  for await (const nothing of readXml([bytes], handler, () => undefined)) void nothing;
  if (found === undefined) throw badData({ line: 1, column: 1 }, "no <UserMaps> block in the file", "is this a user map export?");
  const { start, end, selfClosing } = found;
  const before = byteLength(text.slice(0, start), sniffed.encoding) + sniffed.mark;
  return {
    encoding: sniffed.encoding,
    isAscii: isDeclaredAscii(text),
    start: before,
    end: before + byteLength(text.slice(start, end), sniffed.encoding),
    selfClosing,
    prefix: /<([^\s<>/:]+:)?[^<]*$/.exec(text.slice(0, start))?.[1] ?? "",
    newline: /\r?\n/.exec(text)?.[0] ?? "\n",
    indent: /[ \t]*$/.exec(text.slice(start, end))?.[0] ?? "",
  };
};

const encode = (text: string, encoding: Encoding, isAscii: boolean): Uint8Array => {
  if (encoding === "utf-8" && !isAscii) return new TextEncoder().encode(text);
  if (!encoding.startsWith("utf-16")) return new TextEncoder().encode(text.replace(/[^\u0000-\u007f]/gu, (letter) => `&#${letter.codePointAt(0) ?? 0};`));
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), encoding === "utf-16le");
  return bytes;
};

/** The file again with other maps in its block, in pieces; nothing outside the block differs by a byte. */
export const replaceUserMaps = async function* (old: Uint8Array, maps: AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>): AsyncGenerator<Uint8Array> {
  const block = await findUserMapsBlock(old);
  // A parser makes \n of \r\n again, in names too.
  const bytesOf = (text: string): Uint8Array => encode(block.newline === "\n" ? text : text.replaceAll("\n", block.newline), block.encoding, block.isAscii);
  yield old.subarray(0, block.start);
  yield bytesOf(block.selfClosing ? ">\n" : "\n");
  for await (const batch of maps) for (let at = 0; at < batch.length; at += BATCH) yield bytesOf(batch.slice(at, at + BATCH).map((map) => userMapXml(map, block.prefix)).join(""));
  if (block.selfClosing) yield bytesOf(`</${block.prefix}UserMaps>`);
  else if (block.indent !== "") yield bytesOf(block.indent);
  yield old.subarray(block.end);
};
