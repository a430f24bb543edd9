// Where the item stands that an address names: two places of one server give their items the same numbers. Pure.

/** Percent signs resolved; as it is where they mean nothing. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The words that stand behind the #, where Octane keeps its place. */
export const wordsBehind = (url: URL): URLSearchParams => new URLSearchParams(/[?&](.*)$/.exec(url.hash)?.[1] ?? "");

/** Octane keeps space and workspace in the query, or behind the # (octane.md §1). */
const spaceOf = (url: URL): string | undefined => url.searchParams.get("p") ?? wordsBehind(url).get("p") ?? undefined;

/** What stands before the page of an item: the organisation or collection of Azure DevOps and the project, the context path of Jira. */
const PAGES = new Set(["_workitems", "_boards", "_apis", "browse"]);
const baseOf = (url: URL): readonly string[] | undefined => {
  const parts = url.pathname.split("/").filter((part) => part !== "").map((part) => decoded(part).toLowerCase());
  const at = parts.findIndex((part) => PAGES.has(part));
  return at < 0 ? undefined : parts.slice(0, at);
};

const isIn = (base: readonly string[], home: readonly string[]): boolean => home.every((part, index) => base[index] === part);

/** A client of ALM names project, domain and server in one (alm-qc.md §1). */
const isClient = (url: URL): boolean => /^tds?:$/.test(url.protocol);

/** Whether both addresses, of one system, name items of the same place; as far as both tell it. `home` is an item's own; `project`, where ALM's client must be. */
export const isSamePlace = (url: URL, home: URL | undefined, project: string): boolean => {
  if (isClient(url)) return url.host.split(".")[0]?.toLowerCase() === project.toLowerCase();
  if (home === undefined || isClient(home)) return true;
  const [space, ours] = [spaceOf(url), spaceOf(home)];
  if (space !== undefined && ours !== undefined && space !== ours) return false;
  // Behind a gateway the same place has another path.
  if (url.host !== home.host) return true;
  const [base, own] = [baseOf(url), baseOf(home)];
  if (base === undefined || own === undefined) return true;
  // Numbers of work items are an organisation's, whatever the project.
  return /\/_/.test(home.pathname) ? isIn(base, own.slice(0, -1)) : base.length === own.length && isIn(base, own);
};
