// Attachments: multipart and raw creation, names, downloads (sheet, section 17). There is no bulk creation.

import { parseJson } from "../foreignJson.ts";
import { CODES, illegal, OctaneError } from "./errors.ts";
import type { Entity, EntityType } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import { mediaType, type OctaneRequest } from "./request.ts";
import { create } from "./deeds.ts";
import type { WriteScope } from "./values.ts";

interface Part {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly body: Buffer;
}

const parameter = (header: string, name: string): string | undefined => {
  const found = new RegExp(`(?:^|;)\\s*${name}\\*?=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, "i").exec(header);
  return (found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2])?.trim();
};

const badMultipart = (why: string): OctaneError => new OctaneError(400, CODES.badBody, `The multipart body cannot be read: ${why}.`);

const readPart = (bytes: Buffer): Part => {
  const cut = bytes.indexOf("\r\n\r\n");
  if (cut < 0) throw badMultipart("a part has no headers");
  const headers = bytes.subarray(0, cut).toString("utf8").split("\r\n");
  const disposition = headers.find((line) => /^content-disposition:/i.test(line))?.replace(/^[^:]*:/, "") ?? "";
  return { name: parameter(disposition, "name") ?? "", fileName: parameter(disposition, "filename"), body: bytes.subarray(cut + 4) };
};

const readParts = (body: Buffer, boundary: string): readonly Part[] => {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    if (body.subarray(from, from + 2).toString("latin1") === "--") return parts;
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), from);
    if (next < 0) throw badMultipart("the closing boundary is missing");
    parts.push(readPart(body.subarray(from + 2, next)));
    at = next + 2;
  }
  throw badMultipart("the boundary does not occur");
};

/** First bytes, in hex, by extension. */
const MAGIC: Readonly<Record<string, string>> = { png: "89504e47", jpg: "ffd8ff", jpeg: "ffd8ff", gif: "47494638", pdf: "25504446", zip: "504b", docx: "504b", xlsx: "504b", gz: "1f8b" };

export const extensionOf = (name: string): string => (name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "");

export const checkName = (raw: unknown, options: OctaneOptions): string => {
  if (typeof raw !== "string" || raw.trim() === "") throw illegal("name", "it is required");
  const name = raw.trim();
  if (name.startsWith(".")) throw illegal("name", "it starts with a dot");
  if (/[/\\:*?"<>|]/.test(name)) throw illegal("name", 'none of / \\ : * ? " < > | may stand in it');
  const extension = extensionOf(name);
  if (options.attachmentExtensions && !options.attachmentExtensions.includes(extension)) throw illegal("name", `files with the extension "${extension}" are not allowed`);
  return name;
};

const checkContent = (name: string, bytes: Buffer, options: OctaneOptions): void => {
  if (options.maxAttachmentBytes !== null && bytes.length > options.maxAttachmentBytes) throw new OctaneError(400, CODES.illegalValue, `The file is larger than ${options.maxAttachmentBytes} bytes.`, {}, true);
  const magic = MAGIC[extensionOf(name)];
  if (options.checkAttachmentContent && magic && !bytes.subarray(0, 8).toString("hex").startsWith(magic)) throw illegal("name", "the content does not fit the extension");
};

export const attach = (scope: WriteScope, input: Readonly<Record<string, unknown>>, bytes: Buffer): Entity => {
  const type = scope.world.schema.typeNamed("attachment");
  const name = checkName(input.name, scope.options);
  checkContent(name, bytes, scope.options);
  const made = create(scope, type, { ...input, name });
  scope.world.files.set(made.id, bytes);
  return scope.world.set(made, { ...made.v, size: bytes.length });
};

const parsed = (text: string, what: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw badMultipart(`${what} is no JSON: ${String(error)}`);
  }
  if (typeof value !== "object" || value === null) throw badMultipart(`${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
};

const fromMultipart = (request: OctaneRequest): { readonly input: Readonly<Record<string, unknown>>; readonly bytes: Buffer } => {
  const boundary = parameter(request.header("content-type") ?? "", "boundary");
  if (!boundary) throw badMultipart("the boundary is not named");
  const parts = readParts(request.body, boundary);
  const entity = parts.find((part) => part.name === "entity");
  const content = parts.find((part) => part.name === "content") ?? parts.find((part) => part.fileName !== undefined && part !== entity);
  if (!entity || !content) throw badMultipart("the parts entity and content are needed");
  const whole = parsed(entity.body.toString("utf8"), "the part entity");
  const input = Array.isArray(whole.data) ? (whole.data[0] as Readonly<Record<string, unknown>>) : whole;
  return { input: { name: content.fileName, ...input }, bytes: content.body };
};

/** The owner in the URL: an object, its id as number or text, or the bare id. */
const fromUrl = (request: OctaneRequest, type: EntityType): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...request.params]
      .filter(([name]) => type.fields.has(name))
      .map(([name, text]) => (name.startsWith("owner_") || name === "author" ? [name, /^\s*\{/.test(text) ? parsed(text, name) : { id: text.replace(/^"|"$/g, "") }] : [name, text])),
  );

/** The attachment a POST makes, or null when its body is JSON, which has no bytes. */
export const attachmentFromPost = (scope: WriteScope, request: OctaneRequest): Entity => {
  const media = mediaType(request.header("content-type"));
  if (media === "multipart/form-data") {
    const { input, bytes } = fromMultipart(request);
    return attach(scope, input, bytes);
  }
  if (media !== "application/octet-stream") throw new OctaneError(415, CODES.badBody, `Attachments are sent as multipart/form-data or application/octet-stream, not as ${media || "nothing"}.`);
  return attach(scope, fromUrl(request, scope.world.schema.typeNamed("attachment")), request.body);
};
