// Memo fields: whole HTML documents. What the server does to a bare fragment or to scripts is not published (sheet, section 18): two switches.

import type { OctaneOptions } from "./options.ts";

const ACTIVE = /<(script|iframe|object|embed|applet|form)\b[^>]*>[^]*?<\/\1\s*>|<\/?(?:script|iframe|object|embed|applet|form|link|meta|base)\b[^>]*>/gi;
const HANDLER = /(<[a-z][^<>]*?)\s+on[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;
const SCRIPT_ADDRESS = /\b(href|src)\s*=\s*(["']?)\s*(?:javascript|vbscript):[^"'\s>]*\2/gi;

/** Repeats until nothing is left to take out: one removal may join the halves of another. */
const stripScripts = (html: string): string => {
  const less = html.replace(ACTIVE, "").replace(HANDLER, "$1").replace(SCRIPT_ADDRESS, '$1=""');
  return less === html ? html : stripScripts(less);
};

const isDocument = (html: string): boolean => /^\s*<html[\s>]/i.test(html);

export const keepMemo = (html: string, options: OctaneOptions): string => {
  const safe = options.memoScripts === "strip" && html.includes("<") ? stripScripts(html) : html;
  return options.memoFragments === "keep" || safe === "" || isDocument(safe) ? safe : `<html><body>\n${safe}\n</body></html>`;
};
