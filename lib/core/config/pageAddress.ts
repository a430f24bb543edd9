// An address copied from a browser is often that of a page; the server's own is what stands before it. Pure.

import type { DataSourceFile } from "./schema.ts";

/** Where the address of a page begins, per system. A context path before it belongs to the server. */
const PAGES: Readonly<Record<DataSourceFile["system"], RegExp>> = {
  octane: /\/(ui|api|authentication|login)(\/|$)/,
  jira: /\/(browse|projects|secure|plugins|issues|rest|login\.jsp|jira\/(software|core|dashboards|projects|people|your-work|for-you|issues))(\/|$)/,
  redmine: /\/(projects|issues|login|my|users|admin|settings)(\/|$)/,
  almQc: /(?<=\/qcbin)\/.+/,
  azureDevops: /\/_[a-z]+(\/|$)/i,
  serviceNow: /\/(now|api|sp|[\w$]+\.do)(\/|$)/,
};

/** The server's address where `url` is that of a page; undefined: it may be a server's. */
export const serverOfPage = (system: DataSourceFile["system"], url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { origin, hostname, pathname, search, hash } = new URL(url);
  // In the cloud a project stands behind the organisation.
  if (system === "azureDevops" && hostname === "dev.azure.com") {
    const [, organisation = "", ...more] = pathname.split("/");
    return more.some((part) => part !== "") || `${search}${hash}` !== "" ? `${origin}/${organisation}` : undefined;
  }
  const page = PAGES[system].exec(pathname);
  if (page === null && search === "" && hash === "") return undefined;
  const path = page === null ? pathname : pathname.slice(0, page.index);
  return `${origin}${path.replace(/\/+$/, "")}`;
};
