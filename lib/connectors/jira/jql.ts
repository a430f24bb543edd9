// Words of JQL: quoting, joining, and wrapping a user's own filter. Pure.

/** User text as JQL takes it: always quoted, because keys and names may be reserved words (jira.md §5.3). */
export const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** Cuts a trailing ORDER BY that stands outside quotes: inside parentheses it would be an error. */
const withoutOrder = (filter: string): string => {
  let quote = "";
  for (let at = 0; at < filter.length; at++) {
    const letter = filter[at] as string;
    if (letter === "\\") at++;
    else if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (/^order\s+by\s/i.test(filter.slice(at)) && (at === 0 || /[\s)]/.test(filter[at - 1] ?? ""))) return filter.slice(0, at);
  }
  return filter;
};

/** Restrictions joined; empty ones and a filter's own order are left out. */
export const allOf = (...terms: readonly (string | undefined)[]): string => terms.filter((term) => term !== undefined && term !== "").join(" AND ");

/** Every JQL restriction has an operator, a list or a function in it; the name of a saved filter rarely has. */
const isQuery = (filter: string): boolean => /[=~<>(]|\bis\s+(not\s+)?(empty|null)\b|\bwas\b|\bchanged\b/i.test(filter);

/** A user's filter as one term: JQL, or the bare name of a saved filter. */
export const filterTerm = (filter: string | undefined): string | undefined => {
  const bare = withoutOrder(filter ?? "").trim();
  if (bare === "") return undefined;
  return isQuery(bare) ? `(${bare})` : `filter = ${quoted(bare.replace(/^"(.*)"$/, "$1"))}`;
};
