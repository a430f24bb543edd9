// Ids and keys of issues. Items are known by their id, because a move changes the key (jira.md §7); a few places of the
// interface speak only keys (Epic Link, issue links). What was seen once is not asked again.

import { encoded } from "../json.ts";
import { fetchIssues } from "./fetch.ts";
import { quoted } from "./jql.ts";
import { askSearch } from "./query.ts";
import type { Site } from "./session.ts";
import { chunks, type Json, mapLimit, objectsOf, own, textAt } from "./wire.ts";

interface Known {
  readonly id: string;
  readonly key: string;
  readonly type?: string;
  readonly name?: string;
}

const AT_ONCE = 100;
const SHOWN = ["summary", "issuetype"] as const;

export class Refs {
  readonly #byId = new Map<string, Known>();
  readonly #byKey = new Map<string, Known>();
  readonly #missing = new Set<string>();

  /** Remembers an issue as any answer shows it: {id, key, fields?}. */
  learn(issue: unknown): Known | undefined {
    const id = textAt(issue, "id");
    const key = textAt(issue, "key");
    if (id === "" || key === "") return undefined;
    const fields = own(issue, "fields");
    const before = this.#byId.get(id);
    const type = textAt(own(fields, "issuetype"), "name") || before?.type;
    const name = textAt(fields, "summary") || before?.name;
    const known: Known = { id, key, ...(type === undefined ? {} : { type }), ...(name === undefined ? {} : { name }) };
    this.#byId.set(id, known);
    this.#byKey.set(key, known);
    return known;
  }

  byKey(key: string): Known | undefined {
    return this.#byKey.get(key);
  }

  byId(id: string): Known | undefined {
    return this.#byId.get(id);
  }

  /** Makes every key known whose issue exists and may be seen. A search may miss a moved or fresh one: those are asked singly. */
  async resolveKeys(site: Site, keys: Iterable<string>): Promise<void> {
    const unknown = [...new Set(keys)].filter((key) => !this.#byKey.has(key) && !this.#missing.has(key));
    if (unknown.length > 1) for (const part of chunks(unknown, AT_ONCE)) await this.#search(site, part);
    const rest = unknown.filter((key) => !this.#byKey.has(key));
    await mapLimit(rest, site.width, async (key) => {
      const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/${encoded(key)}`, query: { fields: "summary,issuetype" } });
      const known = reply.status < 300 ? this.learn(reply.body) : undefined;
      if (known === undefined) this.#missing.add(key);
      else this.#byKey.set(key, known);
    });
  }

  async #search(site: Site, keys: readonly string[]): Promise<void> {
    const reply = site.cloud
      ? await site.client.ask({ method: "POST", path: `${site.api}/issue/bulkfetch`, json: { issueIdsOrKeys: keys, fields: SHOWN }, reads: true, mayLack: true })
      : await askSearch(site.client, site, { jql: `key in (${keys.map(quoted).join(",")})`, validateQuery: false, maxResults: keys.length, fields: SHOWN });
    for (const issue of objectsOf(own(reply.body, "issues"))) this.learn(issue);
  }

  /** Makes every issue of these ids known that exists and may be seen. */
  async resolveIds(site: Site, ids: Iterable<string>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => /^\d+$/.test(id) && !this.#byId.has(id));
    if (unknown.length > 0) this.learnAll(await fetchIssues(site, unknown, { fields: SHOWN }));
  }

  learnAll(issues: readonly Json[]): void {
    for (const issue of issues) this.learn(issue);
  }
}
