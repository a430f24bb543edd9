// Reads multipart/form-data by hand: the parts, their names, file names in whatever spelling, and their bytes.

export interface Part {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly body: Buffer;
}

const HEADER_END = Buffer.from("\r\n\r\n");

/** `filename*=UTF-8''…` wins over `filename="…"`, whose bytes are UTF-8. */
const parameter = (header: string, name: string): string | null => {
  const extended = new RegExp(`${name}\\*\\s*=\\s*(?:UTF-8|utf-8)''([^;\\r\\n]+)`).exec(header)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended.trim());
  const quoted = new RegExp(`[;\\s]${name}="((?:\\\\.|[^"\\\\])*)"`, "i").exec(header)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");
  return new RegExp(`[;\\s]${name}=([^;\\s]+)`, "i").exec(header)?.[1] ?? null;
};

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return null;
  const headers = bytes.subarray(0, end).toString("utf8");
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
  const contentType = /^content-type:\s*(.*)$/im.exec(headers)?.[1]?.trim() ?? null;
  return { name: parameter(disposition, "name") ?? "", filename: parameter(disposition, "filename"), contentType, body: bytes.subarray(end + 4) };
};

/** Null when it is no multipart body. */
export const readParts = (contentType: string, body: Buffer): readonly Part[] | null => {
  const found = /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const start = at + mark.length;
    if (body.subarray(start, start + 2).toString() === "--") break;
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), start);
    if (next < 0) break;
    const part = partOf(body.subarray(start + 2, next));
    if (part) parts.push(part);
    at = next + 2;
  }
  return parts;
};
