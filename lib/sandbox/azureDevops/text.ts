// Small makers of wire texts: GUIDs that are the same in every run, dates as the system writes them, HTML as it keeps it.

import { createHash } from "node:crypto";

/** A GUID that depends on its name alone. */
export const guid = (name: string): string => {
  const hex = createHash("sha1").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const ZERO_GUID = "00000000-0000-0000-0000-000000000000";
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** UTC with up to three decimals, trailing zeros cut (sheet §6). */
export const wireDate = (at: number): string => new Date(at).toISOString().replace(/(\.\d*?)0+Z$/, "$1Z").replace(/\.Z$/, "Z");

/** Which of two times on the wire is earlier. As text they cannot be compared: their trailing zeros are cut, and .94Z would stand behind .943Z. */
export const byTime = (a: string, b: string): number => Date.parse(a) - Date.parse(b);

export const FAR_FUTURE = "9999-01-01T00:00:00Z";

/** ISO, RFC 1123 (the Node client's form) or a day. */
export const readDate = (text: string): number => {
  const at = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(at) ? Number.NaN : at;
};

/** The recycle bin writes dates as in the United States, without a zone (sheet §15). */
export const usDate = (iso: string): string => {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${at.getUTCHours() % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${at.getUTCHours() < 12 ? "AM" : "PM"}`;
};

const KEPT = new Set(["href", "src", "alt", "title", "style", "colspan", "rowspan", "width", "height", "align", "class", "target", "data-vss-mention", "start", "type", "border", "cellpadding", "cellspacing", "name", "id"]);

const attributes = (text: string): string =>
  [...text.matchAll(/([\w:-]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g)]
    .filter(([, name, value]) => KEPT.has((name ?? "").toLowerCase()) && !/^["']?\s*(javascript|vbscript):/i.test(value ?? ""))
    .map(([, name, value]) => (value === undefined ? ` ${name}` : ` ${(name ?? "").toLowerCase()}="${value.replace(/^["']|["']$/g, "").replaceAll('"', "&quot;")}"`))
    .join("");

/** Scripts and what could act are taken out: what is read back is not always what was written (sheet §9.4). */
export const sanitise = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(script|style|iframe|object|embed|form|svg|math)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<\/?(script|style|iframe|object|embed|form|input|button|meta|link|base|svg|math)\b[^>]*>/gi, "")
    .replace(/<([a-z][\w:-]*)((?:\s+[^<>]*?)?)(\s*\/?)>/gi, (_, tag: string, rest: string, end: string) => `<${tag.toLowerCase()}${attributes(rest)}${end.trim() === "/" ? "/" : ""}>`);

export const plain = (html: string): string =>
  html
    .replace(/<br\s*\/?>|<\/(p|div|li|tr|h\d)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&")
    .replace(/\n{2,}/g, "\n")
    .trim();

/** Markdown shown as HTML, as far as people use it in comments. */
export const markdownToHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .split(/\n{2,}/)
    .map((block) => `<p>${block.replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>").replace(/\*(.+?)\*/g, "<em>$1</em>").replace(/`(.+?)`/g, "<code>$1</code>").replaceAll("\n", "<br>")}</p>`)
    .join("");

/** Names of properties are taken in any case: many scripts write IsDeleted or Query. */
export const lowerFirst = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [/^[A-Z][A-Za-z]*$/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name, value]));
