// Reads multipart/form-data: names, file names in whatever spelling, and bytes of the parts, in the order in which they came.

export interface Part {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly bytes: Buffer;
}

export interface Multipart {
  readonly parts: readonly Part[];
  /** Whether the body ends as it should. */
  readonly whole: boolean;
}

const HEADER_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/** `filename*=UTF-8''…` wins over `filename="…"`, whose bytes are UTF-8. */
const parameter = (header: string, name: string): string | null => {
  const extended = new RegExp(`[;\\s]${name}\\*\\s*=\\s*UTF-8''([^;\\r\\n]+)`, "i").exec(header)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended.trim());
  const quoted = new RegExp(`[;\\s]${name}="((?:\\\\.|[^"\\\\])*)"`, "i").exec(header)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"').replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");
  return new RegExp(`[;\\s]${name}=([^;\\s]+)`, "i").exec(header)?.[1] ?? null;
};

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return null;
  const headers = bytes.toString("utf8", 0, end);
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
  return { name: parameter(disposition, "name") ?? "", fileName: parameter(disposition, "filename"), contentType: /^content-type:\s*(.*)$/im.exec(headers)?.[1]?.trim() ?? null, bytes: bytes.subarray(end + HEADER_END.length) };
};

/** Null where it is no multipart body. */
export const readMultipart = (contentType: string, body: Buffer): Multipart | null => {
  const found = /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  const edge = Buffer.concat([LINE_END, mark]);
  const parts: Part[] = [];
  for (let at = body.indexOf(mark); at >= 0; ) {
    const start = at + mark.length;
    if (body.toString("latin1", start, start + 2) === "--") return { parts, whole: true };
    const next = body.indexOf(edge, start);
    if (next < 0) break;
    const part = partOf(body.subarray(start + LINE_END.length, next));
    if (part) parts.push(part);
    at = next + LINE_END.length;
  }
  return { parts, whole: false };
};
