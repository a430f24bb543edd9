// Style and behaviour of the audit page. Plain browser code, no library: the file must open anywhere, for years.

export const AUDIT_STYLE = `
:root{color-scheme:light;--ink:#1d2733;--soft:#5c6875;--line:#e3e8ed;--paper:#fff;--ground:#f5f7f9}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,Segoe UI,Roboto,sans-serif;color:var(--ink);background:var(--ground)}
header{background:#16324f;color:#fff;padding:22px 32px;overflow-wrap:anywhere}header h1{margin:0;font-size:24px}header p{margin:2px 0;color:#c9d6e3}
.verdict{display:inline-block;margin-top:10px!important;padding:4px 12px;border-radius:14px;font-weight:600}.verdict.good{background:#2f9e6e;color:#fff}.verdict.open{background:#e0a100;color:#1d2733}
main{max-width:1280px;margin:0 auto;padding:20px 24px}section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:16px 20px;margin-bottom:18px;overflow-x:auto}
h2{font-size:16px;margin:0 0 10px}.top{display:grid;grid-template-columns:210px 1.6fr 1fr;gap:26px;align-items:start}.top>*{min-width:0}.ring svg{width:100%}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg text.big{font-size:30px;font-weight:700}svg text.small{font-size:11px;fill:var(--soft)}svg{width:100%;height:auto}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;color:var(--soft);border-bottom:1px solid var(--line);padding:6px 8px;white-space:nowrap}td{padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}td.n{text-align:right;font-variant-numeric:tabular-nums}
i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px;print-color-adjust:exact}
.tools{display:flex;gap:14px;flex-wrap:wrap;align-items:center;margin-bottom:10px}#search{flex:1 1 260px;padding:7px 10px;border:1px solid var(--line);border-radius:8px;font:inherit;background:var(--paper);color:inherit}
#legend button{border:1px solid var(--line);background:var(--paper);color:inherit;border-radius:14px;padding:3px 10px;margin:2px;font:inherit;cursor:pointer}#legend button.off{opacity:.35}
.state{white-space:nowrap}.drift{color:var(--soft);font-size:13px}.drift b{color:var(--ink)}footer{text-align:center;color:var(--soft);padding:10px 0 30px}
#items td:nth-child(3){min-width:14em}#items td:nth-child(6){min-width:16em}a{color:inherit}
@media(max-width:900px){.top{grid-template-columns:1fr}.ring{max-width:240px}main{padding:12px}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#e6ebf0;--soft:#9fb0c0;--line:#2c3b49;--paper:#18222c;--ground:#0f161d}}
@media print{.tools{display:none}header{background:none;color:var(--ink);padding:0}header p{color:var(--soft)}.verdict,svg{print-color-adjust:exact}section{border:0;padding:0;overflow:visible}tr{break-inside:avoid}}
`;

/** Builds rows with textContent only: item texts never become markup. */
export const AUDIT_SCRIPT = `
(() => {
  const MOST = 2000;
  const rows = JSON.parse(document.getElementById('data').textContent);
  const body = document.querySelector('#items tbody');
  const search = document.getElementById('search');
  const off = new Set();
  const colour = {};
  document.querySelectorAll('#legend button').forEach((button) => {
    colour[button.dataset.state] = button.querySelector('i').style.background;
    button.onclick = () => { const s = button.dataset.state; off.has(s) ? off.delete(s) : off.add(s); button.classList.toggle('off'); draw(); };
  });
  const cell = (row, text) => { const td = row.insertCell(); td.textContent = text; td.dir = 'auto'; return td; };
  const apart = (text) => { const bdi = document.createElement('bdi'); bdi.textContent = text; return bdi; };
  const link = (row, text, url) => { const td = row.insertCell(); if (!url) { td.textContent = text; return; } const a = document.createElement('a'); a.href = url; a.rel = 'noreferrer noopener'; a.textContent = text; td.append(a); };
  function draw() {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const hits = rows.filter((r) => !off.has(r[1]) && words.every((w) => (r[0] + ' ' + r[1] + ' ' + r[2] + ' ' + r[3] + ' ' + r[5] + ' ' + r[7]).toLowerCase().includes(w)));
    body.replaceChildren();
    for (const r of hits.slice(0, MOST)) {
      const tr = body.insertRow();
      cell(tr, r[0]);
      const state = cell(tr, r[1]); state.className = 'state';
      const dot = document.createElement('i'); dot.style.background = colour[r[1]]; state.prepend(dot);
      cell(tr, r[2]); link(tr, r[3], r[4]); link(tr, r[5], r[6]);
      const why = cell(tr, r[7]);
      for (const d of r[8]) { const p = document.createElement('div'); p.className = 'drift'; const b = document.createElement('b'); b.textContent = d[0] + ': '; p.append(b, apart(d[1]), ' | ', apart(d[2])); why.append(p); }
    }
    document.getElementById('count').textContent = hits.length + ' of ' + rows.length + (hits.length > MOST ? ', first ' + MOST + ' shown' : '');
  }
  search.oninput = draw;
  draw();
})();
`;
