// multipart/form-data by hand: parts in the order in which they came (sheet, section 16).

export interface Part {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly content: Buffer;
}

const HEADER_END = Buffer.from("\r\n\r\n");

const parameter = (header: string, name: string): string | null => {
  const extended = new RegExp(`[;\\s]${name}\\*\\s*=\\s*UTF-8''([^;\\r\\n]+)`, "i").exec(header)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended.trim());
  const quoted = new RegExp(`[;\\s]${name}="((?:\\\\.|[^"\\\\])*)"`, "i").exec(header)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"');
  return new RegExp(`[;\\s]${name}=([^;\\s]+)`, "i").exec(header)?.[1] ?? null;
};

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return null;
  const headers = bytes.subarray(0, end).toString("utf8");
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
  return {
    name: parameter(disposition, "name") ?? "",
    fileName: parameter(disposition, "filename"),
    contentType: /^content-type:\s*(.*)$/im.exec(headers)?.[1]?.trim() ?? null,
    content: bytes.subarray(end + HEADER_END.length),
  };
};

/** Null where the boundary is missing or the body does not end with it. */
export const readParts = (contentType: string, body: Buffer): readonly Part[] | null => {
  const found = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const start = at + mark.length;
    if (body.subarray(start, start + 2).toString() === "--") return parts;
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), start);
    if (next < 0) return null;
    const part = partOf(body.subarray(start + 2, next));
    if (part) parts.push(part);
    at = next + 2;
  }
  return null;
};
