// Reads multipart/form-data: names, file names and bytes of the parts.

export interface Part {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly bytes: Buffer;
}

const HEAD_END = Buffer.from("\r\n\r\n");

const named = (head: string, name: string): string | null => {
  const encoded = new RegExp(`[;\\s]${name}\\*=(?:utf-8)''([^;\\r\\n]+)`, "i").exec(head)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded.trim());
  const found = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(head);
  return found ? (found[1]?.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"') ?? found[2] ?? "") : null;
};

const partOf = (bytes: Buffer): Part | null => {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = bytes.toString("utf8", 0, end);
  const disposition = /^content-disposition:.*$/im.exec(head)?.[0] ?? "";
  return { name: named(disposition, "name") ?? "", fileName: named(disposition, "filename"), contentType: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? null, bytes: bytes.subarray(end + HEAD_END.length) };
};

/** null where the body is none. */
export const partsOf = (contentType: string, body: Buffer): readonly Part[] | null => {
  const found = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const mark = Buffer.from(`\r\n--${boundary}`);
  const text = Buffer.concat([Buffer.from("\r\n"), body]);
  const parts: Part[] = [];
  for (let at = text.indexOf(mark); at >= 0; ) {
    const next = text.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = partOf(text.subarray(at + mark.length + 2, next));
    if (part) parts.push(part);
    at = next;
  }
  return parts;
};
