// ADF as the HTML of renderedFields and renderedBody. For display only.

import { dayOf } from "./adfToWiki.ts";
import type { AdfMark, AdfNode } from "./model.ts";

const escapeHtml = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const TAGS: Readonly<Record<string, string>> = { strong: "b", em: "em", underline: "ins", strike: "del", code: "tt" };

const markHtml = (html: string, mark: AdfMark): string => {
  const tag = TAGS[mark.type];
  if (tag) return `<${tag}>${html}</${tag}>`;
  if (mark.type === "subsup") return mark.attrs?.["type"] === "sub" ? `<sub>${html}</sub>` : `<sup>${html}</sup>`;
  if (mark.type === "textColor") return `<font color="${escapeHtml(String(mark.attrs?.["color"]))}">${html}</font>`;
  if (mark.type === "link") return `<a href="${escapeHtml(String(mark.attrs?.["href"]))}" class="external-link" rel="nofollow noreferrer">${html}</a>`;
  return html;
};

const inner = (node: AdfNode): string => (node.content ?? []).map(html).join("");

/** A lone paragraph in a list item or cell stands without its tag. */
const tight = (node: AdfNode): string => {
  const [first, ...rest] = node.content ?? [];
  return first?.type === "paragraph" ? inner(first) + rest.map(html).join("") : inner(node);
};

const leafHtml = (node: AdfNode): string => {
  const attr = (name: string): string => escapeHtml(String(node.attrs?.[name] ?? ""));
  switch (node.type) {
    case "text": return (node.marks ?? []).reduce(markHtml, escapeHtml(node.text ?? ""));
    case "hardBreak": return "<br/>\n";
    case "rule": return "<hr />";
    case "mention": return `<a href="#" class="user-hover" rel="${attr("id")}">${attr("text") || attr("id")}</a>`;
    case "inlineCard": case "blockCard": case "embedCard": return `<a href="${attr("url")}">${attr("url")}</a>`;
    case "media": return `<img src="${attr("url") || attr("alt")}" alt="${attr("alt")}" />`;
    case "date": return dayOf(attr("timestamp"));
    default: return attr("text") || attr("shortName");
  }
};

const html = (node: AdfNode): string => {
  switch (node.type) {
    case "doc": return (node.content ?? []).map(html).join("\n\n");
    case "paragraph": return `<p>${inner(node)}</p>`;
    case "heading": return `<h${String(node.attrs?.["level"])}>${inner(node)}</h${String(node.attrs?.["level"])}>`;
    case "bulletList": case "taskList": case "decisionList": return `<ul>\n${inner(node)}</ul>`;
    case "orderedList": return `<ol>\n${inner(node)}</ol>`;
    case "listItem": case "taskItem": case "decisionItem": return `\t<li>${tight(node)}</li>\n`;
    case "blockquote": return `<blockquote>${inner(node)}</blockquote>`;
    case "codeBlock": return `<div class="code panel"><div class="codeContent panelContent"><pre class="code-${escapeHtml(String(node.attrs?.["language"] ?? "java"))}">${inner(node)}</pre></div></div>`;
    case "panel": return `<div class="panel"><div class="panelContent">${inner(node)}</div></div>`;
    case "table": return `<div class="table-wrap"><table class="confluenceTable"><tbody>${inner(node)}</tbody></table></div>`;
    case "tableRow": return `<tr>${inner(node)}</tr>`;
    case "tableHeader": return `<th class="confluenceTh">${tight(node)}</th>`;
    case "tableCell": return `<td class="confluenceTd">${tight(node)}</td>`;
    default: return node.content ? inner(node) : leafHtml(node);
  }
};

export const adfToHtml = (doc: AdfNode): string => html(doc);
