// The page at `/`: what a sandbox holds and what it was asked, for a person's eyes. Item texts are hostile: all is escaped,
// and a policy with a nonce lets no script run but the page's own.

import { randomBytes } from "node:crypto";
import { countCalls, type SandboxCall } from "./calls.ts";
import type { Controls } from "./controls.ts";
import type { ItemRow, SandboxReply } from "./imitation.ts";
import { PAGE_SCRIPT, PAGE_STYLE } from "./pageParts.ts";

const MAX_ROWS = 2000;
const MAX_CALLS = 50;
const MAX_COUNTS = 30;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" };
const escaped = (value: unknown): string => String(value).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? character);

const has = (row: ItemRow, words: string): boolean => [row.type, row.id, row.key ?? "", row.project, row.name, row.status ?? ""].join("\n").toLowerCase().includes(words.toLowerCase());

const COLUMNS: readonly (readonly [string, (row: ItemRow) => string])[] = [
  ["Type", (row) => row.type],
  ["Id", (row) => row.key ?? row.id],
  ["Project", (row) => row.project],
  ["Name", (row) => row.name],
  ["Status", (row) => row.status ?? ""],
  ["Changed", (row) => row.changedAt],
];

const itemRow = (row: ItemRow, index: number): string => {
  const [type, ...cells] = COLUMNS.map(([, read]) => escaped(read(row)));
  const details = Object.entries({ id: row.id, ...(row.key === undefined ? {} : { key: row.key }), ...row.details });
  const list = details.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join("");
  return `<tr class="item"><td><button type="button" aria-expanded="false" aria-controls="d${index}">${type}</button></td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>
<tr class="details" id="d${index}" hidden><td colspan="${COLUMNS.length}"><dl>${list}</dl></td></tr>`;
};

const itemTable = (rows: readonly ItemRow[]): string => `<table id="items">
<thead><tr>${COLUMNS.map(([name]) => `<th scope="col" aria-sort="${name === "Changed" ? "descending" : "none"}"><button type="button">${name}</button></th>`).join("")}</tr></thead>
<tbody>
${rows.map(itemRow).join("\n")}
</tbody></table>`;

const simpleTable = (heads: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  `<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead><tbody>\n${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`).join("\n")}\n</tbody></table>`;

const callTables = (calls: readonly SandboxCall[], total: number): string => {
  const counts = countCalls(calls).slice(0, MAX_COUNTS);
  const recent = calls.slice(-MAX_CALLS).toReversed();
  const notes = (call: SandboxCall): string => [...(call.faults ?? []), ...(call.error === undefined ? [] : [call.error])].join("; ");
  return `<section><h2>Calls <small>${total}</small></h2>
${simpleTable(["Method", "Path", "Calls", "Failed"], counts.map((count) => [count.method, count.shape, count.calls, count.failed]))}
<details><summary>The last ${recent.length}</summary>
${simpleTable(["At", "Method", "Target", "Status", "ms", "Notes"], recent.map((call) => [call.at, call.method, call.target, call.status ?? "cut", call.ms ?? "", notes(call)]))}
</details></section>`;
};

const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url);

const html = (controls: Controls, words: string, nonce: string): string => {
  const all = controls.items();
  const found = all.filter((row) => words === "" || has(row, words)).toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : 0));
  const rows = found.slice(0, MAX_ROWS);
  const siblings = controls.siblings().filter(({ url }) => isWebAddress(url));
  const links = siblings.map(({ title, url }) => `<a href="${escaped(url)}">${escaped(title)}</a>`).join(" ");
  const clock = controls.clock.state();
  const system = escaped(controls.system);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${system} sandbox</title>
<style nonce="${nonce}">${PAGE_STYLE}</style></head>
<body><header><h1>${system} <small>sandbox</small></h1><nav>${links}</nav></header>
<main><p class="facts">${all.length} items · ${controls.callCount()} calls · faults ordered: ${controls.faults.list().length} · clock ${escaped(clock.now)} (${clock.mode})</p>
<form action="/_sandbox/" role="search"><input id="search" type="search" name="q" value="${escaped(words)}" placeholder="Search type, id, project, name, status" aria-label="Search"> <button>Search all</button> <span id="shown" role="status">${rows.length === found.length ? `${rows.length} shown` : `${rows.length} of ${found.length} shown`}</span></form>
${itemTable(rows)}
${callTables(controls.calls(), controls.callCount())}</main>
<script nonce="${nonce}">${PAGE_SCRIPT}</script></body></html>
`;
};

/** The page, with the items that have these words. */
export const page = (controls: Controls, words: string): SandboxReply => {
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  return { status: 200, headers: { "Content-Type": "text/html;charset=UTF-8", "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" }, body: html(controls, words, nonce) };
};
