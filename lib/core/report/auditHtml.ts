// The audit as one self-contained HTML file: figures, charts as inline SVG, a searchable table. Pure. Every text that came
// from an endpoint is hostile: it goes through `esc` or, for the table, through JSON that cannot leave its element.

import { hash } from "node:crypto";
import { readableTime } from "../time.ts";
import { AUDIT_STATES, type AuditFacts, type AuditState, countStates, openCount, type SetFacts } from "./auditFacts.ts";
import { AUDIT_SCRIPT, AUDIT_STYLE } from "./auditPage.ts";

const esc = (text: string): string => text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

const COLOURS: Readonly<Record<AuditState, string>> = {
  "in step": "#2f9e6e",
  pending: "#3b7dd8",
  held: "#e0a100",
  failed: "#d64545",
  missing: "#8a4fbf",
  unpaired: "#7d8894",
  unlinked: "#c3cad1",
};

const total = (counts: Readonly<Record<AuditState, number>>): number => AUDIT_STATES.reduce((sum, state) => sum + counts[state], 0);

/** A ring of the states of all items. */
const ring = (counts: Readonly<Record<AuditState, number>>): string => {
  const all = total(counts);
  const circumference = 2 * Math.PI * 70;
  let offset = 0;
  const arcs = AUDIT_STATES.filter((state) => counts[state] > 0).map((state) => {
    const length = (counts[state] / Math.max(all, 1)) * circumference;
    const arc = `<circle r="70" cx="100" cy="100" fill="none" stroke="${COLOURS[state]}" stroke-width="26" stroke-dasharray="${length.toFixed(2)} ${(circumference - length).toFixed(2)}" stroke-dashoffset="${(-offset).toFixed(2)}" transform="rotate(-90 100 100)"><title>${state}: ${counts[state]}</title></circle>`;
    offset += length;
    return arc;
  });
  const share = all === 0 ? "–" : `${Math.floor((counts["in step"] / all) * 100)} %`;
  return `<svg viewBox="0 0 200 200" role="img" aria-label="${share} in step"><circle r="70" cx="100" cy="100" fill="none" stroke="#edf0f3" stroke-width="26"/>${arcs.join("")}<text x="100" y="98" text-anchor="middle" class="big">${share}</text><text x="100" y="120" text-anchor="middle" class="small">in step</text></svg>`;
};

/** One bar per sync set, its states side by side. */
const bars = (sets: readonly SetFacts[]): string => {
  const most = Math.max(1, ...sets.map((set) => set.rows.length));
  const rows = sets.map((set, index) => {
    const counts = countStates([set]);
    const y = index * 30 + 4;
    let x = 210;
    const parts = AUDIT_STATES.filter((state) => counts[state] > 0).map((state) => {
      const width = Math.max((counts[state] / most) * 440, 2);
      const part = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="20" rx="2" fill="${COLOURS[state]}"><title>${state}: ${counts[state]}</title></rect>`;
      x += width;
      return part;
    });
    return `<text x="200" y="${y + 15}" text-anchor="end">${esc(`${set.master.type} ~ ${set.target.type}`)}</text>${parts.join("")}<text x="${(x + 6).toFixed(1)}" y="${y + 15}" class="small">${set.rows.length}</text>`;
  });
  return `<svg viewBox="0 0 720 ${Math.max(sets.length * 30, 30)}" role="img" aria-label="items per type">${rows.join("")}</svg>`;
};

/** Writes of the last runs, oldest left. */
const history = (facts: AuditFacts): string => {
  const runs = facts.runs.toReversed();
  if (runs.length === 0) return "<p>No run is recorded yet.</p>";
  const writes = runs.map((run) => Object.entries(run.counts).reduce((sum, [name, n]) => (/^(created|updated|deleted)\./.test(name) ? sum + n : sum), 0));
  const most = Math.max(1, ...writes);
  const columns = runs.map((run, index) => {
    const height = Math.max(((writes[index] ?? 0) / most) * 90, 3);
    const colour = run.status === "done" ? COLOURS["in step"] : run.status === "partly" ? COLOURS.held : COLOURS.failed;
    return `<rect x="${index * 34 + 4}" y="${(100 - height).toFixed(1)}" width="24" height="${height.toFixed(1)}" rx="2" fill="${colour}"><title>${esc(`${readableTime(run.at)}: ${run.status}, ${writes[index] ?? 0} writes`)}</title></rect><text x="${index * 34 + 16}" y="114" text-anchor="middle" class="small">${writes[index] ?? 0}</text>`;
  });
  return `<svg viewBox="0 0 ${runs.length * 34 + 8} 120" style="max-width:${runs.length * 34 + 8}px" role="img" aria-label="writes of the last runs">${columns.join("")}</svg>`;
};

const setTable = (sets: readonly SetFacts[]): string => {
  const rows = sets.map((set) => {
    const counts = countStates([set]);
    const cells = AUDIT_STATES.map((state) => `<td class="n">${counts[state] === 0 ? "·" : counts[state]}</td>`).join("");
    return `<tr><td>${esc(`${set.master.type} · ${set.master.project}`)}</td><td class="n">${set.master.items}</td><td>${esc(`${set.target.type} · ${set.target.project}`)}</td><td class="n">${set.target.items}</td>${cells}<td class="n">${set.pendingLinks || "·"}</td></tr>`;
  });
  return `<table class="sets"><thead><tr><th>master</th><th>items</th><th>target</th><th>items</th>${AUDIT_STATES.map((state) => `<th><i style="background:${COLOURS[state]}"></i>${state}</th>`).join("")}<th>pending links</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
};

const safeUrl = (url: string | undefined): string => (url !== undefined && /^https?:\/\//i.test(url) ? url : "");

/** Inside a script element nothing may end it: every < is escaped. */
const data = (facts: AuditFacts): string =>
  JSON.stringify(
    facts.sets.flatMap((set) =>
      set.rows.map((row) => [
        `${set.master.type} ~ ${set.target.type}`,
        row.state,
        row.name,
        row.master?.key ?? row.master?.id ?? "",
        safeUrl(row.master?.url),
        row.target?.key ?? row.target?.id ?? "",
        safeUrl(row.target?.url),
        row.reason,
        row.drift.map((part) => [part.field, part.master, part.target]),
      ]),
    ),
  ).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const conflictList = (facts: AuditFacts): string =>
  facts.conflicts.length === 0
    ? ""
    : `<section><h2>Conflicts held for a person</h2><ul>${facts.conflicts.map((conflict) => `<li><b>${esc(conflict.field)}</b> of ${esc(conflict.masterId)} ~ ${esc(conflict.targetId)}: master <q dir="auto">${esc(conflict.master)}</q>, target <q dir="auto">${esc(conflict.target)}</q></li>`).join("")}</ul></section>`;

/** The page's own script runs, and no other that a text might smuggle in (Content Security Policy Level 3, hash-source). */
const SCRIPT_HASH = `sha256-${hash("sha256", AUDIT_SCRIPT, "base64")}`;

/** One file that loads nothing: style and script stand in it, and its policy (CSP) lets no other script run, whatever an item is called. */
export const auditHtml = (facts: AuditFacts): string => {
  const counts = countStates(facts.sets);
  const open = openCount(facts);
  const verdict = open === 0 ? "Everything that is paired is in step." : `${open} item${open === 1 ? "" : "s"} need${open === 1 ? "s" : ""} a look.`;
  const legend = AUDIT_STATES.map((state) => `<button type="button" data-state="${state}"><i style="background:${COLOURS[state]}"></i>${state} <b>${counts[state]}</b></button>`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'">
<title>Audit of ${esc(facts.connection)}</title><style>${AUDIT_STYLE}</style></head>
<body><header><h1>${esc(facts.connection)}</h1><p>${esc(facts.master)} ⇄ ${esc(facts.target)} · ${esc(readableTime(facts.at))}</p><p class="verdict ${open === 0 ? "good" : "open"}">${esc(verdict)}</p></header>
<main><section class="top"><div class="ring">${ring(counts)}</div><div><h2>Items per type</h2>${bars(facts.sets)}</div><div><h2>Writes of the last runs</h2>${history(facts)}</div></section>
${conflictList(facts)}
<section><h2>Types</h2>${setTable(facts.sets)}</section>
<section><h2>Items</h2><div class="tools"><input id="search" type="search" placeholder="search name, key, reason …" aria-label="search" dir="auto"><div id="legend">${legend}</div><span id="count"></span></div>
<table id="items"><thead><tr><th>type</th><th>state</th><th>name</th><th>master</th><th>target</th><th>why</th></tr></thead><tbody></tbody></table></section></main>
<footer>Tandem compared both sides as they were at this moment.</footer>
<script type="application/json" id="data">${data(facts)}</script><script>${AUDIT_SCRIPT}</script></body></html>
`;
};
