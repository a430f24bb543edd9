// Texts that PostgreSQL cannot hold, made harmless: endpoint texts are hostile. Decides nothing else.

export type Row = Readonly<Record<string, unknown>>;

const NUL = "\u0000";
/** Halves of a character, as a careless cut leaves them: jsonb refuses them. */
const HALVES = /\p{Surrogate}/gu;
/** How JSON.stringify writes either of them. */
const SUSPECT = /\\u0000|\\ud[89a-f]/;

/** NUL taken out, half characters replaced. */
export const cleanText = (text: string): string => text.replaceAll(NUL, "").replace(HALVES, "\ufffd");

export const cleanTexts = (texts: readonly string[]): string[] => texts.map(cleanText);

const clean = (value: unknown): unknown => {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleanText(key), clean(part)]));
};

/** One value as JSON that jsonb takes. */
export const jsonOf = (value: unknown): string => {
  const text = JSON.stringify(value);
  return SUSPECT.test(text) ? JSON.stringify(clean(value)) : text;
};

const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 16_000_000;

/**
 * Any number of rows as JSON arrays, one parameter each: a statement takes at most 65,535 parameters, a jsonb array
 * at most 256 MB.
 */
export function* jsonBatches(rows: Iterable<Row>): Generator<{ readonly json: string; readonly count: number }> {
  let parts: string[] = [];
  let size = 0;
  for (const row of rows) {
    const text = jsonOf(row);
    if (parts.length === MOST_ROWS || (parts.length > 0 && size + text.length > MOST_CHARACTERS)) {
      yield { json: `[${parts.join(",")}]`, count: parts.length };
      [parts, size] = [[], 0];
    }
    parts.push(text);
    size += text.length;
  }
  if (parts.length > 0) yield { json: `[${parts.join(",")}]`, count: parts.length };
}

/** The last row wins where a key comes twice: one statement must not touch a row twice. */
export const lastOf = (rows: readonly Row[], key: readonly string[]): readonly Row[] => {
  if (rows.length < 2) return rows;
  return [...new Map(rows.map((row) => [jsonOf(key.map((column) => row[column])), row])).values()];
};
