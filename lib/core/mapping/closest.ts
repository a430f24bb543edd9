// "Did you mean": the known names nearest to a wrong one. Pure.

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};

/** Up to five known names, nearest first, quoted. */
export const closest = (wrong: string, known: readonly string[]): string => {
  if (known.length === 0) return "none";
  const lower = wrong.toLowerCase().slice(0, 100);
  const ranked = known.map((name) => ({ name, far: distance(lower, name.toLowerCase().slice(0, 100)) })).toSorted((a, b) => a.far - b.far);
  const shown = ranked.slice(0, 5).map(({ name }) => `"${name}"`);
  return `${shown.join(", ")}${known.length > 5 ? ", …" : ""}`;
};

/** The known name that a wrong one is surely meant to be: other capitals, or a letter or two. */
export const meant = (wrong: string, known: readonly string[]): string | undefined => {
  const lower = wrong.toLowerCase();
  return known.find((name) => name.toLowerCase() === lower) ?? known.find((name) => distance(lower.slice(0, 100), name.toLowerCase()) <= Math.min(2, Math.floor(name.length / 4)));
};
