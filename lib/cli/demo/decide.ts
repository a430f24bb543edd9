// What a person would decide in a proposed connection, decided by rule so that the demo can go on with any two systems: the
// doubts stand as comments in the file. Text in, text out.

/** Lines of the file: what stands before the types, each type, what stands after them. */
const partsOf = (text: string): { readonly head: readonly string[]; readonly types: readonly (readonly string[])[]; readonly tail: readonly string[] } => {
  const lines = text.trimEnd().split("\n");
  const start = lines.indexOf("types:") + 1;
  const end = lines.findIndex((line, at) => at >= start && !line.startsWith(" "));
  const types: string[][] = [];
  for (const line of lines.slice(start, end < 0 ? lines.length : end)) {
    if (line.startsWith("  - ")) types.push([]);
    types.at(-1)?.push(line);
  }
  return { head: lines.slice(0, start), types, tail: end < 0 ? [] : lines.slice(end) };
};

const PAIR = /^ {10}- \{ master: (.+), target: (.+?) \}$/;
const ENDED = /remov|reject|duplic|cancel|defer|clos|done|complet|resolv|fixed/i;

const quoted = (text: string): string => JSON.stringify(text);

/** A value without a partner goes with the ended ones or with the first; that pair is the one for the way back. A list of which nothing fits is left out. */
const decideField = (lines: readonly string[]): readonly string[] => {
  const doubt = lines.find((line) => line.includes("# doubt: without a partner:"));
  if (doubt === undefined) return lines;
  const pairs = lines.flatMap((line) => {
    const [, master, target] = PAIR.exec(line) ?? [];
    return master === undefined || target === undefined ? [] : [{ master, target }];
  });
  const first = pairs.find((pair) => !ENDED.test(pair.master) && !ENDED.test(pair.target)) ?? pairs[0];
  if (first === undefined) return [];
  const ended = pairs.find((pair) => ENDED.test(pair.master) && ENDED.test(pair.target)) ?? first;
  const more = [...doubt.matchAll(/(master|target) "([^"]*)"/g)].map(([, side, value = ""]) => {
    const partner = ENDED.test(value) ? ended : first;
    return side === "master" ? `          - { master: ${quoted(value)}, target: ${partner.target} }` : `          - { master: ${partner.master}, target: ${quoted(value)} }`;
  });
  const standing = lines.filter((line) => line !== doubt).map((line) => line.replace(PAIR, (pair, master: string, target: string) => ([first, ended].some((each) => each.master === master && each.target === target) ? pair.replace(" }", ", default: true }") : pair)));
  return [...standing, ...more];
};

/** A type that asks for what nothing can give is made on the other side only; where both sides ask, it is left out. */
const decideType = (lines: readonly string[]): readonly string[] => {
  const asks = (side: string): boolean => lines.some((line) => line.includes("is required to create") && line.includes(` on the ${side}:`));
  if (asks("master") && asks("target")) return [];
  const direction = asks("master") ? "fromMaster" : asks("target") ? "toMaster" : "biDirectional";
  const start = lines.indexOf("    fields:") + 1;
  const fields: string[][] = [];
  for (const line of lines.slice(start).filter((each) => !each.startsWith("    #"))) {
    if (line.startsWith("      - ")) fields.push([]);
    fields.at(-1)?.push(line);
  }
  // A sprint is started by people, where they start them: one of many at a time, and once it has dates.
  const kept = /master: \S*(sprint|cycle)/i.test(lines[0] ?? "") ? fields.filter(([first]) => !/master: (state|status)\b/.test(first ?? "")) : fields;
  return [...lines.slice(0, start).map((line) => line.replace(/^ {4}direction: .*/, `    direction: ${direction}`)), ...kept.flatMap(decideField)];
};

export interface People {
  readonly master: string;
  readonly target: string;
}

/** Both ways for comments and attachments, a person of last resort on each side, and every doubt decided. */
export const decide = (text: string, people: People): string => {
  const { head, types, tail } = partsOf(text);
  const more = ["comments: biDirectional", "attachments: biDirectional", `fallbackUser: { master: ${quoted(people.master)}, target: ${quoted(people.target)} }`];
  return `${[...head.flatMap((line) => (line.startsWith("target: ") ? [line, ...more] : [line])), ...types.flatMap(decideType), ...tail].join("\n")}\n`;
};
