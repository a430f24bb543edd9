// Writes the user maps into a file that importUserMaps reads.

import { loadDefinitions } from "../lib/cli/definitions/config.ts";
import { readBytes, writePieces } from "../lib/cli/files/files.ts";
import { mapFormat } from "../lib/cli/files/mapFormat.ts";
import { writeBytes } from "../lib/cli/output/output.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { tellParts } from "../lib/cli/output/tellMaps.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";

const definition: ScriptDefinition = {
  name: "exportUserMaps",
  summary: "Writes the user maps as XML, a table, a Synchronizer's list, or JSON.",
  details: "In order of the label, so that two exports can be compared. Cells a spreadsheet would run begin with an apostrophe.",
  options: ["out", "fileFormat", "remote", "octane", "into", "lockWait"],
  examples: ["npx tandem exportUserMaps --out people.csv", "npx tandem exportUserMaps --into UserMaps.xml", "npx tandem exportUserMaps --remote jira --octane octane --out users.csv"],
  run: async (call) => {
    const { exportUserMaps } = await import("../lib/run/exportUserMaps.ts");
    const { options, output } = call;
    const definitions = await loadDefinitions(options);
    const into = options.into === undefined ? undefined : readBytes(options.into);
    const out = options.out ?? options.into ?? "-";
    const how = options.json === true && out === "-" ? ({ format: "json" } as const) : mapFormat(options, out);
    const parts: string[] = [];
    const people = await withStore(call, definitions, async (doors) => {
      const pieces = exportUserMaps(doors, how, into, (label) => void parts.push(label));
      if (out !== "-") await writePieces(out, pieces);
      // What stands around the block may be in any encoding, and stays byte for byte.
      else for await (const piece of pieces) if (typeof piece === "string" && into === undefined) output.raw(piece); else await writeBytes(Buffer.from(piece));
      return doors.store.userMaps.count();
    });
    tellParts(call, parts);
    output.note(`${people} people${out === "-" ? "" : ` → ${out}`}`);
    if (out !== "-") output.json({ people, file: out });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
