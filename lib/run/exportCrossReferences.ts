// The store's cross references in the words seedCrossReferences reads. Asks no endpoint, changes nothing.

import { linkCsvHead, linkCsvLine, linkJsonLine, type Written } from "../core/links/linkCsv.ts";
import { writeCrossReferences, writeFrame } from "../core/links/crossReferencesXml.ts";
import { setOfKey } from "../core/links/model.ts";
import type { Store } from "../store/store.ts";
import type { SyncSet } from "../core/mapping/model.ts";
import type { Doors, Progress } from "./context.ts";

const pages = async function* (store: Store, connections: readonly string[], progress: Progress): AsyncGenerator<readonly Written[]> {
  let [done, total] = [0, 0];
  for (const connection of connections) for (const row of await store.syncSets.list(connection)) total += await store.links.count(row.id);
  for (const connection of connections) {
    for (const row of await store.syncSets.list(connection)) {
      const set = setOfKey(row.key, row.connection);
      for await (const page of store.links.scan(row.id, "master")) {
        progress.update("exporting cross references", (done += page.length), total);
        // What a person parted stays parted: a tombstone is no pair.
        const links = page.filter((link) => link.state !== "unlinked");
        if (links.length > 0) yield links.map((link) => ({ action: "add", set, masterId: link.master.id, targetId: link.target.id }));
      }
    }
  }
};

/** In pieces, by connection. What a person parted (unlinked) is left out. What was yielded can be seeded again. */
export const exportCrossReferences = async function* ({ store, progress }: Pick<Doors, "store" | "progress">, connections: readonly string[], format: "csv" | "json" | "xml"): AsyncGenerator<string> {
  const all = pages(store, connections, progress);
  if (format === "xml") return yield* writeCrossReferences(all);
  if (format === "csv") yield linkCsvHead();
  for await (const page of all) yield page.map(format === "csv" ? linkCsvLine : linkJsonLine).join("");
};

/** The sync sets of a connection as CrossReferences.xml, without a pair. */
export const frameOf = (sets: readonly SyncSet[]): string =>
  writeFrame(sets.map(({ key, master, target }) => ({ key, masterType: master.type, targetType: target.type, masterProject: master.project, targetProject: target.project })));
