// Style and script of the page at `/`. The script only hides, sorts and opens rows that are there; it builds no HTML.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d9dce1, #3a3f47); --soft: light-dark(#f5f6f8, #22262c); --faint: light-dark(#5d6673, #9aa4b2); --accent: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: light-dark(#fff, #181b20); color: light-dark(#1c2026, #e6e9ee); }
header { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: baseline; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--soft); }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } small, .facts, #shown { color: var(--faint); font-weight: normal; }
nav a { color: var(--accent); margin-right: 1rem; } main { padding: 0 1.5rem 3rem; overflow-x: auto; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: 0 0 .8rem; }
input { font: inherit; padding: .35rem .6rem; width: min(28rem, 100%); border: 1px solid var(--line); border-radius: 6px; background: transparent; color: inherit; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left; } form button { border: 1px solid var(--line); border-radius: 6px; padding: .35rem .8rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; background: var(--soft); white-space: nowrap; overflow-wrap: normal; } tr.item td:nth-child(2), tr.item td:nth-child(6) { white-space: nowrap; }
th[aria-sort="ascending"] button::after { content: " \\2191"; } th[aria-sort="descending"] button::after { content: " \\2193"; }
tr.item { cursor: pointer; } tr.item:hover { background: var(--soft); } tr.item td button { color: var(--accent); }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; margin: .3rem 0; white-space: normal; } dt { color: var(--faint); } dd { margin: 0; white-space: pre-wrap; }
summary { cursor: pointer; margin: .8rem 0; color: var(--accent); } section table { font-variant-numeric: tabular-nums; }
`;

export const PAGE_SCRIPT = `
const table = document.getElementById("items");
const body = table.tBodies[0];
const pairs = [...body.querySelectorAll("tr.item")].map((item) => ({ item, details: item.nextElementSibling }));
const shown = document.getElementById("shown");
const search = document.getElementById("search");
const toggle = ({ item, details }) => {
  details.hidden = !details.hidden;
  item.querySelector("button").setAttribute("aria-expanded", String(!details.hidden));
};
for (const pair of pairs) pair.item.addEventListener("click", () => toggle(pair));
search.addEventListener("input", () => {
  const words = search.value.toLowerCase();
  let count = 0;
  for (const { item, details } of pairs) {
    item.hidden = !item.textContent.toLowerCase().includes(words);
    if (item.hidden) { details.hidden = true; item.querySelector("button").setAttribute("aria-expanded", "false"); } else count += 1;
  }
  shown.textContent = count + " shown";
});
const compare = new Intl.Collator(undefined, { numeric: true }).compare;
[...table.tHead.rows[0].cells].forEach((head, column) => head.addEventListener("click", () => {
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const text = ({ item }) => item.cells[column].textContent;
  pairs.sort((a, b) => (up ? 1 : -1) * compare(text(a), text(b)));
  body.append(...pairs.flatMap(({ item, details }) => [item, details]));
}));
`;
