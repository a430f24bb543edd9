// Memo fields: whole HTML documents, re-formatted when written and made harmless when read (sheet, section 17).

import type { AlmQcOptions } from "./options.ts";

const ACTIVE = /<(script|iframe|object|embed|applet)\b[^>]*>[^]*?<\/\1\s*>|<\/?(?:script|iframe|object|embed|applet|form|input|button|link|meta|base)\b[^>]*>/gi;
const HANDLER = /(<[a-z][^<>]*?)\s+on[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;
const SCRIPT_ADDRESS = /\s(?:href|src)\s*=\s*(?:"\s*(?:javascript|vbscript):[^"]*"|'\s*(?:javascript|vbscript):[^']*'|(?:javascript|vbscript):[^\s>]*)/gi;
/** Relative addresses of images do not survive. */
const RELATIVE_IMAGE = /(<img\b[^>]*?)\s+src\s*=\s*(?:"(?!https?:|data:)[^"]*"|'(?!https?:|data:)[^']*')/gi;
const SUSPICIOUS = /<(?:script|iframe|object|embed|applet|form|input|button|link|meta|base|img)\b|\son[a-z]+\s*=|script:/i;

/** Repeats until nothing is left to take out: one removal may join the halves of another. */
const strip = (html: string): string => {
  const less = html.replace(ACTIVE, "").replace(HANDLER, "$1").replace(SCRIPT_ADDRESS, "").replace(RELATIVE_IMAGE, "$1");
  return less === html ? html : strip(less);
};

export const shownMemo = (html: string, { sanitize }: AlmQcOptions): string => (sanitize && SUSPICIOUS.test(html) ? strip(html) : html);

/** A `<` that begins no tag is text. */
const looseAngles = (html: string): string => html.replace(/<(?![a-z/!])/gi, "&lt;");

const BLOCK = "p|div|ul|ol|li|table|tbody|thead|tr|h[1-6]|pre|blockquote|hr";
const OPENING = new RegExp(`\\s*<(${BLOCK})(\\s[^<>]*)?>`, "gi");
const CLOSING = new RegExp(`</(${BLOCK})>\\s*`, "gi");

const withTableBody = (html: string): string => html.replace(/(<table\b[^>]*>)\s*(?=<tr\b)([^]*?)(<\/table>)/gi, (_, open: string, rows: string, close: string) => `${open}<tbody>${rows.trim()}</tbody>${close}`);

const reformat = (body: string): string =>
  withTableBody(body)
    .replace(/<br\s*\/?>/gi, "<br />")
    .replace(OPENING, (_, name: string, more: string | undefined) => `\n<${name.toLowerCase()}${more ?? ""}>`)
    .replace(CLOSING, (_, name: string) => `</${name.toLowerCase()}>\n`)
    .replace(/\n{2,}/g, "\n")
    .trim();

const BODY = /<body\b[^>]*>([^]*?)(?:<\/body\s*>|$)/i;

/** Line breaks of plain text are lost; those inside `<pre>` stay. */
const oneLine = (html: string): string => html.split(/(<pre\b[^>]*>[^]*?<\/pre>)/i).map((part, at) => (at % 2 === 1 ? part : part.replace(/\s*\r?\n\s*/g, " "))).join("");

export const keptMemo = (text: string, { memoFormat }: AlmQcOptions): string => {
  if (text.trim() === "") return "";
  const whole = BODY.exec(text)?.[1];
  if (memoFormat === "keep") return whole === undefined ? `<html><body>${looseAngles(text)}</body></html>` : text;
  const inner = reformat(oneLine(looseAngles(whole ?? text.replace(/<\/?html[^>]*>/gi, ""))).trim());
  return `<html><body>${/^<|>$/.test(inner) ? `\n${inner}\n` : inner}</body></html>`;
};


const escapeHtml = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const bodyOf = (memo: string): string => (BODY.exec(memo)?.[1] ?? memo).trim();

const RULE = '<br /><font color="#000080"><b>________________________________________</b></font><br />';

const EXAMPLE_RULE = "<br />________________________________________<br />";

/** A comment as the desktop client writes it, or as it stands in the vendor's example data: appended below a rule, with name and day (sheet, section 15). */
export const withComment = ({ commentStyle }: AlmQcOptions, memo: string, author: { readonly name: string; readonly fullName: string }, day: string, text: string): string => {
  const [year = "", month = "", date = ""] = day.split("-");
  const plain = commentStyle === "example";
  const who = `${escapeHtml(author.fullName)} &lt;${author.name}&gt;, ${plain ? `${month}/${date}/${year}` : `${Number(month)}/${Number(date)}/${year}`}: `;
  const head = plain ? who : `<font color="#000080"><b>${who}</b></font>`;
  const before = bodyOf(memo);
  const said = /<[a-z][^>]*>/i.test(text) ? bodyOf(text) : escapeHtml(text).replace(/\r?\n/g, "<br />");
  return `<html><body>${before === "" ? "" : `${before}${plain ? EXAMPLE_RULE : RULE}`}${head}${said}</body></html>`;
};
