// The other item's id out of what a field of an item holds: an id, a key, or an address that ends in one. Pure.

const segmentOf = (url: URL): string => decodeURIComponent(url.pathname.split("/").filter((part) => part !== "").at(-1) ?? "");

const idInUrl = (text: string): string | undefined => {
  const url = new URL(text);
  // Octane keeps its place behind the #, ServiceNow its own address inside another's.
  const inside = new URLSearchParams(/[?&](.*)$/.exec(url.hash)?.[1] ?? "");
  const nested = [url.searchParams.get("uri"), url.searchParams.get("nav_to")].find((value) => value !== null);
  const found = inside.get("id") ?? url.searchParams.get("sys_id") ?? url.searchParams.get("id") ?? (nested === undefined || nested === null ? undefined : /sys_id=(\w+)/.exec(decodeURIComponent(nested))?.[1]) ?? segmentOf(url);
  return found === "" ? undefined : found;
};

/** `undefined` for an empty field and for what cannot be one id. */
export const idInText = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (URL.canParse(trimmed) && /^https?:/i.test(trimmed)) return idInUrl(trimmed);
  return /\s/.test(trimmed) ? undefined : trimmed;
};
