// A first iteration over two systems that hold the same items already, whom nobody has paired: each would be made a second time on the
// other side. Equal names tell, before anything is made.

import { GuardError } from "../../../core/errors.ts";
import type { Side } from "../../../core/types.ts";
import type { Gathered } from "../reading/gather.ts";
import type { SetRun } from "../setRun.ts";

/** So many of a chunk's items, and so large a part of the side that has fewer, bear the name of an item of the other side. */
const LEAST = 3;
const LEAST_PART = 0.05;

/** A name as a person compares it: case and blanks do not count. */
export const fold = (name: string): string => name.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();

/** Throws GuardError where the store knows no pair of the sync set, and many of its items have namesakes. */
export const refuseNamesakes = async (run: SetRun, { news, skipped }: Pick<Gathered, "news" | "skipped">): Promise<void> => {
  if (news.length < LEAST || run.restored !== undefined || run.options.accept?.namesakes === true) return;
  // What is outside the criteria gets no partner, but may be one.
  const namesOf = (side: Side): ReadonlySet<string> => new Set([...news, ...skipped].flatMap((one) => (one.side === side ? [fold(one.item.name)] : [])));
  const [masters, targets] = [namesOf("master"), namesOf("target")];
  const both = [...masters].filter((name) => name !== "" && targets.has(name));
  if (both.length < LEAST || both.length < LEAST_PART * Math.min(masters.size, targets.size) || (await run.context.store.links.count(run.id)) > 0) return;
  const { master, target, connection } = run.set;
  throw new GuardError(
    `no ${master.type} is paired yet, and ${both.length} of those at hand have a namesake in ${target.dataSource}, such as "${both[0]}": each would be made a second time`,
    `matchByName --type ${master.type} --connection ${connection} pairs them (docs/goLive.md); --accept-namesakes makes new ones`,
  );
};
